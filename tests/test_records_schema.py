"""The JSON Schema of a record: what people write is valid in it, as an editor reads the file."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from predtrack.errors import Misread
from predtrack.records import forms
from predtrack.records.schema import schema

HEAD = "claim: c\nforecasts:\n  - by: Ada\n    made: '2026-01-01'\n"


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    found = schema()
    Draft202012Validator.check_schema(found)
    return Draft202012Validator(found)


def is_valid(validator: Draft202012Validator, text: str) -> bool:
    record: Any = yaml.safe_load(text)
    return bool(validator.is_valid(record))


@pytest.mark.parametrize(
    "said",
    [
        "    probability: 90%\nkind: binary\n",
        "    probability: 0.9\nkind: binary\n",
        "    probability: very likely\nkind: binary\n",
        "    words: soon\nkind: binary\nx-mine: {a: 1}\n",
        "    probabilities: {A: 60%, B: 0.4}\nkind: choice\noptions: [A, B]\nordered: true\n",
        "    interval: {low: 10, high: 1e3, confidence: 80%}\nkind: numeric\nscale: log\n",
        "    quantiles: {10%: 8, 90%: 20}\nkind: numeric\nunit: trams\n",
        "    cdf: {'2029-02-13': 50%}\nkind: date\ndeadline: '2036-02-13'\n",
        "    point: 3\nkind: numeric\noutcome: {answer: 4, decided: '2026-02-01'}\n",
        "    probability: 60%..70%\nkind: binary\n",
        "    probability: 0.6..0.7\nkind: binary\n",
        "    probability: over 50%\nkind: binary\n",
        "    probability: '< 5%'\nkind: binary\n",
        "    paraphrase: it will come\n    recorded: '2026-02-01'\nkind: binary\n",
        "    probability: 50%\n    withdrawn: 2026-02\n    x-mine: 1\nkind: binary\n",
        "    probability: 50%\nkind: binary\nreview: '2027-01-01'\n",
        "    probability: 50%\nkind: binary\ncondition: {prediction: rain, is: 'no', x-a: 1}\n",
        "    probability: 50%\nkind: binary\nsource: {title: t, archived: https://a.b}\n",
        "    probabilities: {A: 60%, B: 40%}\nkind: choice\nrest: B\n"
        "options: [A, B, {name: C, added: '2026-03-01'}]\n",
        "    probability: 50%\nkind: binary\noutcome:\n  answer: yes\n  decided: '2026-02-01'\n"
        "  evidence: [https://a.b, {url: https://a.b, archived: https://c.d}]\n"
        "  judgements: [{answer: no, judge: Ben, evidence: [https://a.b]}]\n",
    ],
)
def test_what_the_format_allows_is_valid(validator: Draft202012Validator, said: str) -> None:
    assert is_valid(validator, HEAD + said)


@pytest.mark.parametrize(
    "said",
    [
        "    probability: 90\nkind: binary\n",
        "    probability: -5%\nkind: binary\n",
        "    probability: 90%\nkind: bool\n",
        "    probability: 90%\n",
        "    probability: 90%\nkind: binary\ncolour: blue\n",
        "    cdf: {}\nkind: date\n",
        "    words: soon\nkind: binary\nsupersedes: ../x\n",
        "    words: soon\nkind: binary\ndeadline: '2027'\n",
        "    words: soon\nkind: binary\nid: rain\n",
        "    words: soon\nkind: binary\ncondition: {prediction: rain, is_: 'no'}\n",
        "    words: soon\nkind: binary\noptions_added: {C: '2026-03-01'}\n",
        "    words: soon\nkind: binary\nextra: []\n",
        "    words: soon\n    recorded: 2026-02\nkind: binary\n",
        "    probabilities: {A: 60%, B: 40%}\nkind: choice\noptions: [A, {added: '2026-03-01'}]\n",
        "    words: soon\nkind: binary\noutcome: {answer: yes, evidence: [{archived: a}]}\n",
    ],
)
def test_what_the_format_does_not_allow_is_not_valid(
    validator: Draft202012Validator, said: str
) -> None:
    assert not is_valid(validator, HEAD + said)


WITHIN = ["0", "1", "60", "70", "100", "0.5", ".5", "1.0", "00.7", "007", "0.0", "100.0", "99.9"]
BEYOND = ["101", "170", "1.01", "5.", "1.2.3", "", "-5", "+5", "1e-1", "٣"]
ENDS = st.sampled_from([*WITHIN, *BEYOND])
SIGNS, BLANKS = st.sampled_from(["%", "%", "", "%%", " %"]), st.sampled_from(["", "", " ", "  "])
DOTS = st.sampled_from(["..", "..", "...", ".", "-", "to"])
SIDES = st.sampled_from(["over", "under", "OVER", "Under", "uNDER", ">", "<", ">=", "above"])
RANGES = st.one_of(
    st.tuples(ENDS, SIGNS, BLANKS, DOTS, BLANKS, ENDS, SIGNS).map("".join),
    st.tuples(SIDES, BLANKS, ENDS, SIGNS).map("".join),
)
PHRASED = Draft202012Validator(forms.PHRASED.schema)


@given(RANGES)
def test_the_schema_of_a_range_of_probability_and_the_reader_agree(text: str) -> None:
    try:
        is_read = isinstance(forms.phrased(text), str)
    except Misread as error:
        assume("the low end is not below" not in error.message)  # no pattern can say that
        is_read = False
    is_other = text.endswith("%") and text.count(".") < 2 and text[:1].isdigit()
    assert is_other or PHRASED.is_valid(text) == is_read


@pytest.mark.parametrize(
    "text", ["60% .. 70%", "OVER 50%", "over  50%", ".5%..60%", ">50%", ".1...2", "0.6..1"]
)
def test_a_range_that_the_reader_takes_is_valid(text: str) -> None:
    assert isinstance(forms.phrased(text), str)
    assert PHRASED.is_valid(text)


@pytest.mark.parametrize("text", ["over 1.2.3", "under 170%", "60%..0.7", "over 100%", "under 0"])
def test_a_range_that_the_reader_refuses_is_not_valid(text: str) -> None:
    with pytest.raises(Misread):
        forms.phrased(text)
    assert not PHRASED.is_valid(text)

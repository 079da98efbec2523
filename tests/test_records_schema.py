"""The JSON Schema of a record: what people write is valid in it, as an editor reads the file."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

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

"""Options that came later go among those of a file; all that a person wrote stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from predtrack.errors import RefusedError
from predtrack.records.prediction import Prediction
from predtrack.store.choices import grown, widened
from predtrack.store.reading import Reading, read

DAY = date(2026, 3, 1)
TAIL = "forecasts: # mine\n  - by: Ada\n    made: 2026-01-01\n    probabilities: {A: 60%, B: 40%}\n"
BELOW = "options:  # two\n  # the first\n  - A  # a\n\n  - B  # b\n  # no more\n"
FORMS = (
    "options: [A, B]  # both\n",
    "options: [\n  A,  # a\n  B,  # b\n]  # both\n",
    BELOW,
    BELOW.replace("\n  ", "\n").replace("- ", "-   "),
    "options:\n  - name: A  # a\n  - {name: B}  # b\n",
    'options: ["A" , "B" ,]\n',
)
NAMES = ("C", "D: or [not]", "no", "{E}", "F, #1", "Ünï")


def reading(form: str, line_break: str = "\n", tail: str = TAIL) -> Reading:
    text = f"claim: Who wins?\nkind: choice\n{form}# of the forecasts\n{tail}"
    return read(text.replace("\n", line_break).encode(), "a.yaml", "a")


def meant(was: Prediction, options: tuple[str, ...], rest: str | None = None) -> Prediction:
    added = tuple((name, DAY) for name in options if name not in was.options)
    return replace(was, options=options, options_added=added, rest=rest)


def is_subsequence(part: str, whole: str) -> bool:
    signs = iter(whole)
    return all(sign in signs for sign in part)


def name_of(pair: tuple[str, int]) -> str:
    return pair[0]


@given(
    st.sampled_from(FORMS),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.lists(st.tuples(st.sampled_from(NAMES), st.integers(0, 2)), min_size=1, unique_by=name_of),
    st.sampled_from([None, "A", "B"]),
)
def test_only_text_is_put_in(
    form: str, line_break: str, new: list[tuple[str, int]], rest: str | None
) -> None:
    before = reading(form, line_break)
    assert before.prediction is not None, before.problems
    names = [["A"], ["B"]]
    runs = [[name for name, place in new if place == at] for at in range(3)]
    options = (*runs[0], *names[0], *runs[1], *names[1], *runs[2])
    after = meant(before.prediction, options, rest)
    assert grown(before.prediction, after)
    text = widened(before, after).applied(before.text)
    assert is_subsequence(before.text, text)
    assert read(text.encode(), "a.yaml", "a").prediction == after
    for comment in ("# a", "# b", "# both", "# the first", "# no more"):
        lines = [line.split("#")[0] for line in before.text.splitlines() if comment in line]
        assert sum(comment in line for line in text.splitlines()) == len(lines)


def test_each_option_keeps_its_comment() -> None:
    before = reading(BELOW)
    assert before.prediction is not None
    after = meant(before.prediction, ("A", "C", "B", "D"), "B")
    assert widened(before, after).applied(before.text) == before.text.replace(
        BELOW,
        "options:  # two\n  # the first\n  - A  # a\n  - {name: C, added: 2026-03-01}\n\n"
        "  - B  # b\n  - {name: D, added: 2026-03-01}\n  # no more\nrest: B\n",
    )


def test_options_at_the_end_of_a_file_without_a_line_break() -> None:
    text = f"claim: Who wins?\nkind: choice\n{TAIL}options:\n- A\n- B"
    before = read(text.encode(), "a.yaml", "a")
    assert before.prediction is not None
    after = meant(before.prediction, ("A", "B", "C"), "B")
    new = "\n- {name: C, added: 2026-03-01}\nrest: B"
    assert widened(before, after).applied(text) == text + new


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ("? options\n: [A, B]\n", "`options` does not begin its line"),
        ("options:\n  -\n    A\n  - B\n", "its first option does not stand alone behind a dash"),
        ("options: [A, B]\nrest:\n", "it has an empty `rest`"),
    ],
)
def test_what_cannot_be_exact_is_left_with_the_lines(form: str, why: str) -> None:
    before = reading(form)
    assert before.prediction is not None, before.problems
    with pytest.raises(RefusedError) as refused:
        widened(before, meant(before.prediction, ("A", "B", "C"), "B"))
    assert why in str(refused.value)
    lines = "options:\n    - A\n    - B\n    - {name: C, added: 2026-03-01}\n  rest: B"
    assert lines in str(refused.value)


def test_a_record_in_braces_is_left() -> None:
    forecast = "{by: Ada, made: 2026-01-01, probabilities: {A: 60%, B: 40%}}"
    text = f"{{claim: C, kind: choice, options: [A, B], forecasts: [{forecast}]}}"
    before = read(text.encode(), "a.yaml", "a")
    assert before.prediction is not None
    with pytest.raises(RefusedError, match="the record stands in braces"):
        widened(before, meant(before.prediction, ("A", "B", "C")))


def test_any_other_change_of_options_is_none_of_these() -> None:
    was = reading("options: [A, B]\nrest: B\n").prediction
    assert was is not None
    more = meant(was, ("A", "B", "C"), "B")
    assert grown(was, more)
    for other in (
        was,
        replace(more, options=("B", "A", "C")),
        replace(more, options=("A", "C", "D")),
        replace(more, rest="A"),
        replace(more, rest=None),
        replace(more, claim="Other"),
    ):
        assert not grown(was, other)

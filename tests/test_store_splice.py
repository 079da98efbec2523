"""The lines of an outcome, put into a file's own text and taken out of it again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from predtrack.errors import RefusedError
from predtrack.records.prediction import Evidence, Outcome
from predtrack.store import scalars, splice
from predtrack.store.reading import Reading, read

DAY = date(2026, 2, 1)
YES = Outcome(answer="yes", decided=DAY)
HEAD = "claim: It rains in Kiel\nkind: binary\n"
TAIL = "forecasts:\n  - by: Ada\n    made: 2026-01-01\n    probability: 70%\n"
BLOCK = "outcome:\n  answer: yes\n  decided: 2026-02-01\n"


def reading(text: str) -> Reading:
    found = read(text.encode(), "rain.yaml", "rain")
    assert found.problems == ()
    return found


def after(text: str, outcome: Outcome | None = YES) -> str:
    """The text with the outcome spliced in, read again to see that it says it."""
    cut = splice.spliced(reading(text), outcome)
    assert text[cut.start : cut.start + len(cut.old)] == cut.old
    becomes = cut.applied(text)
    prediction = reading(becomes).prediction
    assert prediction is not None
    assert prediction.outcome == outcome
    return becomes


def refusal(text: str, outcome: Outcome | None = YES) -> str:
    with pytest.raises(RefusedError) as caught:
        splice.spliced(reading(text), outcome)
    assert caught.value.exit_code == 5
    return str(caught.value)


def test_the_block_goes_just_before_the_forecasts() -> None:
    assert after(HEAD + TAIL) == HEAD + BLOCK + TAIL
    assert after(HEAD + TAIL + "note: rain\n") == HEAD + BLOCK + TAIL + "note: rain\n"
    assert after(TAIL + HEAD) == BLOCK + TAIL + HEAD


def test_the_comment_lines_right_above_the_forecasts_stay_with_them() -> None:
    above = "# what was said\n# by whom\n"
    assert after(HEAD + above + TAIL) == HEAD + BLOCK + above + TAIL
    assert after(above + TAIL + HEAD) == BLOCK + above + TAIL + HEAD
    apart = "# of the claim\n\n"
    assert after(HEAD + apart + TAIL) == HEAD + apart + BLOCK + TAIL


def test_what_looks_like_a_comment_within_a_text_is_left_alone() -> None:
    criteria = "criteria: |\n  first\n  # second\n"
    assert after(HEAD + criteria + TAIL) == HEAD + criteria + BLOCK + TAIL
    listed = "tags:\n- a\n# on the forecasts\n"
    assert after(HEAD + listed + TAIL) == HEAD + "tags:\n- a\n" + BLOCK + (
        "# on the forecasts\n" + TAIL
    )


@pytest.mark.parametrize("line_break", ["\r\n", "\r"])
def test_the_line_breaks_of_the_file_are_kept(line_break: str) -> None:
    text = (HEAD + "# above\n" + TAIL).replace("\n", line_break)
    expected = (HEAD + BLOCK + "# above\n" + TAIL).replace("\n", line_break)
    assert after(text) == expected


def test_of_mixed_line_breaks_the_one_above_is_taken() -> None:
    text = HEAD + "deadline: 2026-12-31\r\n" + TAIL
    assert after(text) == HEAD + "deadline: 2026-12-31\r\n" + BLOCK.replace("\n", "\r\n") + TAIL
    first = TAIL.replace("\n", "\r\n") + HEAD
    assert after(first) == BLOCK.replace("\n", "\r\n") + first


def test_the_indentation_of_the_keys_is_kept() -> None:
    text = "".join(f"  {line}\n" for line in (HEAD + "# above\n" + TAIL).splitlines())
    expected = "".join(f"  {line}\n" for line in (HEAD + BLOCK + "# above\n" + TAIL).splitlines())
    assert after(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        HEAD + TAIL.rstrip("\n"),
        "---\n" + HEAD + TAIL + "...\n",
        "%YAML 1.1\n---\n# top\n" + HEAD + TAIL,
        "x-mine: {a: 1}\n" + HEAD + TAIL + "x-more:\n- 'b'\n",
        HEAD + '"forecasts":\n' + TAIL.partition("\n")[2],
        HEAD + "forecasts: [{by: Ada, made: 2026-01-01, probability: 70%}]\n",
        HEAD + "forecasts: []\n",
        HEAD + "forecasts: []",
        HEAD + "note: 😀 ä \u200d 中\n" + TAIL,
        HEAD + "note: >-\n  a\n\n  b\n\n\n" + TAIL,
        HEAD + "note: |+\n  a\n\n\n" + TAIL,
        HEAD + "note:\n" + TAIL,
        HEAD + "note: a\n  b\n  c\n" + TAIL,
        HEAD + "tags: [a,\n  b]\n# above\n" + TAIL,
    ],
)
def test_what_was_spliced_in_can_be_taken_out_to_the_last_byte(text: str) -> None:
    becomes = after(text)
    assert becomes.count("outcome:") == 1
    assert after(becomes, None) == text


@pytest.mark.parametrize("empty", ["outcome:\n", "outcome:   \n", "outcome:\n\n"])
def test_an_empty_outcome_is_filled_where_it_stands(empty: str) -> None:
    text = HEAD + empty + "note: rain\n" + TAIL
    rest = empty.partition("\n")[2]
    assert after(text) == HEAD + BLOCK + rest + "note: rain\n" + TAIL


def test_an_empty_outcome_at_the_end_is_filled_without_a_last_line_break() -> None:
    assert after(HEAD + TAIL + "outcome:") == HEAD + TAIL + BLOCK.rstrip("\n")


def test_an_outcome_is_replaced_by_another() -> None:
    old = "outcome: {answer: no, decided: 2026-01-15, note: 'it''s #1'}\n"
    assert after(HEAD + old + TAIL) == HEAD + BLOCK + TAIL
    long = "outcome:\n  answer: no\n  decided: 2026-01-15\n  note: |\n    a # b\n    # c\n\n"
    assert after(HEAD + long + TAIL) == HEAD + BLOCK + "\n" + TAIL


@pytest.mark.parametrize(
    "old",
    [
        "outcome: # to be filled\n",
        "outcome: # why\n  answer: no\n  decided: 2026-01-15\n",
        "outcome:\n  # why\n  answer: no\n  decided: 2026-01-15\n",
        "outcome:\n  answer: no # why\n  decided: 2026-01-15\n",
        "outcome:\n  answer: no\n  decided: 2026-01-15   # why\n",
        'outcome:\n  note: a 5" pipe # why\n  answer: no\n  decided: 2026-01-15\n  judge: a "b"\n',
        "outcome:\n  answer: no\n  note: | # why\n    text\n  decided: 2026-01-15\n",
        "outcome: {answer: no, # why\n  decided: 2026-01-15}\n",
        "outcome:\n  evidence:\n    - a\n    # why\n    - b\n  answer: no\n  decided: 2026-01-15\n",
    ],
)
def test_a_comment_in_an_outcome_is_never_lost(old: str) -> None:
    for outcome in (YES, None):
        said = refusal(HEAD + old + TAIL, outcome)
        assert "rain.yaml is left as it is, since the lines of the outcome hold a comment" in said


def test_a_comment_behind_an_outcome_stays() -> None:
    old = "outcome:\n  answer: no\n  decided: 2026-01-15\n  # mine\n"
    assert after(HEAD + old + TAIL) == HEAD + BLOCK + "  # mine\n" + TAIL
    assert after(HEAD + old + TAIL, None) == HEAD + "  # mine\n" + TAIL


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            "{claim: c, kind: binary, forecasts: []}\n",
            "the record stands in braces",
        ),
        (
            "claim: c\nkind: binary\n? forecasts\n: []\n",
            "`forecasts` does not begin its line",
        ),
        (
            "claim: c\u2028kind: binary\u2028forecasts: []\n",
            "`forecasts` does not begin its line",
        ),
        (
            "claim: c\nkind: binary\n? outcome\n:\nforecasts: []\n",
            "the outcome does not begin its line",
        ),
        (
            "{claim: c, kind: binary, outcome: , forecasts: []}\n",
            "the outcome does not begin its line",
        ),
    ],
)
def test_what_cannot_be_spliced_is_refused_with_the_lines_to_paste(text: str, reason: str) -> None:
    said = refusal(text)
    assert f"rain.yaml is left as it is, since {reason}; put these lines in by hand" in said
    assert "".join(f"\n  {line}" for line in BLOCK.splitlines()) in said


def test_taking_out_by_hand_is_said_where_it_must_be() -> None:
    text = "{claim: c, kind: binary, outcome: {answer: void}, forecasts: []}\n"
    assert "take out its `outcome` by hand" in refusal(text, None)


def test_there_is_nothing_to_take_out_without_an_outcome() -> None:
    assert "holds no outcome; nothing was changed" in refusal(HEAD + TAIL, None)


def test_a_record_that_is_not_sound_is_not_spliced() -> None:
    found = read(b"claim: c\n", "rain.yaml", "rain")
    with pytest.raises(RefusedError, match="not a sound record; nothing was changed"):
        splice.spliced(found, YES)


@pytest.mark.parametrize(
    ("outcome", "message"),
    [
        (Outcome(answer="yes"), "the outcome has no `decided`"),
        (replace(YES, reason="too_vague"), "`reason` says why a prediction is void"),
        (replace(YES, answer="Ada"), "no answer to a binary prediction"),
        (replace(YES, note="  "), "the text is empty"),
    ],
)
def test_an_outcome_that_would_not_be_sound_is_refused(outcome: Outcome, message: str) -> None:
    said = refusal(HEAD + TAIL, outcome)
    assert "rain.yaml is left as it is, since it would not be sound" in said
    assert message in said


def test_an_outcome_that_a_file_cannot_say_exactly_is_refused() -> None:
    assert "could not be made exactly" in refusal(HEAD + TAIL, replace(YES, note=" a "))


def test_the_lines_of_an_outcome_are_as_a_person_would_write_them() -> None:
    outcome = Outcome(
        answer=0.3,
        decided=DAY,
        recorded=DAY,
        judge="Ada Lovelace, London",
        evidence=tuple(
            Evidence(url=url)
            for url in ("https://example.org/a?b=c#d", "https://example.org:80/", "page 3")
        ),
        note="it's 5% (or so)",
    )
    assert splice.outcome_lines(outcome) == [
        "outcome:",
        "  answer: 0.3",
        "  decided: 2026-02-01",
        "  recorded: 2026-02-01",
        "  judge: Ada Lovelace, London",
        "  evidence:",
        "    - https://example.org/a?b=c#d",
        '    - "https://example.org:80/"',
        "    - page 3",
        "  note: it's 5% (or so)",
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("yes", "yes"),
        ("no", "no"),
        ("void", "void"),
        ("true", '"true"'),
        ("Null", '"Null"'),
        ("12", '"12"'),
        ("2026-01-01", '"2026-01-01"'),
        ("~", '"~"'),
        ("a: b", '"a: b"'),
        ("a #b", '"a #b"'),
        ("- a", '"- a"'),
        ('say "no"', '"say \\"no\\""'),
        ("C:\\new", '"C:\\\\new"'),
        ("two\nlines\tand", '"two\\nlines\\tand"'),
        ("\x1b[31m", '"\\u001B[31m"'),
        ("\u202ebidi", '"\\u202Ebidi"'),
        ("\U000e0001", '"\\U000E0001"'),
        ("👩\u200d🔬", '"👩\u200d🔬"'),
        ("می\u200cخواهم", '"می\u200cخواهم"'),
        ("Zoë 中", "Zoë 中"),
        ("trailing ", '"trailing "'),
        (DAY, "2026-02-01"),
        (12, "12"),
        (1e300, "1e+300"),
        (-0.5, "-0.5"),
    ],
)
def test_a_value_is_plain_only_where_any_reader_takes_it_for_that(value: Any, text: str) -> None:
    assert scalars.scalar(value) == text


ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40).filter(
    lambda text: text == text.strip()
)
AWKWARD = st.text("ab #:-'\"\\{}[]|>&*!%@`,?~\t\n\r\x00\x1b\x85\u2028\ufeff", min_size=1).filter(
    lambda text: text == text.strip()
)


@given(ANY_TEXT | AWKWARD, st.lists(ANY_TEXT | AWKWARD, max_size=3))
def test_every_text_survives_in_a_note_and_in_evidence(note: str, links: list[str]) -> None:
    evidence = tuple(Evidence(url=link) for link in links if len(link.splitlines()) == 1)
    after(HEAD + TAIL, replace(YES, note=note, evidence=evidence))


@given(st.floats(-1e300, 1e300) | st.integers(-(10**300), 10**300))
def test_every_number_survives_as_an_answer(answer: float) -> None:
    text = "claim: c\nkind: numeric\nforecasts: []\n"
    after(text, Outcome(answer=answer, decided=DAY))


LINE_BREAKS = st.sampled_from(["\n", "\r\n", "\r"])
KEYS = st.sampled_from(
    [
        "# a comment",
        "",
        "note: plain # with a comment",
        "criteria: |\n  a\n  # b\n\n  c",
        "tags: [a, 'b, c',\n  d]",
        "family: >-\n  folded\n  text",
        "x-own:\n  - {a: [1, 2]}\n  # inside\n  - b",
        "source:\n  title: 'it''s'\n  # inside\n",
        'deadline: "2026-12-31"   ',
        'condition: {text: "a # b"}',
    ]
)


@given(st.lists(KEYS, unique=True), st.lists(KEYS, unique=True), LINE_BREAKS, st.booleans())
def test_a_splice_touches_no_other_byte_and_can_be_undone(
    before: list[str], behind: list[str], line_break: str, ends: bool
) -> None:
    rest = [part for part in behind if part not in before]
    parts = [HEAD.rstrip("\n"), *before, TAIL.rstrip("\n"), *rest]
    text = ("\n".join(parts) + ("\n" if ends else "")).replace("\n", line_break)
    cut = splice.spliced(reading(text), YES)
    becomes = after(text)
    assert cut.old == ""
    assert becomes == text[: cut.start] + cut.new + text[cut.start :]
    assert after(becomes, None) == text

"""Bytes of a file -> a prediction, or every problem with its line and column."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from predtrack.records.prediction import (
    VALUES,
    Chance,
    Condition,
    Evidence,
    Forecast,
    Interval,
    Outcome,
    Prediction,
    Range,
    Reference,
    Source,
)
from predtrack.store import nodes
from predtrack.store.nodes import Listing, Mapping, Node
from predtrack.store.reading import Reading, read
from predtrack.store.shapes import expected

HEAD = "claim: It rains in Kiel\nkind: binary\n"
TAIL = "forecasts:\n  - by: Ada\n    made: 2026-01-01\n    probability: 70%\n"


def reading(text: str | bytes) -> Reading:
    data = text if isinstance(text, bytes) else text.encode()
    return read(data, "sub/rain.yaml", "rain")


def sound(text: str | bytes) -> Prediction:
    found = reading(text)
    assert [str(problem) for problem in found.problems] == []
    assert found.prediction is not None
    return found.prediction


def problems(text: str | bytes) -> list[tuple[int, int, str]]:
    found = reading(text)
    assert found.prediction is None
    return [(each.line, each.column, each.code) for each in found.problems]


FULL = """\
claim: Trams in Kiel
kind: numeric
criteria: |
  As counted.

  By the city.
deadline: 2030-12-31
deadline_origin: assumed
earliest: 2027-01-01
tags: [city, "no"]
family: trams
condition: {text: if they are built, prediction: tram-1}
supersedes: trams-old
source:
  title: News
  url: https://example.org/a#b
  published: 2026-02-13
  locator: page 3
  reading: secondary
reference: {interval: {low: 1}, note: as before}
unit: trams
scale: log
range: {low: 1, high: 1e3, open_high: true}
opened: 2026-01-01T00:00:00Z
closed: 2026-02-01
scheduled_close: 2026-03-01
outcome:
  answer: above
  decided: 2031-01-01
  recorded: 2031-01-02
  judge: Bob
  evidence: [https://example.org/c]
  note: all of them
forecasts:
  - by: Ada
    made: 2026-01-01T10:00:00Z
    interval: {low: 10, high: 15, confidence: 80%}
    words: a dozen or so
    origin: inferred
    rationale: they said so
    source: {locator: page 4}
    withdrawn: 2026-06-01
    x-mine: kept
note: no
x-list: [1, {a: b}]
x-empty:
"""


def test_every_key_is_read_by_its_field() -> None:
    assert sound(FULL) == Prediction(
        id="rain",
        path="sub/rain.yaml",
        claim="Trams in Kiel",
        kind="numeric",
        criteria="As counted.\n\nBy the city.",
        deadline=date(2030, 12, 31),
        deadline_origin="assumed",
        earliest=date(2027, 1, 1),
        tags=("city", "no"),
        family="trams",
        condition=Condition(text="if they are built", prediction="tram-1"),
        supersedes="trams-old",
        source=Source(
            title="News",
            url="https://example.org/a#b",
            published=date(2026, 2, 13),
            locator="page 3",
            reading="secondary",
        ),
        reference=Reference(interval=Interval(low=1), note="as before"),
        unit="trams",
        scale="log",
        range=Range(low=1, high=1000.0, open_high=True),
        opened=datetime(2026, 1, 1, tzinfo=UTC),
        closed=date(2026, 2, 1),
        scheduled_close=date(2026, 3, 1),
        outcome=Outcome(
            answer="above",
            decided=date(2031, 1, 1),
            recorded=date(2031, 1, 2),
            judge="Bob",
            evidence=(Evidence(url="https://example.org/c"),),
            note="all of them",
        ),
        forecasts=(
            Forecast(
                by="Ada",
                made=datetime(2026, 1, 1, 10, tzinfo=UTC),
                interval=Interval(low=10, high=15, confidence=0.8),
                words="a dozen or so",
                origin="inferred",
                rationale="they said so",
                source=Source(locator="page 4"),
                withdrawn=date(2026, 6, 1),
                extra=(("x-mine", "kept"),),
            ),
        ),
        note="no",
        extra=(("x-list", ["1", (("a", "b"),)]), ("x-empty", "")),
    )


def test_what_is_left_out_has_its_default() -> None:
    prediction = sound(HEAD + "forecasts: []\n")
    assert prediction == Prediction(
        id="rain", path="sub/rain.yaml", claim="It rains in Kiel", kind="binary", forecasts=()
    )
    assert (prediction.deadline_origin, prediction.scale, prediction.outcome) == (
        "stated",
        "linear",
        None,
    )
    assert sound(HEAD + TAIL).forecasts[0].origin == "stated"


def test_an_empty_optional_key_is_as_if_it_were_not_there() -> None:
    keys = "outcome:\ndeadline:\ntags:\ncondition:\nnote:\n"
    assert sound(HEAD + keys + TAIL) == sound(HEAD + TAIL)


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        ("binary", "probability: Very likely", {"probability": "very likely"}),
        ("binary", "words: soon", {"words": "soon"}),
        (
            "choice",
            "probabilities: {A: 60%, 'no': 40%}",
            {"probabilities": (("A", 0.6), ("no", 0.4))},
        ),
        ("numeric", "interval: {high: 5}", {"interval": Interval(high=5)}),
        ("numeric", "quantiles: {10%: 8, .5: 1e3}", {"quantiles": ((0.1, 8), (0.5, 1000.0))}),
        ("numeric", "cdf: {8: 10%, 12.5: 0.5}", {"cdf": ((8, 0.1), (12.5, 0.5))}),
        ("numeric", "point: 010", {"point": 10}),
        ("date", "cdf: {2029-02-13: likely}", {"cdf": ((date(2029, 2, 13), "likely"),)}),
    ],
)
def test_each_kind_says_what_it_may(kind: str, value: str, said: dict[str, Any]) -> None:
    options = "options: [A, 'no']\n" if kind == "choice" else ""
    head = f"claim: c\nkind: {kind}\n{options}forecasts:\n  - by: Ada\n    made: 2026-01-01\n"
    prediction = sound(f"{head}    {value}\n")
    assert prediction.forecasts == (Forecast(by="Ada", made=date(2026, 1, 1), **said),)


@pytest.mark.parametrize("text", ["no", "yes", "null", "~", "1:30", "010", "2026-02-30", "1e-3"])
def test_a_claim_is_the_text_as_written(text: str) -> None:
    assert sound(f"claim: {text}\nkind: binary\n{TAIL}").claim == text


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + (HEAD + TAIL).encode(),
        (HEAD + TAIL).replace("\n", "\r\n").encode(),
        (HEAD + TAIL).replace("\n", "\r").encode(),
        (HEAD + TAIL).rstrip("\n").encode(),
        ("---\n" + HEAD + TAIL + "...\n").encode(),
        ("# first\n\n" + HEAD + TAIL + "# last").encode(),
        b'{claim: It rains in Kiel, kind: binary, forecasts: [{by: Ada, made: "2026-01-01",'
        b" probability: 70%}]}",
    ],
    ids=["bom", "crlf", "cr", "no-last-break", "marks", "comments", "braces"],
)
def test_a_record_may_be_written_in_many_ways(data: bytes) -> None:
    assert sound(data) == sound(HEAD + TAIL)


def test_a_comment_that_is_one_cuts_nothing() -> None:
    text = (HEAD + TAIL).replace("Kiel", "Kiel # the town").replace("70%", "70% #sure")
    assert sound(text) == sound(HEAD + TAIL)


def test_a_hash_in_quotes_or_within_a_word_is_text() -> None:
    for claim in ('"ranked #1"', "C# wins", "'a #b'"):
        assert "#" in sound(f"claim: {claim}\nkind: binary\n{TAIL}").claim


@pytest.mark.parametrize("marker", ["<<<<<<< HEAD", ">>>>>>> other", ">>>>>>>"])
@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_a_merge_conflict_is_named_as_such(marker: str, line_break: str) -> None:
    text = (HEAD + marker + "\n" + TAIL).replace("\n", line_break)
    assert problems(text) == [(3, 1, "conflict")]


def test_arrows_within_a_text_are_no_merge_conflict() -> None:
    assert sound(HEAD + "criteria: |\n  <<<<<<< HEAD\n" + TAIL).criteria == "<<<<<<< HEAD"


def test_problems_of_every_part_are_listed_in_the_order_of_the_file() -> None:
    text = "claim: ''\nkind: numeric\ndeadline: never\nfoo: 1\nforecasts:\n  - by: Ada\n"
    text += "    made: soon\n    interval: {low: x, high: 2}\n  - by: Bob\n    made: 2026-01-01\n"
    text += "    interval: {low: 3, high: 2}\n"
    assert problems(text) == [
        (1, 8, "empty"),
        (3, 11, "date"),
        (4, 1, "key"),
        (7, 11, "date"),
        (8, 21, "number"),
        (11, 5, "interval"),
    ]


def test_a_place_behind_an_entry_that_cannot_be_read_is_still_right() -> None:
    text = (
        HEAD + "forecasts:\n  - soon\n  - [late]\n  - by: Ada\n    made: 2026-01-01\n    point: 3\n"
    )
    assert problems(text) == [(4, 5, "type"), (5, 5, "type"), (8, 12, "forecast")]


def test_a_reading_knows_where_a_key_or_an_entry_stands() -> None:
    found = reading(HEAD + "options: [A, B]\n" + TAIL)
    assert found.place(("forecasts", 0, "made")) == (6, 11)
    assert found.place(("forecasts", 0)) == (5, 5)
    assert found.place(("options", 1)) == (3, 14)
    assert found.place(("options", 7)) == (3, 1)
    assert found.place(("note",)) == (1, 1)


def test_what_follows_from_a_mistake_is_not_a_second_one() -> None:
    assert problems(HEAD + TAIL.replace("probability", "probabilty")) == [(6, 5, "key")]
    assert problems(HEAD + TAIL.replace("70%", "70")) == [(6, 18, "probability")]
    text = "claim: c\nkind: choice\noptions: [A, '']\noutcome: {answer: B, decided: 2026-02-01}\n"
    assert problems(text + "forecasts: []\n") == [(3, 14, "empty")]


class Written:
    """A file that grows line by line, with the lines on which rules find something."""

    def __init__(self) -> None:
        self.lines = ["claim: What it costs", "kind: numeric"]
        self.violations: list[int] = []

    def add(self, line: str, *, violates: bool = False) -> None:
        self.lines.append(line)
        if violates:
            self.violations.append(len(self.lines))


ENTRY = st.sampled_from(["sound", "broken", "violating", "both"])
LISTED = st.lists(st.tuples(ENTRY, st.booleans()), max_size=4)


def judged(text: Written, entries: list[tuple[str, bool]]) -> None:
    """Judgements, some without an answer, some with one that does not fit, or broken within."""
    for state, has_addresses in entries:
        text.add("    - judge: Ben")
        if has_addresses:
            text.add("      evidence: [{archived: a}, https://a.b]")
        if state == "both":
            text.add("      recorded: soon")
        if state != "broken":
            is_unfit = state in {"violating", "both"}
            text.add(f"      answer: {'below' if is_unfit else 3}", violates=is_unfit)


def forecast(text: Written, entries: list[tuple[str, bool]]) -> None:
    for state, has_source in entries:
        if state == "broken":
            text.add("  - nobody knows")
            continue
        text.add(f"  - made: {'soon' if state == 'both' else '2026-01-01'}")
        text.add("    by: Ada")
        if has_source:
            text.add("    source: {published: soon}")
        if state == "sound":
            text.add("    interval: {low: 1, high: 2}")
        else:
            text.add("    interval: {low: 3, high: 2}", violates=True)


@given(LISTED, LISTED, st.booleans())
def test_what_rules_find_in_lists_stands_at_its_own_line_whatever_else_is_broken(
    judgements: list[tuple[str, bool]], forecasts: list[tuple[str, bool]], has_tags: bool
) -> None:
    text = Written()
    if has_tags:
        text.add("tags: ['', a]")
    text.add("outcome:")
    text.add("  answer: 4")
    text.add("  decided: 2026-02-01")
    text.add("  judgements:" if judgements else "  judgements: []")
    judged(text, judgements)
    text.add("forecasts:" if forecasts else "forecasts: []")
    forecast(text, forecasts)
    listed = reading("\n".join([*text.lines, ""])).problems
    by_rules = [each.line for each in listed if each.code in {"answer", "interval"}]
    assert by_rules == text.violations


@given(st.lists(st.sampled_from(["A", "B", "''", "void", "[x]"]), max_size=7))
def test_what_rules_find_in_options_stands_at_its_own_line(entries: list[str]) -> None:
    sound_names = {"A", "B", "void"}
    lines = ["claim: c", "kind: choice", "forecasts: []", "options:"]
    expected = [
        len(lines) + k
        for k, each in enumerate(entries, 1)
        for _ in range((each == "void") + (each in sound_names and each in entries[: k - 1]))
    ]
    lines += [f"  - {each}" for each in entries] or ["  []"]
    listed = reading("\n".join([*lines, ""])).problems
    places = [each.line for each in listed if each.code == "options" and each.line > 4]
    assert places == expected


VALUE = {
    **{"by": "[x]", "made": "soon", "recorded": "soon", "origin": "guessed", "withdrawn": "soon"},
    **{"rationale": "[x]", "source": "{published: soon}", "words": "[x]", "paraphrase": "[x]"},
    **{"probability": "90", "probabilities": "3", "interval": "3", "quantiles": "3", "cdf": "3"},
    **{"point": "soon", "x-own": "{a: 1, a: 2}"},
}
STATES = {*VALUES, "words", "paraphrase"}


def test_every_key_of_a_forecast_can_be_broken() -> None:
    assert {*VALUE} == {*expected(Forecast), "x-own"}


@pytest.mark.parametrize("key", VALUE)
def test_that_nothing_is_forecast_is_hidden_only_by_a_key_that_may_have_said_it(key: str) -> None:
    keys = {"by": "Ada", "made": "2026-01-01"} | {key: VALUE[key]}
    lines = [f"    {name}: {value}" for name, value in keys.items()]
    listed = reading("\n".join([HEAD + "forecasts:", "  -", *lines, ""])).problems
    codes = [each.code for each in listed if each.message == "nothing is forecast"]
    assert codes == ([] if key in STATES else ["forecast"])
    assert len(listed) == 1 + len(codes)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("outcome: {answer: yes, judge: [x]}\n", "the outcome has no `decided`"),
        ("outcome: {answer: yes, recorded: soon}\n", "the outcome has no `decided`"),
        ("outcome: {answer: yes, judgements: [{judge: Ben}]}\n", "the outcome has no `decided`"),
        ("condition: {is: [x]}\n", "the condition is empty"),
        ("range: {low: 3, high: 2, open_low: maybe}\n", "low is not below high"),
        ("reference: {interval: {confidence: 0}}\n", "the interval has no bound"),
    ],
)
def test_a_broken_key_hides_nothing_that_does_not_go_by_it(text: str, told: str) -> None:
    assert told in [each.message for each in reading(HEAD + text + TAIL).problems]


def test_a_file_that_is_all_mistakes_is_read_to_its_end() -> None:
    text = HEAD + "".join(f"ke{n}: 1\n" for n in range(5000)) + TAIL
    found = problems(text)
    assert len(found) == 5000
    assert {code for _, _, code in found} == {"key"}


def test_repeated_keys_of_a_large_file_are_all_named() -> None:
    text = HEAD + "x-a:\n" + "  k: 1\n" * 5000 + TAIL
    assert len(problems(text)) == 4999


@given(st.binary(max_size=60))
def test_no_bytes_are_an_error_of_python(data: bytes) -> None:
    found = reading(data)
    assert found.problems
    assert all(problem.line >= 1 and problem.column >= 1 for problem in found.problems)


LINES = st.sampled_from(FULL.splitlines())


@given(st.lists(LINES, max_size=30))
def test_lines_in_any_order_give_a_prediction_or_problems(lines: list[str]) -> None:
    found = reading("\n".join(lines))
    assert (found.prediction is None) == bool(found.problems)


@given(st.data())
def test_a_record_with_one_scalar_changed_gives_a_prediction_or_problems(data: Any) -> None:
    lines = FULL.splitlines()
    index = data.draw(st.integers(0, len(lines) - 1))
    value = data.draw(st.text(st.characters(exclude_categories=["Cs"]), max_size=12))
    lines[index] = lines[index].partition(":")[0] + ": " + value
    found = reading("\n".join(lines))
    assert (found.prediction is None) == bool(found.problems)
    assert all("\n" not in str(problem) for problem in found.problems)


def test_a_stated_chance_knows_whether_it_was_a_phrase() -> None:
    day = date(2026, 1, 1)
    parts: list[Any] = ["rain", "Ada", day, "binary", "rain", "that it happens"]
    assert Chance(*parts, "likely", "stated", day, None, None).phrase == "likely"
    assert Chance(*parts, 0.7, "stated", day, None, None).phrase is None


def places(node: Node | None) -> list[tuple[int, int]]:
    """Where the nodes below a node begin and end, in the order of the file."""
    if isinstance(node, Mapping):
        return [place for pair in node.pairs for each in pair for place in places(each)]
    if isinstance(node, Listing):
        return [place for each in node.items for place in places(each)]
    return [] if node is None else [(node.start, node.end)]


def test_the_nodes_of_a_sound_record_are_there_once_they_are_asked_for() -> None:
    found = reading(FULL)
    root = found.root
    assert places(root) == places(nodes.compose(FULL))
    assert found.root is root
    assert found.place(("source", "title")) == reading(FULL).place(("source", "title")) == (15, 10)


def test_the_nodes_of_a_record_that_is_not_sound_are_there_where_it_could_be_composed() -> None:
    broken = FULL.replace("kind: numeric", "kind: number")
    assert reading(broken).prediction is None
    assert places(reading(broken).root) == places(nodes.compose(broken))
    for text in ("claim: [", "claim: a\n<<<<<<< ours\n", b"\xff", ""):
        assert reading(text).root is None

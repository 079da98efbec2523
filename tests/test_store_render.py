"""A new record as text: as a person would have written it, and it reads back equal."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from build import said
from drawn import drawn
from predtrack.records.prediction import (
    Condition,
    Evidence,
    Interval,
    Outcome,
    Prediction,
    Range,
    Reference,
    Source,
)
from predtrack.store.reading import read
from predtrack.store.render import WIDTH, forecast_lines, rendered

RECORDS = sorted((Path(__file__).parent.parent / "predictions").glob("*.yaml"))
MADE = date(2026, 3, 1)


def binary(**fields: Any) -> Prediction:
    given: dict[str, Any] = {"claim": "It rains", "kind": "binary"}
    given["forecasts"] = (said(made=MADE, probability=0.7),)
    return Prediction(**(given | fields))


def text_of(prediction: Prediction) -> str:
    """The text of a prediction, read again to see that it says that and nothing else."""
    text = rendered(prediction)
    found = read(text.encode(), "p.yaml", "p")
    assert [str(problem) for problem in found.problems] == []
    assert found.prediction == replace(prediction, id="p", path="p.yaml")
    return text


def block(**fields: Any) -> str:
    """What is written for one field of a binary prediction."""
    lines = text_of(binary(**fields)).split("forecasts:\n")
    assert lines[0].startswith("claim: It rains\nkind: binary\n") or "claim" in fields
    return lines[0].removeprefix("claim: It rains\nkind: binary\n")


# --- as a person would ---


def test_a_record_has_its_keys_in_the_order_of_the_format() -> None:
    prediction = Prediction(
        claim="AI amounts to a country of geniuses in a data center",
        kind="numeric",
        criteria="First line.\n\nSecond line: with a colon.",
        unit="GW",
        range=Range(low=0, high=100.0, open_high=True),
        opened=datetime(2025, 3, 14, 22, 12, 7, tzinfo=UTC),
        deadline=date(2036, 2, 13),
        deadline_origin="assumed",
        tags=("ai", "a, b", "no"),
        family="geniuses",
        condition=Condition(prediction="other"),
        source=Source(title="Near the end — a talk?", url="https://example.org/a?b=c"),
        reference=Reference(point=9.5, note="No change: the middle."),
        outcome=Outcome(answer=12.0, decided=MADE, evidence=(Evidence(url="page 3"),)),
        forecasts=(
            said(by="Zoë", made=MADE, interval=Interval(low=10, high=15.5, confidence=0.8)),
            said(made=MADE, quantiles=((0.1, 8), (0.125, 1e30)), origin="inferred"),
            said(made=MADE, cdf=((8.0, 0.001), (12, 1.0)), withdrawn=MADE),
        ),
        note="word " * 30 + "end",
        extra=(("x-mine", (("a", ["b", ["c", "12"]]), ("d", ""))), ("x-none", [])),
    )
    assert text_of(prediction) == (
        "claim: AI amounts to a country of geniuses in a data center\n"
        "kind: numeric\n"
        "criteria: |\n"
        "  First line.\n"
        "\n"
        "  Second line: with a colon.\n"
        "unit: GW\n"
        "range:\n"
        "  low: 0\n"
        "  high: 100\n"
        "  open_high: true\n"
        "opened: 2025-03-14T22:12:07Z\n"
        "deadline: 2036-02-13\n"
        "deadline_origin: assumed\n"
        'tags: [ai, "a, b", no]\n'
        "family: geniuses\n"
        "condition:\n"
        "  prediction: other\n"
        "source:\n"
        "  title: Near the end — a talk?\n"
        "  url: https://example.org/a?b=c\n"
        "reference:\n"
        "  point: 9.5\n"
        '  note: "No change: the middle."\n'
        "outcome:\n"
        "  answer: 12\n"
        "  decided: 2026-03-01\n"
        "  evidence:\n"
        "    - page 3\n"
        "forecasts:\n"
        "  - by: Zoë\n"
        "    made: 2026-03-01\n"
        "    interval:\n"
        "      low: 10\n"
        "      high: 15.5\n"
        "      confidence: 80%\n"
        "  - by: Ada\n"
        "    made: 2026-03-01\n"
        "    quantiles:\n"
        "      10%: 8\n"
        "      12.5%: 1e+30\n"
        "    origin: inferred\n"
        "  - by: Ada\n"
        "    made: 2026-03-01\n"
        "    cdf:\n"
        "      8: 0.1%\n"
        "      12: 100%\n"
        "    withdrawn: 2026-03-01\n"
        "note: >-\n"
        f"  {'word ' * 18}word\n"
        f"  {'word ' * 11}end\n"
        "x-mine:\n"
        "  a:\n"
        "    - b\n"
        "    - - c\n"
        '      - "12"\n'
        '  d: ""\n'
        "x-none: []\n"
    )


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_the_records_of_the_house_come_out_as_they_were_written(path: Path) -> None:
    found = read(path.read_bytes(), "p.yaml", "p").prediction
    assert found is not None

    def unwrapped(text: str) -> list[str]:
        for style in ("    origin: stated\n", ">-", "\\", '"', "'"):
            text = text.replace(style, "")
        return text.split()

    assert unwrapped(text_of(found)) == unwrapped(path.read_text("utf-8"))


def test_a_forecast_is_rendered_as_the_lines_of_an_entry() -> None:
    forecast = said(by="Bob", made=MADE, probability=0.4, words="maybe " * 12 + "so")
    assert forecast_lines(forecast, 40) == [
        "by: Bob",
        "made: 2026-03-01",
        "probability: 40%",
        "words: >-",
        "  maybe maybe maybe maybe maybe maybe",
        "  maybe maybe maybe maybe maybe maybe so",
    ]


def test_what_is_empty_is_written_as_such() -> None:
    assert "forecasts: []\n" in text_of(binary(forecasts=()))
    assert block(source=Source()) == "source: {}\n"
    assert text_of(binary(extra=(("x-a", ()), ("x-b", "")))).endswith('x-a: {}\nx-b: ""\n')


@pytest.mark.parametrize(
    ("probability", "text"),
    [
        (0.7, "70%"),
        (0.124, "12.4%"),
        (0, "0%"),
        (1.0, "100%"),
        (0.05, "5%"),
        (1 / 3, "33.33333333333333%"),
        (0.1 + 0.2, "30.000000000000004%"),
        (1e-5, "0.001%"),
        (1e-300, "1e-300"),
        ("very likely", "very likely"),
    ],
)
def test_a_probability_is_a_percentage_where_that_is_not_longer(
    probability: float | str, text: str
) -> None:
    forecast = said(made=MADE, probability=probability)
    assert f"    probability: {text}\n" in text_of(binary(forecasts=(forecast,)))


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("no", "no"),
        ("null", '"null"'),
        ("~", '"~"'),
        ("1:30", '"1:30"'),
        ("12", '"12"'),
        ("10% of people, or more", "10% of people, or more"),
        ("2028年可能", "2028年可能"),
        ("Will it rain [in Kiel]?", "Will it rain [in Kiel]?"),
        ("it's so", "it's so"),
        ("ranked #1", '"ranked #1"'),
        ("C# wins", "C# wins"),
        ("- a", '"- a"'),
        ("a: b", '"a: b"'),
        ("a :b", '"a :b"'),
        ("😀 wins", "😀 wins"),
        ("中文,句子。", "中文,句子。"),
        ("two\tfields", '"two\\tfields"'),
        ("a\x1b[31m", '"a\\u001B[31m"'),
        ("a\u2028b", '"a\\u2028b"'),
        ("a\xa0b", '"a\\u00A0b"'),
        ("x" * 120, "x" * 120),
        ("a\nb\n  c", "|\n  a\n  b\n    c"),
        ("a\n\x07", '"a\\n\\u0007"'),
        ("a\n\n# b", "|\n  a\n\n  # b"),
        ("a \nb", "|\n  a \n  b"),
        ("x " * 50 + "x", f">-\n  {'x ' * 46}x\n  x x x x"),
        ("a: " * 40 + "a", f">-\n  {'a: ' * 30}a:\n  {'a: ' * 9}a"),
        ("x " * 50 + "\n\ny", f">-\n  {'x ' * 46}x\n  x x x \n\n\n  y"),
        ("x  " * 40 + "x", f">-\n  {'x  ' * 40}x"),
        ("x " * 50 + "x\n  - y", f"|\n  {'x ' * 50}x\n    - y"),
    ],
)
def test_a_text_is_written_in_the_plainest_way_that_holds_it(claim: str, text: str) -> None:
    assert block(claim=claim) == f"claim: {text}\nkind: binary\n"


def test_a_text_that_no_block_can_hold_stands_in_quotes() -> None:
    assert text_of(binary(extra=(("x-a", " a\nb"),))).endswith('x-a: " a\\nb"\n')
    assert text_of(binary(extra=(("x-a", "\t\n\n"),))).endswith('x-a: "\\t\\n\\n"\n')
    assert text_of(binary(extra=(("x-a", "a\nb\n"),))).endswith("x-a: |\n  a\n  b\n")
    assert text_of(binary(extra=(("x-a", "a\nb"),))).endswith("x-a: |-\n  a\n  b\n")


def test_a_list_that_is_too_long_for_a_line_has_an_entry_a_line() -> None:
    tags = tuple(f"tag number {number}, so" for number in range(6))
    assert block(tags=tags) == "tags:\n" + "".join(f"  - {tag}\n" for tag in tags)


@pytest.mark.parametrize("length", [900, 1100, 5000])
def test_a_key_of_any_length_is_held(length: int) -> None:
    options = ("a" * length, "b: " * (length // 3) + "c")
    shares = ((options[0], 0.25), (options[1], 0.75))
    choice = binary(
        kind="choice",
        options=options,
        forecasts=(said(made=MADE, probabilities=shares),),
        extra=((f"x-{options[0]}", ((options[0], ["a", "b"]), (options[1], "c"))),),
    )
    text_of(choice)


# --- everything that may be said ---


@pytest.mark.parametrize("start", range(8))
def test_every_prediction_reads_back_equal(start: int) -> None:
    for seed in range(start, 2400, 8):
        text_of(drawn(seed))


def test_other_readers_find_the_same_keys_in_it() -> None:
    for seed in range(60):
        loaded = yaml.load(rendered(drawn(seed)), yaml.BaseLoader)
        found = read(rendered(drawn(seed)).encode(), "p.yaml", "p").prediction
        assert found is not None
        assert loaded["claim"].strip() == found.claim
        assert [key for key in loaded if key.startswith("x-")] == [key for key, _ in found.extra]


def test_no_line_is_wide_that_could_be_folded() -> None:
    for seed in range(0, 400, 5):
        random = Random(seed)
        words = [random.choice(["rain", "中文", "it's", "a:", "#"]) for _ in range(60)]
        text = text_of(binary(note=" ".join(["So", *words]), criteria=" ".join(["If", *words])))
        assert max(map(len, text.splitlines())) <= WIDTH


ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300)


@settings(max_examples=400)
@given(ANY_TEXT | st.text("ab #:-'\"\\|>\t\n \xa0", min_size=1, max_size=300))
def test_any_text_reads_back_equal(text: str) -> None:
    own = (("x-own", (("a", text), ("b", [text]))),)
    text_of(binary(claim=text.strip() or "c", note=text.strip() or None, extra=own))

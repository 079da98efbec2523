"""A new record as text: as a person would have written it, and it reads back equal."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from build import said
from predtrack import phrases
from predtrack.records.prediction import (
    Condition,
    Forecast,
    Interval,
    Outcome,
    Prediction,
    Range,
    Reference,
    Source,
)
from predtrack.records.terms import KINDS, ORIGINS, REASONS
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
        outcome=Outcome(answer=12.0, decided=MADE, evidence=("page 3",)),
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

WORDS = [
    *["rain", "no", "yes", "null", "~", "1:30", "12", "1e3", "0x1F", "2026-01-01", "true", "50%"],
    *["-", "--", "- a", "#1", "# x", "a:", ": b", "it's", '"so"', "'", '"', "\\", "\\n", "{a}"],
    *["[b]", "&c", "*d", "!e", "%f", "@g", "`h`", "|", ">", "?", "? x", "...", "---", "<<", "="],
    *["中文", "نص", "😀", "👩\u200d🔬", "é", "e\u0301", "https://a.b/c#d", "x" * 130, "a\tb"],
    *["\x1b[31m", "\u202e", "\ufeff", "\xad", "\xa0", "\u3000", "a\u2028b", "\x85", "\x00"],
    *["\U000e0001", "<<<<<<<", "=======", ">>>>>>> x"],
]
BREAKS = [" ", " ", " ", " ", "  ", "\n", "\n\n", "\n  ", " \n", "\n\n\n", "\t", "\r\n", "\r"]


def _text(random: Random, most: int = 24) -> str:
    words = [random.choice(WORDS) for _ in range(random.randint(1, random.choice([2, 6, most])))]
    return "".join(word + random.choice(BREAKS) for word in words).strip() or "rain"


def _label(random: Random) -> str:
    return " ".join(_text(random, 3).splitlines()).strip() or "rain"


def _words(random: Random) -> str:
    return " ".join(_text(random).split()[:20]) or "rain"


def _day(random: Random) -> date:
    return date(2000, 1, 1) + timedelta(random.randint(0, 20000))


def _moment(random: Random) -> Any:
    if random.random() < 0.6:
        return _day(random)
    zone = random.choice([UTC, timezone(timedelta(hours=-5, minutes=-30))])
    at = timedelta(seconds=random.randint(0, 86399), microseconds=random.choice([0, 0, 5, 120000]))
    day = _day(random)
    return datetime(day.year, day.month, day.day, tzinfo=zone) + at


def _number(random: Random) -> float:
    size = random.choice([1, 1, 100, 1e-9, 1e20, 1e290])
    return random.choice(
        [random.randint(-50, 50), random.uniform(-size, size), float(random.randint(0, 9)), 10**25]
    )


def _chance(random: Random) -> float:
    return random.choice(
        [random.randint(0, 100) / 100, random.random(), random.random() ** 30, 0.0, 1.0, 1 / 3]
    )


def _rising(random: Random, draw: Any, count: int) -> list[Any]:
    return sorted({draw(random) for _ in range(count)})


def _pairs(random: Random, keys: Any, values: Any) -> tuple[Any, ...]:
    drawn = _rising(random, keys, random.randint(1, 5))
    return tuple(zip(drawn, sorted(values(random) for _ in drawn), strict=True))


def _level(random: Random) -> float:
    return random.choice([0.1, 0.5, 0.9, random.uniform(0.001, 0.999)])


def _interval(random: Random) -> Interval:
    low, high = sorted([_number(random), _number(random)])
    given: dict[str, Any] = random.choice(
        [{"low": low}, {"high": high}, {"low": low, "high": high}]
    )
    return Interval(**given, confidence=_maybe(random, _level))


def _maybe(random: Random, draw: Any) -> Any:
    return draw(random) if random.random() < 0.4 else None


def _source(random: Random) -> Source:
    return Source(
        title=_maybe(random, _text),
        url=_maybe(random, _label),
        published=_maybe(random, _day),
        locator=_maybe(random, _text),
        reading=random.choice([None, "primary", "secondary"]),
    )


def _value(random: Random, kind: str, options: tuple[str, ...]) -> dict[str, Any]:
    """A value of a kind, in one of its forms."""
    if kind == "binary":
        phrase = random.choice(phrases.every_phrase())
        return {"probability": random.choice([_chance(random), phrase])}
    if kind == "choice":
        rest = [_chance(random) / len(options) for _ in options[1:]]
        shares = (1 - sum(rest), *rest)
        return {"probabilities": tuple(zip(options, shares, strict=True))}
    if kind == "date":
        return {"cdf": _pairs(random, _day, _chance)}
    return random.choice(
        [
            {"interval": _interval(random)},
            {"quantiles": _pairs(random, _level, _number)},
            {"cdf": _pairs(random, _number, _chance)},
            {"point": _number(random)},
        ]
    )


def _forecast(random: Random, kind: str, options: tuple[str, ...]) -> Forecast:
    made = _moment(random)
    words = _maybe(random, _words)
    alone = words is not None and kind in {"binary", "date"} and random.random() < 0.5
    return Forecast(
        **({} if alone else _value(random, kind, options)),
        by=_label(random),
        made=made,
        words=words,
        origin=random.choice(ORIGINS),  # type: ignore[arg-type]
        rationale=_maybe(random, _text),
        source=_maybe(random, _source),
        withdrawn=_maybe(random, lambda _: made + timedelta(days=random.randint(0, 99))),
    )


def _outcome(random: Random, kind: str, options: tuple[str, ...]) -> Outcome:
    day = _day(random)
    answers = {
        "binary": ["yes", "no", 0.25, 1 / 3],
        "choice": list(options),
        "numeric": [_number(random)],
        "date": [day, "no"],
    }
    answer = random.choice([*answers[kind], "void"])
    is_void = answer == "void"
    return Outcome(
        answer=answer,
        decided=_maybe(random, _day) if is_void else day,
        recorded=_maybe(random, _day),
        judge=_maybe(random, _label),
        evidence=tuple(_label(random) for _ in range(random.randint(0, 2))),
        reason=random.choice([None, *REASONS]) if is_void else None,
        note=_maybe(random, _text),
    )


def _own(random: Random, depth: int = 0) -> Any:
    """A value below a key of the user's own: any text, not stripped, and lists and pairs of it."""
    shape = random.choice(["text", "text", "list", "pairs"]) if depth < 3 else "text"
    if shape == "list":
        return [_own(random, depth + 1) for _ in range(random.randint(0, 3))]
    if shape == "pairs":
        keys = {_text(random, 2) for _ in range(random.randint(0, 3))}
        return tuple((key, _own(random, depth + 1)) for key in sorted(keys))
    ends = ["", "", " ", "\n", "\n\n"]
    return random.choice(["", random.choice(ends) + _text(random) + random.choice(ends)])


def _of_kind(random: Random, kind: str, options: tuple[str, ...]) -> dict[str, Any]:
    """The fields that only one kind has."""
    if kind == "choice":
        return {"options": options, "ordered": random.random() < 0.5}
    if kind == "numeric":
        low, high = sorted([_number(random), _number(random)])
        held = Range(low=low, high=high + abs(high) + 1, open_low=random.random() < 0.5)
        return {"scale": random.choice(["linear", "log"]), "range": random.choice([None, held])}
    return {}


def drawn(seed: int) -> Prediction:
    """A valid prediction of any kind, with odd texts, by its seed."""
    random = Random(seed)
    kind = KINDS[seed % len(KINDS)]
    options = tuple(dict.fromkeys([*(_label(random) for _ in range(3)), "A", "B"]))
    count = random.randint(0, 3)
    return Prediction(
        claim=_text(random),
        kind=kind,  # type: ignore[arg-type]
        criteria=_maybe(random, _text),
        unit=_maybe(random, _label),
        opened=_maybe(random, _moment),
        closed=_maybe(random, _moment),
        scheduled_close=_maybe(random, _moment),
        deadline=_maybe(random, _day),
        deadline_origin=random.choice(["stated", "inferred", "assumed"]),  # type: ignore[arg-type]
        earliest=_maybe(random, _day),
        tags=tuple(_label(random) for _ in range(random.randint(0, 4))),
        family=_maybe(random, _label),
        condition=_maybe(random, lambda _: Condition(text=_text(random), prediction="2027-rain")),
        supersedes=random.choice([None, "rain.2026", "12", "1e3", "no"]),
        source=_maybe(random, _source),
        reference=_maybe(
            random,
            lambda _: Reference(**_value(random, kind, options), note=_maybe(random, _text)),
        ),
        outcome=_maybe(random, lambda _: _outcome(random, kind, options)),
        forecasts=tuple(_forecast(random, kind, options) for _ in range(count)),
        note=_maybe(random, _text),
        extra=tuple((f"x-{_label(random)}-{n}", _own(random)) for n in range(random.randint(0, 2))),
        **_of_kind(random, kind, options),
    )


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

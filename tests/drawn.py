"""Valid predictions with everything that a record may hold, and with odd texts, drawn by a seed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from random import Random
from typing import Any

from predtrack import phrases
from predtrack.dates import Month, day_of
from predtrack.records.prediction import (
    Condition,
    Evidence,
    Forecast,
    Interval,
    Judgement,
    Outcome,
    Prediction,
    Range,
    Reference,
    Source,
)
from predtrack.records.terms import KINDS, ORIGINS, REASONS

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


def _stated_on(random: Random) -> Any:
    day = _day(random)
    return Month(day.year, day.month) if random.random() < 0.2 else _moment(random)


def _extra(random: Random) -> tuple[tuple[str, Any], ...]:
    """Keys of the user's own, at any place."""
    count = random.randint(1, 2) if random.random() < 0.3 else 0
    return tuple((f"x-{_label(random)}-{n}", _own(random)) for n in range(count))


def _evidence(random: Random) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(url=_label(random), archived=_maybe(random, _label), extra=_extra(random))
        for _ in range(random.randint(0, 2))
    )


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
    return Interval(**given, confidence=_maybe(random, _level), extra=_extra(random))


def _maybe(random: Random, draw: Any) -> Any:
    return draw(random) if random.random() < 0.4 else None


def _source(random: Random) -> Source:
    return Source(
        title=_maybe(random, _text),
        url=_maybe(random, _label),
        published=_maybe(random, _day),
        locator=_maybe(random, _text),
        reading=random.choice([None, "primary", "secondary"]),
        archived=_maybe(random, _label),
        extra=_extra(random),
    )


RANGES = ["60%..70%", "0.5..1", "12.5%..13%", ".1...2", "over 50%", "under 0.05", "over 0%"]


def _value(random: Random, kind: str, options: tuple[str, ...]) -> dict[str, Any]:
    """A value of a kind, in one of its forms."""
    if kind == "binary":
        stated = [_chance(random), random.choice(phrases.every_phrase()), random.choice(RANGES)]
        return {"probability": random.choice(stated)}
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
    made = _stated_on(random)
    words, paraphrase = _maybe(random, _words), _maybe(random, _text)
    spoken = words is not None or paraphrase is not None
    alone = spoken and kind in {"binary", "date"} and random.random() < 0.5
    return Forecast(
        **({} if alone else _value(random, kind, options)),
        by=_label(random),
        made=made,
        words=words,
        paraphrase=paraphrase,
        recorded=_maybe(random, _day),
        origin=random.choice(ORIGINS),  # type: ignore[arg-type]
        rationale=_maybe(random, _text),
        source=_maybe(random, _source),
        withdrawn=_maybe(random, lambda _: _after(random, made)),
        extra=_extra(random),
    )


def _after(random: Random, made: Any) -> Any:
    """A moment on the day of another or later: a day, an instant or a month."""
    day = day_of(made) + timedelta(days=random.randint(0, 99))
    if random.random() < 0.2:
        return Month(day.year, day.month)
    if isinstance(made, datetime) and random.random() < 0.5:
        return made + timedelta(days=random.randint(0, 99))
    return day


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
        evidence=_evidence(random),
        reason=random.choice([None, *REASONS]) if is_void else None,
        note=_maybe(random, _text),
        judgements=tuple(
            Judgement(
                answer=random.choice([*answers[kind], "void"]),
                judge=_maybe(random, _label),
                recorded=_maybe(random, _day),
                evidence=_evidence(random),
                note=_maybe(random, _text),
                extra=_extra(random),
            )
            for _ in range(random.choice([0, 0, 1, 2]))
        ),
        extra=_extra(random),
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
        later = options[1:] if random.random() < 0.5 else ()
        return {
            "options": options,
            "options_added": tuple((name, _day(random)) for name in later if random.random() < 0.5),
            "rest": _maybe(random, lambda _: options[0]),
            "ordered": random.random() < 0.5,
        }
    if kind == "numeric":
        low, high = sorted([_number(random), _number(random)])
        bounds = Range(low=low, high=high + abs(high) + 1, open_low=random.random() < 0.5)
        bounds = replace(bounds, extra=_extra(random))
        return {"scale": random.choice(["linear", "log"]), "range": random.choice([None, bounds])}
    return {}


def _condition(random: Random) -> Condition:
    return Condition(
        text=_text(random),
        prediction="2027-rain",
        is_=random.choice(["yes", "no", _label(random)]),
        extra=_extra(random),
    )


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
        review=_maybe(random, _day),
        earliest=_maybe(random, _day),
        tags=tuple(_label(random) for _ in range(random.randint(0, 4))),
        family=_maybe(random, _label),
        condition=_maybe(random, _condition),
        supersedes=random.choice([None, "rain.2026", "12", "1e3", "no"]),
        source=_maybe(random, _source),
        reference=_maybe(
            random,
            lambda _: Reference(
                **_value(random, kind, options), note=_maybe(random, _text), extra=_extra(random)
            ),
        ),
        outcome=_maybe(random, lambda _: _outcome(random, kind, options)),
        forecasts=tuple(_forecast(random, kind, options) for _ in range(count)),
        note=_maybe(random, _text),
        extra=_extra(random),
        **_of_kind(random, kind, options),
    )

"""Predictions for tests: built in memory, drawn from a seed, and written as files."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random
from statistics import NormalDist
from typing import Any

from predtrack.records.prediction import Forecast, Interval, Outcome, Prediction
from predtrack.views.json import record

MADE = date(2024, 1, 1)
DEADLINE = date(2024, 12, 31)
DAY = date(2025, 6, 1)
"""The day that reports are asked for: everything built here is due by then."""

OPTIONS = ("red", "green", "blue")


def said(*, by: str = "Ada", made: date = MADE, **fields: Any) -> Forecast:
    """A forecast, by Ada on 2024-01-01 unless told otherwise."""
    return Forecast(by=by, made=made, **fields)


def built(
    kind: str, *forecasts: Forecast, answer: Any = None, decided: date | None = None, **fields: Any
) -> Prediction:
    """A prediction `p` due at the end of 2024; with an answer, decided on its last day."""
    given: dict[str, Any] = {"id": "p", "claim": "It comes true", "deadline": DEADLINE} | fields
    if kind == "choice":
        given.setdefault("options", OPTIONS)
    if answer is not None:
        day = decided or (answer if isinstance(answer, date) else given["deadline"] or DEADLINE)
        given["outcome"] = Outcome(answer=answer, decided=None if answer == "void" else day)
    given.setdefault("path", f"{given['id']}.yaml")
    return Prediction(kind=kind, forecasts=forecasts, **given)  # type: ignore[arg-type]


def binary(p: float | str = 0.7, answer: Any = None, **fields: Any) -> Prediction:
    """A binary prediction with one forecast; `by`, `made` and `origin` go to the forecast."""
    own = {name: fields.pop(name) for name in ("by", "made", "origin") if name in fields}
    return built("binary", said(probability=p, **own), answer=answer, **fields)


def by_id(*predictions: Prediction) -> dict[str, Prediction]:
    """Predictions by their ids, as reports take them."""
    return {each.id: each for each in predictions}


def numbered(predictions: Iterable[Prediction]) -> dict[str, Prediction]:
    """Predictions by ids of their own: p000, p001 and so on."""
    return by_id(
        *(replace(p, id=f"p{k:03}", path=f"p{k:03}.yaml") for k, p in enumerate(predictions))
    )


def _binary(random: Random, by: str) -> Prediction:
    p = random.randint(1, 19) / 20
    answer = "yes" if random.random() < p else "no"
    return built("binary", said(by=by, probability=p), answer=answer)


def _choice(random: Random, by: str) -> Prediction:
    first = random.randint(1, 16)
    second = random.randint(1, 19 - first)
    parts = [first, second, 20 - first - second]
    shares = tuple(zip(OPTIONS, (part / 20 for part in parts), strict=True))
    answer = random.choices(OPTIONS, weights=parts)[0]
    return built("choice", said(by=by, probabilities=shares), answer=answer)


def _interval(random: Random, by: str) -> Prediction:
    drawn = _drawn(random)
    bounds = Interval(low=_value(drawn, 0.1), high=_value(drawn, 0.9), confidence=0.8)
    return built("numeric", said(by=by, interval=bounds), answer=_number(random, drawn), unit="mm")


def _quantiles(random: Random, by: str) -> Prediction:
    drawn = _drawn(random)
    pairs = tuple((level, _value(drawn, level)) for level in (0.1, 0.25, 0.5, 0.75, 0.9))
    return built("numeric", said(by=by, quantiles=pairs), answer=_number(random, drawn), unit="mm")


def _date(random: Random, by: str) -> Prediction:
    """Two days of a process that makes it happen by the later one with the chance stated."""
    early = random.randint(2, 10)
    late = random.randint(early, 18)
    at = random.random() * 20
    days = {date(2024, 6, 30): early / 20, DEADLINE: late / 20}
    happened = date(2024, 4, 1) if at < early else date(2024, 9, 1) if at < late else None
    forecast = said(by=by, cdf=tuple(days.items()))
    return built("date", forecast, answer=happened or "no", deadline=DEADLINE)


def _drawn(random: Random) -> NormalDist:
    return NormalDist(random.randint(50, 150), random.randint(5, 20))


def _value(drawn: NormalDist, level: float) -> float:
    return round(drawn.inv_cdf(level), 1)


def _number(random: Random, drawn: NormalDist) -> float:
    return round(random.gauss(drawn.mean, drawn.stdev), 2)


DRAWN: dict[str, Callable[[Random, str], Prediction]] = {
    "binary": _binary,
    "choice": _choice,
    "interval": _interval,
    "quantiles": _quantiles,
    "date": _date,
}
"""What `resolved` draws, in turn."""


def resolved(
    n: int, seed: int = 1, *, by: str = "Ada", forms: tuple[str, ...] = tuple(DRAWN)
) -> list[Prediction]:
    """Resolved predictions of a calibrated forecaster, each a family of its own.

    The forms are taken in turn; made in January 2024, due by the end of that year. The same seed
    gives the same predictions.
    """
    random = Random(seed)
    drawn = [DRAWN[forms[k % len(forms)]](random, by) for k in range(n)]
    return [
        replace(
            each,
            id=f"r{k:04}",
            path=f"r{k:04}.yaml",
            claim=f"Number {k} comes true",
            forecasts=tuple(replace(f, made=MADE + timedelta(k % 28)) for f in each.forecasts),
        )
        for k, each in enumerate(drawn)
    ]


def text(prediction: Prediction) -> str:
    """The text of a file that holds the prediction: block style, values as JSON has them."""
    lines = []
    for key, value in record(prediction).items():
        if key == "forecasts":
            lines += ["forecasts:", *(line for each in value for line in _entry(each))]
        else:
            lines.append(f"{key}: {json.dumps(value, ensure_ascii=False)}")
    return "\n".join([*lines, ""])


def _entry(fields: dict[str, Any]) -> list[str]:
    ordered = {key: fields[key] for key in ("by", "made")} | fields
    pairs = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in ordered.items()]
    return [f"{'    ' if k else '  - '}{pair}" for k, pair in enumerate(pairs)]


def write(predictions: Iterable[Prediction], folder: Path) -> Path:
    """The folder, with a file for each prediction in it."""
    folder.mkdir(parents=True, exist_ok=True)
    for each in predictions:
        (folder / f"{each.id}.yaml").write_text(text(each), "utf-8")
    return folder

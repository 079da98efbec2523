"""Put what somebody stands by into words: no more than was said, and what `values` reads."""

from __future__ import annotations

from datetime import date
from typing import Literal

from predtrack.records import rules
from predtrack.records.numerals import number, percent
from predtrack.records.prediction import Forecast, Interval, Prediction, Statement

MOST_POINTS = 6


def value(prediction: Prediction, statement: Statement) -> str:
    """Return what a forecast states, in words; a claim without a number is shown as its words.

    `50% by 2029-02-13, 90% by 2036-02-13`, `10–15 GW (80%)`, `at least 100 GW`, `"fast"`. What only
    a report says of it has no quotation marks: `reported: it will be fast`.
    """
    if statement.probability is not None:
        return chance(statement.probability)
    unit = f" {prediction.unit}" if prediction.unit else ""
    if statement.probabilities is not None:
        shares = sorted(statement.probabilities, key=lambda each: -each[1])
        return ", ".join(f"{name} {percent(p)}" for name, p in shares)
    if statement.interval is not None:
        return interval(statement.interval, unit)
    if statement.quantiles is not None:
        levels = ", ".join(f"{percent(level)}: {number(at)}" for level, at in statement.quantiles)
        return f"{levels}{unit}"
    if statement.cdf is not None:
        return _cdf(statement, unit)
    if statement.point is not None:
        return f"{number(statement.point)}{unit}"
    return _spoken(statement) if isinstance(statement, Forecast) else ""


def _spoken(forecast: Forecast) -> str:
    if forecast.words:
        return f'"{forecast.words}"'
    return f"reported: {forecast.paraphrase}" if forecast.paraphrase else ""


Form = Literal["value", "words", "paraphrase"]


def form(forecast: Forecast) -> Form:
    """Return what a forecast is shown as: a value, the speaker's words, or what a report says."""
    if rules.values_of(forecast):
        return "value"
    return "words" if forecast.words else "paraphrase"


def _cdf(statement: Statement, unit: str) -> str:
    points = statement.cdf or ()
    chances = [
        f"{chance(p)} by {place}" if isinstance(place, date) else f"{chance(p)} ≤ {number(place)}"
        for place, p in points[:MOST_POINTS]
    ]
    more = f" and {len(points) - MOST_POINTS} more" if points[MOST_POINTS:] else ""
    return f"{', '.join(chances)}{unit if not isinstance(points[0][0], date) else ''}{more}"


def chance(stated: float | str) -> str:
    """Return a stated chance: a percentage, or the phrase; only `words` has quotation marks."""
    return stated if isinstance(stated, str) else percent(stated)


def interval(stated: Interval, unit: str = "") -> str:
    """Return a range with its unit, and its confidence if one was stated."""
    low, high = stated.low, stated.high
    if low is None:
        text = f"at most {number(high or 0)}{unit}"
    elif high is None:
        text = f"at least {number(low)}{unit}"
    else:
        text = f"{number(low)}–{number(high)}{unit}"
    return text if stated.confidence is None else f"{text} ({percent(stated.confidence)})"

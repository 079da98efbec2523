"""List the chances of predictions: every stated probability with what it was stated of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from predtrack.records import life, offers
from predtrack.records.forms import Probability
from predtrack.records.prediction import Chance, Forecast, Interval, Prediction
from predtrack.records.terms import ORIGINS

MOST_CDF_POINTS = 20  # a numeric cdf with more is a curve: it is scored, and states no chances


class Parts(NamedTuple):
    """One stated probability, of what, when that is scheduled, and whether it happened."""

    stated: Probability
    target: str
    scheduled: date | None
    happened: float | None
    tied: bool = False  # the number that came is the stated one: see `is_tied`


def chances(prediction: Prediction, forecast: Forecast) -> list[Chance]:
    """Return the chances that one forecast states, with what is known of them."""
    return [chance(prediction, forecast, parts) for parts in stated(prediction, forecast)]


def stated(prediction: Prediction, forecast: Forecast) -> Sequence[Parts]:
    """Return the parts of a forecast: one for each probability that it states."""
    return _STATED[prediction.kind](prediction, forecast)


def chance(prediction: Prediction, forecast: Forecast, parts: Parts) -> Chance:
    """Return a chance that a forecast states, with what is known of it."""
    stated, target, scheduled, happened, _ = parts
    ended = prediction.outcome
    return Chance(
        prediction.id,
        forecast.by,
        forecast.made,
        prediction.kind,
        prediction.family or prediction.id,
        target,
        stated,
        origin_of(prediction, forecast),
        scheduled,
        ended.decided if ended and happened is not None else None,
        happened,
    )


def origin_of(prediction: Prediction, forecast: Forecast) -> str:
    """Return the weaker of the origins of a forecast and of its deadline."""
    if prediction.deadline_origin == ORIGINS[0]:  # nothing is stronger, and most are
        return forecast.origin
    return max(forecast.origin, prediction.deadline_origin, key=ORIGINS.index)


def _binary(prediction: Prediction, forecast: Forecast) -> Sequence[Parts]:
    stated = forecast.probability
    if stated is None:
        return ()
    return (Parts(stated, "yes", prediction.deadline, share_of_yes(prediction)),)


def share_of_yes(prediction: Prediction) -> float | None:
    """Return 1 for yes, 0 for no, the share of a partial answer; None without an answer."""
    answer = answer_of(prediction)
    if answer is None or isinstance(answer, date):
        return None
    return _SHARES[answer] if isinstance(answer, str) else answer


_SHARES = {"yes": 1.0, "no": 0.0}


def answer_of(prediction: Prediction) -> str | float | date | None:
    """Return the answer that decides something; None for none and for void."""
    ended = prediction.outcome
    return None if ended is None or ended.answer == "void" else ended.answer


def _choice(prediction: Prediction, forecast: Forecast) -> Sequence[Parts]:
    answer, deadline = option_came(prediction, forecast), prediction.deadline
    shares = dict(forecast.probabilities or ())
    options = offers.options_of(prediction, forecast) if shares else ()
    return [
        Parts(shares[option], option, deadline, None if answer is None else float(option == answer))
        for option in options
    ]


def option_came(prediction: Prediction, forecast: Forecast) -> str | None:
    """Return the option that came for a forecast; None where nothing came yet.

    For an option that the forecast was not asked for the rest came, and without one there is none.
    """
    answer = answer_of(prediction)
    return None if answer is None else offers.option_came(prediction, forecast, str(answer))


def _date(prediction: Prediction, forecast: Forecast) -> Sequence[Parts]:
    return [
        Parts(probability, f"by {day}", day, happened_by(prediction, day))
        for day, probability in forecast.cdf or ()
        if isinstance(day, date)
    ]


def happened_by(prediction: Prediction, day: date) -> float | None:
    """Return 1 if it had happened by the end of a day, 0 if not, None while undecided."""
    answer = answer_of(prediction)
    if answer is None or not life.decides(prediction, day):
        return None
    return float(isinstance(answer, date) and answer <= day)


def _numeric(prediction: Prediction, forecast: Forecast) -> Sequence[Parts]:
    deadline, interval, cdf = prediction.deadline, forecast.interval, forecast.cdf or ()
    parts = []
    if interval is not None and interval.confidence is not None:
        happened, tied = inside(prediction, interval), is_tied(prediction, interval)
        parts.append(Parts(interval.confidence, span(interval), deadline, happened, tied))
    for level, value in forecast.quantiles or ():
        name, happened = at_most_name(value), at_most(prediction, value)
        parts.append(Parts(level, name, deadline, happened, is_at(prediction, value)))
    for place, stated in cdf if len(cdf) <= MOST_CDF_POINTS else ():
        if not isinstance(place, date):
            name, happened = at_most_name(place), at_most(prediction, place)
            parts.append(Parts(stated, name, deadline, happened))
    return parts


def is_at(prediction: Prediction, value: float) -> bool:
    """Return whether the answer is a whole number and is this value.

    A whole number that equals a stated quantile lies neither below nor above it, and no quantile
    of a count is reached with exactly its level: whoever states the right ones would seem to
    state too much, were each tie a hit. A point of a cdf is an event, "at most so many", that
    such an answer makes true.

    Reference: Czado, Gneiting and Held (2009), Biometrics 65:1254, on counts.
    """
    answer = answer_of(prediction)
    return isinstance(answer, float | int) and answer == value and float(answer).is_integer()


def is_tied(prediction: Prediction, interval: Interval) -> bool:
    """Return whether the answer is a whole number on an end of an interval with two ends."""
    low, high = interval.low, interval.high
    if low is None or high is None:
        return False
    return is_at(prediction, low) or is_at(prediction, high)


def span(interval: Interval) -> str:
    """Return a closed range in signs: `10..15`, `>= 100`, `<= 5`."""
    if interval.low is None:
        return f"<= {interval.high}"
    return f">= {interval.low}" if interval.high is None else f"{interval.low}..{interval.high}"


def at_most_name(value: float) -> str:
    """Return the name of a chance of at most a value; 8 and 8.0 are the same value.

    >>> at_most_name(8.0), at_most_name(8), at_most_name(0.5)
    ('<= 8', '<= 8', '<= 0.5')
    """
    return f"<= {int(value) if float(value).is_integer() and abs(value) < 1e15 else value}"


def at_most(prediction: Prediction, value: float) -> float | None:
    """Return 1 if the answer is at most a value, 0 if it is more, None where it is not known.

    `below` and `above` say only on which side of the range the answer lies.
    """
    answer, bounds = answer_of(prediction), prediction.range
    if isinstance(answer, float | int):
        return float(answer <= value)
    if answer == "below" and bounds is not None and value >= bounds.low:
        return 1.0
    if answer == "above" and bounds is not None and value <= bounds.high:
        return 0.0
    return None


def _at_least(prediction: Prediction, value: float) -> float | None:
    answer, bounds = answer_of(prediction), prediction.range
    if isinstance(answer, float | int):
        return float(answer >= value)
    if answer == "below" and bounds is not None and value >= bounds.low:
        return 0.0
    if answer == "above" and bounds is not None and value <= bounds.high:
        return 1.0
    return None


def inside(prediction: Prediction, interval: Interval) -> float | None:
    """Return 1 if the answer lies in a closed interval, 0 if not, None where it is not known."""
    low = 1.0 if interval.low is None else _at_least(prediction, interval.low)
    high = 1.0 if interval.high is None else at_most(prediction, interval.high)
    if low == 0 or high == 0:
        return 0.0
    return None if low is None or high is None else 1.0


_STATED = {"binary": _binary, "choice": _choice, "date": _date, "numeric": _numeric}

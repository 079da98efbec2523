"""Only foresight counts: nothing stated after its scheduled day, the close or the decision does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Literal, NamedTuple

from predtrack.dates import Moment, day_of, order_of, text_of
from predtrack.errors import Finding
from predtrack.records import life
from predtrack.records.prediction import Forecast, Prediction

Cause = Literal["scheduled", "closed", "decided"]

CODE = "hindsight"


class Hindsight(NamedTuple):
    """Why what a forecast says of a scheduled day is no foresight, and since when it is not."""

    cause: Cause
    since: Moment


def hindsight(
    prediction: Prediction, forecast: Forecast, scheduled: date | None
) -> Hindsight | None:
    """Return why what a forecast says of a scheduled day is hindsight; None where it is foresight.

    It is, if it was made after that day, after the question closed, or after it was decided.
    """
    day = day_of(forecast.made)
    if scheduled is not None and day > scheduled:
        return Hindsight("scheduled", scheduled)
    if prediction.closed is not None and follows(forecast.made, prediction.closed):
        return Hindsight("closed", prediction.closed)
    ended = prediction.outcome
    decided = None if ended is None or ended.answer == "void" else ended.decided
    if decided is not None and day > decided and life.decides(prediction, scheduled):
        return Hindsight("decided", decided)
    return None


def follows(when: Moment, closed: Moment) -> bool:
    """Return whether a forecast or a withdrawal follows the close of its question.

    What bears only the day comes after every instant of that day, as in the order of forecasts.
    """
    if not isinstance(closed, datetime):
        return day_of(when) > day_of(closed)
    if isinstance(when, datetime):
        return order_of(when) > order_of(closed)
    return day_of(when) >= day_of(closed)


def warnings(prediction: Prediction) -> list[Finding]:
    """Return a warning for each forecast of a prediction that is hindsight, in whole or in part."""
    last = life.deadline(prediction)  # once: it looks at every forecast
    problems: list[Finding] = []
    for index, forecast in enumerate(prediction.forecasts):
        problems += _warning(prediction, forecast, index, last)
    return problems


def warnings_of(prediction: Prediction, forecast: Forecast) -> list[Finding]:
    """Return the warnings for one forecast of a prediction, as `warnings` has them."""
    last = life.deadline(prediction)
    return [*_warning(prediction, forecast, len(prediction.forecasts), last)]


def _warning(
    prediction: Prediction, forecast: Forecast, index: int, last: date | None
) -> Iterator[Finding]:
    """Yield the warning for a forecast that is hindsight.

    Its cause is the close or the decision where either is, for that concerns all of the forecast.
    """
    days = life.days_of(forecast, last)
    every = [hindsight(prediction, forecast, day) for day in days]
    late = [each for each in every if each is not None]
    if not late:
        return
    passed = [each.since for each in late if each.cause == "scheduled"]
    cause, since = next((each for each in late if each.cause != "scheduled"), late[0])
    begin = f"made on {text_of(forecast.made)}"
    if cause == "scheduled" and len(days) > 1:
        more = f" and {len(passed) - 1} more of its days" if passed[1:] else ""
        message = f"{begin}, when {text_of(since)}{more} had passed"
        remedy = "take those days out, or check them"
    elif cause == "closed" and day_of(forecast.made) == day_of(since):
        message = f"{begin}, the day on which the question closed, at {text_of(since)}"
        remedy = "write `made` with its time, if that was before the close"
    else:
        message, remedy = f"{begin}, after {_SINCE[cause]} {text_of(since)}", _REMEDIES[cause]
    where = ("forecasts", index, "made")
    yield Finding(where, CODE, f"{message}: hindsight, which never counts", remedy)


_SINCE: dict[Cause, str] = {
    "scheduled": "its scheduled day",
    "closed": "the question closed on",
    "decided": "it was decided on",
}
_REMEDIES: dict[Cause, str] = {
    "scheduled": "check `made` and the deadline",
    "closed": "check `made` and `closed`",
    "decided": "check `made`, and `decided` of the outcome",
}

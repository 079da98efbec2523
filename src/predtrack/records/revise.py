"""The changes that the forecasts of a prediction may undergo: one more, or one withdrawn.

Pure functions: each returns a new prediction or refuses. What was said once is never taken out.
"""

from __future__ import annotations

from dataclasses import replace

from predtrack.dates import Moment, day_of, stated_order, text_of
from predtrack.errors import RefusedError, UsageError, near
from predtrack.records.life import days_of, deadline, decides, in_order, known_since
from predtrack.records.prediction import Forecast, Prediction
from predtrack.records.rules import findings


def revise(prediction: Prediction, forecast: Forecast, *, force: bool = False) -> Prediction:
    """Return the prediction with one more forecast, or refuse and say why not and what to do.

    What would sort before a later forecast of the same person, and so never stand, or before a
    later withdrawal, which ended it with the rest, is refused unless it is forced.
    """
    revised = replace(prediction, forecasts=(*prediction.forecasts, forecast))
    if problems := findings(revised):
        raise UsageError(f"{prediction.id}: {problems[0].message}; {problems[0].remedy}")
    _refuse_after_end(prediction, forecast)
    if not force:
        _refuse_before_later(prediction, forecast.by, forecast.made)
    return revised


def _refuse_before_later(prediction: Prediction, by: str, when: Moment) -> None:
    """Refuse a moment that lies before a later forecast or withdrawal of the same person."""
    latest = _latest(prediction).get(by)
    ends = [each.withdrawn for each in prediction.forecasts if each.by == by and each.withdrawn]
    ended = max(ends, key=stated_order, default=None)
    if latest is not None and stated_order(when) < stated_order(latest.made):
        later = f"{by} has a later forecast in {prediction.id}, of {text_of(latest.made)}, so"
        message = f"{later} what was said on {text_of(when)} would not stand"
    elif ended is not None and stated_order(when) < stated_order(ended):
        later = f"{by} has a later withdrawal in {prediction.id}, of {text_of(ended)}, which"
        message = f"{later} also ended what was said on {text_of(when)}"
    else:
        return
    remedy = "nothing was changed; give a later --made, or put it in all the same with --force"
    raise RefusedError(f"{message}; {remedy}")


def _latest(prediction: Prediction) -> dict[str, Forecast]:
    """Return the forecast of each forecaster that was said last."""
    return {each.by: each for each in in_order(prediction.forecasts)}


def _refuse_after_end(prediction: Prediction, forecast: Forecast) -> None:
    """Refuse a forecast of what was settled by the day it was made."""
    ended = prediction.outcome
    days = days_of(forecast, deadline(prediction))
    if ended is None or not all(decides(prediction, day) for day in days):
        return
    since = known_since(ended)
    if since is None or day_of(forecast.made) >= since:
        message = f"{prediction.id} already ended: {ended.answer}"
        when = f", decided {since}" if since else ""
        remedy = "nothing was changed; a forecast is made before that, or after `predtrack reopen`"
        raise RefusedError(f"{message}{when}; {remedy}")


def withdraw(prediction: Prediction, by: str, when: Moment, *, force: bool = False) -> Prediction:
    """Return the prediction with what a forecaster stands by ended, or refuse with the reason.

    A moment before a later forecast of that person is refused; forced, it ends what stood then.
    """
    latest = _latest(prediction)
    if by not in latest:
        names = list(latest)
        hint = near(by, names) or (f"it has {', '.join(names)}" if names else "it has none at all")
        raise RefusedError(f"{prediction.id} has no forecast by {by}; nothing was changed; {hint}")
    forecast = latest[by]
    if stated_order(when) < stated_order(forecast.made):
        earlier = _stood(prediction, by, when) if force else None
        if earlier is None:
            raise _withdrawn_too_soon(prediction, forecast, when)
        forecast = earlier
    if forecast.withdrawn is not None:
        on = f"was withdrawn already, on {text_of(forecast.withdrawn)}"
        raise RefusedError(f"the forecast of {by} in {prediction.id} {on}; nothing was changed")
    ended = [
        replace(each, withdrawn=when) if each is forecast else each for each in prediction.forecasts
    ]
    return replace(prediction, forecasts=tuple(ended))


def _stood(prediction: Prediction, by: str, when: Moment) -> Forecast | None:
    """Return a forecaster's forecast that was the last at a moment, or is the last of its day."""
    then = [
        each
        for each in in_order(prediction.forecasts)
        if each.by == by and stated_order(each.made) <= stated_order(when)
    ]
    same_day = [
        each for each in prediction.forecasts if each.by == by and day_of(each.made) == day_of(when)
    ]
    return next(reversed(then or same_day), None)


def _withdrawn_too_soon(prediction: Prediction, forecast: Forecast, when: Moment) -> RefusedError:
    on = f"would be withdrawn on {text_of(when)}, before it was made"
    remedy = f"nothing was changed; it was made on {text_of(forecast.made)}"
    if any(each.by == forecast.by and each is not forecast for each in prediction.forecasts):
        remedy += ", and --force ends the one before it"
    return RefusedError(f"the forecast of {forecast.by} in {prediction.id} {on}; {remedy}")

"""The changes that the forecasts of a prediction may undergo: one more, or one withdrawn.

Pure functions: each returns a new prediction or refuses. What was said once is never taken out.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from predtrack.dates import Moment, day_of, order_of, text_of
from predtrack.errors import RefusedError, UsageError, near
from predtrack.records.life import deadline, decides, in_order, points_of
from predtrack.records.prediction import Forecast, Prediction
from predtrack.records.rules import findings


def revise(prediction: Prediction, forecast: Forecast) -> Prediction:
    """The prediction with one more forecast, or a refusal that says why not and what to do."""
    revised = replace(prediction, forecasts=(*prediction.forecasts, forecast))
    if found := findings(revised):
        raise UsageError(f"{prediction.id}: {found[0].message}; {found[0].remedy}")
    _refuse_after_end(prediction, forecast)
    return revised


def _refuse_after_end(prediction: Prediction, forecast: Forecast) -> None:
    """Refuse a forecast of what was settled by the day it was made."""
    ended = prediction.outcome
    stated: list[date | None] = [*points_of(forecast)] or [deadline(prediction)]
    if ended is None or not all(decides(prediction, day) for day in stated):
        return
    since = ended.decided or ended.recorded
    if since is None or day_of(forecast.made) >= since:
        told = f"{prediction.id} already ended: {ended.answer}"
        when = f", decided {since}" if since else ""
        remedy = "nothing was changed; a forecast is made before that, or after `predtrack reopen`"
        raise RefusedError(f"{told}{when}; {remedy}")


def withdraw(prediction: Prediction, by: str, when: Moment) -> Prediction:
    """The prediction with a forecaster's standing forecast ended, or a refusal with its reason."""
    latest = {each.by: each for each in in_order(prediction.forecasts)}
    if by not in latest:
        raise RefusedError(f"{prediction.id} {_no_forecast(by, list(latest))}")
    forecast = latest[by]
    if forecast.withdrawn is not None:
        on = f"was withdrawn already, on {day_of(forecast.withdrawn)}"
        raise RefusedError(f"the forecast of {by} in {prediction.id} {on}; nothing was changed")
    if _is_before(when, forecast.made):
        on = f"would be withdrawn on {text_of(when)}, before it was made"
        remedy = f"nothing was changed; it was made on {text_of(forecast.made)}"
        raise RefusedError(f"the forecast of {by} in {prediction.id} {on}; {remedy}")
    ended = [
        replace(each, withdrawn=when) if each is forecast else each for each in prediction.forecasts
    ]
    return replace(prediction, forecasts=tuple(ended))


def _no_forecast(by: str, names: list[str]) -> str:
    hint = near(by, names) or (f"it has {', '.join(names)}" if names else "it has none at all")
    return f"has no forecast by {by}; nothing was changed; {hint}"


def _is_before(when: Moment, made: Moment) -> bool:
    """Whether a moment lies before another: by their days and, of two instants, by the clock."""
    two_instants = isinstance(when, datetime) and isinstance(made, datetime)
    return day_of(when) < day_of(made) or (two_instants and order_of(when) < order_of(made))

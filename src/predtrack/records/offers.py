"""Tell which options of a choice a forecast was asked for: one that came later, not by all."""

from __future__ import annotations

from datetime import date, datetime

from predtrack.dates import day_of
from predtrack.records.prediction import Forecast, Prediction


def options_due(prediction: Prediction, forecast: Forecast) -> tuple[str, ...]:
    """Return the options that were on offer when the forecast was made, in their order.

    A forecast gives each of them a share. On the very day on which an option came an instant may
    lie before it: then a forecast that does not name the option was not offered it.
    """
    if not prediction.options_added:
        return prediction.options
    named = frozenset(name for name, _ in forecast.probabilities or ())
    later = {
        name
        for name, added in prediction.options_added
        if _precedes(forecast, added, is_named=name in named)
    }
    return tuple(name for name in prediction.options if name not in later)


def _precedes(forecast: Forecast, added: date, *, is_named: bool) -> bool:
    """Return whether a forecast was made before an option came."""
    day = day_of(forecast.made)
    if day == added:
        return isinstance(forecast.made, datetime) and not is_named
    return day < added


def options_of(prediction: Prediction, forecast: Forecast) -> tuple[str, ...]:
    """Return the options that a forecast was asked for, in their order.

    Those are the options on offer on its day, and any other that it gives a share above 0.
    """
    if not prediction.options_added:
        return prediction.options
    due = options_due(prediction, forecast)
    shares = dict(forecast.probabilities or ())
    return tuple(name for name in prediction.options if name in due or shares.get(name))


def option_came(prediction: Prediction, forecast: Forecast, answer: str) -> str | None:
    """Return the option that came for a forecast, given the answer.

    Where it was not asked for that option, the rest came for it; None where there is no rest.
    """
    options = options_of(prediction, forecast)
    if answer in options:
        return answer
    return prediction.rest if prediction.rest in options else None

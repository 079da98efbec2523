"""Read what a record from a platform says beyond the format, under x- keys of its importer.

Nothing but the platform's own scores goes by them; without them those scores go by the format.
"""

from __future__ import annotations

from predtrack import dates
from predtrack.dates import Moment
from predtrack.errors import Misread
from predtrack.records.prediction import Prediction

SPOT_TIME = "x-metaculus-spot-time"  # the moment of the spot scores, where it is not the close
BOTS = "x-metaculus-bots"  # the forecasters with whom nobody is compared
LATE_OPTIONS = "x-metaculus-late-options"  # options that some forecasts were not offered


def spot_time(prediction: Prediction) -> Moment | None:
    """Return the moment of the spot scores, where the record names one."""
    text = dict(prediction.extra).get(SPOT_TIME)
    try:
        return dates.moment(text) if isinstance(text, str) else None
    except Misread:
        return None


def bots(prediction: Prediction) -> frozenset[str]:
    """Return the forecasters that are scored, but are not among those one is compared with."""
    return _names(prediction, BOTS)


def late_options(prediction: Prediction) -> frozenset[str]:
    """Return the options taken away, or added later, whose chance of 0 says "not on offer"."""
    return _names(prediction, LATE_OPTIONS)


def _names(prediction: Prediction, key: str) -> frozenset[str]:
    names = dict(prediction.extra).get(key)
    return frozenset(each for each in names if isinstance(each, str)) if names else frozenset()

"""What a record from a platform says beyond the format, under x- keys that its importer writes.

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
    """The moment of the spot scores, where the record names one."""
    said = dict(prediction.extra).get(SPOT_TIME)
    try:
        return dates.moment(said) if isinstance(said, str) else None
    except Misread:
        return None


def bots(prediction: Prediction) -> frozenset[str]:
    """The forecasters that are scored, but are not among those one is compared with."""
    return _names(prediction, BOTS)


def late_options(prediction: Prediction) -> frozenset[str]:
    """The options that were taken away, or added later: a chance of 0 says "not on offer"."""
    return _names(prediction, LATE_OPTIONS)


def _names(prediction: Prediction, key: str) -> frozenset[str]:
    said = dict(prediction.extra).get(key)
    return frozenset(each for each in said if isinstance(each, str)) if said else frozenset()

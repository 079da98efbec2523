"""Match the forecasts of a record and an export, by who made each, when, and what it says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from predtrack.dates import day_of, order_of
from predtrack.records.likeness import DAY, says
from predtrack.records.prediction import VALUES, Forecast

Pair = tuple[Forecast | None, Forecast]
"""A forecast of the export, and the one here that it is; None where it is new."""


def pairs_of(here: Sequence[Forecast], export: Sequence[Forecast]) -> Iterator[Pair]:
    """Yield each forecast of the export with its match: by the instant, then by what it says.

    A time without a zone is another instant in another zone, but the same by the clock. Where the
    export holds one forecast, its day may be that of the last change of a file, in a zone.
    """
    keys = {_key(each) for each in export}
    mine, left = _Shelf(), _Shelf()
    for each in here:
        if (key := _key(each)) in keys:
            mine.put(key, each)
        else:
            left.put(_clock(each), each)
    days = (0, -1, 1) if len(export) == 1 else (0,)
    for each in export:
        if _key(each) in mine:
            yield mine.first(_key(each), each) or mine.any(_key(each)), each
        else:
            yield left.take([_clock(each, more) for more in days], each), each


def _clock(forecast: Forecast, days: int = 0) -> object:
    """Return who forecast, and when by the clock, or on which day, so many days later."""
    when = forecast.made
    if isinstance(when, datetime):
        return forecast.by, when.replace(tzinfo=None) if not days else None
    return forecast.by, date.fromordinal(day_of(when).toordinal() + days)


class _Shelf:
    """Forecasts by a key, and below it by what they say: none is compared with all others."""

    def __init__(self) -> None:
        self._places: dict[object, defaultdict[object, dict[int, Forecast]]] = {}
        self._count = 0

    def __contains__(self, key: object) -> bool:
        return key in self._places

    def put(self, key: object, forecast: Forecast) -> None:
        """Put a forecast behind those that are there."""
        boxes = self._places.setdefault(key, defaultdict(dict))
        for label in _labels(forecast):
            boxes[label][self._count] = forecast
        self._count += 1

    def any(self, key: object) -> Forecast:
        """Return the first forecast of a key, whatever it says."""
        return next(iter(self._places[key][_ANY].values()))

    def first(self, key: object, export: Forecast) -> Forecast | None:
        """Return the first forecast of a key that says all that one of the export does."""
        return next((one for _, one in self._saying(key, export)), None)

    def take(self, keys: Sequence[object], export: Forecast) -> Forecast | None:
        """Take out the first forecast of the keys that says all that one of the export does."""
        for key in keys:
            for place, one in self._saying(key, export):
                for label in _labels(one):
                    del self._places[key][label][place]
                return one
        return None

    def _saying(self, key: object, export: Forecast) -> Iterator[tuple[int, Forecast]]:
        label, *_ = _labels(export)
        box = self._places[key].get(label, {}) if key in self._places else {}
        return (pair for pair in box.items() if says(pair[1], export, zoned=True))


_ANY = "any"  # what every forecast is labelled with


def _labels(forecast: Forecast) -> Iterator[object]:
    """Yield what a forecast is looked up by, the best first: value, words without days, any."""
    values = tuple(getattr(forecast, name) for name in VALUES)
    if any(each is not None for each in values):
        yield values
    for name in ("words", "paraphrase"):
        text = getattr(forecast, name)
        if text is not None:
            yield name, DAY.sub("", text)
    yield _ANY


def _key(forecast: Forecast) -> object:
    return forecast.by, order_of(forecast.made)

"""Who is who: names as written, the names they are shown by, and the names of another export.

A record keeps the name that it was written with. Reports join the names that are shown as one, and
an import adds what is new under the name that the record has for that forecaster.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from predtrack.dates import Moment, order_of
from predtrack.records.platform import BOTS
from predtrack.records.prediction import VALUES, Forecast, Prediction

Names = Mapping[str, str]
"""The name shown, by the name as written."""

ENOUGH = 3
"""How many forecasts of a day, or of a full minute, must be the same to tell that two are one."""


def name_shown(name: str, names: Names) -> str:
    """Return the name by which a name as written is shown; itself where nothing is said of it.

    >>> name_shown("7", {"7": "Ada", "Ada": "Ada Example"})
    'Ada Example'
    """
    for _ in names:  # a name may lead to another, and never in a circle for ever
        if name not in names:
            break
        name = names[name]
    return name


def joined(prediction: Prediction, names: Names) -> Prediction:
    """Return a prediction whose forecasters bear the names shown."""
    joins = {
        each.by: name_shown(each.by, names) for each in prediction.forecasts if each.by in names
    }
    return renamed(prediction, joins) if joins else prediction


def renamed(prediction: Prediction, names: Names) -> Prediction:
    """Return a prediction whose forecasters bear other names, also where it lists them."""
    forecasts = tuple(
        replace(each, by=names[each.by]) if names.get(each.by, each.by) != each.by else each
        for each in prediction.forecasts
    )
    extra = tuple(
        (key, _renamed(value, names) if key == BOTS else value) for key, value in prediction.extra
    )
    return replace(prediction, forecasts=forecasts, extra=extra)


def _renamed(value: object, names: Names) -> object:
    if not isinstance(value, list | tuple):
        return value
    return type(value)(names.get(each, each) if isinstance(each, str) else each for each in value)


def names_in(
    here: Iterable[str], export: Iterable[str], names: Names, same: Names
) -> dict[str, str]:
    """Return what each forecaster of an export is called in a record, by the name in the export.

    A name that the record has stays; else it is the one by which the record has the forecaster,
    by the names shown, or by `same`: who was recognised by what they said.

    >>> names_in(["7", "Ben"], ["Ada", "Ben"], {"7": "Ada"}, {})
    {'Ada': '7', 'Ben': 'Ben'}
    """
    own: dict[str, str] = {}
    by_shown: dict[str, str] = {}
    for name in here:
        own[name] = name
        by_shown.setdefault(name_shown(name, names), name)
    called = {}
    for name in export:
        other = name_shown(name, names)
        recognised = own.get(same.get(other, ""))
        called[name] = own.get(name) or by_shown.get(other) or recognised or other
    return called


def forecasters(prediction: Prediction) -> list[str]:
    """Return who forecast, each once."""
    return list(dict.fromkeys(each.by for each in prediction.forecasts))


class Recognised:
    """Finds out which new name in an export is whom by another name in the records.

    Two are one where all that the one says in the records is said by the other in the export, at
    the same moment and with the same value. One instant to the second is enough; of days and of
    full minutes it takes several forecasts, since colleagues state the same on one day.
    """

    def __init__(self) -> None:
        self._same: Counter[tuple[str, str]] = Counter()
        self._exact: set[tuple[str, str]] = set()
        self._others: set[tuple[str, str]] = set()
        self._in_export: set[str] = set()
        self._together: set[frozenset[str]] = set()  # who stands in one record is not one

    def meet(self, here: Collection[str], export: Collection[str]) -> None:
        """Take note of who is in a record, and who is in the export."""
        self._together.add(frozenset(here))
        self._in_export.update(export)

    def see(self, here: Prediction, export: Prediction) -> None:
        """Compare what is said in a record with what an export says of the same."""
        mine, theirs = _by_name(here), _by_name(export)
        for name in theirs.keys() - mine.keys():
            for other in mine.keys() - theirs.keys():
                self._compare((name, other), theirs[name], mine[other])

    def _compare(self, pair: tuple[str, str], theirs: list[Forecast], mine: list[Forecast]) -> None:
        stated = {_stated(each) for each in theirs}
        if not all(_stated(each) in stated for each in mine):
            self._others.add(pair)
            return
        self._same[pair] += len(mine)
        if any(_is_exact(each.made) for each in mine):
            self._exact.add(pair)

    def names(self) -> dict[str, str]:
        """Return the name in the records, by the new name in the export, where that is clear."""
        sure = [
            pair for pair in self._possible() if pair in self._exact or self._same[pair] >= ENOUGH
        ]
        new, old = (Counter(pair[at] for pair in sure) for at in (0, 1))
        return {name: other for name, other in sure if new[name] == old[other] == 1}

    def alike(self, sure: Collection[str]) -> list[tuple[str, str]]:
        """Return the pairs that say the same, too little of it to tell that they are one."""
        return sorted(pair for pair in self._possible() if pair[0] not in sure)

    def _possible(self) -> list[tuple[str, str]]:
        """Return the pairs that nothing tells apart."""
        return [
            pair
            for pair in self._same
            if pair not in self._others
            and pair[1] not in self._in_export
            and not any(each.issuperset(pair) for each in self._together)
        ]


def _by_name(prediction: Prediction) -> dict[str, list[Forecast]]:
    every: defaultdict[str, list[Forecast]] = defaultdict(list)
    for each in prediction.forecasts:
        every[each.by].append(each)
    return dict(every)


def _stated(forecast: Forecast) -> tuple[object, ...]:
    moment = forecast.made
    when = order_of(moment) if isinstance(moment, datetime) else moment
    values = [getattr(forecast, name) for name in VALUES]
    return (when, forecast.words, forecast.paraphrase, *values)


def _is_exact(when: Moment) -> bool:
    return isinstance(when, datetime) and bool(when.second or when.microsecond)

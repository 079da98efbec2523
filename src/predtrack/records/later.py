"""What a later export adds to a record that is here: options, forecasts, and how it ended.

Pure: each step is a change of its own, for each is one splice of the file. What the export does
not say is no difference, so that notes, tags and forecasts of one's own stay; neither is what only
another zone makes different: forecasts are matched by who made them and by the instant.
"""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import MISSING, dataclass, fields, is_dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from predtrack import dates
from predtrack.dates import Moment, day_of, order_of, stated_order
from predtrack.errors import Misread
from predtrack.records.prediction import VALUES, Forecast, Judgement, Outcome, Prediction
from predtrack.records.rules import findings

Step = Callable[[Prediction], Prediction]

_APART = frozenset({"id", "path", "extra", "forecasts", "outcome"})
_MEANING = frozenset({"kind", "options", "rest", "ordered", "range", "scale", "unit"})
"""What a forecast means goes by these: where one differs, none is taken over."""
_OF_RECORDING = frozenset({"recorded", "judge", "judgements"})
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Later:
    """What is new in an export, as steps, and the names of what else differs."""

    options: tuple[Step, ...] = ()
    forecasts: tuple[Step, ...] = ()
    withdrawals: tuple[Step, ...] = ()
    outcomes: tuple[Step, ...] = ()
    judgements: tuple[Step, ...] = ()
    differs: tuple[str, ...] = ()
    is_of_other_zone: bool = False  # the record has its days and times of another zone

    @property
    def steps(self) -> tuple[Step, ...]:
        """All changes, in the order in which they are made."""
        ends = (*self.outcomes, *self.judgements)
        return (*self.options, *self.withdrawals, *self.forecasts, *ends)


def later(here: Prediction, export: Prediction, *, is_moved: bool = False) -> Later:
    """Return what an export adds to the record that is here.

    `is_moved` says that the export was read in the zone of the record, as far as that is clear.
    """
    pairs = list(_pairs(here.forecasts, export.forecasts))
    zoned = is_moved or _is_of_other_zone(here, export, pairs)
    options = _options(here, export)
    differs = [*_differing(after(here, options), export, zoned=zoned)]
    if _MEANING.intersection(differs):
        return Later(differs=tuple(differs), is_of_other_zone=zoned)
    if not all(mine is None or _says(mine, theirs, zoned=zoned) for mine, theirs in pairs):
        differs.append("forecasts")
    outcomes, judgements = _ending(here, export)
    differs += _differing_end(here, export, judgements, zoned=zoned)
    added = Later(
        options,
        tuple(map(_appends, _new(here, pairs))),
        tuple(_withdrawals(pairs, zoned=zoned)),
        outcomes,
        judgements,
        tuple(differs),
        zoned,
    )
    if findings(after(here, added.steps)):  # it would not be sound: nothing of it is taken
        return Later(differs=(*differs, _unsound(here, options)), is_of_other_zone=zoned)
    return added


def _unsound(here: Prediction, options: tuple[Step, ...]) -> str:
    return "options" if findings(after(here, options)) else "forecasts"


def after(prediction: Prediction, steps: tuple[Step, ...]) -> Prediction:
    """The prediction after some steps."""
    for step in steps:
        prediction = step(prediction)
    return prediction


def _differing(here: Prediction, export: Prediction, *, zoned: bool) -> Iterator[str]:
    """The names of what the export says and the record says otherwise, or not at all."""
    for name, value in _said(export):
        if name not in _APART and not _alike(getattr(here, name), value, zoned=zoned):
            yield name
    mine = dict(here.extra)
    for key, value in export.extra:
        if not _alike(mine.get(key), value, zoned=zoned):
            yield key


def _alike(here: Any, export: Any, *, zoned: bool) -> bool:
    """Return whether two values say the same; of another zone, days may lie a day apart."""
    if here == export:
        return True
    if isinstance(here, str) and isinstance(export, str):
        return _same_instant(here, export) or (zoned and _same_but_for_days(here, export))
    if not zoned or type(here) is not type(export):
        return False
    if isinstance(here, datetime):
        return _same_clock(here, export)
    if isinstance(here, date):
        return _is_near(here, export)
    if isinstance(here, tuple):
        pairs = zip(here, export, strict=False)
        return len(here) == len(export) and all(_alike(*pair, zoned=True) for pair in pairs)
    return is_dataclass(here) and all(
        _alike(getattr(here, each.name), getattr(export, each.name), zoned=True)
        for each in fields(here)
    )


def _same_clock(here: datetime, export: datetime) -> bool:
    """Return whether clocks show the same at both: a time without a zone, read in two zones."""
    return here.replace(tzinfo=None) == export.replace(tzinfo=None)


def _is_near(here: date, export: date) -> bool:
    """Return whether two days may be those of one instant in two zones."""
    return abs((here - export).days) <= 1


def _same_instant(here: str, export: str) -> bool:
    """Return whether two texts name the same instant, with whichever offset."""
    mine = _moment(here)
    return isinstance(mine, datetime) and mine == _moment(export)


def _same_but_for_days(here: str, export: str) -> bool:
    """Return whether two texts differ only in days, each by one: notes hold days of comments."""
    mine, theirs = _DAY.split(here), _DAY.split(export)  # every second part is a day
    if mine[::2] != theirs[::2]:
        return False
    try:
        days = zip(map(dates.day, mine[1::2]), map(dates.day, theirs[1::2]), strict=True)
        return all(_is_near(*pair) for pair in days)
    except Misread:
        return False


def _said(record: Any) -> Iterator[tuple[str, Any]]:
    """The fields that hold anything but what they would without being said."""
    for each in fields(record):
        value = getattr(record, each.name)
        if each.default is MISSING or value != each.default:
            yield each.name, value


def _options(here: Prediction, export: Prediction) -> tuple[Step, ...]:
    """Return the step that adds options which came later; none where others differ too."""
    names = frozenset(here.options)
    days = dict(export.options_added)
    new = [name for name in export.options if name not in names]
    if not new or tuple(name for name in export.options if name in names) != here.options:
        return ()
    if any(name not in days for name in new):
        return ()
    days = {name: days[name] for name in new} | dict(here.options_added)
    added = tuple((name, days[name]) for name in export.options if name in days)
    rest = export.rest if here.rest is None else here.rest
    return (_offers(export.options, added, rest),)


def _ending(here: Prediction, export: Prediction) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    """Return the steps that add an outcome, and the judgements that came to the one here."""
    mine, theirs = here.outcome, export.outcome
    if theirs is None:
        return (), ()
    if mine is None:
        return (_ends(theirs),), ()
    new = tuple(each for each in theirs.judgements if each not in mine.judgements)
    is_part = all(each in theirs.judgements for each in mine.judgements)
    if new and is_part and mine.answer == theirs.answer:
        return (), tuple(map(_judges, new))
    return (), ()


def _differing_end(
    here: Prediction, export: Prediction, judgements: tuple[Step, ...], *, zoned: bool
) -> Iterator[str]:
    """The names of what the export says of the outcome and the record says otherwise.

    When it was recorded and by whom is each one's own.
    """
    mine, theirs = here.outcome, export.outcome
    if mine is None or theirs is None:
        return
    names = [name for name, _ in _said(theirs) if name not in _OF_RECORDING]
    if not all(_alike(getattr(mine, each), getattr(theirs, each), zoned=zoned) for each in names):
        yield "outcome"
    elif not judgements and any(each not in mine.judgements for each in theirs.judgements):
        yield "judgements"


Pair = tuple[Forecast | None, Forecast]
"""A forecast of the export, and the one here that it is; None where it is new."""


def _pairs(here: Sequence[Forecast], export: Sequence[Forecast]) -> Iterator[Pair]:
    """Match the forecasts: by the instant, then what is left over and says the same.

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
        return (pair for pair in box.items() if _says(pair[1], export, zoned=True))


_ANY = "any"  # what every forecast is labelled with


def _labels(forecast: Forecast) -> Iterator[object]:
    """What a forecast is looked up by, the best first: its value, its words without days, any."""
    values = tuple(getattr(forecast, name) for name in VALUES)
    if any(each is not None for each in values):
        yield values
    for name in ("words", "paraphrase"):
        text = getattr(forecast, name)
        if text is not None:
            yield name, _DAY.sub("", text)
    yield _ANY


def _is_of_other_zone(here: Prediction, export: Prediction, pairs: Sequence[Pair]) -> bool:
    """Return whether the record has its days and times of another zone than the export."""
    return any(_differ_by_zone(*each) for each in _moments(here, export, pairs))


def own_instants(here: Prediction, export: Prediction) -> list[datetime]:
    """Return the instants of a record that an export has too: they tell its zone."""
    pairs = list(_pairs(here.forecasts, export.forecasts))
    return [
        mine
        for mine, theirs in _moments(here, export, pairs)
        if isinstance(mine, datetime)
        and isinstance(theirs, datetime)
        and (mine == theirs or _same_clock(mine, theirs))
    ]


def _moments(
    here: Prediction, export: Prediction, pairs: Sequence[Pair]
) -> Iterator[tuple[Moment | None, Moment | None]]:
    """What the record and the export say of the same: when it was, if it is a moment."""
    for name in ("opened", "closed", "scheduled_close"):
        yield getattr(here, name), getattr(export, name)
    for mine, theirs in pairs:
        if mine is not None:
            yield mine.made, theirs.made
    own = dict(here.extra)
    for key, value in export.extra:
        yield _moment(own.get(key)), _moment(value)


def _moment(value: object) -> Moment | None:
    try:
        return dates.moment(value) if isinstance(value, str) else None
    except Misread:
        return None


def _differ_by_zone(here: Moment | None, export: Moment | None) -> bool:
    if isinstance(here, datetime) and isinstance(export, datetime):
        return here.utcoffset() != export.utcoffset() and (
            here == export or _same_clock(here, export)
        )
    return False


def _key(forecast: Forecast) -> object:
    return forecast.by, order_of(forecast.made)


def _says(here: Forecast, export: Forecast, *, zoned: bool) -> bool:
    """Whether a forecast says all that another does; when it was withdrawn is not looked at."""
    return all(
        getattr(here, name) == value
        or (name not in VALUES and _alike(getattr(here, name), value, zoned=zoned))
        for name, value in _said(export)
        if name not in {"withdrawn", "made"}
    )


def _new(here: Prediction, pairs: Sequence[Pair]) -> list[Forecast]:
    """Return the forecasts that are not here, each so written that it stands in its order."""
    instants: defaultdict[str, _Instants] = defaultdict(_Instants)
    for each in here.forecasts:
        if isinstance(each.made, datetime):
            instants[each.by].put(each.made)
    new = []
    for mine, theirs in pairs:
        if mine is None:
            when = theirs.made
            if isinstance(when, datetime):
                when = _in_order(when, instants[theirs.by].around(when))
                instants[theirs.by].put(when)
            new.append(replace(theirs, made=when))
    return new


class _Instants:
    """Instants in their order, those of each offset apart."""

    def __init__(self) -> None:
        self._by_offset: defaultdict[timedelta | None, list[datetime]] = defaultdict(list)

    def put(self, when: datetime) -> None:
        """Put an instant in its place."""
        insort(self._by_offset[when.utcoffset()], when)

    def around(self, when: datetime) -> list[datetime]:
        """Return the neighbours of an instant, of each offset one before and one after, in order.

        If it stands in another order by days with any instant, then with one of these.
        """
        near = []
        for instants in self._by_offset.values():
            at = bisect_left(instants, when)
            near += instants[max(at - 1, 0) : at + 1]
        return sorted(near)


def _in_order(when: datetime, near: Sequence[datetime]) -> datetime:
    """Return an instant, with the offset of the nearest other where it must have it.

    By their days in two zones, what was said later could stand before what was said earlier.
    """
    if not any(_is_turned(each, when) for each in near):
        return when
    return when.astimezone(min(near, key=lambda each: abs(each - when)).tzinfo)


def _is_turned(first: datetime, second: datetime) -> bool:
    """Return whether two instants stand in another order than the one they came in."""
    by_instant = order_of(first) < order_of(second)
    return (stated_order(first) < stated_order(second)) is not by_instant


def _withdrawals(pairs: Sequence[Pair], *, zoned: bool) -> Iterator[Step]:
    for mine, theirs in pairs:
        if mine is None or theirs.withdrawn is None or mine.withdrawn is not None:
            continue
        if _says(mine, theirs, zoned=zoned):
            yield _withdraws(mine, _after(theirs.withdrawn, mine.made))


def _after(when: Moment, begin: Moment) -> Moment:
    """Return when a forecast ended, in the offset of its beginning where it must be."""
    if not (isinstance(when, datetime) and isinstance(begin, datetime)):
        return when
    is_turned = day_of(when) < day_of(begin) and order_of(when) >= order_of(begin)
    return when.astimezone(begin.tzinfo) if is_turned else when


def _appends(forecast: Forecast) -> Step:
    return lambda prediction: replace(prediction, forecasts=(*prediction.forecasts, forecast))


def _withdraws(forecast: Forecast, when: Moment) -> Step:
    def step(prediction: Prediction) -> Prediction:
        ended = replace(forecast, withdrawn=when)
        forecasts = (
            ended if each.made == forecast.made and each == forecast else each
            for each in prediction.forecasts
        )
        return replace(prediction, forecasts=tuple(forecasts))

    return step


def _offers(
    options: tuple[str, ...], added: tuple[tuple[str, date], ...], rest: str | None
) -> Step:
    return lambda prediction: replace(prediction, options=options, options_added=added, rest=rest)


def _judges(judgement: Judgement) -> Step:
    def step(prediction: Prediction) -> Prediction:
        ended = prediction.outcome
        if ended is None:
            return prediction
        judgements = (*ended.judgements, judgement)
        return replace(prediction, outcome=replace(ended, judgements=judgements))

    return step


def _ends(outcome: Outcome) -> Step:
    return lambda prediction: replace(prediction, outcome=outcome)

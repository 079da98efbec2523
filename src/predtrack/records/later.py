"""What a later export adds to a record that is here: options, forecasts, and how it ended.

Pure: each step is a change of its own, for each is one splice of the file. What the export does
not say is no difference, so that notes, tags and forecasts of one's own stay; neither is what only
another zone makes different: forecasts are matched by who made them and by the instant.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from predtrack.dates import Moment, day_of, order_of, stated_order
from predtrack.records.differing import (
    Difference,
    Step,
    differing,
    differing_end,
    differing_forecasts,
)
from predtrack.records.likeness import moment, same_clock, says
from predtrack.records.matching import Pair, pairs_of
from predtrack.records.prediction import Forecast, Judgement, Outcome, Prediction
from predtrack.records.rules import findings

_MEANING = frozenset({"kind", "options", "rest", "ordered", "range", "scale", "unit"})
"""What a forecast means goes by these: where one differs, none is taken over."""


@dataclass(frozen=True, slots=True)
class Later:
    """What is new in an export, as steps, and what else differs."""

    options: tuple[Step, ...] = ()
    forecasts: tuple[Step, ...] = ()
    withdrawals: tuple[Step, ...] = ()
    outcomes: tuple[Step, ...] = ()
    judgements: tuple[Step, ...] = ()
    differences: tuple[Difference, ...] = ()
    is_of_other_zone: bool = False  # the record has its days and times of another zone

    @property
    def steps(self) -> tuple[Step, ...]:
        """Return all changes, in the order in which they are made."""
        ends = (*self.outcomes, *self.judgements)
        return (*self.options, *self.withdrawals, *self.forecasts, *ends)

    @property
    def differs(self) -> tuple[str, ...]:
        """Return the names of what else differs, each once."""
        return tuple(dict.fromkeys(each.name for each in self.differences))

    @property
    def corrections(self) -> tuple[Step, ...]:
        """Return the changes that take over what differs of the outcome and of dates."""
        return tuple(each.step for each in self.differences if each.step is not None)


def later(
    here: Prediction,
    export: Prediction,
    *,
    is_moved: bool = False,
    lacks: frozenset[str] = frozenset(),
) -> Later:
    """Return what an export adds to the record that is here.

    `is_moved` says that the export was read in the zone of the record, as far as that is clear;
    `lacks` names what the platform says is not there, such as an outcome that it took back.
    """
    pairs = list(pairs_of(here.forecasts, export.forecasts))
    zoned = is_moved or any(_differ_by_zone(*each) for each in _moments(here, export, pairs))
    options = _options(here, export)
    outcomes, judgements = _ending(here, export)
    differences = [
        *differing(after(here, options), export, lacks, zoned=zoned),
        *differing_forecasts(pairs, zoned=zoned),
        *differing_end(here, export, lacks, has_judgements=bool(judgements), zoned=zoned),
    ]
    if _MEANING.intersection(each.name for each in differences):
        return _none_of(here, export, pairs, differences, zoned=zoned)
    added = Later(
        options,
        tuple(map(_appends, _new(here, pairs))),
        tuple(_withdrawals(pairs, zoned=zoned)),
        outcomes,
        judgements,
        tuple(differences),
        zoned,
    )
    if findings(after(here, added.steps)):  # it would not be sound: nothing of it is taken
        unsound = "options" if findings(after(here, options)) else "forecasts"
        untaken = [*_untaken(differences), *_once(unsound, differences)]
        return Later(differences=tuple(untaken), is_of_other_zone=zoned)
    if findings(after(here, (*added.steps, *added.corrections))):
        return replace(added, differences=tuple(_untaken(differences)))
    return added


def _none_of(
    here: Prediction,
    export: Prediction,
    pairs: Sequence[Pair],
    differences: Sequence[Difference],
    *,
    zoned: bool,
) -> Later:
    """Return nothing but what differs, where forecasts of the export mean something else."""
    every = _untaken(differences)
    if any(mine is None for mine, _ in pairs):
        every += _once("forecasts", every)
    if here.outcome is None and export.outcome is not None:
        every.append(Difference("outcome", None, export.outcome))
    return Later(differences=tuple(every), is_of_other_zone=zoned)


def _untaken(differences: Sequence[Difference]) -> list[Difference]:
    return [each._replace(step=None) for each in differences]


def _once(name: str, differences: Sequence[Difference]) -> list[Difference]:
    """Return a difference of a name, where none of these has it."""
    return [] if any(each.name == name for each in differences) else [Difference(name)]


def after(prediction: Prediction, steps: tuple[Step, ...]) -> Prediction:
    """Return the prediction after some steps."""
    for step in steps:
        prediction = step(prediction)
    return prediction


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


def own_instants(here: Prediction, export: Prediction) -> list[datetime]:
    """Return the instants of a record that an export has too: they tell its zone."""
    pairs = list(pairs_of(here.forecasts, export.forecasts))
    return [
        mine
        for mine, theirs in _moments(here, export, pairs)
        if isinstance(mine, datetime)
        and isinstance(theirs, datetime)
        and (mine == theirs or same_clock(mine, theirs))
    ]


def _moments(
    here: Prediction, export: Prediction, pairs: Sequence[Pair]
) -> Iterator[tuple[Moment | None, Moment | None]]:
    """Yield what the record and the export say of the same: when it was, if it is a moment."""
    for name in ("opened", "closed", "scheduled_close"):
        yield getattr(here, name), getattr(export, name)
    for mine, theirs in pairs:
        if mine is not None:
            yield mine.made, theirs.made
    own = dict(here.extra)
    for key, value in export.extra:
        yield moment(own.get(key)), moment(value)


def _differ_by_zone(here: Moment | None, export: Moment | None) -> bool:
    if isinstance(here, datetime) and isinstance(export, datetime):
        return here.utcoffset() != export.utcoffset() and (
            here == export or same_clock(here, export)
        )
    return False


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
        if says(mine, theirs, zoned=zoned):
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

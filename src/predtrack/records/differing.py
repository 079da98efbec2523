"""Name what a record and a later export say of the same, and say otherwise.

Each difference has one name. Those of dates and of the outcome bear the step that takes over what
the export says; nothing else of what differs is ever taken over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from predtrack.dates import order_of
from predtrack.records.likeness import alike, moment, says, stated_fields
from predtrack.records.matching import Pair
from predtrack.records.prediction import Forecast, Outcome, Prediction

Step = Callable[[Prediction], Prediction]

DATES = ("opened", "closed", "scheduled_close", "deadline", "earliest", "review")
_APART = frozenset({"id", "path", "extra", "forecasts", "outcome"})
_OF_RECORDING = frozenset({"recorded", "judge", "judgements"})


class Difference(NamedTuple):
    """What is said otherwise: its name, what each says, and the step that takes it over."""

    name: str
    here: Any = None
    export: Any = None
    step: Step | None = None


def differing(
    here: Prediction, export: Prediction, lacks: frozenset[str], *, zoned: bool
) -> Iterator[Difference]:
    """Yield what the export says and the record says otherwise, or not at all.

    What the export does not say is no difference, unless it is known to lack that.
    """
    for name, value in stated_fields(export):
        mine = getattr(here, name)
        if name not in _APART and not alike(mine, value, zoned=zoned):
            yield Difference(name, mine, value, _dated(name, value) if name in DATES else None)
    for name in DATES:
        mine = getattr(here, name)
        if name in lacks and mine is not None and getattr(export, name) is None:
            yield Difference(name, mine, None, _dated(name, None))
    own = dict(here.extra)
    for key, value in export.extra:
        mine = own.get(key)
        if not alike(mine, value, zoned=zoned):
            are_moments = moment(value) is not None and (mine is None or moment(mine) is not None)
            yield Difference(key, mine, value, _own(key, value) if are_moments else None)


def differing_forecasts(pairs: Sequence[Pair], *, zoned: bool) -> Iterator[Difference]:
    """Yield the forecasts of which the export says something else; those it adds are no such."""
    for mine, theirs in pairs:
        if mine is not None and not _is_said(mine, theirs, zoned=zoned):
            yield Difference("forecasts", mine, theirs)


def _is_said(here: Forecast, export: Forecast, *, zoned: bool) -> bool:
    if not says(here, export, zoned=zoned):
        return False
    mine, theirs = here.withdrawn, export.withdrawn
    if mine is None or theirs is None:
        return True
    return order_of(mine) == order_of(theirs) or alike(mine, theirs, zoned=zoned)


def differing_end(
    here: Prediction,
    export: Prediction,
    lacks: frozenset[str],
    *,
    has_judgements: bool,
    zoned: bool,
) -> Iterator[Difference]:
    """Yield what the export says of the outcome and the record says otherwise.

    When it was recorded and by whom is each one's own. An outcome that the platform took back is
    one that names no judge: what somebody judged here is theirs. `has_judgements` says that all
    that differs of the judgements is added anyway.
    """
    mine, theirs = here.outcome, export.outcome
    if mine is None:
        return
    if theirs is None:
        if "outcome" in lacks and mine.judge is None and not mine.judgements:
            yield Difference("outcome", mine, None, _ends(None))
        return
    if not _says_all(mine, theirs, zoned=zoned):
        yield Difference("outcome", mine, theirs, _ends(_corrected(mine, theirs)))
    elif not has_judgements and any(each not in mine.judgements for each in theirs.judgements):
        yield Difference("judgements", mine, theirs, _ends(_corrected(mine, theirs)))


def _says_all(mine: Outcome, theirs: Outcome, *, zoned: bool) -> bool:
    own = dict(mine.extra)
    return all(own.get(key) == value for key, value in theirs.extra) and all(
        alike(getattr(mine, name), value, zoned=zoned)
        for name, value in stated_fields(theirs)
        if name not in _OF_RECORDING and name != "extra"
    )


def _corrected(mine: Outcome, theirs: Outcome) -> Outcome:
    """Return an outcome as the export says it, with what is one's own in it.

    What was written for another answer (its judge, evidence and note) does not stand for this one.
    """
    extra = tuple((dict(mine.extra) | dict(theirs.extra)).items())
    added = (each for each in theirs.judgements if each not in mine.judgements)
    judgements = (*mine.judgements, *added)
    if mine.answer != theirs.answer:
        return replace(theirs, judgements=judgements, extra=extra)
    stated = {name: value for name, value in stated_fields(theirs) if name not in _OF_RECORDING}
    changes: dict[str, Any] = stated | {"judgements": judgements, "extra": extra}
    return replace(mine, **changes)


def _ends(outcome: Outcome | None) -> Step:
    return lambda prediction: replace(prediction, outcome=outcome)


def _dated(name: str, value: date | None) -> Step:
    changes: dict[str, Any] = {name: value}
    return lambda prediction: replace(prediction, **changes)


def _own(key: str, value: object) -> Step:
    def step(prediction: Prediction) -> Prediction:
        own = dict(prediction.extra) | {key: value}
        return replace(prediction, extra=tuple(own.items()))

    return step

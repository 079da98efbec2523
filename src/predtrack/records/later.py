"""What a later export adds to a record that is here: forecasts, withdrawals and an outcome.

Pure: each step is a change of its own, for each is one splice of the file. What the export does
not say is no difference, so that notes, tags and forecasts of one's own stay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import MISSING, dataclass, fields, replace
from typing import Any

from predtrack.dates import Moment, order_of
from predtrack.records.prediction import Forecast, Outcome, Prediction
from predtrack.records.rules import findings

Step = Callable[[Prediction], Prediction]

_APART = frozenset({"id", "path", "extra", "forecasts", "outcome"})
_MEANING = frozenset({"kind", "options", "ordered", "range", "scale", "unit"})
"""What a forecast means goes by these: where one differs, none is taken over."""


@dataclass(frozen=True, slots=True)
class Later:
    """What is new in an export, as steps, and the names of what else differs."""

    forecasts: tuple[Step, ...] = ()
    withdrawals: tuple[Step, ...] = ()
    outcomes: tuple[Step, ...] = ()
    differs: tuple[str, ...] = ()

    @property
    def steps(self) -> tuple[Step, ...]:
        """All changes, in the order in which they are made."""
        return (*self.withdrawals, *self.forecasts, *self.outcomes)


def later(here: Prediction, export: Prediction) -> Later:
    """What an export adds to the record that is here."""
    differs = [*_differing(here, export)]
    if _MEANING.intersection(differs):
        return Later(differs=tuple(differs))
    new, withdrawals, changed = _forecasts(here, export)
    differs += ["forecasts"] if changed else []
    outcomes = [] if export.outcome is None or here.outcome else [_ends(export.outcome)]
    if export.outcome and here.outcome and not _same_end(here.outcome, export.outcome):
        differs.append("outcome")
    found = Later(tuple(map(_appends, new)), tuple(withdrawals), tuple(outcomes), tuple(differs))
    if findings(after(here, found.steps)):  # it would not be sound: nothing of it is taken
        return Later(differs=(*differs, "forecasts"))
    return found


def after(prediction: Prediction, steps: tuple[Step, ...]) -> Prediction:
    """The prediction after some steps."""
    for step in steps:
        prediction = step(prediction)
    return prediction


def _differing(here: Prediction, export: Prediction) -> Iterator[str]:
    """The names of what the export says and the record says otherwise, or not at all."""
    for name, value in _said(export):
        if name not in _APART and getattr(here, name) != value:
            yield name
    mine = dict(here.extra)
    yield from (key for key, value in export.extra if mine.get(key) != value)


def _said(record: Any) -> Iterator[tuple[str, Any]]:
    """The fields that hold anything but what they would without being said."""
    for each in fields(record):
        value = getattr(record, each.name)
        if each.default is MISSING or value != each.default:
            yield each.name, value


def _same_end(here: Outcome, export: Outcome) -> bool:
    return (here.answer, here.decided) == (export.answer, export.decided)


def _forecasts(here: Prediction, export: Prediction) -> tuple[list[Forecast], list[Step], bool]:
    """The forecasts that are not here, the withdrawals that are not, and whether others differ."""
    mine: dict[object, list[Forecast]] = {}
    for each in here.forecasts:
        mine.setdefault(_key(each), []).append(each)
    new: list[Forecast] = []
    withdrawals: list[Step] = []
    changed = False
    for each in export.forecasts:
        held = mine.get(_key(each))
        same = next((one for one in held or () if _says(one, each)), None)
        if held is None:
            new.append(each)
        elif same is None:
            changed = True
        elif each.withdrawn is not None and same.withdrawn is None:
            withdrawals.append(_withdraws(same, each.withdrawn))
    return new, withdrawals, changed


def _key(forecast: Forecast) -> object:
    return forecast.by, order_of(forecast.made)


def _says(here: Forecast, export: Forecast) -> bool:
    """Whether a forecast says all that another does; when it was withdrawn is not looked at."""
    said = (pair for pair in _said(export) if pair[0] not in {"withdrawn", "made"})
    return all(getattr(here, name) == value for name, value in said)


def _appends(forecast: Forecast) -> Step:
    return lambda prediction: replace(prediction, forecasts=(*prediction.forecasts, forecast))


def _withdraws(forecast: Forecast, when: Moment) -> Step:
    def step(prediction: Prediction) -> Prediction:
        ended = replace(forecast, withdrawn=when)
        forecasts = (ended if each == forecast else each for each in prediction.forecasts)
        return replace(prediction, forecasts=tuple(forecasts))

    return step


def _ends(outcome: Outcome) -> Step:
    return lambda prediction: replace(prediction, outcome=outcome)

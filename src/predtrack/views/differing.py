"""Say in words what a record and an export state otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import date

from predtrack.dates import Month, text_of
from predtrack.errors import shortened
from predtrack.records import phrasing
from predtrack.records.differing import Difference
from predtrack.records.prediction import VALUES, Forecast, Outcome, Prediction
from predtrack.views import wording

HERE = ("here", "there")
MOST_SIGNS = 60


def line(
    prediction: Prediction, differences: Iterable[Difference], places: tuple[str, str] = HERE
) -> str:
    """Return every difference of one record, each with what is said at both places."""
    return "; ".join(in_words(prediction, each, places) for each in differences)


def in_words(prediction: Prediction, difference: Difference, places: tuple[str, str] = HERE) -> str:
    """Return one difference: of dates, outcomes and forecasts what each says, else the name."""
    name, mine, theirs, _ = difference
    if isinstance(mine, Forecast) and isinstance(theirs, Forecast):
        return _forecasts(prediction, mine, theirs, places)
    if name == "outcome" and theirs is None:
        return f"outcome: the platform took the outcome back ({_ended(prediction, mine)} here)"
    if name in {"outcome", "judgements"}:
        both = (_ended(prediction, mine), _ended(prediction, theirs))
        return name if both[0] == both[1] else f"{name}: {_both(both, places)}"
    both = (_moment(mine), _moment(theirs))
    return f"{name}: {_both(both, places)}" if any(both) else name


def _both(both: tuple[str, str], places: tuple[str, str]) -> str:
    return ", ".join(f"{each or 'none'} {at}" for each, at in zip(both, places, strict=True))


def _moment(value: object) -> str:
    if isinstance(value, date | Month):
        return text_of(value)
    return ""


def _ended(prediction: Prediction, outcome: Outcome | None) -> str:
    if outcome is None:
        return ""
    answer = wording.answer_of(prediction, outcome.answer, outcome.decided)
    reason = f" ({outcome.reason})" if outcome.reason else ""
    decided = f" on {outcome.decided}" if outcome.decided else ""
    return f"{answer}{reason}{decided}"


def _forecasts(
    prediction: Prediction, mine: Forecast, theirs: Forecast, places: tuple[str, str]
) -> str:
    """Return which forecast is another: its value at both places, or the keys that differ."""
    which = f"forecast of {theirs.by} of {text_of(theirs.made)}"
    if all(getattr(mine, name) == getattr(theirs, name) for name in VALUES):
        names = [each.name for each in fields(Forecast) if each.name not in {"by", "made", *VALUES}]
        others = [name for name in names if getattr(mine, name) != getattr(theirs, name)]
        return f"{which}: {', '.join(others)}"
    both = tuple(shortened(phrasing.value(prediction, each), MOST_SIGNS) for each in (mine, theirs))
    return f"{which}: {_both((both[0], both[1]), places)}"

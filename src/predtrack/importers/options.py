"""Unite the forecasts of single options of a question: one choice, or yes/no predictions.

A choice needs a probability for every option at once. Where the options of every forecaster end
at 100% together, that is one record; where they may be true side by side, or do not add up, each
option is a prediction of its own and all are of one family.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any, NamedTuple

from predtrack import dates
from predtrack.records.rules import SUM_WITHIN

OTHER = "Other (none of these)"

_WITHIN = Decimal(str(SUM_WITHIN))


@dataclass(frozen=True, slots=True)
class StatedShare:
    """A probability that somebody gave, of a question or of one of its options."""

    by: str
    made: str
    share: float
    option: str = ""
    rationale: str | None = None


@dataclass(frozen=True, slots=True)
class State:
    """The shares of all options together, of one forecaster at one time."""

    by: str
    made: str
    shares: dict[str, Decimal]
    rationale: str | None

    @property
    def total(self) -> Decimal:
        """Return what the options amount to together."""
        return sum(self.shares.values(), Decimal())


def in_order(shares: Sequence[StatedShare]) -> list[StatedShare]:
    """Return the forecasts from first to last; of one time, as they stand in the export."""
    return sorted(shares, key=lambda each: dates.order_of(dates.moment(each.made)))


def claim(question: str, option: str) -> str:
    """Return the claim that an option of a question makes by itself.

    >>> claim("Who wins?", "Reds")
    'Who wins? Reds'
    """
    return f"{question} {option}" if question.endswith("?") else f"{question}: {option}"


def forecast(each: StatedShare) -> dict[str, Any]:
    """Return the forecast of a record that says one probability."""
    values: dict[str, Any] = {"by": each.by, "made": each.made, "probability": each.share}
    return values | ({"rationale": each.rationale} if each.rationale else {})


class Choice(NamedTuple):
    """The options of a choice as a file has them, its forecasts, and how many were left out."""

    options: list[Any]
    forecasts: list[dict[str, Any]]
    left_out: int  # how many states did not add up to 100%
    rest: str | None = None  # the option that stands for those not offered yet


def together(
    shares: Sequence[StatedShare],
    options: Sequence[str],
    since: Mapping[str, str],
    *,
    exclusive: bool | None,
    other: bool = False,
) -> Choice | None:
    """Return the options as one choice; None where each is a prediction of its own.

    `since` says of options that came later when they did. `exclusive` is None where the export
    does not say it; `other` where none of the options came true. Where options that exclude each
    other leave a rest, it is for what is not listed.
    """
    states = _states(in_order(shares), options, {name: _order(at) for name, at in since.items()})
    last = {each.by: each.total for each in states}
    if len(options) < 2 or len(set(options)) < len(options) or exclusive is False:
        return None
    whole = all(_is_one(total) for total in last.values())
    if not whole and (exclusive is None or any(total > 1 + _WITHIN for total in last.values())):
        return None
    if not other and whole:
        complete = [each for each in states if _is_one(each.total)]
        return _choice([*options], complete, len(states) - len(complete), since)
    if OTHER in options:
        return None
    complete = []
    for each in states:
        if each.total <= 1 + _WITHIN:
            rest = max(Decimal(), 1 - each.total)
            complete.append(replace(each, shares=each.shares | {OTHER: rest}))
    return _choice([*options, OTHER], complete, len(states) - len(complete), since)


def _choice(
    names: Sequence[str], states: Sequence[State], left_out: int, since: Mapping[str, str]
) -> Choice:
    days = {name: at[:10] for name, at in since.items()}
    forecasts = [_forecast(each) for each in states]
    listed, later = offered(names, forecasts, days)
    rest = OTHER if later and OTHER in names else None
    return Choice(listed, forecasts, left_out, rest)


def offered(
    names: Sequence[str], forecasts: Sequence[Mapping[str, Any]], since: Mapping[str, str]
) -> tuple[list[Any], frozenset[str]]:
    """Return the options as a file has them, and which of them some forecasts were not offered.

    Such an option was added on the day it came, or on which it first had a share, but no forecast
    without it was made later. `since` has the days on which options came.
    """
    listed: list[Any] = []
    later = set()
    for name in names:
        lacking = [each["made"] for each in forecasts if name not in each["probabilities"]]
        if not lacking:
            listed.append(name)
            continue
        later.add(name)
        days = [each["made"][:10] for each in forecasts if name in each["probabilities"]]
        first = min(filter(None, [*days, since.get(name)]), default="")
        listed.append({"name": name, "added": max(first, *map(_first_day_after, lacking))})
    return listed, frozenset(later)


def _first_day_after(when: str) -> str:
    """Return the first day on which an option may have come after a forecast was made.

    >>> _first_day_after("2024-03-01"), _first_day_after("2024-03-01T10:00:00Z")
    ('2024-03-02', '2024-03-01')
    """
    if len(when) > 10:
        return when[:10]
    return (dates.day(when) + timedelta(1)).isoformat()


def _order(when: str) -> datetime:
    return dates.order_of(dates.moment(when))


def _states(
    ordered: Sequence[StatedShare], options: Sequence[str], since: Mapping[str, datetime]
) -> list[State]:
    """Return what stood on every option on offer after each time at which somebody forecast."""
    standing: dict[str, dict[str, Decimal]] = {}
    states: list[State] = []
    for at, group in groupby(ordered, key=lambda each: _order(each.made)):
        changed: dict[str, State] = {}
        for each in group:
            stated = standing.setdefault(each.by, {})
            stated[each.option] = Decimal(repr(each.share))
            shares = {
                name: stated.get(name, Decimal())
                for name in options
                if name in stated or name not in since or since[name] <= at
            }
            reasons = changed[each.by].rationale if each.by in changed else None
            rationale = "\n\n".join(filter(None, [reasons, each.rationale])) or None
            changed[each.by] = State(each.by, each.made, shares, rationale)
        states += changed.values()
    return states


def _is_one(total: Decimal) -> bool:
    return abs(total - 1) <= _WITHIN


def _forecast(state: State) -> dict[str, Any]:
    shares = {option: float(share) for option, share in state.shares.items()}
    values: dict[str, Any] = {"by": state.by, "made": state.made, "probabilities": shares}
    return values | ({"rationale": state.rationale} if state.rationale else {})

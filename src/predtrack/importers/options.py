"""What was said of the options of a question one at a time -> one choice, or yes/no predictions.

A choice needs a probability for every option at once. Where the options of every forecaster end
at 100% together, that is one record; where they may be true side by side, or do not add up, each
option is a prediction of its own and all are of one family.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby
from typing import Any

from predtrack import dates
from predtrack.records.rules import SUM_WITHIN

OTHER = "Other (none of these)"

_WITHIN = Decimal(str(SUM_WITHIN))


@dataclass(frozen=True, slots=True)
class Said:
    """A probability that somebody gave, of a question or of one of its options."""

    by: str
    made: str
    share: float
    option: str = ""
    rationale: str | None = None


@dataclass(frozen=True, slots=True)
class State:
    """What stood on all options together, for one forecaster at one time."""

    by: str
    made: str
    shares: dict[str, Decimal]
    rationale: str | None

    @property
    def total(self) -> Decimal:
        """What the options amount to together."""
        return sum(self.shares.values(), Decimal())


def in_order(said: Sequence[Said]) -> list[Said]:
    """The forecasts from the first to the last; of one time, as they stand in the export."""
    return sorted(said, key=lambda each: dates.order_of(dates.moment(each.made)))


def claim(question: str, option: str) -> str:
    """The claim that an option of a question makes by itself.

    >>> claim("Who wins?", "Reds")
    'Who wins? Reds'
    """
    return f"{question} {option}" if question.endswith("?") else f"{question}: {option}"


def forecast(each: Said) -> dict[str, Any]:
    """The forecast of a record that says one probability."""
    found: dict[str, Any] = {"by": each.by, "made": each.made, "probability": each.share}
    return found | ({"rationale": each.rationale} if each.rationale else {})


def together(
    said: Sequence[Said], options: Sequence[str], *, exclusive: bool | None, other: bool = False
) -> tuple[list[str], list[dict[str, Any]], int] | None:
    """The options of a choice, its forecasts, and how many states are left out; None if apart.

    `exclusive` is None where the export does not say it; `other` where none of the options came
    true. Where options that exclude each other leave a rest, it is for what is not listed.
    """
    states = _states(in_order(said), options)
    last = {each.by: each.total for each in states}
    if len(options) < 2 or len(set(options)) < len(options) or exclusive is False:
        return None
    whole = all(_is_one(total) for total in last.values())
    if not whole and (exclusive is None or any(total > 1 + _WITHIN for total in last.values())):
        return None
    if not other and whole:
        kept = [each for each in states if _is_one(each.total)]
        return [*options], [_forecast(each) for each in kept], len(states) - len(kept)
    if OTHER in options:
        return None
    kept = [_with_rest(each) for each in states if each.total <= 1 + _WITHIN]
    return [*options, OTHER], [_forecast(each) for each in kept], len(states) - len(kept)


def _states(said: Sequence[Said], options: Sequence[str]) -> list[State]:
    """What stood on every option after each time at which somebody said something."""
    standing: dict[str, dict[str, Decimal]] = {}
    found: list[State] = []
    for _, group in groupby(said, key=lambda each: dates.order_of(dates.moment(each.made))):
        changed: dict[str, State] = {}
        for each in group:
            shares = standing.setdefault(each.by, dict.fromkeys(options, Decimal()))
            shares[each.option] = Decimal(repr(each.share))
            reasons = changed[each.by].rationale if each.by in changed else None
            told = "\n\n".join(filter(None, [reasons, each.rationale])) or None
            changed[each.by] = State(each.by, each.made, dict(shares), told)
        found += changed.values()
    return found


def _is_one(total: Decimal) -> bool:
    return abs(total - 1) <= _WITHIN


def _with_rest(state: State) -> State:
    return replace(state, shares=state.shares | {OTHER: max(Decimal(), 1 - state.total)})


def _forecast(state: State) -> dict[str, Any]:
    shares = {option: float(share) for option, share in state.shares.items()}
    found: dict[str, Any] = {"by": state.by, "made": state.made, "probabilities": shares}
    return found | ({"rationale": state.rationale} if state.rationale else {})

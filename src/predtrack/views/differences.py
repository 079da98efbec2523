"""Say how much less, or more, was lost than by something else, as its interval allows."""

from __future__ import annotations

from collections.abc import Callable

from predtrack.reports.calibration import Skill
from predtrack.reports.comparisons import AHEAD_FROM
from predtrack.reports.groups import Beside, MeanScore
from predtrack.scoring.sums import ALIKE
from predtrack.views.text import figure, quantity, share
from predtrack.views.wording import safe, unit

Say = Callable[[float], str]


def skill(difference: Skill) -> str:
    """Say whether less was lost than by a reference, where that is more than luck gives."""
    return _in_words(safe(difference.reference), difference, figure)


def beside_reference(mean: MeanScore, difference: Beside) -> str:
    """Say whether less was lost than by the references of the records, in the score's unit."""
    if mean.scale is None:
        return _in_words("the record's reference", difference, figure)
    return _in_words("the record's reference", difference, quantity, unit(mean.unit, mean.scale))


def span(
    diff: float, low: float | None, high: float | None, say: Say = figure, of: str = ""
) -> str:
    """Return the interval of a difference that stands without its sign, turned round with it."""
    if low is None or high is None:
        return ""
    ends = (low, high) if diff >= 0 else (-high, -low)
    return f"  (95% {say(ends[0])} to {say(ends[1])}{of})"


def _in_words(reference: str, difference: Skill | Beside, say: Say, of: str = "") -> str:
    interval = span(difference.diff, difference.low, difference.high, say, of)
    if abs(difference.diff) < ALIKE and not (
        of and difference.diff
    ):  # a small unit makes small losses
        return f"alike with {reference}{interval}; n = {difference.families}"
    how = "less" if difference.diff > 0 else "more"
    gap = f"{say(abs(difference.diff))}{of} {how} loss than {reference}"
    is_open = (
        difference.low is None or difference.high is None or difference.low <= 0 <= difference.high
    )
    if is_open or difference.families < AHEAD_FROM:
        return f"cannot tell: {gap}{interval}; n = {difference.families}"
    return f"{gap}{_ratio(difference.ratio)}{interval}; n = {difference.families}"


def _ratio(saved: float | None) -> str:
    """Say what share of the loss is saved: never all of it, and in times where far more is lost.

    >>> _ratio(0.184), _ratio(0.99999), _ratio(-0.2), _ratio(-1199.0), _ratio(None)
    (', 18% less', ', more than 99% less', ', 20% more', ', 1,200 times as much', '')
    """
    if saved is None:
        return ""
    if saved <= -1:
        return f", {quantity(1 - saved)} times as much"
    percent = share(abs(saved))
    if saved > 0:
        return f", {percent if percent != '100%' else 'more than 99%'} less"
    return f", {percent} more"

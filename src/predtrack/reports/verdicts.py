"""Choose the one sentence that a sample of chances allows: never stronger than its tests."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from predtrack.records.numerals import number
from predtrack.reports.calibration import Figures
from predtrack.reports.coverage import LEVEL, Coverage, Hits

SURE = 0.975  # the probability from which a direction is said where z is withheld
TWO_SIDED = 1.96  # standard deviations that a test at 5% asks for
LIKELIER = 0.6  # the probability from which a side is called the likelier one
CLOSE = 0.05  # "right on average": the whole interval lies so near to no difference
FEW = 5  # families from which more is said than how few they are

EXTREME, TIMID = "too extreme", "too timid"


def verdict(figures: Figures, families: int) -> str:
    """Return what a sample of chances shows, in one sentence that ends in its number of families.

    The words of a test are said only where it rejects at 5%; where two ways of looking name
    different sides neither is said, and nothing reassuring stands beside a failed test. Empty
    where there are no chances.
    """
    if figures.base_rate is None:
        return ""
    n = _families(families)
    if figures.log_infinite:
        return f"{_impossible(figures)}; {n}"
    if families < FEW:
        return f"too few to say more: ten show a first pattern; {n}"
    return f"{_shown(figures)}; {n}"


def verdict_of_ranges(coverage: Sequence[Coverage]) -> str:
    """Return whether ranges are too narrow or too wide, in one sentence with its families.

    Of the confidence that is furthest beyond luck, by Holm's rule; where none is, of the one that
    most ranges have, of equals the highest. Empty without ranges.
    """
    if not coverage:
        return ""
    chosen = max(coverage, key=lambda each: (each.rows, each.confidence))
    words = "cannot tell"
    least = min(coverage, key=lambda each: each.apart_p)
    if least.apart_p * len(coverage) < LEVEL:  # Holm's rule begins with the least p of all
        chosen, words = least, "too narrow" if least.apart < 0 else "too wide"
    n = _families(chosen.families)
    if chosen.families < FEW:
        return f"too few to say more: ten show a first pattern; {n}"
    counts = f"{number(chosen.hits)} of {chosen.rows}"
    return f"{words}: {counts} ranges held where {_percent(chosen.confidence)} was stated; {n}"


def verdict_of_claims(hits: Iterable[Hits | None], families: int) -> str:
    """Return how many claims without a chance came true, in one sentence; empty without any."""
    counts = [each for each in hits if each is not None]
    if not counts:
        return ""
    true, rows = math.fsum(each.hits for each in counts), sum(each.rows for each in counts)
    sentence = f"{number(true)} of {rows} came true; no chance was stated"
    return f"{sentence}; {_families(families)}"


def _families(families: int) -> str:
    return f"{families} {'family' if families == 1 else 'families'}"


def _impossible(figures: Figures) -> str:
    """Return what failed that was stated at 0% or 100%: no test can say more of it."""
    failed = f"{len(figures.log_infinite)} stated at 0% or 100% failed"
    sentence = f"{failed}: impossible by what was stated"
    if figures.mean_diff is None:
        return sentence
    how = "fewer" if figures.mean_diff < 0 else "more"
    return f"{sentence}; in all {_of_points(figures.mean_diff)} {how} came than stated"


def _shown(figures: Figures) -> str:
    side, gap = extremity(figures), _gap(figures)
    size = _size(figures)
    is_off = _is_off(figures)
    if side and is_off and not figures.one_sided:
        return f"{side}{size}, and {gap}"
    if side and is_off:  # both tests ask the same thing here
        return f"{gap}{size}"
    if side:
        return f"{side}{size}{f'; {gap}' if gap else ''}"
    if is_off:
        return gap
    return _not_shown(figures, gap)


def extremity(figures: Figures) -> str:
    """Return whether the chances are shown too extreme or too timid; "" where neither is.

    By the exact p of z; where that is withheld, by the probability that the slope is below 1,
    and then too timid only where the z of families says so too: of rows that fail seldom, the
    few failures that luck leaves out are enough for the probability alone.
    """
    direction, z, p = figures.direction, figures.spiegelhalter_z, figures.spiegelhalter_p
    if z is None or p is None:
        if direction is None or 1 - SURE < direction.p_extreme < SURE:
            return ""
        if direction.p_extreme >= SURE:
            return EXTREME
        return TIMID if figures.family_z is not None and figures.family_z <= -TWO_SIDED else ""
    if p >= LEVEL:
        return ""
    if direction is not None and (direction.p_extreme > 0.5) != (z > 0):
        return ""
    return EXTREME if z > 0 else TIMID


def _size(figures: Figures) -> str:
    """Return how often what is stated with the median confidence comes, in brackets."""
    direction = figures.direction
    if direction is None or direction.confidence <= 0.5:
        return ""
    low, high = figures.diff_low, figures.diff_high
    if figures.one_sided and _is_off(figures) and low is not None and high is not None:
        least, most = sorted((abs(low), abs(high)))
        if not least <= abs(direction.comes - direction.confidence) <= most:
            return ""  # a cautious prior says less than what was seen: one figure is enough
    stated, comes = _percent(direction.confidence), _percent(direction.comes)
    return f" (what is called {stated} comes about {comes})" if stated != comes else ""


def _is_off(figures: Figures) -> bool:
    low, high = figures.diff_low, figures.diff_high
    return low is not None and high is not None and (low > 0 or high < 0)


def _gap(figures: Figures) -> str:
    """Return how much more or less came than was stated, and how surely; "" without an interval."""
    low, high, middle = figures.diff_low, figures.diff_high, figures.mean_diff
    if low is None or high is None or middle is None:
        return ""
    if _is_off(figures):
        how = "more" if low > 0 else "less"
        ends = sorted((abs(low), abs(high)))
        least, most = (_points(end) for end in ends)
        return f"came {_of_points(middle)} {how} often than stated (95% {least} to {most})"
    return f"on average between {_of_points(low)} fewer and {_points(high)} more came than stated"


def _not_shown(figures: Figures, gap: str) -> str:
    """Return what is to say where no test rejects: the likelier side first, if any is."""
    low, high = figures.diff_low, figures.diff_high
    direction = figures.direction
    if low is not None and high is not None and low >= -CLOSE and high <= CLOSE:
        return f"right on average: {gap.removeprefix('on average ')}"
    if figures.brier == 0:
        return "all came as stated, each at 0% or 100%"
    silent = f"cannot tell: {gap}" if gap else "cannot tell"
    if direction is None or direction.at_90 is None:
        return silent
    z = figures.family_z if figures.spiegelhalter_z is None else figures.spiegelhalter_z
    share = max(direction.p_extreme, 1 - direction.p_extreme)
    if share < LIKELIER or (z is not None and (direction.p_extreme > 0.5) != (z > 0)):
        return silent
    side = EXTREME if direction.p_extreme > 0.5 else TIMID
    if side == TIMID and figures.timidity_can_show is False:
        return f"{silent}; with these chances and this number timidity cannot be seen"
    return f"likelier {side} ({_percent(share)}), not shown{f'; {gap}' if gap else ''}"


def _points(share: float) -> str:
    points = abs(100 * share)
    return f"{points:.0f}" if points == 0 or points >= 0.95 else f"{points:.1g}"


def _of_points(share: float) -> str:
    points = _points(share)
    return f"{points} point{'' if points == '1' else 's'}"


def _percent(share: float) -> str:
    return f"{100 * share:.0f}%"

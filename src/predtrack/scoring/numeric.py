"""Scores of a stated quantity: lower is better, in the unit of the quantity.

Because of that unit they are never averaged over quantities of different units. `cdf_score` is
the exception: it scores chances, and has no unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class IntervalScore(NamedTuple):
    """An interval score and its three parts, of which it is the sum."""

    total: float
    width: float
    below: float  # the penalty for a value below the interval
    above: float  # the penalty for a value above it


def interval_score(low: float, high: float, confidence: float, y: float) -> IntervalScore:
    """Return the interval score of [low, high] at a confidence, with its three parts.

    (high - low) + (2/a) (low - y)+ + (2/a) (y - high)+ with a = 1 - confidence: the width, and
    a penalty for a miss on either side, the heavier the surer the interval was. A value on an
    end is inside. From 0 (best) upwards, in the unit of y.

    Raises ValueError when the confidence is not inside (0, 1), or low is above high.
    Reference: Gneiting and Raftery (2007), J. Am. Statist. Assoc. 102:359, section 6.2.

    >>> interval_score(15, 25, 0.5, 14)
    IntervalScore(total=14.0, width=10, below=4.0, above=0.0)
    """
    if not 0 < confidence < 1:
        raise ValueError(f"a confidence is above 0 and below 1, not {confidence}")
    if not low <= high:
        raise ValueError(f"an interval runs from low to high, not from {low} to {high}")
    price = 2 / (1 - confidence)
    below, above = price * max(low - y, 0), price * max(y - high, 0)
    return IntervalScore(high - low + below + above, high - low, below, above)


def pinball(q: float, level: float, y: float) -> float:
    """Return the pinball loss of a stated quantile.

    (1{y <= q} - level) (q - y): a miss costs `level` per unit above the quantile and 1 - level
    below it. From 0 (best) upwards, in the unit of y.

    Raises ValueError when the level is not inside (0, 1).
    Reference: Koenker and Bassett (1978), Econometrica 46:33.

    >>> round(pinball(0.5, 0.2, 0.3), 10)
    0.16
    """
    if not 0 < level < 1:
        raise ValueError(f"the level of a quantile is above 0 and below 1, not {level}")
    return ((y <= q) - level) * (q - y)


def quantile_score(quantiles: Sequence[tuple[float, float]], y: float) -> float:
    """Return the mean over stated quantiles (level, value) of twice the pinball loss.

    For levels that are symmetric about a median it equals the weighted interval score, `wis`;
    for a median alone it is the absolute error. From 0 (best) upwards, in the unit of y.

    Raises ValueError when there is no quantile, or a level is not inside (0, 1).
    Reference: Bracher, Ray, Gneiting and Reich (2021), PLoS Comput. Biol. 17:e1008618.

    >>> round(quantile_score([(0.1, -1), (0.25, 0), (0.5, 1), (0.75, 2), (0.9, 3)], 1), 10)
    0.36
    """
    if not quantiles:
        raise ValueError("there is no quantile to score")
    return sum(2 * pinball(value, level, y) for level, value in quantiles) / len(quantiles)


def wis(median: float, intervals: Sequence[tuple[float, float, float]], y: float) -> float:
    """Return the weighted interval score of a median and central intervals (low, high, confidence).

    (|y - median| / 2 + sum over intervals of (a/2) x interval score) / (K + 1/2), with
    a = 1 - confidence and K intervals. The median's term is its *error*, not its value. From 0
    (best) upwards, in the unit of y.

    Raises ValueError as `interval_score` does.
    Reference: Bracher, Ray, Gneiting and Reich (2021), PLoS Comput. Biol. 17:e1008618.

    >>> round(wis(2, [(-2, 4, 0.8), (1, 2, 0.5)], -15), 10)
    15.34
    """
    weighted = sum(
        (1 - c) / 2 * interval_score(low, high, c, y).total for low, high, c in intervals
    )
    return (abs(y - median) / 2 + weighted) / (len(intervals) + 0.5)


def cdf_score(points: Sequence[tuple[float, float]]) -> float:
    """Return the mean over the points of a stated distribution of (F - o)^2.

    A point is (F, o): the stated chance that the quantity is at most some value, and whether it
    was, 1 or 0. From 0 (best) to 1; no unit. Nothing is interpolated between the points.

    Raises ValueError when there is no point.
    Reference: the threshold decomposition of the CRPS, Gneiting and Raftery (2007), section 4.2.

    >>> round(cdf_score([(0.2, 0), (0.7, 1), (0.9, 1)]), 10)
    0.0466666667
    """
    if not points:
        raise ValueError("there is no point to score")
    return sum((f - o) ** 2 for f, o in points) / len(points)


def absolute_error(point: float, y: float) -> float:
    """Return the distance of a stated point from what came, |point - y|.

    From 0 (best) upwards, in the unit of y. It rewards the median of one's belief.

    >>> absolute_error(10, 12.5)
    2.5
    """
    return abs(point - y)


def interval_hit(low: float | None, high: float | None, y: float) -> bool:
    """Return whether y is in the interval, both ends included; an end that is None is open.

    >>> interval_hit(1, 2, 2), interval_hit(None, 2, 2.1), interval_hit(1, None, 5)
    (True, False, True)
    """
    return (low is None or low <= y) and (high is None or y <= high)

"""The spread that forecasts of a number imply for how much more one of them loses.

Whoever states narrow ranges loses little as long as they hold, and much when one fails: ten that
held say little of who is better. A Student t interval sees only what happened: of two that lose
as much on average, one by 95% ranges 15% too narrow and the other by ranges too wide, it calls the
first one better in 42 of 100 samples of ten.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache

from predtrack.scoring.distributions import normal_quantile
from predtrack.scoring.families import Families, FamilyMean, mean_over
from predtrack.scoring.implied import mean_of_implied

POINTS = 20  # that stand for what a forecaster expects, all as probable

Quantile = tuple[float, float]
"""A level inside (0, 1) and the value that is not exceeded with that chance."""


def expected_values(quantiles: Sequence[Quantile]) -> list[float]:
    """Return values, all as probable, that stand for what some quantiles (level, value) expect.

    In the unit of the values, ascending where the quantiles are. Between two levels the value
    goes evenly with the normal quantile of the level, and beyond the outermost as it does next
    to them: two quantiles of a normal distribution give that distribution. One quantile alone is
    every value.

    Raises ValueError when there is no quantile, or a level is not inside (0, 1).

    >>> [round(value, 2) for value in expected_values([(0.1, -1.2816), (0.9, 1.2816)])][::6]
    [-1.96, -0.45, 0.32, 1.44]
    """
    if not quantiles:
        raise ValueError("there is no quantile to expect anything by")
    levels = [_score_of(level) for level, _ in quantiles]
    values = [value for _, value in quantiles]
    if len(values) == 1:
        return values * POINTS
    expected, at = [], 0
    for score in _scores():
        while at < len(levels) - 2 and score > levels[at + 1]:
            at += 1
        share = (score - levels[at]) / (levels[at + 1] - levels[at])
        expected.append(values[at] + share * (values[at + 1] - values[at]))
    return expected


_score_of = lru_cache(maxsize=256)(normal_quantile)  # records share their levels


@lru_cache(maxsize=1)
def _scores() -> list[float]:
    return [normal_quantile((at + 0.5) / POINTS) for at in range(POINTS)]


def implied_deviation(
    first: Sequence[Quantile], second: Sequence[Quantile], gap: Callable[[float], float]
) -> float:
    """Return the standard deviation of a difference of losses, were neither forecast the better.

    `gap` is the loss of the second minus that of the first, at a number. The number is taken to
    come from what the first expects or from what the second does, so often the one and so often
    the other that the gap is 0 on average. From 0, in the unit of the gap.

    Raises ValueError as `expected_values` does.

    >>> two = [(0.1, -1), (0.9, 1)], [(0.1, -2), (0.9, 2)]
    >>> round(implied_deviation(*two, lambda y: 1 - y * y), 3)
    1.699
    """
    own, other = ([gap(value) for value in expected_values(each)] for each in (first, second))
    widest = max(map(abs, (*own, *other))) or 1.0  # squares of great values overflow
    (gain, own_square), (loss, other_square) = _moments(own, widest), _moments(other, widest)
    share = loss / (loss - gain) if gain > 0 > loss else 0.5
    mean = share * gain + (1 - share) * loss
    square = share * own_square + (1 - share) * other_square
    return math.sqrt(max(0.0, square - mean * mean)) * widest


def _moments(values: Sequence[float], widest: float) -> tuple[float, float]:
    """Return the mean and the mean square of some values, in units of the widest."""
    shares = [value / widest for value in values]
    mean = math.fsum(shares) / len(shares)
    return mean, math.fsum(share * share for share in shares) / len(shares)


def quantities_over(
    families: Families, gaps: Sequence[float], spreads: Sequence[float], level: float = 0.95
) -> FamilyMean:
    """Return how much more the second of two forecasters loses on numbers, each family once.

    The mean over families of the mean of the gaps, above 0 where the first is better, in their
    unit. The half-width of its interval is the larger of t s, as a Student t interval has it,
    and z sqrt(v), where v is what `implied_deviation` of the rows comes to, over sqrt(F). With
    no spread implied it is the t interval. No interval for fewer than 3 families.

    Raises ValueError when there is nothing.

    >>> from predtrack.scoring.families import families_of
    >>> gap = quantities_over(families_of("abcd"), [1.0, 1.1, 0.9, 1.0], [2.0] * 4)
    >>> round(gap.mean, 4), round(gap.low, 4), round(gap.high, 4)
    (1.0, -0.96, 2.96)
    """
    size = max(map(abs, (*gaps, *spreads)), default=0.0)
    if not any(spreads):
        return mean_over(families, gaps, level)
    ends = [-math.inf] * len(gaps), [math.inf] * len(gaps)
    scaled = [each / size for each in gaps], [each / size for each in spreads]
    mean, low, high, *counts = mean_of_implied(families, *scaled, ends, level)
    if low is None or high is None:
        return FamilyMean(mean * size, None, None, *counts)
    return FamilyMean(mean * size, low * size, high * size, *counts)

"""Whether stated chances fit what happened: tests and ranges for independent rows."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import accumulate
from typing import NamedTuple

from predtrack.scoring.cells import Cells, refuse_dependent, refuse_empty
from predtrack.scoring.distributions import (
    binomial_pmf,
    normal_cdf,
    normal_quantile,
    poisson_binomial_pmf,
    upper_end,
)
from predtrack.scoring.intervals import exact_binomial_p, no_likelier, wilson

_EXACT_SUM_TEST = 5_000
"""Rows up to which the distribution of their sum is convolved: there it takes half a second."""

_EXACT_RANGE = 200
"""Rows up to which the distribution of a mean score is convolved, if its sums are few enough."""

_MOST_SUMS = 1 << 16
"""So many different sums are held: 16 chances on no grid reach it, 200 on a .01 grid do not."""


_MOST_STEPS = 1 << 20
"""So many sums are added up: half a second."""


class SumTest(NamedTuple):
    """How many were expected to happen and did, and how likely so great a gap was."""

    expected: float
    happened: int
    n: int
    p: float


class Spiegelhalter(NamedTuple):
    """Spiegelhalter's statistic and its two-sided p-value."""

    z: float
    p: float


class Coverage(NamedTuple):
    """How often intervals of one stated confidence held, with a Wilson interval and a test."""

    hits: int
    n: int
    share: float
    low: float
    high: float
    p: float


def sum_test(cells: Cells) -> SumTest:
    """The number expected to happen beside the number that did, with an exact p-value.

    Calibration in the large. `p` is the probability, were every stated chance right and all
    rows independent, of the numbers that are no more likely than the one seen: 0 to 1, small
    meaning that the chances do not fit. The number is Poisson binomial, convolved up to 5,000
    rows, normal with a continuity correction beyond. It works from one row on. `p` is 0 only
    when what happened was stated to be impossible, or is less likely than 1e-25.

    Raises ValueError when there is nothing, or rows are not independent.
    Reference: Hong (2013), Comput. Statist. Data Anal. 59:41.

    >>> from predtrack.scoring.cells import cells_of
    >>> test = sum_test(cells_of([(0.9, 1, 1), (0.8, 0, 1), (0.8, 0, 1)]))
    >>> round(test.expected, 4), test.happened, test.n, round(test.p, 4)
    (2.5, 1, 3, 0.072)
    """
    refuse_empty(cells)
    refuse_dependent(cells)
    expected, seen = math.fsum(p * w for p, w, _ in cells), round(math.fsum(cells.happened))
    p = _sum_p(cells, seen) if cells.n <= _EXACT_SUM_TEST else _normal_sum_p(cells, seen)
    return SumTest(expected, seen, cells.n, p)


def spiegelhalter(cells: Cells) -> Spiegelhalter | None:
    """Spiegelhalter's z with its two-sided p-value; None where it is not defined.

    z = sum (y-p)(1-2p) / sqrt(sum (1-2p)^2 p (1-p)), standard normal for a calibrated
    forecaster with independent rows; far from 0 means that the chances do not fit, above 0 that
    they are too extreme, below 0 that they are too timid. Its size is fair from 5 rows. Not
    defined when every p is 0, one half or 1: nothing there could have varied.

    Raises ValueError when rows are not independent.
    Reference: Spiegelhalter (1986), Statist. Med. 5:421.

    >>> from predtrack.scoring.cells import cells_of
    >>> found = spiegelhalter(cells_of([(0.2, 1, 1), (0.2, 0, 1)]))
    >>> [round(x, 4) for x in found]
    [1.0607, 0.2888]
    """
    refuse_dependent(cells)
    variance = math.fsum(w * (1 - 2 * p) ** 2 * p * (1 - p) for p, w, _ in cells)
    if variance == 0:
        return None
    z = math.fsum((h - w * p) * (1 - 2 * p) for p, w, h in cells) / math.sqrt(variance)
    return Spiegelhalter(z, two_sided_p(z))


def coverage(hits: int, n: int, confidence: float) -> Coverage:
    """How often intervals of one stated confidence held: the share, its range and its test.

    The share of hits, 0 to 1, with its Wilson 95% interval and the exact two-sided binomial
    p-value against the confidence. One level at a time, one interval a family.

    Raises ValueError unless 0 <= hits <= n, n is positive and 0 <= confidence <= 1.

    >>> found = coverage(4, 5, 0.5)
    >>> found.share, round(found.low, 4), round(found.high, 4), round(found.p, 4)
    (0.8, 0.3755, 0.9638, 0.375)
    """
    low, high = wilson(hits, n)
    return Coverage(hits, n, hits / n, low, high, exact_binomial_p(hits, n, confidence))


def calibrated_brier_range(
    stated: Cells | Iterable[float], level: float = 0.95
) -> tuple[float, float]:
    """The central range (low, high) of the mean Brier score of a calibrated forecaster.

    That is, if each of these chances were right and the rows independent, the mean score would
    lie below `low`, and above `high`, with probability (1 - level) / 2 at most each: the ends
    are the quantiles of its exact distribution, the smallest scores that reach the level.
    Within 0 and 1. A row's score is p^2 + y (1-2p), so what is convolved are sums of (1-2p),
    a binomial for each distinct chance. Beyond 200 rows, or 65,536 different sums (which takes
    17 chances on no grid), the normal approximation stands in.

    Raises ValueError when there is no chance, one is outside [0, 1], rows are not independent,
    or the level is not inside (0, 1).

    >>> [round(end, 4) for end in calibrated_brier_range([0.9])]
    [0.01, 0.81]
    >>> [round(end, 4) for end in calibrated_brier_range([0.7] * 9)]
    [0.09, 0.3567]
    """
    if not 0 < level < 1:
        raise ValueError(f"a level is above 0 and below 1, not {level}")
    counts = _counts(stated)
    sums = _sums(counts) if sum(counts.values()) <= _EXACT_RANGE else None
    if sums is None:
        return _normal_range(counts, level)
    n, base = sum(counts.values()), math.fsum(p * p * k for p, k in counts.items())
    tail = (1 - level) / 2
    low, high = ((base + _quantile(sums, at)) / n for at in (tail, 1 - tail))
    return _within_0_and_1(low), _within_0_and_1(high)


def two_sided_p(z: float) -> float:
    """The probability that a standard normal variable is at least as far from 0 as z.

    >>> round(two_sided_p(1.959963985), 6)
    0.05
    """
    return 2 * normal_cdf(-abs(z))


def _sum_p(cells: Cells, seen: int) -> float:
    stated = (p for p, rows in zip(cells.p, cells.rows, strict=True) for _ in range(rows))
    first, pmf = poisson_binomial_pmf(stated)
    return no_likelier(pmf, seen - first) if 0 <= seen - first < len(pmf) else 0.0


def _normal_sum_p(cells: Cells, seen: int) -> float:
    gap = abs(seen - math.fsum(p * w for p, w, _ in cells))
    variance = math.fsum(w * p * (1 - p) for p, w, _ in cells)
    if variance == 0:
        return float(gap == 0)
    return two_sided_p(max(0.0, gap - 0.5) / math.sqrt(variance))


def _counts(stated: Cells | Iterable[float]) -> dict[float, int]:
    if isinstance(stated, Cells):
        refuse_dependent(stated)
        counts = dict(zip(stated.p, stated.rows, strict=True))
    else:
        counts = dict(Counter(stated))
    if not counts or not all(0 <= p <= 1 for p in counts):
        raise ValueError("a range needs chances, each from 0 to 1")
    return counts


def _sums(counts: dict[float, int]) -> dict[float, float] | None:
    # Sums that differ in their last bits only are the same: nine decimals tell them apart.
    sums, steps = {0.0: 1.0}, 0
    for p, k in counts.items():
        if p == 0.5:  # scores .25 either way
            continue
        pmf = binomial_pmf(k, p)
        grown: defaultdict[float, float] = defaultdict(float)
        for total, mass in sums.items():
            for hits, chance in enumerate(pmf):
                if chance > 0:
                    grown[round(total + hits * (1 - 2 * p), 9)] += mass * chance
            if len(grown) > _MOST_SUMS:  # within the step, which may be 200 times as much
                return None
        steps += len(sums) * len(pmf)
        if steps > _MOST_STEPS:
            return None
        sums = grown
    return sums


def _quantile(sums: dict[float, float], level: float) -> float:
    ordered = sorted(sums)
    reached = list(accumulate(sums[total] for total in ordered))
    # What is left of 1 after rounding must not push the last quantile past the end.
    return ordered[bisect_left(reached, level - 1e-12)]


def _normal_range(counts: dict[float, int], level: float) -> tuple[float, float]:
    n = sum(counts.values())
    mean = math.fsum(p * (1 - p) * k for p, k in counts.items()) / n
    spread = math.sqrt(math.fsum(k * (1 - 2 * p) ** 2 * p * (1 - p) for p, k in counts.items())) / n
    reach = normal_quantile(upper_end(level)) * spread
    return _within_0_and_1(mean - reach), _within_0_and_1(mean + reach)


def _within_0_and_1(score: float) -> float:
    return min(1.0, max(0.0, score))

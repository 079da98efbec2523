"""Exact tests of stated chances: of the number that happened, and of how bold they are.

A test's p is always twice its smaller tail, at most 1 and never 0.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

from predtrack.scoring.cells import Cells, mean_loss, refuse_dependent, refuse_empty
from predtrack.scoring.distributions import normal_cdf, poisson_binomial_pmf
from predtrack.scoring.sums import (
    ALIKE,
    WeightedSum,
    depth_of,
    distribution,
    root_of,
    rows_of,
    softplus,
    two_sided,
)

_EXACT_ROWS = 5_000  # so many rows are convolved in a tenth of a second


class ZTest(NamedTuple):
    """Spiegelhalter's z with its two-sided p; no p where something impossible happened."""

    z: float
    p: float | None
    is_exact: bool
    impossible: int  # rows stated at 0 that happened, or at 1 that did not


class SumP(NamedTuple):
    """The two-sided p of the number that happened; none where that was impossible."""

    p: float | None
    is_exact: bool
    impossible: int


class Range(NamedTuple):
    """The ends of what a calibrated forecaster scores in 95 of 100 samples or more."""

    low: float
    high: float
    is_exact: bool


class Number:
    """How many of the rows of some cells happen, where all their log odds are shifted by one d.

    The shift tilts the distribution by e^(d k), so that it is convolved once, centred on what
    was seen: the smallest tails stay exact. Beyond 5,000 rows it is normal with a continuity
    correction. ValueError when there is nothing, or rows are not independent.
    """

    def __init__(self, cells: Cells) -> None:
        refuse_empty(cells)
        refuse_dependent(cells)
        terms = [(p, round(w), round(h)) for p, w, h in cells if 0 < p < 1]
        self.rows = rows_of((1.0, p, count) for p, count, _ in terms)
        self.seen = sum(hits for _, _, hits in terms)
        self.most = sum(self.rows.counts)
        self.is_exact = self.most <= _EXACT_ROWS
        self.aim = min(max(self.seen, 0.5), self.most - 0.5)
        if self.is_exact and self.most:
            self.centre = self.rows.centred(self.aim)
            chances: list[float] = []
            centred = self.rows.shifted(self.centre)
            for chance, count in zip(centred.chances, centred.counts, strict=True):
                chances += [chance] * count
            first, masses = poisson_binomial_pmf(chances)
            self.masses = list(enumerate(map(math.log, masses), first - self.seen))
            self.base = self._log_scale(self.centre)

    def _log_scale(self, shift: float) -> float:
        terms = zip(self.rows.log_odds, self.rows.counts, strict=True)
        return math.fsum(c * softplus(x + shift) for x, c in terms) - shift * self.seen

    def tails(self, shift: float) -> tuple[float, float]:
        """Return the probabilities of no more, and of no fewer, than happened."""
        if not self.is_exact:
            mean, spread, _ = self.rows.shifted(shift).moments()
            gap = self.seen - mean
            spread = max(spread, 1e-9)  # of rows that are all but certain
            return normal_cdf((gap + 0.5) / spread), normal_cdf((0.5 - gap) / spread)
        tilt, scale = shift - self.centre, self._log_scale(shift) - self.base
        chances = [(k, math.exp(min(0.0, log + tilt * k - scale))) for k, log in self.masses]
        lower = math.fsum([chance for k, chance in chances if k <= 0])
        upper = math.fsum([chance for k, chance in chances if k >= 0])
        if (lower, -tilt) < (upper, 0):  # where both are too small to be told apart, by the side
            return lower, max(upper, 1 - lower)
        return max(lower, 1 - upper), upper

    def shifts(self) -> tuple[float, float]:
        """Return the least and the greatest d that neither tail refuses at 2.5%."""
        low = -math.inf if self.seen == 0 else self._shift(1)
        return low, math.inf if self.seen == self.most else self._shift(-1)

    def _shift(self, side: int) -> float:
        start, slope = self.rows.near(self.aim, side)
        return root_of(lambda shift: depth_of(self.tails(shift)[side > 0]), start, slope)


number_of = lru_cache(maxsize=4)(Number)  # the test and the interval of one sample share it


def impossible(cells: Cells) -> int:
    """Return how many rows were stated at 0 and happened, or at 1 and did not."""
    refuse_dependent(cells)
    return round(math.fsum(h if p == 0 else w - h for p, w, h in cells if p in (0, 1)))


def sides(cells: Cells) -> list[tuple[float, float, int, int]]:
    """Return (|1-2p|, chance, rows, rows there) of the wrong side of 50% for each cell but 50%."""
    refuse_dependent(cells)
    terms = []
    for p, weight, happened in cells:
        boldness = abs(1 - 2 * p)
        if boldness > ALIKE:
            wrong = happened if p < 0.5 else weight - happened
            terms.append((boldness, min(p, 1 - p), round(weight), round(wrong)))
    return terms


@lru_cache(maxsize=4)  # test, range and interval of one sample share it
def wrong_side(cells: Cells) -> tuple[WeightedSum, float]:
    """Return the distribution of the sum of |1-2p| over rows on the wrong side, and that sum."""
    terms = sides(cells)
    total = distribution(rows_of(term[:3] for term in terms))
    return total, math.fsum(w * wrong for w, _, _, wrong in terms)


def z_test(cells: Cells) -> ZTest | None:
    """Return Spiegelhalter's z with its two-sided p; None where every p is 0, .5 or 1.

    z = sum (y-p)(1-2p) / sqrt(sum (1-2p)^2 p(1-p)), of any size: above 0 the chances are too
    extreme, below 0 too timid. Its p, 0 to 1, is twice the smaller tail of the distribution of
    that sum; small means that the chances do not fit. No p where something stated to be
    impossible happened. No unit.

    Raises ValueError when rows are not independent.
    Reference: Spiegelhalter (1986), Statist. Med. 5:421.

    >>> from predtrack.scoring.cells import cells_of
    >>> test = z_test(cells_of([(0.2, 1, 1), (0.2, 0, 1)]))
    >>> round(test.z, 4), round(test.p, 4), test.is_exact
    (1.0607, 0.72, True)
    """
    total, t = wrong_side(cells)
    if total.spread == 0:
        return None
    failed = impossible(cells)
    z = (t - total.mean) / total.spread
    return ZTest(z, None if failed else total.p(t), total.is_exact, failed)


def calibrated_range(cells: Cells) -> Range:
    """Return the mean Brier scores between which a calibrated forecaster with these chances lies.

    Each end leaves out at most 2.5%, so that the score is within in 95 of 100 such samples or
    more; it is outside if and only if the p of `z_test` is below .05. From 0 to 1.

    Raises ValueError when there is nothing, or rows are not independent.

    >>> from predtrack.scoring.cells import cells_of
    >>> [round(end, 4) for end in calibrated_range(cells_of([(0.7, 1, 1)] * 9))[:2]]
    [0.09, 0.3567]
    """
    refuse_empty(cells)
    total, t = wrong_side(cells)
    score = mean_loss(cells)  # which a sum t has, so that rounding is the same for all
    low, high = (score + (end - t) / cells.total for end in total.accepted())
    return Range(low, high, total.is_exact)


def sum_p(cells: Cells) -> SumP:
    """Return the two-sided p of the number that happened, were every stated chance right.

    Twice the smaller tail of the Poisson binomial distribution, 0 to 1: small means that the
    chances do not fit. Exact to 5,000 rows, normal with a continuity correction beyond. No p
    where something stated to be impossible happened; 1 where every chance is 0 or 1. No unit.

    Raises ValueError when there is nothing, or rows are not independent.
    Reference: Hong (2013), Comput. Statist. Data Anal. 59:41.

    >>> from predtrack.scoring.cells import cells_of
    >>> test = sum_p(cells_of([(0.9, 1, 1), (0.8, 0, 1), (0.8, 0, 1)]))
    >>> round(test.p, 4), test.is_exact
    (0.144, True)
    """
    failed, number = impossible(cells), number_of(cells)
    p = two_sided(*number.tails(0.0)) if number.most else 1.0
    return SumP(None if failed else p, number.is_exact, failed)

"""How often ranges held, and normal tests for very many independent rows: `exact` has the rest."""

from __future__ import annotations

import math
from typing import NamedTuple

from predtrack.scoring.cells import Cells, refuse_dependent, refuse_empty
from predtrack.scoring.distributions import LEAST_P, normal_cdf, normal_quantile, upper_end
from predtrack.scoring.intervals import exact_binomial_p, wilson


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


def spiegelhalter(cells: Cells) -> Spiegelhalter | None:
    """Return Spiegelhalter's z with its two-sided p-value; None where it is not defined.

    z = sum (y-p)(1-2p) / sqrt(sum (1-2p)^2 p (1-p)), standard normal for a calibrated
    forecaster with independent rows; far from 0 means that the chances do not fit, above 0 that
    they are too extreme, below 0 that they are too timid. Its size is fair from 5 rows. Not
    defined when every p is 0, one half or 1: nothing there could have varied.

    Raises ValueError when rows are not independent.
    Reference: Spiegelhalter (1986), Statist. Med. 5:421.

    >>> from predtrack.scoring.cells import cells_of
    >>> test = spiegelhalter(cells_of([(0.2, 1, 1), (0.2, 0, 1)]))
    >>> [round(x, 4) for x in test]
    [1.0607, 0.2888]
    """
    refuse_dependent(cells)
    variance = math.fsum(w * (1 - 2 * p) ** 2 * p * (1 - p) for p, w, _ in cells)
    if variance == 0:
        return None
    z = math.fsum((h - w * p) * (1 - 2 * p) for p, w, h in cells) / math.sqrt(variance)
    return Spiegelhalter(z, two_sided_p(z))


def coverage(hits: int, n: int, confidence: float) -> Coverage:
    """Return how often intervals of one stated confidence held: share, range and test.

    The share of hits, 0 to 1, with its Wilson 95% interval and the exact two-sided binomial
    p-value against the confidence. One level at a time, one interval a family.

    Raises ValueError unless 0 <= hits <= n, n is positive and 0 <= confidence <= 1.

    >>> half = coverage(4, 5, 0.5)
    >>> half.share, round(half.low, 4), round(half.high, 4), round(half.p, 4)
    (0.8, 0.3755, 0.9638, 0.375)
    """
    low, high = wilson(hits, n)
    return Coverage(hits, n, hits / n, low, high, exact_binomial_p(hits, n, confidence))


def normal_brier_range(cells: Cells) -> tuple[float, float]:
    """Return the central 95% (low, high) of a calibrated forecaster's mean Brier score.

    The normal approximation, 0 to 1, for very many different chances: `exact.calibrated_range`
    gives that of fewer.

    Raises ValueError when there is nothing, or rows are not independent.

    >>> from predtrack.scoring.cells import cells_of
    >>> [round(end, 4) for end in normal_brier_range(cells_of([(0.7, 1, 1)] * 900))]
    [0.198, 0.222]
    """
    refuse_empty(cells)
    refuse_dependent(cells)
    mean = math.fsum(w * p * (1 - p) for p, w, _ in cells) / cells.total
    square = math.fsum(w * (1 - 2 * p) ** 2 * p * (1 - p) for p, w, _ in cells)
    reach = normal_quantile(upper_end(0.95)) * math.sqrt(square) / cells.total
    return _within_0_and_1(mean - reach), _within_0_and_1(mean + reach)


def two_sided_p(z: float) -> float:
    """Return the probability that a standard normal variable is at least as far from 0 as z.

    From 1e-15, which stands for all that is less, to 1.

    >>> round(two_sided_p(1.959963985), 6)
    0.05
    """
    return max(LEAST_P, 2 * normal_cdf(-abs(z)))


def _within_0_and_1(score: float) -> float:
    return min(1.0, max(0.0, score))

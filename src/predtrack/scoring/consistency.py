"""Draw, by seed, what a calibrated forecaster with the same stated chances would show.

Outcomes are drawn anew from the stated chances, cell by cell, and recalibrated each time. Rows
are taken as independent; the same seed gives the same figures.
"""

from __future__ import annotations

import math
from bisect import bisect
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from predtrack.scoring.cells import Cells, refuse_dependent, refuse_empty
from predtrack.scoring.corp import isotonic
from predtrack.scoring.distributions import binomial_window

SEED = 20160701
TIMES = 1_000


class McbNull(NamedTuple):
    """An observed miscalibration beside that of a calibrated forecaster."""

    observed: float
    mean: float  # of the calibrated forecaster
    point95: float  # which the calibrated forecaster stays at or below 95 times in 100
    p: float
    times: int
    seed: int


def mcb_null(cells: Cells, times: int = TIMES, seed: int = SEED) -> McbNull:
    """Return the miscalibration of the cells beside what a calibrated forecaster would show.

    The mean and the 95% point of MCB (on the Brier scale of 0 to 1) over `times` resamplings,
    and p = (1 + how many reach the observed) / (times + 1), which is never 0. As a test it is
    weaker than `calibration.spiegelhalter`: take MCB as a size.

    Raises ValueError when there is nothing, rows are not independent, or times is below 1.
    Reference: Dimitriadis, Gneiting and Jordan (2021), PNAS 118:e2016191118; for the p-value
    Davison and Hinkley (1997), Bootstrap Methods, section 4.2.

    >>> from predtrack.scoring.cells import cells_of
    >>> null = mcb_null(cells_of([(0.9, 0, 1), (0.8, 0, 1), (0.7, 0, 1)]), times=99, seed=1)
    >>> round(null.observed, 4), null.p < 0.1
    (0.6467, True)
    """
    return resampled(cells, times, seed)[0]


def consistency_band(
    cells: Cells, level: float = 0.95, times: int = TIMES, seed: int = SEED
) -> list[tuple[float, float]]:
    """Return for each cell the range (low, high) of the curve of a calibrated forecaster.

    The central `level` of the recalibrated chance over the resamplings, point by point: of 20
    points one may lie outside by chance. It belongs around the diagonal, not around the curve.
    From 0 to 1, in the order of the cells.

    Raises ValueError as `mcb_null` does, and when the level is not inside (0, 1).
    Reference: Dimitriadis, Gneiting and Jordan (2021), PNAS 118:e2016191118.

    >>> from predtrack.scoring.cells import cells_of
    >>> consistency_band(cells_of([(0, 0, 1), (0.5, 1, 1), (1, 1, 1)]))
    [(0.0, 0.0), (0.0, 1.0), (1.0, 1.0)]
    """
    return resampled(cells, times, seed, level)[1]


def resampled(
    cells: Cells, times: int = TIMES, seed: int = SEED, level: float = 0.95
) -> tuple[McbNull, list[tuple[float, float]]]:
    """Return what `mcb_null` and `consistency_band` give, from one resampling.

    >>> from predtrack.scoring.cells import cells_of
    >>> null, band = resampled(cells_of([(0.5, 1, 1), (0.5, 0, 1)]))
    >>> null.observed, band
    (0.0, [(0.0, 1.0)])
    """
    if not 0 < level < 1:
        raise ValueError(f"a level is above 0 and below 1, not {level}")
    draws = list(_draws(cells, times, seed))
    points = [sorted(point) for point in zip(*(curve for _, curve in draws), strict=True)]
    tail = (1 - level) / 2
    band = [(_quantile(point, tail), _quantile(point, 1 - tail)) for point in points]
    return _null(cells, draws, seed), band


def _null(cells: Cells, draws: list[tuple[list[int], list[float]]], seed: int) -> McbNull:
    drawn, times = sorted(_mcb(cells, *draw) for draw in draws), len(draws)
    observed = _mcb(cells, cells.happened, isotonic(cells.happened, cells.weight))
    # Equal outcomes must count as equal, whatever their last bits.
    reached = sum(mcb >= observed - 1e-12 for mcb in drawn)
    mean, p = math.fsum(drawn) / times, (1 + reached) / (times + 1)
    return McbNull(observed, mean, _quantile(drawn, 0.95), p, times, seed)


def _draws(cells: Cells, times: int, seed: int) -> Iterator[tuple[list[int], list[float]]]:
    from random import Random

    refuse_empty(cells)
    refuse_dependent(cells)
    if times < 1:
        raise ValueError(f"a resampling is done once or more, not {times} times")
    uniform = Random(seed).random
    tables = [_table(rows, p) for p, rows in zip(cells.p, cells.rows, strict=True)]
    for _ in range(times):
        happened = [first + bisect(below, uniform()) for first, below in tables]
        yield happened, isotonic(happened, cells.weight)


def _table(rows: int, p: float) -> tuple[int, list[float]]:
    first, pmf = binomial_window(rows, p)
    # Without its last value: what rounding leaves above belongs to the last number.
    return first, list(accumulate(pmf))[:-1]


def _mcb(cells: Cells, happened: Sequence[float], curve: Sequence[float]) -> float:
    # S - C, where over a pooled block the sum of r h equals that of w r^2.
    terms = zip(cells.p, cells.weight, happened, curve, strict=True)
    total = math.fsum(w * (p * p + r * r) - 2 * p * h for p, w, h, r in terms)
    return max(0.0, total / cells.total)  # rounding must not leave it just below 0


def _quantile(ordered: Sequence[float], level: float) -> float:
    # The smallest value that at least this share of them does not exceed.
    return ordered[max(0, math.ceil(level * len(ordered) - 1e-9) - 1)]

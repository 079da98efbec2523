"""Cells: for each distinct stated chance, how much was stated and how much of it happened.

Nearly everything about a sample of chances can be computed from its cells alone, so the cost
stops growing with the number of forecasts, and equal chances are pooled before anything else.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from predtrack.scoring.binary import brier, log_score

Row = tuple[float, float, float]
"""A stated chance, what happened (0, 1, or a partial answer between), and the row's weight."""


@dataclass(frozen=True, slots=True)
class Cells:
    """The distinct stated chances of a sample, ascending, each with its weight and outcomes."""

    p: tuple[float, ...]
    rows: tuple[int, ...]
    weight: tuple[float, ...]  # of the rows: 1 each, or 1 over the rows of their family
    happened: tuple[float, ...]  # the weight of the rows that happened
    independent: bool = True  # every row weighs 1 and is a plain yes or no: tests are allowed

    def __iter__(self) -> Iterator[Row]:
        """Yield the cells as (chance, weight, weight that happened)."""
        return zip(self.p, self.weight, self.happened, strict=True)

    @property
    def n(self) -> int:
        """Return the number of rows."""
        return sum(self.rows)

    @property
    def total(self) -> float:
        """Return the weight of all rows."""
        return sum(self.weight)

    @property
    def base_rate(self) -> float:
        """Return the share that happened, 0 to 1, or raise ValueError when there is nothing."""
        refuse_empty(self)
        return sum(self.happened) / self.total


def cells_of(rows: Iterable[Row]) -> Cells:
    """Return the cells of rows (p, y, weight): equal p pooled, in ascending order.

    A partial answer y in (0, 1) is split: weight y happened, weight 1-y did not.

    Raises ValueError when p or y is outside [0, 1], or a weight is not positive.

    >>> cells_of([(0.7, 1, 1), (0.2, 0, 1), (0.7, 0, 1)])
    Cells(p=(0.2, 0.7), rows=(1, 2), weight=(1.0, 2.0), happened=(0.0, 1.0), independent=True)
    """
    pooled: dict[float, list[float]] = {}
    independent = True
    for p, y, weight in rows:
        if not (0 <= p <= 1 and 0 <= y <= 1 and weight > 0):
            raise ValueError(f"no row of a sample: chance {p}, outcome {y}, weight {weight}")
        cell = pooled.get(p)
        if cell is None:
            cell = pooled[p] = [0, 0.0, 0.0]
        cell[0] += 1
        cell[1] += weight
        if y:
            cell[2] += weight * y
        if weight != 1 or y not in (0, 1):
            independent = False
    return _ordered(pooled, independent=independent)


def cells_of_counts(rows: Mapping[float, int], happened: Mapping[float, int]) -> Cells:
    """Return the cells of independent rows that were counted already, by their stated chance.

    What `cells_of` gives for as many rows of weight 1, plain yes or no, at the cost of what is
    distinct: `rows` counts all rows of a chance, `happened` those that happened.

    Raises ValueError when a chance is outside [0, 1].

    >>> counted = cells_of_counts({0.7: 2, 0.2: 1}, {0.7: 1})
    >>> counted == cells_of([(0.7, 1, 1), (0.2, 0, 1), (0.7, 0, 1)])
    True
    """
    stated = tuple(sorted(rows))
    if stated and not (stated[0] >= 0 and stated[-1] <= 1):
        raise ValueError(f"no rows of a sample: chances from {stated[0]} to {stated[-1]}")
    counts = tuple(map(rows.__getitem__, stated))
    hits = tuple(float(happened.get(p, 0)) for p in stated)
    return Cells(stated, counts, tuple(map(float, counts)), hits, independent=True)


def _ordered(pooled: dict[float, list[float]], *, independent: bool) -> Cells:
    ordered = sorted(pooled.items())
    return Cells(
        tuple(p for p, _ in ordered),
        tuple(int(cell[0]) for _, cell in ordered),
        tuple(cell[1] for _, cell in ordered),
        tuple(cell[2] for _, cell in ordered),
        independent,
    )


def coarser(cells: Cells, most: int) -> Cells:
    """Return the cells with neighbours pooled, at most `most`, each of about equal weight.

    A pooled cell states the mean of the chances in it. Cells that are few already come back as
    they are.

    Raises ValueError when `most` is below 1.

    >>> coarser(cells_of([(0.1, 0, 1), (0.2, 0, 1), (0.9, 1, 1)]), 2).rows
    (1, 2)
    """
    if most < 1:
        raise ValueError(f"cells are pooled to 1 or more, not {most}")
    if len(cells.p) <= most:
        return cells
    pooled: dict[int, list[float]] = {}
    total, passed = cells.total, 0.0
    for p, rows, weight, happened in zip(
        cells.p, cells.rows, cells.weight, cells.happened, strict=True
    ):
        sums = pooled.setdefault(int(most * (passed + weight / 2) / total), [0.0] * 4)
        for place, amount in enumerate((p * weight, rows, weight, happened)):
            sums[place] += amount
        passed += weight
    by_chance = {sums[0] / sums[2]: sums[1:] for sums in pooled.values()}
    return _ordered(by_chance, independent=cells.independent)


class LogMean(NamedTuple):
    """A mean log score over what can be averaged, and what could not be."""

    mean: float | None  # in nats; None where nothing is left
    weight: float  # of what the mean is over
    failed: float  # the weight of stated zeros and ones that failed: each is infinite


def mean_loss(cells: Cells, loss: Callable[[float, float], float] = brier) -> float:
    """Return the mean over all rows of a loss of one chance, by default the Brier score.

    Sum of weight x loss / sum of weight; lower is better; range and unit are the loss's. It is
    to be linear in the outcome, as `binary.brier` and `binary.log_score` are, since a cell is
    scored by the share of it that happened.

    Raises ValueError when there is nothing.

    >>> round(mean_loss(cells_of([(0.7, 1, 1), (0.2, 0, 1), (0.7, 0, 1)])), 4)
    0.2067
    """
    refuse_empty(cells)
    return math.fsum(w * loss(p, h / w) for p, w, h in cells) / cells.total


def mean_log_score(cells: Cells) -> LogMean:
    """Return the mean log score of the rows where it is finite, and the weight of the others.

    In nats, lower is better, from 0. A stated 0 that happened or 1 that did not is infinite, and
    so would the mean be: it is left out here, in `failed`, to be named beside the mean.

    >>> mean_log_score(cells_of([(0, 1, 1), (0.5, 1, 1), (1, 1, 1)]))
    LogMean(mean=0.34657359027997264, weight=2.0, failed=1.0)
    """
    failed = math.fsum(h if p == 0 else w - h for p, w, h in cells if p in (0, 1))
    left = cells.total - failed
    finite = math.fsum(w * log_score(p, h / w) for p, w, h in cells if p not in (0, 1))
    return LogMean(finite / left if left > 0 else None, left, failed)


def refuse_empty(cells: Cells) -> None:
    """Raise ValueError when there is nothing in the cells."""
    if not cells.p:
        raise ValueError("there is nothing to score")


def refuse_dependent(cells: Cells) -> None:
    """Raise ValueError when a row weighs other than 1 or has a partial answer.

    Tests and ranges take rows as independent. Rows that share a family are not, and testing
    them all the same rejects a calibrated forecaster far too often.
    """
    if not cells.independent:
        raise ValueError("rows that share a family, or have a partial answer, enter no test")

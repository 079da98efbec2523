"""Families: rows that stand or fall together, and means that count each family once.

Deadlines of one event, options of one question and the quantiles of one quantity share their
luck. A row weighs 1 over the rows of its family, and what an interval rests on is the number of
families. Taking rows as independent makes intervals of a nominal 95% hold 79 to 85 times in 100.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from operator import mul
from typing import NamedTuple

from predtrack.scoring.cells import Cells, refuse_dependent, refuse_empty
from predtrack.scoring.distributions import t_quantile, upper_end
from predtrack.scoring.intervals import student_t_mean


class FamilyMean(NamedTuple):
    """A mean that counts each family once, with its t interval from 3 families on."""

    mean: float
    low: float | None
    high: float | None
    families: int
    rows: int


def family_weights(families: Sequence[Hashable]) -> list[float]:
    """Return the weight of each row, given the family of each: 1 over the rows of its family.

    >>> family_weights(["a", "b", "b"])
    [1.0, 0.5, 0.5]
    """
    sizes = Counter(families)
    return [1 / sizes[family] for family in families]


class Families(NamedTuple):
    """Where the rows of each family stand among the rows of a sample."""

    alone: list[int]  # rows that are a family of their own,
    shared: list[list[int]]  # and the rows of each other family

    @property
    def weights(self) -> list[float]:
        """Return what `family_weights` gives."""
        weights = [1.0] * (len(self.alone) + sum(map(len, self.shared)))
        for places in self.shared:
            for place in places:
                weights[place] = 1 / len(places)
        return weights


NO_FAMILIES = Families([], [])


def families_of(families: Sequence[Hashable]) -> Families:
    """Return the families of some rows, given the family of each.

    >>> families_of(["a", "b", "b"])
    Families(alone=[0], shared=[[1, 2]])
    """
    places: dict[Hashable, list[int]] = {}
    for place, family in enumerate(families):
        if family in places:
            places[family].append(place)
        else:
            places[family] = [place]
    alone = [rows[0] for rows in places.values() if len(rows) == 1]
    return Families(alone, [rows for rows in places.values() if len(rows) > 1])


def family_mean(values: Iterable[tuple[Hashable, float]], level: float = 0.95) -> FamilyMean:
    """Return the mean over families of the mean of their values, with a Student t interval.

    From (family, value); G - 1 degrees of freedom for G families; in the unit of the values.
    Fewer than 3 families: no interval.

    Raises ValueError when there is nothing, and for infinite values where there are 3 families.
    Reference: Ibragimov and Mueller (2010), J. Bus. Econ. Statist. 28:453.

    >>> family_mean([("a", 1), ("b", 2), ("b", 4)])
    FamilyMean(mean=2.0, low=None, high=None, families=2, rows=3)
    """
    rows = list(values)
    families = families_of([family for family, _ in rows])
    return mean_over(families, [value for _, value in rows], level)


def mean_over(families: Families, values: Sequence[float], level: float = 0.95) -> FamilyMean:
    """Return what `family_mean` gives, for rows whose families are known already.

    Raises ValueError as that does.

    >>> mean_over(families_of(["a", "b", "b"]), [1, 2, 4])
    FamilyMean(mean=2.0, low=None, high=None, families=2, rows=3)
    """
    if not values:
        raise ValueError("there is nothing to average")
    means = [values[place] for place in families.alone]
    for places in families.shared:
        means.append(math.fsum([values[place] for place in places]) / len(places))
    if len(means) < 3:
        return FamilyMean(math.fsum(means) / len(means), None, None, len(means), len(values))
    return FamilyMean(*student_t_mean(means, level), len(means), len(values))


def cells_mean(
    cells: Cells, value: Callable[[float, float], float], level: float = 0.95
) -> FamilyMean:
    """Return the mean of a value of each row, from cells alone, with its Student t interval.

    What `family_mean` gives where every row is a family of its own: value(p, 1) for the rows of
    a cell that happened, value(p, 0) for the others, so that the cost is one step a cell.

    Raises ValueError when there is nothing, or rows are not independent.

    >>> from predtrack.scoring.cells import cells_of
    >>> gap = cells_mean(cells_of([(0.5, 1, 1), (0.5, 0, 1), (0.2, 0, 1)]), lambda p, y: y - p)
    >>> round(gap.mean, 4), round(gap.low, 4), round(gap.high, 4)
    (-0.0667, -1.3414, 1.2081)
    """
    refuse_empty(cells)
    refuse_dependent(cells)
    values = []
    for p, weight, happened in cells:
        for y, count in ((1, happened), (0, weight - happened)):
            if count:
                values.append((value(p, y), count))
    return counted_mean(values, level)


def counted_mean(values: Iterable[tuple[float, float]], level: float = 0.95) -> FamilyMean:
    """Return the mean of values that each stand for so many rows, with its Student t interval.

    From (value, count), every row a family of its own; in the unit of the values.

    Raises ValueError when there is nothing, or a value is infinite.

    >>> counted_mean([(1, 2), (4, 1)]).mean
    2.0
    """
    pairs = list(values)
    figures, counts = zip(*pairs, strict=True) if pairs else ((), ())
    n = round(math.fsum(counts))
    end = upper_end(level)
    if n == 0:
        raise ValueError("there is nothing to average")
    if not math.isfinite(math.fsum(map(abs, figures))):
        raise ValueError("an interval for a mean needs finite values")
    mean = math.fsum(map(mul, figures, counts)) / n
    if n < 3:
        return FamilyMean(mean, None, None, n, n)
    squares = ((value - mean) ** 2 for value in figures)
    variance = math.fsum(map(mul, squares, counts)) / (n - 1)
    reach = t_quantile(end, n - 1) * math.sqrt(variance / n)
    return FamilyMean(mean, mean - reach, mean + reach, n, n)

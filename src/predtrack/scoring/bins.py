"""Put stated chances into bins, beside how much of each happened."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Hashable, Sequence
from itertools import chain
from typing import NamedTuple

from predtrack.scoring.cells import Cells, refuse_dependent
from predtrack.scoring.families import family_weights
from predtrack.scoring.intervals import wilson

FamilyRow = tuple[Hashable, float, float]
"""The family of a row, its stated chance, and what happened."""

_Weighted = tuple[float, float, float, Hashable]  # chance, outcome, weight, family


class Bin(NamedTuple):
    """Stated chances that lie together, and what happened of them."""

    lowest: float  # the lowest and the highest chance that was stated
    highest: float
    stated: float  # the mean of the stated chances, never the middle of the bin
    share: float  # that happened
    low: float  # the Wilson interval of the share
    high: float
    families: int  # what that interval rests on
    rows: int
    hits: float  # rows that happened, each counted as one


def bins(rows: Sequence[FamilyRow], most: int) -> list[Bin]:
    """Return the rows in at most `most` bins of about equal weight, ascending.

    Rows weigh 1 over the rows of their family. All rows of one stated chance go where the
    middle of their weight falls, so that a bin may be heavier than the others, and one that
    stays empty is left out. Inside a bin each of its families counts once, whatever else of it
    lies in other bins: so do its means, and Wilson's 95% interval has those families as n.

    Raises ValueError when `most` is below 1.

    >>> for each in bins([("a", 0.1, 0), ("b", 0.2, 0), ("c", 0.9, 1), ("d", 0.9, 0)], 2):
    ...     print(each.lowest, each.highest, round(each.stated, 4), each.share, each.rows)
    0.1 0.2 0.15 0.0 2
    0.9 0.9 0.9 0.5 2
    """
    if most < 1:
        raise ValueError(f"rows are put in 1 bin or more, not {most}")
    weights = family_weights([family for family, _, _ in rows])
    pooled: defaultdict[float, list[_Weighted]] = defaultdict(list)
    for (family, p, y), weight in zip(rows, weights, strict=True):
        pooled[p].append((p, y, weight, family))
    return [_bin(rows_of) for rows_of in _shared_out(pooled, most)]


def bins_of_cells(cells: Cells, most: int) -> list[Bin]:
    """Return what `bins` gives where every row is a family of its own, from cells alone.

    Raises ValueError when `most` is below 1, or rows are not independent.

    >>> rows = [(0.1, 0), (0.2, 0), (0.9, 1), (0.9, 0)]
    >>> from predtrack.scoring.cells import cells_of
    >>> pooled = bins_of_cells(cells_of((p, y, 1) for p, y in rows), 2)
    >>> pooled == bins([(n, p, y) for n, (p, y) in enumerate(rows)], 2)
    True
    """
    if most < 1:
        raise ValueError(f"rows are put in 1 bin or more, not {most}")
    refuse_dependent(cells)
    shares: defaultdict[int, list[Cell]] = defaultdict(list)
    total, passed = cells.total, 0.0
    for cell in cells:
        shares[int(most * (passed + cell[1] / 2) / total)].append(cell)
        passed += cell[1]
    return [_bin_of_cells(group) for group in shares.values()]


Cell = tuple[float, float, float]  # a stated chance, its rows, and how many of them happened


def _bin_of_cells(group: list[Cell]) -> Bin:
    n = round(math.fsum(count for _, count, _ in group))
    stated = math.fsum(p * count for p, count, _ in group) / n
    hits = math.fsum(happened for _, _, happened in group)
    low, high = wilson(hits, n)
    return Bin(group[0][0], group[-1][0], stated, hits / n, low, high, n, n, hits)


def _shared_out(pooled: dict[float, list[_Weighted]], most: int) -> list[list[_Weighted]]:
    total = math.fsum([row[2] for row in chain(*pooled.values())])
    shares: defaultdict[int, list[_Weighted]] = defaultdict(list)
    passed = 0.0
    for _, group in sorted(pooled.items()):
        weight = math.fsum([row[2] for row in group])
        shares[int(most * (passed + weight / 2) / total)] += group
        passed += weight
    return list(shares.values())


def _bin(rows: list[_Weighted]) -> Bin:
    weights = family_weights([family for *_, family in rows])
    families = round(math.fsum(weights))
    stated = math.fsum([row[0] * w for row, w in zip(rows, weights, strict=True)]) / families
    share = math.fsum([row[1] * w for row, w in zip(rows, weights, strict=True)]) / families
    share = min(1.0, share)
    low, high = wilson(share * families, families)
    hits = math.fsum([row[1] for row in rows])
    return Bin(rows[0][0], rows[-1][0], stated, share, low, high, families, len(rows), hits)

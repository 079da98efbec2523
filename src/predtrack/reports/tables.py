"""Columns of forecasts -> one group a column, and the columns compared.

Each row is a family of its own, unless a column names the families. A row whose forecast or
outcome is missing is dropped from that column alone; only differences use shared rows.
"""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import compress
from operator import not_

from predtrack.errors import Misread, UnreadableError, shortened
from predtrack.records.forms import probability
from predtrack.reports.calibration import Row, Sample, pair_mean, sample
from predtrack.reports.comparisons import Comparison, with_interval
from predtrack.reports.groups import Group, of_chances
from predtrack.scoring.cells import cells_of_counts

MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "-", "."})
_ANSWERS = {"yes": 1.0, "no": 0.0, "true": 1.0, "false": 0.0}

_NAN = math.nan


@dataclass(slots=True)
class Table:
    """A table of forecasts: a column of chances for each name, what came, and the families.

    A missing cell is not a number. `families` is empty where each row is its own.
    """

    names: tuple[str, ...]
    stated: list[array[float]]
    came: array[float] = field(default_factory=lambda: array("d"))
    families: list[str] = field(default_factory=list)

    @property
    def size(self) -> int:
        """The number of rows."""
        return len(self.came)


def table(blocks: Iterable[list[list[str]]], names: tuple[str, ...], path: str) -> Table:
    """The table of blocks of cells: the columns of the names, the outcome, the family if given.

    Raises UnreadableError where a cell is neither a chance nor missing, with its row; the header
    is row 1.
    """
    made = Table(names, [array("d") for _ in names])
    known: dict[tuple[bool, str], float] = {}
    for block in blocks:
        row = made.size + 2
        for name, column, cells in zip(names, made.stated, block, strict=False):
            column.extend(_numbers(cells, known, f"{path}:", row, name))
        came = _numbers(block[len(names)], known, f"{path}:", row, None)
        if len(block) > len(names) + 1:  # a row of no family is as good as none
            made.families += block[len(names) + 1]
            came = [y if name.strip() else _NAN for y, name in zip(came, block[-1], strict=True)]
        made.came.extend(came)
    return made


def _numbers(
    cells: list[str], known: dict[tuple[bool, str], float], path: str, row: int, name: str | None
) -> Iterable[float]:
    """The numbers of cells: quickly where all are plain, else each distinct text by its rules."""
    try:
        found = array("d", map(float, cells))
    except ValueError:
        found = array("d", [2.0])
    joined = "".join(cells)
    if "_" in joined or not joined.isascii():  # which `float` would take, and records do not
        found = array("d", [2.0])
    if not found:  # a block of blank lines
        return found
    if min(found) >= 0 and max(found) <= 1 and not math.isnan(math.fsum(found)):
        return found
    outcome = name is None
    for at, text in enumerate(cells):
        if (outcome, text) not in known:
            known[outcome, text] = _number(text, f"{path}{row + at}", name)
    return [known[outcome, text] for text in cells]


def _number(text: str, place: str, name: str | None) -> float:
    bare = text.strip()
    if bare.lower() in MISSING:
        return _NAN
    if name is None and bare.lower() in _ANSWERS:
        return _ANSWERS[bare.lower()]
    try:
        return probability(bare)
    except Misread as error:
        said, remedy = f"{name}: {error.message}", error.remedy
        if name is None:
            said, remedy = (
                f'"{shortened(text)}" is no outcome',
                "write 1 or 0, yes or no, or a share",
            )
        raise UnreadableError(f"{place}: {said}; {remedy}") from None


def groups(found: Table, *, in_full: bool = True) -> Iterator[Group]:
    """One group a column, in the order of the columns."""
    for name, column in zip(found.names, found.stated, strict=True):
        kept = _kept(found, column)
        dropped = found.size - len(kept) if kept is not None else 0
        empty = Group(by=name, kind="chances", origin=None, dropped=dropped)
        if kept is not None and not kept:
            yield empty
        else:
            yield of_chances(empty, _sample(found, column, kept), in_full=in_full)


def _kept(found: Table, *columns: array[float]) -> list[int] | None:
    """The rows where nothing is missing; None where that is all of them."""
    every = (*columns, found.came)
    if found.size and not any(math.isnan(math.fsum(column)) for column in every):
        return None
    return [at for at, cells in enumerate(zip(*every, strict=True)) if all(x == x for x in cells)]  # noqa: PLR0124  # not a number differs from itself


def _sample(found: Table, column: array[float], kept: list[int] | None) -> Sample:
    """The chances of a column: from counts alone where every row is a plain yes or no."""
    stated = column if kept is None else [column[at] for at in kept]
    came = found.came if kept is None else [found.came[at] for at in kept]
    if found.families or not set(came) <= {0.0, 1.0}:
        return sample(_rows(found, column, kept))
    happened = Counter(compress(stated, came))
    rows = Counter(compress(stated, map(not_, came)))
    rows.update(happened)
    is_infinite = happened[0.0] > 0 or rows[1.0] > happened[1.0]
    failed = _failed(found, column, kept) if is_infinite else ()
    cells = cells_of_counts(rows, happened)
    return Sample(cells, cells.n, failed=tuple(failed))


def _rows(found: Table, column: array[float], kept: list[int] | None) -> Iterator[Row]:
    for at in range(found.size) if kept is None else kept:
        family = found.families[at] if found.families else str(at)
        yield Row(family, column[at], found.came[at], f"row {at + 2}")


def _failed(found: Table, column: array[float], kept: list[int] | None) -> Iterator[str]:
    """Where a stated 0 happened or a stated 1 did not; the header is row 1."""
    came = found.came
    for at in range(found.size) if kept is None else kept:
        if (column[at] == 0 and came[at] > 0) or (column[at] == 1 and came[at] < 1):
            yield f"row {at + 2}"


def comparisons(found: Table) -> Iterator[Comparison]:
    """Each two columns on the rows that both have: the mean Brier loss of b minus that of a."""
    for a, first in enumerate(found.names):
        for b in range(a + 1, len(found.names)):
            kept = _kept(found, found.stated[a], found.stated[b])
            if kept is None or kept:
                yield _compared(found, (a, first), (b, found.names[b]), kept)


def _compared(
    found: Table, a: tuple[int, str], b: tuple[int, str], kept: list[int] | None
) -> Comparison:
    own, other = found.stated[a[0]], found.stated[b[0]]
    rows = [
        (found.families[at] if found.families else str(at), own[at], other[at], found.came[at])
        for at in (range(found.size) if kept is None else kept)
    ]
    mean = with_interval(pair_mean(rows), rows=len(rows))
    return Comparison(a[1], b[1], "brier", None, mean.rows, mean.families, *mean[:3])

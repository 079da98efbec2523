"""Score columns of forecasts: one group a column, and the columns compared.

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
    """Read a table from blocks of cells: the named columns, the outcome, the family if any.

    Raises UnreadableError where a cell is neither a chance nor missing, with its row; the header
    is row 1.
    """
    parsed = Table(names, [array("d") for _ in names])
    by_text: dict[tuple[bool, str], float] = {}
    for block in blocks:
        row = parsed.size + 2
        for name, column, cells in zip(names, parsed.stated, block, strict=False):
            column.extend(_numbers(cells, by_text, f"{path}:", row, name))
        outcomes = _numbers(block[len(names)], by_text, f"{path}:", row, None)
        if len(block) > len(names) + 1:  # a row of no family is as good as none
            parsed.families += block[len(names) + 1]
            outcomes = [
                y if name.strip() else _NAN for y, name in zip(outcomes, block[-1], strict=True)
            ]
        parsed.came.extend(outcomes)
    return parsed


def _numbers(
    cells: list[str], by_text: dict[tuple[bool, str], float], path: str, row: int, name: str | None
) -> Iterable[float]:
    """Return the numbers of cells: quickly if all are plain, else each distinct text by rules."""
    try:
        numbers = array("d", map(float, cells))
    except ValueError:
        numbers = array("d", [2.0])
    joined = "".join(cells)
    if "_" in joined or not joined.isascii():  # which `float` would take, and records do not
        numbers = array("d", [2.0])
    if not numbers:  # a block of blank lines
        return numbers
    if min(numbers) >= 0 and max(numbers) <= 1 and not math.isnan(math.fsum(numbers)):
        return numbers
    outcome = name is None
    for at, text in enumerate(cells):
        if (outcome, text) not in by_text:
            by_text[outcome, text] = _number(text, f"{path}{row + at}", name)
    return [by_text[outcome, text] for text in cells]


def _number(text: str, place: str, name: str | None) -> float:
    bare = text.strip()
    if bare.lower() in MISSING:
        return _NAN
    if name is None and bare.lower() in _ANSWERS:
        return _ANSWERS[bare.lower()]
    try:
        return probability(bare)
    except Misread as error:
        message, remedy = f"{name}: {error.message}", error.remedy
        if name is None:
            message, remedy = (
                f'"{shortened(text)}" is no outcome',
                "write 1 or 0, yes or no, or a share",
            )
        raise UnreadableError(f"{place}: {message}; {remedy}") from None


def groups(table: Table, *, in_full: bool = True) -> Iterator[Group]:
    """Yield one group a column, in the order of the columns."""
    for name, column in zip(table.names, table.stated, strict=True):
        complete = _complete_rows(table, column)
        dropped = table.size - len(complete) if complete is not None else 0
        empty = Group(by=name, kind="chances", origin=None, dropped=dropped)
        if complete is not None and not complete:
            yield empty
        else:
            yield of_chances(empty, _sample(table, column, complete), in_full=in_full)


def _complete_rows(table: Table, *columns: array[float]) -> list[int] | None:
    """Return the rows where nothing is missing; None where that is all of them."""
    every = (*columns, table.came)
    if table.size and not any(math.isnan(math.fsum(column)) for column in every):
        return None
    return [at for at, cells in enumerate(zip(*every, strict=True)) if all(x == x for x in cells)]  # noqa: PLR0124  # not a number differs from itself


def _sample(table: Table, column: array[float], complete: list[int] | None) -> Sample:
    """Return the chances of a column: from counts alone where every row is a plain yes or no."""
    stated = column if complete is None else [column[at] for at in complete]
    outcomes = table.came if complete is None else [table.came[at] for at in complete]
    if table.families or not set(outcomes) <= {0.0, 1.0}:
        return sample(_rows(table, column, complete))
    happened = Counter(compress(stated, outcomes))
    rows = Counter(compress(stated, map(not_, outcomes)))
    rows.update(happened)
    is_infinite = happened[0.0] > 0 or rows[1.0] > happened[1.0]
    failed = _failed(table, column, complete) if is_infinite else ()
    cells = cells_of_counts(rows, happened)
    return Sample(cells, cells.n, failed=tuple(failed))


def _rows(table: Table, column: array[float], complete: list[int] | None) -> Iterator[Row]:
    for at in range(table.size) if complete is None else complete:
        family = table.families[at] if table.families else str(at)
        yield Row(family, column[at], table.came[at], f"row {at + 2}")


def _failed(table: Table, column: array[float], complete: list[int] | None) -> Iterator[str]:
    """Yield where a stated 0 happened or a stated 1 did not; the header is row 1."""
    outcomes = table.came
    for at in range(table.size) if complete is None else complete:
        if (column[at] == 0 and outcomes[at] > 0) or (column[at] == 1 and outcomes[at] < 1):
            yield f"row {at + 2}"


def comparisons(table: Table) -> Iterator[Comparison]:
    """Compare each two columns on the rows that both have: the mean Brier loss of b minus a's."""
    for a, first in enumerate(table.names):
        for b in range(a + 1, len(table.names)):
            complete = _complete_rows(table, table.stated[a], table.stated[b])
            if complete is None or complete:
                yield _compared(table, (a, first), (b, table.names[b]), complete)


def _compared(
    table: Table, a: tuple[int, str], b: tuple[int, str], complete: list[int] | None
) -> Comparison:
    own, other = table.stated[a[0]], table.stated[b[0]]
    rows = [
        (table.families[at] if table.families else str(at), own[at], other[at], table.came[at])
        for at in (range(table.size) if complete is None else complete)
    ]
    mean = with_interval(pair_mean(rows), rows=len(rows))
    return Comparison(a[1], b[1], "brier", None, mean.rows, mean.families, *mean[:3])

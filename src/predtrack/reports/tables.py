"""A counted table of forecasts -> one group a column, and the columns compared.

Each row is a family of its own, unless a column names the families. A row whose forecast or
outcome is missing is dropped from that column alone; only differences use shared rows.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from predtrack.errors import Misread, UnreadableError, shortened
from predtrack.records.forms import probability
from predtrack.reports.calibration import Row, Sample, sample
from predtrack.reports.groups import Group, of_chances
from predtrack.reports.report import Comparison
from predtrack.scoring import binary
from predtrack.scoring.cells import cells_of_counts
from predtrack.scoring.families import counted_mean
from predtrack.scoring.skill import paired_difference

MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "-", "."})
_ANSWERS = {"yes": 1.0, "no": 0.0, "true": 1.0, "false": 0.0}

Cells = tuple[str, ...]


class Line(NamedTuple):
    """Rows that are alike: what each column forecast, what came, whose family, and how many."""

    stated: tuple[float | None, ...]
    came: float | None
    family: str | None
    many: int
    number: int  # the line of the file where the first of them stands


class Table(NamedTuple):
    """A table of forecasts: the name of each column of them, and its rows."""

    names: tuple[str, ...]
    lines: list[Line]
    families: bool


def table(
    rows: Mapping[Cells, int], numbers: Mapping[Cells, int], names: tuple[str, ...], path: str
) -> Table:
    """The table of counted cells: the forecasts of the names, what came, and the family if given.

    Raises UnreadableError where a cell is neither a chance nor missing, with its line.
    """
    many = len(names)
    parse = _Parser(path, (*names, "outcome"))
    lines = [
        Line(
            tuple(parse.chance(cells[k], k, numbers[cells]) for k in range(many)),
            parse.outcome(cells[many], numbers[cells]),
            cells[many + 1] if len(cells) > many + 1 else None,
            count,
            numbers[cells],
        )
        for cells, count in rows.items()
    ]
    return Table(names, lines, bool(lines) and lines[0].family is not None)


class _Parser:
    """Reads cells, each distinct text once."""

    def __init__(self, path: str, names: tuple[str, ...]) -> None:
        self.path, self.names = path, names
        self.read: dict[str, float | None] = {}

    def chance(self, text: str, column: int, line: int) -> float | None:
        found = self.read.get(text, math.nan)
        if found is None or found == found:  # noqa: PLR0124  # not a number: not read yet
            return found
        bare = text.strip()
        try:
            value = None if bare.lower() in MISSING else probability(bare)
        except Misread as error:
            place = f"{self.path}:{line}: {self.names[column]}"
            raise UnreadableError(f"{place}: {error.message}; {error.remedy}") from None
        self.read[text] = value
        return value

    def outcome(self, text: str, line: int) -> float | None:
        answer = _ANSWERS.get(text.strip().lower())
        if answer is not None:
            return answer
        try:
            return self.chance(text, len(self.names) - 1, line)
        except UnreadableError:
            place = f"{self.path}:{line}"
            said = f'"{shortened(text)}" is no outcome'
            raise UnreadableError(f"{place}: {said}; write 1 or 0, yes or no, or a share") from None


def groups(found: Table) -> Iterator[Group]:
    """One group a column, in the order of the columns; a column without rows has none."""
    for column, name in enumerate(found.names):
        kept = [line for line in found.lines if _has(line, column)]
        dropped = sum(line.many for line in found.lines) - sum(line.many for line in kept)
        if not kept:
            yield Group(by=name, kind="chances", origin=None, rows=0, families=0, dropped=dropped)
            continue
        group = of_chances(name, "chances", None, _sample(found, kept, column))
        yield replace(group, dropped=dropped)


def _has(line: Line, column: int) -> bool:
    return line.came is not None and line.stated[column] is not None


def _sample(found: Table, kept: list[Line], column: int) -> Sample:
    """The chances of one column: from counts alone where every row is a plain yes or no."""
    if found.families or any(line.came not in {0, 1} for line in kept):
        return sample(_rows(kept, column))
    counted: Counter[tuple[float, int]] = Counter()
    for line in kept:
        counted[line.stated[column] or 0.0, int(line.came or 0)] += line.many
    cells = cells_of_counts((p, y, count) for (p, y), count in counted.items())
    return Sample(cells, cells.n, failed=tuple(_failed(kept, column)))


def _rows(kept: list[Line], column: int) -> Iterator[Row]:
    for at, line in enumerate(kept):
        for copy in range(line.many):
            family = line.family if line.family is not None else f"{at}.{copy}"
            yield Row(family, line.stated[column] or 0.0, line.came or 0.0, f"line {line.number}")


def _failed(kept: list[Line], column: int) -> Iterator[str]:
    """Where a stated 0 happened or a stated 1 did not."""
    for line in kept:
        if math.isinf(binary.log_score(line.stated[column] or 0.0, line.came or 0.0)):
            yield from (
                [f"line {line.number}"]
                if line.many == 1
                else (f"line {line.number} and alike" for _ in range(line.many))
            )


def comparisons(found: Table) -> Iterator[Comparison]:
    """Each two columns on the rows that both have: the mean Brier loss of b minus that of a."""
    for a, first in enumerate(found.names):
        for b in range(a + 1, len(found.names)):
            shared = [line for line in found.lines if _has(line, a) and _has(line, b)]
            if shared:
                yield _compared(found, shared, (first, a), (found.names[b], b))


def _compared(
    found: Table, shared: list[Line], a: tuple[str, int], b: tuple[str, int]
) -> Comparison:
    losses = ((line, _loss(line, a[1]), _loss(line, b[1])) for line in shared)
    if found.families:
        mean = paired_difference(
            (line.family, own, other) for line, own, other in losses for _ in range(line.many)
        )
    else:
        mean = counted_mean((other - own, line.many) for line, own, other in losses)
    return Comparison(a[0], b[0], "brier", None, mean.rows, mean.families, *mean[:3])


def _loss(line: Line, column: int) -> float:
    return binary.brier(line.stated[column] or 0.0, line.came or 0.0)

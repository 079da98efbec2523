"""A table of anybody's forecasts: CSV in, the distinct rows of some columns with their counts out.

Rows are counted as text, so that a million rows on a grid of chances cost one pass and little
memory. Nothing is interpreted here but the header.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from operator import itemgetter
from typing import IO

from predtrack.errors import UnreadableError, UsageError, near, shortened

Cells = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """The distinct cells of some columns: how often each stood, and on which lines.

    Of cells that hold a certainty, `lines` has every line; of others the first.
    """

    columns: tuple[str, ...]
    rows: dict[Cells, int]
    lines: dict[Cells, list[int]]


def counts(path: str, columns: Sequence[str]) -> Counts:
    """The counted cells of the columns of a CSV file with a header; `-` is standard input."""
    with _opened(path) as file:
        reader = csv.reader(file)
        try:
            header = next(reader, None)
            if header is None:
                raise UnreadableError(f"{path} is empty; it needs a header and rows")
            return _counted(path, reader, header, columns)
        except UnicodeDecodeError as error:
            message = f"byte {error.start} is not UTF-8"
            raise UnreadableError(f"{path}: {message}; save the table as UTF-8") from None
        except csv.Error as error:
            place = f"{path}:{reader.line_num}"
            raise UnreadableError(f"{place}: not CSV ({error}); save the table as CSV") from None


@contextmanager
def _opened(path: str) -> Iterator[IO[str]]:
    if path == "-":
        sys.stdin.reconfigure(encoding="utf-8-sig", newline="")  # type: ignore[union-attr]
        yield sys.stdin
        return
    try:
        file = open(path, encoding="utf-8-sig", newline="")  # noqa: SIM115  # closed below
    except OSError as error:
        raise UnreadableError(f"{path} cannot be read ({error.strerror}); check the path") from None
    with file:
        yield file


def _counted(
    path: str, reader: Iterable[list[str]], header: list[str], columns: Sequence[str]
) -> Counts:
    places = [_place(path, header, column) for column in columns]
    most = max(places)
    rows: Counter[Cells] = Counter()
    lines: dict[Cells, list[int]] = {}
    certain: set[Cells] = set()
    picked = itemgetter(*places) if len(places) > 1 else lambda row: (row[places[0]],)
    for number, row in enumerate(reader, start=2):
        if len(row) <= most:
            if not row:
                continue
            cells = tuple(row[place] if place < len(row) else "" for place in places)
        else:
            cells = picked(row)
        rows[cells] += 1
        if cells not in lines:
            lines[cells] = [number]
            if any(cell.strip("0.%") in {"", "1"} for cell in cells):
                certain.add(cells)
        elif cells in certain:
            lines[cells].append(number)
    return Counts(tuple(columns), rows, lines)


def _place(path: str, header: list[str], column: str) -> int:
    names = [name.strip() for name in header]
    found = [place for place, name in enumerate(names) if name == column]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f'{path} has {len(found)} columns "{column}"; rename all but one')
    hint = near(column, names) or f"its columns are {shortened(', '.join(names), 200)}"
    raise UsageError(f'{path} has no column "{shortened(column)}"; {hint}')

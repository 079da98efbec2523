"""Read a table of anybody's forecasts: the cells of some columns of a CSV file, block by block.

Blocks keep the memory of a million rows to what is made of them. Nothing is interpreted here but
the header.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import IO

from predtrack.errors import UnreadableError, UsageError, near, shortened

BLOCK = 1 << 16  # rows

Columns = list[list[str]]


def blocks(path: str, columns: Sequence[str]) -> Iterator[Columns]:
    """Yield the cells of the columns of a CSV file with a header, a block at a time.

    `-` is standard input; a cell that a short row lacks is empty, an empty row is passed over.
    """
    with _opened(path) as file:
        reader = csv.reader(file)
        try:
            header = next(reader, None)
            if header is None:
                raise UnreadableError(f"{path} is empty; it needs a header and rows")
            places = [_place(path, header, column) for column in columns]
            while rows := list(islice(reader, BLOCK)):
                yield _columns(rows, places)
        except UnicodeDecodeError as error:
            message = f"byte {error.start} is not UTF-8"
            raise UnreadableError(f"{path}: {message}; save the table as UTF-8") from None
        except csv.Error as error:
            place = f"{path}:{reader.line_num}"
            raise UnreadableError(f"{place}: not CSV ({error}); save the table as CSV") from None


def _columns(rows: list[list[str]], places: list[int]) -> Columns:
    try:
        return [[row[place] for row in rows] for place in places]
    except IndexError:
        full = [row for row in rows if row]
        return [[row[at] if at < len(row) else "" for row in full] for at in places]


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


def _place(path: str, header: list[str], column: str) -> int:
    names = [name.strip() for name in header]
    matches = [place for place, name in enumerate(names) if name == column]
    if len(matches) == 1:
        return matches[0]
    if matches:
        raise UsageError(f'{path} has {len(matches)} columns "{column}"; rename all but one')
    hint = near(column, names) or f"its columns are {shortened(', '.join(names), 200)}"
    raise UsageError(f'{path} has no column "{shortened(column)}"; {hint}')

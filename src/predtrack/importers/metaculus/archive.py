"""Read the rows of the tables in a zip from elsewhere, under guard.

Nothing is unpacked to the disk and no name in it is followed: a table is found by its own name.
What is too large, or would grow too much, is refused by what the zip says of it, before it is
read; what the zip says wrongly is found while reading, for no more is read than it said.
"""

from __future__ import annotations

import csv
import io
import os
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import NamedTuple

from predtrack.errors import UnreadableError, shortened
from predtrack.importers import Source, Unread

MOST_ZIP = 256 * 1024 * 1024
MOST_TABLE = 1024 * 1024 * 1024
MOST_MEMBERS = 1_000
MOST_GROWTH = 200  # tables of numbers grow about threefold, and of one repeated number a hundred
SMALL = 1024 * 1024  # what is no larger may grow as it likes
MOST_LINE = 1024 * 1024  # characters; csv itself allows 131,072 in a cell

_BROKEN: tuple[type[Exception], ...] = (
    *(zipfile.BadZipFile, zlib.error, struct.error),
    *(EOFError, NotImplementedError, RuntimeError, OSError),
)
with suppress(ImportError):  # an interpreter may be built without it, and then refuses such a zip
    import lzma

    _BROKEN = (*_BROKEN, lzma.LZMAError)
_UNOPENED: tuple[type[Exception], ...] = (*_BROKEN, ValueError)


class Row(NamedTuple):
    """A row of a table: where it stands, and its cells by column."""

    place: str
    cells: dict[str, str]


class Archive:
    """The tables of a zip."""

    def __init__(self, source: Source) -> None:
        """Look into the zip; refuse what is none, or too large."""
        self.name = source.name
        size = source.stream.seek(0, os.SEEK_END)
        source.stream.seek(0)
        if size > MOST_ZIP:
            raise UnreadableError(f"{self.name} is larger than 256 MiB; download less at a time")
        try:
            self._zip = zipfile.ZipFile(source.stream)
        except _UNOPENED as error:
            raise self._broken(error) from None
        if len(self._zip.infolist()) > MOST_MEMBERS:
            raise UnreadableError(f"{self.name} holds more than {MOST_MEMBERS} files: no download")

    def has(self, table: str) -> bool:
        """Return whether there is such a table."""
        return bool(self._members(table))

    def rows(self, table: str, needed: Sequence[str]) -> Iterator[Row | Unread]:
        """Yield the rows of a table; refuse it at once where a needed column is missing."""
        place = f"{self.name}: {table}"
        member = self._member(table)
        try:
            with self._zip.open(member) as stream:
                text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
                yield from _rows(text, place, needed)
        except UnicodeDecodeError:
            raise UnreadableError(f"{place} is not UTF-8; download it again") from None
        except csv.Error as error:
            raise UnreadableError(f"{place} is not CSV ({error}); download it again") from None
        except _BROKEN as error:
            raise self._broken(error) from None

    def _members(self, table: str) -> list[zipfile.ZipInfo]:
        return [each for each in self._zip.infolist() if each.filename.split("/")[-1] == table]

    def _member(self, table: str) -> zipfile.ZipInfo:
        members = self._members(table)
        if len(members) != 1:
            names = shortened(", ".join(each.filename for each in self._zip.infolist()), 200)
            what = f"{len(members)} files named {table}" if members else f"no {table}"
            raise UnreadableError(f"{self.name} holds {what}; it holds {names or 'nothing'}")
        size, packed = members[0].file_size, members[0].compress_size
        if size > MOST_TABLE or (size > SMALL and size > MOST_GROWTH * packed):
            what = f"{table} would grow from {packed} to {size} bytes"
            raise UnreadableError(f"{self.name}: {what}; that is no download, and it is not read")
        return members[0]

    def _broken(self, error: Exception) -> UnreadableError:
        reason = shortened(str(error) or type(error).__name__, 100)
        return UnreadableError(f"{self.name} is no sound zip ({reason}); download it again")


def _rows(text: io.TextIOWrapper, place: str, needed: Sequence[str]) -> Iterator[Row | Unread]:
    reader = csv.reader(_lines(text, place))
    header = [name.strip() for name in next(reader, [])]
    if missing := [name for name in needed if name not in header]:
        has = shortened(", ".join(header), 200) or "none"
        raise UnreadableError(f"{place} has no column {', '.join(missing)}; its columns are {has}")
    for row in reader:
        at = f"{place}:{reader.line_num}"
        if len(row) > len(header):
            yield Unread(at, f"the row has {len(row)} cells and the header {len(header)}")
        elif row:
            cells = [*row, *[""] * (len(header) - len(row))]  # where it is unresolved one is short
            yield Row(at, dict(zip(header, cells, strict=True)))


def _lines(text: io.TextIOWrapper, place: str) -> Iterator[str]:
    while line := text.readline(MOST_LINE):
        if len(line) == MOST_LINE and not line.endswith(("\n", "\r")):
            raise UnreadableError(f"{place} has a line longer than {MOST_LINE} characters")
        yield line

"""Read a file of an export as text, as a JSON document or as rows of a table, under guard.

Nothing in it is run or followed: a pickle is refused before a byte of it is interpreted, and so
are archives and whatever is larger than an export of one person's forecasts.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from predtrack.errors import UnreadableError, shortened
from predtrack.importers import Source, Unread

MOST_BYTES = 128 * 1024 * 1024

Row = tuple[str, dict[str, str]]  # where it stands, and its cells by column

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_PICKLE = "a Python pickle, which can run any code when it is opened; save it as CSV or JSON"
_ARCHIVE = "an archive; unpack it, and name the files in it"
_OTHERS = (
    ((b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05"), _PICKLE),
    ((b"(dp", b"(lp", b"ccopy_reg", b"cos\n", b"cposix\n", b"c__builtin__", b"cbuiltins"), _PICKLE),
    ((b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"BZh", b"\xfd7zXZ"), _ARCHIVE),
    ((b"SQLite format 3",), "a database; export it as CSV or JSON"),
)


def text(source: Source) -> str:
    """Return the text of a file, without its BOM."""
    data = source.stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        size = f"{MOST_BYTES // 1024**2} MiB"
        raise UnreadableError(f"{source.name} is larger than {size}; export less at a time")
    for beginnings, what in _OTHERS:
        if data.startswith(beginnings):
            raise UnreadableError(f"{source.name} is {what}")
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        raise UnreadableError(f"{source.name} is UTF-16; save it as UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        what = f"byte {error.start} is not UTF-8"
        raise UnreadableError(f"{source.name}: {what}; save it as UTF-8") from None


def is_json(content: str) -> bool:
    """Return whether a text is meant to be JSON and not a table."""
    return content.lstrip()[:1] in {"{", "["}


def document(source: Source, content: str | None = None) -> Any:
    """Return the value of the JSON of a file."""
    if content is None:
        content = text(source)
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        reason = "it is nested too deep" if isinstance(error, RecursionError) else str(error)
        raise UnreadableError(f"{source.name} is not JSON ({reason}); export it again") from None


def table(source: Source, content: str, needed: Sequence[str] = ()) -> Iterator[Row | Unread]:
    """Return the rows of a CSV text; refuse it at once where a needed column is missing."""
    reader = _reader(content)
    header = _header(reader, source.name)
    if missing := [name for name in needed if name not in header]:
        has = shortened(", ".join(header), 200) or "none"
        lacks = shortened(", ".join(missing), 200)
        raise UnreadableError(f"{source.name} has no column {lacks}; its columns are {has}")
    return _rows(reader, header, source.name)


def columns(source: Source, content: str) -> list[str]:
    """Return the names of the columns of a CSV text."""
    return _header(_reader(content), source.name)


def _reader(content: str) -> Any:
    """Return a reader of CSV rows that takes a line at a time: the text is not copied."""
    lines = (match[0] for match in _LINE.finditer(content))
    return csv.reader(lines, delimiter=_delimiter(content))


def _header(reader: Any, name: str) -> list[str]:
    return [column.strip() for column in _next(reader, name) or []]


def _rows(reader: Any, header: list[str], name: str) -> Iterator[Row | Unread]:
    before = [""] * len(header)  # a cell that is like the one above it is held once
    while (row := _next(reader, name)) is not None:
        place = f"{name}:{reader.line_num}"
        if len(row) > len(header):
            yield Unread(place, f"the row has {len(row)} cells and the header {len(header)}")
        elif row:
            full = [*row, *[""] * (len(header) - len(row))]
            before = [old if old == new else new for old, new in zip(before, full, strict=True)]
            yield place, dict(zip(header, before, strict=True))


def _next(reader: Any, name: str) -> list[str] | None:
    try:
        row: list[str] | None = next(reader, None)
    except csv.Error as error:
        place = f"{name}:{reader.line_num + 1}"
        raise UnreadableError(f"{place}: not CSV ({error}); export it again") from None
    return row


def _delimiter(content: str) -> str:
    """Return the sign between the columns of the header: a comma, unless it has none."""
    header = content.partition("\n")[0]
    return "," if "," in header else next((sign for sign in ";\t" if sign in header), ",")

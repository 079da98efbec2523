"""Write tables as CSV that a spreadsheet and a program both read right."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from json.encoder import encode_basestring
from typing import Any, NamedTuple

from predtrack.reports import listing
from predtrack.reports.listing import BETWEEN, TODAY, Known, Row

Cells = Sequence[Any]


class Columns(NamedTuple):
    """The names of the columns, and which of them hold texts that anybody may have written."""

    names: tuple[str, ...]
    texts: frozenset[str]


PREDICTIONS = Columns(
    (
        *("id", "claim", "kind", "status", "deadline", "answer", "decided", "family", "tags"),
        *("forecasts", "path", "review"),
    ),
    frozenset({"claim", "family", "tags", "path"}),
)

AT_ONCE = 500  # rows that are written together
_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_BLANKS = " \u00a0\u3000\r\n\t\u200b\u200c\u200d\u2060\ufeff"  # and what cannot be seen
_ODD = frozenset({*_FORMULA, *_BLANKS})  # no other sign begins what must be guarded


def lines(columns: Columns, rows: Iterable[Cells], *, raw: bool = False) -> Iterator[str]:
    """Yield the lines of a table, header first; `raw` leaves texts as they are."""
    texts = frozenset() if raw else columns.texts
    places = [at for at, name in enumerate(columns.names) if name in texts]
    head = f"{','.join(columns.names)}\n"
    left = iter(rows)
    while some := list(islice(left, AT_ONCE)):
        yield head + _written(some, places)
        head = ""
    yield head


def _written(rows: Sequence[Cells], texts: Sequence[int]) -> str:
    """Return the lines of some rows, with plain line ends, and guard the texts at these places."""
    if any(not _ODD.isdisjoint([(row[at] or "")[:1] for row in rows]) for at in texts):
        guards = set(texts)
        rows = [[guarded(c) if at in guards else c for at, c in enumerate(row)] for row in rows]
    lines = io.StringIO()
    csv.writer(lines, lineterminator="\n").writerows(rows)
    text = lines.getvalue()
    return text if "\r" not in text else "".join(map(_line, rows))


def _line(cells: Cells) -> str:
    """Return one line: a writer of plain line ends leaves a lone carriage return unquoted.

    Readers take it for the end of a row.
    """
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue().removesuffix("\r\n") + "\n"


def guarded(cell: Any) -> Any:
    """Return a cell that no spreadsheet takes for a formula: a text like one gets a '.

    Numbers are never touched. A leading tab or line break counts as the beginning of one.

    >>> guarded("=1+1"), guarded(" @x"), guarded("-5"), guarded(-5), guarded("a=b")
    ("'=1+1", "' @x", "'-5", -5, 'a=b')
    """
    if not isinstance(cell, str) or not cell:
        return cell
    begins = cell.lstrip(_BLANKS).startswith(_FORMULA) or cell[0] in "\t\r\n"
    return f"'{cell}" if begins else cell


def predictions(rows: Iterable[Row], folder: Known) -> Iterator[Cells]:
    """Yield a row for each prediction, without a look at its record."""
    today = folder.day.isoformat()
    for row, (kind, answer, decided, family, tags, count, review) in listing.heads(rows):
        yield (
            row.id,
            row.cells.split(BETWEEN, 2)[2],
            kind,
            row.status,
            row.deadline,
            encode_basestring(answer) if isinstance(answer, str) else answer,
            today if decided == TODAY else decided,
            family,
            "; ".join(tags),
            count,
            row.path,
            review,
        )

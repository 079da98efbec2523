"""Read a download of Metaculus as records: the zip of tables, or the JSON of its API.

`archive` reads the zip under guard, `tables` its tables, `api` the JSON; both make a `Question`
with what was `Stated` of it, and `record` makes the keys and values of a file of these.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from predtrack.importers import Imported, Source, Unread
from predtrack.importers.metaculus import api, tables
from predtrack.importers.metaculus.question import Official
from predtrack.importers.times import Times

_ZIP = b"PK"


def imported(sources: Sequence[Source], times: Times) -> Iterator[Imported | Unread]:
    """Yield the records of each file, one question at a time."""
    for source in sources:
        read = tables.imported if _is_zip(source) else api.imported
        yield from read(source, times)


def official(sources: Sequence[Source]) -> Iterator[Official]:
    """Yield the scores that the platform itself gave, as far as the files hold them."""
    for source in sources:
        yield from tables.official(source) if _is_zip(source) else api.official(source)


def _is_zip(source: Source) -> bool:
    begins = source.stream.read(len(_ZIP))
    source.stream.seek(0)
    return begins == _ZIP

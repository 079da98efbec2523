"""Another program's export (open binary streams) -> records in the shape of a file.

A module a format, registered in `FORMATS`. An importer knows its format and nothing of folders:
what it yields goes through the same checks as a file that was written by hand. It yields one
question at a time, so that its memory is bounded by a question and not by the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO


@dataclass(frozen=True, slots=True)
class Source:
    """One file of an export: what messages call it, and its bytes."""

    name: str
    stream: BinaryIO


@dataclass(frozen=True, slots=True)
class Imported:
    """One record: its id, and its keys and values as a file would have them."""

    id: str
    record: dict[str, Any]
    remarks: tuple[str, ...] = ()  # what the format leaves open, and how it was taken


@dataclass(frozen=True, slots=True)
class Unread:
    """A part of an export that could not be read, where it stands, and why."""

    place: str
    why: str


Importer = Callable[[Sequence[Source], Mapping[str, str]], Iterator[Imported | Unread]]
"""Takes the files, and for `csv` which column is which field."""


def _json(sources: Sequence[Source], _columns: Mapping[str, str]) -> Iterator[Imported | Unread]:
    from predtrack.importers import json

    for source in sources:
        yield from json.imported(source.stream, source.name)


FORMATS: dict[str, Importer] = {"json": _json}

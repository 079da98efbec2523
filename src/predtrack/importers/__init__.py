"""Another program's export (open binary streams) -> records in the shape of a file.

A module a format, registered in `FORMATS`. An importer knows its format and nothing of folders:
what it yields goes through the same checks as a file that was written by hand. It yields one
question at a time, so that its memory is bounded by a question and not by the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, BinaryIO


@dataclass(frozen=True, slots=True)
class Source:
    """One file of an export: what messages call it, and its bytes."""

    name: str
    stream: BinaryIO
    changed: date | None = None  # the day the file was last changed, where that is known


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


Found = Iterator[Imported | Unread]
Importer = Callable[[Sequence[Source], Mapping[str, str]], Found]
"""Takes the files, and for `csv` which column is which field."""


def _json(sources: Sequence[Source], _columns: Mapping[str, str]) -> Iterator[Imported | Unread]:
    from predtrack.importers import json

    for source in sources:
        yield from json.imported(source.stream, source.name)


def _fatebook(sources: Sequence[Source], _columns: Mapping[str, str]) -> Found:
    from predtrack.importers import fatebook

    return fatebook.imported(sources)


def _predictionbook(sources: Sequence[Source], _columns: Mapping[str, str]) -> Found:
    from predtrack.importers import predictionbook

    return predictionbook.imported(sources)


def _metaculus(sources: Sequence[Source], columns: Mapping[str, str]) -> Found:
    from predtrack.importers import metaculus

    return metaculus.imported(sources, columns)


def _manifold(sources: Sequence[Source], _columns: Mapping[str, str]) -> Found:
    from predtrack.importers import manifold

    return manifold.imported(sources)


def _forecastbench(sources: Sequence[Source], _columns: Mapping[str, str]) -> Found:
    from predtrack.importers import forecastbench

    return forecastbench.imported(sources)


def _forecast(sources: Sequence[Source], _columns: Mapping[str, str]) -> Found:
    from predtrack.importers import frontmatter

    return frontmatter.imported(sources)


def _csv(sources: Sequence[Source], columns: Mapping[str, str]) -> Found:
    from predtrack.importers import table

    return table.imported(sources, columns)


FORMATS: dict[str, Importer] = {
    "json": _json,
    "fatebook": _fatebook,
    "predictionbook": _predictionbook,
    "metaculus": _metaculus,
    "manifold": _manifold,
    "forecastbench": _forecastbench,
    "forecast": _forecast,
    "csv": _csv,
}

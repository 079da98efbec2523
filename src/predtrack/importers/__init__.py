"""Read another program's export (open binary streams) as records in the shape of a file.

A module a format, registered in `FORMATS`. An importer knows its format and nothing of folders:
what it yields goes through the same checks as a file that was written by hand. It yields one
question at a time, so that its memory is bounded by a question and not by the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, tzinfo
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from predtrack.importers.times import Times


@dataclass(frozen=True, slots=True)
class Source:
    """One file of an export: what messages call it, and its bytes."""

    name: str
    stream: BinaryIO
    changed: date | None = None  # the day the file was last changed, where that is known


OPEN = frozenset({"outcome"})
"""The keys that an export lacks of a question that has not ended."""

InZone = Callable[[tzinfo], "Imported | None"]
"""Reads one record of an export again, with the days and times of a zone."""


@dataclass(frozen=True, slots=True)
class Imported:
    """One record: its id, and its keys and values as a file would have them."""

    id: str
    record: dict[str, Any]
    remarks: tuple[str, ...] = ()  # what the format leaves open, and how it was taken
    in_zone: InZone | None = field(default=None, compare=False, repr=False)
    place: str = field(default="", compare=False)  # where it stands in the export
    lacks: frozenset[str] = field(default=frozenset(), compare=False)
    """The keys of which the export says that there is nothing: an outcome, while it is open."""
    stand_ins: frozenset[str] = field(default=frozenset(), compare=False)
    """The keys that the export lost or never had, and that hold the next best: none corrects."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A part of an export that could not be read, where it stands, and why."""

    place: str
    why: str


@dataclass(frozen=True, slots=True)
class Settings:
    """How files are read: of `csv` which column is which field, and the zone of days and times."""

    columns: Mapping[str, str] = field(default_factory=dict)
    zone: tzinfo | None = None  # None is the zone of the computer


Found = Iterator[Imported | Unread]
Importer = Callable[[Sequence[Source], Settings], Found]
"""Takes the files, and how they are to be read."""


def _json(sources: Sequence[Source], _settings: Settings) -> Found:
    from predtrack.importers import json

    for source in sources:  # the program's own days and times are those of the record
        yield from json.imported(source.stream, source.name)


def _fatebook(sources: Sequence[Source], settings: Settings) -> Found:
    from predtrack.importers import fatebook

    return fatebook.imported(sources, _times(settings))


def _predictionbook(sources: Sequence[Source], settings: Settings) -> Found:
    from predtrack.importers import predictionbook

    return predictionbook.imported(sources, _times(settings))


def _metaculus(sources: Sequence[Source], settings: Settings) -> Found:
    from predtrack.importers import metaculus

    return metaculus.imported(sources, _times(settings))


def _manifold(sources: Sequence[Source], settings: Settings) -> Found:
    from predtrack.importers import manifold

    return manifold.imported(sources, _times(settings))


def _forecastbench(sources: Sequence[Source], settings: Settings) -> Found:
    from predtrack.importers import forecastbench

    return forecastbench.imported(sources, _times(settings))


def _forecast(sources: Sequence[Source], settings: Settings) -> Found:
    from predtrack.importers import frontmatter

    return frontmatter.imported(sources, _times(settings, own_clock=True))


def _csv(sources: Sequence[Source], settings: Settings) -> Found:
    from predtrack.importers import table

    return table.imported(sources, settings.columns, _times(settings, own_clock=True))


def _times(settings: Settings, *, own_clock: bool = False) -> Times:
    from predtrack.importers.times import Times

    return Times(settings.zone, own_clock)


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

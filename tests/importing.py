"""Exports for tests: read by an importer from files or from texts, beside what is expected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

from predtrack.importers import FORMATS, Imported, Source, Unread
from predtrack.records.prediction import Prediction
from predtrack.store.incoming import incoming
from predtrack.store.reading import read
from predtrack.store.render import rendered

DATA = Path(__file__).parent / "data" / "imports"
CHANGED = date(2024, 6, 1)
"""The day on which the files of the tests are taken to have been changed."""


def exported(folder: str) -> list[Source]:
    """The files of an export, in the order of their names."""
    files = sorted(each for each in (DATA / folder).iterdir() if each.is_file())
    return [Source(each.name, BytesIO(each.read_bytes()), CHANGED) for each in files]


def source(content: str | bytes, name: str = "export") -> Source:
    """A file with this content."""
    data = content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content
    return Source(name, BytesIO(data), CHANGED)


def taken(
    form: str, sources: list[Source], columns: Mapping[str, str] | None = None
) -> tuple[dict[str, Imported], list[Unread]]:
    """The records by their ids, and what could not be read."""
    found = list(FORMATS[form](sources, columns or {}))
    records = [each for each in found if isinstance(each, Imported)]
    assert len({each.id for each in records}) == len(records)
    return {each.id: each for each in records}, [each for each in found if isinstance(each, Unread)]


def whys(form: str, content: str | bytes, columns: Mapping[str, str] | None = None) -> list[str]:
    """Why parts of an export could not be read, where no record came of any."""
    records, unread = taken(form, [source(content)], columns)
    assert not records
    return [each.why for each in unread]


def prediction(found: Imported) -> Prediction:
    """The prediction that a record is, for the reader of files written by hand too."""
    reading = incoming(found.id, found.record)
    assert reading.prediction is not None, reading.problems
    made = replace(reading.prediction, path="")
    again = read(rendered(made).encode(), "", found.id)
    assert again.prediction == made
    return made


def expected(folder: str) -> dict[str, Prediction]:
    """The records that were written down by hand beside an export, by their ids."""
    found = {}
    for file in sorted((DATA / folder / "expected").glob("*.yaml")):
        reading = read(file.read_bytes(), "", file.stem)
        assert reading.prediction is not None, reading.problems
        found[file.stem] = reading.prediction
    return found

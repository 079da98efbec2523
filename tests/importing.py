"""Exports for tests: read by an importer from files or from texts, beside what is expected."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, tzinfo
from io import BytesIO
from pathlib import Path
from unittest import mock

from predtrack.importers import FORMATS, Imported, Settings, Source, Unread
from predtrack.records.prediction import Prediction
from predtrack.store.incoming import incoming
from predtrack.store.reading import read
from predtrack.store.render import rendered

DATA = Path(__file__).parent / "data" / "imports"
ZONES = (
    *("Asia/Tokyo", "Europe/London", "America/Los_Angeles"),
    *("Pacific/Kiritimati", "Pacific/Pago_Pago"),
)
"""Zones around the world: the last two never have the same day."""
MAP = {
    "Key": "id",
    "What": "claim",
    "Who": "by",
    "When": "made",
    "Sure": "probability",
    "Low": "low",
    "High": "high",
    "Level": "confidence",
    "Until": "deadline",
    "Ended": "answer",
    "On": "decided",
    "Labels": "tags",
    "why": "rationale",
}
"""Which column of the table of the tests is which field."""
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
    form: str,
    sources: list[Source],
    columns: Mapping[str, str] | None = None,
    zone: tzinfo | None = UTC,
) -> tuple[dict[str, Imported], list[Unread]]:
    """Return the records by their ids, and what could not be read."""
    found = list(FORMATS[form](sources, Settings(columns or {}, zone)))
    records = [each for each in found if isinstance(each, Imported)]
    assert len({each.id for each in records}) == len(records)
    return {each.id: each for each in records}, [each for each in found if isinstance(each, Unread)]


def whys(form: str, content: str | bytes, columns: Mapping[str, str] | None = None) -> list[str]:
    """Why parts of an export could not be read, where no record came of any."""
    records, unread = taken(form, [source(content)], columns)
    assert not records
    return [each.why for each in unread]


@contextmanager
def at_home(zone: str) -> Iterator[None]:
    """Let the computer stand in a zone."""
    with mock.patch.dict(os.environ, TZ=zone):
        time.tzset()
        try:
            yield
        finally:
            os.environ.pop("TZ")
    time.tzset()


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

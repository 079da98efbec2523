"""Downloads of Metaculus for tests: a real one in `data/metaculus`, and ones made cell by cell."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any

from predtrack.importers import Imported, Source, Unread, metaculus
from predtrack.importers.metaculus.question import Official
from predtrack.importers.times import Times
from predtrack.records.prediction import Prediction
from predtrack.store.incoming import incoming

DATA = Path(__file__).parent / "data" / "metaculus"
QUESTIONS, FORECASTS, SCORES = "question_data.csv", "forecast_data.csv", "score_data.csv"
QUESTION = {
    "Question ID": "7",
    "Question URL": "https://www.metaculus.com/questions/70/",
    "Question Title": "Will it rain?",
    "Post ID": "70",
    "Question Type": "binary",
    "Open Time": "2025-01-01 00:00:00+00",
    "CP Reveal Time": "2025-01-11 00:00:00+00",
    "Scheduled Close Time": "2025-01-11 00:00:00+00",
    "Actual Close Time": "2025-01-11 00:00:00+00",
    "Resolution": "yes",
    "Resolution Known Time": "2025-01-20 10:00:00+00",
    "Include Bots in Aggregates": "False",
    "Question Weight": "1.0",
}
FORECAST = {
    "Question ID": "7",
    "Forecaster ID": "11",
    "Forecaster Username": "ada",
    "Is Bot": "False",
    "Start Time": "2025-01-02 00:00:00+00",
    "End Time": "",
    "Forecaster Count": "",
    "Probability Yes": "",
    "Probability Yes Per Category": "",
    "Continuous CDF": "",
}
CHOICE = {
    "Question Type": "multiple_choice",
    "MC Options (Current)": "['A', 'B', 'Other']",
    "MC Options (All)": "['A', 'B', 'Other']",
    "Resolution": "B",
}
NUMERIC = {
    "Question Type": "numeric",
    "Lower Bound": "0.0",
    "Open Lower Bound": "False",
    "Upper Bound": "10.0",
    "Open Upper Bound": "True",
    "Continuous Range": "[0.0, 2.5, 5.0, 7.5, 10.0]",
    "Resolution": "5.0",
}
CDF = "[0.0, 0.1, 0.4, 0.8, 0.9]"
POST: dict[str, Any] = {
    "id": 70,
    "published_at": "2024-12-31T00:00:00Z",
    "projects": {"default_project": {"name": "Weather"}},
    "question": {
        "id": 7,
        "title": "Will it rain?",
        "type": "binary",
        "open_time": "2025-01-01T00:00:00Z",
        "scheduled_close_time": "2025-01-11T00:00:00Z",
        "actual_close_time": "2025-01-11T00:00:00Z",
        "scheduled_resolve_time": "2025-01-15T00:00:00Z",
        "actual_resolve_time": "2025-01-20T10:00:00Z",
        "resolution": "yes",
        "resolution_criteria": "Rain.",
        "fine_print": "Not dew.",
        "my_forecasts": {
            "history": [
                {
                    "author_id": 11,
                    "start_time": 1735776000.25,
                    "end_time": None,
                    "forecast_values": [0.1, 0.9],
                }
            ],
            "score_data": {"baseline_score": 76.31723, "coverage": 0.9, "peer_score": None},
        },
    },
}


def zipped(tables: dict[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The bytes of a zip of such files."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method) as archive:
        for name, content in tables.items():
            entry = zipfile.ZipInfo(name)  # as of 1980: the same bytes at every run
            entry.compress_type = method
            archive.writestr(entry, content)
    return held.getvalue()


def table(*rows: dict[str, str]) -> str:
    """The text of a table: all columns that any of the rows has."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    held = io.StringIO()
    writer = csv.DictWriter(held, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return held.getvalue()


def download(
    questions: dict[str, str] | list[dict[str, str]],
    *forecasts: dict[str, str],
    scores: list[dict[str, str]] | None = None,
) -> bytes:
    """A download: what its rows have other than `QUESTION` and `FORECAST`."""
    asked = questions if isinstance(questions, list) else [questions]
    tables = {
        QUESTIONS: table(*(QUESTION | each for each in asked)),
        FORECASTS: table(*(FORECAST | each for each in forecasts)),
    }
    return zipped(tables | ({SCORES: table(*scores)} if scores else {}))


def real() -> bytes:
    """The real download."""
    return zipped({name: (DATA / name).read_bytes() for name in (QUESTIONS, FORECASTS, SCORES)})


def post(**question: Any) -> bytes:
    """The JSON of a post whose question has other values than `POST`."""
    return json.dumps(POST | {"question": POST["question"] | question}).encode()


def taken(content: bytes, zone: tzinfo | None = UTC) -> tuple[list[Imported], list[Unread]]:
    """Return the records of a download, and what could not be read."""
    found = list(metaculus.imported([Source("it", io.BytesIO(content))], Times(zone)))
    records = [each for each in found if isinstance(each, Imported)]
    return records, [each for each in found if isinstance(each, Unread)]


def one(content: bytes, zone: tzinfo | None = UTC) -> Prediction:
    """Return the only prediction of a download, through the reader."""
    (found,), unread = taken(content, zone)
    reading = incoming(found.id, found.record)
    assert not unread
    assert reading.problems == ()
    assert reading.prediction is not None
    return reading.prediction


def values(*given: float | None) -> dict:
    """The forecasts of a post that holds these values."""
    entry = {"author_id": 11, "start_time": "2025-01-02T00:00:00Z", "forecast_values": list(given)}
    return {"my_forecasts": {"history": [], "latest": entry}}


def official(content: bytes) -> list[Official]:
    """The platform's own scores in a download."""
    return list(metaculus.official([Source("it", io.BytesIO(content))]))

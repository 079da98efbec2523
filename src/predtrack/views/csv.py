"""The three tables of the export as CSV that a spreadsheet and a program both read right."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from predtrack.dates import text_of
from predtrack.records.prediction import Outcome, Prediction
from predtrack.reports import scores as scoring
from predtrack.reports.chances import inside
from predtrack.reports.listing import Known, Row
from predtrack.reports.sampling import Stated
from predtrack.reports.scores import Score
from predtrack.views import json
from predtrack.views.text import day

FORECASTS = [
    "id",
    "claim",
    "kind",
    "status",
    "by",
    "made",
    "origin",
    "words",
    "forecast",
    "deadline",
    "unit",
    "answer",
    "decided",
    "counts",
    "rule",
    "score",
    "hit",
    "family",
    "tags",
    "condition",
    "source_title",
    "source_url",
    "source_locator",
    "reason",
    "path",
]
CHANCES = [
    "id",
    "by",
    "made",
    "kind",
    "family",
    "target",
    "probability",
    "phrase",
    "origin",
    "scheduled",
    "decided",
    "happened",
    "counts",
    "tags",
]
PREDICTIONS = [
    "id",
    "claim",
    "kind",
    "status",
    "deadline",
    "answer",
    "decided",
    "family",
    "tags",
    "forecasts",
    "path",
]

_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_BLANKS = " \u00a0\u3000\r\n\t\u200b\u200c\u200d\u2060\ufeff"  # and what cannot be seen

Cells = Sequence[Any]


def lines(header: Sequence[str], rows: Iterable[Cells], *, raw: bool = False) -> Iterator[str]:
    """The lines of a table, header first; with `raw`, texts stay as they are."""
    buffer = io.StringIO()
    writer = csv.writer(_Lines(buffer))
    writer.writerow(header)
    for cells in rows:
        writer.writerow([cell if raw else guarded(cell) for cell in cells])
        if buffer.tell() > 1 << 16:
            yield _taken(buffer)
    yield _taken(buffer)


class _Lines:
    """Rows as the writer makes them, with a plain line end.

    A writer that is told to end lines in a line feed alone leaves a lone carriage return in a
    cell without quotes, and readers take it for the end of a row.
    """

    def __init__(self, buffer: io.StringIO) -> None:
        self.buffer = buffer

    def write(self, row: str) -> int:
        """Write one row."""
        return self.buffer.write(row.removesuffix("\r\n") + "\n")


def _taken(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text


def guarded(cell: Any) -> Any:
    """A cell that no spreadsheet takes for a formula: a text that begins like one gets a '.

    Numbers are never touched. A leading tab or line break counts as the beginning of one.

    >>> guarded("=1+1"), guarded(" @x"), guarded("-5"), guarded(-5), guarded("a=b")
    ("'=1+1", "' @x", "'-5", -5, 'a=b')
    """
    if not isinstance(cell, str) or not cell:
        return cell
    begins = cell.lstrip(_BLANKS).startswith(_FORMULA) or cell[0] in "\t\r\n"
    return f"'{cell}" if begins else cell


def forecasts(rows: Iterable[tuple[Row, Prediction, Sequence[Score]]]) -> Iterator[Cells]:
    """A row a forecast."""
    for row, prediction, scored in rows:
        for score in scored:
            yield _forecast(row, prediction, score)


def _forecast(row: Row, prediction: Prediction, score: Score) -> Cells:
    forecast = score.forecast
    source = _source(prediction, score)
    said = json.statement(forecast)
    return (
        prediction.id,
        prediction.claim,
        prediction.kind,
        row.status,
        forecast.by,
        text_of(forecast.made),
        score.origin,
        forecast.words,
        json.compact(said) if said else "",
        row.deadline,
        prediction.unit,
        _answer(prediction.outcome),
        _decided(prediction),
        int(score.counts),
        score.rule,
        score.score,
        _hit(prediction, score),
        prediction.family,
        "; ".join(prediction.tags),
        _condition(prediction),
        *source,
        score.reason,
        prediction.path,
    )


def _answer(ended: Outcome | None) -> Any:
    if ended is None:
        return ""
    found = json.answer(ended)
    return json.compact(found) if isinstance(found, str) else found


def _decided(prediction: Prediction) -> str:
    return day(prediction.outcome.decided) if prediction.outcome else ""


def _hit(prediction: Prediction, score: Score) -> Any:
    """1 or 0 for a claim without a number and for a range, a share if it came in part."""
    interval = score.forecast.interval
    if prediction.outcome is None or score.reason in {"open", "void"}:
        return ""
    if interval is not None:
        found = inside(prediction, interval)
    else:
        found = scoring.hit(prediction, score.forecast) if score.rule == "hit" else None
    return "" if found is None else int(found) if found in {0, 1} else found


def _condition(prediction: Prediction) -> str:
    needs = prediction.condition
    return "" if needs is None else needs.prediction or needs.text or ""


def _source(prediction: Prediction, score: Score) -> list[str]:
    """Title, address and locator: the forecast's own source, key by key, else the prediction's."""
    own, default = score.forecast.source, prediction.source
    names = ("title", "url", "locator")
    return [getattr(own, name, None) or getattr(default, name, None) or "" for name in names]


def chances(rows: Iterable[tuple[Row, Prediction, Sequence[Stated]]]) -> Iterator[Cells]:
    """A row a stated chance of every forecast."""
    for _, prediction, stated in rows:
        for each in stated:
            found = json.chance(each, prediction)
            found["tags"] = "; ".join(prediction.tags)
            found["counts"] = int(found["counts"])
            found["happened"] = _whole(found["happened"])
            found |= {name: day(found[name]) for name in ("scheduled", "decided")}
            yield [found[name] for name in CHANCES]


def _whole(happened: float | None) -> Any:
    return happened if happened not in {0, 1} else int(happened or 0)


def predictions(rows: Iterable[Row], known: Known) -> Iterator[Cells]:
    """A row a prediction."""
    for row in rows:
        prediction = known.prediction(row)
        yield (
            row.id,
            row.claim,
            row.details.kind,
            row.status,
            row.deadline,
            _answer(prediction.outcome),
            _decided(prediction),
            row.details.family,
            "; ".join(row.details.tags),
            len(row.details.made),
            row.path,
        )

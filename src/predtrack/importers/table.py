"""Any other CSV, one row a forecast -> records, with a word on which column is which field.

A column that is called like a field is that field; `--map COLUMN=FIELD` names others. Rows with
one id, or without ids with one claim, are the forecasts of one record.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from predtrack import dates
from predtrack.errors import Misread, UnreadableError, UsageError, near, shortened
from predtrack.importers import Imported, Source, Unread, content, fields
from predtrack.importers.times import Times, has_zone, is_time
from predtrack.records import forms

PLATFORM = "csv"

OF_RECORD = (
    *("id", "claim", "criteria", "deadline", "earliest", "review"),
    *("opened", "unit", "family", "tags", "note"),
)
OF_SOURCE = ("title", "url", "published", "locator")
OF_FORECAST = ("by", "made", "origin", "words", "paraphrase", "rationale", "withdrawn")
VALUES = ("probability", "percent", "point", "low", "high", "confidence")
OF_OUTCOME = ("answer", "decided", "recorded", "judge", "evidence", "reason")
FIELDS = (*OF_RECORD, *OF_SOURCE, *OF_FORECAST, *VALUES, *OF_OUTCOME)

DAYS = frozenset({"published", "decided", "recorded"})
INSTANTS = frozenset({"made", "opened", "withdrawn"})
TIMED = INSTANTS | DAYS | forms.EDGES.keys()
OR_MONTHS = frozenset({"made", "withdrawn"})
LONG = frozenset({"claim", "criteria", "note", "rationale", "words", "paraphrase"})
YES, NO = frozenset({"yes", "true", "1", "1.0", "y"}), frozenset({"no", "false", "0", "0.0", "n"})
VOID = {"void": None, "n/a": None, "annulled": "annulled", "ambiguous": "ambiguous"}

_MONTH = re.compile(r"\d{4}-\d\d", re.ASCII)
NO_ZONE = "zone"  # beside the fields of a row: its times are written without one

UNDATED = "it has an answer and no day: the deadline is taken as decided"


class Row(NamedTuple):
    """A row: where it stands, its cells by field in their form, and its times as written."""

    place: str
    cells: dict[str, str]
    written: dict[str, str]


def imported(
    sources: Sequence[Source], columns: Mapping[str, str], times: Times
) -> Iterator[Imported | Unread]:
    """The records of the files together; `columns` says which field a column is."""
    for column, field in columns.items():
        if field not in FIELDS:
            hint = near(field, list(FIELDS)) or f"the fields are {', '.join(FIELDS)}"
            given = f"{shortened(column)}={shortened(field)}"
            raise UsageError(f"--map {given}: there is no such field; {hint}")
    groups: dict[str, list[Row]] = {}
    for source in sources:
        for row in _rows(source, columns, times):
            if isinstance(row, Unread):
                yield row
            else:
                about = row.cells.get("id") or row.cells.get("claim", "")
                groups.setdefault(about, []).append(row)
    for rows in groups.values():
        yield from fields.attempted(rows[0].place, partial(_read, rows, times), times)


def _rows(source: Source, columns: Mapping[str, str], times: Times) -> Iterator[Row | Unread]:
    """The rows of a file, with their cells by field and in their form."""
    held = content.text(source)
    rows = content.table(source, held, tuple(columns))
    places = _places(source.name, content.columns(source, held), columns)
    for row in rows:
        if isinstance(row, Unread):
            yield row
            continue
        place, cells = row
        own = {field: cells[column] for field, column in places}
        try:
            values = _values(own, times)
        except Misread as error:
            yield Unread(place, str(error))
            continue
        yield Row(place, values, {name: own[name] for name in own if name in TIMED})


def _places(name: str, header: Sequence[str], columns: Mapping[str, str]) -> list[tuple[str, str]]:
    """The fields of a table, each with the column that it stands in."""
    taken = set(columns.values())
    plain = {field: field for field in FIELDS if field in header and field not in taken}
    found = [(field, column) for column, field in {**plain, **columns}.items()]
    has = {field for field, _ in found}
    lacks = [each for each in ("by", "made") if each not in has]
    if not has & {"id", "claim"}:
        lacks.append("claim")
    if lacks:
        listed = shortened(", ".join(header), 200)
        told = f"--map COLUMN={lacks[0]} names it; its columns are {listed}"
        raise UnreadableError(f"{name} has no column for {' and '.join(lacks)}; {told}")
    return found


def _values(cells: Mapping[str, str], times: Times) -> dict[str, str]:
    """Return the cells of a row that hold something, in their form.

    Relative days are counted from the day on which its forecast was made.
    """
    values = {}
    for field, cell in cells.items():
        if field not in forms.EDGES and (value := _cell(field, cell, times)):
            values[field] = value
    for field in filter(cells.__contains__, forms.EDGES):
        if value := _day(field, cells[field], values.get("made"), times):
            values[field] = value
    timed = (name for name in cells if name in TIMED)
    return values if all(has_zone(cells[name]) for name in timed) else values | {NO_ZONE: "own"}


def _cell(field: str, cell: str, times: Times) -> str | None:
    if field in OR_MONTHS and _MONTH.fullmatch(cell.strip()):
        return dates.text_of(dates.moment_or_month(cell.strip()))
    if field in INSTANTS:
        return times.instant(cell, field)
    if field in DAYS:
        return times.day(cell, field)
    return fields.text(cell, field) if field in LONG else fields.label(cell, field)


def _day(field: str, cell: str, start: str | None, times: Times) -> str | None:
    """Return the day that a cell means: an instant, or what the command line takes for a day."""
    text = fields.text(cell, field)
    if text is None or is_time(text):
        return times.day(text, field)
    base = dates.day_of(dates.moment_or_month(fields.needed(start, "made")))
    try:
        return dates.understood(text, base, forms.EDGES[field]).isoformat()
    except Misread as error:
        raise Misread(error.code, f"{field}: {error.message}", error.remedy) from None


def _read(rows: list[Row], first: Times, times: Times) -> Iterator[Imported]:
    """The record of rows that were read with some times, and are read again with others."""
    if times == first:
        return _records([(row.place, row.cells) for row in rows])
    return _records([(row.place, row.cells | _values(row.written, times)) for row in rows])


def _records(rows: list[content.Row]) -> Iterator[Imported]:
    remarks = [fields.CLOCK_REMARK] if any(NO_ZONE in cells for _, cells in rows) else []
    whole = _first_of([cells for _, cells in rows], remarks)
    claim = whole.get("claim") or fields.needed(whole.get("id"), "claim")
    forecasts = [_forecast(place, cells) for place, cells in rows]
    record: dict[str, Any] = {
        name: whole.get(name) for name in OF_RECORD if name not in {"id", "tags", "claim"}
    }
    numeric = any("point" in each or "interval" in each for each in forecasts)
    record |= {
        "claim": claim,
        "kind": "numeric" if numeric else "binary",
        "tags": [
            tag for tag in map(str.strip, whole.get("tags", "").replace(";", ",").split(",")) if tag
        ],
        "source": {name: whole[name] for name in OF_SOURCE if name in whole},
        "outcome": _outcome(whole, numeric=numeric, remarks=remarks),
    }
    own = _identity(whole.get("id"), claim)
    yield Imported(own, fields.present(record) | {"forecasts": forecasts}, tuple(remarks))


def _identity(given: str | None, claim: str) -> str:
    """The id in the table as it is, and else one made of the claim."""
    return fields.hashed(PLATFORM, claim) if given is None else fields.own_id(given).lower()


def _first_of(rows: Sequence[dict[str, str]], remarks: list[str]) -> dict[str, str]:
    """What the rows say of the record: each field from the first row that has it."""
    found: dict[str, str] = {}
    for cells in rows:
        for name in (*OF_RECORD, *OF_SOURCE, *OF_OUTCOME):
            if name in cells and found.setdefault(name, cells[name]) != cells[name]:
                told = f"its rows differ in `{name}`: the first is taken"
                remarks += [] if told in remarks else [told]
    return found


def _forecast(place: str, cells: Mapping[str, str]) -> dict[str, Any]:
    by, made = (fields.needed(cells.get(name), f"{place}: {name}") for name in ("by", "made"))
    other = {name: cells[name] for name in OF_FORECAST if name in cells}
    return {"by": by, "made": made} | other | _value(cells, place)


def _value(cells: Mapping[str, str], place: str) -> dict[str, Any]:
    """What a row forecasts: a probability, a number or a range, or nothing but words."""
    if "percent" in cells:
        return {"probability": fields.share(cells["percent"].removesuffix("%"), place, "%")}
    if "probability" in cells:
        return {"probability": _phrased(cells["probability"], place)}
    if "point" in cells:
        return {"point": fields.number(cells["point"], place)}
    ends = {name: fields.number(cells[name], place) for name in ("low", "high") if name in cells}
    if ends:
        sure = {"confidence": cells["confidence"]} if "confidence" in cells else {}
        return {"interval": ends | sure}
    return {}


def _phrased(cell: str, place: str) -> forms.Probability:
    try:
        return forms.phrased(cell)
    except Misread as error:
        remedy = f"{error.remedy}; a column of percentages is --map COLUMN=percent"
        raise Misread(error.code, f"{place}: {error.message}", remedy) from None


def _outcome(
    whole: Mapping[str, str], *, numeric: bool, remarks: list[str]
) -> dict[str, Any] | None:
    """How the rows say it ended."""
    given = whole.get("answer")
    if given is None:
        return None
    word = given.lower()
    held = {
        name: whole[name] for name in ("decided", "recorded", "judge", "reason") if name in whole
    }
    if evidence := whole.get("evidence"):
        held["evidence"] = evidence.split()  # type: ignore[assignment]
    if word in VOID:
        return {"answer": "void"} | fields.present({"reason": VOID[word]}) | held
    if "decided" not in held:
        held["decided"] = fields.needed(whole.get("deadline"), "decided")
        remarks.append(UNDATED)
    answer = given if numeric else "yes" if word in YES else "no" if word in NO else given
    return {"answer": answer} | held

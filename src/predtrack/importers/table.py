"""Read any other CSV, one row a forecast, as records; options say which column is which field.

A column that is called like a field is that field; `--map COLUMN=FIELD` names others. Rows with
one id, or without ids with one claim, are the forecasts of one record.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from typing import Any, NamedTuple

from predtrack import dates
from predtrack.errors import Misread, UnreadableError, UsageError, near, shortened
from predtrack.importers import OPEN, Imported, Source, Unread, content, fields, kinds
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
OF_MEANING = (
    *(("claim",), ("criteria",), ("deadline",), ("earliest",), ("opened",), ("unit",), ("family",)),
    ("answer", "decided", "reason"),
)
"""The fields in which the rows of a record must agree: no judgement could rest on it else."""
GRAVE = frozenset(chain.from_iterable(OF_MEANING))

YES, NO = frozenset({"yes", "true", "1", "1.0", "y"}), frozenset({"no", "false", "0", "0.0", "n"})
VOID = {"void": None, "n/a": None, "annulled": "annulled", "ambiguous": "ambiguous"}

_MONTH = re.compile(r"\d{4}-\d\d", re.ASCII)
NO_ZONE = "zone"  # beside the fields of a row: its times are written without one,
SAYS_END = "ended"  # and the table has a column of answers

UNDATED = "it has an answer and no day: the deadline is taken as decided"


class Row(NamedTuple):
    """A row: where it stands, its cells by field in their form, and its times as written."""

    place: str
    cells: dict[str, str]
    written: dict[str, str]


def imported(
    sources: Sequence[Source], columns: Mapping[str, str], times: Times
) -> Iterator[Imported | Unread]:
    """Yield the records of the files together; `columns` says which field a column is."""
    for column, field in columns.items():
        if field not in FIELDS:
            hint = near(field, list(FIELDS)) or f"the fields are {', '.join(FIELDS)}"
            option = f"{shortened(column)}={shortened(field)}"
            raise UsageError(f"--map {option}: there is no such field; {hint}")
    groups: dict[str, list[Row]] = {}
    for source in sources:
        for row in _rows(source, columns, times):
            if isinstance(row, Unread):
                yield row
            else:
                about = row.cells.get("id") or row.cells.get("claim", "")
                groups.setdefault(about, []).append(row)
    for rows in groups.values():
        for version in _versions(rows):
            yield from fields.attempted(version[0].place, partial(_read, version, times), times)


def _versions(rows: list[Row]) -> Iterator[list[Row]]:
    """Yield the rows of a record, once more for each thing that one of them says otherwise.

    The first row says what holds of the record; each version has all the forecasts. A relative day
    that is written alike is counted from each row's own day, and is no contradiction.
    """
    first, rest = rows[0], rows[1:]
    versions: list[tuple[Row, Sequence[str]]] = []
    for names in OF_MEANING:
        distinct: list[tuple[Row, list[str]]] = []
        for row in rows:
            cells = [_written(row, name) for name in names]
            if cells[0] and not any(_agree(cells, other) for _, other in distinct):
                distinct.append((row, cells))
        if distinct[1:] and not versions:
            first = first._replace(place=distinct[0][0].place)
        versions += [(row, names) for row, _ in distinct[1:]]
    yield [first, *rest]
    yield from ([_with(first, row, names), *rest] for row, names in versions)


def _agree(mine: Sequence[str], theirs: Sequence[str]) -> bool:
    pairs = zip(mine, theirs, strict=True)
    return mine[0] == theirs[0] and all(a == b or "" in {a, b} for a, b in pairs)


def _written(row: Row, name: str) -> str:
    """Return a cell as it was written; of an answer, the word that it means."""
    cell = " ".join((row.written.get(name) or row.cells.get(name, "")).split())
    word = cell.lower()
    if name != "answer" or word in VOID:
        return word if name == "answer" else cell
    return "yes" if word in YES else "no" if word in NO else cell


def _with(first: Row, other: Row, names: Sequence[str]) -> Row:
    """Return a record's first row with some cells of another one, and standing where that does."""
    cells, written = (
        mine | {name: theirs[name] for name in names if name in theirs}
        for mine, theirs in ((first.cells, other.cells), (first.written, other.written))
    )
    return Row(other.place, cells, written)


def _rows(source: Source, columns: Mapping[str, str], times: Times) -> Iterator[Row | Unread]:
    """Yield the rows of a file, with their cells by field and in their form."""
    text = content.text(source)
    if not columns:
        kinds.refuse_other_table(source.name, content.columns(source, text), PLATFORM)
    rows = content.table(source, text, tuple(columns))
    places = _places(source.name, content.columns(source, text), columns)
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
    """Return the fields of a table, each with the column that it stands in."""
    taken = set(columns.values())
    plain = {field: field for field in FIELDS if field in header and field not in taken}
    places = [(field, column) for column, field in {**plain, **columns}.items()]
    has = {field for field, _ in places}
    lacks = [each for each in ("by", "made") if each not in has]
    if not has & {"id", "claim"}:
        lacks.append("claim")
    if lacks:
        listed = shortened(", ".join(header), 200)
        remedy = f"--map COLUMN={lacks[0]} names it; its columns are {listed}"
        raise UnreadableError(f"{name} has no column for {' and '.join(lacks)}; {remedy}")
    return places


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
    values |= {SAYS_END: "maybe"} if "answer" in cells else {}
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
    """Return the record of rows that were read with some times, read again with any others."""
    if times == first:
        return _records([(row.place, row.cells) for row in rows])
    return _records([(row.place, row.cells | _values(row.written, times)) for row in rows])


def _records(rows: list[content.Row]) -> Iterator[Imported]:
    _refuse_twice(rows)
    remarks = [fields.CLOCK_REMARK] if any(NO_ZONE in cells for _, cells in rows) else []
    whole = _first_of(rows, remarks)
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
    written_id = whole.get("id")
    own = (
        fields.hashed(PLATFORM, claim) if written_id is None else fields.own_id(written_id).lower()
    )
    is_open = record["outcome"] is None and any(SAYS_END in cells for _, cells in rows)
    lacks = OPEN if is_open else frozenset[str]()
    whole_record = fields.present(record) | {"forecasts": forecasts}
    yield Imported(own, whole_record, tuple(remarks), lacks=lacks)


def _refuse_twice(rows: Sequence[content.Row]) -> None:
    """Refuse two rows of one forecaster and moment: which of them was meant is not to be told."""
    places: dict[tuple[str, str], str] = {}
    for place, cells in rows:
        by, moment = cells.get("by", ""), cells.get("made", "")
        if by and moment and (by, moment) in places:
            both = f"at {places[by, moment]} and at {place}"
            what = f"{shortened(by)} forecasts twice at {moment}, {both}"
            raise Misread("twice", what, "keep one of the rows")
        places[by, moment] = place


def _first_of(rows: Sequence[content.Row], remarks: list[str]) -> dict[str, str]:
    """Return what the rows say of the record: each field from the first row that has it."""
    first: dict[str, str] = {}
    places: dict[str, str] = {}
    differ: dict[str, str] = {}
    for place, cells in rows:
        for name in (*OF_RECORD, *OF_SOURCE, *OF_OUTCOME):
            if name in cells:
                places.setdefault(name, place)
                if first.setdefault(name, cells[name]) != cells[name]:
                    differ.setdefault(name, place)
    for name, place in differ.items():
        if name not in GRAVE or name in DAYS | forms.EDGES.keys():
            where = f"its rows differ in `{name}` ({places[name]} and {place})"
            remarks.append(f"{where}: the first is taken")
    return first


def _forecast(place: str, cells: Mapping[str, str]) -> dict[str, Any]:
    by, made_on = (fields.needed(cells.get(name), f"{place}: {name}") for name in ("by", "made"))
    other = {name: cells[name] for name in OF_FORECAST if name in cells}
    return {"by": by, "made": made_on} | other | _value(cells, place)


def _value(cells: Mapping[str, str], place: str) -> dict[str, Any]:
    """Return what a row forecasts: a probability, a number, a range, or nothing but words."""
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
    """Return how the rows say it ended."""
    written = whole.get("answer")
    if written is None:
        return None
    word = written.lower()
    details = {
        name: whole[name] for name in ("decided", "recorded", "judge", "reason") if name in whole
    }
    if evidence := whole.get("evidence"):
        details["evidence"] = evidence.split()  # type: ignore[assignment]
    if word in VOID:
        return {"answer": "void"} | fields.present({"reason": VOID[word]}) | details
    if "decided" not in details:
        details["decided"] = fields.needed(whole.get("deadline"), "decided")
        remarks.append(UNDATED)
    if word in {"mkt", "cancel"}:
        what = f"answer: {written} is Manifold's word for a percentage, or for none"
        raise Misread("answer", what, "write the share, such as 0.7, or void")
    answer = written if numeric else "yes" if word in YES else "no" if word in NO else written
    return {"answer": answer} | details

"""Filter and order the rows of a list: where each prediction stands on a day.

A row is made of texts, so that it can be kept beside the record it follows from; what makes one
is in `rows`. Whoever only shows rows need not know what a prediction is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from predtrack.dates import ALWAYS, Span
from predtrack.records.terms import STATUSES

if TYPE_CHECKING:
    from predtrack.records.life import ByID
    from predtrack.records.prediction import Prediction

Day = str  # ISO, so that days sort as they stand
NEVER: Day = "9999-12-31"
BETWEEN = "\x1f"  # stands between cells; in the first two of them only as it is shown
LONG_AGO = datetime(1900, 1, 1)  # no forecast is older


class Standing(NamedTuple):
    """A forecast that stands, as a row keeps it."""

    by: str
    origin: str
    value: str  # in words
    form: str  # value, words or paraphrase
    day: Day  # on which it was made


class Details(NamedTuple):
    """What not every list needs of a row; what a table needs of many rows stands first."""

    kind: str
    answer: str | float | None  # text, number or ISO day, as JSON has it
    decided: Day | None  # TODAY for the day that the row is of
    family: str | None
    tags: list[str]
    forecasts: int
    review: Day | None  # on which somebody should look again
    early: bool
    unit: str | None
    by: list[str]  # every forecaster
    stands: list[list[str]]  # who stands by what, by who was first: see `Standing`
    days: list[Day]  # on which something that it states comes due
    newest: str  # the moment of the latest forecast, in UTC; long ago where there is none

    @property
    def standing(self) -> list[Standing]:
        """The forecasts that stand, by who was first."""
        return [Standing(*each) for each in self.stands]


HEAD = Details._fields.index("early")  # how many details a table needs
CUT = "\r"  # behind those: a blank in JSON, and nowhere else in it, since texts have it as \\r
TODAY = "today"
AT_ONCE = 500  # rows that are unpacked together


class Row(NamedTuple):
    """What a list says of one prediction as known on a day."""

    path: str
    id: str
    status: str
    next: Day | None  # the next undecided day; in the past where one is due
    deadline: Day | None
    cells: str  # who stands by something, what it is, and the claim: one text for speed
    packed: str  # the details, as JSON
    days_left: int | None  # to the next undecided day; negative where that has passed

    @property
    def texts(self) -> list[str]:
        """The forecasters that stand by something, what it is, and the claim."""
        return self.cells.split(BETWEEN, 2)

    @property
    def claim(self) -> str:
        """The claim itself."""
        return self.texts[2]

    @property
    def details(self) -> Details:
        """What not every list needs."""
        return _details(self.packed)

    def kept(self) -> list[str]:
        """Return the texts that the row can be made of again, but for the path."""
        return [text or "" for text in self[1:-1]]


@lru_cache(maxsize=8)  # those of one row are asked for one after the other
def _details(text: str) -> Details:
    import json  # a list that is written plainly needs no details

    return Details(*json.loads(text))


def detailed(rows: Iterable[Row]) -> Iterator[tuple[Row, Details]]:
    """Yield each row with its details: faster for many than to ask each row."""
    import json

    for some in _batches(rows):
        texts = ",".join([row.packed for row in some])
        yield from zip(some, map(Details._make, json.loads(f"[{texts}]")), strict=True)


def heads(rows: Iterable[Row]) -> Iterator[tuple[Row, list[Any]]]:
    """Yield each row with the first of its details, those that a table needs."""
    import json

    for some in _batches(rows):
        texts = "],".join([row.packed.partition(CUT)[0] for row in some])
        yield from zip(some, json.loads(f"[{texts}]]"), strict=True)


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    remaining = iter(rows)
    while some := list(islice(remaining, AT_ONCE)):
        yield some


def rows_of(every: Iterable[Sequence[str]], day: date) -> list[Row]:
    """Return the rows, on a day, of their paths and stored texts."""
    today, rows = day.toordinal(), []
    for path, identity, status, coming, deadline, cells, packed in every:
        days_left = ordinal(coming) - today if coming else None
        row = Row(
            path, identity, status, coming or None, deadline or None, cells, packed, days_left
        )
        rows.append(row)
    return rows


@cache
def ordinal(day: Day) -> int:
    """Return the number of a day, so that days can be subtracted."""
    return date.fromisoformat(day).toordinal()


@dataclass(frozen=True, slots=True)
class Known:
    """What is known on a day: a row for each prediction that existed, and the predictions."""

    day: date
    rows: Sequence[Row]
    predictions: ByID
    unknown: int = 0  # forecasts and outcomes that are later than the day
    names: Mapping[str, str] = field(default_factory=dict)  # shown, by the name as written

    def record(self, row: Row) -> Prediction:
        """Return the prediction of a row as it stood on the day, its names as they are written."""
        from predtrack.records import life

        return life.known(self.predictions[row.id], self.day)

    def prediction(self, row: Row) -> Prediction:
        """Return the prediction of a row as it stood on the day, by the names shown."""
        written = self.record(row)
        if not self.names:
            return written
        from predtrack.records.names import joined

        return joined(written, self.names)


@dataclass(frozen=True, slots=True)
class Filters:
    """What to keep; an empty filter keeps everything."""

    status: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    family: tuple[str, ...] = ()
    text: str = ""
    made: Span = ALWAYS
    due: Span = ALWAYS
    decided: Span = ALWAYS


@dataclass(frozen=True, slots=True)
class Listing:
    """The rows kept, and how many predictions of each status there are in all."""

    rows: tuple[Row, ...]
    counts: dict[str, int] = field(default_factory=dict)


def listing(folder: Known, filters: Filters, sort: str = "deadline") -> Listing:
    """Return the rows that pass the filters, due ones first, then by the next day."""
    counts = Counter(row.status for row in folder.rows)
    rows = sorted(passing(folder, filters), key=_ORDERS[sort])
    return Listing(tuple(rows), {status: counts[status] for status in STATUSES})


def passing(folder: Known, filters: Filters) -> list[Row]:
    """Return the rows that pass every filter."""
    rows = list(folder.rows)
    for test in _tests(folder, filters):
        rows = list(filter(test, rows))
    return rows


def _tests(folder: Known, filters: Filters) -> list[Callable[[Row], bool]]:
    """Return a test for each filter that is not empty, what costs least first."""
    tests: list[Callable[[Row], bool]] = []
    if status := frozenset(filters.status):
        tests.append(lambda row: row.status in status)
    if kinds := frozenset(filters.kind):
        tests.append(lambda row: row.details.kind in kinds)
    if families := frozenset(filters.family):
        tests.append(lambda row: (row.details.family or row.id) in families)
    if tags := frozenset(filters.tag):
        tests.append(lambda row: not tags.isdisjoint(row.details.tags))
    if names := frozenset(filters.by):
        tests.append(lambda row: not names.isdisjoint(row.details.by))
    if filters.made:
        tests.append(lambda row: any(lies(filters.made, day) for day in _stated_days(row, names)))
    if filters.due:
        tests.append(lambda row: any(lies(filters.due, day) for day in _due_days(row)))
    if filters.decided:
        tests.append(lambda row: lies(filters.decided, _decided(row, folder.day)))
    if text := filters.text.casefold():
        tests.append(lambda row: text in _text(folder.prediction(row)))
    return tests


def lies(span: Span, day: Day | None) -> bool:
    """Return whether a day lies in a span of days."""
    return span.holds(date.fromisoformat(day) if day else None)


def _stated_days(row: Row, names: frozenset[str]) -> Iterator[Day]:
    """Return the days on which the standing forecasts were made, of some forecasters if named."""
    standing = row.details.standing
    return (each.day for each in standing if not names or each.by in names)


def _due_days(row: Row) -> list[Day]:
    """Return the days on which something comes or came due; of what is undecided, those to come."""
    days = row.details.days
    return days if row.next is None else [day for day in days if day >= row.next]


def _decided(row: Row, today: date) -> Day | None:
    decided = row.details.decided
    return today.isoformat() if decided == TODAY else decided


def _text(prediction: Prediction) -> str:
    parts = [prediction.id, prediction.claim, prediction.criteria, prediction.note]
    for forecast in prediction.forecasts:
        parts += [forecast.words, forecast.paraphrase]
    return "\n".join(part for part in parts if part).casefold()


def _by_deadline(row: Row) -> str:
    return f"{'0' if row.status == 'due' else '1'}{row.next or row.deadline or NEVER}{row.id}"


def _by_made(row: Row) -> tuple[float, str]:
    """Order rows by their newest forecast, the newest first."""
    return -(datetime.fromisoformat(row.details.newest) - LONG_AGO).total_seconds(), row.id


_ORDERS: dict[str, Callable[[Row], Any]] = {
    "deadline": _by_deadline,
    "made": _by_made,
    "id": lambda row: row.id,
}
SORTS = tuple(_ORDERS)

"""Predictions -> rows: where each one stands on a day, filtered and in order."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from predtrack.dates import day_of, order_of
from predtrack.records import life
from predtrack.records.life import ByID
from predtrack.records.prediction import Prediction


@dataclass(frozen=True, slots=True)
class Row:
    """One prediction as known on a day, with its status then."""

    prediction: Prediction
    status: str
    early: bool
    deadline: date | None
    next: date | None  # the next undecided day; in the past where one is due
    days_left: int | None


@dataclass(frozen=True, slots=True)
class Filters:
    """What to keep; an empty filter keeps everything."""

    status: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    tag: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    family: tuple[str, ...] = ()
    text: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """The rows kept, and how many predictions of each status there are in all."""

    rows: tuple[Row, ...]
    counts: dict[str, int] = field(default_factory=dict)


def listing(predictions: ByID, day: date, filters: Filters, sort: str = "deadline") -> Listing:
    """The rows of the predictions that pass, due ones first, then by the next day."""
    rows = every_row(predictions, day)
    counts = {status: sum(row.status == status for row in rows) for status in life.STATUSES}
    kept = sorted((row for row in rows if passes(row, filters)), key=_ORDERS[sort])
    return Listing(tuple(kept), counts)


def every_row(predictions: ByID, day: date) -> list[Row]:
    """A row for each prediction that existed on the day."""
    present = (each for each in predictions.values() if life.exists(each, day))
    return [row(each, predictions, day) for each in present]


def row(prediction: Prediction, others: ByID, day: date) -> Row:
    """Where one prediction stands on a day."""
    then = life.known(prediction, day)
    status = life.status(then, others, day)
    ended = status in {"void", "resolved"}
    coming = next(iter(life.undecided_days(then)), None) if not ended else None
    left = (coming - day).days if coming else None
    return Row(then, status, _early(then, status, day), life.deadline(then), coming, left)


def _early(prediction: Prediction, status: str, day: date) -> bool:
    """Whether something was decided whose scheduled day has not passed."""
    days = life.scheduled_days(prediction)
    return status != "void" and any(life.decides(prediction, at) and day <= at for at in days)


def passes(row: Row, filters: Filters) -> bool:
    """Whether a row passes every filter."""
    prediction = row.prediction
    made_by = {forecast.by for forecast in prediction.forecasts}
    return (
        _among(filters.status, {row.status})
        and _among(filters.by, made_by)
        and _among(filters.tag, set(prediction.tags))
        and _among(filters.kind, {prediction.kind})
        and _among(filters.family, {prediction.family or prediction.id})
        and filters.text.casefold() in _text(prediction)
        and _made_within(prediction, filters)
    )


def _among(wanted: tuple[str, ...], found: set[str]) -> bool:
    return not wanted or not found.isdisjoint(wanted)


def _text(prediction: Prediction) -> str:
    words = [forecast.words for forecast in prediction.forecasts]
    parts = [prediction.id, prediction.claim, prediction.criteria, prediction.note, *words]
    return "\n".join(part for part in parts if part).casefold()


def _made_within(prediction: Prediction, filters: Filters) -> bool:
    if filters.since is None and filters.until is None:
        return True
    low, high = filters.since or date.min, filters.until or date.max
    return any(low <= day_of(forecast.made) <= high for forecast in prediction.forecasts)


def _by_deadline(row: Row) -> tuple[bool, date, str]:
    return row.status != "due", row.next or row.deadline or date.max, row.prediction.id


def _by_made(row: Row) -> tuple[float, str]:
    made = [order_of(forecast.made) for forecast in row.prediction.forecasts]
    newest = (max(made) - order_of(date(1900, 1, 1))).total_seconds() if made else 0
    return -newest, row.prediction.id


_ORDERS = {"deadline": _by_deadline, "made": _by_made, "id": lambda row: row.prediction.id}
SORTS = tuple(_ORDERS)

"""Compare two values, or two forecasts, also where they were read in two zones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from typing import Any

from predtrack import dates
from predtrack.dates import Moment
from predtrack.errors import Misread
from predtrack.records.prediction import VALUES, Forecast

DAY = re.compile(r"(\d{4}-\d\d-\d\d)", re.ASCII)


def alike(here: Any, export: Any, *, zoned: bool) -> bool:
    """Return whether two values say the same; of another zone, days may lie a day apart."""
    if here == export:
        return True
    if isinstance(here, str) and isinstance(export, str):
        return _same_instant(here, export) or (zoned and _same_but_for_days(here, export))
    if not zoned or type(here) is not type(export):
        return False
    if isinstance(here, datetime):
        return same_clock(here, export)
    if isinstance(here, date):
        return _is_near(here, export)
    if isinstance(here, tuple):
        pairs = zip(here, export, strict=False)
        return len(here) == len(export) and all(alike(*pair, zoned=True) for pair in pairs)
    return is_dataclass(here) and all(
        alike(getattr(here, each.name), getattr(export, each.name), zoned=True)
        for each in fields(here)
    )


def same_clock(here: datetime, export: datetime) -> bool:
    """Return whether clocks show the same at both: a time without a zone, read in two zones."""
    return here.replace(tzinfo=None) == export.replace(tzinfo=None)


def _is_near(here: date, export: date) -> bool:
    """Return whether two days may be those of one instant in two zones."""
    return abs((here - export).days) <= 1


def _same_instant(here: str, export: str) -> bool:
    """Return whether two texts name the same instant, with whichever offset."""
    mine = moment(here)
    return isinstance(mine, datetime) and mine == moment(export)


def _same_but_for_days(here: str, export: str) -> bool:
    """Return whether two texts differ only in days, each by one: notes hold days of comments."""
    mine, theirs = DAY.split(here), DAY.split(export)  # every second part is a day
    if mine[::2] != theirs[::2]:
        return False
    try:
        days = zip(map(dates.day, mine[1::2]), map(dates.day, theirs[1::2]), strict=True)
        return all(_is_near(*pair) for pair in days)
    except Misread:
        return False


def stated_fields(record: Any) -> Iterator[tuple[str, Any]]:
    """Yield the fields that hold anything but what they would without being said."""
    for each in fields(record):
        value = getattr(record, each.name)
        if each.default is MISSING or value != each.default:
            yield each.name, value


def says(here: Forecast, export: Forecast, *, zoned: bool) -> bool:
    """Return whether a forecast says all that another does, whenever it was withdrawn."""
    return all(
        getattr(here, name) == value
        or (name not in VALUES and alike(getattr(here, name), value, zoned=zoned))
        for name, value in stated_fields(export)
        if name not in {"withdrawn", "made"}
    )


def moment(value: object) -> Moment | None:
    """Return the day or instant that a text names; None where it names none."""
    try:
        return dates.moment(value) if isinstance(value, str) else None
    except Misread:
        return None

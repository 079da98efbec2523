"""Predictions -> what waits for an outcome, and what comes due soon."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from predtrack.reports.listing import Filters, Known, Row, listing


@dataclass(frozen=True, slots=True)
class Waiting:
    """The rows that wait for an outcome, and those that come due up to a day, soonest first."""

    due: tuple[Row, ...]
    soon: tuple[Row, ...]
    until: date

    @property
    def rows(self) -> tuple[Row, ...]:
        """All of them, due ones first."""
        return (*self.due, *self.soon)


def waiting(known: Known, until: date, filters: Filters) -> Waiting:
    """What is due, and what comes due up to a day, that day included."""
    rows = listing(known, filters).rows
    due = tuple(row for row in rows if row.status == "due")
    soon = tuple(row for row in rows if row.status == "open" and _is_within(row, until))
    return Waiting(due, soon, until)


def _is_within(row: Row, until: date) -> bool:
    return row.next is not None and row.next <= until.isoformat()


def first(found: Waiting, limit: int | None) -> Waiting:
    """What stands in the first rows of all, as many as the limit says; with none, everything."""
    due = found.due[:limit]
    left = None if limit is None else limit - len(due)
    return Waiting(due, found.soon[:left], found.until)

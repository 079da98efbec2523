"""Select the predictions that wait for an outcome, and those that come due soon."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from operator import itemgetter

from predtrack.reports.listing import Filters, Known, Row, listing


@dataclass(frozen=True, slots=True)
class Waiting:
    """The rows that wait for an outcome, and those that come due up to a day, soonest first.

    `review` are those that somebody wanted to look at again by the day; nothing is due of them.
    """

    due: tuple[Row, ...]
    soon: tuple[Row, ...]
    until: date
    review: tuple[Row, ...] = ()

    @property
    def rows(self) -> tuple[Row, ...]:
        """All of them, due ones first."""
        return (*self.due, *self.soon, *self.review)


def waiting(folder: Known, until: date, filters: Filters) -> Waiting:
    """Return what is due, what comes due up to a day, that day included, and what is to review."""
    rows = listing(folder, filters).rows
    due = tuple(row for row in rows if row.status == "due")
    pending = [row for row in rows if row.status == "open"]
    last, today = until.isoformat(), folder.day.isoformat()
    soon = tuple(row for row in pending if row.next is not None and row.next <= last)
    review = []
    for row in pending:
        day = row.details.review
        if day is not None and day <= today:
            review.append((day, row.id, row))
    review.sort(key=itemgetter(0, 1))
    return Waiting(due, soon, until, tuple(row for _, _, row in review))


def first(whole: Waiting, limit: int | None) -> Waiting:
    """Return the first rows of all, as many as the limit says; without a limit, all of them."""
    if limit is None:
        return whole
    due = whole.due[:limit]
    soon = whole.soon[: limit - len(due)]
    return Waiting(due, soon, whole.until, whole.review[: limit - len(due) - len(soon)])

"""Predictions -> how many there are: by status, forecaster, tag and year of the deadline."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from predtrack.records.terms import STATUSES
from predtrack.reports.listing import Filters, Known, Listing, Row, listing

Name = str | int | None  # a forecaster, a tag, a year; None is no tag, and no deadline


@dataclass(frozen=True, slots=True)
class Tally:
    """How many predictions there are of one name, and how many of each status."""

    name: Name
    predictions: int
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class Stats:
    """How many of everything, what has waited longest for an outcome, what comes due next."""

    found: Listing
    total: Tally
    by: tuple[Tally, ...]
    tags: tuple[Tally, ...]
    years: tuple[Tally, ...]
    oldest: Row | None
    next: Row | None


def stats(known: Known, filters: Filters) -> Stats:
    """The counts of the predictions that pass; one with two tags is counted under both."""
    found = listing(known, filters)
    rows = found.rows  # in order: due ones first, then by the next day
    return Stats(
        found=found,
        total=_tally(None, [row.status for row in rows]),
        by=_tallies((row, name) for row in rows for name in row.details.by),
        tags=_tallies((row, name) for row in rows for name in _tags(row)),
        years=tuple(sorted(_tallies((row, _year(row)) for row in rows), key=_order_of_years)),
        oldest=next((row for row in rows if row.status == "due"), None),
        next=next((row for row in rows if row.status == "open" and row.next), None),
    )


def first(found: Stats, limit: int | None) -> Stats:
    """The counts with the first names of each sort, as many as the limit says."""
    cut = slice(limit)
    return replace(found, by=found.by[cut], tags=found.tags[cut], years=found.years[cut])


def _tags(row: Row) -> Iterable[str | None]:
    return dict.fromkeys(row.details.tags) or (None,)


def _year(row: Row) -> int | None:
    return int(row.deadline[:4]) if row.deadline else None


def _tallies(named: Iterable[tuple[Row, Name]]) -> tuple[Tally, ...]:
    """A tally for each name: the largest first, then by name; what has no name last."""
    held: defaultdict[Name, list[str]] = defaultdict(list)
    for row, name in named:
        held[name].append(row.status)
    found = [_tally(name, statuses) for name, statuses in held.items()]
    return tuple(sorted(found, key=_order_of_names))


def _tally(name: Name, statuses: list[str]) -> Tally:
    each = Counter(statuses)
    return Tally(name, len(statuses), {status: each[status] for status in STATUSES})


def _order_of_names(tally: Tally) -> tuple[bool, int, str]:
    return tally.name is None, -tally.predictions, str(tally.name)


def _order_of_years(tally: Tally) -> tuple[bool, str]:
    return tally.name is None, str(tally.name)

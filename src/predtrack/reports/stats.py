"""Count predictions: by status, forecaster, tag and year of the deadline."""

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


def stats(folder: Known, filters: Filters) -> Stats:
    """Count the predictions that pass; one with two tags is counted under both."""
    listed = listing(folder, filters)
    rows = listed.rows  # in order: due ones first, then by the next day
    years = _tallies((row, int(row.deadline[:4]) if row.deadline else None) for row in rows)
    return Stats(
        found=listed,
        total=_tally(None, [row.status for row in rows]),
        by=_tallies((row, name) for row in rows for name in row.details.by),
        tags=_tallies((row, name) for row in rows for name in _tags(row)),
        years=tuple(sorted(years, key=lambda each: (each.name is None, str(each.name)))),
        oldest=next((row for row in rows if row.status == "due"), None),
        next=next((row for row in rows if row.status == "open" and row.next), None),
    )


def first(counts: Stats, limit: int | None) -> Stats:
    """Return the counts with the first names of each sort, as many as the limit says."""
    cut = slice(limit)
    return replace(counts, by=counts.by[cut], tags=counts.tags[cut], years=counts.years[cut])


def _tags(row: Row) -> Iterable[str | None]:
    return dict.fromkeys(row.details.tags) or (None,)


def _tallies(named: Iterable[tuple[Row, Name]]) -> tuple[Tally, ...]:
    """Return a tally for each name: the largest first, then by name; what has no name last."""
    by_name: defaultdict[Name, list[str]] = defaultdict(list)
    for row, name in named:
        by_name[name].append(row.status)
    tallies = [_tally(name, statuses) for name, statuses in by_name.items()]
    tallies.sort(key=lambda each: (each.name is None, -each.predictions, str(each.name)))
    return tuple(tallies)


def _tally(name: Name, statuses: list[str]) -> Tally:
    each = Counter(statuses)
    return Tally(name, len(statuses), {status: each[status] for status in STATUSES})

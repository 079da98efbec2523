"""Write tab-separated lines for other programs: whole, in order, and without escape codes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from predtrack.records.numerals import number
from predtrack.reports.listing import BETWEEN, Row
from predtrack.views.text import is_plain, visible

if TYPE_CHECKING:  # a plain list computes nothing, so it does without the scores
    from predtrack.reports.due import Waiting
    from predtrack.reports.scores import Score
    from predtrack.reports.stats import Stats


def line(cells: Iterable[object]) -> str:
    """Return one line, its texts made visible: no tab or break in one can add a cell."""
    return "\t".join("" if cell is None else visible(str(cell)) for cell in cells)


def listed(row: Row) -> str:
    """Return the line of a prediction: id, status, deadline, days_left, by, forecast, claim."""
    _, identity, status, _, deadline, cells, _, days = row
    left = "" if days is None else days
    if is_plain(cells.replace(BETWEEN, " ", 2)):  # as nearly all are, and the id always
        return f"{identity}\t{status}\t{deadline or ''}\t{left}\t{cells.replace(BETWEEN, TAB)}"
    return line((identity, status, deadline, left, *row.texts))


def waiting(parts: Waiting) -> list[Row]:
    """Return the rows of `due`, each once: what is only to be looked at again comes last."""
    return list({row.id: row for row in parts.rows}.values())


TAB = "\t"


def scored(score: Score) -> str:
    """Return the line of a score, from id and by to reason, points and points_due."""
    return line(
        (
            score.id,
            score.by,
            score.made,
            score.kind,
            score.rule,
            "" if score.score is None else number(score.score),
            "yes" if score.counts else "no",
            score.reason,
            score.points,
            score.points_due,
        )
    )


def tallied(stats: Stats) -> Iterator[str]:
    """Yield the lines of the counts: what is counted, its name, predictions, and each status.

    Two more hold id, day and days left: `oldest` waits for an outcome, `next` comes due.
    """
    named = [("by", stats.by), ("tag", stats.tags), ("year", stats.years)]
    for kind, tallies in [("all", (stats.total,)), *named]:
        for each in tallies:
            yield line((kind, each.name, each.predictions, *each.counts.values()))
    for kind, row in (("oldest", stats.oldest), ("next", stats.next)):
        if row is not None:
            yield line((kind, row.id, row.next, row.days_left))

"""Show lists on a terminal: cards on a narrow one, one line each on a wide one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from predtrack.records.numerals import number
from predtrack.reports.due import Waiting
from predtrack.reports.listing import Listing, Row
from predtrack.reports.scores import Score
from predtrack.reports.stats import Stats, Tally
from predtrack.views.text import counted, days_left, figure
from predtrack.views.wording import safe, unit

NARROW = 50  # columns below which what a card has side by side stands one below the other
WIDE = 120  # columns from which a prediction fits on a line
MOST_ROWS = 50
MOST_NAMES = 3
MOST_LEFT = 28  # columns that day and id take on a card

STATUS_STYLE = {"due": "bold red", "open": "", "resolved": "green", "void": "dim"}


def listing(matches: Listing, rows: Sequence[Row], as_of: date, width: int) -> RenderableType:
    """Return the predictions of a list, their counts, and how many the page leaves out."""
    return Group(*_part(_heading(matches, as_of), rows, len(matches.rows) - len(rows), width))


def _part(
    heading: str, rows: Sequence[Row], more: int, width: int, least: int = 0
) -> Iterator[RenderableType]:
    """Yield a heading, the rows below it, and how many more there are."""
    yield Text(heading, "bold")
    if rows:
        if width < NARROW:
            yield _stacks(rows, width)
        else:
            yield _wide(rows, width) if width >= WIDE else _cards(rows, width, least)
    if more:
        yield Text(f"{more} more: --limit 0 shows all, filters show fewer.", "dim")


def _heading(matches: Listing, as_of: date) -> str:
    counts = [f"{count} {status}" for status, count in matches.counts.items() if count]
    matching, every = len(matches.rows), sum(matches.counts.values())
    shown = (
        counted(matching, "prediction")
        if matching == every
        else f"{matching} of {every} predictions"
    )
    return f"{shown} on {as_of} ({', '.join(counts) or 'none'})"


def waiting(agenda: Waiting, shown: Waiting, as_of: date, width: int) -> RenderableType:
    """Return what waits for an outcome, then what comes due; one sentence where nothing does."""
    by = f"by {agenda.until}"
    if not agenda.rows:
        return Text(f"Nothing awaits an outcome on {as_of}, and nothing comes due {by}.")
    least = max(map(_left_width, shown.rows), default=0)  # so that the two parts are in line
    heading = _how_many(len(agenda.due), "await", f"an outcome on {as_of}")
    coming = _how_many(len(agenda.soon), "come", f"due {by}")
    parts = [
        *_part(heading, shown.due, len(agenda.due) - len(shown.due), width, least),
        Text(),
        *_part(coming, shown.soon, len(agenda.soon) - len(shown.soon), width, least),
    ]
    if agenda.review:
        again = f"{counted(len(agenda.review), 'prediction')} to look at again (`review`)"
        rows = [_to_review(row, as_of) for row in shown.review]
        parts += [Text(), *_part(again, rows, len(agenda.review) - len(rows), width, least)]
    return Group(*parts)


def _to_review(row: Row, as_of: date) -> Row:
    """Return the row with the day on which somebody wanted to look again as its next one."""
    day = row.details.review
    left = (date.fromisoformat(day) - as_of).days if day else None
    return row._replace(next=day, days_left=left)


def _how_many(count: int, verb: str, rest: str) -> str:
    if not count:
        return f"Nothing {verb}s {rest}."
    return f"{counted(count, 'prediction')} {verb}{'s' * (count == 1)} {rest}"


def _left_width(row: Row) -> int:
    return min(MOST_LEFT, max(len(row.id), len(f"{_day(row):10}  {_when(row)}")))


def _cards(rows: Sequence[Row], width: int, least: int = 0) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    table.add_column(width=1)
    table.add_column(min_width=least, max_width=MOST_LEFT, overflow="fold")
    table.add_column(ratio=1, overflow="fold")
    for row in rows:
        left = Text(f"{_day(row):10}  {_when(row)}", _style(row))
        left.append(f"\n{safe(row.id)}", "dim" if row.status != "due" else "")
        right = Text(safe(row.claim), "bold")
        for line in _who_says(row, width - 33):
            right.append("\n").append_text(line)
        table.add_row(_mark(row), left, right)
    return table


def _stacks(rows: Sequence[Row], width: int) -> Table:
    """Return the cards on a very narrow terminal: everything of one below a mark of its own."""
    table = Table.grid(padding=(0, 1, 0, 0), expand=True)
    table.add_column(width=1)
    table.add_column(ratio=1, overflow="fold")
    for row in rows:
        lines = [
            Text(f"{_day(row)}  {_when(row)}", _style(row)),
            Text(safe(row.id), _style(row) if row.status == "due" else "dim"),
            Text(safe(row.claim), "bold"),
            *_who_says(row, width - 2),
        ]
        table.add_row(_mark(row), Text("\n").join(lines))
    return table


def _wide(rows: Sequence[Row], width: int) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), expand=True, header_style="dim")
    table.add_column("")
    table.add_column("next", no_wrap=True)
    table.add_column("", no_wrap=True)
    table.add_column("id", overflow="fold")
    # not "ellipsis": Rich then takes a letter off a line of wide signs that fills its cells
    table.add_column("claim", ratio=3, overflow="fold")
    table.add_column("forecast", ratio=2, overflow="fold")
    for row in rows:
        table.add_row(
            _mark(row),
            Text(_day(row), _style(row)),
            Text(_when(row), _style(row)),
            Text(safe(row.id), "dim"),
            Text(safe(row.claim), "bold"),
            Text("\n").join(_who_says(row, width // 2)),
        )
    return table


def _day(row: Row) -> str:
    return row.next or row.deadline or "no deadline"


def _mark(row: Row) -> Text:
    return Text({"due": "●", "resolved": "✓", "void": "×"}.get(row.status, " "), _style(row))


def _style(row: Row) -> str:
    return STATUS_STYLE[row.status]


def _when(row: Row) -> str:
    if row.status in {"resolved", "void"}:
        return row.status
    left = days_left(row.days_left)
    return f"due {left}" if row.status == "due" else left


def _who_says(row: Row, cells: int) -> list[Text]:
    """Return who says what, a line each; a claim in words only is cut to a number of cells."""
    shown = []
    for each in row.details.standing[:MOST_NAMES]:
        name, value = f"{safe(each.by)}: ", Text(safe(each.value))
        if each.form != "value":
            value.truncate(max(10, cells - cell_len(name)), overflow="ellipsis")
        origin = "" if each.origin == "stated" else f" ({each.origin})"
        shown.append(Text.assemble((name, "dim"), value, (origin, "dim")))
    more = len(row.details.stands) - MOST_NAMES
    return [*shown, Text(f"and {more} more", "dim")] if more > 0 else shown


def tallied(stats: Stats, shown: Stats, as_of: date, width: int) -> RenderableType:
    """Return how many there are of everything, what waits longest, and what comes due next."""
    parts: list[RenderableType] = [Text(_heading(stats.found, as_of), "bold")]
    if stats.found.rows:
        parts += [Text(), _tallies(stats, shown)]
    ends = [("Waits longest for an outcome", stats.oldest), ("Comes due next", stats.next)]
    least = max((_left_width(row) for _, row in ends if row), default=0)
    for heading, row in ends:
        if row is not None:
            parts += [Text(), *_part(heading, [row], 0, width, least)]
    return Group(*parts)


def _tallies(stats: Stats, shown: Stats) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("", overflow="fold")
    for name in ("predictions", *stats.total.counts):
        table.add_column(name, justify="right")
    sorts = [
        ("forecaster", stats.by, shown.by),
        ("tag", stats.tags, shown.tags),
        ("deadline", stats.years, shown.years),
    ]
    for sort, every, some in sorts:
        table.add_row(Text(sort, "bold"))
        for each in some:
            name = f"no {sort}" if each.name is None else safe(str(each.name))
            table.add_row(Padding(Text(name), (0, 0, 0, 2)), *_figures(each))
        if more := len(every) - len(some):
            table.add_row(Text(f"  {more} more: --limit 0 shows all", "dim"))
    return table


def _figures(tally: Tally) -> Iterator[Text]:
    """Yield the figures of a row; what is due stands out, and a nought does not."""
    yield Text(str(tally.predictions))
    for status, count in tally.counts.items():
        style = STATUS_STYLE["due"] if status == "due" else ""
        yield Text(str(count), style if count else "dim")


def scores(every: Sequence[Score], shown: Sequence[Score]) -> RenderableType:
    """Return scores, one a line: what was forecast, by which rule, and whether it counts."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for name in ("id", "by", "rule", "score", "counts"):
        table.add_column(name, justify="right" if name == "score" else "left", overflow="fold")
    for score in shown:
        table.add_row(
            Text(safe(score.id)),
            Text(safe(score.by)),
            Text(score.rule),
            Text(score_text(score)),
            Text(REASONS[score.reason], "" if score.counts else "dim"),
        )
    more = len(every) - len(shown)
    return Group(table, *([Text(f"{more} more: --limit 0 shows all.", "dim")] if more else []))


def score_text(score: Score) -> str:
    """Return a score with its unit, or a dash where there is none yet."""
    if score.score is None:
        return "–"
    if score.rule == "hit":
        return HIT.get(score.score) or f"{number(score.score)} of a hit"
    is_plain = score.unit and score.scale != "log"
    value = number(score.score) if is_plain else figure(score.score, 4)
    return f"{value}{unit(score.unit, score.scale)}"


HIT: dict[float, str] = {1: "hit", 0: "miss"}

REASONS = {
    "": "counts",
    "open": "no outcome yet",
    "early": "decided early; counts when its day has passed",
    "revised": "an earlier forecast counts",
    "void": "void",
    "origin": "not stated: inferred, assumed or disputed",
    "no_deadline": "no deadline: never counts",
    "hindsight": "hindsight: stated after its day, the close or the decision; never counts",
    "option_later": "an option came that was offered later, and no rest is named",
    "filtered": "said or due outside the days asked for",
    "phrase": "stated as a phrase: counted apart",
    "no_logarithm": "scale log, and a value or the answer is not above 0: no logarithm",
    "out_of_range": "known only to lie outside the range",
    "no_window": "no `opened` and `scheduled_close` to weigh it by",
    "no_grid": "not stated over one grid of the range",
    "partial": "answered in part: this rule has no such score",
    "undefined": "another forecaster, too, gave it no chance",
}
"""Why a score enters no mean, in words."""

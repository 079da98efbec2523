"""Show predictions: the commands list, show, due and stats."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from predtrack.cli.options import AsJson, Identity, Limit, among, with_filters, with_help
from predtrack.cli.session import Session
from predtrack.errors import InvalidRecordError
from predtrack.reports import listing
from predtrack.reports.listing import SORTS, Filters, Listing

if TYPE_CHECKING:
    from predtrack.reports.due import Waiting

MOST_ROWS = 50  # on a terminal
SOON = timedelta(30)  # not read from a text: this needs no arithmetic of months


@with_help(
    """List what is open and due: due first, then by the next day.

    Example: predtrack list --tag ai --until 2026-12-31
    """
)
@with_filters
def list_(
    context: typer.Context,
    filters: Filters,
    sort: Annotated[str, typer.Option(help="deadline, made or id.", metavar="ORDER")] = "deadline",
    limit: Limit = None,
    as_json: AsJson = False,
) -> None:
    """Run `predtrack list`: what it does, its help says above."""
    session: Session = context.obj
    among([sort], SORTS, "--sort")
    session.name_problems(session.folder.errors)
    chosen = filters if filters.status else replace(filters, status=("open", "due"))
    listed = listing.listing(session.known, chosen, sort)
    _list(session, listed, limit, as_json=as_json)


def _list(session: Session, listed: Listing, limit: int | None, *, as_json: bool) -> None:
    screen = session.screen
    drawn = screen.is_terminal and not as_json
    rows = listed.rows[: limit_of(limit, drawn=drawn)]
    if as_json:
        from predtrack.views import json

        screen.data(json.listing(listed, rows, session.day))
    elif drawn:
        from predtrack.views import tables

        screen.show(tables.listing(listed, rows, session.day, screen.width))
    else:
        from predtrack.views import plain

        screen.lines(screen.tinted(rows, plain.listed))


def limit_of(limit: int | None, *, drawn: bool) -> int | None:
    """Return how many rows to show: as asked for, else 50 on a terminal and all elsewhere."""
    if limit is None:
        return MOST_ROWS if drawn else None
    return limit or None


@with_help(
    """Show everything of one prediction, with its chances, scores and history.

    Example: predtrack show geniuses
    """
)
def show(context: typer.Context, identity: Identity, as_json: AsJson = False) -> None:
    """Run `predtrack show`: what it does, its help says above."""
    from predtrack.records import life
    from predtrack.records.names import joined
    from predtrack.reports import rows, sampling, scores

    session: Session = context.obj
    others, day = session.folder.predictions, session.day
    prediction = session.folder.prediction(identity)
    row, prediction = rows.row(prediction, others, day), life.known(prediction, day)
    settings = sampling.sampling(day)
    session.say_unknown(life.unknown(session.folder.prediction(identity), day))
    parent = life.failed_condition(prediction, others, day)
    judged = joined(prediction, session.folder.names)
    stated = sampling.stated_chances(judged, others, settings)
    scored = scores.scores(judged, others, settings)
    if as_json:
        from predtrack.views import json

        document = json.shown(row, prediction, stated, scored, parent)
        session.screen.data(json.document("show", session.day, document))
    else:
        from predtrack.views import page

        session.screen.show(page.page(row, prediction, stated, scored, parent))


@with_help(
    """List what awaits an outcome, then what comes due soon, by the next undecided day.

    Example: predtrack due --within 2w --exit-code
    """
)
@with_filters
def due(
    context: typer.Context,
    filters: Filters,
    within: Annotated[
        str | None,
        typer.Option(help="How far to look ahead.", metavar="SPAN", show_default="30d"),
    ] = None,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit 1 when something awaits an outcome.")
    ] = False,
    limit: Limit = None,
    as_json: AsJson = False,
) -> int:
    """Run `predtrack due`: what it does, its help says above."""
    from predtrack.reports import due as reckoned

    session: Session = context.obj
    session.name_problems(session.folder.errors)
    until = _until(session, within)
    waiting = reckoned.waiting(session.known, until, filters)
    drawn = session.screen.is_terminal and not as_json
    _due(session, waiting, limit_of(limit, drawn=drawn), as_json=as_json)
    if exit_code and not waiting.due and session.folder.errors:
        return InvalidRecordError.exit_code  # one that cannot be read may await an outcome too
    return int(exit_code and bool(waiting.due))


def _until(session: Session, within: str | None) -> date:
    """Return the last day of a span that begins today; its + may be left out."""
    if within is None:
        return session.day + SOON
    span = within.strip()
    begins = span.lower().startswith(("+", "in "))
    return session.day_of(span if begins else f"+{span}", "--within") or session.day


def _due(session: Session, waiting: Waiting, limit: int | None, *, as_json: bool) -> None:
    from predtrack.reports import due as reckoned

    screen, shown = session.screen, reckoned.first(waiting, limit)
    if as_json:
        from predtrack.views import json

        screen.data(json.waiting(shown, session.day))
    elif screen.is_terminal:
        from predtrack.views import tables

        screen.show(tables.waiting(waiting, shown, session.day, screen.width))
    else:
        from predtrack.views import plain

        screen.lines(screen.tinted(plain.waiting(waiting)[:limit], plain.listed))


@with_help(
    """Count predictions by status, forecaster, tag and year, with the oldest and the next.

    Example: predtrack stats --tag ai
    """
)
@with_filters
def stats(
    context: typer.Context, filters: Filters, limit: Limit = None, as_json: AsJson = False
) -> None:
    """Run `predtrack stats`: what it does, its help says above."""
    from predtrack.reports import stats as counted

    session: Session = context.obj
    screen = session.screen
    session.sound()
    counts = counted.stats(session.known, filters)
    drawn = screen.is_terminal and not as_json
    shown = counted.first(counts, limit_of(limit, drawn=drawn))
    if as_json:
        from predtrack.views import json

        screen.data(json.document("stats", session.day, json.tallied(shown)))
    elif drawn:
        from predtrack.views import tables

        screen.show(tables.tallied(counts, shown, session.day, screen.width))
    else:
        from predtrack.views import plain

        screen.lines(plain.tallied(shown))

"""Commands that show predictions: list, show."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from predtrack.cli.options import AsJson, Identity, Limit, among, with_filters
from predtrack.cli.session import Session
from predtrack.reports import listing
from predtrack.reports.listing import SORTS, Filters, Listing

MOST_ROWS = 50  # on a terminal


@with_filters
def list_(
    context: typer.Context,
    kept: Filters,
    sort: Annotated[str, typer.Option(help="deadline, made or id.", metavar="ORDER")] = "deadline",
    limit: Limit = None,
    as_json: AsJson = False,
) -> None:
    """List what is open and due: due first, then by the next day.

    Example: predtrack list --tag ai --until 2026-12-31
    """
    session: Session = context.obj
    among([sort], SORTS, "--sort")
    session.name_problems(session.folder.errors)
    waiting = kept if kept.status else replace(kept, status=("open", "due"))
    found = listing.listing(session.folder.predictions, session.day, waiting, sort)
    _list(session, found, limit, as_json=as_json)


def _list(session: Session, found: Listing, limit: int | None, *, as_json: bool) -> None:
    screen = session.screen
    drawn = screen.is_terminal and not as_json
    rows = found.rows[: limit_of(limit, drawn=drawn)]
    if as_json:
        from predtrack.views import json

        screen.data(json.document("list", session.day, json.listing(found, rows)))
    elif drawn:
        from predtrack.views import tables

        screen.show(tables.listing(found, rows, session.day, screen.width))
    else:
        from predtrack.views import plain

        screen.lines(screen.tinted(plain.listed(row), row.status) for row in rows)


def limit_of(limit: int | None, *, drawn: bool) -> int | None:
    """How many rows to show: as asked for, else 50 on a terminal and all elsewhere."""
    if limit is None:
        return MOST_ROWS if drawn else None
    return limit or None


def show(context: typer.Context, identity: Identity, as_json: AsJson = False) -> None:
    """Show everything of one prediction, with its chances, scores and history.

    Example: predtrack show geniuses
    """
    from predtrack.reports import sampling, scores

    session: Session = context.obj
    others = session.folder.predictions
    row = listing.row(session.folder.prediction(identity), others, session.day)
    asked = sampling.sampling(session.day)
    stated = sampling.stated_chances(row.prediction, others, asked)
    scored = scores.scores(row.prediction, others, asked)
    if as_json:
        from predtrack.views import json

        found = json.shown(row, stated, scored)
        session.screen.data(json.document("show", session.day, found))
    else:
        from predtrack.views import page

        session.screen.show(page.page(row, stated, scored))

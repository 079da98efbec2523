"""Judge forecasts: the commands score, report and calibrate."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Annotated

import typer

from predtrack.cli.lists import limit_of
from predtrack.cli.options import (
    AsJson,
    Explain,
    InFull,
    Limit,
    among,
    with_filters,
    with_help,
    with_sampling,
)
from predtrack.cli.session import Session
from predtrack.errors import UsageError, shortened
from predtrack.reports.listing import Filters
from predtrack.reports.sampling import Sampling

if TYPE_CHECKING:
    from predtrack.reports.scores import Score


@with_help(
    """Score forecasts: one row each, by the headline rule of its form.

    Example: predtrack score geniuses --rule log
    """
)
def score(
    context: typer.Context,
    identities: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="Ids; without: all.")
    ] = None,
    rule: Annotated[
        str | None,
        typer.Option(
            help="log, wis, brier2, baseline, spot_baseline, peer or spot_peer,"
            " in place of each form's headline rule."
        ),
    ] = None,
    limit: Limit = None,
    as_json: AsJson = False,
) -> None:
    """Run `predtrack score`: what it does, its help says above."""
    from predtrack.reports import sampling, scores

    session: Session = context.obj
    if rule is not None:
        among([rule], scores.RULES, "--rule")
    folder = session.sound().hold()  # what is written out may take long to be read
    wanted = {folder.identity(word) for word in identities or ()}
    settings = sampling.sampling(session.day)
    folder_on_day = session.known
    scored = (
        each
        for row in sorted(folder_on_day.rows, key=lambda row: row.id)
        if not wanted or row.id in wanted
        for each in scores.scores(
            folder_on_day.prediction(row), folder_on_day.predictions, settings, rule
        )
    )
    _score(session, scored, limit, as_json=as_json)


def _score(session: Session, scored: Iterator[Score], limit: int | None, *, as_json: bool) -> None:
    """Show scores: for a program each as it comes, so that many are never held at once."""
    screen = session.screen
    if screen.is_terminal and not as_json:
        from predtrack.views import tables

        every = list(scored)
        screen.show(tables.scores(every, every[: limit_of(limit, drawn=True)]))
        return
    shown = islice(scored, limit_of(limit, drawn=False))
    if as_json:
        from predtrack.views import json

        screen.data(json.scored(shown, session.day))
    else:
        from predtrack.views import plain

        screen.lines(map(plain.scored, shown))


@with_help(
    """Report how forecasters did: scores and calibration, with what each figure rests on.

    Example: predtrack report --by "Ada Example" --tag city
    """
)
@with_filters
@with_sampling
def report(
    context: typer.Context,
    filters: Filters,
    settings: Sampling,
    in_full: InFull = False,
    explain: Explain = None,
    as_json: AsJson = False,
) -> None:
    """Run `predtrack report`: what it does, its help says above."""
    session: Session = context.obj
    if explain is not None:
        _explain(session, " ".join([explain, *context.args]), as_json=as_json)
        return
    from predtrack.reports.report import report as report_on

    session.sound()
    result = report_on(session.known, filters, settings, in_full=in_full or as_json)
    if as_json:
        from predtrack.views import json

        session.screen.data(json.document("report", session.day, json.report(result)))
    else:
        from predtrack.views import report as page

        session.screen.show(page.report(result, in_full=in_full))


@with_help(
    """Report on any table of forecasts and outcomes, a row each, as on one's own.

    Example: predtrack calibrate forecasts.csv -p mine -p theirs -y happened
    """
)
def calibrate(
    context: typer.Context,
    path: Annotated[str, typer.Argument(metavar="TABLE", help="A CSV file; - is standard input.")],
    stated: Annotated[
        list[str], typer.Option("-p", metavar="COLUMN", help="A column of chances; may repeat.")
    ],
    outcome: Annotated[
        str, typer.Option("-y", metavar="COLUMN", help="The column of what happened.")
    ],
    family: Annotated[
        str | None, typer.Option(metavar="COLUMN", help="What stands or falls together.")
    ] = None,
    in_full: InFull = False,
    explain: Explain = None,
    as_json: AsJson = False,
) -> None:
    """Run `predtrack calibrate`: what it does, its help says above."""
    session: Session = context.obj
    if explain is not None:
        _explain(session, explain, as_json=as_json)
        return
    from predtrack.reports import tables
    from predtrack.store.table import blocks

    names = tuple(dict.fromkeys(stated))
    columns = [*names, outcome, *([family] if family else [])]
    table = tables.table(blocks(path, columns), names, path)
    groups = list(tables.groups(table, in_full=in_full or as_json))
    compared = list(tables.comparisons(table))
    if as_json:
        from predtrack.views import json

        calibration = json.calibration(names, family, groups, compared)
        session.screen.data(json.document("calibrate", session.day, calibration))
    else:
        from predtrack.views import report as page

        session.screen.show(page.calibration(path, groups, compared, in_full=in_full))


def _explain(session: Session, word: str, *, as_json: bool) -> None:
    """Say what a figure means, by its key or by what the page calls it."""
    from predtrack.views import explanations

    name = explanations.name_of(word)
    if name is None:
        near = explanations.nearest(shortened(word))
        listed = f"{', '.join(near[:-1])} or {near[-1]}" if near[1:] else "".join(near)
        hint = f"did you mean {listed}?" if near else "the keys of `report --json` are names"
        raise UsageError(f'no figure is called "{shortened(word)}"; {hint}')
    if as_json:
        from predtrack.views import json

        entry = json.explained(name, explanations.EXPLANATIONS[name])
        session.screen.data(json.document("figure", session.day, entry))
    else:
        session.screen.lines(explanations.lines(name, session.screen.width))

"""Commands about the files themselves: check, schema, export."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from predtrack.cli.options import AsJson, among, with_filters, with_sampling
from predtrack.cli.session import Session
from predtrack.reports import listing
from predtrack.reports.listing import Filters, Row
from predtrack.reports.sampling import Sampling

if TYPE_CHECKING:
    from predtrack.records.life import ByID

FORMATS = ("csv",)
TABLES = ("forecasts", "predictions", "chances")


def check(
    context: typer.Context,
    strict: Annotated[bool, typer.Option("--strict", help="Give advice too.")] = False,
    as_json: AsJson = False,
) -> int:
    """List every problem of every file; silent, and exit 0, when there is none.

    Example: predtrack check --strict
    """
    from predtrack.check import problems
    from predtrack.views.text import visible

    session: Session = context.obj
    found = problems(session.folder, strict=strict)
    if as_json:
        from predtrack.views import json

        rows = {"problems": [json.problem(each) for each in found]}
        session.screen.data(json.document("check", session.day, rows))
    else:
        session.screen.lines(visible(str(each)) for each in found)
    return 1 if found else 0


def schema(context: typer.Context) -> None:
    """Print the JSON Schema of a record, for editors.

    Example: predtrack schema > prediction.schema.json
    """
    from predtrack.records.schema import schema as of_records
    from predtrack.views import json

    session: Session = context.obj
    session.screen.data(json.text(of_records()))


@with_filters
@with_sampling
def export(
    context: typer.Context,
    form: Annotated[str, typer.Argument(metavar="FORMAT", help="csv")],
    kept: Filters,
    asked: Sampling,
    table: Annotated[str, typer.Option(help="forecasts, predictions or chances.")] = "forecasts",
    output: Annotated[
        str | None, typer.Option("--output", "-o", help="A file, not standard output.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file.")] = False,
    raw: Annotated[
        bool, typer.Option("--raw", help="Leave texts that look like formulas as they are.")
    ] = False,
) -> None:
    """Export a table: a row a forecast, a prediction or a stated chance.

    Example: predtrack export csv --table chances -o chances.csv
    """
    from predtrack.store import writing
    from predtrack.views import csv
    from predtrack.views.text import counted, visible

    session: Session = context.obj
    among([form], FORMATS, "FORMAT")
    among([table], TABLES, "--table")
    predictions = session.sound().predictions
    rows = listing.listing(predictions, session.day, kept, "id").rows
    header, cells = _table(table, rows, predictions, asked, kept.by)
    chunks = csv.lines(header, cells, raw=raw)
    if output is None:
        session.screen.data(chunks)
    else:
        writing.output(output, chunks, force=force)
        session.screen.say(f"exported {counted(len(rows), 'prediction')} to {visible(output)}")


def _table(
    table: str, rows: Sequence[Row], others: ByID, asked: Sampling, by: tuple[str, ...]
) -> tuple[Sequence[str], Iterable[Sequence[object]]]:
    from predtrack.reports import sampling, scores
    from predtrack.views import csv

    if table == "predictions":
        return csv.PREDICTIONS, csv.predictions(rows)
    if table == "chances":
        return csv.CHANCES, csv.chances(sampling.stated_rows(rows, others, asked, by))
    return csv.FORECASTS, csv.forecasts(scores.scored_rows(rows, others, asked, by))

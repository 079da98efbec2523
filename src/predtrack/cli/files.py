"""Look at the files themselves: the commands check and schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from predtrack.cli.options import AsJson, with_help
from predtrack.cli.session import Session
from predtrack.errors import UsageError, shortened

if TYPE_CHECKING:
    from predtrack.check import Explanation
    from predtrack.store.reading import Reading

MODELINE = "# yaml-language-server: $schema=prediction.schema.json"


@with_help(
    """List every problem of every file; silent, and exit 0, when there is none.

    Errors exit with 1; warnings only with --strict, which gives advice too.

    Example: predtrack check --strict
    """
)
def check(
    context: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME...]", help="With --explain: which.")
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Give advice too.")] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say what the names in brackets mean.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Run `predtrack check`: what it does, its help says above."""
    session: Session = context.obj
    if explain:
        _explain(session, names or [], as_json=as_json)
        return 0
    if names:
        raise UsageError(f'"{shortened(names[0])}" says nothing here; names go with --explain')
    return _check(session, strict=strict, as_json=as_json)


def _check(session: Session, *, strict: bool, as_json: bool) -> int:
    from predtrack.check import problems
    from predtrack.store import folder
    from predtrack.views.text import visible

    readings: list[Reading] = []
    reported = problems(folder.load(session.root, seen=readings.append), readings, strict=strict)
    if as_json:
        from predtrack.views import json

        rows = {"problems": [json.problem(each) for each in reported]}
        session.screen.data(json.document("check", session.day, rows))
    else:
        session.screen.lines(visible(str(each)) for each in reported)
    return int(any(strict or each.level == "error" for each in reported))


def _explain(session: Session, names: list[str], *, as_json: bool) -> None:
    """Say what the names mean, each in full; with none, what all do, a line each."""
    from predtrack.check import explanation, explanations

    entries = [explanation(each) for each in names] or explanations()
    if as_json:
        from predtrack.views import json

        rows = {"explanations": [each._asdict() for each in entries]}
        session.screen.data(json.document("explain", session.day, rows))
    elif names:
        for each in entries:
            session.screen.lines(_in_full(each, session.screen.width))
    else:
        session.screen.lines(f"{each.level}\t{each.name}\t{each.rule}" for each in entries)


def _in_full(entry: Explanation, width: int) -> list[str]:
    """Return the lines that explain one name, and how a record silences it if it is advice."""
    from textwrap import wrap

    lines = [f"{entry.level}[{entry.name}]", *wrap(entry.rule, width), *wrap(entry.why, width)]
    if entry.can_be_allowed:
        lines += wrap(f"To silence it in a record: # predtrack: allow {entry.name}", width)
    return lines


@with_help(
    """Print the JSON Schema of a record, for editors.

    Example: predtrack schema > prediction.schema.json
    """
)
def schema(
    context: typer.Context,
    modeline: Annotated[
        bool, typer.Option("--modeline", help="Only the line that names it atop a record.")
    ] = False,
) -> None:
    """Run `predtrack schema`: what it does, its help says above."""
    session: Session = context.obj
    if modeline:
        session.screen.lines([MODELINE])
        return
    from predtrack.records.schema import schema as of_records
    from predtrack.views import json

    session.screen.data(json.text(of_records()))

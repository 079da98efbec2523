"""Carry predictions out of the folder and into it: the commands export and import."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime, tzinfo
from io import BytesIO
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from predtrack.cli.options import among, with_filters, with_help, with_sampling
from predtrack.cli.session import Session
from predtrack.errors import Misread, UnreadableError, UsageError
from predtrack.reports import sampling
from predtrack.reports.listing import Filters, Known, Row
from predtrack.reports.sampling import Sampling

if TYPE_CHECKING:
    from predtrack.cli.intake import Intake
    from predtrack.importers import Found, Source

TABLES = ("forecasts", "predictions", "chances")
STDOUT = "-"
MOST_PIPED = 256 * 1024 * 1024  # bytes: what is longer is refused by its importer


@with_help(
    """Export tables (csv), whole records (json), a calendar (ics), or a list (markdown).

    The calendar holds each day that something comes due; taken in again, it makes no doubles.

    Example: predtrack export csv --table chances -o chances.csv
    """
)
@with_filters
@with_sampling
def export(
    context: typer.Context,
    form: Annotated[str, typer.Argument(metavar="FORMAT", help="csv, json, ics or markdown.")],
    filters: Filters,
    settings: Sampling,
    table: Annotated[
        str | None, typer.Option(help="Of csv: forecasts, predictions or chances.", metavar="TABLE")
    ] = None,
    output: Annotated[
        str | None, typer.Option("--output", "-o", help="A file; - is standard output.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file.")] = False,
    raw: Annotated[
        bool, typer.Option("--raw", help="Of csv: leave texts like formulas as they are.")
    ] = False,
) -> None:
    """Run `predtrack export`: what it does, its help says above."""
    session: Session = context.obj
    among([form], EXPORTED, "FORMAT")
    among([table or TABLES[0]], TABLES, "--table")
    if table is not None and form != "csv":
        raise UsageError(f"--table: {form} has no tables; leave it out, or write csv")
    session.sound()
    folder = session.known
    if (form, table) != ("csv", "predictions"):
        session.folder.hold()  # what is written out may take long to be read
    rows, settings = sampling.narrowed(folder, filters, settings)
    rows = _with_days(form, sorted(rows, key=lambda row: row.id), folder)
    if form == "csv":
        chunks = _csv(session, table or TABLES[0], rows, (folder, settings, filters.by), raw=raw)
    else:
        chunks = EXPORTS[form](folder, rows)
    _put(session, chunks, len(rows), output, force=force)


def _csv(
    session: Session,
    table: str,
    rows: Sequence[Row],
    sampled: tuple[Known, Sampling, tuple[str, ...]],
    *,
    raw: bool,
) -> Iterable[str]:
    from predtrack.views import csv

    shown = session.screen.progress(rows, "exporting")
    if table == "predictions":
        return csv.lines(csv.PREDICTIONS, csv.predictions(shown, sampled[0]), raw=raw)
    from predtrack.reports import scores
    from predtrack.views import judged

    if table == "chances":
        stated = judged.chances(sampling.stated_rows(shown, *sampled))
        return csv.lines(judged.CHANCES, stated, raw=raw)
    scored = judged.forecasts(scores.scored_rows(shown, *sampled))
    return csv.lines(judged.FORECASTS, scored, raw=raw)


def _json(folder: Known, rows: Sequence[Row]) -> Iterable[str]:
    from predtrack.views import json

    return json.export(folder.day, map(folder.record, rows))


def _with_days(form: str, rows: list[Row], folder: Known) -> list[Row]:
    """Return the rows that an export holds, of a calendar those that have a day to come."""
    if form != "ics":
        return rows
    from predtrack.views import ics

    return [row for row in rows if ics.days(row, folder.prediction(row))]


def _ics(folder: Known, rows: Sequence[Row]) -> Iterable[str]:
    from predtrack.views import ics

    return ics.calendar(rows, folder)


def _markdown(folder: Known, rows: Sequence[Row]) -> Iterable[str]:
    from predtrack.views import markdown

    return markdown.lines(rows, folder)


EXPORTS: dict[str, Callable[[Known, Sequence[Row]], Iterable[str]]] = {
    "json": _json,
    "ics": _ics,
    "markdown": _markdown,
}
EXPORTED = ("csv", *EXPORTS)


def _put(
    session: Session, chunks: Iterable[str], count: int, output: str | None, *, force: bool
) -> None:
    """Write an export to standard output, or to a file and say so."""
    if output is None or output == STDOUT:
        session.screen.data(chunks)
        return
    from predtrack.store import exports
    from predtrack.views.text import counted, visible

    if force and exports.is_standard_output(output):
        session.screen.data(chunks)
        return
    warning = exports.export(session.folder, output, chunks, force=force)
    session.screen.say(f"exported {counted(count, 'prediction')} to {visible(output)}")
    if warning:
        session.screen.say(f"warning: {visible(warning)}")


@with_help(
    """Take records in from another program's export; shows what it would write.

    What is here already gets only what it lacks: later options, forecasts, an outcome, judgements;
    running it twice changes nothing. Instants become days in the zone of --tz, for a record that
    is here in its own; an export of predtrack itself keeps its own. What differs is named and left
    alone; --update-outcomes takes over outcomes and dates, and shows the lines. --by is remembered
    in .aliases.yaml of the folder.
    --verify exits with 1 unless all of the platform's own scores are met.

    Example: predtrack import json export.json --write
    """
)
def import_(
    context: typer.Context,
    form: Annotated[
        str,
        typer.Argument(
            metavar="FORMAT",
            help="json, csv, fatebook, predictionbook, metaculus, manifold, forecastbench"
            " or forecast.",
        ),
    ],
    paths: Annotated[list[str], typer.Argument(metavar="FILE...", help="- is standard input.")],
    write: Annotated[
        bool, typer.Option("--write", help="Write the records; without it they are shown.")
    ] = False,
    columns: Annotated[
        list[str] | None,
        typer.Option("--map", help="Of csv: which column is which field.", metavar="COLUMN=FIELD"),
    ] = None,
    verify: Annotated[
        bool,
        typer.Option(
            "--verify", help="Of metaculus: compute its scores and compare; write nothing."
        ),
    ] = False,
    zone: Annotated[
        str | None,
        typer.Option(
            "--tz",
            help="The zone of days and times: Asia/Tokyo, UTC, +02:00; else the local one.",
            metavar="ZONE",
        ),
    ] = None,
    by: Annotated[
        list[str] | None,
        typer.Option(
            "--by",
            help="Who somebody in the export is: the name that records show; may repeat.",
            metavar="NAME=SHOWN",
        ),
    ] = None,
    update: Annotated[
        bool,
        typer.Option(
            "--update-outcomes",
            help="Take over what the platform says otherwise of outcomes and dates.",
        ),
    ] = False,
) -> int:
    """Run `predtrack import`: what it does, its help says above."""
    from predtrack.cli import verification, zones
    from predtrack.cli.intake import Intake, Orders
    from predtrack.importers import FORMATS, Settings

    session: Session = context.obj
    if write:
        session.screen.refuse_closed()
    among([form], tuple(FORMATS), "FORMAT")
    settings = Settings(_columns(form, columns or []), zones.zone(zone))
    if verify:
        _refuse_verify(form, write=write, takes=update or bool(by))
    with ExitStack() as opened, _reading():
        streams = [(path, opened.enter_context(_opened(path))) for path in paths]
        sources = [_source(path, stream, settings.zone) for path, stream in streams]
        if verify:
            return verification.verified(session, sources, settings)
        orders = Orders(write, update, _called(by or []), _about(form, zone, session))
        intake = Intake(session, session.sound(), orders)
        _take(session, sources, lambda: FORMATS[form](sources, settings), intake)
    return 0


def _about(form: str, zone: str | None, session: Session) -> str:
    """Return what the summary says of the zone; nothing where the import turned nothing into it."""
    from predtrack.cli import zones

    if form != "json":
        return f"days and times in {zones.name(zone, session.day)}"
    return f"{zones.OPTION}: json keeps the days and times of its records" if zone else ""


def _take(
    session: Session, sources: Sequence[Source], records: Callable[[], Found], taken: Intake
) -> None:
    """Take in the records of the sources, and say what was done.

    The import reads all once before it writes anything: a refusal half-way changes nothing.
    """
    for each in records():
        taken.survey.see(each)
    for source in sources:
        source.stream.seek(0)
    taken.surveyed()
    try:
        for each in session.screen.progress(records(), "importing", taken.survey.count):
            taken.take(each)
        taken.take_several()
    finally:
        taken.counted()
    taken.judged()


@contextmanager
def _reading() -> Iterator[None]:
    """Refuse what cannot be read; only the files of an export are read inside."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise UnreadableError(f"the export could not be read ({reason}); try again") from None


def _refuse_verify(form: str, *, write: bool, takes: bool) -> None:
    if form != "metaculus":
        raise UsageError(f"--verify: exports of {form} hold no scores; leave it out")
    if write:
        raise UsageError("--verify writes nothing; leave out --write, or import afterwards")
    if takes:
        raise UsageError("--verify compares scores alone; leave out --by and --update-outcomes")


def _called(words: Sequence[str]) -> dict[str, str]:
    """Return the name that records show of each person, from the words behind --by."""
    from predtrack.records import forms

    names: dict[str, str] = {}
    for each in words:
        name, sign, to = each.partition("=")
        try:
            name, to = forms.label(name), forms.label(to)
        except Misread:
            sign = ""
        if not (sign and name and to):
            raise UsageError(f'--by {each}: write NAME=SHOWN, such as 7="Ada Example"')
        if names.setdefault(name, to) != to:
            raise UsageError(f"--by {name}=...: it is {names[name]} already; keep one")
    return names


def _columns(form: str, words: Sequence[str]) -> dict[str, str]:
    """Return the field of each column, from the words behind --map."""
    if words and form != "csv":
        raise UsageError(f"--map: the columns of {form} are known; leave it out, or write csv")
    pairs = [each.rpartition("=") for each in words]
    if broken := ["".join(each) for each in pairs if not (each[0] and each[2])]:
        raise UsageError(f"--map {broken[0]}: write COLUMN=FIELD, such as Who=by")
    fields = [field for _, _, field in pairs]
    if twice := [field for field in fields if fields.count(field) > 1]:
        raise UsageError(f"--map: two columns are {twice[0]}; keep one")
    return {column: field for column, _, field in pairs}


def _source(path: str, stream: BinaryIO, zone: tzinfo | None) -> Source:
    """Return the file as importers take it, with the day in the zone on which it last changed."""
    from predtrack.importers import Source

    at = None if path == "-" else os.fstat(stream.fileno()).st_mtime
    # what comes through a pipe is kept, to be read again
    seekable = stream if stream.seekable() else BytesIO(stream.read(MOST_PIPED + 1))
    return Source(path, seekable, None if at is None else datetime.fromtimestamp(at, zone).date())


@contextmanager
def _opened(path: str) -> Iterator[BinaryIO]:
    if path == "-":
        yield sys.stdin.buffer
        return
    try:
        stream = open(path, "rb")  # noqa: SIM115  # closed below
    except OSError as error:
        raise UnreadableError(f"{path} cannot be read ({error.strerror}); check the path") from None
    try:
        yield stream
    finally:
        with suppress(OSError):  # it was read whole: how it closes changes nothing
            stream.close()

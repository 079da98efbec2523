"""Read the tables of a zip as records, a question at a time, and as the platform's scores."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import groupby

from predtrack import dates
from predtrack.errors import Misread, UnreadableError, shortened
from predtrack.importers import Imported, Source, Unread, fields
from predtrack.importers.metaculus import offers, record
from predtrack.importers.metaculus import question as parts
from predtrack.importers.metaculus.archive import Archive, Row
from predtrack.importers.metaculus.question import RULES, TYPES, Official, Question, Stated
from predtrack.importers.times import Times

QUESTIONS, FORECASTS, SCORES = "question_data.csv", "forecast_data.csv", "score_data.csv"
AGGREGATES = frozenset(
    {
        "recency_weighted",
        "unweighted",
        "single_aggregation",
        "metaculus_prediction",
        "metaculus_pros",
        "geometric_mean",
        "medalists",
        "experienced_users_25_resolved",
        "ignorance",
        "joined_before_date",
    }
)
"""The words in the forecaster's place, in the rows that no forecaster made."""

_ENDS = {"Resolution": "outcome", "Actual Close Time": "closed"}
"""The columns that the platform leaves empty, by what the record then has none of."""

_OWN = "Question ID"
_NEEDED = (_OWN, "Question Title", "Question Type", "Open Time", "Scheduled Close Time")
_NEEDED_OF_FORECAST = (_OWN, "Start Time", "End Time")


def imported(source: Source, times: Times) -> Iterator[Imported | Unread]:
    """Yield the records of a zip, in the order of their forecasts."""
    archive = Archive(source)
    questions: dict[str, list[Row]] = {}
    for row in archive.rows(QUESTIONS, _NEEDED):
        if isinstance(row, Unread):
            yield row
        else:
            versions = questions.setdefault(row.cells[_OWN], [])
            if all(each.cells != row.cells for each in versions):
                versions.append(row)
    runs, left_out = _runs(archive)
    remarks = _remarks(questions.keys() - set(runs), left_out)
    for own, rows in _by_question(archive, runs):
        for prediction in _record(own, questions.get(own, []), rows, times):
            if isinstance(prediction, Imported):
                prediction = replace(prediction, remarks=(*prediction.remarks, *remarks))  # noqa: PLW2901
                remarks = []
            yield prediction
    if not runs:
        what = f"only aggregates ({left_out} rows)" if left_out else "only questions"
        remedy = "download it with the forecasts of users, or save your posts of the API as JSON"
        raise UnreadableError(f"{source.name} holds {what}, and no forecast of anybody; {remedy}")


def _runs(archive: Archive) -> tuple[list[str], int]:
    """Return the questions of the forecasts in a row, and how many rows nobody made."""
    runs: list[str] = []
    left_out = 0
    for row in archive.rows(FORECASTS, _NEEDED_OF_FORECAST):
        if isinstance(row, Unread):
            continue
        if _is_aggregate(row):
            left_out += 1
        elif not runs or runs[-1] != row.cells[_OWN]:
            runs.append(row.cells[_OWN])
    return runs, left_out


def _remarks(unforecast: Iterable[str], left_out: int) -> list[str]:
    """Return what is left out of the whole file; it goes with the first record."""
    remarks = []
    if left_out:
        remarks.append(f"{left_out} rows of aggregates, which no forecaster made, are left out")
    if count := len(list(unforecast)):
        remarks.append(f"{count} questions without a forecast in the file are left out")
    return remarks


def _by_question(archive: Archive, runs: list[str]) -> Iterator[tuple[str, Iterable[Row | Unread]]]:
    """Yield each question's rows: as they come where they stand together, else gathered."""
    rows = (
        row
        for row in archive.rows(FORECASTS, _NEEDED_OF_FORECAST)
        if isinstance(row, Unread) or not _is_aggregate(row)
    )
    if len(set(runs)) == len(runs):
        for own, group in groupby(_keyed(rows), lambda pair: pair[0]):
            yield own, (row for _, row in group)
        return
    gathered: defaultdict[str, list[Row | Unread]] = defaultdict(list)
    for own, row in _keyed(rows):
        gathered[own].append(row)
    yield from gathered.items()


def _keyed(rows: Iterable[Row | Unread]) -> Iterator[tuple[str, Row | Unread]]:
    """Yield each row with its question; one that cannot be read stays with the row before."""
    own = ""
    for row in rows:
        own = row.cells[_OWN] if isinstance(row, Row) else own
        yield own, row


def _is_aggregate(row: Row) -> bool:
    cells = row.cells
    nobody = "Forecaster ID" in cells and not cells["Forecaster ID"].strip()
    return nobody or bool(cells.get("Forecaster Count", "").strip()) or _by(row) in AGGREGATES


def _by(row: Row) -> str:
    """Return the platform's text for a forecaster: the name, else the number or its hash."""
    for prefix in ("Forecaster", "User"):
        for column in ("Username", "(Anonymized)", "ID"):
            if name := row.cells.get(f"{prefix} {column}", "").strip():
                return name
    return ""


def _record(
    own: str, versions: Sequence[Row], rows: Iterable[Row | Unread], times: Times
) -> Iterator[Imported | Unread]:
    stated: list[Stated] = []
    for row in rows:
        if isinstance(row, Unread):
            yield row
            continue
        try:
            stated.append(_stated(row, times))
        except Misread as error:
            yield Unread(row.place, str(error))
    if not stated:
        return
    if not versions:
        yield Unread(f"question {shortened(own)}", f"it is forecast, and is not in {QUESTIONS}")
        return
    for version in versions:
        read = partial(_read, version, stated, times)
        yield from fields.attempted(version.place, read, times)


def _read(row: Row, stated: list[Stated], first: Times, times: Times) -> Iterator[Imported]:
    """Yield the record of a question; its forecasts were read with some times, maybe others."""
    if times != first:
        zoned = []
        for each in stated:
            start, end = (times.instant(at, "a time") for at in (each.start, each.end))
            zoned.append(replace(each, start=start or each.start, end=end))
        stated = zoned
    yield _with_options(row, _question(row, stated, times), stated, times)


def _question(row: Row, stated: list[Stated], times: Times) -> Question:
    cells = row.cells
    kind = cells["Question Type"].strip()
    if kind not in TYPES:
        raise Misread("kind", f'"{shortened(kind)}" is no type of question', "see the README")
    opened, reveal = (_time(cells, name, times) for name in ("Open Time", "CP Reveal Time"))
    later = reveal and opened and _order(reveal) > _order(opened)
    return Question(
        id=cells[_OWN],
        title=fields.label(fields.needed(cells["Question Title"], "the title"), "the title") or "",
        type=kind,
        url=fields.label(cells.get("Question URL"), "the address"),
        post=fields.label(cells.get("Post ID"), "the post"),
        label=fields.label(cells.get("Label"), "the label"),
        project=fields.label(cells.get("Default Project"), "the project"),
        published=_time(cells, "Post Published Time", times),
        weight=fields.label(cells.get("Question Weight"), "the weight"),
        low=_bound(cells, "Lower Bound", kind),
        high=_bound(cells, "Upper Bound", kind),
        open_low=_flag(cells, "Open Lower Bound"),
        open_high=_flag(cells, "Open Upper Bound"),
        grid=_grid(cells, kind) if any(each.cdf for each in stated) else (),
        opened=opened,
        closed=_time(cells, "Actual Close Time", times),
        scheduled=_time(cells, "Scheduled Close Time", times),
        spot=reveal if later else None,
        resolution=fields.label(cells.get("Resolution"), "the resolution"),
        known_at=_time(cells, "Resolution Known Time", times),
        pools_bots=_flag(cells, "Include Bots in Aggregates"),
        lacks=frozenset(name for key, name in _ENDS.items() if cells.get(key, "?").strip() == ""),
    )


def _stated(row: Row, times: Times) -> Stated:
    cells = row.cells
    by, start = fields.label(_by(row), "the forecaster"), _time(cells, "Start Time", times)
    if by is None or start is None:
        lacks = "forecaster" if by is None else "start time"
        raise Misread("missing", f"the forecast has no {lacks}", "download it again")
    yes = cells.get("Probability Yes", "").strip()
    shares = cells.get("Probability Yes Per Category", "").strip()
    cdf = cells.get("Continuous CDF", "").strip()
    return Stated(
        by=by,
        start=start,
        end=_time(cells, "End Time", times),
        yes=fields.share(yes, "the probability") if yes else None,
        shares=parts.chances(parts.literal(shares, "the options"), "the options") if shares else (),
        cdf=parts.rising(parts.literal(cdf, "the cdf"), "the cdf") if cdf else (),
        is_bot=_flag(cells, "Is Bot"),
    )


def _options(cells: dict[str, str], which: str) -> tuple[str, ...]:
    """Return the options of a choice: all there ever were, where the columns tell them apart."""
    columns = (f"MC Options ({which})", "MC Options (Current)", "MC Options")
    written = next((cells[name] for name in columns if cells.get(name, "").strip()), "")
    return parts.names(parts.literal(written, "the options"), "an option")


def _with_options(row: Row, question: Question, stated: list[Stated], times: Times) -> Imported:
    """Return the record of a question, of a choice with the options that its forecasts had."""
    if question.kind != "choice":
        return record.imported(question, stated)
    every, current = _options(row.cells, "All"), _options(row.cells, "Current")
    written = row.cells.get("MC Options History", "").strip()
    lists = parts.literal(written, "the history of options") if written else []
    history = offers.history(lists, times)
    return record.imported(*offers.with_options(question, stated, (every, current), history))


def _grid(cells: dict[str, str], kind: str) -> tuple[float, ...]:
    written = cells.get("Continuous Range", "").strip()
    values = parts.literal(written, "the range") if written else []
    if kind == "date":
        return tuple(_seconds(fields.needed(each, "the range")) for each in values)
    return tuple(fields.number(each, "the range") for each in values)


def _bound(cells: dict[str, str], column: str, kind: str) -> float | None:
    written = cells.get(column, "").strip()
    if not written or kind in {"binary", "multiple_choice"}:
        return None
    return _seconds(written) if kind == "date" else fields.number(written, column)


def _seconds(text: str) -> float:
    """Return the Unix seconds at which a day begins in UTC."""
    return (dates.day(text[:10]) - dates.day("1970-01-01")).days * 86_400.0


def _flag(cells: dict[str, str], column: str) -> bool:
    return cells.get(column, "").strip().lower() == "true"


def _time(cells: dict[str, str], column: str, times: Times) -> str | None:
    return times.instant(cells.get(column), column)


def _order(text: str) -> datetime:
    return dates.order_of(dates.moment(text))


def official(source: Source) -> Iterator[Official]:
    """Yield the scores that a zip has of forecasters, by the rules of this program."""
    archive = Archive(source)
    if not archive.has(SCORES):
        return
    for row in archive.rows(SCORES, (_OWN, "Score Type", "Score")):
        if isinstance(row, Unread):
            raise UnreadableError(f"{row.place}: {row.why}; download it again")
        rule, by = row.cells["Score Type"].strip(), _by(row)
        if rule in RULES and by and by not in AGGREGATES:
            yield Official(_identity(row), by, rule, _score(row))


def _identity(row: Row) -> str:
    try:
        return parts.identity(row.cells[_OWN].strip())
    except Misread as error:
        raise UnreadableError(f"{row.place}: {error}") from None


def _score(row: Row) -> float:
    written = row.cells["Score"].strip()
    try:
        score = float(written)
    except ValueError:
        score = math.nan
    if math.isnan(score):
        raise UnreadableError(f'{row.place}: "{shortened(written)}" is no score; download it again')
    return score

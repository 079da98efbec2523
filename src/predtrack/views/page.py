"""Show everything of one prediction on a page, for a person to read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from predtrack.dates import text_of
from predtrack.records import life, phrasing
from predtrack.records.numerals import percent
from predtrack.records.prediction import (
    Evidence,
    Forecast,
    Judgement,
    Option,
    Prediction,
    Source,
    offered,
)
from predtrack.reports.listing import Row
from predtrack.reports.sampling import Stated
from predtrack.reports.scores import Score
from predtrack.views import wording
from predtrack.views.arithmetic import steps
from predtrack.views.tables import REASONS, STATUS_STYLE
from predtrack.views.text import day, days_left, paragraphs, target
from predtrack.views.wording import safe


def page(
    row: Row,
    prediction: Prediction,
    stated: Sequence[Stated],
    scored: Sequence[Score],
    parent: Prediction | None = None,
) -> RenderableType:
    """Return the page of a prediction: the claim, where it stands, who said what, its scores.

    `parent` is the prediction whose end made this one void, where its condition failed.
    """
    parts: list[RenderableType] = [
        Text(safe(prediction.claim), "bold"),
        _standing(row, prediction, parent),
        Text(),
    ]
    sections = list(_sections(prediction, stated, scored))
    for number, (title, body) in enumerate(sections, 1):
        below = 1 if number < len(sections) else 0  # an empty line between two sections
        parts += [Text(title, "bold"), Padding(body, (0, 0, below, 2))]
    return Group(*parts)


def question(row: Row, prediction: Prediction, number: int, every: int) -> RenderableType:
    """Return what a judge needs to see first: the claim, the criteria, who said what."""
    parts: list[RenderableType] = [
        Text(),
        Text.assemble((f"{number} of {every}  ", "dim"), (safe(prediction.claim), "bold")),
        _standing(row, prediction),
    ]
    if prediction.criteria:
        parts.append(Padding(_text(prediction.criteria), (0, 0, 0, 2)))
    parts.append(Padding(_forecasts(prediction), (0, 0, 0, 2)))
    return Group(*parts)


def _standing(row: Row, prediction: Prediction, parent: Prediction | None = None) -> Text:
    parts = [safe(prediction.id), prediction.kind]
    if row.deadline:
        origin = prediction.deadline_origin
        parts.append(f"deadline {row.deadline}{'' if origin == 'stated' else f' ({origin})'}")
    text = Text(" · ".join(parts), "dim")
    style = STATUS_STYLE[row.status] or "none"
    return text.append(" · ").append(f"{row.status}{_more(row, parent)}", style)


def _more(row: Row, parent: Prediction | None) -> str:
    """Say of a status how far the next day is, or why it is void."""
    if parent is not None:
        return f", its condition failed: {safe(life.how_ended(parent))}"
    when = f", {days_left(row.days_left)}" if row.days_left is not None else ""
    if row.next != row.deadline and when:
        when = f", next {row.next}{when}"
    return f"{when}{', decided early' if row.details.early else ''}"


def _sections(
    prediction: Prediction, stated: Sequence[Stated], scored: Sequence[Score]
) -> Iterator[tuple[str, RenderableType]]:
    if prediction.outcome is not None:
        yield "How it ended", _outcome(prediction)
    yield ("Forecasts" if len(prediction.forecasts) > 1 else "Forecast"), _forecasts(prediction)
    if len(stated) > 1 or any(each.chance.happened is not None for each in stated):
        yield "Chances", _chances(stated)
    computed = [score for score in scored if score.score is not None]
    if computed:
        yield "Scores", _scores(prediction, computed)
    if prediction.criteria:
        yield "Criteria", _text(prediction.criteria)
    if details := list(_details(prediction)):
        yield "Details", _pairs(details)
    if prediction.source is not None:
        yield "Source", _source(prediction.source)
    if prediction.note:
        yield "Note", _text(prediction.note)


def _text(text: str) -> Text:
    return Text("\n".join(paragraphs(text)))


def _pairs(pairs: Sequence[tuple[str, str | Text]]) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for name, value in pairs:
        grid.add_row(Text(name), value if isinstance(value, Text) else Text(safe(value)))
    return grid


def _outcome(prediction: Prediction) -> RenderableType:
    ended = prediction.outcome
    assert ended is not None
    pairs: list[tuple[str, str | Text]] = [
        ("answer", Text(safe(wording.answer(prediction)), "bold")),
        ("decided", day(ended.decided)),
        ("recorded", day(ended.recorded)),
        ("judge", ended.judge or ""),
        ("reason", ended.reason or ""),
        *_evidence(ended.evidence),
        ("note", _text(ended.note) if ended.note else ""),
    ]
    for judgement in ended.judgements:
        pairs += _judgement(prediction, judgement)
    return _pairs([(name, value) for name, value in pairs if value])


def _evidence(evidence: Sequence[Evidence]) -> Iterator[tuple[str, str | Text]]:
    for each in evidence:
        yield "evidence", each.url
        yield "archived", each.archived or ""


def _judgement(prediction: Prediction, judgement: Judgement) -> Iterator[tuple[str, str | Text]]:
    """Yield what another judge says, which does not count."""
    who = f"{judgement.judge or 'another judge'} says"
    when = f" (on {judgement.recorded})" if judgement.recorded else ""
    yield who, f"{wording.answer_of(prediction, judgement.answer, None)}{when}; it does not count"
    yield from _evidence(judgement.evidence)
    yield "note", _text(judgement.note) if judgement.note else ""


def _forecasts(prediction: Prediction) -> RenderableType:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    standing = life.standing(prediction)
    for forecast in life.in_order(prediction.forecasts):
        stands = any(forecast is each for each in standing)
        statement = Text(safe(phrasing.value(prediction, forecast)), "bold" if stands else "")
        for line in _about(prediction, forecast, stands=stands):
            statement.append("\n").append_text(line)
        grid.add_row(Text(text_of(forecast.made), "dim"), statement)
    return Group(grid, *_moves(prediction))


BLOCKS = "▁▂▃▄▅▆▇█"


def _moves(prediction: Prediction) -> Iterator[Text]:
    """Yield how the chance of each forecaster moved who revised it: a small line of blocks."""
    stated: dict[str, list[float]] = {}
    for forecast in life.in_order(prediction.forecasts):
        if isinstance(forecast.probability, float | int):
            stated.setdefault(forecast.by, []).append(forecast.probability)
    for by, chances in stated.items():
        if len(chances) > 1:
            line = "".join(BLOCKS[min(7, int(8 * p))] for p in chances)
            moved = f"{percent(chances[0])} to {percent(chances[-1])}"
            yield Text(f"{safe(by)} moved {line} {moved} in {len(chances)} forecasts", "dim")


def _about(prediction: Prediction, forecast: Forecast, *, stands: bool) -> Iterator[Text]:
    origin = "" if forecast.origin == "stated" else f", {forecast.origin}"
    yield Text(f"{safe(forecast.by)}{origin}", "dim")
    is_number = phrasing.form(forecast) == "value"
    if forecast.words and is_number:
        yield Text(f'"{safe(forecast.words)}"', "italic")
    if forecast.paraphrase and (is_number or forecast.words):
        yield Text(f"reported: {safe(forecast.paraphrase)}")
    if forecast.rationale:
        yield _text(forecast.rationale)
    if forecast.source and forecast.source != prediction.source:
        yield _source(forecast.source, "dim")
    if forecast.recorded:
        yield Text(f"recorded {forecast.recorded}", "dim")
    if forecast.withdrawn:
        yield Text(f"withdrawn {text_of(forecast.withdrawn)}", "magenta")
    elif not stands:
        yield Text("revised since", "dim")


_HAPPENED: dict[float | None, str] = {None: "", 1: "yes", 0: "no"}


def _chances(stated: Sequence[Stated]) -> RenderableType:
    several = len({each.chance.by for each in stated}) > 1
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
    names = ("by", "chance", "of", "scheduled", "happened", "counts")
    for name in names if several else names[1:]:
        table.add_column(name, justify="right" if name == "chance" else "left")
    for each in stated:
        chance = each.chance
        happened = _HAPPENED.get(chance.happened, "in part")
        waits = each.reason == "early"
        counts = "from the day after" if waits else REASONS[each.reason]
        cells = (
            phrasing.chance(chance.stated),
            target(chance.target) if chance.kind == "numeric" else chance.target,
            day(chance.scheduled) or "never",
            happened,
            counts,
        )
        shown = (chance.by, *cells) if several else cells
        table.add_row(*(Text(safe(cell)) for cell in shown))
    return table


def _scores(prediction: Prediction, scored: Sequence[Score]) -> RenderableType:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(overflow="fold")
    for score in scored:
        text = Text(steps(prediction, score))
        if not score.counts:
            text.append(f"\n{REASONS[score.reason]}", "dim")
        grid.add_row(text)
    return grid


def _details(prediction: Prediction) -> Iterator[tuple[str, str | Text]]:
    if prediction.options:
        ordered = " (in order)" if prediction.ordered else ""
        yield "options", f"{', '.join(map(_option, offered(prediction)))}{ordered}"
    if prediction.rest:
        yield "rest", f"{prediction.rest} (stands for options that came later)"
    if prediction.review:
        yield "review", f"{prediction.review} (look again; has no part in scores)"
    if prediction.earliest:
        yield "earliest", f"{prediction.earliest} (the claim's own; has no part in scores)"
    if prediction.unit:
        yield "unit", prediction.unit
    if prediction.reference:
        value = phrasing.value(prediction, prediction.reference)
        parts = [part for part in (value, prediction.reference.note) if part]
        yield "reference", ": ".join(parts)
    if prediction.condition:
        yield "condition", wording.condition(prediction.condition)
    if prediction.family:
        yield "family", prediction.family
    if prediction.supersedes:
        yield "supersedes", prediction.supersedes
    if prediction.tags:
        yield "tags", ", ".join(prediction.tags)
    yield "file", prediction.path


def _option(option: Option) -> str:
    return option.name if option.added is None else f"{option.name} (added {option.added})"


def _source(source: Source, style: str = "") -> Text:
    text = Text(safe(wording.source(source)), style)
    if source.url:
        text.append(f"\n{safe(source.url)}", "dim")
    if source.archived:
        text.append(f"\n{safe(source.archived)} (a copy that stays)", "dim")
    return text

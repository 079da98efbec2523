"""Write the tables of an export that read whole records: of forecasts, and of chances."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from predtrack.dates import text_of
from predtrack.records.prediction import Forecast, Outcome, Prediction, Source
from predtrack.reports import scores as scoring
from predtrack.reports.chances import inside
from predtrack.reports.listing import Row
from predtrack.reports.sampling import Stated
from predtrack.reports.scores import Score
from predtrack.views import json
from predtrack.views.csv import Cells, Columns
from predtrack.views.text import day

FORECASTS = Columns(
    (
        *("id", "claim", "kind", "status", "by", "made", "origin", "words", "forecast"),
        *("deadline", "unit", "answer", "decided", "counts", "rule", "score", "hit", "family"),
        *("tags", "condition", "source_title", "source_url", "source_locator", "reason", "path"),
        *("paraphrase", "recorded", "withdrawn", "source_archived"),
        *("review", "options", "options_added", "rest", "condition_is", "judgements"),
        "scale",
    ),
    frozenset(
        {"claim", "by", "words", "unit", "family", "tags", "condition", "path", "paraphrase"}
        | {"source_title", "source_url", "source_locator", "source_archived", "rest"}
        | {"condition_is"}
    ),
)
CHANCES = Columns(
    (
        *("id", "by", "made", "kind", "family", "target", "probability", "phrase", "origin"),
        *("scheduled", "decided", "happened", "counts", "tags"),
    ),
    frozenset({"by", "family", "target", "phrase", "tags"}),
)

_NOWHERE = Source()


def forecasts(rows: Iterable[tuple[Row, Prediction, Sequence[Score]]]) -> Iterator[Cells]:
    """Yield a row for each forecast."""
    for row, prediction, scored in rows:
        ended = prediction.outcome
        head = (prediction.id, prediction.claim, prediction.kind, row.status)
        decided = day(ended.decided) if ended else ""
        ending = (row.deadline, prediction.unit, _answer(ended), decided)
        tail = (prediction.family, "; ".join(prediction.tags), _condition(prediction))
        about = _about(prediction)
        for score in scored:
            forecast = score.forecast
            yield (
                *head,
                forecast.by,
                text_of(forecast.made),
                score.origin,
                forecast.words,
                _statement(forecast),
                *ending,
                int(score.counts),
                score.rule,
                score.score,
                _hit(prediction, score),
                *tail,
                *_source(prediction.source, forecast.source),
                score.reason,
                prediction.path,
                *_beside(prediction, forecast),
                *about,
            )


def _beside(prediction: Prediction, forecast: Forecast) -> Cells:
    """Return a report's words, the days beside the one of the forecast, and the archived copy."""
    archived = (forecast.source or _NOWHERE).archived or (prediction.source or _NOWHERE).archived
    withdrawn = text_of(forecast.withdrawn) if forecast.withdrawn else ""
    return forecast.paraphrase or "", day(forecast.recorded), withdrawn, archived or ""


def _about(prediction: Prediction) -> Cells:
    """Return the day to look again, the options, how a condition must end, and other judges."""
    needs, ended = prediction.condition, prediction.outcome
    judgements = ended.judgements if ended else ()
    return (
        day(prediction.review),
        _compact(list(prediction.options)),
        _compact({name: added.isoformat() for name, added in prediction.options_added}),
        prediction.rest or "",
        needs.is_ if needs and needs.prediction else "",
        _compact([json.keys(each) for each in judgements]),
        "" if prediction.scale == "linear" else prediction.scale,
    )


def _compact(value: Any) -> str:
    """Return a list or a mapping as JSON in one cell; nothing for none."""
    return json.compact(value) if value else ""


def _statement(forecast: Forecast) -> str:
    stated = forecast.probability
    if isinstance(stated, float | int):  # most are one, and so it costs a tenth
        return f'{{"probability":{stated!r}}}'
    statement = json.statement(forecast)
    return json.compact(statement) if statement else ""


def _answer(ended: Outcome | None) -> Any:
    if ended is None:
        return ""
    answer = json.answer(ended)
    return json.compact(answer) if isinstance(answer, str) else answer


def _hit(prediction: Prediction, score: Score) -> Any:
    """Return 1 or 0 for a claim without a number and for a range, a share if it came in part."""
    interval = score.forecast.interval
    if prediction.outcome is None or score.reason in {"open", "void"}:
        return ""
    if interval is not None:
        hit = inside(prediction, interval)
    elif score.rule == "hit":
        hit = scoring.hit(prediction, score.forecast)
    else:
        hit = None
    return "" if hit is None else _whole(hit)


def _condition(prediction: Prediction) -> str:
    needs = prediction.condition
    return "" if needs is None else needs.prediction or needs.text or ""


def _source(default: Source | None, own: Source | None) -> Cells:
    """Return title, address and locator, each of the forecast's source, else the prediction's."""
    first, then = own or _NOWHERE, default or _NOWHERE
    return (
        first.title or then.title or "",
        first.url or then.url or "",
        first.locator or then.locator or "",
    )


def chances(rows: Iterable[tuple[Row, Prediction, Sequence[Stated]]]) -> Iterator[Cells]:
    """Yield a row for each stated chance of every forecast."""
    for _, prediction, stated in rows:
        tags = "; ".join(prediction.tags)
        for chance, _, reason in stated:
            phrase = chance.phrase
            yield (
                chance.id,
                chance.by,
                text_of(chance.made),
                chance.kind,
                chance.family,
                chance.target,
                None if phrase else chance.stated,
                phrase,
                chance.origin,
                day(chance.scheduled),
                day(chance.decided),
                _whole(chance.happened),
                int(not reason),
                tags,
            )


def _whole(happened: float | None) -> Any:
    return happened if happened not in {0, 1} else int(happened or 0)

"""Make rows of predictions: where each stands on a day, and for how long it stays so."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, NamedTuple

from predtrack.dates import day_of, order_of
from predtrack.records import life, phrasing
from predtrack.records.life import ByID
from predtrack.records.names import joined
from predtrack.records.prediction import Forecast, Outcome, Prediction
from predtrack.reports.listing import (
    BETWEEN,
    CUT,
    HEAD,
    LONG_AGO,
    TODAY,
    Day,
    Details,
    Known,
    Row,
    Standing,
    detailed,
)


def by_names_shown(folder: Known, names: Mapping[str, str]) -> Known:
    """Return what is known by the names shown: rows, and so whatever a report makes of them."""
    if not names:
        return folder
    rows = []
    for each, details in detailed(folder.rows):
        if any(by in names for by in details.by):
            prediction = joined(folder.predictions[each.id], names)
            rows.append(row(prediction, folder.predictions, folder.day))
        else:
            rows.append(each)
    return replace(folder, rows=rows, names=names)


class Lasting(NamedTuple):
    """A row, None before anything was forecast, and the days from and to which it stays so."""

    row: list[str] | None  # the texts it is made of
    since: Day
    until: Day
    others: tuple[str, ...]  # the ids of the predictions that it hangs on too
    unknown: int  # how many forecasts and outcomes are not known yet on these days


def known(predictions: ByID, day: date) -> Known:
    """Return what is known of predictions on a day."""
    every = predictions.values()
    rows = [row(each, predictions, day) for each in every if life.exists(each, day)]
    return Known(day, rows, predictions, sum(life.unknown(each, day) for each in every))


def lasting(prediction: Prediction, others: ByID, day: date) -> Lasting:
    """Return the row of a prediction on a day, and how long it lasts."""
    texts = row(prediction, others, day).kept() if life.exists(prediction, day) else None
    above = life.conditions_above(prediction, others)
    turns = life.turns(prediction)
    for other in above:
        turns |= life.turns(others[other]) if other in others else set()
    since = max((turn for turn in turns if turn <= day), default=date.min)
    until = min((turn for turn in turns if turn > day), default=None)
    last = date.max if until is None else until - timedelta(1)
    hidden = life.unknown(prediction, day)
    return Lasting(texts, since.isoformat(), last.isoformat(), tuple(above), hidden)


def row(prediction: Prediction, others: ByID, day: date) -> Row:
    """Return the row of one prediction: where it stands on a day."""
    then = life.known(prediction, day)
    status = life.status(then, others, day)
    ended = status in {"void", "resolved"}
    coming = next(iter(life.undecided_days(then)), None) if not ended else None
    deadline = life.deadline(then)
    standing = life.standing(then)
    words = [phrasing.value(then, each) for each in standing]
    return Row(
        id=then.id,
        path=then.path,
        status=status,
        next=coming.isoformat() if coming else None,
        deadline=deadline.isoformat() if deadline else None,
        cells=_cells(dict.fromkeys([each.by for each in standing]), words, then.claim),
        packed=_packed(
            kind=then.kind,
            answer=_answer(then.outcome),
            decided=_decided(then.outcome, day),
            family=then.family,
            tags=list(then.tags),
            forecasts=len(then.forecasts),
            review=then.review.isoformat() if then.review else None,
            early=_early(then, status, day),
            unit=then.unit,
            by=list(dict.fromkeys([forecast.by for forecast in then.forecasts])),
            stands=[_standing(each, text) for each, text in zip(standing, words, strict=True)],
            days=[each.isoformat() for each in life.scheduled_days(then)],
            newest=max(
                (order_of(each.made) for each in then.forecasts), default=LONG_AGO
            ).isoformat(),
        ),
        days_left=(coming - day).days if coming else None,
    )


def _standing(forecast: Forecast, value: str) -> list[str]:
    made_on = day_of(forecast.made).isoformat()
    return [*Standing(forecast.by, forecast.origin, value, phrasing.form(forecast), made_on)]


def _cells(names: Iterable[str], words: Iterable[str], claim: str) -> str:
    shown = ["; ".join(each).replace(BETWEEN, "\\x1f") for each in (names, words)]
    return BETWEEN.join((*shown, claim))


def _packed(**details: Any) -> str:
    """Return the details as JSON, with a sign where those end that a table needs."""
    fields = Details(**details)
    parts = (_listed(fields[:HEAD]), _listed(fields[HEAD:]))
    return f"[{parts[0]}{CUT},{parts[1]}]"


def _listed(values: Sequence[Any]) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))[1:-1]


def _answer(ended: Outcome | None) -> str | float | None:
    if ended is None:
        return None
    return ended.answer.isoformat() if isinstance(ended.answer, date) else ended.answer


def _decided(ended: Outcome | None, day: date) -> Day | None:
    """Return the day of the decision, or TODAY where that is the day of the row.

    Of what is known to have ended later, a row states only that it had not by its day. It states
    that anew each day, and nothing else of the row changes.
    """
    if ended is None or ended.decided is None:
        return None
    return TODAY if ended.decided == day else ended.decided.isoformat()


def _early(prediction: Prediction, status: str, day: date) -> bool:
    """Return whether something was decided whose scheduled day has not passed."""
    if status == "void" or prediction.outcome is None:
        return False
    days = life.scheduled_days(prediction)
    return any(life.decides(prediction, at) and day <= at for at in days)

"""Turn a question and the forecasts of it into the keys and values of a file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from typing import Any

from predtrack import dates
from predtrack.dates import order_of
from predtrack.errors import Misread
from predtrack.importers import Imported, fields, options
from predtrack.importers.metaculus import grid
from predtrack.importers.metaculus.question import Question, Stated, identity
from predtrack.importers.times import Times
from predtrack.records.platform import BOTS, LATE_OPTIONS, SPOT_TIME

DEADLINE = "no day is said on which it is to resolve: the day it was scheduled to close is taken"
DECIDED = "no time is said at which the answer was known: the day it closed is taken"
BELOW = "it resolved below the range of days, and no day is said: record the outcome by hand"
DAYS = "a cdf over times is written by days: the platform's scores of it cannot be computed"
UTC_DAYS = "the days that are asked for, and the day of the answer, are those of UTC in any zone"

_VOID = {"annulled", "ambiguous"}
_SIDES = {"below_lower_bound": "below", "above_upper_bound": "above"}

Value = dict[str, Any]


def imported(question: Question, stated: Sequence[Stated]) -> Imported:
    """Return the record of a question, with its forecasts from the first to the last."""
    ordered = sorted(stated, key=lambda each: order_of(dates.moment(each.start)))
    forecasts = _forecasts(question, ordered)
    outcome, remarks = _outcome(question, forecasts)
    keys = _head(question, ordered)
    if question.kind == "choice":
        keys |= _options(question, forecasts)
    keys |= {"outcome": outcome, "forecasts": forecasts}
    if question.kind != "date" and question.resolves is None and question.scheduled:
        remarks.append(DEADLINE)
    if question.kind == "date":
        remarks += [DAYS, UTC_DAYS]
    is_close = question.kind != "date" and question.resolves is None
    stand_ins = frozenset({"deadline"}) if is_close else frozenset()
    keys["forecasts"] = fields.once(forecasts)
    own, record = identity(question.id), fields.present(keys)
    return Imported(own, record, tuple(remarks), lacks=question.lacks, stand_ins=stand_ins)


def _head(question: Question, stated: Sequence[Stated]) -> Value:
    is_date = question.kind == "date"
    published = fields.day(question.published)
    source = {"title": "Metaculus", "url": question.url, "published": published}
    return {
        "claim": _claim(question),
        "kind": question.kind,
        "criteria": question.criteria,
        "unit": question.unit if question.kind == "numeric" else None,
        **(_scale(question, stated) if question.kind == "numeric" else {}),
        "opened": question.opened,
        "closed": question.closed,
        "scheduled_close": question.scheduled,
        "deadline": None if is_date else fields.day(question.resolves or question.scheduled),
        "family": f"metaculus-post-{question.post}" if question.label else None,
        "condition": {"text": question.condition} if question.condition else None,
        "source": fields.present(source),
        **_own(question, stated),
    }


def _options(question: Question, forecasts: Sequence[Value]) -> Value:
    """Return the options, those that came later with their day, and which one is the rest."""
    listed, later = options.offered(question.options, forecasts, question.since)
    last = question.options[-1] if question.options else None
    return {"options": listed, "rest": last if later and last not in later else None}


def _claim(question: Question) -> str:
    label = question.label
    return question.title if not label or label in question.title else f"{question.title} ({label})"


def _own(question: Question, stated: Sequence[Stated]) -> Value:
    """Return what the format has no key for."""
    bots = sorted({each.by for each in stated if each.is_bot})
    closed = question.closed or question.scheduled
    return {
        "x-metaculus-post": question.post,
        "x-metaculus-project": question.project,
        "x-metaculus-type": question.type if question.type == "discrete" else None,
        "x-metaculus-weight": None if question.weight in {"1.0", "1"} else question.weight,
        SPOT_TIME: question.spot if _is_before(question.spot, closed) else None,
        BOTS: None if question.pools_bots else bots,
        LATE_OPTIONS: list(question.taken_away),
    }


def _is_before(first: str | None, then: str | None) -> bool:
    if first is None or then is None:
        return first is not None
    return order_of(dates.moment(first)) < order_of(dates.moment(then))


def _scale(question: Question, stated: Sequence[Stated]) -> Value:
    places = grid.edges(question, len(stated[0].cdf))
    bounds = {"low": places[0], "high": places[-1]}
    ends = {"open_low": question.open_low, "open_high": question.open_high}
    return {"scale": "log" if grid.is_log(places) else "linear", "range": bounds | ends}


def _forecasts(question: Question, ordered: Sequence[Stated]) -> list[Value]:
    """Return the forecasts, withdrawn where one ends before the close and no other follows."""
    last = question.closed or question.scheduled
    next_of: dict[str, str] = {}
    forecasts: list[Value] = []
    for each in reversed(ordered):
        value: Value = {"by": each.by, "made": each.start, **_value(question, each)}
        follows = next_of.get(each.by)
        ends_first = each.end is not None and not _is_before(follows or last, each.end)
        if ends_first and each.end != follows:
            value["withdrawn"] = each.end
        next_of[each.by] = each.start
        forecasts.append(value)
    return forecasts[::-1]


def _value(question: Question, each: Stated) -> Value:
    if question.kind == "binary" and each.yes is not None:
        return {"probability": each.yes}
    if question.kind == "choice" and each.shares:
        if len(each.shares) != len(question.options):
            message = f"{len(each.shares)} probabilities of {len(question.options)} options"
            raise Misread("options", message, "download it again")
        pairs = zip(question.options, each.shares, strict=True)
        return {"probabilities": {name: share for name, share in pairs if share is not None}}
    if question.kind == "numeric" and each.cdf:
        places = grid.edges(question, len(each.cdf))
        return {"cdf": {repr(at): p for at, p in zip(places, each.cdf, strict=True)}}
    if question.kind == "date" and each.cdf:
        days = grid.by_day(grid.edges(question, len(each.cdf)), each.cdf)
        return {"cdf": {day.isoformat(): p for day, p in days}}
    raise Misread("forecast", f"the forecast of {each.by} has no value", "download it again")


def _outcome(question: Question, forecasts: Sequence[Value]) -> tuple[Value | None, list[str]]:
    """Return how it ended, and what is to be said of that."""
    resolution = question.resolution
    if resolution is None:
        return None, []
    known_on = fields.day(question.known_at)
    decided = known_on or fields.day(question.closed or question.scheduled)
    remarks = [] if known_on else [DECIDED]
    if resolution in _VOID:
        return fields.present({"answer": "void", "decided": decided, "reason": resolution}), remarks
    if question.kind == "date":
        return _date_outcome(resolution, decided, forecasts, remarks)
    answer: Any = resolution
    if question.kind == "numeric":
        answer = _SIDES.get(resolution) or fields.number(resolution, "the resolution")
    return {"answer": answer, "decided": decided}, remarks


def _date_outcome(
    resolution: str, decided: str | None, forecasts: Sequence[Value], remarks: list[str]
) -> tuple[Value | None, list[str]]:
    if resolution == "below_lower_bound":
        return None, [*remarks, BELOW]
    if resolution == "above_upper_bound":
        last = max(day for each in forecasts for day in each["cdf"])
        return {"answer": "no", "decided": last}, remarks
    happened = Times(UTC).day(resolution, "the resolution") or ""
    return {"answer": happened, "decided": max(happened, decided or "")}, remarks

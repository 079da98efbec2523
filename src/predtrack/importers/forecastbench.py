"""Read ForecastBench's question, forecast and resolution sets together as records.

A question is one of a set, at one resolution date. Values in between (`resolved: false`) are no
outcomes. A market's value when the questions were frozen is the reference of the record.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from predtrack.errors import Misread, UnreadableError
from predtrack.importers import OPEN, Imported, Source, Unread, content, fields, kinds
from predtrack.importers.times import Times, stamp

PLATFORM = "forecastbench"

DUE_DAY = "a forecast set has no times: the day its forecasts were due is taken as made"
INTERIM = "its value so far is no outcome, and left out"
PAIR = "a combination of two questions: it holds where each turns out as its direction says"

Entry = tuple[str, dict[str, Any]]  # where it stands, and what it says
Key = tuple[str, tuple[str, ...], tuple[int, ...]]  # source, ids, directions


About = tuple[str, Key, str]  # the day that forecasts were due, the question, the day it resolves


@dataclass(slots=True)
class Sets:
    """The entries of the files, by the day on which forecasts were due."""

    questions: dict[str, dict[Key, list[Entry]]] = field(default_factory=dict)
    resolutions: dict[str, dict[Key, list[Entry]]] = field(default_factory=dict)
    forecasts: dict[About, list[Entry]] = field(default_factory=dict)
    places: dict[About, str] = field(default_factory=dict)


def imported(sources: Sequence[Source], times: Times) -> Iterator[Imported | Unread]:
    """Yield the records of the files together, a question and resolution date at a time."""
    sets = Sets()
    for source in sources:
        yield from _sort(source, sets)
    if not sets.forecasts:
        names = ", ".join(source.name for source in sources)
        raise UnreadableError(f"{names}: no forecasts in it; name a forecast set too")
    for about in sets.forecasts:
        place = sets.places[about]
        yield from fields.attempted(place, partial(_records, about, sets), times)


def _sort(source: Source, sets: Sets) -> Iterator[Unread]:
    """Put the entries of a file where they belong; yield those that cannot be read."""
    document = content.document(source)
    kinds.refuse_other(source.name, document, PLATFORM)
    lists = ("questions", "forecasts", "resolutions") if isinstance(document, dict) else ()
    names = [name for name in lists if isinstance(document.get(name), list)]
    due = _due(document) if names else None
    if due is None:
        needs = "it needs a list of questions, forecasts or resolutions, and a day they were due"
        raise UnreadableError(f"{source.name} is no set of ForecastBench: {needs}")
    for number, entry in enumerate(document[names[0]], start=1):
        place = f"{source.name}, entry {number}"
        try:
            _take(names[0], due, fields.mapping(entry, "it"), (place, document, sets))
        except Misread as error:
            yield Unread(place, str(error))


def _due(document: dict[str, Any]) -> str | None:
    """Return the day forecasts were due: as written, else as the question set's name begins."""
    named = document.get("question_set", document.get("question-set"))
    for value in (document.get("forecast_due_date"), str(named)[:10]):
        try:
            if on := stamp(value, "forecast_due_date"):
                return on[:10]
        except Misread:
            continue
    return None


def _take(
    name: str, due: str, entry: dict[str, Any], where: tuple[str, dict[str, Any], Sets]
) -> None:
    place, document, sets = where
    key = _key(entry)
    if name == "questions":
        versions = sets.questions.setdefault(due, {}).setdefault(key, [])
        if all(entry != each for _, each in versions):
            versions.append((place, entry))
    elif name == "resolutions":
        sets.resolutions.setdefault(due, {}).setdefault(key, []).append((place, entry))
    else:
        about, by = (due, key, _date(entry) or ""), _by(document, entry)
        sets.forecasts.setdefault(about, []).append((by, entry))
        sets.places.setdefault(about, place)


def _key(entry: dict[str, Any]) -> Key:
    """Return what tells a question from others: source, ids, and of a pair the directions."""
    own = entry.get("id")
    ids = tuple(fields.needed(each, "id") for each in (own if isinstance(own, list) else [own]))
    directions = entry.get("direction")
    signs = (
        tuple(1 if each == 1 else -1 for each in directions) if isinstance(directions, list) else ()
    )
    if len(ids) > 1 and len(signs) != len(ids) and "question" not in entry:
        raise Misread("value", "a pair has no direction", "export it again")
    return fields.needed(entry.get("source"), "source"), ids, signs if len(ids) > 1 else ()


def _date(entry: dict[str, Any]) -> str | None:
    """Return the day of resolution as it is written: the platform asks by days, in no zone."""
    value = entry.get("resolution_date")
    return fields.day(stamp(None if value == "N/A" else value, "resolution_date"))


def _by(document: dict[str, Any], entry: dict[str, Any]) -> str:
    """Return who forecast: a person by its id, a model by its name and by whom it was run."""
    if person := fields.label(entry.get("user_id"), "user_id"):
        return person
    model, runner, maker = (
        fields.label(document.get(name), name)
        for name in ("model", "organization", "model_organization")
    )
    if model is None:
        return fields.needed(runner, "model")
    return model if runner is None or runner in {model, maker} else f"{model} ({runner})"


def _records(about: About, sets: Sets, times: Times) -> Iterator[Imported]:
    """Yield the record of a question at a date, once more for each thing said otherwise of it."""
    due, (source, ids, signs), on = about
    questions = sets.questions.get(due, {})
    versions = questions.get((source, ids, ())) or questions.get((source, ids, signs)) or []
    parts = [questions.get((source, (each,), ())) for each in ids] if len(ids) > 1 else []
    alone = [None if each is None else each[0][1] for each in parts]
    if not versions and (not alone or None in alone):
        what = f"its question is in none of the files: name the question set of {due} too"
        raise Misread("question", what, "it has the texts")
    remarks = [DUE_DAY, *([PAIR] if len(ids) > 1 else [])]
    rows = sets.resolutions.get(due, {}).get(about[1], [])
    ends = _outcomes(rows, on, remarks)
    for number in range(max(len(versions), len(ends), 1)):
        place, question = versions[min(number, len(versions) - 1)] if versions else ("", None)
        end, outcome = ends[min(number, len(ends) - 1)] if ends else ("", None)
        record = _record_at(about, question, alone, times) | {"outcome": outcome}
        forecasts = [_forecast(by, due, entry) for by, entry in sets.forecasts[about]]
        whole = fields.present(record) | {"forecasts": forecasts}
        at = end if len(ends) > 1 else place if len(versions) > 1 else ""
        lacks = OPEN if rows and not ends else frozenset[str]()
        yield Imported(_identity(*about), whole, tuple(remarks), place=at, lacks=lacks)


def _record_at(
    about: About, question: dict[str, Any] | None, parts: list[Any], times: Times
) -> dict[str, Any]:
    """Return what a record says of a question, but for its outcome and the forecasts."""
    due, (source, ids, signs), on = about
    record = _record(question or {}, due, on, times)
    if len(ids) > 1:
        record |= _pair(question, parts, signs, (due, on))
    return record | {
        "kind": "binary",
        "family": f"{PLATFORM}-{source}-{ids[0] if len(ids) == 1 else _digest(*ids)}",
        "tags": [fields.label(source, "source")],
        "x-forecastbench-id": ", ".join(ids),
        "x-forecastbench-set": due,
    }


def _identity(due: str, key: Key, on: str) -> str:
    source, ids, signs = key
    ends = [on] if on else []
    whole = fields.identity(PLATFORM, due, source, *ids, *ends)
    plain = "-".join([PLATFORM, due, source, *ids, *ends]).lower()
    if len(ids) == 1 and whole == plain:
        return whole
    return fields.identity(PLATFORM, due, source, _digest(*ids, *map(str, signs)), *ends)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


def _forecast(by: str, due: str, entry: dict[str, Any]) -> dict[str, Any]:
    share = fields.share(entry.get("forecast"), "forecast")
    reasoning = fields.text(entry.get("reasoning"), "reasoning")
    return fields.present({"by": by, "made": due, "rationale": reasoning}) | {"probability": share}


def _question_text(question: dict[str, Any], dates: tuple[str, str]) -> str:
    """Return the question with the dates in it that it has places for."""
    template = fields.needed(question.get("question"), "question")
    filled = template.replace("{forecast_due_date}", dates[0])
    return filled.replace("{resolution_date}", dates[1]) if dates[1] else filled


def _pair(
    question: dict[str, Any] | None, parts: list[Any], signs: Sequence[int], dates: tuple[str, str]
) -> dict[str, Any]:
    """Return what a record says of a pair: which of the two turns out yes, and which no."""
    within = question.get("combination_of") if question else None
    if None in parts and isinstance(within, list) and len(within) == len(signs):
        parts = [fields.mapping(each, "combination_of") for each in within]
    if None in parts:
        raise Misread("question", "the two questions of a pair are not there", "name their set")
    directions = [
        f"{'yes' if sign == 1 else 'no'} to “{_question_text(part, dates)}”"
        for part, sign in zip(parts, signs, strict=True)
    ]
    criteria = [fields.text(each.get("resolution_criteria"), "criteria") for each in parts]
    both = "\n\n".join(filter(None, dict.fromkeys(criteria)))
    return {"claim": " and ".join(directions), "criteria": both, "reference": None}


def _record(question: dict[str, Any], due: str, on: str, times: Times) -> dict[str, Any]:
    closes = question.get("market_info_close_datetime")
    close = times.instant(None if closes == "N/A" else closes, "market_info_close_datetime")
    url = fields.label(question.get("url"), "url")
    background = fields.text(question.get("background"), "background")
    return {
        "claim": _question_text(question, (due, on)) if question else "",
        "criteria": fields.text(question.get("resolution_criteria"), "resolution_criteria"),
        "note": None if background == "N/A" else background,
        "scheduled_close": close,
        "deadline": on or fields.day(close),
        "source": fields.present({"title": "ForecastBench", "url": url if url != "N/A" else None}),
        "reference": _reference(question),
    }


def _reference(question: dict[str, Any]) -> dict[str, Any] | None:
    """Return what stood when questions were frozen: of a market a probability, else a number."""
    value = fields.text(question.get("freeze_datetime_value"), "freeze_datetime_value")
    if value in {None, "N/A"}:
        return None
    explanation = fields.text(
        question.get("freeze_datetime_value_explanation"), "freeze explanation"
    )
    note = " ".join(filter(None, ["when the question was frozen:", value, explanation]))
    if question.get("resolution_dates") in (None, "N/A", []):
        try:
            return {"probability": fields.share(value, "freeze_datetime_value"), "note": note}
        except Misread:
            return {"note": note}
    return {"note": note}


def _outcomes(
    rows: Sequence[Entry], on: str, remarks: list[str]
) -> list[tuple[str, dict[str, Any]]]:
    """Return the outcomes that are final on the resolution date, or for a market on any day.

    More than one is a contradiction.
    """
    ends: dict[float, tuple[str, dict[str, Any]]] = {}
    interim = None
    for place, row in rows:
        date, value = _date(row), row.get("resolved_to")
        if value is None or date is None or (on and date != on):
            continue
        share = fields.share(value, "resolved_to")
        if row.get("resolved") is True:
            answer = {0.0: "no", 1.0: "yes"}.get(share, share)
            ends.setdefault(share, (place, {"answer": answer, "decided": date}))
        else:
            interim = f"{INTERIM}: {share:g} on {date}"
    if interim and not ends:
        remarks.append(interim)
    return list(ends.values())

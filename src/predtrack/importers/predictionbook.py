"""PredictionBook's saved JSON or CSV -> records.

The JSON has your responses; the CSV has none, only the mean confidence of everybody, which is
kept as the reference of the record.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from predtrack import dates
from predtrack.errors import Misread, UnreadableError
from predtrack.importers import OPEN, Imported, Source, Unread, content, fields, kinds, options
from predtrack.importers.options import Said
from predtrack.importers.times import Times

PLATFORM = "predictionbook"
COLUMNS = ("created_at", "deadline", "description", "id", "mean_confidence", "outcome")
OUTCOMES = {"true": "yes", "True": "yes", "false": "no", "False": "no"}

NO_FORECASTS = (
    "PredictionBook's CSV has no forecasts in it, only the mean of everybody's: it is kept as the"
    " reference; your own are in the JSON of /api/my_predictions"
)
UNKNOWN = "it was judged as unknown: taken as void, ambiguous"
WITHDRAWN = "it was withdrawn: taken as void, annulled"
UNDATED = "it has no day of judgement: taken as the later of its deadline and its last change"


def imported(sources: Sequence[Source], times: Times) -> Iterator[Imported | Unread]:
    """The records of the files, a prediction at a time."""
    for source in sources:
        held = content.text(source)
        if content.is_json(held):
            yield from _of_document(source, held, times)
            continue
        kinds.refuse_other_table(source.name, content.columns(source, held), PLATFORM)
        for row in content.table(source, held, COLUMNS):
            if isinstance(row, Unread):
                yield row
            else:
                place, cells = row
                yield from fields.attempted(place, partial(_of_row, cells), times)


def _of_document(source: Source, held: str, times: Times) -> Iterator[Imported | Unread]:
    found = content.document(source, held)
    kinds.refuse_other(source.name, found, PLATFORM)
    predictions = found.get("predictions") if isinstance(found, dict) else None
    if not isinstance(predictions, list) or not isinstance(found.get("user"), dict):
        told = "save what /api/my_predictions answers"
        raise UnreadableError(f"{source.name} holds no predictions of PredictionBook; {told}")
    user = found["user"]
    for number, entry in enumerate(predictions, start=1):
        place = f"{source.name}, prediction {number}"
        yield from fields.attempted(place, partial(_of_entry, entry, user), times)


def _of_row(cells: dict[str, str], times: Times) -> Iterator[Imported]:
    record, remarks = _record(cells, times)
    mean = fields.text(cells["mean_confidence"], "mean_confidence")
    if mean is not None:
        note = "the mean confidence of everybody on PredictionBook"
        record["reference"] = {
            "probability": fields.share(mean, "mean_confidence", "%"),
            "note": note,
        }
    own = fields.identity(PLATFORM, cells["id"])
    whole = record | {"forecasts": []}
    yield Imported(own, whole, (NO_FORECASTS, *remarks), lacks=_lacks(record))


def _of_entry(entry: object, me: dict[str, Any], times: Times) -> Iterator[Imported]:
    held = fields.mapping(entry, "the prediction")
    mine = me.get("user_id")
    name = fields.label(me.get("name"), "the user's name") or fields.needed(mine, "user_id")
    record, remarks = _record(held, times)
    said, comments, others = [], [], 0
    for each in fields.listing(held.get("responses"), "responses"):
        response = fields.mapping(each, "a response")
        if response.get("user_id") != mine:
            others += 1
        elif response.get("confidence") is not None:
            said.append(_said(response, name, times))
        elif told := fields.text(response.get("comment"), "comment"):
            when = times.day(response.get("created_at"), "created_at")
            comments.append(f"{when}: {told}")
    if others:
        remarks.append(f"left out: {others} of the responses, by other people")
    record |= {"note": "\n".join(comments)} if comments else {}
    forecasts = fields.once([options.forecast(each) for each in options.in_order(said)])
    own = fields.identity(PLATFORM, held.get("id"))
    whole = record | {"forecasts": forecasts}
    yield Imported(own, whole, tuple(remarks), lacks=_lacks(record))


def _lacks(record: dict[str, Any]) -> frozenset[str]:
    return frozenset() if "outcome" in record else OPEN


def _said(response: dict[str, Any], name: str, times: Times) -> Said:
    made = times.instant(response.get("created_at"), "created_at")
    if made is None:
        raise Misread("missing", "a response has no created_at", "export it again")
    share = fields.share(response["confidence"], "confidence", "%")
    told = fields.text(response.get("comment"), "comment")
    return Said(name, made, share, rationale=told)


def _record(held: dict[str, Any], times: Times) -> tuple[dict[str, Any], list[str]]:
    """What both forms of export say of a prediction, and what they leave open."""
    own = fields.needed(held.get("id"), "id")
    title = fields.text(held.get("description_with_group"), "description_with_group")
    deadline = times.instant(held.get("deadline"), "deadline")
    outcome, remarks = _outcome(held, deadline, times)
    record = {
        "claim": title or fields.needed(held.get("description"), "description"),
        "kind": "binary",
        "opened": times.instant(held.get("created_at"), "created_at"),
        "deadline": fields.day(deadline),
        "source": {
            "title": "PredictionBook",
            "url": f"https://predictionbook.com/predictions/{own}",
        },
        "outcome": outcome,
        "x-predictionbook-id": own,
        "x-predictionbook-uuid": fields.label(held.get("uuid"), "uuid"),
        "x-predictionbook-deadline": deadline,
        "x-predictionbook-creator": fields.label(held.get("creator_label"), "creator_label"),
        "x-predictionbook-group": fields.label(held.get("prediction_group_id"), "group"),
    }
    return fields.present(record), remarks


def _outcome(
    held: dict[str, Any], deadline: str | None, times: Times
) -> tuple[dict[str, Any] | None, list[str]]:
    if _word(held, "withdrawn") in {"true", "True"}:
        return {"answer": "void", "reason": "annulled"}, [WITHDRAWN]
    word = _word(held, "outcome")
    judged = times.instant(held.get("last_judgement_at"), "last_judgement_at")
    if word in OUTCOMES:
        changed = times.instant(held.get("updated_at"), "updated_at")
        latest = max(filter(None, [deadline, changed]), key=_order, default=None)
        on = fields.day(judged or fields.needed(latest, "last_judgement_at"))
        outcome = {"answer": OUTCOMES[word], "decided": on, "recorded": on}
        return outcome, [] if judged else [UNDATED]
    if word not in {"", "unknown"}:
        raise Misread("answer", f'"{word[:60]}" is no outcome', "it is true, false or empty")
    if word or judged:
        return {"answer": "void", "reason": "ambiguous"}, [UNKNOWN]
    return None, []


def _order(when: str) -> datetime:
    return dates.order_of(dates.moment(when))


def _word(held: dict[str, Any], name: str) -> str:
    """The word of a field that holds true, false or nothing, in text or as such."""
    value = held.get(name)
    return str(value) if isinstance(value, bool) else fields.text(value, name) or ""

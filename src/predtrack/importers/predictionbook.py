"""Read PredictionBook's saved JSON or CSV as records.

The JSON has your responses; the CSV has none, only the mean confidence of everybody, which is
kept as the reference of the record.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from predtrack import dates
from predtrack.errors import Misread, UnreadableError
from predtrack.importers import OPEN, Imported, Source, Unread, content, fields, kinds, options
from predtrack.importers.options import StatedShare
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
    """Yield the records of the files, a prediction at a time."""
    for source in sources:
        text = content.text(source)
        if content.is_json(text):
            yield from _of_document(source, text, times)
            continue
        kinds.refuse_other_table(source.name, content.columns(source, text), PLATFORM)
        for row in content.table(source, text, COLUMNS):
            if isinstance(row, Unread):
                yield row
            else:
                place, cells = row
                yield from fields.attempted(place, partial(_of_row, cells), times)


def _of_document(source: Source, text: str, times: Times) -> Iterator[Imported | Unread]:
    document = content.document(source, text)
    kinds.refuse_other(source.name, document, PLATFORM)
    predictions = document.get("predictions") if isinstance(document, dict) else None
    if not isinstance(predictions, list) or not isinstance(document.get("user"), dict):
        remedy = "save what /api/my_predictions answers"
        raise UnreadableError(f"{source.name} holds no predictions of PredictionBook; {remedy}")
    user = document["user"]
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
    prediction = fields.mapping(entry, "the prediction")
    mine = me.get("user_id")
    name = fields.label(me.get("name"), "the user's name") or fields.needed(mine, "user_id")
    record, remarks = _record(prediction, times)
    shares, comments, others = [], [], 0
    for each in fields.listing(prediction.get("responses"), "responses"):
        response = fields.mapping(each, "a response")
        if response.get("user_id") != mine:
            others += 1
        elif response.get("confidence") is not None:
            shares.append(_stated_share(response, name, times))
        elif comment := fields.text(response.get("comment"), "comment"):
            when = times.day(response.get("created_at"), "created_at")
            comments.append(f"{when}: {comment}")
    if others:
        remarks.append(f"left out: {others} of the responses, by other people")
    record |= {"note": "\n".join(comments)} if comments else {}
    forecasts = fields.once([options.forecast(each) for each in options.in_order(shares)])
    own = fields.identity(PLATFORM, prediction.get("id"))
    whole = record | {"forecasts": forecasts}
    yield Imported(own, whole, tuple(remarks), lacks=_lacks(record))


def _lacks(record: dict[str, Any]) -> frozenset[str]:
    return frozenset() if "outcome" in record else OPEN


def _stated_share(response: dict[str, Any], name: str, times: Times) -> StatedShare:
    made_at = times.instant(response.get("created_at"), "created_at")
    if made_at is None:
        raise Misread("missing", "a response has no created_at", "export it again")
    share = fields.share(response["confidence"], "confidence", "%")
    comment = fields.text(response.get("comment"), "comment")
    return StatedShare(name, made_at, share, rationale=comment)


def _record(prediction: dict[str, Any], times: Times) -> tuple[dict[str, Any], list[str]]:
    """Return what both forms of export say of a prediction, and what they leave open."""
    own = fields.needed(prediction.get("id"), "id")
    title = fields.text(prediction.get("description_with_group"), "description_with_group")
    deadline = times.instant(prediction.get("deadline"), "deadline")
    outcome, remarks = _outcome(prediction, deadline, times)
    record = {
        "claim": title or fields.needed(prediction.get("description"), "description"),
        "kind": "binary",
        "opened": times.instant(prediction.get("created_at"), "created_at"),
        "deadline": fields.day(deadline),
        "source": {
            "title": "PredictionBook",
            "url": f"https://predictionbook.com/predictions/{own}",
        },
        "outcome": outcome,
        "x-predictionbook-id": own,
        "x-predictionbook-uuid": fields.label(prediction.get("uuid"), "uuid"),
        "x-predictionbook-deadline": deadline,
        "x-predictionbook-creator": fields.label(prediction.get("creator_label"), "creator_label"),
        "x-predictionbook-group": fields.label(prediction.get("prediction_group_id"), "group"),
    }
    return fields.present(record), remarks


def _outcome(
    prediction: dict[str, Any], deadline: str | None, times: Times
) -> tuple[dict[str, Any] | None, list[str]]:
    if _word(prediction, "withdrawn") in {"true", "True"}:
        return {"answer": "void", "reason": "annulled"}, [WITHDRAWN]
    word = _word(prediction, "outcome")
    judged = times.instant(prediction.get("last_judgement_at"), "last_judgement_at")
    if word in OUTCOMES:
        changed = times.instant(prediction.get("updated_at"), "updated_at")
        last = [each for each in (deadline, changed) if each]
        latest = max(last, key=lambda each: dates.order_of(dates.moment(each)), default=None)
        on = fields.day(judged or fields.needed(latest, "last_judgement_at"))
        outcome = {"answer": OUTCOMES[word], "decided": on, "recorded": on}
        return outcome, [] if judged else [UNDATED]
    if word not in {"", "unknown"}:
        raise Misread("answer", f'"{word[:60]}" is no outcome', "it is true, false or empty")
    if word or judged:
        return {"answer": "void", "reason": "ambiguous"}, [UNKNOWN]
    return None, []


def _word(prediction: dict[str, Any], name: str) -> str:
    """Return the word of a field that holds true, false or nothing, in text or as such."""
    value = prediction.get(name)
    return str(value) if isinstance(value, bool) else fields.text(value, name) or ""

"""Read Fatebook's CSV export, or what its API's getQuestions answers, as records.

The CSV has no ids: a question is a title, a time and an author, and its id a hash of them. Times
are the server's, written without a zone: those of UTC. Its scores are left out: they are computed
anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import Any

from predtrack import dates
from predtrack.errors import Misread, UnreadableError, shortened
from predtrack.importers import OPEN, Imported, Source, Unread, content, fields, kinds, options
from predtrack.importers.options import StatedShare
from predtrack.importers.times import Times, stamp

PLATFORM = "fatebook"

TITLE, OPTION, FORECAST = "Question title", "Multiple choice option", "Forecast (scale = 0-1)"
BY, MADE = "Forecast created by", "Forecast created at"
AUTHOR, CREATED, DUE = "Question created by", "Question created at", "Question resolve by"
RESOLUTION, RESOLVED = "Resolution", "Resolved at"
NOTES, COMMENTS, TAGS = "Question notes", "Question comments", "Question tags"
COLUMNS = (TITLE, OPTION, BY, FORECAST, MADE, AUTHOR, CREATED, DUE, RESOLUTION, RESOLVED)

TOGETHER = timedelta(minutes=1)  # an option that is no later came with its question
ANSWERS = {"YES": {"answer": "yes"}, "NO": {"answer": "no"}}
AMBIGUOUS = {"answer": "void", "reason": "ambiguous"}

ALL_NO = (
    "every option reads NO: the export cannot tell another answer from an ambiguous one, so it is"
    " left without an outcome; resolve it yourself"
)
APART = "its options may be true side by side or do not add up to 100%: each is a record of its own"
NO_DAY = "it is resolved, but without a day: left without an outcome"
HASHED = "the export has no ids: the id is made of the title, the time and the author"


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a question, and how it ended."""

    id: str
    text: str
    resolution: str | None
    resolved: str | None
    created: str | None = None  # None: when it came is not in the export, or with the question


@dataclass(slots=True)
class Question:
    """A question as both forms of export have it."""

    id: str
    record: dict[str, Any]
    resolution: str | None
    resolved: str | None
    exclusive: bool | None = None  # None: the export does not say it
    tells_other: bool = False  # whether it tells "other" from "ambiguous"
    shares: list[StatedShare] = field(default_factory=list)
    options: list[Option] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def imported(sources: Sequence[Source], times: Times) -> Iterator[Imported | Unread]:
    """Yield the records of the files, a question at a time."""
    for source in sources:
        text = content.text(source)
        if content.is_json(text):
            yield from _of_api(source, text, times)
        else:
            yield from _of_table(source, text, times)


def _of_table(source: Source, text: str, times: Times) -> Iterator[Imported | Unread]:
    if not text.strip():
        reason = "Fatebook exports an empty file where there are no forecasts"
        raise UnreadableError(f"{source.name} is empty; {reason}")
    kinds.refuse_other_table(source.name, content.columns(source, text), PLATFORM)
    names: list[str] = []
    groups: dict[tuple[str, ...], list[tuple[str, tuple[str, ...]]]] = {}
    for row in content.table(source, text, COLUMNS):
        if isinstance(row, Unread):
            yield row
        else:
            key = tuple(row[1][name] for name in (TITLE, CREATED, AUTHOR))
            names = names or list(row[1])
            groups.setdefault(key, []).append((row[0], tuple(row[1].values())))
    for group in groups.values():
        rows = [(place, dict(zip(names, cells, strict=True))) for place, cells in group]
        for version in _versions(rows):
            read = partial(_records, partial(_table_question, version))
            yield from fields.attempted(version[0][0], read, times)


def _versions(rows: list[content.Row]) -> Iterator[list[content.Row]]:
    """Yield the rows of a question, once more for each thing that one of them says otherwise.

    The first row says what holds of the question; each version has all the forecasts.
    """
    together: list[tuple[str, ...]] = [(DUE,), (NOTES,), (COMMENTS,), (TAGS,)]
    if not any(cells[OPTION].strip() for _, cells in rows):
        together.append((RESOLUTION, RESOLVED))
    (place, first), rest = rows[0], rows[1:]
    others: list[tuple[str, dict[str, str]]] = []
    for names in together:
        values_at: dict[tuple[str, ...], str] = {}
        for at, cells in rows:
            if cells.get(names[0], "").strip():
                values_at.setdefault(tuple(cells[name].strip() for name in names), at)
        parts = [(at, dict(zip(names, values, strict=True))) for values, at in values_at.items()]
        first = first | (parts[0][1] if parts else {})
        others += parts[1:]
    yield [(place, first), *rest]
    for at, part in others:
        yield [(at, first | part), *rest]


def _table_question(rows: list[content.Row], times: Times) -> Question:
    first = rows[0][1]
    title = fields.needed(first[TITLE], TITLE)
    created, due = (times.instant(first[name], name) for name in (CREATED, DUE))
    author = fields.label(first[AUTHOR], AUTHOR)
    record = _record(title, created, due, first.get(TAGS, "").split("; "))
    notes = fields.text(first.get(NOTES), NOTES)
    comments = fields.text(first.get(COMMENTS), COMMENTS)
    record |= {"note": _joined(notes, comments), "x-fatebook-author": author}
    resolved = times.instant(first[RESOLVED], RESOLVED)
    own = fields.hashed(PLATFORM, title, stamp(first[CREATED], CREATED), author)
    question = Question(own, record, _resolution(first), resolved)
    question.shares = [_table_share(row, times) for _, row in rows]
    question.options = _table_options(rows, times)
    if question.options and not all(each.option for each in question.shares):
        what = "a row of a multiple choice names no option"
        raise Misread("options", what, "export it again")
    question.remarks = [HASHED, fields.UTC_REMARK]
    return question


def _resolution(row: dict[str, str]) -> str | None:
    return _word(row[RESOLUTION], RESOLUTION)


def _word(value: object, name: str) -> str | None:
    """Return how a question or an option ended, in the platform's words."""
    word = fields.text(value, name)
    if word is None or word in {*ANSWERS, "AMBIGUOUS"}:
        return word
    message = f'{name}: "{shortened(word)}" is no resolution'
    raise Misread("answer", message, "it is YES, NO or AMBIGUOUS")


def _table_share(row: dict[str, str], times: Times) -> StatedShare:
    made_at = times.instant(fields.needed(row[MADE], MADE), MADE) or ""
    by = fields.label(row[BY], BY) or "unknown"
    return StatedShare(by, made_at, fields.share(row[FORECAST], FORECAST), _option(row))


def _option(row: dict[str, str]) -> str:
    return fields.label(row[OPTION], OPTION) or ""


def _table_options(rows: list[content.Row], times: Times) -> list[Option]:
    by_text: dict[str, Option] = {}
    for _, row in rows:
        if text := _option(row):
            own = fields.hashed("option", text).removeprefix("option-")
            when = times.instant(row[RESOLVED], RESOLVED)
            option = Option(own, text, _resolution(row), when)
            if by_text.setdefault(text, option) != option:
                what = f'the rows of its option "{shortened(text)}" end it in two ways'
                raise Misread(
                    "contradiction", f"{what} ({_both(rows, text)})", "keep what is right"
                )
    return list(by_text.values())


def _both(rows: list[content.Row], text: str) -> str:
    """Return the places of the first row of an option and of the first that ends it otherwise."""
    mine = [(place, row) for place, row in rows if _option(row) == text]
    place, first = mine[0]
    ended = (first[RESOLUTION], first[RESOLVED])
    other = next(at for at, row in mine if (row[RESOLUTION], row[RESOLVED]) != ended)
    return f"{place} and {other}"


def _record(
    title: str, created: str | None, due: str | None, tags: Sequence[str]
) -> dict[str, Any]:
    """Return what both forms of export say of a question."""
    return {
        "claim": title,
        "kind": "binary",
        "opened": created,
        "deadline": fields.day(due),
        "tags": list(dict.fromkeys(filter(None, (fields.label(tag, TAGS) for tag in tags)))),
        "source": {"title": "Fatebook"},
        "x-fatebook-resolve-by": due,
    }


def _joined(notes: str | None, comments: str | None) -> str | None:
    below = f"Comments on Fatebook:\n{comments}" if comments else None
    return "\n\n".join(filter(None, [notes, below])) or None


def _of_api(source: Source, text: str, times: Times) -> Iterator[Imported | Unread]:
    document = content.document(source, text)
    kinds.refuse_other(source.name, document, PLATFORM)
    if isinstance(document, dict) and "items" in document:
        document = document["items"]
    if isinstance(document, dict) and "title" in document and "id" not in document:
        remedy = (
            "save what /api/v0/getQuestions answers: it has the ids, and one question may be all"
        )
        what = "one question as /api/v0/getQuestion answers it, without its id"
        raise UnreadableError(f"{source.name} is {what}; {remedy}")
    entries = [document] if isinstance(document, dict) else document
    if not isinstance(entries, list) or any(
        "title" not in e for e in entries if isinstance(e, dict)
    ):
        remedy = "save what /api/v0/getQuestions answers"
        raise UnreadableError(f"{source.name} holds no questions of Fatebook; {remedy}")
    for number, entry in enumerate(entries, start=1):
        place = f"{source.name}, question {number}"
        read = partial(_records, partial(_api_question, entry))
        yield from fields.attempted(place, read, times)


def _api_question(value: object, times: Times) -> Question:
    entry = fields.mapping(value, "the question")
    kind = fields.text(entry.get("type"), "type")
    if kind not in {None, "BINARY", "MULTIPLE_CHOICE"}:
        raise Misread("kind", f"its type is {kind}", "Fatebook has no forecasts of that type")
    own = fields.needed(entry.get("id"), "id")
    title = fields.needed(entry.get("title"), "title")
    tags = [_named(tag) for tag in fields.listing(entry.get("tags"), "tags")]
    created, due = (times.instant(entry.get(name), name) for name in ("createdAt", "resolveBy"))
    record = _record(title, created, due, tags)
    record["source"] |= {"url": f"https://fatebook.io/q/{own}"}
    notes = fields.text(entry.get("notes"), "notes")
    record |= {"note": _joined(notes, _comments(entry, times)), "x-fatebook-id": own}
    record["x-fatebook-user"] = fields.label(entry.get("userId"), "userId")
    question = Question(fields.identity(PLATFORM, own), record, None, None, tells_other=True)
    if entry.get("resolved") is not False:
        question.resolution = _word(entry.get("resolution"), "resolution")
        question.resolved = times.instant(entry.get("resolvedAt"), "resolvedAt")
    exclusive = entry.get("exclusiveAnswers")
    question.exclusive = exclusive if isinstance(exclusive, bool) else None
    _api_options(entry, question, times)
    return question


def _named(value: object) -> str:
    """Return the name of a tag or of a user, which stands alone or in an object."""
    name = value.get("name") if isinstance(value, dict) else value
    return fields.label(name, "name") or ""


def _comments(question: dict[str, Any], times: Times) -> str | None:
    """Return the comments on a question, a line each, with when and by whom."""
    lines = []
    for each in fields.listing(question.get("comments"), "comments"):
        entry = fields.mapping(each, "a comment")
        when = times.day(entry.get("createdAt"), "createdAt") or ""
        comment = fields.text(entry.get("comment"), "comment") or ""
        lines.append(f"{when} {_author(entry)}: {comment}".strip())
    return "\n".join(lines) or None


def _author(entry: dict[str, Any]) -> str:
    return _named(entry.get("user")) or fields.label(entry.get("userId"), "userId") or "unknown"


def _api_options(exported: dict[str, Any], question: Question, times: Times) -> None:
    """Add the options and the forecasts; those of an option may stand below it, or beside."""
    entries: dict[str, dict[str, Any]] = {}
    for each in fields.listing(exported.get("forecasts"), "forecasts"):
        entry = fields.mapping(each, "a forecast")
        entries[str(entry.get("id", len(entries)))] = entry
    texts: dict[str, str] = {}
    for each in fields.listing(exported.get("options"), "options"):
        option = fields.mapping(each, "an option")
        own, text = (fields.needed(option.get(name), f"option {name}") for name in ("id", "text"))
        texts[own] = " ".join(text.split())
        word = _word(option.get("resolution"), "resolution")
        when = times.instant(option.get("resolvedAt"), "resolvedAt") or question.resolved
        since = _since(times.instant(option.get("createdAt"), "createdAt"), question)
        question.options.append(Option(own, texts[own], word or question.resolution, when, since))
        for below in fields.listing(option.get("forecasts"), "forecasts"):
            entry = fields.mapping(below, "a forecast") | {"optionId": own}
            entries.setdefault(str(entry.get("id", len(entries))), entry)
    seen = [entry for entry in entries.values() if entry.get("forecast") is not None]
    question.shares = [_api_share(entry, texts, times) for entry in seen]
    if hidden := len(entries) - len(seen):
        question.remarks.append(f"left out: {hidden} of its forecasts, hidden in the export")


def _since(created: str | None, question: Question) -> str | None:
    """Return when an option came; None for one that was entered with its question."""
    opened = question.record.get("opened")
    if created is None or opened is None:
        return created
    after = dates.order_of(dates.moment(created)) - dates.order_of(dates.moment(opened))
    return created if after > TOGETHER else None


def _api_share(entry: dict[str, Any], texts: dict[str, str], times: Times) -> StatedShare:
    made_at = times.instant(entry.get("createdAt"), "createdAt")
    option = fields.text(entry.get("optionId"), "optionId")
    if made_at is None or (option or "") not in (texts or {""}):
        what = "a forecast has no time, or an option that is not listed"
        raise Misread("forecast", what, "export it again")
    share = fields.share(entry.get("forecast"), "forecast")
    comment = fields.text(entry.get("comment"), "comment")
    return StatedShare(_author(entry), made_at, share, texts[option] if option else "", comment)


def _records(question_in: Callable[[Times], Question], times: Times) -> Iterator[Imported]:
    """Yield the records that a question amounts to: one, or one an option."""
    question = question_in(times)
    if not question.options:
        ordered = options.in_order(question.shares)
        outcome = _outcome(question.resolution, question.resolved, question)
        yield _imported(
            question, forecasts=[options.forecast(each) for each in ordered], outcome=outcome
        )
        return
    answer = _answer(question)
    texts = [each.text for each in question.options]
    several = sum(each.resolution == "YES" for each in question.options) > 1
    exclusive = False if several else question.exclusive
    other = answer == {"answer": options.OTHER}
    since = {each.text: each.created for each in question.options if each.created}
    choice = options.together(question.shares, texts, since, exclusive=exclusive, other=other)
    if choice is None:
        yield from _apart(question)
        return
    if choice.left_out:
        why = "of its options that did not add up to 100%"
        question.remarks.append(f"left out: {choice.left_out} passing states {why}")
    parts = {"kind": "choice", "options": choice.options, "rest": choice.rest, "outcome": answer}
    yield _imported(question, forecasts=choice.forecasts, **parts)


def _answer(question: Question) -> dict[str, Any] | None:
    """Return the outcome of the question as one choice."""
    words = [each.resolution for each in question.options]
    winners = [each for each in question.options if each.resolution == "YES"]
    if winners:
        return _decided({"answer": winners[0].text}, winners[0].resolved, question)
    resolution = question.resolution if question.tells_other else None
    if set(words) == {"AMBIGUOUS"} or resolution == "AMBIGUOUS":
        return AMBIGUOUS
    if set(words) != {"NO"}:
        return None
    if resolution == "NO":
        return _decided({"answer": options.OTHER}, question.resolved, question)
    question.remarks.append(ALL_NO)
    return None


def _apart(question: Question) -> Iterator[Imported]:
    """Yield a yes/no prediction for each option, all of one family."""
    unknown = ALL_NO in question.remarks
    ambiguous = question.tells_other and question.resolution == "AMBIGUOUS"
    for option in question.options:
        shares = [each for each in options.in_order(question.shares) if each.option == option.text]
        word = None if unknown else "AMBIGUOUS" if ambiguous else option.resolution
        prediction = _imported(
            question,
            claim=options.claim(question.record["claim"], option.text),
            family=question.id,
            forecasts=[options.forecast(each) for each in shares],
            outcome=_outcome(word, option.resolved, question),
        )
        own = fields.identity(question.id, option.id)
        yield replace(prediction, id=own, remarks=(*prediction.remarks, APART))


def _outcome(word: str | None, when: str | None, question: Question) -> dict[str, Any] | None:
    if word is None:
        return None
    return AMBIGUOUS if word == "AMBIGUOUS" else _decided(ANSWERS[word], when, question)


def _decided(answer: dict[str, Any], when: str | None, question: Question) -> dict[str, Any] | None:
    """Return the outcome with its day; none where the export has no day for it."""
    on = fields.day(when)
    if on is None:
        question.remarks.append(NO_DAY)
        return None
    return answer | {"decided": on, "recorded": on}


def _imported(question: Question, *, forecasts: list[dict[str, Any]], **more: Any) -> Imported:
    record = fields.present(question.record | more) | {"forecasts": fields.once(forecasts)}
    has_ended = "outcome" in record or not {ALL_NO, NO_DAY}.isdisjoint(question.remarks)
    lacks = frozenset() if has_ended else OPEN
    return Imported(question.id, record, tuple(question.remarks), lacks=lacks)

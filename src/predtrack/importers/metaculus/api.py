"""Read the JSON of the API, a post or several, as records and as the platform's own scores."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC
from functools import partial
from typing import Any

from predtrack import dates
from predtrack.errors import Misread, UnreadableError
from predtrack.importers import Imported, Source, Unread, content, fields, kinds
from predtrack.importers.metaculus import offers, record
from predtrack.importers.metaculus import question as parts
from predtrack.importers.metaculus.question import RULES, TYPES, Official, Question, Stated
from predtrack.importers.times import Times

Json = dict[str, Any]

_ENDS = {"resolution": "outcome", "actual_close_time": "closed"}
"""The keys that a platform leaves empty, by what the record then has none of."""

NOBODY = "me"  # a saved answer names its reader by a number, or not at all


def imported(source: Source, times: Times) -> Iterator[Imported | Unread]:
    """Yield the records of the questions that somebody forecast."""
    count = 0
    for place, post, entry, condition in _questions(source):
        read = partial(_records, post, entry, condition)
        records = list(fields.attempted(place, read, times))
        count += len(records)
        yield from records
    if not count:
        what = f"{source.name} holds no forecast (`my_forecasts`) of any question"
        remedy = "save what /api/posts/ID/ answers while you are logged in, or with your token"
        raise UnreadableError(f"{what}; {remedy}")


def _records(post: Json, entry: Json, condition: str | None, times: Times) -> Iterator[Imported]:
    """Yield the record of a question; none where the reader forecast nothing of it."""
    if stated := _stated(entry, times):
        question = replace(_question(post, entry, stated, times), condition=condition)
        yield _with_options(entry, question, stated, times)


def official(source: Source) -> Iterator[Official]:
    """Yield the scores that stand beside the reader's own forecasts."""
    for place, _, entry, _ in _questions(source):
        mine = entry.get("my_forecasts")
        scores = mine.get("score_data") if isinstance(mine, dict) else None
        if not isinstance(scores, dict):
            continue
        try:
            by = next((each.by for each in _stated(entry, Times(UTC))), NOBODY)
            own = parts.identity(entry.get("id"))
        except Misread as error:
            raise UnreadableError(f"{place}: {error}") from None
        for rule in RULES:
            score = scores.get(f"{rule}_score")
            if isinstance(score, int | float) and not isinstance(score, bool):
                yield Official(own, by, rule, float(score))


def _questions(source: Source) -> Iterator[tuple[str, Json, Json, str | None]]:
    """Yield each question with its place, its post, and the condition it is asked under."""
    source.stream.seek(0)
    text = content.text(source)
    if not content.is_json(text):
        kinds.refuse_other_table(source.name, content.columns(source, text), "metaculus")
        remedy = "name the zip as it was downloaded, or posts of the API saved as JSON"
        raise UnreadableError(f"{source.name} is neither a zip of Metaculus nor JSON; {remedy}")
    document = content.document(source, text)
    kinds.refuse_other(source.name, document, "metaculus")
    posts = document.get("results", [document]) if isinstance(document, dict) else document
    if not isinstance(posts, list):
        raise UnreadableError(f"{source.name} holds no posts; save what /api/posts/ answers")
    for number, post in enumerate(posts, start=1):
        place = f"{source.name}: post {number}"
        entries = list(_of_post(post)) if isinstance(post, dict) else []
        if not entries:
            old = isinstance(post, dict) and "possibilities" in post
            what = "is a question of the old API" if old else "asks nothing"
            raise UnreadableError(f"{place} {what}; save what /api/posts/ answers")
        for entry, condition in entries:
            yield f"{place}, question {str(entry.get('id'))[:30]}", post, entry, condition


def _of_post(post: Json) -> Iterator[tuple[Json, str | None]]:
    group, conditional = post.get("group_of_questions"), post.get("conditional")
    if isinstance(post.get("question"), dict):
        yield post["question"], None
    elif post.get("type") in TYPES and "scheduled_close_time" in post:
        yield post, None  # a question alone: what is said of its post is not there
    if isinstance(group, dict) and isinstance(group.get("questions"), list):
        yield from ((each, None) for each in group["questions"] if isinstance(each, dict))
    if isinstance(conditional, dict):
        condition = conditional.get("condition")
        title = condition.get("title") if isinstance(condition, dict) else None
        for branch in ("yes", "no"):
            entry = conditional.get(f"question_{branch}")
            if isinstance(entry, dict):
                yield entry, f"{title}: {branch}" if isinstance(title, str) else f"it is {branch}"


def _question(post: Json, entry: Json, stated: list[Stated], times: Times) -> Question:
    kind = entry.get("type")
    if kind not in TYPES:
        raise Misread("kind", f'"{str(kind)[:30]}" is no type of question', "see what was saved")
    own = post.get("post_id") if post is entry else post.get("id")
    number = fields.label(own, "the post's id")
    opened = times.instant(entry.get("open_time"), "open_time")
    title = fields.label(entry.get("title") or post.get("title"), "the title")
    known_at = entry.get("actual_resolve_time") or entry.get("resolution_set_time")
    question = Question(
        id=fields.needed(entry.get("id"), "the question's id"),
        title=fields.needed(title, "the title"),
        type=str(kind),
        url=f"https://www.metaculus.com/questions/{number}/" if number else None,
        post=number,
        label=fields.label(entry.get("label"), "the label"),
        project=_project(post),
        criteria=_criteria(entry),
        unit=fields.label(entry.get("unit"), "the unit"),
        published=times.instant(post.get("published_at"), "published_at"),
        weight=fields.label(entry.get("question_weight"), "the weight"),
        opened=opened,
        closed=times.instant(entry.get("actual_close_time"), "actual_close_time"),
        scheduled=times.instant(entry.get("scheduled_close_time"), "scheduled_close_time"),
        resolves=times.instant(entry.get("scheduled_resolve_time"), "scheduled_resolve_time"),
        spot=_spot(entry, opened, times),
        resolution=fields.label(entry.get("resolution"), "the resolution"),
        known_at=times.instant(known_at, "actual_resolve_time"),
        pools_bots=entry.get("include_bots_in_aggregates") is True,
        lacks=frozenset(
            name for key, name in _ENDS.items() if key in entry and entry[key] in {None, ""}
        ),
    )
    return _scaled(question, entry) if any(each.cdf for each in stated) else question


def _criteria(entry: Json) -> str | None:
    texts = (fields.text(entry.get(key), key) for key in ("resolution_criteria", "fine_print"))
    return "\n\n".join(each for each in texts if each) or None


def _project(post: Json) -> str | None:
    projects = post.get("projects")
    default = projects.get("default_project") if isinstance(projects, dict) else None
    return fields.label(default.get("name"), "the project") if isinstance(default, dict) else None


def _spot(entry: Json, opened: str | None, times: Times) -> str | None:
    spot = times.instant(entry.get("spot_scoring_time"), "spot_scoring_time")
    reveal = times.instant(entry.get("cp_reveal_time"), "cp_reveal_time")
    if spot is not None or reveal is None or opened is None:
        return spot
    first, second = (dates.order_of(dates.moment(each)) for each in (opened, reveal))
    return reveal if first < second else None


def _scaled(question: Question, entry: Json) -> Question:
    scaling = fields.mapping(entry.get("scaling"), "scaling")
    zero = scaling.get("zero_point")

    def is_open(side: str) -> bool:
        name = f"open_{side}_bound"
        return (entry.get(name) if entry.get(name) is not None else scaling.get(name)) is True

    return replace(
        question,
        low=fields.number(scaling.get("range_min"), "range_min"),
        high=fields.number(scaling.get("range_max"), "range_max"),
        open_low=is_open("lower"),
        open_high=is_open("upper"),
        zero_point=None if zero is None else fields.number(zero, "zero_point"),
        grid=tuple(
            fields.number(each, "continuous_range")
            for each in fields.listing(scaling.get("continuous_range"), "continuous_range")
            if question.kind != "date"
        ),
    )


def _stated(entry: Json, times: Times) -> list[Stated]:
    """Return the reader's own forecasts, in their order."""
    mine = entry.get("my_forecasts")
    if mine is None:
        return []
    forecasts = fields.mapping(mine, "my_forecasts")
    latest = forecasts.get("latest")
    history = fields.listing(forecasts.get("history"), "history") or ([latest] if latest else [])
    kind = entry.get("type")
    return [_forecast(fields.mapping(each, "a forecast"), kind, times) for each in history]


def _with_options(entry: Json, question: Question, stated: list[Stated], times: Times) -> Imported:
    """Return the record of a question, of a choice with the options that its forecasts had."""
    if question.kind != "choice":
        return record.imported(question, stated)
    current = _options(entry.get("options"))
    every = _options(entry.get("all_options_ever")) or current
    history = offers.history(entry.get("options_history"), times)
    return record.imported(*offers.with_options(question, stated, (every, current), history))


def _options(value: object) -> tuple[str, ...]:
    return parts.names(fields.listing(value, "options"), "an option")


def _forecast(entry: Json, kind: object, times: Times) -> Stated:
    values = fields.listing(entry.get("forecast_values"), "forecast_values")
    start = times.seconds(entry.get("start_time"), "start_time")
    if start is None:
        raise Misread("missing", "a forecast has no start_time", "save it again")
    stated = Stated(
        by=fields.label(entry.get("author_id"), "author_id") or NOBODY,
        start=start,
        end=times.seconds(entry.get("end_time"), "end_time"),
    )
    if kind == "binary":
        shares = parts.chances(values, "forecast_values")
        if len(shares) != 2:
            raise Misread("value", "a binary forecast has not two values", "save it again")
        return replace(stated, yes=shares[1])
    if kind == "multiple_choice":
        return replace(stated, shares=parts.chances(values, "forecast_values"))
    return replace(stated, cdf=parts.rising(values, "forecast_values"))

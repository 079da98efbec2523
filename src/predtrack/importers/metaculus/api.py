"""The JSON of the API, a post or a list of posts -> records and the platform's own scores."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
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
    """The records of the questions that somebody forecast."""
    count = 0
    for place, post, asked, condition in _questions(source):
        read = partial(_records, post, asked, condition)
        records = list(fields.attempted(place, read, times))
        count += len(records)
        yield from records
    if not count:
        what = f"{source.name} holds no forecast (`my_forecasts`) of any question"
        told = "save what /api/posts/ID/ answers while you are logged in, or with your token"
        raise UnreadableError(f"{what}; {told}")


def _records(post: Json, asked: Json, condition: str | None, times: Times) -> Iterator[Imported]:
    """The record of a question; none where the reader forecast nothing of it."""
    if stated := _stated(asked, times):
        question = replace(_question(post, asked, stated, times), condition=condition)
        yield _with_options(asked, question, stated, times)


def official(source: Source) -> Iterator[Official]:
    """The scores that stand beside the reader's own forecasts."""
    for place, _, asked, _ in _questions(source):
        mine = asked.get("my_forecasts")
        given = mine.get("score_data") if isinstance(mine, dict) else None
        if not isinstance(given, dict):
            continue
        try:
            by = next((each.by for each in _stated(asked, Times(UTC))), NOBODY)
            own = parts.identity(asked.get("id"))
        except Misread as error:
            raise UnreadableError(f"{place}: {error}") from None
        for rule in RULES:
            score = given.get(f"{rule}_score")
            if isinstance(score, int | float) and not isinstance(score, bool):
                yield Official(own, by, rule, float(score))


def _questions(source: Source) -> Iterator[tuple[str, Json, Json, str | None]]:
    """Each question with its place, its post, and the condition it is asked under."""
    source.stream.seek(0)
    told = content.text(source)
    if not content.is_json(told):
        kinds.refuse_other_table(source.name, content.columns(source, told), "metaculus")
        remedy = "name the zip as it was downloaded, or posts of the API saved as JSON"
        raise UnreadableError(f"{source.name} is neither a zip of Metaculus nor JSON; {remedy}")
    document = content.document(source, told)
    kinds.refuse_other(source.name, document, "metaculus")
    posts = document.get("results", [document]) if isinstance(document, dict) else document
    if not isinstance(posts, list):
        raise UnreadableError(f"{source.name} holds no posts; save what /api/posts/ answers")
    for number, post in enumerate(posts, start=1):
        place = f"{source.name}: post {number}"
        found = list(_of_post(post)) if isinstance(post, dict) else []
        if not found:
            old = isinstance(post, dict) and "possibilities" in post
            what = "is a question of the old API" if old else "asks nothing"
            raise UnreadableError(f"{place} {what}; save what /api/posts/ answers")
        for asked, condition in found:
            yield f"{place}, question {str(asked.get('id'))[:30]}", post, asked, condition


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
            asked = conditional.get(f"question_{branch}")
            if isinstance(asked, dict):
                yield asked, f"{title}: {branch}" if isinstance(title, str) else f"it is {branch}"


def _question(post: Json, asked: Json, stated: list[Stated], times: Times) -> Question:
    kind = asked.get("type")
    if kind not in TYPES:
        raise Misread("kind", f'"{str(kind)[:30]}" is no type of question', "see what was saved")
    own = post.get("post_id") if post is asked else post.get("id")
    number = fields.label(own, "the post's id")
    opened = times.instant(asked.get("open_time"), "open_time")
    title = fields.label(asked.get("title") or post.get("title"), "the title")
    found = Question(
        id=fields.needed(asked.get("id"), "the question's id"),
        title=fields.needed(title, "the title"),
        type=str(kind),
        url=f"https://www.metaculus.com/questions/{number}/" if number else None,
        post=number,
        label=fields.label(asked.get("label"), "the label"),
        project=_project(post),
        criteria=_criteria(asked),
        unit=fields.label(asked.get("unit"), "the unit"),
        published=times.instant(post.get("published_at"), "published_at"),
        weight=fields.label(asked.get("question_weight"), "the weight"),
        opened=opened,
        closed=times.instant(asked.get("actual_close_time"), "actual_close_time"),
        scheduled=times.instant(asked.get("scheduled_close_time"), "scheduled_close_time"),
        resolves=times.instant(asked.get("scheduled_resolve_time"), "scheduled_resolve_time"),
        spot=_spot(asked, opened, times),
        resolution=fields.label(asked.get("resolution"), "the resolution"),
        known=_known(asked, times),
        pools_bots=asked.get("include_bots_in_aggregates") is True,
        lacks=frozenset(
            name for key, name in _ENDS.items() if key in asked and asked[key] in {None, ""}
        ),
    )
    return _scaled(found, asked) if any(each.cdf for each in stated) else found


def _criteria(asked: Json) -> str | None:
    told = (fields.text(asked.get(key), key) for key in ("resolution_criteria", "fine_print"))
    return "\n\n".join(each for each in told if each) or None


def _project(post: Json) -> str | None:
    projects = post.get("projects")
    default = projects.get("default_project") if isinstance(projects, dict) else None
    return fields.label(default.get("name"), "the project") if isinstance(default, dict) else None


def _known(asked: Json, times: Times) -> str | None:
    told = asked.get("actual_resolve_time") or asked.get("resolution_set_time")
    return times.instant(told, "actual_resolve_time")


def _spot(asked: Json, opened: str | None, times: Times) -> str | None:
    spot = times.instant(asked.get("spot_scoring_time"), "spot_scoring_time")
    reveal = times.instant(asked.get("cp_reveal_time"), "cp_reveal_time")
    if spot is not None or reveal is None or opened is None:
        return spot
    return reveal if dates.order_of(dates.moment(reveal)) > _order(opened) else None


def _order(text: str) -> datetime:
    return dates.order_of(dates.moment(text))


def _scaled(found: Question, asked: Json) -> Question:
    scaling = fields.mapping(asked.get("scaling"), "scaling")
    zero = scaling.get("zero_point")

    def is_open(side: str) -> bool:
        name = f"open_{side}_bound"
        return (asked.get(name) if asked.get(name) is not None else scaling.get(name)) is True

    return replace(
        found,
        low=fields.number(scaling.get("range_min"), "range_min"),
        high=fields.number(scaling.get("range_max"), "range_max"),
        open_low=is_open("lower"),
        open_high=is_open("upper"),
        zero_point=None if zero is None else fields.number(zero, "zero_point"),
        grid=tuple(
            fields.number(each, "continuous_range")
            for each in fields.listing(scaling.get("continuous_range"), "continuous_range")
            if found.kind != "date"
        ),
    )


def _stated(asked: Json, times: Times) -> list[Stated]:
    """The reader's own forecasts, in their order."""
    mine = asked.get("my_forecasts")
    if mine is None:
        return []
    given = fields.mapping(mine, "my_forecasts")
    latest = given.get("latest")
    history = fields.listing(given.get("history"), "history") or ([latest] if latest else [])
    kind = asked.get("type")
    return [_forecast(fields.mapping(each, "a forecast"), kind, times) for each in history]


def _with_options(asked: Json, question: Question, stated: list[Stated], times: Times) -> Imported:
    """Return the record of a question, of a choice with the options that its forecasts had."""
    if question.kind != "choice":
        return record.imported(question, stated)
    current = _options(asked.get("options"))
    every = _options(asked.get("all_options_ever")) or current
    history = offers.history(asked.get("options_history"), times)
    return record.imported(*offers.with_options(question, stated, (every, current), history))


def _options(value: object) -> tuple[str, ...]:
    return parts.names(fields.listing(value, "options"), "an option")


def _forecast(given: Json, kind: object, times: Times) -> Stated:
    values = fields.listing(given.get("forecast_values"), "forecast_values")
    start = times.seconds(given.get("start_time"), "start_time")
    if start is None:
        raise Misread("missing", "a forecast has no start_time", "save it again")
    made = Stated(
        by=fields.label(given.get("author_id"), "author_id") or NOBODY,
        start=start,
        end=times.seconds(given.get("end_time"), "end_time"),
    )
    if kind == "binary":
        shares = parts.chances(values, "forecast_values")
        if len(shares) != 2:
            raise Misread("value", "a binary forecast has not two values", "save it again")
        return replace(made, yes=shares[1])
    if kind == "multiple_choice":
        return replace(made, shares=parts.chances(values, "forecast_values"))
    return replace(made, cdf=parts.rising(values, "forecast_values"))

"""Records as people keep them, from a seed: the same seed gives the same bytes.

A share of them have ended. Of the rest some wait for an outcome, some have no deadline. A record
has one to three forecasters and now and then a revision, a withdrawal, a phrase in place of a
number, a comment, a quoted text, a text in another script.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

SEED = 20260213
DAY = date(2026, 11, 1)
"""The day that `--as-of` should ask for: about half of the records are over by then."""

_PEOPLE = ("Ada Example", "Ben Example", "Chen Wei", "Dora Núñez", "Emeka Example")
_TAGS = ("ai", "economy", "energy", "elections", "health", "space", "sport", "weather")
_SUBJECTS = (
    "The city council",
    "A listed chip maker",
    "The central bank",
    "A new vaccine against malaria",
    "The northern rail line",
    "Open-weight models",
    "Grid operators in three countries",
    "Das Parlament in Köln",
    "市议会",
)
_NAMES = ("council", "chips", "bank", "vaccine", "rail", "models", "grid", "stadtrat", "shiyihui")
_EVENTS = (
    "agrees to the plan that was put forward in spring",
    "reports higher sales than the year before",
    "is in general use by the end of the period",
    "publishes the figures that it has announced",
    "passes the mark that was set when it began",
    "is named in a court case over its contracts",
)
_OPTIONS = ("North End", "South End", "Mill", "None of these")


def write(root: Path, count: int, *, ended: float = 0.5) -> None:
    """Write so many records below a new folder, a thousand to a sub-folder."""
    root.mkdir(parents=True)
    for number, text in enumerate(texts(count, ended=ended)):
        folder = root / f"{number // 1000:03}"
        if number % 1000 == 0:
            folder.mkdir()
        with open(folder / f"{_subject(number)}-{number:06}.yaml", "w", encoding="utf-8") as file:
            file.write(text)
    _age(root)


def _age(root: Path) -> None:
    """Give every file a time of an hour ago, as in a folder that was not written just now."""
    for folder, _, names in os.walk(root):
        for name in names:
            path = os.path.join(folder, name)
            then = os.stat(path).st_mtime_ns - 3600 * 10**9
            os.utime(path, ns=(then, then))


def _subject(number: int) -> str:
    return _NAMES[number % 9]


def texts(count: int, *, ended: float = 0.5) -> Iterator[str]:
    """The texts of so many records, a share of which have ended."""
    draw = random.Random(SEED)
    for number in range(count):
        yield _text(draw, number, is_over=draw.random() < ended)


def _text(draw: random.Random, number: int, *, is_over: bool) -> str:
    kind = draw.choices(("binary", "date", "numeric", "choice"), (60, 15, 15, 10))[0]
    made = DAY - timedelta(draw.randrange(400, 900))
    if is_over:
        deadline = made + timedelta(draw.randrange(60, 390))
    else:
        deadline = DAY + timedelta(draw.randrange(-60, 2000))
    lines = [
        f"claim: {_quoted(draw, f'{_SUBJECTS[number % 9]} {draw.choice(_EVENTS)} (no. {number})')}",
        f"kind: {kind}",
        *_criteria(draw),
        *(
            ["# the day is the last on which the report can come out"]
            if draw.random() < 0.1
            else []
        ),
        *([f"deadline: {deadline}"] if is_over or draw.random() < 0.95 else []),
        f"tags: [{', '.join(draw.sample(_TAGS, draw.randrange(1, 3)))}]",
        *([f"family: family-{draw.randrange(number + 1)}"] if draw.random() < 0.3 else []),
        *_of_kind(kind),
        "source:",
        f"  title: Weekly review, no. {number % 300}",
        f"  url: https://example.org/review/{number}",
        *(_outcome(draw, kind, deadline) if is_over else []),
        "forecasts:",
        *_forecasts(draw, kind, made, deadline),
    ]
    return "\n".join(lines) + "\n"


def _quoted(draw: random.Random, text: str) -> str:
    return f'"{text}"' if draw.random() < 0.1 else text


def _criteria(draw: random.Random) -> list[str]:
    if draw.random() < 0.4:
        return []
    return [
        "criteria: |",
        "  Counts as true if the official report of the year says so, in the edition that is the",
        "  latest on the last day. A change of method after that day does not matter.",
    ]


def _of_kind(kind: str) -> list[str]:
    if kind == "choice":
        return [f"options: [{', '.join(_OPTIONS)}]"]
    return ["unit: GW"] if kind == "numeric" else []


def _outcome(draw: random.Random, kind: str, deadline: date) -> list[str]:
    answer = {
        "binary": draw.choice(("yes", "no")),
        "choice": draw.choice(_OPTIONS),
        "numeric": str(draw.randrange(5, 40)),
        "date": str(deadline - timedelta(draw.randrange(50))) if draw.random() < 0.5 else "no",
    }[kind]
    decided = answer if answer[0] == "2" and kind == "date" else deadline
    if draw.random() < 0.03:
        answer = "void"
    return ["outcome:", f"  answer: {answer}", f"  decided: {decided}", "  judge: Ada Example"]


def _forecasts(draw: random.Random, kind: str, made: date, deadline: date) -> Iterator[str]:
    for by in draw.sample(_PEOPLE, draw.choice((1, 1, 1, 2, 3))):
        for revision in range(draw.choice((1, 1, 1, 2))):
            yield f"  - by: {by}"
            yield f"    made: {made + timedelta(20 * revision)}"
            yield f"    {_value(draw, kind, deadline)}"
            if draw.random() < 0.02:
                yield f"    withdrawn: {made + timedelta(40)}"
            if draw.random() < 0.3:
                yield "    rationale: The base rate of the last ten years, and the talks of March."


def _value(draw: random.Random, kind: str, deadline: date) -> str:
    if kind == "binary":
        said = "very likely" if draw.random() < 0.03 else f"{draw.randrange(1, 100)}%"
        return f"probability: {said}"
    if kind == "date":
        early = deadline - timedelta(30)
        low = draw.randrange(5, 50)
        return f"cdf: {{{early}: {low}%, {deadline}: {low + draw.randrange(5, 45)}%}}"
    low = draw.randrange(5, 20)
    if kind == "numeric":
        high = low + draw.randrange(1, 20)
        if draw.random() < 0.5:
            return f"interval: {{low: {low}, high: {high}, confidence: 80%}}"
        return f"quantiles: {{10%: {low}, 50%: {(low + high) / 2}, 90%: {high}}}"
    shares = [low, 2 * low, 10, 90 - 3 * low]
    each = (f"{option}: {share}%" for option, share in zip(_OPTIONS, shares, strict=True))
    return f"probabilities: {{{', '.join(each)}}}"

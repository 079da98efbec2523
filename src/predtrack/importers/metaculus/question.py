"""Hold a question of the platform and the forecasts of it, as both of its formats have them."""

from __future__ import annotations

import ast
import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

from predtrack.errors import Misread, shortened
from predtrack.importers import fields

TYPES = {
    "binary": "binary",
    "multiple_choice": "choice",
    "numeric": "numeric",
    "discrete": "numeric",
    "date": "date",
}
"""The platform's types, by the kinds they are here."""

RULES = ("baseline", "spot_baseline", "peer", "spot_peer")
SUM_WITHIN = 1e-6
MOST_LITERAL = 131_072
MOST_POINTS = 2_001


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question, its times as ISO texts and its bounds as numbers (of a date: Unix seconds)."""

    id: str
    title: str
    type: str
    url: str | None = None
    post: str | None = None
    label: str | None = None
    project: str | None = None
    criteria: str | None = None
    condition: str | None = None
    unit: str | None = None
    published: str | None = None
    weight: str | None = None
    options: tuple[str, ...] = ()
    since: Mapping[str, str] = field(default_factory=dict)  # the days on which options came later
    taken_away: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    open_low: bool = False
    open_high: bool = False
    grid: tuple[float, ...] = ()  # where its cdf is stated, if it is said
    zero_point: float | None = None
    opened: str | None = None
    closed: str | None = None
    scheduled: str | None = None
    resolves: str | None = None  # when it was scheduled to resolve
    spot: str | None = None
    resolution: str | None = None
    known_at: str | None = None
    pools_bots: bool = False
    lacks: frozenset[str] = frozenset()  # what the platform says there is none of

    @property
    def kind(self) -> str:
        """Return the kind that it is here."""
        return TYPES[self.type]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """One forecast: of whom, from when, until when if it ended, and one of its three values."""

    by: str
    start: str
    end: str | None = None
    yes: float | None = None
    shares: tuple[float | None, ...] = ()  # None for an option that was not on offer yet
    cdf: tuple[float, ...] = ()
    is_bot: bool = False


class Official(NamedTuple):
    """A score that the platform gave: of which record, of whom, by which rule."""

    id: str
    by: str
    rule: str
    score: float


def identity(own: object) -> str:
    """Return the id of the record of a question, by the platform's own number of it."""
    number = str(own) if isinstance(own, str | int) and not isinstance(own, bool) else ""
    if not (number.isascii() and number.isdigit() and len(number) < 20):
        raise Misread("id", f'"{shortened(number)}" is not the number of a question', "see the id")
    return f"metaculus-{int(number)}"


def literal(text: str, name: str) -> list[Any]:
    """Return the list that a text in Python's notation is: texts, numbers and None only.

    >>> literal("[0.2, None, 'a']", "shares")
    [0.2, None, 'a']
    """
    if len(text) > MOST_LITERAL:
        raise Misread("value", f"{name} is longer than {MOST_LITERAL} characters", "shorten it")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # of an escape that is none
            value = ast.literal_eval(text)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        raise _no_list(text, name) from None
    if not isinstance(value, list | tuple):
        raise _no_list(text, name)
    return list(value)


def _no_list(text: str, name: str) -> Misread:
    message = f'{name} is not a list of plain values ("{shortened(text, 30)}")'
    return Misread("value", message, "nothing in it is run; download it again")


def names(values: Sequence[Any], name: str) -> tuple[str, ...]:
    """Return the texts of a list, each on one line."""
    return tuple(fields.label(fields.needed(each, name), name) or "" for each in values)


def chances(values: Sequence[Any], name: str) -> tuple[float | None, ...]:
    """Return the probabilities of a list, which amount to 1; None stays None."""
    shares = tuple(None if each is None else _chance(each, name) for each in values)
    total = math.fsum(each for each in shares if each is not None)
    if abs(total - 1) > SUM_WITHIN:
        raise Misread("sum", f"{name} amount to {total:.9g} and not to 1", "download it again")
    return shares


def rising(values: Sequence[Any], name: str) -> tuple[float, ...]:
    """Return the points of a cdf: probabilities that do not fall."""
    points = tuple(_chance(each, name) for each in values)
    if not 2 <= len(points) <= MOST_POINTS:
        raise Misread("value", f"{name} has {len(points)} points", "download it again")
    if any(after < before for before, after in pairwise(points)):
        raise Misread("falling", f"{name} falls", "a cdf does not; download it again")
    return points


def _chance(value: Any, name: str) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and 0 <= value <= 1:
        return float(value)
    raise Misread("probability", f"{name}: {shortened(str(value))} is no probability", "see there")

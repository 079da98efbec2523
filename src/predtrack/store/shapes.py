"""Derive what the reader expects of each field from the definitions of the records."""

from __future__ import annotations

from dataclasses import MISSING, fields
from functools import cache
from types import UnionType
from typing import Any, NamedTuple, Union, get_args, get_origin, get_type_hints

from predtrack.records.forms import Form
from predtrack.records.prediction import NOT_IN_FILE, Brief, Offered, Pairs, key_of


class ListOf(NamedTuple):
    """A sequence of one shape."""

    item: Shape


Shape = Form | Pairs | Brief | Offered | ListOf | type


class Expected(NamedTuple):
    """One key that a mapping may hold: its field, its shape, and whether it must be there."""

    name: str
    shape: Shape
    required: bool


@cache
def expected(record: type) -> dict[str, Expected]:
    """Return the keys of a record, in the order of its definition."""
    hints = get_type_hints(record, include_extras=True)
    return {
        key_of(each.name): Expected(each.name, _shape(hints[each.name]), each.default is MISSING)
        for each in fields(record)
        if each.name not in NOT_IN_FILE
    }


@cache
def required(record: type) -> frozenset[str]:
    """Return the fields without which there is no record."""
    return frozenset(each.name for each in expected(record).values() if each.required)


@cache
def keeps_own(record: type) -> bool:
    """Return whether a record keeps keys of the user's own, those that begin with x-."""
    return any(each.name == "extra" for each in fields(record))


def _shape(hint: Any) -> Shape:
    if metadata := getattr(hint, "__metadata__", ()):
        return next(note for note in metadata if isinstance(note, Form | Pairs | Brief | Offered))
    origin, args = get_origin(hint), get_args(hint)
    if origin in {Union, UnionType}:
        return _shape(next(arg for arg in args if arg is not type(None)))
    if origin is tuple:
        return ListOf(_shape(args[0]))
    return hint  # type: ignore[no-any-return]  # a nested record

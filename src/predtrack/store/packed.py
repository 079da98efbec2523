"""Pack predictions as compact JSON and unpack them, by the definitions of the records.

Only what differs from a default is there. This is what the index holds: it was validated when it
was read from its file, and is never written to one.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from predtrack.dates import Moment, Month
from predtrack.records import forms
from predtrack.records.prediction import Brief, Offered, Pairs, Prediction
from predtrack.store.shapes import ListOf, Shape, expected

Decode = Callable[[Any], Any]


_APART = frozenset({"id", "path", "extra"})  # where the record is, and what is written apart


def packed(prediction: Prediction) -> str:
    """Return the text of a prediction, on one line, without its id and its path."""
    return json.dumps(_plain(prediction), ensure_ascii=False, separators=(",", ":"))


def _plain(record: Any) -> dict[str, Any]:
    """Return the fields of a record that are not at their defaults."""
    values = (
        (name, getattr(record, name), default) for name, default in _defaults(record.__class__)
    )
    plain = {name: _value(value) for name, value, default in values if value is not default}
    if record.extra:
        plain["extra"] = [[key, _own_packed(value)] for key, value in record.extra]
    return plain


@cache
def _defaults(record: type) -> list[tuple[str, Any]]:
    return [(each.name, each.default) for each in fields(record) if each.name not in _APART]


def _value(value: Any) -> Any:
    if isinstance(value, str | float | int):
        return value
    if isinstance(value, tuple):
        return [_value(each) for each in value]
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Month):
        return str(value)
    plain = _plain(value)
    if isinstance(plain.get("answer"), str) and isinstance(value.answer, date):
        plain["answer"] = {"day": plain["answer"]}  # a text there may be an option of that name
    return plain


def _own_packed(value: Any) -> Any:
    """Return a value below a key of the user's own: a text, or a list that says which it is."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return {"list": [_own_packed(each) for each in value]}
    return {"pairs": [[key, _own_packed(each)] for key, each in value]}


def unpacked(text: str, identity: str, path: str) -> Prediction:
    """Return the prediction of a text that was packed."""
    values = _FROM_JSON(text)[0]
    values["id"], values["path"] = identity, path
    prediction: Prediction = _maker(Prediction)(values)
    return prediction


_FROM_JSON = json.JSONDecoder().raw_decode  # `json.loads` looks for what is never there


def _own(value: Any) -> Any:
    if isinstance(value, str):
        return value
    if "list" in value:
        return [_own(each) for each in value["list"]]
    return tuple((key, _own(each)) for key, each in value["pairs"])


@cache
def _maker(record: type) -> Decode:
    """Return what makes a record of its fields as they are in JSON."""
    pairs = ((each.name, _decoder(each.shape)) for each in expected(record).values())
    decoders = {name: decode for name, decode in pairs if decode is not None}
    decoders |= {"extra": _extra, "options_added": _days}

    def fields_of(values: dict[str, Any]) -> dict[str, Any]:
        for name, value in values.items():
            if name in decoders:
                values[name] = decoders[name](value)
        return values

    return lambda values: record(**fields_of(values))


def _extra(pairs: list[list[Any]]) -> tuple[tuple[str, Any], ...]:
    return tuple((key, _own(value)) for key, value in pairs)


def _days(pairs: list[list[str]]) -> tuple[tuple[str, date], ...]:
    return tuple((name, date.fromisoformat(day)) for name, day in pairs)


def _decoder(shape: Shape) -> Decode | None:
    """Return how a value of a shape comes back from JSON; None where it is there as it is."""
    if shape is forms.ANSWER:
        return _answer
    if shape in _DATED:
        return _moment
    if isinstance(shape, forms.Form):
        return None
    if isinstance(shape, Pairs):
        return _places if shape.keys is forms.THRESHOLD else _pairs
    if isinstance(shape, Offered):
        return tuple
    if isinstance(shape, Brief):
        return _maker(shape.record)
    if isinstance(shape, ListOf):
        each = _decoder(shape.item)
        return tuple if each is None else lambda items: tuple(map(each, items))
    return _maker(shape)


_DATED = (forms.DAY, forms.MOMENT, forms.STATED)


@lru_cache(maxsize=4096)  # the same days stand in many records
def _moment(text: str) -> Moment:
    """Return the day, the instant, or the month that a text says."""
    if len(text) == 10:
        return date.fromisoformat(text)
    if len(text) == 7:
        return Month(int(text[:4]), int(text[5:]))
    return datetime.fromisoformat(text)


def _answer(value: Any) -> Any:
    """Return an answer: a day says that it is one, anything else stays as it is."""
    return _moment(value["day"]) if isinstance(value, dict) else value


def _pairs(pairs: list[list[Any]]) -> tuple[tuple[Any, Any], ...]:
    return tuple([(key, value) for key, value in pairs])


def _places(pairs: list[list[Any]]) -> tuple[tuple[Any, Any], ...]:
    return tuple([(_moment(key) if isinstance(key, str) else key, value) for key, value in pairs])

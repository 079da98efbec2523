"""Turn values of another program's export into those of a record; refuse what does not fit.

Nothing is trusted: types are checked, texts have no control characters and a limit, numbers are
converted exactly or refused; so are times, in `times`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import tzinfo
from functools import partial
from typing import TYPE_CHECKING, Any

from predtrack.errors import Misread, shortened
from predtrack.importers import Imported, Unread
from predtrack.records import forms

if TYPE_CHECKING:
    from predtrack.importers.times import Times

MOST_TEXT = 131_072  # characters: what one cell of a table may hold too
MOST_ID = 80
UTC_REMARK = "times are written without a zone: taken as UTC"
CLOCK_REMARK = "times are written without a zone: taken as your own, in the zone of the import"

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_OWN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)


Reader = Callable[["Times"], Iterator[Imported]]
"""Reads the records that a part of an export amounts to, with the days and times of a zone."""


def attempted(place: str, read: Reader, times: Times) -> Iterator[Imported | Unread]:
    """Yield the records that a part of an export amounts to, or why it could not be read."""
    try:
        records = list(read(times))
    except Misread as error:
        yield Unread(place, str(error))
        return
    for number, each in enumerate(records):
        again = partial(_in_zone, number, read, times)
        yield replace(each, in_zone=again, place=each.place or place)


def _in_zone(number: int, read: Reader, times: Times, zone: tzinfo) -> Imported | None:
    """Return the record of a number, read in another zone; None where it cannot be."""
    try:
        records = list(read(replace(times, zone=zone)))
    except Misread:
        return None
    return records[number] if number < len(records) else None


def mapping(value: object, name: str) -> dict[str, Any]:
    """Return a value that is an object; refuse any other."""
    if isinstance(value, dict):
        return value
    raise Misread("type", f"{name} is not an object", "export it again")


def listing(value: object, name: str) -> list[Any]:
    """Return a value that is a list; an empty one where there is none."""
    if value is None:
        return []
    if isinstance(value, list):
        return value
    raise Misread("type", f"{name} is not a list", "export it again")


def text(value: object, name: str) -> str | None:
    """Return the text that a value is, without white space around it; None where it is empty."""
    if value is None:
        return None
    if isinstance(value, bool | dict | list):
        raise Misread("type", f"{name} is not a text", "export it again")
    stripped = str(value).strip()
    if len(stripped) > MOST_TEXT:
        raise Misread("value", f"{name} is longer than {MOST_TEXT} characters", "shorten it")
    if control := _CONTROL.search(stripped):
        sign = f"the control character U+{ord(control[0]):04X}"
        raise Misread("value", f"{name} holds {sign}", "take it out of the export")
    return stripped or None


def needed(value: object, name: str) -> str:
    """Return the text that a value is, where there must be one."""
    written = text(value, name)
    if written is None:
        raise Misread("missing", f"{name} is missing", "export it again")
    return written


def label(value: object, name: str) -> str | None:
    """Return the text that a value is, on one line."""
    written = text(value, name)
    return None if written is None else " ".join(written.split())


def share(value: object, name: str, sign: str = "") -> float:
    """Return the probability that a number on the platform's scale is; `sign` is % or nothing.

    >>> share("12.4", "confidence", "%")
    0.124
    """
    written = needed(value, name)
    try:
        return forms.probability(written + sign)
    except Misread as error:
        raise Misread(error.code, f"{name}: {error.message}", error.remedy) from None


def number(value: object, name: str) -> float:
    """Return the number that a value is."""
    try:
        return forms.number(needed(value, name))
    except Misread as error:
        raise Misread(error.code, f"{name}: {error.message}", error.remedy) from None


def once(forecasts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the forecasts, each once; refuse two things that one person states at one moment."""
    unique: dict[tuple[object, object], dict[str, Any]] = {}
    for each in forecasts:
        by, moment = each.get("by"), each.get("made")
        if unique.setdefault((by, moment), each) != each:
            what = f"{shortened(str(by))} states two things at the same moment, {moment}"
            raise Misread("twice", what, "keep one of them")
    return list(unique.values())


def day(when: str | None) -> str | None:
    """Return the day of an instant, in its own offset."""
    return None if when is None else when[:10]


def identity(platform: str, *parts: object) -> str:
    """Return the id of a record: the platform and its own ids, shortened where it is too long.

    >>> identity("manifold", "hLnOTmJx", "a1")
    'manifold-hlnotmjx-a1'
    """
    own = [own_id(part) for part in parts]
    whole = "-".join([platform, *own]).lower()
    if len(whole) <= MOST_ID:
        return whole
    digest = _digest(*own)
    return f"{whole[: MOST_ID - 1 - len(digest)].rstrip('.-_')}-{digest}"


def own_id(part: object) -> str:
    """Return the id that a platform gave, where it is one that can name a file."""
    own = str(part) if isinstance(part, str | int) and not isinstance(part, bool) else ""
    if _OWN_ID.fullmatch(own):
        return own
    remedy = "an id has letters, digits, dot, dash and underscore, and names a file"
    visible = _CONTROL.sub("\N{REPLACEMENT CHARACTER}", own)
    raise Misread("id", f'"{shortened(visible)}" is not an id', remedy)


def hashed(platform: str, claim: str, *others: str | None) -> str:
    """Return an id for a record whose export has none: the start of its claim, and a hash.

    >>> hashed("fatebook", "Will it rain?", "2024-01-01", "Ada")
    'fatebook-will-it-rain-e85ac9356c'
    """
    slug = re.sub(r"[^a-z0-9]+", "-", claim.lower(), flags=re.ASCII)[:40].strip("-")
    digest = _digest(claim, *(each or "" for each in others))
    return "-".join([platform, *filter(None, [slug]), digest])


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:10]


def present(record: dict[str, Any]) -> dict[str, Any]:
    """Return the keys that hold something, with their values."""
    return {key: value for key, value in record.items() if value not in (None, "", [], {})}

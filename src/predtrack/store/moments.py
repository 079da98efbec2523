"""Change one date of a file where it stands, put one in or take one out.

Of a date that is there only the value is replaced, so that a comment behind it stays; where its
line is taken out and holds a comment, the change is refused, as are those that cannot be exact.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from predtrack.records.prediction import Prediction
from predtrack.store.entries import INEXACT, line_end, put_in
from predtrack.store.nodes import Mapping, Scalar
from predtrack.store.reading import Reading
from predtrack.store.scalars import quoted, scalar
from predtrack.store.splice import Splice, is_exact, left, line_start, sound

KEYS = ("opened", "closed", "scheduled_close", "deadline", "earliest", "review")
_BESIDE = ("kind", *KEYS)  # behind the last of these a new one is put in


def moved_key(was: Prediction, meant: Prediction) -> str | None:
    """Return the key of the one date that is different; None where other things are, or more."""
    for key in KEYS:
        if replace(meant, **{key: getattr(was, key)}) == was:
            return key
    own = [key for key, value in meant.extra if dict(was.extra).get(key) != value]
    is_all = len(own) == 1 and isinstance(dict(meant.extra)[own[0]], str)
    expected = dict(was.extra) | {key: dict(meant.extra)[key] for key in own}
    is_all = is_all and dict(meant.extra) == expected
    return own[0] if is_all and replace(meant, extra=was.extra) == was else None


def moved(reading: Reading, key: str, meant: Prediction) -> Splice:
    """Return the change that makes a file say a date, or none, under a key."""
    root, was = sound(reading)
    own = key.startswith("x-")
    value = dict(meant.extra)[key] if own else getattr(meant, key)
    text = None if value is None else scalar(value)
    splice = _splice(reading, root, key, text)
    # the order of one's own keys goes by the file, and is no part of what they say
    if own and not dict(was.extra).keys() >= {key}:
        meant = replace(meant, extra=_in_file(reading, splice, meant))
    if not is_exact(reading, splice, meant, lambda pairs: _all_but(pairs, key)):
        raise _by_hand(reading, key, text, INEXACT)
    return splice


def _in_file(reading: Reading, splice: Splice, meant: Prediction) -> Any:
    from predtrack.store.reading import read

    after = read(splice.applied(reading.text).encode(), reading.path, meant.id).prediction
    same = after is not None and dict(after.extra) == dict(meant.extra)
    return after.extra if after is not None and same else meant.extra


def _splice(reading: Reading, root: Mapping, key: str, text: str | None) -> Splice:
    name, node = root.key(key), root.get(key)
    if name is None or node is None:
        return _put_in(reading, root, key, text)
    if not isinstance(node, Scalar):
        raise _by_hand(reading, key, text, f"`{key}` holds more than a date")
    if text is not None:
        old = reading.text[node.start : node.end]
        if old[:1] in {"|", ">"}:
            raise _by_hand(reading, key, text, f"`{key}` is a long text")
        value = _as_before(old, text)
        if root.flow:
            return Splice(node.start, old, value if old else f" {value}")
        start, end = line_start(reading.text, name.start), line_end(reading.text, node)
        before, behind = reading.text[start : node.start], reading.text[node.end : end]
        gap = "" if before.endswith(" ") else " "  # an empty value stands right behind its colon
        whole = f"{before}{gap}{value}{behind}"
        return Splice(start, reading.text[start:end], whole)
    return _taken_out(reading, root, name, node)


def _as_before(old: str, text: str) -> str:
    """Return the text of a date in double quotes where the one before it had them, and only there.

    A day or an instant is read as written under any key, quoted or not.
    """
    plain = text.strip('"')
    return quoted(plain) if old[:1] == '"' else plain


def _taken_out(reading: Reading, root: Mapping, name: Scalar, node: Scalar) -> Splice:
    start, end = line_start(reading.text, name.start), line_end(reading.text, node)
    if root.flow or reading.text[start : name.start].strip(" "):
        raise _by_hand(reading, name.text, None, f"`{name.text}` does not begin its line")
    if "#" in reading.text[node.end : end]:
        raise _by_hand(reading, name.text, None, "the line holds a comment of yours")
    return Splice(start, reading.text[start:end], "")


def _put_in(reading: Reading, root: Mapping, key: str, text: str | None) -> Splice:
    beside = [pair for pair in root.pairs if pair[0].text in _BESIDE]
    if root.flow or not beside or text is None:
        raise _by_hand(reading, key, text, "the record stands in braces")
    name, node = beside[-1]
    start = line_start(reading.text, name.start)
    indent = reading.text[start : name.start]
    if indent.strip(" "):
        raise _by_hand(reading, key, text, f"`{name.text}` does not begin its line")
    return put_in(reading.text, line_end(reading.text, node), [f"{indent}{key}: {text}"])


def _all_but(pairs: tuple[tuple[str, Any], ...], key: str) -> object:
    return [pair for pair in pairs if pair[0] != key]


def _by_hand(reading: Reading, key: str, text: str | None, reason: str) -> Exception:
    if text is None:
        return left(reading, reason, f"take out its `{key}` by hand")
    return left(reading, reason, "put this line in by hand", [f"{key}: {text}"])

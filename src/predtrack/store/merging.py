"""Three states of one file -> the bytes of their merge, with markers where the branches contradict.

OURS is the text that is changed, and every byte that the merge need not touch stays. What it takes
from THEIRS it takes as text, comments included, wherever that says exactly what is meant. The
result is read again: it is a sound record that says what `records.merge` means, or a conflict.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable
from typing import NamedTuple

from predtrack.records import merge as meaning
from predtrack.records.merge import Merge, comparable
from predtrack.store.files import MOST_BYTES
from predtrack.store.merged_lines import merged_text
from predtrack.store.reading import Reading, read
from predtrack.store.stretches import Unfit

MARKER_SIZE = 7


class Merged(NamedTuple):
    """The bytes of a merge, the keys in which it is a conflict, and how git would end: 0 if clean.

    `conflicts` is None where an input is no record, so that only lines were merged.
    """

    data: bytes
    code: int
    conflicts: tuple[str, ...] | None = ()


Plain = Callable[[], tuple[bytes, int] | None]
"""Git's merge of the lines of the three files, and its exit code; None where there is no git."""


class States(NamedTuple):
    """The bytes of a file where two branches began, and on either of them."""

    base: bytes
    ours: bytes
    theirs: bytes


def merged(states: States, identity: str, plain: Plain, size: int = MARKER_SIZE) -> Merged | None:
    """Return the merge of a record; None where an input is no record and there is no git.

    `size` is how long the markers of a conflict are. An empty base is none: both added the file.
    """
    base, ours, theirs = states
    if theirs in (base, ours):
        return Merged(ours, 0)
    if ours == base:
        return Merged(theirs, 0)
    readings = [_read(each, identity) for each in states]
    if readings[0] is not None and not base.strip():
        readings[0] = None
    elif readings[0] is None or readings[0].prediction is None:
        return _by_lines(states, identity, plain, size, readings[1:])
    if any(each is None or each.prediction is None for each in readings[1:]):
        lines = plain()
        return None if lines is None else Merged(*lines, None)
    return _by_meaning(states, readings, plain, size)


def _read(data: bytes, identity: str) -> Reading | None:
    """The reading of a state of the file; None where it is too large to be a record."""
    return None if len(data) > MOST_BYTES else read(data, f"{identity}.yaml", identity)


def _by_lines(
    states: States, identity: str, plain: Plain, size: int, sides: list[Reading | None]
) -> Merged | None:
    """The merge where the base is no record: git's, but never one that is clean and no record."""
    lines = plain()
    if lines is None:
        return None
    sound = all(each is not None and each.prediction is not None for each in sides)
    after = _read(lines[0], identity)
    if sound and lines[1] == 0 and (after is None or after.prediction is None):
        return Merged(_whole(states, size), 1, ("all of it",))
    return Merged(*lines, None)


def _by_meaning(states: States, readings: list[Reading | None], plain: Plain, size: int) -> Merged:
    base, ours, theirs = readings
    assert ours is not None and ours.prediction is not None  # noqa: PT018  # seen to by the caller
    assert theirs is not None and theirs.prediction is not None  # noqa: PT018
    was = None if base is None else base.prediction
    meant = meaning.merge(was, ours.prediction, theirs.prediction)
    lines = plain()
    if meant.is_clean and lines is not None and lines[1] == 0 and _says(lines[0], meant):
        return Merged(lines[0], 0)
    try:
        text, conflicts = merged_text(base, ours, theirs, meant, size)
    except Unfit:
        if lines is not None and lines[1] != 0:
            return Merged(*lines, ("some lines",))
        return Merged(_whole(states, size), 1, ("all of it",))
    mark = codecs.BOM_UTF8 if states.ours.startswith(codecs.BOM_UTF8) else b""
    return Merged(mark + text.encode(), int(bool(conflicts)), conflicts)


def _says(data: bytes, meant: Merge) -> bool:
    """Whether a file is a record, and says what a clean merge means."""
    after = _read(data, meant.prediction.id)
    if after is None or after.prediction is None:
        return False
    return comparable(after.prediction) == comparable(meant.prediction)


def _whole(states: States, size: int) -> bytes:
    """A conflict of the whole file: each side from its first line to its last."""
    sides = [
        each.removeprefix(codecs.BOM_UTF8) + (b"" if each.endswith((b"\n", b"\r")) else b"\n")
        for each in (states.ours, states.theirs)
    ]
    signs = [sign * size for sign in (b"<", b"=", b">")]
    return b"%s ours\n%s%s\n%s%s theirs\n" % (signs[0], sides[0], signs[1], sides[1], signs[2])

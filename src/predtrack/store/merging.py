"""Merge three states of one file, and put markers where the branches contradict.

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


class _Records(NamedTuple):
    """The readings of sound records; `base` is None where both branches added the file."""

    base: Reading | None
    ours: Reading
    theirs: Reading


def merged(states: States, identity: str, plain: Plain, size: int = MARKER_SIZE) -> Merged | None:
    """Return the merge of a record; None where an input is no record and there is no git.

    `size` is how long the markers of a conflict are. An empty base is none: both added the file.
    """
    base, ours, theirs = states
    if theirs in (base, ours):
        return Merged(ours, 0)
    if ours == base:
        return Merged(theirs, 0)
    sides = [_record(each, identity) for each in (ours, theirs)]
    was = _record(base, identity)
    if sides[0] is None or sides[1] is None or (was is None and base.strip()):
        is_sound = None not in sides
        return _by_lines(states, identity, plain, size if is_sound else 0)
    return _by_meaning(states, _Records(was, sides[0], sides[1]), plain, size)


def _record(data: bytes, identity: str) -> Reading | None:
    """Return the reading of a state of the file; None where it is no sound record."""
    if len(data) > MOST_BYTES:
        return None
    reading = read(data, f"{identity}.yaml", identity)
    return None if reading.prediction is None else reading


def _by_lines(states: States, identity: str, plain: Plain, size: int) -> Merged | None:
    """Return git's merge of the lines of what is no record.

    Where both sides are records, and only the base is none, `size` is that of the markers: no merge
    of these is clean and no record.
    """
    lines = plain()
    if lines is None:
        return None
    if size and lines[1] == 0 and _record(lines[0], identity) is None:
        return Merged(_whole(states, size), 1, ("all of it",))
    return Merged(*lines, None)


def _by_meaning(states: States, records: _Records, plain: Plain, size: int) -> Merged:
    """Return the merge of records: by lines where these say what is meant, else spliced."""
    was, *sides = (None if each is None else each.prediction for each in records)
    meant = meaning.merge(was, *(each for each in sides if each is not None))
    lines = plain()
    if meant.is_clean and lines is not None and lines[1] == 0 and _says(lines[0], meant):
        return Merged(lines[0], 0)
    try:
        text, conflicts = merged_text(*records, meant, size)
    except Unfit:
        if meant.is_clean and lines is not None and lines[1] != 0:
            return Merged(*lines, ("some lines",))
        return Merged(_whole(states, size), 1, ("all of it",))
    mark = codecs.BOM_UTF8 if states.ours.startswith(codecs.BOM_UTF8) else b""
    data = mark + text.encode()
    if len(data) > MOST_BYTES:
        return Merged(_whole(states, size), 1, ("all of it",))
    return Merged(data, int(bool(conflicts)), conflicts)


def _says(data: bytes, meant: Merge) -> bool:
    """Return whether a file is a record, and says what a clean merge means."""
    after = _record(data, meant.prediction.id)
    says = None if after is None else after.prediction
    return says is not None and comparable(says) == comparable(meant.prediction)


def _whole(states: States, size: int) -> bytes:
    """Return a conflict of the whole file: each side from its first line to its last."""
    sides = [
        each.removeprefix(codecs.BOM_UTF8) + (b"" if each.endswith((b"\n", b"\r")) else b"\n")
        for each in (states.ours, states.theirs)
    ]
    signs = [sign * size for sign in (b"<", b"=", b">")]
    return b"%s ours\n%s%s\n%s%s theirs\n" % (signs[0], sides[0], signs[1], sides[1], signs[2])

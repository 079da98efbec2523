"""Find the lines of a key and of an entry in a file's text, and the comments above them.

What cannot be told apart line by line is `Unfit`.
"""

from __future__ import annotations

from typing import NamedTuple

from predtrack.records.merge import Values
from predtrack.store import splice
from predtrack.store.entries import line_end
from predtrack.store.nodes import Mapping, Node, Scalar
from predtrack.store.splice import BREAK, end_of, ends_line, line_start


class Unfit(Exception):  # no error: another way is taken
    """Lines that cannot be changed one by one."""


class State(NamedTuple):
    """A mapping in one state of the file: the file's text, its node, and its values by key."""

    text: str
    node: Mapping
    values: Values

    def value(self, key: str) -> Node:
        """Return the node of a key's value."""
        return next(value for name, value in self.node.pairs if name.text == key)


class Sides(NamedTuple):
    """A mapping in ours and in theirs, and as it was; `base` is None where it was not."""

    ours: State
    theirs: State
    base: State | None


class Edit(NamedTuple):
    """A stretch of OURS, and what takes its place; in a conflict the lines of both sides."""

    start: int
    end: int
    new: str
    is_conflict: bool = False
    is_comment: bool = False  # above what stands there, and so behind what is put in before it


class Span(NamedTuple):
    """The lines of a key or an entry: the comments right above, its own first sign, its end."""

    lead: int
    line: int
    start: int
    end: int


Lines = list[str]


def break_of(text: str) -> str:
    """Return the line break that a text uses first."""
    first = BREAK.search(text)
    return first[0] if first else "\n"


def names_of(state: State) -> list[str]:
    """Return the keys of a mapping in their order."""
    return [key.text for key, _ in state.node.pairs]


def span_of(state: State, key: str) -> Span:
    """Return the lines of a key of a mapping with a line a key."""
    at = names_of(state).index(key)
    name, value = state.node.pairs[at]
    text, start = state.text, name.start
    line = line_start(text, start)
    if text[line:start].strip(" ") and at:
        raise Unfit
    last = max(end_of(value), name.end)
    end = BREAK.search(text, start + len(text[start:last].rstrip()))
    floor = line
    if at:
        before = state.node.pairs[at - 1]
        floor = _end_of_line(text, max(end_of(before[1]), before[0].end), before[0].start)
    return Span(_above(text, line, start, floor), line, start, end.end() if end else len(text))


def span_of_item(text: str, item: Node) -> Span:
    """Return the lines of an entry, from that of its dash on; its start is behind the dash."""
    dash = text.rindex("-", 0, item.start)
    line = line_start(text, dash)
    if text[line:dash].strip(" ") or text[dash + 1 : item.start].strip(" \r\n"):
        raise Unfit
    floor = 0
    return Span(_above(text, line, dash, floor), line, item.start, line_end(text, item))


def _end_of_line(text: str, last: int, start: int) -> int:
    end = BREAK.search(text, start + len(text[start:last].rstrip()))
    return end.end() if end else len(text)


def _above(text: str, line: int, start: int, floor: int) -> int:
    """Return where the comment lines above a line begin, set in as it is; not above the floor."""
    indent, begin = text[line:start], line
    while begin > floor:
        above = line_start(text, begin - 1 if text[begin - 2 : begin] != "\r\n" else begin - 2)
        if above < floor or not text[above:begin].startswith(f"{indent}#"):
            break
        begin = above
    return begin


def comments_of(text: str) -> Lines:
    """Return the lines of a text, without what they are set in by."""
    return [line.strip() for line in BREAK.split(text) if line.strip()]


def comments_above(state: State, key: str) -> Lines | None:
    """Return the comments right above a key; None where the key is not there."""
    if key not in names_of(state):
        return None
    span = span_of(state, key)
    return comments_of(state.text[span.lead : span.line])


def column_of(state: State, key: str) -> int:
    """Return how far a key is set in."""
    name = state.node.key(key)
    return 0 if name is None else name.start - line_start(state.text, name.start)


def lines_of(state: State, key: str) -> Lines:
    """Return the lines of a key, set back to the first column; none where it is not there."""
    return dedented(state.text, span_of(state, key)) if key in names_of(state) else []


def dedented(text: str, span: Span) -> Lines:
    """Return lines set back by the column in which the first begins."""
    column = span.start - line_start(text, span.start)
    body = text[span.start : span.end]
    first, *rest = BREAK.split(body)[: -1 if ends_line(body) else None]
    if any(line[:column].strip() for line in rest):
        raise Unfit
    return [first, *(line[column:] for line in rest)]


def is_same(ours: State, base: State, key: str) -> bool:
    """Return whether a key stands in ours as it did."""
    return key in names_of(base) and lines_of(ours, key) == lines_of(base, key)


def is_inline(text: str, value: Node) -> bool:
    """Return whether a value is a text on one line."""
    return (
        isinstance(value, Scalar)
        and value.start < value.end
        and not BREAK.search(text, value.start, value.end)
    )


def has_comment(text: str, span: Span, value: Node) -> bool:
    """Return whether a comment stands in the lines of a key."""
    return "#" in "".join(splice.between(text, span.start, span.end, value))

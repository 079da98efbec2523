"""Compose YAML text into nodes with positions, under guard.

Nodes are composed here from parse events, so that the guard (depth, aliases, anchors, tags,
a second document, sheer number) acts before anything is built, and no constructor ever runs.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from itertools import islice
from typing import Any, NamedTuple

import yaml
from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from predtrack.errors import Misread, shortened


class PlainParser(yaml.reader.Reader, yaml.scanner.Scanner, yaml.parser.Parser):
    """Parse events from PyYAML's own parser, for where it was built without its C library."""

    def __init__(self, text: str) -> None:
        yaml.reader.Reader.__init__(self, text)
        yaml.scanner.Scanner.__init__(self)
        yaml.parser.Parser.__init__(self)


try:
    from yaml._yaml import CParser as Parser
except ImportError:  # pragma: no cover  # PyYAML was built without its C library
    Parser = PlainParser  # type: ignore[misc,assignment]

MOST_DEPTH = 32
MOST_EVENTS = 3_000_000
"""Parts of a record: of 200 figures a forecast, as many as `files.MOST_BYTES` holds and a third."""

_FORBIDDEN = re.compile(  # every character but those of YAML; said this way it compiles sooner
    "[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]"
)


class Scalar:
    """A text as written; `plain` where no quotes or block marks stand around it."""

    __slots__ = ("end", "plain", "start", "text")

    def __init__(self, text: str, plain: bool, start: int, end: int) -> None:
        self.text = text
        self.plain = plain
        self.start = start
        self.end = end


class Listing:
    """A sequence of nodes."""

    __slots__ = ("end", "flow", "items", "start")

    def __init__(self, start: int, end: int, flow: bool) -> None:
        self.items: list[Node] = []
        self.start = start
        self.end = end
        self.flow = flow


class Mapping:
    """Keys and values in the order of the file; keys are always scalars."""

    __slots__ = ("end", "flow", "pairs", "start")

    def __init__(self, start: int, end: int, flow: bool) -> None:
        self.pairs: list[tuple[Scalar, Node]] = []
        self.start = start
        self.end = end
        self.flow = flow

    def get(self, key: str) -> Node | None:
        """Return the value of a key, if it is there."""
        return next((value for name, value in self.pairs if name.text == key), None)

    def key(self, key: str) -> Scalar | None:
        """Return the key's own node, if it is there."""
        return next((name for name, _ in self.pairs if name.text == key), None)


Node = Scalar | Listing | Mapping


class NodeError(Misread):
    """A text that cannot be composed, with the offset where that shows."""

    def __init__(self, offset: int, code: str, message: str, remedy: str) -> None:
        super().__init__(code, message, remedy)
        self.offset = offset


class Lines:
    """Offsets of a text -> lines and columns, counted from 1 as editors count them."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts: list[int] = []

    def place(self, offset: int) -> tuple[int, int]:
        """Return the line and the column of an offset."""
        if not self.starts:
            self.starts = _line_starts(self.text)
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1


def _line_starts(text: str) -> list[int]:
    starts = [0]
    for offset, sign in enumerate(text):
        if sign == "\n" or (sign == "\r" and text[offset + 1 : offset + 2] != "\n"):
            starts.append(offset + 1)
    return starts


def compose(text: str) -> Node | None:
    """Return the one document of a text (without BOM) as nodes; None where it holds nothing."""
    if forbidden := _FORBIDDEN.search(text):
        message = f"the character U+{ord(forbidden[0]):04X} is not allowed in YAML"
        remedy = "take it out, or write it as a code in double quotes"
        raise NodeError(forbidden.start(), "yaml", message, remedy)
    try:
        return _Composer(Parser(text)).document()
    except yaml.MarkedYAMLError as error:
        raise _plainly(error, text) from None


def _plainly(error: yaml.MarkedYAMLError, text: str) -> NodeError:
    """Return what the parser says, in plain words, and where a person would look for it."""
    problem = str(error.problem)
    complaints = [each for each in _COMPLAINTS if any(part in problem for part in each.parts)]
    complaint = complaints[0] if complaints else _Complaint((), "not YAML: {problem}", _LOOK)
    mark = (error.context_mark if complaint.at_start else None) or error.problem_mark
    place = min(mark.index, len(text)) if mark else 0
    sign = text[place : place + 1]
    if sign == "\t":
        remedy = "indent with spaces, not with tabs"
        return NodeError(place, "yaml", "a tab stands where only spaces may", remedy)
    message = complaint.message.format(problem=problem, sign=sign)
    remedy = _OVER if _BARE_OVER.search(text, *_line_of(text, place)) else complaint.remedy
    return NodeError(place, "yaml", message, remedy)


_BARE_OVER = re.compile(r": *> *[\d.]+%? *(#.*)?$", re.ASCII)
_OVER = 'of a probability write "over 50%", and put any other text that begins with > in quotes'


def _line_of(text: str, at: int) -> tuple[int, int]:
    """Return where the line of an offset begins and ends."""
    start = max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1
    ends = [end for sign in "\r\n" if (end := text.find(sign, at)) >= 0]
    return start, min(ends, default=len(text))


class _Complaint(NamedTuple):
    """What the parsers say about one mistake, and what a person is told."""

    parts: tuple[str, ...]
    message: str
    remedy: str
    at_start: bool = False  # the mistake is where the text in question begins


_LOOK = "check quotes, colons and indentation here"
_QUOTE = "put quotes around the whole text"
_COMPLAINTS = (
    _Complaint(
        ("maximum nesting depth",),
        f"the file is nested more than {MOST_DEPTH} deep",
        "a record needs no more than 5 levels",
    ),
    _Complaint(
        ("mapping values are not allowed",),
        "a colon with a space behind it cannot stand here",
        f"{_QUOTE}, or give the keys of one level the same indentation",
    ),
    _Complaint(("cannot start any token",), "a text cannot begin with {sign}", _QUOTE),
    _Complaint(
        ("alphabetic or numeric character",), "a text cannot begin with {sign}", _QUOTE, True
    ),
    _Complaint(
        ("could not find expected ':'",),
        "this line is neither a key with a colon nor part of the text above",
        "put a colon and a space after the key, or indent the line",
        True,
    ),
    _Complaint(
        ("unexpected end of stream",),
        "the quotes that begin here are never closed",
        "close them; a quote inside them is doubled ('') or written \\\"",
        True,
    ),
    _Complaint(
        ("expected ',' or",),
        "a bracket or brace is not closed before this, or a comma is missing",
        f"close it, or put a comma between the entries, or {_QUOTE}",
    ),
    _Complaint(
        ("expected key", "expected <block end>", "expected '-' indicator"),
        "this does not fit what stands before it",
        f"give the keys of one level the same indentation, or {_QUOTE}",
    ),
    _Complaint(
        ("escape",),
        "a backslash in double quotes begins a code, and this is none",
        "write two backslashes, or use single quotes",
    ),
    _Complaint(
        ("sequence entries are not allowed",),
        "a list cannot begin on this line",
        "put its first `- ` on a line of its own",
    ),
    _Complaint(
        ("comment or line break", "comment or a line break", "indentation indicator"),
        "the text after | or > begins on the same line",
        f"begin it on the next line, or {_QUOTE}",
    ),
    _Complaint(("tag handle",), "a text cannot begin with {sign}", _QUOTE),
    _Complaint(("node content",), "{sign} stands where a value belongs", _QUOTE),
    _Complaint(
        ("incompatible YAML document", "directive"),
        "a line that begins with % speaks to programs",
        "take the line out",
    ),
    _Complaint(
        ("document start",),
        "something stands after the end of the document",
        "take out the line `...`",
    ),
)


class _Composer:
    """Builds nodes from events, of which it takes no more than a file may have."""

    def __init__(self, parser: Any) -> None:
        self.parser = parser
        self.next: Callable[[], Any] = islice(iter(parser.get_event, None), MOST_EVENTS).__next__

    def document(self) -> Node | None:
        try:
            return self.only()
        except StopIteration:
            remedy = "keep one prediction a file, and long tables elsewhere"
            raise _refusal(self.parser.get_event(), "the file has too many parts", remedy) from None

    def only(self) -> Node | None:
        self.next()  # the stream
        if type(self.next()) is StreamEndEvent:
            return None
        node = self.node(self.next(), 0)
        self.next()  # the document's end
        event = self.next()
        if type(event) is not StreamEndEvent:
            remedy = "keep one prediction a file: move the second to a file of its own"
            raise _refusal(event, "a second document begins here", remedy)
        return node

    def node(self, event: Any, depth: int) -> Node:
        if event.anchor is not None or event.tag is not None or depth > MOST_DEPTH:
            raise _unwanted(event)
        start, end = event.start_mark.index, event.end_mark.index
        if type(event) is ScalarEvent:
            return Scalar(event.value, not event.style, start, end)
        if type(event) is SequenceStartEvent:
            return self.listing(Listing(start, end, bool(event.flow_style)), depth + 1)
        return self.mapping(Mapping(start, end, bool(event.flow_style)), depth + 1)

    def listing(self, node: Listing, depth: int) -> Listing:
        while type(event := self.next()) is not SequenceEndEvent:
            node.items.append(self.node(event, depth))
        node.end = _end(event)
        return node

    def mapping(self, node: Mapping, depth: int) -> Mapping:
        while type(event := self.next()) is not MappingEndEvent:
            key = self.node(event, depth)
            if type(key) is not Scalar:
                raise _refusal(event, "a key is not a text", "write one word as the key")
            node.pairs.append((key, self.node(self.next(), depth)))
        node.end = _end(event)
        return node


def _end(event: Any) -> int:
    index: int = event.end_mark.index
    return index


def _unwanted(event: Any) -> NodeError:
    """Return why an event is not built: an alias, an anchor, a tag, or too deep."""
    if isinstance(event, AliasEvent):
        remedy = "write the value out, or put quotes around the text"
        return _refusal(event, f"*{shortened(str(event.anchor))} is an alias", remedy)
    remedy = "take it out, or put quotes around the text"
    if event.anchor is not None:
        return _refusal(event, f"&{shortened(event.anchor)} is an anchor", remedy)
    if event.tag is not None:
        return _refusal(event, f"{shortened(event.tag)} is a tag", remedy)
    message = f"the file is nested more than {MOST_DEPTH} deep"
    return _refusal(event, message, "a record needs no more than 5 levels")


def _refusal(event: Any, message: str, remedy: str) -> NodeError:
    return NodeError(event.start_mark.index, "yaml", message, remedy)


def plain(node: Node) -> Any:
    """Return the node as texts, lists and tuples of pairs: what is compared, never interpreted."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Listing):
        return [plain(item) for item in node.items]
    return tuple((key.text, plain(value)) for key, value in node.pairs)

"""YAML text -> nodes with positions, built under guard.

Nodes are composed here from parse events, so that the guard (depth, aliases, anchors, tags,
a second document, sheer number) acts before anything is built, and no constructor ever runs.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Any

import yaml

from predtrack.errors import Misread, shortened

try:
    from yaml.cyaml import CParser as _Parser
except ImportError:  # pragma: no cover  # PyYAML was built without its C library

    class _Parser(yaml.reader.Reader, yaml.scanner.Scanner, yaml.parser.Parser):  # type: ignore[no-redef]
        def __init__(self, text: str) -> None:
            yaml.reader.Reader.__init__(self, text)
            yaml.scanner.Scanner.__init__(self)
            yaml.parser.Parser.__init__(self)


MOST_DEPTH = 32
MOST_EVENTS = 800_000


@dataclass(slots=True)
class Scalar:
    """A text as written; `plain` where no quotes or block marks stand around it."""

    text: str
    plain: bool
    start: int
    end: int


@dataclass(slots=True)
class Listing:
    """A sequence of nodes."""

    items: list[Node]
    start: int
    end: int
    flow: bool = False


@dataclass(slots=True)
class Mapping:
    """Keys and values in the order of the file; keys are always scalars."""

    pairs: list[tuple[Scalar, Node]]
    start: int
    end: int
    flow: bool = False

    def get(self, key: str) -> Node | None:
        """The value of a key, if it is there."""
        return next((value for name, value in self.pairs if name.text == key), None)

    def key(self, key: str) -> Scalar | None:
        """The key's own node, if it is there."""
        return next((name for name, _ in self.pairs if name.text == key), None)


Node = Scalar | Listing | Mapping


class NodeError(Misread):
    """A text that cannot be composed, with the offset where that shows."""

    def __init__(self, offset: int, code: str, message: str, remedy: str) -> None:
        super().__init__(code, message, remedy)
        self.offset = offset


@dataclass(slots=True)
class Lines:
    """Offsets of a text -> lines and columns, counted from 1 as editors count them."""

    text: str
    starts: list[int] = field(default_factory=list)

    def place(self, offset: int) -> tuple[int, int]:
        """The line and the column of an offset."""
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
    """The one document of a text (without BOM) as nodes; None where it holds nothing."""
    try:
        return _Composer(_Parser(text)).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise NodeError(mark.index if mark else 0, *_plainly(error)) from None
    except yaml.reader.ReaderError as error:
        position = _reader_position(text, error)
        said = f"the character {_named(text, position)} is not allowed in YAML"
        raise NodeError(position, "yaml", said, "take it out, or write it escaped") from None


def _reader_position(text: str, error: yaml.reader.ReaderError) -> int:
    """Where the forbidden character is; the C parser counts bytes, the other characters."""
    found = next((i for i, sign in enumerate(text) if not _allowed(sign)), None)
    return min(int(error.position or 0), len(text)) if found is None else found


def _allowed(sign: str) -> bool:
    code = ord(sign)
    if code < 0xA0:
        return 0x20 <= code < 0x7F or sign in "\t\n\r\x85"
    return not (0xD800 <= code <= 0xDFFF or code in {0xFFFE, 0xFFFF, 0xFEFF})


def _named(text: str, position: int) -> str:
    return f"U+{ord(text[position]):04X}" if position < len(text) else "at the end"


def _plainly(error: yaml.MarkedYAMLError) -> tuple[str, str, str]:
    problem = str(error.problem or "the text is not YAML")
    remedies = {
        "mapping values are not allowed": "put quotes around a text that holds a colon and a space",
        "found character '\\t'": "indent with spaces, not with tabs",
        "cannot start any token": "put quotes around the text",
        "could not find expected ':'": "put a colon and a space after the key",
        "unexpected end of stream": "close the quotes or the bracket",
        "expected <block end>": "give the keys of one level the same indentation",
        "expected ',' or": "close the bracket, or put a comma between entries",
    }
    remedy = next((text for part, text in remedies.items() if part in problem), "")
    return "yaml", f"not YAML: {problem}", remedy or "check quotes, colons and indentation here"


class _Composer:
    """Builds nodes from events; counts what it has seen."""

    def __init__(self, parser: Any) -> None:
        self.parser = parser
        self.count = 0

    def next(self) -> Any:
        event = self.parser.get_event()
        self.count += 1
        if self.count > MOST_EVENTS:
            raise self.refusal(event, "the file has too many parts", "split it")
        return event

    def refusal(self, event: Any, message: str, remedy: str) -> NodeError:
        return NodeError(event.start_mark.index, "yaml", message, remedy)

    def document(self) -> Node | None:
        self.next()  # the stream
        event = self.next()
        if isinstance(event, yaml.StreamEndEvent):
            return None
        node = self.node(self.next(), 0)
        self.next()  # the document's end
        event = self.next()
        if not isinstance(event, yaml.StreamEndEvent):
            remedy = "keep one prediction a file: move the second to a file of its own"
            raise self.refusal(event, "a second document begins here", remedy)
        return node

    def node(self, event: Any, depth: int) -> Node:
        self.guard(event, depth)
        start, end = event.start_mark.index, event.end_mark.index
        if isinstance(event, yaml.ScalarEvent):
            return Scalar(event.value, event.style in {None, ""}, start, end)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.listing(Listing([], start, end, bool(event.flow_style)), depth)
        return self.mapping(Mapping([], start, end, bool(event.flow_style)), depth)

    def guard(self, event: Any, depth: int) -> None:
        if isinstance(event, yaml.AliasEvent):
            remedy = "write the value out; a record has no aliases"
            raise self.refusal(event, f"*{event.anchor} is an alias", remedy)
        if event.anchor is not None:
            remedy = "take it out, or put quotes around the text"
            raise self.refusal(event, f"&{event.anchor} is an anchor", remedy)
        if event.tag is not None:
            remedy = "take it out, or put quotes around the text"
            raise self.refusal(event, f"{shortened(event.tag)} is a tag", remedy)
        if depth > MOST_DEPTH:
            message = f"the file is nested more than {MOST_DEPTH} deep"
            raise self.refusal(event, message, "a record needs no more than 5 levels")

    def listing(self, node: Listing, depth: int) -> Listing:
        while not isinstance(event := self.next(), yaml.SequenceEndEvent):
            node.items.append(self.node(event, depth + 1))
        node.end = event.end_mark.index
        return node

    def mapping(self, node: Mapping, depth: int) -> Mapping:
        while not isinstance(event := self.next(), yaml.MappingEndEvent):
            key = self.node(event, depth + 1)
            if not isinstance(key, Scalar):
                raise self.refusal(event, "a key is not a text", "write one word as the key")
            node.pairs.append((key, self.node(self.next(), depth + 1)))
        node.end = event.end_mark.index
        return node


def plain(node: Node) -> Any:
    """The node as texts, lists and tuples of pairs: what is compared, never interpreted."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Listing):
        return [plain(item) for item in node.items]
    return tuple((key.text, plain(value)) for key, value in node.pairs)

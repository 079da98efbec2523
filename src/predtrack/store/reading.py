"""Bytes of a file -> a prediction, or every problem with its line and column."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from predtrack.errors import Misread, Problem, near, shortened
from predtrack.records import rules
from predtrack.records.forms import Form
from predtrack.records.prediction import KINDS, Pairs, Prediction
from predtrack.store import nodes
from predtrack.store.nodes import Lines, Listing, Mapping, Node, Scalar
from predtrack.store.shapes import Expected, ListOf, Shape, expected

BOM = "\ufeff"
Where = tuple[str | int, ...]

_CONFLICT = re.compile(r"^(<<<<<<<|>>>>>>>)( |\r|$)", re.MULTILINE)
_CUT = re.compile(r"[ \t]+(#[^\s#!][^\r\n]*)")
_MOST_HINTS = 100  # to look for a near word takes time: not in a file that is all mistakes
_APART = frozenset({"by", "made", "origin", "rationale", "source", "withdrawn"})
"""Keys of a forecast on which nothing depends that is said of the whole forecast."""
_GOES_BY = {"options": frozenset({"options"}), "answer": frozenset({"options", "range"})}
"""The keys by which a code's findings elsewhere go: of no use while such a key is broken."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file holds: its text without BOM, its root, and the prediction or the problems."""

    path: str
    text: str
    root: Node | None
    prediction: Prediction | None
    problems: tuple[Problem, ...]

    def place(self, where: Where) -> tuple[int, int]:
        """The line and the column of what some keys and list positions lead to."""
        return Lines(self.text).place(_located(self.root, where).start)


def read(data: bytes, path: str, identity: str) -> Reading:
    """The reading of a file's bytes; `path` is what messages call it."""
    try:
        text = decode(data)
    except NodeErrorAtByte as error:
        place = _place_of_byte(data, error.at)
        return _unreadable(path, "", Problem(path, *place, *error.parts))
    lines = Lines(text)
    if found := _CONFLICT.search(text):
        remedy = "settle the merge, then take the markers out"
        message = "an unsettled merge stands here"
        problem = Problem(path, *lines.place(found.start()), "conflict", message, remedy)
        return _unreadable(path, text, problem)
    try:
        root = nodes.compose(text)
    except nodes.NodeError as error:
        place = lines.place(min(error.offset, len(text)))
        problem = Problem(path, *place, error.code, error.message, error.remedy)
        return _unreadable(path, text, problem)
    return _interpret(path, identity, lines, root)


def _unreadable(path: str, text: str, problem: Problem) -> Reading:
    return Reading(path, text, None, None, (problem,))


class NodeErrorAtByte(ValueError):
    """Bytes that are no text, with the offset."""

    def __init__(self, at: int, code: str, message: str, remedy: str) -> None:
        super().__init__(message)
        self.at, self.parts = at, (code, message, remedy)


def decode(data: bytes) -> str:
    """The text of a file's bytes, without its BOM."""
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"} or data[:4].count(0) > 1:
        raise NodeErrorAtByte(0, "encoding", "the file is UTF-16 or UTF-32", "save it as UTF-8")
    try:
        return data.decode("utf-8").removeprefix(BOM)
    except UnicodeDecodeError as error:
        message = f"byte {error.start} (0x{data[error.start]:02x}) is not UTF-8"
        raise NodeErrorAtByte(error.start, "encoding", message, "save it as UTF-8") from None


def _place_of_byte(data: bytes, at: int) -> tuple[int, int]:
    before = data[:at].decode("utf-8", "replace").removeprefix(BOM)
    return Lines(before).place(len(before))


def _interpret(path: str, identity: str, lines: Lines, root: Node | None) -> Reading:
    text = lines.text
    reader = _Reader(text, lines)
    prediction = reader.prediction(root)
    if prediction is not None:
        prediction = replace(prediction, id=identity, path=path)
        reader.rules(root, prediction)
    problems = tuple(reader.problems_of(path))
    return Reading(path, text, root, None if problems else prediction, problems)


@dataclass(slots=True)
class _Reader:
    """Walks nodes beside the record definitions and collects what does not fit."""

    text: str
    lines: Lines
    kind: str = ""
    found: list[tuple[int, str, str, str]] = field(default_factory=list)
    broken: list[Where] = field(default_factory=list)
    kept: dict[Where, list[int]] = field(
        default_factory=dict
    )  # entries of lists that could be read

    def problem(self, where: Where, node: Node, parts: tuple[str, str, str]) -> None:
        self.found.append((node.start, *parts))
        self.broken.append(where)

    def problems_of(self, path: str) -> Iterable[Problem]:
        for offset, code, message, remedy in sorted(self.found, key=lambda each: each[0]):
            yield Problem(path, *self.lines.place(offset), code, message, remedy)

    def prediction(self, root: Node | None) -> Prediction | None:
        if not isinstance(root, Mapping):
            node = root or Scalar("", True, 0, 0)
            message = "the file is empty" if root is None else "the file is not a mapping of keys"
            self.problem((), node, ("empty", message, "begin with `claim: ...`"))
            return None
        kind = root.get("kind")
        if isinstance(kind, Scalar) and kind.text in KINDS:
            self.kind = kind.text
        found: Prediction | None = self.record(root, Prediction, ())
        return found

    def record(self, node: Node, record: type, where: Where) -> Any:
        """The record that a mapping holds; None where it is not one."""
        if not isinstance(node, Mapping):
            keys = sorted(expected(record).values(), key=lambda each: not each.required)
            remedy = f"write its keys below it: {', '.join(each.name for each in keys[:4])} ..."
            self.problem(where, node, ("type", f"{_name(where)} is not a mapping of keys", remedy))
            return None
        self.repeated(node, where)
        values: dict[str, Any] = {}
        extra = []
        for key, value in node.pairs:
            if key.text.startswith("x-"):
                extra.append((key.text, self.own(value, (*where, key.text))))
            elif wanted := expected(record).get(key.text):
                self.field(values, wanted, value, (*where, key.text))
            else:
                self.unknown(key, record, where)
        if record is Prediction:
            values["extra"] = tuple(extra)
        return self.built(record, values, node, where)

    def own(self, node: Node, where: Where) -> Any:
        """A value below a key of the user's own: kept as text, with no key twice."""
        pairs = node.pairs if isinstance(node, Mapping) else []
        items = node.items if isinstance(node, Listing) else []
        if isinstance(node, Mapping):
            self.repeated(node, where)
        for index, below in enumerate([*(value for _, value in pairs), *items]):
            self.own(below, (*where, index))
        return nodes.plain(node)

    def repeated(self, node: Mapping, where: Where) -> None:
        seen: dict[str, Scalar] = {}
        for key, _ in node.pairs:
            first = seen.setdefault(key.text, key)
            if first is not key:
                line = self.lines.place(first.start)[0]
                message = f"`{shortened(key.text)}` stands twice, first on line {line}"
                self.problem((*where, key.text), key, ("twice", message, "keep one of them"))

    def unknown(self, key: Scalar, record: type, where: Where) -> None:
        few = len(self.found) < _MOST_HINTS
        hint = near(shortened(key.text), list(expected(record))) if few else ""
        remedy = hint or "take it out, or begin its name with x- to keep it as your own"
        if key.text == "id":
            remedy = "take it out: the name of the file is the id"
        message = f"`{shortened(key.text)}` is not a key of {_name(where)}"
        self.problem((*where, key.text), key, ("key", message, remedy))

    def field(self, values: dict[str, Any], wanted: Expected, node: Node, where: Where) -> None:
        if wanted.name in values:
            return
        if _absent(node):
            if wanted.required:
                remedy = "fill it in" if wanted.name != "forecasts" else "write `forecasts: []`"
                self.problem(where, node, ("empty", f"`{wanted.name}` is empty", remedy))
                values[wanted.name] = _placeholder(wanted.name)
            return
        values[wanted.name] = self.value(node, wanted.shape, where)

    def value(self, node: Node, shape: Shape, where: Where) -> Any:
        """The value that a node holds by its shape; None where it does not fit."""
        if isinstance(shape, Form):
            return self.scalar(node, shape, where)
        if isinstance(shape, ListOf):
            return self.items(node, shape.item, where)
        if isinstance(shape, Pairs):
            return self.pairs(node, shape, where)
        return self.record(node, shape, where)

    def scalar(self, node: Node, form: Form, where: Where) -> Any:
        if not isinstance(node, Scalar):
            listed = "a list" if isinstance(node, Listing) else "a mapping of keys"
            message = f"{_name(where)} is {listed}, not a {form.name}"
            self.problem(where, node, ("type", message, f"write one {form.name}"))
            return _placeholder(where[-1])
        if form.plain and node.plain and (cut := _CUT.match(self.text, node.end)):
            message = f"a comment, {shortened(cut[1], 20)}, cuts the text short"
            remedy = "put quotes around the whole text, or a space after # if it is a comment"
            self.problem(where, node, ("comment", message, remedy))
        try:
            return form.read(node.text, self.kind)
        except Misread as error:
            self.problem(where, node, (error.code, error.message, error.remedy))
            return _placeholder(where[-1])

    def items(self, node: Node, item: Shape, where: Where) -> tuple[Any, ...]:
        if not isinstance(node, Listing):
            shown = shortened(node.text, 30) if isinstance(node, Scalar) else "..."
            remedy = f"write [{shown}]" if isinstance(item, Form) else "begin each entry with `- `"
            self.problem(where, node, ("type", f"{_name(where)} is not a list", remedy))
            return ()
        found = [self.value(each, item, (*where, i)) for i, each in enumerate(node.items)]
        self.kept[where] = [i for i, each in enumerate(found) if each is not None]
        return tuple(each for each in found if each is not None)

    def pairs(self, node: Node, pairs: Pairs, where: Where) -> Any:
        if not isinstance(node, Mapping) or not node.pairs:
            message = f"{_name(where)} is not a mapping of {pairs.keys.name} to {pairs.values.name}"
            example = {"level": "{10%: 8, 90%: 20}", "label": "{A: 60%, B: 40%}"}
            remedy = f"write {example.get(pairs.keys.name, self.example())}"
            self.problem(where, node, ("type", message, remedy))
            return None
        broken = len(self.broken)
        self.repeated(node, where)
        found = [
            (
                self.scalar(key, pairs.keys, (*where, i)),
                self.scalar(value, pairs.values, (*where, i)),
            )
            for i, (key, value) in enumerate(node.pairs)
        ]
        return tuple(found) if len(self.broken) == broken else None

    def example(self) -> str:
        return "{2029-02-13: 50%}" if self.kind == "date" else "{8: 10%, 12: 50%}"

    def built(self, record: type, values: dict[str, Any], node: Mapping, where: Where) -> Any:
        """The record, once what it needs is there; with placeholders where the rest can go on."""
        missing = [
            each.name
            for each in expected(record).values()
            if each.required and each.name not in values
        ]
        for name in missing:
            message = f"`{name}` is missing from {_name(where)}"
            self.problem((*where, name), node, ("missing", message, f"add `{name}: ...`"))
            values[name] = _placeholder(name)
        given = {name: value for name, value in values.items() if value is not None}
        whole = all(each.name in given for each in expected(record).values() if each.required)
        return record(**given) if whole else None

    def rules(self, root: Node | None, prediction: Prediction) -> None:
        """Add what the rules across fields find, but for what follows from a broken place."""
        broken = frozenset(self.broken)
        around = frozenset(place for each in self.broken for place in _whole_of(each))
        keys = frozenset(place[0] for place in self.broken)
        for finding in rules.findings(prediction):
            where = self.in_file(finding.where)
            follows = where in around or any(place in broken for place in _above(where))
            if not follows and not _GOES_BY.get(finding.code, frozenset()) & keys:
                node = _located(root, where)
                self.found.append((node.start, finding.code, finding.message, finding.remedy))

    def in_file(self, where: Where) -> Where:
        """A place in the record -> in the file, where lists may hold entries that are broken."""
        if len(where) < 2 or not isinstance(where[1], int) or where[:1] not in self.kept:
            return where
        return (where[0], self.kept[where[:1]][where[1]], *where[2:])


def _above(where: Where) -> list[Where]:
    """A place and the places that hold it."""
    return [where[:depth] for depth in range(1, len(where) + 1)]


def _whole_of(broken: Where) -> list[Where]:
    """The places of which nothing more can be said when something in them is broken."""
    places = _above(broken)[:-1]
    return [place for place in places if broken[len(place)] not in _APART]


def _located(root: Node | None, where: Where) -> Node:
    """The node that a finding speaks of: a text, the key of a mapping, the entry of a list."""
    node: Node | None = root
    shown: Node = root or Scalar("", True, 0, 0)
    for step in where:
        if isinstance(node, Mapping):
            pair = _pair(node, step)
            if pair is None:
                return shown
            shown, node = pair
            if isinstance(node, Scalar) and node.text:
                shown = node
        elif isinstance(node, Listing) and isinstance(step, int) and step < len(node.items):
            shown = node = node.items[step]
    return shown


def _pair(node: Mapping, step: str | int) -> tuple[Scalar, Node] | None:
    if isinstance(step, int):
        return node.pairs[step] if step < len(node.pairs) else None
    return next((pair for pair in node.pairs if pair[0].text == step), None)


def _absent(node: Node) -> bool:
    return isinstance(node, Scalar) and node.plain and not node.text


def _placeholder(name: str | int) -> Any:
    """What stands in for a broken required value while the other rules are tried."""
    required = {"by": "", "claim": "", "forecasts": (), "made": date(1900, 1, 1)}
    return required.get(name) if isinstance(name, str) else None


def _name(where: Where) -> str:
    """What a message calls a place."""
    words = [f"entry {step + 1} of" if isinstance(step, int) else f"`{step}`" for step in where]
    if not words:
        return "a prediction"
    last = where[-1]
    if isinstance(last, int):
        return f"entry {last + 1} of `{next(s for s in reversed(where) if isinstance(s, str))}`"
    if last == "forecasts":
        return "`forecasts`"
    return words[-1]

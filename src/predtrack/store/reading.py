"""Read the bytes of a file as a prediction, or as every problem with its line and column."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from predtrack.errors import Misread, Problem, near, shortened
from predtrack.records import rules
from predtrack.records.forms import Form
from predtrack.records.prediction import (
    VALUES,
    Brief,
    Condition,
    Forecast,
    Interval,
    Offered,
    Option,
    Outcome,
    Pairs,
    Prediction,
    Range,
    Reference,
)
from predtrack.records.terms import KINDS
from predtrack.store import nodes
from predtrack.store.nodes import Lines, Listing, Mapping, Node, Scalar
from predtrack.store.shapes import Expected, ListOf, Shape, expected, keeps_own, required

BOM = "\ufeff"
Step = str | int
Where = tuple[Step, ...]

_CONFLICT = re.compile(r"^(<<<<<<<|>>>>>>>)( |\r|$)", re.MULTILINE)
_CUT = re.compile(r"[ \t]+(#[^\s#!][^\r\n]*)")
_MOST_HINTS = 100  # to look for a near word takes time: not in a file that is all mistakes
_WHOLES: dict[str, tuple[type, frozenset[str]]] = {
    "forecasts": (Forecast, frozenset({*VALUES, "words", "paraphrase"})),
    "reference": (Reference, frozenset({*VALUES, "note"})),
    "outcome": (Outcome, frozenset({"answer", "decided"})),
    "condition": (Condition, frozenset({"text", "prediction"})),
    "interval": (Interval, frozenset({"low", "high"})),
    "range": (Range, frozenset({"low", "high"})),
}
"""By the key of a record: what it is, and the keys that decide what rules say of it as a whole."""
_GOES_BY = {"options": frozenset({"options"}), "answer": frozenset({"options", "range"})}
"""The keys by which a code's findings elsewhere go: of no use while such a key is broken."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file holds: its text without BOM, its root, and the prediction or the problems."""

    path: str
    text: str
    composed: Node | None = field(repr=False, compare=False)  # the root, where it was kept
    prediction: Prediction | None
    problems: tuple[Problem, ...]

    @property
    def root(self) -> Node | None:
        """Return the nodes of the text.

        Those of a sound record are composed again once they are asked for: few ever are, and
        they take far more room, and so more time to keep, than all the rest.
        """
        if self.composed is None and self.prediction is not None:
            object.__setattr__(self, "composed", nodes.compose(self.text))
        return self.composed

    def place(self, where: Where) -> tuple[int, int]:
        """Return the line and the column of what some keys and list positions lead to."""
        return Lines(self.text).place(_located(self.root, where).start)


def read(data: bytes, path: str, identity: str) -> Reading:
    """Return the reading of a file's bytes; `path` is what messages call it."""
    try:
        text = decode(data)
    except NodeErrorAtByte as error:
        place = _place_of_byte(data, error.at)
        return _unreadable(path, "", Problem(path, *place, *error.parts))
    if ("<<<<<<<" in text or ">>>>>>>" in text) and (marker := _CONFLICT.search(text)):
        remedy = "settle the merge, then take the markers out"
        message = "an unsettled merge stands here"
        place = Lines(text).place(marker.start())
        return _unreadable(path, text, Problem(path, *place, "conflict", message, remedy))
    try:
        root = nodes.compose(text)
    except nodes.NodeError as error:
        place = Lines(text).place(min(error.offset, len(text)))
        problem = Problem(path, *place, error.code, error.message, error.remedy)
        return _unreadable(path, text, problem)
    return _interpret(path, identity, text, root)


def _unreadable(path: str, text: str, problem: Problem) -> Reading:
    return Reading(path, text, None, None, (problem,))


class NodeErrorAtByte(ValueError):
    """Bytes that are no text, with the offset."""

    def __init__(self, at: int, code: str, message: str, remedy: str) -> None:
        super().__init__(message)
        self.at, self.parts = at, (code, message, remedy)


def decode(data: bytes) -> str:
    """Return the text of a file's bytes, without its BOM."""
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


def _interpret(path: str, identity: str, text: str, root: Node | None) -> Reading:
    reader = _Reader(text, path, identity)
    prediction = reader.prediction(root)
    if prediction is not None:
        reader.rules(root, prediction)
    if not reader.mistakes and prediction is not None:
        return Reading(path, text, None, prediction, ())
    return Reading(path, text, root, None, tuple(reader.problems()))


class _Reader:
    """Walks nodes beside the record definitions and collects what does not fit.

    A place is told by what leads to the mapping or the list that holds it, and the last step:
    they are put together only where something is wrong.
    """

    def __init__(self, text: str, path: str, identity: str) -> None:
        self.text, self.path, self.identity = text, path, identity
        self.lines = Lines(text)
        self.commented = "#" in text
        self.kind = ""
        self.mistakes: list[tuple[int, str, str, str]] = []
        self.broken: list[Where] = []
        self.sound_items: dict[Where, list[int]] = {}  # of lists with broken entries

    def problem(self, where: Where, node: Node, parts: tuple[str, str, str]) -> None:
        self.mistakes.append((node.start, *parts))
        self.broken.append(where)

    def problems(self) -> Iterable[Problem]:
        for offset, code, message, remedy in sorted(self.mistakes, key=lambda each: each[0]):
            yield Problem(self.path, *self.lines.place(offset), code, message, remedy)

    def prediction(self, root: Node | None) -> Prediction | None:
        if not isinstance(root, Mapping):
            node = root or Scalar("", True, 0, 0)
            message = "the file is empty" if root is None else "the file is not a mapping of keys"
            self.problem((), node, ("empty", message, "begin with `claim: ...`"))
            return None
        kind = root.get("kind")
        if isinstance(kind, Scalar) and kind.text in KINDS:
            self.kind = kind.text
        prediction: Prediction | None = self.record(root, Prediction, ())
        return prediction

    def record(self, node: Node, record: type, where: Where) -> Any:
        """Return the record that a mapping holds; None where it is not one."""
        if not isinstance(node, Mapping):
            first = sorted(expected(record).values(), key=lambda each: not each.required)
            remedy = f"write its keys below it: {', '.join(each.name for each in first[:4])} ..."
            self.problem(where, node, ("type", f"{_name(where)} is not a mapping of keys", remedy))
            return None
        self.repeated(node, where)
        keys = expected(record)
        values: dict[str, Any] = {}
        extra = []
        for key, value in node.pairs:
            name = key.text
            if wanted := keys.get(name):
                if wanted.name in values:
                    continue
                if isinstance(value, Scalar) and value.plain and not value.text:
                    self.absent(values, wanted, value, where)
                else:
                    values[wanted.name] = self.value(value, wanted.shape, where, name)
            elif name.startswith("x-") and keeps_own(record):
                extra.append((name, self.own(value, (*where, name))))
            else:
                self.unknown(key, record, where)
        if extra:
            values["extra"] = tuple(extra)
        if record is Prediction:
            values.update(id=self.identity, path=self.path, **_offered(values.get("options")))
        return self.built(record, values, node, where)

    def own(self, node: Node, where: Where) -> Any:
        """Return a value below a key of the user's own: kept as text, with no key twice."""
        pairs = node.pairs if isinstance(node, Mapping) else []
        items = node.items if isinstance(node, Listing) else []
        if isinstance(node, Mapping):
            self.repeated(node, where)
        for index, below in enumerate([*(value for _, value in pairs), *items]):
            self.own(below, (*where, index))
        return nodes.plain(node)

    def repeated(self, node: Mapping, where: Where) -> None:
        if len({key.text for key, _ in node.pairs}) == len(node.pairs):
            return
        seen: dict[str, Scalar] = {}
        for key, _ in node.pairs:
            first = seen.setdefault(key.text, key)
            if first is not key:
                line = self.lines.place(first.start)[0]
                message = f"`{shortened(key.text)}` stands twice, first on line {line}"
                self.problem((*where, key.text), key, ("twice", message, "keep one of them"))

    def unknown(self, key: Scalar, record: type, where: Where) -> None:
        few = len(self.mistakes) < _MOST_HINTS
        hint = near(shortened(key.text), list(expected(record))) if few else ""
        remedy = hint or "take it out, or begin its name with x- to keep it as your own"
        if key.text.startswith("x-"):
            remedy = "put it beside `options`" if record is Option else "take it out"
        if key.text == "id":
            remedy = "take it out: the name of the file is the id"
        message = f"`{shortened(key.text)}` is not a key of {_name(where)}"
        self.problem((*where, key.text), key, ("key", message, remedy))

    def absent(self, values: dict[str, Any], wanted: Expected, node: Node, where: Where) -> None:
        if wanted.required:
            remedy = "fill it in" if wanted.name != "forecasts" else "write `forecasts: []`"
            message = f"`{wanted.name}` is empty"
            self.problem((*where, wanted.name), node, ("empty", message, remedy))
            values[wanted.name] = _placeholder(wanted.name)

    def value(self, node: Node, shape: Shape, where: Where, step: Step) -> Any:
        """Return the value that a node holds by its shape; None where it does not fit."""
        if isinstance(shape, Form):
            return self.scalar(node, shape, where, step)
        if isinstance(shape, ListOf):
            return self.items(node, shape.item, (*where, step))
        if isinstance(shape, Pairs):
            return self.pairs(node, shape, (*where, step))
        if isinstance(shape, Brief):
            return self.brief(node, shape.record, where, step)
        if isinstance(shape, Offered):
            return self.items(node, Brief(Option), (*where, step))
        return self.record(node, shape, (*where, step))

    def brief(self, node: Node, record: type, where: Where, step: Step) -> Any:
        """Return the record that a mapping holds, or that the text of its first field alone is."""
        if isinstance(node, Mapping):
            return self.record(node, record, (*where, step))
        first = next(iter(expected(record).values()))
        text = self.value(node, first.shape, where, step)
        return None if text is None else record(**{first.name: text})

    def scalar(self, node: Node, form: Form, where: Where, step: Step) -> Any:
        if not isinstance(node, Scalar):
            listed = "a list" if isinstance(node, Listing) else "a mapping of keys"
            place = (*where, step)
            message = f"{_name(place)} is {listed}, not a {form.name}"
            self.problem(place, node, ("type", message, f"write one {form.name}"))
            return _placeholder(step)
        if self.commented and form.plain and node.plain:
            self.uncut(node, (*where, step))
        try:
            return form.read(node.text, self.kind)
        except Misread as error:
            self.problem((*where, step), node, (error.code, error.message, error.remedy))
            return _placeholder(step)

    def uncut(self, node: Scalar, where: Where) -> None:
        if cut := _CUT.match(self.text, node.end):
            message = f"a comment, {shortened(cut[1], 20)}, cuts the text short"
            remedy = "put quotes around the whole text, or a space after # if it is a comment"
            self.problem(where, node, ("comment", message, remedy))

    def items(self, node: Node, item: Shape, where: Where) -> tuple[Any, ...]:
        if not isinstance(node, Listing):
            shown = shortened(node.text, 30) if isinstance(node, Scalar) else "..."
            remedy = f"write [{shown}]" if isinstance(item, Form) else "begin each entry with `- `"
            self.problem(where, node, ("type", f"{_name(where)} is not a list", remedy))
            return ()
        values = [self.value(each, item, where, i) for i, each in enumerate(node.items)]
        if not self.broken:
            return tuple(values)
        self.sound_items[where] = [i for i, each in enumerate(values) if each is not None]
        return tuple(each for each in values if each is not None)

    def pairs(self, node: Node, pairs: Pairs, where: Where) -> Any:
        if not isinstance(node, Mapping) or not node.pairs:
            message = f"{_name(where)} is not a mapping of {pairs.keys.name} to {pairs.values.name}"
            example = {"level": "{10%: 8, 90%: 20}", "label": "{A: 60%, B: 40%}"}
            remedy = f"write {example.get(pairs.keys.name, self.example())}"
            self.problem(where, node, ("type", message, remedy))
            return None
        broken = len(self.broken)
        self.repeated(node, where)
        values = [
            (self.scalar(key, pairs.keys, where, i), self.scalar(value, pairs.values, where, i))
            for i, (key, value) in enumerate(node.pairs)
        ]
        return tuple(values) if len(self.broken) == broken else None

    def example(self) -> str:
        return "{2029-02-13: 50%}" if self.kind == "date" else "{8: 10%, 12: 50%}"

    def built(self, record: type, values: dict[str, Any], node: Mapping, where: Where) -> Any:
        """Return the record, once what it needs is there; placeholders let the rest go on."""
        needed = required(record)
        if not self.broken and needed <= values.keys():
            return record(**values)
        for name in (each.name for each in expected(record).values()):
            if name in needed and name not in values:
                message = f"`{name}` is missing from {_name(where)}"
                self.problem((*where, name), node, ("missing", message, f"add `{name}: ...`"))
                values[name] = _placeholder(name)
        present = {name: value for name, value in values.items() if value is not None}
        return record(**present) if needed <= present.keys() else None

    def rules(self, root: Node | None, prediction: Prediction) -> None:
        """Add what the rules across fields find, but for what follows from a broken place."""
        findings = rules.findings(prediction)
        if not findings:
            return
        broken = frozenset(self.broken)
        around = frozenset(place for each in self.broken for place in _whole_of(each))
        keys = frozenset(place[0] for place in self.broken)
        for finding in findings:
            where = self.in_file(finding.where)
            follows = where in around or any(place in broken for place in _above(where))
            elsewhere = keys - {where[0]}
            if not follows and not _GOES_BY.get(finding.code, frozenset()) & elsewhere:
                node = _located(root, where)
                self.mistakes.append((node.start, finding.code, finding.message, finding.remedy))

    def in_file(self, where: Where) -> Where:
        """Return the place in the file of a place in the record, past entries that are broken."""
        place: Where = ()
        for step in where:
            sound = self.sound_items.get(place) if isinstance(step, int) else None
            place = (*place, step if sound is None else sound[int(step)])
        return place


def _offered(options: tuple[Option, ...] | None) -> dict[str, Any]:
    """Return the fields of a prediction that its options as written stand for."""
    if not options:
        return {}
    added = ((each.name, each.added) for each in options if each.added is not None)
    return {"options": tuple(each.name for each in options), "options_added": tuple(added)}


def _above(where: Where) -> list[Where]:
    """Return a place and the places that hold it."""
    return [where[:depth] for depth in range(1, len(where) + 1)]


def _whole_of(broken: Where) -> list[Where]:
    """Return the places of which nothing more can be said when something in them is broken."""
    places = _above(broken)[:-1]
    return [place for place in places if not _is_apart(place, broken[len(place)])]


def _is_apart(place: Where, step: Step) -> bool:
    """Return whether nothing that rules say of a whole depends on one of its keys.

    A key that the whole does not have may be a slip for one on which it does.
    """
    if isinstance(step, int):
        return False
    name = next((each for each in reversed(place) if isinstance(each, str)), "")
    if step.startswith("x-") or name not in _WHOLES:
        return step.startswith("x-")
    record, bearing = _WHOLES[name]
    return step in expected(record) and step not in bearing


def _located(root: Node | None, where: Where) -> Node:
    """Return the node that a finding speaks of: a text, the key of a mapping, or an entry."""
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


def _pair(node: Mapping, step: Step) -> tuple[Scalar, Node] | None:
    if isinstance(step, int):
        return node.pairs[step] if step < len(node.pairs) else None
    return next((pair for pair in node.pairs if pair[0].text == step), None)


def _placeholder(name: Step) -> Any:
    """Return what stands in for a broken required value while the other rules are tried."""
    required = {"by": "", "claim": "", "forecasts": (), "made": date(1900, 1, 1)}
    return required.get(name) if isinstance(name, str) else None


def _name(where: Where) -> str:
    """Return what a message calls a place."""
    words = [f"entry {step + 1} of" if isinstance(step, int) else f"`{step}`" for step in where]
    if not words:
        return "a prediction"
    last = where[-1]
    if isinstance(last, int):
        return f"entry {last + 1} of `{next(s for s in reversed(where) if isinstance(s, str))}`"
    if last == "forecasts":
        return "`forecasts`"
    return words[-1]

"""The lines of OURS with those changed that a merge must change, key by key and entry by entry.

A change is a stretch of OURS and the text that takes its place. Where a stretch cannot be changed
exactly it becomes a conflict, with the lines of both sides; where not even its lines can be told
apart, as in a record in braces, the file is `Unfit`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, NamedTuple

from predtrack.errors import RefusedError
from predtrack.records.merge import Entry, Merge, Values, comparable, values_of
from predtrack.store import entries, nodes, splice
from predtrack.store.entries import behind_comments, line_end
from predtrack.store.nodes import Listing, Mapping, Node, NodeError, Scalar
from predtrack.store.reading import Reading, read
from predtrack.store.render import forecast_lines, rendered
from predtrack.store.scalars import quoted, scalar
from predtrack.store.splice import BREAK, Splice, end_of, ends_line, line_start


class Unfit(Exception):  # noqa: N818  # no error: another way is taken
    """Lines that cannot be changed one by one."""


class State(NamedTuple):
    """A mapping in one state of the file: the file's text, its node, and its values by key."""

    text: str
    node: Mapping
    values: Values

    def value(self, key: str) -> Node:
        """The node of a key's value."""
        return next(value for name, value in self.node.pairs if name.text == key)


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


def merged_text(
    base: Reading | None, ours: Reading, theirs: Reading, meant: Merge, size: int
) -> tuple[str, tuple[str, ...]]:
    """Return the merged text, and the keys in which it is a conflict."""
    mine, other = _state(ours), _state(theirs)
    was = None if base is None else _state(base)
    if mine is None:
        raise Unfit
    if other is None and theirs.prediction is not None:
        other = _state(read(rendered(theirs.prediction).encode(), theirs.path, meant.prediction.id))
    if other is None:  # pragma: no cover  # what is rendered has a key a line
        raise Unfit
    work = _Work(mine.text, meant, size, replace(ours, text=mine.text, composed=mine.node))
    work.root(mine, other, was)
    text = work.applied(conflicts=True)
    _verify(work, ours)
    if not ends_line(ours.text) and not any(each.end == len(mine.text) for each in work.edits):
        text = text[: -len(work.line_break)]
    return text, tuple(dict.fromkeys(work.conflicts))


def _state(reading: Reading) -> State | None:
    """A file as a mapping whose last line has an end; None where it stands in braces."""
    text = reading.text
    if not ends_line(text):
        text += _break_of(text)
    root = nodes.compose(text)
    if not isinstance(root, Mapping) or root.flow:
        return None
    return State(text, root, values_of(reading.prediction))


def _break_of(text: str) -> str:
    first = BREAK.search(text)
    return first[0] if first else "\n"


def _verify(work: _Work, ours: Reading) -> None:
    """See that the text says what is meant, wherever it is no conflict."""
    text = work.applied(conflicts=False)
    after = read(text.encode(), ours.path, work.meant.prediction.id)
    if after.prediction is None:
        if not work.conflicts or after.root is None:  # what is settled by hand is read again then
            raise Unfit
        return
    says, means = comparable(after.prediction), comparable(work.meant.prediction)
    for key in {*says, *means} - set(work.conflicts):
        if says.get(key) != means.get(key):
            raise Unfit


@dataclass
class _Work:
    """The edits of OURS so far, and the keys of the record in which there is a conflict."""

    text: str
    meant: Merge
    size: int
    reading: Reading
    edits: list[Edit] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)

    @property
    def line_break(self) -> str:
        return _break_of(self.text)

    def applied(self, *, conflicts: bool) -> str:
        """The text after the edits; a conflict that is left out stands as ours has it."""
        parts, at = [], 0
        for edit in sorted(self.edits, key=lambda each: (each.start, each.end, each.is_comment)):
            if edit.is_conflict and not conflicts:
                continue
            if edit.start < at:
                raise Unfit
            parts += [self.text[at : edit.start], edit.new]
            at = edit.end
        return "".join([*parts, self.text[at:]])

    def put(self, start: int, end: int, lines: Iterable[str], column: int = 0) -> None:
        """Take lines for a stretch; they are set in by a column, but for the first."""
        first, *rest = lines
        indented = [f"{' ' * column}{line}" if line else line for line in rest]
        self.edits.append(Edit(start, end, self.joined([first, *indented])))

    def joined(self, lines: Iterable[str]) -> str:
        """Lines as they stand in the file, each with its end."""
        return "".join(f"{line}{self.line_break}" for line in lines)

    def clash(self, start: int, end: int, theirs: Lines, top: str) -> None:
        """Put the lines of both sides between markers."""
        begin, middle, close = (sign * self.size for sign in "<=>")
        both = [f"{begin} ours{self.line_break}", self.text[start:end], middle, self.line_break]
        both += [self.joined(theirs), f"{close} theirs{self.line_break}"]
        self.edits.append(Edit(start, end, "".join(both), is_conflict=True))
        self.conflicts.append(top)

    def root(self, ours: State, theirs: State, base: State | None) -> None:
        """Merge the keys of the record: forecasts, tags and outcome in ways of their own."""
        special: dict[str, Callable[[State, State, State | None], None]] = {
            "forecasts": self.forecasts,
            "tags": self.tags,
            "outcome": self.outcome,
        }
        merged, clashes = values_of(self.meant.prediction), self.meant.clashes
        self.keys(ours, theirs, base, merged, clashes, special=special)

    def keys(
        self,
        ours: State,
        theirs: State,
        base: State | None,
        merged: Values,
        clashes: frozenset[str],
        *,
        top: str = "",
        special: dict[str, Callable[[State, State, State | None], None]] | None = None,
    ) -> None:
        """Merge the keys of a mapping; `top` is the key of the record below which it stands."""
        mine, other = _names(ours), _names(theirs)
        for key in dict.fromkeys((*mine, *other)):
            before = len(self.edits)
            try:
                if key in clashes:
                    raise Unfit
                if self.is_untouched(ours, theirs, base, key, merged):
                    self.taken(ours, theirs, key)
                elif key in (special or {}) and not self.is_plain(theirs, ours, key, merged):
                    (special or {})[key](ours, theirs, base)
                else:
                    self.one(ours, theirs, base, key, merged)
            except Unfit:
                del self.edits[before:]
                start, end = self.place(ours, theirs, key)
                column = _column(ours, ours.node.pairs[0][0].text)
                above = [] if key in mine else _lead(theirs, key) or []
                lines = [*above, *_own(theirs, key)]
                lines = [" " * column + line if line else "" for line in lines]
                self.clash(start, end, lines, top or key)
            if key in mine and key in other and not (ours.node.flow or theirs.node.flow):
                was = base and _lead(base, key)
                self.comments(_span(ours, key), _span(theirs, key), theirs.text, was)

    def is_untouched(
        self, ours: State, theirs: State, base: State | None, key: str, merged: Values
    ) -> bool:
        """Whether a key stands in ours as it did, so that all of theirs may take its place."""
        if base is None or any(key not in _names(each) for each in (base, ours, theirs)):
            return False
        is_meant = merged.get(key) == theirs.values.get(key)
        mine, other = _own(ours, key), _own(theirs, key)
        return is_meant and mine == _own(base, key) and mine != other

    def is_plain(self, theirs: State, ours: State, key: str, merged: Values) -> bool:
        """Whether one side has all that is meant of a key, or the key is not there."""
        if key == "forecasts":
            return False
        return merged.get(key) in (theirs.values.get(key), ours.values.get(key))

    def one(self, ours: State, theirs: State, base: State | None, key: str, merged: Values) -> None:
        """Make one key say what is meant: as ours, as theirs, or no more."""
        want = merged.get(key)
        if want == ours.values.get(key):
            return
        if want is None:
            self.removed(ours, theirs, base, key)
        elif key not in _names(theirs) or want != theirs.values.get(key):
            raise Unfit
        elif key in _names(ours):
            self.taken(ours, theirs, key, is_new=base is None or not _same(ours, base, key))
        else:
            self.inserted(ours, theirs, key)

    def taken(self, ours: State, theirs: State, key: str, *, is_new: bool = False) -> None:
        """Take the lines of theirs for a key; a comment of ours that is new stays beside it."""
        span, value, other = _span(ours, key), ours.value(key), theirs.value(key)
        if is_new:
            if _is_inline(ours.text, value) and _is_inline(theirs.text, other):
                new = theirs.text[other.start : other.end]
                self.edits.append(Edit(value.start, value.end, new))
                return
            if _has_comment(ours.text, span, value):
                raise Unfit
        self.put(span.start, span.end, _own(theirs, key), _column(ours, key))

    def removed(self, ours: State, theirs: State, base: State | None, key: str) -> None:
        """Take the lines of a key out, and the comments above it that theirs took out too."""
        span = _span(ours, key)
        is_new = base is None or key not in _names(base) or not _same(ours, base, key)
        column = _column(ours, key)
        if span.line + column != span.start or ours.text[span.line : span.start].strip():
            raise Unfit
        if is_new and _has_comment(ours.text, span, ours.value(key)):
            raise Unfit
        was = (base and _lead(base, key)) or []
        above = _comments(ours.text[span.lead : span.line])
        stay = [line for line in above if line not in was or line in theirs.text]
        self.edits.append(
            Edit(span.lead, span.end, self.joined(f"{column * ' '}{each}" for each in stay))
        )

    def inserted(self, ours: State, theirs: State, key: str) -> None:
        """Put a key of theirs in, with the comments above it."""
        at, _ = self.place(ours, theirs, key)
        column = _column(ours, ours.node.pairs[0][0].text)
        lines = [*(_lead(theirs, key) or []), *_own(theirs, key)]
        first, *rest = lines
        self.put(at, at, [" " * column + first, *rest], column)

    def place(self, ours: State, theirs: State, key: str) -> tuple[int, int]:
        """The lines of a key in ours; where it is not there, the place that it would have."""
        if key in _names(ours):
            span = _span(ours, key)
            if ours.text[span.line : span.start].strip(" "):
                raise Unfit
            return span.line, span.end
        names = _names(theirs)
        before = [each for each in names[: names.index(key)] if each in _names(ours)]
        if key == "outcome" and "forecasts" in _names(ours):
            return (_span(ours, "forecasts").lead,) * 2
        if before:
            end = _span(ours, before[-1]).end
            name = ours.node.key(before[-1])
            return (
                behind_comments(ours.text, end, name) if before[-1] == "forecasts" else end,
            ) * 2
        span = _span(ours, _names(ours)[0])
        if ours.text[span.line : span.start].strip(" "):
            raise Unfit
        return span.line, span.line

    def comments(self, ours: Span, theirs: Span, their_text: str, base: Lines | None) -> None:
        """Bring the comments of theirs above a key or an entry over, where ours has others."""
        mine = _comments(self.text[ours.lead : ours.line])
        other, was = _comments(their_text[theirs.lead : theirs.line]), base or []
        if other in (mine, was):
            return
        lines = other if mine == was else [*mine, *(c for c in other if c not in (*mine, *was))]
        indent = " " * (ours.start - ours.line)
        dash = self.text[ours.line : ours.start]
        if dash.strip():  # above an entry
            indent = dash[: len(dash) - len(dash.lstrip(" "))]
        new = self.joined(f"{indent}{line}" for line in lines)
        self.edits.append(Edit(ours.lead, ours.line, new, is_comment=True))

    def outcome(self, ours: State, theirs: State, base: State | None) -> None:
        """Write an outcome that holds judgements of both sides."""
        try:
            cut: Splice = splice.spliced(self.reading, self.meant.prediction.outcome)
        except RefusedError:
            raise Unfit from None
        self.edits.append(Edit(cut.start, cut.start + len(cut.old), cut.new))

    def tags(self, ours: State, theirs: State, base: State | None) -> None:
        """Put tags of theirs behind ours, and take out those that theirs took out."""
        tags = self.meant.prediction.tags
        if not tags:
            self.removed(ours, theirs, base, "tags")
            return
        new = [scalar(tag) for tag in tags if tag not in ours.values.get("tags", ())]
        if "tags" not in _names(ours):
            at, _ = self.place(ours, theirs, "tags")
            self.put(at, at, [f"tags: [{', '.join(map(_in_flow, new))}]"])
            return
        listing = ours.value("tags")
        if not isinstance(listing, Listing):
            raise Unfit
        stay = [isinstance(each, Scalar) and each.text.strip() in tags for each in listing.items]
        if listing.flow:
            parts: list[int | str] = [at for at, stays in enumerate(stay) if stays]
            self.in_brackets(listing, [*parts, *map(_in_flow, new)])
        else:
            self.below_dashes(listing, stay, new)

    def in_brackets(self, listing: Listing, parts: list[int | str]) -> None:
        """Make the entries of a list in brackets those: numbers are of entries that stay."""
        items, count = listing.items, len(listing.items)
        between = [self.text[one.end : two.start] for one, two in pairwise(items)]
        edges = (self.text[listing.start : items[0].start], self.text[items[-1].end : listing.end])
        if "#" in "".join((*between, *edges)):
            raise Unfit
        if parts[:count] == [*range(count)]:
            new = "".join(f", {each}" for each in parts[count:])
            self.edits.append(Edit(items[-1].end, items[-1].end, new))
            return
        texts = [
            self.text[items[each].start : items[each].end] if isinstance(each, int) else each
            for each in parts
        ]
        inside = (between[0] if between else ", ").join(texts)
        self.edits.append(Edit(items[0].start, items[-1].end, inside))

    def below_dashes(self, listing: Listing, stay: list[bool], new: Lines) -> None:
        """Change the entries of a list with a line each."""
        lines = [
            (line_start(self.text, each.start), line_end(self.text, each)) for each in listing.items
        ]
        leads = [
            self.text[start : each.start]
            for each, (start, _) in zip(listing.items, lines, strict=True)
        ]
        if any(not lead.strip(" ") == "-" for lead in leads) or not (any(stay) or new):
            raise Unfit
        for (start, end), stays in zip(lines, stay, strict=True):
            if not stays:
                self.edits.append(Edit(start, end, ""))
        if new:
            at = lines[-1][1]
            self.edits.append(Edit(at, at, self.joined(f"{leads[-1]}{each}" for each in new)))

    def forecasts(self, ours: State, theirs: State, base: State | None) -> None:
        """Merge the entries of `forecasts`, in the order that is meant."""
        mine, other = ours.value("forecasts"), theirs.value("forecasts")
        if not isinstance(mine, Listing) or not isinstance(other, Listing):
            raise Unfit
        places = [each.ours for each in self.meant.entries if each.ours is not None]
        if places != sorted(places):
            raise Unfit
        was_ours = ours.values["forecasts"]
        is_same = self.meant.prediction.forecasts == was_ours
        if is_same and self.meant.is_clean and (mine.flow or other.flow):
            return
        if not mine.items or not self.meant.entries:
            self.rewritten(ours)
            return
        if mine.flow:
            self.forecasts_in_brackets(ours, theirs, mine, other)
            return
        was = base.node.get("forecasts") if base is not None else None
        _Entries(
            self, ours, theirs, base, mine, other, was if isinstance(was, Listing) else None
        ).merge()

    def rewritten(self, ours: State) -> None:
        """Write all forecasts where there were none, or an empty list where none is left."""
        span, value = _span(ours, "forecasts"), ours.value("forecasts")
        if any(each.is_clash for each in self.meant.entries) or _has_comment(
            self.text, span, value
        ):
            raise Unfit
        forecasts = self.meant.prediction.forecasts
        lines = [line for each in forecasts for line in entries._entry("  - ", each)]
        self.put(span.start, span.end, ["forecasts:" if lines else "forecasts: []", *lines])

    def forecasts_in_brackets(
        self, ours: State, theirs: State, mine: Listing, other: Listing
    ) -> None:
        """Merge forecasts that stand in brackets: those of theirs are put there in braces."""
        parts: list[int | str] = []
        for each in self.meant.entries:
            if each.is_clash or each.clashes:
                raise Unfit
            if each.ours is None:
                parts.append(_braces(theirs.text, other.items[each.theirs or 0]))
            elif values_of(each.forecast) == values_of(ours.values["forecasts"][each.ours]):
                parts.append(each.ours)
            else:
                states = _entry_states(each, ours, theirs, mine, other)
                parts.append(_in_braces(*states, values_of(each.forecast)))
        self.in_brackets(mine, parts)


def _entry_states(
    entry: Entry, ours: State, theirs: State, mine: Listing, other: Listing
) -> tuple[State, State]:
    """A forecast as either side has it, each a mapping."""
    states = []
    for side, listing, at in ((ours, mine, entry.ours), (theirs, other, entry.theirs)):
        item = listing.items[at or 0]
        if not isinstance(item, Mapping):  # pragma: no cover  # a forecast says who and when
            raise Unfit
        states.append(State(side.text, item, values_of(side.values["forecasts"][at or 0])))
    return states[0], states[1]


class _Entries:
    """The entries of a list of forecasts with a dash each."""

    def __init__(
        self,
        work: _Work,
        ours: State,
        theirs: State,
        base: State | None,
        mine: Listing,
        other: Listing,
        was: Listing | None,
    ) -> None:
        lead = entries._lead(work.text, mine)
        if lead is None or not work.meant.entries:
            raise Unfit
        self.work, self.lead = work, lead
        self.ours, self.theirs, self.base = ours, theirs, base
        self.mine, self.other, self.was = mine, other, was
        self.gap = [""] if entries._stand_apart(work.text, mine) else []
        self.is_block = not other.flow

    def merge(self) -> None:
        """Merge each entry; those of theirs alone go behind what they follow."""
        work = self.work
        places = {each.ours for each in work.meant.entries}
        for at, item in enumerate(self.mine.items):
            if at not in places:
                span = _item_span(work.text, item)
                if span.start == span.line:
                    raise Unfit
                work.edits.append(Edit(self._begin(span), span.end, ""))
        anchor, gap = _item_span(work.text, self.mine.items[0]).line, list[str]()
        for entry in work.meant.entries:
            if entry.ours is None:
                self._new(entry, anchor, gap)
                continue
            self._common(entry, self.mine.items[entry.ours])
            anchor, gap = self._behind(entry.ours), self.gap

    def _begin(self, span: Span) -> int:
        """Where what goes with an entry begins: with comments above it, if theirs has them not."""
        above = _comments(self.work.text[span.lead : span.line])
        return span.line if any(each in self.theirs.text for each in above) else span.lead

    def _behind(self, at: int) -> int:
        end = line_end(self.work.text, self.mine.items[at])
        if at + 1 < len(self.mine.items):
            return end
        return behind_comments(self.work.text, end, self.ours.node.key("forecasts"))

    def _new(self, entry: Entry, at: int, gap: Lines) -> None:
        """Put an entry of theirs in, or a conflict that has nothing of ours."""
        lines = self._lines(entry)
        if entry.is_clash:
            self.work.clash(at, at, lines, "forecasts")
        else:
            self.work.edits.append(Edit(at, at, self.work.joined([*gap, *lines])))

    def _lines(self, entry: Entry) -> Lines:
        """The lines of an entry of theirs, set in as those of ours are."""
        before, dash = BREAK.split(f"\n{self.lead}")[-2:]
        column, item = len(dash), self.other.items[entry.theirs or 0]
        above = [before] if before else []
        try:
            if not self.is_block:
                raise Unfit
            span = _item_span(self.theirs.text, item)
            first, *rest = _dedented(self.theirs.text, span)
            comments = _comments(self.theirs.text[span.lead : span.line])
            indent = dash[: len(dash) - len(dash.lstrip(" "))]
            above = [*(f"{indent}{line}" for line in comments), *above]
        except Unfit:
            return entries._entry(self.lead, self._theirs_of(entry))
        return [*above, f"{dash}{first}", *(" " * column + line if line else "" for line in rest)]

    def _theirs_of(self, entry: Entry) -> Any:
        forecasts = self.theirs.values["forecasts"]
        return forecasts[entry.theirs or 0]

    def _common(self, entry: Entry, item: Node) -> None:
        """Merge an entry of ours with that of theirs, key by key where its lines allow that."""
        work = self.work
        span = _item_span(work.text, item)
        if entry.theirs is None:
            if entry.is_clash:
                work.clash(span.line, span.end, [], "forecasts")
            return
        if entry.is_clash:
            work.clash(span.line, span.end, self._lines(entry), "forecasts")
            return
        other, was = self.other.items[entry.theirs], self._base_item(entry)
        before = len(work.edits), len(work.conflicts)
        try:
            if self.is_block and was is not None and self._is_untouched(entry, item, other, was):
                first, *rest = _dedented(self.theirs.text, _item_span(self.theirs.text, other))
                work.put(
                    span.start,
                    span.end,
                    [first, *rest],
                    span.start - line_start(work.text, span.start),
                )
            else:
                self._keys(entry, item, was)
            if self.is_block and not (isinstance(other, Mapping) and other.flow):
                their_span = _item_span(self.theirs.text, other)
                lead = self._base_lead(was)
                work.comments(
                    replace_lead(span, entry.ours),
                    replace_lead(their_span, entry.theirs),
                    self.theirs.text,
                    lead,
                )
        except Unfit:
            del work.edits[before[0] :], work.conflicts[before[1] :]
            work.clash(span.line, span.end, self._lines(entry), "forecasts")

    def _base_item(self, entry: Entry) -> Node | None:
        return None if self.was is None or entry.base is None else self.was.items[entry.base]

    def _base_lead(self, was: Node | None) -> Lines | None:
        if was is None or self.base is None or self.was is None or self.was.flow:
            return None
        span = _item_span(self.base.text, was)
        return _comments(self.base.text[span.lead : span.line])

    def _is_untouched(self, entry: Entry, item: Node, other: Node, was: Node) -> bool:
        if self.base is None or self.was is None or self.was.flow:
            return False
        is_meant = values_of(entry.forecast) == values_of(self._theirs_of(entry))
        mine = _dedented(self.work.text, _item_span(self.work.text, item))
        base = _dedented(self.base.text, _item_span(self.base.text, was))
        theirs = _dedented(self.theirs.text, _item_span(self.theirs.text, other))
        return is_meant and not entry.clashes and mine == base and mine != theirs

    def _keys(self, entry: Entry, item: Listing | Mapping | Scalar, was: Node | None) -> None:
        """Merge the keys of an entry, each on lines of its own or in braces."""
        ours, theirs = _entry_states(entry, self.ours, self.theirs, self.mine, self.other)
        merged = values_of(entry.forecast)
        if item.flow:
            if entry.clashes:
                raise Unfit
            if merged != ours.values:
                self.work.edits.append(Edit(item.start, item.end, _in_braces(ours, theirs, merged)))
            return
        base = None
        if isinstance(was, Mapping) and self.base is not None and not was.flow:
            forecasts = self.base.values["forecasts"]
            base = State(self.base.text, was, values_of(forecasts[entry.base or 0]))
        if theirs.node.flow:
            theirs = _in_lines(theirs, self._theirs_of(entry))
        self.work.keys(ours, theirs, base, merged, entry.clashes, top="forecasts")


def replace_lead(span: Span, at: int | None) -> Span:
    """The span of an entry; comments above the first are those of the list."""
    return span if at else span._replace(lead=span.line)


def _in_braces(ours: State, theirs: State, merged: Values) -> str:
    """The text of an entry in braces that says what is meant, with the texts of ours and theirs."""
    parts = []
    for key, want in merged.items():
        side = ours if want == ours.values.get(key) else theirs
        value = side.node.get(key)
        if value is None or want != side.values.get(key):
            raise Unfit
        parts.append(f"{_word(key)}: {_braces(side.text, value)}")
    return f"{{{', '.join(parts)}}}"


def _braces(text: str, node: Node) -> str:
    """The text of a value on one line, as it may stand in braces; its own where it is one."""
    source = text[node.start : node.end]
    if isinstance(node, Scalar):
        is_quoted = source[:1] in {"'", '"'} and not BREAK.search(source)
        return source if is_quoted else _word(node.text)
    if node.flow and not BREAK.search(source):
        return source
    if isinstance(node, Listing):
        return f"[{', '.join(_braces(text, each) for each in node.items)}]"
    pairs = (f"{_word(key.text)}: {_braces(text, value)}" for key, value in node.pairs)
    return f"{{{', '.join(pairs)}}}"


def _word(text: str) -> str:
    """The YAML text of a text as it stands: forms are read by field, so that few need quotes."""
    return text if _WORD.fullmatch(text) else quoted(text)


_WORD = re.compile(r"\w[\w.+%-]*(?: [\w.+%-]+)*", re.ASCII)


def _in_lines(state: State, forecast: Any) -> State:
    """An entry in braces as it would stand with a key a line."""
    text = "\n".join([*forecast_lines(forecast), ""])
    node = nodes.compose(text)
    assert isinstance(node, Mapping)  # a forecast says who and when
    return state._replace(text=text, node=node)


def _in_flow(text: str) -> str:
    """The YAML text of a value as it may stand in brackets."""
    is_plain = text[:1] != '"' and any(sign in text for sign in "[]{},?")
    return f'"{text}"' if is_plain else text


def _names(state: State) -> list[str]:
    return [key.text for key, _ in state.node.pairs]


def _span(state: State, key: str) -> Span:
    """The lines of a key of a mapping with a line a key."""
    at = _names(state).index(key)
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


def _item_span(text: str, item: Node) -> Span:
    """The lines of an entry of a list, from that of its dash on; the start is behind the dash."""
    dash = text.rindex("-", 0, item.start)
    line = line_start(text, dash)
    if text[line:dash].strip(" ") or text[dash + 1 : item.start].strip(" \r\n"):
        raise Unfit
    floor = 0
    return Span(_above(text, line, dash, floor), line, item.start, line_end(text, item))


def _end_of_line(text: str, last: int, start: int) -> int:
    found = BREAK.search(text, start + len(text[start:last].rstrip()))
    return found.end() if found else len(text)


def _above(text: str, line: int, start: int, floor: int) -> int:
    """Where the comment lines right above a line begin, set in as it is; not above the floor."""
    indent, begin = text[line:start], line
    while begin > floor:
        above = line_start(text, begin - 1 if text[begin - 2 : begin] != "\r\n" else begin - 2)
        if above < floor or not text[above:begin].startswith(f"{indent}#"):
            break
        begin = above
    return begin


def _comments(text: str) -> Lines:
    return [line.strip() for line in BREAK.split(text) if line.strip()]


def _lead(state: State, key: str) -> Lines | None:
    """The comments right above a key; None where the key is not there."""
    if key not in _names(state):
        return None
    span = _span(state, key)
    return _comments(state.text[span.lead : span.line])


def _column(state: State, key: str) -> int:
    name = state.node.key(key)
    return 0 if name is None else name.start - line_start(state.text, name.start)


def _own(state: State, key: str) -> Lines:
    """The lines of a key, set back to the first column; none where it is not there."""
    return _dedented(state.text, _span(state, key)) if key in _names(state) else []


def _dedented(text: str, span: Span) -> Lines:
    """Lines set back by the column in which the first begins."""
    column = span.start - line_start(text, span.start)
    body = text[span.start : span.end]
    first, *rest = BREAK.split(body)[: -1 if ends_line(body) else None]
    if any(line[:column].strip() for line in rest):
        raise Unfit
    return [first, *(line[column:] for line in rest)]


def _same(ours: State, base: State, key: str) -> bool:
    """Whether a key stands in ours as it did."""
    return key in _names(base) and _own(ours, key) == _own(base, key)


def _is_inline(text: str, value: Node) -> bool:
    """Whether a value is a text on one line."""
    return (
        isinstance(value, Scalar)
        and value.start < value.end
        and not BREAK.search(text, value.start, value.end)
    )


def _has_comment(text: str, span: Span, value: Node) -> bool:
    """Whether a comment stands in the lines of a key."""
    return "#" in "".join(splice._between(text, span.start, span.end, value))


__all__ = ["NodeError", "Unfit", "merged_text"]

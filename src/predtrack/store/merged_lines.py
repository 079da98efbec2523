"""The lines of OURS with those changed that a merge must change, key by key and entry by entry.

A change is a stretch of OURS and the text that takes its place. Where a stretch cannot be changed
exactly it becomes a conflict, with the lines of both sides; where not even its lines can be told
apart, as in a record in braces, the file is `Unfit`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise

from predtrack.errors import RefusedError
from predtrack.records.merge import Merge, Values, comparable, values_of
from predtrack.store import entries, nodes, splice
from predtrack.store.braces import braces_of, in_braces, in_flow
from predtrack.store.entries import behind_comments, line_end
from predtrack.store.merged_entries import Entries, entry_states
from predtrack.store.nodes import Listing, Mapping, Scalar
from predtrack.store.reading import Reading, read
from predtrack.store.render import rendered
from predtrack.store.scalars import scalar
from predtrack.store.splice import Splice, ends_line, line_start
from predtrack.store.stretches import (
    Edit,
    Lines,
    Span,
    State,
    Unfit,
    break_of,
    column_of,
    comments_above,
    comments_of,
    has_comment,
    is_inline,
    is_same,
    lines_of,
    names_of,
    span_of,
)


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
    work = Work(mine.text, meant, size, replace(ours, text=mine.text, composed=mine.node))
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
        text += break_of(text)
    root = nodes.compose(text)
    if not isinstance(root, Mapping) or root.flow:
        return None
    return State(text, root, values_of(reading.prediction))


def _verify(work: Work, ours: Reading) -> None:
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
class Work:
    """The edits of OURS so far, and the keys of the record in which there is a conflict."""

    text: str
    meant: Merge
    size: int
    reading: Reading
    edits: list[Edit] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)

    @property
    def line_break(self) -> str:
        return break_of(self.text)

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
        mine, other = names_of(ours), names_of(theirs)
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
                column = column_of(ours, ours.node.pairs[0][0].text)
                above = [] if key in mine else comments_above(theirs, key) or []
                lines = [*above, *lines_of(theirs, key)]
                lines = [" " * column + line if line else "" for line in lines]
                self.clash(start, end, lines, top or key)
            if key in mine and key in other and not (ours.node.flow or theirs.node.flow):
                was = base and comments_above(base, key)
                self.comments(span_of(ours, key), span_of(theirs, key), theirs.text, was)

    def is_untouched(
        self, ours: State, theirs: State, base: State | None, key: str, merged: Values
    ) -> bool:
        """Whether a key stands in ours as it did, so that all of theirs may take its place."""
        if base is None or any(key not in names_of(each) for each in (base, ours, theirs)):
            return False
        is_meant = merged.get(key) == theirs.values.get(key)
        mine, other = lines_of(ours, key), lines_of(theirs, key)
        return is_meant and mine == lines_of(base, key) and mine != other

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
        elif key not in names_of(theirs) or want != theirs.values.get(key):
            raise Unfit
        elif key in names_of(ours):
            self.taken(ours, theirs, key, is_new=base is None or not is_same(ours, base, key))
        else:
            self.inserted(ours, theirs, key)

    def taken(self, ours: State, theirs: State, key: str, *, is_new: bool = False) -> None:
        """Take the lines of theirs for a key; a comment of ours that is new stays beside it."""
        span, value, other = span_of(ours, key), ours.value(key), theirs.value(key)
        if is_new:
            if is_inline(ours.text, value) and is_inline(theirs.text, other):
                new = theirs.text[other.start : other.end]
                self.edits.append(Edit(value.start, value.end, new))
                return
            if has_comment(ours.text, span, value):
                raise Unfit
        self.put(span.start, span.end, lines_of(theirs, key), column_of(ours, key))

    def removed(self, ours: State, theirs: State, base: State | None, key: str) -> None:
        """Take the lines of a key out, and the comments above it that theirs took out too."""
        span = span_of(ours, key)
        is_new = base is None or key not in names_of(base) or not is_same(ours, base, key)
        column = column_of(ours, key)
        if span.line + column != span.start or ours.text[span.line : span.start].strip():
            raise Unfit
        if is_new and has_comment(ours.text, span, ours.value(key)):
            raise Unfit
        was = (base and comments_above(base, key)) or []
        above = comments_of(ours.text[span.lead : span.line])
        stay = [line for line in above if line not in was or line in theirs.text]
        self.edits.append(
            Edit(span.lead, span.end, self.joined(f"{column * ' '}{each}" for each in stay))
        )

    def inserted(self, ours: State, theirs: State, key: str) -> None:
        """Put a key of theirs in, with the comments above it."""
        at, _ = self.place(ours, theirs, key)
        column = column_of(ours, ours.node.pairs[0][0].text)
        lines = [*(comments_above(theirs, key) or []), *lines_of(theirs, key)]
        first, *rest = lines
        self.put(at, at, [" " * column + first, *rest], column)

    def place(self, ours: State, theirs: State, key: str) -> tuple[int, int]:
        """The lines of a key in ours; where it is not there, the place that it would have."""
        if key in names_of(ours):
            span = span_of(ours, key)
            if ours.text[span.line : span.start].strip(" "):
                raise Unfit
            return span.line, span.end
        names = names_of(theirs)
        before = [each for each in names[: names.index(key)] if each in names_of(ours)]
        if key == "outcome" and "forecasts" in names_of(ours):
            return (span_of(ours, "forecasts").lead,) * 2
        if before:
            end = span_of(ours, before[-1]).end
            name = ours.node.key(before[-1])
            return (
                behind_comments(ours.text, end, name) if before[-1] == "forecasts" else end,
            ) * 2
        span = span_of(ours, names_of(ours)[0])
        if ours.text[span.line : span.start].strip(" "):
            raise Unfit
        return span.line, span.line

    def comments(self, ours: Span, theirs: Span, their_text: str, base: Lines | None) -> None:
        """Bring the comments of theirs above a key or an entry over, where ours has others."""
        mine = comments_of(self.text[ours.lead : ours.line])
        other, was = comments_of(their_text[theirs.lead : theirs.line]), base or []
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
        if "tags" not in names_of(ours):
            at, _ = self.place(ours, theirs, "tags")
            self.put(at, at, [f"tags: [{', '.join(map(in_flow, new))}]"])
            return
        listing = ours.value("tags")
        if not isinstance(listing, Listing):
            raise Unfit
        stay = [isinstance(each, Scalar) and each.text.strip() in tags for each in listing.items]
        if listing.flow:
            parts: list[int | str] = [at for at, stays in enumerate(stay) if stays]
            self.in_brackets(listing, [*parts, *map(in_flow, new)])
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
        Entries(
            self, ours, theirs, base, mine, other, was if isinstance(was, Listing) else None
        ).merge()

    def rewritten(self, ours: State) -> None:
        """Write all forecasts where there were none, or an empty list where none is left."""
        span, value = span_of(ours, "forecasts"), ours.value("forecasts")
        if any(each.is_clash for each in self.meant.entries) or has_comment(self.text, span, value):
            raise Unfit
        forecasts = self.meant.prediction.forecasts
        lines = [line for each in forecasts for line in entries.entry_lines("  - ", each)]
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
                parts.append(braces_of(theirs.text, other.items[each.theirs or 0]))
            elif values_of(each.forecast) == values_of(ours.values["forecasts"][each.ours]):
                parts.append(each.ours)
            else:
                states = entry_states(each, ours, theirs, mine, other)
                parts.append(in_braces(*states, values_of(each.forecast)))
        self.in_brackets(mine, parts)

"""Change the lines of OURS that a merge must change, key by key and entry by entry.

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
from predtrack.store.merged_entries import Entries, entry_sides
from predtrack.store.nodes import Listing, Mapping, Scalar
from predtrack.store.reading import Reading, read
from predtrack.store.render import rendered
from predtrack.store.scalars import scalar
from predtrack.store.splice import Splice, ends_line, line_start
from predtrack.store.stretches import (
    Edit,
    Lines,
    Sides,
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
        was = None  # its lines are not those that anybody changed
    if other is None:  # pragma: no cover  # what is rendered has a key a line
        raise Unfit
    work = Work(mine.text, meant, size, replace(ours, text=mine.text, composed=mine.node))
    work.root(Sides(mine, other, was))
    is_end_as_it_was = not any(each.end == len(mine.text) for each in work.edits)
    cut = len(mine.text) - len(ours.text) if is_end_as_it_was else 0
    _verify(work, _without_end(work.applied(conflicts=False), cut), ours.path)
    text = _without_end(work.applied(conflicts=True), cut)
    return text, tuple(dict.fromkeys(work.conflicts))


def _without_end(text: str, cut: int) -> str:
    """Return the text without the line break that its last line lacked."""
    return text[: len(text) - cut]


def _state(reading: Reading) -> State | None:
    """Return a file as a mapping whose last line has an end; None where it stands in braces."""
    text = reading.text
    if not ends_line(text):
        text += break_of(text)
    root = nodes.compose(text)
    if not isinstance(root, Mapping) or root.flow:
        return None
    return State(text, root, values_of(reading.prediction))


def _verify(work: Work, text: str, path: str) -> None:
    """See that the text says what is meant, wherever it is no conflict."""
    after = read(text.encode(), path, work.meant.prediction.id)
    if after.prediction is None:
        if not work.conflicts or after.root is None:  # what is settled by hand is read again then
            raise Unfit
        return
    says, means = comparable(after.prediction), comparable(work.meant.prediction)
    for key in {*says, *means} - set(work.conflicts):
        if says.get(key) != means.get(key):
            raise Unfit


Special = dict[str, Callable[[Sides], None]]
"""Keys that are merged in a way of their own."""


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
        """Return the text after the edits; a conflict that is left out stands as ours has it."""
        parts, at = [], 0
        for edit in sorted(self.edits, key=lambda each: (each.start, each.end, each.is_comment)):
            if edit.is_conflict and not conflicts:
                continue
            if edit.start < at:  # pragma: no cover  # no two stretches are known to overlap
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
        """Return lines as they stand in the file, each with its end."""
        return "".join(f"{line}{self.line_break}" for line in lines)

    def clash(self, start: int, end: int, theirs: Lines, top: str) -> None:
        """Put the lines of both sides between markers."""
        begin, middle, close = (sign * self.size for sign in "<=>")
        both = [f"{begin} ours{self.line_break}", self.text[start:end], middle, self.line_break]
        both += [self.joined(theirs), f"{close} theirs{self.line_break}"]
        self.edits.append(Edit(start, end, "".join(both), is_conflict=True))
        self.conflicts.append(top)

    def root(self, sides: Sides) -> None:
        """Merge the keys of the record: forecasts, tags and outcome in ways of their own."""
        special: Special = {
            "forecasts": self.forecasts,
            "tags": self.tags,
            "outcome": self.outcome,
        }
        merged = values_of(self.meant.prediction)
        self.keys(sides, merged, self.meant.clashes, special=special)

    def keys(
        self,
        sides: Sides,
        merged: Values,
        clashes: frozenset[str],
        *,
        top: str = "",
        special: Special | None = None,
    ) -> None:
        """Merge the keys of a mapping; `top` is the key of the record below which it stands."""
        mine, other = names_of(sides.ours), names_of(sides.theirs)
        for key in dict.fromkeys((*mine, *other)):
            before = len(self.edits)
            try:
                self.key(sides, key, merged, clashes, special or {})
            except Unfit:
                del self.edits[before:]
                self.clash_of(sides, key, top or key)
            if key in mine and key in other:
                was = sides.base and comments_above(sides.base, key)
                spans = span_of(sides.ours, key), span_of(sides.theirs, key)
                self.comments(*spans, sides.theirs.text, was)

    def key(
        self, sides: Sides, key: str, merged: Values, clashes: frozenset[str], special: Special
    ) -> None:
        """Make one key say what is meant."""
        if key in clashes:
            raise Unfit
        if is_untouched(sides, key, merged):
            self.taken(sides, key)
        elif key in special and not self.is_plain(sides, key, merged):
            special[key](sides)
        else:
            self.one(sides, key, merged)

    def clash_of(self, sides: Sides, key: str, top: str) -> None:
        """Put the lines that both sides have for a key between markers."""
        start, end = self.place(sides, key)
        column = column_of(sides.ours, names_of(sides.ours)[0])
        is_new = key not in names_of(sides.ours)
        above = (comments_above(sides.theirs, key) or []) if is_new else []
        lines = [*above, *lines_of(sides.theirs, key)]
        self.clash(start, end, [" " * column + line if line else "" for line in lines], top)

    def is_plain(self, sides: Sides, key: str, merged: Values) -> bool:
        """Return whether one side has all that is meant of a key, or the key is not there."""
        one_has_all = (sides.theirs.values.get(key), sides.ours.values.get(key))
        return key != "forecasts" and merged.get(key) in one_has_all

    def one(self, sides: Sides, key: str, merged: Values) -> None:
        """Make one key say what is meant: as ours, as theirs, or no more."""
        want = merged.get(key)
        if want == sides.ours.values.get(key):
            return
        if want is None:
            self.removed(sides, key)
        elif key not in names_of(sides.theirs) or want != sides.theirs.values.get(key):
            raise Unfit
        elif key in names_of(sides.ours):
            self.taken(sides, key)
        else:
            self.inserted(sides, key)

    def taken(self, sides: Sides, key: str) -> None:
        """Take the lines of theirs for a key; a comment of ours that is new stays beside it."""
        ours, theirs, base = sides
        span, value, other = span_of(ours, key), ours.value(key), theirs.value(key)
        if base is None or not is_same(ours, base, key):
            if is_inline(ours.text, value) and is_inline(theirs.text, other):
                new = theirs.text[other.start : other.end]
                self.edits.append(Edit(value.start, value.end, new))
                return
            if has_comment(ours.text, span, value):
                raise Unfit
        self.put(span.start, span.end, lines_of(theirs, key), column_of(ours, key))

    def removed(self, sides: Sides, key: str) -> None:
        """Take the lines of a key out, and the comments above it that theirs took out too."""
        ours, theirs, base = sides
        span, column = span_of(ours, key), column_of(ours, key)
        if ours.text[span.line : span.start].strip():
            raise Unfit
        is_new = base is None or not is_same(ours, base, key)
        if is_new and has_comment(ours.text, span, ours.value(key)):
            raise Unfit
        was = (base and comments_above(base, key)) or []
        above = comments_of(ours.text[span.lead : span.line])
        stay = [line for line in above if line not in was or line in theirs.text]
        new = self.joined(f"{column * ' '}{line}" for line in stay)
        self.edits.append(Edit(span.lead, span.end, new))

    def inserted(self, sides: Sides, key: str) -> None:
        """Put a key of theirs in, with the comments above it."""
        at, _ = self.place(sides, key)
        column = column_of(sides.ours, names_of(sides.ours)[0])
        lines = [*(comments_above(sides.theirs, key) or []), *lines_of(sides.theirs, key)]
        first, *rest = lines
        self.put(at, at, [" " * column + first, *rest], column)

    def place(self, sides: Sides, key: str) -> tuple[int, int]:
        """Return where the lines of a key in ours are; where it has none, where they would be."""
        ours = sides.ours
        if key in names_of(ours):
            span = span_of(ours, key)
            if ours.text[span.line : span.start].strip(" "):
                raise Unfit
            return span.line, span.end
        at = self.place_of_new(sides, key)
        return at, at

    def place_of_new(self, sides: Sides, key: str) -> int:
        """Return where a key of theirs belongs: an outcome before the forecasts, else as there."""
        ours, mine, other = sides.ours, names_of(sides.ours), names_of(sides.theirs)
        if key == "outcome":
            return span_of(ours, "forecasts").lead
        before = [each for each in other[: other.index(key)] if each in mine]
        if before:
            end = span_of(ours, before[-1]).end
            is_last = before[-1] == "forecasts"
            return behind_comments(ours.text, end, ours.node.key("forecasts")) if is_last else end
        span = span_of(ours, mine[0])
        if ours.text[span.line : span.start].strip(" "):
            raise Unfit
        return span.line

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

    def outcome(self, _sides: Sides) -> None:
        """Write an outcome that holds judgements of both sides."""
        try:
            cut: Splice = splice.spliced(self.reading, self.meant.prediction.outcome)
        except RefusedError:
            raise Unfit from None
        self.edits.append(Edit(cut.start, cut.start + len(cut.old), cut.new))

    def tags(self, sides: Sides) -> None:
        """Put tags of theirs behind ours, and take out those that theirs took out."""
        ours, tags = sides.ours, self.meant.prediction.tags
        if not tags:
            self.removed(sides, "tags")
            return
        new = [scalar(tag) for tag in tags if tag not in ours.values.get("tags", ())]
        if "tags" not in names_of(ours):
            at, _ = self.place(sides, "tags")
            self.put(at, at, [f"tags: [{', '.join(map(in_flow, new))}]"])
            return
        listing = ours.value("tags")
        if not isinstance(listing, Listing):  # pragma: no cover  # tags are a list
            raise Unfit
        if not listing.items:
            self.edits.append(Edit(listing.start, listing.end, f"[{', '.join(map(in_flow, new))}]"))
            return
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

    def forecasts(self, sides: Sides) -> None:
        """Merge the entries of `forecasts`, in the order that is meant."""
        ours, meant = sides.ours, self.meant
        mine, other = ours.value("forecasts"), sides.theirs.value("forecasts")
        if not isinstance(mine, Listing) or not isinstance(other, Listing):  # pragma: no cover
            raise Unfit  # forecasts are a list
        places = [each.ours for each in meant.entries if each.ours is not None]
        if places != sorted(places):
            raise Unfit
        is_same = meant.prediction.forecasts == ours.values["forecasts"]
        if is_same and meant.is_clean and (mine.flow or other.flow):
            return
        if not mine.items or not meant.entries:
            self.rewritten(sides)
        elif mine.flow:
            self.forecasts_in_brackets(sides, mine, other)
        else:
            Entries(self, sides, mine, other).merge()

    def rewritten(self, sides: Sides) -> None:
        """Write all forecasts where there were none, or an empty list where none is left."""
        ours, was = sides.ours, "" if sides.base is None else sides.base.text
        span = span_of(ours, "forecasts")
        if has_comment(self.text, span, ours.value("forecasts")):
            own = (line.strip() for line in lines_of(ours, "forecasts"))
            if any("#" in line and line not in was for line in own):
                raise Unfit
        if any(each.is_clash for each in self.meant.entries):
            raise Unfit
        forecasts = self.meant.prediction.forecasts
        lines = [line for each in forecasts for line in entries.entry_lines("  - ", each)]
        self.put(span.start, span.end, ["forecasts:" if lines else "forecasts: []", *lines])

    def forecasts_in_brackets(self, sides: Sides, mine: Listing, other: Listing) -> None:
        """Merge forecasts that stand in brackets: those of theirs are put there in braces."""
        parts: list[int | str] = []
        for each in self.meant.entries:
            if each.is_clash or each.clashes:
                raise Unfit
            if each.ours is None:
                parts.append(braces_of(sides.theirs.text, other.items[each.theirs or 0]))
            elif each.forecast == sides.ours.values["forecasts"][each.ours]:
                parts.append(each.ours)
            else:
                both = entry_sides(each, sides, mine, other)
                parts.append(in_braces(both.ours, both.theirs, values_of(each.forecast)))
        self.in_brackets(mine, parts)


def is_untouched(sides: Sides, key: str, merged: Values) -> bool:
    """Return whether a key stands in ours as it did, so that all of theirs may take its place."""
    ours, theirs, base = sides
    if base is None or any(key not in names_of(each) for each in (base, ours, theirs)):
        return False
    is_meant = merged.get(key) == theirs.values.get(key)
    lines = lines_of(ours, key)
    return is_meant and lines == lines_of(base, key) and lines != lines_of(theirs, key)

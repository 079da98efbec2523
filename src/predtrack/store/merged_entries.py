"""Change the entries of `forecasts` in OURS as a merge means: a part of `merged_lines`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from predtrack.records.merge import Entry, values_of
from predtrack.store import entries
from predtrack.store.braces import in_braces, in_lines
from predtrack.store.entries import behind_comments, line_end
from predtrack.store.nodes import Listing, Mapping, Node
from predtrack.store.splice import BREAK, line_start
from predtrack.store.stretches import (
    Edit,
    Lines,
    Sides,
    Span,
    State,
    Unfit,
    comments_of,
    dedented,
    span_of_item,
)

if TYPE_CHECKING:
    from predtrack.store.merged_lines import Work


class Entries:
    """The entries of a list of forecasts with a dash each."""

    def __init__(self, work: Work, sides: Sides, mine: Listing, other: Listing) -> None:
        lead = entries.lead_of(work.text, mine)
        if lead is None or not work.meant.entries:
            raise Unfit
        was = sides.base and sides.base.node.get("forecasts")
        self.work, self.lead, self.sides = work, lead, sides
        self.mine, self.other = mine, other
        self.was = was if isinstance(was, Listing) and not was.flow else None
        self.gap = [""] if entries.stand_apart(work.text, mine) else []

    def merge(self) -> None:
        """Merge each entry; those of theirs alone go behind what they follow."""
        work = self.work
        places = {each.ours for each in work.meant.entries}
        for at, item in enumerate(self.mine.items):
            if at not in places:
                span = span_of_item(work.text, item)
                if span.start == span.line:
                    raise Unfit
                work.edits.append(Edit(self._begin(span), span.end, ""))
        first = span_of_item(work.text, self.mine.items[0])
        anchor, gap = first.lead if 0 in places else self._begin(first), list[str]()
        for entry in work.meant.entries:
            if entry.ours is None:
                self._new(entry, anchor, gap)
                continue
            self._common(entry, self.mine.items[entry.ours])
            anchor, gap = self._behind(entry.ours), self.gap

    def _begin(self, span: Span) -> int:
        """Return where an entry begins: with the comments above it, if theirs has them not."""
        above = comments_of(self.work.text[span.lead : span.line])
        return span.line if any(each in self.sides.theirs.text for each in above) else span.lead

    def _behind(self, at: int) -> int:
        end = line_end(self.work.text, self.mine.items[at])
        if at + 1 < len(self.mine.items):
            return end
        return behind_comments(self.work.text, end, self.sides.ours.node.key("forecasts"))

    def _new(self, entry: Entry, at: int, gap: Lines) -> None:
        """Put an entry of theirs in, or a conflict that has nothing of ours."""
        lines = self._lines(entry)
        if entry.is_clash:
            self.work.clash(at, at, lines, "forecasts")
        else:
            self.work.edits.append(Edit(at, at, self.work.joined([*gap, *lines])))

    def _lines(self, entry: Entry) -> Lines:
        """Return the lines of an entry of theirs, set in as those of ours are."""
        try:
            return self._copied(self.other.items[entry.theirs or 0])
        except Unfit:
            forecasts = self.sides.theirs.values["forecasts"]
            return entries.entry_lines(self.lead, forecasts[entry.theirs or 0])

    def _copied(self, item: Node) -> Lines:
        """Return the lines of an entry of theirs as they stand, with the comments above it."""
        if self.other.flow:
            raise Unfit
        before, dash = BREAK.split(f"\n{self.lead}")[-2:]
        text = self.sides.theirs.text
        span = span_of_item(text, item)
        first, *rest = dedented(text, span)
        indent, column = dash[: len(dash) - len(dash.lstrip(" "))], " " * len(dash)
        above = [f"{indent}{line}" for line in comments_of(text[span.lead : span.line])]
        above += [before] if before else []
        return [*above, f"{dash}{first}", *(f"{column}{line}" if line else "" for line in rest)]

    def _common(self, entry: Entry, item: Node) -> None:
        """Merge an entry of ours with that of theirs, key by key where its lines allow that."""
        work = self.work
        span = span_of_item(work.text, item)
        if entry.theirs is None or entry.is_clash:
            if entry.is_clash:
                theirs = [] if entry.theirs is None else self._lines(entry)
                work.clash(span.line, span.end, theirs, "forecasts")
            return
        before = len(work.edits), len(work.conflicts)
        try:
            self._one(entry, entry_sides(entry, self.sides, self.mine, self.other, self.was))
        except Unfit:
            del work.edits[before[0] :], work.conflicts[before[1] :]
            work.clash(span.line, span.end, self._lines(entry), "forecasts")

    def _one(self, entry: Entry, sides: Sides) -> None:
        """Merge an entry that both sides have."""
        work, merged = self.work, values_of(entry.forecast)
        if sides.ours.node.flow:
            if entry.clashes:
                raise Unfit
            if merged != sides.ours.values:
                new = in_braces(sides.ours, sides.theirs, merged)
                work.edits.append(Edit(sides.ours.node.start, sides.ours.node.end, new))
            return
        if sides.theirs.node.flow:
            forecasts = self.sides.theirs.values["forecasts"]
            block = in_lines(sides.theirs, forecasts[entry.theirs or 0])
            work.keys(sides._replace(theirs=block), merged, entry.clashes, top="forecasts")
            return
        mine, other = (span_of_item(each.text, each.node) for each in sides[:2])
        lines, their_lines = dedented(work.text, mine), dedented(sides.theirs.text, other)
        is_meant = merged == sides.theirs.values and not entry.clashes
        if is_meant and lines != their_lines and _is_untouched(sides, lines):
            column = mine.start - line_start(work.text, mine.start)
            work.put(mine.start, mine.end, their_lines, column)
        elif lines != their_lines:
            work.keys(sides, merged, entry.clashes, top="forecasts")
        self._comments(entry, sides, mine, other)

    def _comments(self, entry: Entry, sides: Sides, mine: Span, other: Span) -> None:
        """Bring comments of theirs above an entry over; those above the first are of the list."""
        was = None
        if sides.base is not None and entry.base:
            span = span_of_item(sides.base.text, sides.base.node)
            was = comments_of(sides.base.text[span.lead : span.line])
        if entry.ours and entry.theirs:
            self.work.comments(mine, other, sides.theirs.text, was)


def _is_untouched(sides: Sides, lines: Lines) -> bool:
    """Return whether an entry stands in ours as it did."""
    base = sides.base
    return base is not None and lines == dedented(base.text, span_of_item(base.text, base.node))


def entry_sides(
    entry: Entry, sides: Sides, mine: Listing, other: Listing, was: Listing | None = None
) -> Sides:
    """Return a forecast as either side has it and as it was, each a mapping."""
    ours = _entry_of(sides.ours, mine, entry.ours)
    theirs = _entry_of(sides.theirs, other, entry.theirs)
    base = None if sides.base is None or was is None else _entry_of(sides.base, was, entry.base)
    if ours is None or theirs is None:  # pragma: no cover  # a forecast says who and when
        raise Unfit
    return Sides(ours, theirs, None if base is None or base.node.flow else base)


def _entry_of(state: State, listing: Listing, at: int | None) -> State | None:
    item = None if at is None else listing.items[at]
    if at is None or not isinstance(item, Mapping):
        return None
    return State(state.text, item, values_of(state.values["forecasts"][at]))

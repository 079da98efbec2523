"""The entries of `forecasts` in OURS, changed as a merge means: a part of `merged_lines`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from predtrack.records.merge import Entry, values_of
from predtrack.store import entries
from predtrack.store.braces import in_braces, in_lines
from predtrack.store.entries import behind_comments, line_end
from predtrack.store.nodes import Listing, Mapping, Node, Scalar
from predtrack.store.splice import BREAK, line_start
from predtrack.store.stretches import (
    Edit,
    Lines,
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

    def __init__(
        self,
        work: Work,
        ours: State,
        theirs: State,
        base: State | None,
        mine: Listing,
        other: Listing,
        was: Listing | None,
    ) -> None:
        lead = entries.lead_of(work.text, mine)
        if lead is None or not work.meant.entries:
            raise Unfit
        self.work, self.lead = work, lead
        self.ours, self.theirs, self.base = ours, theirs, base
        self.mine, self.other, self.was = mine, other, was
        self.gap = [""] if entries.stand_apart(work.text, mine) else []
        self.is_block = not other.flow

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
        """Where what goes with an entry begins: with comments above it, if theirs has them not."""
        above = comments_of(self.work.text[span.lead : span.line])
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
            span = span_of_item(self.theirs.text, item)
            first, *rest = dedented(self.theirs.text, span)
            comments = comments_of(self.theirs.text[span.lead : span.line])
            indent = dash[: len(dash) - len(dash.lstrip(" "))]
            above = [*(f"{indent}{line}" for line in comments), *above]
        except Unfit:
            return entries.entry_lines(self.lead, self._theirs_of(entry))
        return [*above, f"{dash}{first}", *(" " * column + line if line else "" for line in rest)]

    def _theirs_of(self, entry: Entry) -> Any:
        forecasts = self.theirs.values["forecasts"]
        return forecasts[entry.theirs or 0]

    def _common(self, entry: Entry, item: Node) -> None:
        """Merge an entry of ours with that of theirs, key by key where its lines allow that."""
        work = self.work
        span = span_of_item(work.text, item)
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
                first, *rest = dedented(self.theirs.text, span_of_item(self.theirs.text, other))
                work.put(
                    span.start,
                    span.end,
                    [first, *rest],
                    span.start - line_start(work.text, span.start),
                )
            else:
                self._keys(entry, item, was)
            if self.is_block and not (isinstance(other, Mapping) and other.flow):
                their_span = span_of_item(self.theirs.text, other)
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
        span = span_of_item(self.base.text, was)
        return comments_of(self.base.text[span.lead : span.line])

    def _is_untouched(self, entry: Entry, item: Node, other: Node, was: Node) -> bool:
        if self.base is None or self.was is None or self.was.flow:
            return False
        is_meant = values_of(entry.forecast) == values_of(self._theirs_of(entry))
        mine = dedented(self.work.text, span_of_item(self.work.text, item))
        base = dedented(self.base.text, span_of_item(self.base.text, was))
        theirs = dedented(self.theirs.text, span_of_item(self.theirs.text, other))
        return is_meant and not entry.clashes and mine == base and mine != theirs

    def _keys(self, entry: Entry, item: Listing | Mapping | Scalar, was: Node | None) -> None:
        """Merge the keys of an entry, each on lines of its own or in braces."""
        ours, theirs = entry_states(entry, self.ours, self.theirs, self.mine, self.other)
        merged = values_of(entry.forecast)
        if item.flow:
            if entry.clashes:
                raise Unfit
            if merged != ours.values:
                self.work.edits.append(Edit(item.start, item.end, in_braces(ours, theirs, merged)))
            return
        base = None
        if isinstance(was, Mapping) and self.base is not None and not was.flow:
            forecasts = self.base.values["forecasts"]
            base = State(self.base.text, was, values_of(forecasts[entry.base or 0]))
        if theirs.node.flow:
            theirs = in_lines(theirs, self._theirs_of(entry))
        self.work.keys(ours, theirs, base, merged, entry.clashes, top="forecasts")


def entry_states(
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


def replace_lead(span: Span, at: int | None) -> Span:
    """The span of an entry; comments above the first are those of the list."""
    return span if at else span._replace(lead=span.line)

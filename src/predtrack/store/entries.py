"""Put the lines of a forecast behind the last entry of `forecasts`, or one line into an entry.

Nothing else is touched, as in `splice`; where that cannot be exact the change is refused, with
the lines to paste.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from predtrack.dates import Moment, text_of
from predtrack.errors import RefusedError
from predtrack.records.prediction import Forecast
from predtrack.store.nodes import Listing, Mapping, Node
from predtrack.store.reading import Reading
from predtrack.store.render import WIDTH, forecast_lines
from predtrack.store.scalars import scalar
from predtrack.store.splice import (
    BREAK,
    Splice,
    end_of,
    ends_line,
    is_exact,
    left,
    line_start,
    sound,
)

Plain = tuple[tuple[str, Any], ...]  # of a file: keys and texts as they stand

INEXACT = "the change could not be made exactly"

_DASH = re.compile(r" *-(?: +| *(?:\r\n|\n|\r) *)")
_EMPTY_LINE = re.compile(r"(?:\r\n|\n|\r(?!\n))[ \t]*(?:\r\n|\n|\r(?!\n))")


def appended(reading: Reading, forecast: Forecast) -> Splice:
    """Return the change that makes a forecast the last of a file; refuse an inexact one."""
    root, prediction = sound(reading)
    text, forecasts = reading.text, root.get("forecasts")
    if root.flow or not isinstance(forecasts, Listing) or forecasts.flow:
        raise _append_by_hand(reading, forecast, *_in_brackets(root, forecasts))
    lead = lead_of(text, forecasts)
    if lead is None:
        raise _append_by_hand(reading, forecast, "no forecast in it begins behind a bare dash")
    gap = [""] if stand_apart(text, forecasts) else []
    at = behind_comments(text, line_end(text, forecasts), root.key("forecasts"))
    splice = put_in(text, at, [*gap, *entry_lines(lead, forecast)])
    meant = replace(prediction, forecasts=(*prediction.forecasts, forecast))
    count = len(forecasts.items)
    if not is_exact(reading, splice, meant, lambda pairs: _rest(pairs, lambda all_: all_[:count])):
        raise _append_by_hand(reading, forecast, INEXACT)
    return splice


def withdrawn(reading: Reading, index: int, when: Moment) -> Splice:
    """Return the change that ends one forecast of a file; refuse an inexact one."""
    root, prediction = sound(reading)
    forecasts, was = root.get("forecasts"), prediction.forecasts[index]
    entry = forecasts.items[index] if isinstance(forecasts, Listing) else None
    if not isinstance(entry, Mapping) or entry.flow:
        raise _withdraw_by_hand(reading, was, when, "that forecast stands in braces")
    if entry.key("withdrawn") is not None:
        raise _withdraw_by_hand(reading, was, when, "that forecast has an empty `withdrawn`")
    indent = " " * (entry.start - line_start(reading.text, entry.start))
    at = line_end(reading.text, entry)
    splice = put_in(reading.text, at, [f"{indent}{_withdrawal(when)}"])
    ended = (*prediction.forecasts[:index], replace(was, withdrawn=when))
    meant = replace(prediction, forecasts=(*ended, *prediction.forecasts[index + 1 :]))
    if not is_exact(reading, splice, meant, lambda pairs: _rest(pairs, _standing(index))):
        raise _withdraw_by_hand(reading, was, when, INEXACT)
    return splice


def _withdrawal(when: Moment) -> str:
    return f"withdrawn: {scalar(when)}"


def _rest(pairs: Plain, untouched: Callable[[list[Plain]], list[Plain]]) -> object:
    """Return the pairs of a file, and of its forecasts only what a change leaves alone."""
    return [(key, untouched(value) if key == "forecasts" else value) for key, value in pairs]


def _standing(index: int) -> Callable[[list[Plain]], list[Plain]]:
    def without_withdrawal(entries: list[Plain]) -> list[Plain]:
        own = tuple(pair for pair in entries[index] if pair[0] != "withdrawn")
        return [*entries[:index], own, *entries[index + 1 :]]

    return without_withdrawal


def lead_of(text: str, forecasts: Listing) -> str | None:
    """Return what stands before an entry's first key: the last such lead that is a bare dash."""
    for entry in reversed(forecasts.items):
        dash = line_start(text, text.rindex("-", 0, entry.start))
        lead = text[dash : entry.start]
        if _DASH.fullmatch(lead):
            return lead
    return None


def entry_lines(lead: str, forecast: Forecast) -> list[str]:
    """Return the lines of a new entry, its keys below those of the entry that the lead is of."""
    before, at_dash = BREAK.split(f"\n{lead}")[-2:]
    column = len(at_dash)
    first, *rest = forecast_lines(forecast, WIDTH - column)
    dash = [before] if before else []
    return [*dash, f"{at_dash}{first}", *(f"{' ' * column}{line}" if line else "" for line in rest)]


def line_end(text: str, node: Node) -> int:
    """Return the offset behind the line on which the last text of a node ends."""
    last = node.start + len(text[node.start : end_of(node)].rstrip())
    line_break = BREAK.search(text, last)
    return line_break.end() if line_break else len(text)


def behind_comments(text: str, at: int, key: Node | None) -> int:
    """Return the offset behind the comments that stand further in than a key."""
    column = 0 if key is None else key.start - line_start(text, key.start)
    comments = re.compile(rf"(?:[ \t]*(?:\r\n|\n|\r(?!\n)))*?[ ]{{{column + 1},}}#[^\r\n]*")
    while comment := comments.match(text, at):
        line_break = BREAK.match(text, comment.end())
        at = line_break.end() if line_break else comment.end()
    return at


def stand_apart(text: str, forecasts: Listing) -> bool:
    """Return whether an empty line stands between the last two entries."""
    if len(forecasts.items) < 2:
        return False
    before, last = forecasts.items[-2:]
    stretch = text[before.start : end_of(before)].rstrip()
    return bool(_EMPTY_LINE.search(text, before.start + len(stretch), last.start))


def put_in(text: str, at: int, lines: Iterable[str]) -> Splice:
    """Return the change that puts lines in where a line ends, with a break like the one before."""
    line_break = (BREAK.findall(text[:at]) or ["\n"])[-1]
    new = "".join(f"{line}{line_break}" for line in lines)
    if not ends_line(text[:at]):
        new = line_break + new.removesuffix(line_break)
    return Splice(at, "", new)


def _in_brackets(root: Mapping, forecasts: Node | None) -> tuple[str, str]:
    """Return why nothing fits behind the forecasts, and what to do with the lines instead."""
    if root.flow:
        return "the record stands in braces", "put each of its keys on a line, and these below"
    if isinstance(forecasts, Listing) and not forecasts.items:
        return "its list of forecasts is empty", "put these lines in its place by hand"
    return "its forecasts stand in brackets", "put each of them on lines of its own, as these"


def _append_by_hand(
    reading: Reading, forecast: Forecast, reason: str, remedy: str = "put these lines in by hand"
) -> RefusedError:
    return left(reading, reason, remedy, ["forecasts:", *entry_lines("  - ", forecast)])


def _withdraw_by_hand(reading: Reading, was: Forecast, when: Moment, reason: str) -> RefusedError:
    which = f"the forecast by {was.by} of {text_of(was.made)}"
    return left(reading, reason, f"put this line into {which} by hand", [_withdrawal(when)])

"""Put options that came later among those of a file, and the key `rest` behind them.

Text is only put in: what a person wrote beside the options stays, byte for byte.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from predtrack.errors import RefusedError
from predtrack.records.prediction import Option, Prediction, offered
from predtrack.store.entries import INEXACT, behind_comments, line_end, put_in
from predtrack.store.nodes import Listing, Scalar
from predtrack.store.reading import Reading
from predtrack.store.render import option_line
from predtrack.store.scalars import scalar
from predtrack.store.splice import Splice, is_exact, left, line_start, sound

_DASH = re.compile(r" *- +")


def grown(was: Prediction, meant: Prediction) -> bool:
    """Return whether all that is different is options that came later, and a rest with them."""
    names = frozenset(was.options)
    others = tuple(each for each in offered(meant) if each.name in names)
    return (
        len(meant.options) > len(was.options)
        and others == offered(was)
        and (was.rest is None or meant.rest == was.rest)
        and replace(meant, options=was.options, options_added=was.options_added, rest=was.rest)
        == was
    )


def widened(reading: Reading, meant: Prediction) -> Splice:
    """Return the change that puts the options in which came later; refuse an inexact one."""
    root, was = sound(reading)
    key, options = root.key("options"), root.get("options")
    if root.flow or key is None or not isinstance(options, Listing):
        raise _by_hand(reading, meant, "the record stands in braces")
    if reading.text[line_start(reading.text, key.start) : key.start].strip(" "):
        raise _by_hand(reading, meant, "`options` does not begin its line")
    if meant.rest != was.rest and root.key("rest") is not None:
        raise _by_hand(reading, meant, "it has an empty `rest`")
    if options.flow:
        parts = list(_in_brackets(was, meant, options))
    else:
        parts = list(_below(reading, key, options, meant))
    if meant.rest is not None and meant.rest != was.rest:
        parts.append(_rest(reading.text, key, options, meant.rest))
    splice = _together(reading.text, parts)
    if not is_exact(reading, splice, meant, _all_but_options):
        raise _by_hand(reading, meant, INEXACT)
    return splice


def _runs(was: Prediction, meant: Prediction) -> Iterator[tuple[int, list[Option]]]:
    """Yield the new options that stand together, with how many of the old ones stand before."""
    names = frozenset(was.options)
    place, run = 0, list[Option]()
    for option in (*offered(meant), None):
        if option is not None and option.name not in names:
            run.append(option)
            continue
        if run:
            yield place, run
        place, run = place + 1, []


def _in_brackets(was: Prediction, meant: Prediction, options: Listing) -> Iterator[Splice]:
    for place, run in _runs(was, meant):
        lines = ", ".join(map(option_line, run))
        if place:
            yield Splice(options.items[place - 1].end, "", f", {lines}")
        else:
            yield Splice(options.items[0].start, "", f"{lines}, ")


def _below(reading: Reading, key: Scalar, options: Listing, meant: Prediction) -> Iterator[Splice]:
    """Yield the lines of new options, each behind the line of the option that it follows."""
    _, was = sound(reading)
    text = reading.text
    lead = text[line_start(text, options.items[0].start) : options.items[0].start]
    if not _DASH.fullmatch(lead):
        raise _by_hand(reading, meant, "its first option does not stand alone behind a dash")
    for place, run in _runs(was, meant):
        at = line_end(text, options.items[place - 1] if place else key)
        yield put_in(text, at, [f"{lead}{option_line(each)}" for each in run])


def _rest(text: str, key: Scalar, options: Listing, rest: str) -> Splice:
    indent = text[line_start(text, key.start) : key.start]
    at = behind_comments(text, line_end(text, options), key)
    return put_in(text, at, [f"{indent}rest: {scalar(rest)}"])


def _together(text: str, parts: list[Splice]) -> Splice:
    """Return one change for several that only put text in, in their order."""
    start, end = parts[0].start, parts[-1].start
    new, at = [], start
    for part in parts:
        new += [text[at : part.start], part.new]
        at = part.start
    return Splice(start, text[start:end], "".join(new))


def _all_but_options(pairs: tuple[tuple[str, Any], ...]) -> object:
    return [pair for pair in pairs if pair[0] not in {"options", "rest"}]


def _by_hand(reading: Reading, meant: Prediction, reason: str) -> RefusedError:
    lines = ["options:", *(f"  - {option_line(each)}" for each in offered(meant))]
    lines += [f"rest: {scalar(meant.rest)}"] if meant.rest is not None else []
    return left(reading, reason, "write its options by hand as these", lines)

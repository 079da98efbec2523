"""Put the lines of an outcome into a file's own text, and take them out of it again.

Nothing else is touched: what stands before and behind the lines stays byte for byte. Each change
is verified by reading the new text again before anybody may write it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from predtrack.errors import RefusedError
from predtrack.records.prediction import Outcome, Prediction
from predtrack.store import nodes
from predtrack.store.nodes import Listing, Mapping, Node, Scalar
from predtrack.store.reading import Reading, read
from predtrack.store.render import outcome_lines

BREAK = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Splice:
    """A change of one stretch of a text: what stood there, and what takes its place."""

    start: int
    old: str
    new: str

    def applied(self, text: str) -> str:
        """Return the text after the change."""
        return text[: self.start] + self.new + text[self.start + len(self.old) :]


def spliced(reading: Reading, outcome: Outcome | None) -> Splice:
    """Return the change that makes a file say an outcome, or none; refuse an inexact one."""
    root, prediction = sound(reading)
    splice = _splice(reading, root, outcome)
    if not is_exact(reading, splice, replace(prediction, outcome=outcome), _all_but_outcome):
        raise _by_hand(reading, outcome, "the change could not be made exactly")
    return splice


def sound(reading: Reading) -> tuple[Mapping, Prediction]:
    """Return the root and the prediction of a reading; refuse one that holds problems."""
    if not isinstance(reading.root, Mapping) or reading.prediction is None:
        message = f"{reading.path} is not a sound record; nothing was changed"
        raise RefusedError(f"{message}; `predtrack check` says why")
    return reading.root, reading.prediction


def _splice(reading: Reading, root: Mapping, outcome: Outcome | None) -> Splice:
    key, value = root.key("outcome"), root.get("outcome")
    if key is None or value is None:
        if outcome is None:
            remedy = "nothing was changed; `predtrack show` says how it stands"
            raise RefusedError(f"{reading.path} holds no outcome; {remedy}")
        at = _place(reading, root, outcome)
        return Splice(at, "", _block(reading.text, at, outcome_lines(outcome)))
    start, end = _stretch(reading, root, key, value, outcome)
    old = reading.text[start:end]
    if "#" in "".join(between(reading.text, start, end, value)):
        raise _by_hand(reading, outcome, "the lines of the outcome hold a comment of yours")
    if outcome is None:
        return Splice(start, old, "")
    new = _block(reading.text, start, _new_lines(reading, value, outcome))
    if not ends_line(old):
        new = new[: -len(_line_break(reading.text, start))]
    return Splice(start, old, new)


def _place(reading: Reading, root: Mapping, outcome: Outcome) -> int:
    """Return the offset just before `forecasts` and the comment lines right above it."""
    key = root.key("forecasts")
    if key is None or root.flow:  # pragma: no branch  # a sound record has forecasts
        raise _by_hand(reading, outcome, "the record stands in braces")
    text = reading.text
    start = line_start(text, key.start)
    if text[start : key.start].strip(" "):
        raise _by_hand(reading, outcome, "`forecasts` does not begin its line")
    indent = text[start : key.start]
    floor = max((end_of(value) for _, value in root.pairs if end_of(value) <= start), default=0)
    while start > floor:
        above = line_start(text, start - 1 if text[start - 2 : start] != "\r\n" else start - 2)
        line = text[above:start]
        if above < floor or not line.startswith(f"{indent}#"):
            break
        start = above
    return start


def _stretch(
    reading: Reading, root: Mapping, key: Scalar, value: Node, outcome: Outcome | None
) -> tuple[int, int]:
    """Return where the lines of a present outcome begin and end."""
    text, start = reading.text, line_start(reading.text, key.start)
    if root.flow or text[start : key.start].strip(" "):
        raise _by_hand(reading, outcome, "the outcome does not begin its line")
    last = start + len(text[start : max(end_of(value), key.end)].rstrip())
    line_break = BREAK.search(text, last)
    return start, line_break.end() if line_break else len(text)


def end_of(node: Node) -> int:
    """Return the end of the last text in a node: a block mapping's own lies behind comments."""
    if isinstance(node, Scalar) or node.flow:
        return node.end
    if isinstance(node, Mapping):
        return max(max(key.end, end_of(value)) for key, value in node.pairs)
    return max(end_of(item) for item in node.items)


def between(text: str, start: int, end: int, value: Node) -> Iterator[str]:
    """Yield what stands between the texts of a node, where a # can only begin a comment."""
    at = start
    for scalar in _scalars(value):
        yield text[at : scalar.start]
        if text[scalar.start : scalar.start + 1] in {"|", ">"}:  # a comment may stand behind it
            yield BREAK.split(text[scalar.start : scalar.end], maxsplit=1)[0]
        at = scalar.end
    yield text[at:end]


def _scalars(node: Node) -> Iterator[Scalar]:
    """Yield the texts of a node, keys included, in the order of the file."""
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Listing):
        for item in node.items:
            yield from _scalars(item)
    else:
        for key, value in node.pairs:
            yield key
            yield from _scalars(value)


def ends_line(text: str) -> bool:
    """Return whether a text ends in a line break."""
    return text[-1:] in {"\n", "\r"}


def line_start(text: str, at: int) -> int:
    """Return where the line of an offset begins, and look no further back than need be."""
    far = 256
    while True:
        low = max(at - far, 0)
        start = max(text.rfind("\n", low, at), text.rfind("\r", low, at)) + 1
        if start or low == 0:
            return start
        far *= 4


def _indent(text: str, at: int) -> str:
    spaces = re.compile(" *").match(text, at)
    return spaces[0] if spaces else ""


def _line_break(text: str, at: int) -> str:
    """Return the line break for a block: that of the line before, else the one there."""
    before = text[max(at - 2, 0) : at]
    if ending := re.search(r"\r\n$|\n$|\r$", before):
        return ending[0]
    after = BREAK.search(text, at)
    return after[0] if after else "\n"


def _block(text: str, at: int, lines: Iterable[str]) -> str:
    indent, line_break = _indent(text, at), _line_break(text, at)
    return "".join(f"{indent}{line}{line_break}" for line in lines)


def _new_lines(reading: Reading, value: Node, outcome: Outcome) -> list[str]:
    """Return the lines of an outcome that replaces one, with what stays of it as it stands.

    Keys of the user's own and the words of other judges are copied where they did not change,
    since other programs may take `3` and `"3"` for two things.
    """
    was = None if reading.prediction is None else reading.prediction.outcome
    if was is None:
        return outcome_lines(outcome)
    copies = _copies(reading.text, value)
    lines = outcome_lines(replace(outcome, judgements=(), extra=()))
    own = [("judgements", outcome.judgements == was.judgements, replace(outcome, extra=()))]
    own += [
        (key, (key, text) in was.extra, replace(outcome, judgements=(), extra=((key, text),)))
        for key, text in outcome.extra
    ]
    count = len(lines)
    for key, is_same, alone in own:
        is_copied = is_same and key in copies
        lines += copies[key] if is_copied else outcome_lines(alone)[count:]
    return lines


def _copies(text: str, value: Node) -> dict[str, list[str]]:
    """Return the lines of each key of a block mapping, two columns in from `outcome`."""
    if not isinstance(value, Mapping) or value.flow:
        return {}
    copies = {}
    for key, below in value.pairs:
        column = key.start - (text.rfind("\n", 0, key.start) + 1)
        first, *rest = BREAK.split(text[key.start : end_of(below)])
        if not any(line[:column].strip() for line in rest):
            lines = (first, *(line[column:] for line in rest))
            copies[key.text] = [f"  {line}" if line else "" for line in lines]
    return copies


def _by_hand(reading: Reading, outcome: Outcome | None, reason: str) -> RefusedError:
    if outcome is None:
        return left(reading, reason, "take out its `outcome` by hand")
    return left(reading, reason, "put these lines in by hand", outcome_lines(outcome))


def left(reading: Reading, reason: str, remedy: str, lines: Iterable[str] = ()) -> RefusedError:
    """Return a refusal to change a file, with the lines that a person may paste."""
    shown = "".join(f"\n  {line}" for line in lines)
    sentence = f"{reading.path} is left as it is, since {reason}; {remedy}"
    return RefusedError(f"{sentence}:{shown}" if shown else sentence)


def is_exact(
    reading: Reading, splice: Splice, meant: Prediction, rest: Callable[[Any], object]
) -> bool:
    """Return whether the file would say what is meant, and all the rest as before.

    Refused where it would not be sound. `rest` takes the pairs of a file and keeps those of them
    that the change must leave alone.
    """
    after = read(splice.applied(reading.text).encode(), reading.path, meant.id)
    if after.problems:
        first = after.problems[0]
        raise left(reading, f"it would not be sound: {first.message}", first.remedy)
    return after.prediction == meant and rest(_pairs(after)) == rest(_pairs(reading))


def _pairs(reading: Reading) -> Any:
    """Return the keys and texts of a file, as if it ended in a line break.

    Without one, a block of text that ends the file lacks its own last break, until something
    stands behind it.
    """
    root = reading.root if ends_line(reading.text) else nodes.compose(f"{reading.text}\n")
    return None if root is None else nodes.plain(root)


def _all_but_outcome(pairs: tuple[tuple[str, object], ...]) -> object:
    return [pair for pair in pairs if pair[0] != "outcome"]

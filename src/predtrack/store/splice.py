"""The lines of an outcome, put into a file's own text and taken out of it again.

Nothing else is touched: what stands before and behind the lines stays byte for byte. Each change
is verified by reading the new text again before anybody may write it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import date

from predtrack.errors import RefusedError
from predtrack.records.prediction import Outcome, Prediction
from predtrack.store import nodes
from predtrack.store.nodes import Listing, Mapping, Node, Scalar
from predtrack.store.reading import Reading, read

_BREAK = re.compile(r"\r\n|\n|\r")
_PLAIN = re.compile(r"[^\W\d_](?:[\w .,;()/'%€$+=&-]*[\w.)%])?")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}
_JOINERS = {"\u200c", "\u200d"}  # parts of words and emoji, and harmless
_MISREADABLE = re.compile(r"(?i)(true|false|yes|no|null|on|off|y|n)")


@dataclass(frozen=True, slots=True)
class Splice:
    """A change of one stretch of a text: what stood there, and what takes its place."""

    start: int
    old: str
    new: str

    def applied(self, text: str) -> str:
        """The text after the change."""
        return text[: self.start] + self.new + text[self.start + len(self.old) :]


def spliced(reading: Reading, outcome: Outcome | None) -> Splice:
    """The change that makes a file say an outcome, or none; refused where it cannot be exact."""
    root = reading.root
    if not isinstance(root, Mapping) or reading.prediction is None:
        said = f"{reading.path} is not a sound record; nothing was changed"
        raise RefusedError(f"{said}; `predtrack check` says why")
    splice = _splice(reading, root, outcome)
    _verify(reading, splice, replace(reading.prediction, outcome=outcome))
    return splice


def _splice(reading: Reading, root: Mapping, outcome: Outcome | None) -> Splice:
    key, value = root.key("outcome"), root.get("outcome")
    if key is None or value is None:
        if outcome is None:
            remedy = "nothing was changed; `predtrack show` says how it stands"
            raise RefusedError(f"{reading.path} holds no outcome; {remedy}")
        at = _place(reading, root, outcome)
        return Splice(at, "", _block(reading.text, at, _indent(reading.text, at), outcome))
    start, end = _stretch(reading, root, key, value, outcome)
    old = reading.text[start:end]
    if "#" in "".join(_between(reading.text, start, end, value)):
        raise _by_hand(reading, outcome, "the lines of the outcome hold a comment of yours")
    if outcome is None:
        return Splice(start, old, "")
    new = _block(reading.text, start, _indent(reading.text, start), outcome)
    if not _ends_line(old):
        new = new[: -len(_line_break(reading.text, start))]
    return Splice(start, old, new)


def _place(reading: Reading, root: Mapping, outcome: Outcome) -> int:
    """The offset just before `forecasts` and the comment lines right above it."""
    key = root.key("forecasts")
    if key is None or root.flow:  # pragma: no branch  # a sound record has forecasts
        raise _by_hand(reading, outcome, "the record stands in braces")
    text = reading.text
    start = _line_start(text, key.start)
    if text[start : key.start].strip(" "):
        raise _by_hand(reading, outcome, "`forecasts` does not begin its line")
    indent = text[start : key.start]
    floor = max((_last(value) for _, value in root.pairs if _last(value) <= start), default=0)
    while start > floor:
        above = _line_start(text, start - 1 if text[start - 2 : start] != "\r\n" else start - 2)
        line = text[above:start]
        if above < floor or not line.startswith(f"{indent}#"):
            break
        start = above
    return start


def _stretch(
    reading: Reading, root: Mapping, key: Scalar, value: Node, outcome: Outcome | None
) -> tuple[int, int]:
    """Where the lines of a present outcome begin and end."""
    text, start = reading.text, _line_start(reading.text, key.start)
    if root.flow or text[start : key.start].strip(" "):
        raise _by_hand(reading, outcome, "the outcome does not begin its line")
    last = start + len(text[start : max(_last(value), key.end)].rstrip())
    found = _BREAK.search(text, last)
    return start, found.end() if found else len(text)


def _last(node: Node) -> int:
    """The end of the last text in a node: a block mapping's own end lies behind comments."""
    if isinstance(node, Scalar) or node.flow:
        return node.end
    if isinstance(node, Mapping):
        return max(max(key.end, _last(value)) for key, value in node.pairs)
    return max(_last(item) for item in node.items)


def _between(text: str, start: int, end: int, value: Node) -> Iterator[str]:
    """What stands between the texts of a node, where a # can only begin a comment."""
    at = start
    for scalar in _scalars(value):
        yield text[at : scalar.start]
        if text[scalar.start : scalar.start + 1] in {"|", ">"}:  # a comment may stand behind it
            yield _BREAK.split(text[scalar.start : scalar.end], maxsplit=1)[0]
        at = scalar.end
    yield text[at:end]


def _scalars(node: Node) -> Iterator[Scalar]:
    """The texts of a node, keys included, in the order of the file."""
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Listing):
        for item in node.items:
            yield from _scalars(item)
    else:
        for key, value in node.pairs:
            yield key
            yield from _scalars(value)


def _ends_line(text: str) -> bool:
    return text[-1:] in {"\n", "\r"}


def _line_start(text: str, at: int) -> int:
    return max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1


def _indent(text: str, at: int) -> str:
    found = re.compile(" *").match(text, at)
    return found[0] if found else ""


def _line_break(text: str, at: int) -> str:
    """The line break used where a block goes in: of the line before, else of the one there."""
    before = text[max(at - 2, 0) : at]
    if found := re.search(r"\r\n$|\n$|\r$", before):
        return found[0]
    after = _BREAK.search(text, at)
    return after[0] if after else "\n"


def _block(text: str, at: int, indent: str, outcome: Outcome) -> str:
    line_break = _line_break(text, at)
    return "".join(f"{indent}{line}{line_break}" for line in outcome_lines(outcome))


def outcome_lines(outcome: Outcome) -> list[str]:
    """The lines of an outcome as a person would write them, without line breaks."""
    lines = ["outcome:"]
    for each in fields(outcome):
        value = getattr(outcome, each.name)
        if isinstance(value, tuple) and value:
            lines += [f"  {each.name}:", *(f"    - {scalar(item)}" for item in value)]
        elif value is not None and value != ():
            lines.append(f"  {each.name}: {scalar(value)}")
    return lines


def scalar(value: str | float | date) -> str:
    """The YAML text of a value: plain where any reader takes it for that text, else quoted."""
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, str):
        return f"{value}"
    if value in {"yes", "no"} or _is_plain(value):
        return value
    return f'"{"".join(map(_escaped, value))}"'


def _is_plain(value: str) -> bool:
    if re.fullmatch(r"https?://[\w./?=&%+~-]+(?:#[\w./=&%-]*)?", value, re.ASCII):
        return True
    return bool(_PLAIN.fullmatch(value)) and not _MISREADABLE.fullmatch(value)


def _escaped(sign: str) -> str:
    """A character as it stands in double quotes: what does not print is written as its code."""
    if sign in _ESCAPES:
        return _ESCAPES[sign]
    if sign.isprintable() or sign in _JOINERS:
        return sign
    return f"\\U{ord(sign):08X}" if ord(sign) > 0xFFFF else f"\\u{ord(sign):04X}"


def _by_hand(reading: Reading, outcome: Outcome | None, reason: str) -> RefusedError:
    lines = "take out its `outcome` by hand"
    if outcome is not None:
        shown = "\n".join(f"  {line}" for line in outcome_lines(outcome))
        lines = f"put these lines in by hand:\n{shown}"
    return RefusedError(f"{reading.path} is left as it is, since {reason}; {lines}")


def _verify(reading: Reading, splice: Splice, meant: Prediction) -> None:
    """Refuse a change after which the file would say anything else than what was meant."""
    after = read(splice.applied(reading.text).encode(), reading.path, meant.id)
    same = after.prediction == meant and _others(after.root) == _others(reading.root)
    if after.problems:
        first = after.problems[0]
        said = f"{reading.path} is left as it is, since it would not be sound: {first.message}"
        raise RefusedError(f"{said}; {first.remedy}")
    if not same:
        raise _by_hand(reading, meant.outcome, "the change could not be made exactly")


def _others(root: Node | None) -> list[tuple[str, object]]:
    """The keys and texts of all but the outcome."""
    pairs = root.pairs if isinstance(root, Mapping) else []
    return [(key.text, nodes.plain(value)) for key, value in pairs if key.text != "outcome"]

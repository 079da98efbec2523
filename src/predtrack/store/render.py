"""Write a new record as a person would have: block style, folded text, few quotes.

What is written reads back equal: a text is tried in the ways there are, from the most readable
one on, and the first that holds exactly that text is taken. Double quotes hold any.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import MISSING, Field, fields
from decimal import Decimal
from typing import Any

from predtrack.records.forms import Form
from predtrack.records.prediction import (
    NOT_IN_FILE,
    Evidence,
    Forecast,
    Judgement,
    Offered,
    Option,
    Outcome,
    Pairs,
    Prediction,
    key_of,
    offered,
)
from predtrack.store import nodes
from predtrack.store.nodes import Mapping, Scalar
from predtrack.store.scalars import quoted, scalar
from predtrack.store.shapes import ListOf, Shape, expected

WIDTH = 96
LONGEST_KEY = 1000  # YAML looks little further for the colon
TINY = 1e-6

_FIRST = ("by", "made")  # what the entry of a forecast begins with
_BREAKABLE = re.compile(r"(?<=[^ \t]) (?=[^ \t])")
_IN_BRACKETS = re.compile(r"[\[\]{},?]")
_UNPRINTED = frozenset("\n\t\u200c\u200d\xa0\u3000\u202f")  # harmless in a block of text

Written = list[str]
"""A value as lines: what stands on the line of its key ("" for nothing), and what stands below."""


def rendered(prediction: Prediction, *, teach: bool = False) -> str:
    """Return the text of a file that holds a prediction: its keys in the order of the definition.

    To teach, comments stand where a key is missing that a judge will ask for.
    """
    lines = _fields(prediction, WIDTH)
    if teach:
        at = 1 + next(at for at, line in enumerate(lines) if line.startswith("kind:"))
        lines[at:at] = _lessons(prediction)
    return "\n".join([*lines, ""])


def _lessons(prediction: Prediction) -> Iterator[str]:
    if prediction.criteria is None:
        yield "# Add `criteria: ...`: what counts, what shows it false, and which source decides."
    if prediction.deadline is None and prediction.kind != "date":
        yield "# Add `deadline: YYYY-MM-DD`: without one it is never due and never counts."


def forecast_lines(forecast: Forecast, width: int = WIDTH) -> list[str]:
    """Return the lines of an entry of `forecasts`, from the first column on, without the dash."""
    return _fields(forecast, width)


def option_line(option: Option) -> str:
    """Return an option as an entry of a list, in brackets too: on one line, without a dash."""
    name = _in_flow(option.name)
    return name if option.added is None else f"{{name: {name}, added: {scalar(option.added)}}}"


def outcome_lines(outcome: Outcome) -> list[str]:
    """Return the lines of an outcome as a person would write them, without line breaks."""
    return ["outcome:", *map(_indented, _verdict_lines(outcome))]


def _verdict_lines(verdict: Outcome | Judgement) -> list[str]:
    """Return the lines of what a judge says, a key a line; lists stand below their keys."""
    lines = []
    for each in fields(verdict):
        value = getattr(verdict, each.name)
        if each.name == "extra":
            own = [(scalar(key), _own(mine, len(key) + 4, WIDTH - 2)) for key, mine in value]
            lines += [line for key, below in own for line in _keyed(key, below)]
        elif isinstance(value, tuple) and value:
            lines += [f"{each.name}:", *(f"  {line}" for item in value for line in _listed(item))]
        elif value is not None and value != ():
            lines.append(f"{each.name}: {scalar(value)}")
    return lines


def _listed(entry: Evidence | Judgement) -> list[str]:
    """Return the lines of an address or of another judge's word, as an entry of a list."""
    if isinstance(entry, Judgement):
        return _item(["", *_verdict_lines(entry)])
    return _item([scalar(entry.url)] if is_brief(entry) else ["", *_fields(entry, WIDTH - 6)])


def _fields(record: Any, width: int) -> list[str]:
    """Return the lines of the keys of a record that are not as they would be without."""
    lines = []
    definition: type = type(record)
    for each in sorted(fields(record), key=_comes_later):
        value = getattr(record, each.name)
        if each.name not in NOT_IN_FILE and (each.default is MISSING or value != each.default):
            key = key_of(each.name)
            shape = expected(definition)[key].shape
            if isinstance(shape, Offered):
                value = offered(record)
            lines += _keyed(key, _value(value, shape, len(key) + 2, width))
    for key, value in getattr(record, "extra", ()):
        lines += _keyed(scalar(key), _own(value, len(key) + 2, width))
    return lines


def _comes_later(each: Field[Any]) -> bool:
    return each.name not in _FIRST


def _value(value: Any, shape: Shape, used: int, width: int) -> Written:
    """Return a value by its shape; `used` are the columns that its key takes on the line."""
    if isinstance(value, Outcome):
        return ["", *(line.removeprefix("  ") for line in outcome_lines(value)[1:])]
    if isinstance(shape, Form):
        return _by_form(value, shape, used, width)
    if isinstance(shape, Pairs):
        pairs = [(_inline(key, shape.keys), _inline(each, shape.values)) for key, each in value]
        return _below([line for key, each in pairs for line in _keyed(key, [each])], "{}")
    if isinstance(shape, Offered):
        return _options(value, used, width)
    if not isinstance(shape, ListOf):
        return _below(_fields(value, width - 2), "{}")
    if isinstance(shape.item, Form):
        return _labels(value, used, width)
    entries = [_item(["", *_fields(each, width - 4)]) for each in value]
    return _below([line for entry in entries for line in entry], "[]")


def _options(options: tuple[Option, ...], used: int, width: int) -> Written:
    """Return the options of a choice: names in brackets, or an entry each where one came later."""
    if all(each.added is None for each in options):
        return _labels(tuple(each.name for each in options), used, width)
    return ["", *(line for each in options for line in _item(_option(each, width - 4)))]


def _option(option: Option, width: int) -> Written:
    """Return the name alone, or with its day in braces; a key a line where that is too long."""
    if option.added is None:
        return [scalar(option.name)]
    line = option_line(option)
    if len(line) <= width:
        return [line]
    name = _keyed("name", _text(option.name, 6, width, str.strip))
    return ["", *name, f"added: {scalar(option.added)}"]


def is_brief(record: Any) -> bool:
    """Return whether a record says no more than its first field."""
    return all(getattr(record, each.name) == each.default for each in fields(record)[1:])


def _below(lines: list[str], empty: str) -> Written:
    return ["", *lines] if lines else [empty]


def _by_form(value: Any, form: Form, used: int, width: int) -> Written:
    if isinstance(value, str):
        return _text(value, used, width, str.strip)
    return [_inline(value, form)]


def _inline(value: Any, form: Form) -> str:
    """Return a value on one line: a probability as a percentage, all else by `scalar`."""
    if form.name in {"probability", "level"} and not isinstance(value, str):
        return _percentage(value)
    return scalar(value)


def _percentage(value: float) -> str:
    """Return the percentage of a probability; of a tiny one the number, which is shorter.

    The digits are shifted as text, so that it is read as the same float.
    """
    if 0 < value < TINY:
        return scalar(value)
    return f"{Decimal(repr(value)).scaleb(2).normalize():f}%"


def _labels(values: tuple[str, ...], used: int, width: int) -> Written:
    """Return a list of short texts in brackets, or one a line where that would be too long."""
    line = f"[{', '.join(map(_in_flow, values))}]"
    if used + len(line) <= width:
        return [line]
    return ["", *(f"- {scalar(text)}" for text in values)]


def _in_flow(text: str) -> str:
    """Return a text as it stands in brackets or braces."""
    return quoted(text) if _IN_BRACKETS.search(text) else scalar(text)


def _text(value: str, used: int, width: int, read: Callable[[str], str]) -> Written:
    """Return a text in the first way that reads back equal; `read` is what a reader makes of it."""
    inline = scalar(value)
    is_short = "\n" not in value and (used + len(inline) <= width or " " not in value)
    if is_short or not all(sign.isprintable() or sign in _UNPRINTED for sign in value):
        return [inline]
    for block in _blocks(value, width - 2):
        if _holds(block, value, read):
            return block
    return [inline]


def _blocks(value: str, width: int) -> Iterator[Written]:
    """Yield the ways to write a text over several lines: line by line, and folded where wide."""
    lines = value.rstrip("\n").split("\n")
    if "\n" not in value or max(map(len, lines)) > width:
        yield [">-", *_folded(lines, width)]
    yield ["|", *lines]
    yield ["|-", *lines]


def _folded(lines: list[str], width: int) -> list[str]:
    """Return lines wrapped for `>`: a blank line stands for each break not of the folding."""
    folded = _wrapped(lines[0], width)
    for line in lines[1:]:
        folded += ["", *(_wrapped(line, width) if line else [])]
    return folded


def _wrapped(line: str, width: int) -> list[str]:
    first, *words = _BREAKABLE.split(line)
    lines = [first]
    for word in words:
        if len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _holds(block: Written, value: str, read: Callable[[str], str]) -> bool:
    try:
        root = nodes.compose("\n".join([*_keyed("text", block), "end: here", ""]))
    except nodes.NodeError:
        return False
    node = root.get("text") if isinstance(root, Mapping) else None
    return isinstance(node, Scalar) and read(node.text) == value


def _own(value: Any, used: int, width: int) -> Written:
    """Return a value below a key of the user's own as lines: a text, a list, or pairs."""
    if isinstance(value, list):
        items = [_item(_own(each, 2, width - 2)) for each in value]
        return _below([line for item in items for line in item], "[]")
    if isinstance(value, tuple):
        pairs = [(scalar(key), each) for key, each in value]
        written = [_keyed(key, _own(each, len(key) + 2, width - 2)) for key, each in pairs]
        return _below([line for lines in written for line in lines], "{}")
    return _text(value, used, width, str)


def _keyed(key: str, value: Written) -> list[str]:
    """Return the lines of a key with its value; a key too long for a line gets a mark."""
    head, *below = value
    lines = [f"{key}: {head}" if head else f"{key}:"]
    if len(key) > LONGEST_KEY:
        lines = [f"? {key}", f": {head}" if head else ":"]
    return [*lines, *map(_indented, below)]


def _item(value: Written) -> list[str]:
    """Return the lines of an entry of a list; what stands below no key begins beside the dash."""
    head, *below = value if value[0] else value[1:]
    return [f"- {head}", *map(_indented, below)]


def _indented(line: str) -> str:
    return f"  {line}" if line else ""

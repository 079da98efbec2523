"""Write an entry of a merge in braces, or one in braces as it would stand with a key a line."""

from __future__ import annotations

import re
from typing import Any

from predtrack.records.merge import Values
from predtrack.store import nodes
from predtrack.store.nodes import Listing, Mapping, Node, Scalar
from predtrack.store.render import forecast_lines
from predtrack.store.scalars import quoted
from predtrack.store.splice import BREAK
from predtrack.store.stretches import State, Unfit, names_of


def in_braces(ours: State, theirs: State, merged: Values) -> str:
    """Return an entry in braces that says what is meant, with the texts of ours and theirs."""
    parts = []
    for key in dict.fromkeys((*names_of(ours), *merged)):
        want = merged.get(key)
        if want is None and ours.values.get(key) is not None:
            continue  # theirs took it out
        side = ours if want == ours.values.get(key) else theirs
        value = side.node.get(key)
        if value is None or want != side.values.get(key):
            raise Unfit
        parts.append(f"{_word(key)}: {braces_of(side.text, value)}")
    return f"{{{', '.join(parts)}}}"


def braces_of(text: str, node: Node) -> str:
    """Return a value on one line, as it may stand in braces; its own text where that is one."""
    source = text[node.start : node.end]
    if isinstance(node, Scalar):
        is_quoted = source[:1] in {"'", '"'} and not BREAK.search(source)
        return source if is_quoted else _word(node.text)
    if node.flow and not BREAK.search(source):
        return source
    if isinstance(node, Listing):
        return f"[{', '.join(braces_of(text, each) for each in node.items)}]"
    pairs = (f"{_word(key.text)}: {braces_of(text, value)}" for key, value in node.pairs)
    return f"{{{', '.join(pairs)}}}"


def _word(text: str) -> str:
    """Return a text as YAML, as it stands: forms are read by field, so that few need quotes."""
    return text if _WORD.fullmatch(text) else quoted(text)


_WORD = re.compile(r"\w[\w.+%-]*(?: [\w.+%-]+)*", re.ASCII)


def in_flow(text: str) -> str:
    """Return the YAML text of a value as it may stand in brackets."""
    is_plain = text[:1] != '"' and any(sign in text for sign in "[]{},?")
    return f'"{text}"' if is_plain else text


def in_lines(state: State, forecast: Any) -> State:
    """Return an entry in braces as it would stand with a key a line."""
    text = "\n".join([*forecast_lines(forecast), ""])
    node = nodes.compose(text)
    assert isinstance(node, Mapping)  # a forecast says who and when
    return state._replace(text=text, node=node)

"""Read and extend `.aliases.yaml` of a folder: the name shown, by the name as written in records.

The file belongs to its user: lines are only put behind those that are there, and what cannot be
put in so is refused, with the lines to paste.
"""

from __future__ import annotations

import codecs
import os
from collections.abc import Iterator, Mapping

from predtrack.errors import Misread, Problem, RefusedError, shortened
from predtrack.records import forms
from predtrack.store import files, nodes, writing
from predtrack.store.changes import Change, refuse_protected, replaced, within
from predtrack.store.entries import put_in
from predtrack.store.reading import NodeErrorAtByte, decode
from predtrack.store.scalars import quoted
from predtrack.store.splice import Splice

FILE = files.ALIASES


def load(root: str) -> tuple[dict[str, str], list[Problem]]:
    """Return the names of a folder, none where it has no such file, and what is wrong with it."""
    path = os.path.join(root, FILE)
    if not os.path.lexists(path):
        return {}, []
    try:
        data = files.read(path)[0]
    except Misread as error:
        return {}, [Problem(FILE, 1, 1, error.code, error.message, error.remedy)]
    return names_in(data)


def names_in(data: bytes) -> tuple[dict[str, str], list[Problem]]:
    """Return the names that the bytes of such a file hold, and every problem of it."""
    try:
        text = decode(data)
    except NodeErrorAtByte as error:
        return {}, [Problem(FILE, 1, 1, *error.parts)]
    lines = nodes.Lines(text)
    try:
        root = nodes.compose(text)
    except nodes.NodeError as error:
        place = lines.place(min(error.offset, len(text)))
        return {}, [Problem(FILE, *place, error.code, error.message, error.remedy)]
    if root is None:
        return {}, []
    if not isinstance(root, nodes.Mapping):
        what = "it is no mapping of names", 'write a line a name: "7": Ada Example'
        return {}, [Problem(FILE, 1, 1, "type", *what)]
    names: dict[str, str] = {}
    problems = []
    for key, value in root.pairs:
        try:
            _take(names, key, value)
        except Misread as error:
            place = lines.place(key.start)
            problems.append(Problem(FILE, *place, error.code, error.message, error.remedy))
    return names, problems


def _take(names: dict[str, str], key: nodes.Scalar, value: nodes.Node) -> None:
    """Add a line to the names; refused where it is none, stands twice, or leads in a circle."""
    if not isinstance(value, nodes.Scalar) or not value.text:
        raise Misread(
            "type", f"{shortened(key.text)} has no name", "write the name shown behind it"
        )
    name, other = forms.label(key.text), forms.label(value.text)
    if name in names:
        raise Misread("twice", f"{shortened(name)} stands twice", "keep one")
    end = other
    while end in names:
        end = names[end]
    if end == name:
        message = f"{shortened(name)} leads back to itself"
        raise Misread("value", message, "write the name shown on the right, once")
    names[name] = other


def added(root: str, new: Mapping[str, str], *, write: bool) -> Change | None:
    """Put names behind those of a folder; None where all are there.

    Refused where the file says otherwise of a name, or is not one name a line.
    """
    path = os.path.join(root, FILE)
    with writing.locked(root):
        is_there = os.path.lexists(path)
        path = within(root, FILE) if is_there else path
        was = files.contents(path) if is_there else b""
        names, problems = names_in(was)
        if problems:
            raise RefusedError(f"{problems[0]}; nothing was changed")
        lacking = {name: to for name, to in new.items() if names.get(name) != to}
        if not lacking:
            return None
        text = was.decode().removeprefix("\ufeff")
        lines = [*_lines(lacking)]
        fresh = Splice(0, "", "".join(f"{line}\n" for line in lines))
        splice = put_in(text, len(text), lines) if text else fresh
        becomes = splice.applied(text)
        if names_in(becomes.encode()) != (names | lacking, []):
            raise _by_hand(names, lacking)
        new_lines = splice.new.lstrip("\r\n")
        place = nodes.Lines(becomes).place(len(becomes) - len(new_lines))[0]
        warning = ""
        if write:
            mark = codecs.BOM_UTF8 if was.startswith(codecs.BOM_UTF8) else b""
            data = mark + becomes.encode()
            files.refuse_too_large(FILE, data)
            warning = _replaced(path, was, data) if is_there else writing.create(path, data)
    return Change(FILE, "", new_lines, place, warning)


def _replaced(path: str, was: bytes, data: bytes) -> str:
    refuse_protected(path)
    return replaced(path, was, data)


def _lines(names: Mapping[str, str]) -> Iterator[str]:
    return (f"{_name(name)}: {_name(to)}" for name, to in names.items())


def _name(text: str) -> str:
    """Return a name as YAML: in quotes unless it is letters, so that a number stays a name."""
    is_plain = text.replace(" ", "").isalpha() and " " not in {text[:1], text[-1:]}
    return text if is_plain and text.lower() not in _READ_OTHERWISE else quoted(text)


_READ_OTHERWISE = {"true", "false", "yes", "no", "null", "on", "off", "y", "n"}


def _by_hand(names: Mapping[str, str], new: Mapping[str, str]) -> RefusedError:
    other = next((name for name in new if name in names), None)
    lines = "".join(f"\n  {line}" for line in _lines(new))
    if other is not None:
        sentence = f"{FILE} says that {other} is {names[other]}; nothing was changed"
        return RefusedError(f"{sentence}; change it there, or leave out --by {other}=...")
    sentence = f"{FILE} is left as it is, since it is not one name a line; nothing was changed"
    return RefusedError(f"{sentence}; put these lines in by hand:{lines}")

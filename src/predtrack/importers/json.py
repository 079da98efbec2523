"""The document that `predtrack export json` writes -> its records."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from predtrack.errors import UnreadableError
from predtrack.importers import Imported

SCHEMA = "predtrack/export/1"
MOST_BYTES = 256 * 1024 * 1024


def imported(stream: BinaryIO, name: str) -> Iterator[Imported]:
    """The records of the document, in its order."""
    document = _document(stream, name)
    for number, entry in enumerate(_entries(document, name), start=1):
        if not isinstance(entry, dict) or not isinstance(entry.get("record"), dict):
            raise UnreadableError(f"{name}: prediction {number} has no `record`; export it again")
        yield Imported(str(entry.get("id", "")), _in_file(entry["record"]))


def _in_file(record: dict[str, Any]) -> dict[str, Any]:
    """Return a record as a file has it: the days of options that came later beside their names."""
    added = record.get("options_added")
    names = record.get("options")
    if not isinstance(added, dict) or not isinstance(names, list) or not _names(names) >= {*added}:
        return record
    options = [_option(name, added.get(name) if isinstance(name, str) else None) for name in names]
    rest = {key: value for key, value in record.items() if key != "options_added"}
    return rest | {"options": options}


def _names(options: list[Any]) -> set[str]:
    return {each for each in options if isinstance(each, str)}


def _option(name: Any, day: Any) -> Any:
    return name if day is None else {"name": name, "added": day}


def _document(stream: BinaryIO, name: str) -> Any:
    data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise UnreadableError(f"{name} is larger than 256 MiB; export fewer predictions at a time")
    try:
        return json.loads(data, object_pairs_hook=_present)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"{name} is not JSON ({error}); export it again") from None


def _present(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The keys that hold something: null is absent, and never the text "null"."""
    return {key: value for key, value in pairs if value is not None}


def _entries(document: Any, name: str) -> list[Any]:
    schema = document.get("schema") if isinstance(document, dict) else None
    if schema != SCHEMA:
        told = f"its schema is {schema!r}" if schema else "it has no schema"
        raise UnreadableError(f"{name} is no export: {told}; write it with `predtrack export json`")
    entries = document.get("predictions")
    if not isinstance(entries, list):
        raise UnreadableError(f"{name} holds no list of predictions; export it again")
    return entries

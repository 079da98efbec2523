"""Read the records of a document that `predtrack export json` wrote."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from predtrack.errors import Misread, UnreadableError, shortened
from predtrack.importers import Imported, Unread, kinds

SCHEMA = "predtrack/export/1"
MOST_BYTES = 256 * 1024 * 1024


def imported(stream: BinaryIO, name: str) -> Iterator[Imported | Unread]:
    """Yield the records of the document, in its order."""
    document = _document(stream, name)
    for number, entry in enumerate(_entries(document, name), start=1):
        if not isinstance(entry, dict) or not isinstance(entry.get("record"), dict):
            raise UnreadableError(f"{name}: prediction {number} has no `record`; export it again")
        try:
            place = f"{name}: prediction {number}"
            yield Imported(str(entry.get("id", "")), _in_file(entry["record"]), place=place)
        except Misread as error:
            yield Unread(f"{name}: prediction {number}", str(error))


def _in_file(record: dict[str, Any]) -> dict[str, Any]:
    """Return a record as a file has it: the days of options that came later beside their names."""
    added = record.get("options_added")
    if added is None:
        return record
    if not isinstance(added, dict):
        message = "`options_added` is no object of options and their days"
        raise Misread("options", message, 'write it as {"C": "2026-03-01"}')
    listed = record.get("options")
    names = listed if isinstance(listed, list) else []
    offered = {each for each in names if isinstance(each, str)}
    if unknown := [name for name in added if name not in offered]:
        message = (
            f"`options_added` names {shortened(', '.join(unknown))}, which is not in `options`"
        )
        raise Misread("options", message, "add it or take it out")
    rest = {key: value for key, value in record.items() if key != "options_added"}
    if not added:
        return rest
    return rest | {"options": [_option(each, added) for each in names]}


def _option(name: Any, added: dict[str, Any]) -> Any:
    day = added.get(name) if isinstance(name, str) else None
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
    """Return the keys that hold something: null is absent, and never the text "null"."""
    return {key: value for key, value in pairs if value is not None}


def _entries(document: Any, name: str) -> list[Any]:
    kinds.refuse_other(name, document, "json")
    schema = document.get("schema") if isinstance(document, dict) else None
    if schema != SCHEMA:
        reason = f"its schema is {schema!r}" if schema else "it has no schema"
        raise UnreadableError(
            f"{name} is no export: {reason}; write it with `predtrack export json`"
        )
    entries = document.get("predictions")
    if not isinstance(entries, list):
        raise UnreadableError(f"{name} holds no list of predictions; export it again")
    return entries

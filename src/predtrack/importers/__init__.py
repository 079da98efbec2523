"""Another program's export (an open binary stream) -> records in the shape of a file.

A module a format, registered in `FORMATS`. An importer knows its format and nothing of folders:
what it yields goes through the same checks as a file that was written by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO


@dataclass(frozen=True, slots=True)
class Imported:
    """One record: its id, and its keys and values as a file would have them."""

    id: str
    record: dict[str, Any]


Importer = Callable[[BinaryIO, str], Iterator[Imported]]
"""Takes the stream and what messages call it."""


def _json(stream: BinaryIO, name: str) -> Iterator[Imported]:
    from predtrack.importers import json

    return json.imported(stream, name)


FORMATS: dict[str, Importer] = {"json": _json}

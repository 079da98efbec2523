"""The JSON Schema of a record as people write it, from the definitions that the reader uses."""

from __future__ import annotations

from typing import Any

from predtrack.records.prediction import NOT_IN_FILE, Prediction


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of one file: `90%` and `very likely` are valid in it."""
    from pydantic import TypeAdapter

    found = TypeAdapter(Prediction).json_schema()
    for name in NOT_IN_FILE:
        found["properties"].pop(name)
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return head | found | {"title": "A prediction"}

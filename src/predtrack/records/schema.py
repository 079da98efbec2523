"""The JSON Schema of a record as people write it, from the definitions that the reader uses."""

from __future__ import annotations

from typing import Any

from predtrack.records.prediction import NOT_IN_FILE, Prediction, key_of


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of one file: `90%` and `very likely` are valid in it."""
    from pydantic import TypeAdapter

    whole = TypeAdapter(Prediction).json_schema()
    for record in (whole, *whole["$defs"].values()):
        properties = record.get("properties", {})
        record["properties"] = {
            key_of(name): each for name, each in properties.items() if name not in NOT_IN_FILE
        }
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return head | whole | {"title": "A prediction"}

"""Make the JSON Schema of a record as people write it, from the definitions of the reader."""

from __future__ import annotations

from typing import Any

from predtrack.records.prediction import NOT_IN_FILE, Prediction, key_of

DESCRIPTIONS = {
    "Condition": "What must hold for the claim to be judged at all; `is` is the answer that the"
    " named prediction must end in: `yes`, `no`, or an option of it.",
    "Evidence": "Where others can look, and a copy of it that stays.",
    "Forecast": "What somebody said about a prediction on a day.",
    "Interval": "A closed range, with the probability that the value lies in it if one was said.",
    "Judgement": "What another judge says of how a prediction ended; it does not count.",
    "Outcome": "How a prediction ended.",
    "Prediction": "One claim that can turn out true, the forecasts about it, and how it ended.",
    "Range": "The values that a platform's numeric question can hold.",
    "Reference": 'What a base rate, a market or "no change" would have said.',
    "Source": "Where a forecast was said, and how it was read there.",
}
"""What an editor says of each part: no docstring, since a Python run with -OO has none."""


def schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of one file: `90%` and `very likely` are valid in it."""
    from pydantic import TypeAdapter

    whole = TypeAdapter(Prediction).json_schema()
    for name, record in [(Prediction.__name__, whole), *whole["$defs"].items()]:
        record.pop("description", None)  # a docstring, if there is one
        record["description"] = DESCRIPTIONS[name]
        properties = record.get("properties", {})
        record["properties"] = {
            key_of(field): each for field, each in properties.items() if field not in NOT_IN_FILE
        }
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return head | whole | {"title": "A prediction"}

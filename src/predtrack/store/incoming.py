"""Read records from elsewhere through the same reader as a file written by hand."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

from predtrack.errors import Misread, Problem
from predtrack.records.forms import prediction_id
from predtrack.records.prediction import Prediction
from predtrack.store.files import LIMIT, MOST_BYTES, SHORTER
from predtrack.store.reading import Reading, read
from predtrack.store.render import rendered

MOST_GROWTH = 16  # of a short text in a file, indented line by line

# JSON is YAML but for these: YAML refuses them as they are, or takes them for line breaks.
_UNLIKE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")


def incoming(identity: str, record: dict[str, Any]) -> Reading:
    """Return the reading of a record: the prediction of its keys and values, or what is wrong."""
    try:
        prediction_id(identity)
        data = _written(record).encode()
    except Misread as error:
        problem = Problem(identity, 1, 1, error.code, error.message, error.remedy)
        return Reading(identity, "", None, None, (problem,))
    reading = read(data, identity, identity)
    prediction = reading.prediction
    if prediction is None or len(data) < MOST_BYTES // MOST_GROWTH or _fits(prediction):
        return reading
    return replace(reading, prediction=None, problems=(_too_large(identity),))


def _fits(prediction: Prediction) -> bool:
    return len(rendered(prediction).encode()) <= MOST_BYTES


def _too_large(identity: str) -> Problem:
    message = f"its file would be larger than {LIMIT}"
    return Problem(identity, 1, 1, "file", message, SHORTER)


def _written(record: dict[str, Any]) -> str:
    """Return the record on one line, as YAML reads it too."""
    try:
        return _UNLIKE.sub(_escaped, json.dumps(record, ensure_ascii=False))
    except RecursionError:
        remedy = "a record needs no more than 5 levels"
        raise Misread("yaml", "it is nested too deep to be read", remedy) from None


def _escaped(sign: re.Match[str]) -> str:
    return f"\\u{ord(sign[0]):04x}"

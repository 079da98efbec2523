"""Records from elsewhere -> predictions, through the same reader as a file written by hand."""

from __future__ import annotations

import json
import re
from typing import Any

from predtrack.errors import Misread, Problem
from predtrack.records.forms import prediction_id
from predtrack.store.reading import Reading, read

# JSON is YAML but for these: YAML refuses them as they are, or takes them for line breaks.
_UNLIKE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")


def incoming(identity: str, record: dict[str, Any]) -> Reading:
    """The reading of a record: the prediction that its keys and values are, or what is wrong."""
    text = _UNLIKE.sub(_escaped, json.dumps(record, ensure_ascii=False))
    try:
        prediction_id(identity)
    except Misread as error:
        problem = Problem(identity, 1, 1, error.code, error.message, error.remedy)
        return Reading(identity, text, None, None, (problem,))
    return read(text.encode(), identity, identity)


def _escaped(sign: re.Match[str]) -> str:
    return f"\\u{ord(sign[0]):04x}"

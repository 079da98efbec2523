"""Documents for programs: long lists are whole, and what JSON cannot say is null."""

from __future__ import annotations

import json
import math
from datetime import UTC, date, datetime
from typing import Any

import pytest

from build import DAY
from predtrack.views.json import AT_ONCE, compact, stream


@pytest.mark.parametrize("count", [0, 1, 2, AT_ONCE - 1, AT_ONCE, AT_ONCE + 1, 2 * AT_ONCE])
def test_a_long_list_is_whole_with_an_entry_a_line(count: int) -> None:
    entries = [{"number": each} for each in range(count)]
    text = "".join(stream("list", DAY, {"found": iter(entries)}, {"rest": None}))
    assert json.loads(text)["found"] == entries
    assert text.count('\n    {"number":') == count


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"a": math.inf, "b": [math.nan, 0.5]}, '{"a":null,"b":[null,0.5]}'),
        ({"a": -math.inf, "b": date(2027, 3, 1)}, '{"a":null,"b":"2027-03-01"}'),
        ((date(2027, 3, 1), None, True), '["2027-03-01",null,true]'),
        (datetime(2027, 3, 1, 9, tzinfo=UTC), '"2027-03-01T09:00:00Z"'),
        ({"é": 'a "b"'}, '{"é":"a \\"b\\""}'),
        ({}, "{}"),
    ],
)
def test_a_value_is_one_line_of_json_with_null_where_there_is_no_number(
    value: Any, text: str
) -> None:
    assert compact(value) == text

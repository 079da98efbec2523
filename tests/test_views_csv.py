"""Tables as CSV: cells come back as they went in; that of predictions reads no record."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from build import DAY, binary, built, by_id, numbered, said
from predtrack.records.prediction import Outcome, Prediction
from predtrack.reports.listing import CUT, HEAD, Known, detailed, heads
from predtrack.reports.rows import known
from predtrack.views.csv import AT_ONCE, PREDICTIONS, Columns, guarded, lines, predictions
from test_store_render import drawn

THREE = Columns(("id", "text", "number"), frozenset({"text"}))
ODD = "=+-@＝ ,\"'\r\n\t;a\u00a0\u200bé\x1f"

TEXTS = st.text(st.sampled_from(ODD), max_size=5) | st.text(max_size=5)
NUMBERS = st.none() | st.integers() | st.floats(allow_nan=False)
ROWS = st.lists(st.tuples(TEXTS, TEXTS | st.none(), NUMBERS), max_size=4)


def written(rows: Sequence[Sequence[Any]], *, raw: bool = False) -> str:
    """The lines of rows of three cells."""
    return "".join(lines(THREE, rows, raw=raw))


def cells_of(text: str) -> list[list[str]]:
    """The cells that the csv module reads, without the header."""
    return list(csv.reader(StringIO(text, newline=""), strict=True))[1:]


@given(ROWS)
def test_what_is_written_is_read_back_whatever_stands_in_it(rows: list[tuple[Any, ...]]) -> None:
    expected = [["" if cell is None else str(cell) for cell in row] for row in rows]
    assert cells_of(written(rows, raw=True)) == expected


@given(ROWS)
def test_the_lines_are_those_of_the_csv_module_with_plain_ends(rows: list[tuple[Any, ...]]) -> None:
    bare = StringIO(newline="")
    for row in rows:
        line = StringIO(newline="")
        csv.writer(line).writerow(row)
        bare.write(line.getvalue().removesuffix("\r\n") + "\n")
    assert written(rows, raw=True).removeprefix("id,text,number\n") == bare.getvalue()


@given(ROWS)
def test_texts_that_anybody_may_have_written_are_guarded_and_no_others(
    rows: list[tuple[Any, ...]],
) -> None:
    expected = [(name, guarded(text), number) for name, text, number in rows]
    assert written(rows) == written(expected, raw=True)


def test_an_odd_text_far_from_the_others_is_guarded() -> None:
    rows = [("a", "plain", 1)] * (2 * AT_ONCE) + [("a", "=1+1", -1)] + [("a", "plain", 1)] * 9
    found = cells_of(written(rows))
    assert len(found) == len(rows)
    assert [row for row in found if row[1] != "plain"] == [["a", "'=1+1", "-1"]]


@pytest.mark.parametrize("count", [0, 1, AT_ONCE - 1, AT_ONCE, AT_ONCE + 1])
def test_the_header_stands_once_and_first(count: int) -> None:
    text = written([("a", "b", 1)] * count)
    assert text == "id,text,number\n" + "a,b,1\n" * count


def test_the_rows_are_written_before_all_of_them_are_there() -> None:
    def rows() -> Any:
        yield from [("a", "b", 1)] * AT_ONCE
        raise LookupError

    found = lines(THREE, rows())
    assert next(found).count("\n") == AT_ONCE + 1
    with pytest.raises(LookupError):
        next(found)


def of(prediction: Prediction, day: date) -> dict[str, Any]:
    """The cells of a prediction as known on a day."""
    rows = known(by_id(prediction), day).rows
    (cells,) = predictions(rows, Known(day, rows, {}))  # no record is there to be looked at
    return dict(zip(PREDICTIONS.names, cells, strict=True))


@pytest.mark.parametrize(
    ("answer", "shown"),
    [("yes", '"yes"'), (0.25, 0.25), (1, 1), ("void", '"void"'), (None, None)],
)
def test_an_answer_is_json(answer: Any, shown: Any) -> None:
    assert of(binary(0.5, answer), DAY)["answer"] == shown


def test_an_option_with_signs_of_json_is_written_as_json_has_it() -> None:
    option = 'say "a", b\\c'
    shares = ((option, 0.5), ("other", 0.5))
    made = built("choice", said(probabilities=shares), options=(option, "other"), answer=option)
    assert of(made, DAY)["answer"] == '"say \\"a\\", b\\\\c"'


def test_of_what_happens_later_each_day_is_told_that_it_had_not_yet() -> None:
    happens = date(2025, 3, 1)
    made = built("date", said(words="soon"), deadline=date(2026, 1, 1))
    made = replace(made, outcome=Outcome(answer=happens, decided=happens + timedelta(9)))
    for day, answer, decided in [
        (date(2025, 2, 1), "no", "2025-02-01"),
        (date(2025, 2, 2), "no", "2025-02-02"),
        (date(2025, 3, 5), "no", "2025-02-28"),
        (date(2025, 3, 10), "2025-03-01", "2025-03-10"),
        (date(2025, 3, 11), "2025-03-01", "2025-03-10"),
    ]:
        found = of(made, day)
        assert (found["answer"], found["decided"]) == (f'"{answer}"', decided)


@given(st.lists(st.integers(0, 2**32), max_size=3))
def test_many_rows_have_the_details_that_each_has(seeds: list[int]) -> None:
    here = known(numbered([drawn(seed) for seed in seeds]), DAY)
    assert [(row, row.details) for row in here.rows] == list(detailed(here.rows))
    assert [(row, list(row.details[:HEAD])) for row in here.rows] == list(heads(here.rows))
    assert all(row.packed.count(CUT) == 1 for row in here.rows)


@given(st.integers(0, 2**32))
def test_a_table_of_predictions_says_what_the_record_says(seed: int) -> None:
    made = replace(drawn(seed), id="p", path="p.yaml")
    here = known(by_id(made), DAY)
    for row in here.rows:
        then, cells = here.prediction(row), of(made, DAY)
        assert cells["claim"] == then.claim
        assert cells["family"] == then.family
        assert cells["tags"] == "; ".join(then.tags)
        assert cells["forecasts"] == len(then.forecasts)
        assert cells["decided"] == (
            then.outcome.decided.isoformat() if then.outcome and then.outcome.decided else None
        )

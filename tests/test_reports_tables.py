"""A table becomes one group a column; what is missing is dropped a column at a time."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path

import pytest

from predtrack.errors import UnreadableError
from predtrack.reports import tables
from predtrack.reports.groups import Group

DATA = Path(__file__).parent / "data" / "scoring"


def made(
    *columns: list[str], names: str = "p", path: str = "t.csv"
) -> tuple[list[Group], tables.Table]:
    found = tables.table([list(columns)], tuple(names.split()), path)
    return list(tables.groups(found)), found


def niamey(*names: str) -> list[list[str]]:
    with (DATA / "niamey_2016.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    return [[row[name] for row in rows] for name in names]


@pytest.mark.parametrize(
    ("name", "mcb", "dsc", "brier"),
    [
        ("Logistic", 0.0170760574, 0.0555406605, 0.2057461719),
        ("EMOS", 0.0182829433, 0.030468539, 0.2320251794),
        ("ENS", 0.0660722283, 0.044115329, 0.2661676743),
        ("EPC", 0.0223497474, 0.032278767, 0.2342817554),
    ],
)
def test_the_published_decompositions_come_out_of_the_table(
    name: str, mcb: float, dsc: float, brier: float
) -> None:
    (group,), _ = made(*niamey(name, "obs"), names=name)
    found = group.figures
    assert (group.rows, group.families) == (92, 92)
    assert found.mcb == pytest.approx(mcb, abs=1e-9)
    assert found.dsc == pytest.approx(dsc, abs=1e-9)
    assert found.unc == pytest.approx(0.244210775, abs=1e-9)
    assert found.brier == pytest.approx(brier, abs=1e-9)


def test_an_infinite_log_score_names_the_rows_that_failed() -> None:
    (group,), _ = made(*niamey("ENS", "obs"), names="ENS")
    stated, came = niamey("ENS", "obs")
    failed = [
        f"row {at}"
        for at, (p, y) in enumerate(zip(stated, came, strict=True), start=2)
        if abs(float(p) - float(y)) == 1
    ]
    assert failed
    assert list(group.figures.log_infinite) == failed
    assert group.figures.log_score is None
    assert group.withheld["log_score"] == f"infinite:{len(failed)}"
    assert group.figures.log_rest_n == 92 - len(failed)


def test_a_table_and_its_rows_one_by_one_give_the_same_figures() -> None:
    stated, came = niamey("EMOS", "obs")
    own = [str(k) for k in range(len(came))]
    (counted,), _ = made(stated, came, names="EMOS")
    (named,), _ = made(stated, came, own, names="EMOS")
    for name in ("brier", "brier_low", "mcb", "mcb_null_95", "sum_p_value", "spiegelhalter_z"):
        assert getattr(counted.figures, name) == pytest.approx(getattr(named.figures, name))
    assert [each.families for each in counted.figures.bins] == [
        each.families for each in named.figures.bins
    ]


def test_a_missing_cell_is_dropped_from_its_own_column_and_counted() -> None:
    groups, found = made(
        ["0.2", "NA", "0.7", ""],
        ["0.3", "0.4", " nan ", "90%"],
        ["0", "1", "1", "null"],
        names="a b",
    )
    assert [(group.by, group.rows, group.dropped) for group in groups] == [("a", 2, 2), ("b", 2, 2)]
    (compared,) = tables.comparisons(found)
    assert (compared.a, compared.b, compared.rows) == ("a", "b", 1)
    assert compared.diff == pytest.approx(0.3**2 - 0.2**2)


def test_a_column_without_a_row_says_how_many_were_dropped() -> None:
    (group,), _ = made(["", "na"], ["1", "0"])
    assert (group.rows, group.dropped, group.figures.brier) == (0, 2, None)


def test_words_and_percentages_are_read_like_those_of_records() -> None:
    (group,), _ = made(["90%", "0.9", "5%"], ["yes", "TRUE", "no"])
    assert group.figures.sum_p == pytest.approx(1.85)
    assert group.figures.sum_y == 2


def test_rows_of_a_family_count_as_one() -> None:
    (group,), found = made(["0.2", "0.3", "0.9"], ["0", "0", "1"], ["x", "x", "y"])
    assert (group.rows, group.families) == (3, 2)
    assert group.figures.brier == pytest.approx(((0.04 + 0.09) / 2 + 0.01) / 2)
    assert group.withheld["calibrated_range"] == "several_rows"
    assert found.families == ["x", "x", "y"]


def test_a_share_is_a_partial_answer_and_enters_no_test() -> None:
    (group,), _ = made(["0.2"] * 6, ["0.5"] + ["0"] * 5)
    assert group.families == 6
    assert group.withheld["sum_p_value"] == "partial_answers"
    assert group.figures.brier == pytest.approx((0.5 * 0.64 + 0.5 * 0.04 + 5 * 0.04) / 6)


@pytest.mark.parametrize(
    ("stated", "came", "message"),
    [
        ("90", "1", "t.csv:2: p: 90 is not between 0 and 1; write 90% or 0.9"),
        ("inf", "1", 't.csv:2: p: "inf" is not a probability; write 90% or 0.9'),
        ("-0.1", "1", "t.csv:2: p: -0.1 is not between 0 and 1; write 0% to 100%"),
        ("0.5", "maybe", 't.csv:2: "maybe" is no outcome; write 1 or 0, yes or no, or a share'),
        ("0.5", "2", 't.csv:2: "2" is no outcome; write 1 or 0, yes or no, or a share'),
        ("yes", "1", 't.csv:2: p: "yes" is not a probability; write 90% or 0.9'),
    ],
)
def test_a_cell_that_is_no_chance_is_refused_at_its_row(
    stated: str, came: str, message: str
) -> None:
    with pytest.raises(UnreadableError) as caught:
        made([stated], [came])
    assert str(caught.value) == message


def test_a_cell_is_named_by_its_row_in_a_later_block() -> None:
    blocks = [[["0.1", "0.2"], ["0", "1"]], [["0.3", "x"], ["0", "1"]]]
    with pytest.raises(UnreadableError, match=r"^t\.csv:5: p: "):
        tables.table(blocks, ("p",), "t.csv")


def test_an_empty_table_has_a_group_without_rows() -> None:
    found = tables.table([], ("p",), "t.csv")
    (group,) = tables.groups(found)
    assert (group.rows, group.families, group.dropped) == (0, 0, 0)
    assert list(tables.comparisons(found)) == []


def test_families_pair_their_rows() -> None:
    _, found = made(["0.1"] * 4, ["0.3"] * 4, ["0"] * 4, ["u", "u", "v", "w"], names="a b")
    (compared,) = tables.comparisons(found)
    assert (compared.rows, compared.families) == (4, 3)
    assert compared.diff == pytest.approx(0.08)


def test_many_distinct_chances_are_pooled_for_the_resampling_alone() -> None:
    stated = [f"{k / 2500:.6f}" for k in range(2500)]
    came = [str(int(k % 2500 > 1250)) for k in range(2500)]
    (group,), _ = made(stated, came)
    found = group.figures
    assert found.mcb is not None
    assert found.mcb_pooled == pytest.approx(found.mcb, abs=1e-3)
    assert found.mcb_pooled != found.mcb
    assert len(found.curve) == 500


def test_expected_figures_are_finite() -> None:
    (group,), _ = made(*niamey("EPC", "obs"), names="EPC")
    assert math.isfinite(group.figures.spiegelhalter_z or math.nan)
    assert json.dumps(group.figures.levels)


@pytest.mark.parametrize("cell", ["0_1", "٠.٥"])
def test_a_number_that_only_python_reads_is_refused(cell: str) -> None:
    with pytest.raises(UnreadableError, match=r"^t\.csv:2: p: "):
        made([cell], ["1"])


def test_a_row_of_no_family_is_dropped_and_counted() -> None:
    (group,), _ = made(["0.2", "0.3", "0.4"], ["0", "1", "0"], ["a", "", "b"])
    assert (group.rows, group.families, group.dropped) == (2, 2, 1)

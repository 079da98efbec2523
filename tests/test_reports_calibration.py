"""What a sample of chances may show by its number of families, and what is withheld and why."""

from __future__ import annotations

import math
from dataclasses import fields
from random import Random

import pytest

from build import DAY, by_id, resolved
from predtrack.reports.base_rates import BaseRate
from predtrack.reports.calibration import (
    GATES,
    OF_ONE_KIND,
    Figures,
    Point,
    Row,
    Sample,
    Skill,
    figures,
    sample,
)
from predtrack.reports.listing import Filters
from predtrack.reports.report import report
from predtrack.reports.rows import known
from predtrack.reports.sampling import sampling
from predtrack.scoring.binary import brier
from predtrack.scoring.cells import Cells, cells_of
from predtrack.scoring.consistency import consistency_band, mcb_null
from predtrack.scoring.families import family_mean
from predtrack.scoring.intervals import student_t_mean

FROM_1 = {
    *("brier", "log_score", "log_score_rest", "log_rest_n", "log_infinite", "base_rate"),
    *("sum_p", "sum_y", "levels", "calibrated_range", "sum_p_value", "sum_p_exact", "one_sided"),
    *("hits", "rows_mean_brier"),
}
FROM_5 = {"mean_diff", "diff_low", "diff_high", "skill", "skills"}
FROM_10 = {
    *("brier_low", "brier_high", "spiegelhalter_z", "spiegelhalter_p", "spiegelhalter_exact"),
    *("family_z", "timidity_can_show", "direction", "e_value", "bins"),
}
FROM_30 = {"mcb", "dsc", "unc", "mcb_null_mean", "mcb_null_95", "mcb_pooled"}
FROM_100 = {"curve"}
EVERY = {field.name for field in fields(Figures)}
TESTS = {
    *("calibrated_range", "sum_p_value", "sum_p_exact", "spiegelhalter_z", "spiegelhalter_p"),
    *("spiegelhalter_exact", "mcb_null_mean", "mcb_null_95", "mcb_pooled", "curve"),
}
"""What takes rows as independent."""


def drawn(families: int, each: int = 1, seed: int = 5) -> list[Row]:
    """Rows of a calibrated forecaster: of each family, that many rows that come alike."""
    random, rows = Random(seed), []
    for k in range(families):
        luck = random.random()
        for at in range(each):
            p = random.randint(1, 19) / 20
            rows.append(Row(f"f{k}", p, float(luck < p), f"n{k}.{at}"))
    return rows


def shown(rows: list[Row]) -> set[str]:
    return EVERY - figures(sample(rows))[1].keys()


@pytest.mark.parametrize(
    ("families", "expected"),
    [
        (1, FROM_1),
        (4, FROM_1),
        (5, FROM_1 | FROM_5),
        (9, FROM_1 | FROM_5),
        (10, FROM_1 | FROM_5 | FROM_10),
        (29, FROM_1 | FROM_5 | FROM_10),
        (30, FROM_1 | FROM_5 | FROM_10 | FROM_30),
        (99, FROM_1 | FROM_5 | FROM_10 | FROM_30),
        (100, EVERY),
    ],
)
def test_a_figure_is_shown_from_the_number_of_families_that_carries_it(
    families: int, expected: set[str]
) -> None:
    assert shown(drawn(families)) == expected
    # what depends on one row a family is withheld where they share one, whatever their number
    assert shown(drawn(families, each=3)) == expected - TESTS


@pytest.mark.parametrize("families", [1, 5, 10, 30, 100])
@pytest.mark.parametrize("each", [1, 2])
def test_every_figure_is_there_or_withheld_and_never_both(families: int, each: int) -> None:
    found, withheld = figures(sample(drawn(families, each)))
    for name in EVERY:
        empty = getattr(found, name) in (None, ())
        assert empty == (name in withheld) or name == "log_infinite", name


def test_the_table_of_gates_gives_each_figure_once() -> None:
    named = [name for gate in GATES for name in gate.fields]
    assert sorted(named) == sorted(EVERY)


def test_the_reason_says_what_is_needed_and_what_there_is() -> None:
    _, few = figures(sample(drawn(4)))
    assert few["mean_diff"] == "needs:5"
    assert few["curve"] == "needs:100"
    _, shared = figures(sample(drawn(30, each=2)))
    assert shared["spiegelhalter_z"] == "several_rows"
    assert shared["curve"] == "needs:100"


@pytest.mark.parametrize("n", [5, 20, 60, 300])
def test_a_report_on_a_folder_of_some_size_shows_what_its_size_allows(n: int) -> None:
    asked = sampling(DAY)
    found = report(known(by_id(*resolved(n, forms=("binary",))), DAY), Filters(), asked)
    assert [(group.kind, group.families) for group in found.groups] == [
        ("binary", n),
        ("chances", n),
    ]
    binary, pooled = found.groups
    assert EVERY - binary.withheld.keys() == shown(drawn(n))
    assert EVERY - pooled.withheld.keys() == shown(drawn(n)) - OF_ONE_KIND
    assert {pooled.withheld[name] for name in OF_ONE_KIND} == {"pooled"}


def test_the_interval_of_shared_rows_is_students_over_family_means() -> None:
    rows = drawn(24, each=3)
    found, _ = figures(sample(rows))
    means = [
        math.fsum(row.y - row.p for row in rows if row.family == f"f{k}") / 3 for k in range(24)
    ]
    assert (found.mean_diff, found.diff_low, found.diff_high) == pytest.approx(
        student_t_mean(means)
    )
    losses = family_mean((row.family, brier(row.p, row.y)) for row in rows)
    assert found.brier == pytest.approx(losses.mean)
    assert found.brier_low is not None  # what the chances imply reaches a little further here
    assert found.brier_high is not None
    assert losses.low - 0.01 < found.brier_low <= losses.low
    assert losses.high <= found.brier_high < losses.high + 0.01


def test_the_interval_of_a_brier_score_stays_on_its_scale() -> None:
    found, _ = figures(sample([Row(f"f{k}", 0.9, float(k > 0), "n") for k in range(10)]))
    # by inverting the exact test: 2.5% of samples score so little, or so much, at these ends
    assert found.brier_low == pytest.approx(0.01202, abs=1e-5)
    assert found.brier_high == pytest.approx(0.36601, abs=1e-5)
    failed, why = figures(sample([Row(f"f{k}", 0.0, float(k > 0), "n") for k in range(10)]))
    assert (failed.brier_low, failed.brier_high) == (None, None)
    assert why["brier_low"] == why["diff_low"] == why["sum_p_value"] == "infinite:1"


def test_a_family_weighs_1_however_many_rows_it_has() -> None:
    rows = [Row("a", 0.9, 1, "a"), *(Row("b", 0.4, 1, f"b{k}") for k in range(9))]
    found, _ = figures(sample(rows))
    assert found.brier == pytest.approx((0.01 + 0.36) / 2)
    assert (found.sum_p, found.sum_y) == (pytest.approx(1.3), pytest.approx(2))
    assert found.levels == ((0.4, 9, 9), (0.9, 1, 1))
    alike, _ = figures(sample([Row(f"f{k}", 0.4, 1, "n") for k in range(3)]))
    assert (alike.sum_p, alike.sum_y) == (pytest.approx(1.2), 3)


@pytest.mark.parametrize("each", [1, 2, 4])
def test_the_parts_of_the_score_add_up_whatever_the_weights(each: int) -> None:
    found, _ = figures(sample(drawn(40, each)))
    assert found.mcb is not None
    assert found.dsc is not None
    assert found.unc is not None
    assert found.brier == pytest.approx(found.mcb - found.dsc + found.unc, abs=1e-12)
    assert found.unc == pytest.approx(found.base_rate * (1 - found.base_rate))


def test_partial_answers_count_in_part_and_enter_no_test() -> None:
    rows = [*drawn(11), Row("half", 0.8, 0.5, "half")]
    found, withheld = figures(sample(rows))
    assert withheld.keys() >= TESTS
    assert withheld["sum_p_value"] == "partial_answers"
    assert found.brier == pytest.approx(math.fsum(brier(row.p, row.y) for row in rows) / 12)
    (half,) = figures(sample(rows[-1:]))[0].levels
    assert half == (0.8, 1, 0.5)


def test_a_stated_certainty_that_failed_is_named_and_left_out_of_the_log_score() -> None:
    rows = [Row("a", 0.5, 1, "a"), Row("b", 0, 1, "b"), Row("c", 1, 0, "c"), Row("d", 1, 1, "d")]
    found, withheld = figures(sample(rows))
    assert found.log_score is None
    assert withheld["log_score"] == "infinite:2"
    assert found.log_infinite == ("b", "c")
    assert (found.log_score_rest, found.log_rest_n) == (pytest.approx(math.log(2) / 2), 2)


def test_with_nothing_left_there_is_no_log_score_at_all() -> None:
    found, withheld = figures(sample([Row("b", 0, 1, "b")]))
    assert (found.log_score, found.log_score_rest, found.log_rest_n) == (None, None, 0)
    assert withheld["log_score_rest"] == "nothing_left"


def test_a_test_that_is_not_defined_says_so() -> None:
    found, withheld = figures(sample([Row(f"f{k}", 0.5, float(k % 2), "n") for k in range(12)]))
    assert (found.spiegelhalter_z, found.spiegelhalter_p) == (None, None)
    assert withheld["spiegelhalter_z"] == "undefined"
    assert withheld["spiegelhalter_p"] == withheld["spiegelhalter_z"]


def test_levels_are_listed_up_to_101_distinct_chances() -> None:
    rows = [Row(f"f{k}", k / 200, 0, "n") for k in range(102)]
    found, _ = figures(sample(rows[:101]))
    assert len(found.levels) == 101
    found, withheld = figures(sample(rows))
    assert (found.levels, withheld["levels"]) == ((), "too_many")


@pytest.mark.parametrize(("families", "most"), [(10, 3), (29, 3), (30, 3), (50, 5), (120, 10)])
def test_there_are_at_most_3_bins_below_30_families_and_one_for_10_families_from_there(
    families: int, most: int
) -> None:
    random = Random(2)
    rows = [Row(f"f{k}", (k + 1) / 200, random.choice((0, 1)), "n") for k in range(families)]
    assert len(figures(sample(rows))[0].bins) == most
    assert len(figures(sample([*rows, rows[0]]))[0].bins) == most


def test_the_miscalibration_stands_beside_that_of_a_calibrated_forecaster() -> None:
    found = sample(drawn(40))
    shown, _ = figures(found)
    null = mcb_null(found.cells)
    assert (shown.mcb_null_mean, shown.mcb_null_95) == (null.mean, null.point95)
    assert shown.mcb == pytest.approx(shown.mcb_pooled)


def test_the_curve_has_a_point_for_each_stated_chance_with_its_band() -> None:
    found = sample(drawn(100))
    curve = figures(found)[0].curve
    band = consistency_band(found.cells)
    assert tuple(point.p for point in curve) == found.cells.p
    assert [(point.low, point.high) for point in curve] == band
    assert [point.r for point in curve] == sorted(point.r for point in curve)
    assert isinstance(curve[0], Point)


def skills(rows: list[Row]) -> dict[str, Skill]:
    return {each.reference: each for each in figures(sample(rows))[0].skills}


def with_reference(rows: list[Row], reference: float) -> list[Row]:
    return [row._replace(reference=reference) for row in rows]


def test_the_difference_to_a_reference_is_its_loss_minus_ones_own() -> None:
    rows = with_reference([Row(f"f{k}", 0.8, float(k < 4), "n") for k in range(5)], 0.6)
    found = skills(rows)
    own = (4 * 0.04 + 0.64) / 5
    assert list(found) == ["the record's reference", "always 50%"]
    record, even = found.values()
    assert record.diff == pytest.approx((4 * 0.16 + 0.36) / 5 - own)
    assert even.diff == pytest.approx(0.25 - own)
    assert {each.families for each in found.values()} == {5}
    assert all(each.low < each.diff < each.high for each in found.values())


@pytest.mark.parametrize("each", [1, 2])
def test_a_ratio_of_losses_is_given_from_20_families(each: int) -> None:
    few, enough = skills(drawn(19, each)), skills(drawn(20, each))
    assert {found.ratio for found in few.values()} == {None}
    for found in enough.values():
        own = figures(sample(drawn(20, each)))[0].brier
        assert found.ratio == pytest.approx(1 - own / (own + found.diff))


def test_the_first_reference_that_covers_all_families_is_the_one_shown() -> None:
    rows = drawn(12)
    whole = figures(sample(with_reference(rows, 0.4)))[0]
    assert whole.skill is not None
    assert whole.skill.reference == "the record's reference"
    part = figures(sample([*with_reference(rows[:6], 0.4), *rows[6:]]))[0]
    assert part.skill is not None
    assert part.skill.reference == "always 50%"
    assert part.skills[0].families == 6


def test_nobody_is_compared_to_a_base_rate_that_knows_the_outcomes() -> None:
    """Whoever always states the rate of the others would seem to save a part of the loss."""
    rows = [Row(f"f{k}", 0.5, float(k < 12), "n") for k in range(30)]
    (even,) = skills(rows).values()
    assert (even.reference, even.diff) == ("always 50%", 0)


@pytest.mark.parametrize(
    ("tags", "which"),
    [(["", ""], "of all"), (["ai", "ai"], "tag ai"), (["ai", ""], "of a tag, or of all")],
)
def test_the_base_rate_known_beforehand_is_a_reference(tags: list[str], which: str) -> None:
    rates = [BaseRate(0.3, 20, tag) for tag in tags]
    rows = [Row(f"f{k}", 0.2, float(k < 2), "n", beforehand=rates[k % 2]) for k in range(6)]
    found = skills([*rows, Row("g", 0.2, 0, "n")])[f"the base rate known beforehand ({which})"]
    assert found.rows == 6
    assert found.diff == pytest.approx((2 * 0.49 + 4 * 0.09 - 2 * 0.64 - 4 * 0.04) / 6)


def test_the_options_of_choices_are_compared_to_equal_shares() -> None:
    rows = [Row(f"f{k}", p, y, "n", uniform=1 / 3) for k in range(6) for p, y in CHOICE]
    found = skills(rows)
    assert list(found) == ["equal shares"]
    own = (0.16 + 0.09 + 0.01) / 3
    assert found["equal shares"].diff == pytest.approx((4 / 9 + 1 / 9 + 1 / 9) / 3 - own)


CHOICE = [(0.6, 1.0), (0.3, 0.0), (0.1, 0.0)]


def test_cells_alone_give_what_their_rows_give() -> None:
    rows = drawn(60)
    from_rows, withheld = figures(sample(rows))
    cells = Sample(cells_of((row.p, row.y, 1) for row in rows), 60)
    from_cells, also_withheld = figures(cells)
    assert also_withheld == withheld
    for name in EVERY:
        assert getattr(from_cells, name) == getattr(from_rows, name), name


def test_more_than_2000_distinct_chances_are_pooled_with_neighbours_to_be_drawn_anew() -> None:
    rows = [Row(f"f{k}", (k + 1) / 2002, float(k % 3 == 0), "n") for k in range(2001)]
    found, withheld = figures(sample(rows))
    assert withheld.keys() == {"levels"}
    assert 0 < len(found.curve) <= 500
    assert found.mcb is not None
    assert found.mcb_pooled is not None
    # neighbours that are pooled follow chance less closely
    assert 0 < found.mcb_pooled < found.mcb
    assert found.mcb_pooled == pytest.approx(found.mcb, abs=0.01)


def test_a_sample_knows_its_size_and_its_cells() -> None:
    found = sample(drawn(4, each=2))
    assert (found.size, found.families, len(found.rows)) == (8, 4, 8)
    assert isinstance(found.cells, Cells)
    assert not found.cells.independent
    assert found.cells.total == pytest.approx(4)

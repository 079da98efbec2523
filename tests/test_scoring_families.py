"""Families and skill: each family counts once, in means, differences and base rates."""

from __future__ import annotations

import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from predtrack.scoring.binary import log_score
from predtrack.scoring.cells import cells_of
from predtrack.scoring.families import (
    FamilyMean,
    cells_mean,
    counted_mean,
    families_of,
    family_mean,
    family_weights,
    mean_over,
)
from predtrack.scoring.intervals import student_t_mean
from predtrack.scoring.skill import paired_difference, skill

untimed = settings(deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
names = st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=30)
values = st.floats(-100, 100)


@untimed
@given(names)
def test_the_weights_of_families_sum_to_their_number(families: list[str]) -> None:
    weights = family_weights(families)
    assert math.fsum(weights) == pytest.approx(len(set(families)))
    for name in set(families):
        own = [w for w, family in zip(weights, families, strict=True) if family == name]
        assert math.fsum(own) == pytest.approx(1)


@untimed
@given(st.lists(st.tuples(st.sampled_from("abcdef"), values), min_size=1, max_size=30))
def test_a_mean_over_families_is_the_weighted_mean_of_rows(rows: list[tuple[str, float]]) -> None:
    weights = family_weights([family for family, _ in rows])
    weighted = math.fsum(w * value for w, (_, value) in zip(weights, rows, strict=True))
    found = family_mean(rows)
    assert (found.families, found.rows) == (len({family for family, _ in rows}), len(rows))
    assert found.mean == pytest.approx(weighted / found.families, abs=1e-9)


@untimed
@given(st.lists(values, min_size=3, max_size=12), st.integers(1, 4))
def test_repeating_rows_of_a_family_narrows_no_interval(drawn: list[float], times: int) -> None:
    once = family_mean(list(enumerate(drawn)))
    again = family_mean(list(enumerate(drawn)) * times)
    assert again.rows == times * once.rows
    assert again.families == once.families
    ends = (once.mean, once.low, once.high)
    assert (again.mean, again.low, again.high) == pytest.approx(ends, abs=1e-9)


def test_an_interval_rests_on_the_means_of_families() -> None:
    rows = [("a", 1), ("b", 2), ("b", 4), ("c", 8)]
    assert family_mean(rows, 0.8) == FamilyMean(*student_t_mean([1, 3, 8], 0.8), 3, 4)


@pytest.mark.parametrize("rows", [[("a", 1)], [("a", 1), ("b", 2)], [("a", 1)] * 9])
def test_fewer_than_3_families_have_no_interval(rows: list[tuple[str, float]]) -> None:
    found = family_mean(rows)
    assert (found.low, found.high) == (None, None)


def test_nothing_has_no_mean() -> None:
    with pytest.raises(ValueError, match="nothing to average"):
        family_mean([])
    with pytest.raises(ValueError, match="nothing to score"):
        cells_mean(cells_of([]), lambda p, y: y - p)
    assert family_weights([]) == []


@untimed
@given(st.lists(st.tuples(st.sampled_from([0, 0.2, 0.5, 0.9]), st.integers(0, 1)), min_size=1))
def test_a_mean_from_cells_is_that_of_rows_that_are_families(rows: list[tuple]) -> None:
    found = cells_mean(cells_of((p, y, 1) for p, y in rows), lambda p, y: (p - y) ** 2 - y)
    by_rows = family_mean((k, (p - y) ** 2 - y) for k, (p, y) in enumerate(rows))
    assert (found.families, found.rows) == (by_rows.families, by_rows.rows)
    assert found.mean == pytest.approx(by_rows.mean, abs=1e-12)
    assert (found.low is None) == (by_rows.low is None)
    if found.low is not None:
        ends = (by_rows.low, by_rows.high)
        assert (found.low, found.high) == pytest.approx(ends, abs=1e-7)


@pytest.mark.parametrize("rows", [1, 3])
def test_a_mean_of_infinite_values_is_refused(rows: int) -> None:
    cells = cells_of([(0, 1, 1)] * rows)
    with pytest.raises(ValueError, match="finite values"):
        cells_mean(cells, log_score)
    with pytest.raises(ValueError, match="finite values"):
        family_mean([("a", math.inf), ("b", 1), ("c", 2)])


def test_a_mean_from_cells_asks_only_for_what_came() -> None:
    found = cells_mean(cells_of([(0.5, 1, 1), *[(0, 0, 1)] * 3]), log_score)
    assert found.mean == pytest.approx(math.log(2) / 4)


def test_a_mean_from_cells_needs_rows_that_are_families() -> None:
    with pytest.raises(ValueError, match="enter no test"):
        cells_mean(cells_of([(0.5, 1, 0.5)] * 4), lambda p, y: y - p)


@pytest.mark.parametrize("level", [0, 1, -0.5, math.nan])
def test_an_interval_of_no_level_is_refused(level: float) -> None:
    with pytest.raises(ValueError, match="a level is above 0 and below 1"):
        family_mean([(k, k) for k in range(4)], level)
    with pytest.raises(ValueError, match="a level is above 0 and below 1"):
        cells_mean(cells_of([(0.5, 1, 1)] * 4), lambda p, y: y - p, level)


def test_a_paired_difference_is_above_0_for_the_better() -> None:
    rows = [("a", 0.1, 0.25), ("a", 0.3, 0.25), ("b", 0.1, 0.3), ("c", 0.0, 0.2)]
    expected = family_mean([("a", 0.15), ("a", -0.05), ("b", 0.2), ("c", 0.2)])
    found = paired_difference(rows)
    assert found == pytest.approx(expected)
    assert found.mean > 0


@pytest.mark.parametrize("losses", [(math.inf, 1), (1, math.inf), (math.inf, math.inf)])
def test_an_infinite_loss_has_no_difference(losses: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="needs both to be finite"):
        paired_difference([("a", *losses)])


def test_no_pairs_have_no_difference() -> None:
    with pytest.raises(ValueError, match="nothing to average"):
        paired_difference([])


@pytest.mark.parametrize(
    ("own", "reference", "share"),
    [(0, 0.25, 1), (0.25, 0.25, 0), (0.5, 0.25, -1), (0.1, 0, None), (0, 0, None)],
)
def test_skill_is_the_share_of_the_references_loss_that_is_saved(
    own: float, reference: float, share: float | None
) -> None:
    assert skill(own, reference) == share


@untimed
@given(st.lists(st.tuples(values, st.integers(1, 6)), min_size=1, max_size=9))
def test_a_mean_of_counted_values_is_that_of_as_many_rows(pairs: list[tuple[float, int]]) -> None:
    found = counted_mean(pairs)
    rows = [value for value, count in pairs for _ in range(count)]
    expected = family_mean(enumerate(rows))
    assert (found.families, found.rows) == (len(rows), len(rows))
    assert found.mean == pytest.approx(expected.mean, abs=1e-9)
    if expected.low is None:
        assert (found.low, found.high) == (None, None)
    else:
        assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-5)


def test_a_mean_of_no_counted_values_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing to average"):
        counted_mean([])


@untimed
@given(names)
def test_families_that_are_known_have_the_weights_of_their_rows(families: list[str]) -> None:
    assert families_of(families).weights == family_weights(families)


@untimed
@given(st.lists(st.tuples(st.sampled_from("abcdef"), values), min_size=1, max_size=30))
def test_a_mean_over_known_families_is_that_of_their_rows(rows: list[tuple[str, float]]) -> None:
    families = families_of([family for family, _ in rows])
    assert mean_over(families, [value for _, value in rows]) == family_mean(rows)


def test_over_no_rows_there_is_no_mean() -> None:
    with pytest.raises(ValueError, match="nothing to average"):
        mean_over(families_of([]), [])

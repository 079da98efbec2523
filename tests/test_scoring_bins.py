"""Bins: equal chances stay together, weights are shared out, and intervals rest on families."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from predtrack.scoring.bins import FamilyRow, bins, bins_of_cells
from predtrack.scoring.cells import cells_of
from predtrack.scoring.intervals import wilson

untimed = settings(deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
chances = st.integers(0, 20).map(lambda k: k / 20) | st.floats(0, 1)
outcomes = st.sampled_from([0, 1, 0.3])
rows = st.lists(st.tuples(st.integers(0, 12), chances, outcomes), max_size=40)


@untimed
@given(rows, st.integers(1, 6))
def test_bins_are_ascending_and_split_no_chance(sample: list[FamilyRow], most: int) -> None:
    found = bins(sample, most)
    ends = [end for held in found for end in (held.lowest, held.highest)]
    assert ends == sorted(ends)
    assert all(a.highest < b.lowest for a, b in pairwise(found))
    for held in found:
        inside = [row for row in sample if held.lowest <= row[1] <= held.highest]
        assert len(inside) == held.rows
        assert len({family for family, _, _ in inside}) == held.families


@untimed
@given(rows, st.integers(1, 6))
def test_bins_hold_all_rows_in_no_more_bins_than_asked(sample: list[FamilyRow], most: int) -> None:
    found = bins(sample, most)
    assert len(found) <= most
    assert sum(held.rows for held in found) == len(sample)


@untimed
@given(rows, st.integers(1, 6))
def test_a_bin_counts_each_of_its_families_once(sample: list[FamilyRow], most: int) -> None:
    for held in bins(sample, most):
        rows_inside = [row for row in sample if held.lowest <= row[1] <= held.highest]
        sizes = [family for family, _, _ in rows_inside]
        inside = [(1 / sizes.count(family), p, y) for family, p, y in rows_inside]
        weight = math.fsum(w for w, _, _ in inside)
        assert held.stated == pytest.approx(math.fsum(w * p for w, p, _ in inside) / weight)
        share = math.fsum(w * y for w, _, y in inside) / weight
        assert held.share == pytest.approx(share)
        low, high = wilson(held.share * held.families, held.families)
        assert (held.low, held.high) == (low, high)


def test_what_a_family_has_elsewhere_weighs_nothing_in_a_bin() -> None:
    """Ten at 90%, of which nine came, beside the low chances of the same families."""
    high = [(k, 0.9, int(k < 9)) for k in range(10)]
    low = [(k, 0.01, 0) for k in range(9)]
    last = bins([*high, *low], 2)[-1]
    assert (last.lowest, last.rows, last.families) == (0.9, 10, 10)
    assert last.share == pytest.approx(0.9)


def test_bins_of_even_chances_hold_equal_counts() -> None:
    found = bins([(k, k / 100, k % 2) for k in range(30)], 3)
    assert [(held.lowest, held.highest, held.rows) for held in found] == [
        (0, 0.09, 10),
        (0.1, 0.19, 10),
        (0.2, 0.29, 10),
    ]


def test_equal_chances_go_where_the_middle_of_their_weight_falls() -> None:
    found = bins([*((k, 0.5, 1) for k in range(8)), ("a", 0.1, 0), ("b", 0.9, 1)], 2)
    # The middle of .5 is in the upper bin; .1 is left alone below.
    assert [(held.lowest, held.highest, held.rows) for held in found] == [
        (0.1, 0.1, 1),
        (0.5, 0.9, 9),
    ]


def test_rows_of_a_family_share_its_weight_and_count_as_one() -> None:
    (found,) = bins([("a", 0.2, 0), ("a", 0.4, 1), ("b", 0.9, 1)], 1)
    assert (found.families, found.rows) == (2, 3)
    assert found.stated == pytest.approx((0.3 + 0.9) / 2)
    assert found.share == pytest.approx(0.75)
    assert (found.low, found.high) == wilson(1.5, 2)


def test_one_chance_stated_for_all_is_one_bin() -> None:
    (found,) = bins([(k, 0.7, k < 3) for k in range(5)], 10)
    assert (found.lowest, found.highest, found.share, found.rows) == (0.7, 0.7, 0.6, 5)


def test_one_row_has_a_bin_with_a_wide_interval() -> None:
    (found,) = bins([("a", 1, 1)], 3)
    assert (found.stated, found.share, found.families) == (1, 1, 1)
    assert (found.low, found.high) == wilson(1, 1)


def test_nothing_has_no_bin() -> None:
    assert bins([], 3) == []


@pytest.mark.parametrize("most", [0, -1])
def test_less_than_one_bin_is_refused(most: int) -> None:
    with pytest.raises(ValueError, match=f"1 bin or more, not {most}"):
        bins([("a", 0.5, 1)], most)


@untimed
@given(st.lists(st.tuples(chances, st.sampled_from([0, 1])), max_size=40), st.integers(1, 6))
def test_bins_from_cells_are_those_of_rows_that_are_families(
    drawn: list[tuple[float, int]], most: int
) -> None:
    found = bins_of_cells(cells_of((p, y, 1) for p, y in drawn), most)
    expected = bins([(k, p, y) for k, (p, y) in enumerate(drawn)], most)
    assert len(found) == len(expected)
    for held, other in zip(found, expected, strict=True):
        assert tuple(held) == pytest.approx(tuple(other), abs=1e-12)


def test_bins_from_cells_need_a_bin_and_rows_that_are_families() -> None:
    with pytest.raises(ValueError, match="1 bin or more, not 0"):
        bins_of_cells(cells_of([(0.5, 1, 1)]), 0)
    with pytest.raises(ValueError, match="enter no test"):
        bins_of_cells(cells_of([(0.5, 1, 0.5)]), 2)

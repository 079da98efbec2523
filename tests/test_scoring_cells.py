"""Cells: pooling, partial answers, weights, means of losses, and the smallest samples."""

from __future__ import annotations

import math
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from predtrack.scoring.binary import brier, log_score
from predtrack.scoring.cells import (
    Cells,
    LogMean,
    Row,
    cells_of,
    cells_of_counts,
    coarser,
    mean_log_score,
    mean_loss,
    refuse_dependent,
    refuse_empty,
)

untimed = settings(deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
chances = st.integers(0, 20).map(lambda k: k / 20) | st.floats(0, 1)
outcomes = st.sampled_from([0, 1, 0.25, 0.3])
rows = st.lists(st.tuples(chances, outcomes, st.sampled_from([1, 0.5, 0.25, 1 / 3])), max_size=30)


@untimed
@given(rows, st.randoms())
def test_the_order_of_rows_does_not_matter(sample: list[Row], random: object) -> None:
    shuffled = list(sample)
    random.shuffle(shuffled)
    one, other = cells_of(sample), cells_of(shuffled)
    assert (one.p, one.rows, one.independent) == (other.p, other.rows, other.independent)
    assert one.weight == pytest.approx(other.weight)
    assert one.happened == pytest.approx(other.happened)


@untimed
@given(rows)
def test_cells_hold_all_rows_in_ascending_order(sample: list[Row]) -> None:
    cells = cells_of(sample)
    assert list(cells.p) == sorted({p for p, _, _ in sample})
    assert cells.n == len(sample)
    assert cells.total == pytest.approx(sum(weight for _, _, weight in sample))
    assert all(0 <= happened <= weight for _, weight, happened in cells)


@untimed
@given(rows.filter(bool))
def test_the_mean_score_of_cells_is_that_of_their_rows(sample: list[Row]) -> None:
    weight = sum(w for _, _, w in sample)
    mean = math.fsum(w * brier(p, y) for p, y, w in sample) / weight
    assert mean_loss(cells_of(sample)) == pytest.approx(mean, abs=1e-12)
    surprise = math.fsum(w * log_score(p, y) for p, y, w in sample) / weight
    assert mean_loss(cells_of(sample), log_score) == pytest.approx(surprise, rel=1e-9, abs=1e-12)


@untimed
@given(rows)
def test_the_mean_log_score_and_what_failed_are_all_the_weight(sample: list[Row]) -> None:
    cells = cells_of(sample)
    found = mean_log_score(cells)
    assert found.weight + found.failed == pytest.approx(cells.total)
    failed = sum(w * abs(p - y) for p, y, w in sample if p in (0, 1))
    assert found.failed == pytest.approx(failed)


def test_whole_and_broken_numbers_are_pooled_when_equal() -> None:
    cells = cells_of([(1, 1, 1), (1.0, 0, 1), (0.0, 0, 1), (-0.0, 1, 1)])
    assert (cells.p, cells.rows, cells.happened) == ((0, 1), (2, 2), (1, 1))


def test_a_partial_answer_is_split_and_enters_no_test() -> None:
    cells = cells_of([(0.5, 0.25, 1)])
    assert (cells.n, cells.total, cells.base_rate) == (1, 1, 0.25)
    assert not cells.independent
    with pytest.raises(ValueError, match="enter no test"):
        refuse_dependent(cells)


@pytest.mark.parametrize("weight", [0.5, 2])
def test_a_weight_other_than_1_enters_no_test(weight: float) -> None:
    with pytest.raises(ValueError, match="enter no test"):
        refuse_dependent(cells_of([(0.5, 1, weight), (0.5, 0, 1)]))


@pytest.mark.parametrize(
    "row",
    [
        (-0.1, 1, 1),
        (1.1, 1, 1),
        (math.nan, 1, 1),
        (0.5, -1, 1),
        (0.5, 2, 1),
        (0.5, math.nan, 1),
        (0.5, 1, 0),
        (0.5, 1, -1),
        (0.5, 1, math.nan),
    ],
)
def test_a_row_that_is_none_is_refused(row: Row) -> None:
    with pytest.raises(ValueError, match="no row of a sample"):
        cells_of([row])


def test_nothing_has_no_mean_and_no_base_rate() -> None:
    nothing = cells_of([])
    assert (nothing, nothing.n, nothing.total) == (Cells((), (), (), ()), 0, 0)
    with pytest.raises(ValueError, match="nothing to score"):
        refuse_empty(nothing)
    with pytest.raises(ValueError, match="nothing to score"):
        mean_loss(nothing)
    with pytest.raises(ValueError, match="nothing to score"):
        _ = nothing.base_rate
    assert mean_log_score(nothing) == LogMean(None, 0, 0)


def test_one_row_is_a_sample() -> None:
    cells = cells_of([(0.9, 1, 1)])
    assert (cells.n, cells.base_rate) == (1, 1)
    assert mean_loss(cells) == pytest.approx(0.01)
    assert mean_log_score(cells).mean == pytest.approx(-math.log(0.9))


def test_where_every_certainty_failed_no_log_score_is_left() -> None:
    assert mean_log_score(cells_of([(0, 1, 1), (1, 0, 1)])) == LogMean(None, 0, 2)


def test_a_certainty_that_half_failed_leaves_the_other_half() -> None:
    assert mean_log_score(cells_of([(1, 0.25, 1)])) == LogMean(0, 0.25, 0.75)


counts = st.lists(st.tuples(chances, st.sampled_from([0, 1]), st.integers(1, 5)), max_size=20)


@untimed
@given(counts)
def test_counted_rows_have_the_cells_of_as_many_rows(counted: list[tuple]) -> None:
    rows_of_counts = [(p, y, 1) for p, y, count in counted for _ in range(count)]
    every = Counter(p for p, _, _ in rows_of_counts)
    happened = Counter(p for p, y, _ in rows_of_counts if y)
    assert cells_of_counts(every, happened) == cells_of(rows_of_counts)


@pytest.mark.parametrize("p", [1.1, -0.1, math.nan])
def test_counts_of_no_chance_are_refused(p: float) -> None:
    with pytest.raises(ValueError, match="no rows of a sample"):
        cells_of_counts({p: 1}, {})


@untimed
@given(rows, st.integers(1, 8))
def test_coarser_cells_lose_no_row_no_weight_and_no_mean(sample: list[Row], most: int) -> None:
    cells = cells_of(sample)
    found = coarser(cells, most)
    assert len(found.p) <= most
    assert (found.n, found.independent) == (cells.n, cells.independent)
    assert found.total == pytest.approx(cells.total)
    assert sum(found.happened) == pytest.approx(sum(cells.happened), abs=1e-12)
    stated = [math.fsum(p * w for p, w, _ in each) for each in (found, cells)]
    assert stated[0] == pytest.approx(stated[1], abs=1e-12)
    assert list(found.p) == sorted(found.p)


def test_cells_that_are_few_already_stay_as_they_are() -> None:
    cells = cells_of([(0.1, 0, 1), (0.9, 1, 1)])
    assert coarser(cells, 2) is cells


@pytest.mark.parametrize("most", [0, -1])
def test_cells_are_not_pooled_to_none(most: int) -> None:
    with pytest.raises(ValueError, match=f"1 or more, not {most}"):
        coarser(cells_of([(0.5, 1, 1)]), most)

"""Scores of a quantity: edges of intervals and quantiles, shifts of scale, and refusals."""

from __future__ import annotations

import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from predtrack.scoring.numeric import (
    IntervalScore,
    absolute_error,
    cdf_score,
    interval_hit,
    interval_score,
    pinball,
    quantile_score,
    wis,
)

untimed = settings(deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
values = st.floats(-1e6, 1e6)
NO_LEVELS = [0, 1, -0.1, 1.5, math.nan]


def test_a_value_on_an_end_is_inside() -> None:
    assert interval_score(1, 3, 0.9, 1) == IntervalScore(2, 2, 0, 0)
    assert interval_score(1, 3, 0.9, 3) == IntervalScore(2, 2, 0, 0)
    assert interval_hit(1, 3, 1)
    assert interval_hit(1, 3, 3)


def test_a_miss_on_either_side_has_a_part_of_its_own() -> None:
    below, above = interval_score(1, 3, 0.75, 0), interval_score(1, 3, 0.75, 5)
    assert below == IntervalScore(10, 2, 8, 0)
    assert above == IntervalScore(18, 2, 0, 16)


def test_an_interval_may_have_no_width() -> None:
    assert interval_score(2, 2, 0.5, 2).total == 0


@pytest.mark.parametrize("y", [-1e9, 0, 1e9])
def test_an_open_end_is_never_missed(y: float) -> None:
    assert interval_hit(None, None, y)
    assert interval_hit(None, 0, y) == (y <= 0)
    assert interval_hit(0, None, y) == (y >= 0)


@pytest.mark.parametrize("confidence", NO_LEVELS)
def test_a_confidence_outside_of_0_to_1_is_refused(confidence: float) -> None:
    with pytest.raises(ValueError, match="a confidence is above 0 and below 1"):
        interval_score(0, 1, confidence, 0)
    with pytest.raises(ValueError, match="a confidence is above 0 and below 1"):
        wis(0, [(0, 1, confidence)], 0)


@pytest.mark.parametrize(("low", "high"), [(2, 1), (math.nan, 1), (1, math.nan)])
def test_an_interval_that_runs_backwards_is_refused(low: float, high: float) -> None:
    with pytest.raises(ValueError, match="an interval runs from low to high"):
        interval_score(low, high, 0.5, 1)


@pytest.mark.parametrize("level", NO_LEVELS)
def test_a_quantile_of_no_level_is_refused(level: float) -> None:
    with pytest.raises(ValueError, match="the level of a quantile"):
        pinball(1, level, 2)
    with pytest.raises(ValueError, match="the level of a quantile"):
        quantile_score([(0.5, 1), (level, 2)], 2)


def test_a_missed_quantile_costs_its_level_above_and_the_rest_below() -> None:
    assert pinball(10, 0.9, 12) == pytest.approx(2 * 0.9)
    assert pinball(10, 0.9, 8) == pytest.approx(2 * 0.1)
    assert pinball(10, 0.9, 10) == 0


def test_no_quantile_and_no_point_are_refused() -> None:
    with pytest.raises(ValueError, match="no quantile"):
        quantile_score([], 1)
    with pytest.raises(ValueError, match="no point"):
        cdf_score([])


def test_a_distributions_points_weigh_the_same() -> None:
    assert cdf_score([(0, 0), (1, 1)]) == 0
    assert cdf_score([(1, 0), (0, 1)]) == 1
    assert cdf_score([(0.5, 1)]) == 0.25
    assert cdf_score([(0.3, 0), (0.6, 1)]) == pytest.approx((0.09 + 0.16) / 2)


@untimed
@given(values, values, st.floats(0.01, 0.99), values)
def test_an_interval_scores_as_its_two_quantiles(
    one: float, other: float, confidence: float, y: float
) -> None:
    low, high, a = min(one, other), max(one, other), 1 - confidence
    pair = pinball(low, a / 2, y) + pinball(high, 1 - a / 2, y)
    found = interval_score(low, high, confidence, y)
    assert found.total == pytest.approx(2 / a * pair, rel=1e-9, abs=1e-6)
    assert min(found) >= 0


@untimed
@given(values, values)
def test_a_median_alone_scores_its_absolute_error(median: float, y: float) -> None:
    error = absolute_error(median, y)
    assert quantile_score([(0.5, median)], y) == pytest.approx(error)
    assert wis(median, [], y) == pytest.approx(error)


@untimed
@given(st.lists(values, min_size=5, max_size=5).map(sorted), values)
def test_symmetric_quantiles_score_as_the_weighted_interval_score(q: list[float], y: float) -> None:
    by_level = list(zip((0.1, 0.25, 0.5, 0.75, 0.9), q, strict=True))
    found = wis(q[2], [(q[0], q[4], 0.8), (q[1], q[3], 0.5)], y)
    assert found == pytest.approx(quantile_score(by_level, y), rel=1e-9, abs=1e-6)


@untimed
@given(st.lists(values, min_size=2, max_size=2).map(sorted), values, st.floats(-1e3, 1e3))
def test_a_shift_of_everything_changes_no_score(ends: list[float], y: float, by: float) -> None:
    moved = interval_score(ends[0] + by, ends[1] + by, 0.8, y + by).total
    assert moved == pytest.approx(interval_score(*ends, 0.8, y).total, rel=1e-9, abs=1e-6)
    assert pinball(ends[0] + by, 0.3, y + by) == pytest.approx(pinball(ends[0], 0.3, y), abs=1e-6)

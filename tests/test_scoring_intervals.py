"""Intervals for a rate and a mean, and the exact test of a rate."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from predtrack.scoring.intervals import exact_binomial_p, student_t_mean, wilson

untimed = settings(deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


@untimed
@given(st.floats(1e-6, 1e9), st.floats(0, 1), st.floats(0.01, 0.999))
def test_wilson_intervals_hold_the_share_and_stay_within_0_and_1(
    n: float, share: float, level: float
) -> None:
    hits = min(n, share * n)
    low, high = wilson(hits, n, level)
    assert 0 <= low < high <= 1
    assert low - 1e-12 <= hits / n <= high + 1e-12


@pytest.mark.parametrize("n", [1, 3, 1e6])
def test_a_wilson_interval_of_next_to_nothing_is_no_hair_below_0(n: float) -> None:
    assert wilson(1e-16, n)[0] == 0


@untimed
@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_intervals_mirror_hits_and_misses(drawn: tuple[int, int]) -> None:
    hits, n = drawn
    low, high = wilson(hits, n)
    assert wilson(n - hits, n) == pytest.approx((1 - high, 1 - low), abs=1e-12)


@pytest.mark.parametrize("n", [1, 2, 20])
def test_wilson_intervals_of_none_and_all_have_a_width(n: int) -> None:
    low, high = wilson(0, n)
    assert low == 0
    assert 0 < high < 1
    low, high = wilson(n, n)
    assert 0 < low < 1
    assert high == 1


def test_a_wilson_end_solves_the_score_test_that_defines_it() -> None:
    for end in wilson(7, 25):
        z = (7 / 25 - end) / math.sqrt(end * (1 - end) / 25)
        assert abs(z) == pytest.approx(1.959963984540054, rel=1e-9)


def test_a_higher_level_is_wider() -> None:
    (low, high), (lower, higher) = wilson(3, 9, 0.8), wilson(3, 9, 0.95)
    assert lower < low < high < higher


@pytest.mark.parametrize(
    ("hits", "n"), [(0, 0), (1, 0), (-1, 3), (4, 3), (math.nan, 3), (1, math.nan)]
)
def test_hits_that_are_not_among_some_have_no_interval(hits: float, n: float) -> None:
    with pytest.raises(ValueError, match="an interval for a rate needs hits among some"):
        wilson(hits, n)


@pytest.mark.parametrize("level", [0, 1, -0.5, 2, math.nan])
@pytest.mark.parametrize(
    "interval", [lambda c: wilson(1, 2, c), lambda c: student_t_mean([1, 2, 4], c)]
)
def test_a_level_that_is_none_is_refused(interval: Callable[[float], object], level: float) -> None:
    with pytest.raises(ValueError, match="a level is above 0 and below 1"):
        interval(level)


# R: binom.test(k, n, p)$p.value, which orders outcomes by their probability too.
@pytest.mark.parametrize(
    ("k", "n", "p", "value"),
    [
        (9, 10, 0.5, 0.021484375),
        (682, 925, 0.75, 0.3920185341077667),
        (4, 5, 0.5, 0.375),
        (0, 5, 0.5, 0.0625),
        (5, 10, 0.5, 1),
        (0, 0, 0.3, 1),
    ],
)
def test_the_exact_test_has_the_published_values(k: int, n: int, p: float, value: float) -> None:
    assert exact_binomial_p(k, n, p) == pytest.approx(value, rel=1e-9)


def test_the_exact_test_of_a_certainty_knows_the_impossible() -> None:
    assert exact_binomial_p(0, 4, 0) == exact_binomial_p(4, 4, 1) == 1
    assert exact_binomial_p(1, 4, 0) == exact_binomial_p(3, 4, 1) == 1e-15  # never 0


@untimed
@given(
    st.integers(0, 40).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.floats(0, 1)
)
def test_the_exact_test_is_a_probability_and_has_a_mirror(drawn: tuple[int, int], p: float) -> None:
    (hits, n), q = drawn, 1 - p
    value = exact_binomial_p(hits, n, p)
    assert 0 <= value <= 1
    if 1 - q == p:  # else the mirror is not the same chance
        assert exact_binomial_p(n - hits, n, q) == pytest.approx(value, rel=1e-6, abs=1e-15)


@pytest.mark.parametrize(
    ("k", "n", "p"), [(-1, 3, 0.5), (4, 3, 0.5), (1, 3, -0.1), (1, 3, 1.1), (1, 3, math.nan)]
)
def test_a_test_of_no_rate_is_refused(k: int, n: int, p: float) -> None:
    with pytest.raises(ValueError, match="no test of a rate"):
        exact_binomial_p(k, n, p)


# Student (1908), Biometrika 6:1: hours of sleep gained with two drugs, and their differences.
def test_students_own_sample_has_its_known_interval() -> None:
    gained = [1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4]
    # R: t.test(extra ~ group, sleep, paired = TRUE): 0.7001142 to 2.4598858, mean 1.58.
    mean, low, high = student_t_mean(gained)
    assert (round(mean, 2), round(low, 7), round(high, 7)) == (1.58, 0.7001142, 2.4598858)


def test_values_that_do_not_vary_have_an_interval_of_no_width() -> None:
    assert student_t_mean([0.5] * 3) == (0.5, 0.5, 0.5)


@pytest.mark.parametrize("values", [[], [1], [1, 2]])
def test_two_values_say_nothing_about_their_spread(values: list[float]) -> None:
    with pytest.raises(ValueError, match=f"3 values or more, not {len(values)}"):
        student_t_mean(values)


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
def test_a_mean_of_what_is_not_finite_has_no_interval(value: float) -> None:
    with pytest.raises(ValueError, match="finite values"):
        student_t_mean([1, 2, value])

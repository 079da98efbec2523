"""Distributions: printed tables, closed forms, and what is refused."""

from __future__ import annotations

import math
from itertools import pairwise, product
from statistics import NormalDist

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from predtrack.scoring.distributions import (
    binomial_pmf,
    binomial_window,
    normal_cdf,
    normal_quantile,
    poisson_binomial_pmf,
    t_cdf,
    t_quantile,
    upper_end,
)

untimed = settings(deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])

# Upper quantiles of Student's t at .90, .95, .975, .99, .995 and .9995, as the tables at the end of
# textbooks print them.
PRINTED_T = {
    1: (3.078, 6.314, 12.706, 31.821, 63.657, 636.619),
    2: (1.886, 2.920, 4.303, 6.965, 9.925, 31.599),
    3: (1.638, 2.353, 3.182, 4.541, 5.841, 12.924),
    4: (1.533, 2.132, 2.776, 3.747, 4.604, 8.610),
    5: (1.476, 2.015, 2.571, 3.365, 4.032, 6.869),
    9: (1.383, 1.833, 2.262, 2.821, 3.250, 4.781),
    10: (1.372, 1.812, 2.228, 2.764, 3.169, 4.587),
    29: (1.311, 1.699, 2.045, 2.462, 2.756, 3.659),
    30: (1.310, 1.697, 2.042, 2.457, 2.750, 3.646),
    60: (1.296, 1.671, 2.000, 2.390, 2.660, 3.460),
    120: (1.289, 1.658, 1.980, 2.358, 2.617, 3.373),
}
# Quantiles of the standard normal distribution to nine places, as in the same tables.
PRINTED_NORMAL = {
    0.75: 0.674489750,
    0.9: 1.281551566,
    0.95: 1.644853627,
    0.975: 1.959963985,
    0.99: 2.326347874,
    0.995: 2.575829304,
    0.999: 3.090232306,
    0.9995: 3.290526731,
}


@pytest.mark.parametrize("degrees", PRINTED_T)
def test_student_t_has_the_printed_quantiles(degrees: int) -> None:
    levels = (0.90, 0.95, 0.975, 0.99, 0.995, 0.9995)
    found = [round(t_quantile(level, degrees), 3) for level in levels]
    assert found == list(PRINTED_T[degrees])


@pytest.mark.parametrize("level", [0.0005, 0.01, 0.025, 0.3, 0.5, 0.6, 0.975, 0.9995])
def test_student_t_of_one_and_two_degrees_has_its_closed_forms(level: float) -> None:
    one = math.tan(math.pi * (level - 0.5))
    two = (2 * level - 1) / math.sqrt(2 * level * (1 - level))
    assert t_quantile(level, 1) == pytest.approx(one, rel=1e-10, abs=1e-12)
    assert t_quantile(level, 2) == pytest.approx(two, rel=1e-10, abs=1e-12)


@pytest.mark.parametrize("level", [0.6, 0.9, 0.975, 0.995])
def test_student_t_has_no_step_where_its_expansion_takes_over(level: float) -> None:
    ends = [t_quantile(level, degrees) for degrees in (999, 1000, 1001, 1002)]
    steps = [high - low for high, low in pairwise(ends)]
    assert all(steps[0] * 0.99 < step < steps[0] * 1.01 for step in steps)


@pytest.mark.parametrize(
    ("level", "quantile"), [(0.975, 1.9623367052808798), (0.9995, 3.3002728760660403)]
)
def test_student_t_of_many_degrees_has_the_quantiles_of_scipy(
    level: float, quantile: float
) -> None:
    assert t_quantile(level, 1001) == pytest.approx(quantile, rel=1e-10)


@pytest.mark.parametrize("degrees", [1, 2, 3, 8, 29, 101])
@pytest.mark.parametrize("level", [0.001, 0.2, 0.5, 0.95])
def test_student_t_comes_back_from_its_quantile(level: float, degrees: int) -> None:
    quantile = t_quantile(level, degrees)
    assert t_cdf(quantile, degrees) == pytest.approx(level, rel=1e-10)
    assert t_quantile(1 - level, degrees) == pytest.approx(-quantile, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(("t", "share"), [(-math.inf, 0), (math.inf, 1), (0, 0.5)])
@pytest.mark.parametrize("degrees", [1, 2, 7, 10])
def test_student_t_ends_at_0_and_1(t: float, share: float, degrees: int) -> None:
    assert t_cdf(t, degrees) == pytest.approx(share, abs=1e-12)


@pytest.mark.parametrize("level", PRINTED_NORMAL)
def test_the_normal_distribution_has_the_printed_quantiles(level: float) -> None:
    assert round(normal_quantile(level), 9) == PRINTED_NORMAL[level]
    assert round(normal_quantile(1 - level), 8) == -round(PRINTED_NORMAL[level], 8)


@pytest.mark.parametrize("level", [1e-300, 1e-9, 1e-4, 0.3, 0.5, 0.7, 1 - 1e-4, 1 - 1e-9])
def test_normal_quantiles_are_right_far_out(level: float) -> None:
    expected = NormalDist().inv_cdf(level)
    assert normal_quantile(level) == pytest.approx(expected, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize(
    ("x", "share"), [(0, 0.5), (1, 0.8413447461), (-2, 0.0227501319), (3, 0.9986501020)]
)
def test_the_normal_distribution_has_the_printed_values(x: float, share: float) -> None:
    assert normal_cdf(x) == pytest.approx(share, abs=5e-11)


@pytest.mark.parametrize("level", [0, 1, -0.5, 1.5, math.nan])
def test_a_level_outside_of_0_to_1_has_no_quantile(level: float) -> None:
    with pytest.raises(ValueError, match="a level is above 0 and below 1"):
        normal_quantile(level)
    for degrees in (5, 2000):
        with pytest.raises(ValueError, match="a level is above 0 and below 1"):
            t_quantile(level, degrees)
    with pytest.raises(ValueError, match="a level is above 0 and below 1"):
        upper_end(level)


@pytest.mark.parametrize("degrees", [0, -1])
def test_student_t_needs_a_degree_of_freedom(degrees: int) -> None:
    with pytest.raises(ValueError, match="1 degree of freedom or more"):
        t_quantile(0.9, degrees)


# As printed tables of seven digits have them, and by hand: .7^5 is .16807.
@pytest.mark.parametrize(
    ("n", "p", "printed"),
    [
        (5, 0.3, (0.1680700, 0.3601500, 0.3087000, 0.1323000, 0.0283500, 0.0024300)),
        (3, 0.05, (0.8573750, 0.1353750, 0.0071250, 0.0001250)),
        (4, 0.5, (0.0625000, 0.2500000, 0.3750000, 0.2500000, 0.0625000)),
    ],
)
def test_the_binomial_has_the_printed_probabilities(
    n: int, p: float, printed: tuple[float, ...]
) -> None:
    assert [round(mass, 7) for mass in binomial_pmf(n, p)] == list(printed)


@untimed
@given(st.integers(0, 200), st.floats(0, 1))
def test_the_binomial_sums_to_1_and_has_its_exact_probabilities(n: int, p: float) -> None:
    pmf = binomial_pmf(n, p)
    assert math.fsum(pmf) == pytest.approx(1, abs=1e-12)
    exact = [math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)]
    assert pmf == pytest.approx(exact, rel=1e-9, abs=1e-200)


@pytest.mark.parametrize("n", [0, 1, 7])
def test_what_never_or_always_happens_has_one_number(n: int) -> None:
    assert binomial_pmf(n, 0) == [1.0] + [0.0] * n
    assert binomial_pmf(n, 1) == [0.0] * n + [1.0]


@pytest.mark.parametrize(("n", "p"), [(3, 0.4), (500, 0.01), (500, 1), (5000, 0.3), (5000, 0.999)])
def test_a_binomial_window_is_the_middle_of_the_whole(n: int, p: float) -> None:
    first, window = binomial_window(n, p)
    whole = binomial_pmf(n, p)
    assert window == pytest.approx(whole[first : first + len(window)], rel=1e-9)
    assert math.fsum([*whole[:first], *whole[first + len(window) :]]) < 1e-18


def test_a_binomial_of_a_million_keeps_its_digits() -> None:
    first, window = binomial_window(1_000_000, 0.5)
    # Stirling's series for the central term: sqrt(2 / (pi n)) (1 - 1/(4n) + ...).
    middle = math.sqrt(2 / (math.pi * 1e6)) * (1 - 0.25e-6)
    assert window[500_000 - first] == pytest.approx(middle, rel=1e-11)


@untimed
@given(st.lists(st.floats(0, 1) | st.sampled_from([0, 0.5, 1]), max_size=8))
def test_the_poisson_binomial_equals_brute_force(chances: list[float]) -> None:
    exact = [0.0] * (len(chances) + 1)
    for outcome in product((0, 1), repeat=len(chances)):
        exact[sum(outcome)] += math.prod(
            p if y else 1 - p for p, y in zip(chances, outcome, strict=True)
        )
    first, pmf = poisson_binomial_pmf(chances)
    assert math.fsum(pmf) == pytest.approx(1, abs=1e-12)
    after = [0.0] * (len(exact) - first - len(pmf))
    assert [*[0.0] * first, *pmf, *after] == pytest.approx(exact, abs=1e-12)


@untimed
@given(st.lists(st.floats(0, 1), max_size=60))
def test_the_poisson_binomial_has_its_mean_and_variance(chances: list[float]) -> None:
    first, pmf = poisson_binomial_pmf(chances)
    mean = math.fsum(k * mass for k, mass in enumerate(pmf, first))
    assert mean == pytest.approx(math.fsum(chances), abs=1e-9)
    variance = math.fsum((k - mean) ** 2 * mass for k, mass in enumerate(pmf, first))
    assert variance == pytest.approx(math.fsum(p * (1 - p) for p in chances), abs=1e-9)


def test_the_poisson_binomial_of_nothing_is_nothing_for_sure() -> None:
    assert poisson_binomial_pmf([]) == (0, [1.0])
    assert poisson_binomial_pmf([1, 0, 1]) == (2, [1.0])


@pytest.mark.parametrize("p", [0.02, 0.5])
def test_the_poisson_binomial_of_equal_chances_is_the_binomial(p: float) -> None:
    first, pmf = poisson_binomial_pmf([p] * 400)
    exact = binomial_pmf(400, p)[first : first + len(pmf)]
    assert pmf == pytest.approx(exact, rel=1e-9, abs=1e-25)
    assert 1 < len(pmf) < 400  # what nobody would print is cut

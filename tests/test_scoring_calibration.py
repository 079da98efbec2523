"""Tests and ranges of calibration: brute force, the smallest samples, and what is refused."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from predtrack.scoring.calibration import (
    calibrated_brier_range,
    coverage,
    spiegelhalter,
    sum_test,
    two_sided_p,
)
from predtrack.scoring.cells import Cells, cells_of
from predtrack.scoring.intervals import exact_binomial_p, wilson

untimed = settings(deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
chances = st.integers(0, 20).map(lambda k: k / 20) | st.floats(0, 1)
plain_rows = st.lists(st.tuples(chances, st.integers(0, 1)), min_size=1, max_size=9)


def plain(*rows: tuple[float, float]) -> Cells:
    return cells_of((p, y, 1) for p, y in rows)


def outcomes(stated: list[float]) -> list[tuple[tuple[int, ...], float]]:
    """Every way that things may turn out, with its probability."""
    return [
        (ys, math.prod(p if y else 1 - p for p, y in zip(stated, ys, strict=True)))
        for ys in product((0, 1), repeat=len(stated))
    ]


@untimed
@given(plain_rows)
def test_the_sum_test_equals_brute_force(rows: list[tuple[float, int]]) -> None:
    found, stated = sum_test(plain(*rows)), [p for p, _ in rows]
    by_sum = [0.0] * (len(rows) + 1)
    for ys, chance in outcomes(stated):
        by_sum[sum(ys)] += chance
    seen = sum(y for _, y in rows)
    as_rare = math.fsum(chance for chance in by_sum if chance <= by_sum[seen] * (1 + 1e-7))
    assert (found.happened, found.n) == (seen, len(rows))
    assert found.expected == pytest.approx(math.fsum(stated))
    assert found.p == pytest.approx(as_rare, rel=1e-5, abs=1e-12)
    assert found.p <= 1


def test_the_sum_test_works_from_one_row_on() -> None:
    assert sum_test(plain((0.9, 0))).p == pytest.approx(0.1)
    assert sum_test(plain((0.9, 1))).p == pytest.approx(1)
    assert sum_test(plain((0.2, 1), (0.2, 1))).p == pytest.approx(0.04)


@pytest.mark.parametrize("p", [0.2, 0.5])
@pytest.mark.parametrize("hits", [0, 3, 7])
def test_the_sum_test_of_equal_chances_is_the_binomial_test(p: float, hits: int) -> None:
    found = sum_test(plain(*((p, k < hits) for k in range(7))))
    assert found.p == pytest.approx(exact_binomial_p(hits, 7, p))


def test_the_sum_test_is_0_only_for_the_impossible() -> None:
    assert sum_test(plain((0, 1), (0.5, 1), (0.5, 1))).p == 0
    assert sum_test(plain((0, 0), (1, 1))).p == 1
    assert 0 < sum_test(plain(*[(0.01, 1)] * 10)).p < 1e-19


def test_the_sum_test_hardly_moves_where_the_normal_takes_over() -> None:
    def test_of(half: int) -> float:
        rows = [(0.3, k < half * 0.31) for k in range(half)]
        rows += [(0.6, k < half * 0.61) for k in range(half)]
        return sum_test(plain(*rows)).p

    exact, normal = test_of(2_500), test_of(2_501)
    assert exact == pytest.approx(normal, abs=0.01)


@pytest.mark.parametrize("above", [1, 20, 80])
def test_the_normal_sum_test_allows_for_whole_numbers(above: int) -> None:
    cells = plain(*((0.5, k < 2_501 + above) for k in range(5_002)))
    exact = exact_binomial_p(2_501 + above, 5_002, 0.5)
    assert sum_test(cells).p == pytest.approx(exact, rel=2e-3)


@pytest.mark.parametrize(("seen", "p"), [(6_000, 1), (5_999, 0)])
def test_the_sum_test_of_many_certainties_knows_whether_one_failed(seen: int, p: float) -> None:
    assert sum_test(plain(*((1, k < seen) for k in range(6_000)))).p == p


@pytest.mark.parametrize(
    "stated", [[0, 1], [0.5], [0.5, 0.5, 1], []], ids=["certain", "half", "mixed", "nothing"]
)
def test_trap_spiegelhalters_z_is_not_defined_where_nothing_could_vary(
    stated: list[float],
) -> None:
    assert spiegelhalter(plain(*((p, 1) for p in stated))) is None


def test_spiegelhalters_sign_tells_extreme_from_timid() -> None:
    extreme = spiegelhalter(plain(*[(0.9, 1)] * 6, *[(0.9, 0)] * 4))
    timid = spiegelhalter(plain(*[(0.6, 1)] * 9, *[(0.6, 0)] * 1))
    assert extreme is not None
    assert timid is not None
    assert timid.z < 0 < extreme.z


@untimed
@given(plain_rows)
def test_spiegelhalters_z_is_the_standardised_brier_score(rows: list[tuple[float, int]]) -> None:
    found = spiegelhalter(plain(*rows))
    if found is not None:
        score = math.fsum((p - y) ** 2 for p, y in rows)
        mean = math.fsum(p * (1 - p) for p, _ in rows)
        spread = math.sqrt(math.fsum((1 - 2 * p) ** 2 * p * (1 - p) for p, _ in rows))
        assert found.z * spread == pytest.approx(score - mean, abs=1e-9)
        assert found.p == pytest.approx(math.erfc(abs(found.z) / math.sqrt(2)))


@pytest.mark.parametrize(("z", "p"), [(0, 1), (1.959963985, 0.05), (-2.575829304, 0.01)])
def test_a_two_sided_p_has_its_known_values(z: float, p: float) -> None:
    assert two_sided_p(z) == pytest.approx(p, rel=1e-8)


def test_coverage_is_a_share_with_its_interval_and_its_test() -> None:
    found = coverage(13, 20, 0.9)
    assert (found.hits, found.n, found.share) == (13, 20, 0.65)
    assert (found.low, found.high) == wilson(13, 20)
    assert found.p == exact_binomial_p(13, 20, 0.9)


@pytest.mark.parametrize(("hits", "n", "confidence"), [(0, 0, 0.5), (3, 2, 0.5), (1, 2, 1.5)])
def test_coverage_of_nothing_or_of_no_confidence_is_refused(
    hits: int, n: int, confidence: float
) -> None:
    with pytest.raises(ValueError, match=r"an interval for a rate|no test of a rate"):
        coverage(hits, n, confidence)


@untimed
@given(st.lists(chances, min_size=1, max_size=9), st.sampled_from([0.5, 0.8, 0.95]))
def test_the_range_of_a_calibrated_forecaster_equals_brute_force(
    stated: list[float], level: float
) -> None:
    scored = [
        (math.fsum((p - y) ** 2 for p, y in zip(stated, ys, strict=True)) / len(stated), chance)
        for ys, chance in outcomes(stated)
        if chance > 0
    ]
    low, high = calibrated_brier_range(stated, level)
    hair, tail = 1e-7, (1 - level) / 2
    assert 0 <= low <= high <= 1
    assert math.fsum(chance for score, chance in scored if score < low - hair) <= tail + hair
    assert math.fsum(chance for score, chance in scored if score > high + hair) <= tail + hair
    # And no end could be drawn in: with its own score, either reaches the level.
    assert math.fsum(chance for score, chance in scored if score <= low + hair) >= tail - hair
    reached = math.fsum(chance for score, chance in scored if score <= high + hair)
    assert reached >= 1 - tail - hair


def test_the_range_of_one_or_two_chances_is_their_scores() -> None:
    assert calibrated_brier_range([0.5]) == (0.25, 0.25)
    assert calibrated_brier_range([0.99]) == pytest.approx((0.0001, 0.0001))
    assert calibrated_brier_range([0.9, 0.9]) == pytest.approx((0.01, 0.41))
    assert calibrated_brier_range([0, 1]) == (0, 0)


def test_the_range_of_nearly_certain_chances_stays_within_0_and_1() -> None:
    low, high = calibrated_brier_range([1 - 1e-10])
    assert 0 <= low <= high <= 1


def test_the_range_from_cells_is_that_from_their_chances() -> None:
    stated = [0.1, 0.1, 0.4, 0.8, 0.8, 0.8]
    cells = plain(*((p, 1) for p in stated))
    assert calibrated_brier_range(cells) == calibrated_brier_range(stated)


@pytest.mark.parametrize("spread", [lambda k: 0.1 + 0.8 * k / 199, lambda k: 0.2 + k % 5 / 10])
def test_the_range_hardly_moves_where_the_normal_stands_in(
    spread: Callable[[int], float],
) -> None:
    stated = [round(spread(k), 2) for k in range(200)]
    exact, normal = calibrated_brier_range(stated), calibrated_brier_range([*stated, 0.5])
    assert exact == pytest.approx(normal, abs=0.003)


def test_chances_on_no_grid_have_too_many_sums_to_hold() -> None:
    def is_normal(n: int) -> bool:
        stated = [0.05 + 0.4 * math.sqrt((k + 1) / 20) for k in range(n)]
        mean = math.fsum(p * (1 - p) for p in stated) / n
        variance = math.fsum((1 - 2 * p) ** 2 * p * (1 - p) for p in stated) / n**2
        reach = 1.959963984540054 * math.sqrt(variance)
        found = calibrated_brier_range(stated)
        return found == pytest.approx((mean - reach, mean + reach), abs=1e-9)

    assert not is_normal(16)  # 2^16 sums
    assert is_normal(17)


def test_the_range_of_many_nearly_certain_chances_begins_at_0() -> None:
    assert calibrated_brier_range([1e-6] * 300)[0] == 0


@pytest.mark.parametrize("stated", [[], [0.5, 1.1], [-0.1], [math.nan]])
def test_a_range_without_chances_is_refused(stated: list[float]) -> None:
    with pytest.raises(ValueError, match="a range needs chances"):
        calibrated_brier_range(stated)


@pytest.mark.parametrize("level", [0, 1, -1, math.nan])
def test_a_range_of_no_level_is_refused(level: float) -> None:
    with pytest.raises(ValueError, match="a level is above 0 and below 1"):
        calibrated_brier_range([0.5], level)


@pytest.mark.parametrize("rule", [sum_test, spiegelhalter, calibrated_brier_range])
@pytest.mark.parametrize("row", [(0.7, 0.5, 1), (0.7, 1, 0.5)], ids=["partial", "in a family"])
def test_rows_that_are_not_independent_enter_no_test(
    rule: Callable[[Cells], object], row: tuple[float, float, float]
) -> None:
    with pytest.raises(ValueError, match="enter no test"):
        rule(cells_of([row, (0.2, 0, 1)]))


def test_nothing_enters_no_sum_test() -> None:
    with pytest.raises(ValueError, match="nothing to score"):
        sum_test(cells_of([]))

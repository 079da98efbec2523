"""Tests and ranges of calibration: brute force, the smallest samples, and what is refused."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from predtrack.scoring import exact
from predtrack.scoring.calibration import (
    coverage,
    normal_brier_range,
    spiegelhalter,
    two_sided_p,
)
from predtrack.scoring.cells import Cells, cells_of
from predtrack.scoring.intervals import exact_binomial_p, wilson

untimed = settings(deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
chances = st.integers(0, 20).map(lambda k: k / 20) | st.floats(0, 1)
plain_rows = st.lists(st.tuples(chances, st.integers(0, 1)), min_size=1, max_size=9)


def plain(*rows: tuple[float, float]) -> Cells:
    return cells_of((p, y, 1) for p, y in rows)


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


@pytest.mark.parametrize("p", [0.02, 0.3, 0.5, 0.99])
def test_the_normal_range_is_about_what_is_expected_of_the_calibrated(p: float) -> None:
    low, high = normal_brier_range(plain(*[(p, 1)] * 6_000))
    assert (low + high) / 2 == pytest.approx(p * (1 - p))
    assert exact.calibrated_range(plain(*[(p, 1)] * 6_000))[:2] == pytest.approx(
        (low, high), abs=2e-4
    )


def test_the_normal_range_stays_within_0_and_1() -> None:
    assert normal_brier_range(plain(*[(1e-6, 0)] * 300))[0] == 0


@pytest.mark.parametrize("rule", [spiegelhalter, normal_brier_range])
@pytest.mark.parametrize("row", [(0.7, 0.5, 1), (0.7, 1, 0.5)], ids=["partial", "in a family"])
def test_rows_that_are_not_independent_enter_no_test(
    rule: Callable[[Cells], object], row: tuple[float, float, float]
) -> None:
    with pytest.raises(ValueError, match="enter no test"):
        rule(cells_of([row, (0.2, 0, 1)]))


def test_nothing_has_no_range() -> None:
    with pytest.raises(ValueError, match="nothing to score"):
        normal_brier_range(cells_of([]))

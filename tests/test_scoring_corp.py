"""The CORP decomposition: its identity, its parts, and isotonic regression by brute force."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from predtrack.scoring.binary import brier, log_score
from predtrack.scoring.cells import Row, cells_of
from predtrack.scoring.corp import Decomposition, decomposition, isotonic, recalibrated
from predtrack.scoring.families import family_weights

untimed = settings(deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
chances = st.integers(0, 20).map(lambda k: k / 20) | st.floats(0, 1)
outcomes = st.sampled_from([0, 1]) | st.floats(0, 1)
weights = st.integers(1, 9).map(lambda size: 1 / size)
rows = st.lists(st.tuples(chances, outcomes, weights), min_size=1, max_size=30)
shares = st.lists(st.tuples(st.floats(0, 1), st.floats(0.01, 10)), min_size=1, max_size=12)


def by_brute_force(values: list[float], weight: list[float]) -> list[float]:
    """The isotonic fit by its max-min formula: no pooling, every stretch looked at."""

    def mean(first: int, last: int) -> float:
        stretch = slice(first, last + 1)
        weighted = zip(values[stretch], weight[stretch], strict=True)
        return math.fsum(v * w for v, w in weighted) / math.fsum(weight[stretch])

    n = len(values)
    return [max(min(mean(i, j) for j in range(k, n)) for i in range(k + 1)) for k in range(n)]


@untimed
@given(shares)
def test_isotonic_regression_equals_brute_force(drawn: list[tuple[float, float]]) -> None:
    values, weight = [v for v, _ in drawn], [w for _, w in drawn]
    hits = [v * w for v, w in drawn]
    assert isotonic(hits, weight) == pytest.approx(by_brute_force(values, weight), abs=1e-9)


@untimed
@given(shares)
def test_isotonic_regression_never_falls_and_keeps_the_total(
    drawn: list[tuple[float, float]],
) -> None:
    hits, weight = [v * w for v, w in drawn], [w for _, w in drawn]
    fit = isotonic(hits, weight)
    assert all(low <= high for low, high in pairwise(fit))
    assert math.fsum(r * w for r, w in zip(fit, weight, strict=True)) == pytest.approx(
        math.fsum(hits), abs=1e-9
    )


@pytest.mark.parametrize(
    ("hits", "weight", "fit"),
    [
        ([], [], []),
        ([1], [2], [0.5]),
        ([0, 1], [1, 1], [0, 1]),
        ([1, 0], [1, 1], [0.5, 0.5]),
        ([3, 2, 1, 0], [3, 3, 3, 3], [0.5, 0.5, 0.5, 0.5]),
        ([0, 1, 0, 1], [1, 1, 1, 1], [0, 0.5, 0.5, 1]),
    ],
)
def test_isotonic_regression_of_a_few(
    hits: list[float], weight: list[float], fit: list[float]
) -> None:
    assert isotonic(hits, weight) == fit


def test_isotonic_regression_refuses_unequal_lengths() -> None:
    with pytest.raises(ValueError, match="zip"):
        isotonic([1, 2], [1])


@pytest.mark.parametrize("loss", [brier, log_score])
@untimed
@given(sample=rows)
def test_the_parts_add_up_and_none_is_negative(
    loss: Callable[[float, float], float], sample: list[Row]
) -> None:
    found = decomposition(cells_of(sample), loss)
    assert found.mcb - found.dsc + found.unc == pytest.approx(found.score, abs=1e-9)
    assert min(found.mcb, found.dsc, found.unc) >= 0


@untimed
@given(st.lists(st.tuples(st.integers(0, 3), chances, st.integers(0, 1)), min_size=1, max_size=30))
def test_the_parts_add_up_with_the_weights_of_families(
    drawn: list[tuple[int, float, int]],
) -> None:
    given_weights = family_weights([family for family, _, _ in drawn])
    sample = [(p, y, w) for (_, p, y), w in zip(drawn, given_weights, strict=True)]
    cells = cells_of(sample)
    found = decomposition(cells)
    assert found.mcb - found.dsc + found.unc == pytest.approx(found.score, abs=1e-12)
    assert min(found.mcb, found.dsc, found.unc) >= 0
    assert found.unc == pytest.approx(cells.base_rate * (1 - cells.base_rate), abs=1e-12)


@untimed
@given(rows)
def test_recalibrated_chances_never_fall_and_need_no_recalibration(sample: list[Row]) -> None:
    cells = cells_of(sample)
    curve = recalibrated(cells)
    assert list(curve) == sorted(curve)
    assert all(0 <= r <= 1 for r in curve)
    again = [(r, h / w, w) for r, w, h in zip(curve, cells.weight, cells.happened, strict=True)]
    assert decomposition(cells_of(again)).mcb == pytest.approx(0, abs=1e-12)


def test_parts_that_are_nothing_are_no_hair_below_0() -> None:
    # Without care the discrimination here is -2.8e-17, which would be printed as -0.000.
    yes, no = [0.1, 0.2, 0.5, 0.5, 0.6], [0.6, 0.7, 1, 1]
    found = decomposition(cells_of([*((p, 1, 1) for p in yes), *((p, 0, 1) for p in no)]))
    assert str(found.dsc) == "0.0"
    assert found.unc == pytest.approx(20 / 81)


def test_a_share_that_rounds_to_certainty_costs_the_log_score_nothing() -> None:
    found = decomposition(cells_of([(0.05, 1, 1), (0.1, math.nextafter(1, 0), 1)]), log_score)
    assert math.isfinite(found.mcb)
    assert found.mcb - found.dsc + found.unc == pytest.approx(found.score, abs=1e-12)


@pytest.mark.parametrize("happened", [0, 1])
def test_a_sample_of_one_class_has_no_uncertainty_and_nothing_to_tell_apart(happened: int) -> None:
    found = decomposition(cells_of([(0.1, happened, 1), (0.6, happened, 1)]))
    assert (found.unc, found.dsc) == (0, 0)
    assert found.mcb == found.score


@pytest.mark.parametrize("hits", [0, 1, 3, 4])
def test_one_chance_stated_for_all_has_nothing_to_tell_apart(hits: int) -> None:
    found = decomposition(cells_of([(0.75, k < hits, 1) for k in range(4)]))
    assert found.dsc == 0
    assert found.mcb == pytest.approx((0.75 - hits / 4) ** 2)


def test_one_row_is_all_miscalibration() -> None:
    found = decomposition(cells_of([(0.75, 1, 1)]))
    assert found == Decomposition(0.0625, 0.0625, 0, 0)


def test_perfect_certainty_is_all_discrimination() -> None:
    found = decomposition(cells_of([(0, 0, 1), (1, 1, 1)]))
    assert found == Decomposition(0, 0, 0.25, 0.25)


def test_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing to score"):
        decomposition(cells_of([]))
    assert recalibrated(cells_of([])) == ()

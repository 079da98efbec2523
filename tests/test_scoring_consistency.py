"""What a calibrated forecaster would show: seeds, p-values, bands, and what is refused."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from predtrack.scoring.cells import Cells, cells_of
from predtrack.scoring.consistency import SEED, TIMES, consistency_band, mcb_null, resampled
from predtrack.scoring.corp import decomposition


def stated(chances: list[float], happened: Callable[[float], int]) -> Cells:
    return cells_of((p, happened(p), 1) for p in chances)


GOOD = stated([0.05, 0.1, 0.2, 0.3, 0.4, 0.6, 0.7, 0.8, 0.9, 0.95], lambda p: int(p > 0.5))
BAD = stated([0.05, 0.1, 0.2, 0.3, 0.4, 0.6, 0.7, 0.8, 0.9, 0.95], lambda p: int(p < 0.5))


def test_the_same_seed_gives_the_same_figures_and_another_gives_others() -> None:
    assert mcb_null(GOOD, 50) == mcb_null(GOOD, 50)
    assert mcb_null(GOOD, 50).mean != mcb_null(GOOD, 50, seed=1).mean
    assert consistency_band(GOOD, times=50) == consistency_band(GOOD, times=50)


def test_the_seed_and_the_number_of_resamplings_are_told() -> None:
    found = mcb_null(GOOD, 20, seed=3)
    assert (found.times, found.seed) == (20, 3)
    usual = mcb_null(cells_of([(0.5, 1, 1)]))
    assert (usual.times, usual.seed) == (TIMES, SEED)


@pytest.mark.parametrize("cells", [GOOD, BAD])
def test_the_observed_miscalibration_is_that_of_the_decomposition(cells: Cells) -> None:
    assert mcb_null(cells, 5).observed == pytest.approx(decomposition(cells).mcb, abs=1e-12)


def test_the_p_value_is_never_0() -> None:
    assert mcb_null(BAD, 99).p == 0.01


def test_the_p_value_of_a_forecaster_who_cannot_do_worse_is_1() -> None:
    # With one chance of one half both outcomes are as far off: all reach the observed.
    found = mcb_null(cells_of([(0.5, 1, 1)]), 40)
    assert found.p == 1
    assert (found.observed, found.mean, found.point95) == (0.25, 0.25, 0.25)


def test_the_p_value_counts_what_reaches_the_observed() -> None:
    # One chance of .9: MCB is .81 where it fails, which is in a tenth of the resamplings.
    found = mcb_null(cells_of([(0.9, 0, 1)]), 2_000)
    assert found.p == pytest.approx(0.1, abs=0.03)
    assert found.observed == pytest.approx(0.81)
    assert found.mean == pytest.approx(0.9 * 0.01 + 0.1 * 0.81, abs=0.02)


def test_the_95_point_is_the_value_that_95_in_100_do_not_exceed() -> None:
    # A chance of .97 fails too rarely to move it, one of .9 does not.
    assert mcb_null(cells_of([(0.97, 1, 1)]), 2_000).point95 == pytest.approx(0.0009)
    assert mcb_null(cells_of([(0.9, 1, 1)]), 2_000).point95 == pytest.approx(0.81)


@pytest.mark.parametrize("p", [0, 1])
def test_certainties_that_held_have_no_miscalibration_and_no_range(p: int) -> None:
    cells = cells_of([(p, p, 1)] * 5)
    found = mcb_null(cells, 20)
    assert (found.observed, found.mean, found.point95, found.p) == (0, 0, 0, 1)
    assert consistency_band(cells, times=20) == [(p, p)]


def test_no_miscalibration_is_a_hair_below_0() -> None:
    # 21 of 30 at .7: without care it is -1.2e-16, which would be printed as -0.000.
    cells = cells_of((0.7, int(k < 21), 1) for k in range(30))
    assert str(mcb_null(cells, 3).observed) == "0.0"


def test_the_band_is_ascending_and_around_the_diagonal() -> None:
    cells = cells_of((k / 20, int(j < k), 1) for k in range(21) for j in range(20))
    band = consistency_band(cells, times=300)
    assert len(band) == 21
    assert all(0 <= low <= p <= high <= 1 for (low, high), p in zip(band, cells.p, strict=True))
    assert [low for low, _ in band] == sorted(low for low, _ in band)
    assert [high for _, high in band] == sorted(high for _, high in band)


def test_a_narrower_level_gives_a_narrower_band() -> None:
    pairs = zip(consistency_band(GOOD, 0.5, 200), consistency_band(GOOD, 0.95, 200), strict=True)
    assert all(wide[0] <= low <= high <= wide[1] for (low, high), wide in pairs)


def test_the_band_of_one_cell_has_the_quantiles_of_its_binomial() -> None:
    ((low, high),) = consistency_band(cells_of([(0.5, 1, 1)] * 100), times=4_000)
    assert (low, high) == (pytest.approx(0.40, abs=0.011), pytest.approx(0.60, abs=0.011))


@pytest.mark.parametrize("rule", [mcb_null, consistency_band])
def test_what_cannot_be_drawn_anew_is_refused(rule: Callable[..., object]) -> None:
    with pytest.raises(ValueError, match="nothing to score"):
        rule(cells_of([]))
    with pytest.raises(ValueError, match="enter no test"):
        rule(cells_of([(0.5, 1, 0.5)]))
    with pytest.raises(ValueError, match="once or more, not 0 times"):
        rule(GOOD, times=0)


@pytest.mark.parametrize("level", [0, 1, math.nan])
def test_a_band_of_no_level_is_refused(level: float) -> None:
    with pytest.raises(ValueError, match="a level is above 0 and below 1"):
        consistency_band(GOOD, level)


def test_one_resampling_gives_both_the_miscalibration_and_the_band() -> None:
    null, band = resampled(GOOD, 60, 5, 0.8)
    assert null == mcb_null(GOOD, 60, 5)
    assert band == consistency_band(GOOD, 0.8, 60, 5)

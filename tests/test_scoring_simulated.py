"""What intervals and tests do over many simulated forecasters: coverage, size, and expectation."""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random

import pytest

from predtrack.scoring.cells import Cells, cells_of
from predtrack.scoring.consistency import mcb_null
from predtrack.scoring.distributions import normal_quantile
from predtrack.scoring.families import family_mean

CHANCES = [k / 20 for k in range(1, 20)]
THRESHOLDS = {p: normal_quantile(p) for p in CHANCES}


FamilyRows = Callable[[Random, int], list[float]]


def alike(random: Random, size: int) -> list[float]:
    """y - p of calibrated chances of a family whose outcomes are correlated by one half."""
    shared = random.gauss(0, math.sqrt(0.5))
    stated = random.choices(list(THRESHOLDS), k=size)
    return [(shared + random.gauss(0, math.sqrt(0.5)) < THRESHOLDS[p]) - p for p in stated]


def deadlines(random: Random, size: int) -> list[float]:
    """y - p of calibrated deadlines of one event, which comes at a constant hazard or never."""
    hazard = math.exp(random.uniform(-3, 0))
    came = random.expovariate(hazard)
    return [(came <= t) - (1 - math.exp(-hazard * t)) for t in range(1, size + 1)]


def coverage_of(rows: FamilyRows, families: int, times: int) -> float:
    """How often the interval over families of 1 to 5 rows holds 0, the true mean."""
    random, hits = Random(20260101), 0
    for _ in range(times):
        drawn = [(family, rows(random, random.randint(1, 5))) for family in range(families)]
        found = family_mean((family, value) for family, values in drawn for value in values)
        hits += found.low <= 0 <= found.high
    return hits / times


@pytest.mark.parametrize(("families", "times"), [(3, 8000), (5, 6000), (10, 4000), (50, 2000)])
def test_the_interval_over_families_covers_what_it_says(families: int, times: int) -> None:
    assert coverage_of(alike, families, times) == pytest.approx(0.95, abs=0.01)


@pytest.mark.parametrize(("families", "times"), [(3, 8000), (5, 6000), (10, 4000), (50, 2000)])
def test_deadlines_of_one_event_cost_the_interval_a_few_points_at_most(
    families: int, times: int
) -> None:
    # They fall together, and lopsidedly, which is the hardest case for a t interval.
    assert 0.90 <= coverage_of(deadlines, families, times) <= 0.96


@pytest.mark.parametrize("rows", [alike, deadlines])
def test_an_interval_over_rows_would_cover_too_little(rows: FamilyRows) -> None:
    random, hits, times = Random(20260102), 0, 1500
    for _ in range(times):
        drawn = [value for _ in range(30) for value in rows(random, random.randint(1, 5))]
        found = family_mean(enumerate(drawn))
        hits += found.low <= 0 <= found.high
    assert 0.75 < hits / times < 0.9


def calibrated(random: Random, n: int) -> Cells:
    return cells_of((p, random.random() < p, 1) for p in random.choices(CHANCES, k=n))


@pytest.mark.parametrize(("n", "mean"), [(10, 0.077), (20, 0.052), (50, 0.028), (100, 0.017)])
def test_a_calibrated_forecasters_miscalibration_is_far_from_0(n: int, mean: float) -> None:
    random = Random(20260105)
    samples = [mcb_null(calibrated(random, n), 40, seed=k).mean for k in range(60)]
    assert math.fsum(samples) / len(samples) == pytest.approx(mean, abs=0.004)


def test_the_p_value_of_the_resampling_is_about_even_for_a_calibrated_forecaster() -> None:
    random, times = Random(20260106), 300
    below = sum(mcb_null(calibrated(random, 20), 39, seed=k).p <= 0.25 for k in range(times))
    assert below / times == pytest.approx(0.25, abs=0.07)

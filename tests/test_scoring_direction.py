"""Direction and size: a fine grid, simulated forecasters, and an e-value that stays honest."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from predtrack.scoring.cells import Cells, cells_of
from predtrack.scoring.direction import (
    PRIOR,
    log_e,
    log_e_over,
    median_confidence,
    recalibration,
    timidity_can_show,
)
from predtrack.scoring.distributions import normal_cdf
from predtrack.scoring.exact import z_test
from predtrack.scoring.families import families_of

untimed = settings(
    deadline=None,
    derandomize=True,
    max_examples=25,
    suppress_health_check=[HealthCheck.too_slow],
)
chances = st.integers(1, 99).map(lambda k: k / 100)
certain = st.sampled_from([(0, 0), (1, 1)])
some = st.lists(st.tuples(chances, st.integers(0, 1)) | certain, min_size=1, max_size=12)

Rows = list[tuple[float, int]]
Family = tuple[tuple[float, ...], list[tuple[tuple[int, ...], float]]]  # chances, outcomes' law


def plain(rows: Rows) -> Cells:
    return cells_of((p, y, 1) for p, y in rows)


def expit(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def logit(p: float) -> float:
    return math.log(p / (1 - p))


class Fine:
    """The posterior of Cox's model on a grid of 400 x 400 points over the whole prior."""

    def __init__(self, cells: Cells, a_at: tuple[float, float], b_at: tuple[float, float]) -> None:
        shifts = [a_at[0] + (a_at[1] - a_at[0]) * k / 399 for k in range(400)]
        slopes = [b_at[0] + (b_at[1] - b_at[0]) * k / 399 for k in range(400)]
        data = [(logit(p), w, h) for p, w, h in cells]
        hits = math.fsum(h for _, _, h in data)
        logs = []
        for beta in slopes:
            odds = [(math.exp(math.exp(beta) * x), w) for x, w, _ in data]
            linear = math.exp(beta) * math.fsum(h * x for x, _, h in data)
            for a in shifts:
                factor = math.exp(a)
                loss = sum([w * math.log1p(factor * odd) for odd, w in odds])
                logs.append(a * hits + linear - loss - (a * a + beta * beta) / (2 * PRIOR**2))
        top = max(logs)
        masses = [math.exp(log - top) for log in logs]
        total = math.fsum(masses)
        self.by_slope = [math.fsum(masses[400 * k : 400 * k + 400]) / total for k in range(400)]
        self.by_shift = [math.fsum(masses[k::400]) / total for k in range(400)]
        self.shifts, self.slopes = shifts, slopes
        self.masses, self.total = masses, total

    def below(self, beta: float) -> float:
        width = self.slopes[1] - self.slopes[0]
        parts = [min(1, max(0, (beta - x) / width + 0.5)) for x in self.slopes]
        return math.fsum(map(math.prod, zip(parts, self.by_slope, strict=True)))

    def end(self, values: list[float], masses: list[float], share: float) -> float:
        reached = 0.0
        for value, mass in zip(values, masses, strict=True):
            reached += mass
            if reached >= share:
                return value
        return values[-1]

    def chance(self, p: float) -> float:
        x, places = logit(p), range(400)
        return (
            math.fsum(
                self.masses[400 * row + column] * expit(self.shifts[column] + slope * x)
                for row, slope in zip(places, map(math.exp, self.slopes), strict=True)
                if self.by_slope[row] > 1e-9
                for column in range(0, 400)
            )
            / self.total
        )


SPREAD = [0.1, 0.3, 0.6, 0.8, 0.95]


@pytest.mark.parametrize(
    ("stated", "hits", "each"),
    [
        ([0.7], [1], 1),
        ([0.92], [7], 10),
        ([0.9, 0.95, 0.97], [3, 4, 4], 4),
        (SPREAD, [1, 0, 1, 2, 2], 2),
        (SPREAD, [30, 70, 90, 130, 150], 200),
        ([0.02, 0.04, 0.08], [0, 1, 1], 20),
    ],
)
def test_the_posterior_is_that_of_a_fine_grid(
    stated: list[float], hits: list[int], each: int
) -> None:
    rows = [(p, int(k < hit)) for p, hit in zip(stated, hits, strict=True) for k in range(each)]
    fit = recalibration(plain(rows))
    assert fit is not None
    wide = 4.5 if each < 100 else 0.0
    a_at = (-wide, wide) if wide else (fit.shift - 1, fit.shift + 1)
    middle = math.log(fit.slope.mean)
    b_at = (-wide, wide) if wide else (middle - 1, middle + 1)
    fine = Fine(plain(rows), (a_at[0] * 0.7, a_at[1] * 0.7) if wide else a_at, b_at)
    assert fit.too_extreme == pytest.approx(fine.below(0), abs=0.008)
    slope = math.fsum(
        math.exp(x) * mass for x, mass in zip(fine.slopes, fine.by_slope, strict=True)
    )
    assert fit.slope.mean == pytest.approx(slope, abs=0.01)
    shift = math.fsum(map(math.prod, zip(fine.shifts, fine.by_shift, strict=True)))
    assert fit.shift == pytest.approx(shift, abs=0.01)
    for share, end in ((0.025, fit.slope.low), (0.975, fit.slope.high)):
        assert math.log(end) == pytest.approx(fine.end(fine.slopes, fine.by_slope, share), abs=0.05)
    folded = (fine.chance(0.9) + 1 - fine.chance(0.1)) / 2
    assert fit.confidence(0.9) == pytest.approx(folded, abs=0.002)


def test_without_weight_the_posterior_is_the_prior() -> None:
    fit = recalibration(cells_of([(0.5, 1, 1e-9), (0.9, 0, 1e-9)]))
    assert fit is not None
    assert fit.too_extreme == pytest.approx(0.5, abs=1e-3)
    assert fit.slope.mean == pytest.approx(math.exp(PRIOR**2 / 2), rel=2e-3)
    assert math.log(fit.slope.high) == pytest.approx(1.96 * PRIOR, rel=0.03)
    assert fit.shift == pytest.approx(0, abs=1e-3)


@untimed
@given(some)
def test_yes_and_no_turned_round_turn_the_shift_and_nothing_else(rows: Rows) -> None:
    fit = recalibration(plain(rows))
    turned = recalibration(plain([(1 - p, 1 - y) for p, y in rows]))
    if fit is None or turned is None:
        assert fit is turned is None
        assert all(p in (0, 1) for p, _ in rows)
        return
    assert turned.too_extreme == pytest.approx(fit.too_extreme, abs=1e-6)
    assert turned.shift == pytest.approx(-fit.shift, abs=1e-6)
    assert turned.confidence(0.8) == pytest.approx(fit.confidence(0.8), abs=1e-6)


@untimed
@given(some)
def test_rows_of_a_family_that_are_the_same_count_as_one(rows: Rows) -> None:
    fit, thrice = (
        recalibration(plain(rows)),
        recalibration(cells_of((p, y, 1 / 3) for p, y in rows * 3)),
    )
    assert (fit is None) == (thrice is None)
    if fit is not None and thrice is not None:
        assert thrice.too_extreme == pytest.approx(fit.too_extreme, abs=1e-6)
        assert thrice.slope == pytest.approx(fit.slope, abs=1e-5)


def test_many_distinct_chances_are_pooled_without_a_trace() -> None:
    random = Random(4)
    stated = [random.uniform(0.02, 0.98) for _ in range(1_000)]
    rows = [(p, int(random.random() < p)) for p in stated]
    fit = recalibration(plain(rows))
    near = recalibration(plain([(round(p, 2), y) for p, y in rows]))
    assert fit is not None
    assert near is not None
    assert fit.too_extreme == pytest.approx(near.too_extreme, abs=0.02)
    assert fit.slope.mean == pytest.approx(near.slope.mean, abs=0.005)


def test_certain_rows_say_nothing_but_where_they_failed() -> None:
    rows = [(0.8, 1)] * 5 + [(0.7, 0)] * 5
    bare, more = recalibration(plain(rows)), recalibration(plain([*rows, (0, 0), (1, 1)]))
    assert bare == more
    assert log_e(plain(rows)) == pytest.approx(log_e(plain([*rows, (0, 0), (1, 1)])))
    for failed in ((0, 1), (1, 0)):
        assert recalibration(plain([*rows, failed])) is None
        assert log_e(plain([*rows, failed])) == math.inf
        assert log_e_over(families_of("aa"), [failed[0], 0.5], [failed[1], 1]) == math.inf
    alone = math.exp(log_e_over(families_of("a"), [0.8], [1]))
    beside = math.exp(log_e_over(families_of("aa"), [0.8, 0], [1, 0]))
    assert beside == pytest.approx((alone + 1) / 2)
    assert recalibration(plain([(0, 0), (1, 1)])) is None
    assert log_e(plain([(0, 0), (1, 1)])) == pytest.approx(0)
    assert recalibration(cells_of([])) is None


def test_a_chance_of_0_or_1_stays_and_no_other_is_one() -> None:
    fit = recalibration(plain([(0.9, 1)] * 3))
    assert fit is not None
    assert (fit.chance(0), fit.chance(1), fit.confidence(1)) == (0, 1, 1)
    assert fit.confidence(0.5) == pytest.approx(0.5)
    assert 0 < fit.chance(5e-324) < fit.chance(0.1) < fit.chance(1 - 1e-16) <= 1
    with pytest.raises(ValueError, match="a chance is from 0 to 1"):
        fit.chance(1.1)
    with pytest.raises(ValueError, match=r"a confidence is from \.5 to 1"):
        fit.confidence(0.4)


def test_extreme_chances_are_survived() -> None:
    rows = [(5e-324, 0), (1e-300, 1), (1e-17, 0), (1 - 1e-16, 0), (0.5, 1)]
    fit = recalibration(plain(rows))
    assert fit is not None
    assert fit.too_extreme > 0.99
    assert 3 < log_e(plain(rows)) < 1e4
    assert log_e_over(families_of("aabbb"), *zip(*rows, strict=True)) > 3


@pytest.mark.parametrize("n", [1, 3, 10, 40, 44, 45, 46, 90])
@pytest.mark.parametrize("p", [0.6, 0.92, 0.99])
def test_whether_timidity_can_show_is_what_z_says_of_the_best_outcome(n: int, p: float) -> None:
    rows = [(p, 1)] * n + [(0.5, 1), (0.0275, 0), (0, 0)]
    test = z_test(plain(rows))
    assert test is not None
    assert test.p is not None
    assert timidity_can_show(plain([(q, 0) for q, _ in rows])) == (test.p < 0.05)


def test_nothing_and_even_chances_show_no_timidity() -> None:
    assert not timidity_can_show(cells_of([]))
    assert not timidity_can_show(plain([(0.5, 1)] * 99))


def test_the_median_confidence_weighs_families() -> None:
    assert median_confidence(cells_of([])) is None
    assert median_confidence(cells_of([(0.9, 1, 0.2)] * 5 + [(0.4, 1, 1)] * 2)) == 0.6


# The e-value.


@untimed
@given(st.lists(st.tuples(chances, st.integers(0, 1)), min_size=1, max_size=12))
def test_e_is_the_same_from_cells_and_from_families_of_one_row(rows: Rows) -> None:
    stated, happened = [p for p, _ in rows], [y for _, y in rows]
    over = log_e_over(families_of(range(len(rows))), stated, happened)
    assert over == pytest.approx(log_e(plain(rows)), abs=1e-9)


def test_e_is_a_mean_of_likelihood_ratios_over_the_prior() -> None:
    rows = [(0.9, 1), (0.8, 0), (0.3, 1)]
    shifts = [PRIOR * (k / 7 - 1) * 3 for k in range(15)]
    slopes = [PRIOR * (k / 10 - 1) * 3 for k in range(21)]
    weights, ratios = [], []
    for a in shifts:
        for beta in slopes:
            weights.append(math.exp(-(a * a + beta * beta) / (2 * PRIOR**2)))
            moved = [expit(a + math.exp(beta) * logit(p)) for p, _ in rows]
            ratios.append(
                math.prod(
                    q / p if y else (1 - q) / (1 - p) for (p, y), q in zip(rows, moved, strict=True)
                )
            )
    e = math.fsum(map(math.prod, zip(weights, ratios, strict=True))) / math.fsum(weights)
    assert log_e(plain(rows)) == pytest.approx(math.log(e))


def of_one_luck(stated: tuple[float, ...]) -> Family:
    """What happens at a chance happens at each greater one."""
    edges = [0.0, *sorted(stated), 1.0]
    laws = []
    for low, high in pairwise(edges):
        luck = (low + high) / 2
        laws.append((tuple(int(luck < p) for p in stated), high - low))
    return stated, laws


def opposite() -> Family:
    stated = (0.8, 0.2, 0.65, 0.35)
    alike, laws = of_one_luck((0.8, 0.65))
    assert alike == (0.8, 0.65)
    return stated, [((a, 1 - a, b, 1 - b), mass) for (a, b), mass in laws]


def independent() -> Family:
    stated = (0.9, 0.7, 0.2)
    laws = []
    for k in range(8):
        ys = (k & 1, k >> 1 & 1, k >> 2)
        laws.append((ys, math.prod(p if y else 1 - p for p, y in zip(stated, ys, strict=True))))
    return stated, laws


FAMILIES: dict[str, Family] = {
    "constant": of_one_luck((0.85, 0.85, 0.85)),
    "comonotone": of_one_luck((0.95, 0.4, 0.15, 0.7)),
    "deadlines": of_one_luck((0.05, 0.12, 0.22, 0.35)),
    "quantiles": of_one_luck(tuple(round(normal_cdf(z), 3) for z in (-1.6, -0.7, 0, 0.7, 1.6))),
    "opposite": opposite(),
    "independent": independent(),
}


@pytest.mark.parametrize("kind", FAMILIES)
def test_the_mean_of_e_is_1_whatever_binds_the_rows_of_a_family(kind: str) -> None:
    stated, laws = FAMILIES[kind]
    assert math.fsum(mass for _, mass in laws) == pytest.approx(1)
    one, two = families_of([0] * len(stated)), families_of([0] * len(stated) + [1] * len(stated))
    mean = math.fsum(mass * math.exp(log_e_over(one, stated, ys)) for ys, mass in laws)
    assert mean == pytest.approx(1)
    mean = math.fsum(
        mass * other * math.exp(log_e_over(two, stated * 2, ys + more))
        for ys, mass in laws
        for more, other in laws
    )
    assert mean == pytest.approx(1)


@pytest.mark.parametrize("kind", FAMILIES)
@pytest.mark.no_cover  # a simulation: other tests reach its lines
def test_e_of_many_calibrated_families_is_1_on_average_and_seldom_20(kind: str) -> None:
    stated, laws = FAMILIES[kind]
    random, times, n = Random(kind), 400, 12
    families = families_of([k for k in range(n) for _ in stated])
    logs = []
    for _ in range(times):
        drawn = random.choices([ys for ys, _ in laws], [mass for _, mass in laws], k=n)
        logs.append(log_e_over(families, stated * n, [y for ys in drawn for y in ys]))
    es = [math.exp(log) for log in logs]
    mean = math.fsum(es) / times
    spread = math.sqrt(math.fsum((e - mean) ** 2 for e in es) / times)
    assert mean <= 1 + 2.5 * spread / math.sqrt(times)
    assert sum(e >= 20 for e in es) / times <= 0.05


def test_e_never_overflows() -> None:
    rows = [(0.999, int(k % 2)) for k in range(4_000)]
    assert 1_000 < log_e(plain(rows)) < math.inf
    families = families_of([k // 2 for k in range(4_000)])
    assert 1_000 < log_e_over(families, *zip(*rows, strict=True)) < math.inf


def test_a_partial_answer_is_part_yes_and_part_no() -> None:
    yes, no, half = (math.exp(log_e_over(families_of("a"), [0.8], [y])) for y in (1, 0, 0.5))
    assert half == pytest.approx((yes + no) / 2)


def test_what_is_no_chance_or_not_independent_is_refused() -> None:
    with pytest.raises(ValueError, match="chances and outcomes from 0 to 1"):
        log_e_over(families_of("a"), [1.2], [1])
    for rule in (log_e, timidity_can_show):
        with pytest.raises(ValueError, match="enter no test"):
            rule(cells_of([(0.7, 1, 0.5)]))


# What must hold of simulated forecasters.


def stated_by(random: Random, kind: str) -> float:
    low, high = {"any": (0.01, 0.99), "60-95": (0.6, 0.95), "90-99": (0.9, 0.99)}.get(
        kind, (0.01, 0.1)
    )
    return round(random.uniform(low, high), 2)


def shares(n: int, kind: str, bias: Callable[[float], float]) -> tuple[float, float]:
    """How often the direction is called too extreme, and too timid, in 400 runs."""
    random, extreme, timid = Random(f"{n} {kind}"), 0, 0
    for _ in range(400):
        stated = [stated_by(random, kind) for _ in range(n)]
        fit = recalibration(plain([(p, int(random.random() < bias(p))) for p in stated]))
        assert fit is not None
        probability = fit.too_extreme
        extreme += probability >= 0.975
        timid += probability <= 0.025
    return extreme / 400, timid / 400


@pytest.mark.parametrize("n", [10, 30, 100])
@pytest.mark.parametrize("kind", ["any", "60-95", "90-99", "1-10"])
@pytest.mark.no_cover  # a simulation: other tests reach its lines
def test_the_direction_is_wrong_of_a_calibrated_forecaster_in_6_percent_at_most(
    kind: str, n: int
) -> None:
    assert max(shares(n, kind, lambda p: p)) <= 0.06


@pytest.mark.parametrize("n", [10, 30, 100])
@pytest.mark.no_cover  # a simulation: other tests reach its lines
def test_the_direction_of_somebody_twice_too_extreme_is_seldom_turned_round(n: int) -> None:
    extreme, timid = shares(n, "90-99", lambda p: expit(logit(p) / 2))
    assert timid <= 0.02
    assert extreme >= {10: 0.1, 30: 0.3, 100: 0.6}[n]

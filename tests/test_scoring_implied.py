"""Intervals that the chances imply: enumeration, limit cases, agreement with tests, and sizes."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from predtrack.scoring.cells import Cells, cells_of, mean_loss
from predtrack.scoring.choice import brier2
from predtrack.scoring.distributions import normal_cdf, normal_quantile, t_quantile
from predtrack.scoring.exact import calibrated_range, sum_p, z_test
from predtrack.scoring.families import Families, families_of, mean_over
from predtrack.scoring.implied import (
    Choice,
    Inverted,
    brier_interval,
    brier_over,
    choices_over,
    gap_over,
    half_interval,
    implied_variance,
    impossible_rows,
    pair_interval,
    pair_over,
    sum_interval,
)

untimed = settings(
    deadline=None,
    derandomize=True,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
odd = st.sampled_from([0.0275, 0.9, 0.9000001, 0.1, 0.5, 0.25, 0.75, 1 / 3, 2 / 3, 0.995])
chances = (
    st.integers(1, 99).map(lambda k: k / 100)
    | odd
    | st.floats(1e-3, 0.999).map(lambda p: round(p, 7))
)
certain = st.sampled_from([(0, 0), (1, 1)])
some = st.lists(st.tuples(chances, st.integers(0, 1)) | certain, min_size=1, max_size=9)
twelve = st.lists(st.tuples(chances, st.integers(0, 1)), min_size=12, max_size=12)
any_chance = chances | st.sampled_from([0.0, 1.0])
pairs = st.lists(st.tuples(any_chance, any_chance, st.integers(0, 1)), min_size=1, max_size=9)

Rows = list[tuple[float, int]]
Ways = list[tuple[float, int, float]]  # a sum, how many of its parts are in it, its probability


def plain(rows: Rows) -> Cells:
    return cells_of((p, y, 1) for p, y in rows)


def ways_of(parts: Sequence[tuple[float, float]]) -> Ways:
    """From (weight, chance) every sum that may come, by the number of its parts."""
    ways: Ways = [(0.0, 0, 1.0)]
    for weight, q in parts:
        more = [(total + weight, count + 1, mass * q) for total, count, mass in ways]
        ways = [(total, count, mass * (1 - q)) for total, count, mass in ways] + more
    return ways


def ends_of(parts: Sequence[tuple[float, float]], seen: float) -> tuple[float, float]:
    """The shifts at which a tail of the sum has 2.5%, by bisection over all its ways.

    A shift of all log odds by d multiplies the probability of a way with k parts by e^(d k).
    """
    ways = ways_of(parts)

    def tail(shift: float, side: int) -> float:
        tilted = [(total, mass * math.exp(shift * count)) for total, count, mass in ways]
        reached = [mass for total, mass in tilted if side * (total - seen) >= -1e-9]
        return math.fsum(reached) / math.fsum(mass for _, mass in tilted)

    ends = []
    for side in (1, -1):
        if side * (seen - (0 if side > 0 else sum(w for w, _ in parts))) <= 1e-9:
            ends.append(-side * math.inf)
            continue
        near, far = (-40.0, 40.0) if side > 0 else (40.0, -40.0)  # refused, and not
        for _ in range(45):
            middle = (near + far) / 2
            near, far = (middle, far) if tail(middle, side) < 0.025 else (near, middle)
        ends.append((near + far) / 2)
    return ends[0], ends[1]


def shifted(q: float, shift: float) -> float:
    if math.isinf(shift):
        return float(shift > 0)
    odds = q / (1 - q) * math.exp(shift)
    return odds / (1 + odds)


def move(parts: Sequence[tuple[float, float]], shift: float) -> float:
    return math.fsum(w * (shifted(q, shift) - q) for w, q in parts)


def check(interval: Inverted, low: float, high: float, null: float = 0.0) -> None:
    """The ends are these, but that the null value is inside if and only if p is not below .05."""
    assert interval.p is not None
    assert interval.low is not None
    assert interval.high is not None
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=1e-5)
    assert (interval.low <= null <= interval.high) == (interval.p >= 0.05)


@untimed
@given(some)
def test_the_interval_of_a_sum_inverts_its_test(rows: Rows) -> None:
    interval = sum_interval(plain(rows))
    parts = [(1.0, p) for p, _ in rows if 0 < p < 1]
    assert interval.value == pytest.approx(sum(y - p for p, y in rows) / len(rows))
    if not parts:
        assert interval[1:] == (None, None, 1, True, 0)
        return
    low, high = ends_of(parts, sum(y for p, y in rows if 0 < p < 1))
    check(interval, move(parts, low) / len(rows), move(parts, high) / len(rows))
    assert interval.p == sum_p(plain(rows)).p


@untimed
@given(some | twelve)
@pytest.mark.no_cover  # a simulation: other tests reach its lines
def test_the_interval_of_a_brier_score_inverts_its_test(rows: Rows) -> None:
    cells = plain(rows)
    interval = brier_interval(cells)
    parts = [(abs(1 - 2 * p), min(p, 1 - p)) for p, _ in rows if p not in (0, 0.5, 1)]
    assert interval.value == pytest.approx(sum((p - y) ** 2 for p, y in rows) / len(rows))
    if not parts:
        assert interval[1:] == (None, None, None, True, 0)
        return
    wrong = sum(abs(1 - 2 * p) for p, y in rows if p not in (0, 1) and (p > 0.5) == (y == 0))
    stated = math.fsum(p * (1 - p) for p, _ in rows)
    low, high = ends_of(parts, wrong)
    ends = ((stated + move(parts, end)) / len(rows) for end in (low, high))
    check(interval, *ends, null=stated / len(rows))


@untimed
@given(pairs)
def test_the_interval_of_a_pair_inverts_its_test(rows: list[tuple[float, float, int]]) -> None:
    interval = pair_interval(rows)
    losses = [(b - y) ** 2 - (a - y) ** 2 for a, b, y in rows]
    assert interval.value == pytest.approx(math.fsum(losses) / len(rows), abs=1e-12)
    parts = [
        (2 * abs(b - a), (a + b) / 2 if b > a else 1 - (a + b) / 2) for a, b, _ in rows if a != b
    ]
    if not parts:
        assert interval == (0, None, None, None, True, 0)
        return
    seen = sum(2 * abs(b - a) for a, b, y in rows if (y == 1) == (b > a))
    low, high = ends_of(parts, seen)
    check(interval, -move(parts, high) / len(rows), -move(parts, low) / len(rows))
    turned = pair_interval([(b, a, y) for a, b, y in rows])
    assert turned.p == pytest.approx(interval.p)


@untimed
@given(some)
def test_always_50_percent_is_a_forecaster_like_any_other(rows: Rows) -> None:
    half = half_interval(plain(rows))
    pair = pair_interval([(p, 0.5, y) for p, y in rows])
    assert half.value == pytest.approx(0.25 - mean_loss(plain(rows)))
    assert (half.low is None) == (pair.low is None)
    if half.low is not None:
        assert half[:4] == pytest.approx(pair[:4], abs=1e-6)


THIRTY = [round(0.02 + 0.03 * k, 2) for k in range(30)]
EVEN = [(k % 97 + 1) / 99 for k in range(300)]
HIGH = [0.9 + 0.0003 * k for k in range(300)]


# scipy 1.17.1, with e(d) = expit(logit(p) + d) and D = scipy.stats.poisson_binom:
# scipy.optimize.brentq(lambda d: D(e(d)).sf(s - 1) - .025, -8, 8), and of D(e(d)).cdf(s)
@pytest.mark.parametrize(
    ("stated", "seen", "low", "high"),
    [
        (THIRTY, 9, -0.29709796600639166, 0.012287407938181645),
        (THIRTY, 14, -0.1512319248749092, 0.17568511226801195),
        (EVEN, 130, -0.09538369207299222, -0.0005291382768382706),
        (HIGH, 270, -0.08391321998038336, -0.013571523712598212),
    ],
)
def test_the_interval_of_a_sum_is_scipy_s(
    stated: list[float], seen: int, low: float, high: float
) -> None:
    interval = sum_interval(plain([(p, int(k < seen)) for k, p in enumerate(stated)]))
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=1e-8)


def test_equal_chances_have_the_interval_of_clopper_and_pearson() -> None:
    interval = sum_interval(plain([(0.7, int(k < 6)) for k in range(10)]))
    # By scipy 1.17.1, the exact interval of scipy.stats.binomtest(6, 10).proportion_ci
    assert interval.low == pytest.approx(0.2623780766069451 - 0.7, abs=1e-8)
    assert interval.high == pytest.approx(0.8784477418801728 - 0.7, abs=1e-8)


def test_where_all_that_can_happen_did_the_upper_end_is_all_of_it() -> None:
    every = sum_interval(plain([(0.9, 1)] * 6 + [(1, 1), (0, 0)]))
    assert every.high == pytest.approx(6 * 0.1 / 8)
    none = sum_interval(plain([(0.9, 0)] * 6 + [(1, 1), (0, 0)]))
    assert none.low == pytest.approx(-6 * 0.9 / 8)
    right = brier_interval(plain([(0.9, 1), (0.8, 1), (0.1, 0), (0.5, 0)]))
    assert right.low == pytest.approx((0.01 + 0.04 + 0.01 + 0.25) / 4)
    wrong = brier_interval(plain([(0.9, 0), (0.8, 0), (0.1, 1), (0.5, 0)]))
    assert wrong.high == pytest.approx((0.81 + 0.64 + 0.81 + 0.25) / 4)
    better = pair_interval([(0.9, 0.6, 1)] * 5)
    assert better.high == pytest.approx(0.4**2 - 0.1**2)


def test_what_is_all_but_impossible_lies_on_its_own_side() -> None:
    few = sum_interval(plain([(0.999999, int(k < 50)) for k in range(200)]))
    many = sum_interval(plain([(0.000001, int(k < 150)) for k in range(200)]))
    assert few.p == many.p == 0
    assert few.low < few.high < 0 < many.low < many.high


@pytest.mark.parametrize("rule", [sum_interval, brier_interval])
def test_what_was_stated_to_be_impossible_has_no_interval(
    rule: Callable[[Cells], Inverted],
) -> None:
    interval = rule(plain([(0, 1), (1, 0), (0.3, 1), (0.6, 0)]))
    assert interval[1:4] == (None, None, None)
    assert interval.impossible == 2


def test_a_pair_may_hold_certain_chances() -> None:
    assert pair_interval([(0, 0.5, 1), (1, 0.5, 0)]).p == pytest.approx(2 * 0.25**2)
    assert pair_interval([(0, 1, 1)]).p == 1
    assert half_interval(plain([(0, 1), (0, 0)])).p == pytest.approx(2 * (1 - 0.75**2))


def test_forecasters_who_agree_to_rounding_are_alike() -> None:
    assert pair_interval([(0.1 + 0.2, 0.3, 1)] * 9) == (0, None, None, None, True, 0)
    assert half_interval(plain([(0.5, 1)] * 9)) == (0, None, None, None, True, 0)
    few = pair_interval([(0.9, 0.8, 1)] * 3)
    more = pair_interval([(0.9, 0.8, 1)] * 3 + [(0.4, 0.4, 1)] * 3)
    assert more.p == few.p
    assert more.value == pytest.approx(few.value / 2)
    families = families_of(range(9))
    alike = pair_over(families, [0.1 + 0.2] * 9, [0.3] * 9, [1] * 9)
    assert alike[:3] == (0, None, None)


def test_nobody_compares_nothing_or_what_is_no_pair() -> None:
    with pytest.raises(ValueError, match="nothing to compare"):
        pair_interval([])
    with pytest.raises(ValueError, match="nothing to score"):
        half_interval(cells_of([]))
    for row in ((1.1, 0.5, 1), (0.5, -0.1, 1), (0.5, 0.4, 0.5)):
        with pytest.raises(ValueError, match="a pair is two chances"):
            pair_interval([row])


@pytest.mark.parametrize("rule", [sum_interval, brier_interval, half_interval])
@pytest.mark.parametrize("row", [(0.7, 0.5, 1), (0.7, 1, 0.5)], ids=["partial", "in a family"])
def test_rows_that_are_not_independent_have_no_such_interval(
    rule: Callable[[Cells], object], row: tuple[float, float, float]
) -> None:
    with pytest.raises(ValueError, match="enter no test"):
        rule(cells_of([row, (0.2, 0, 1)]))


def drawn(random: Random, n: int, bias: float) -> Rows:
    kind = random.randrange(5)
    rows = []
    for k in range(n):
        p = (
            random.uniform(0.01, 0.99),
            round(random.uniform(0.01, 0.99), 2),
            random.uniform(0.9, 0.99),
            random.uniform(0.005, 0.03),
            (0.9, 0.9000001, 0.0275, 0.5)[k % 4],
        )[kind]
        rows.append((p, int(random.random() < shifted(p, (bias - 1) * math.log(p / (1 - p))))))
    return rows


@pytest.mark.parametrize("n", [1, 2, 4, 7, 12, 20, 35, 80, 300])
def test_an_interval_leaves_out_what_its_test_refuses_and_nothing_else(n: int) -> None:
    random, refused = Random(n), [0, 0, 0]
    for turn in range(24 if n < 50 else 10):
        rows = drawn(random, n, (0.3, 0.55, 1.0, 1.7)[turn % 4])
        cells = plain(rows)
        stated = math.fsum(p * (1 - p) for p, _ in rows) / n
        test = z_test(cells)
        for at, (interval, null) in enumerate(
            (
                (sum_interval(cells), 0.0),
                (brier_interval(cells), stated),
                (half_interval(cells), 0.0),
            )
        ):
            if interval.low is None or interval.high is None or interval.p is None:
                continue
            assert interval.low < interval.high
            assert (interval.low <= null <= interval.high) == (interval.p >= 0.05)
            refused[at] += interval.p < 0.05
        low, high, _ = calibrated_range(cells)
        if test is not None and test.p is not None:
            assert (low <= mean_loss(cells) <= high) == (test.p >= 0.05)
    assert min(refused) > 0 or n < 12


@pytest.mark.parametrize("n", [4_000, 6_000])
def test_many_rows_have_the_same_kind_of_interval(n: int) -> None:
    random = Random(n)
    rows = [(p, int(random.random() < p)) for p in (random.uniform(0.2, 0.8) for _ in range(n))]
    interval = sum_interval(plain(rows))
    assert interval.is_exact == (n <= 5_000)
    spread = math.sqrt(math.fsum(p * (1 - p) for p, _ in rows)) / n
    reach = normal_quantile(0.975) * spread + 0.5 / n
    assert interval.low == pytest.approx(interval.value - reach, abs=0.05 * reach)
    assert interval.high == pytest.approx(interval.value + reach, abs=0.05 * reach)
    assert (interval.low <= 0 <= interval.high) == (interval.p >= 0.05)


# Families of several rows.


@untimed
@given(st.lists(chances, min_size=1, max_size=9))
def test_the_variance_that_a_family_implies_is_that_of_nested_events(stated: list[float]) -> None:
    m = len(stated)
    pairwise_sum = math.fsum(min(p, q) - p * q for p in stated for q in stated)
    assert implied_variance(stated) == pytest.approx(pairwise_sum / m**2, abs=1e-12)
    # All that has happened at a level of luck has happened at each greater one.
    edges = [0.0, *sorted(stated), 1.0]
    means = [sum(p > low for p in stated) / m for low, _ in pairwise(edges)]
    masses = [high - low for low, high in pairwise(edges)]
    mean = math.fsum(map(math.prod, zip(means, masses, strict=True)))
    square = math.fsum(x * x * mass for x, mass in zip(means, masses, strict=True))
    assert implied_variance(stated) == pytest.approx(square - mean * mean, abs=1e-9)


def test_a_family_without_a_chance_implies_nothing() -> None:
    with pytest.raises(ValueError, match="no chance in the family"):
        implied_variance([])


def test_an_interval_over_families_is_the_wider_of_two() -> None:
    families = families_of(["a", "a", *range(9)])
    p = [0.3, 0.5] + [0.4] * 9
    calm = gap_over(families, p, [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0])
    implied = (implied_variance([0.3, 0.5]) + 9 * 0.24) / 10
    reach = normal_quantile(0.975) * math.sqrt(implied / 10)
    means = mean_over(families, [y - q for y, q in zip([0, 1, *[0, 1] * 4, 0], p, strict=True)])
    assert calm.mean == pytest.approx(means.mean)
    seen = means.high - means.mean
    assert calm.high - calm.mean == pytest.approx(max(reach, seen))
    assert (calm.families, calm.rows) == (10, 11)
    wild = gap_over(families, [0.01] * 11, [1, 1, *[0, 1] * 4, 0])
    plain_t = mean_over(families, [y - 0.01 for y in (1, 1, *[0, 1] * 4, 0)])
    assert wild.low == pytest.approx(plain_t.low)
    assert wild.high == pytest.approx(plain_t.high)


def test_the_ends_are_cut_at_what_can_happen() -> None:
    families = families_of(["a", "a", "b", "b", "c"])
    p = [0.1, 0.2, 0.1, 0.3, 0.05]
    gap = gap_over(families, p, [0] * 5)
    assert gap.low == pytest.approx(-(0.15 + 0.2 + 0.05) / 3)
    assert gap.low == gap.mean
    assert gap_over(families, [1 - q for q in p], [1] * 5).high == pytest.approx(0.4 / 3)
    score = brier_over(families, p, [0] * 5)
    assert score.low == score.mean
    assert brier_over(families, p, [1] * 5).high == pytest.approx(
        brier_over(families, p, [1] * 5).mean
    )
    pair = pair_over(families, p, [0.5] * 5, [0] * 5)
    assert pair.high == pair.mean


def test_families_of_one_row_each_imply_what_their_rows_do() -> None:
    families, n = families_of(range(20)), 20
    p, b = [0.9] * n, [0.8] * n
    reach = normal_quantile(0.975) / math.sqrt(n)
    gap = gap_over(families, p, [1] * 18 + [0] * 2)
    assert gap.high - gap.mean == pytest.approx(
        min(max(reach * 0.3, t_quantile(0.975, 19) * math.sqrt(0.09 * 20 / 19 / 20)), 0.1)
    )
    score = brier_over(families, p, [1] * n)
    assert score.high - score.mean == pytest.approx(reach * 0.8 * 0.3)
    pair = pair_over(families, p, b, [1] * n)
    assert pair.mean - pair.low == pytest.approx(reach * 2 * 0.1 * math.sqrt(0.85 * 0.15))


@pytest.mark.parametrize(
    ("p", "y"), [([0, 1, 0], [0, 1, 0]), ([0, 0.5, 0.5], [1, 1, 0]), ([0.5, 0.5], [1, 0])]
)
def test_certain_failed_or_few_families_have_no_interval(p: list[float], y: list[float]) -> None:
    families = families_of(range(len(p)))
    assert gap_over(families, p, y)[1:3] == (None, None)
    assert brier_over(families, p, y)[1:3] == (None, None)
    assert gap_over(families, p, y).mean == pytest.approx(sum(y) / len(y) - sum(p) / len(p))


def test_partial_answers_count_by_their_parts() -> None:
    families = families_of(["a", "b", "c"])
    assert brier_over(families, [0.8] * 3, [0.5, 1, 1]).mean == pytest.approx(
        (0.5 * 0.04 + 0.5 * 0.64 + 0.08) / 3
    )
    assert impossible_rows([0, 1, 0, 1, 0.5], [0.5, 0.5, 0, 1, 0]) == 2
    with pytest.raises(ValueError, match="nothing to average"):
        gap_over(Families([], []), [], [])


# What must hold of simulated forecasters.


@pytest.mark.parametrize("n", [3, 5, 10, 20, 30])
@pytest.mark.no_cover  # a simulation: other tests reach its lines
def test_a_calibrated_forecaster_is_seldom_behind_a_slightly_overconfident_one(n: int) -> None:
    random, behind = Random(n), 0
    for _ in range(400):
        rows = []
        for _ in range(n):
            p = random.uniform(0.9, 0.985)
            rows.append((p, min(p + 0.015, 0.999), int(random.random() < p)))
        interval = pair_interval(rows)
        assert interval.high is not None
        behind += interval.high < 0
    assert behind / 400 <= 0.05


@pytest.mark.parametrize("n", [10, 12, 14])
@pytest.mark.no_cover  # a simulation: other tests reach its lines
def test_the_brier_interval_seldom_misses_what_is_expected_of_the_overconfident(n: int) -> None:
    random, missed = Random(n), 0
    stated = [0.97 + 0.025 * k / (n - 1) for k in range(n)]
    truth = [shifted(p, -0.5 * math.log(p / (1 - p))) for p in stated]  # half the log odds
    expected = math.fsum(
        q * (1 - p) ** 2 + (1 - q) * p * p for p, q in zip(stated, truth, strict=True)
    )
    for _ in range(400):
        interval = brier_interval(
            plain([(p, int(random.random() < q)) for p, q in zip(stated, truth, strict=True)])
        )
        assert interval.low is not None
        assert interval.high is not None
        missed += not interval.low <= expected / n <= interval.high
    assert missed / 400 <= 0.05


def deadlines(random: Random) -> list[tuple[float, int]]:
    """Four rare deadlines of one event."""
    luck = random.random()
    return [(p, int(luck < p)) for p in (0.02, 0.05, 0.09, 0.14)]


def quantiles(random: Random, off: float = 0.0) -> list[tuple[float, int]]:
    """Five quantiles of a quantity, which comes out higher by so many standard deviations."""
    value = random.gauss(off, 1)
    return [(p, int(normal_cdf(value) <= p)) for p in (0.05, 0.25, 0.5, 0.75, 0.95)]


def high_ones(random: Random) -> list[tuple[float, int]]:
    """Two chances of 90 to 99% that stand or fall together."""
    luck, p = random.random(), random.uniform(0.9, 0.99)
    return [(p, int(luck < p)), (p - 0.02, int(luck < p - 0.02))]


def refused(kind: Callable[[Random], Rows], families: int, times: int = 400) -> float:
    """How often the interval of came minus stated leaves out 0."""
    random, out = Random(families), 0
    for _ in range(times):
        drawn_rows = [(k, *row) for k in range(families) for row in kind(random)]
        gap = gap_over(
            families_of([k for k, _, _ in drawn_rows]),
            [p for _, p, _ in drawn_rows],
            [y for _, _, y in drawn_rows],
        )
        assert gap.low is not None
        assert gap.high is not None
        out += not gap.low <= 0 <= gap.high
    return out / times


@pytest.mark.parametrize("families", [5, 10, 30])
@pytest.mark.parametrize("kind", [deadlines, quantiles, high_ones])
def test_families_of_a_calibrated_forecaster_are_seldom_refused(
    kind: Callable[[Random], Rows], families: int
) -> None:
    assert refused(kind, families) <= 0.06


@pytest.mark.parametrize(("families", "power"), [(10, 0.26), (20, 0.52), (30, 0.71), (60, 0.96)])
def test_quantiles_that_are_half_a_deviation_off_are_seen(families: int, power: float) -> None:
    assert refused(lambda random: quantiles(random, 0.5), families) == pytest.approx(
        power, abs=0.06
    )


# Choices: a question of several options is a pair of forecasters like any other.


def shares(random: Random, options: int) -> list[float]:
    drawn_of = [random.random() for _ in range(options)]
    return [each / math.fsum(drawn_of) for each in drawn_of]


def question(own: Sequence[float], other: Sequence[float], happened: int) -> Choice:
    gaps = [brier2(other, option) - brier2(own, option) for option in range(len(own))]
    return Choice([(a + b) / 2 for a, b in zip(own, other, strict=True)], gaps, happened)


def test_a_choice_of_two_options_is_twice_a_chance() -> None:
    random = Random(5)
    rows = [(random.random(), random.random(), random.randrange(2)) for _ in range(12)]
    families = families_of([str(k // 2) for k in range(12)])
    of_chances = pair_over(families, *zip(*rows, strict=True))
    of_choices = choices_over(
        families, [question([a, 1 - a], [b, 1 - b], 1 - y) for a, b, y in rows]
    )
    assert of_choices[:3] == pytest.approx([2 * each for each in of_chances[:3]])


def test_forecasters_who_give_the_same_shares_have_no_interval() -> None:
    same = [0.2, 0.3, 0.5]
    near = [share + 1e-15 for share in same]
    gap = choices_over(families_of(range(6)), [question(same, near, k % 3) for k in range(6)])
    assert gap.mean == 0
    assert gap.low is gap.high is None


@pytest.mark.parametrize("n", [5, 10, 30])
@pytest.mark.no_cover  # a simulation: other tests reach its lines
def test_who_is_calibrated_on_choices_is_seldom_behind_who_says_a_little_more(n: int) -> None:
    random, behind = Random(n), 0
    for _ in range(400):
        questions = []
        for _ in range(n):
            sure = random.uniform(0.9, 0.985)
            own = [sure, (1 - sure) / 2, (1 - sure) / 2]
            more = min(sure + 0.015, 0.999)
            other = [more, (1 - more) / 2, (1 - more) / 2]
            questions.append(question(own, other, random.choices(range(3), own)[0]))
        gap = choices_over(families_of(range(n)), questions)
        assert gap.high is not None
        behind += gap.high < 0
    assert behind / 400 <= 0.05


@pytest.mark.no_cover  # a simulation: other tests reach its lines
def test_two_equally_good_ones_on_choices_are_seldom_told_apart() -> None:
    random, apart = Random(3), 0
    for _ in range(400):
        questions = []
        for _ in range(15):
            own, other = shares(random, 4), shares(random, 4)
            middle = [(a + b) / 2 for a, b in zip(own, other, strict=True)]
            questions.append(question(own, other, random.choices(range(4), middle)[0]))
        gap = choices_over(families_of(range(15)), questions)
        assert gap.low is not None
        assert gap.high is not None
        apart += gap.low > 0 or gap.high < 0
    assert apart / 400 <= 0.06

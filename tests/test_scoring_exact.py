"""Exact tests: enumeration, figures of another program, the three ways, and the sizes."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from predtrack.scoring.cells import Cells, cells_of, mean_loss
from predtrack.scoring.distributions import normal_cdf, normal_quantile
from predtrack.scoring.exact import (
    calibrated_range,
    impossible,
    number_of,
    sides,
    sum_p,
    z_test,
)
from predtrack.scoring.sums import WeightedSum, weighted_sum

untimed = settings(deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
odd = st.sampled_from([0.0275, 0.9, 0.9000001, 0.1, 0.5, 0.25, 0.75, 1 / 3, 2 / 3, 0.995])
# To seven decimals, so that no two sums lie closer than what counts as one.
chances = (
    st.integers(1, 99).map(lambda k: k / 100)
    | odd
    | st.floats(1e-4, 0.9999).map(lambda p: round(p, 7))
)
certain = st.sampled_from([(0, 0), (1, 1)])
with_certain = st.lists(st.tuples(chances, st.integers(0, 1)) | certain, min_size=1, max_size=12)

Rows = list[tuple[float, int]]
Law = list[tuple[float, float]]


def plain(rows: Rows) -> Cells:
    return cells_of((p, y, 1) for p, y in rows)


def law(stated: list[float], value: Callable[[float, int], float]) -> Law:
    """Every sum of the value of a row over all ways that things may turn out, with its chance."""
    sums = [(0.0, 1.0)]
    for p in stated:
        grown = [(total + value(p, 1), mass * p) for total, mass in sums]
        sums = [*grown, *((total + value(p, 0), mass * (1 - p)) for total, mass in sums)]
    return sums


def p_of(sums: Law, seen: float) -> float:
    below = math.fsum(mass for total, mass in sums if total <= seen + 1e-9)
    above = math.fsum(mass for total, mass in sums if total >= seen - 1e-9)
    return min(1.0, 2 * min(below, above))


def squared(p: float, y: int) -> float:
    return (p - y) ** 2


@untimed
@given(with_certain)
def test_z_s_p_is_twice_the_smaller_tail_of_the_brier_score(rows: Rows) -> None:
    test, stated = z_test(plain(rows)), [p for p, _ in rows]
    if all(p in (0, 0.5, 1) for p in stated):
        assert test is None
        return
    assert test is not None
    seen = math.fsum(squared(p, y) for p, y in rows)
    assert test.is_exact
    assert test.p == pytest.approx(p_of(law(stated, squared), seen), rel=1e-9, abs=1e-13)
    spread = math.sqrt(math.fsum((1 - 2 * p) ** 2 * p * (1 - p) for p in stated))
    gap = seen - math.fsum(p * (1 - p) for p in stated)
    assert test.z * spread == pytest.approx(gap, abs=1e-9)


@untimed
@given(with_certain)
def test_the_sum_s_p_is_twice_the_smaller_tail_of_the_number(rows: Rows) -> None:
    seen, stated = sum(y for _, y in rows), [p for p, _ in rows]
    test = sum_p(plain(rows))
    assert test.is_exact
    assert test.p == pytest.approx(p_of(law(stated, lambda _, y: y), seen), rel=1e-9)


@untimed
@given(with_certain)
def test_the_range_holds_every_score_whose_p_is_5_percent_and_no_other(rows: Rows) -> None:
    low, high, is_exact = calibrated_range(plain(rows))
    assert is_exact
    assert -1e-8 <= low <= high <= 1 + 1e-8
    atoms: dict[float, list[float]] = {}  # the score, and its probability
    for score, mass in law([p for p, _ in rows], squared):
        atoms.setdefault(round(score, 8), [score, 0.0])[1] += mass
    below = 0.0
    for score, mass in sorted(atoms.values()):
        p = 2 * min(below + mass, 1 - below)
        below += mass
        if mass > 0 and abs(p - 0.05) > 1e-9:
            assert (low <= score / len(rows) <= high) == (p > 0.05)


def drawn(random: Random, n: int, bias: float = 1.0) -> Rows:
    """Rows of a kind of forecaster that is drawn too, whose log odds are off by a factor."""
    kind = random.randrange(6)
    rows = []
    for k in range(n):
        p = (
            random.uniform(0.01, 0.99),
            round(random.uniform(0.01, 0.99), 2),
            random.uniform(0.9, 0.99),
            round(random.uniform(0.55, 0.95), 2),
            random.uniform(0.005, 0.03),
            (0.9, 0.9000001, 0.0275, 0.5)[k % 4],
        )[kind]
        odds = (p / (1 - p)) ** bias
        rows.append((p, int(random.random() < odds / (1 + odds))))
    return rows


@pytest.mark.parametrize("n", [1, 2, 5, 10, 17, 19, 30, 60, 100, 300])
def test_a_score_is_outside_the_range_if_and_only_if_z_s_p_is_below_5_percent(n: int) -> None:
    random, outside = Random(n), 0
    for turn in range(40 if n < 100 else 15):
        cells = plain(drawn(random, n, (0.4, 0.6, 1.0, 1.6)[turn % 4]))
        low, high, _ = calibrated_range(cells)
        test = z_test(cells)
        if test is None:
            continue
        assert test.p is not None
        is_outside = not low <= mean_loss(cells) <= high
        assert is_outside == (test.p < 0.05)
        outside += is_outside
    assert outside > 0 or n < 5


def test_equal_sums_are_one_whatever_their_last_bits() -> None:
    # .1 + .2 and .3 differ in floating point; .4 stated is .2 from 50%, .6 as much.
    total = weighted_sum([0.1, 0.2, 0.3], [0.5, 0.5, 0.5])
    assert total.at_least(0.3) == pytest.approx(5 / 8)
    assert total.at_most(0.1 + 0.2) == pytest.approx(5 / 8)
    one, other = z_test(plain([(0.4, 1), (0.6, 1)])), z_test(plain([(0.6, 0), (0.4, 0)]))
    assert one is not None
    assert other is not None
    assert one.p == other.p == 1


def test_chances_that_differ_by_1e_7_stay_apart() -> None:
    rows = [(0.9, 1)] * 3 + [(0.9, 0), (0.9000001, 1)]
    swapped = [(0.9, 1)] * 4 + [(0.9000001, 0)]
    one, other = z_test(plain(rows)), z_test(plain(swapped))
    assert one is not None
    assert other is not None
    # At least one miss, as likely; but only one of five is the greatest single miss.
    assert one.p == pytest.approx(2 * (1 - 0.9**4 * 0.9000001), abs=1e-6)
    assert other.p == pytest.approx(
        2 * (1 - 0.9**4 * 0.9000001 - 4 * 0.1 * 0.9**3 * 0.9000001), abs=1e-6
    )


def test_a_p_that_is_5_percent_but_for_rounding_is_not_below_it() -> None:
    for rows in ([(0.025, 1)], [(0.975, 0)], [(0.05, 1), (0.5, 1)], [(0.1, 1), (0.25, 1)]):
        test = sum_p(plain(rows))
        assert test.p == 0.05
    test = z_test(plain([(0.025, 1)]))
    assert test is not None
    assert test.p == 0.05
    low, high, _ = calibrated_range(plain([(0.025, 1)]))
    assert low <= 0.975**2 <= high


@pytest.mark.parametrize(
    ("rows", "failed"), [([(0, 1)], 1), ([(1, 0), (0, 1), (0.5, 1)], 2), ([(0, 0), (1, 1)], 0)]
)
def test_what_was_stated_to_be_impossible_has_no_p(rows: Rows, failed: int) -> None:
    cells = plain([*rows, (0.7, 1), (0.7, 1)])
    test = z_test(cells)
    assert test is not None
    assert impossible(cells) == test.impossible == sum_p(cells).impossible == failed
    assert (test.p is None) == (sum_p(cells).p is None) == (failed > 0)


def test_certain_and_even_chances_have_no_z_and_a_range_of_their_own_score() -> None:
    cells = plain([(0, 0), (1, 1), (0.5, 1)])
    assert z_test(cells) is None
    assert sum_p(cells).p == 1
    low, high, _ = calibrated_range(cells)
    assert (low, high) == pytest.approx((0.25 / 3, 0.25 / 3), abs=1e-8)
    assert low <= mean_loss(cells) <= high
    assert sum_p(plain([(0, 0), (1, 1)])).p == 1


def test_the_smallest_chances_there_are_can_be_tested() -> None:
    for p in (5e-324, 1e-300, 1e-17, 1 - 1e-16):
        cells = plain([(p, 1), (p, 0), (0.3, 0)])
        test = z_test(cells)
        assert test is not None
        assert 0 <= test.p <= sum_p(plain([(0.3, 0)])).p
        assert 0 <= sum_p(cells).p <= 1


THIRTY = [round(0.02 + 0.03 * k, 2) for k in range(30)]
EVEN = [(k % 97 + 1) / 99 for k in range(300)]
HIGH = [0.9 + 0.0003 * k for k in range(300)]


# scipy 1.17.1: d = scipy.stats.poisson_binom(p); d.cdf(s), d.sf(s - 1)
@pytest.mark.parametrize(
    ("stated", "seen", "lower", "upper"),
    [
        (THIRTY, 6, 0.0008122458163226823, 0.9998518822808418),
        (THIRTY, 9, 0.03581947299206417, 0.9876111439826658),
        (THIRTY, 14, 0.643427568556618, 0.5251205095187934),
        (THIRTY, 24, 0.9999993409365473, 6.54756738238671e-06),
        (EVEN, 110, 6.626495302996748e-07, 0.9999996813038977),
        (EVEN, 130, 0.023715132770557874, 0.9831844288237992),
        (EVEN, 190, 0.9999999999721135, 7.256006906430912e-11),
        (HIGH, 270, 0.0012432751943310051, 0.9993943392611475),
        (HIGH, 290, 0.9712236272531108, 0.054495491456304945),
        (HIGH, 299, 0.9999999637279721, 6.801407863576969e-07),
    ],
)
def test_the_tails_of_the_number_are_scipy_s(
    stated: list[float], seen: int, lower: float, upper: float
) -> None:
    cells = plain([(p, int(k < seen)) for k, p in enumerate(stated)])
    assert number_of(cells).tails(0.0) == pytest.approx((lower, upper), rel=1e-6, abs=1e-15)
    assert sum_p(cells).p == pytest.approx(2 * min(lower, upper, 0.5), rel=1e-6)
    total = weighted_sum([1.0] * len(stated), stated)
    assert total.is_exact
    assert total.at_most(seen) == pytest.approx(lower, rel=1e-6)
    assert total.at_least(seen) == pytest.approx(upper, rel=1e-5, abs=1e-13)


def test_the_smallest_p_keeps_its_digits() -> None:
    assert sum_p(plain([(0.01, 1)] * 10)).p == pytest.approx(2e-20, rel=1e-9)
    assert sum_p(plain([(0.5, 1)] * 1_000)).p == pytest.approx(2 * 0.5**1_000, rel=1e-8)
    lower, upper = number_of(plain([(0.999999, int(k < 50)) for k in range(200)])).tails(0.0)
    assert (lower, upper) == (0, 1)


def test_the_sum_s_p_hardly_moves_where_the_normal_takes_over() -> None:
    def test_of(half: int) -> tuple[float | None, bool]:
        rows = [(0.3, int(k < half * 0.31)) for k in range(half)]
        rows += [(0.6, int(k < half * 0.61)) for k in range(half)]
        return sum_p(plain(rows))[:2]

    exact, normal = test_of(2_500), test_of(2_501)
    assert exact[1]
    assert not normal[1]
    assert exact[0] == pytest.approx(normal[0], abs=0.01)


def beside(total: WeightedSum, other: WeightedSum, hair: float) -> list[float]:
    """The logarithms of how much longer the other's tails are, two spreads out either way."""
    ratios = []
    for spreads in (1.6, 1.96, 2.3, 3):
        high = total.upper_quantile(total.at_least(total.mean + spreads * total.spread))
        ratios.append(math.log(other.at_least(high - hair) / total.at_least(high)))
        low = total.quantile(max(total.at_most(total.mean - spreads * total.spread), 1e-9))
        ratios.append(math.log(other.at_most(low + hair) / total.at_most(low)))
    return ratios


@pytest.mark.parametrize("seed", range(6))
def test_the_three_ways_agree(seed: int) -> None:
    random = Random(seed)
    for n, least, most in ((25, -0.001, 0.01), (120, -0.003, 0.003)):
        chances_of = [random.randint(2, 48) / 100 for _ in range(n)]
        weights = [1 - 2 * q for q in chances_of]
        exact = weighted_sum(weights, chances_of)
        apart = [w + random.uniform(-2e-6, 2e-6) for w in weights]
        other = weighted_sum(apart, chances_of)
        assert exact.is_exact
        assert not other.is_exact  # 25 on a lattice, 120 by a saddlepoint
        ratios = beside(exact, other, 0.01)  # half way to the next sum
        assert all(least < ratio < most for ratio in ratios), ratios


def test_a_lattice_does_not_tear_apart_sums_that_lie_in_heaps() -> None:
    random = Random(8)
    chances_of = [0.1 + random.uniform(-1e-6, 1e-6) for _ in range(60)]
    total = weighted_sum([1 - 2 * q for q in chances_of], chances_of)
    heaps = weighted_sum([0.8], [0.1], [60])
    assert heaps.is_exact
    assert not total.is_exact
    for hits in (1, 2, 3, 9, 11):
        assert total.at_least(0.8 * hits - 0.01) == pytest.approx(
            heaps.at_least(0.8 * hits), rel=0.01
        )
        assert total.at_most(0.8 * hits + 0.01) == pytest.approx(
            heaps.at_most(0.8 * hits), rel=0.01
        )


@pytest.mark.parametrize("n", [5, 40, 300])
def test_what_is_sure_and_what_weighs_nothing_is_added(n: int) -> None:
    random = Random(n)
    rows = [(random.random(), random.uniform(0.1, 0.9)) for _ in range(n)]
    weights, chances_of = [w for w, _ in rows], [q for _, q in rows]
    bare = weighted_sum(weights, chances_of)
    total = weighted_sum([*weights, 2, 5, 0], [*chances_of, 1, 0, 0.5])
    assert (total.low, total.high) == (2, pytest.approx(2 + sum(weights)))
    for t in (bare.low, bare.mean, bare.quantile(0.1), bare.high):
        assert total.at_most(t + 2) == pytest.approx(bare.at_most(t), rel=1e-6)
        assert total.at_least(t + 2) == pytest.approx(bare.at_least(t), rel=1e-6)
    assert total.at_most(1.9) == pytest.approx(0, abs=1e-15)
    assert total.at_least(total.high + 0.1) == pytest.approx(0, abs=1e-15)
    assert total.at_most(total.high + 1) == pytest.approx(1)
    assert total.at_least(1) == pytest.approx(1)


@pytest.mark.parametrize("n", [1, 6, 40, 300])
def test_quantiles_turn_the_tails_round(n: int) -> None:
    random = Random(n)
    total = weighted_sum([random.random() for _ in range(n)], [random.random() for _ in range(n)])
    hair = 1e-5
    for level in (0.01, 0.025, 0.3, 0.9):
        at = total.quantile(level)
        assert total.at_most(at + hair) >= level
        assert at <= total.low or total.at_most(at - hair) < level
        at = total.upper_quantile(level)
        assert total.at_least(at - hair) >= level
        assert at >= total.high or total.at_least(at + hair) < level


def test_nothing_that_varies_is_a_sum_of_its_own() -> None:
    total = weighted_sum([1, 2], [0, 1])
    assert (total.low, total.high, total.mean, total.spread) == (2, 2, 2, 0)
    assert (total.at_most(1.9), total.at_most(2), total.at_least(2), total.at_least(2.1)) == (
        0,
        1,
        1,
        0,
    )


@pytest.mark.parametrize(
    ("weights", "chances_of", "counts"),
    [([-1], [0.5], [1]), ([math.inf], [0.5], [1]), ([1], [1.5], [1]), ([1], [0.5], [-1])],
)
def test_what_is_no_weight_chance_or_count_is_refused(
    weights: list[float], chances_of: list[float], counts: list[int]
) -> None:
    with pytest.raises(ValueError, match="a sum needs weights from 0"):
        weighted_sum(weights, chances_of, counts)


@pytest.mark.parametrize("rule", [z_test, sum_p, calibrated_range, impossible, sides])
@pytest.mark.parametrize("row", [(0.7, 0.5, 1), (0.7, 1, 0.5)], ids=["partial", "in a family"])
def test_rows_that_are_not_independent_enter_no_test(
    rule: Callable[[Cells], object], row: tuple[float, float, float]
) -> None:
    with pytest.raises(ValueError, match="enter no test"):
        rule(cells_of([row, (0.2, 0, 1)]))


@pytest.mark.parametrize("rule", [sum_p, calibrated_range])
def test_nothing_enters_no_test(rule: Callable[[Cells], object]) -> None:
    with pytest.raises(ValueError, match="nothing to score"):
        rule(cells_of([]))
    assert z_test(cells_of([])) is None


def stated_by(kind: str, n: int) -> list[float]:
    """Chances of a kind, evenly spread."""
    low, high = {"any": (0, 1), "60-95": (0.6, 0.95), "90-99": (0.9, 0.99), "1-10": (0.01, 0.1)}[
        kind
    ]
    return [low + (high - low) * (k + 0.5) / n for k in range(n)]


@cache
def refused_sums(stated: tuple[float, ...]) -> list[int]:
    """How many may happen for the sum test to refuse the stated chances."""
    refused = []
    for seen in range(len(stated) + 1):
        test = sum_p(plain([(p, int(k < seen)) for k, p in enumerate(stated)]))
        assert test.p is not None
        if test.p < 0.05:
            refused.append(seen)
    return refused


def size_of_sum_test(stated: list[float], truth: list[float]) -> tuple[float, float]:
    """How often the sum test says that less, and that more, happened than was stated."""
    law_of = weighted_sum([1.0] * len(truth), truth)
    less = more = 0.0
    for seen in refused_sums(tuple(stated)):
        mass = law_of.at_most(seen) - law_of.at_most(seen - 1)
        if seen < sum(stated):
            less += mass
        else:
            more += mass
    return less, more


@pytest.mark.parametrize("kind", ["any", "60-95", "90-99", "1-10"])
@pytest.mark.parametrize("n", [5, 10, 20, 30, 100])
def test_the_sum_test_is_wrong_of_a_calibrated_forecaster_in_5_percent_at_most(
    kind: str, n: int
) -> None:
    stated = stated_by(kind, n)
    less, more = size_of_sum_test(stated, stated)
    assert max(less, more) <= 0.025 + 1e-9


@pytest.mark.parametrize("percent", [50, 70, 90, 97])
@pytest.mark.parametrize("n", [5, 10, 30, 100])
def test_the_sum_test_has_the_size_and_the_power_of_the_binomial(n: int, percent: int) -> None:
    def binomial(chance: Fraction) -> list[Fraction]:
        return [math.comb(n, k) * chance**k * (1 - chance) ** (n - k) for k in range(n + 1)]

    stated = binomial(Fraction(percent, 100))
    tails = [(sum(stated[: k + 1]), sum(stated[k:])) for k in range(n + 1)]
    refused = [k for k, (below, above) in enumerate(tails) if 2 * min(below, above) < 0.05]
    for off in (0, 5, 10, 20):  # so many points less is true
        true = binomial(Fraction(percent - off, 100))
        by_law = float(sum(true[k] for k in refused))
        by_test = sum(size_of_sum_test([percent / 100] * n, [(percent - off) / 100] * n))
        assert by_test == pytest.approx(by_law, abs=1e-12)
        assert off or by_test <= 0.05


@pytest.mark.parametrize("off", [0.05, 0.1, 0.2])
@pytest.mark.parametrize("kind", ["60-95", "90-99"])
def test_the_sum_test_sees_mixed_chances_that_are_off_as_often_as_the_normal_one(
    kind: str, off: float
) -> None:
    stated = stated_by(kind, 100)
    true = [p - off for p in stated]
    less, more = size_of_sum_test(stated, true)
    implied, actual = (math.sqrt(sum(q * (1 - q) for q in some)) for some in (stated, true))
    reach = normal_quantile(0.975) * implied + 0.5
    assert less == pytest.approx(normal_cdf((100 * off - reach) / actual), abs=0.06)
    assert more <= 0.001


@pytest.mark.parametrize("kind", ["60-95", "90-99"])
def test_the_sum_test_seldom_says_more_of_somebody_who_is_too_extreme(kind: str) -> None:
    for n in (5, 10, 20, 30):
        stated = stated_by(kind, n)
        truth = [1 / (1 + math.sqrt(1 / p - 1)) for p in stated]  # half the log odds
        less, more = size_of_sum_test(stated, truth)
        assert more <= 0.001
        assert less > {5: 0.04, 10: 0.08, 20: 0.15, 30: 0.2}[n]


@pytest.mark.parametrize("n", [10, 30, 100])
@pytest.mark.parametrize("kind", ["any", "60-95", "90-99", "1-10"])
def test_z_is_wrong_of_a_calibrated_forecaster_in_6_percent_at_most(kind: str, n: int) -> None:
    random, stated, rejected = Random(f"{kind} {n}"), stated_by(kind, n), 0
    law_of = weighted_sum([abs(1 - 2 * p) for p in stated], [min(p, 1 - p) for p in stated])
    for _ in range(400):  # of one distribution: only what happened differs
        wrong = [random.random() < min(p, 1 - p) for p in stated]
        t = math.fsum(abs(1 - 2 * p) for p, is_wrong in zip(stated, wrong, strict=True) if is_wrong)
        rejected += law_of.p(t) < 0.05
    assert rejected / 400 <= 0.06


@pytest.mark.parametrize(("n", "power"), [(20, 0.3), (50, 0.58), (100, 0.86)])
@pytest.mark.no_cover  # a simulation: other tests reach its lines
def test_z_sees_a_forecaster_who_is_twice_too_extreme(n: int, power: float) -> None:
    # True chances uniform, stated ones of twice their log odds.
    random, rejected = Random(n), 0
    for _ in range(20):
        truths = [random.uniform(0.01, 0.99) for _ in range(n)]
        stated = [1 / (1 + (1 / q - 1) ** 2) for q in truths]
        law_of = weighted_sum([abs(1 - 2 * p) for p in stated], [min(p, 1 - p) for p in stated])
        for _ in range(20):  # of one distribution: only what happened differs
            wrong = [(random.random() < q) == (q < 0.5) for q in truths]
            t = math.fsum(
                abs(1 - 2 * p) for p, is_wrong in zip(stated, wrong, strict=True) if is_wrong
            )
            rejected += law_of.p(t) < 0.05 and t > law_of.mean
    assert rejected / 400 >= power

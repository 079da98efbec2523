"""What forecasts of a number imply for a difference of losses, and what its interval is worth."""

from __future__ import annotations

import math
from functools import partial
from random import Random
from statistics import NormalDist, fmean, pstdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from predtrack.scoring import numeric
from predtrack.scoring.families import FamilyMean, families_of
from predtrack.scoring.quantities import expected_values, implied_deviation, quantities_over
from predtrack.scoring.skill import paired_difference

NORMAL = NormalDist()


@pytest.mark.parametrize("levels", [(0.1, 0.9), (0.25, 0.5, 0.75), (0.05, 0.2, 0.5, 0.95)])
@given(mean=st.floats(-1e6, 1e6), spread=st.floats(1e-3, 1e3))
def test_quantiles_of_a_normal_distribution_expect_that_distribution(
    levels: tuple[float, ...], mean: float, spread: float
) -> None:
    normal = NormalDist(mean, spread)
    values = expected_values([(level, normal.inv_cdf(level)) for level in levels])
    expected = [normal.inv_cdf((at + 0.5) / 20) for at in range(20)]
    assert values == pytest.approx(expected, abs=1e-6 * (abs(mean) + spread))
    assert fmean(values) == pytest.approx(mean, abs=1e-6 * (abs(mean) + spread))


@given(st.lists(st.floats(-1e9, 1e9), min_size=2, max_size=6))
def test_expected_values_never_fall_and_go_through_what_was_stated(values: list[float]) -> None:
    levels = [(at + 0.5) / 20 for at in range(3, 3 + 2 * len(values), 2)]
    expected = expected_values(list(zip(levels, sorted(values), strict=True)))
    assert expected == pytest.approx(sorted(expected), abs=1e-6)
    for level, value in zip(levels, sorted(values), strict=True):
        assert expected[round(20 * level - 0.5)] == pytest.approx(value, abs=1e-3)


def test_one_quantile_alone_expects_its_value() -> None:
    assert set(expected_values([(0.3, 7.0)])) == {7.0}


def test_what_expects_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no quantile"):
        expected_values([])
    with pytest.raises(ValueError, match=r"level|quantile|between"):
        expected_values([(0.0, 1), (1.0, 2)])


def test_a_deviation_is_that_of_both_expectations_together() -> None:
    first, second = [(0.1, -1.0), (0.9, 1.0)], [(0.1, 0.0), (0.9, 5.0)]
    every = expected_values(first) + expected_values(second)  # both lose: as often the one
    assert implied_deviation(first, second, lambda y: 3 * y) == pytest.approx(3 * pstdev(every))
    assert implied_deviation(first, second, lambda _: 4.0) == pytest.approx(0, abs=1e-6)


@given(st.floats(2, 9), st.floats(-3, 3))
def test_the_gap_is_0_on_average_where_neither_is_the_better(wide: float, middle: float) -> None:
    first = [(0.1, -1.0), (0.9, 1.0)]
    second = [(0.1, middle - wide), (0.9, middle + wide)]

    def gap(y: float) -> float:
        own, other = (numeric.quantile_score(each, y) for each in (first, second))
        return other - own

    gains, losses = ([gap(y) for y in expected_values(each)] for each in (first, second))
    gain, loss = fmean(gains), fmean(losses)
    assert gain > 0 > loss  # each would be the better if it were right
    often = loss / (loss - gain)
    square = often * fmean(x * x for x in gains) + (1 - often) * fmean(x * x for x in losses)
    assert implied_deviation(first, second, gap) == pytest.approx(math.sqrt(square))


@pytest.mark.parametrize("size", [1e-200, 1e-9, 1.0, 1e9, 1e200])
def test_an_interval_grows_with_the_unit_and_nothing_overflows(size: float) -> None:
    gaps, spreads = [1.0, 2.0, -1.0, 0.5, 1.5], [0.5, 2.0, 1.0, 3.0, 1.0]
    families = families_of("abcde")
    plain = quantities_over(families, gaps, spreads)
    result = quantities_over(families, [g * size for g in gaps], [s * size for s in spreads])
    assert result[:3] == pytest.approx([each * size for each in plain[:3]])
    deviation = implied_deviation([(0.1, -size), (0.9, size)], [(0.5, 0.0)], lambda y: 2 * y)
    assert math.isfinite(deviation)


@given(st.lists(st.tuples(st.floats(-9, 9), st.floats(0, 9)), min_size=3, max_size=12))
def test_an_interval_is_never_narrower_than_what_was_seen(rows: list[tuple[float, float]]) -> None:
    gaps, spreads = ([row[at] for row in rows] for at in (0, 1))
    result = quantities_over(families_of(range(len(rows))), gaps, spreads)
    seen = paired_difference((at, 0.0, gap) for at, gap in enumerate(gaps))
    assert result.mean == pytest.approx(seen.mean)
    assert result.low <= seen.low + 1e-9
    assert result.high >= seen.high - 1e-9


def test_without_a_spread_it_is_the_interval_of_what_was_seen() -> None:
    gaps = [1.0, 2.0, 4.0, 3.0]
    result = quantities_over(families_of("abcd"), gaps, [0.0] * 4)
    assert result == paired_difference((at, 0.0, gap) for at, gap in enumerate(gaps))
    two = quantities_over(families_of("ab"), gaps[:2], [1.0] * 2)
    assert two == FamilyMean(1.5, None, None, 2, 2)


def expected_loss(end: float, confidence: float) -> float:
    """What an interval of -end to end loses on average of a standard normal number."""
    beyond = NORMAL.pdf(end) - end * (1 - NORMAL.cdf(end))
    return 2 * end + 4 / (1 - confidence) * beyond


def as_bad(end: float, confidence: float) -> float:
    """The end of an interval too wide that loses as much as one that is too narrow."""
    low, high = NORMAL.inv_cdf((1 + confidence) / 2), 60.0
    for _ in range(100):
        middle = (low + high) / 2
        is_better = expected_loss(middle, confidence) < expected_loss(end, confidence)
        low, high = (middle, high) if is_better else (low, middle)
    return low


def gap_of(ends: tuple[float, float], confidence: float, y: float) -> float:
    own, other = (numeric.interval_score(-end, end, confidence, y).total for end in ends)
    return other - own


def words(ends: tuple[float, float], confidence: float, n: int, *, seen: bool) -> tuple[float, ...]:
    """How often the interval leaves out 0, for the first and for the second; by t if `seen`."""
    random, better, worse = Random(f"{ends} {n}"), 0, 0
    tail = (1 - confidence) / 2
    stated = [[(tail, -end), (1 - tail, end)] for end in ends]
    deviation = implied_deviation(*stated, partial(gap_of, ends, confidence))
    for _ in range(TIMES):
        sizes = [math.exp(random.gauss(0, 0.3)) for _ in range(n)]
        gaps = [size * gap_of(ends, confidence, random.gauss(0, 1)) for size in sizes]
        spreads = [0.0 if seen else size * deviation for size in sizes]
        result = quantities_over(families_of(range(n)), gaps, spreads)
        better += result.low > 0
        worse += result.high < 0
    return better / TIMES, worse / TIMES


TIMES = 400


@pytest.mark.no_cover
@pytest.mark.parametrize("n", [10, 30])
@pytest.mark.parametrize("confidence", [0.5, 0.8, 0.95])
@pytest.mark.parametrize("share", [0.5, 0.85])
def test_of_two_equally_good_neither_is_called_better(
    n: int, confidence: float, share: float
) -> None:
    narrow = share * NORMAL.inv_cdf((1 + confidence) / 2)
    ends = narrow, as_bad(narrow, confidence)
    assert max(words(ends, confidence, n, seen=False)) <= 0.06


@pytest.mark.no_cover
def test_what_was_seen_alone_would_call_the_narrow_one_better() -> None:
    narrow = 0.85 * NORMAL.inv_cdf(0.975)
    better, _ = words((narrow, as_bad(narrow, 0.95)), 0.95, 10, seen=True)
    assert better > 0.3


@pytest.mark.no_cover
@pytest.mark.parametrize(("confidence", "wide"), [(0.5, 4), (0.8, 3), (0.8, 10)])
def test_who_states_the_right_range_is_seen_to_be_better(confidence: float, wide: float) -> None:
    right = NORMAL.inv_cdf((1 + confidence) / 2)
    better, worse = words((right, wide * right), confidence, 30, seen=False)
    assert (better > 0.8, worse) == (True, 0)

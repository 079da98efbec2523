"""Intervals that allow for the spread which the stated chances themselves imply.

Whoever says 95% is wrong once in twenty, so that ten rows without a miss say little; a Student t
interval, which sees only what happened, would be of no width there. Independent rows have the
intervals that invert the exact tests; families of several rows have the larger of the spread
that was seen and the one that their chances imply.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from operator import mul, sub
from typing import NamedTuple

from predtrack.scoring.binary import brier
from predtrack.scoring.cells import Cells, mean_loss, refuse_dependent, refuse_empty
from predtrack.scoring.distributions import normal_quantile, t_quantile, upper_end
from predtrack.scoring.exact import impossible, number_of, sides, sum_p, wrong_side, z_test
from predtrack.scoring.families import Families, FamilyMean
from predtrack.scoring.shifts import CERTAIN, Shifted, Spread, most_variance, nested_variance
from predtrack.scoring.sums import ALIKE, SIZE, Rows, distribution, rows_of


class Inverted(NamedTuple):
    """A figure, the interval that inverts its test at 5%, and the p of that test."""

    value: float
    low: float | None
    high: float | None
    p: float | None
    is_exact: bool  # whether the p is; the ends are exact to what anybody prints
    impossible: int = 0  # rows stated at 0 that happened, or at 1 that did not


def sum_interval(cells: Cells) -> Inverted:
    """Return how much more happened than was stated, a row, with its exact interval and p.

    The value is mean y minus mean p, -1 to 1, above 0 where more happened than was stated. All
    log odds are shifted by one d; kept is each d that neither tail of the number that happened
    refuses at 2.5%, and the ends are the mean of expit(logit p + d) minus the mean of p. Where
    as many happened as can, d is infinite at that end, and chances of 0 and 1 always stay. No
    interval where every chance is 0 or 1, or where something happened that was stated to be
    impossible. The interval leaves out 0 if and only if `exact.sum_p` is below .05.

    Raises ValueError when there is nothing, or rows are not independent.
    Reference: Clopper and Pearson (1934), Biometrika 26:404, for chances that are all the same.

    >>> from predtrack.scoring.cells import cells_of
    >>> gap = sum_interval(cells_of([(0.9, k > 3, 1) for k in range(10)]))
    >>> round(gap.value, 4), round(gap.low, 4), round(gap.high, 4), round(gap.p, 4)
    (-0.3, -0.6376, -0.0216, 0.0256)
    """
    test, number = sum_p(cells), number_of(cells)
    value = math.fsum(h - w * p for p, w, h in cells) / cells.total
    if test.p is None or not number.most:
        return Inverted(value, None, None, test.p, test.is_exact, test.impossible)
    lower, upper = number.tails(0.0)
    moves = _moves(number.rows, number.shifts(), number.seen)
    low, high = _agreeing(moves, test.p, is_high=upper < lower)
    return Inverted(value, low / cells.total, high / cells.total, test.p, test.is_exact)


def brier_interval(cells: Cells) -> Inverted:
    """Return the mean Brier score with the interval that inverts its exact test.

    Lower is better, 0 to 1. The log odds of being on the wrong side of 50% are shifted by one d
    for all rows; kept is each d that neither tail refuses at 2.5%, and the ends are the mean
    scores expected there. No interval where every p is 0, .5 or 1, or where something happened
    that was stated to be impossible. It leaves out the score expected of a calibrated
    forecaster, mean p (1-p), if and only if the p of `exact.z_test` is below .05.

    Raises ValueError when there is nothing, or rows are not independent.

    >>> from predtrack.scoring.cells import cells_of
    >>> score = brier_interval(cells_of([(0.9, k > 0, 1) for k in range(10)]))
    >>> round(score.value, 4), round(score.low, 4), round(score.high, 4)
    (0.09, 0.012, 0.366)
    """
    value, test = mean_loss(cells), z_test(cells)
    if test is None or test.p is None:
        return Inverted(value, None, None, None, is_exact=True, impossible=impossible(cells))
    total, t = wrong_side(cells)
    rows = rows_of(side[:3] for side in sides(cells))
    is_high = total.at_least(t) < total.at_most(t)
    low, high = _agreeing(_moves(rows, rows.shifts(t), t), test.p, is_high=is_high)
    stated = math.fsum(w * p * (1 - p) for p, w, _ in cells)
    ends = (stated + low) / cells.total, (stated + high) / cells.total
    return Inverted(value, *ends, test.p, test.is_exact)


def pair_interval(rows: Iterable[tuple[float, float, float]]) -> Inverted:
    """Return how much more the second of two forecasters loses, with its exact interval and p.

    From rows (a, b, y), y of 0 or 1: the mean of (b-y)^2 - (a-y)^2, above 0 where the first is
    better, -1 to 1. The test takes (a+b)/2 for the chance of y, at which neither is better; the
    interval shifts the log odds of what favours the second by one d, and leaves out 0 if and
    only if p is below .05. Rows where both state the same count in the mean and say nothing;
    where there is no other, there is no interval and no p.

    Raises ValueError when there is nothing, a chance is outside [0, 1], or y is not 0 or 1.

    >>> pair = pair_interval([(0.9, 0.6, 1)] * 8)
    >>> round(pair.value, 4), round(pair.low, 4), round(pair.high, 4), round(pair.p, 4)
    (0.15, -0.0716, 0.15, 0.2002)
    """
    counted = Counter(rows)
    if not all(0 <= a <= 1 and 0 <= b <= 1 and y in (0, 1) for a, b, y in counted):
        raise ValueError("a pair is two chances from 0 to 1, and 0 or 1 for what happened")
    terms = []
    for (a, b, y), count in counted.items():
        even = (a + b) / 2
        favours = count if (y == 1) == (b > a) else 0
        terms.append((2 * abs(b - a), even if b > a else 1 - even, count, favours))
    return _paired(terms)


def half_interval(cells: Cells) -> Inverted:
    """Return what `pair_interval` gives beside somebody who always says 50%.

    .25 minus the mean Brier score, -.75 to .25: above 0 where the cells are better than 50%.

    Raises ValueError when there is nothing, or rows are not independent.

    >>> from predtrack.scoring.cells import cells_of
    >>> half = half_interval(cells_of([(0.9, 1, 1)] * 8))
    >>> round(half.value, 4), round(half.low, 4), round(half.p, 4)
    (0.24, -0.0555, 0.1153)
    """
    refuse_empty(cells)
    refuse_dependent(cells)
    rows = [(w, (q + 0.5) / 2, count, wrong) for w, q, count, wrong in sides(cells)]
    alike = cells.n - sum(count for _, _, count, _ in rows)
    return _paired([*rows, (0.0, 0.5, alike, 0)])


def _paired(terms: Sequence[tuple[float, float, int, int]]) -> Inverted:
    """Return the comparison from (weight, even chance, rows, rows that favour the second)."""
    n = sum(count for _, _, count, _ in terms)
    if not n:
        raise ValueError("there is nothing to compare")
    apart = [term for term in terms if term[0] > ALIKE]
    if not apart:
        return Inverted(0.0, None, None, None, is_exact=True)
    value = -math.fsum(w * (hits - count * q) for w, q, count, hits in apart) / n
    rows, t = rows_of(term[:3] for term in apart), math.fsum(w * hits for w, _, _, hits in apart)
    total = distribution(rows)
    p, is_high = total.p(t), total.at_least(t) < total.at_most(t)
    low, high = _agreeing(_moves(rows, rows.shifts(t), t), p, is_high=is_high)
    return Inverted(value, -high / n, -low / n, p, total.is_exact)


def _moves(rows: Rows, shifts: tuple[float, float], t: float) -> tuple[float, float]:
    """Return how far two shifts move the mean sum, or how far the sum t that was seen lies.

    Where weights differ much a light row that came true may keep all shifts from that sum.
    """
    seen = t - rows.moments()[0]
    low, high = map(rows.moved, shifts)
    return min(low, seen), max(high, seen)


def _agreeing(moves: tuple[float, float], p: float, *, is_high: bool) -> tuple[float, float]:
    """Return the moves, on both sides of 0 if and only if the test does not refuse what was seen.

    What the test says of no shift at all stands, whatever a root's last digits are.
    """
    low, high = moves
    if p >= SIZE:
        return min(low, 0.0), max(high, 0.0)
    return (max(low, ALIKE), high) if is_high else (low, min(high, -ALIKE))


def implied_variance(chances: Sequence[float]) -> float:
    """Return the variance that chances of one family imply for the mean of its y - p.

    (sum over i, j of min(p_i, p_j) - p_i p_j) / m^2: exact where whatever happens at a chance
    happens at each greater one, as for the deadlines of an event and the quantiles of a
    quantity, and the most that is possible for any other family. 0 to .25.

    Raises ValueError when there is no chance.

    >>> implied_variance([0.5]), round(implied_variance([0.2, 0.4]), 4)
    (0.25, 0.16)
    """
    if not chances:
        raise ValueError("there is no chance in the family")
    return nested_variance((), chances)


def impossible_rows(p: Sequence[float], y: Sequence[float]) -> int:
    """Return how many rows were stated at 0 and happened, or at 1 and did not.

    >>> impossible_rows([0, 0, 1, 0.5], [1, 0, 0.5, 1])
    2
    """
    return sum(chance in (0, 1) and chance != outcome for chance, outcome in zip(p, y, strict=True))


def gap_over(
    families: Families, p: Sequence[float], y: Sequence[float], level: float = 0.95
) -> FamilyMean:
    """Return how much more happened than was stated, each family once, with its interval.

    The mean over families of the mean of y - p, -1 to 1, above 0 where more happened. Its
    half-width is the larger of t s and z sqrt(v) over sqrt(F), where s is the standard
    deviation of the F families' means, t the Student quantile for F - 1 degrees of freedom, and
    v the mean of what `implied_variance` gives; its ends are cut where all rows say no, and
    where all say yes. Where fewer than five unlikely things were to be expected, an end lies
    at least where all log odds are shifted so far that what was seen is z standard deviations
    off, as implied there: a normal spread alone misses what is true of whoever says 99% and is
    right in 93% in up to .44 of samples of ten families. No interval for fewer than 3 families,
    where nothing can vary, or where something happened that was stated to be impossible.

    Raises ValueError when there is nothing.

    >>> from predtrack.scoring.families import families_of
    >>> gap = gap_over(families_of(["a", "a", "b", "c"]), [0.1, 0.3, 0.2, 0.2], [0, 0, 0, 0])
    >>> round(gap.mean, 4), round(gap.low, 4), round(gap.high, 4), gap.families
    (-0.2, -0.2, 0.3327, 3)
    """
    implied = [p[place] * (1 - p[place]) for place in families.alone]
    implied += [implied_variance([p[place] for place in places]) for places in families.shared]
    if impossible_rows(p, y):
        implied = []
    ends = [-chance for chance in p], [1 - chance for chance in p]
    mean = _mean(families, list(map(sub, y, p)), implied, ends, level)
    if not _is_lopsided(mean, families, [min(chance, 1 - chance) for chance in p]):
        return mean
    shift = _Shift([(1.0, _log_odds(chance)) for chance in p], y, nested_variance)
    return _lopsided(mean, families, shift, level)


def brier_over(
    families: Families, p: Sequence[float], y: Sequence[float], level: float = 0.95
) -> FamilyMean:
    """Return the mean Brier score, each family once, with its interval: lower is better.

    0 to 1. As in `gap_over`; a family implies the square of the mean over its rows of
    |1-2p| sqrt(p(1-p)), the most that they can imply together, and the ends are cut where all
    rows score their best, and their worst.

    Raises ValueError when there is nothing.

    >>> from predtrack.scoring.families import families_of
    >>> score = brier_over(families_of(["a", "a", "b", "c"]), [0.9] * 4, [1] * 4)
    >>> round(score.mean, 4), round(score.low, 4), round(score.high, 4)
    (0.01, 0.01, 0.4592)
    """
    spreads = [abs(1 - 2 * chance) * math.sqrt(chance * (1 - chance)) for chance in p]
    implied = [] if impossible_rows(p, y) else _squared(families, spreads)
    best = [min(chance, 1 - chance) ** 2 for chance in p]
    worst = [max(chance, 1 - chance) ** 2 for chance in p]
    mean = _mean(families, list(map(brier, p, y)), implied, (best, worst), level)
    if not _is_lopsided(mean, families, [min(chance, 1 - chance) for chance in p]):
        return mean
    shift = _Shift(
        [(abs(1 - 2 * chance), _log_odds(min(chance, 1 - chance))) for chance in p],
        [each if chance < 0.5 else 1 - each for chance, each in zip(p, y, strict=True)],
        most_variance,
        [chance * (1 - chance) for chance in p],
    )
    return _lopsided(mean, families, shift, level)


def z_over(families: Families, p: Sequence[float], y: Sequence[float]) -> float | None:
    """Return Spiegelhalter's z where rows share families, each of which counts once.

    The sum over families of the mean of (y-p)(1-2p), over the square root of the sum of what
    they imply: of a family the square of the mean over its rows of |1-2p| sqrt(p(1-p)), the
    most that its rows can imply together, so that the size of z is at most that of rows which
    are alike. Above 0 the chances are too extreme, below 0 too timid; with a row a family it is
    that of `exact.z_test`. None where every p is 0, .5 or 1. No unit.

    >>> from predtrack.scoring.families import families_of
    >>> alone, twins = families_of("ab"), families_of("aabb")
    >>> round(z_over(alone, [0.2] * 2, [1, 0]), 4), round(z_over(twins, [0.2] * 4, [1, 1, 0, 0]), 4)
    (1.0607, 1.0607)
    """
    if not p:
        return None
    spreads = [abs(1 - 2 * chance) * math.sqrt(chance * (1 - chance)) for chance in p]
    variance = math.fsum(_squared(families, spreads))
    if variance == 0:
        return None
    gaps = [(outcome - chance) * (1 - 2 * chance) for chance, outcome in zip(p, y, strict=True)]
    return math.fsum(_means(families, gaps)) / math.sqrt(variance)


def pair_over(
    families: Families,
    a: Sequence[float],
    b: Sequence[float],
    y: Sequence[float],
    level: float = 0.95,
) -> FamilyMean:
    """Return how much more the second of two forecasters loses, each family once.

    The mean over families of the mean of (b-y)^2 - (a-y)^2, -1 to 1, above 0 where the first is
    better; with a reference for b it is skill as a difference. As in `gap_over`; a family
    implies the square of the mean over its rows of 2 |b-a| sqrt(m(1-m)), m = (a+b)/2. No
    interval where both state the same everywhere.

    Raises ValueError when there is nothing.

    >>> from predtrack.scoring.families import families_of
    >>> pair = pair_over(families_of("aabc"), [0.9] * 4, [0.5] * 4, [1] * 4)
    >>> round(pair.mean, 4), round(pair.low, 4), round(pair.high, 4)
    (0.24, -0.2092, 0.24)
    """
    both = [(d - c, c + d) for c, d in zip(a, b, strict=True)]
    both = [(gap if abs(gap) > ALIKE else 0.0, total) for gap, total in both]
    spreads = [abs(gap) * math.sqrt(total * (2 - total)) for gap, total in both]
    # (d-y)^2 - (c-y)^2 = (d-c) (c+d-2y): linear in y, so that 0 and 1 are its ends
    values = [gap * (total - 2 * outcome) for (gap, total), outcome in zip(both, y, strict=True)]
    ends = [(gap * total, gap * (total - 2)) for gap, total in both]
    limits = list(map(min, ends)), list(map(max, ends))
    mean = _mean(families, values, _squared(families, spreads), limits, level)
    unlikely = [min(total, 2 - total) / 2 if gap else 0.0 for gap, total in both]
    if not _is_lopsided(mean, families, unlikely):
        return mean
    # what favours the second comes with the chance at which neither is better
    shift = _Shift(
        [(2 * abs(gap), _log_odds(total / 2 if gap > 0 else 1 - total / 2)) for gap, total in both],
        [each if gap > 0 else 1 - each for (gap, _), each in zip(both, y, strict=True)],
        most_variance,
        sign=-1,
    )
    return _lopsided(mean, families, shift, level)


class Choice(NamedTuple):
    """A question of several options that two forecasters answered, and which option came."""

    middle: Sequence[float]  # the mean of the two shares of each option
    gaps: Sequence[float]  # how much more the second loses, were that option to come
    happened: int


def choices_over(
    families: Families, questions: Sequence[Choice], level: float = 0.95
) -> FamilyMean:
    """Return how much more the second of two forecasters loses on choices, each family once.

    In the unit of the gaps, above 0 where the first is better. As in `gap_over`; a question
    implies the variance of its gaps, were each option to come with the middle of its two
    shares, and a family the square of the mean of its questions' standard deviations. No
    interval where no option would tell the two apart.

    Raises ValueError when there is nothing.

    >>> from predtrack.scoring.families import families_of
    >>> alike = Choice((0.5, 0.5), (-0.1, 0.1), 1)
    >>> pair = choices_over(families_of("abcd"), [alike] * 4)
    >>> round(pair.mean, 4), round(pair.low, 4), round(pair.high, 4)
    (0.1, 0.002, 0.1)
    """
    gaps = [[gap if abs(gap) > ALIKE else 0.0 for gap in each.gaps] for each in questions]
    values = [some[each.happened] for some, each in zip(gaps, questions, strict=True)]
    spreads = [_spread(each.middle, some) for some, each in zip(gaps, questions, strict=True)]
    limits = list(map(min, gaps)), list(map(max, gaps))
    return mean_of_implied(families, values, spreads, limits, level)


def _spread(chances: Sequence[float], values: Sequence[float]) -> float:
    """Return the standard deviation of a value of which each comes with a chance."""
    mean = math.fsum(map(mul, chances, values))
    squares = (p * (value - mean) ** 2 for p, value in zip(chances, values, strict=True))
    return math.sqrt(math.fsum(squares))


def _means(families: Families, values: Sequence[float]) -> list[float]:
    means = [values[place] for place in families.alone]
    for places in families.shared:
        means.append(math.fsum([values[place] for place in places]) / len(places))
    return means


def mean_of_implied(
    families: Families,
    values: Sequence[float],
    spreads: Sequence[float],
    limits: tuple[Sequence[float], Sequence[float]],
    level: float = 0.95,
) -> FamilyMean:
    """Return the mean of some values, each family once, with an interval as in `gap_over`.

    A family implies the square of the mean of its rows' standard deviations, the most that they
    can imply together; the ends are cut at the mean of the least and of the most that can come.
    No interval for fewer than 3 families, or where nothing can vary.

    Raises ValueError when there is nothing.

    >>> from predtrack.scoring.families import families_of
    >>> mean = mean_of_implied(families_of("abc"), [1, 1, 1], [2] * 3, ([-9] * 3, [3] * 3))
    >>> round(mean.mean, 4), round(mean.low, 4), round(mean.high, 4)
    (1.0, -1.2632, 3.0)
    """
    return _mean(families, values, _squared(families, spreads), limits, level)


def _squared(families: Families, spreads: Sequence[float]) -> list[float]:
    return [spread**2 for spread in _means(families, spreads)]


def _mean(
    families: Families,
    values: Sequence[float],
    implied: Sequence[float],
    limits: tuple[Sequence[float], Sequence[float]],
    level: float,
) -> FamilyMean:
    """Return the mean over families, with an interval where their chances imply a spread."""
    if not values:
        raise ValueError("there is nothing to average")
    means = _means(families, values)
    count, rows = len(means), len(values)
    mean = math.fsum(means) / count
    if count < 3 or not any(implied):
        return FamilyMean(mean, None, None, count, rows)
    end = upper_end(level)
    spread = math.sqrt(math.fsum((value - mean) ** 2 for value in means) / (count - 1))
    stated = math.sqrt(math.fsum(implied) / count)
    reach = max(t_quantile(end, count - 1) * spread, normal_quantile(end) * stated)
    reach /= math.sqrt(count)
    least, most = (math.fsum(_means(families, limit)) / count for limit in limits)
    return FamilyMean(mean, max(mean - reach, least), min(mean + reach, most), count, rows)


class _Shift(NamedTuple):
    """What each row adds where it comes true, its log odds there, and whether it did."""

    rows: Sequence[tuple[float, float]]
    happened: Sequence[float]
    spread: Spread
    stated: Sequence[float] = ()  # what the figure of each row is where nothing is shifted; 0
    sign: int = 1  # -1 where a shift up makes the figure less


FEW_EVENTS = 5  # expected unlikely ones, below which a normal spread is no use


def _is_lopsided(mean: FamilyMean, families: Families, unlikely: Sequence[float]) -> bool:
    """Return whether an interval rests on few expected events, each row having such a chance."""
    return mean.low is not None and math.fsum(_means(families, unlikely)) < FEW_EVENTS


def _lopsided(mean: FamilyMean, families: Families, shift: _Shift, level: float) -> FamilyMean:
    """Return the interval, widened to where log odds are shifted until what was seen is too far.

    Its normal spread lies evenly on both sides, where on one of them hardly anything can be.
    """
    assert mean.low is not None
    assert mean.high is not None
    places = [*([place] for place in families.alone), *families.shared]
    shifted = Shifted((tuple([shift.rows[at] for at in some]) for some in places), shift.spread)
    added = [w * each for (w, _), each in zip(shift.rows, shift.happened, strict=True)]
    moves = shifted.moves(math.fsum(_means(families, added)), normal_quantile(upper_end(level)))
    stated = math.fsum(_means(families, shift.stated)) if shift.stated else 0.0
    ends = sorted((stated + shift.sign * move) / mean.families for move in moves)
    return mean._replace(low=min(mean.low, ends[0]), high=max(mean.high, ends[1]))


def _log_odds(p: float) -> float:
    if p in (0, 1):
        return -CERTAIN if p == 0 else CERTAIN
    return math.log(p) - math.log1p(-p)

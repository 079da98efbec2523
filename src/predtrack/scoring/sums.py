"""Compute the distribution of a weighted sum of independent rows that come true or not.

All exact tests rest on it. A test's p is twice the smaller tail, at most 1; an interval keeps
every shift of the log odds that neither tail refuses at 2.5%, so that test and interval cannot
contradict each other.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from operator import mul
from typing import NamedTuple

from predtrack.scoring.distributions import LEAST_P, binomial_pmf, normal_cdf

SIZE = 0.05  # of every test; each of its tails has half
ALIKE = 1e-9  # chances, losses and sums (of their largest weight) that differ by less are one
_TIE = 1e-12  # a p so close to the size of the test differs from it by rounding only
_DROPPED = 1e-18  # mass at an end of a distribution that is not worth carrying on
_Tail = Callable[[float], float]
_Sums = list[tuple[int, float]]  # each with its mass


@dataclass(frozen=True, slots=True)
class WeightedSum:
    """The distribution of a weighted sum of independent rows that come true or not."""

    low: float  # the smallest and the greatest sum that can come
    high: float
    mean: float
    spread: float  # its standard deviation
    is_exact: bool
    tolerance: float  # sums this close are one
    at_most: _Tail  # the probability of t or less
    at_least: _Tail  # the probability of t or more

    def p(self, t: float) -> float:
        """Return the two-sided p of a sum t: twice the smaller tail, at most 1."""
        return two_sided(self.at_most(t), self.at_least(t))

    def quantile(self, level: float) -> float:
        """Return the smallest t that the sum stays at or below with probability `level`."""
        return self._end(self.at_most, level, self.low, self.high)

    def upper_quantile(self, level: float) -> float:
        """Return the greatest t that the sum reaches with probability `level`."""
        return self._end(self.at_least, level, self.high, self.low)

    def _end(self, tail: _Tail, level: float, near: float, far: float) -> float:
        if tail(near) >= level:
            return near
        side = math.copysign(1.0, far - near)
        if not self.is_exact:
            start = sorted((self.low, self.mean - side * 2 * self.spread, self.high))[1]
            return root_of(lambda t: depth_of(tail(t), level), start, -side * 0.8 / self.spread)
        while abs(far - near) > self.tolerance / 100:
            middle = (near + far) / 2
            near, far = (middle, far) if tail(middle) < level else (near, middle)
        return far + side * self.tolerance  # the tails reach so much beyond t themselves

    def accepted(self) -> tuple[float, float]:
        """Return the ends between which a sum lies if and only if its p is .05 or more."""
        tail, hair = (SIZE - _TIE) / 2, self.tolerance if self.is_exact else 0.0
        return self.quantile(tail) - hair, self.upper_quantile(tail) + hair


def weighted_sum(
    weights: Sequence[float], chances: Sequence[float], counts: Sequence[int] | None = None
) -> WeightedSum:
    """Return the distribution of sum w u, where each u is 1 with its chance q and else 0.

    Weights are from 0, chances within 0 and 1; counts (one each, if left out) say how many
    independent rows share both. Exact to 1e-13 where the sums lie on a common lattice of few
    points, or fall into two halves of at most 512 different sums (18 rows on no grid). Else by
    a saddlepoint approximation of the tails from 25 events on, or 5 of unlike weights; or on a
    lattice that splits each step between its neighbours, exact in the mean and on the safe side.

    Raises ValueError for a weight, a chance or a count that is none.
    Reference: Lugannani and Rice (1980), Adv. Appl. Probab. 12:475.

    >>> total = weighted_sum([0.8, 0.6], [0.1, 0.2], [2, 1])
    >>> round(total.at_least(1.4), 4), round(total.at_most(0), 4), total.high, total.is_exact
    (0.046, 0.648, 2.2, True)
    """
    rows = list(zip(weights, chances, counts or [1] * len(weights), strict=True))
    if not all(0 <= w < math.inf and 0 <= q <= 1 and c >= 0 for w, q, c in rows):
        raise ValueError("a sum needs weights from 0, chances from 0 to 1, and counts from 0")
    return distribution(rows_of(rows), math.fsum(w * c for w, q, c in rows if q == 1))


# What a distribution may cost: additions of 40 ns each, and so many more a row (five times as many
# where they are exact, and more where the lattice would be coarse); the sums in each of two halves.
_Effort = tuple[int, int, int]
_FINE, _COARSE = (300_000, 400, 512), (20_000, 50, 256)


@dataclass(frozen=True, slots=True)
class Rows:
    """What may come true or not: what each row adds, its log odds, and how many are alike."""

    weights: tuple[float, ...]
    log_odds: tuple[float, ...]
    counts: tuple[int, ...]

    @property
    def high(self) -> float:
        """Return the greatest sum; the smallest is 0."""
        return math.fsum(map(mul, self.weights, self.counts))

    @property
    def chances(self) -> list[float]:
        """Return the chance of each row."""
        return [_expit(x) for x in self.log_odds]

    def shifted(self, shift: float) -> Rows:
        """Return the rows with all log odds shifted."""
        return Rows(self.weights, tuple([x + shift for x in self.log_odds]), self.counts)

    def moved(self, shift: float) -> float:
        """Return how far a shift of all log odds, which may be infinite, moves the mean sum."""
        moves = (_expit(x + shift) - _expit(x) for x in self.log_odds)
        return math.fsum(map(mul, map(mul, self.weights, self.counts), moves))

    def moments(self) -> tuple[float, float, float]:
        """Return mean and spread of the sum, and its covariance with the number of events."""
        mean = square = both = 0.0
        for w, x, c in zip(self.weights, self.log_odds, self.counts, strict=True):
            variance = c * _expit(x) * _expit(-x)
            mean += c * w * _expit(x)
            square += w * w * variance
            both += w * variance
        return mean, math.sqrt(square), both

    def centred(self, t: float) -> float:
        """Return the shift of all log odds, of at most 50, at which the mean of the sum is t."""
        mean, spread, both = self.moments()
        slope = max(0.1 * max(self.weights), both)
        shift = root_of(lambda shift: mean + self.moved(shift) - t, 0.0, slope, 1e-4 * spread)
        return min(50.0, max(-50.0, shift))

    def near(self, t: float, side: int) -> tuple[float, float]:
        """Return a shift where the tail of t or more (1) or less (-1) is small, and its slope."""
        centre = self.centred(t)
        _, spread, both = self.shifted(centre).moments()
        return centre - side * min(9.0, 2 * spread / both), -side * max(0.3, 0.8 * both / spread)

    def shifts(self, t: float) -> tuple[float, float]:
        """Return the least and the greatest shift of log odds that leave both tails of t 2.5%."""
        hair = ALIKE * max(self.weights)
        if t >= self.high - hair:  # all came, and only the chance of all need be looked at
            return -self._all_or_none(-1), math.inf
        return (
            (-math.inf, self._all_or_none(1))
            if t <= hair
            else (
                _shift(self, t, 1),
                _shift(self, t, -1),
            )
        )

    def _all_or_none(self, sign: int) -> float:
        """Return the shift at which no row comes true (1) in 2.5%; minus that for all (-1)."""
        low, high = -800.0, 800.0
        while high - low > 1e-9:
            middle = (low + high) / 2
            terms = zip(self.log_odds, self.counts, strict=True)
            unlikely = math.fsum(c * softplus(sign * x + middle) for x, c in terms)
            low, high = (low, middle) if unlikely > -math.log(SIZE / 2) else (middle, high)
        return high


def rows_of(rows: Iterable[tuple[float, float, int]]) -> Rows:
    """Return what varies among rows (weight, chance, count), equal ones pooled."""
    pooled: dict[tuple[float, float], list[float]] = {}
    for weight, q, count in rows:
        if 0 < q < 1 and weight > 0 and count:
            x = max(-60.0, min(60.0, math.log(q) - math.log1p(-q)))  # -60 is a chance of 1e-26
            row = pooled.setdefault((round(weight, 12), round(x, 9)), [weight, x, 0])
            row[2] += count
    ordered = sorted(pooled.values())  # the lightest first: the sums stay few for long
    weights, log_odds, counts = (tuple([row[at] for row in ordered]) for at in range(3))
    return Rows(weights, log_odds, tuple(map(int, counts)))


class _Plan(NamedTuple):
    """How a distribution is computed: on a lattice, in halves, with split steps, by tails."""

    way: str
    step: float = 1.0
    places: tuple[float, ...] = ()  # the weights in steps


def _plan(rows: Rows, effort: _Effort) -> _Plan:
    if not rows.weights:
        return _Plan("lattice")
    heaviest = max(rows.weights)
    unit = 10.0 ** (math.floor(math.log10(heaviest)) - 12)
    whole = [round(weight / unit) for weight in rows.weights]
    common = math.gcd(*whole)
    _, spread, _ = rows.moments()
    # Beyond 8.5 standard deviations either way there is nothing worth carrying on.
    passes = sum(rows.counts)
    budget = effort[0] + effort[1] * passes
    cost = passes * min(rows.high, 17 * spread + heaviest)
    if cost / (common * unit) <= 5 * budget:
        step = heaviest / (max(whole) // common)
        return _Plan("lattice", step, tuple(place // common for place in whole))
    if _halves(whole, rows, effort[2]):
        return _Plan("halves", unit, tuple(whole))
    events, heaped, _ = _shape(rows)
    if events >= 25 or (events >= 5 and heaped < 0.01):
        return _Plan("tails")
    reached = list(accumulate(c * w * w for w, c in zip(rows.weights, rows.counts, strict=True)))
    middle = rows.weights[bisect_left(reached, reached[-1] / 2)]
    # A lattice on which the middle weight, of those that matter, lies does no harm to its likes.
    step = middle / math.ceil(middle / min(middle / 5, max(1e-5 * rows.high, cost / budget)))
    return _Plan("split", step, tuple(weight / step for weight in rows.weights))


def _shape(rows: Rows) -> tuple[float, float, float]:
    """Return how many events matter, how much sums lie in heaps (0 to 1), and how far apart."""
    squares = cubes = fourths = 0.0
    for w, x, c in zip(rows.weights, rows.log_odds, rows.counts, strict=True):
        square = c * w * w * _expit(x) * _expit(-x)
        squares, cubes, fourths = squares + square, cubes + square * w, fourths + square * w * w
    if squares < 1e-180:
        return 0.0, 1.0, 0.0
    events, unlike = squares / fourths * squares, fourths / cubes * squares / cubes - 1
    # The first Fourier coefficient of where a sum lies between two heaps.
    return events, math.exp(-2 * math.pi**2 * unlike * events), cubes / squares


def distribution(rows: Rows, sure: float = 0.0) -> WeightedSum:
    """Return what `weighted_sum` gives, for rows that are pooled; `sure` is added to each sum."""
    return _carried_out(_plan(rows, _FINE), rows, sure)


def _carried_out(plan: _Plan, rows: Rows, sure: float = 0.0) -> WeightedSum:
    tolerance, is_exact = ALIKE * max(rows.weights, default=1.0), plan.way in {"lattice", "halves"}
    mean, spread, _ = rows.moments()
    if plan.way == "tails":
        tails = _saddlepoint(rows, tolerance, sure)
    else:
        tails = (_exactly if is_exact else _nearly)(plan, rows, tolerance, sure)
    ends = sure, sure + rows.high
    return WeightedSum(*ends, sure + mean, spread, is_exact, tolerance, *tails)


def _exactly(plan: _Plan, rows: Rows, tolerance: float, sure: float) -> tuple[_Tail, _Tail]:
    one: _Sums = [(0, 1.0)]
    if plan.way == "lattice":
        first, masses = _dense(plan.places, rows)
        sums: Sequence[int] = range(first, first + len(masses))
    else:
        one, other = _halves(plan.places, rows, _FINE[2]) or ([], [])
        sums, masses = [total for total, _ in other], [mass for _, mass in other]
    below, above = _cumulated(masses)

    def read(search: Callable[[Sequence[int], float], int], side: list[float], t: float) -> float:
        at = (t - sure) / plan.step
        return math.fsum([mass * side[search(sums, at - x)] for x, mass in one])

    return (
        lambda t: read(bisect_right, below, t + tolerance),
        lambda t: read(bisect_left, above, t - tolerance),
    )


def _nearly(plan: _Plan, rows: Rows, tolerance: float, sure: float) -> tuple[_Tail, _Tail]:
    first, masses = _dense(plan.places, rows)
    below, above = _cumulated(masses)

    def read(side: list[float], t: float, more: int) -> float:
        at = (t - sure) / plan.step - first
        at = round(at) if abs(at - round(at)) * plan.step <= tolerance else at
        at = min(max(at + more, 0), len(masses))
        low, high = side[math.floor(at)], side[math.ceil(at)]
        return low + (at - math.floor(at)) * (high - low)

    # A step to t may lie half before and half beyond it: both tails take as much too much.
    return lambda t: read(below, t, 1), lambda t: read(above, t, 0)


def _cumulated(masses: list[float]) -> tuple[list[float], list[float]]:
    return [0.0, *accumulate(masses)], [0.0, *accumulate(reversed(masses))][::-1]


def _dense(places: Sequence[float], rows: Rows) -> tuple[int, list[float]]:
    """Return the first lattice point worth carrying, and the masses from it on."""
    first, masses = 0, [1.0]
    for place, q, count in zip(places, rows.chances, rows.counts, strict=True):
        for hits in [[1 - q, q]] * count if count < 4 else [binomial_pmf(count, q)]:
            masses = _convolved(masses, place, hits)
        start, end = 0, len(masses)
        while masses[start] < _DROPPED:
            start += 1
        while masses[end - 1] < _DROPPED:
            end -= 1
        masses, first = masses[start:end], first + start
    return first, masses


def _convolved(masses: list[float], place: float, hits: list[float]) -> list[float]:
    size, whole = len(masses), int(place)
    if len(hits) == 2 and place > whole:  # by far the most frequent, in one pass
        (stay, hit), share, ahead = hits, place - whole, [0.0] * whole
        rise, beyond = hit * (1 - share), hit * share
        moves = (*masses, *ahead, 0.0), (*ahead, *masses, 0.0), (*ahead, 0.0, *masses)
        return [stay * x + rise * y + beyond * z for x, y, z in zip(*moves, strict=True)]
    grown = [0.0] * (size + int(place * (len(hits) - 1)) + 2)
    for number, chance in enumerate(hits):
        if chance < _DROPPED:
            continue
        at = int(number * place)
        share = number * place - at
        for start, mass in ((at, chance * (1 - share)), (at + 1, chance * share)):
            if mass:
                room = slice(start, start + size)
                grown[room] = [x + mass * y for x, y in zip(grown[room], masses, strict=True)]
    return grown


def _halves(places: Sequence[float], rows: Rows, most: int) -> tuple[_Sums, _Sums] | None:
    """Return the sums of two halves of the rows; None where one has more than so many."""
    one, other = {0: 1.0}, {0: 1.0}
    for place, q, count in zip(places, rows.chances, rows.counts, strict=True):
        if len(one) + count > most:
            return None
        grown: dict[int, float] = {}
        for number, chance in enumerate(binomial_pmf(count, q)):
            for total, mass in one.items():
                at = total + number * int(place)
                grown[at] = grown.get(at, 0.0) + mass * chance
            if len(grown) > most:
                return None
        one, other = sorted((grown, other), key=len)
    return sorted(one.items()), sorted(other.items())


def _saddlepoint(rows: Rows, tolerance: float, sure: float) -> tuple[_Tail, _Tail]:
    terms = list(zip(rows.weights, rows.log_odds, rows.counts, strict=True))
    mean, spread, _ = rows.moments()
    heap = math.prod(_shape(rows)[1:]) / 2
    none = math.fsum(c * softplus(x) for _, x, c in terms)  # minus the logarithm of its chance
    every = math.fsum(c * softplus(-x) for _, x, c in terms)

    def slopes(s: float) -> tuple[float, float]:
        first = second = 0.0
        for w, x, c in terms:
            odds = math.exp(-abs(x + s * w))  # of the unlikelier of the two
            q = odds / (1 + odds)
            first += c * w * (q if x + s * w < 0 else 1 - q)
            second += c * w * w * q * (1 - q)
        return first, second

    def tail(t: float, side: int) -> float:
        """Return the probability of t or more for side 1, of t or less for side -1."""
        if spread < 1e-90:  # nothing varies any more: all log odds were shifted so far
            return float((mean - t) * side > 0)
        s = root_of(lambda s: (slopes(s)[0] - t) / spread, (t - mean) / spread**2, spread)
        gap = s * t - math.fsum(c * softplus(x + s * w) for w, x, c in terms) + none
        r = math.copysign(math.sqrt(2 * max(gap, 0.0)), s)
        steep = s * math.sqrt(slopes(s)[1])
        change = 1 / steep - 1 / r if abs(r) > 1e-3 and steep else 0.0
        density = math.exp(-r * r / 2) / math.sqrt(2 * math.pi)
        return min(1.0, max(0.0, normal_cdf(-side * r) + side * density * change))

    def beside(t: float, side: int, least: float) -> float:
        """Return what `tail` gives with the heap that t is in, and at or beyond the two ends."""
        near, far = (rows.high - t, t) if side > 0 else (t, rows.high - t)
        if near <= tolerance:
            return math.exp(-least) if near >= -tolerance else 0.0
        return 1.0 if far - heap <= tolerance else tail(t - side * heap, side)

    return lambda t: beside(t - sure, -1, none), lambda t: beside(t - sure, 1, every)


def _expit(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x > -700 else 0.0


def softplus(x: float) -> float:
    """Return ln(1 + e^x), of any size: minus the logarithm of a chance with log odds -x."""
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


def two_sided(lower: float, upper: float) -> float:
    """Return twice the smaller of two tails, from 1e-15 (which stands for all below) to 1."""
    p = min(1.0, max(LEAST_P, 2 * min(lower, upper)))
    return SIZE if abs(p - SIZE) < _TIE else p


def depth_of(tail: float, level: float = SIZE / 2) -> float:
    """Return how much deeper a tail is than a level, on a scale on which it is nearly straight."""
    return math.sqrt(-2 * math.log(min(1.0, max(tail, 1e-300)))) - math.sqrt(-2 * math.log(level))


def root_of(gap: _Tail, start: float, slope: float, close: float = 1e-9) -> float:
    """Return where a monotone function is 0: by secants in a bracket, from a start and a slope."""
    x, below, above = start, -math.inf, math.inf
    last_x = last_y = math.nan
    for turn in range(200):
        y = gap(x)
        if (y < 0) == (slope > 0):
            below = x
        else:
            above = x
        seen = (y - last_y) / (x - last_x) if x != last_x else math.nan
        if seen * slope > 0:  # not where a tail is 0 or 1 on both sides
            slope = seen
        elif math.isfinite(seen):
            slope /= 4
        last_x, last_y, x = x, y, x - y / slope
        if abs(y) <= close:
            break
        if not below < x < above or (turn % 4 == 3 and math.isfinite(above - below)):
            x = (below + above) / 2
        if x in (below, above):
            break
    return x


def _shift(rows: Rows, t: float, side: int) -> float:
    """Return the shift at which the tail of t or more (side 1), or less (-1), has half the size."""

    def depth(plan: _Plan, shift: float) -> float:
        if abs(shift) > 99:  # as good as infinite: a light row's step was too short to be seen
            return 0.0
        total = _carried_out(plan, rows.shifted(shift))
        return depth_of(total.at_least(t) if side > 0 else total.at_most(t))

    start, slope = rows.near(t, side)
    # The approximation is cheap everywhere, so that few sums need to be convolved near the end.
    rough = partial(depth, _Plan("tails"))
    near = root_of(rough, start, slope, 1e-4)
    start = near if abs(near) < 99 else start
    plan = _plan(rows.shifted(start), _COARSE)
    if plan.way == "tails":
        return start
    slope = 1e3 * (rough(start + 5e-4) - rough(start - 5e-4)) or slope
    return root_of(partial(depth, plan), start, slope, 0.02 if plan.way == "split" else 1e-5)

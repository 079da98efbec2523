"""Tell whether chances are too extreme or too timid, and by how much: Cox's recalibration.

logit P(y) = a + b logit p, with normal priors of sd .6 on the shift a and on log b; the e-value
goes by the same prior. A slope b below 1 means that the stated chances are too extreme, above 1
too timid; a above 0 that more happens than is stated. Rows at 0 and 1 say nothing where they were
right; where one failed, nothing can be recalibrated, and the evidence against the chances is
infinite.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import mul
from typing import NamedTuple

from predtrack.scoring.cells import Cells, coarser, refuse_dependent
from predtrack.scoring.exact import sides
from predtrack.scoring.families import Families
from predtrack.scoring.sums import ALIKE, SIZE

PRIOR = 0.6  # the standard deviation of a and of log b
_SHIFTS, _SLOPES = 15, 21  # points of a grid
_MOST_CELLS = 300  # a posterior from more is that of neighbours pooled: no digit of it moves
_Point = tuple[float, float, float]  # a, log b, and a weight or its logarithm


class Estimate(NamedTuple):
    """A posterior mean with the ends of its central 95%."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Recalibration:
    """What the outcomes say of shift and slope: points (a, log b, mass) of the posterior."""

    points: tuple[_Point, ...]

    @property
    def too_extreme(self) -> float:
        """Return the probability that the chances are too extreme, P(b < 1): 0 to 1."""
        return _share_below(_slopes_of(self.points), 0.0)

    @property
    def slope(self) -> Estimate:
        """Return the slope b, from 0: 1 is right, below too extreme, above too timid. No unit."""
        slopes = _slopes_of(self.points)
        mean = math.fsum(mass * math.exp(beta) for beta, mass in slopes)
        low, high = (_quantile(slopes, share) for share in (0.025, 0.975))
        return Estimate(mean, math.exp(low), math.exp(high))

    @property
    def shift(self) -> float:
        """Return the posterior mean of the shift a, in log odds: above 0 more happens."""
        return math.fsum(mass * a for a, _, mass in self.points)

    def chance(self, p: float) -> float:
        """Return what a stated chance comes to: the posterior mean of expit(a + b logit p).

        0 to 1; a stated 0 or 1 stays.

        Raises ValueError when p is outside [0, 1].
        """
        if not 0 <= p <= 1:
            raise ValueError(f"a chance is from 0 to 1, not {p}")
        if p in (0, 1):
            return float(p)
        x = _logit(p)
        return math.fsum(mass * _expit(a + math.exp(beta) * x) for a, beta, mass in self.points)

    def confidence(self, stated: float) -> float:
        """Return how often what is stated with a confidence comes: "you call it 92%, it comes 83%".

        The mean of what a chance of that confidence comes to, and of what one as far below 50%
        leaves: 0 to 1.

        Raises ValueError when the confidence is outside [.5, 1].
        """
        if not 0.5 <= stated <= 1:
            raise ValueError(f"a confidence is from .5 to 1, not {stated}")
        return (self.chance(stated) + 1 - self.chance(1 - stated)) / 2


def recalibration(cells: Cells) -> Recalibration | None:
    """Return the posterior of shift and slope; None where a stated 0 or 1 failed, or no other is.

    The weight of a row is that of its logarithm of the likelihood: rows of a family that weigh
    1 over their number count as one row. On a grid of 15 x 21 points, over 5 posterior standard
    deviations either way of the mode, the shifts conditional on the slopes. Partial answers
    count by their parts.

    Reference: Cox (1958), Biometrika 45:562.

    >>> from predtrack.scoring.cells import cells_of
    >>> fit = recalibration(cells_of([(0.9, k < 12, 1) for k in range(20)]))
    >>> round(fit.too_extreme, 2), round(fit.slope.mean, 2), round(fit.confidence(0.9), 2)
    (0.97, 0.54, 0.74)
    """
    inner = _inner(cells)
    if inner is None or not inner.p:
        return None
    sample = _Sample(coarser(inner, _MOST_CELLS))
    a, beta, aa, ab, bb = sample.mode()
    sd_a, sd_b = 1 / math.sqrt(aa), math.sqrt(aa / (aa * bb - ab * ab))
    points = []
    for row in range(_SLOPES):
        step = (10 * row / (_SLOPES - 1) - 5) * sd_b
        middle = a - ab / aa * step
        at = [middle + (10 * column / (_SHIFTS - 1) - 5) * sd_a for column in range(_SHIFTS)]
        likelihoods = sample.log_likelihoods(at, beta + step)
        points += [
            (shift, beta + step, likelihood + _log_prior(shift, beta + step))
            for shift, likelihood in zip(at, likelihoods, strict=True)
        ]
    top = max(weight for _, _, weight in points)
    total = math.fsum(math.exp(weight - top) for _, _, weight in points)
    return Recalibration(tuple((a, b, math.exp(weight - top) / total) for a, b, weight in points))


def log_e(cells: Cells) -> float:
    """Return the logarithm of the e-value against "every stated chance is right".

    e = sum over a fixed grid of the prior (15 x 21 points over three standard deviations) of
    its weight x the likelihood of what happened, recalibrated / as stated. From 0 to infinity
    (which a stated 0 or 1 that failed gives); were every chance right its mean would be 1, so
    that 20 or more, a logarithm of 3 in nats, is evidence however often one looks.

    Raises ValueError when rows are not independent: for families there is `log_e_over`.
    Reference: Arnold, Henzi and Ziegel (2021), arXiv 2109.11761.

    >>> from predtrack.scoring.cells import cells_of
    >>> rows = [(0.9, k < 12, 1) for k in range(20)]
    >>> round(log_e(cells_of(rows)), 2), log_e(cells_of([(0, 1, 1)]))
    (4.24, inf)
    """
    refuse_dependent(cells)
    inner = _inner(cells)
    if inner is None:
        return math.inf
    sample = _Sample(inner)
    stated = sample.log_likelihoods([0.0], 0.0)[0]
    shifts = [shift for shift, _, _ in _PRIOR_GRID[:_SHIFTS]]
    likelihoods: list[float] = []
    for _, beta, _ in _PRIOR_GRID[::_SHIFTS]:
        likelihoods += sample.log_likelihoods(shifts, beta)
    return _log_mean([likelihood - stated for likelihood in likelihoods])


def log_e_over(families: Families, p: Sequence[float], y: Sequence[float]) -> float:
    """Return what `log_e` gives where rows share families, each of which counts once.

    A family's factor is the mean over its rows of the likelihood ratio: at most 1 on average
    whatever binds them. A partial answer y weighs the two ratios by y and 1 - y.

    Raises ValueError when p or y is outside [0, 1].

    >>> from predtrack.scoring.families import families_of
    >>> alone = log_e_over(families_of(range(20)), [0.9] * 20, [k < 12 for k in range(20)])
    >>> twins = log_e_over(families_of("aabbccdd"), [0.9] * 8, [0] * 8)
    >>> four = log_e_over(families_of("abcd"), [0.9] * 4, [0] * 4)
    >>> round(alone, 2), round(twins - four, 9)
    (4.24, 0.0)
    """
    rows = list(zip(p, y, strict=True))
    if not all(0 <= chance <= 1 and 0 <= outcome <= 1 for chance, outcome in rows):
        raise ValueError("a likelihood ratio needs chances and outcomes from 0 to 1")
    if any(chance in (0, 1) and chance != outcome for chance, outcome in rows):
        return math.inf
    parts: dict[_Part, int] = {}
    places = [[parts.setdefault(part, len(parts)) for part in _parts(*row)] for row in rows]
    alike: Counter[_Family] = Counter((1, tuple(places[at])) for at in families.alone)
    for family in families.shared:
        of_family: list[int] = []
        for at in family:
            of_family += places[at]
        alike[len(family), tuple(sorted(of_family))] += 1
    ratios = [_ratios(part) for part in parts]
    logs = [0.0] * len(_PRIOR_GRID)
    for (size, some), count in alike.items():
        of_rows = zip(*(ratios[place] for place in some), strict=True)
        factors = ratios[some[0]] if len(some) == 1 else map(sum, of_rows)
        logs = [
            log + count * math.log(factor / size) for log, factor in zip(logs, factors, strict=True)
        ]
    return _log_mean(logs)


_Part = tuple[int, float, float]  # 1 for yes or -1 for no, the log odds of that, and a factor
_Family = tuple[int, tuple[int, ...]]  # how many rows, and where their parts stand


def _parts(p: float, y: float) -> list[_Part]:
    """Return the parts of a row: factor x expit(sign a + b log odds) is its likelihood ratio."""
    if p in (0, 1):  # and right: half a yes at even odds, half a no, are 1 whatever a and b
        p, y = 0.5, 0.5
    x = _logit(p)
    shares = [(1, x, y), (-1, -x, 1 - y)]
    return [(sign, odds, share / _expit(odds)) for sign, odds, share in shares if share > 0]


def _ratios(part: _Part) -> list[float]:
    """Return the likelihood ratio of a part of a row at each point of the prior's grid."""
    sign, odds, factor = part
    return [
        factor / (1 + math.exp(-sign * a - math.exp(beta) * odds)) for a, beta, _ in _PRIOR_GRID
    ]


def timidity_can_show(cells: Cells) -> bool:
    """Return whether the best outcome would bring the p of `exact.z_test` below .05.

    That is, every likely one came and no unlikely one: 2 x product of max(p, 1-p), over the
    rows not at 50%, is below .05. Where it is not, nobody can be seen to be too timid.

    Raises ValueError when rows are not independent.

    >>> from predtrack.scoring.cells import cells_of
    >>> [timidity_can_show(cells_of([(0.9, 1, 1)] * n)) for n in (35, 36)]
    [False, True]
    """
    return _can_fail(math.fsum(count * math.log1p(-q) for _, q, count, _ in sides(cells)))


def timidity_can_show_over(families: Families, p: Sequence[float]) -> bool:
    """Return what `timidity_can_show` gives where rows share families.

    The best outcome of a family is at most as likely as the least max(p, 1-p) of its rows, and
    so likely where all stand or fall together: 2 x the product of these, over the families with
    a row not at 50%, is below .05.

    >>> from predtrack.scoring.families import families_of
    >>> places = {n: families_of([k // 3 for k in range(3 * n)]) for n in (35, 36)}
    >>> [timidity_can_show_over(places[n], [0.02, 0.05, 0.1] * n) for n in places]
    [False, True]
    """
    places = [*([place] for place in families.alone), *families.shared]
    unlikely = [0.0 if abs(1 - 2 * chance) <= ALIKE else min(chance, 1 - chance) for chance in p]
    return _can_fail(
        math.fsum(math.log1p(-max(unlikely[place] for place in some)) for some in places)
    )


def _can_fail(log_chance: float) -> bool:
    """Return whether an outcome of such a chance is one that a test at 5% refuses."""
    return 2 * math.exp(log_chance) < SIZE - 1e-12


def median_confidence(cells: Cells) -> float | None:
    """Return the weighted median of max(p, 1-p), .5 to 1; None where there is nothing.

    >>> from predtrack.scoring.cells import cells_of
    >>> median_confidence(cells_of([(0.2, 0, 1), (0.7, 1, 1), (0.9, 1, 1)]))
    0.8
    """
    ordered = sorted((max(p, 1 - p), weight) for p, weight, _ in cells)
    reached = list(accumulate(weight for _, weight in ordered))
    return ordered[bisect_left(reached, reached[-1] / 2 - 1e-9)][0] if ordered else None


class _Sample:
    """Cells as Cox's model reads them: log odds, weights and what happened."""

    def __init__(self, cells: Cells) -> None:
        self.rows = [(_logit(p), weight, happened) for p, weight, happened in cells]
        # Each cell is read from its likelier side, where no power of its odds overflows.
        unlikely = [(x, w, h) for x, w, h in self.rows if x <= 0]
        likely = [(x, w, w - h) for x, w, h in self.rows if x > 0]
        self.halves = [(1, unlikely), (-1, likely)]
        signed = [(x, h) for x, _, h in unlikely] + [(x, -h) for x, _, h in likely]
        self.hits = math.fsum(h for _, h in signed)
        self.odds_of_hits = math.fsum(h * x for x, h in signed)

    def log_likelihoods(self, shifts: Sequence[float], beta: float) -> list[float]:
        """Return the logarithm of the likelihood at each shift, for one slope."""
        b, log1p = math.exp(beta), math.log1p
        results = [a * self.hits + b * self.odds_of_hits for a in shifts]
        for sign, half in self.halves:
            odds, weights = [math.exp(sign * b * x) for x, _, _ in half], [w for _, w, _ in half]
            for at, a in enumerate(shifts):
                factor = math.exp(sign * a)
                results[at] -= math.fsum(map(mul, weights, [log1p(factor * odd) for odd in odds]))
        return results

    def _slopes(self, a: float, beta: float) -> tuple[float, float, float, float, float, float]:
        """Return minus the log posterior's gradient, its expected Hessian, and what that lacks."""
        b = math.exp(beta)
        down_a, down_b = a / PRIOR**2, beta / PRIOR**2
        aa, ab, bb, rest = 1 / PRIOR**2, 0.0, 1 / PRIOR**2, 0.0
        for x, weight, happened in self.rows:
            q, bx = _expit(a + b * x), b * x
            gap, variance = weight * q - happened, weight * q * (1 - q)
            down_a += gap
            rest += gap * bx
            aa += variance
            ab += variance * bx
            bb += variance * bx * bx
        return down_a, down_b + rest, aa, ab, bb, rest

    def _height(self, a: float, beta: float) -> float:
        return self.log_likelihoods([a], beta)[0] + _log_prior(a, beta)

    def mode(self) -> tuple[float, float, float, float, float]:
        """Return the mode (a, log b) of the posterior and its Hessian (aa, ab, bb)."""
        a = beta = 0.0
        height = self._height(a, beta)
        for _ in range(50):
            down_a, down_b, aa, ab, bb, _ = self._slopes(a, beta)
            scale = aa * bb - ab * ab
            step_a, step_b = (
                (ab * down_b - bb * down_a) / scale,
                (ab * down_a - aa * down_b) / scale,
            )
            share = min(1.0, 1.0 / max(abs(step_a), abs(step_b), 1e-9))
            while (
                risen := self._height(a + share * step_a, beta + share * step_b)
            ) < height - 1e-12:
                share /= 2
                if share < 1e-6:
                    break
            a, beta, height = a + share * step_a, beta + share * step_b, max(risen, height)
            if abs(share * step_a) + abs(share * step_b) < 1e-6:
                break
        _, _, aa, ab, bb, rest = self._slopes(a, beta)
        return a, beta, aa, ab, bb + rest if aa * (bb + rest) > ab * ab * 1.01 else bb


def _inner(cells: Cells) -> Cells | None:
    """Return the cells strictly between 0 and 1; None where one at 0 or 1 failed."""
    for p, weight, happened in cells:
        failed = happened if p == 0 else weight - happened
        if p in (0, 1) and failed > 1e-12:
            return None
    columns = cells.p, cells.rows, cells.weight, cells.happened
    inner = [row for row in zip(*columns, strict=True) if 0 < row[0] < 1]
    stated, rows, weights, hits = zip(*inner, strict=True) if inner else ((), (), (), ())
    return Cells(stated, rows, weights, hits, cells.independent)


def _logit(p: float) -> float:
    return max(-60.0, min(60.0, math.log(p) - math.log1p(-p)))  # -60 is a chance of 1e-26


def _expit(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x > -700 else 0.0


def _log_prior(a: float, beta: float) -> float:
    return -(a * a + beta * beta) / (2 * PRIOR**2)


def _prior_grid() -> list[_Point]:
    shifts = [PRIOR * (6 * at / (_SHIFTS - 1) - 3) for at in range(_SHIFTS)]
    slopes = [PRIOR * (6 * at / (_SLOPES - 1) - 3) for at in range(_SLOPES)]
    points = [(a, beta, _log_prior(a, beta)) for beta in slopes for a in shifts]
    log_total = math.log(math.fsum(math.exp(weight) for _, _, weight in points))
    return [(a, beta, weight - log_total) for a, beta, weight in points]


_PRIOR_GRID = _prior_grid()


def _log_mean(logs: Sequence[float]) -> float:
    """Return the logarithm of the mean, over the prior's grid, of what has these logarithms."""
    weighed = [weight + log for (_, _, weight), log in zip(_PRIOR_GRID, logs, strict=True)]
    top = max(weighed)
    return top + math.log(math.fsum(math.exp(each - top) for each in weighed))


def _slopes_of(points: Sequence[_Point]) -> list[tuple[float, float]]:
    """Return each log b of a grid, ascending, with the mass of the shifts that belong to it."""
    rows = [points[at : at + _SHIFTS] for at in range(0, len(points), _SHIFTS)]
    return [(row[0][1], math.fsum(mass for _, _, mass in row)) for row in rows]


def _share_below(slopes: Sequence[tuple[float, float]], value: float) -> float:
    """Return the probability of log b below a value, its distribution interpolated linearly.

    Each mass lies evenly between the middles to its neighbours.
    """
    width = slopes[1][0] - slopes[0][0]
    return math.fsum(
        mass * min(1.0, max(0.0, (value - beta) / width + 0.5)) for beta, mass in slopes
    )


def _quantile(slopes: Sequence[tuple[float, float]], share: float) -> float:
    """Return the log b below which a share of the probability lies: `_share_below` inverted."""
    width = slopes[1][0] - slopes[0][0]
    below = 0.0
    for beta, mass in slopes:
        if below + mass >= share:
            return beta + width * ((share - below) / mass - 0.5)
        below += mass
    return slopes[-1][0] + width / 2

"""Find how far the log odds of families can be shifted until what happened is too far off.

The spread that is implied changes with the shift, so that the ends lie as lopsidedly as what may
happen: of twenty rows at 99% that all came, the mean may be far below and hardly above.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from predtrack.scoring.sums import root_of

Rows = tuple[tuple[float, float], ...]
"""The rows of a family: what each adds where it comes true, and its log odds."""

CERTAIN = 1e9  # log odds that no shift moves: what was stated at 0% or 100% stays

Spread = Callable[[Sequence[float], Sequence[float]], float]
"""From weights and chances of a family's rows, the variance of the mean of what they add."""


def nested_variance(_weights: Sequence[float], chances: Sequence[float]) -> float:
    """Return the variance of the mean of rows of which each holds whatever holds of a rarer one.

    (sum over i, j of min(p_i, p_j) - p_i p_j) / m^2, all weights being 1.

    >>> nested_variance([1], [0.5]), round(nested_variance([1, 1], [0.2, 0.4]), 4)
    (0.25, 0.16)
    """
    m = len(chances)
    if m == 1:
        return chances[0] * (1 - chances[0])
    together = math.fsum((2 * (m - k) - 1) * p for k, p in enumerate(sorted(chances)))
    return max(0.0, together - math.fsum(chances) ** 2) / m**2


def most_variance(weights: Sequence[float], chances: Sequence[float]) -> float:
    """Return the most that the variance of the mean of rows can be: of rows that move together.

    >>> most_variance([2.0], [0.5]), most_variance([1.0, 1.0], [0.5, 0.5])
    (1.0, 0.25)
    """
    spreads = [w * math.sqrt(p * (1 - p)) for w, p in zip(weights, chances, strict=True)]
    return (math.fsum(spreads) / len(spreads)) ** 2


class Shifted:
    """Families whose log odds are shifted by one d; families that are equal are computed once."""

    def __init__(self, families: Iterable[Rows], spread: Spread) -> None:
        alike = Counter(families)
        self.alone = [(count, *rows[0]) for rows, count in alike.items() if len(rows) == 1]
        self.shared = [
            (count, [w for w, _ in rows], [x for _, x in rows])
            for rows, count in alike.items()
            if len(rows) > 1
        ]
        self.spread = spread
        every = [(count / len(rows), row) for rows, count in alike.items() for row in rows]
        self.least = math.fsum(share * w for share, (w, x) in every if x >= CERTAIN)
        self.most = math.fsum(share * w for share, (w, x) in every if x > -CERTAIN)

    def moments(self, shift: float) -> tuple[float, float, float]:
        """Return mean and standard deviation of the sum over families, all log odds shifted.

        And how fast a further shift moves the mean.
        """
        mean = variance = steep = 0.0
        for count, weight, x in self.alone:
            chance = _expit(x + shift)
            moves = count * weight * chance * (1 - chance)
            mean += count * weight * chance
            steep += moves
            variance += weight * moves
        for count, weights, log_odds in self.shared:
            chances = [_expit(x + shift) for x in log_odds]
            terms = list(zip(weights, chances, strict=True))
            mean += count * sum([w * p for w, p in terms]) / len(terms)
            steep += count * sum([w * p * (1 - p) for w, p in terms]) / len(terms)
            variance += count * self.spread(weights, chances)
        return mean, math.sqrt(variance), steep

    def moves(self, seen: float, deviations: float) -> tuple[float, float]:
        """Return how far the mean sum can be moved, down and up, until `seen` is too far off.

        So many standard deviations, as implied there; without end where the least or the most
        that can happen was seen.
        """
        mean, spread, steep = self.moments(0.0)
        hair = 1e-9 * (self.most - self.least)
        low, high = self.least - mean, self.most - mean
        if spread and seen > self.least + hair:
            low = self._mean_at(seen, deviations, steep / spread) - mean
        if spread and seen < self.most - hair:
            high = self._mean_at(seen, -deviations, steep / spread) - mean
        return low, high

    def _mean_at(self, seen: float, deviations: float, steep: float) -> float:
        """Return the mean sum where `seen` lies so many standard deviations above it."""

        def gap(shift: float) -> float:
            mean, spread, _ = self.moments(shift)
            return (seen - mean) / max(spread, 1e-12) - deviations

        slope = max(steep, 0.05)
        start = min(8.0, max(-8.0, gap(0.0) / slope))
        return self.moments(root_of(gap, start, -slope, 1e-4))[0]


def _expit(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x > -700 else 0.0

"""Intervals for a rate and for a mean, and the exact test of a rate."""

from __future__ import annotations

import math
from collections.abc import Iterable

from predtrack.scoring.distributions import (
    LEAST_P,
    binomial_pmf,
    normal_quantile,
    t_quantile,
    upper_end,
)


def wilson(hits: float, n: float, level: float = 0.95) -> tuple[float, float]:
    """Return the Wilson interval (low, high) for a rate, from `hits` of `n`.

    The rates that a score test of size 1 - level would not reject:
    (k + z^2/2 -+ z sqrt(k (n-k) / n + z^2/4)) / (n + z^2). Within 0 and 1, and never of no
    width, not even for 0 of n. Hits and n may be weights: n is then what the interval rests on.

    Raises ValueError unless n is positive, 0 <= hits <= n, and 0 < level < 1.
    Reference: Wilson (1927), J. Am. Statist. Assoc. 22:209; Newcombe (1998), Statist. Med. 17:857.

    >>> [round(end, 4) for end in wilson(3, 3)]
    [0.4385, 1.0]
    """
    if not (n > 0 and 0 <= hits <= n):
        raise ValueError(f"an interval for a rate needs hits among some, not {hits} of {n}")
    z = normal_quantile(upper_end(level))
    middle, reach = hits + z * z / 2, z * math.sqrt(hits * (n - hits) / n + z * z / 4)
    low, high = (middle - reach) / (n + z * z), (middle + reach) / (n + z * z)
    # Rounding must not leave an end just outside of 0 to 1.
    return (max(0.0, low) if hits > 0 else 0.0), (min(1.0, high) if hits < n else 1.0)


def exact_binomial_p(hits: int, n: int, p: float) -> float:
    """Return the exact two-sided p-value of `hits` of `n` where each had the chance p.

    Twice the smaller tail, at most 1: as every exact p here, below .05 where an interval that
    leaves out 2.5% on either side leaves out p. From 0 to 1, small meaning that the chance p
    does not fit. 1 for n = 0.

    Raises ValueError unless 0 <= hits <= n and 0 <= p <= 1.
    Reference: Clopper and Pearson (1934), Biometrika 26:404.

    >>> round(exact_binomial_p(9, 10, 0.5), 9)
    0.021484375
    """
    if not (0 <= hits <= n and 0 <= p <= 1):
        raise ValueError(f"no test of a rate with {hits} of {n} at {p}")
    chances = binomial_pmf(n, p)
    smaller = min(math.fsum(chances[: hits + 1]), math.fsum(chances[hits:]))
    return min(1.0, max(LEAST_P, 2 * smaller))


def student_t_mean(values: Iterable[float], level: float = 0.95) -> tuple[float, float, float]:
    """Return the mean of some values and the ends of its Student t interval: (mean, low, high).

    mean -+ t sqrt(s^2 / n) with n - 1 degrees of freedom, in the unit of the values. The values
    are to be independent: give the means of families, not their rows.

    Raises ValueError for fewer than 3 values (two say nothing about their own spread), for one
    that is not finite, and when the level is not inside (0, 1).
    Reference: Student (1908), Biometrika 6:1.

    >>> [round(x, 4) for x in student_t_mean([1, 2, 3])]
    [2.0, -0.4841, 4.4841]
    """
    sample = list(values)
    n = len(sample)
    if n < 3:
        raise ValueError(f"an interval for a mean needs 3 values or more, not {n}")
    if not all(map(math.isfinite, sample)):
        raise ValueError("an interval for a mean needs finite values")
    mean = math.fsum(sample) / n
    gaps = [value - mean for value in sample]
    widest = max(map(abs, gaps)) or 1.0  # squares of great values overflow
    variance = math.fsum([(gap / widest) ** 2 for gap in gaps]) / (n - 1)
    reach = t_quantile(upper_end(level), n - 1) * math.sqrt(variance / n) * widest
    return mean, mean - reach, mean + reach

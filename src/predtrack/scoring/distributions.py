"""The distributions that intervals and tests need: normal, Student t, binomial, Poisson binomial.

Written out here because the standard library has no Student t, and because importing its normal
distribution takes longer than most reports.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import accumulate

LEAST_P = 1e-15
"""The least p of a test: what lies below is lost in the tails that are not carried on."""

_SUM_TO_DEGREES = 1_000
"""Up to here the Student t distribution is summed; beyond, its expansion is exact to 1e-11."""

_NEGLIGIBLE = 1e-30
"""Probabilities below it at the ends of a distribution are dropped; nobody prints such a p."""


def normal_cdf(x: float) -> float:
    """Return the probability that a standard normal variable is at most x, 0 to 1.

    >>> normal_cdf(0), round(normal_cdf(1.96), 6)
    (0.5, 0.975002)
    """
    return math.erfc(-x / math.sqrt(2)) / 2


def normal_quantile(level: float) -> float:
    """Return the value that a standard normal variable stays below with probability `level`.

    Accurate to 1e-12 for levels from 1e-9 to 1 - 1e-9. Raises ValueError outside (0, 1).

    >>> round(normal_quantile(0.975), 9)
    1.959963985
    """
    return _symmetric_quantile(normal_cdf, _normal_density, level)


def upper_end(level: float) -> float:
    """Return the level at which a central range of this level ends: each side has half the rest.

    Raises ValueError when the level is not inside (0, 1).

    >>> upper_end(0.95)
    0.975
    """
    if not 0 < level < 1:
        raise ValueError(f"a level is above 0 and below 1, not {level}")
    return (1 + level) / 2


@lru_cache(maxsize=64)  # one sample has several means, all of so many families
def t_quantile(level: float, degrees: int) -> float:
    """Return the value that a Student t variable stays below with probability `level`.

    Accurate to ten digits for levels from .0005 to .9995. Raises ValueError for a level outside
    (0, 1) or fewer than 1 degree of freedom.

    >>> round(t_quantile(0.975, 2), 9), round(t_quantile(0.975, 30), 9)
    (4.30265273, 2.042272456)
    """
    if degrees < 1:
        raise ValueError(f"a Student t distribution has 1 degree of freedom or more, not {degrees}")
    if degrees > _SUM_TO_DEGREES:
        return _expanded_t(normal_quantile(level), degrees)
    return _symmetric_quantile(lambda t: t_cdf(t, degrees), lambda t: _t_density(t, degrees), level)


def t_cdf(t: float, degrees: int) -> float:
    """Return the probability that a Student t variable of whole degrees of freedom is at most t.

    By the finite sums of Abramowitz and Stegun, 26.7.3 and 26.7.4: every term is positive, so
    that nothing cancels.

    >>> t_cdf(0, 5), round(t_cdf(1, 1), 12)
    (0.5, 0.75)
    """
    angle = math.atan(t / math.sqrt(degrees))
    odd = degrees % 2
    term = math.cos(angle) if odd else 1.0
    total = 0.0
    for k in range(1 + odd, degrees, 2):
        total += term
        term *= math.cos(angle) ** 2 * k / (k + 1)
    within = math.sin(angle) * total
    return 0.5 + ((angle + within) / math.pi if odd else within / 2)


def binomial_pmf(n: int, p: float) -> list[float]:
    """Return the probabilities of 0, 1, ..., n hits in n independent trials of chance p.

    >>> [round(x, 4) for x in binomial_pmf(2, 0.5)]
    [0.25, 0.5, 0.25]
    """
    return _binomial_masses(n, p, 0, n)


def binomial_window(n: int, p: float) -> tuple[int, list[float]]:
    """Return the distribution of hits in n trials where it is worth holding: its start, and on.

    What is left out at both ends has a probability below 1e-18, and the cost is about
    sqrt(n) in place of n: this is for drawing from cells of many rows.

    >>> first, pmf = binomial_window(1_000_000, 0.5)
    >>> first, len(pmf), round(math.fsum(pmf), 9)
    (495480, 9041, 1.0)
    """
    reach = 9 * math.sqrt(n * p * (1 - p)) + 20
    first, last = max(0, math.floor(n * p - reach)), min(n, math.ceil(n * p + reach))
    return first, _binomial_masses(n, p, first, last)


def poisson_binomial_pmf(chances: Iterable[float]) -> tuple[int, list[float]]:
    """Return the distribution of how many of several independent chances come true.

    Returned as the smallest number that is worth holding and the probabilities of it and of the
    numbers that follow: both ends are cut where they fall below 1e-30, which turns n^2 steps
    into about 12 n^1.5.

    Reference: Hong (2013), Comput. Statist. Data Anal. 59:41 (the direct convolution).

    >>> first, pmf = poisson_binomial_pmf([0.5, 0.2])
    >>> first, [round(x, 4) for x in pmf]
    (0, [0.4, 0.5, 0.1])
    """
    first, pmf = 0, [1.0]
    for p in chances:
        q = 1 - p
        pmf = [q * stay + p * rise for stay, rise in zip([*pmf, 0.0], [0.0, *pmf], strict=True)]
        while pmf[0] < _NEGLIGIBLE:
            del pmf[0]
            first += 1
        while pmf[-1] < _NEGLIGIBLE:
            del pmf[-1]
    return first, pmf


def _binomial_masses(n: int, p: float, first: int, last: int) -> list[float]:
    if p in (0, 1):  # no odds
        return [float(k == n * p) for k in range(first, last + 1)]
    # Outwards from the likeliest number, each by its ratio to the one before: differences of
    # logarithms of factorials would lose seven digits where n is a million.
    odds, likeliest = p / (1 - p), min(n, int((n + 1) * p))
    above = accumulate(
        range(likeliest, last), lambda mass, k: mass * (n - k) / (k + 1) * odds, initial=1.0
    )
    below = accumulate(
        range(likeliest, first, -1), lambda mass, k: mass * k / (n - k + 1) / odds, initial=1.0
    )
    masses = [*reversed(list(below)), *list(above)[1:]]
    total = math.fsum(masses)
    return [mass / total for mass in masses]


def _symmetric_quantile(
    cdf: Callable[[float], float], density: Callable[[float], float], level: float
) -> float:
    if not 0 < level < 1:
        raise ValueError(f"a level is above 0 and below 1, not {level}")
    if level > 0.5:  # near 0 there are more digits than near 1, and 1 - level is exact
        return -_symmetric_quantile(cdf, density, 1 - level)
    # Below its middle the distribution function is convex: Newton's steps from the middle
    # never pass the root, so the first step that does not fall is the end.
    x, step = 0.0, 1.0
    while step > 1e-14 * (1 - x):
        step = (cdf(x) - level) / density(x)
        x -= step
    return x


def _normal_density(x: float) -> float:
    return math.exp(-x * x / 2) / math.sqrt(2 * math.pi)


def _t_density(t: float, degrees: int) -> float:
    log_scale = math.lgamma((degrees + 1) / 2) - math.lgamma(degrees / 2)
    tail = (degrees + 1) / 2 * math.log1p(t * t / degrees)
    return math.exp(log_scale - tail) / math.sqrt(degrees * math.pi)


def _expanded_t(z: float, degrees: int) -> float:
    # Abramowitz and Stegun, 26.7.5.
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / degrees + second / degrees**2 + third / degrees**3

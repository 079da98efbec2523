"""Scores of a chance that something happens: lower is better.

`p` is the stated chance, `y` what happened: 1, 0, or a partial answer between them. A partial
answer counts as two rows, one that happened with weight y and one that did not with weight 1-y.
"""

from __future__ import annotations

import math


def brier(p: float, y: float) -> float:
    """Return the Brier score of one chance.

    (p - y)^2 for y in {0, 1}; y (1-p)^2 + (1-y) p^2 for a partial answer, which is the same at
    both ends. From 0 (best) to 1; .25 for a chance of one half. No unit. Note the scale: the
    score that sums over both outcomes runs from 0 to 2, and is `choice.brier2`.

    Raises ValueError when p or y is outside [0, 1].
    Reference: Brier (1950), Monthly Weather Review 78:1.

    >>> brier(0.9, 1), brier(0.9, 0)
    (0.009999999999999995, 0.81)
    >>> brier(0.5, 0.3)
    0.25
    """
    if not (0 <= p <= 1 and 0 <= y <= 1):  # here, not in a call: this runs once a cell
        raise _outside(p, y)
    return y * (1 - p) ** 2 + (1 - y) * p**2


def log_score(p: float, y: float) -> float:
    """Return the logarithmic score of one chance, in nats.

    -ln(p) if it happened, -ln(1-p) if not; a partial answer weighs the two. From 0 (best) to
    infinity, which is what a stated 0 or 1 that failed gets: nothing is clipped. What weighs
    nothing adds nothing, not even where its loss is infinite. Divide by ln 2 for bits.

    Raises ValueError when p or y is outside [0, 1].
    Reference: Good (1952), J. R. Statist. Soc. B 14:107.

    >>> round(log_score(0.481, 0), 7)
    0.6558514
    >>> log_score(0, 1), log_score(0, 0)
    (inf, 0.0)
    """
    if not (0 <= p <= 1 and 0 <= y <= 1):
        raise _outside(p, y)
    happened = y * _surprise(p) if y > 0 else 0.0
    return happened + ((1 - y) * _surprise(1 - p) if y < 1 else 0.0)


def _surprise(p: float) -> float:
    return -math.log(p) if p > 0 else math.inf


def _outside(p: float, y: float) -> ValueError:
    return ValueError(f"a chance and its outcome are from 0 to 1, not {p} and {y}")

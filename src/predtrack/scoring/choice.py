"""Scores of a choice among options: lower is better.

`probabilities` holds a chance for each of K options, in their order where they have one, and
`happened` is the index of the option that came true. The chances are used as stated: whether
they sum to 1 is checked where they are written down, not here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate


def brier2(probabilities: Sequence[float], happened: int) -> float:
    """Return the Brier score over all options of a choice.

    Sum over options of (p_k - o_k)^2, o_k being 1 for what happened and 0 elsewhere. From 0
    (best) to 2: with two options it is twice `binary.brier`. No unit.

    Raises ValueError when `happened` is no option or a chance is outside [0, 1].
    Reference: Brier (1950), Monthly Weather Review 78:1.

    >>> brier2([1, 0, 0], 0), brier2([1, 0, 0], 1)
    (0, 2)
    >>> round(brier2([0.5, 0.25, 0.25], 0), 4)
    0.375
    """
    _refuse_misfit(probabilities, happened)
    return sum((p - (k == happened)) ** 2 for k, p in enumerate(probabilities))


def rps(probabilities: Sequence[float], happened: int) -> float:
    """Return the ranked probability score of a choice whose options have an order.

    Sum over k < K of (F_k - O_k)^2, with F the running sum of the chances and O that of what
    happened, so that a near miss costs less than a far one. From 0 (best) to K-1. No unit.

    Raises ValueError when `happened` is no option or a chance is outside [0, 1].
    Reference: Epstein (1969), J. Appl. Meteorology 8:985.

    >>> round(rps([0.01, 0.32, 0.44, 0.23], 2), 4)
    0.1619
    """
    _refuse_misfit(probabilities, happened)
    running = list(accumulate(probabilities))[:-1]  # the last is 1 on both sides
    return sum((f - (k >= happened)) ** 2 for k, f in enumerate(running))


def rps_normalised(probabilities: Sequence[float], happened: int) -> float:
    """Return the ranked probability score divided by K-1, the number of borders between options.

    From 0 (best) to 1, so that questions with few and with many options compare. No unit.

    Raises ValueError as `rps` does, and when there are fewer than two options.
    Reference: Murphy (1971), J. Appl. Meteorology 10:155.

    >>> round(rps_normalised([0.1, 0.2, 0.3, 0.4], 3), 4)
    0.1533
    >>> rps_normalised([0, 0, 1], 0)
    1.0
    """
    if len(probabilities) < 2:
        raise ValueError("the ranked score per border needs two options or more")
    return rps(probabilities, happened) / (len(probabilities) - 1)


def log_score(probabilities: Sequence[float], happened: int) -> float:
    """Return the logarithmic score of a choice, in nats.

    -ln of the chance stated for what happened. From 0 (best) to infinity, which is what a
    stated 0 gets: nothing is clipped.

    Raises ValueError when `happened` is no option or a chance is outside [0, 1].
    Reference: Good (1952), J. R. Statist. Soc. B 14:107.

    >>> round(log_score([0.5, 0.25, 0.25], 1), 6)
    1.386294
    >>> log_score([1, 0], 1)
    inf
    """
    _refuse_misfit(probabilities, happened)
    stated = probabilities[happened]
    return 0.0 - math.log(stated) if stated > 0 else math.inf


def _refuse_misfit(probabilities: Sequence[float], happened: int) -> None:
    # A negative index would count from the end in silence.
    if not 0 <= happened < len(probabilities):
        raise ValueError(f"option {happened} is none of {len(probabilities)} options")
    if not all(0 <= p <= 1 for p in probabilities):
        raise ValueError("the chance of an option is from 0 to 1")

"""Measure the agreement of judges beyond what chance alone would give."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Sequence


def gwet_ac1(readings: Sequence[Sequence[Hashable]]) -> float | None:
    """Return Gwet's AC1 of the answers that several judges gave to each of some questions.

    (A - E) / (1 - E). A is the mean over questions of the share of pairs of judges that agree;
    E = sum of m (1 - m) over the Q answers that occur, divided by Q - 1, with m the mean over
    questions of an answer's share. At most 1 (all agree), 0 where they agree as often as chance
    would have it, no unit. Where a single answer occurs it is 1. None where no question has two
    answers or more; those with fewer are left out.

    Reference: Gwet (2008), Br. J. Math. Stat. Psychol. 61:29.

    >>> pairs = ["yy"] * 118 + ["yn"] * 5 + ["ny"] * 2
    >>> round(gwet_ac1(pairs), 3), gwet_ac1(["yy", "nn"]), gwet_ac1(["y", "n"])
    (0.941, 1.0, None)
    """
    counts = [Counter(answers) for answers in readings if len(answers) > 1]
    if not counts:
        return None
    answers = set().union(*counts)
    if len(answers) == 1:
        return 1.0
    agreement = math.fsum(map(_pairs_alike, counts)) / len(counts)
    chance = 0.0
    for answer in answers:
        middle = math.fsum(each[answer] / each.total() for each in counts) / len(counts)
        chance += middle * (1 - middle) / (len(answers) - 1)
    return (agreement - chance) / (1 - chance)


def _pairs_alike(answers: Counter[Hashable]) -> float:
    """Return the share of the pairs of judges who gave the same answer."""
    judges = answers.total()
    return sum(count * (count - 1) for count in answers.values()) / (judges * (judges - 1))

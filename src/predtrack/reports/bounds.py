"""Bound how far the predictions that are due without an outcome could move the figures."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from predtrack.reports.calibration import Row
from predtrack.scoring import binary
from predtrack.scoring.families import family_weights


class Bounds(NamedTuple):
    """What the figures could be, were the outcomes of what is missing entered."""

    missing: int  # chances due without an outcome
    came: tuple[float, float]  # the share that happened: were none of them to come, and were all
    brier: tuple[float, float] | None  # the mean score: each at its better outcome, at its worse


def bounds(rows: Sequence[Row], missing: Sequence[Row], *, pooled: bool = False) -> Bounds | None:
    """Return the bounds of the share that came and of the mean Brier score, 0 to 1.

    Every family counts once. None where nothing is missing; no score of pooled kinds. What the
    missing rows say of their outcome is not looked at.

    Reference: Manski (1990), Am. Econ. Rev. 80:319.
    """
    if not missing:
        return None
    every = [*rows, *missing]
    weights = family_weights([row.family for row in every])
    total = math.fsum(weights)
    there, lacking = weights[: len(rows)], weights[len(rows) :]
    happened = math.fsum(w * row.y for w, row in zip(there, rows, strict=True))
    open_weight = math.fsum(lacking)
    low, high = happened / total, min(1.0, (happened + open_weight) / total)
    if pooled:
        return Bounds(len(missing), (low, high), None)
    loss = math.fsum(w * binary.brier(row.p, row.y) for w, row in zip(there, rows, strict=True))
    ends = [sorted((row.p**2, (1 - row.p) ** 2)) for row in missing]
    better, worse = (
        (loss + math.fsum(w * end[at] for w, end in zip(lacking, ends, strict=True))) / total
        for at in (0, 1)
    )
    return Bounds(len(missing), (low, high), (better, worse))

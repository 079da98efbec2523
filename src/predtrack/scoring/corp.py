"""Split a score into miscalibration, discrimination and uncertainty: the CORP decomposition.

Consistent, optimally binned, reproducible, by pool-adjacent-violators: the recalibrated curve is
the isotonic regression of what happened on what was stated. The cells have pooled equal chances
already; without that, ties give a wrong figure.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from predtrack.scoring.binary import brier
from predtrack.scoring.cells import Cells, mean_loss, refuse_empty


@dataclass(frozen=True, slots=True)
class Decomposition:
    """A mean score and its parts: score = mcb - dsc + unc."""

    score: float
    mcb: float  # miscalibration: lower is better, from 0
    dsc: float  # discrimination: higher is better, from 0
    unc: float  # uncertainty: the score of the base rate; no merit and no fault


def decomposition(cells: Cells, loss: Callable[[float, float], float] = brier) -> Decomposition:
    """Return the mean score, split into miscalibration, discrimination and uncertainty.

    With S the mean loss of the stated chances, C that of the recalibrated ones and U that of
    the base rate: mcb = S - C, dsc = U - C, unc = U, so that S = mcb - dsc + unc. No part is
    negative. These are not Murphy's reliability and resolution, which are other figures. Units
    and scale are the loss's, by default the Brier score of 0 to 1; with `binary.log_score`,
    nats, and an infinite score has an infinite mcb.

    In a small sample mcb is well above 0 for a perfect forecaster: `consistency.mcb_null`.

    Raises ValueError when there is nothing.
    Reference: Dimitriadis, Gneiting and Jordan (2021), PNAS 118:e2016191118.

    >>> from predtrack.scoring.cells import cells_of
    >>> rows = zip([0.4, 0.3, 0.2, 0.1, 0.5, 0.9], [0, 0, 0, 1, 1, 1], [1] * 6)
    >>> parts = decomposition(cells_of(rows))
    >>> [round(part, 7) for part in (parts.score, parts.mcb, parts.dsc, parts.unc)]
    [0.2266667, 0.1016667, 0.125, 0.25]
    """
    refuse_empty(cells)
    score, base_rate = mean_loss(cells, loss), cells.base_rate
    # Over a pooled block the loss is that of its own share, the loss being linear.
    curve = zip(recalibrated(cells), cells.weight, strict=True)
    best = math.fsum(w * loss(r, r) for r, w in curve) / cells.total
    uncertainty = loss(base_rate, base_rate)
    # Rounding must not leave a part just below 0.
    mcb, dsc = max(0.0, score - best), max(0.0, uncertainty - best)
    return Decomposition(score, mcb, dsc, uncertainty)


def recalibrated(cells: Cells) -> tuple[float, ...]:
    """Return the recalibrated chance of each cell, in the order of the cells: it never falls.

    What each stated chance should have been, by hindsight: the reliability curve. From 0 to 1.

    >>> from predtrack.scoring.cells import cells_of
    >>> recalibrated(cells_of([(0.2, 1, 1), (0.3, 0, 1), (0.9, 1, 1)]))
    (0.5, 0.5, 1.0)
    """
    return tuple(isotonic(cells.happened, cells.weight))


def isotonic(happened: Sequence[float], weight: Sequence[float]) -> list[float]:
    """Return the rising shares nearest to happened / weight, in weighted squares.

    By pool-adjacent-violators: neighbours that do not rise are pooled until all do. In time
    proportional to the length.

    Reference: Ayer et al. (1955), Ann. Math. Statist. 26:641.

    >>> isotonic([1, 0, 2], [1, 1, 2])
    [0.5, 0.5, 1.0]
    """
    blocks: list[tuple[float, float, int]] = []
    for h, w in zip(happened, weight, strict=True):
        hits, mass, size = h, w, 1
        # Cross-multiplied, so that equal shares are found equal.
        while blocks and blocks[-1][0] * mass >= hits * blocks[-1][1]:
            below = blocks.pop()
            hits, mass, size = below[0] + hits, below[1] + mass, below[2] + size
        blocks.append((hits, mass, size))
    shares: list[float] = []
    for hits, mass, size in blocks:
        shares += [hits / mass] * size
    return shares

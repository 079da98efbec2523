"""Compare a score with that of a reference: differences first; higher is better."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable

from predtrack.scoring.families import FamilyMean, family_mean


def paired_difference(
    rows: Iterable[tuple[Hashable, float, float]], level: float = 0.95
) -> FamilyMean:
    """Return the mean of reference loss minus own loss, with a t interval over families.

    From (family, own loss, reference loss) for what both have forecast. Above 0: better than
    the reference. In the unit of the loss. Fewer than 3 families: no interval.

    Raises ValueError when there is nothing, or a loss is infinite: leave those out and say so.

    >>> round(paired_difference([("a", 0.1, 0.25), ("b", 0.2, 0.25)]).mean, 4)
    0.1
    """
    pairs = list(rows)
    if not all(math.isfinite(own) and math.isfinite(other) for _, own, other in pairs):
        raise ValueError("the difference of two losses needs both to be finite")
    return family_mean(((family, other - own) for family, own, other in pairs), level)


def skill(own: float, reference: float) -> float | None:
    """Return the share of the reference's mean loss that is saved; None where that loss is 0.

    1 - own / reference: 1 is perfect, 0 no better than the reference, and without a lower
    bound. No unit. Below 20 forecasts the ratio is too unsteady to be shown.

    Reference: Murphy (1988), Monthly Weather Review 116:2417.

    >>> round(skill(95 / 2803, 51 * 2752 / 2803**2), 4)  # Finley's tornadoes, 96.6% right
    -0.8973
    >>> skill(0, 0)
    """
    return 1 - own / reference if reference > 0 else None

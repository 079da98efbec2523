"""Skill: a score beside that of a reference. Differences first; higher is better."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence

from predtrack.scoring.families import FamilyMean, family_mean, family_weights


def paired_difference(
    rows: Iterable[tuple[Hashable, float, float]], level: float = 0.95
) -> FamilyMean:
    """The mean of reference loss minus own loss, with a Student t interval over families.

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
    """The share of the reference's mean loss that is saved; None where the reference has none.

    1 - own / reference: 1 is perfect, 0 no better than the reference, and without a lower
    bound. No unit. Below 20 forecasts the ratio is too unsteady to be shown.

    Reference: Murphy (1988), Monthly Weather Review 116:2417.

    >>> round(skill(95 / 2803, 51 * 2752 / 2803**2), 4)  # Finley's tornadoes, 96.6% right
    -0.8973
    >>> skill(0, 0)
    """
    return 1 - own / reference if reference > 0 else None


def leave_one_out(outcomes: Sequence[float], families: Sequence[Hashable]) -> list[float]:
    """For each row, the share that happened in all families but its own, 0 to 1.

    The sample's base rate as a reference that has not seen the row's own family. It has still
    seen all others, and is to be labelled "hindsight". Each family counts once.

    Raises ValueError when there are fewer than 2 families.

    >>> leave_one_out([1, 0, 0], ["a", "b", "c"])
    [0.0, 0.5, 0.5]
    """
    weights, happened = family_weights(families), defaultdict[Hashable, float](float)
    for outcome, family, weight in zip(outcomes, families, weights, strict=True):
        happened[family] += weight * outcome
    if len(happened) < 2:
        raise ValueError("a base rate without one's own family needs 2 families or more")
    total = math.fsum(happened.values())
    others = len(happened) - 1
    # Rounding must not leave a rate just outside of 0 to 1.
    rest = {
        family: min(1.0, max(0.0, (total - hits) / others)) for family, hits in happened.items()
    }
    return [rest[family] for family in families]

"""Compute figures of chances pooled across kinds that hold whichever way ties fall.

A whole number that equals a stated quantile, or an end of an interval, is half a hit: what is
shown counts it so, and every test and interval is the weaker of two, with all ties a hit and with
all a miss. A sentence made from them so holds in both cases.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from predtrack.reports import calibration
from predtrack.reports.calibration import Direction, Figures, Sample, sample

SHOWN = frozenset(
    {
        *("base_rate", "sum_p", "sum_y", "hits", "mean_diff", "one_sided"),
        *("bins", "levels", "log_infinite"),
        "timidity_can_show",  # of what was stated alone: no tie moves it
    }
)
"""The figures that count ties half; bins take their intervals from both cases."""

MERGED = frozenset(
    {
        *("sum_p_value", "sum_p_exact", "diff_low", "diff_high"),
        *("family_z", "direction", "e_value"),
    }
)
"""The figures that are the weaker of both cases."""


def figures(half: Sample, *, in_full: bool = True) -> tuple[Figures, dict[str, str]]:
    """Return the figures of chances pooled across kinds, where ties are half a hit.

    What `calibration.figures` gives where there is no tie.
    """
    middle, why_half = calibration.figures(half, pooled=True, in_full=in_full)
    if not any(row.tied for row in half.rows):
        return middle, why_half
    (hits, why_hits), (misses, why_misses) = (
        calibration.figures(_decided(half, y), pooled=True, in_full=in_full) for y in (1.0, 0.0)
    )
    withheld = {name: why for name, why in why_half.items() if name not in MERGED}
    withheld |= {name: why for name, why in (why_hits | why_misses).items() if name in MERGED}
    weaker: dict[str, Any] = dict.fromkeys(MERGED)
    weaker |= {
        name: value for name, value in _weaker(middle, hits, misses).items() if name not in withheld
    }
    return replace(middle, **weaker), withheld


def _decided(half: Sample, y: float) -> Sample:
    """Return the sample with every tie a hit, or every tie a miss."""
    return sample(row._replace(y=y) if row.tied else row for row in half.rows)


def _weaker(middle: Figures, hits: Figures, misses: Figures) -> dict[str, Any]:
    """Return the tests and intervals that hold with every tie a hit and with every tie a miss."""
    both = hits, misses
    return {
        "diff_low": misses.diff_low,  # the more ties are hits, the more came
        "diff_high": hits.diff_high,
        "sum_p_value": weaker_p(*(_signed_p(each) for each in both)),
        "sum_p_exact": hits.sum_p_exact and misses.sum_p_exact,
        "family_z": _nearer(0.0, hits.family_z or 0.0, misses.family_z or 0.0),
        "direction": _direction(middle.direction, hits.direction, misses.direction),
        "e_value": min((each.e_value for each in both if each.e_value is not None), default=None),
        "bins": tuple(
            half._replace(low=lowest.low, high=highest.high)
            for half, highest, lowest in zip(middle.bins, hits.bins, misses.bins, strict=True)
        ),
    }


def weaker_p(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the p of two tests, each (p, side), that both allow: 1 where they name two sides.

    >>> weaker_p((0.01, 2.0), (0.2, 0.5)), weaker_p((0.01, 2.0), (0.01, -3.0))
    (0.2, 1.0)
    """
    (p, side), (q, opposite) = one, other
    return 1.0 if side * opposite < 0 else max(p, q)


def _signed_p(case: Figures) -> tuple[float, float]:
    """Return the p of the sum test, and how much more came than was stated."""
    p = 1.0 if case.sum_p_value is None else case.sum_p_value
    return p, (case.sum_y or 0.0) - (case.sum_p or 0.0)


def _direction(
    half: Direction | None, hits: Direction | None, misses: Direction | None
) -> Direction | None:
    """Return the size with ties half a hit, and no more sure of its side than either case is."""
    if half is None or hits is None or misses is None:
        return None
    every = half, hits, misses
    return half._replace(
        low=min(each.low for each in every),
        high=max(each.high for each in every),
        p_extreme=_nearer(0.5, hits.p_extreme, misses.p_extreme),
    )


def _nearer(middle: float, one: float, other: float) -> float:
    """Return the figure that is nearer to a middle; the middle, where it lies between both."""
    if (one - middle) * (other - middle) <= 0:
        return middle
    return min(one, other, key=lambda figure: abs(figure - middle))

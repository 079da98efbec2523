"""Compute how often things had come true by the day of a forecast: a fair reference for it.

Only what was scheduled before that day tells: of the rest, what was decided early is mostly what
happened, since what does not happen is known at its deadline.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from predtrack.dates import day_of
from predtrack.records.prediction import Forecast, Prediction
from predtrack.reports.listing import Row, heads

ENOUGH = 10  # families of a tag, from which on its own rate tells more than that of all
ALL = ""


class BaseRate(NamedTuple):
    """A rate known beforehand: (1 + yes) / (2 + n) over n families."""

    rate: float
    families: int
    tag: str  # ALL, or the tag whose predictions it is over


class _Ended(NamedTuple):
    """The predictions of one tag in the order of their scheduled days, one a family."""

    days: list[str]
    true: list[float]  # how many of the first of them came true


class BaseRates:
    """The rates of the binary predictions of a folder, as known on any earlier day."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows = rows

    def before(self, prediction: Prediction, forecast: Forecast) -> BaseRate | None:
        """Return the rate known when a forecast was made; None where nothing had come due.

        It is that of the rarest of the prediction's tags with ten families, else that of all.
        """
        day = day_of(forecast.made).isoformat()
        counts = [(self._count(tag, day), tag) for tag in prediction.tags]
        n, tag = min([each for each in counts if each[0] >= ENOUGH], default=(0, ALL))
        n = n or self._count(ALL, day)
        if n == 0:
            return None
        return BaseRate((1 + self._ended[tag].true[n - 1]) / (2 + n), n, tag)

    def _count(self, tag: str, day: str) -> int:
        ended = self._ended.get(tag)
        return 0 if ended is None else bisect_left(ended.days, day)

    @cached_property
    def _ended(self) -> dict[str, _Ended]:
        first: defaultdict[str, dict[str, tuple[str, float]]] = defaultdict(dict)
        for day, family, share, tags in sorted(_resolved(self.rows)):
            for tag in (ALL, *tags):
                first[tag].setdefault(family, (day, share))
        return {
            tag: _Ended(
                [day for day, _ in families.values()],
                list(accumulate(share for _, share in families.values())),
            )
            for tag, families in first.items()
        }


NO_RATES = BaseRates(())


def _resolved(rows: Iterable[Row]) -> Iterable[tuple[str, str, float, list[str]]]:
    """Yield the scheduled day, family, share that came and tags of each resolved binary record."""
    shares = {"yes": 1.0, "no": 0.0}
    for row, head in heads([each for each in rows if each.status == "resolved"]):
        kind, answer, _, family, tags, *_ = head
        if kind == "binary" and row.deadline is not None:
            share = answer if isinstance(answer, float | int) else shares[str(answer)]
            yield row.deadline, family or row.id, float(share), tags

"""Place the points of a cdf: edges of bins on a linear or a logarithmic scale, or as days."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

from predtrack.errors import Misread
from predtrack.importers.metaculus.question import Question

DAY = 86_400
_FIRST = date(1970, 1, 1)
_STRAIGHT = 1e-9  # of the range: so near the middle is the middle


def edges(question: Question, count: int) -> tuple[float, ...]:
    """Return the places of so many points: as they are stated, else evenly on the scale."""
    stated = question.grid
    if len(stated) == count and question.kind != "date":
        return _rising(stated)
    low, high = question.low, question.high
    if low is None or high is None:
        raise Misread("value", "the question has no bounds", "its cdf stands at no known place")
    ratio = _ratio(question, low, high)
    places = [_place(low, high, ratio, step / (count - 1)) for step in range(1, count - 1)]
    return _rising((low, *places, high))


def is_log(places: Sequence[float]) -> bool:
    """Return whether the bins grow from one side to the other."""
    middle = (places[(len(places) - 1) // 2] + places[len(places) // 2]) / 2
    low, high = places[0], places[-1]
    return abs((middle - low) / (high - low) - 0.5) > 1 / len(places)


def _ratio(question: Question, low: float, high: float) -> float:
    """Return how much longer the last of infinitely many bins is than the first; 1 if alike."""
    zero = question.zero_point
    if zero is not None:
        if zero == low or (high - zero) / (low - zero) <= 0:
            raise Misread("value", "the zero point of the scale lies in it", "download it again")
        return (high - zero) / (low - zero)
    stated = question.grid
    if len(stated) < 3 or len(stated) % 2 == 0 or high <= low:
        return 1.0
    share = (stated[len(stated) // 2] - low) / (high - low)
    within = 2 * DAY / (high - low) if question.kind == "date" else _STRAIGHT
    is_even = abs(share - 0.5) <= within or not _STRAIGHT < share < 1 - _STRAIGHT
    return 1.0 if is_even else (1 / share - 1) ** 2


def _place(low: float, high: float, ratio: float, share: float) -> float:
    curved = share if ratio == 1 else (ratio**share - 1) / (ratio - 1)
    return low + (high - low) * curved


def _rising(places: Sequence[float]) -> tuple[float, ...]:
    if any(after <= before for before, after in pairwise(places)):
        raise Misread("order", "the places of its cdf do not rise", "download it again")
    return tuple(places)


def by_day(places: Sequence[float], cdf: Sequence[float]) -> list[tuple[date, float]]:
    """Return the chance that it has happened by the end of each day with a place or an end.

    Between two places the chance grows evenly, as the platform takes it. Places are Unix seconds.
    """
    chances: dict[date, float] = {}
    least = 0.0
    for place in places:
        ends = place // DAY * DAY
        if ends >= places[0]:
            least = max(least, _at(ends, places, cdf))
            chances[day_of(ends - DAY)] = least
    if not chances:
        raise Misread("value", "its range holds no whole day", "a forecast is made of days here")
    return list(chances.items())


def _at(time: float, places: Sequence[float], cdf: Sequence[float]) -> float:
    after = bisect_right(places, time)
    if after == len(places):
        return cdf[-1]
    begins, ends = places[after - 1], places[after]
    share = (time - begins) / (ends - begins)
    return cdf[after - 1] + share * (cdf[after] - cdf[after - 1])


def day_of(time: float) -> date:
    """Return the day in UTC of a time in Unix seconds."""
    try:
        return _FIRST + timedelta(time // DAY)
    except OverflowError:
        raise Misread("date", "a day of its range is out of range", "download it again") from None

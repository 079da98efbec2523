"""Find the zone that a name means, as people write it.

Zones come from the data of the system, and where it has none from those that dateutil brings.
"""

from __future__ import annotations

import re
import warnings
import zoneinfo
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from operator import itemgetter

from predtrack.errors import Misread, near, shortened

MOST_HOURS = 14  # no zone lies further from UTC
WAYS = "write a name such as Asia/Tokyo, UTC, or an offset such as +02:00"

_OFFSET = re.compile(r"(?:UTC)?([+-])(\d{1,2})(?::?(\d{2}))?", re.ASCII | re.IGNORECASE)


def zone(text: str) -> tzinfo:
    """Return the zone that a name or an offset means.

    >>> zone("+02:00"), zone("utc")
    (datetime.timezone(datetime.timedelta(seconds=7200)), datetime.timezone.utc)
    """
    name = text.strip()
    if name.upper() in {"UTC", "Z"}:
        return UTC
    if match := _OFFSET.fullmatch(name):
        return _offset(match, name)
    named = _of_system(name) or _bundled().get(name)
    if named is None:
        raise Misread("zone", f'"{shortened(name)}" is no zone', f"{_hint(name)}{WAYS}")
    return named


def _offset(match: re.Match[str], name: str) -> tzinfo:
    hours, minutes = int(match[2]), int(match[3] or 0)
    if minutes > 59 or hours * 60 + minutes > MOST_HOURS * 60:
        message = f'no zone has the offset "{name}"'
        raise Misread("zone", message, f"offsets lie between -{MOST_HOURS}:00 and +{MOST_HOURS}:00")
    return timezone(timedelta(hours=hours, minutes=minutes) * (-1 if match[1] == "-" else 1))


def _of_system(name: str) -> tzinfo | None:
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _bundled() -> dict[str, tzinfo]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a later dateutil takes its zones from elsewhere
        from dateutil.zoneinfo import get_zonefile_instance

    return dict(get_zonefile_instance().zones)


def _hint(name: str) -> str:
    """Return a question that offers the zone that was probably meant, or nothing."""
    names = sorted(zoneinfo.available_timezones() | _bundled().keys())
    last = name.lower().replace(" ", "_")
    cities = [each for each in names if each.lower().rpartition("/")[2] == last]
    offer = f'did you mean "{cities[0]}"?' if cities else near(name, names)
    return f"{offer} " if offer else ""


class OffsetsOf(tzinfo):
    """The zone of some instants, as far as they tell it: at each time the offset of the nearest.

    >>> zone = OffsetsOf([datetime(2026, 7, 1, 11, tzinfo=timezone(timedelta(hours=9)))])
    >>> datetime(2026, 7, 1, 3, tzinfo=UTC).astimezone(zone).isoformat()
    '2026-07-01T12:00:00+09:00'
    """

    def __init__(self, instants: Iterable[datetime]) -> None:
        """Take the instants, at least one, each with its offset."""
        clocks = [(each.replace(tzinfo=None), each.utcoffset() or timedelta()) for each in instants]
        self._clocks = sorted(clocks)
        self._instants = sorted((clock - offset, offset) for clock, offset in clocks)

    def fromutc(self, when: datetime, /) -> datetime:
        """Return an instant with the offset of the nearest."""
        offset = _nearest(self._instants, when.replace(tzinfo=None))
        return when.replace(tzinfo=UTC).astimezone(timezone(offset))

    def utcoffset(self, when: datetime | None, /) -> timedelta | None:
        """Return the offset of the nearest instant by the clock."""
        return None if when is None else _nearest(self._clocks, when.replace(tzinfo=None))

    def dst(self, _when: datetime | None, /) -> None:
        """Return nothing: whether it is summer is not known."""

    def tzname(self, _when: datetime | None, /) -> str:
        """Return what the zone is called: nothing, it has no name."""
        return ""


def _nearest(pairs: Sequence[tuple[datetime, timedelta]], when: datetime) -> timedelta:
    """Return the offset that stands beside the nearest of some times in their order."""
    at = bisect_left(pairs, when, key=itemgetter(0))
    return min(pairs[max(at - 1, 0) : at + 1], key=lambda pair: abs(pair[0] - when))[1]

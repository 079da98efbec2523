"""The name of a zone, as people write it -> the zone.

Zones come from the data of the system, and where it has none from those that dateutil brings.
"""

from __future__ import annotations

import re
import warnings
import zoneinfo
from datetime import UTC, timedelta, timezone, tzinfo

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
    named = _of_system(name) or _of_dateutil(name)
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


def _of_dateutil(name: str) -> tzinfo | None:
    named: tzinfo | None = _bundled().get(name)
    return named


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

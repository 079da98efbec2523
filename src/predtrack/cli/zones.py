"""Find the zone of days and times: as an option names it, else the local one."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, tzinfo

from predtrack.errors import Misread, UsageError

OPTION = "--tz"
LINK = "/etc/localtime"


def zone(text: str | None) -> tzinfo | None:
    """Return the zone that the option names; None is the local one."""
    from predtrack.importers import zones

    if text is None:
        return None
    try:
        return zones.zone(text)
    except Misread as error:
        raise UsageError(f"{OPTION}: {error.message}; {error.remedy}") from None


def name(text: str | None, day: date) -> str:
    """Return what people call the zone that the option names; of the local one as of a day."""
    if text is None:
        return f"{_local_name(day)}, the local zone ({OPTION} names another)"
    return "UTC" if text.strip().upper() in {"UTC", "Z"} else text.strip()


def _local_name(day: date) -> str:
    """Return the name of the local zone, where one is set up and means it, else its offset."""
    from predtrack.importers import zones

    try:
        named = _set_up()
        zone = zones.zone(named)
        if all(_offset(when, zone) == _offset(when, None) for when in _seasons(day)):
            return named
    except Misread:  # TZ may hold rules instead of a name
        pass
    return f"UTC{_offset(datetime(day.year, day.month, day.day, tzinfo=UTC), None)}"


def _set_up() -> str:
    """Return the name of the zone that TZ or the system names, or nothing."""
    named = os.environ.get("TZ")
    if named is None:
        named = os.path.realpath(LINK) if os.path.islink(LINK) else ""
    elif named == "":
        return "UTC"
    return named.lstrip(":").rpartition("zoneinfo/")[2]


def _seasons(day: date) -> list[datetime]:
    return [datetime(day.year, month, 1, tzinfo=UTC) for month in (1, 4, 7, 10)]


def _offset(when: datetime, zone: tzinfo | None) -> str:
    return when.astimezone(zone).isoformat()[-6:]

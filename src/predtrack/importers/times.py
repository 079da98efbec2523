"""Read the times of an export, in every spelling of a platform, as days and instants of a zone.

An instant is written in a record with the offset that the zone has then, so that its day is the
day that people of that zone had. A day is no instant, and stays as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal

from predtrack import dates
from predtrack.errors import Misread, shortened
from predtrack.importers import fields

_TIME = re.compile(
    r"(\d{4})-(\d\d?)-(\d\d?)[T ](\d\d?):(\d\d?)(?::(\d\d?)(?:[.,](\d+))?)?"
    r" ?(Z|UTC|GMT|[+-]\d\d(?::?\d\d(?::?\d\d)?)?)?",
    re.ASCII | re.IGNORECASE,
)
_COUNT = re.compile(r"\d{1,20}(?:\.\d{0,20})?", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND, _MILLISECOND = 1_000_000, 1_000  # microseconds
_SECONDS, _MILLISECONDS = 10**9, 10**11  # from which number on a count is one of these
_TOO_MANY = 10**14


@dataclass(frozen=True, slots=True)
class Times:
    """Reads times as moments of a zone; None is the zone of the computer.

    Times that say no zone are in UTC, or with `own_clock` in the zone itself.
    """

    zone: tzinfo | None = None
    own_clock: bool = False

    def instant(self, value: object, name: str) -> str | None:
        """Return the day or instant that a text names, or a count of seconds or milliseconds.

        >>> Times(UTC).instant("2024-03-01 10:05:7", "created")
        '2024-03-01T10:05:07Z'
        >>> Times(timezone(timedelta(hours=9))).instant(1700000000, "created")
        '2023-11-15T07:13:20+09:00'
        """
        return self._text(read(value, name), name)

    def seconds(self, value: object, name: str) -> str | None:
        """Return the instant so many seconds after the beginning of 1970 in UTC, or of a text.

        >>> Times(UTC).seconds(1700000000.25, "created")
        '2023-11-14T22:13:20.250000Z'
        """
        return self._text(_counted(value, name, _SECOND), name)

    def milliseconds(self, value: object, name: str) -> str | None:
        """Return the instant so many milliseconds after the beginning of 1970, or of a text.

        >>> Times(UTC).milliseconds("1700000000250", "created")
        '2023-11-14T22:13:20.250000Z'
        """
        return self._text(_counted(value, name, _MILLISECOND), name)

    def day(self, value: object, name: str) -> str | None:
        """Return the day, in the zone, of what `instant` reads."""
        return fields.day(self.instant(value, name))

    def _text(self, when: date | datetime | None, name: str) -> str | None:
        if when is None:
            return None
        text = dates.text_of(self._local(when, name) if isinstance(when, datetime) else when)
        _refuse_other_years(text, name)
        return text

    def _local(self, when: datetime, name: str) -> datetime:
        """Return an instant with the offset of the zone, in whole minutes as records have it."""
        try:
            instant = self._zoned(when).astimezone(UTC)
            local = instant.astimezone(self.zone)
            offset = local.utcoffset() or timedelta()
            minutes = timedelta(minutes=round(offset / timedelta(minutes=1)))
            return local if minutes == offset else instant.astimezone(timezone(minutes))
        except (OverflowError, ValueError, OSError):
            raise _out_of_range(name) from None

    def _zoned(self, when: datetime) -> datetime:
        if when.tzinfo is not None or (self.own_clock and self.zone is None):
            return when  # without a zone it is taken for one of the computer's
        return when.replace(tzinfo=self.zone if self.own_clock else UTC)


def read(value: object, name: str) -> date | datetime | None:
    """Return the day or instant of a value; the instant has the offset that is written, or none.

    Whether a count is of seconds or of milliseconds goes by its size.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _by_size(value, name)
    text = fields.text(value, name)
    if text is None:
        return None
    if _COUNT.fullmatch(text):
        return _by_size(Decimal(text), name)
    match = _TIME.fullmatch(text)
    try:
        return dates.day(text) if match is None else _instant(match, text)
    except Misread as error:
        raise Misread("date", f"{name}: {error.message}", error.remedy) from None


def has_zone(value: str) -> bool:
    """Return whether a text that names an instant says in which zone; a day needs none."""
    match = _TIME.fullmatch(value.strip())
    return match is None or match[8] is not None


def is_time(value: str) -> bool:
    """Return whether a text is written as an instant, or as a count of seconds since 1970."""
    text = value.strip()
    return bool(_TIME.fullmatch(text)) or bool(_COUNT.fullmatch(text) and len(text) > 9)


def stamp(value: object, name: str) -> str | None:
    """Return the text that ids are made of: the same in whichever zone a file is imported.

    >>> stamp("2024-03-01 10:05:7", "created"), stamp("2024-03-01T10:05:07+02:00", "created")
    ('2024-03-01T10:05:07Z', '2024-03-01T10:05:07+02:00')
    """
    when = read(value, name)
    if when is None:
        return None
    if isinstance(when, datetime) and when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    text = dates.text_of(when)
    _refuse_other_years(text, name)
    return text


def _instant(match: re.Match[str], text: str) -> datetime:
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    micros = int((match[7] or "")[:6].ljust(6, "0"))
    try:
        zone = _offset(match[8])
        return datetime(year, month, day, hour, minute, second, micros, tzinfo=zone)
    except ValueError:
        remedy = "write it as 2027-03-01T22:12:07Z"
        raise Misread("date", f'there is no instant "{shortened(text)}"', remedy) from None


def _offset(written: str | None) -> tzinfo | None:
    """Return the offset that is written behind a time."""
    if written is None:
        return None
    if written[0] not in "+-":
        return UTC
    digits = written[1:].replace(":", "").ljust(6, "0")
    hours, minutes, seconds = (int(digits[at : at + 2]) for at in (0, 2, 4))
    if minutes > 59 or seconds > 59:
        raise ValueError(written)
    size = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return timezone(-size if written[0] == "-" else size)


def _by_size(count: float | Decimal, name: str) -> datetime:
    if _SECONDS <= count < _MILLISECONDS:
        return _after(count, _SECOND, name)
    if _MILLISECONDS <= count < _TOO_MANY:
        return _after(count, _MILLISECOND, name)
    message = f"{name}: {shortened(str(count), 30)} is no count of seconds or milliseconds"
    raise Misread("date", message, "write it as 2027-03-01T22:12:07Z")


def _counted(value: object, name: str, unit: int) -> date | datetime | None:
    """Return the instant of a count in a unit that the platform fixes, or of a text."""
    if isinstance(value, str):
        text = fields.text(value, name)
        if text is None or not _COUNT.fullmatch(text):
            return read(text, name)
        return _after(Decimal(text), unit, name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Misread("date", f"{name} is not a time", "export it again")
    return _after(value, unit, name)


def _after(count: float | Decimal, unit: int, name: str) -> datetime:
    try:
        micros = count * unit  # a text is cut to microseconds, as an ISO text is
        whole = int(micros) if isinstance(micros, Decimal) else round(micros)
        return _EPOCH + timedelta(microseconds=whole)
    except (OverflowError, ValueError):
        raise _out_of_range(name) from None


def _refuse_other_years(text: str, name: str) -> None:
    try:
        dates.day(text[:10])
    except Misread as error:
        raise Misread("date", f"{name}: {error.message}", error.remedy) from None


def _out_of_range(name: str) -> Misread:
    return Misread("date", f"{name} is out of range", "export it again")

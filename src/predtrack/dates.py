"""The grammar of dates and spans: strict in files, roomy on the command line.

In files a day is ISO (`2027-03-01`) and nothing else; where no more is known of when something was
said, a month (`2018-11`) may stand. On the command line also `2027`, `2027-Q3`, `2027-06`, `+18m`,
`in 2 years`, `end of 2027` and `today`, and `FROM..TO` for a filter. Years run from 1900 to 2999.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import TypeAlias

from predtrack.errors import Misread, shortened


@dataclass(frozen=True, slots=True)
class Month:
    """A month, where no more is known of a day: all arithmetic uses its last day."""

    year: int
    month: int

    @property
    def last(self) -> date:
        """Return the last day of the month."""
        return _last_of(self.year, self.month)

    def __str__(self) -> str:
        """Return the month as it stands in a file: `2018-11`."""
        return f"{self.year}-{self.month:02}"


Moment: TypeAlias = date | datetime | Month
"""A day, an instant with its offset, or a month where no more is known."""


@dataclass(frozen=True, slots=True)
class Span:
    """The days from one to another, both included; an end that is None is open."""

    first: date | None = None
    last: date | None = None

    def __bool__(self) -> bool:
        """Return whether the span leaves anything out."""
        return self.first is not None or self.last is not None

    def holds(self, day: date | None) -> bool:
        """Return whether a day lies in the span; None lies only in one that leaves nothing out."""
        if day is None:
            return not self
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


ALWAYS = Span()

FIRST_YEAR, LAST_YEAR = 1900, 2999

_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_INSTANT = re.compile(r"(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(.*)", re.ASCII)
_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_OFFSET = re.compile(r" ?([Zz]|[+-]\d{2}:?\d{2})", re.ASCII)
_PERIOD = r"(?:end of )?(\d{4})(?:-(?:q([1-4])|(\d{2})))?"
_SPAN = r"(?:\+|in )(\d{1,5}) ?([a-z]+)"
_UNITS = {"d": "days", "w": "weeks", "m": "months", "y": "years"}

WAYS = "write a day such as 2027-03-01, or 2027-06, 2027-Q3, end of 2027, +18m, in 2 years, today"


@lru_cache(maxsize=4096)  # the same days stand in many records
def day(text: str) -> date:
    """Return the day that an ISO text names.

    >>> day("2028-02-29")
    datetime.date(2028, 2, 29)
    """
    match = _DAY.fullmatch(text)
    if match is None or not text.isascii():
        raise Misread("date", f'"{shortened(text)}" is not a day', "write it as 2027-03-01")
    year = _in_range(int(match[1]), text)
    try:
        return date(year, int(match[2]), int(match[3]))
    except ValueError:
        remedy = "write a day that exists, such as 2027-03-01"
        raise Misread("date", f"there is no day {text}", remedy) from None


def _in_range(year: int, text: str) -> int:
    """Return the year, where it is one that records may hold."""
    if FIRST_YEAR <= year <= LAST_YEAR:
        return year
    remedy = f"give a year from {FIRST_YEAR} to {LAST_YEAR}"
    raise Misread("date", f"the year of {text} is out of range", remedy)


def moment(text: str) -> Moment:
    """Return the day, or the instant with its offset, that an ISO text names.

    >>> moment("2025-03-14T22:12:07Z").isoformat()
    '2025-03-14T22:12:07+00:00'
    """
    match = _INSTANT.fullmatch(text) if len(text) > 10 else None
    if match is None:
        return day(text)
    on, at, offset = match.groups()
    day(on)
    if not _OFFSET.fullmatch(offset):
        remedy = f"write it as {on}T{at[:8]}Z or with an offset such as +02:00"
        raise Misread("date", f'the instant "{shortened(text)}" has no offset', remedy)
    try:
        hour = time(int(at[:2])).isoformat("hours")  # some Pythons take hour 24 for the next day
        return datetime.fromisoformat(f"{on}T{hour}{at[2:]}{offset.strip().upper()}")
    except ValueError:
        remedy = "write it as 2027-03-01T22:12:07Z"
        raise Misread("date", f'there is no instant "{shortened(text)}"', remedy) from None


def moment_or_month(text: str) -> Moment:
    """Return the day, the instant or the month that an ISO text names.

    >>> str(moment_or_month("2018-11"))
    '2018-11'
    """
    match = _MONTH.fullmatch(text)
    if match is None:
        return moment(text)
    year = _in_range(int(match[1]), text)
    if not 1 <= int(match[2]) <= 12:
        raise Misread("date", f"there is no month {text}", "write a month such as 2018-11")
    return Month(year, int(match[2]))


def day_of(when: Moment) -> date:
    """Return the day of a moment: of an instant the day in its own offset, of a month its last."""
    if isinstance(when, datetime):
        return when.date()
    return when.last if isinstance(when, Month) else when


def order_of(when: Moment) -> datetime:
    """Return the instant in UTC of a moment; a day counts as its first, a month as its last day."""
    if isinstance(when, datetime):
        return when.replace(tzinfo=None) - (when.utcoffset() or timedelta())
    return datetime.combine(day_of(when), time())


def stated_order(when: Moment) -> tuple[date, bool, datetime]:
    """Return the key that puts what was said in order.

    Days come first, each in its own offset. Within one day instants come in their order, then what
    bears only the day; of two that bear only the day the place in the file decides.
    """
    return day_of(when), not isinstance(when, datetime), order_of(when)


def text_of(when: Moment) -> str:
    """Return the ISO text of a moment; an instant of UTC ends in Z."""
    if isinstance(when, Month):
        return str(when)
    text = when.isoformat()
    return text.replace("+00:00", "Z") if isinstance(when, datetime) else text


def understood(text: str, base: date, edge: str | None = None) -> date:
    """Return the day that a text on the command line means, counted from a base day.

    `edge` says which day of a period is meant: "first" or "last"; with none, a period without
    "end of" is refused.

    >>> understood("2027-Q3", date(2026, 1, 1), "last")
    datetime.date(2027, 9, 30)
    >>> understood("+18m", date(2026, 8, 31))
    datetime.date(2028, 2, 29)
    """
    words = _single_blanks(text)
    if words == "today":
        return base
    if words[:1] == "+" or words.startswith("in "):
        return _after(words, base, text)
    match = re.fullmatch(_PERIOD, words, re.ASCII)
    if match is None:
        return _spoken(words, text)
    last = "last" if words.startswith("end of") else edge
    if last is None:
        raise _no_day(text, "write a day such as 2027-03-01")
    return _edge(match, last, text)


def stated(text: str, base: date) -> Moment:
    """Return when something was said, as the command line has it: a day, an instant or a month.

    Days may be written in every way that `understood` takes; a month stays one.

    >>> stated("2018-11", date(2026, 1, 1)), stated("today", date(2026, 1, 1))
    (Month(year=2018, month=11), datetime.date(2026, 1, 1))
    """
    words = text.strip()
    if _MONTH.fullmatch(words) or _INSTANT.fullmatch(words):
        return moment_or_month(words)
    plain = _single_blanks(text)
    if re.fullmatch(_PERIOD, plain, re.ASCII) and not plain.startswith("end of"):
        raise _no_day(text, "write a day such as 2027-03-01, or a month such as 2018-11")
    return understood(words, base)


def _single_blanks(text: str) -> str:
    return " ".join(text.lower().split())


def _no_day(text: str, remedy: str) -> Misread:
    return Misread("date", f'"{shortened(text)}" is a period, not a day', remedy)


def span(text: str, base: date) -> Span:
    """Return the days that `FROM..TO` means; one end may be left out, a period alone is all of it.

    >>> span("2026-Q1..", date(2026, 1, 1)).first, span("2026", date(2026, 1, 1)).last
    (datetime.date(2026, 1, 1), datetime.date(2026, 12, 31))
    """
    start, dots, end = (part.strip() for part in text.partition(".."))
    if dots and not (start or end):
        raise Misread("date", f'"{shortened(text)}" names no day', "write 2026-01-01..2026-06-30")
    low = understood(start, base, "first") if start else None
    high = understood(end if dots else start, base, "last") if end or not dots else None
    if low is not None and high is not None and low > high:
        raise Misread("date", f"{low} lies after {high}", "write the earlier day first")
    return Span(low, high)


def _spoken(words: str, text: str) -> date:
    try:
        return day(words)
    except Misread as error:
        if _DAY.fullmatch(words):
            raise
        raise Misread("date", f'"{shortened(text)}" is not a date', WAYS) from error


def _after(words: str, base: date, text: str) -> date:
    match = re.fullmatch(_SPAN, words, re.ASCII)
    unit = _UNITS.get(match[2].removesuffix("s")[:1] if match else "")
    if match is None or unit is None or match[2] not in {unit[0], unit, unit.removesuffix("s")}:
        message = f'"{shortened(text)}" is not a span of time'
        raise Misread("date", message, "write +18m, +2w or in 2 years")
    from dateutil.relativedelta import relativedelta

    try:
        later: date = base + relativedelta(**{unit: int(match[1])})  # type: ignore[arg-type]
        _in_range(later.year, text)
    except (ValueError, OverflowError):
        remedy = f"stay within the years {FIRST_YEAR} to {LAST_YEAR}"
        raise Misread("date", f'"{text}" leads out of range', remedy) from None
    return later


def _edge(match: re.Match[str], edge: str, text: str) -> date:
    year = _in_range(int(match[1]), text)
    first, months = (1, 12) if not (match[2] or match[3]) else (int(match[3] or 0), 1)
    if match[2]:
        first, months = 3 * int(match[2]) - 2, 3
    if not 1 <= first <= 12:
        raise Misread("date", f'"{text}" has no such month', "write a month such as 2027-06")
    start = date(year, first, 1)
    if edge == "first":
        return start
    return _last_of(year, first + months - 1)


def _last_of(year: int, month: int) -> date:
    return date(year, 12, 31) if month == 12 else date(year, month + 1, 1) - timedelta(1)

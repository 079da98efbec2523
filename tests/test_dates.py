"""The grammar of dates and spans: strict in files, roomy on the command line."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from predtrack import dates
from predtrack.errors import Misread

BASE = date(2026, 8, 31)
DAYS = st.dates(date(1900, 1, 1), date(2999, 12, 31))
OFFSETS = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


def refused(text: str, edge: str | None = None) -> Misread:
    with pytest.raises(Misread) as caught:
        dates.understood(text, BASE, edge)
    assert caught.value.code == "date"
    assert caught.value.remedy
    return caught.value


@given(DAYS)
def test_every_day_of_the_range_reads_as_itself(day: date) -> None:
    assert dates.day(day.isoformat()) == day
    assert dates.moment(day.isoformat()) == day
    assert dates.understood(day.isoformat(), BASE) == day


@given(st.datetimes(datetime(1900, 1, 2), datetime(2999, 12, 30)), OFFSETS)
def test_every_instant_keeps_its_offset_and_its_own_day(when: datetime, offset: timezone) -> None:
    instant = when.replace(tzinfo=offset)
    found = dates.moment(dates.text_of(instant))
    assert isinstance(found, datetime)
    assert found == instant
    assert found.utcoffset() == instant.utcoffset()
    assert dates.day_of(found) == when.date()
    assert dates.order_of(found) == instant.astimezone(UTC).replace(tzinfo=None)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2025-03-14T22:12:07Z", "2025-03-14T22:12:07Z"),
        ("2025-03-14t22:12:07z", "2025-03-14T22:12:07Z"),
        ("2025-03-14 22:12 +02:00", "2025-03-14T22:12:00+02:00"),
        ("2025-03-14T22:12:07.25-0330", "2025-03-14T22:12:07.250000-03:30"),
        ("2025-03-14T22:12:07.123456789Z", "2025-03-14T22:12:07.123456Z"),
        ("2025-03-14", "2025-03-14"),
    ],
)
def test_instants_are_read_in_the_shapes_of_iso(text: str, shown: str) -> None:
    assert dates.text_of(dates.moment(text)) == shown


@pytest.mark.parametrize(
    ("text", "message", "remedy"),
    [
        ("2025-03-14T22:12", "has no offset", "2025-03-14T22:12Z"),
        ("2025-03-14T22:12:07.5 noon", "has no offset", "2025-03-14T22:12:07Z"),
        ("2025-03-14T24:00Z", "no instant", "2027-03-01T22:12:07Z"),
        ("2025-03-14T22:60Z", "no instant", "2027-03-01T22:12:07Z"),
        ("2025-03-14T22:12+24:00", "no instant", "2027-03-01T22:12:07Z"),
        ("2025-02-29T22:12Z", "no day 2025-02-29", "a day that exists"),
        ("1899-12-31T22:12Z", "out of range", "1900 to 2999"),
        ("22:12Z", "not a day", "2027-03-01"),
    ],
)
def test_an_instant_that_is_none_is_refused_with_a_remedy(
    text: str, message: str, remedy: str
) -> None:
    with pytest.raises(Misread, match=message) as caught:
        dates.moment(text)
    assert remedy in caught.value.remedy


@pytest.mark.parametrize("year", [2028, 2000, 2400])
def test_a_leap_day_is_a_day(year: int) -> None:
    assert dates.day(f"{year}-02-29") == date(year, 2, 29)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2027-02-29", "there is no day 2027-02-29"),
        ("1900-02-29", "there is no day"),
        ("2026-00-01", "there is no day"),
        ("2026-01-00", "there is no day"),
        ("0000-01-01", "the year of 0000-01-01 is out of range"),
        ("1899-12-31", "out of range"),
        ("3000-01-01", "out of range"),
        ("9999-12-31", "out of range"),
        ("2026-1-1", "not a day"),
        (" 2026-01-01", "not a day"),
        ("20260101", "not a day"),
        ("２０２６-01-01", "not a day"),
        ("", "not a day"),
    ],
)
def test_what_is_no_day_is_refused(text: str, message: str) -> None:
    with pytest.raises(Misread, match=message) as caught:
        dates.day(text)
    assert caught.value.remedy


def test_a_long_text_is_cut_in_the_message() -> None:
    for read in (dates.day, dates.moment):
        with pytest.raises(Misread) as caught:
            read("2026-01-01T10:00" + "x" * 1000)
        assert len(caught.value.message) < 120
    assert len(refused("x" * 1000).message) < 120


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2027", date(2027, 1, 1), date(2027, 12, 31)),
        ("2027-Q1", date(2027, 1, 1), date(2027, 3, 31)),
        ("2027-Q3", date(2027, 7, 1), date(2027, 9, 30)),
        ("2027-q4", date(2027, 10, 1), date(2027, 12, 31)),
        ("2027-06", date(2027, 6, 1), date(2027, 6, 30)),
        ("2027-12", date(2027, 12, 1), date(2027, 12, 31)),
        ("2028-02", date(2028, 2, 1), date(2028, 2, 29)),
        ("1900", date(1900, 1, 1), date(1900, 12, 31)),
        ("2999-Q4", date(2999, 10, 1), date(2999, 12, 31)),
    ],
)
def test_a_period_means_its_first_or_its_last_day(text: str, first: date, last: date) -> None:
    assert dates.understood(text, BASE, "first") == first
    assert dates.understood(text, BASE, "last") == last
    assert "a period, not a day" in refused(text).message


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("today", BASE),
        ("  Today ", BASE),
        ("end of 2027", date(2027, 12, 31)),
        ("End of 2027-Q3", date(2027, 9, 30)),
        ("end  of 2028-02", date(2028, 2, 29)),
        ("+1d", date(2026, 9, 1)),
        ("+2w", date(2026, 9, 14)),
        ("+18m", date(2028, 2, 29)),
        ("+1 month", date(2026, 9, 30)),
        ("in 2 years", date(2028, 8, 31)),
        ("in 1 year", date(2027, 8, 31)),
        ("in 10 days", date(2026, 9, 10)),
        ("in 3 weeks", date(2026, 9, 21)),
        ("+0d", BASE),
    ],
)
def test_what_people_say_is_understood(text: str, day: date) -> None:
    for edge in (None, "first", "last"):
        if text.lower().startswith("end") and edge == "first":
            continue
        assert dates.understood(text, BASE, edge) == day


def test_the_end_of_a_period_is_its_last_day_whatever_is_meant_otherwise() -> None:
    assert dates.understood("end of 2027", BASE, "first") == date(2027, 12, 31)


def test_a_year_after_a_leap_day_is_the_28th() -> None:
    assert dates.understood("in 1 year", date(2028, 2, 29)) == date(2029, 2, 28)
    assert dates.understood("+4y", date(2028, 2, 29)) == date(2032, 2, 29)


@pytest.mark.parametrize(
    ("text", "message", "remedy"),
    [
        ("soon", "not a date", "2027-Q3"),
        ("2027-6", "not a date", "2027-06"),
        ("2027-Q5", "not a date", "2027-Q3"),
        ("31.12.2027", "not a date", "2027-03-01"),
        ("2027-02-30", "no day 2027-02-30", "a day that exists"),
        ("2027-13", "no such month", "2027-06"),
        ("2027-00", "no such month", "2027-06"),
        ("0000", "out of range", "1900 to 2999"),
        ("3000-Q1", "out of range", "1900 to 2999"),
        ("end of 1899", "out of range", "1900 to 2999"),
        ("+18", "not a span", "+18m"),
        ("+3s", "not a span", "+18m"),
        ("+3mo", "not a span", "+18m"),
        ("+3ms", "not a span", "+18m"),
        ("+-3d", "not a span", "+18m"),
        ("in two years", "not a span", "in 2 years"),
        ("+999y", "leads out of range", "1900 to 2999"),
        ("+99999y", "leads out of range", "1900 to 2999"),
        ("+99999w", "leads out of range", "1900 to 2999"),
    ],
)
def test_what_is_not_understood_is_refused_with_a_remedy(
    text: str, message: str, remedy: str
) -> None:
    error = refused(text, "last")
    assert message in error.message
    assert remedy in error.remedy


@given(st.text(max_size=20))
def test_no_text_does_anything_but_be_understood_or_refused(text: str) -> None:
    try:
        found = dates.understood(text, BASE, "last")
    except Misread:
        return
    assert 1900 <= found.year <= 2999


def test_a_day_stands_before_the_instants_of_that_day() -> None:
    instant = dates.moment("2026-01-01T00:00:01Z")
    assert dates.order_of(date(2026, 1, 1)) < dates.order_of(instant)


# --- months, and spans of days ---


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("2018-11", date(2018, 11, 30)),
        ("2024-02", date(2024, 2, 29)),
        ("1999-12", date(1999, 12, 31)),
    ],
)
def test_a_month_stands_for_its_last_day_and_is_shown_as_itself(text: str, last: date) -> None:
    month = dates.moment_or_month(text)
    assert isinstance(month, dates.Month)
    assert (dates.day_of(month), dates.text_of(month), str(month)) == (last, text, text)
    assert dates.order_of(month) == dates.order_of(last)
    assert dates.stated_order(month) == dates.stated_order(last)


@pytest.mark.parametrize("text", ["2018-13", "2018-00", "2018-1", "2018", "1800-05", "20180-1"])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(Misread):
        dates.moment_or_month(text)


@given(st.dates(date(1900, 1, 1), date(2999, 12, 31)))
def test_every_month_reads_as_itself_and_is_no_day_in_a_file(day: date) -> None:
    text = f"{day:%Y-%m}"
    assert dates.text_of(dates.moment_or_month(text)) == text
    with pytest.raises(Misread):
        dates.moment(text)


TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-03-01..2026-06", date(2026, 3, 1), date(2026, 6, 30)),
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026-Q2..", date(2026, 4, 1), None),
        ("..2026-Q2", None, date(2026, 6, 30)),
        (" 2026-03-01 .. today ", date(2026, 3, 1), TODAY),
        ("today", TODAY, TODAY),
        ("today..+30d", TODAY, date(2026, 12, 24)),
    ],
)
def test_a_span_is_read_at_both_ends(text: str, first: date | None, last: date | None) -> None:
    span = dates.span(text, TODAY)
    assert (span.first, span.last) == (first, last)
    assert bool(span)


def test_a_span_holds_its_ends_and_what_lies_between() -> None:
    span = dates.Span(date(2026, 3, 1), date(2026, 6, 30))
    assert [span.holds(date(2026, m, 1)) for m in (2, 3, 6, 7)] == [False, True, True, False]
    assert span.holds(date(2026, 6, 30))
    assert not span.holds(None)
    assert dates.ALWAYS.holds(None)
    assert not dates.ALWAYS


@pytest.mark.parametrize("text", ["2018", "2018-Q3", " 2018-q1 "])
def test_of_when_something_was_said_a_period_but_a_month_is_refused_with_both_ways(
    text: str,
) -> None:
    with pytest.raises(Misread) as caught:
        dates.stated(text, date(2026, 1, 1))
    assert "is a period, not a day" in caught.value.message
    assert caught.value.remedy == "write a day such as 2027-03-01, or a month such as 2018-11"


@pytest.mark.parametrize("text", ["end of 2018", "+2w", "2018-11", "today"])
def test_of_when_something_was_said_all_else_is_as_before(text: str) -> None:
    assert dates.day_of(dates.stated(text, date(2026, 1, 1)))

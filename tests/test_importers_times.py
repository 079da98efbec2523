"""Times of exports: every spelling of an instant is that instant, and its day is the zone's."""

from __future__ import annotations

import doctest
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importing import ZONES, at_home
from predtrack import dates
from predtrack.errors import Misread
from predtrack.importers import times, zones
from predtrack.importers.times import Times, has_zone, stamp

ELSEWHERE = [*ZONES, "Africa/Monrovia", "Asia/Kathmandu", "Australia/Lord_Howe", "America/Havana"]
WHOLE = [timezone(timedelta(minutes=minutes)) for minutes in (-720, -210, 0, 60, 345, 840)]

any_zone = st.sampled_from([UTC, *WHOLE, *map(ZoneInfo, ELSEWHERE)])
instants = st.datetimes(datetime(1901, 1, 1), datetime(2998, 1, 1)).map(
    lambda when: when.replace(tzinfo=UTC)
)
counted = st.datetimes(datetime(2001, 9, 10), datetime(2100, 1, 1)).map(
    lambda when: when.replace(tzinfo=UTC, microsecond=when.microsecond // 1000 * 1000)
)


def spellings(when: datetime, offset: timezone) -> list[object]:
    """Return the ways in which platforms write an instant."""
    local, in_utc = when.astimezone(offset), when.astimezone(UTC)
    day, clock = f"{in_utc:%Y-%m-%d}", f"{in_utc:%H:%M:%S.%f}"
    seconds = (when - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(seconds=1)
    signed = local.isoformat()[-6:]
    there = local.replace(tzinfo=None).isoformat(timespec="microseconds")
    return [
        *(f"{day}T{clock}{end}" for end in ("Z", "z", "+00:00", "+0000", "+00", "-00:00", " UTC")),
        *(f"{day} {clock}{end}" for end in ("+00", " UTC", "Z", " +00:00", "UTC", "000001Z")),
        f"{day}t{clock[:-3]}Z",
        f"{day} {clock.replace('.', ',')}Z",
        *(f"{there}{end}" for end in (signed, signed.replace(":", ""))),
        there.replace("T", " ") + f" {signed}",
        round(seconds * 1000),
        str(round(seconds * 1000)),
        seconds,
        f"{round(seconds * 1000) // 1000}.{round(seconds * 1000) % 1000:03}",
    ]


@given(counted, st.sampled_from(WHOLE), any_zone)
def test_every_spelling_of_an_instant_reads_as_the_same_instant(when, offset, zone):
    read = {Times(zone).instant(each, "at") for each in spellings(when, offset)}
    assert len(read) == 1
    assert dates.moment(read.pop()) == when


@given(counted, any_zone)
def test_counts_of_a_fixed_unit_may_be_numbers_or_digits(when, zone):
    reader = Times(zone)
    micros = round((when - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(microseconds=1))
    whole = reader.instant(when.isoformat(), "at")
    for each in (micros // 1000, str(micros // 1000), when.isoformat()):
        assert reader.milliseconds(each, "at") == whole
    for each in (micros / 1e6, f"{micros // 10**6}.{micros % 10**6:06}", when.isoformat()):
        assert reader.seconds(each, "at") == whole


@given(instants, any_zone)
def test_an_instant_keeps_its_moment_and_has_the_day_and_the_offset_of_the_zone(when, zone):
    text = Times(zone).instant(when.isoformat(), "at")
    moment = dates.moment(text)
    local = when.astimezone(zone)
    assert isinstance(moment, datetime)
    assert moment == when
    assert abs(moment.utcoffset() - local.utcoffset()) <= timedelta(seconds=30)
    if not local.utcoffset() % timedelta(minutes=1):
        assert moment.date() == local.date()
    assert Times(zone).day(when.isoformat(), "at") == dates.day_of(moment).isoformat()
    assert text.endswith("Z") is (moment.utcoffset() == timedelta())


@given(instants, st.sampled_from(ZONES))
def test_without_a_zone_it_is_that_of_the_computer(when, name):
    zone = ZoneInfo(name)
    with at_home(name):
        for clock in (True, False):
            local, named = Times(None, clock), Times(zone, clock)
            assert local.instant(when.isoformat(), "at") == named.instant(when.isoformat(), "at")
            plain = when.replace(tzinfo=None).isoformat()
            assert local.instant(plain, "at") == named.instant(plain, "at")


@given(instants, any_zone)
def test_a_time_without_a_zone_is_of_utc_or_of_ones_own_clock(when, zone):
    plain = when.replace(tzinfo=None).isoformat()
    assert dates.moment(Times(zone).instant(plain, "at")) == when
    own = dates.moment(Times(zone, own_clock=True).instant(plain, "at"))
    assert own == when.replace(tzinfo=zone).astimezone(UTC)
    assert has_zone(when.isoformat())
    assert not has_zone(plain)
    assert has_zone("2024-01-01")


@given(instants, st.sampled_from(WHOLE), any_zone)
def test_what_ids_are_made_of_is_as_it_always_was(when, offset, zone):
    assert stamp(when.isoformat(), "at") == dates.text_of(when)
    assert stamp(when.replace(tzinfo=None).isoformat(" "), "at") == dates.text_of(when)
    local = when.astimezone(offset)
    if local.year >= 1900:
        assert stamp(local.isoformat(), "at") == dates.text_of(local)


@given(st.dates(date(1900, 1, 1), date(2999, 12, 31)), any_zone)
def test_a_day_is_no_instant_and_stays(day, zone):
    for own_clock in (True, False):
        assert Times(zone, own_clock).instant(f" {day} ", "at") == day.isoformat()


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2025-03-14 22:12:07.763148+00", "2025-03-15T07:12:07.763148+09:00"),
        ("2025-03-14 22:12:07 UTC", "2025-03-15T07:12:07+09:00"),
        ("2025-03-14 22:12:7", "2025-03-15T07:12:07+09:00"),
        ("2025-3-4 2:1", "2025-03-04T11:01:00+09:00"),
        ("2025-03-14T22:12:07.7631489999999Z", "2025-03-15T07:12:07.763148+09:00"),
        ("1741990327", "2025-03-15T07:12:07+09:00"),
        ("1741990327000", "2025-03-15T07:12:07+09:00"),
        (1741990327.5, "2025-03-15T07:12:07.500000+09:00"),
        (1741990327500, "2025-03-15T07:12:07.500000+09:00"),
        ("", None),
        (None, None),
    ],
)
def test_times_are_read_as_platforms_write_them(text, instant):
    assert Times(ZoneInfo("Asia/Tokyo")).instant(text, "at") == instant


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("yesterday", 'at: "yesterday" is not a day'),
        ("2025-02-30", "at: there is no day 2025-02-30"),
        ("2025-02-30T10:00Z", "at: there is no instant"),
        ("2025-02-03T24:00Z", "at: there is no instant"),
        ("2025-02-03T10:00+25:00", "at: there is no instant"),
        ("2025-02-03T10:00+02:61", "at: there is no instant"),
        ("0001-01-01T00:00:00", "at: the year of 0001-01-01 is out of range"),
        ("9999-12-31T23:59:59Z", "at is out of range"),
        (12, "at: 12 is no count of seconds or milliseconds"),
        ("20250203", "at: 20250203 is no count of seconds or milliseconds"),
        (1e300, "at: 1e+300 is no count"),
        (float("nan"), "at: nan is no count"),
        (True, "at is not a text"),
        ({}, "at is not a text"),
        ("1" * 30, "is not a day"),
    ],
)
def test_what_is_no_time_is_named(value, why):
    with pytest.raises(Misread) as refusal:
        Times(ZoneInfo("Asia/Tokyo")).instant(value, "at")
    assert why in str(refusal.value)


@pytest.mark.parametrize("value", [True, [], {}, float("nan"), float("inf"), 10**30, "1" * 20])
def test_what_is_no_count_is_named(value):
    for read in (Times(UTC).seconds, Times(UTC).milliseconds):
        with pytest.raises(Misread, match=r"at is (not a time|out of range)"):
            read(value, "at")


def test_a_year_that_no_record_holds_is_refused_in_the_zone_too():
    with pytest.raises(Misread, match="out of range"):
        Times(ZoneInfo("America/Los_Angeles")).instant("1900-01-01T00:00:00Z", "at")


def test_a_clock_time_that_was_skipped_is_taken_as_the_one_after_it():
    own = Times(ZoneInfo("America/Los_Angeles"), own_clock=True)
    assert own.instant("2024-03-10 02:30", "at") == "2024-03-10T03:30:00-07:00"


@pytest.mark.parametrize("module", [times, zones])
def test_the_examples_in_the_modules_run(module):
    result = doctest.testmod(module)
    assert (result.failed, result.attempted > 0) == (0, True)

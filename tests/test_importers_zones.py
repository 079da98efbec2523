"""The zone of an import: a name, UTC or an offset; and where the system knows none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from unittest import mock
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from predtrack.errors import Misread
from predtrack.importers import zones

SUMMER, WINTER = datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)


def offset(text: str, when: datetime = WINTER) -> timedelta | None:
    """Return how far a zone is from UTC."""
    return when.astimezone(zones.zone(text)).utcoffset()


@given(st.sampled_from(sorted(available_timezones())))
def test_every_name_of_a_zone_is_taken(name):
    for when in (SUMMER, WINTER):
        assert offset(name, when) == when.astimezone(ZoneInfo(name)).utcoffset()


@given(st.integers(-14 * 60, 14 * 60))
def test_every_offset_is_taken(minutes):
    sign, size = "-" if minutes < 0 else "+", abs(minutes)
    hours, rest = f"{size // 60:02}", f"{size % 60:02}"
    for text in (f"{sign}{hours}:{rest}", f"{sign}{hours}{rest}", f"UTC{sign}{hours}:{rest}"):
        assert offset(text) == timedelta(minutes=minutes)
    if not size % 60:
        assert (
            offset(f"{sign}{size // 60}") == offset(f"{sign}{hours}") == timedelta(minutes=minutes)
        )


@pytest.mark.parametrize("text", ["UTC", "utc", "Z", " UTC ", "Etc/UTC", "GMT"])
def test_utc_has_names(text):
    assert offset(text, SUMMER) == timedelta()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Tokyo", 'did you mean "Asia/Tokyo"? write a name such as Asia/Tokyo, UTC, or an offset'),
        ("los angeles", 'did you mean "America/Los_Angeles"?'),
        ("Asia/Tokio", 'did you mean "Asia/Tokyo"?'),
        ("PST", "write a name such as Asia/Tokyo, UTC, or an offset such as +02:00"),
        ("", '"" is no zone'),
        ("../../etc/passwd", "is no zone"),
        ("/etc/localtime", "is no zone"),
        ("Africa", "is no zone"),
        ("zone.tab", "is no zone"),
        ("a\x00b", "is no zone"),
        ("x" * 10_000, "is no zone"),
        ("\udcff", "is no zone"),
        ("+15", 'no zone has the offset "+15"; offsets lie between -14:00 and +14:00'),
        ("+02:60", "no zone has the offset"),
        ("-99", "no zone has the offset"),
    ],
)
def test_what_is_no_zone_is_refused_with_what_to_write(text, why):
    with pytest.raises(Misread) as refusal:
        zones.zone(text)
    assert why in str(refusal.value)
    assert len(str(refusal.value)) < 300


def test_where_the_system_has_no_zones_those_of_dateutil_are_taken():
    with mock.patch("zoneinfo.ZoneInfo", side_effect=ZoneInfoNotFoundError):
        assert offset("Asia/Tokyo") == timedelta(hours=9)
        assert offset("America/Los_Angeles", SUMMER) == timedelta(hours=-7)
        with pytest.raises(Misread):
            zones.zone("Asia/Nowhere")


@given(
    st.lists(st.tuples(st.integers(0, 9_000), st.integers(-48, 56)), min_size=1),
    st.integers(0, 9_000),
)
def test_the_zone_of_instants_has_the_offset_of_the_nearest(stated, hours):
    start = datetime(2026, 1, 1, tzinfo=UTC)
    instants = [
        (start + timedelta(hours=at)).astimezone(timezone(timedelta(minutes=15 * quarters)))
        for at, quarters in stated
    ]
    when = start + timedelta(hours=hours)
    local = when.astimezone(zones.OffsetsOf(instants))
    assert local == when
    least = min(abs(each - when) for each in instants)
    nearest = [each.utcoffset() for each in instants if abs(each - when) == least]
    assert local.utcoffset() in nearest
    clock = when.replace(tzinfo=zones.OffsetsOf(instants)).utcoffset()
    gaps = [abs(each.replace(tzinfo=UTC) - when) for each in instants]
    assert clock in [
        each.utcoffset() for each, gap in zip(instants, gaps, strict=True) if gap == min(gaps)
    ]

"""A `.forecast` file becomes the record of what it states, of every type there is."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest

from importing import ZONES, expected, exported, prediction, source, taken, whys
from predtrack.errors import UnreadableError
from predtrack.importers import FORMATS, Settings, Source, fields, frontmatter


def file(matter: str, notes: str = "") -> str:
    """A file that states an interval, with more front matter and notes."""
    held = "scenario: How many?\nend_date: 2024-11-05\ntype: interval\nmin: 1\nmax: 10\n"
    return f"---\n{held}confidence: .95\n{matter}\n---\n{notes}"


def test_an_export_becomes_the_records_that_were_written_beside_it() -> None:
    records, unread = taken("forecast", exported("forecast"))
    assert not unread
    assert {own: prediction(each) for own, each in records.items()} == expected("forecast")


def test_who_forecast_and_when_is_told_to_be_unknown_unless_somebody_wrote_it() -> None:
    bare, told = file(""), file("author: Ada\ncreated: 2024-01-02")
    (found,) = taken("forecast", [source(bare)])[0].values()
    assert found.remarks == (frontmatter.NOBODY, frontmatter.UNDATED)
    (same,) = taken("forecast", [source(told)])[0].values()
    assert (same.id, same.remarks) == (found.id, ())
    assert same.record["forecasts"][0]["by"] == "Ada"
    assert same.record["forecasts"][0]["made"] == "2024-01-02"


def test_a_forecast_is_taken_as_made_on_its_end_date_at_the_latest() -> None:
    held = Source("x", BytesIO(file("").encode()))
    (found,) = FORMATS["forecast"]([held], Settings())
    assert found.record["forecasts"][0]["made"] == "2024-11-05"


@pytest.mark.parametrize("zone", ZONES)
def test_an_id_goes_by_the_end_as_it_is_written_in_every_zone(zone: str) -> None:
    for end in ("2024-11-05T23:30:00Z", "2024-11-05 23:30", "2024-11-05"):
        content = file("by: Ada\ncreated: 2024-01-02").replace("2024-11-05", end)
        (record,) = taken("forecast", [source(content)], zone=ZoneInfo(zone))[0].values()
        assert record.id == "forecast-how-many-6720427e15"
        ended = datetime(2024, 11, 5, 23, 30, tzinfo=UTC).astimezone(ZoneInfo(zone)).date()
        is_utc = end.endswith("Z")
        assert record.record["deadline"] == (str(ended) if is_utc else "2024-11-05")
        assert record.remarks == ((fields.CLOCK_REMARK,) if " " in end else ())


def test_a_file_without_any_day_is_left_unread() -> None:
    held = Source("x", BytesIO(file("").replace("end_date: 2024-11-05\n", "").encode()))
    (unread,) = FORMATS["forecast"]([held], Settings())
    assert unread.why.startswith("it has neither `made` nor `end_date`")


def test_what_a_pert_forecast_loses_is_said() -> None:
    records, _ = taken("forecast", exported("forecast"))
    (pert,) = (each for each in records.values() if "days" in each.id)
    assert frontmatter.PERT in pert.remarks


def test_values_are_the_text_as_written() -> None:
    held = file("tags: [no, 2024-01-01, ~]\noutcome: 0x10")
    assert "0x10" in whys("forecast", held)[0]
    (found,) = taken("forecast", [source(file("tags: [no, 2024-01-01, ~]"))])[0].values()
    assert found.record["tags"] == ["no", "2024-01-01"]


BOMB = "a: &a [x, x]\nb: *a"
HOSTILE = [
    (BOMB, "tags, anchors and aliases are not read"),
    ("x: !!python/object/apply:os.system [ls]", "tags, anchors and aliases are not read"),
    ("x: " + "[" * 50 + "]" * 50, "too large or too deep"),
    ("x: [" + "a, " * 6_000 + "a]", "too large or too deep"),
    ("x: " + "a" * 10_000_000, "too large or too deep"),
    ("x: [1", "the front matter is not YAML: line"),
    ("? [a]\n: b", "a key of the front matter is not a text"),
    ("outcome: many", '"many" is not a number'),
    ("tags: [[a]]", "tags is not a text"),
    ('by: "a\\x1bb"', "control character U+001B"),
    ("made: yesterday", 'made: "yesterday" is not a day'),
    ("made: {a: b}", "made is not a text"),
]


@pytest.mark.parametrize(("matter", "why"), HOSTILE, ids=[why for _, why in HOSTILE])
def test_what_is_hostile_or_broken_is_named_and_left_unread(matter: str, why: str) -> None:
    (told,) = whys("forecast", file(matter))
    assert why in told


@pytest.mark.parametrize(
    ("held", "why"),
    [
        (
            "type: guess\nscenario: s",
            '"guess" is no type of forecast; it is one of choice',
        ),
        ("type: choice\nscenario: s", "options is not an object"),
        ("type: choice\nscenario: s\noptions: {a: 70, b: 30}", "option a: 70 is not between"),
        ("type: pert\nscenario: s\nmin: 1\nmode: 2", "max is missing"),
        ("type: pareto\nscenario: s\np90: 1,000\np99: 2", "p90:"),
        ("type: pert", "scenario is missing"),
        ("- a", "the front matter is not an object"),
        ("", "the front matter is not an object"),
    ],
)
def test_front_matter_that_states_no_forecast_is_left_unread(held: str, why: str) -> None:
    (told,) = whys(
        "forecast",
        f"---\nend_date: 2024-01-01\n{held}\n---\n" if ":" in held else f"---\n{held}\n---\n",
    )
    assert why in told


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("scenario: s\n", "is no .forecast file: it needs front matter"),
        ("---\nscenario: s\n", "is no .forecast file"),
        (b"---\n\xff\n---\n", "byte 4 is not UTF-8"),
        (b"(lp0\n", "is a Python pickle"),
    ],
)
def test_what_is_no_forecast_file_is_refused_in_a_sentence(content: str | bytes, why: str) -> None:
    with pytest.raises(UnreadableError) as refusal:
        taken("forecast", [source(content, "a.forecast")])
    assert str(refusal.value).startswith("a.forecast")
    assert why in str(refusal.value)

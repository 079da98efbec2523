"""The calendar of due days, as another's parser reads it and as the standard wants its lines."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import icalendar
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from build import DAY, DEADLINE, MADE, binary, built, by_id, resolved, said
from predtrack.records.prediction import Prediction
from predtrack.reports.listing import Filters, listing
from predtrack.reports.rows import known
from predtrack.views.ics import calendar, escaped, folded
from test_cli import BROKEN, ENDED, RAIN, ROOT, Said, folder, program
from test_cli_hostile import HOSTILE, obeyed, record

SHIPPED = ROOT / "predictions"


def exported(*predictions: Prediction, day: date = DAY) -> bytes:
    """The bytes of the calendar of some predictions."""
    here = known(by_id(*predictions), day)
    rows = listing(here, Filters(), "id").rows
    return "".join(calendar(rows, here)).encode()


def read(data: bytes) -> list[icalendar.Event]:
    """The events of a calendar, which the parser has found to be sound."""
    found = icalendar.Calendar.from_ical(data)
    assert isinstance(found, icalendar.Calendar)
    assert (found["VERSION"], found["PRODID"]) == ("2.0", "-//predtrack//predtrack//EN")
    assert all(each.errors == [] for each in found.walk())
    assert [each.name for each in found.subcomponents] == ["VEVENT"] * len(found.subcomponents)
    return list(found.events)


def days(*predictions: Prediction, day: date = DAY) -> list[tuple[str, date]]:
    """The uid and the day of each event."""
    return [(str(each["UID"]), each.start) for each in read(exported(*predictions, day=day))]


def test_a_calendar_is_these_bytes():
    prediction = binary(0.7, id="rain", claim="It rains, or snows", criteria="A gauge\nsays so.")
    assert exported(prediction).decode().split("\r\n") == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//predtrack//predtrack//EN",
        "BEGIN:VEVENT",
        "UID:rain-2024-12-31@predtrack",
        "DTSTAMP:20240101T000000Z",
        "DTSTART;VALUE=DATE:20241231",
        "DTEND;VALUE=DATE:20250101",
        "SUMMARY:It rains\\, or snows",
        "DESCRIPTION:Ada: 70%\\n\\nA gauge says so.\\n\\npredtrack show rain",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_the_parser_reads_an_event_of_one_whole_day():
    (event,) = read(exported(binary(0.7, deadline=date(2028, 2, 29))))
    assert (event.start, event.end) == (date(2028, 2, 29), date(2028, 3, 1))
    assert type(event.start) is date  # a day, not an instant at its beginning
    assert event["SUMMARY"] == "It comes true"


@pytest.mark.parametrize("last", [date(1900, 1, 1), date(2999, 12, 31)])
def test_the_first_and_the_last_day_that_a_record_may_name_have_an_event(last):
    (event,) = read(exported(binary(0.7, deadline=last)))
    assert (event.start, event.end) == (last, last + timedelta(1))


CDF = ((date(2024, 6, 30), 0.1), (DEADLINE, 0.5), (date(2030, 12, 31), 0.9))


@pytest.mark.parametrize(
    ("answer", "decided", "left"),
    [
        (None, None, ["2024-06-30", "2024-12-31", "2030-12-31", "2032-01-01"]),
        ("no", date(2024, 6, 29), ["2024-06-30", "2024-12-31", "2030-12-31", "2032-01-01"]),
        ("no", DEADLINE, ["2030-12-31", "2032-01-01"]),
        ("no", date(2032, 1, 1), []),
        (date(2024, 5, 1), None, []),
        ("void", None, []),
    ],
)
def test_a_date_has_an_event_for_each_undecided_day_and_for_its_deadline(answer, decided, left):
    given = {"answer": answer, "decided": decided, "deadline": date(2032, 1, 1)}
    ship = built("date", said(cdf=CDF), id="ship", **given)
    assert days(ship, day=date(2032, 6, 1)) == [
        (f"ship-{day}@predtrack", date.fromisoformat(day)) for day in left
    ]


@pytest.mark.parametrize("answer", ["yes", "no", 0.5, "void"])
def test_what_has_ended_has_no_event(answer):
    assert days(binary(0.7, answer)) == []
    assert days(binary(0.7, deadline=None)) == []


def test_what_is_void_because_its_condition_failed_has_no_event():
    from predtrack.records.prediction import Condition

    dependent = binary(0.7, id="b", condition=Condition(prediction="a"))
    assert days(binary(0.7, "no", id="a"), dependent) == []
    assert days(binary(0.7, "yes", id="a"), dependent) == [("b-2024-12-31@predtrack", DEADLINE)]


def test_what_was_decided_after_the_day_is_still_to_come():
    prediction = binary(0.7, "yes", decided=date(2024, 5, 1))
    assert len(days(prediction, day=date(2024, 4, 30))) == 1
    assert days(prediction, day=date(2024, 5, 1)) == []


def test_the_stamp_is_the_latest_forecast_in_universal_time():
    east = datetime(2024, 3, 1, 0, 30, tzinfo=timezone(timedelta(hours=9)))
    told = [said(probability=0.5), said(by="Bob", probability=0.5, made=east)]
    (event,) = read(exported(built("binary", *told)))
    stamp = event.DTSTAMP
    assert (stamp.isoformat(), stamp.utcoffset()) == ("2024-02-29T15:30:00+00:00", timedelta(0))
    (bare,) = read(exported(built("binary")))
    assert bare.DTSTAMP.year == 1970


def test_the_description_says_who_says_what_the_criteria_and_where_to_look():
    told = [said(probability=0.5), said(by="Bob", probability=0.25), said(by="Eve", words="Never")]
    later = replace(told[0], made=MADE + timedelta(9), probability=0.75)
    gone = said(by="Zoe", probability=0.1, withdrawn=date(2024, 2, 1))
    criteria = "It counts if\nboth hold:\n- first; or\n- second\n\nElse, no."
    (event,) = read(exported(built("binary", *told, later, gone, criteria=criteria)))
    assert event["DESCRIPTION"].split("\n") == [
        *("Ada: 75%", "Bob: 25%", 'Eve: "Never"', ""),
        *("It counts if both hold:", "- first; or", "- second", "", "Else, no.", ""),
        "predtrack show p",
    ]


def taken_in(*files: bytes) -> dict[str, icalendar.Event]:
    """What a calendar holds that takes files in one after another: an event a UID, the last one."""
    return {str(event["UID"]): event for data in files for event in read(data)}


def test_taken_in_twice_a_calendar_makes_no_doubles():
    first = program("export", "ics", of=SHIPPED).out.encode()
    again = program("export", "ics", of=SHIPPED).out.encode()
    assert first == again
    assert len(read(first)) == len(taken_in(first)) == len(taken_in(first, again)) > 20


def test_a_revised_forecast_and_a_new_claim_replace_the_event():
    was = binary(0.7)
    revised = said(probability=0.2, made=date(2024, 7, 1))
    now = replace(was, claim="It comes true at last", forecasts=(*was.forecasts, revised))
    (event,) = taken_in(exported(was), exported(now)).values()
    assert event["SUMMARY"] == "It comes true at last"
    assert event["DESCRIPTION"].startswith("Ada: 20%")
    assert event.DTSTAMP.date() == date(2024, 7, 1)


def test_no_day_of_the_week_or_clock_changes_a_byte():
    many = [replace(each, outcome=None) for each in resolved(50)]
    assert exported(*many) == exported(*reversed(many), day=DAY + timedelta(400))
    assert len(read(exported(*many))) == 60  # each of ten dates has two days


SIGNS = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)


@example("x" * 67)
@example("é" * 80)
@example("👩\u200d🚀" * 40)
@example("\\n \\, a;b:c\r\nEND:VEVENT\r\nBEGIN:VALARM")
@given(SIGNS)
def test_any_text_is_read_back_and_no_line_is_too_long(text):
    prediction = binary(0.7, claim=f"A{text}", criteria=f"B{text}")
    data = exported(prediction)
    lines = data.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert not any(b"\r" in line or b"\n" in line for line in lines)
    assert obeyed("".join(line.decode() for line in lines)) == set()  # no sign is cut in two
    (event,) = read(data)
    assert event["SUMMARY"].startswith("A")
    assert event["DESCRIPTION"].endswith("\n\npredtrack show p")
    again = icalendar.Calendar.from_ical(data).to_ical(sorted=False)
    assert again.replace(b"\r\n ", b"") == data.replace(b"\r\n ", b"")


@given(SIGNS)
def test_what_is_folded_unfolds_to_the_line(text):
    line = f"SUMMARY:{text}"
    parts = list(folded(line))
    assert parts[0] + "".join(part[1:] for part in parts[1:]) == line
    assert all(part.startswith(" ") for part in parts[1:])
    assert all(len(part.encode()) > 75 - 4 for part in parts[:-1])  # full, but for a wide sign


@pytest.mark.parametrize(
    ("text", "written"),
    [("a,b", r"a\,b"), ("a;b", r"a\;b"), (r"a\nb", r"a\\nb"), ("a\nb", r"a\nb"), ("a:b", "a:b")],
)
def test_the_signs_that_divide_are_escaped_once(text, written):
    assert escaped(text) == written


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_shown_and_not_obeyed(tmp_path, name):
    text, shown = HOSTILE[name]
    one_line = name != "carriage"  # a name with a line break in it is refused
    written = RAIN.replace("It rains on the first of April", f'"{text}"')
    hostile = record(text).replace("outcome:\n  {", "x-outcome:\n  {")
    folder(tmp_path, x=hostile if one_line else written)
    said_of_it = program("export", "ics", of=tmp_path)
    assert (said_of_it.code, said_of_it.err) == (0, "")
    assert obeyed(said_of_it.out.replace("\r\n", "")) == set()
    (event,) = read(said_of_it.out.encode())
    assert event["SUMMARY"] == shown
    if one_line:
        assert shown in event["DESCRIPTION"]


def written(*words: str, of: Path = ENDED) -> list[str]:
    """The uids of the events that a run prints."""
    said_of_it = program("export", "ics", *words, of=of)
    assert said_of_it.code == 0
    return [str(event["UID"]).removesuffix("@predtrack") for event in read(said_of_it.out.encode())]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ([], ["festival-2027-08-31", "heat-2027-12-31", "ship-2028-12-31", "tram-2026-12-31"]),
        (["--tag", "city"], ["festival-2027-08-31", "tram-2026-12-31"]),
        (["--by", "山田 花子"], ["festival-2027-08-31"]),
        (["--status", "due"], ["tram-2026-12-31"]),
        (["--status", "resolved"], []),
    ],
)
def test_the_filters_of_the_list_hold(words, found):
    assert written(*words) == found


def test_the_day_asked_for_says_what_is_undecided():
    assert "ship-2026-12-31" in written("--as-of", "2026-06-01", "--kind", "date")


def test_a_calendar_goes_to_a_file_whole_and_over_another_only_by_force(tmp_path):
    target = tmp_path / "due.ics"
    words = ("export", "ics", "-o", str(target))
    said_of_it = program(*words, of=ENDED)
    assert said_of_it == Said(0, "", f"exported 4 predictions to {target}\n")
    kept = target.read_bytes()
    assert kept.decode() == program("export", "ics", of=ENDED).out
    refused = program(*words, of=SHIPPED)
    assert (refused.code, refused.out) == (5, "")
    assert target.read_bytes() == kept
    assert program(*words, "--force", of=SHIPPED).code == 0
    assert target.read_bytes().decode() == program("export", "ics", of=SHIPPED).out


def test_a_calendar_of_half_a_folder_is_refused(tmp_path):
    said_of_it = program("export", "ics", of=folder(tmp_path, rain=RAIN, broken=BROKEN))
    assert (said_of_it.code, said_of_it.out) == (4, "")
    assert "broken.yaml:8:18" in said_of_it.err


def test_a_calendar_holds_no_tables():
    said_of_it = program("export", "ics", "--table", "chances", of=ENDED)
    assert (said_of_it.code, said_of_it.out) == (2, "")
    assert "ics has no tables" in said_of_it.err

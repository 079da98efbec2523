"""Days and zones: a deadline is a date, due once the user's own date has passed it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from faults.program import Server, run
from faults.scenarios import PLACE

# Zones as rules, for machines without a table of zones; their sign is the other way round.
WESTERNMOST, EASTERNMOST = "WEST+12", "EAST-14"
NOON = datetime(2027, 4, 1, 12, 0, tzinfo=UTC).timestamp()
HOUR = 3600


def folder(to: Server, **deadlines: str) -> Path:
    """A folder of predictions with these deadlines."""
    root = to.cwd / PLACE
    root.mkdir(exist_ok=True)
    for name, deadline in deadlines.items():
        text = (
            f"claim: It rains\nkind: binary\ndeadline: {deadline}\n"
            "forecasts:\n  - {by: Ada Example, made: 1900-01-01, probability: 70%}\n"
        )
        (root / f"{name}.yaml").write_text(text, "utf-8")
    return root


def status(to: Server, zone: str, clock: float, *words: str) -> str:
    """How the prediction stands, for a user in a zone whose clock shows that moment."""
    env = {"TZ": zone, "PREDTRACK_AS_OF": ""}
    ended = run(to, "--folder", PLACE, "list", *words, env=env, clock=clock)
    assert (ended.code, ended.err) == (0, "")
    return ended.out.split("\t")[1]


@pytest.mark.parametrize(
    ("zone", "until"),
    [("UTC0", 12), (WESTERNMOST, 24), (EASTERNMOST, -2), ("HALF-5:30", 6.5)],
)
def test_a_prediction_is_due_once_the_users_own_day_is_over(to, zone, until):
    """The deadline is 1 April; `until` are the hours from noon UTC to the user's midnight."""
    folder(to, rain="2027-04-01")
    midnight = NOON + until * HOUR
    assert status(to, zone, midnight - 1) == "open"
    assert status(to, zone, midnight) == "due"


def test_the_clocks_that_are_put_forward_move_no_day(to):
    folder(to, rain="2027-03-28")  # in this zone at two in the morning of that day
    zone = "CET-1CEST,M3.5.0,M10.5.0/3"
    midnight = datetime(2027, 3, 28, 22, 0, tzinfo=UTC).timestamp()
    assert status(to, zone, midnight - 1) == "open"
    assert status(to, zone, midnight) == "due"


@pytest.mark.parametrize("zone", ["Nowhere/Nothing", "", ":", "/", "x" * 5000, "\u202e", "A" * 3])
def test_a_broken_zone_is_as_good_as_none(to, zone):
    folder(to, rain="2027-04-01")
    assert status(to, zone, NOON) == "open"
    assert status(to, zone, NOON + 36 * HOUR) == "due"


def test_a_day_that_is_asked_for_needs_no_clock(to):
    folder(to, rain="2027-04-01")
    for zone in (WESTERNMOST, EASTERNMOST):
        assert status(to, zone, NOON + 10_000 * HOUR, "--as-of", "2027-04-01") == "open"
        assert status(to, zone, 0.0, "--as-of", "2027-04-02") == "due"


@pytest.mark.parametrize(
    ("deadline", "day", "left"),
    [
        ("2028-02-29", "2028-02-28", 1),
        ("2028-02-29", "2028-03-01", -1),
        ("2000-02-29", "2001-03-01", -366),
        ("1900-02-28", "1900-03-01", -1),  # no leap year
        ("1900-01-01", "1900-01-01", 0),
        ("2999-12-31", "2999-12-31", 0),
        ("2999-12-31", "1900-01-01", 401_766),
        ("2027-12-31", "2028-01-01", -1),
    ],
)
def test_days_are_counted_right_at_leap_days_and_at_the_ends_of_years(to, deadline, day, left):
    folder(to, rain=deadline)
    ended = run(to, "--folder", PLACE, "list", "--as-of", day)
    row = ended.out.split("\t")
    assert row[1:4] == ["due" if left < 0 else "open", deadline, str(left)]


@pytest.mark.parametrize(
    ("deadline", "said"),
    [
        ("9999-12-31", "the year of 9999-12-31 is out of range; give a year from 1900 to 2999"),
        ("0000-01-01", "the year of 0000-01-01 is out of range; give a year from 1900 to 2999"),
        ("1899-12-31", "the year of 1899-12-31 is out of range; give a year from 1900 to 2999"),
        ("3000-01-01", "the year of 3000-01-01 is out of range; give a year from 1900 to 2999"),
        ("2100-02-29", "there is no day 2100-02-29; write a day that exists"),
        ("2027-02-29", "there is no day 2027-02-29; write a day that exists"),
        ("2027-13-01", "there is no day 2027-13-01; write a day that exists"),
    ],
)
def test_a_day_that_no_record_may_hold_is_an_error_at_its_line(to, deadline, said):
    folder(to, rain=deadline)
    ended = run(to, "--folder", PLACE, "check")
    assert ended.code == 1
    assert ended.out.startswith(f"rain.yaml:3:11: error[date]: {said}")
    assert ended.out.count("\n") == 1


@pytest.mark.parametrize(
    "words",
    [
        ["list", "--as-of", "9999-12-31"],
        ["list", "--as-of", "0000-01-01"],
        ["list", "--as-of", "2027-02-29"],
        ["resolve", "rain", "yes", "--decided", "3000-01-01"],
        ["resolve", "rain", "yes", "--decided", "+9999y"],
        ["list", "--since", "in 99999 years"],
    ],
    ids=" ".join,
)
def test_a_day_out_of_range_on_the_command_line_is_refused(to, words):
    folder(to, rain="2027-04-01")
    ended = run(to, "--folder", PLACE, *words)
    assert ended.code == 2
    assert "Traceback" not in ended.err
    assert "range" in ended.err or "there is no day" in ended.err


@pytest.mark.parametrize("day", ["1900-01-01", "2999-12-31"])
def test_the_first_and_the_last_day_can_be_asked_for_and_recorded(to, day):
    root = folder(to, rain="2999-12-31")
    words = ["--folder", PLACE, "--as-of", day]
    assert run(to, *words, "list").code == 0
    assert run(to, *words, "report").code == 0
    assert run(to, *words, "resolve", "rain", "yes").code == 0
    assert f"decided: {day}" in (root / "rain.yaml").read_text()
    assert run(to, *words, "show", "rain").code == 0
    assert run(to, *words, "check").code == 0

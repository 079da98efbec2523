"""`import --tz`: days and times of a zone, which one is said, and forecasts too late are named."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from downloads import real
from importing import DATA, ZONES, at_home
from predtrack.importers.metaculus.question import RULES
from predtrack.store.folder import load
from test_cli import Said, program

RAIN = {
    "id": "q1",
    "title": "Will it rain?",
    "createdAt": "2026-11-20T00:00:00Z",
    "resolveBy": "2026-12-30T15:00:00.000Z",
    "forecasts": [
        {"id": 1, "createdAt": "2026-11-27T04:06:00.000Z", "forecast": 0.7, "userId": "u1"}
    ],
}
LATE = RAIN | {
    "id": "q2",
    "resolved": True,
    "resolution": "YES",
    "resolvedAt": "2026-11-22T00:00:00Z",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return an empty folder of predictions."""
    path = tmp_path / "predictions"
    path.mkdir()
    return path


@pytest.fixture(params=ZONES)
def home(request: pytest.FixtureRequest) -> Iterator[str]:
    """Let the computer stand in a zone, and return its name."""
    with at_home(request.param):
        yield request.param


def fatebook(root: Path, *words: str, questions: list | None = None, **named: str) -> Said:
    """Run `import fatebook` of some questions."""
    path = root.parent / "questions.json"
    path.write_text(json.dumps({"items": questions or [RAIN]}))
    return program("import", "fatebook", str(path), *words, of=root, **named)


def files(root: Path) -> dict[str, bytes]:
    """Return the records of a folder as they are written."""
    return {path.name: path.read_bytes() for path in sorted(root.glob("*.yaml"))}


def test_a_deadline_is_the_day_that_was_set(root: Path) -> None:
    with at_home("Asia/Tokyo"):
        shown = fatebook(root, "--write", TZ="Asia/Tokyo")
    line = "days and times in Asia/Tokyo, the local zone (--tz names another)\n"
    assert (shown.code, line in shown.err) == (0, True)
    assert load(str(root)).predictions["fatebook-q1"].deadline == date(2026, 12, 31)
    due = program("--as-of", "2026-12-31", "list", of=root)
    assert "fatebook-q1\topen\t2026-12-31\t0\t" in due.out


def test_a_forecast_of_the_evening_is_known_on_that_day(root: Path) -> None:
    shown = fatebook(root, "--tz", "America/Los_Angeles", "--write")
    assert "days and times in America/Los_Angeles\n" in shown.err
    (forecast,) = load(str(root)).predictions["fatebook-q1"].forecasts
    assert forecast.made.isoformat() == "2026-11-26T20:06:00-08:00"
    assert "made: 2026-11-26T20:06:00-08:00" in files(root)["fatebook-q1.yaml"].decode()
    assert program("--as-of", "2026-11-26", "list", of=root).out.startswith("fatebook-q1\t")


def test_the_files_go_by_the_zone_and_not_by_where_the_computer_stands(
    root: Path, home: str
) -> None:
    fatebook(root, "--tz", "Asia/Tokyo", "--write")
    (written,) = files(root).values()
    assert b"deadline: 2026-12-31\n" in written
    assert b"made: 2026-11-27T13:06:00+09:00\n" in written


def test_without_an_option_it_is_the_local_zone(root: Path, home: str) -> None:
    shown = fatebook(root, "--write", TZ=home)
    assert f"days and times in {home}, the local zone (--tz names another)\n" in shown.err
    here = files(root)
    for name in here:
        (root / name).unlink()
    named = fatebook(root, "--write", "--tz", home)
    assert f"days and times in {home}\n" in named.err
    assert files(root) == here


@pytest.mark.parametrize(
    ("zone", "name"),
    [("UTC", "UTC"), ("z", "UTC"), ("+02:00", "+02:00"), ("-08:00", "-08:00"), ("GMT", "GMT")],
)
def test_the_zone_is_said(zone: str, name: str, root: Path) -> None:
    assert f"days and times in {name}\n" in fatebook(root, "--tz", zone).err


@pytest.mark.parametrize(
    ("home", "name"),
    [
        ("JST-9", "UTC+09:00"),
        ("", "UTC"),
        (":Asia/Tokyo", "Asia/Tokyo"),
        ("/usr/share/zoneinfo/Asia/Tokyo", "Asia/Tokyo"),
        ("Mars/Olympus", "UTC+00:00"),
    ],
)
def test_the_local_zone_is_named_as_well_as_can_be(home: str, name: str, root: Path) -> None:
    with at_home(home):
        shown = fatebook(root, TZ=home)
    assert f"days and times in {name}, the local zone" in shown.err


def test_the_local_zone_of_the_system_has_a_name(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = tmp_path / "localtime"
    for target, name in (("zoneinfo/Asia/Tokyo", "Asia/Tokyo"), ("elsewhere", "UTC+09:00")):
        link.unlink(missing_ok=True)
        link.symlink_to(tmp_path / target)
        monkeypatch.setattr("predtrack.cli.zones.LINK", str(link))
        with at_home("Asia/Tokyo"):
            shown = fatebook(root)
        assert f"days and times in {name}, the local zone" in shown.err


@pytest.mark.parametrize("zone", ["Tokyo", "", "+25:00", "Europe"])
@pytest.mark.parametrize("form", ["fatebook", "json"])
def test_an_unknown_zone_ends_with_two_and_what_to_write(form: str, zone: str, root: Path) -> None:
    shown = program("import", form, "nowhere", "--tz", zone, of=root)
    assert (shown.code, shown.out) == (2, "")
    assert shown.err.startswith("predtrack: --tz: ")
    assert "such as Asia/Tokyo" in shown.err or "-14:00 and +14:00" in shown.err


def test_an_export_of_the_program_keeps_its_own_days(root: Path) -> None:
    fatebook(root, "--tz", "Asia/Tokyo", "--write")
    path = root.parent / "export.json"
    path.write_text(program("export", "json", of=root).out)
    before = files(root)
    for name in before:
        (root / name).unlink()
    words = ("import", "json", str(path), "--write")
    shown = program(*words, "--tz", "America/Los_Angeles", of=root)
    assert (shown.code, files(root)) == (0, before)
    assert "--tz: json keeps the days and times of its records\n" in shown.err
    assert "days and times" not in program(*words, of=root).err


def test_a_second_import_in_another_zone_changes_nothing(root: Path, home: str) -> None:
    path = str(DATA / "fatebook-api" / "questions.json")
    words = ("import", "fatebook", path, "--write")
    assert program(*words, "--tz", "UTC", of=root).code == 6  # one of its questions is no forecast
    before = files(root)
    again = program(*words, of=root)
    assert (again.out, files(root)) == ("", before)
    assert f"0 records written; {len(before)} here already\n" in again.err
    if home != "Europe/London":  # which in winter has the time of UTC
        remark = "it is here with the days and times of another zone, and keeps them"
        assert f"remark: {remark} (6 records, " in again.err


def test_a_file_without_a_day_is_not_taken_twice_in_another_zone(root: Path) -> None:
    path = root.parent / "a.forecast"
    path.write_bytes((DATA / "forecast" / "pert.forecast").read_bytes())
    os.utime(path, (1_700_000_000, 1_700_000_000))  # 2023-11-14T22:13:20Z
    words = ("import", "forecast", str(path), "--write", "--tz")
    assert program(*words, "Asia/Tokyo", of=root).code == 0
    (whole,) = load(str(root)).predictions.values()
    assert whole.forecasts[0].made == date(2023, 11, 15)
    before = files(root)
    for zone in ZONES:
        assert "0 records written; 1 here already" in program(*words, zone, of=root).err
    assert files(root) == before


@pytest.mark.parametrize("zone", ["UTC", *ZONES])
def test_the_scores_of_the_platform_are_met_in_every_zone(zone: str, root: Path) -> None:
    path = root.parent / "download"
    path.write_bytes(real())
    words = ("import", "metaculus", str(path), "--tz", zone)
    shown = program(*words, "--verify", of=root)
    assert (shown.code, shown.err) == (0, "")
    assert all("37 of 37 scores agree" in line for line in shown.out.splitlines())
    program(*words, "--write", of=root)
    rows = {}
    for rule in RULES:
        scores = program("score", "--rule", rule, "--json", "--as-of", "2026-01-01", of=root)
        rows |= {(row["id"], row["by"], rule): row for row in json.loads(scores.out)["scores"]}
    assert len(rows) == 4 * 37
    assert all(row["counts"] for row in rows.values())


def test_hindsight_is_warned_of_once_and_changes_no_exit_code(root: Path) -> None:
    shown = fatebook(root, "--tz", "UTC", questions=[RAIN, LATE])
    (line,) = [each for each in shown.err.splitlines() if each.startswith("warning")]
    assert (shown.code, line.startswith("warning[hindsight]: fatebook-q2: ")) == (0, True)
    assert "hindsight, which never counts" in line
    written = fatebook(root, "--tz", "UTC", "--write", questions=[RAIN, LATE])
    assert (written.code, line in written.err) == (0, True)
    assert "warning" not in fatebook(root, "--tz", "UTC", "--write", questions=[RAIN, LATE]).err


def test_hindsight_of_many_records_is_one_line_with_their_number(root: Path) -> None:
    questions = [LATE | {"id": f"q{k}"} for k in range(8)]
    shown = fatebook(root, "--tz", "UTC", "--write", questions=questions)
    (line,) = [each for each in shown.err.splitlines() if each.startswith("warning")]
    ids = ", ".join(f"fatebook-q{k}" for k in range(5))
    begin = f"warning[hindsight]: 8 forecasts in 8 records ({ids} and 3 more); the first: made on"
    assert (shown.code, line.startswith(begin)) == (0, True)


def test_a_record_that_becomes_late_by_its_outcome_is_warned_of_too(root: Path) -> None:
    unresolved = LATE | {"resolved": False, "resolution": None, "resolvedAt": None}
    assert "warning" not in fatebook(root, "--tz", "UTC", "--write", questions=[unresolved]).err
    shown = fatebook(root, "--tz", "UTC", questions=[LATE])
    assert "1 outcome to add to 1 record here" in shown.err
    assert "warning[hindsight]: fatebook-q2: " in shown.err

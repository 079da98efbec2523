"""Importing again: options, judgements, days and forecasts that came later are taken over."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importing import ZONES
from predtrack.store.folder import load
from test_cli import Said, program

Json = dict[str, Any]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return an empty folder of predictions."""
    path = tmp_path / "predictions"
    path.mkdir()
    return path


def fatebook(root: Path, question: Json, zone: str = "UTC") -> Said:
    """Run `import fatebook --write` of a question."""
    path = root.parent / "questions.json"
    path.write_text(json.dumps({"items": [question]}))
    return program("import", "fatebook", str(path), "--tz", zone, "--write", of=root)


def cup(*stated: tuple[str, dict[str, float]], answer: str | None = None, **options: str) -> Json:
    """Return a question of Fatebook: when its options came, and what was said of them when."""
    forecasts = [
        {"id": f"{at}{name}", "createdAt": at, "forecast": share, "optionId": name, "userId": "Ada"}
        for at, shares in stated
        for name, share in shares.items()
    ]
    ended = {"resolvedAt": "2026-06-01T12:00:00Z"} if answer else {}
    listed = [
        {"id": name, "text": name, "createdAt": at}
        | ({"resolution": "YES" if name == answer else "NO"} | ended if answer else {})
        for name, at in options.items()
    ]
    return {
        "id": "cup",
        "title": "Who wins the cup?",
        "type": "MULTIPLE_CHOICE",
        "createdAt": "2026-01-01T00:00:00Z",
        "resolveBy": "2026-07-01T00:00:00Z",
        "exclusiveAnswers": True,
        "resolved": answer is not None,
        "options": listed,
        "forecasts": forecasts,
    }


START = "2026-01-01T00:00:00Z"
JANUARY = ("2026-01-10T10:00:00Z", {"A": 0.6, "B": 0.4})
OPEN_JANUARY = ("2026-01-10T10:00:00Z", {"A": 0.5, "B": 0.3})
MARCH = ("2026-03-10T10:00:00Z", {"A": 0.5, "B": 0.3, "C": 0.2})
CAME = {"A": START, "B": START, "C": "2026-03-01T12:00:00Z"}


@pytest.mark.parametrize(
    ("january", "rest"), [(JANUARY, None), (OPEN_JANUARY, "Other (none of these)")]
)
def test_an_option_that_came_later_is_added_and_all_else_follows(
    january: tuple[str, dict[str, float]], rest: str | None, root: Path
) -> None:
    path = root / "fatebook-cup.yaml"
    march = MARCH if rest is None else (MARCH[0], {"C": 0.1})
    fatebook(root, cup(january, A=START, B=START))
    text = path.read_text()
    names = ["A", "B", *([rest] if rest else [])]
    (line,) = [each for each in text.splitlines() if each.startswith("options:")]
    comments = [f"  - {name}  # mine on {name}" for name in names]
    path.write_text(text.replace(line, "\n".join(["options: # mine", *comments])))

    shown = fatebook(root, cup(january, march, **CAME))
    assert "1 option, 1 forecast added to 1 record here" in shown.err
    assert "left alone" not in shown.err
    whole = load(str(root)).predictions["fatebook-cup"]
    assert whole.options == (*names[:2], "C", *names[2:])
    assert ([name for name, _ in whole.options_added], whole.rest) == (["C"], rest)
    assert len(whole.forecasts) == 2

    shown = fatebook(root, cup(january, march, answer="C", **CAME))
    assert "1 outcome added to 1 record here" in shown.err
    whole = load(str(root)).predictions["fatebook-cup"]
    assert whole.outcome is not None
    assert whole.outcome.answer == "C"
    written = path.read_text()
    assert all(f"{comment}\n" in written for comment in comments)
    assert "options: # mine\n" in written
    assert program("check", of=root).code == 0

    again = fatebook(root, cup(january, march, answer="C", **CAME))
    assert "1 here already" in again.err
    assert path.read_text() == written


def test_where_old_forecasts_state_a_share_for_it_they_are_left_alone(root: Path) -> None:
    path = root / "fatebook-cup.yaml"
    fatebook(root, cup(JANUARY, A=START, B=START))
    text = path.read_text().replace("[A, B]", "[A, B, C]").replace("B: 40%", "B: 40%\n      C: 0%")
    path.write_text(text)
    shown = fatebook(root, cup(JANUARY, **CAME))
    assert "differs: fatebook-cup: options_added; forecast" in shown.err
    assert path.read_text() == text


def test_a_forecast_of_ones_own_that_lacks_the_option_keeps_it_out(root: Path) -> None:
    path = root / "fatebook-cup.yaml"
    fatebook(root, cup(JANUARY, A=START, B=START))
    own = "  - by: Me\n    made: 2026-03-20\n    probabilities: {A: 60%, B: 40%}\n"
    text = path.read_text().replace("forecasts:\n", f"forecasts:\n{own}")
    path.write_text(text)
    shown = fatebook(root, cup(JANUARY, MARCH, **CAME))
    assert "differs: fatebook-cup: options\n" in shown.err
    assert path.read_text() == text


ENDED = """claim: It rains
kind: binary
outcome:
  answer: yes
  decided: 2026-02-01
forecasts:
  - by: Ada
    made: 2026-01-01
    probability: 70%
"""
FIRST, SECOND = (f"    - answer: no\n      judge: {name}\n" for name in ("Ben", "Cleo"))


def judged(*judgements: str) -> str:
    """Return the text of a record with the judgements of others."""
    block = "".join(["  judgements:\n", *judgements] if judgements else [])
    return ENDED.replace("forecasts:", f"{block}forecasts:")


def imported(root: Path, here: str, export: str) -> tuple[str, str]:
    """Return what an export of one text adds to another, and what it says of that."""
    path, document = root / "rain.yaml", root.parent / "export.json"
    path.write_text(export)
    document.write_text(program("export", "json", of=root).out)
    path.write_text(here)
    return program("import", "json", str(document), "--write", of=root).err, path.read_text()


@pytest.mark.parametrize(
    ("here", "export"),
    [((), (FIRST,)), ((FIRST,), (FIRST, SECOND)), ((SECOND,), (FIRST, SECOND))],
)
def test_judgements_that_came_later_are_added(
    here: tuple[str, ...], export: tuple[str, ...], root: Path
) -> None:
    said, text = imported(root, judged(*here), judged(*export))
    assert "1 judgement added to 1 record here" in said
    new = [each for each in export if each not in here]
    assert text == judged(*here, *new)
    said, again = imported(root, text, judged(*export))
    assert ("1 here already" in said, again) == (True, text)


OTHER_ANSWER = judged(FIRST).replace("  answer: yes", "  answer: no")
NOTED = ENDED.replace("forecasts:", "  note: seen\nforecasts:")


@pytest.mark.parametrize(
    ("here", "export", "name"),
    [
        (judged(SECOND), judged(FIRST), "judgements"),
        (ENDED, OTHER_ANSWER, "outcome"),
        (ENDED, NOTED, "outcome"),
        (ENDED, ENDED.replace("forecasts:", "  evidence: [https://a.de]\nforecasts:"), "outcome"),
        (ENDED, ENDED.replace("forecasts:", "  x-own: a\nforecasts:"), "outcome"),
    ],
)
def test_what_differs_in_an_outcome_is_named(here: str, export: str, name: str, root: Path) -> None:
    said, text = imported(root, here, export)
    assert f"differs: rain: {name}" in said
    assert text == here


def test_what_is_ones_own_in_an_outcome_is_no_difference(root: Path) -> None:
    own = NOTED.replace("  note", "  recorded: 2026-02-03\n  judge: Me\n  note")
    said, text = imported(root, own, ENDED.replace("forecasts:", "  judge: Ben\nforecasts:"))
    assert ("1 here already" in said, text) == (True, own)
    both = judged(FIRST, SECOND)
    said, text = imported(root, both, judged(FIRST))
    assert ("1 here already" in said, text) == (True, both)


def rain(*forecasts: tuple[str, float], resolved: str | None = None) -> Json:
    """Return a question of Fatebook with forecasts, and when it was resolved."""
    stated = [
        {"id": at, "createdAt": at, "forecast": share, "userId": "u1"} for at, share in forecasts
    ]
    ended = {"resolution": "YES", "resolvedAt": resolved} if resolved else {}
    parts = {"createdAt": "2026-07-01T01:00:00Z", "resolveBy": "2026-07-10T15:00:00Z"}
    whole = {"id": "rain", "title": "Will it rain?", "forecasts": stated, **parts, **ended}
    return whole | {"resolved": resolved is not None}


def test_an_outcome_has_the_day_of_the_zone_that_the_record_has(root: Path) -> None:
    forecast = ("2026-07-01T02:00:00Z", 0.7)
    fatebook(root, rain(forecast), "Asia/Tokyo")
    shown = fatebook(root, rain(forecast, resolved="2026-07-01T03:00:00Z"), "America/Los_Angeles")
    text = (root / "fatebook-rain.yaml").read_text()
    assert "made: 2026-07-01T11:00:00+09:00" in text
    assert "decided: 2026-07-01\n" in text
    assert "hindsight" not in shown.err
    assert "it is here with the days and times of another zone, and keeps them" in shown.err


any_zone = st.sampled_from([*ZONES, "UTC", "+05:45", "-03:30", "+14:00"])
minutes = st.integers(0, 9 * 24 * 60)


@settings(max_examples=25)
@given(any_zone, any_zone, minutes, minutes, minutes)
def test_the_zone_of_a_second_import_changes_no_byte(
    first: str, second: str, early: int, late: int, end: int
) -> None:
    def at(minute: int) -> str:
        return (datetime(2026, 7, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)).isoformat()

    before = rain((at(early), 0.7))
    later = rain((at(early), 0.7), (at(early + 1 + late), 0.8), resolved=at(end))
    texts = []
    for zone in (first, second):
        with TemporaryDirectory() as folder:
            root = Path(folder) / "predictions"
            root.mkdir()
            fatebook(root, before, first)
            fatebook(root, later, zone)
            texts.append((root / "fatebook-rain.yaml").read_text())
    assert texts[0] == texts[1]
    assert "decided" in texts[0]


def test_times_of_a_table_without_a_zone_are_those_of_the_record(root: Path) -> None:
    path = root.parent / "table.csv"
    head, row = "id,claim,by,made,probability,opened", "rain,It rains,Ada,2026-07-01 10:00,70%"
    words = ("import", "csv", str(path), "--write", "--tz")
    path.write_text(f"{head}\n{row},2026-06-01 10:00\n")
    program(*words, "Asia/Tokyo", of=root)
    before = (root / "rain.yaml").read_text()
    again = program(*words, "Europe/London", of=root)
    assert "1 here already" in again.err
    assert "other content" not in again.err
    assert (root / "rain.yaml").read_text() == before
    path.write_text(
        f"{head},answer,decided\n{row},2026-06-01 10:00,,\n"
        "rain,It rains,Ada,2026-07-02 23:30,80%,,yes,2026-07-03 00:30\n"
    )
    program(*words, "America/Los_Angeles", of=root)
    text = (root / "rain.yaml").read_text()
    assert "made: 2026-07-02T23:30:00+09:00" in text
    assert "decided: 2026-07-03\n" in text

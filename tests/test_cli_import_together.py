"""Imports beside one another: nothing twice, no refusal, and what each says of itself is true."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from predtrack.store import changes
from test_cli import ENDED, RAIN, Said, folder, program

COUNTS = re.compile(r"^(\d+) records? written; (\d+) here already", re.MULTILINE)
RECORDS = 40
NUMBER = RAIN.replace("kind: binary", "kind: numeric").replace("probability: 70%", "point: 3")


def export(path: Path, *, later: bool = False) -> Path:
    """An export of many records; a later one has a forecast and an outcome more in each."""
    record: dict[str, Any] = {
        "claim": "It rains",
        "kind": "binary",
        "deadline": "2027-01-31",
        "forecasts": [{"by": "Ada", "made": "2026-01-01", "probability": 0.7}],
    }
    if later:
        record["forecasts"].append({"by": "Ada", "made": "2026-02-01", "probability": 0.8})
        record["outcome"] = {"answer": "yes", "decided": "2027-01-31"}
    entries = [{"id": f"rain-{number:03}", "record": record} for number in range(RECORDS)]
    path.write_text(json.dumps({"schema": "predtrack/export/1", "predictions": entries}))
    return path


def together(path: Path, root: Path, count: int = 3) -> list[tuple[int, int]]:
    """What imports that were started at once say was written and was here."""
    env = os.environ | {"PREDTRACK_AS_OF": "2027-03-01", "PREDTRACK_FOLDER": str(root)}
    command = [sys.executable, "-m", "predtrack", "import", "json", str(path), "--write"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    started = [subprocess.Popen(command, env=env, text=True, **pipes) for _ in range(count)]
    counts = []
    for process in started:
        _, talk = process.communicate()
        assert process.returncode == 0, talk
        assert "Traceback" not in talk
        match = COUNTS.search(talk)
        assert match, talk
        counts.append((int(match[1]), int(match[2])))
    return counts


def test_imports_of_one_file_at_once_write_each_record_once(tmp_path):
    root = folder(tmp_path / "predictions")
    counts = together(export(tmp_path / "all.json"), root)
    assert sum(written for written, _ in counts) == RECORDS
    assert [written + here for written, here in counts] == [RECORDS] * 3
    assert len([*root.iterdir()]) == RECORDS
    alone = folder(tmp_path / "alone")
    assert program("import", "json", str(tmp_path / "all.json"), "--write", of=alone).code == 0
    assert {each.name: each.read_bytes() for each in root.iterdir()} == {
        each.name: each.read_bytes() for each in alone.iterdir()
    }


def test_later_imports_of_one_file_at_once_add_each_thing_once(tmp_path):
    root = folder(tmp_path / "predictions")
    assert program("import", "json", str(export(tmp_path / "a.json")), "--write", of=root).code == 0
    together(export(tmp_path / "b.json", later=True), root)
    texts = {each.read_text() for each in root.iterdir()}
    assert len(texts) == 1
    (text,) = texts
    assert (text.count("probability:"), text.count("outcome:")) == (2, 1)


def beside(path: Path, root: Path, wrap: str, *options: str) -> Said:
    """An import before each write of which another one of the same file runs to its end."""
    real = getattr(changes, wrap)
    words = ("import", "json", str(path), *(options or ("--write",)))
    others: list[Said] = []

    def written(*arguments: Any, **named: Any) -> object:
        if not others:
            with mock.patch.object(changes, wrap, real):
                others.append(program(*words, of=root))
        return real(*arguments, **named)

    with mock.patch.object(changes, wrap, written):
        result = program(*words, of=root)
    assert others[0].code == 0
    return result


def test_an_import_that_comes_second_says_what_was_here(tmp_path):
    root = folder(tmp_path / "predictions")
    result = beside(export(tmp_path / "all.json"), root, "add")
    assert (result.code, result.out) == (0, "")
    assert COUNTS.search(result.err)[0] == f"0 records written; {RECORDS} here already"


def test_a_later_import_that_comes_second_adds_nothing_twice(tmp_path):
    root = folder(tmp_path / "predictions")
    assert program("import", "json", str(export(tmp_path / "a.json")), "--write", of=root).code == 0
    result = beside(export(tmp_path / "b.json", later=True), root, "changed")
    assert (result.code, result.out) == (0, "")
    assert result.err.startswith(f"0 records written; {RECORDS} here already\n")
    assert {each.read_text().count("probability:") for each in root.iterdir()} == {2}


def test_a_name_that_another_takes_with_another_content_is_left_alone(tmp_path):
    root = folder(tmp_path / "predictions")
    path = export(tmp_path / "all.json")
    real = changes.add

    def taken(*arguments: Any, **named: Any) -> object:
        (root / "rain-000.yaml").write_text(NUMBER)
        return real(*arguments, **named)

    with mock.patch.object(changes, "add", taken):
        result = program("import", "json", str(path), "--write", of=root)
    assert result.code == 0
    assert "39 records written; 0 here already; 1 here with other content, left alone" in result.err
    assert (root / "rain-000.yaml").read_text() == NUMBER


@pytest.mark.parametrize("at", [1, 2, 17, 40])
def test_what_was_written_before_an_interrupt_is_counted(tmp_path, at):
    root = folder(tmp_path / "predictions")
    real, calls = changes.add, []

    def interrupted(*arguments: Any, **named: Any) -> object:
        calls.append(1)
        if len(calls) == at:
            raise KeyboardInterrupt
        return real(*arguments, **named)

    with mock.patch.object(changes, "add", interrupted):
        words = ("import", "json", str(export(tmp_path / "all.json")), "--write")
        result = program(*words, of=root)
    assert result.code == 130
    assert len([*root.iterdir()]) == len(result.out.split()) == at - 1
    assert int(COUNTS.search(result.err)[1]) == at - 1


@pytest.mark.parametrize("at", [1, 2, 5])
def test_what_was_added_before_an_interrupt_is_counted(tmp_path, at):
    """Two things are added to each record, both by one call."""
    root = folder(tmp_path / "predictions")
    assert program("import", "json", str(export(tmp_path / "a.json")), "--write", of=root).code == 0
    real, calls = changes.changed, []

    def interrupted(*arguments: Any, **named: Any) -> object:
        calls.append(1)
        if len(calls) == at:
            raise KeyboardInterrupt
        return real(*arguments, **named)

    with mock.patch.object(changes, "changed", interrupted):
        words = ("import", "json", str(export(tmp_path / "b.json", later=True)), "--write")
        result = program(*words, of=root)
    assert result.code == 130
    texts = [each.read_text() for each in root.iterdir()]
    grown = [text for text in texts if text.count("probability:") == 2]
    assert grown == [text for text in texts if "outcome:" in text]
    assert len(grown) == len(result.out.split()) == at - 1
    several = f"{at - 1} forecast{'s' * (at > 2)}, {at - 1} outcome{'s' * (at > 2)} added to"
    assert (several in result.err) == (at > 1)


def moved(path: Path) -> Path:
    """An export of the same records, each with another deadline."""
    whole = json.loads(export(path).read_text())
    for each in whole["predictions"]:
        each["record"]["deadline"] = "2027-02-28"
    path.write_text(json.dumps(whole))
    return path


UPDATE = ("--update-outcomes", "--write")


@pytest.mark.parametrize("at", [1, 2, 17, 40])
def test_what_was_taken_over_when_an_interrupt_came_is_counted_and_shown(tmp_path, at):
    """The signal comes in the middle of a write: it is heard once that is counted."""
    root = folder(tmp_path / "predictions")
    assert program("import", "json", str(export(tmp_path / "a.json")), "--write", of=root).code == 0
    real, calls = changes.changed, []

    def interrupted(*arguments: Any, **named: Any) -> object:
        calls.append(1)
        if len(calls) == at:
            signal.raise_signal(signal.SIGINT)  # to this thread: xdist has others, which block none
        return real(*arguments, **named)

    with mock.patch.object(changes, "changed", interrupted):
        result = program("import", "json", str(moved(tmp_path / "b.json")), *UPDATE, of=root)
    assert result.code == 130
    texts = [each.read_text() for each in root.iterdir()]
    assert sum("deadline: 2027-02-28" in text for text in texts) == at
    assert result.err.count("+ deadline: 2027-02-28\n") == len(result.out.split()) == at
    assert f"; {at} correction{'s' * (at > 1)} in {at} record" in result.err


def test_an_update_that_comes_second_takes_nothing_over_and_shows_nothing(tmp_path):
    root = folder(tmp_path / "predictions")
    assert program("import", "json", str(export(tmp_path / "a.json")), "--write", of=root).code == 0
    result = beside(moved(tmp_path / "b.json"), root, "changed", *UPDATE)
    assert (result.code, result.out) == (0, "")
    assert result.err.startswith(f"0 records written; {RECORDS} here already\n")
    assert not {"deadline", "differs", "remark"} & {*re.findall(r"\w+", result.err)}


def test_what_is_changed_by_hand_meanwhile_is_compared_again_and_named_once(tmp_path):
    root = folder(tmp_path / "predictions")
    assert program("import", "json", str(export(tmp_path / "a.json")), "--write", of=root).code == 0
    path = root / "rain-000.yaml"
    real = changes.changed

    def edited(*arguments: Any, **named: Any) -> object:
        if "claim: It snows" not in path.read_text():
            path.write_text(path.read_text().replace("claim: It rains", "claim: It snows"))
        return real(*arguments, **named)

    with mock.patch.object(changes, "changed", edited):
        result = program("import", "json", str(moved(tmp_path / "b.json")), *UPDATE, of=root)
    assert (result.code, len(result.out.split())) == (0, RECORDS)
    assert result.err.count("differs: ") == 1
    assert "differs: rain-000: claim" in result.err
    assert "claim: It snows" in path.read_text()
    assert "deadline: 2027-02-28" in path.read_text()


def test_a_protected_record_is_not_said_to_be_taken_over(tmp_path):
    root = folder(tmp_path / "predictions")
    assert program("import", "json", str(export(tmp_path / "a.json")), "--write", of=root).code == 0
    (root / "rain-000.yaml").chmod(0o444)
    result = program("import", "json", str(moved(tmp_path / "b.json")), *UPDATE, of=root)
    assert (result.code, len(result.out.split())) == (5, RECORDS - 1)
    assert "rain-000.yaml is write-protected" in result.err
    assert "rain-000.yaml:" not in result.err
    assert "differs: rain-000: deadline: 2027-01-31 here, 2027-02-28 there" in result.err
    assert f"{RECORDS - 1} corrections in {RECORDS - 1} records" in result.err


def test_nothing_of_the_example_changes_when_it_is_imported_twice_at_once(tmp_path):
    document = program("export", "json", "--status", "all", of=ENDED).out
    (tmp_path / "all.json").write_text(document)
    root = folder(tmp_path / "predictions")
    counts = together(tmp_path / "all.json", root, 2)
    assert [sum(each) for each in counts] == [17, 17]

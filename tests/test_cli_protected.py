"""A record that nobody may write to is changed only by somebody who says that it is meant."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from test_cli import RAIN, Said, folder, program
from test_cli_asking import typed

CHANGES = [
    ("update", "rain", "80%"),
    ("withdraw", "rain", "--by", "Ada Example"),
    ("resolve", "rain", "yes"),
]
QUESTION = "rain is write-protected; change it all the same? (y, n) [n]: "


@pytest.fixture
def record(tmp_path: Path) -> Path:
    path = folder(tmp_path / "predictions", rain=RAIN) / "rain.yaml"
    os.chmod(path, 0o444)
    return path


@pytest.mark.parametrize("words", CHANGES, ids=" ".join)
def test_away_from_a_terminal_it_is_refused(record, words):
    result = program(*words, of=record.parent)
    assert result.code == 5
    sentence = f"{record} is write-protected; nothing was changed; `chmod u+w {record}` lets it be"
    assert result.err == f"predtrack: {sentence} changed\n"
    assert record.read_text() == RAIN
    dry = program(*words, "--dry-run", of=record.parent)
    assert dry == Said(0, result.out, "nothing was changed (--dry-run)\n")


@pytest.mark.parametrize("words", CHANGES, ids=" ".join)
def test_on_a_terminal_it_is_asked_about(record, words):
    for no in ("", "n", "no"):
        with typed(no):
            result = program(*words, of=record.parent)
        assert (result.code, result.err.startswith(QUESTION)) == (5, True)
        assert record.read_text() == RAIN
    with typed("y"):
        result = program(*words, of=record.parent)
    assert (result.code, result.err) == (0, QUESTION)
    assert record.read_text() != RAIN
    assert record.stat().st_mode & 0o777 == 0o444


def test_a_later_export_does_not_change_it(record, tmp_path):
    export = json.loads(program("export", "json", "--status", "all", of=record.parent).out)
    export["predictions"][0]["record"]["outcome"] = {"answer": "yes", "decided": "2027-02-01"}
    (tmp_path / "later.json").write_text(json.dumps(export))
    result = program("import", "json", str(tmp_path / "later.json"), "--write", of=record.parent)
    assert (result.code, result.out) == (5, "")
    assert "0 records written; 0 here already" in result.err
    assert "is write-protected; nothing was changed" in result.err
    assert record.read_text() == RAIN


def test_one_that_only_others_may_not_write_to_is_as_any(record):
    os.chmod(record, 0o644)
    assert program("update", "rain", "80%", of=record.parent).code == 0

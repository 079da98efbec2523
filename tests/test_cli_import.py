"""`import` of other platforms: shown, then written when told, and a second run changes nothing."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from importing import DATA, expected
from predtrack.importers import FORMATS
from predtrack.records.prediction import Prediction
from predtrack.store.folder import load
from test_cli import program

CASES = {
    "fatebook": ("fatebook", "forecasts.csv"),
    "predictionbook": ("predictionbook", "my_predictions.json"),
    "predictionbook-csv": ("predictionbook", "my_predictions.csv"),
}
CSV = "id,claim,who,made,percent\nrain,It rains,Ada,2027-01-02,70\n"


def without_path(root: Path) -> dict[str, Prediction]:
    """The predictions of a folder by their ids, as if they were nowhere."""
    return {own: replace(each, path="") for own, each in load(root).predictions.items()}


def table(root: Path, text: str) -> str:
    """The path of a table beside the folder of predictions."""
    path = root.parent / "table.csv"
    path.write_text(text, "utf-8")
    return str(path)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An empty folder of predictions."""
    made = tmp_path / "predictions"
    made.mkdir()
    return made


@pytest.mark.parametrize("case", CASES)
def test_an_export_is_shown_then_written_and_then_here_already(case: str, root: Path) -> None:
    form, name = CASES[case]
    words = ("import", form, str(DATA / case / name), "--tz", "UTC")
    shown = program(*words, of=root)
    wanted = expected(case)
    assert (shown.code, sorted(shown.out.split())) == (0, sorted(wanted))
    assert not list(root.iterdir())
    written = program(*words, "--write", of=root)
    assert (written.code, without_path(root)) == (0, wanted)
    files = {file: file.read_bytes() for file in root.rglob("*.yaml")}
    again = program(*words, "--write", of=root)
    assert (again.code, again.out) == (0, "")
    assert f"{len(wanted)} here already" in again.err
    assert {file: file.read_bytes() for file in root.rglob("*.yaml")} == files
    assert program("check", of=root).code == 0


def test_what_cannot_be_read_is_named_and_ends_with_six(root: Path) -> None:
    held = [str(file) for file in sorted((DATA / "manifold").glob("*.json"))]
    said = program("import", "manifold", *held, of=root)
    assert said.code == 6
    assert "markets.json, entry 8" in said.err
    assert "a market of type STONK is no forecast" in said.err


def test_columns_are_named_by_an_option_that_may_repeat(root: Path) -> None:
    words = ("import", "csv", table(root, CSV), "--map", "who=by", "--write")
    said = program(*words, of=root)
    assert (said.code, said.out) == (0, "rain\n")
    (forecast,) = load(root).predictions["rain"].forecasts
    assert (forecast.by, forecast.probability) == ("Ada", 0.7)
    two = ("import", "csv", table(root, CSV.replace("percent", "p")), "--map", "who=by", "--map")
    again = program(*two, "p=percent", of=root)
    assert "1 here already" in again.err


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("fatebook", "--map", "a=by"), "the columns of fatebook are known"),
        (("csv", "--map", "who"), "--map who: write COLUMN=FIELD, such as Who=by"),
        (("csv", "--map", "=by"), "--map =by: write COLUMN=FIELD"),
        (("csv", "--map", "a=by", "--map", "b=by"), "two columns are by; keep one"),
        (("csv", "--map", "who=bye"), "there is no such field"),
        (("fatbook",), "fatebook"),
    ],
)
def test_a_mistake_of_the_command_ends_with_two(words: tuple, why: str, root: Path) -> None:
    said = program("import", words[0], table(root, CSV), *words[1:], of=root)
    assert said.code == 2
    assert why in said.err


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    "content",
    [
        b"\x80\x04\x95\x00",
        b"\xff\xfe\x00",
        b"a,b\n1,\x1b]0;owned\x07\n",
        b'{"items": [{"id": "../../x", "title": "t"}]}',
        b"[" * 100_000,
    ],
    ids=["pickle", "not utf-8", "control", "path", "deep"],
)
def test_a_hostile_file_is_a_sentence_and_writes_nothing(
    form: str, content: bytes, root: Path
) -> None:
    path = root.parent / "export"
    path.write_bytes(content)
    said = program("import", form, str(path), "--write", of=root)
    assert (said.code, said.out, list(root.iterdir())) == (6, "", [])
    assert said.err.startswith("predtrack: ") or "error[import]" in said.err
    assert "\x1b" not in said.err
    assert not (root.parent.parent / "x").exists()


def test_a_forecast_without_a_day_was_made_when_its_file_was_changed(root: Path) -> None:
    path = root.parent / "a.forecast"
    path.write_bytes((DATA / "forecast" / "pert.forecast").read_bytes())
    os.utime(path, (1_700_000_000, 1_700_000_000))
    assert program("import", "forecast", str(path), "--write", "--tz", "UTC", of=root).code == 0
    (found,) = load(root).predictions.values()
    assert found.forecasts[0].made.isoformat() == "2023-11-14"

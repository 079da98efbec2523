"""`import metaculus` as a user runs it: shown, written, run again, grown by a later download."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from difflib import ndiff
from pathlib import Path
from unittest import mock

import pytest

from downloads import FORECASTS, QUESTIONS, SCORES, download, official, post, real, zipped
from predtrack.importers.metaculus.question import RULES
from predtrack.records.prediction import Prediction
from predtrack.store.folder import load
from test_cli import Said, program

YES = {"Probability Yes": "0.7"}
OPEN = {"Resolution": "", "Resolution Known Time": ""}
REVISED = YES | {"Probability Yes": "0.8", "Start Time": "2025-01-05 00:00:00+00"}
SCORE = {"Question ID": "7", "User ID": "11", "User Username": "ada", "Score Type": "baseline"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An empty folder of predictions."""
    made = tmp_path / "predictions"
    made.mkdir()
    return made


def run(root: Path, content: bytes, *words: str) -> Said:
    """A run of `import metaculus` of a file that holds this."""
    path = root.parent / "download"
    path.write_bytes(content)
    return program("import", "metaculus", str(path), *words, "--tz", "UTC", of=root)


def held(root: Path, identity: str = "metaculus-7") -> Prediction:
    """The record as it stands in the folder."""
    return load(str(root)).sound().predictions[identity]


def test_a_download_is_shown_then_written_and_then_here_already(root):
    shown = run(root, real())
    ids = [f"metaculus-{own}" for own in (33880, 31368, 34961, 31337)]
    assert (shown.code, sorted(shown.out.split())) == (0, sorted(ids))
    assert "metaculus-33880: Question 33880 (binary) (13 forecasts)\n" in shown.err
    assert "4 records to write (--write writes them); 0 here already\n" in shown.err
    assert "remark: no day is said on which it is to resolve" in shown.err
    assert list(root.iterdir()) == []
    assert run(root, real(), "--write").code == 0
    before = {file.name: file.read_bytes() for file in root.iterdir()}
    assert sorted(before) == sorted(f"{each}.yaml" for each in ids)
    again = run(root, real(), "--write")
    assert again == Said(0, "", "0 records written; 4 here already\ndays and times in UTC\n")
    assert {file.name: file.read_bytes() for file in root.iterdir()} == before
    assert program("check", of=root) == Said(0, "", "")


def test_the_written_records_score_what_the_platform_gave(root):
    run(root, real(), "--write")
    given = {(each.id, each.by, each.rule): each.score for each in official(real())}
    computed = {}
    for rule in RULES:
        said = program("score", "--rule", rule, "--json", "--as-of", "2026-01-01", of=root)
        for row in json.loads(said.out)["scores"]:
            computed[row["id"], row["by"], row["rule"]] = row["score"]
            assert row["counts"]
    assert computed == pytest.approx(given, rel=0, abs=1e-9)


def test_scores_of_the_download_are_compared_and_nothing_is_written(root):
    said = run(root, real(), "--verify")
    lines = said.out.splitlines()
    assert (said.code, said.err, list(root.iterdir())) == (0, "", [])
    assert [line.split(":")[0] for line in lines] == list(RULES)
    assert all("37 of 37 scores agree within 1e-09; the largest difference is" in x for x in lines)


def test_a_score_that_is_missed_or_cannot_be_computed_is_said_and_ends_with_one(root):
    scores = [
        SCORE | {"Score": "1.5"},
        SCORE | {"Score": "2.5", "Score Type": "peer"},
        SCORE | {"Score": "3.5", "User Username": "bo"},
        SCORE | {"Score": "3.5", "Question ID": "9"},
    ]
    said = run(root, download({}, YES, {"Probability Yes": "x"}, scores=scores), "--verify")
    assert said.code == 1
    baseline, peer = said.out.splitlines()
    assert baseline.startswith("baseline: 0 of 3 scores agree within 1e-09; the largest difference")
    assert "2 not computed (no such forecast could be read, or it has no outcome)" in baseline
    assert peer.endswith("1 not computed (the forecasts of the others are not in the file)")
    assert "metaculus-7: baseline of ada is 43.6884" in said.err
    assert "here and 1.5 there" in said.err
    assert "forecast_data.csv:3" in said.err


@pytest.mark.parametrize(
    ("content", "words", "code", "told"),
    [
        (download({}, YES), ("--verify",), 6, "holds no scores of the platform"),
        (real(), ("--verify", "--write"), 2, "--verify writes nothing"),
        (zipped({"a.csv": ""}), ("--write",), 6, "holds no question_data.csv"),
        (download({"Question ID": "../x"}, YES | {"Question ID": "../x"}), ("--write",), 6, "../x"),
        (download({"Question Title": "\x1b[2J"}, YES), ("--write",), 6, "control character"),
    ],
)
def test_what_cannot_be_done_is_a_sentence_and_nothing_is_written(root, content, words, code, told):
    said = run(root, content, *words)
    assert (said.code, said.out, list(root.iterdir())) == (code, "", [])
    assert told in said.err
    assert "\x1b" not in said.err


def test_verify_is_of_metaculus_alone(root):
    said = program("import", "json", "-", "--verify", of=root)
    assert (said.code, said.out) == (2, "")
    assert "--verify: exports of json hold no scores" in said.err


def test_a_file_that_breaks_off_half_way_writes_nothing(root):
    tables = {
        QUESTIONS: zip_text(QUESTIONS),
        FORECASTS: zip_text(FORECASTS) + "x" * 2_000_000,
        SCORES: "",
    }
    said = run(root, zipped(tables), "--write")
    assert (said.code, list(root.iterdir())) == (6, [])
    assert "has a line longer than" in said.err


def zip_text(name: str) -> str:
    """The text of a table of the real download."""
    return (Path(__file__).parent / "data" / "metaculus" / name).read_text("utf-8")


def test_a_later_download_adds_revisions_and_an_outcome_and_keeps_every_other_line(root):
    run(root, download(OPEN, YES), "--write")
    path = root / "metaculus-7.yaml"
    mine = path.read_text().replace("kind: binary\n", "kind: binary\ntags: [mine]  # my own\n")
    path.write_text(mine)
    later = download({}, YES | {"End Time": REVISED["Start Time"]}, REVISED)
    shown = run(root, later)
    told = "1 forecast, 1 outcome to add to 1 record here\n"
    assert (shown.code, shown.out, told in shown.err) == (0, "metaculus-7\n", True)
    assert path.read_text() == mine
    said = run(root, later, "--write")
    assert "0 records written; 0 here already; 1 forecast, 1 outcome added to 1 record" in said.err
    found = held(root)
    assert [each.probability for each in found.forecasts] == [0.7, 0.8]
    assert (found.outcome.answer, found.tags) == ("yes", ("mine",))
    changes = list(ndiff(mine.splitlines(), path.read_text().splitlines()))
    assert [line for line in changes if line[0] in "-?"] == []
    before = path.read_bytes()
    again = run(root, later, "--write")
    assert again == Said(0, "", "0 records written; 1 here already\ndays and times in UTC\n")
    assert path.read_bytes() == before


def test_a_forecast_that_ended_later_is_withdrawn(root):
    run(root, download({}, YES), "--write")
    said = run(root, download({}, YES | {"End Time": "2025-01-05 00:00:00+00"}), "--write")
    assert "1 withdrawal added to 1 record here" in said.err
    assert held(root).forecasts[0].withdrawn.day == 5


def test_what_differs_is_left_alone_and_said(root):
    run(root, download(OPEN, YES), "--write")
    other = download(
        OPEN | {"Question Title": "Will it snow?"}, {"Probability Yes": "0.1"}, REVISED
    )
    said = run(root, other, "--write")
    assert "1 forecast added to 1 record here" in said.err
    assert "1 here with other content, left alone\n" in said.err
    forecast = "forecast of ada of 2025-01-02T00:00:00Z: 70% here, 10% there"
    assert f"differs: metaculus-7: claim; {forecast}\n" in said.err
    assert [each.probability for each in held(root).forecasts] == [0.7, 0.8]
    assert held(root).claim == "Will it rain?"


def test_a_record_that_cannot_be_changed_is_left_and_named_and_the_others_are_not(root):
    (root / "metaculus-7.yaml").write_text(
        "{claim: Will it rain?, kind: binary,"
        " forecasts: [{by: ada, made: 2025-01-02T00:00:00Z, probability: 0.7}]}\n"
    )
    other = {"Question ID": "8"}
    rows = download([OPEN, OPEN | other], YES, REVISED, YES | other)
    said = run(root, rows, "--write")
    assert said.code == 5
    assert "1 record written" in said.err
    assert "metaculus-7.yaml" in said.err
    assert len(held(root).forecasts) == 1
    assert len(held(root, "metaculus-8").forecasts) == 1


def test_the_json_of_the_api_is_taken_from_standard_input(root):
    with mock.patch("sys.stdin", io.TextIOWrapper(io.BytesIO(post()))):
        said = program("import", "metaculus", "-", "--write", of=root)
    assert (said.code, said.out) == (0, "metaculus-7\n")
    assert held(root).forecasts[0].probability == 0.9


def test_what_comes_through_a_pipe_is_read_twice_as_well(root):
    words = [sys.executable, "-m", "predtrack", "--folder", str(root), "import", "metaculus", "-"]
    said = subprocess.run(words, input=real(), capture_output=True, check=False)
    assert said.returncode == 0
    assert len(said.stdout.split()) == 4

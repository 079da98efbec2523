"""`export json` and `import`: what goes out comes back equal, and nothing else gets in."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from predtrack import importers
from predtrack.cli.screen import Screen
from predtrack.importers import Imported, Unread
from predtrack.records.prediction import Prediction
from predtrack.store.folder import load
from test_cli import BROKEN, ENDED, RAIN, ROOT, Said, Terminal, folder, program

RECORD: dict[str, Any] = {
    "claim": "It rains on the first of April",
    "kind": "binary",
    "deadline": "2027-04-01",
    "tags": ["weather"],
    "forecasts": [{"by": "Ada Example", "made": "2027-01-10", "probability": 0.7}],
}
ODD = """\
claim: "a\\eb: # \\0"
kind: choice
options: [no, "yes", '1:30']
ordered: true
x-own: {a: [1, {b: ''}], c: {}, d: []}
forecasts:
  - by: Ada Example
    made: 2027-01-10T23:30:00+02:00
    probabilities: {no: 0.1, 'yes': 20%, '1:30': 7e-1}
    withdrawn: 2027-01-11T00:00:00Z
note: |
  One line.

    - another, indented
x-empty:
"""


def exported(root: Path) -> str:
    """The document of everything in a folder."""
    said = program("export", "json", "--status", "all", of=root)
    assert (said.code, said.err) == (0, "")
    return said.out


def imported(root: Path, text: str, *words: str) -> Said:
    """A run that takes a document in by standard input."""
    held = io.TextIOWrapper(io.BytesIO(text.encode("utf-8", "surrogatepass")))
    with mock.patch("sys.stdin", held):
        return program("import", "json", "-", *words, of=root)


def document(*entries: tuple[object, object]) -> str:
    """A document of records by their ids."""
    held = [{"id": identity, "record": record} for identity, record in entries]
    return json.dumps({"schema": "predtrack/export/1", "predictions": held})


def records(root: Path) -> dict[str, Prediction]:
    """The predictions of a folder but for where they stand."""
    found = load(str(root)).sound().predictions
    return {identity: replace(each, path="") for identity, each in found.items()}


@pytest.mark.parametrize("root", [ROOT / "predictions", ENDED])
def test_what_is_exported_is_taken_in_as_equal_records(tmp_path, root):
    text = exported(root)
    count = len(json.loads(text)["predictions"])
    said = imported(tmp_path, text, "--write")
    assert (said.code, said.err) == (0, f"{count} records written; 0 here already\n")
    assert said.out.split() == sorted(records(root))
    assert records(tmp_path) == records(root)
    assert program("score", "--json", of=tmp_path) == program("score", "--json", of=root)
    assert program("check", of=tmp_path) == Said(0, "", "")
    again = imported(tmp_path, text, "--write")
    assert again == Said(0, "", f"0 records written; {count} here already\n")


def test_odd_records_come_back_equal(tmp_path):
    root = folder(tmp_path / "from", odd=ODD)
    folder(root / "below", rain=RAIN)
    assert imported(folder(tmp_path / "to"), exported(root), "--write").code == 0
    assert records(tmp_path / "to") == records(root)


def test_without_write_nothing_is_written(tmp_path):
    said = imported(tmp_path, document(("rain", RECORD)))
    sample = "rain: It rains on the first of April (1 forecast)\n"
    told = f"{sample}1 record to write (--write writes them); 0 here already\n"
    assert said == Said(0, "rain\n", told)
    assert list(tmp_path.iterdir()) == []


def test_what_is_here_with_other_content_is_left_alone_and_said(tmp_path):
    folder(tmp_path, rain=RAIN)
    other = RECORD | {"claim": "It snows"}
    said = imported(tmp_path, document(("rain", other), ("sun", RECORD)), "--write")
    told = "1 record written; 0 here already; 1 here with other content, left alone\n"
    assert said == Said(0, "sun\n", f"{told}differs: rain: claim\n")
    assert (tmp_path / "rain.yaml").read_text() == RAIN


@pytest.mark.parametrize("words", [[], ["--write"]])
def test_of_an_id_that_stands_twice_and_says_two_things_nothing_is_taken(tmp_path, words):
    other = RECORD | {"claim": "It snows"}
    said = imported(tmp_path, document(("a", RECORD), ("a", RECORD), ("a", other)), *words)
    assert (said.code, said.out) == (6, "")
    told = (
        "a contradicts itself, claim: at -: prediction 1 and at -: prediction 3; neither is taken"
    )
    assert told in said.err
    assert list(tmp_path.iterdir()) == []


def test_an_id_that_stands_twice_and_says_the_same_is_taken_once(tmp_path):
    said = imported(tmp_path, document(("a", RECORD), ("a", RECORD)), "--write")
    assert said == Said(0, "a\n", "1 record written; 1 here already\n")


def test_several_files_are_taken_in_by_one_run(tmp_path):
    paths = [tmp_path / "1.json", tmp_path / "2.json"]
    for path, name in zip(paths, "ab", strict=True):
        path.write_text(document((name, RECORD)))
    said = program("import", "json", *map(str, paths), "--write", of=folder(tmp_path / "p"))
    assert said == Said(0, "a\nb\n", "2 records written; 0 here already\n")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("It rains", "- is not JSON (Expecting value"),
        ("[]", "- is no export: it has no schema; write it with `predtrack export json`"),
        ('{"schema": "predtrack/list/1"}', "its schema is 'predtrack/list/1'"),
        (f'{{"schema": {"[" * 100_000}', "- is not JSON ("),
        (document(("a", RECORD), ("b", None)), "prediction 2 has no `record`; export it again"),
        (document(("../a", RECORD)), '"../a" is not an id; use a-z'),
        (document((None, RECORD)), '"" is not an id; use a-z'),
        (document(("a", RECORD | {"note": "\ud800"})), "a:1:"),
        (document(("a", RECORD | {"x-a": json.loads("[" * 500 + "]" * 500)})), "more than 32 deep"),
        (document(("a", RECORD | {"claim": None})), "`claim` is missing"),
        (document(("a", {})), "`claim` is missing"),
    ],
)
def test_a_broken_document_is_refused_and_nothing_is_written(tmp_path, text, told):
    said = imported(tmp_path, text, "--write")
    assert (said.code, said.out) == (6, "")
    assert told in said.err
    assert list(tmp_path.iterdir()) == []


def test_a_record_that_cannot_be_read_keeps_no_other_out_and_is_named(tmp_path):
    said = imported(tmp_path, document(("a", RECORD), ("b", {}), ("c\x1b", {})), "--write")
    assert (said.code, said.out) == (6, "a\n")
    assert "\x1b" not in said.err
    assert said.err.endswith("predtrack: 2 records could not be read; the others were written\n")
    shown = imported(folder(tmp_path / "p"), document(("a", RECORD), ("b", {})))
    assert shown.err.endswith("predtrack: 1 record could not be read; nothing was written\n")


def test_control_characters_are_kept_as_codes_and_never_reach_the_screen(tmp_path):
    said = imported(tmp_path, document(("a", RECORD | {"note": "a\x1b[31m\x00b"})), "--write")
    assert said.code == 0
    assert b"\x1b" not in (tmp_path / "a.yaml").read_bytes()
    assert records(tmp_path)["a"].note == "a\x1b[31m\x00b"


@pytest.mark.parametrize(
    ("name", "told"),
    [("none.json", "No such file or directory"), (".", "Is a directory")],
)
def test_a_file_that_cannot_be_opened_is_refused(tmp_path, name, told):
    said = program("import", "json", str(tmp_path / name), of=folder(tmp_path / "p"))
    assert (said.code, said.out) == (6, "")
    assert said.err.endswith(f"cannot be read ({told}); check the path\n")


def test_a_folder_that_is_not_sound_takes_nothing_in(tmp_path):
    said = imported(folder(tmp_path, broken=BROKEN), document(("a", RECORD)), "--write")
    assert (said.code, said.out) == (4, "")
    assert [path.name for path in tmp_path.iterdir()] == ["broken.yaml"]


def test_a_warning_of_the_disk_is_passed_on(tmp_path):
    warned = mock.patch("predtrack.store.writing._synced", return_value="recorded, not synced")
    with warned:
        said = imported(tmp_path, document(("a", RECORD), ("b", RECORD)), "--write")
    assert said.code == 0
    assert said.err.count("warning: recorded, not synced\n") == 1


def test_a_part_that_an_importer_cannot_read_is_named_by_its_place(tmp_path):
    found = [Unread("it.json: question 7", "it has no title"), Imported("a", RECORD)]
    with mock.patch.dict(importers.FORMATS, {"json": lambda *_: iter(found)}):
        said = imported(tmp_path, "", "--write")
    assert (said.code, said.out) == (6, "a\n")
    assert "it.json: question 7" in said.err
    assert "it has no title" in said.err


def test_an_export_goes_to_a_file_and_says_so(tmp_path):
    out = tmp_path / "out.json"
    words = ("export", "json", "-o", str(out), "--status", "all")
    assert program(*words, of=ENDED) == Said(0, "", f"exported 17 predictions to {out}\n")
    assert out.read_text() == exported(ENDED)
    assert program(*words, of=ENDED).code == 5
    assert program(*words, "--force", of=ENDED).code == 0
    refused = program("export", "json", "--table", "chances", of=ENDED)
    assert refused.code == 2
    assert "json has no tables" in refused.err


def test_an_export_holds_what_the_filters_keep(tmp_path):
    root = folder(tmp_path, rain=RAIN, sun=RAIN.replace("weather", "sky"))
    said = program("export", "json", "--tag", "sky", of=root)
    assert [each["id"] for each in json.loads(said.out)["predictions"]] == ["sun"]
    assert json.loads(program("export", "json", "--tag", "x", of=root).out)["predictions"] == []


@pytest.mark.parametrize(
    ("kind", "most", "drawn"),
    [(Terminal, 3, True), (Terminal, 4, False), (io.TextIOWrapper, 3, False)],
)
def test_a_bar_is_drawn_only_for_a_person_and_many_rows(monkeypatch, kind, most, drawn):
    monkeypatch.setenv("TERM", "xterm")
    held = io.BytesIO()
    err = kind(held, encoding="utf-8")
    with mock.patch("predtrack.cli.screen.MANY", most), mock.patch("sys.stderr", err):
        assert list(Screen().progress("abc", "exporting")) == ["a", "b", "c"]
        err.flush()
    assert (b"exporting" in held.getvalue()) is drawn

"""`edit`: a record in the user's own editor, checked when it comes back, with a way back."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from unittest import mock

import pytest

from test_cli import BROKEN, RAIN, Said, folder, program
from test_cli_asking import typed

SOUND = RAIN.replace("70%", "75%")
QUESTION = "e: edit again, r: restore what was there, k: keep it like this [e]: "
PROBLEM = "rain.yaml:8:18: error[probability]: 90 is not between 0 and 1; write 90% or 0.9\n"


def editor(path: Path, *texts: str, code: int = 0) -> str:
    """The command of an editor that writes the next of these texts each time it is opened."""
    places = []
    for number, text in enumerate(texts):
        places.append(path / f"text {number}")
        places[-1].write_bytes(text.encode())
    program_of = path / "an editor.py"
    program_of.write_text(
        f"import pathlib, sys\nleft = [p for p in map(pathlib.Path, {list(map(str, places))})"
        " if p.exists()]\n"
        "if left:\n    pathlib.Path(sys.argv[-1]).write_bytes(left[0].read_bytes())\n"
        f"    left[0].unlink()\nsys.exit({code})\n"
    )
    return f"{sys.executable} '{program_of}'"


@pytest.mark.parametrize("name", ["EDITOR", "VISUAL"])
def test_a_sound_change_is_taken(tmp_path, name):
    path = folder(tmp_path / "predictions", rain=RAIN)
    named = {name: editor(tmp_path, SOUND)}
    said = program("edit", "ra", of=path, **named)
    assert said == Said(0, "", "rain is sound\n")
    assert (path / "rain.yaml").read_text() == SOUND
    assert program("edit", "rain", of=path, **named) == Said(0, "", "nothing was changed\n")


def test_the_editor_of_the_screen_is_asked_for_first_and_blanks_are_no_editor(tmp_path):
    path = folder(tmp_path / "predictions", rain=RAIN)
    os.chmod(path / "rain.yaml", 0o755)  # else run, were the blank taken for the editor
    said = program("edit", "rain", of=path, VISUAL="  ", EDITOR=editor(tmp_path, SOUND))
    assert said == Said(0, "", "rain is sound\n")
    said = program("edit", "rain", of=path, VISUAL=editor(tmp_path, RAIN), EDITOR="/none")
    assert said == Said(0, "", "rain is sound\n")
    assert (path / "rain.yaml").read_text() == RAIN


def test_a_broken_change_is_kept_where_nobody_is_there_and_said(tmp_path):
    path = folder(tmp_path / "predictions", rain=RAIN)
    said = program("edit", "rain", of=path, EDITOR=editor(tmp_path, BROKEN))
    assert (said.code, said.out) == (4, "")
    kept = "predtrack: rain is saved as you left it, and not sound; mend it: `predtrack check`\n"
    assert said.err == PROBLEM + kept
    assert (path / "rain.yaml").read_text() == BROKEN


@pytest.mark.parametrize("answer", ["r", "restore", "R"])
def test_a_restored_record_has_every_byte_it_had(tmp_path, answer):
    path = folder(tmp_path / "predictions")
    was = b"\xef\xbb\xbf" + RAIN.replace("\n", "\r\n").encode().rstrip()
    (path / "rain.yaml").write_bytes(was)
    with typed(answer):
        said = program("edit", "rain", of=path, EDITOR=editor(tmp_path, BROKEN))
    assert said == Said(0, "", f"{PROBLEM}{QUESTION}it is as it was before\n")
    assert (path / "rain.yaml").read_bytes() == was
    assert [each.name for each in path.iterdir()] == ["rain.yaml"]


def test_a_broken_change_may_be_edited_again(tmp_path):
    path = folder(tmp_path / "predictions", rain=RAIN)
    with typed("", "e"):
        said = program("edit", "rain", of=path, EDITOR=editor(tmp_path, BROKEN, "no", SOUND))
    assert said.code == 0
    assert said.err.startswith(f"{PROBLEM}{QUESTION}rain.yaml:1:1: error[empty]")
    assert said.err.endswith("rain is sound\n")
    assert (path / "rain.yaml").read_text() == SOUND


def test_a_broken_change_may_be_kept(tmp_path):
    path = folder(tmp_path / "predictions", rain=RAIN)
    with typed("K"):
        said = program("edit", "rain", of=path, EDITOR=editor(tmp_path, BROKEN))
    assert said.code == 4
    assert (path / "rain.yaml").read_text() == BROKEN


def test_a_record_that_is_broken_can_be_mended(tmp_path):
    path = folder(tmp_path / "predictions", rain=BROKEN)
    assert program("edit", "rain", of=path, EDITOR=editor(tmp_path, RAIN)).code == 0
    assert (path / "rain.yaml").read_text() == RAIN


@pytest.mark.parametrize("named", ["/none/of/this", "'", "none-such-editor --wait"])
def test_an_editor_that_cannot_be_started_is_named_with_the_remedy(tmp_path, named):
    said = program("edit", "rain", of=folder(tmp_path, rain=RAIN), EDITOR=named)
    assert (said.code, said.out) == (5, "")
    assert said.err.startswith(f"predtrack: the editor {named} could not be started (")
    assert said.err.endswith("; nothing was changed: set VISUAL or EDITOR\n")
    assert (tmp_path / "rain.yaml").read_text() == RAIN


def test_an_editor_that_fails_is_told_of(tmp_path):
    path = folder(tmp_path / "predictions", rain=RAIN)
    said = program("edit", "rain", of=path, EDITOR=editor(tmp_path, code=3))
    assert (said.code, said.out) == (5, "")
    assert "the editor ended with 3; what it wrote was not checked" in said.err


def test_a_record_that_the_editor_took_away_is_told_of(tmp_path):
    said = program("edit", "rain", of=folder(tmp_path, rain=RAIN), EDITOR="rm")
    assert (said.code, said.out) == (5, "")
    assert "it cannot be read (No such file or directory)" in said.err


def test_an_id_that_is_not_there_opens_no_editor(tmp_path):
    said = program("edit", "none", of=folder(tmp_path, rain=RAIN), EDITOR="/none")
    assert (said.code, said.out) == (3, "")


def test_what_a_restore_could_not_keep_is_told_of(tmp_path):
    path = folder(tmp_path / "predictions", rain=RAIN)
    lost = mock.patch("predtrack.store.writing.pass_on", return_value=["its group is \x1b gone"])
    with typed("r"), lost:
        said = program("edit", "rain", of=path, EDITOR=editor(tmp_path, BROKEN))
    assert said.code == 0
    assert said.err.endswith("warning: its group is \\x1b gone\nit is as it was before\n")

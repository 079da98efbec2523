"""`edit`: a record in the user's own editor, checked when it comes back, with a way back."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from unittest import mock

import pytest

from predtrack.store import files
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
    assert [each.name for each in path.iterdir()] == ["rain.yaml"]


def test_an_editor_that_removes_the_file_removes_its_copy_alone(tmp_path):
    path = folder(tmp_path, rain=RAIN)
    said = program("edit", "rain", of=path, EDITOR="rm")
    told = "predtrack: the editor removed its copy of rain; nothing was changed; try again\n"
    assert said == Said(5, "", told)
    assert contents(path) == {"rain.yaml": RAIN.encode()}


REVISED = RAIN + "  - by: Ben\n    made: 2027-02-01\n    probability: 20%\n"


def contents(path: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in path.iterdir()}


def beside(path: Path, record: Path, text: str) -> str:
    """The command of an editor beside which another program saves the record."""
    script = path / "beside.py"
    script.write_text(
        f"import pathlib, sys\npathlib.Path({str(record)!r}).write_text({REVISED!r})\n"
        f"pathlib.Path(sys.argv[-1]).write_text({text!r})\n"
    )
    return f"{sys.executable} '{script}'"


def kept(said: Said) -> bytes:
    """The text that a refusal says is kept, taken away from where it says."""
    line = next(line for line in said.err.splitlines() if "is kept in " in line)
    place = Path(line.partition("is kept in ")[2])
    text = place.read_bytes()
    place.unlink()
    return text


def test_what_another_records_while_the_editor_is_open_survives_a_restore(tmp_path):
    path = folder(tmp_path / "predictions", rain=RAIN)
    with typed("r"):
        said = program("edit", "rain", of=path, EDITOR=beside(tmp_path, path / "rain.yaml", BROKEN))
    assert (said.code, said.out) == (0, "")
    assert said.err.endswith("it is as it was before\n")
    assert contents(path) == {"rain.yaml": REVISED.encode()}


@pytest.mark.parametrize(("text", "answer"), [(SOUND, ""), (BROKEN, "k")], ids=["sound", "broken"])
def test_what_another_records_while_the_editor_is_open_is_never_overwritten(tmp_path, text, answer):
    path = folder(tmp_path / "predictions", rain=RAIN)
    with typed(answer):
        said = program("edit", "rain", of=path, EDITOR=beside(tmp_path, path / "rain.yaml", text))
    assert (said.code, said.out) == (5, "")
    assert "was saved by another program in between; nothing was changed" in said.err
    assert kept(said) == text.encode()
    assert contents(path) == {"rain.yaml": REVISED.encode()}


def test_a_bloated_text_is_refused_and_kept_apart(tmp_path):
    path = folder(tmp_path / "predictions", rain=RAIN)
    bloated = RAIN + "# " + "x" * files.MOST_BYTES
    said = program("edit", "rain", of=path, EDITOR=editor(tmp_path, bloated))
    assert (said.code, said.out) == (5, "")
    assert (
        f"what the editor left of rain cannot be taken: it is larger than {files.LIMIT}" in said.err
    )
    assert kept(said) == bloated.encode()
    assert contents(path) == {"rain.yaml": RAIN.encode()}


def test_a_text_that_is_no_utf_8_is_named_and_may_be_taken_back(tmp_path):
    path = folder(tmp_path / "predictions", rain=RAIN)
    command = "sed -i 's/first/f\\xe9te/'"
    with typed("r"):
        said = program("edit", "rain", of=path, EDITOR=command)
    assert said.code == 0
    assert "is not UTF-8" in said.err
    assert contents(path) == {"rain.yaml": RAIN.encode()}
    said = program("edit", "rain", of=path, EDITOR=command)
    assert (said.code, said.out) == (4, "")
    assert "rain is saved as you left it, and not sound" in said.err
    assert b"f\xe9te" in contents(path)["rain.yaml"]


def test_what_an_editor_wrote_before_it_failed_is_kept_apart(tmp_path):
    path = folder(tmp_path / "predictions", rain=RAIN)
    said = program("edit", "rain", of=path, EDITOR=editor(tmp_path, SOUND, code=3))
    assert said.code == 5
    assert kept(said) == SOUND.encode()
    assert contents(path) == {"rain.yaml": RAIN.encode()}


def test_an_interrupt_at_the_question_keeps_what_was_written(tmp_path):
    path = folder(tmp_path / "predictions", rain=RAIN)
    with mock.patch("predtrack.cli.folders._choice", side_effect=KeyboardInterrupt):
        said = program("edit", "rain", of=path, EDITOR=editor(tmp_path, BROKEN))
    assert said.code == 130
    assert kept(said) == BROKEN.encode()
    assert contents(path) == {"rain.yaml": RAIN.encode()}


def test_an_interrupt_while_the_editor_is_open_is_the_editors(tmp_path):
    path = folder(tmp_path / "predictions", rain=RAIN)
    script = tmp_path / "hears.py"
    script.write_text(
        "import os, pathlib, signal, sys, time\nheard = []\n"
        "signal.signal(signal.SIGINT, lambda *_: heard.append(1))\n"
        "os.kill(os.getppid(), signal.SIGINT)\nos.kill(os.getpid(), signal.SIGINT)\n"
        f"pathlib.Path(sys.argv[-1]).write_text({SOUND!r} if heard else {BROKEN!r})\n"
    )
    said = program("edit", "rain", of=path, EDITOR=f"{sys.executable} '{script}'")
    assert said == Said(0, "", "rain is sound\n")
    assert contents(path) == {"rain.yaml": SOUND.encode()}


def test_a_folder_that_takes_no_copy_is_told_of(tmp_path):
    path = folder(tmp_path / "predictions", rain=RAIN)
    with mock.patch("predtrack.store.drafts.os.fchmod", side_effect=PermissionError(13, "No")):
        said = program("edit", "rain", of=path, EDITOR=editor(tmp_path, SOUND))
    assert (said.code, said.out) == (5, "")
    assert "could not be written (No); nothing was changed" in said.err
    assert contents(path) == {"rain.yaml": RAIN.encode()}


def test_a_record_with_two_names_is_warned_of(tmp_path):
    path = folder(tmp_path / "predictions", rain=RAIN)
    os.link(path / "rain.yaml", tmp_path / "other")
    said = program("edit", "rain", of=path, EDITOR=editor(tmp_path, SOUND))
    assert said.code == 0
    assert "warning: the file had 2 names; the others keep the old text" in said.err
    assert (tmp_path / "other").read_text() == RAIN


def test_an_id_that_is_not_there_opens_no_editor(tmp_path):
    said = program("edit", "none", of=folder(tmp_path, rain=RAIN), EDITOR="/none")
    assert (said.code, said.out) == (3, "")


def test_what_an_edit_could_not_keep_is_told_of(tmp_path):
    path = folder(tmp_path / "predictions", rain=RAIN)
    with mock.patch("predtrack.store.writing.pass_on", return_value=["its group is \x1b gone"]):
        said = program("edit", "rain", of=path, EDITOR=editor(tmp_path, SOUND))
    assert said == Said(0, "", "warning: its group is \\x1b gone\nrain is sound\n")

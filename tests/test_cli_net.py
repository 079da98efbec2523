"""The net below the program: what ends a run early ends it with a sentence and its exit code."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from unittest import mock

import pytest

from faults.interrupts import environment, interrupted, untrue
from predtrack import __main__ as entry
from test_cli import ENDED, RAIN, folder, program

TESTS = Path(__file__).parent
AMIDST = "interrupted; no file is half written, and what was shown as changed may be\n"
EARLY = "interrupted; nothing was changed\n"


@pytest.mark.no_cover
@pytest.mark.parametrize("first", [1, 700])
def test_an_interrupt_at_an_event_of_an_import_is_said_and_what_was_written_counted(
    tmp_path, first
):
    (tmp_path / "predictions").mkdir()
    export = program("export", "json", "--status", "all", of=ENDED)
    (tmp_path / "all.json").write_text(export.out)
    words = ("import", "json", str(tmp_path / "all.json"), "--write")
    runs = interrupted(tmp_path, *words, first=first, step=83, most=100)
    assert not runs[-1]["reached"]
    assert len(runs) > 10
    assert [untrue(run) for run in runs if untrue(run)] == []
    assert all(run["names"] == [] for run in runs if run["err"] == EARLY)
    assert {run["code"] for run in runs[:-1]} == {130}


@pytest.mark.no_cover
@pytest.mark.parametrize(("words", "step"), [(["list"], 61), (["report"], 211)], ids=str)
def test_an_interrupt_at_an_event_of_reading_is_said(tmp_path, words, step):
    shutil.copytree(ENDED, tmp_path / "predictions")
    runs = interrupted(tmp_path, *words, first=1, step=step, most=200)
    assert not runs[-1]["reached"]
    assert {run["code"] for run in runs[:-1]} == {130}
    assert [untrue(run) for run in runs if untrue(run)] == []


def test_nothing_is_imported_before_the_net_is_up():
    probe = "import sys; before = {*sys.modules}; import predtrack.__main__;"
    probe += "print(*sorted({*sys.modules} - before))"
    command = [sys.executable, "-c", probe]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["predtrack", "predtrack.__main__"]


def test_an_interrupt_that_the_caller_ignores_is_ignored(tmp_path):
    """As under `nohup`, or in the background of a script."""
    send = "import os, signal, sys; from predtrack.__main__ import script;"
    send += 'send = lambda what, _: what == "import" and os.kill(os.getpid(), signal.SIGINT);'
    send += "sys.addaudithook(send); script()"
    shell = f"trap '' INT; exec {sys.executable} -c '{send}' --folder {ENDED} list"
    done = subprocess.run(
        ["sh", "-c", shell], env=environment(), capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("tram\t")


def entered(error: object, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture) -> object:
    """The exit code with which the entry ends at once where the command ends in an error."""
    ended: list[object] = []

    def end(code: object) -> None:
        ended.append(code)
        raise SystemExit(code)

    monkeypatch.setattr(os, "_exit", end)
    monkeypatch.setattr(sys, "argv", ["predtrack", "list"])
    with mock.patch.object(entry, "_let_interrupts"), mock.patch.object(entry, "main") as main:
        main.side_effect = error
        with pytest.raises(SystemExit):
            entry.script()
    sys.unraisablehook = sys.__unraisablehook__
    return ended[0]


@pytest.mark.parametrize(
    ("error", "code", "sentence"),
    [
        (KeyboardInterrupt, 130, AMIDST),
        (MemoryError, 5, f"{entry.NO_MEMORY}\n"),
        (ImportError("x.so: failed to map segment from shared object"), 5, f"{entry.NO_MEMORY}\n"),
        (SystemExit(3), 3, ""),
        (SystemExit, 0, ""),
    ],
)
def test_what_ends_a_run_early_has_its_code_and_its_sentence(
    error, code, sentence, monkeypatch, capfd
):
    with mock.patch("atexit._run_exitfuncs"):
        assert entered(error, monkeypatch, capfd) == code
    assert capfd.readouterr().err == sentence


def test_an_interrupt_that_comes_as_another_error_is_one_all_the_same(monkeypatch, capfd):
    """As where it meets `__set_name__`, of which Python makes a RuntimeError."""
    monkeypatch.setattr(entry, "_interrupts", [2])
    assert entered(RuntimeError("__set_name__"), monkeypatch, capfd) == 130
    assert capfd.readouterr().err == AMIDST


def test_a_mistake_of_the_program_shows_its_traceback(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["predtrack", "list"])
    with mock.patch.object(entry, "_let_interrupts"), mock.patch.object(entry, "main") as main:
        main.side_effect = RuntimeError("a mistake")
        with pytest.raises(RuntimeError, match="a mistake"):
            entry.script()
    sys.unraisablehook = sys.__unraisablehook__


LOST = """
import os, signal, sys
from faults.interrupts import environment, interrupted, untrue
from predtrack import __main__ as entry
def run():
    class Lost:
        def __del__(self):
            os.kill(os.getpid(), signal.SIGINT)
            for _ in range(1000): pass
    entry._let_interrupts(entry._end_early, entry._stop)
    Lost()
    print("went on")
entry.main = run
entry.script()
"""


def test_an_interrupt_where_nothing_can_be_raised_ends_the_run_too():
    command = [sys.executable, "-c", LOST]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", AMIDST)


def test_a_run_that_needs_too_much_memory_is_refused_in_a_sentence(tmp_path):
    with mock.patch("predtrack.cli.lists.listing.listing", side_effect=MemoryError):
        result = program("list", of=folder(tmp_path, rain=RAIN))
    assert (result.code, result.out) == (5, "")
    assert result.err.startswith("predtrack: there is not enough memory for this; no file is half")
    assert result.err.count("\n") == 1


GONE = 'mkdir gone && cd gone && rmdir ../gone && exec "$0" -m predtrack "$@"'


@pytest.mark.parametrize(
    ("words", "code"),
    [
        *((["list"], 3), (["report"], 3), (["check"], 3), (["show", "x"], 3), (["-h"], 0)),
        *((["--folder", "rel", "list"], 3), (["init"], None), (["import", "json", "x"], 6)),
        *((["import", "json", str(TESTS / "none")], 6), (["export", "csv", "-o", "x"], None)),
        (["--folder", str(ENDED), "list"], 0),
        (["--folder", str(ENDED), "export", "csv", "-o", "x.csv"], None),
        (["calibrate", "x", "-p", "p", "-y", "y"], 6),
        (["add", "It rains", "-p", "10%", "--deadline", "2030"], 3),
        (["edit", "x"], 3),
    ],
    ids=lambda words: " ".join(words) if isinstance(words, list) else "",
)
def test_a_working_directory_that_is_gone_is_a_sentence(tmp_path, words, code):
    env = environment()
    env.pop("PREDTRACK_FOLDER", None)
    command = ["sh", "-c", GONE, sys.executable, *words]
    done = subprocess.run(
        command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr
    if code is None:
        assert done.returncode in {3, 5}
    else:
        assert done.returncode == code, done.stderr
    if done.returncode:
        assert done.stderr.startswith("predtrack: ")
        assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("locale", ["C", "C.UTF-8", "de_DE.ISO-8859-1"])
@pytest.mark.parametrize(
    ("written", "name"),
    [(b"Jos\xc3\xa9", "José"), (b"Jos\xe9", "Jos\ufffd"), (b"Ada", "Ada")],
    ids=["utf-8", "latin-1", "ascii"],
)
def test_the_name_of_git_is_read_as_utf_8_in_any_locale(tmp_path, written, name, locale):
    (tmp_path / "config").write_bytes(b"[user]\n\tname = " + written + b"\n")
    root = folder(tmp_path / "predictions", rain=RAIN)
    env = environment(GIT_CONFIG_GLOBAL=str(tmp_path / "config"), GIT_CONFIG_NOSYSTEM="1")
    env |= {"LC_ALL": locale, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    env.pop("PREDTRACK_BY")
    command = [sys.executable, "-m", "predtrack", "--folder", str(root), "update", "rain", "80%"]
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, check=False)
    assert (done.returncode, b"Traceback" in done.stderr) == (0, False), done.stderr
    assert f"  - by: {name}\n".encode() in (root / "rain.yaml").read_bytes()

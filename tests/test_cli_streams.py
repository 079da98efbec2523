"""Where output goes: pipes that close, full disks, small encodings, colours, and terminals."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path
from unittest import mock

import pytest

from predtrack.cli import screen
from predtrack.cli.screen import Screen
from predtrack.errors import RefusedError
from test_cli import ENDED, RAIN, Said, folder, program

ESCAPE = re.compile(r"\x1b")
FULL = Path("/dev/full")


def ran(*words: str, of: Path = ENDED, **options: object) -> subprocess.CompletedProcess[bytes]:
    """The program as a process of its own; `env` adds to the environment."""
    named = options.pop("env", {})
    assert isinstance(named, dict)
    unset = ("COLOR", "PYTHONUNBUFFERED")  # a user's output is buffered
    env = {
        name: value for name, value in os.environ.items() if not any(word in name for word in unset)
    }
    env |= {"PREDTRACK_AS_OF": "2027-03-01", **named}
    words = (sys.executable, "-m", "predtrack", "--folder", str(of), *words)
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    return subprocess.run(words, env=env, check=False, **streams)  # type: ignore[call-overload]


def on_terminal(*words: str, columns: int, of: Path = ENDED, **named: str) -> str:
    """What a terminal of some columns is sent."""
    above, below = pty.openpty()
    fcntl.ioctl(below, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    env = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    env |= {"PREDTRACK_AS_OF": "2027-03-01", "TERM": "xterm", **named}
    words = (sys.executable, "-m", "predtrack", "--folder", str(of), *words)
    with subprocess.Popen(words, stdout=below, stdin=below, stderr=below, env=env) as process:
        os.close(below)
        parts = []
        while True:
            try:
                part = os.read(above, 65536)
            except OSError:  # Linux says so when the other end has closed
                break
            if not part:
                break
            parts.append(part)
        os.close(above)
    assert process.returncode == 0
    return b"".join(parts).decode().replace("\r\n", "\n")


@pytest.mark.parametrize(
    "words",
    [["list"], ["show", "bridge"], ["report"], ["score"], ["check", "--strict"], ["-h"]],
    ids=" ".join,
)
def test_no_escape_code_reaches_what_is_no_terminal(words):
    done = ran(*words, env={"GITHUB_ACTIONS": "true", "TERM": "xterm-256color", "CI": "true"})
    assert b"\x1b" not in done.stdout + done.stderr
    assert done.stderr == b""


def test_whole_ids_stand_in_lines_that_no_text_can_break(tmp_path):
    name = "a" * 80
    text = RAIN.replace("It rains on", '"It\\trains\\non').replace("April\n", 'April"\n')
    folder(tmp_path, **{name: text})
    said = program("list", of=tmp_path)
    assert said.out.count("\n") == 1
    cells = said.out.rstrip("\n").split("\t")
    assert (len(cells), cells[0]) == (7, name)
    assert cells[6] == "It\\trains\\non the first of April"


def test_a_long_id_is_folded_on_a_terminal_and_not_cut(tmp_path):
    name = "abcdefghij" * 8
    folder(tmp_path, **{name: RAIN})
    lines = program("list", of=tmp_path, columns=80).out.splitlines()
    assert "".join(line[3:31].strip() for line in lines[2:]) == name
    wide = program("list", of=tmp_path, columns=200).out
    assert name in wide


def test_a_reader_that_stops_early_is_left_in_peace(tmp_path):
    folder(tmp_path, **{f"rain{number:03}": RAIN for number in range(400)})
    for words in (["list"], ["list", "--json"], ["export", "csv"], ["export", "json"]):
        read, write = os.pipe()
        with subprocess.Popen(
            [
                sys.executable,
                "-m",
                "predtrack",
                "--as-of=2027-03-01",
                f"--folder={tmp_path}",
                *words,
            ],
            stdout=write,
            stderr=subprocess.PIPE,
        ) as process:
            os.close(write)
            os.read(read, 1)
            os.close(read)
            _, talk = process.communicate()
        assert (process.returncode, talk) == (0, b"")


@pytest.mark.parametrize(
    "words",
    [
        *(["list"], ["list", "--json"], ["show", "rain"], ["show", "rain", "--json"], ["due"]),
        *(["export", "csv"], ["export", "json"], ["report"], ["score", "--json"], ["schema"]),
        *(["check", "--json"], ["stats", "--json"], ["-h"], ["--version"]),
    ],
    ids=" ".join,
)
def test_a_reader_that_is_gone_from_the_first_is_left_in_peace(tmp_path, words):
    root = folder(tmp_path, rain=RAIN)
    read, write = os.pipe()
    os.close(read)
    done = ran(*words, of=root, stdout=write)
    os.close(write)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_reader_that_is_gone_before_a_refusal_is_left_in_peace(tmp_path):
    read, write = os.pipe()
    os.close(read)
    done = ran("show", "none", of=folder(tmp_path, rain=RAIN), stdout=write)
    os.close(write)
    assert done.returncode == 3


@pytest.mark.skipif(not FULL.exists(), reason="only Linux has a device that is always full")
@pytest.mark.parametrize(
    "words",
    [["list"], ["show", "bridge"], ["list", "--json"], ["export", "csv"], ["schema"], ["report"]],
    ids=" ".join,
)
def test_a_full_disk_is_told_in_one_line(words):
    with FULL.open("wb") as full:
        done = ran(*words, stdout=full)
    assert done.returncode == 5
    assert done.stderr == b"predtrack: the output could not be written (No space left on device)\n"


@pytest.mark.skipif(not FULL.exists(), reason="only Linux has a device that is always full")
def test_a_full_disk_stops_a_long_output_at_once(tmp_path):
    folder(tmp_path, **{f"rain{number:03}": RAIN for number in range(400)})
    with FULL.open("wb") as full:
        done = ran("list", of=tmp_path, stdout=full)
        silent = ran("show", "none", of=tmp_path, stdout=full, stderr=full)
    assert done.returncode == 5
    assert done.stderr.count(b"\n") == 1
    assert silent.returncode == 3


@pytest.mark.parametrize(
    "named",
    [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}],
    ids=["ascii", "locale"],
)
def test_what_ascii_cannot_say_is_written_out(named):
    done = ran("show", "cost", env=named)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"10-15 million EUR" in done.stdout
    listed = ran("list", env=named)
    assert listed.returncode == 0
    assert b"\\u5c71\\u7530" in listed.stdout
    assert ran("report", env=named).returncode == 0
    data = ran("list", "--json", env=named).stdout
    assert json.loads(data.decode("utf-8"))["predictions"][1]["by"][0] == "山田 花子"
    assert "山田 花子".encode() in ran("export", "csv", env=named).stdout


def test_latin_1_says_what_it_can():
    said = ran("show", "heat", env={"PYTHONIOENCODING": "latin-1"})
    assert said.returncode == 0
    assert "97% <= 40 °C".encode("latin-1") in said.stdout
    folder_named = program("--folder", "/dev/null/港", "list", encoding="latin-1")
    assert folder_named.code == 3


@pytest.mark.parametrize(
    ("words", "named", "coloured"),
    [
        ([], {}, True),
        ([], {"NO_COLOR": "1"}, False),
        (["--color", "always"], {"NO_COLOR": "1"}, True),
        (["--color", "never"], {"FORCE_COLOR": "1"}, False),
        ([], {"TERM": "dumb"}, False),
    ],
)
def test_colours_on_a_terminal(words, named, coloured):
    out = program(*words, "list", of=ENDED, columns=80, **{"NO_COLOR": "", "TERM": "xterm"} | named)
    assert bool(ESCAPE.search(out.out)) == coloured
    plain = program("list", of=ENDED, columns=80).out
    assert [line.rstrip() for line in re.sub(r"\x1b\[[\d;]*m", "", out.out).splitlines()] == (
        plain.splitlines()
    )


@pytest.mark.parametrize(
    ("words", "named", "coloured"),
    [
        ([], {}, False),
        ([], {"FORCE_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (["--color", "always"], {}, True),
        (["--color=never"], {"FORCE_COLOR": "1"}, False),
    ],
)
def test_colours_of_plain_lines_change_no_layout(words, named, coloured):
    said = program("list", *words, of=ENDED, **{"NO_COLOR": ""} | named).out
    assert said.startswith("\x1b[1;31mtram\tdue\t") == coloured
    assert re.sub(r"\x1b\[[\d;]*m", "", said) == program("list", of=ENDED).out


@pytest.mark.parametrize("columns", [80, 140])
def test_a_real_terminal_gets_a_table_as_wide_as_it_is(columns):
    out = on_terminal("list", columns=columns, NO_COLOR="1")
    assert out == program("list", of=ENDED, columns=columns).out
    assert ("claim" in out.splitlines()[1]) == (columns == 140)


def test_talk_that_nobody_can_hear_is_lost_without_a_word(tmp_path):
    folder(tmp_path, rain=RAIN)
    with mock.patch("predtrack.cli.screen._encoded", side_effect=BrokenPipeError):
        assert program("show", "none", of=tmp_path).code == 3


@pytest.mark.parametrize("where", ["screen.finish", "lists.listing.listing"])
def test_a_pipe_that_broke_ends_the_run_quietly(tmp_path, where):
    with (
        mock.patch(f"predtrack.cli.{where}", side_effect=BrokenPipeError),
        mock.patch("predtrack.cli.screen.discard") as discard,
    ):
        said = program("list", of=folder(tmp_path))
    assert said == Said(0, "", "")
    discard.assert_called_once()


def test_a_refusal_is_told_also_where_the_output_is_broken(tmp_path):
    with (
        mock.patch("predtrack.cli.screen.finish", side_effect=RefusedError("no room")),
        mock.patch("predtrack.cli.screen.discard") as discard,
    ):
        said = program("list", of=folder(tmp_path))
    assert said == Said(5, "", "predtrack: no room\n")
    discard.assert_called_once()


NO_SPACE = OSError(28, "No space left on device")


@pytest.mark.parametrize(
    "method",
    ["flush", "buffer.write"],
)
def test_an_output_that_fails_is_refused(method):
    with mock.patch("sys.stdout") as stdout:
        stdout.encoding = "utf-8"
        mock.Mock.configure_mock(stdout, **{f"{method}.side_effect": NO_SPACE})
        with pytest.raises(RefusedError):
            screen.finish() if method == "flush" else Screen().data("x")


def test_a_pipe_that_is_gone_at_the_end_is_no_error():
    with (
        mock.patch("sys.stdout") as stdout,
        mock.patch("predtrack.cli.screen.discard") as discard,
    ):
        stdout.flush.side_effect = BrokenPipeError()
        screen.finish()
    discard.assert_called_once()


def test_a_document_whose_reader_is_gone_is_written_no_further():
    with (
        mock.patch("sys.stdout") as stdout,
        mock.patch("predtrack.cli.screen.discard") as discard,
    ):
        stdout.buffer.write.side_effect = [1, BrokenPipeError()]
        Screen().data(iter("xyz"))
    assert stdout.buffer.write.call_count == 2
    discard.assert_called_once()


def test_what_is_left_of_a_broken_output_goes_nowhere(tmp_path):
    with (tmp_path / "out").open("w") as out, mock.patch("sys.stdout", out):
        screen.discard()
        out.write("lost")
    assert (tmp_path / "out").read_bytes() == b""

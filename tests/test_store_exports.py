"""Where an export goes: a file, a stream that is written to and never replaced, never a record."""

from __future__ import annotations

import os
import pty
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from predtrack.errors import RefusedError
from predtrack.store import exports
from test_cli import ENDED, RAIN, folder, program
from test_cli_streams import ran

CSV = program("export", "csv", of=ENDED).out.encode()
RECORD = "is the place of a record; nothing was changed; write the export to another file"


def test_a_dash_is_standard_output_and_no_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = program("export", "csv", "-o", "-", of=ENDED)
    assert (result.code, result.out.encode(), result.err) == (0, CSV, "")
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "link"])
def test_a_name_of_standard_output_is_written_to_and_what_is_behind_it_stays(tmp_path, name):
    os.symlink("/dev/stdout", tmp_path / "link")
    file = tmp_path / "out"
    file.write_bytes(b"before\n")
    number = file.stat().st_ino
    with file.open("ab") as out:
        done = ran("export", "csv", "-o", name, "--force", stdout=out, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")
    assert (file.stat().st_ino, file.read_bytes()) == (number, b"before\n" + CSV)
    assert {each.name for each in tmp_path.iterdir()} == {"link", "out"}


def test_a_pipe_behind_standard_output_is_written_to():
    done = ran("export", "csv", "-o", "/dev/stdout", "--force")
    assert (done.returncode, done.stdout, done.stderr) == (0, CSV, b"")
    assert Path("/dev/stdout").is_symlink()


def test_another_descriptor_that_the_program_was_started_with_is_written_to(tmp_path):
    read, write = os.pipe()
    with os.fdopen(read, "rb") as end:
        words = ("export", "csv", "-o", f"/dev/fd/{write}", "--force")
        done = ran(*words, pass_fds=(write,))
        os.close(write)
        assert (done.returncode, end.read()) == (0, CSV)
    assert b"exported 17 predictions to /dev/fd/" in done.stderr


@pytest.mark.parametrize("number", range(3, 9))
def test_a_descriptor_of_the_programs_own_is_refused(number):
    done = ran("export", "csv", "-o", f"/dev/fd/{number}", "--force")
    assert (done.returncode, done.stdout) == (5, b"")
    assert b"names no stream that predtrack was started with; nothing was changed" in done.stderr


def test_a_descriptor_of_another_program_is_refused(tmp_path):
    with (tmp_path / "out").open("wb") as out:
        place = f"/proc/{os.getpid()}/fd/{out.fileno()}"
        done = ran("export", "csv", "-o", place, "--force")
    assert (done.returncode, (tmp_path / "out").read_bytes()) == (5, b"")
    assert b"is a stream of another program; nothing was changed" in done.stderr


def test_a_fifo_is_written_to_and_stays_one(tmp_path):
    os.mkfifo(tmp_path / "fifo")
    taken: list[bytes] = []
    reader = threading.Thread(target=lambda: taken.append((tmp_path / "fifo").read_bytes()))
    reader.start()
    result = program("export", "csv", "-o", str(tmp_path / "fifo"), "--force", of=ENDED)
    reader.join()
    assert (result.code, taken) == (0, [CSV])
    assert stat.S_ISFIFO((tmp_path / "fifo").stat().st_mode)
    assert [each.name for each in tmp_path.iterdir()] == ["fifo"]


def test_a_reader_of_a_fifo_that_goes_away_is_no_error(tmp_path):
    os.mkfifo(tmp_path / "fifo")
    command = [sys.executable, "-c", f"open({str(tmp_path / 'fifo')!r}, 'rb').close()"]
    with subprocess.Popen(command):
        root = folder(tmp_path / "predictions", rain=RAIN + "note: " + "x" * 200_000 + "\n")
        words = ("export", "json", "-o", str(tmp_path / "fifo"), "--force")
        done = ran(*words, of=root)
    assert (done.returncode, done.stdout) == (0, b"")


def test_a_device_and_a_terminal_are_written_to_and_stay():
    before = os.stat("/dev/null")
    result = program("export", "csv", "-o", "/dev/null", "--force", of=ENDED)
    assert (result.code, result.err) == (0, "exported 17 predictions to /dev/null\n")
    assert os.path.samestat(before, os.stat("/dev/null"))
    above, below = pty.openpty()
    result = program("export", "csv", "-o", os.ttyname(below), "--force", "--tag", "none", of=ENDED)
    assert (result.code, result.err[:10]) == (0, "exported 0")
    assert os.read(above, 100).startswith(b"id,claim,kind")
    os.close(above)
    os.close(below)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has this device")
def test_a_stream_that_takes_nothing_is_a_refusal():
    result = program("export", "csv", "-o", "/dev/full", "--force", of=ENDED)
    assert (result.code, result.out) == (5, "")
    assert "/dev/full could not be written (No space left on device)" in result.err


@pytest.mark.parametrize("kind", ["fifo", "device", "standard output", "file"])
def test_what_is_there_is_written_to_only_by_force(tmp_path, kind):
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "file").write_text("x")
    paths = {"device": "/dev/null", "standard output": "/dev/stdout"}
    path = paths.get(kind, str(tmp_path / kind))
    result = program("export", "csv", "-o", path, of=ENDED)
    assert (result.code, result.out) == (5, "")
    assert "is there already; nothing was changed: --force overwrites it" in result.err


def test_what_is_neither_file_nor_stream_is_refused(tmp_path):
    result = program("export", "csv", "-o", str(tmp_path), "--force", of=ENDED)
    assert (result.code, result.out) == (5, "")
    assert "is neither a file nor a stream; nothing was changed" in result.err


@pytest.mark.parametrize(
    "name",
    [
        *("predictions/rain.yaml", "predictions/deep/../rain.yaml", "there/rain.yaml"),
        *("link.csv", "hard.csv", "predictions/new.yaml", "predictions/deep/sun.yaml"),
    ],
)
@pytest.mark.parametrize("force", [[], ["--force"]], ids=["", "force"])
def test_a_record_is_no_place_for_an_export_by_any_of_its_names(tmp_path, name, force, monkeypatch):
    monkeypatch.chdir(tmp_path)
    root = folder(tmp_path / "predictions", rain=RAIN)
    folder(root / "deep", sun=RAIN)
    os.symlink(root, tmp_path / "there")
    os.symlink("predictions/rain.yaml", tmp_path / "link.csv")
    os.link(root / "rain.yaml", tmp_path / "hard.csv")
    result = program("export", "csv", "-o", name, *force, of=root)
    assert (result.code, result.out, result.err) == (5, "", f"predtrack: {name} {RECORD}\n")
    assert (root / "rain.yaml").read_text() == (root / "deep" / "sun.yaml").read_text() == RAIN
    assert not (root / "new.yaml").exists()


def test_beside_the_records_an_export_may_stand(tmp_path):
    root = folder(tmp_path, rain=RAIN)
    assert program("export", "csv", "-o", str(root / "all.csv"), of=root).code == 0
    assert program("export", "csv", "-o", str(root / "all.csv"), "--force", of=root).code == 0
    assert program("check", of=root).code == 0


def test_a_circle_of_links_names_no_descriptor(tmp_path):
    os.symlink("b", tmp_path / "a")
    os.symlink("a", tmp_path / "b")
    assert exports.descriptor_of(str(tmp_path / "a")) is None


def test_a_descriptor_that_is_closed_is_refused():
    with pytest.raises(RefusedError, match="names no stream"):
        exports._refuse_own("/dev/fd/99", 99)

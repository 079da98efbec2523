"""Every command that writes, under a fault at each of its calls: whole or not at all, and said."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import stat
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from faults import generated
from faults.calls import ENDS, ERRORS, INTERRUPTS, KILLS, WRITES
from faults.program import Ended, Server, contents, leftovers, run
from faults.scenarios import AT, PLACE, RAIN, SCENARIOS, YES, Seen, tried, until_missed
from predtrack.errors import RefusedError
from predtrack.store import changes, starter, writing

NAMES = list(SCENARIOS)
TOLD = list(NAMES)
RECORDED = RAIN.replace("# what was said\n", YES + "# what was said\n")
NOTE = "note: saved by hand\n"
FULL = Path("/dev/full")


def wrongs(to: Server, name: str, *kinds: str) -> list[str]:
    """What was wrong, with a fault at every call in turn."""
    seen: Seen = set()
    ended = list(until_missed(to, name, kinds, seen))
    assert len(ended) > 1 or name == "no-op"
    return [wrong for _, wrong in ended if wrong]


def folder(to: Server, text: str = RAIN) -> Path:
    """The path of a record."""
    path = to.cwd / PLACE / "rain.yaml"
    path.parent.mkdir()
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize("name", NAMES)
def test_a_kill_at_any_call_leaves_the_old_file_or_the_new_and_the_next_run_works(to, name):
    assert wrongs(to, name, KILLS[0]) == []


@pytest.mark.parametrize("name", TOLD)
def test_an_error_at_any_call_is_told_as_it_is_and_leaves_nothing_behind(to, name):
    assert wrongs(to, name, *ERRORS) == []


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", WRITES)
def test_a_short_write_is_completed_or_found_out(to, name, kind):
    assert wrongs(to, name, kind) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_signal_to_stop_at_any_call_leaves_nothing_half_done_or_behind(to, name):
    assert wrongs(to, name, *INTERRUPTS[:2], *ENDS) == []


@pytest.mark.parametrize("name", ["resolve", "init"])
def test_an_interrupt_at_any_line_of_the_writing_leaves_nothing_half_done_or_behind(to, name):
    assert wrongs(to, name, INTERRUPTS[2]) == []


def test_the_faults_reach_what_they_are_meant_for(to):
    ended, wrong = tried(to, "resolve", ("none", 0))
    assert (ended.code, wrong) == (0, "")
    for call in ("flock", "open", "write", "fsync", "pread", "replace", "close", "file read"):
        assert call in ended.trail
    assert ended.trail.count("fsync") == 2  # of the file, and of the folder that names it
    assert ended.trail.index("fsync") < ended.trail.index("replace")
    for command, given in (("export", "link"), ("overwrite", "replace")):
        trail = tried(to, command, ("none", 0))[0].trail
        assert trail.index("fsync") < trail.index(given) < trail.index("fsync", trail.index(given))


def test_a_folder_that_cannot_be_synced_is_told_though_it_is_recorded(to):
    whole, _ = tried(to, "resolve", ("none", 0))
    last = len(whole.trail) - whole.trail[::-1].index("fsync")
    ended, wrong = tried(to, "resolve", ("EIO", last))
    assert (ended.code, wrong) == (0, "")
    assert ended.err == "warning: recorded, but not synced to disk (Input/output error)\n"


def test_a_leftover_of_a_kill_is_no_record_and_stays_until_its_owner_removes_it(to):
    whole, _ = tried(to, "resolve", ("none", 0))
    nth = whole.trail.index("replace") + 1
    ended, wrong = tried(to, "resolve", ("kill before", nth))  # and the runs that follow
    assert (ended.code, wrong) == (-signal.SIGKILL, "")
    (left,) = leftovers(contents(to.cwd))
    assert (to.cwd / left).read_text() == RECORDED
    assert Path(left).name.startswith(".rain.yaml.")


def test_a_write_leaves_no_descriptor_open_and_no_signal_held_back(tmp_path):
    def lowest() -> int:
        descriptor = os.open(tmp_path, os.O_RDONLY)
        os.close(descriptor)
        return descriptor

    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
    before = lowest()
    path = str(tmp_path / "rain.yaml")
    with writing.locked(str(tmp_path)):
        writing.create(path, b"old")
        writing.replace(path, b"old", b"new")
    writing.output(path, ["other"], force=True)
    starter.start(str(tmp_path / "records"), date(2027, 3, 1), "Cleo Example")
    assert lowest() == before
    held = signal.pthread_sigmask(signal.SIG_BLOCK, [])
    assert held.isdisjoint({signal.SIGINT, signal.SIGTERM, signal.SIGHUP})


def test_a_new_file_is_no_programs_to_run(tmp_path):
    was = os.umask(0)
    try:
        writing.create(str(tmp_path / "rain.yaml"), b"new")
    finally:
        os.umask(was)
    assert stat.S_IMODE((tmp_path / "rain.yaml").stat().st_mode) == 0o666


def test_a_new_record_is_refused_where_its_id_may_stand_in_a_folder_that_cannot_be_read(
    tmp_path, monkeypatch
):
    (tmp_path / "below").mkdir()
    real = os.scandir

    def scandir(path: str) -> object:
        if str(path).endswith("below"):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    prediction = generated.sound(RAIN.encode())[1]
    with pytest.raises(RefusedError, match=r"below: the folder cannot be read .*nothing was"):
        changes.add(str(tmp_path), "rain", prediction)
    assert contents(tmp_path) == {"below": b"/"}


# --- an editor ---


def test_what_an_editor_saves_in_between_is_never_lost_before_the_last_look(to):
    """The last look at the file is the read before the rename; what is saved behind it is lost.

    No call of the system replaces a file only if it still is the one that was read.
    """
    edited = RAIN + NOTE
    with_both = RECORDED + NOTE
    found: list[str] = []
    for nth in range(1, 1000):
        shutil.rmtree(to.cwd / PLACE, ignore_errors=True)
        path = folder(to)
        words = (*AT, "resolve", "rain", "yes")
        ended = run(to, *words, fault=("editor", nth), edit=(str(path), edited))
        if len(ended.trail) < nth:
            break
        behind = ended.trail[nth - 1 :]
        found.append(kept(ended, path, edited, with_both))
        if found[-1] == "lost":
            assert "file read" not in behind
            assert behind.index("replace") <= 1
        assert leftovers(contents(to.cwd)) == set()
    in_order = ["both", "conflict", "lost", "after"]
    assert set(found) == set(in_order)
    assert found.count("lost") == 2  # the close of the file that was read, and the rename
    assert found == sorted(found, key=in_order.index)


def kept(ended: Ended, path: Path, edited: str, with_both: str) -> str:
    """What became of an edit: it stands with the outcome, or alone, or it is lost."""
    text = path.read_text()
    if text == edited:
        if ended.code == 0:
            return "after"  # the editor saved last: over the outcome, as it would over any change
        assert ended.code == 5
        assert "saved by another program in between; nothing was changed" in ended.err
        return "conflict"
    assert ended.code == 0
    assert text in {with_both, RECORDED}
    return "both" if text == with_both else "lost"


# --- disks that are really full, or only to be read ---


def test_a_limit_of_the_system_on_the_size_of_a_file_is_a_refusal(to):
    path = folder(to, RAIN + f"note: {'long ' * 2000}\n")
    was = contents(to.cwd)
    ended = run(to, *AT, "resolve", "rain", "yes", bytes=4096)
    assert ended.code == 5
    assert "could not be written (File too large); nothing was changed; " in ended.err
    assert contents(to.cwd) == was
    assert run(to, *AT, "resolve", "rain", "yes", bytes=100_000).code == 0
    assert "answer: yes" in path.read_text()


MOUNTED = """
set -eu
mount -t tmpfs -o size=64k tmpfs "$1"
mkdir "$1/records" && cat > "$1/records/rain.yaml"
case "$2" in
full) dd if=/dev/zero of="$1/filler" bs=4096 2>/dev/null || true ;;
read-only) mount -o remount,ro "$1" ;;
esac
cd "$1"
set +e
"$3" -m predtrack --folder records resolve rain yes; code=$?
ls -A records >&2
cat records/rain.yaml
exit $code
"""


def mounted(place: Path, how: str) -> subprocess.CompletedProcess[str] | None:
    """A run on a small disk of its own, in memory; nothing where the machine allows none."""
    words = ["unshare", "--mount", "--map-root-user", "sh", "-c", MOUNTED, "sh"]
    if not shutil.which("unshare") or subprocess.run([*words[:3], "true"], check=False).returncode:
        return None
    env = os.environ | {"PREDTRACK_AS_OF": "2027-03-01", "PREDTRACK_BY": "Cleo Example"}
    return subprocess.run(
        [*words, str(place), how, sys.executable],
        input=RAIN,
        capture_output=True,
        text=True,
        check=False,
        env=env,
    )


@pytest.mark.parametrize(
    ("how", "reason"),
    [("full", "No space left on device"), ("read-only", "Read-only file system")],
)
def test_a_disk_that_takes_nothing_is_a_refusal_that_leaves_nothing(tmp_path, how, reason):
    done = mounted(tmp_path, how)
    if done is None or "mount:" in done.stderr:
        pytest.skip("this machine allows no mount")
    assert done.returncode == 5
    assert f"could not be written ({reason}); nothing was changed; " in done.stderr
    assert done.stderr.splitlines()[-1] == "rain.yaml"
    assert done.stdout.endswith(RAIN)


# --- an output that cannot be written ---


@pytest.mark.skipif(not FULL.exists(), reason="only Linux has a device that is always full")
@pytest.mark.parametrize("words", [("resolve", "rain", "yes"), ("reopen", "rain")])
def test_a_change_that_cannot_be_shown_is_not_made(to, words):
    path = folder(to, RAIN if words[0] == "resolve" else RECORDED)
    was = path.read_text()
    ended = run(to, *AT, *words, stdout=str(FULL))
    assert ended.code == 5
    assert "the output could not be written (No space left on device)" in ended.err
    assert path.read_text() == was


def test_a_reader_who_has_gone_away_stops_no_change(to):
    path = folder(to)
    read, write = os.pipe()
    os.close(read)
    env = os.environ | {"PREDTRACK_AS_OF": "2027-03-01", "PREDTRACK_BY": "Cleo Example"}
    words = [sys.executable, "-m", "predtrack", "--folder", PLACE, "resolve", "rain", "yes"]
    done = subprocess.run(
        words, stdout=write, stderr=subprocess.PIPE, cwd=to.cwd, env=env, check=False
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (0, b"")
    assert path.read_text() == RECORDED

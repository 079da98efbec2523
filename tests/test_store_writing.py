"""A file replaced whole or not at all, whatever fails on the way."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from predtrack.errors import RefusedError
from predtrack.store import writing

OLD, NEW = b"old\n", b"new\r\nbytes \xff\n"


@pytest.fixture
def record(tmp_path: Path) -> Path:
    path = tmp_path / "rain.yaml"
    path.write_bytes(OLD)
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(RefusedError) as caught:
        act()
    assert "nothing was changed; " in str(caught.value)
    return str(caught.value)


def test_a_file_is_replaced_and_nothing_else_is_left(record: Path) -> None:
    assert writing.replace(str(record), OLD, NEW) == ""
    assert record.read_bytes() == NEW
    assert names(record.parent) == ["rain.yaml"]


def test_the_mode_and_the_owner_are_kept(record: Path) -> None:
    record.chmod(0o640)
    before = record.stat()
    writing.replace(str(record), OLD, NEW)
    after = record.stat()
    assert stat.S_IMODE(after.st_mode) == 0o640
    assert (after.st_uid, after.st_gid) == (before.st_uid, before.st_gid)


def test_a_replacement_by_the_same_bytes_writes_nothing(record: Path) -> None:
    before = record.stat()
    assert writing.replace(str(record), OLD, OLD) == ""
    assert record.stat() == before


def test_other_bytes_than_were_read_are_a_conflict(record: Path) -> None:
    record.write_bytes(b"edited\n")
    assert "saved by another program" in refused(lambda: writing.replace(str(record), OLD, NEW))
    assert record.read_bytes() == b"edited\n"
    assert names(record.parent) == ["rain.yaml"]


def test_a_record_that_turned_into_a_fifo_never_hangs(record: Path) -> None:
    record.unlink()
    os.mkfifo(record)
    refused(lambda: writing.replace(str(record), OLD, NEW))
    assert names(record.parent) == ["rain.yaml"]


def test_a_record_taken_away_in_between_is_not_brought_back(record: Path) -> None:
    record.unlink()
    refused(lambda: writing.replace(str(record), OLD, NEW))
    assert names(record.parent) == []


CALLS = ["open", "fstat", "fchmod", "write", "fsync", "pread", "close", "replace", "link", "stat"]
CALLS += [name for name in ("listxattr", "getxattr", "setxattr", "fchown") if hasattr(os, name)]
FAULTS = [OSError(errno.ENOSPC, "No space left on device"), OSError(errno.EIO, "I/O error")]
FAULTS += [PermissionError(errno.EACCES, "Permission denied"), KeyboardInterrupt()]


class Failing:
    """A call that fails the n-th time, and says how often it was asked."""

    def __init__(self, real: Callable[..., Any], fault: BaseException, nth: int) -> None:
        self.real, self.fault, self.nth, self.count = real, fault, nth, 0

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self.count += 1
        if self.count == self.nth:
            if self.real is REAL_CLOSE:
                self.real(*args)  # the descriptor is gone even where closing it fails
            raise self.fault
        return self.real(*args, **kwargs)


REAL_CLOSE = os.close


def outcome_of(act: Callable[[], str]) -> str:
    """What a write says: a warning, or that it was refused or interrupted."""
    try:
        return act()
    except RefusedError as error:
        return f"refused: {error}"
    except KeyboardInterrupt:
        return "interrupted"


@pytest.mark.parametrize("fault", FAULTS, ids=["ENOSPC", "EIO", "EACCES", "interrupt"])
@pytest.mark.parametrize("call", CALLS)
def test_a_replacement_is_whole_or_not_at_all_whichever_call_fails(
    call: str, fault: BaseException, tmp_path: Path
) -> None:
    for nth in range(1, 20):
        path = tmp_path / "rain.yaml"
        path.write_bytes(OLD)
        with pytest.MonkeyPatch.context() as patch:
            failing = Failing(getattr(os, call), fault, nth)
            patch.setattr(os, call, failing)
            said = outcome_of(lambda: writing.replace(str(path), OLD, NEW))  # noqa: B023  # run now
        if said == "":
            assert failing.count < nth
        assert path.read_bytes() == (OLD if said.startswith("refused") else NEW) or (
            said == "interrupted"
        )
        assert path.read_bytes() in {OLD, NEW}
        assert names(tmp_path) == ["rain.yaml"]
        if said.startswith("refused"):
            assert "nothing was changed; " in said
        elif said != "interrupted":
            assert said == "" or "recorded, but not synced" in said
        if failing.count < nth:
            return
    pytest.fail("the fault was always reached")


@pytest.mark.parametrize("fault", FAULTS, ids=["ENOSPC", "EIO", "EACCES", "interrupt"])
@pytest.mark.parametrize("call", CALLS)
def test_a_new_file_is_whole_or_not_at_all_whichever_call_fails(
    call: str, fault: BaseException, tmp_path: Path
) -> None:
    for nth in range(1, 20):
        path = tmp_path / "rain.yaml"
        path.unlink(missing_ok=True)
        with pytest.MonkeyPatch.context() as patch:
            failing = Failing(getattr(os, call), fault, nth)
            patch.setattr(os, call, failing)
            said = outcome_of(lambda: writing.create(str(path), NEW))  # noqa: B023  # run now
        if said.startswith("refused"):
            assert names(tmp_path) == []
        elif said != "interrupted":
            assert path.read_bytes() == NEW
        assert names(tmp_path) in ([], ["rain.yaml"])
        if failing.count < nth:
            return
    pytest.fail("the fault was always reached")


def test_a_leftover_that_cannot_be_taken_away_does_not_hide_what_happened(
    record: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.EIO, "I/O error")

    monkeypatch.setattr(os, "unlink", fail)
    assert writing.create(str(record.parent / "new.yaml"), NEW) == ""
    assert (record.parent / "new.yaml").read_bytes() == NEW
    monkeypatch.setattr(os, "replace", fail)
    assert "I/O error" in refused(lambda: writing.replace(str(record), OLD, NEW))


def test_a_disk_that_takes_little_at_a_time_gets_it_all(
    record: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda target, data: real(target, data[:1]))
    assert writing.replace(str(record), OLD, NEW) == ""
    assert record.read_bytes() == NEW


@pytest.mark.parametrize("taken", [0, len(NEW)])
def test_a_disk_that_keeps_less_than_it_says_is_found_out(
    taken: int, record: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "write", lambda *_: taken)
    refused(lambda: writing.replace(str(record), OLD, NEW))
    assert record.read_bytes() == OLD
    assert names(record.parent) == ["rain.yaml"]


def test_an_error_of_the_disk_comes_with_a_remedy(
    record: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.EFBIG, "File too large")

    monkeypatch.setattr(os, "fsync", fail)
    said = refused(lambda: writing.replace(str(record), OLD, NEW))
    assert f"{record} could not be written (File too large)" in said
    assert "see to the disk" in said


def test_a_new_file_has_the_mode_that_the_umask_leaves(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        writing.create(str(tmp_path / "rain.yaml"), NEW)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "rain.yaml").stat().st_mode) == 0o640


@pytest.mark.parametrize("there", ["file", "folder", "link", "dangling link", "fifo"])
def test_a_new_file_never_takes_the_place_of_anything(there: str, tmp_path: Path) -> None:
    path, beyond = tmp_path / "rain.yaml", tmp_path / "beyond"
    if there == "link":
        beyond.write_bytes(OLD)
    make: dict[str, Callable[[], object]] = {
        "file": lambda: path.write_bytes(OLD),
        "folder": path.mkdir,
        "fifo": lambda: os.mkfifo(path),
    }
    make.get(there, lambda: path.symlink_to(beyond))()
    before = (names(tmp_path), path.lstat())
    assert "is there already" in refused(lambda: writing.create(str(path), NEW))
    assert (names(tmp_path), path.lstat()) == before


def test_a_new_file_in_no_folder_is_refused(tmp_path: Path) -> None:
    said = refused(lambda: writing.create(str(tmp_path / "away" / "rain.yaml"), NEW))
    assert "see whether the folder is still there" in said


def test_a_long_name_leaves_room_for_the_temporary_one(tmp_path: Path) -> None:
    path = tmp_path / ("x" * 245 + ".yaml")
    assert writing.create(str(path), OLD) == ""
    assert writing.replace(str(path), OLD, NEW) == ""
    assert path.read_bytes() == NEW


# --- an export ---


def test_an_export_goes_to_a_new_file_or_over_an_old_one_if_told_to(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    writing.output(str(path), ["a,", "b\n"])
    assert path.read_text() == "a,b\n"
    assert "is there already" in str(refused_export(path))
    writing.output(str(path), ["ä\n"], force=True)
    assert path.read_bytes() == "ä\n".encode()
    assert names(tmp_path) == ["out.csv"]


def test_an_export_follows_a_link_that_it_may_write_over(record: Path) -> None:
    link = record.parent / "out.csv"
    link.symlink_to(record)
    writing.output(str(link), ["new\n"], force=True)
    assert link.is_symlink()
    assert record.read_text() == "new\n"


@pytest.mark.parametrize("there", ["fifo", "device", "folder", "dangling"])
def test_an_export_never_takes_the_place_of_what_is_no_file(there: str, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    make: dict[str, Callable[[], object]] = {"folder": path.mkdir, "fifo": lambda: os.mkfifo(path)}
    target = "/dev/null" if there == "device" else "away"
    make.get(there, lambda: path.symlink_to(target))()
    before = path.lstat()
    refused(lambda: writing.output(str(path), ["a\n"], force=True))
    assert path.lstat() == before
    assert names(tmp_path) == ["out.csv"]


def refused_export(path: Path) -> RefusedError:
    with pytest.raises(RefusedError, match="nothing was changed") as caught:
        writing.output(str(path), ["other\n"])
    return caught.value


# --- the lock ---

HOLD = """
import sys
from predtrack.store import writing
with writing.locked(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.readline()
"""


def holding(folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", HOLD, str(folder)]
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_the_lock_leaves_no_file(tmp_path: Path) -> None:
    with writing.locked(str(tmp_path)):
        assert names(tmp_path) == []


def test_a_lock_that_another_process_keeps_is_refused_in_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "LOCK_SECONDS", 0.05)
    with holding(tmp_path) as process:
        said = refused(lambda: writing.locked(str(tmp_path)).__enter__())
        process.communicate("done\n")
    assert "is being changed by another process" in said
    assert "try again" in said


def test_a_lock_is_waited_for_until_the_other_process_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "LOCK_SECONDS", 60.0)
    with holding(tmp_path) as process:
        asked = threading.Event()
        real = writing._lock

        def ask(*args: Any) -> bool:
            got = real(*args)
            if not got and not asked.is_set():
                asked.set()
                process.communicate("done\n")
            return got

        monkeypatch.setattr(writing, "_lock", ask)
        with writing.locked(str(tmp_path)):
            assert asked.is_set()


def test_a_process_that_dies_leaves_no_lock(tmp_path: Path) -> None:
    with holding(tmp_path) as process:
        process.kill()
        process.communicate()
    with writing.locked(str(tmp_path)):
        assert process.returncode != 0


def test_a_lock_is_let_go_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(KeyError), writing.locked(str(tmp_path)):
        raise KeyError
    with writing.locked(str(tmp_path)):
        assert names(tmp_path) == []


def test_a_folder_that_cannot_be_locked_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import fcntl

    def fail(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    with pytest.raises(RefusedError, match="could not be locked"):
        writing.locked(str(tmp_path / "away")).__enter__()
    monkeypatch.setattr(fcntl, "flock", fail)
    assert "No locks available" in refused(lambda: writing.locked(str(tmp_path)).__enter__())

"""Disks without hard links: a new file is whole or not there, and takes no other's place."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from faults.calls import ENDS, ERRORS, INTERRUPTS, KILLS, WRITES
from faults.program import Server, contents, run
from faults.scenarios import AT, NEW, PLACE, SCENARIOS, Seen, tried, until_missed
from predtrack.errors import RefusedError
from predtrack.store import writing

ADD = ("add", "It snows", "--value", "80%", "--deadline", "2027-12-31", "--id", "snow")
SNOW = (*AT, *ADD, "--criteria", "A centimetre.")
RENAMED = ("links",)
CLAIMED = ("links", "renames")


def wrongs(to: Server, name: str, *kinds: str) -> list[str]:
    """What was wrong, with a fault at every call in turn."""
    seen: Seen = set()
    return [wrong for _, wrong in until_missed(to, name, kinds, seen) if wrong]


@pytest.mark.parametrize("name", NEW)
@pytest.mark.parametrize("without", [RENAMED, CLAIMED])
def test_a_new_file_needs_no_hard_link(to, name, without):
    ended, wrong = tried(to._replace(without=without), name, ("none", 0))
    assert (ended.code, wrong) == (0, "")
    assert ("rename" in ended.trail) == (without == CLAIMED)
    assert "renameat2" in ended.trail


@pytest.mark.parametrize("name", NEW)
def test_a_kill_at_any_call_leaves_no_part_of_a_new_file(to, name):
    assert wrongs(to._replace(without=RENAMED), name, KILLS[0]) == []


@pytest.mark.parametrize("name", NEW)
@pytest.mark.parametrize("without", [RENAMED, CLAIMED])
@pytest.mark.parametrize("kinds", [ERRORS, WRITES[:1], WRITES[1:], (*INTERRUPTS[:2], *ENDS)])
def test_no_fault_at_any_call_leaves_a_new_file_half_done(to, name, without, kinds):
    assert wrongs(to._replace(without=without), name, *kinds) == []


@pytest.mark.parametrize("name", ["add", "export"])
def test_a_kill_where_names_are_claimed_leaves_at_most_an_empty_file(to, name):
    """Only between the claim and the rename: never half of a record, and it is named."""
    claimed = to._replace(without=CLAIMED)
    empty = 0
    for nth in range(1, 1000):
        ended, wrong = tried(claimed, name, (KILLS[0], nth))
        if wrong:
            new = SCENARIOS[name].after({})
            (path,) = (each for each in new if (to.cwd / each).exists())
            assert (to.cwd / path).read_bytes() == b""
            assert set(ended.trail[-3:]) & {"close", "stat", "rename"}
            if name == "add":
                assert "the file is empty" in run(to, *AT, "check").out
            empty += 1
        if len(ended.trail) < nth:
            break
    assert empty == 3  # before the close, the last look and the rename


@pytest.mark.parametrize("without", [(), RENAMED, CLAIMED])
def test_a_new_file_never_takes_the_place_of_another(tmp_path, monkeypatch, without):
    def no_link(*_: object) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    if "links" in without:
        monkeypatch.setattr(os, "link", no_link)
    if "renames" in without:
        monkeypatch.setattr(writing, "_rename_to_new", lambda *_: False)
    for make in (Path.touch, Path.mkdir, lambda each: each.symlink_to("nowhere")):
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.yaml"
        make(path)
        before = path.lstat()
        with pytest.raises(RefusedError, match="is there already; nothing was changed"):
            writing.create(str(path), b"new")
        assert path.lstat() == before
    assert not [each for each in tmp_path.iterdir() if each.name.startswith(".")]


def test_what_is_written_into_a_claim_meanwhile_stays(tmp_path, monkeypatch):
    path = tmp_path / "rain.yaml"
    real = os.close

    def close(descriptor: int) -> None:
        real(descriptor)
        if path.exists():
            path.write_bytes(b"of an editor")

    temporary = tmp_path / ".new"
    temporary.write_bytes(b"new")
    monkeypatch.setattr(os, "close", close)
    with pytest.raises(FileExistsError):
        writing._claim(str(temporary), str(path))
    assert path.read_bytes() == b"of an editor"


def test_a_disk_that_allows_nothing_has_a_remedy_that_fits(tmp_path, monkeypatch):
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    for name in ("link", "rename"):
        monkeypatch.setattr(os, name, refuse)
    monkeypatch.setattr(writing, "_rename_to_new", lambda *_: False)
    with pytest.raises(RefusedError, match="nothing was changed") as caught:
        writing.create(str(tmp_path / "rain.yaml"), b"new")
    assert "the owner" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


# --- real disks ---


def exfat(place: Path) -> list[str]:
    """Mount a new exFAT disk; the words that take it away again."""
    disk = place.with_suffix(".disk")
    with disk.open("wb") as file:
        file.truncate(32 * 1024**2)
    called("mkfs.exfat", str(disk))
    device = called("losetup", "-f", "--show", str(disk)).strip()
    try:
        by = "mount.exfat-fuse" if shutil.which("mount.exfat-fuse") else "mount"
        called(by, device, str(place))
    except subprocess.CalledProcessError:
        called("losetup", "-d", device)
        raise
    return ["sh", "-c", f"umount {place} && losetup -d {device}"]


def sshfs(place: Path) -> list[str]:
    """Mount a folder through a file server that makes no hard links."""
    server = next(
        filter(os.path.exists, ("/usr/lib/openssh/sftp-server", "/usr/libexec/sftp-server"))
    )
    start = place.with_suffix(".sh")
    start.write_text(f"#!/bin/sh\nexec {server}\n")
    start.chmod(0o755)
    behind = place.with_suffix(".behind")
    behind.mkdir()
    called("sshfs", "-o", f"ssh_command={start},disable_hardlink", f"it:{behind}", str(place))
    return ["fusermount3", "-u", str(place)]


def called(*words: str) -> str:
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


@pytest.fixture(params=[exfat, sshfs], ids=["exFAT", "sshfs"])
def disk(request: pytest.FixtureRequest, to: Server, tmp_path: Path) -> Iterator[Server]:
    """The program on a real disk without hard links."""
    place = tmp_path / "disk"
    place.mkdir()
    try:
        away = request.param(place)
    except (OSError, StopIteration, subprocess.CalledProcessError) as error:
        pytest.skip(f"this machine mounts no such disk ({error})")
    yield to._replace(cwd=place)
    called(*away)


def test_a_real_disk_without_hard_links_takes_every_command(disk):
    (disk.cwd / "probe").touch()
    with pytest.raises(OSError, match=r"not permitted|not supported|not implemented"):
        (disk.cwd / "link").hardlink_to(disk.cwd / "probe")
    (disk.cwd / "probe").unlink()
    for name in SCENARIOS:
        if name != "linked":  # exFAT has no symbolic links
            ended, wrong = tried(disk, name, ("none", 0))
            assert wrong == "", f"{name}: {wrong}"
            assert "warning" not in ended.err
    for name in ("add", "resolve"):
        assert wrongs(disk, name, *ERRORS) == []
    first, again = run(disk, *SNOW), run(disk, *SNOW)
    assert (first.code, again.code) == (0, 2)
    assert set(contents(disk.cwd / PLACE)) == {"rain.yaml", "snow.yaml"}

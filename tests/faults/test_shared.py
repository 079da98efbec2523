"""A folder of several people: nothing lost, nothing opened, whoever writes.

These tests become other users, so they need root; elsewhere they are skipped, and what a disk
refuses is tried by calls that fail (`test_store_rights.py`).
"""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from faults.calls import ERRORS, KILLS
from faults.program import Server, contents, leftovers, run, runs
from faults.scenarios import AT, PLACE, RAIN
from predtrack.store import likeness, rights, writing
from predtrack.store.rights import GROUP, MASK, NAMED_GROUP, OTHERS, OWNER, USER, Entry

pytestmark = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can become other users"
)

ADA, BO, EVE, TEAM, OTHERS_TEAM = 61001, 61002, 61003, 61100, 61101
"""Numbers that no user and no group of a machine has."""
AS_ADA, AS_BO = (ADA, [ADA, TEAM], 0o002), (BO, [BO, TEAM], 0o002)
AS_EVE = (EVE, [EVE], 0o002)
CROWD = 16
LISTED = (
    *(Entry(OWNER, 6), Entry(GROUP, 0), Entry(OTHERS, 0), Entry(MASK, 6)),
    *(Entry(USER, 6, ADA), Entry(USER, 6, BO), Entry(NAMED_GROUP, 4, OTHERS_TEAM)),
)


@pytest.fixture
def place(to: Server) -> Iterator[Server]:
    """A place that other users may enter, with a setgid folder of the team in it."""
    outside = Path(tempfile.mkdtemp(prefix="shared-"))
    outside.chmod(0o755)
    root = outside / PLACE
    root.mkdir()
    os.chown(root, ADA, TEAM)
    root.chmod(0o2775)
    yield to._replace(cwd=outside)
    shutil.rmtree(outside)


def put(to: Server, name: str = "rain", user: int = ADA, group: int = TEAM, mode: int = 0o664):
    """The path of a record of somebody's."""
    path = to.cwd / PLACE / f"{name}.yaml"
    path.write_text(RAIN, "utf-8")
    os.chown(path, user, group)
    path.chmod(mode)
    return path


def state(path: Path) -> tuple[int, int, int]:
    """The owner, the group and the mode."""
    status = path.stat()
    return status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode)


def listed(path: Path, entries: rights.Rights = LISTED) -> None:
    """Give a file an access list, or skip where the disk takes none."""
    try:
        os.setxattr(path, likeness.ACCESS, rights.as_list(entries))
    except OSError as error:
        pytest.skip(f"this disk takes no access list ({error.strerror})")


def resolved(to: Server, who: tuple[int, list[int], int], name: str = "rain"):
    """How recording an outcome ended that somebody recorded."""
    return run(to, *AT, "resolve", name, "yes", users=[who])


def test_a_colleagues_record_is_changed_in_its_group_and_mode(place):
    path = put(place)
    ended = resolved(place, AS_BO)
    assert (ended.code, ended.err) == (0, "")
    assert "answer: yes" in path.read_text()
    assert state(path) == (BO, TEAM, 0o664)
    assert run(place, *AT, "reopen", "rain", users=[AS_ADA]).code == 0
    assert state(path) == (ADA, TEAM, 0o664)
    assert path.read_text() == RAIN


def test_the_access_list_and_the_attributes_of_a_colleagues_record_are_kept(place):
    path = put(place, mode=0o600)
    listed(path)
    os.setxattr(path, "user.origin", b"a survey\0\xff")
    before = rights.of_list(os.getxattr(path, likeness.ACCESS))
    ended = resolved(place, AS_BO)
    assert (ended.code, ended.err) == (0, "")
    assert rights.of_list(os.getxattr(path, likeness.ACCESS)) == before
    assert os.getxattr(path, "user.origin") == b"a survey\0\xff"
    assert state(path) == (BO, TEAM, 0o660)
    assert resolved(place, AS_EVE).code != 0  # still kept out


def test_the_list_of_a_folder_opens_no_record_that_has_none(place):
    path = put(place, mode=0o640)
    listed(path)  # whether the disk takes one
    os.removexattr(path, likeness.ACCESS)
    path.chmod(0o640)
    everybody = (*LISTED, Entry(USER, 7, EVE))
    os.setxattr(place.cwd / PLACE, "system.posix_acl_default", rights.as_list(everybody))
    ended = resolved(place, AS_BO)
    assert ended.code == 0, ended.err
    assert likeness.ACCESS not in os.listxattr(path)
    assert state(path) == (BO, TEAM, 0o640)


def test_an_owner_who_shares_with_one_colleague_by_a_list_keeps_the_record(place):
    alone = (Entry(OWNER, 6), Entry(GROUP, 0), Entry(OTHERS, 0), Entry(MASK, 6))
    path = put(place, group=ADA)
    listed(path, (*alone, Entry(USER, 6, BO)))
    ended = resolved(place, AS_BO)
    assert ended.code == 0, ended.err
    assert run(place, *AT, "reopen", "rain", users=[AS_ADA]).code == 0
    assert path.read_text() == RAIN


def test_a_group_that_the_writer_is_not_in_loses_what_only_it_might_do(place):
    path = put(place, group=OTHERS_TEAM, mode=0o664)
    ended = resolved(place, AS_BO)
    assert ended.code == 0
    assert ended.err.startswith(f"warning: its group group {OTHERS_TEAM} could not be kept")
    assert state(path) == (BO, TEAM, 0o644)


def test_what_root_wrote_is_still_its_owners(place):
    path = put(place)
    assert run(place, *AT, "resolve", "rain", "yes").code == 0  # root itself
    assert state(path) == (ADA, TEAM, 0o664)


def test_a_record_of_roots_in_ones_own_folder_can_be_changed(place):
    path = put(place, user=0, group=0, mode=0o644)
    ended = resolved(place, AS_ADA)
    assert ended.code == 0
    assert "its group root could not be kept" in ended.err
    assert state(path) == (ADA, TEAM, 0o644)
    added = ("add", "It snows", "--value", "80%", "--deadline", "2027-12-31", "--id", "snow")
    assert run(place, *AT, *added, "--criteria", "A centimetre.").code == 0
    ended = run(place, *AT, "update", "snow", "70%", users=[AS_ADA])
    assert ended.code == 0, ended.err
    assert state(path.with_name("snow.yaml"))[0] == ADA


def test_a_group_that_both_are_in_stays_though_the_folder_is_of_another(place):
    path = put(place, group=OTHERS_TEAM, mode=0o640)
    ended = resolved(place, (BO, [BO, TEAM, OTHERS_TEAM], 0o002))
    assert (ended.code, state(path)) == (0, (BO, OTHERS_TEAM, 0o640))
    assert "it is your file now, and user 61001 has the rights of its group" in ended.err


@pytest.mark.parametrize("is_listed", [False, True])
def test_sixteen_processes_of_two_users_lose_and_open_nothing(place, is_listed):
    names = [f"rain-{number:02}" for number in range(CROWD)]
    for number, name in enumerate(names):
        path = put(place, name, user=(ADA, BO)[number // 2 % 2])
        if is_listed:
            listed(path)
    before = {name: apart_from_bytes(place.cwd / PLACE / f"{name}.yaml") for name in names}
    words = [[*AT, "resolve", name, "yes", "--note", name] for name in names]
    ended = runs(place, *words, users=[AS_ADA, AS_BO], patience=60.0)
    assert [(each.code, each.err) for each in ended] == [(0, "")] * CROWD
    paths = [place.cwd / PLACE / f"{name}.yaml" for name in names]
    assert all(f"note: {path.stem}\n" in path.read_text() for path in paths)
    assert {path.stem: apart_from_bytes(path) for path in paths} == before
    assert set(contents(place.cwd / PLACE)) == {path.name for path in paths}
    owners = [path.stat().st_uid for path in paths]
    assert owners == [ADA, BO] * (CROWD // 2)


def apart_from_bytes(path: Path) -> tuple[int, int, dict[str, bytes | None]]:
    """What must be as before: the group, the mode and the attributes, the list among them."""
    like = likeness.likeness(str(path))
    return like.group, like.mode, dict(like.attributes)


def test_sixteen_processes_of_two_users_change_one_record_in_turn(place):
    path = put(place)
    words = [[*AT, "update", "rain", f"{50 + k}%", "--by", f"By {k:02}"] for k in range(CROWD)]
    path.write_text(
        RAIN.replace("  - {by: Ada Example, made: 2027-01-10, probability: 70%}\n", BLOCK)
    )
    ended = runs(place, *words, users=[AS_ADA, AS_BO], patience=60.0)
    assert [(each.code, each.err) for each in ended] == [(0, "")] * CROWD
    assert all(f"by: By {k:02}\n" in path.read_text() for k in range(CROWD))
    assert state(path)[1:] == (TEAM, 0o664)
    assert leftovers(contents(place.cwd)) == set()


BLOCK = "  - by: Ada Example\n    made: 2027-01-10\n    probability: 70%\n"

WATCHED = """
import os, stat, sys
sys.path[:0] = sys.argv[2:]
from predtrack.store import writing
from predtrack.store.likeness import ACCESS
folder, name = os.path.split(sys.argv[1])
seen = set()
def look():
    for each in os.listdir(folder):
        if each.endswith(".tmp"):
            path = os.path.join(folder, each)
            mark = "+" if ACCESS in os.listxattr(path) else ""
            seen.add(f"{stat.S_IMODE(os.lstat(path).st_mode):o}{mark}")
busy = []
def hook(event, args):
    if event.startswith(("os.", "open")) and event != "os.listdir" and not busy:
        busy.append(1); look(); busy.pop()
os.umask(0)
sys.addaudithook(hook)
writing.replace(sys.argv[1], open(sys.argv[1], "rb").read(), b"new")
print(*sorted(seen))
"""


@pytest.mark.parametrize(
    ("mode", "is_listed", "seen"),
    [(0o600, False, {"600"}), (0o664, False, {"600", "664"}), (0o600, True, {"600", "660+"})],
)
def test_the_temporary_file_never_has_more_rights_than_the_record(place, mode, is_listed, seen):
    """A + is an access list; without it the bits of the group would be the group's."""
    path = put(place, user=0, group=0, mode=mode)
    if is_listed:
        listed(path)
    words = [sys.executable, "-c", WATCHED, str(path), *filter(None, sys.path)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) == seen
    assert path.read_bytes() == b"new"


def test_rights_that_change_in_between_are_a_conflict(place, monkeypatch):
    path = put(place, user=0, group=0)
    real = os.fsync

    def fsync(descriptor: int) -> None:
        path.chmod(0o600)
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(writing.RefusedError, match="other rights in between; nothing was changed"):
        writing.replace(str(path), RAIN.encode(), b"new")
    assert state(path) == (0, 0, 0o600)
    assert path.read_text() == RAIN


@pytest.mark.parametrize("kinds", [KILLS[:1], ERRORS])
def test_no_fault_at_any_call_opens_a_colleagues_record(place, kinds):
    """Old or new, with the list and the attribute, or without one of them and said so."""
    for nth in range(1, 1000):
        kind = kinds[nth % len(kinds)]
        shutil.rmtree(place.cwd / PLACE)
        (place.cwd / PLACE).mkdir()
        os.chown(place.cwd / PLACE, ADA, TEAM)
        (place.cwd / PLACE).chmod(0o2775)
        path = put(place, mode=0o600)
        listed(path)
        os.setxattr(path, "user.origin", b"a survey")
        before, text = apart_from_bytes(path), path.read_text()
        ended = run(place, *AT, "resolve", "rain", "yes", users=[AS_BO], fault=(kind, nth))
        for left in leftovers(contents(place.cwd)):
            mode = stat.S_IMODE((place.cwd / left).stat().st_mode)
            is_listed = likeness.ACCESS in os.listxattr(place.cwd / left)
            assert mode == (0o660 if is_listed else 0o600)
        if path.read_text() == text:
            assert apart_from_bytes(path) == before
        elif apart_from_bytes(path) != before:
            assert "could not be kept" in ended.err
            assert stat.S_IMODE(path.stat().st_mode) == (
                0o660 if likeness.ACCESS in os.listxattr(path) else 0o600
            )
        if len(ended.trail) < nth:
            return
    raise AssertionError("the fault was always reached")


def test_a_new_record_has_the_rights_that_its_folder_gives(place):
    path = put(place)
    listed(path)  # whether the disk takes one
    everybody = rights.as_list(LISTED)
    os.setxattr(place.cwd / PLACE, "system.posix_acl_default", everybody)
    words = ("add", "It snows", "--value", "80%", "--deadline", "2027-12-31", "--id", "snow")
    ended = run(place, *AT, *words, "--criteria", "A centimetre.", users=[AS_BO])
    assert ended.code == 0, ended.err
    new = path.with_name("snow.yaml")
    assert rights.of_list(os.getxattr(new, likeness.ACCESS)) == rights.of_list(everybody)
    assert state(new) == (BO, TEAM, 0o660)

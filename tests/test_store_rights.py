"""Rights that are narrowed: nobody may do more than before, by the system's own rule of access."""

from __future__ import annotations

import os
import stat
from itertools import combinations
from pathlib import Path
from random import Random

import pytest

from predtrack.errors import RefusedError
from predtrack.store import likeness, rights
from predtrack.store.rights import GROUP, MASK, NAMED_GROUP, OTHERS, OWNER, USER, Entry, Rights

OLD_OWNER, WRITER, OLD_GROUP, NEW_GROUP = 1, 2, 11, 12
USERS, GROUPS = range(1, 6), range(11, 15)
SETS = [set(each) for size in range(4) for each in combinations(GROUPS, size)]


def allowed(listed: Rights, owner: int, group: int, who: int, groups: set[int]) -> set[int]:
    """Which requests of a user are granted, by the algorithm of acl(5), written anew for this.

    A request is for reading, writing or both (4, 2, 6, ...): one entry must grant all of it.
    """
    entries = _entries(listed, owner, group, who, groups)
    return {wanted for wanted in range(1, 8) if any(each & wanted == wanted for each in entries)}


def _entries(listed: Rights, owner: int, group: int, who: int, groups: set[int]) -> list[int]:
    """The bits of the entries that a request of a user is held against."""
    mask = next((each.bits for each in listed if each.tag == MASK), 7)
    one = {each.tag: each.bits for each in listed}
    if who == owner:
        return [one[OWNER]]
    if named := [each.bits & mask for each in listed if (each.tag, each.who) == (USER, who)]:
        return named
    matching = [
        each.bits & mask for each in listed if each.tag == NAMED_GROUP and each.who in groups
    ]
    matching += [one[GROUP] & mask] if group in groups else []
    return matching or [one[OTHERS]]


def drawn(random: Random) -> Rights:
    """Any access list, or the three entries of a mode."""
    bits = lambda: random.choice((0, 4, 6, 6, random.randrange(8)))  # noqa: E731
    plain = [Entry(OWNER, bits()), Entry(GROUP, bits()), Entry(OTHERS, bits())]
    if random.random() < 0.25:
        return tuple(plain)
    named = [Entry(USER, bits(), who) for who in USERS if random.random() < 0.4]
    named += [Entry(NAMED_GROUP, bits(), who) for who in GROUPS if random.random() < 0.4]
    return (*plain, *named, Entry(MASK, random.choice((7, 6, 4, bits()))))


@pytest.mark.parametrize("owner_stays", [True, False])
@pytest.mark.parametrize("group_stays", [True, False])
@pytest.mark.parametrize("list_stays", [True, False])
def test_nobody_but_the_new_owner_may_do_more_than_before(owner_stays, group_stays, list_stays):
    random = Random(f"{owner_stays} {group_stays} {list_stays}")
    for _ in range(250):
        before = drawn(random)
        after = before
        owner, group = OLD_OWNER, OLD_GROUP
        if not owner_stays:
            after, owner = rights.without_owner(after, OLD_OWNER), WRITER
        if not group_stays:
            after, group = rights.without_group(after), NEW_GROUP
        if not list_stays:
            after = rights.without_names(after)
        for who in set(USERS) - {owner}:
            for groups in SETS:
                had = allowed(before, OLD_OWNER, OLD_GROUP, who, groups)
                has = allowed(after, owner, group, who, groups)
                assert has <= had, (before, after, who, groups)
        assert rights.bits(after, OWNER) == rights.bits(before, OWNER)


def test_what_need_not_be_narrowed_stays():
    random = Random(5)
    for _ in range(300):
        before = drawn(random)
        assert rights.of_list(rights.as_list(before)) == tuple(sorted(before, key=by_tag))
        if not rights.is_long(before):
            assert rights.without_names(before) == before
            assert rights.of_mode(rights.as_mode(before)) == before
    team = rights.of_mode(0o664)
    assert rights.without_owner(team, OLD_OWNER) == team
    assert rights.as_mode(rights.without_group(rights.of_mode(0o664))) == 0o644
    assert rights.as_mode(rights.without_group(rights.of_mode(0o660))) == 0o600


def by_tag(each: Entry) -> tuple[int, int]:
    return each.tag, each.who


def test_the_mask_is_no_right_of_the_group():
    listed = (*rights.of_mode(0o600), Entry(USER, 6, 3), Entry(MASK, 6))
    assert rights.as_mode(listed) == 0o660
    assert rights.as_mode(rights.without_names(listed)) == 0o600


def test_an_owner_of_before_who_would_lose_is_named_in_a_list_that_names_people():
    listed = (*rights.of_mode(0o600), Entry(USER, 6, WRITER), Entry(MASK, 6))
    after = rights.without_owner(listed, OLD_OWNER)
    assert allowed(after, WRITER, OLD_GROUP, OLD_OWNER, set()) == {2, 4, 6}
    assert rights.may_read(after, OLD_OWNER)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x02\0\0",
        b"\x01\0\0\0",
        rights.as_list(rights.of_mode(0o640))[:-1],
        rights.as_list(rights.of_mode(0o640)[:2]),
        rights.as_list((*rights.of_mode(0o640), Entry(USER, 6, 3))),
        rights.as_list((*rights.of_mode(0o640), Entry(OTHERS, 6))),
        rights.as_list((*rights.of_mode(0o640), Entry(MASK, 6), Entry(MASK, 7))),
    ],
)
def test_what_is_no_access_list_says_nothing(data):
    assert rights.of_list(data) is None


# --- what a disk refuses, by calls that fail ---

OLD = b"old\n"
needs_attributes = pytest.mark.skipif(
    not hasattr(os, "setxattr"), reason="this system shows Python no attributes"
)


@pytest.fixture
def record(tmp_path: Path) -> Path:
    path = tmp_path / "rain.yaml"
    path.write_bytes(OLD)
    path.chmod(0o664)
    return path


def passed_on(path: Path, model: likeness.Likeness) -> tuple[list[str], int]:
    """What was lost, and the mode that came of it."""
    descriptor = os.open(path.parent / ".new", os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        return likeness.pass_on(descriptor, model, str(path)), stat.S_IMODE(
            os.fstat(descriptor).st_mode
        )
    finally:
        os.close(descriptor)


def failing(number: int) -> object:
    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail


def like(path: Path, **other: object) -> likeness.Likeness:
    """What a file is like, but for some of it."""
    real = likeness.likeness(str(path))
    return likeness.Likeness(
        **{"user": real.user, "group": real.group, "mode": real.mode, "attributes": {}} | other
    )


@pytest.mark.parametrize("number", sorted(likeness._CANNOT))
def test_a_colleagues_file_becomes_the_writers_in_the_same_rights(record, monkeypatch, number):
    monkeypatch.setattr(os, "fchown", failing(number))
    assert passed_on(record, like(record, user=os.getuid() + 1)) == ([], 0o664)


def test_a_group_that_cannot_be_kept_takes_its_rights_along(record, monkeypatch):
    monkeypatch.setattr(os, "fchown", failing(likeness.errno.EPERM))
    losses, mode = passed_on(record, like(record, group=os.getgid() + 1))
    assert mode == 0o644
    assert len(losses) == 1
    assert "could not be kept, and what only" in losses[0]


def test_a_file_is_not_taken_away_from_its_owner(record, monkeypatch):
    monkeypatch.setattr(os, "fchown", failing(likeness.errno.EPERM))
    with pytest.raises(RefusedError, match=r"could not read it any more.*nothing was changed"):
        passed_on(record, like(record, user=os.getuid() + 1, mode=0o600))


def test_an_owner_who_loses_the_writing_is_told_of(record, monkeypatch):
    monkeypatch.setattr(os, "fchown", failing(likeness.errno.EPERM))
    losses, mode = passed_on(record, like(record, user=os.getuid() + 1, mode=0o644))
    assert mode == 0o644
    assert [each.partition(",")[0] for each in losses] == ["it is your file now"]


LISTED = (*rights.of_mode(0o600), Entry(USER, 6, 4321), Entry(MASK, 6))


@needs_attributes
@pytest.mark.parametrize("number", sorted(likeness._REFUSED))
def test_a_list_that_the_disk_does_not_take_opens_nothing(record, monkeypatch, number):
    monkeypatch.setattr(os, "setxattr", failing(number))
    model = like(record, mode=0o660, attributes={likeness.ACCESS: rights.as_list(LISTED)})
    losses, mode = passed_on(record, model)
    assert mode == 0o600
    assert "its access list could not be kept" in losses[0]


@needs_attributes
@pytest.mark.parametrize("data", [None, b"what is this"])
def test_a_list_that_cannot_be_read_leaves_the_file_to_its_owner(record, data):
    losses, mode = passed_on(record, like(record, mode=0o664, attributes={likeness.ACCESS: data}))
    assert mode == 0o600
    assert losses == ["its access list could not be kept: only its owner may use it now"]


@needs_attributes
def test_a_list_of_another_kind_leaves_the_file_to_its_owner(record, monkeypatch):
    monkeypatch.setattr(os, "setxattr", failing(likeness.errno.EPERM))
    losses, mode = passed_on(record, like(record, attributes={"system.nfs4_acl": b"whoever"}))
    assert mode == 0o600
    assert len(losses) == 2


@needs_attributes
def test_an_attribute_that_cannot_be_kept_is_told_of_and_opens_nothing(record, monkeypatch):
    monkeypatch.setattr(os, "setxattr", failing(likeness.errno.EPERM))
    losses, mode = passed_on(record, like(record, attributes={"security.label": b"secret"}))
    assert mode == 0o664
    assert losses == [
        "its extended attribute security.label could not be kept (Operation not permitted)"
    ]


def test_a_mode_that_the_disk_does_not_take_leaves_fewer_rights(record, monkeypatch):
    monkeypatch.setattr(os, "fchmod", failing(likeness.errno.EPERM))
    losses, mode = passed_on(record, like(record))
    assert mode == 0o600
    assert losses == ["its mode 664 could not be kept (Operation not permitted)"]


def test_a_disk_that_opens_the_new_file_to_more_people_is_a_refusal(record, monkeypatch):
    monkeypatch.setattr(os, "fchmod", lambda descriptor, _: os.chmod(descriptor, 0o666))
    with pytest.raises(RefusedError, match=r"would give more rights.*nothing was changed"):
        passed_on(record, like(record, mode=0o640))

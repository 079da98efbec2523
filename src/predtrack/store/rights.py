"""Tell who may do what with a file: the entries of its access list, and what may stay of them.

A list of three entries (owner, group, others) is what the mode says. A longer one is a POSIX
access control list: it names further users and groups, and then the group's bits of the mode are
no rights of the group but the mask that bounds all names. Whatever is narrowed here gives nobody
a right that this person did not have before.
"""

from __future__ import annotations

import struct
from functools import reduce
from typing import NamedTuple

OWNER, USER, GROUP, NAMED_GROUP, MASK, OTHERS = 1, 2, 4, 8, 16, 32
READ, ALL = 4, 7
NOBODY = 2**32 - 1  # the id of an entry that names none

_VERSION = struct.pack("<I", 2)
_ENTRY = struct.Struct("<HHI")


class Entry(NamedTuple):
    """One line of an access list: whom it is about, what they may do, and who they are."""

    tag: int
    bits: int
    who: int = NOBODY


Rights = tuple[Entry, ...]


def of_mode(mode: int) -> Rights:
    """Return the rights that a mode gives where there is no access list."""
    return Entry(OWNER, mode >> 6 & ALL), Entry(GROUP, mode >> 3 & ALL), Entry(OTHERS, mode & ALL)


def of_list(data: bytes) -> Rights | None:
    """Return the rights of an access list as the system keeps it; None where it is none.

    >>> rights = of_mode(0o640)
    >>> of_list(as_list(rights)) == rights
    True
    """
    if not data.startswith(_VERSION) or len(data) % _ENTRY.size != len(_VERSION):
        return None
    rights = tuple(Entry(*each) for each in _ENTRY.iter_unpack(data[len(_VERSION) :]))
    tags = [each.tag for each in rights]
    once = all(tags.count(tag) == 1 for tag in (OWNER, GROUP, OTHERS))
    is_masked = MASK in tags or not is_long(rights)
    return rights if once and is_masked and tags.count(MASK) <= 1 else None


def as_list(rights: Rights) -> bytes:
    """Return an access list as the system takes it: in the order of tags and ids."""
    lines = sorted(rights, key=lambda each: (each.tag, each.who))
    return _VERSION + b"".join(_ENTRY.pack(*each) for each in lines)


def as_mode(rights: Rights) -> int:
    """Return the mode beside an access list, whose group bits are the mask where there is one."""
    middle = MASK if any(each.tag == MASK for each in rights) else GROUP
    return bits(rights, OWNER) << 6 | bits(rights, middle) << 3 | bits(rights, OTHERS)


def is_long(rights: Rights) -> bool:
    """Return whether a mode cannot say these rights, since they name somebody or have a mask."""
    return any(each.tag in {USER, NAMED_GROUP, MASK} for each in rights)


def bits(rights: Rights, tag: int) -> int:
    """Return what the one entry of a tag allows; everything where there is no such entry."""
    return next((each.bits for each in rights if each.tag == tag), ALL)


def _least(rights: Rights, *tags: int) -> int:
    """Return what every entry of some tags allows once the mask has bounded it."""
    mask = bits(rights, MASK)
    return reduce(
        lambda least, each: least & each.bits & mask if each.tag in tags else least, rights, ALL
    )


def _bounded(rights: Rights, bounds: dict[int, int]) -> Rights:
    """Return the rights with the entries of some tags allowed no more than a bound."""
    return tuple(each._replace(bits=each.bits & bounds.get(each.tag, ALL)) for each in rights)


def without_owner(rights: Rights, owner: int) -> Rights:
    """Return what may stay where another user owns the file now.

    The owner of before is one of the group or of the others then, and may do no more than before.
    A list that names people names the one of before too, if that keeps more.
    """
    mine = bits(rights, OWNER)
    if is_long(rights) and mine & bits(rights, MASK) & ~_least(rights, GROUP):
        rest = [each for each in rights if (each.tag, each.who) != (USER, owner)]
        return *rest, Entry(USER, mine, owner)
    bounds = dict.fromkeys((GROUP, NAMED_GROUP, OTHERS), mine)
    named = [
        each._replace(bits=each.bits & mine) if (each.tag, each.who) == (USER, owner) else each
        for each in rights
    ]
    return _bounded(tuple(named), bounds)


def without_group(rights: Rights) -> Rights:
    """Return what may stay where the file belongs to another group now.

    Those of the new group could do what the others may, or what a list grants their further
    groups; those of the old group are others now, and may do no more than before.
    """
    others = bits(rights, OTHERS)
    bounds = {GROUP: others & _least(rights, NAMED_GROUP), OTHERS: _least(rights, GROUP)}
    return _bounded(rights, bounds)


def without_names(rights: Rights) -> Rights:
    """Return the three entries that may stay where the disk takes no access list.

    The mask is no right of the group. Whoever was named is one of the group or of the others now,
    and may do no more than before.
    """
    users, groups = _least(rights, USER), _least(rights, NAMED_GROUP)
    return (
        Entry(OWNER, bits(rights, OWNER)),
        Entry(GROUP, _least(rights, GROUP) & users),
        Entry(OTHERS, bits(rights, OTHERS) & users & groups),
    )


def owner_alone(rights: Rights) -> Rights:
    """Return the rights of the owner, and none for anybody else."""
    return of_mode(bits(rights, OWNER) << 6)


def may_read(rights: Rights, who: int) -> bool:
    """Return whether a user who does not own the file might read it: as one of any group, too."""
    mask = bits(rights, MASK)
    own = [each.bits & mask for each in rights if (each.tag, each.who) == (USER, who)]
    groups = [each.bits & mask for each in rights if each.tag in {GROUP, NAMED_GROUP}]
    reach = own or [*groups, bits(rights, OTHERS)]
    return any(each & READ for each in reach)

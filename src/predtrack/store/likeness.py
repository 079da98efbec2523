"""Tell what a file is like apart from its bytes, and make the file that replaces it alike.

The new file begins as its writer's alone. It gets the owner, then the extended attributes, the
access list and the mode of the old one, in that order, so that at no moment it can be read by
anybody whom the old one kept out. Only root may give a file away: a colleague's record becomes
the writer's own, in the group that it had. What cannot be passed on takes rights away, and a
sentence says so; it never gives any.

Of the attributes `security.ima`, `security.evm` and `security.capability` are the system's own,
which makes them anew or drops them on every write. The other `security.*` are passed on where the
system allows it; `trusted.*` only root can see. macOS shows Python no attributes: there owner,
group and mode are passed on.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from predtrack.errors import RefusedError
from predtrack.store import rights
from predtrack.store.rights import Rights

ACCESS = "system.posix_acl_access"
_OWN = frozenset({"security.ima", "security.evm", "security.capability"})
_CANNOT = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL})
_REFUSED = _CANNOT | {errno.EACCES, errno.E2BIG, errno.ERANGE}  # of one attribute, not of the disk


@dataclass(frozen=True, slots=True)
class Likeness:
    """The owner, the group, the mode and the extended attributes of a file.

    The value of an attribute that cannot be read is None.
    """

    user: int
    group: int
    mode: int
    attributes: Mapping[str, bytes | None]

    @property
    def rights(self) -> Rights | None:
        """Who may do what; None where the access list cannot be read."""
        if ACCESS not in self.attributes:
            return rights.of_mode(self.mode)
        data = self.attributes[ACCESS]
        return None if data is None else rights.of_list(data)


def likeness(file: str | int) -> Likeness:
    """Return what a file, by its path or its descriptor, is like."""
    state = os.stat(file)
    mode = stat.S_IMODE(state.st_mode)
    return Likeness(state.st_uid, state.st_gid, mode, dict(_attributes(file)))


def _attributes(file: str | int) -> Iterator[tuple[str, bytes | None]]:
    """Yield the names and values of a file's attributes, without those that are the system's."""
    if not hasattr(os, "listxattr"):
        return
    try:
        names = os.listxattr(file)
    except OSError as error:
        if error.errno in _CANNOT:  # the disk has none
            return
        raise
    for name in names:
        if name not in _OWN:
            try:
                yield name, os.getxattr(file, name)
            except OSError as error:
                if error.errno not in _REFUSED:
                    raise
                yield name, None


def pass_on(descriptor: int, model: Likeness, path: str) -> list[str]:
    """Make a new file like the one at a path, as far as may be; return what is lost, in sentences.

    Refused where the owner of before could no longer read the file.
    """
    losses: list[str] = []
    _give(descriptor, model)
    mine = likeness(descriptor)
    is_known = _copy(descriptor, model, mine, losses)
    allowed = model.rights
    if allowed is None or not is_known:
        losses.append("its access list could not be kept: only its owner may use it now")
        allowed = rights.owner_alone(allowed or rights.of_mode(model.mode))
    if mine.user != model.user:
        allowed = _without_owner(allowed, model.user, losses)
    if mine.group != model.group:
        allowed = rights.without_group(allowed)
        losses.append(_of_group(model.group))
    allowed = _listed(descriptor, allowed, mine, losses)
    if mine.user != model.user:
        _refuse_taking(allowed, model, path)
    is_same = (mine.user, mine.group) == (model.user, model.group)
    special = model.mode & (0o7000 if is_same else stat.S_ISVTX)
    _set_mode(descriptor, special | rights.as_mode(allowed), path, losses)
    return losses


def _give(descriptor: int, model: Likeness) -> None:
    """Give a file the owner and the group of another: both, else the group, else neither."""
    mine = os.stat(descriptor)
    if (mine.st_uid, mine.st_gid) == (model.user, model.group):
        return
    if not _is_given(descriptor, model.user, model.group) and mine.st_gid != model.group:
        _is_given(descriptor, -1, model.group)


def _is_given(descriptor: int, user: int, group: int) -> bool:
    try:
        os.fchown(descriptor, user, group)
    except OSError as error:
        if error.errno not in _CANNOT:
            raise
        return False
    return True


def _copy(descriptor: int, model: Likeness, mine: Likeness, losses: list[str]) -> bool:
    """Copy all attributes but the access list; return whether no other kind of list was lost."""
    is_known = True
    for name, value in model.attributes.items():
        if name == ACCESS or (value is not None and mine.attributes.get(name) == value):
            continue
        reason = _set(descriptor, name, value)
        if reason:
            losses.append(f"its extended attribute {name} could not be kept ({reason})")
            is_known = is_known and not name.startswith("system.")  # as of NFS: who may do what
    return is_known


def _set(descriptor: int, name: str, value: bytes | None) -> str:
    """Set an attribute; return why it could not be set, nothing where it was."""
    if value is None:
        return "it cannot be read"
    try:
        os.setxattr(descriptor, name, value)
    except OSError as error:
        if error.errno not in _REFUSED:
            raise
        return error.strerror or str(error)
    return ""


def _listed(descriptor: int, allowed: Rights, mine: Likeness, losses: list[str]) -> Rights:
    """Set the access list, or take out one that the folder put in; return what holds then."""
    if rights.is_long(allowed):
        reason = _set(descriptor, ACCESS, rights.as_list(allowed))
        if not reason:
            return allowed
        losses.append(f"its access list could not be kept ({reason}): who was named in it is not")
        allowed = rights.without_names(allowed)
    if ACCESS in mine.attributes:
        try:
            os.removexattr(descriptor, ACCESS)
        except OSError as error:
            if error.errno not in _REFUSED:
                raise
            losses.append("the access list of its folder went to it: only its owner may use it now")
            return rights.owner_alone(allowed)
    return allowed


def _set_mode(descriptor: int, mode: int, path: str, losses: list[str]) -> None:
    """Set the mode of a file; refused where the disk leaves it open to more people than that."""
    if stat.S_IMODE(os.stat(descriptor).st_mode) == mode:
        return
    try:
        os.fchmod(descriptor, mode)
    except OSError as error:
        if error.errno not in _CANNOT:
            raise
        losses.append(f"its mode {mode:o} could not be kept ({error.strerror})")
    if stat.S_IMODE(os.stat(descriptor).st_mode) & ~mode & 0o7077:
        message = f"{path}: the disk would give more rights than its mode {mode:o}"
        raise RefusedError(f"{message}; nothing was changed; change the file with an editor")


def _without_owner(allowed: Rights, owner: int, losses: list[str]) -> Rights:
    """Return what may stay once the file is the writer's own; say so where that is less."""
    less = rights.without_owner(allowed, owner)
    if not rights.is_long(less) and rights.bits(allowed, rights.OWNER) & ~rights.bits(
        less, rights.GROUP
    ):
        losses.append(f"it is your file now, and {_user(owner)} has the rights of its group")
    return less


def _refuse_taking(allowed: Rights, model: Likeness, path: str) -> None:
    """Refuse to take a file away from its owner altogether."""
    if model.mode & stat.S_IRUSR and not rights.may_read(allowed, model.user):
        owner = _user(model.user)
        message = (
            f"{path}: {owner} could not read it any more, and only root can leave it to {owner}"
        )
        raise RefusedError(f"{message}; nothing was changed; make the change as {owner}")


def _of_group(group: int) -> str:
    name = _group(group)
    return (
        f"its group {name} could not be kept, and what only {name} might do with it was taken away:"
        f" a member of {name} can give that back with chgrp and chmod"
    )


def _user(number: int) -> str:
    """Return the name of a user, or the number where there is none."""
    try:
        import pwd

        return pwd.getpwuid(number).pw_name
    except (ImportError, LookupError):
        return f"user {number}"


def _group(number: int) -> str:
    """Return the name of a group, or the number where there is none."""
    try:
        import grp

        return grp.getgrgid(number).gr_name
    except (ImportError, LookupError):
        return f"group {number}"

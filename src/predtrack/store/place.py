"""Open a folder that nobody else can turn elsewhere, step by step.

Every step of a path is opened relative to the one before, and never through a link of somebody
else's. Each must be root's or the user's own, and no other may write to it: only then does the
path lead to the same place when it is used a moment later. In a folder with the sticky bit, as
/tmp is, others may put something new, which is theirs and is refused, but move nothing.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress

MOST_LINKS = 40
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0)
_NO_FOLDER = frozenset({errno.ELOOP, errno.ENOTDIR, errno.EMLINK})  # what a link is, to open it
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def opened(path: str, *, make: bool = False) -> int:
    """Return a descriptor of the user's own folder at an absolute path; an OSError where not safe.

    With `make`, the steps that are missing are made, for the user alone. The folder itself may be
    open to others, and no link: its mode is for the caller to see to.
    """
    steps = [step for step in reversed(path.split("/")) if step]
    descriptor, links = os.open("/", _FOLDER), 0
    try:
        while steps:
            step = steps.pop()
            try:
                deeper = _deeper(descriptor, step, make=make)
            except OSError as error:
                links += 1
                if error.errno not in _NO_FOLDER or links > MOST_LINKS or not steps:
                    raise
                target = _target(descriptor, step)
                steps += [each for each in reversed(target.split("/")) if each]
                deeper = os.open("/" if target.startswith("/") else ".", _FOLDER, dir_fd=descriptor)
            above, descriptor = descriptor, deeper
            os.close(above)
            _refuse_others(os.fstat(descriptor), path, is_last=not steps)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _deeper(descriptor: int, step: str, *, make: bool) -> int:
    """Open a folder in a folder, made where it is missing and may be."""
    if make:
        with suppress(FileExistsError):
            os.mkdir(step, 0o700, dir_fd=descriptor)
    return os.open(step, _FOLDER, dir_fd=descriptor)


def _target(descriptor: int, step: str) -> str:
    """Return where a link leads that nobody else can have made; an OSError where it is no such."""
    state = os.stat(step, dir_fd=descriptor, follow_symlinks=False)
    if not stat.S_ISLNK(state.st_mode) or state.st_uid not in {0, os.geteuid()}:
        raise PermissionError(errno.EPERM, "it is no folder, or a link of somebody else's", step)
    return os.readlink(step, dir_fd=descriptor)


def _refuse_others(state: os.stat_result, path: str, *, is_last: bool) -> None:
    """Refuse a step of somebody else's, or one in which others could swap the next."""
    mine = {os.geteuid()} if is_last else {0, os.geteuid()}
    is_open = state.st_mode & _OTHERS_WRITE and not state.st_mode & stat.S_ISVTX
    if state.st_uid not in mine or (is_open and not is_last):
        raise PermissionError(errno.EPERM, "others can write to a step of it", path)


def is_private(path: str) -> bool:
    """Return whether a file is there, of one name, that only the user can read or have written."""
    try:
        descriptor = opened(os.path.dirname(path))
        try:
            folder = os.fstat(descriptor)
            file = os.stat(os.path.basename(path), dir_fd=descriptor, follow_symlinks=False)
        finally:
            os.close(descriptor)
    except OSError:
        return False
    is_alone = stat.S_ISREG(file.st_mode) and file.st_nlink == 1 and file.st_uid == os.geteuid()
    return is_alone and not (folder.st_mode | file.st_mode) & 0o077


def made_room(path: str) -> int:
    """Put an empty file at a path, for the user alone, in place of what was there.

    A descriptor of its folder comes back. What stands in a folder that others could write to is
    taken out first, since any of it may be theirs.
    """
    descriptor = opened(os.path.dirname(path), make=True)
    try:
        was = os.fstat(descriptor).st_mode
        os.fchmod(descriptor, 0o700)
        name = os.path.basename(path)
        for each in os.listdir(descriptor):
            if was & _OTHERS_WRITE or each == name:
                os.unlink(each, dir_fd=descriptor)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
        os.close(os.open(name, flags, 0o600, dir_fd=descriptor))
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor

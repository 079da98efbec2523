"""Replace a file whole or not at all.

In this order: lock the folder, read, let the caller make the change, write a temporary file
beside the record, sync it, read it back, look whether the record is still as it was read,
replace it, sync the folder. An error before the replace leaves everything as it was, and a signal
to stop is heard once the write is done. Only a kill can leave a temporary file behind; nothing
takes it for a record, and nothing but its owner removes it.

In a shared folder: the temporary file of a replacement is its writer's alone until it has the
owner, the attributes, the access list and the mode of the record, before the first byte is in it
(`likeness`). A member of the group may change a colleague's record, which becomes the writer's
own in the same group; where something cannot be passed on, rights are taken away, never given,
and a warning says so. A record whose rights were changed in between is a conflict, like one whose
bytes were. A new file has the rights that the umask, or the access list of its folder, gives it.

A new file gets its name by a hard link, which never takes the place of another file. On a disk
without hard links it is a rename that refuses to replace (Linux: renameat2). Where there is none
of that either, the name is claimed by an empty file of exclusive creation, which the whole file
then replaces; the claim is taken back where that fails. Only there can a kill, between the two
calls, leave something under the name: an empty file, never half of one. `check` names it.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

from predtrack.errors import RefusedError
from predtrack.store.likeness import Likeness, likeness, pass_on

LOCK_SECONDS = 5.0
_TEMPORARY = re.compile(r"\..+\.\d+-\d+\.tmp", re.DOTALL)

_REMEDIES = {
    errno.ENOSPC: "make room on the disk, and try again",
    errno.EDQUOT: "make room on the disk, and try again",
    errno.EACCES: "see to the permissions of the folder",
    errno.EPERM: "see to what the disk and the folder allow (a file may be locked: lsattr)",
    errno.EROFS: "the disk can only be read from",
    errno.ENOENT: "see whether the folder is still there",
}
_NO_LINKS = frozenset(
    {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EINVAL}
)
"""What a disk says that knows no hard links, or no rename that refuses to replace."""


@contextmanager
def locked(folder: str) -> Iterator[None]:
    """Hold the folder's lock: on its own descriptor, so that no file appears."""
    import fcntl

    with _refusing(folder, "could not be locked"):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        deadline = time.monotonic() + LOCK_SECONDS
        while not _lock(fcntl, descriptor, folder):
            if time.monotonic() > deadline:
                message = f"{folder} is being changed by another process; nothing was changed"
                raise RefusedError(f"{message}; try again")
            time.sleep(0.02)
        yield
    finally:
        with suppress(OSError):  # what was written stands, and the lock ends with the process
            os.close(descriptor)


def _lock(fcntl: object, descriptor: int, folder: str) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)  # type: ignore[attr-defined]
    except BlockingIOError:
        return False
    except OSError as error:
        raise _refusal(folder, "could not be locked", error) from None
    return True


def replace(path: str, was: bytes, becomes: bytes) -> str:
    """Replace a file's bytes, and nothing else of it.

    A warning comes back where something else was lost, or where the write was not synced.
    """
    if was == becomes:
        return ""
    with undisturbed():
        temporary = _beside(path)
        try:
            with _refusing(path, "could not be written"):
                model = likeness(path)
                losses = _fill(temporary, becomes, path, model)
                _refuse_other_rights(path, model)
                _refuse_other_bytes(path, was)
                os.replace(temporary, path)
        except BaseException:
            _take_away(temporary)
            raise
        return "; ".join(filter(None, [*losses, _synced(os.path.dirname(path))]))


def create(path: str, data: bytes) -> str:
    """Write a new file, refused where anything has that name; a warning as of `replace`."""
    with undisturbed():
        temporary = _beside(path)
        try:
            with _refusing(path, "could not be written"):
                _fill(temporary, data, path)
                _name(temporary, path)
        finally:
            _take_away(temporary)
        return _synced(os.path.dirname(path))


@contextmanager
def undisturbed() -> Iterator[None]:
    """Let signals that ask to stop wait: half of a short write is worth nothing."""
    import signal

    signals = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _beside(path: str) -> str:
    """Return a name beside a path that no record has: it begins with a dot."""
    folder, name = os.path.split(path)
    return os.path.join(folder, f".{name[:60]}.{os.getpid()}-{time.monotonic_ns()}.tmp")


def is_temporary(name: str) -> bool:
    """Return whether a file has the name of one that is being written, or that a kill left.

    >>> is_temporary(".rain.yaml.4711-12345.tmp"), is_temporary(".rain.yaml")
    (True, False)
    """
    return _TEMPORARY.fullmatch(name) is not None


def _fill(temporary: str, data: bytes, path: str, model: Likeness | None = None) -> list[str]:
    """Write a new file, sync it and read it back; return what it lacks of the one it is like.

    Of a replacement nobody else sees a byte before it has its rights.
    """
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(temporary, flags, 0o666 if model is None else 0o600)
    try:
        losses = [] if model is None else pass_on(descriptor, model, path)
        _write_all(descriptor, data)
        os.fsync(descriptor)
        written = os.pread(descriptor, len(data) + 1, 0)
    finally:
        os.close(descriptor)
    if written != data:
        raise OSError(errno.EIO, "the disk did not keep what was written")
    return losses


def _refuse_other_rights(path: str, model: Likeness) -> None:
    if likeness(path) != model:
        message = f"{path} was given other rights in between; nothing was changed"
        raise RefusedError(f"{message}; look at the file and try again")


def _refuse_other_bytes(path: str, was: bytes) -> None:
    if _regular_bytes(path) != was:
        message = f"{path} was saved by another program in between; nothing was changed"
        raise RefusedError(f"{message}; look at the file and try again")


def _regular_bytes(path: str) -> bytes:
    """Return the bytes of a regular file; refuse anything else, which may hang."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(descriptor, "rb") as file:
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            return file.read()
    message = f"{path} is not a regular file; nothing was changed"
    raise RefusedError(f"{message}; name a file, or leave it to standard output")


def _name(temporary: str, path: str) -> None:
    """Give a file its name; unlike a plain rename, this never takes the place of another file."""
    try:
        try:
            os.link(temporary, path)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            if not _rename_to_new(temporary, path):
                _claim(temporary, path)
    except FileExistsError:
        message = f"{path} is there already; nothing was changed"
        raise RefusedError(f"{message}; choose another name") from None


def _rename_to_new(temporary: str, path: str) -> bool:
    """Rename a file unless the name is taken; return False where the system has no such call."""
    import ctypes  # for disks without hard links alone

    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError, TypeError):
        return False
    here, no_replace = -100, 1  # AT_FDCWD and RENAME_NOREPLACE, of Linux
    if rename(here, os.fsencode(temporary), here, os.fsencode(path), no_replace) == 0:
        return True
    number = ctypes.get_errno()
    if number in _NO_LINKS:
        return False
    raise OSError(number, os.strerror(number), path)


def _claim(temporary: str, path: str) -> None:
    """Take a name by an empty file, and put the whole one in its place while it is empty."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(path, flags, 0o600)
    try:
        os.close(descriptor)
        is_ours = os.stat(path).st_size == 0
        if is_ours:
            os.rename(temporary, path)
    except BaseException:
        _take_away(path)
        raise
    if not is_ours:  # another program has written into it
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), path)


def _take_away(temporary: str) -> None:
    """Remove a temporary file; what failed for once is tried again."""
    for _ in range(2):
        try:
            os.unlink(temporary)
        except FileNotFoundError:
            return
        except OSError:
            continue
        return


def _write_all(descriptor: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        written = os.write(descriptor, left)
        if written == 0:
            raise OSError(errno.EIO, "nothing could be written")
        left = left[written:]


def _synced(folder: str) -> str:
    """Sync a folder, so that a new name survives a power loss; say so where that failed."""
    try:
        descriptor = os.open(folder or ".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        return f"recorded, but not synced to disk ({error.strerror})"
    return ""


@contextmanager
def _refusing(path: str, what: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _refusal(path, what, error) from None


def _refusal(path: str, what: str, error: OSError) -> RefusedError:
    reason = error.strerror or str(error)
    remedy = _REMEDIES.get(error.errno or 0, "see to the disk and the permissions, and try again")
    return RefusedError(f"{path} {what} ({reason}); nothing was changed; {remedy}")


def whole(path: str) -> bytes:
    """Return the bytes of a regular file of any size; of anything else, a refusal."""
    with _refusing(path, "could not be read"):
        return _regular_bytes(path)


def output(path: str, chunks: Iterable[str], *, force: bool = False) -> str:
    """Write an export whole or not at all, over a file only by `force`; a warning, if any."""
    data = "".join(chunks).encode()
    if not os.path.lexists(path):
        return create(path, data)
    if not force:
        raise RefusedError(f"{path} is there already; nothing was changed: --force overwrites it")
    real = os.path.realpath(path)
    return replace(real, whole(real), data)

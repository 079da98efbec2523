"""A file replaced whole or not at all.

In this order: lock the folder, read, let the caller make the change, write a temporary file
beside the record, sync it, read it back, look whether the record is still as it was read,
replace it, sync the folder. An error before the replace leaves everything as it was.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from predtrack.errors import RefusedError

LOCK_SECONDS = 5.0


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
                raise RefusedError(f"{message}: try again")
            time.sleep(0.02)
        yield
    finally:
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
    """Replace a file's bytes; a word of warning comes back where the write was not synced."""
    temporary = ""
    try:
        with _refusing(path, "could not be written"):
            temporary = _beside(path, becomes)
            with open(path, "rb") as file:
                now = file.read()
            if now != was:
                raise RefusedError(f"{path} was changed by another program; nothing was changed")
            os.replace(temporary, path)
            temporary = ""
    finally:
        if temporary:
            with suppress(OSError):
                os.unlink(temporary)
    return _synced(os.path.dirname(path))


def create(path: str, data: bytes) -> None:
    """Write a new file; refused where anything has that name."""
    with _refusing(path, "could not be written"):
        temporary = _beside(path, data)
        try:
            os.link(temporary, path)
        except FileExistsError:
            raise RefusedError(f"{path} is there already; nothing was changed") from None
        finally:
            os.unlink(temporary)


def _beside(path: str, data: bytes) -> str:
    """Write a temporary file beside a path, synced and read back; its name comes back."""
    folder, name = os.path.split(path)
    temporary = os.path.join(folder, f".{name[:100]}.{os.getpid()}-{time.monotonic_ns()}.tmp")
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(temporary, flags, 0o666)
    try:
        _like(descriptor, path)
        _write_all(descriptor, data)
        os.fsync(descriptor)
        if os.pread(descriptor, len(data) + 1, 0) != data:
            raise RefusedError(f"{path}: the disk did not keep what was written; nothing was changed")
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise
    finally:
        os.close(descriptor)
    return temporary


def _like(descriptor: int, path: str) -> None:
    """Give a new file the mode and the owner of the one it replaces."""
    try:
        model = os.stat(path)
    except FileNotFoundError:
        return
    mine = os.fstat(descriptor)
    if (mine.st_uid, mine.st_gid) != (model.st_uid, model.st_gid):
        os.fchown(descriptor, model.st_uid, model.st_gid)
    os.fchmod(descriptor, stat.S_IMODE(model.st_mode))


def _write_all(descriptor: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(descriptor, left) :]


def _synced(folder: str) -> str:
    """Sync a folder, so that a new name survives a power loss; say so where that failed."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
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
    return RefusedError(f"{path} {what} ({error.strerror}); nothing was changed")

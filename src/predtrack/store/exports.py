"""Write an export: a file whole or not at all, or a stream as far as it can be written to.

What stands behind the name of a stream is never replaced: a FIFO, a terminal, a device, and any
name of a descriptor that the program was started with (`/dev/stdout`, `/dev/fd/3`). A record is no
place for an export, by whatever name it goes.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable

from predtrack.errors import RefusedError
from predtrack.store import writing
from predtrack.store.files import SUFFIX
from predtrack.store.folder import Folder

MOST_LINKS = 40
STANDARD_OUTPUT = 1

_OF_PROCESS = re.compile(r"/proc/(\d+)(?:/task/\d+)?/fd")
_OWN = "/dev/fd"


def export(folder: Folder, path: str, chunks: Iterable[str], *, force: bool) -> str:
    """Write an export to a path; a word of warning comes back where it was not synced.

    A stream is written to as far as it can be; what is there already needs `force` in any case.
    """
    _refuse_record(folder, path)
    state = _state(path)
    number = descriptor_of(path)
    if number is None and (state is None or stat.S_ISREG(state.st_mode) or not force):
        return writing.output(path, chunks, force=force)
    if not force:
        return writing.output(path, "", force=False)  # which refuses it
    data = "".join(chunks).encode()
    if number is not None:
        _refuse_own(path, number)
        return _poured(path, os.dup(number), data)
    if state is None or not (stat.S_ISFIFO(state.st_mode) or stat.S_ISCHR(state.st_mode)):
        message = f"{path} is neither a file nor a stream; nothing was changed"
        raise RefusedError(f"{message}; name a file, or leave it to standard output")
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC | os.O_NOCTTY)
    except OSError as error:
        raise _unwritten(path, error) from None
    return _poured(path, descriptor, data)


def is_standard_output(path: str) -> bool:
    """Return whether a path is another name of standard output."""
    return descriptor_of(path) == STANDARD_OUTPUT


def descriptor_of(path: str) -> int | None:
    """Return the descriptor of this process that a path names through any links, or None.

    >>> descriptor_of("/dev/fd/1"), descriptor_of("/dev/null")
    (1, None)
    """
    for _ in range(MOST_LINKS):
        folder, name = os.path.split(path)
        folder = os.path.realpath(folder)
        process = _OF_PROCESS.fullmatch(folder)
        if name.isascii() and name.isdigit():
            if folder == _OWN or (process and int(process[1]) == os.getpid()):
                return int(name)
            if process:
                message = f"{path} is a stream of another program; nothing was changed"
                raise RefusedError(f"{message}; name a file, or leave it to standard output")
        try:
            path = os.path.join(folder, os.readlink(os.path.join(folder, name)))
        except (OSError, ValueError):
            return None
    return None


def _refuse_own(path: str, number: int) -> None:
    """Refuse a descriptor that the program opened for itself, such as that of its cache."""
    try:
        is_lent = number <= 2 or os.get_inheritable(number)
    except OSError:
        is_lent = False
    if not is_lent:
        message = f"{path} names no stream that predtrack was started with; nothing was changed"
        raise RefusedError(f"{message}; name a file, or leave it to standard output")


def _poured(path: str, descriptor: int, data: bytes) -> str:
    """Write to a descriptor, and close it; a reader who goes away is no error."""
    rest = memoryview(data)
    try:
        while rest:
            rest = rest[os.write(descriptor, rest) :]
    except BrokenPipeError:
        return ""
    except OSError as error:
        raise _unwritten(path, error) from None
    finally:
        os.close(descriptor)
    return ""


def _unwritten(path: str, error: OSError) -> RefusedError:
    message = f"{path} could not be written ({error.strerror}); no file was changed"
    return RefusedError(f"{message}; see to its permissions and to who reads it")


def _refuse_record(folder: Folder, path: str) -> None:
    """Refuse the place of a record, by its real path or by another name of its file."""
    real = os.path.realpath(path)
    named = os.path.basename(real)
    inside = os.path.commonpath([real, os.path.realpath(folder.root)]) == os.path.realpath(
        folder.root
    )
    state = _state(path)
    if (inside and named.endswith(SUFFIX) and named[0] != ".") or (
        state is not None and stat.S_ISREG(state.st_mode) and _is_record(folder, state)
    ):
        message = f"{path} is the place of a record; nothing was changed"
        raise RefusedError(f"{message}; write the export to another file")


def _is_record(folder: Folder, state: os.stat_result) -> bool:
    return any(
        (there := _state(os.path.join(folder.root, path))) and os.path.samestat(there, state)
        for paths in folder.paths.values()
        for path in paths
    )


def _state(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)
    except (OSError, ValueError):
        return None

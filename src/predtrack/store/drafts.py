"""Lend a record for editing: a copy beside it, so that the record changes in one step or not.

The copy lies beside the record, since editors find their settings and a record's schema by the
place of a file. Its name begins with a dot: nothing takes it for a record.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from predtrack.errors import Misread, RefusedError
from predtrack.store import files

_DRAFT = re.compile(r"\..+\.edit-\d+\.yaml", re.DOTALL)


@contextmanager
def draft(path: str, was: bytes, say: Callable[[str], None]) -> Iterator[str]:
    """Lend a copy of a record to an editor; it is taken away again.

    Where the work on it ends in an error or an interrupt, a copy that somebody wrote to stays,
    and `say` is handed the sentence that says where.
    """
    copy = _copied(path, was)
    try:
        yield copy
    except BaseException:
        if _is_written(copy, was):
            say(f"what you wrote is kept in {copy}")
        else:
            _take_away(copy)
        raise
    _take_away(copy)


def edited(copy: str, name: str) -> bytes:
    """Return the bytes that an editor left, refused where there are none or far too many."""
    if not os.path.lexists(copy):
        raise RefusedError(f"the editor removed its copy of {name}; nothing was changed; try again")
    try:
        return files.read(copy)[0]
    except Misread as error:
        message = f"what the editor left of {name} cannot be taken: {error.message}"
        raise RefusedError(f"{message}; nothing was changed; {error.remedy}") from None


def is_draft(name: str) -> bool:
    """Return whether a file has the name of a copy that is being edited, or that was left.

    >>> is_draft(".rain.edit-4711.yaml"), is_draft(".rain.yaml"), is_draft("rain.edit-4711.yaml")
    (True, False, False)
    """
    return _DRAFT.fullmatch(name) is not None


def _copied(path: str, was: bytes) -> str:
    """Write the copy, in the mode of the record, so that an editor sees what may be written to."""
    folder, name = os.path.split(path)
    copy = os.path.join(folder, f".{name[:60].removesuffix(files.SUFFIX)}.edit-{os.getpid()}.yaml")
    try:
        mode = stat.S_IMODE(os.stat(path).st_mode)
        descriptor = os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with open(descriptor, "wb") as file:
            file.write(was)
            os.fchmod(descriptor, mode | stat.S_IRUSR)
    except FileExistsError:
        message = f"{copy} is there already; nothing was changed"
        raise RefusedError(f"{message}; see what it holds, and remove it") from None
    except OSError as error:
        _take_away(copy)
        message = f"{copy} could not be written ({error.strerror}); nothing was changed"
        raise RefusedError(f"{message}; see to the folder and the disk, and try again") from None
    return copy


def _is_written(copy: str, was: bytes) -> bool:
    """Return whether a copy holds what the record does not; in doubt it does."""
    if not os.path.lexists(copy):
        return False
    try:
        return files.read(copy)[0] != was
    except Misread:
        return True


def _take_away(copy: str) -> None:
    with suppress(OSError):  # an editor may have done so
        os.unlink(copy)

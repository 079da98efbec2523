"""Tell which files of a folder are records, and read the bytes of one."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator

from predtrack.errors import Misread, NotFoundError, Problem, RefusedError

MOST_BYTES = 32 * 1024 * 1024
"""Of a record: 5,400 forecasts of a platform, 200 figures each, are read in 7 s and 750 MB.

Both grow with the size, and a change takes ten times as long: it reads its own result again.
"""
LIMIT = f"{MOST_BYTES // 1024**2} MiB"
SHORTER = "a record is a short text: keep long ones elsewhere"
SUFFIX = ".yaml"
ALIASES = ".aliases.yaml"


def records(root: str, problems: list[Problem]) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Yield the files below a folder that are records by their names, with their paths in it.

    They come in no order. What is passed over is added to the problems, so that no list is
    silently short.
    """
    refuse_no_folder(root)
    folders = [""]
    while folders:
        folder = folders.pop()
        for entry in _entries(root, folder, problems):
            name = entry.name
            path = f"{folder}{os.sep}{name}" if folder else name
            if name[0] == ".":
                if name.endswith(".tmp") or ".edit-" in name:
                    problems += _left_behind(path, name)
            elif _is_folder(entry):
                if entry.is_symlink():
                    problems.append(_linked(path))
                else:
                    folders.append(path)
            elif name.endswith(SUFFIX):
                yield path, entry
            elif name.lower().endswith((".yml", SUFFIX)):
                problems.append(_passed_over(path))


def _entries(root: str, folder: str, problems: list[Problem]) -> list[os.DirEntry[str]]:
    """Return what is in a folder; add a problem, and return nothing, where it is closed to us."""
    try:
        with os.scandir(os.path.join(root, folder) if folder else root) as entries:
            return list(entries)
    except OSError as error:
        if not folder:
            raise closed(root, error) from None
        message = f"the folder cannot be read ({error.strerror})"
        problems.append(Problem(folder, 1, 1, "file", message, "see to its permissions"))
        return []


def _left_behind(path: str, name: str) -> Iterator[Problem]:
    """Yield the warning that a hidden file is left of a write or of an edit, if it is."""
    from predtrack.store import drafts, writing  # lists find no such files, and start the sooner

    if writing.is_temporary(name):
        message = "a write that was cut off left this file"
        remedy = "take it away, unless predtrack is writing just now"
    elif drafts.is_draft(name):
        message = "an edit that did not reach the record left this copy"
        remedy = "see what it holds and take it away, unless somebody is editing just now"
    else:
        return
    yield Problem(path, 1, 1, "cut-off", message, remedy, "warning")


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads nowhere, or in a circle
        return False


def _linked(path: str) -> Problem:
    remedy = "move the records here, if they belong to these"
    return Problem(path, 1, 1, "name", "a linked folder is passed over", remedy, "warning")


def _passed_over(path: str) -> Problem:
    stem, ending = os.path.splitext(path)
    remedy = f"rename it to {stem}{SUFFIX} if it is a record"
    return Problem(path, 1, 1, "name", f"a {ending} file is passed over", remedy, "warning")


def misnamed_aliases(root: str) -> Iterator[Problem]:
    """Yield the warning that names to be joined stand in a file that is not read."""
    name = f"{os.path.splitext(ALIASES)[0]}.yml"
    if os.path.lexists(os.path.join(root, name)):
        remedy = f"rename it to {ALIASES}"
        yield Problem(name, 1, 1, "name", "a .yml file is passed over", remedy, "warning")


def refuse_no_folder(root: str) -> None:
    """Refuse what is not a folder, or cannot be looked at."""
    try:
        is_folder = stat.S_ISDIR(os.stat(root).st_mode)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        is_folder = False
    except OSError as error:
        raise closed(root, error) from None
    if not is_folder:
        raise NotFoundError(f"{root} is not a folder; `predtrack init` makes one")


def closed(root: str, error: OSError) -> NotFoundError:
    """Return the refusal of a folder that cannot be read."""
    message = f"{root} cannot be read ({error.strerror})"
    return NotFoundError(f"{message}; see to its permissions, or name another folder")


def contents(path: str) -> bytes:
    """Return the bytes of a regular file; refuse anything that could hang or flood."""
    try:
        return read(path)[0]
    except Misread as error:
        message = f"{path}: {error.message}; nothing was changed; {error.remedy}"
        raise RefusedError(message) from None


def read(path: str) -> tuple[bytes, os.stat_result]:
    """Return the bytes of a regular file, and its state before they were read."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(descriptor, "rb") as file:
            state = os.fstat(descriptor)
            is_regular = stat.S_ISREG(state.st_mode)
            data = file.read(min(state.st_size, MOST_BYTES) + 1) if is_regular else b""
            if len(data) > state.st_size:  # it has grown, or its size is not told
                data += file.read(MOST_BYTES + 1 - len(data))
    except OSError as error:
        remedy = "take the link out" if os.path.islink(path) else "see to its permissions"
        raise Misread("file", f"it cannot be read ({error.strerror})", remedy) from None
    if not is_regular:
        raise Misread("file", "it is not a regular file", "keep only records under such names")
    if len(data) > MOST_BYTES:
        raise Misread("file", f"it is larger than {LIMIT}", SHORTER)
    return data, state


def refuse_too_large(path: str, data: bytes) -> None:
    """Refuse to write what would not be read again."""
    if len(data) > MOST_BYTES:
        message = f"{path} would be larger than {LIMIT}, and would not be read again"
        raise RefusedError(f"{message}; nothing was changed; {SHORTER}")

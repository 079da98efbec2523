"""A folder of records: which files count, what their ids are, and the one way to change one."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from predtrack.errors import (
    InvalidRecordError,
    Misread,
    NotFoundError,
    Problem,
    RefusedError,
    near,
    shortened,
)
from predtrack.records.forms import prediction_id
from predtrack.records.prediction import Prediction
from predtrack.store import splice, writing
from predtrack.store.reading import Reading, read

MOST_BYTES = 8 * 1024 * 1024
SUFFIX = ".yaml"


@dataclass(frozen=True, slots=True)
class Change:
    """What a change did or would do to a record: its lines before and after."""

    path: str
    old: str
    new: str
    place: int  # the line where the change begins
    warning: str = ""


@dataclass(frozen=True)
class Folder:
    """The readings of a folder: sound predictions by id, and every problem."""

    root: str
    readings: tuple[Reading, ...]
    problems: tuple[Problem, ...]
    paths: dict[str, list[str]] = field(default_factory=dict)  # id -> relative paths

    @cached_property
    def predictions(self) -> dict[str, Prediction]:
        """The sound predictions by id, in the order of their ids."""
        found = {each.prediction.id: each.prediction for each in self.readings if each.prediction}
        return dict(sorted(found.items()))

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that make a record invalid."""
        return tuple(problem for problem in self.problems if problem.level == "error")

    def sound(self) -> Folder:
        """The folder itself, or a refusal: a score over half a folder is a wrong number."""
        if self.errors:
            raise InvalidRecordError(_invalid(self.errors), self.errors)
        return self

    def prediction(self, word: str) -> Prediction:
        """The prediction that an id, or the beginning of one, names."""
        identity = self.identity(word)
        mine = [problem for problem in self.errors if problem.path in self.paths[identity]]
        if mine or identity not in self.predictions:
            raise InvalidRecordError(_invalid(mine), tuple(mine))
        return self.predictions[identity]

    def identity(self, word: str) -> str:
        """The id that a word names: itself, or the only id that begins with it."""
        name = word.removesuffix(SUFFIX)
        if name in self.paths:
            return name
        found = sorted(each for each in self.paths if name and each.startswith(name))
        if len(found) == 1:
            return found[0]
        if found:
            shown = ", ".join(found[:5]) + (f" and {len(found) - 5} more" if found[5:] else "")
            raise NotFoundError(f'"{shortened(word)}" is the beginning of {shown}; write more of it')
        hint = near(shortened(name), list(self.paths))
        remedy = hint or "`predtrack list --status all` shows every id"
        raise NotFoundError(f'no prediction has the id "{shortened(word)}"; {remedy}')


def _invalid(problems: tuple[Problem, ...] | list[Problem]) -> str:
    paths = sorted({problem.path for problem in problems})
    shown = ", ".join(paths[:3]) + (f" and {len(paths) - 3} more" if paths[3:] else "")
    noun = "record is" if len(paths) == 1 else "records are"
    return f"{len(paths)} {noun} invalid ({shown}); mend what is listed, or see `predtrack check`"


def load(root: str) -> Folder:
    """The folder with everything in it read."""
    readings, problems, paths = [], [], dict[str, list[str]]()
    for path in _files(root):
        name = os.path.basename(path)
        if name.endswith(".yml"):
            problems.append(_passed_over(path))
        elif name.endswith(SUFFIX):
            reading, found = _reading(root, path)
            problems += found
            paths.setdefault(name.removesuffix(SUFFIX), []).append(path)
            if reading is not None:
                readings.append(reading)
    problems += [problem for same in _alike(paths) for problem in same]
    return Folder(root, tuple(readings), tuple(sorted(problems, key=_order)), paths)


def _order(problem: Problem) -> tuple[str, int, int]:
    return problem.path, problem.line, problem.column


def _files(root: str) -> Iterator[str]:
    """The paths below a folder that could be records, relative to it, in order."""
    if not os.path.isdir(root):
        raise NotFoundError(f"{root} is not a folder; `predtrack init` makes one")
    for folder, below, names in os.walk(root):
        below[:] = sorted(name for name in below if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith(".") and not name.endswith("~"):
                yield os.path.relpath(os.path.join(folder, name), root)


def _passed_over(path: str) -> Problem:
    remedy = f"rename it to {path.removesuffix('.yml')}.yaml if it is a record"
    return Problem(path, 1, 1, "name", "a .yml file is passed over", remedy, "warning")


def _reading(root: str, path: str) -> tuple[Reading | None, list[Problem]]:
    identity = os.path.basename(path).removesuffix(SUFFIX)
    problems = []
    try:
        prediction_id(identity)
    except Misread as error:
        remedy = f"rename the file; {error.remedy}"
        problems.append(Problem(path, 1, 1, error.code, error.message, remedy))
    try:
        data = contents(os.path.join(root, path))
    except RefusedError as error:
        message, _, remedy = str(error).partition("; ")
        return None, [*problems, Problem(path, 1, 1, "file", message, remedy)]
    reading = read(data, path, identity)
    return reading, [*problems, *reading.problems]


def contents(path: str) -> bytes:
    """The bytes of a regular file; anything that could hang or flood is refused."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        remedy = "take the link out" if os.path.islink(path) else "see to its permissions"
        raise RefusedError(f"it cannot be read ({error.strerror}); {remedy}") from None
    with open(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise RefusedError("it is not a regular file; keep only records under this name")
        if found.st_size > MOST_BYTES:
            raise RefusedError("it is larger than 8 MiB; a record is a short text")
        return file.read(MOST_BYTES + 1)


def _alike(paths: dict[str, list[str]]) -> Iterator[Iterator[Problem]]:
    """Ids that stand twice, compared without case."""
    groups: dict[str, list[str]] = {}
    for identity, found in paths.items():
        groups.setdefault(identity.lower(), []).extend(found)
    for group in groups.values():
        if len(group) > 1:
            yield (_twice(path, group) for path in group)


def _twice(path: str, group: list[str]) -> Problem:
    others = ", ".join(other for other in group if other != path)
    return Problem(path, 1, 1, "id", f"{others} has the same id", "rename one of them")


def change(
    folder: Folder, word: str, make: Callable[[Prediction], Prediction], *, write: bool = True
) -> Change | None:
    """Change the outcome of one record on disk; None where there was nothing to change.

    `make` is handed the prediction as it stands under the lock, and returns the one that is meant.
    """
    path = _one_path(folder, folder.identity(word))
    real = _within(folder.root, path)
    with writing.locked(folder.root):
        was = contents(real)
        reading = read(was, path, folder.identity(word))
        if reading.prediction is None:
            raise InvalidRecordError(_invalid(reading.problems), reading.problems)
        meant = make(reading.prediction)
        if meant == reading.prediction:
            return None
        cut = splice.spliced(reading, meant.outcome)
        becomes = was[: len(was) - len(reading.text.encode())] + cut.applied(reading.text).encode()
        warning = writing.replace(real, was, becomes) if write else ""
    line = reading.text.count("\n", 0, cut.start) + 1
    return Change(path, cut.old, cut.new, line, warning or _names(real))


def _one_path(folder: Folder, identity: str) -> str:
    paths = folder.paths[identity]
    if len(paths) > 1:
        message = f"{' and '.join(paths)} have the same id; rename one of them"
        raise InvalidRecordError(message, folder.errors)
    return paths[0]


def _within(root: str, path: str) -> str:
    """The real path of a record; refused where a link leads out of the folder."""
    real = os.path.realpath(os.path.join(root, path))
    if os.path.commonpath([real, os.path.realpath(root)]) != os.path.realpath(root):
        raise RefusedError(f"{path} is a link that leads out of the folder; nothing was changed")
    return real


def _names(path: str) -> str:
    """A word of warning where the old file had further names."""
    return ""

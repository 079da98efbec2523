"""A folder of records: which files count, what their ids are, and the one way to change one."""

from __future__ import annotations

import codecs
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from predtrack.dates import Moment
from predtrack.errors import (
    InvalidRecordError,
    Misread,
    NotFoundError,
    Problem,
    RefusedError,
    UsageError,
    near,
    shortened,
)
from predtrack.records.forms import prediction_id
from predtrack.records.prediction import Prediction
from predtrack.store import splice, writing
from predtrack.store.nodes import Lines
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
        broken = {problem.path for problem in self.errors}
        found = [each.prediction for each in self.readings if each.path not in broken]
        sound = [prediction for prediction in found if prediction is not None]
        return {each.id: each for each in sorted(sound, key=lambda each: each.id)}

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
        if identity not in self.predictions:
            mine = [problem for problem in self.errors if problem.path in self.paths[identity]]
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
            raise NotFoundError(
                f'"{shortened(word)}" is the beginning of {shown}; write more of it'
            )
        hint = near(shortened(name), list(self.paths))
        for closed in self._closed():  # it may be there: that it is nowhere would not be true
            hint = hint or f"{closed.path}: {closed.message}; {closed.remedy}"
        remedy = hint or "`predtrack list --status all` shows every id"
        raise NotFoundError(f'no prediction has the id "{shortened(word)}"; {remedy}')

    def _closed(self) -> list[Problem]:
        """The problems of folders that could not be looked into."""
        read = {reading.path for reading in self.readings}
        return [each for each in self.errors if each.code == "file" and each.path not in read]


def _invalid(problems: tuple[Problem, ...] | list[Problem]) -> str:
    paths = sorted({shortened(problem.path, 500) for problem in problems})  # each on one line
    shown = ", ".join(paths[:3]) + (f" and {len(paths) - 3} more" if paths[3:] else "")
    noun = "record is" if len(paths) == 1 else "records are"
    return f"{len(paths)} {noun} invalid ({shown}); mend what is listed, or see `predtrack check`"


def load(root: str) -> Folder:
    """The folder with everything in it read."""
    problems: list[Problem] = []
    readings: list[Reading] = []
    paths: dict[str, list[str]] = {}
    for path in _files(root, problems):
        name = os.path.basename(path)
        if name.endswith(SUFFIX):
            reading = _reading(root, path)
            readings.append(reading)
            problems += [*_name_problems(path), *reading.problems]
            paths.setdefault(name.removesuffix(SUFFIX), []).append(path)
        elif name.lower().endswith((".yml", SUFFIX)):
            problems.append(_passed_over(path))
    problems += _alike(paths)
    return Folder(root, tuple(readings), tuple(sorted(problems, key=_order)), paths)


def _order(problem: Problem) -> tuple[str, int, int]:
    return problem.path, problem.line, problem.column


def _files(root: str, problems: list[Problem]) -> Iterator[str]:
    """The paths below a folder that could be records, relative to it, in order.

    Folders that are not looked into are added to the problems, so that no list is silently short.
    """
    _refuse_no_folder(root)

    def unread(error: OSError) -> None:
        if error.filename == root:
            raise _closed(root, error)
        path = os.path.relpath(error.filename, root)
        said = f"the folder cannot be read ({error.strerror})"
        problems.append(Problem(path, 1, 1, "file", said, "see to its permissions"))

    for folder, below, names in os.walk(root, onerror=unread):
        below[:] = sorted(name for name in below if not name.startswith("."))
        for name in below:
            if os.path.islink(os.path.join(folder, name)):
                path = os.path.relpath(os.path.join(folder, name), root)
                remedy = "move the records here, if they belong to these"
                said = "a linked folder is passed over"
                problems.append(Problem(path, 1, 1, "name", said, remedy, "warning"))
        for name in sorted(names):
            if not name.startswith(".") and not name.endswith("~"):
                yield os.path.relpath(os.path.join(folder, name), root)


def _refuse_no_folder(root: str) -> None:
    try:
        is_folder = stat.S_ISDIR(os.stat(root).st_mode)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        is_folder = False
    except OSError as error:
        raise _closed(root, error) from None
    if not is_folder:
        raise NotFoundError(f"{root} is not a folder; `predtrack init` makes one")


def _closed(root: str, error: OSError) -> NotFoundError:
    said = f"{root} cannot be read ({error.strerror})"
    return NotFoundError(f"{said}; see to its permissions, or name another folder")


def _passed_over(path: str) -> Problem:
    stem, ending = os.path.splitext(path)
    remedy = f"rename it to {stem}{SUFFIX} if it is a record"
    return Problem(path, 1, 1, "name", f"a {ending} file is passed over", remedy, "warning")


def _name_problems(path: str) -> Iterator[Problem]:
    try:
        prediction_id(os.path.basename(path).removesuffix(SUFFIX))
    except Misread as error:
        yield Problem(path, 1, 1, error.code, error.message, f"rename the file; {error.remedy}")


def _reading(root: str, path: str) -> Reading:
    try:
        data = _bytes(os.path.join(root, path))
    except Misread as error:
        problem = Problem(path, 1, 1, error.code, error.message, error.remedy)
        return Reading(path, "", None, None, (problem,))
    return read(data, path, os.path.basename(path).removesuffix(SUFFIX))


def contents(path: str) -> bytes:
    """The bytes of a regular file; anything that could hang or flood is refused."""
    try:
        return _bytes(path)
    except Misread as error:
        message = f"{path}: {error.message}; nothing was changed; {error.remedy}"
        raise RefusedError(message) from None


def _bytes(path: str) -> bytes:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(descriptor, "rb") as file:
            is_regular = stat.S_ISREG(os.fstat(descriptor).st_mode)
            data = file.read(MOST_BYTES + 1) if is_regular else b""
    except OSError as error:
        remedy = "take the link out" if os.path.islink(path) else "see to its permissions"
        raise Misread("file", f"it cannot be read ({error.strerror})", remedy) from None
    if not is_regular:
        raise Misread("file", "it is not a regular file", "keep only records under such names")
    if len(data) > MOST_BYTES:
        remedy = "a record is a short text: keep long ones elsewhere"
        raise Misread("file", "it is larger than 8 MiB", remedy)
    return data


def _alike(paths: dict[str, list[str]]) -> Iterator[Problem]:
    """The records whose ids stand twice, compared without case."""
    groups: dict[str, list[str]] = {}
    for identity, found in paths.items():
        groups.setdefault(identity.lower(), []).extend(found)
    for group in groups.values():
        if len(group) > 1:
            yield from (_twice(path, group) for path in group)


def _twice(path: str, group: list[str]) -> Problem:
    others = ", ".join(other for other in group if other != path)
    return Problem(path, 1, 1, "id", f"{others} has the same id", "rename one of them")


def change(
    folder: Folder, word: str, make: Callable[[Prediction], Prediction], *, write: bool = True
) -> Change | None:
    """Change one record on disk; None where there was nothing to change.

    An outcome may be put in, replaced or taken out, or one forecast added, or one withdrawn.
    `make` is handed the prediction as it stands under the lock, and returns the one that is meant.
    """
    identity = folder.identity(word)
    path = _one_path(folder, identity)
    real = _within(folder.root, path)
    with writing.locked(folder.root):
        was = contents(real)
        reading = read(was, path, identity)
        if reading.prediction is None:
            raise InvalidRecordError(_invalid(reading.problems), reading.problems)
        meant = make(reading.prediction)
        if meant == reading.prediction:
            return None
        cut = _cut(reading, reading.prediction, meant)
        becomes = cut.applied(reading.text)
        warning = _replaced(real, was, becomes) if write else ""
    shown = cut.new.lstrip("\r\n")  # without the break that the line before it lacked
    place = Lines(becomes).place(cut.start + len(cut.new) - len(shown))[0]
    return Change(path, cut.old, shown, place, warning)


def _cut(reading: Reading, was: Prediction, meant: Prediction) -> splice.Splice:
    """The lines that make a record say what is meant, by what is different."""
    from predtrack.store import entries

    if replace(meant, outcome=was.outcome) == was:
        return splice.spliced(reading, meant.outcome)
    if replace(meant, forecasts=was.forecasts) == was:
        if meant.forecasts[:-1] == was.forecasts:
            return entries.appended(reading, meant.forecasts[-1])
        ended = _withdrawn(was, meant)
        if ended is not None:
            return entries.withdrawn(reading, *ended)
    raise ValueError("only the outcome of a record, or one forecast, can be changed here")


def _withdrawn(was: Prediction, meant: Prediction) -> tuple[int, Moment] | None:
    """Which forecast has been withdrawn, and when, if that is all that is different."""
    for index, (old, new) in enumerate(zip(was.forecasts, meant.forecasts, strict=False)):
        when = new.withdrawn
        if old != new and when is not None and old.withdrawn is None:
            ended = (*was.forecasts[:index], replace(old, withdrawn=when))
            if meant.forecasts == (*ended, *was.forecasts[index + 1 :]):
                return index, when
            break
    return None


def add(root: str, identity: str, prediction: Prediction, *, teach: bool = False) -> Change:
    """Write a new record; refused where any record of the folder has its id already."""
    from predtrack.store.render import rendered

    try:
        path = prediction_id(identity) + SUFFIX
    except Misread as error:
        raise UsageError(f"{error.message}; {error.remedy}") from None
    _refuse_no_folder(root)
    with writing.locked(root):
        _refuse_taken(root, path)
        text = rendered(prediction, teach=teach)
        _refuse_inexact(read(text.encode(), path, identity), prediction)
        warning = writing.create(os.path.join(root, path), text.encode())
    return Change(path, "", text, 1, warning)


def _refuse_taken(root: str, name: str) -> None:
    problems: list[Problem] = []
    for path in _files(root, problems):
        if os.path.basename(path).lower() == name:
            said = f"{path} has the id {name.removesuffix(SUFFIX)} already; nothing was changed"
            raise RefusedError(f"{said}; choose another id")
    for closed in problems:
        if closed.level == "error":  # the id may stand there
            said = f"{closed.path}: {closed.message}; nothing was changed"
            raise RefusedError(f"{said}; {closed.remedy}")


def _refuse_inexact(reading: Reading, meant: Prediction) -> None:
    """Refuse a new record that would not be sound, or would say anything else than is meant."""
    if reading.problems:
        first = reading.problems[0]
        said = f"{reading.path} would not be sound: {first.message}; nothing was changed"
        raise RefusedError(f"{said}; {first.remedy}")
    found = reading.prediction
    if found is None or found != replace(meant, id=found.id, path=found.path):
        said = f"{reading.path} cannot say exactly what is meant; nothing was changed"
        raise RefusedError(f"{said}; write the record by hand, and see `predtrack check`")


def _replaced(path: str, was: bytes, text: str) -> str:
    """Write the new text behind the BOM of the old, if it has one; what is to be warned of."""
    mark = codecs.BOM_UTF8 if was.startswith(codecs.BOM_UTF8) else b""
    warnings = [_other_names(path), writing.replace(path, was, mark + text.encode())]
    return "; ".join(filter(None, warnings))


def place(folder: Folder, identity: str) -> str:
    """The path of the file that holds a record, refused where a link leads out of the folder."""
    return _within(folder.root, _one_path(folder, identity))


def _one_path(folder: Folder, identity: str) -> str:
    """The path of a record; refused where its name is no id or another record has it too."""
    paths = folder.paths[identity]
    mine = [
        each
        for each in folder.errors
        if each.path in paths and (each.code, each.line, each.column) == ("id", 1, 1)
    ]
    if mine:
        message = f"{mine[0].path}: {mine[0].message}; nothing was changed; {mine[0].remedy}"
        raise InvalidRecordError(message, tuple(mine))
    return paths[0]


def _within(root: str, path: str) -> str:
    """The real path of a record; refused where a link leads out of the folder."""
    named = os.path.join(root, path)
    try:  # strict, or a link that cannot be read would be taken for the file and replaced by one
        real = os.path.realpath(named, strict=True)
    except OSError as error:
        message = f"{named}: it cannot be read ({error.strerror}); nothing was changed"
        raise RefusedError(f"{message}; see whether it is still there") from None
    if os.path.commonpath([real, os.path.realpath(root)]) != os.path.realpath(root):
        said = f"{path} is a link that leads out of the folder; nothing was changed"
        raise RefusedError(f"{said}; put the file itself into the folder")
    return real


def _other_names(path: str) -> str:
    """A word of warning where the file has further names, which keep the old text."""
    try:
        links = os.stat(path).st_nlink
    except OSError:
        return ""  # where the file cannot be seen it cannot be replaced either, and that is said
    return f"the file had {links} names; the others keep the old text" if links > 1 else ""

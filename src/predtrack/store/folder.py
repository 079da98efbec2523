"""Read a folder of records: what is sound, by id, and every problem."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from predtrack.errors import (
    InvalidRecordError,
    Misread,
    NotFoundError,
    Problem,
    near,
    shortened,
)
from predtrack.store import files
from predtrack.store.files import SUFFIX
from predtrack.store.index import UNKNOWN, Entry, Index, state_of

if TYPE_CHECKING:
    from predtrack.records.life import ByID
    from predtrack.records.prediction import Prediction
    from predtrack.store.reading import Reading


Lasting = tuple[list[str] | None, str, str, tuple[str, ...], int]
"""What follows from a record, in texts, and the ISO days from and to which it does.

Behind them the ids of other records that it follows from too, and how much of the record is not
known yet on these days.
"""


class Folder:
    """What was read of a folder: an entry for each file, and every problem."""

    def __init__(
        self,
        root: str,
        entries: list[Entry],
        problems: list[Problem],
        fresh: dict[str, Prediction],
        index: Index,
    ) -> None:
        self.root = root
        self.names: Mapping[str, str] = {}
        """The names shown, by the names as written, of those that `.aliases.yaml` joins."""
        self.entries = entries
        self.problems = tuple(sorted(problems, key=_order))
        self._fresh = fresh
        self._index = index

    @cached_property
    def errors(self) -> tuple[Problem, ...]:
        """Return the problems that make a record invalid."""
        return tuple(problem for problem in self.problems if problem.level == "error")

    @cached_property
    def _broken(self) -> frozenset[str]:
        return frozenset(problem.path for problem in self.errors)

    @cached_property
    def paths(self) -> dict[str, list[str]]:
        """Return the paths of the files that have an id, by the id."""
        paths: dict[str, list[str]] = {}
        for path in sorted(entry[0] for entry in self.entries):
            paths.setdefault(_id(path), []).append(path)
        return paths

    @cached_property
    def predictions(self) -> ByID:
        """Return the sound predictions by id, in the order of their ids."""
        return _Predictions(self._sound, self._prediction)

    def _sound(self) -> dict[str, str]:
        """Return the paths of the sound records by id."""
        sound = (entry[0] for entry in self.entries if entry[0] not in self._broken)
        return {_id(path): path for path in sound}

    def _prediction(self, path: str) -> Prediction:
        prediction = self._fresh.get(path)
        if prediction is None:
            text = self._index.text(path)
            if text is None:  # it is not there any more, or is damaged
                return self._read_again(path)
            from predtrack.store.packed import unpacked

            try:
                prediction = unpacked(text, _id(path), path)
            except (ValueError, TypeError, LookupError, AttributeError):  # it was never written so
                return self._read_again(path)
        return prediction

    def _read_again(self, path: str) -> Prediction:
        reading = _reading(self.root, path)[0]
        if reading.prediction is None:
            raise InvalidRecordError(invalid(reading.problems), reading.problems)
        self._fresh[path] = reading.prediction
        return reading.prediction

    def lasting(
        self, day: date, make: Callable[[Prediction, ByID, date], Lasting]
    ) -> tuple[list[list[str]], int]:
        """Return what follows on a day from each sound record, and how much is unknown.

        Each row begins with a path. The index gives it where it lasts, and `make` makes it
        elsewhere. Rows come in no order; a record from which nothing follows has none.
        """
        today, broken = day.isoformat(), self._broken
        rows = []
        unknown = 0
        for entry in self.entries:
            if broken and entry[0] in broken:
                continue
            if not entry[3] <= today <= entry[4] or (entry[5] and not self._stands(entry[5])):
                path = entry[0]
                lasting = make(self._prediction(path), self.predictions, day)
                entry[3:] = *self._lasts(lasting), *(lasting[0] or ())
                self._index.changed.add(path)
            if entry[6]:
                unknown += int(entry[6])
            if row := entry[7:]:
                rows.append([entry[0], *row])
        return rows, unknown

    def _lasts(self, lasting: Lasting) -> tuple[str, str, str, str]:
        """Return the days for which a row lasts, the states of other files, and what is unknown."""
        _, since, until, others, unknown = lasting
        count = str(unknown or "")
        leaning = []
        for other in others:
            state, entry = self._state(other), self._by_id.get(other)
            if state is None or (entry is not None and not self._index.is_settled(entry)):
                return (*UNKNOWN[:3], count)  # what it says now may change, and its file look alike
            leaning.append(f"{other} {state}")
        return since, until, ";".join(leaning), count

    def _stands(self, leaning: str) -> bool:
        """Return whether the files of other records are as they were."""
        parts = (each.partition(" ") for each in leaning.split(";"))
        return all(state == self._state(other) for other, _, state in parts)

    def _state(self, identity: str) -> str | None:
        """Return the state of an id's file: "" where there is none, None where it says nothing."""
        entry = self._by_id.get(identity)
        if entry is None:
            return ""
        return None if entry[0] in self._broken else entry[1] or None  # a link has no state

    @cached_property
    def _by_id(self) -> dict[str, Entry]:
        return {_id(entry[0]): entry for entry in self.entries}

    def keep(self) -> None:
        """Keep in the index what was read, and what followed from it."""
        self._index.keep(self.entries, self._fresh)

    def hold(self) -> Folder:
        """Return the folder with every record fetched, whatever happens to the files later."""
        self._index.fetch()
        return self

    def sound(self) -> Folder:
        """Return the folder, or refuse it: a score over half a folder is a wrong number."""
        if self.errors:
            raise InvalidRecordError(invalid(self.errors), self.errors)
        return self

    def prediction(self, word: str) -> Prediction:
        """Return the prediction that an id, or the beginning of one, names."""
        identity = self.identity(word)
        if identity not in self.predictions:
            mine = [problem for problem in self.errors if problem.path in self.paths[identity]]
            raise InvalidRecordError(invalid(mine), tuple(mine))
        return self.predictions[identity]

    def identity(self, word: str) -> str:
        """Return the id that a word names: itself, or the only id that begins with it."""
        name = word.removesuffix(SUFFIX)
        if name in self.paths:
            return name
        matches = sorted(each for each in self.paths if name and each.startswith(name))
        if len(matches) == 1:
            return matches[0]
        if matches:
            more = f" and {len(matches) - 5} more" if matches[5:] else ""
            shown = f"{', '.join(matches[:5])}{more}"
            raise NotFoundError(
                f'"{shortened(word)}" is the beginning of {shown}; write more of it'
            )
        hint = near(shortened(name), list(self.paths))
        for closed in self._closed():  # it may be there: that it is nowhere would not be true
            hint = hint or f"{closed.path}: {closed.message}; {closed.remedy}"
        remedy = hint or "`predtrack list --status all` shows every id"
        raise NotFoundError(f'no prediction has the id "{shortened(word)}"; {remedy}')

    def _closed(self) -> list[Problem]:
        """Return the problems of folders that could not be looked into."""
        read = {entry[0] for entry in self.entries}
        return [each for each in self.errors if each.code == "file" and each.path not in read]


class _Predictions(Mapping[str, "Prediction"]):
    """Predictions by id, each made when it is asked for: many are never held at once."""

    def __init__(
        self, find: Callable[[], dict[str, str]], make: Callable[[str], Prediction]
    ) -> None:
        self._find, self._make = find, make

    @cached_property
    def _paths(self) -> dict[str, str]:
        return self._find()

    def __getitem__(self, identity: str) -> Prediction:
        return self._make(self._paths[identity])

    def __contains__(self, identity: object) -> bool:
        return identity in self._paths

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._paths))

    def __len__(self) -> int:
        return len(self._paths)


def invalid(problems: Sequence[Problem]) -> str:
    """Return the sentence that says which records are invalid."""
    paths = sorted({shortened(problem.path, 500) for problem in problems})  # each on one line
    shown = ", ".join(paths[:3]) + (f" and {len(paths) - 3} more" if paths[3:] else "")
    noun = "record is" if len(paths) == 1 else "records are"
    return f"{len(paths)} {noun} invalid ({shown}); mend what is listed, or see `predtrack check`"


def load(root: str, *, seen: Callable[[Reading], None] | None = None) -> Folder:
    """Return the folder as it is on the disk; read no file again that the index still knows.

    With `seen` every file is read, and each reading handed over.
    """
    files.refuse_no_folder(root)
    index = Index(root if seen is None else None)
    problems: list[Problem] = []
    entries: list[Entry] = []
    fresh: dict[str, Prediction] = {}
    ids: list[str] = []
    for path, file in files.records(root, problems):
        entry = index.entry(path, file) or _read(root, path, fresh, seen)
        ids.append(file.name)
        entries.append(entry)
        if entry[2]:
            problems += _problems(entry)
    if len(set(map(str.lower, ids))) < len(ids):
        problems += _alike(sorted(entry[0] for entry in entries))
    names = _names(root, problems)
    folder = Folder(root, entries, problems, fresh, index)
    folder.names = names
    return folder


def _names(root: str, problems: list[Problem]) -> Mapping[str, str]:
    """Return the names that the folder joins; what is wrong with them is added to the problems."""
    if not os.path.lexists(os.path.join(root, files.ALIASES)):
        problems += files.misnamed_aliases(root)
        return {}
    from predtrack.store import aliases  # most folders have none

    names, wrong = aliases.load(root)
    problems += wrong
    return names


def _read(
    root: str, path: str, fresh: dict[str, Prediction], seen: Callable[[Reading], None] | None
) -> Entry:
    """Return the entry of a file that was read; its prediction goes to those that are fresh."""
    reading, state = _reading(root, path)
    if seen is not None:
        seen(reading)
    if reading.prediction is not None:
        fresh[path] = reading.prediction
    problems = [*_name_problems(path), *reading.problems]
    problems_json = _as_json(problems) if problems else ""
    return [path, state, problems_json, *UNKNOWN]


def _reading(root: str, path: str) -> tuple[Reading, str]:
    """Return what a file holds, and its state before it was read.

    There is none where it cannot be read, and of a link: what it leads to may be anything.
    """
    from predtrack.store.reading import Reading, read

    try:
        data, state = files.read(os.path.join(root, path))
    except Misread as error:
        problem = Problem(path, 1, 1, error.code, error.message, error.remedy)
        return Reading(path, "", None, None, (problem,)), ""
    is_link = os.path.islink(os.path.join(root, path))
    return read(data, path, _id(path)), "" if is_link else state_of(state)


def _id(path: str) -> str:
    return path.rpartition(os.sep)[2].removesuffix(SUFFIX)


def _name_problems(path: str) -> Iterator[Problem]:
    from predtrack.records.forms import prediction_id

    try:
        prediction_id(_id(path))
    except Misread as error:
        yield Problem(path, 1, 1, error.code, error.message, f"rename the file; {error.remedy}")


def _as_json(problems: list[Problem]) -> str:
    """Return problems without their path, as JSON for the index."""
    import json  # most folders have none

    names = ("line", "column", "code", "message", "remedy", "level")
    return json.dumps([[getattr(each, name) for name in names] for each in problems])


def _problems(entry: Entry) -> list[Problem]:
    """Return the problems that the index holds of a file."""
    import json

    return [Problem(entry[0], *parts) for parts in json.loads(entry[2])]


def _order(problem: Problem) -> tuple[str, int, int]:
    return problem.path, problem.line, problem.column


def _alike(paths: list[str]) -> Iterator[Problem]:
    """Yield the records whose ids stand twice, compared without case."""
    groups: dict[str, list[str]] = {}
    for path in paths:
        groups.setdefault(_id(path).lower(), []).append(path)
    for group in groups.values():
        if len(group) > 1:
            yield from (_twice(path, group) for path in group)


def _twice(path: str, group: list[str]) -> Problem:
    others = ", ".join(other for other in group if other != path)
    return Problem(path, 1, 1, "id", f"{others} has the same id", "rename one of them")

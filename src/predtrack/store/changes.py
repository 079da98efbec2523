"""Change a record of a folder, or add one to it: the one way to do either."""

from __future__ import annotations

import codecs
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from predtrack.dates import Moment
from predtrack.errors import InvalidRecordError, Misread, Problem, RefusedError, UsageError
from predtrack.records.forms import prediction_id
from predtrack.records.prediction import Prediction
from predtrack.store import files, splice, writing
from predtrack.store.files import SUFFIX, contents
from predtrack.store.folder import Folder, invalid
from predtrack.store.nodes import Lines
from predtrack.store.reading import Reading, read


@dataclass(frozen=True, slots=True)
class Change:
    """What a change did or would do to a record: its lines before and after."""

    path: str
    old: str
    new: str
    place: int  # the line where the change begins
    warning: str = ""


class TakenError(RefusedError):
    """A new record was not written, since another has its id already."""


Make = Callable[[Prediction], Prediction]
"""Is handed the prediction as it stands under the lock, and returns the one that is meant."""


def change(
    folder: Folder, word: str, make: Make, *, write: bool = True, even_protected: bool = False
) -> Change | None:
    """Change one record on disk; None where there was nothing to change.

    An outcome may be put in, replaced or taken out, one forecast added or withdrawn, options added
    that came later, or a date changed.
    A record that nobody may write to is refused, unless `even_protected` says that it is meant.
    """
    done = changed(folder, word, (make,), write=write, even_protected=even_protected)
    return next(iter(done), None)


def changed(
    folder: Folder,
    word: str,
    makes: Iterable[Make],
    *,
    write: bool = True,
    even_protected: bool = False,
) -> list[Change]:
    """Make several changes of one record, one after the other, and all of them or none.

    Return what each of them did, or would do; a change that changes nothing is left out.
    """
    identity = folder.identity(word)
    path = _one_path(folder, identity)
    real = within(folder.root, path)
    with writing.locked(folder.root):
        was = contents(real)
        reading, text = _sound(read(was, path, identity)), ""
        every = []
        for make in makes:
            if text:
                reading = _sound(read(text.encode(), path, identity))
            cut = _next(reading, make)
            if cut is not None:
                text = cut.applied(reading.text)
                files.refuse_too_large(path, _with_mark(was, text))
                every.append(_shown(path, cut, text))
        if every and write:
            if not even_protected:
                refuse_protected(real)
            every[-1] = replace(every[-1], warning=replaced(real, was, _with_mark(was, text)))
    return every


def _sound(reading: Reading) -> Reading:
    if reading.prediction is None:
        raise InvalidRecordError(invalid(reading.problems), reading.problems)
    return reading


def _next(reading: Reading, make: Make) -> splice.Splice | None:
    """Return the lines that the next change of a file puts in; None where it changes nothing."""
    was = splice.sound(reading)[1]
    meant = make(was)
    return None if meant == was else _cut(reading, was, meant)


def _shown(path: str, cut: splice.Splice, text: str) -> Change:
    lines = cut.new.lstrip("\r\n")  # without the break that the line before it lacked
    place = Lines(text).place(cut.start + len(cut.new) - len(lines))[0]
    return Change(path, cut.old, lines, place)


def is_protected(folder: Folder, identity: str) -> bool:
    """Return whether nobody may write to the file of a record; replacing it would be allowed."""
    return _is_protected(place(folder, identity))


def _is_protected(path: str) -> bool:
    try:
        return not os.stat(path).st_mode & 0o222
    except OSError:
        return False  # where the file cannot be seen it cannot be replaced either, and that is said


def refuse_protected(path: str) -> None:
    """Refuse to replace a file that nobody may write to."""
    if _is_protected(path):
        remedy = f"`chmod u+w {path}` lets it be changed"
        raise RefusedError(f"{path} is write-protected; nothing was changed; {remedy}")


def rewrite(root: str, path: str, was: bytes, becomes: bytes) -> str:
    """Replace the bytes of a record, refused where they are others by now; a warning, if any."""
    with writing.locked(root):
        return replaced(path, was, becomes)


def _cut(reading: Reading, was: Prediction, meant: Prediction) -> splice.Splice:
    """Return the lines that make a record say what is meant, by what is different."""
    from predtrack.store import choices, entries, moments

    if replace(meant, outcome=was.outcome) == was:
        return splice.spliced(reading, meant.outcome)
    if replace(meant, forecasts=was.forecasts) == was:
        if meant.forecasts[:-1] == was.forecasts:
            return entries.appended(reading, meant.forecasts[-1])
        ended = _withdrawn(was, meant)
        if ended is not None:
            return entries.withdrawn(reading, *ended)
    if choices.grown(was, meant):
        return choices.widened(reading, meant)
    if (key := moments.moved_key(was, meant)) is not None:
        return moments.moved(reading, key, meant)
    raise ValueError("only the outcome, later options, a date or one forecast, can be changed here")


def _withdrawn(was: Prediction, meant: Prediction) -> tuple[int, Moment] | None:
    """Return which forecast was withdrawn, and when, if that is all that is different."""
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
    files.refuse_no_folder(root)
    with writing.locked(root):
        _refuse_taken(root, path)
        text = rendered(prediction, teach=teach)
        data = text.encode()
        files.refuse_too_large(path, data)
        _refuse_inexact(read(data, path, identity), prediction)
        warning = writing.create(os.path.join(root, path), data)
    return Change(path, "", text, 1, warning)


def _refuse_taken(root: str, name: str) -> None:
    problems: list[Problem] = []
    paths = [path for path, _ in files.records(root, problems)]
    paths += [each.path for each in problems]  # one that is passed over, as Rain.YAML is
    for path in sorted(paths):
        if os.path.basename(path).lower() == name:
            message = f"{path} has the id {name.removesuffix(SUFFIX)} already; nothing was changed"
            raise TakenError(f"{message}; choose another id")
    for closed in problems:
        if closed.level == "error":  # the id may stand there
            message = f"{closed.path}: {closed.message}; nothing was changed"
            raise RefusedError(f"{message}; {closed.remedy}")


def _refuse_inexact(reading: Reading, meant: Prediction) -> None:
    """Refuse a new record that would not be sound, or would say anything else than is meant."""
    if reading.problems:
        first = reading.problems[0]
        message = f"{reading.path} would not be sound: {first.message}; nothing was changed"
        raise RefusedError(f"{message}; {first.remedy}")
    prediction = reading.prediction
    if prediction is None or prediction != replace(meant, id=prediction.id, path=prediction.path):
        message = f"{reading.path} cannot say exactly what is meant; nothing was changed"
        raise RefusedError(f"{message}; write the record by hand, and see `predtrack check`")


def _with_mark(was: bytes, text: str) -> bytes:
    """Return the bytes of a new text, behind the BOM of the old one if it has one."""
    mark = codecs.BOM_UTF8 if was.startswith(codecs.BOM_UTF8) else b""
    return mark + text.encode()


def replaced(path: str, was: bytes, data: bytes) -> str:
    """Write the new bytes; return what is to be warned of."""
    warnings = [_other_names(path), writing.replace(path, was, data)]
    return "; ".join(filter(None, warnings))


def place(folder: Folder, identity: str) -> str:
    """Return the path of the file of a record; refuse a link that leads out of the folder."""
    return within(folder.root, _one_path(folder, identity))


def _one_path(folder: Folder, identity: str) -> str:
    """Return the path of a record; refuse a name that is no id or that another record has too."""
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


def within(root: str, path: str) -> str:
    """Return the real path of a record; refuse a link that leads out of the folder."""
    named = os.path.join(root, path)
    try:  # strict, or a link that cannot be read would be taken for the file and replaced by one
        real = os.path.realpath(named, strict=True)
    except OSError as error:
        message = f"{named}: it cannot be read ({error.strerror}); nothing was changed"
        raise RefusedError(f"{message}; see whether it is still there") from None
    if os.path.commonpath([real, os.path.realpath(root)]) != os.path.realpath(root):
        message = f"{path} is a link that leads out of the folder; nothing was changed"
        raise RefusedError(f"{message}; put the file itself into the folder")
    return real


def _other_names(path: str) -> str:
    """Return a warning where the file has further names, which keep the old text."""
    try:
        links = os.stat(path).st_nlink
    except OSError:
        return ""  # where the file cannot be seen it cannot be replaced either, and that is said
    return f"the file had {links} names; the others keep the old text" if links > 1 else ""

"""What goes wrong, in two shapes: a problem is a finding, an error is a refusal."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong at a place in a file: a value to be listed, never raised."""

    path: str
    line: int
    column: int
    code: str
    message: str
    remedy: str
    level: str = "error"  # error | warning (stops nothing)

    def __str__(self) -> str:
        """Return the line that editors know how to jump to."""
        place = f"{self.path}:{self.line}:{self.column}"
        return f"{place}: {self.level}[{self.code}]: {self.message}; {self.remedy}"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with a record that has no place yet: the store adds it."""

    where: tuple[str | int, ...]  # the keys and list positions that lead to it
    code: str
    message: str
    remedy: str


class Misread(ValueError):
    """A text that is not what its field asks for."""

    def __init__(self, code: str, message: str, remedy: str) -> None:
        super().__init__(f"{message}; {remedy}")
        self.code, self.message, self.remedy = code, message, remedy


class PredtrackError(Exception):
    """A refusal: one sentence for the user, and the exit code that goes with it."""

    exit_code = 1


class UsageError(PredtrackError):
    """The words of the command do not fit, or an answer does not fit the kind."""

    exit_code = 2


class NotFoundError(PredtrackError):
    """No such id, or one that names several."""

    exit_code = 3


class InvalidRecordError(PredtrackError):
    """A record that cannot be worked with, with the problems that say why."""

    exit_code = 4

    def __init__(self, message: str, problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(message)
        self.problems = problems


class RefusedError(PredtrackError):
    """A change or an output that was not made: nothing was changed."""

    exit_code = 5


class UnreadableError(PredtrackError):
    """An import, or a table, that cannot be read."""

    exit_code = 6


def shortened(text: str, most: int = 60) -> str:
    """Return the text on one line, cut where a message would be lost in it."""
    line = " ".join(text.splitlines())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def near(word: str, words: list[str]) -> str:
    """Return a question that offers the nearest of the words, compared without case, or nothing."""
    from difflib import get_close_matches

    lowered = {each.lower(): each for each in reversed(words)}
    nearest = get_close_matches(word.lower(), lowered, n=1, cutoff=0.6)
    return f'did you mean "{lowered[nearest[0]]}"?' if nearest else ""

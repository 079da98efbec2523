"""Keep what holds for one run of the program: the folder, the day, who speaks, the screen."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from contextlib import nullcontext, redirect_stdout
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from predtrack import dates
from predtrack.cli.screen import Screen
from predtrack.dates import Moment, Span
from predtrack.errors import Finding, Misread, NotFoundError, Problem, UsageError
from predtrack.views.text import visible

if TYPE_CHECKING:
    from predtrack.records.life import ByID
    from predtrack.records.prediction import Prediction
    from predtrack.reports.listing import Known
    from predtrack.reports.rows import Lasting
    from predtrack.store.folder import Folder

FOLDER = "predictions"
NOWHERE = (
    "the working directory is not there any more; nothing was changed; change to one that is,"
    " or name every folder and file by its whole path"
)
T = TypeVar("T")
MOST_PROBLEMS = 20


@dataclass(frozen=True)
class Session:
    """The options that stand before the command, and what follows from them."""

    named: str | None = None
    asked_day: str | None = None
    screen: Screen = field(default_factory=Screen)
    may_ask: bool = True

    @property
    def asks(self) -> bool:
        """Return whether a person is there to answer, and may be asked."""
        return self.may_ask and sys.stdin.isatty()

    @cached_property
    def root(self) -> str:
        """Return the folder as named, else of the environment, else the nearest upwards."""
        named = self.named or os.environ.get("PREDTRACK_FOLDER")
        if not named and not is_somewhere():
            raise NotFoundError(NOWHERE)
        return named or _nearest(os.getcwd())

    @cached_property
    def day(self) -> date:
        """Return the day that everything is counted for."""
        text = self.asked_day or os.environ.get("PREDTRACK_AS_OF")
        today = date.today()
        return _understood(text, today, "--as-of", "last") if text else today

    def day_of(
        self, text: str | None, option: str, edge: str | None = None, base: date | None = None
    ) -> date | None:
        """Return the day that an option asks for, counted from a base day or that of the session.

        `edge` says which day of a period is meant, "first" or "last"; with none, refuse a period.
        """
        return None if text is None else _understood(text, base or self.day, option, edge)

    def span_of(self, text: str | None, option: str) -> Span:
        """Return the days that an option asks for by `FROM..TO`; all where there is none."""
        return dates.ALWAYS if text is None else _read(dates.span, text, self.day, option)

    def stated_on(self, text: str | None, option: str) -> Moment:
        """Return when something was said: the day, instant or month of an option, else today."""
        return self.day if text is None else _read(dates.stated, text, self.day, option)

    @cached_property
    def folder(self) -> Folder:
        """Return the folder with everything in it read."""
        from predtrack.store import folder

        loaded = folder.load(self.root)
        # what is left of a write may be of one that goes on just now: `check` names it
        passed_over = (each for each in loaded.problems if each.code == "name")
        self.name_problems([each for each in passed_over if each.level == "warning"])
        return loaded

    @cached_property
    def known(self) -> Known:
        """Return what the folder holds as known on the day of the session."""
        from predtrack.reports.listing import Known, rows_of

        texts, unknown = self.folder.lasting(self.day, _lasting)
        self.say_unknown(unknown)
        folder = Known(self.day, rows_of(texts, self.day), self.folder.predictions, unknown)
        if not self.folder.names:
            return folder
        from predtrack.reports.rows import by_names_shown

        return by_names_shown(folder, self.folder.names)

    def names_shown(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return the names shown for forecasters who are asked for by any of their names."""
        if not self.folder.names:
            return tuple(names)
        from predtrack.records.names import name_shown

        return tuple(dict.fromkeys(name_shown(each, self.folder.names) for each in names))

    def say_unknown(self, count: int) -> None:
        """Say how many forecasts and outcomes are hidden, since they are later than the day."""
        if count:
            self.screen.say(f"{count} not known yet on {self.day}")

    def keep(self) -> None:
        """Keep what was read of the folder for the next run."""
        if "folder" in self.__dict__:
            self.folder.keep()

    def sound(self) -> Folder:
        """Return the folder; refuse where a record is invalid."""
        return self.folder.sound()

    def forecaster(self, option: str | None) -> str:
        """Return who forecasts or judges: as said, of the environment, of git, or asked for."""
        name = option or os.environ.get("PREDTRACK_BY") or _git_name()
        return name or self.answer("Your name", "set PREDTRACK_BY, or git's user.name")

    def answer(
        self,
        question: str,
        remedy: str,
        read: Callable[[str], T] = str,  # type: ignore[assignment]
        default: str | None = None,
    ) -> T:
        """Ask until the answer can be read, and return it; refuse where nobody may be asked.

        With a default an empty answer is that text; `remedy` says how not to be asked.
        """
        if not self.asks:
            raise UsageError(f"{question} is missing; {remedy}")
        while True:
            text = _typed(question, default)
            try:
                return read(text.strip())
            except (Misread, UsageError) as error:
                self.screen.say(f"  {visible(str(error))}")

    def warn(self, warnings: Iterable[Finding]) -> None:
        """Say what is worth a warning of a record, a line each."""
        for each in warnings:
            self.screen.say(visible(f"warning: {each.message}; {each.remedy}"))

    def name_problems(self, problems: tuple[Problem, ...] | list[Problem]) -> None:
        """Name problems on standard error, a line each; many are cut short."""
        for problem in problems[:MOST_PROBLEMS]:
            self.screen.say(visible(str(problem)))
        if len(problems) > MOST_PROBLEMS:
            more = len(problems) - MOST_PROBLEMS
            self.screen.say(f"and {more} more problems; `predtrack check` lists them all")


def is_somewhere() -> bool:
    """Return whether the working directory is still there."""
    try:
        os.getcwd()
    except FileNotFoundError:
        return False
    return True


def _lasting(prediction: Prediction, others: ByID, day: date) -> Lasting:
    from predtrack.reports.rows import lasting

    return lasting(prediction, others, day)


def _typed(question: str, default: str | None) -> str:
    """Return what a person types; keep the blank behind the question out of redirected data."""
    import typer

    elsewhere = nullcontext() if sys.stdout.isatty() else redirect_stdout(sys.stderr)
    with elsewhere:
        return str(typer.prompt(question, default=default, err=True, show_default=bool(default)))


def _nearest(start: str) -> str:
    here = start
    while True:
        folder = os.path.join(here, FOLDER)
        if os.path.isdir(folder):
            return os.path.relpath(folder, start)
        above = os.path.dirname(here)
        if above == here:
            message = f"there is no folder {FOLDER}/ here or above"
            raise NotFoundError(f"{message}; `predtrack init` makes one, --folder names another")
        here = above


def _understood(text: str, base: date, option: str, edge: str | None) -> date:
    return _read(lambda text, base: dates.understood(text, base, edge), text, base, option)


def _read(form: Callable[[str, date], T], text: str, base: date, option: str) -> T:
    """Return what a text means, counted from a base day; refuse it by the name of its option."""
    try:
        return form(text, base)
    except Misread as error:
        raise UsageError(f"{option}: {error.message}; {error.remedy}") from None


def _git_name() -> str:
    import subprocess

    try:
        answer = subprocess.run(
            ["git", "config", "user.name"], capture_output=True, check=False, timeout=5
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    # git writes UTF-8, whatever the locale; what is none of it is replaced, and seen to be
    return answer.stdout.decode("utf-8", "replace").strip()

"""Commands about files as a person edits them: init, edit."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from predtrack.cli.options import Identity
from predtrack.cli.session import FOLDER, Session
from predtrack.errors import InvalidRecordError, Misread, Problem, RefusedError, UsageError

if TYPE_CHECKING:
    from predtrack.store.reading import Reading


def init(
    context: typer.Context,
    where: Annotated[
        str | None, typer.Argument(metavar="[FOLDER]", help="The folder to make.")
    ] = None,
    git: Annotated[
        bool, typer.Option("--git", help="Let git merge records by meaning; also later.")
    ] = False,
) -> None:
    """Make a folder of records, with a README about the format and one example.

    With --git, also in a folder that is there, git merges its records by `predtrack merge`.

    Example: predtrack init
    """
    from predtrack.store import starter
    from predtrack.views.text import visible

    session: Session = context.obj
    root = where or session.named or os.environ.get("PREDTRACK_FOLDER") or FOLDER
    written = (
        _registered(session, root) if git else starter.start(root, session.day, _name(session))
    )
    session.screen.lines(map(visible, written))
    if any(each.endswith(".yaml") for each in written):
        session.screen.say(f"look at it with: predtrack --folder {visible(root)} list")


def _registered(session: Session, root: str) -> list[str]:
    """The files written so that git merges the records of a folder, which is made where need be."""
    from predtrack.store import git, starter
    from predtrack.views.text import visible

    git.refuse_outside(root)
    is_new = not os.path.lexists(root) or (os.path.isdir(root) and not os.listdir(root))
    git.configure(root, _program())
    started = starter.start(root, session.day, _name(session)) if is_new else []
    written = git.mark(root)
    if git.is_marked(root):
        session.screen.say(
            f"git merges the records of {visible(root)} by their meaning, in this clone"
        )
    else:
        remedy = "see `git check-attr merge -- x.yaml` there"
        session.screen.say(f"warning: other attributes of git hold for its records; {remedy}")
    return [*started, *written]


def _program() -> str:
    """This program as a shell starts it, by an absolute path."""
    path = os.path.abspath(sys.argv[0])
    if not path.endswith(".py") and os.access(path, os.X_OK) and os.path.isfile(path):
        return shlex.quote(path)
    return f"{shlex.quote(sys.executable)} -m predtrack"


def _name(session: Session) -> str:
    """Who forecasts in the example; the file can say it later, so nobody needs to be named."""
    try:
        return session.forecaster(None)
    except UsageError:
        return "Me"


def edit(context: typer.Context, identity: Identity) -> None:
    """Open a record in your editor (VISUAL, else EDITOR), and check it on return.

    Example: predtrack edit harbour-tram
    """
    from predtrack.store import changes, files, writing
    from predtrack.views.text import visible

    session: Session = context.obj
    name = session.folder.identity(identity)
    path = changes.place(session.folder, name)
    was = files.contents(path)
    while True:
        _open(path)
        now, reading = _saved(path, os.path.relpath(path, session.root), name)
        if not reading.problems:
            told = "nothing was changed" if now == was else f"{name} is sound"
            session.screen.say(told)
            return
        choice = _choice(session, reading)
        if choice == "restore":
            if warning := writing.replace(path, now, was):
                session.screen.say(f"warning: {visible(warning)}")
            session.screen.say("it is as it was before")
            return
        if choice == "keep":
            raise InvalidRecordError(
                f"{name} is saved as you left it, and not sound; mend it: `predtrack check`"
            )


def _saved(path: str, shown_as: str, name: str) -> tuple[bytes, Reading]:
    """Return what the editor left, and what it says, be it more than is ever read."""
    from predtrack.store import files, writing
    from predtrack.store.reading import Reading, read

    try:
        now = files.read(path)[0]
    except Misread as error:
        if not os.path.isfile(path) or os.path.getsize(path) <= files.MOST_BYTES:
            files.contents(path)  # refused: it is gone, say, and nothing can be put back
        problem = Problem(shown_as, 1, 1, error.code, error.message, error.remedy)
        return writing.whole(path), Reading(shown_as, "", None, None, (problem,))
    return now, read(now, shown_as, name)


def _choice(session: Session, reading: Reading) -> str:
    """What to do about an edited record that is not sound."""
    session.name_problems(reading.problems)
    if not session.asks:
        return "keep"
    words = {"e": "edit", "r": "restore", "k": "keep"}
    question = "e: edit again, r: restore what was there, k: keep it like this"
    return session.answer(question, "", lambda text: words.get(text[:1].lower(), "edit"), "e")


def _open(path: str) -> None:
    named = (os.environ.get(name, "").strip() for name in ("VISUAL", "EDITOR"))
    editor = next(filter(None, named), "vi")  # of blanks alone the record itself would be run
    try:
        done = subprocess.run([*shlex.split(editor), path], check=False)
    except (OSError, ValueError) as error:
        message = f"the editor {editor} could not be started ({error})"
        raise RefusedError(f"{message}; nothing was changed: set VISUAL or EDITOR") from None
    if done.returncode:
        message = f"the editor ended with {done.returncode}"
        raise RefusedError(f"{message}; what it wrote was not checked: see `predtrack check`")

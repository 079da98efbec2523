"""Make and edit files as a person does: the commands init and edit."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from predtrack.cli.options import Identity, with_help
from predtrack.cli.session import FOLDER, Session
from predtrack.errors import InvalidRecordError, RefusedError, UsageError

if TYPE_CHECKING:
    from predtrack.store.reading import Reading


@with_help(
    """Make a folder of records, with a README about the format and one example.

    With --git, also in a folder that is there, git merges its records by `predtrack merge`.

    Example: predtrack init
    """
)
def init(
    context: typer.Context,
    where: Annotated[
        str | None, typer.Argument(metavar="[FOLDER]", help="The folder to make.")
    ] = None,
    git: Annotated[
        bool, typer.Option("--git", help="Let git merge records by meaning; also later.")
    ] = False,
) -> None:
    """Run `predtrack init`: what it does, its help says above."""
    from predtrack.store import starter
    from predtrack.views.text import visible

    session: Session = context.obj
    session.screen.refuse_closed()
    root = where or session.named or os.environ.get("PREDTRACK_FOLDER") or FOLDER
    written = (
        _registered(session, root) if git else starter.start(root, session.day, _name(session))
    )
    session.screen.lines(map(visible, written))
    if any(each.endswith(".yaml") for each in written):
        session.screen.say(f"look at it with: predtrack --folder {visible(root)} list")


def _registered(session: Session, root: str) -> list[str]:
    """Make git merge the records of a folder, made where need be; return the files written."""
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
    """Return the command by which a shell starts this program, with an absolute path."""
    path = os.path.abspath(sys.argv[0])
    if not path.endswith(".py") and os.access(path, os.X_OK) and os.path.isfile(path):
        return shlex.quote(path)
    return f"{shlex.quote(sys.executable)} -m predtrack"


def _name(session: Session) -> str:
    """Return who forecasts in the example; the file can say it later, so none need be named."""
    try:
        return session.forecaster(None)
    except UsageError:
        return "Me"


@with_help(
    """Open a record in your editor (VISUAL, else EDITOR), and check it on return.

    The editor is given a copy; the record changes once, when you are done, and not at all if
    another program changed it meanwhile.

    Example: predtrack edit harbour-tram
    """
)
def edit(context: typer.Context, identity: Identity) -> None:
    """Run `predtrack edit`: what it does, its help says above."""
    from predtrack.store import changes, drafts, files
    from predtrack.views.text import visible

    session: Session = context.obj
    name = session.folder.identity(identity)
    path = changes.place(session.folder, name)
    was = files.contents(path)
    with drafts.draft(path, was, lambda sentence: session.screen.say(visible(sentence))) as copy:
        becomes, is_sound = _edited(session, path, name, copy)
        if becomes is None:
            session.screen.say("it is as it was before")
            return
        warning = changes.rewrite(session.root, path, was, becomes)
    if warning:
        session.screen.say(f"warning: {visible(warning)}")
    if not is_sound:
        message = f"{name} is saved as you left it, and not sound"
        raise InvalidRecordError(f"{message}; mend it: `predtrack check`")
    session.screen.say("nothing was changed" if becomes == was else f"{name} is sound")


def _edited(session: Session, path: str, name: str, copy: str) -> tuple[bytes | None, bool]:
    """Return what the user leaves of a copy, or none to restore, and whether it is sound."""
    from predtrack.store import drafts
    from predtrack.store.reading import read

    while True:
        _open(copy)
        now = drafts.edited(copy, name)
        reading = read(now, os.path.relpath(path, os.path.realpath(session.root)), name)
        if not reading.problems:
            return now, True
        choice = _choice(session, reading)
        if choice != "edit":
            return (now if choice == "keep" else None), False


def _choice(session: Session, reading: Reading) -> str:
    """Return what to do about an edited record that is not sound: edit, restore or keep."""
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
        with _interrupts_for_the_editor():
            done = subprocess.run([*shlex.split(editor), path], check=False)
    except (OSError, ValueError) as error:
        message = f"the editor {editor} could not be started ({error})"
        raise RefusedError(f"{message}; nothing was changed: set VISUAL or EDITOR") from None
    if done.returncode:
        message = f"the editor ended with {done.returncode}"
        raise RefusedError(f"{message}; what it wrote was not checked, and nothing was changed")


@contextmanager
def _interrupts_for_the_editor() -> Iterator[None]:
    """Leave a Ctrl-C to the editor, which may mean something by it: both of them hear it."""
    before = signal.getsignal(signal.SIGINT)
    # a handler that does nothing: that a signal is ignored would be handed on to the editor
    signal.signal(signal.SIGINT, lambda _signal, _frame: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)

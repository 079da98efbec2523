"""Change a record for a command: show the lines, then make the change."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from predtrack.cli.session import Session
from predtrack.errors import Misread, UsageError

if TYPE_CHECKING:
    from predtrack.records.prediction import Prediction

T = TypeVar("T")

DryRun = Annotated[bool, typer.Option("--dry-run", help="Show the change and make none.")]


def change(
    session: Session, identity: str, make: Callable[[Prediction], Prediction], *, dry_run: bool
) -> None:
    """Show what a change takes out of the file and puts in, then make it."""
    from predtrack.store.changes import change as changed
    from predtrack.views import changes
    from predtrack.views.text import visible

    seen = changed(session.folder, identity, make, write=False)
    if seen is None:
        session.screen.say("recorded already; nothing was changed")
        return
    session.screen.lines(changes.difference(seen))
    if dry_run:
        session.screen.say("nothing was changed (--dry-run)")
        return
    protected = _may_be_protected(session, identity)
    written = changed(session.folder, identity, make, even_protected=protected)
    if written is not None and written.warning:
        session.screen.say(f"warning: {visible(written.warning)}")


def _may_be_protected(session: Session, identity: str) -> bool:
    """Return whether a person confirms the change of a write-protected record, as `mv` asks."""
    from predtrack.store.changes import is_protected

    if not session.asks or not is_protected(session.folder, identity):
        return False
    question = f"{identity} is write-protected; change it all the same? (y, n)"
    return session.answer(question, "", lambda text: text[:1].lower() == "y", "n")


def read(form: Callable[[str], T], text: str, option: str) -> T:
    """Return what the text of an option means, as a file would hold it."""
    try:
        return form(text)
    except Misread as error:
        raise UsageError(f"{option}: {error.message}; {error.remedy}") from None

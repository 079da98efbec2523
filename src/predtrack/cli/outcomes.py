"""Commands that write: resolve, reopen, init."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from predtrack.cli.options import Identity, among
from predtrack.cli.session import FOLDER, Session
from predtrack.errors import Misread, UsageError

if TYPE_CHECKING:
    from predtrack.records.prediction import Outcome, Prediction

DryRun = Annotated[bool, typer.Option("--dry-run", help="Show the change and make none.")]


def resolve(
    context: typer.Context,
    identity: Identity,
    answer: Annotated[
        str, typer.Argument(help="yes, no, a day, a number, an option or void: what happened.")
    ],
    decided: Annotated[
        str | None, typer.Option(help="The day the world settled it.", metavar="DATE")
    ] = None,
    evidence: Annotated[
        list[str] | None, typer.Option(help="An address; may repeat.", metavar="URL")
    ] = None,
    note: Annotated[str | None, typer.Option(help="What is left to say.")] = None,
    judge: Annotated[str | None, typer.Option(help="Who judged it.", metavar="NAME")] = None,
    reason: Annotated[str | None, typer.Option(help="Why it is void.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an earlier outcome.")] = False,
    dry_run: DryRun = False,
) -> None:
    """Record how a prediction ended: what happened, not who was right.

    Example: predtrack resolve harbour-tram yes --evidence https://example.org/timetable
    """
    from predtrack.records import forms, life

    session: Session = context.obj
    prediction = session.folder.prediction(identity)
    outcome = _outcome(session, prediction, answer, decided, reason)
    outcome = replace(
        outcome,
        judge=_field(forms.label, session.forecaster(judge), "--judge"),
        evidence=tuple(_field(forms.label, each, "--evidence") for each in evidence or ()),
        note=None if note is None else _field(forms.text_of, note, "--note"),
    )

    def ended(was: Prediction) -> Prediction:
        if life.same_outcome(was.outcome, outcome):
            return was
        return life.resolve(was, outcome, force=force)

    _change(session, prediction.id, ended, dry_run=dry_run)
    _remark(session, prediction, outcome)


def _outcome(
    session: Session,
    prediction: Prediction,
    answer: str,
    decided: str | None,
    reason: str | None,
) -> Outcome:
    from predtrack.records import life
    from predtrack.records.prediction import REASONS, Outcome

    if reason is not None:
        among([reason], REASONS, "--reason")
    understood = _answer(session, prediction, answer)
    day = session.day_of(decided, "--decided")
    if day is None and understood != "void":
        day = life.default_decided(prediction, understood, session.day)
    if reason is not None and understood != "void":
        raise UsageError("--reason says why a prediction is void; put other words in --note")
    return Outcome(answer=understood, decided=day, recorded=session.day, reason=reason)


def _field(form: Callable[[str], str], text: str, option: str) -> str:
    """The text of an option as a file would hold it."""
    try:
        return form(text)
    except Misread as error:
        raise UsageError(f"{option}: {error.message}; {error.remedy}") from None


def _answer(session: Session, prediction: Prediction, text: str) -> str | float | date:
    """The answer that a word means by the kind; of kind date also `today` and the like."""
    from predtrack.records import forms

    if prediction.kind == "date" and text not in {"no", "void"}:
        return session.day_of(text, "ANSWER") or session.day
    try:
        return forms.answer(text, prediction.kind)
    except Misread as error:
        raise UsageError(f"{prediction.id}: {error.message}; {error.remedy}") from None


def _change(
    session: Session, identity: str, make: Callable[[Prediction], Prediction], *, dry_run: bool
) -> None:
    """Show what a change takes out of the file and puts in, then make it."""
    from predtrack.store import folder
    from predtrack.views import changes
    from predtrack.views.text import visible

    seen = folder.change(session.folder, identity, make, write=False)
    if seen is None:
        session.screen.say("recorded already; nothing was changed")
        return
    session.screen.lines(changes.difference(seen))
    if dry_run:
        session.screen.say("nothing was changed (--dry-run)")
        return
    made = folder.change(session.folder, identity, make)
    if made is not None and made.warning:
        session.screen.say(f"warning: {visible(made.warning)}")


def _remark(session: Session, prediction: Prediction, outcome: Outcome) -> None:
    """Say what the user may not have meant."""
    if outcome.decided and outcome.decided > session.day:
        told = f"decided on {outcome.decided}, which is after {session.day}"
        session.screen.say(f"note: {told}: it counts as known from that day on")
    if prediction.kind == "date" and outcome.answer == "no":
        told = f"{prediction.id} had not happened by the end of {outcome.decided}"
        session.screen.say(f"note: {told}; what is scheduled later stays open")


def reopen(context: typer.Context, identity: Identity, dry_run: DryRun = False) -> None:
    """Take an outcome out again: every byte is as it was before.

    Example: predtrack reopen harbour-tram
    """
    from predtrack.records import life

    session: Session = context.obj
    prediction = session.folder.prediction(identity)
    _change(session, prediction.id, life.reopen, dry_run=dry_run)


def init(
    context: typer.Context,
    where: Annotated[
        str | None, typer.Argument(metavar="[FOLDER]", help="The folder to make.")
    ] = None,
) -> None:
    """Make a folder of records, with a README about the format and one example.

    Example: predtrack init
    """
    from predtrack.store import starter
    from predtrack.views.text import visible

    session: Session = context.obj
    root = where or session.named or os.environ.get("PREDTRACK_FOLDER") or FOLDER
    made = starter.start(root, session.day, session.forecaster(None))
    session.screen.lines(map(visible, made))
    session.screen.say(f"look at it with: predtrack --folder {visible(root)} list")

"""Record how predictions ended: the commands resolve and reopen."""

from __future__ import annotations

from collections import ChainMap
from dataclasses import dataclass, replace
from datetime import date
from itertools import zip_longest
from typing import TYPE_CHECKING, Annotated

import typer

from predtrack.cli.changes import DryRun, change, read
from predtrack.cli.options import Identity, among, with_help
from predtrack.cli.session import Session
from predtrack.errors import Misread, PredtrackError, UsageError

if TYPE_CHECKING:
    from predtrack.records.prediction import Evidence, Outcome, Prediction
    from predtrack.reports.listing import Row


@dataclass(frozen=True, slots=True)
class _Details:
    """The options of an outcome beside the answer."""

    decided: str | None = None
    evidence: tuple[str, ...] = ()
    archived: tuple[str, ...] = ()
    note: str | None = None
    judge: str | None = None
    reason: str | None = None


@with_help(
    """Record how a prediction ended: what happened, not who was right.

    Without an ID each prediction that awaits an outcome is asked about; skip or stop at any time.

    Example: predtrack resolve harbour-tram yes --evidence https://example.org/timetable
    """
)
def resolve(
    context: typer.Context,
    identity: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="An id; without: each that is due.")
    ] = None,
    answer: Annotated[
        str | None,
        typer.Argument(
            metavar="[ANSWER]", help="yes, no, a day, a number, an option or void: what happened."
        ),
    ] = None,
    decided: Annotated[
        str | None, typer.Option(help="The day the world settled it.", metavar="DATE")
    ] = None,
    evidence: Annotated[
        list[str] | None, typer.Option(help="An address; may repeat.", metavar="URL")
    ] = None,
    archived: Annotated[
        list[str] | None,
        typer.Option(help="A copy of it that stays; the first of the first.", metavar="URL"),
    ] = None,
    note: Annotated[str | None, typer.Option(help="What is left to say.", metavar="TEXT")] = None,
    judge: Annotated[str | None, typer.Option(help="Who judged it.", metavar="NAME")] = None,
    reason: Annotated[str | None, typer.Option(help="Why it is void.", metavar="WORD")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an earlier outcome.")] = False,
    dry_run: DryRun = False,
) -> None:
    """Run `predtrack resolve`: what it does, its help says above."""
    from predtrack.records import life

    session: Session = context.obj
    details = _Details(decided, tuple(evidence or ()), tuple(archived or ()), note, judge, reason)
    if identity is None:
        _walk(session, details, dry_run=dry_run)
        return
    prediction = session.folder.prediction(identity)
    life.refuse_failed_condition(prediction, session.folder.predictions, session.day)
    if answer is None and session.asks:
        _show(session, prediction)
    text = answer or _reply(session, prediction)
    _end(session, prediction, _outcome(session, prediction, text, details), force, dry_run=dry_run)


def _end(
    session: Session, prediction: Prediction, outcome: Outcome, force: bool, *, dry_run: bool
) -> None:
    from predtrack.records import life

    def ended(was: Prediction) -> Prediction:
        if life.same_outcome(was.outcome, outcome):
            return was
        return life.resolve(was, outcome, force=force)

    change(session, prediction.id, ended, dry_run=dry_run)
    _remark(session, prediction, outcome)


def _outcome(session: Session, prediction: Prediction, answer: str, details: _Details) -> Outcome:
    from predtrack.records import forms, life
    from predtrack.records.prediction import Outcome
    from predtrack.records.terms import REASONS

    understood = _answer(session, prediction, answer)
    if details.reason is not None:
        among([details.reason], REASONS, "--reason")
        if understood != "void":
            raise UsageError("--reason says why a prediction is void; put other words in --note")
    day = session.day_of(details.decided, "--decided")
    if day is None and understood != "void":
        day = life.default_decided(prediction, understood, session.day)
    return Outcome(
        answer=understood,
        decided=day,
        recorded=session.day,
        reason=details.reason,
        judge=read(forms.label, session.forecaster(details.judge), "--judge"),
        evidence=_evidence(details),
        note=None if details.note is None else read(forms.text_of, details.note, "--note"),
    )


def _evidence(details: _Details) -> tuple[Evidence, ...]:
    """Return the addresses, each with its copy where one is named, the first with the first."""
    from predtrack.records import forms
    from predtrack.records.prediction import Evidence

    if len(details.archived) > len(details.evidence):
        raise UsageError("--archived: there is no --evidence that it is a copy of; name that too")
    urls = [read(forms.label, each, "--evidence") for each in details.evidence]
    copies = [read(forms.label, each, "--archived") for each in details.archived]
    pairs = zip_longest(urls, copies)
    return tuple(Evidence(url=url, archived=copy) for url, copy in pairs)


def _answer(session: Session, prediction: Prediction, text: str) -> str | float | date:
    """Return the answer that a word means by the kind; of kind date also `today` and the like."""
    from predtrack.records import forms

    if prediction.kind == "date" and text not in {"no", "void"}:
        return session.day_of(text, "ANSWER") or session.day
    try:
        return forms.answer(text, prediction.kind)
    except Misread as error:
        raise UsageError(f"{prediction.id}: {error.message}; {error.remedy}") from None


def _remark(session: Session, prediction: Prediction, outcome: Outcome) -> None:
    """Say where an outcome may not be what the user meant."""
    from predtrack.records.life import scheduled_days

    if outcome.decided and outcome.decided > session.day:
        sentence = f"decided on {outcome.decided}, which is after {session.day}"
        session.screen.say(f"note: {sentence}: it counts as known from that day on")
    later = [each for each in scheduled_days(prediction) if each > (outcome.decided or each)]
    if prediction.kind == "date" and outcome.answer == "no" and later:
        sentence = f"{prediction.id} had not happened by the end of {outcome.decided}"
        session.screen.say(f"note: {sentence}; what is scheduled later stays open")


QUESTIONS = {
    "binary": "Did it happen? (yes, no, void)",
    "choice": "Which one came? ({options}, void)",
    "numeric": "Which number came{unit}? (or void)",
    "date": "On which day did it happen? (a day; no: not yet; void)",
}


def _reply(session: Session, prediction: Prediction, more: str = "") -> str:
    """Ask the question of the kind until an answer fits, and return that answer."""
    from predtrack.records.rules import unfit
    from predtrack.views.wording import safe

    def fits(text: str) -> str:
        if text in {"s", "q"} and more:
            return text
        if problem := unfit(prediction, _answer(session, prediction, text)):
            raise UsageError(f"{problem[0]}; {problem[1]}")
        return text

    unit = f" in {prediction.unit}" if prediction.unit else ""
    options = ", ".join(prediction.options)
    question = QUESTIONS[prediction.kind].format(options=options, unit=unit)
    return session.answer(safe(f"{question}{more}"), "give ANSWER behind the id", fits)


def _show(session: Session, prediction: Prediction) -> None:
    """Show what a judge needs to see before the question."""
    from predtrack.records import life
    from predtrack.reports.rows import row
    from predtrack.views import page

    here = row(prediction, session.folder.predictions, session.day)
    session.screen.show(page.question(here, life.known(prediction, session.day), 1, 1))


def _walk(session: Session, details: _Details, *, dry_run: bool) -> None:
    """Ask about each prediction that awaits an outcome, those that waited longest first."""
    from predtrack.reports.listing import Filters, listing
    from predtrack.views import page

    if not session.asks:
        raise UsageError("ID is missing; name a prediction, or answer at a terminal")
    folder = session.known
    rows = listing(folder, Filters(status=("due",))).rows
    if not rows:
        session.screen.say(f"nothing awaits an outcome on {session.day}")
    ended: dict[str, Prediction] = {}
    for number, row in enumerate(rows, start=1):
        if _is_void_by_now(session, row, ended):
            continue
        session.screen.show(page.question(row, folder.prediction(row), number, len(rows)))
        if not _ask_about(session, row, details, ended, dry_run=dry_run):
            return


def _is_void_by_now(session: Session, row: Row, ended: dict[str, Prediction]) -> bool:
    """Return whether what ended on the way voids a prediction by its condition, and say so."""
    from predtrack.records import life
    from predtrack.views.text import visible

    others = ChainMap(ended, session.folder.predictions)  # type: ignore[arg-type]  # only read
    prediction = session.folder.prediction(row.id)
    if reason := life.void_by_condition(prediction, others, session.day):
        session.screen.say(visible(f"{reason}; no entry is needed"))
    return bool(reason)


def _ask_about(
    session: Session, row: Row, details: _Details, ended: dict[str, Prediction], *, dry_run: bool
) -> bool:
    """Ask about one prediction; return whether to go on, also after a refusal, which is shown.

    A prediction whose outcome was written joins those that ended on the way.
    """
    from predtrack.views.text import visible

    text = _reply(session, session.folder.prediction(row.id), "; s skip, q stop")
    if text in {"s", "q"}:
        return text == "s"
    prediction = session.folder.prediction(row.id)
    outcome = _outcome(session, prediction, text, details)
    try:
        _end(session, prediction, outcome, force=False, dry_run=dry_run)
        if not dry_run:
            ended[row.id] = replace(prediction, outcome=outcome)
    except PredtrackError as error:
        lines = map(visible, str(error).split("\n"))
        session.screen.say("predtrack: " + "\n".join(lines))
    return True


@with_help(
    """Take an outcome out again: every byte is as it was before.

    Example: predtrack reopen harbour-tram
    """
)
def reopen(
    context: typer.Context,
    identity: Identity,
    dry_run: DryRun = False,
) -> None:
    """Run `predtrack reopen`: what it does, its help says above."""
    from predtrack.records import life

    session: Session = context.obj
    prediction = session.folder.prediction(identity)
    change(session, prediction.id, life.reopen, dry_run=dry_run)

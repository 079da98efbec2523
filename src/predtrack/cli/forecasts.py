"""Commands that write forecasts down: add, update, withdraw."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from predtrack.cli.changes import DryRun, change, read
from predtrack.cli.options import Identity, among
from predtrack.cli.session import Session
from predtrack.errors import UsageError
from predtrack.records.terms import ORIGINS

if TYPE_CHECKING:
    from predtrack.records.prediction import Forecast, Prediction

By = Annotated[str | None, typer.Option(help="Who forecasts.", metavar="NAME")]
Made = Annotated[str | None, typer.Option(help="The day it was said: today.", metavar="DATE")]
Words = Annotated[str | None, typer.Option(help="The very words, at most 25.", metavar="TEXT")]
Origin = Annotated[
    str, typer.Option(help="stated, inferred, assumed or disputed.", metavar="ORIGIN")
]
Rationale = Annotated[str | None, typer.Option(help="Why.", metavar="TEXT")]

HOW = 'for example 70%, "10..15 80%" or "50% by 2029, 90% by 2036"'


@dataclass(frozen=True, slots=True)
class _Said:
    """What is said of a forecast beside its value."""

    by: str | None
    made: str | None
    words: str | None
    origin: str
    rationale: str | None


def _forecast(session: Session, said: _Said, value: dict[str, Any], day: date) -> Forecast:
    from predtrack.records import forms
    from predtrack.records.prediction import Forecast

    among([said.origin], ORIGINS, "--origin")
    return Forecast(
        by=read(forms.label, session.forecaster(said.by), "--by"),
        made=day,
        words=None if said.words is None else read(forms.spoken, said.words, "--words"),
        origin=said.origin,  # type: ignore[arg-type]  # one of ORIGINS, as was just checked
        rationale=None
        if said.rationale is None
        else read(forms.text_of, said.rationale, "--rationale"),
        **value,
    )


def update(
    context: typer.Context,
    identity: Identity,
    value: Annotated[
        str | None, typer.Argument(metavar="[VALUE]", help=f"The new forecast, {HOW}.")
    ] = None,
    by: By = None,
    made: Made = None,
    words: Words = None,
    origin: Origin = "stated",
    rationale: Rationale = None,
    dry_run: DryRun = False,
) -> None:
    """Revise a forecast: the new one stands from its day on, the old one stays in place.

    Example: predtrack update harbour-tram 85% --rationale "The track is laid."
    """
    from predtrack.records import revise, values

    session: Session = context.obj
    prediction = session.folder.prediction(identity)
    day = _day(session, made)
    kind, unit = prediction.kind, prediction.unit

    def meant(text: str) -> dict[str, Any]:
        return values.value(text, kind, day, unit)

    stated: dict[str, Any] = {}
    if value is not None:
        stated = read(meant, value, "VALUE")
    elif words is None:
        stated = session.answer(f"Forecast ({values.HOW[kind]})", "give VALUE or --words", meant)
    forecast = _forecast(session, _Said(by, made, words, origin, rationale), stated, day)
    change(session, prediction.id, lambda was: revise.revise(was, forecast), dry_run=dry_run)


def withdraw(
    context: typer.Context,
    identity: Identity,
    by: By = None,
    made: Annotated[
        str | None, typer.Option("--on", help="The day it ends: today.", metavar="DATE")
    ] = None,
    dry_run: DryRun = False,
) -> None:
    """End a forecast: it no longer stands, and is kept.

    Example: predtrack withdraw harbour-tram --on 2027-03-01
    """
    from predtrack.records import revise

    session: Session = context.obj
    prediction = session.folder.prediction(identity)
    day = session.day_of(made, "--on") or session.day
    who = _who(session, prediction, by)
    change(session, prediction.id, lambda was: revise.withdraw(was, who, day), dry_run=dry_run)


def _who(session: Session, prediction: Prediction, by: str | None) -> str:
    """Whose forecast is meant: as said, the only one there is, or one's own."""
    from predtrack.records import life

    standing = [each.by for each in life.standing(prediction)]
    return by or (standing[0] if len(standing) == 1 else session.forecaster(None))


Claim = Annotated[
    str | None, typer.Argument(metavar="[CLAIM]", help="One thing that can turn out true.")
]
Value = Annotated[
    str | None, typer.Option("--value", metavar="VALUE", help=f"The forecast, {HOW}.")
]
P = Annotated[
    str | None, typer.Option("--probability", "-p", metavar="P", help="The same, of yes or no.")
]
Id = Annotated[str | None, typer.Option("--id", metavar="ID", help="Its id.")]
Kind = Annotated[str | None, typer.Option(metavar="KIND", help="As a rule seen in the value.")]
Criteria = Annotated[str | None, typer.Option(metavar="TEXT", help="What counts, who decides.")]
Deadline = Annotated[str | None, typer.Option(metavar="DATE", help="The last day that counts.")]
Earliest = Annotated[str | None, typer.Option(metavar="DATE", help="The claim's own first day.")]
Tag = Annotated[list[str] | None, typer.Option(metavar="TAG", help="May repeat.")]
Choice = Annotated[list[str] | None, typer.Option(metavar="NAME", help="Of a choice; may repeat.")]
Unit = Annotated[str | None, typer.Option(metavar="UNIT", help="Of a number.")]
Family = Annotated[str | None, typer.Option(metavar="NAME", help="What it stands or falls with.")]
Address = Annotated[str | None, typer.Option("--url", metavar="URL", help="Where it was said.")]
Note = Annotated[str | None, typer.Option(metavar="TEXT", help="Anything else.")]


def add(
    context: typer.Context,
    claim: Claim = None,
    value: Value = None,
    probability: P = None,
    words: Words = None,
    by: By = None,
    made: Made = None,
    origin: Origin = "stated",
    rationale: Rationale = None,
    identity: Id = None,
    kind: Kind = None,
    criteria: Criteria = None,
    deadline: Deadline = None,
    earliest: Earliest = None,
    tag: Tag = None,
    option: Choice = None,
    unit: Unit = None,
    family: Family = None,
    url: Address = None,
    note: Note = None,
    dry_run: DryRun = False,
) -> None:
    """Write a new prediction down: asked for on a terminal, or all by options.

    Example: predtrack add "The tram opens in 2027" -p 70% --deadline 2027 --tag city
    """
    from predtrack.cli import asking

    session: Session = context.obj
    texts = {"criteria": criteria, "unit": unit, "family": family, "url": url, "note": note}
    days = {"deadline": deadline, "earliest": earliest}
    lists = {"tags": tuple(tag or ()), "options": tuple(option or ())}
    said = _Said(by, made, words, origin, rationale)
    known = kind or ("binary" if probability is not None else None)
    stated = _value(value, probability)
    asks = session.asks and (claim is None or (stated is None and words is None))
    given = asking.Given(claim, stated, known, identity, texts, days, lists, asks)
    day = _day(session, made)
    told = _forecast(session, said, {}, day)  # refused before anything is asked
    asked = asking.asked(session, given, day, worded=words is not None)
    forecast = replace(told, **asked.stated)
    asking.written(session, asked.prediction, forecast, asks=asks, dry_run=dry_run)


def _value(value: str | None, probability: str | None) -> str | None:
    from predtrack.records import forms

    if value is not None and probability is not None:
        raise UsageError("--value and --probability say the same thing; keep one of them")
    if probability is not None:
        read(forms.phrased, probability.strip(' "'), "--probability")
    return value if probability is None else probability


def _day(session: Session, made: str | None) -> date:
    """The day a forecast was made; one to come is taken, and said."""
    day = session.day_of(made, "--made") or session.day
    if day > session.day:
        session.screen.say(f"note: made on {day}, after {session.day}: not known until then")
    return day

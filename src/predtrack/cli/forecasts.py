"""Write forecasts down: the commands add, update and withdraw."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from predtrack.cli.changes import DryRun, change, read
from predtrack.cli.options import Identity, among, with_help
from predtrack.cli.session import Session
from predtrack.dates import Moment, day_of, text_of
from predtrack.errors import UsageError
from predtrack.records.terms import ORIGINS

if TYPE_CHECKING:
    from predtrack.records.prediction import Forecast, Prediction

By = Annotated[str | None, typer.Option(help="Who forecasts.", metavar="NAME")]
Made = Annotated[
    str | None,
    typer.Option(
        "--made", help="When it was said: a day, an instant or a month; today.", metavar="DATE"
    ),
]
Words = Annotated[str | None, typer.Option(help="The very words, at most 60.", metavar="TEXT")]
Paraphrase = Annotated[
    str | None, typer.Option(help="What a report says was said.", metavar="TEXT")
]
Force = Annotated[
    bool,
    typer.Option("--force", help="Also before a later forecast or withdrawal of the same person."),
]
Origin = Annotated[
    str, typer.Option(help="stated, inferred, assumed or disputed.", metavar="ORIGIN")
]
Rationale = Annotated[str | None, typer.Option(help="Why.", metavar="TEXT")]

HOW = 'for example 70%, "10..15 80%" or "50% by 2029, 90% by 2036"'


@dataclass(frozen=True, slots=True)
class _Details:
    """The options of a forecast beside its value."""

    by: str | None
    words: str | None
    paraphrase: str | None
    origin: str
    rationale: str | None

    @property
    def is_spoken(self) -> bool:
        """Return whether it can stand without a value: in words, or as a report has them."""
        return self.words is not None or self.paraphrase is not None


def _forecast(session: Session, details: _Details, value: dict[str, Any], when: Moment) -> Forecast:
    from predtrack.records import forms
    from predtrack.records.prediction import Forecast

    among([details.origin], ORIGINS, "--origin")

    def text(form: Callable[[str], str], words: str | None, option: str) -> str | None:
        return None if words is None else read(form, words, option)

    return Forecast(
        by=read(forms.label, session.forecaster(details.by), "--by"),
        made=when,
        words=text(forms.spoken, details.words, "--words"),
        paraphrase=text(forms.text_of, details.paraphrase, "--paraphrase"),
        recorded=None if day_of(when) == session.day else session.day,
        origin=details.origin,  # type: ignore[arg-type]  # one of ORIGINS, as was just checked
        rationale=text(forms.text_of, details.rationale, "--rationale"),
        **value,
    )


@with_help(
    """Revise a forecast: the new one stands from its day on, the old one stays in place.

    Days such as "in 2 years" count from the day of the forecast.

    Example: predtrack update harbour-tram 85% --rationale "The track is laid."
    """
)
def update(
    context: typer.Context,
    identity: Identity,
    value: Annotated[
        str | None, typer.Argument(metavar="[VALUE]", help=f"The new forecast, {HOW}.")
    ] = None,
    by: By = None,
    made_on: Made = None,
    words: Words = None,
    paraphrase: Paraphrase = None,
    origin: Origin = "stated",
    rationale: Rationale = None,
    force: Force = False,
    dry_run: DryRun = False,
) -> None:
    """Run `predtrack update`: what it does, its help says above."""
    from predtrack.records import foresight, life, revise, values
    from predtrack.views.text import visible

    session: Session = context.obj
    prediction = session.folder.prediction(identity)
    when = _when(session, made_on)
    details = _Details(by, words, paraphrase, origin, rationale)
    kind, unit = prediction.kind, prediction.unit

    def meant(text: str) -> dict[str, Any]:
        return values.value(text, kind, day_of(when), unit)

    stated: dict[str, Any] = {}
    if value is not None:
        stated = read(meant, value, "VALUE")
    elif not details.is_spoken:
        stated = session.answer(f"Forecast ({values.HOW[kind]})", "give VALUE or --words", meant)
    forecast = _forecast(session, details, stated, when)

    def revised(was: Prediction) -> Prediction:
        return revise.revise(was, forecast, force=force)

    change(session, prediction.id, revised, dry_run=dry_run)
    session.warn(foresight.warnings_of(prediction, forecast))
    if reason := life.void_by_condition(prediction, session.folder.predictions, session.day):
        session.screen.say(visible(f"note: {reason}; this counts for nothing"))


@with_help(
    """End a forecast: it no longer stands, and is kept.

    Example: predtrack withdraw harbour-tram --on 2027-03-01
    """
)
def withdraw(
    context: typer.Context,
    identity: Identity,
    by: By = None,
    on: Annotated[
        str | None,
        typer.Option(
            "--on", help="When it ends: a day, an instant or a month; today.", metavar="DATE"
        ),
    ] = None,
    force: Force = False,
    dry_run: DryRun = False,
) -> None:
    """Run `predtrack withdraw`: what it does, its help says above."""
    from predtrack.records import revise

    session: Session = context.obj
    prediction = session.folder.prediction(identity)
    when = session.stated_on(on, "--on")
    who = _who(session, prediction, by)

    def ended(was: Prediction) -> Prediction:
        return revise.withdraw(was, who, when, force=force)

    change(session, prediction.id, ended, dry_run=dry_run)


def _who(session: Session, prediction: Prediction, by: str | None) -> str:
    """Return whose forecast is meant: as said, the only one there is, or one's own."""
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
Review = Annotated[str | None, typer.Option(metavar="DATE", help="The day to look again.")]
Earliest = Annotated[str | None, typer.Option(metavar="DATE", help="The claim's own first day.")]
Tag = Annotated[list[str] | None, typer.Option(metavar="TAG", help="May repeat.")]
Choice = Annotated[list[str] | None, typer.Option(metavar="NAME", help="Of a choice; may repeat.")]
Unit = Annotated[str | None, typer.Option(metavar="UNIT", help="Of a number.")]
Family = Annotated[str | None, typer.Option(metavar="NAME", help="What it stands or falls with.")]
Address = Annotated[str | None, typer.Option("--url", metavar="URL", help="Where it was said.")]
Note = Annotated[str | None, typer.Option(metavar="TEXT", help="Anything else.")]


@with_help(
    """Write a new prediction down: asked for on a terminal, or all by options.

    Days such as "in 2 years" count from the day on which the forecast was made.

    Example: predtrack add "The tram opens in 2027" -p 70% --deadline 2027 --tag city
    """
)
def add(
    context: typer.Context,
    claim: Claim = None,
    value: Value = None,
    probability: P = None,
    words: Words = None,
    paraphrase: Paraphrase = None,
    by: By = None,
    made_on: Made = None,
    origin: Origin = "stated",
    rationale: Rationale = None,
    identity: Id = None,
    kind: Kind = None,
    criteria: Criteria = None,
    deadline: Deadline = None,
    review: Review = None,
    earliest: Earliest = None,
    tag: Tag = None,
    option: Choice = None,
    unit: Unit = None,
    family: Family = None,
    url: Address = None,
    note: Note = None,
    dry_run: DryRun = False,
) -> None:
    """Run `predtrack add`: what it does, its help says above."""
    from predtrack.cli import asking

    session: Session = context.obj
    texts = {"criteria": criteria, "unit": unit, "family": family, "url": url, "note": note}
    days = {"deadline": deadline, "review": review, "earliest": earliest}
    lists = {"tags": tuple(tag or ()), "options": tuple(option or ())}
    details = _Details(by, words, paraphrase, origin, rationale)
    stated_kind = kind or ("binary" if probability is not None else None)
    stated = _value(value, probability)
    asks = session.asks and (claim is None or (stated is None and not details.is_spoken))
    inputs = asking.Inputs(claim, stated, stated_kind, identity, texts, days, lists, asks)
    when = _when(session, made_on)
    unvalued = _forecast(session, details, {}, when)  # refused before anything is asked
    draft = asking.draft(session, inputs, day_of(when), worded=details.is_spoken)
    forecast = replace(unvalued, **draft.stated)
    asking.written(session, draft.prediction, forecast, asks=asks, dry_run=dry_run)


def _value(value: str | None, probability: str | None) -> str | None:
    from predtrack.records import forms

    if value is not None and probability is not None:
        raise UsageError("--value and --probability say the same thing; keep one of them")
    if probability is not None:
        read(forms.phrased, probability.strip(' "'), "--probability")
    return value if probability is None else probability


def _when(session: Session, made_on: str | None) -> Moment:
    """Return when a forecast was made; say so where that is a day to come."""
    when = session.stated_on(made_on, "--made")
    if day_of(when) > session.day:
        text = text_of(when)
        session.screen.say(f"note: made on {text}, after {session.day}: not known until then")
    return when

"""Hold the conversation of `add`: ask for what options did not say, and refuse what is missing."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from predtrack.cli.changes import read
from predtrack.cli.options import among
from predtrack.cli.session import Session
from predtrack.errors import Misread, UsageError
from predtrack.records import forms, rules, values
from predtrack.records.prediction import Forecast, Prediction, Source
from predtrack.records.terms import KINDS

MOST_WORDS = 6  # of a claim in an id
_IDLE = frozenset(
    [
        "a",
        "an",
        "and",
        "as",
        "at",
        "be",
        "by",
        "for",
        "has",
        "have",
        "in",
        "is",
        "it",
        "its",
        "of",
        "on",
        "or",
        "than",
        "that",
        "the",
        "to",
        "will",
    ]
)


@dataclass(frozen=True, slots=True)
class Inputs:
    """The texts of the options of a new prediction, as a person wrote them."""

    claim: str | None
    value: str | None
    kind: str | None
    identity: str | None
    texts: dict[str, str | None]  # criteria, unit, family, url, note
    days: dict[str, str | None]  # deadline, review, earliest: counted from when it was made
    lists: dict[str, tuple[str, ...]]  # tags, options
    asks: bool  # about what may be left out too: where options did not say what is needed


@dataclass(frozen=True, slots=True)
class Draft:
    """A prediction, still without its forecast, and the value that is forecast."""

    prediction: Prediction
    stated: dict[str, Any]


def draft(session: Session, inputs: Inputs, made_on: date, *, worded: bool) -> Draft:
    """Return the new prediction, as the options and the person at the terminal have it."""
    taken = {each.lower() for each in session.folder.paths}  # refused before anything is asked
    claim = inputs.claim or session.answer("Claim", "give CLAIM", forms.text_of)
    kind, stated = _stated(session, inputs, made_on, worded=worded)
    prediction = Prediction(
        claim=read(forms.text_of, claim, "CLAIM"),
        kind=kind,  # type: ignore[arg-type]  # one of KINDS
        deadline=_deadline(session, inputs, kind, made_on),
        criteria=_criteria(session, inputs),
        options=_options(inputs, kind, stated),
        unit=_text(inputs, "unit"),
        review=_day(session, inputs, "review", made_on),
        earliest=_day(session, inputs, "earliest", made_on),
        tags=tuple(read(forms.label, tag, "--tag") for tag in inputs.lists["tags"]),
        family=_text(inputs, "family"),
        source=Source(url=_text(inputs, "url")) if inputs.texts["url"] else None,
        note=_text(inputs, "note"),
        forecasts=(),
    )
    return Draft(replace(prediction, id=_identity(session, inputs, claim, taken)), stated)


def _day(session: Session, inputs: Inputs, name: str, base: date) -> date | None:
    """Return the day that an option means, of a period the edge that goes with its key."""
    return session.day_of(inputs.days[name], f"--{name}", forms.EDGES[name], base)


def _text(inputs: Inputs, name: str) -> str | None:
    text = inputs.texts[name]
    form = forms.text_of if name in {"criteria", "note"} else forms.label
    return None if text is None else read(form, text, f"--{name}")


def _stated(
    session: Session, inputs: Inputs, made_on: date, *, worded: bool
) -> tuple[str, dict[str, Any]]:
    """Return the kind, and what is forecast, which is empty for words alone."""
    stated_kind = inputs.kind or _kind_seen(inputs)
    if stated_kind is not None:
        among([stated_kind], KINDS, "--kind")
    if inputs.value is None and worded:
        return stated_kind or "binary", {}

    def meant(text: str) -> tuple[str, dict[str, Any]]:
        kind = stated_kind or values.kind_of(text, made_on)
        if (
            stated_kind is None
            and kind == "numeric"
            and "point" in values.value(text, kind, made_on)
        ):
            remedy = "write 70%, or a range such as 60..80, or say --kind numeric"
            raise Misread("forecast", f"{text} alone may be a chance or a number", remedy)
        if kind is None:
            how = "; ".join(f"{kind}: {how}" for kind, how in values.HOW.items())
            raise Misread("forecast", f'"{text}" is no forecast', how)
        stated = values.value(text, kind, made_on, inputs.texts["unit"])
        _refuse_unsound(inputs, made_on, kind, stated)
        return kind, stated

    if inputs.value is not None:
        return read(meant, inputs.value, "--value")
    how = "70%, or 10..15 80%, or 50% by 2029"
    return session.answer(f"Forecast ({how})", "give --value, --probability or --words", meant)


def _refuse_unsound(inputs: Inputs, made_on: date, kind: str, stated: dict[str, Any]) -> None:
    """Refuse a value whose parts do not agree while it can still be answered otherwise."""
    forecast = Forecast(by="?", made=made_on, **stated)
    options = _options(inputs, kind, stated)
    prediction = Prediction(claim="?", kind=kind, options=options, forecasts=(forecast,))  # type: ignore[arg-type]
    for finding in rules.findings(prediction):
        if finding.where[0] == "forecasts":
            raise Misread(finding.code, finding.message, finding.remedy)


def _kind_seen(inputs: Inputs) -> str | None:
    """Return the kind that other options tell: a choice has options, a number has a unit."""
    if inputs.lists["options"]:
        return "choice"
    return "numeric" if inputs.texts["unit"] else None


def _deadline(session: Session, inputs: Inputs, kind: str, made_on: date) -> date | None:
    """Return the deadline as said, or ask for it; a date prediction has its own."""
    if inputs.days["deadline"] is not None or kind == "date" or not inputs.asks:
        return _day(session, inputs, "deadline", made_on)

    def meant(text: str) -> date | None:
        day = session.day_of(text or None, "Deadline", forms.EDGES["deadline"], made_on)
        if day:
            session.screen.say(f"  that is {day:%A}, {day}")
        return day

    return session.answer("Deadline (2027-06, end of 2027, +6m; empty: none)", "", meant, "")


def _criteria(session: Session, inputs: Inputs) -> str | None:
    if inputs.texts["criteria"] is not None or not inputs.asks:
        return _text(inputs, "criteria")
    question = "What counts, and who decides (empty: later, in the file)"
    return session.answer(question, "", lambda text: text or None, "")


def _options(inputs: Inputs, kind: str, stated: dict[str, Any]) -> tuple[str, ...]:
    """Return the options of a choice, as said, or those that have a share."""
    if kind != "choice":
        return inputs.lists["options"]
    return inputs.lists["options"] or tuple(name for name, _ in stated.get("probabilities", ()))


def _identity(session: Session, inputs: Inputs, claim: str, taken: set[str]) -> str:
    def free(text: str) -> str:
        name = text.removesuffix(".yaml")  # an id may be said as its file is called
        if name.lower() in taken:
            raise UsageError(f"{name} is there already; choose another id")
        return forms.prediction_id(name)

    if inputs.identity is not None:
        return read(free, inputs.identity, "--id")
    suggested = suggestion(claim, taken)
    return session.answer("Id", "", free, suggested) if inputs.asks else suggested


def suggestion(claim: str, taken: set[str]) -> str:
    """Return an id from the words of a claim that is not taken.

    >>> suggestion("The tram to the harbour opens in 2027!", {"tram-harbour-opens-2027"})
    'tram-harbour-opens-2027-2'
    """
    plain = unicodedata.normalize("NFKD", claim).encode("ascii", "ignore").decode().lower()
    words = [word for word in re.findall(r"[a-z0-9]+", plain) if word not in _IDLE]
    name = "-".join(words[:MOST_WORDS])[:60].strip("-") or "prediction"
    numbered = (f"{name}-{number}" for number in range(2, len(taken) + 3))
    return name if name not in taken else next(each for each in numbered if each not in taken)


def written(
    session: Session, unvalued: Prediction, forecast: Forecast, *, asks: bool, dry_run: bool
) -> None:
    """Check the prediction as a whole, show the file, ask for a yes, and write it."""
    from predtrack.records import foresight
    from predtrack.store import changes
    from predtrack.store.render import rendered
    from predtrack.views.text import visible

    prediction = replace(unvalued, forecasts=(forecast,))
    for finding in rules.findings(prediction):
        raise UsageError(f"{finding.message}; {finding.remedy}")
    text = rendered(prediction, teach=True)
    session.screen.lines(map(visible, text.splitlines()))
    session.warn(foresight.warnings(prediction))
    if dry_run:
        session.screen.say("nothing was written (--dry-run)")
        return
    if asks and not _agreed(session):
        session.screen.say("nothing was written")
        return
    change = changes.add(session.root, prediction.id, prediction, teach=True)
    session.screen.say(f"written to {visible(change.path)}")
    if change.warning:
        session.screen.say(f"warning: {visible(change.warning)}")


def _agreed(session: Session) -> bool:
    words = {"y": True, "yes": True, "n": False, "no": False}

    def meant(text: str) -> bool:
        if text.lower() not in words:
            raise UsageError("write y or n")
        return words[text.lower()]

    return session.answer("Write it?", "", meant, "y")

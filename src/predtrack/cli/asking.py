"""The conversation of `add`: what options did not say is asked for, and what is missing refused."""

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
class Given:
    """What the options said of a new prediction, as it was written."""

    claim: str | None
    value: str | None
    kind: str | None
    identity: str | None
    texts: dict[str, str | None]  # criteria, unit, family, url, note
    days: dict[str, str | None]  # deadline, review, earliest: counted from when it was made
    lists: dict[str, tuple[str, ...]]  # tags, options
    asks: bool  # about what may be left out too: where options did not say what is needed


@dataclass(frozen=True, slots=True)
class Asked:
    """The prediction, still without its forecast, and the value that is forecast."""

    prediction: Prediction
    stated: dict[str, Any]


def asked(session: Session, given: Given, made: date, *, worded: bool) -> Asked:
    """The new prediction, as the options and the person at the terminal have it."""
    taken = {each.lower() for each in session.folder.paths}  # refused before anything is asked
    claim = given.claim or session.answer("Claim", "give CLAIM", forms.text_of)
    kind, stated = _stated(session, given, made, worded=worded)
    prediction = Prediction(
        claim=read(forms.text_of, claim, "CLAIM"),
        kind=kind,  # type: ignore[arg-type]  # one of KINDS
        deadline=_deadline(session, given, kind, made),
        criteria=_criteria(session, given),
        options=_options(given, kind, stated),
        unit=_text(given, "unit"),
        review=_day(session, given, "review", made),
        earliest=_day(session, given, "earliest", made),
        tags=tuple(read(forms.label, tag, "--tag") for tag in given.lists["tags"]),
        family=_text(given, "family"),
        source=Source(url=_text(given, "url")) if given.texts["url"] else None,
        note=_text(given, "note"),
        forecasts=(),
    )
    return Asked(replace(prediction, id=_identity(session, given, claim, taken)), stated)


def _day(session: Session, given: Given, name: str, base: date) -> date | None:
    """Return the day that an option means: of a period the edge that goes with its key."""
    return session.day_of(given.days[name], f"--{name}", forms.EDGES[name], base)


def _text(given: Given, name: str) -> str | None:
    text = given.texts[name]
    form = forms.text_of if name in {"criteria", "note"} else forms.label
    return None if text is None else read(form, text, f"--{name}")


def _stated(
    session: Session, given: Given, made: date, *, worded: bool
) -> tuple[str, dict[str, Any]]:
    """The kind, and what is forecast, empty for words alone."""
    known = given.kind or _kind_seen(given)
    if known is not None:
        among([known], KINDS, "--kind")
    if given.value is None and worded:
        return known or "binary", {}

    def meant(text: str) -> tuple[str, dict[str, Any]]:
        kind = known or values.kind_of(text, made)
        if known is None and kind == "numeric" and "point" in values.value(text, kind, made):
            told = "write 70%, or a range such as 60..80, or say --kind numeric"
            raise Misread("forecast", f"{text} alone may be a chance or a number", told)
        if kind is None:
            how = "; ".join(f"{kind}: {how}" for kind, how in values.HOW.items())
            raise Misread("forecast", f'"{text}" is no forecast', how)
        stated = values.value(text, kind, made, given.texts["unit"])
        _refuse_unsound(given, made, kind, stated)
        return kind, stated

    if given.value is not None:
        return read(meant, given.value, "--value")
    how = "70%, or 10..15 80%, or 50% by 2029"
    return session.answer(f"Forecast ({how})", "give --value, --probability or --words", meant)


def _refuse_unsound(given: Given, made: date, kind: str, stated: dict[str, Any]) -> None:
    """Refuse a value whose parts do not agree while it can still be answered otherwise."""
    forecast = Forecast(by="?", made=made, **stated)
    options = _options(given, kind, stated)
    found = Prediction(claim="?", kind=kind, options=options, forecasts=(forecast,))  # type: ignore[arg-type]
    for finding in rules.findings(found):
        if finding.where[0] == "forecasts":
            raise Misread(finding.code, finding.message, finding.remedy)


def _kind_seen(given: Given) -> str | None:
    """The kind that other options tell: options are of a choice, a unit is of a number."""
    if given.lists["options"]:
        return "choice"
    return "numeric" if given.texts["unit"] else None


def _deadline(session: Session, given: Given, kind: str, made: date) -> date | None:
    """The deadline as said, or asked for; a date prediction has its own."""
    if given.days["deadline"] is not None or kind == "date" or not given.asks:
        return _day(session, given, "deadline", made)

    def meant(text: str) -> date | None:
        found = session.day_of(text or None, "Deadline", forms.EDGES["deadline"], made)
        if found:
            session.screen.say(f"  that is {found:%A}, {found}")
        return found

    return session.answer("Deadline (2027-06, end of 2027, +6m; empty: none)", "", meant, "")


def _criteria(session: Session, given: Given) -> str | None:
    if given.texts["criteria"] is not None or not given.asks:
        return _text(given, "criteria")
    question = "What counts, and who decides (empty: later, in the file)"
    return session.answer(question, "", lambda text: text or None, "")


def _options(given: Given, kind: str, stated: dict[str, Any]) -> tuple[str, ...]:
    """The options of a choice, as said, or those that have a share."""
    if kind != "choice":
        return given.lists["options"]
    return given.lists["options"] or tuple(name for name, _ in stated.get("probabilities", ()))


def _identity(session: Session, given: Given, claim: str, taken: set[str]) -> str:
    def free(text: str) -> str:
        name = text.removesuffix(".yaml")  # an id may be said as its file is called
        if name.lower() in taken:
            raise UsageError(f"{name} is there already; choose another id")
        return forms.prediction_id(name)

    if given.identity is not None:
        return read(free, given.identity, "--id")
    suggested = suggestion(claim, taken)
    return session.answer("Id", "", free, suggested) if given.asks else suggested


def suggestion(claim: str, taken: set[str]) -> str:
    """An id from the words of a claim that is not taken.

    >>> suggestion("The tram to the harbour opens in 2027!", {"tram-harbour-opens-2027"})
    'tram-harbour-opens-2027-2'
    """
    plain = unicodedata.normalize("NFKD", claim).encode("ascii", "ignore").decode().lower()
    words = [word for word in re.findall(r"[a-z0-9]+", plain) if word not in _IDLE]
    name = "-".join(words[:MOST_WORDS])[:60].strip("-") or "prediction"
    numbered = (f"{name}-{number}" for number in range(2, len(taken) + 3))
    return name if name not in taken else next(each for each in numbered if each not in taken)


def written(
    session: Session, found: Prediction, forecast: Forecast, *, asks: bool, dry_run: bool
) -> None:
    """Check the prediction as a whole, show the file, ask for a yes, and write it."""
    from predtrack.records import foresight
    from predtrack.store import changes
    from predtrack.store.render import rendered
    from predtrack.views.text import visible

    prediction = replace(found, forecasts=(forecast,))
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

"""Put answers and sources into words."""

from __future__ import annotations

from datetime import date

from predtrack.records.forms import Answer
from predtrack.records.numerals import number, percent
from predtrack.records.prediction import Condition, Prediction, Source
from predtrack.views.text import day, visible


def answer(prediction: Prediction) -> str:
    """Say how a prediction ended, in words."""
    ended = prediction.outcome
    return "" if ended is None else answer_of(prediction, ended.answer, ended.decided)


def answer_of(prediction: Prediction, answer: Answer, decided: date | None) -> str:
    """Say what an answer to a prediction means, in words."""
    if isinstance(answer, date):
        return f"happened on {answer}"
    if prediction.kind == "date" and answer == "no":
        return f"had not happened by {day(decided)}" if decided else "had not happened"
    if isinstance(answer, str):
        return answer
    if prediction.kind == "binary":
        return f"{percent(answer)} (in part)"
    return f"{number(answer)}{' ' + prediction.unit if prediction.unit else ''}"


def unit(name: str | None, scale: str | None) -> str:
    """Return the unit of a score, behind a blank: of a quantity, or of its natural logarithm.

    >>> unit("km", "linear"), unit("km", "log"), unit(None, "log"), unit(None, None)
    (' km', ' log km', ' in logarithms', '')
    """
    if scale == "log":
        return f" log {safe(name)}" if name else " in logarithms"
    return f" {safe(name)}" if name else ""


def condition(needs: Condition) -> str:
    """Say what must hold for a claim to be judged, and which prediction must end how."""
    named = needs.prediction
    if named is not None and needs.is_ != "yes":
        named = f"{named} is {needs.is_}"
    return "; ".join(part for part in (needs.text, named) if part)


def source(cited: Source) -> str:
    """Say where somebody stated something, in one line."""
    published = f"published {cited.published}" if cited.published else ""
    reading = f"{cited.reading} reading" if cited.reading else ""
    parts = (cited.title, cited.locator, published, reading)
    return "; ".join(part for part in parts if part)


def safe(text: str) -> str:
    """Return a text on one line, made visible."""
    return visible(" ".join(text.split()) if "\n" in text else text)

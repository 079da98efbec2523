"""Answers and sources in words."""

from __future__ import annotations

from datetime import date

from predtrack.records.numerals import number, percent
from predtrack.records.prediction import Prediction, Source
from predtrack.views.text import day, visible


def answer(prediction: Prediction) -> str:
    """How a prediction ended, in words."""
    ended = prediction.outcome
    if ended is None:
        return ""
    if isinstance(ended.answer, date):
        return f"happened on {ended.answer}"
    if prediction.kind == "date" and ended.answer == "no":
        return f"had not happened by {day(ended.decided)}"
    if isinstance(ended.answer, str):
        return ended.answer
    if prediction.kind == "binary":
        return f"{percent(ended.answer)} (in part)"
    return f"{number(ended.answer)}{' ' + prediction.unit if prediction.unit else ''}"


def source(said: Source) -> str:
    """Where something was said, in one line."""
    published = f"published {said.published}" if said.published else ""
    reading = f"{said.reading} reading" if said.reading else ""
    parts = (said.title, said.locator, published, reading)
    return "; ".join(part for part in parts if part)


def safe(text: str) -> str:
    """A text of one line, made visible."""
    return visible(" ".join(text.split()) if "\n" in text else text)

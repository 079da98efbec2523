"""Tell what a file of another platform is, so that a refusal can say how to import it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from predtrack.errors import UnreadableError

_KEYS: tuple[tuple[str, str, frozenset[str]], ...] = (
    ("manifold", "bets or a market of Manifold", frozenset({"contractId", "probAfter"})),
    ("manifold", "bets or a market of Manifold", frozenset({"outcomeType", "question"})),
    ("fatebook", "questions of Fatebook", frozenset({"title", "resolveBy"})),
    ("predictionbook", "predictions of PredictionBook", frozenset({"predictions", "user"})),
    ("metaculus", "posts of Metaculus", frozenset({"title", "group_of_questions"})),
    ("metaculus", "posts of Metaculus", frozenset({"title", "question"})),
    ("metaculus", "a question of Metaculus", frozenset({"title", "scheduled_close_time"})),
    ("forecastbench", "a set of ForecastBench", frozenset({"question_set"})),
    ("json", "an export of predtrack", frozenset({"schema", "predictions"})),
)
_COLUMNS: tuple[tuple[str, str, frozenset[str]], ...] = (
    ("fatebook", "an export of Fatebook", frozenset({"Question title", "Question resolve by"})),
    ("predictionbook", "predictions of PredictionBook", frozenset({"mean_confidence"})),
    ("metaculus", "one table of a download of Metaculus", frozenset({"Question ID"})),
    ("manifold", "bets of Manifold", frozenset({"contractId", "probAfter"})),
    ("manifold", "markets of Manifold", frozenset({"outcomeType", "question"})),
)


def refuse_other(name: str, document: object, own: str) -> None:
    """Refuse a document that another importer takes, with the word for that."""
    for form, what, keys in _KEYS:
        if form != own and keys <= _names(document):
            raise UnreadableError(f"{name} holds {what}; write `predtrack import {form}`")


def refuse_other_table(name: str, columns: Sequence[str], own: str) -> None:
    """Refuse a table that another importer takes, with the word for that."""
    for form, what, keys in _COLUMNS:
        if form != own and keys <= set(columns):
            more = " with the zip as it was downloaded" if form == "metaculus" else ""
            raise UnreadableError(f"{name} is {what}; write `predtrack import {form}`{more}")


def _names(document: object) -> frozenset[str]:
    """Return the keys of an object, or of the first in a list or in what an answer lists."""
    entry: Any = document
    for key in ("items", "results"):
        if isinstance(entry, dict) and isinstance(entry.get(key), list):
            entry = entry[key]
    if isinstance(entry, list):
        entry = entry[0] if entry else None
    return frozenset(entry) if isinstance(entry, dict) else frozenset()

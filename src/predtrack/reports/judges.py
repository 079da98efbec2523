"""Compare what several judges say of one prediction: whether they agree, and what would follow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from predtrack.records.forms import Answer
from predtrack.records.prediction import Prediction
from predtrack.reports import scores
from predtrack.reports.sampling import Case
from predtrack.reports.scores import Score
from predtrack.scoring.agreement import gwet_ac1
from predtrack.scoring.families import family_mean

AC1_FROM = 10  # predictions that several judges have read

Span = tuple[float, float]
"""The lowest and the highest score of a forecast, over what its judges answer."""


class Agreement(NamedTuple):
    """How far the judges of a folder's predictions agree."""

    judged: int  # predictions that two judges or more have read
    agreed: int  # of them, those that all judges read alike
    ac1: float | None  # Gwet's AC1 of the yes-or-no ones, from ten of them
    disputed: tuple[str, ...]  # the ids of the others


class Reading(NamedTuple):
    """The mean score of one rule, unit and scale with every disputed outcome read one way."""

    rule: str
    unit: str | None
    rows: int  # forecasts of predictions that judges read differently
    strict: float  # each read to the forecaster's disadvantage,
    generous: float  # and to the advantage
    scale: str | None = None  # linear or log: what the scores of a quantity are of


def answers(prediction: Prediction) -> list[Answer]:
    """Return what each judge answered, the answer that counts first."""
    ended = prediction.outcome
    return [] if ended is None else [ended.answer, *(each.answer for each in ended.judgements)]


def is_disputed(prediction: Prediction) -> bool:
    """Return whether two judges answered differently."""
    return len(set(answers(prediction))) > 1


def agreement(predictions: Iterable[Prediction]) -> Agreement | None:
    """Return how far judges agree on what several of them have read; None without any such."""
    judged = [each for each in predictions if len(answers(each)) > 1]
    if not judged:
        return None
    disputed = tuple(each.id for each in judged if is_disputed(each))
    yes_or_no = [answers(each) for each in judged if each.kind == "binary"]
    ac1 = gwet_ac1(yes_or_no) if len(yes_or_no) >= AC1_FROM else None
    return Agreement(len(judged), len(judged) - len(disputed), ac1, disputed)


def spans(case: Case) -> dict[int, Span]:
    """Return the span of the scores of each forecast that counts, by the forecast's identity.

    Empty where all judges agree. An answer by which the forecast would not count, such as void,
    widens nothing.
    """
    prediction = case.prediction
    if prediction.outcome is None or not is_disputed(prediction):
        return {}
    values: defaultdict[int, list[float]] = defaultdict(list)
    for answer in set(answers(prediction)):
        # an event's day is the day on which it was decided
        decided = answer if isinstance(answer, date) else prediction.outcome.decided
        outcome = replace(prediction.outcome, answer=answer, decided=decided)
        other = case._replace(
            prediction=replace(prediction, outcome=outcome),
            parts={},
            reasons={},
            selected={},
        )
        for score in scores.telling(other):
            if score.counts and score.score is not None:
                values[id(score.forecast)].append(score.score)
    return {forecast: (min(some), max(some)) for forecast, some in values.items()}


def readings(scored: Sequence[Score], spans: Mapping[int, Span]) -> Iterator[Reading]:
    """Yield both readings of each rule, unit and scale that a disputed prediction has a part in."""
    alike: defaultdict[tuple[str, str | None, str | None], list[Score]] = defaultdict(list)
    for score in scored:
        if score.score is not None:
            alike[score.rule, score.unit, score.scale].append(score)
    for (rule, unit, scale), some in alike.items():
        disputed = [score for score in some if id(score.forecast) in spans]
        if disputed:
            low, high = (_mean(some, spans, end) for end in (0, 1))
            strict, generous = (low, high) if rule == "hit" else (high, low)
            yield Reading(rule, unit, len(disputed), strict, generous, scale)


def _mean(scored: Iterable[Score], spans: Mapping[int, Span], end: int) -> float:
    return family_mean(
        (each.family, spans[id(each.forecast)][end] if id(each.forecast) in spans else each.score)
        for each in scored
        if each.score is not None
    ).mean

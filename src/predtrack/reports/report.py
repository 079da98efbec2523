"""Predictions -> the calibration report: groups that are never pooled, each with its figures.

A group is one forecaster, one kind and one origin; the kind `chances` holds all stated chances
but those of choices, and `phrases` those that were stated in words and mapped by a table.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from datetime import date
from operator import attrgetter

from predtrack.records import life
from predtrack.records.prediction import Prediction
from predtrack.records.terms import ORIGINS, STATUSES
from predtrack.reports import judges, sampling, scores
from predtrack.reports.base_rates import BaseRates
from predtrack.reports.chances import origin_of
from predtrack.reports.comparisons import Comparison, comparisons
from predtrack.reports.groups import Group, Material, groups
from predtrack.reports.judges import Agreement
from predtrack.reports.listing import Filters, Known, detailed
from predtrack.reports.listing import Row as Listed
from predtrack.reports.sampling import Case, Sampling, case_of, is_missing
from predtrack.reports.scores import Score


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How forecasters did on a folder of predictions, as known on a day."""

    asked: Sampling
    filters: Filters
    counts: dict[str, int]
    early: tuple[Score, ...]  # decided before their day: scored apart, in no mean
    early_ids: tuple[str, ...]
    missing: int  # chances due without an outcome,
    missing_others: int  # and ranges, points and claims without a number
    hindsight: int  # chances, ranges and claims stated when their day, or the answer, was there
    void: dict[str, int]  # predictions, by the reason: "" where none is given
    left_out: dict[str, int]  # by the reason: scored forecasts that are in no group
    groups: tuple[Group, ...]
    comparisons: tuple[Comparison, ...]
    agreement: Agreement | None  # of the judges, where several read one outcome
    coming: tuple[tuple[date, Listed], ...]  # what comes due next, soonest first


@dataclass(slots=True)
class _Gathered:
    """What the predictions give to the report."""

    material: defaultdict[tuple[str, str], Material]  # by forecaster and origin
    early: list[Score] = field(default_factory=list)
    missing: int = 0
    missing_others: int = 0
    hindsight: int = 0
    void: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    judged: list[Prediction] = field(default_factory=list)  # by several judges
    coming: list[tuple[date, Listed]] = field(default_factory=list)


def report(known: Known, filters: Filters, asked: Sampling, *, in_full: bool = True) -> Report:
    """Return the report on the predictions that pass the filters, on the day of the rows.

    Without `in_full` it lacks the figures that only full output shows.
    """
    rows, asked = sampling.narrowed(known, filters, asked)
    kept = sorted(rows, key=attrgetter("id"))
    held = _gathered(kept, known, filters.by, asked, in_full)
    early_ids = tuple([row.id for row, details in detailed(kept) if details.early])
    found = [
        group
        for (by, origin), material in sorted(held.material.items(), key=_order)
        for group in groups(by, origin, material, asked.verbal)
    ]
    return Report(
        asked=asked,
        filters=filters,
        counts=_counts(kept, len(early_ids)),
        early=tuple(held.early),
        early_ids=early_ids,
        missing=held.missing,
        missing_others=held.missing_others,
        hindsight=held.hindsight,
        void=dict(sorted(held.void.items())),
        left_out=dict(held.left_out),
        groups=tuple(found),
        comparisons=tuple(comparisons(kept, known, filters.by, asked)),
        agreement=judges.agreement(held.judged),
        coming=tuple(sorted(held.coming, key=lambda each: (each[0], each[1].id))),
    )


def _order(item: tuple[tuple[str, str], Material]) -> tuple[str, int]:
    (by, origin), _ = item
    return by, ORIGINS.index(origin)


def _counts(kept: list[Listed], early: int) -> dict[str, int]:
    counted = Counter([row.status for row in kept])
    found = {"predictions": len(kept), **{status: counted[status] for status in STATUSES}}
    return found | {"early": early}


def _gathered(
    kept: list[Listed], known: Known, by: tuple[str, ...], asked: Sampling, in_full: bool
) -> _Gathered:
    rates = BaseRates(known.rows)
    held = _Gathered(defaultdict(lambda: Material(rates, in_full)))
    for row in kept:
        if row.status == "open" and row.details.answer is None:  # nothing counts or is missing
            held.coming += [(date.fromisoformat(row.next), row)] if row.next else []
            continue
        prediction = known.prediction(row)
        if prediction.outcome is not None and prediction.outcome.judgements:
            held.judged.append(prediction)
        if row.status == "void":
            held.void[_reason_void(prediction)] += 1
        case = case_of(prediction, known.predictions, asked)
        _take_chances(held, case, by)
        _take_scores(held, case, [s for s in scores.telling(case) if not by or s.by in by])
        if row.status in {"open", "due"}:
            days = [each for each in life.undecided_days(prediction) if each >= known.day]
            held.coming += [(days[0], row)] if days else []
    return held


def _reason_void(prediction: Prediction) -> str:
    """Why a prediction is void: in a word of its outcome, or since its condition failed."""
    ended = prediction.outcome
    if ended is None or ended.answer != "void":
        return "condition_false"
    return ended.reason or ""


def _take_chances(held: _Gathered, case: Case, by: tuple[str, ...]) -> None:
    for each in sampling.telling(case):
        _, forecast, _, reason = each
        if by and forecast.by not in by:
            continue
        if reason == "open":
            if is_missing(case, each):
                held.missing += 1
                held.material[forecast.by, origin_of(case.prediction, forecast)].take(each)
        elif reason == "hindsight":
            held.hindsight += 1
        elif reason in {"", "phrase"}:
            origin = origin_of(case.prediction, forecast)
            held.material[forecast.by, origin].take(each)


def _take_scores(held: _Gathered, case: Case, found: list[Score]) -> None:
    early = []
    spans = judges.spans(case)
    for score in found:
        reason = score.reason
        if not reason:
            _take(held.material[score.by, score.origin], case, score, spans)
        elif reason == "early":
            early.append(score)
        elif reason == "open":
            held.missing_others += _is_due(score, case)
        elif reason == "hindsight":
            held.hindsight += not sampling.parts_of(case, score.forecast)
        elif reason in LEFT_OUT:
            held.left_out[reason] += 1
    held.early += _would_count(case, early) if early else ()


def _take(material: Material, case: Case, score: Score, spans: dict[int, judges.Span]) -> None:
    """Add a score that counts, with what judges and later withdrawals say of it."""
    material.scores.append(score)
    forecast = id(score.forecast)
    if forecast in spans:
        material.spans[forecast] = spans[forecast]
    if case.mine[score.by][-1].withdrawn is not None:
        material.withdrawn.add(forecast)


LEFT_OUT = ("origin", "no_deadline", "option_later", "out_of_range", scores.NO_LOGARITHM)
"""Why a decided forecast is in no figure, and nothing in the report would show it."""


def _is_due(score: Score, case: Case) -> bool:
    """Whether what states no chance came due, would count, and nobody said how it ended."""
    return (
        score.rule in {"hit", "abs_error"}
        and score.scheduled is not None
        and score.scheduled < case.asked.day
        and not sampling.reason_unselected(case, score.forecast, score.scheduled)
    )


def _would_count(case: Case, early: list[Score]) -> list[Score]:
    """The scores that count once their day has passed: of no revision, and of an origin asked."""
    then = case._replace(asked=replace(case.asked, include_early=True), reasons={})
    reasons = {id(each.forecast): each.reason for each in scores.telling(then)}
    return [score for score in early if reasons.get(id(score.forecast)) in {"", "phrase"}]

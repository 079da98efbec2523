"""Compute the calibration report: groups that are never pooled, each with its figures.

A group is one forecaster, one kind and one origin; the kind `chances` holds all stated chances
but those of choices, and `phrases` those that were stated in words and mapped by a table.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
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
from predtrack.reports.sampling import Case, Judged, Sampling, case_of, is_missing
from predtrack.reports.scores import Score


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How forecasters did on a folder of predictions, as known on a day."""

    asked: Sampling
    filters: Filters
    counts: dict[str, int]
    early: tuple[Score, ...]  # decided before their day: scored apart, in no mean
    early_points: tuple[Judged, ...]  # the same of single days of a forecast that counts else
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
    early_points: list[Judged] = field(default_factory=list)
    missing: int = 0
    missing_others: int = 0
    hindsight: int = 0
    void: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    judged: list[Prediction] = field(default_factory=list)  # by several judges
    coming: list[tuple[date, Listed]] = field(default_factory=list)


def report(folder: Known, filters: Filters, settings: Sampling, *, in_full: bool = True) -> Report:
    """Return the report on the predictions that pass the filters, on the day of the rows.

    Without `in_full` it lacks the figures that only full output shows.
    """
    rows, settings = sampling.narrowed(folder, filters, settings)
    selected = sorted(rows, key=attrgetter("id"))
    gathered = _gathered(selected, folder, filters.by, settings, in_full)
    early_ids = tuple([row.id for row, details in detailed(selected) if details.early])
    all_groups: list[Group] = []
    for by, origin in sorted(gathered.material, key=lambda each: (each[0], ORIGINS.index(each[1]))):
        all_groups += groups(by, origin, gathered.material[by, origin], settings.verbal)
    return Report(
        asked=settings,
        filters=filters,
        counts=_counts(selected, len(early_ids)),
        early=tuple(gathered.early),
        early_points=tuple(gathered.early_points),
        early_ids=early_ids,
        missing=gathered.missing,
        missing_others=gathered.missing_others,
        hindsight=gathered.hindsight,
        void=dict(sorted(gathered.void.items())),
        left_out=dict(gathered.left_out),
        groups=tuple(all_groups),
        comparisons=tuple(comparisons(selected, folder, filters.by, settings)),
        agreement=judges.agreement(gathered.judged),
        coming=tuple(sorted(gathered.coming, key=lambda each: (each[0], each[1].id))),
    )


def _counts(rows: list[Listed], early: int) -> dict[str, int]:
    counted = Counter([row.status for row in rows])
    counts = {"predictions": len(rows), **{status: counted[status] for status in STATUSES}}
    return counts | {"early": early}


def _gathered(
    rows: list[Listed], folder: Known, by: tuple[str, ...], settings: Sampling, in_full: bool
) -> _Gathered:
    rates = BaseRates(folder.rows)
    gathered = _Gathered(defaultdict(lambda: Material(rates, in_full)))
    for row in rows:
        if row.status == "open" and row.details.answer is None:  # nothing counts or is missing
            gathered.coming += [(date.fromisoformat(row.next), row)] if row.next else []
            continue
        prediction = folder.prediction(row)
        if prediction.outcome is not None and prediction.outcome.judgements:
            gathered.judged.append(prediction)
        if row.status == "void":
            gathered.void[_reason_void(prediction)] += 1
        case = case_of(prediction, folder.predictions, settings)
        _take_chances(gathered, case, by)
        _take_scores(gathered, case, [s for s in scores.telling(case) if not by or s.by in by])
        if row.status in {"open", "due"}:
            days = [each for each in life.undecided_days(prediction) if each >= folder.day]
            gathered.coming += [(days[0], row)] if days else []
    return gathered


def _reason_void(prediction: Prediction) -> str:
    """Return why a prediction is void: in a word of its outcome, or since its condition failed."""
    ended = prediction.outcome
    if ended is None or ended.answer != "void":
        return "condition_false"
    return ended.reason or ""


def _take_chances(gathered: _Gathered, case: Case, by: tuple[str, ...]) -> None:
    for each in sampling.telling(case):
        _, forecast, _, reason = each
        if by and forecast.by not in by:
            continue
        if reason == "open":
            if is_missing(case, each):
                gathered.missing += 1
                gathered.material[forecast.by, origin_of(case.prediction, forecast)].take(each)
        elif reason == "hindsight":
            gathered.hindsight += 1
        elif reason in {"", "phrase"}:
            origin = origin_of(case.prediction, forecast)
            gathered.material[forecast.by, origin].take(each)


def _take_scores(gathered: _Gathered, case: Case, scored: list[Score]) -> None:
    early = []
    spans = judges.spans(case)
    for score in scored:
        reason = score.reason
        if not reason:
            _take(gathered.material[score.by, score.origin], case, score, spans)
        elif reason == "early":
            early.append(score)
        elif reason == "open":
            gathered.missing_others += _is_due(score, case)
        elif reason == "hindsight":
            gathered.hindsight += not sampling.parts_of(case, score.forecast)
        elif reason in LEFT_OUT:
            gathered.left_out[reason] += 1
    if early or case.prediction.kind == "date":
        settings = replace(case.settings, include_early=True)
        then = case._replace(settings=settings, reasons={}, selected={})
        gathered.early += _would_count(then, early)
        gathered.early_points += _early_points(case, then, {id(score.forecast) for score in early})


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
    """Return whether what states no chance came due, would count, and nobody said how it ended."""
    return (
        score.rule in {"hit", "abs_error"}
        and score.scheduled is not None
        and score.scheduled < case.settings.day
        and not sampling.reason_unselected(case, score.forecast, score.scheduled)
    )


def _early_points(case: Case, then: Case, whole: set[int]) -> Iterator[Judged]:
    """Yield the days that are decided early of a date forecast of which others count."""
    if case.prediction.kind != "date":
        return
    for now, later in zip(sampling.judged(case), sampling.judged(then), strict=True):
        if now.reason == "early" and not later.reason and id(now.forecast) not in whole:
            yield now


def _would_count(then: Case, early: list[Score]) -> list[Score]:
    """Return the early scores that count once their day has passed."""
    reasons = {id(each.forecast): each.reason for each in scores.telling(then)}
    return [score for score in early if reasons.get(id(score.forecast)) in {"", "phrase"}]

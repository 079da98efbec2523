"""Predictions -> the calibration report: groups that are never pooled, each with its figures.

A group is one forecaster, one kind and one origin; the kind `chances` holds all stated chances
but those of choices, and `phrases` those that were stated in words and mapped by a table.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from predtrack.records import life
from predtrack.records.life import ByID
from predtrack.records.prediction import ORIGINS
from predtrack.reports.groups import Group, Material, groups
from predtrack.reports.listing import Filters, every_row, passes
from predtrack.reports.listing import Row as Listed
from predtrack.reports.sampling import Sampling, is_missing, stated_rows
from predtrack.reports.scores import Score, scored_rows, scores
from predtrack.scoring.skill import paired_difference


class Comparison(NamedTuple):
    """Two forecasters on what both have forecast: the mean loss of b minus that of a."""

    a: str
    b: str
    rule: str
    unit: str | None
    rows: int
    families: int
    diff: float
    low: float | None
    high: float | None


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
    left_out: dict[str, int]  # by the reason: scored forecasts that are in no group
    groups: tuple[Group, ...]
    comparisons: tuple[Comparison, ...]
    coming: tuple[tuple[date, Listed], ...]  # what comes due next, soonest first


def report(predictions: ByID, filters: Filters, asked: Sampling) -> Report:
    """The calibration report of the predictions that pass the filters."""
    kept = [row for row in every_row(predictions, asked.day) if passes(row, filters)]
    material, missing, early = _gathered(kept, predictions, filters.by, asked)
    scored = [
        each for _, every in scored_rows(kept, predictions, asked, filters.by) for each in every
    ]
    found = [
        group
        for (by, origin), held in sorted(material.items(), key=_order)
        for group in groups(by, origin, held, asked.verbal)
    ]
    comparisons = _comparisons(material, filters.by) if len(filters.by) > 1 else ()
    return Report(
        asked=asked,
        filters=filters,
        counts=_counts(kept),
        early=tuple(early),
        early_ids=tuple(row.prediction.id for row in kept if row.early),
        missing=missing,
        missing_others=sum(_is_due(each, asked) for each in scored),
        left_out=dict(Counter(each.reason for each in scored if each.reason in LEFT_OUT)),
        groups=tuple(found),
        comparisons=tuple(comparisons),
        coming=tuple(_coming(kept, asked.day)),
    )


def _order(item: tuple[tuple[str, str], Material]) -> tuple[str, int]:
    (by, origin), _ = item
    return by, ORIGINS.index(origin)


def _counts(kept: list[Listed]) -> dict[str, int]:
    found = {"predictions": len(kept)}
    found |= {status: sum(row.status == status for row in kept) for status in life.STATUSES}
    return found | {"early": sum(row.early for row in kept)}


def _coming(kept: list[Listed], day: date) -> list[tuple[date, Listed]]:
    """The next day of each prediction that waits for one, soonest first."""
    waiting = []
    for row in kept:
        if row.status in {"open", "due"}:
            days = [each for each in life.undecided_days(row.prediction) if each >= day]
            waiting += [(days[0], row)] if days else []
    return sorted(waiting, key=lambda each: (each[0], each[1].prediction.id))


def _gathered(
    kept: list[Listed], others: ByID, by: tuple[str, ...], asked: Sampling
) -> tuple[dict[tuple[str, str], Material], int, list[Score]]:
    material: defaultdict[tuple[str, str], Material] = defaultdict(Material)
    missing, early = 0, []
    for row, stated in stated_rows(kept, others, asked, by):
        for each in stated:
            missing += is_missing(row.prediction, each, asked)
            if each.reason in {"", "phrase"}:
                held = material[each.chance.by, each.chance.origin]
                held.chances.append((row.prediction, each))
    for row, scored in scored_rows(kept, others, asked, by):
        for score in scored:
            if score.reason == "early" and _would_count(row, others, asked, score):
                early.append(score)
            elif score.counts:
                material[score.by, score.origin].scores.append(score)
    return dict(material), missing, early


LEFT_OUT = ("origin", "no_deadline", "late", "out_of_range")
"""Why a decided forecast is in no figure, and nothing in the report would show it."""


def _is_due(score: Score, asked: Sampling) -> bool:
    """Whether what states no chance came due, and nobody said how it ended."""
    return (
        score.reason == "open"
        and score.rule in {"hit", "abs_error"}
        and score.scheduled is not None
        and score.scheduled < asked.day
        and score.origin in asked.origins
    )


def _would_count(row: Listed, others: ByID, asked: Sampling, early: Score) -> bool:
    """Whether a score counts once its day has passed: it is no revision, and of an origin asked."""
    later = scores(row.prediction, others, replace(asked, include_early=True))
    return any(each.forecast is early.forecast and each.reason in {"", "phrase"} for each in later)


def _comparisons(
    material: dict[tuple[str, str], Material], names: tuple[str, ...]
) -> Iterator[Comparison]:
    """Each two forecasters on what both have forecast, by the rule and the unit."""
    by = {name: _comparable(material, name) for name in dict.fromkeys(names)}
    pairs = [(a, b) for k, a in enumerate(by) for b in list(by)[k + 1 :]]
    for a, b in pairs:
        shared: defaultdict[tuple[str, str | None], list[tuple[str, float, float]]]
        shared = defaultdict(list)
        for key in by[a].keys() & by[b].keys():
            own, other = by[a][key], by[b][key]
            shared[own.rule, own.unit].append((own.family, own.score or 0, other.score or 0))
        for (rule, unit), losses in sorted(shared.items(), key=str):
            mean = paired_difference(losses)
            yield Comparison(a, b, rule, unit, mean.rows, mean.families, *mean[:3])


def _comparable(material: dict[tuple[str, str], Material], name: str) -> dict[object, Score]:
    """The scores of a forecaster by what makes two of them comparable: id, rule, what was asked."""
    return {
        (score.id, score.rule, _asked_of(score)): score
        for (by, _), held in material.items()
        if by == name
        for score in held.scores
        if score.score is not None and score.rule != "hit"
    }


def _asked_of(score: Score) -> tuple[object, ...]:
    """What a score is about: the chances it is over, or the confidence or levels it was paid by."""
    forecast = score.forecast
    if score.rule == "interval" and forecast.interval:
        return (forecast.interval.confidence,)
    levels = tuple(level for level, _ in forecast.quantiles or ())
    return levels or tuple(term.target for term in score.terms)

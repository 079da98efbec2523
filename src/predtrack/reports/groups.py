"""Group the forecasts of one forecaster and origin, each group with the figures it can carry."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from heapq import nlargest, nsmallest
from itertools import starmap
from operator import itemgetter
from statistics import fmean, median
from typing import NamedTuple

from predtrack import phrases
from predtrack.records import offers
from predtrack.records.prediction import Reference
from predtrack.records.terms import KINDS
from predtrack.reports import calibration, judges, ties
from predtrack.reports.base_rates import NO_RATES, BaseRates
from predtrack.reports.bounds import Bounds, bounds
from predtrack.reports.calibration import Figures, Row, Sample, sample
from predtrack.reports.chances import at_most_name
from predtrack.reports.comparisons import INTERVAL_FROM, difference
from predtrack.reports.coverage import Coverage, Hits, coverages, hits_of
from predtrack.reports.judges import Reading, Span
from predtrack.reports.sampling import Judged
from predtrack.reports.scores import Score
from predtrack.reports.verdicts import verdict, verdict_of_claims, verdict_of_ranges
from predtrack.scoring import binary
from predtrack.scoring.families import family_mean
from predtrack.scoring.numeric import IntervalScore
from predtrack.scoring.skill import skill

RATIO_FROM = 20  # families
MOST_SHOWN = 4  # families up to which the records themselves are the report


class Beside(NamedTuple):
    """The mean loss of the records' own references minus one's own: above 0 is better than they.

    On the rows whose record has one that the same rule scores.
    """

    rows: int
    families: int
    diff: float
    low: float | None
    high: float | None
    ratio: float | None  # the share of their loss that is saved, from 20 families on


class MeanScore(NamedTuple):
    """The mean of one rule over the rows of one unit and scale, each family counted once."""

    unit: str | None
    rule: str
    rows: int
    families: int
    mean: float
    median: float  # over families: one far miss can be most of a mean
    scale: str | None = None  # linear or log: what the scores of a quantity are of
    reference: Beside | None = None
    parts: IntervalScore | None = None  # of an interval score: its mean, cut into what it costs


class Sensitivity(NamedTuple):
    """The Brier score with every phrase at its lower and at its upper quarter, and by how sure.

    The quarters of "likely" and "unlikely" cancel out; nearer to 50% and further from it do not.
    """

    low: float
    high: float
    nearer: float
    further: float


class Surprise(NamedTuple):
    """A chance beside what came of it, by how far it was off."""

    name: str
    p: float
    y: float
    loss: float
    id: str = ""  # of the prediction, with which the name begins


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """What one forecaster's forecasts of one kind and one origin show."""

    by: str
    kind: str
    origin: str | None
    rows: int = 0
    families: int = 0
    figures: Figures = field(default_factory=Figures)
    withheld: dict[str, str] = field(default_factory=dict)
    verdict: str = ""  # what the chances show, in one sentence
    ties: int = 0  # chances where the number that came is the stated one: each is half a hit
    one_source: bool = False  # all chances come from one, so that they may stand or fall together
    bounds: Bounds | None = None  # where chances that are due have no outcome
    coverage: tuple[Coverage, ...] = ()
    scores: tuple[MeanScore, ...] = ()
    words: Hits | None = None
    ranges: Hits | None = None
    readings: tuple[Reading, ...] = ()  # where judges read an outcome differently
    withdrawn: int = 0  # forecasts that count, of who has withdrawn since
    undated: Hits | None = None  # claims and ranges that were judged though no day was named
    best: tuple[Surprise, ...] = ()
    worst: tuple[Surprise, ...] = ()
    table: str | None = None  # by which phrases were mapped
    sensitivity: Sensitivity | None = None
    unmapped: int = 0  # phrases that the table does not hold
    dropped: int = 0  # rows of a table that had an empty cell
    shown: tuple[Score, ...] = ()  # the scores themselves, while they are few

    @property
    def name(self) -> str:
        """The forecaster, what the group holds, and its origin."""
        return ", ".join(part for part in (self.by, self.kind, self.origin) if part)


Chances = list[tuple[Judged, Row]]


@dataclass(slots=True)
class Material:
    """What one forecaster said with one origin, gathered from all predictions."""

    rates: BaseRates  # by which the chances are judged beside
    in_full: bool = True  # whether the figures that only full output shows are computed
    chances: Chances = field(default_factory=list)  # chances that count, each with its row,
    spoken: list[Judged] = field(default_factory=list)  # and those that were said in words
    scores: list[Score] = field(default_factory=list)
    missing: Chances = field(default_factory=list)  # chances that are due, and have no outcome
    spans: dict[int, Span] = field(default_factory=dict)  # of scores whose outcome is disputed
    withdrawn: set[int] = field(default_factory=set)  # forecasts of who has withdrawn since

    def take(self, each: Judged) -> None:
        """Add a chance."""
        if each.reason == "phrase":
            self.spoken.append(each)
        elif each.reason == "open":
            if not isinstance(each.parts.stated, str):
                self.missing.append((each, _row(each)))
        else:
            self.chances.append((each, _row(each, rates=self.rates)))


def groups(by: str, origin: str, material: Material, table: str) -> Iterator[Group]:
    """Yield the groups of one forecaster and origin: one a kind, then chances, then phrases."""
    chances: dict[str, Chances] = {kind: [] for kind in KINDS}
    for each in material.chances:
        chances[each[0].prediction.kind].append(each)
    scored: dict[str, list[Score]] = {kind: [] for kind in KINDS}
    for score in material.scores:
        scored[score.kind].append(score)
    for kind in KINDS:
        empty = Group(by=by, kind=kind, origin=origin)
        for group in _kind(empty, chances[kind], scored[kind], material):
            lacking = _rows_of(material.missing, kind) if kind in {"binary", "date"} else []
            yield replace(
                group,
                bounds=bounds(_rows_of(chances[kind], kind), lacking),
                one_source=_is_of_one_source(chances[kind]),
            )
    pooled = [row for each, row in material.chances if each.prediction.kind != "choice"]
    if pooled:
        lacking = [row for each, row in material.missing if each.prediction.kind != "choice"]
        empty = Group(by=by, kind="chances", origin=origin)
        group = of_chances(empty, sample(pooled), pooled=True, in_full=material.in_full)
        yield replace(
            group,
            bounds=bounds(pooled, lacking, pooled=True),
            one_source=_is_of_one_source(material.chances),
        )
    if material.spoken:
        yield _of_phrases(by, origin, material, table)


def _is_of_one_source(chances: Chances) -> bool:
    """Return whether five families or more come from one source, by its address or its title."""
    first = _source_of(chances[0][0]) if chances else None
    if first is None or any(_source_of(each) != first for each, _ in chances):
        return False
    return len({row.family for _, row in chances}) > MOST_SHOWN


def _source_of(each: Judged) -> str | None:
    source = each.forecast.source or each.prediction.source
    return None if source is None else source.url or source.title


def _rows_of(chances: Chances, kind: str) -> list[Row]:
    return [row for each, row in chances if each.prediction.kind == kind]


def _kind(
    empty: Group, chances: Chances, scored: list[Score], material: Material
) -> Iterator[Group]:
    """Yield the group of one kind, from one without figures; none where nothing counts."""
    if not scored and not chances:
        return
    hits = [score for score in scored if score.rule == "hit"]
    dated = [score for score in hits if score.scheduled is not None]
    forecasts = {id(each.forecast): row.family for each, row in chances}
    forecasts |= {id(score.forecast): score.family for score in scored}
    families = len(set(forecasts.values()))
    kind, group = empty.kind, replace(empty, rows=len(forecasts), families=families)
    if kind != "numeric" and chances:
        group = of_chances(empty, sample(row for _, row in chances), in_full=material.in_full)
    if kind == "choice":
        group = _of_choices(group, scored)
    words = hits_of([score for score in dated if score.forecast.interval is None])
    ranges = hits_of([score for score in dated if score.forecast.interval])
    undated = hits_of([score for score in hits if score.scheduled is None])
    covered = tuple(coverages(chances)) if kind == "numeric" else ()
    sentence = (
        group.verdict
        or verdict_of_ranges(covered)
        or verdict_of_claims((words, ranges, undated), families)
    )
    yield replace(
        group,
        verdict=sentence,
        scores=tuple(_means(scored)),
        coverage=covered,
        words=words,
        ranges=ranges,
        undated=undated,
        readings=tuple(judges.readings(scored, material.spans)) if material.spans else (),
        withdrawn=len(material.withdrawn & forecasts.keys()),
        shown=tuple(scored) if families <= MOST_SHOWN else (),
    )


def _of_choices(group: Group, scored: list[Score]) -> Group:
    """Return the group with what is different about choices.

    Their shares always sum to what happens, so sums tell nothing; and the log score is that of
    the option that came, not a mean over options.
    """
    logs = [(score, choice_log(score)) for score in scored]
    failed = tuple(score.id for score, log in logs if math.isinf(log))
    left = [(score.family, log) for score, log in logs if math.isfinite(log)]
    rest = family_mean(left) if left else None
    shown = replace(
        group.figures,
        log_score=None if failed or rest is None else rest.mean,
        log_score_rest=None if rest is None else rest.mean,
        log_rest_n=float(rest.families if rest else 0),
        log_infinite=failed,
        mean_diff=None,
        diff_low=None,
        diff_high=None,
        sum_p=None,
        sum_y=None,
        sum_p_value=None,
        sum_p_exact=None,
    )
    why = dict.fromkeys(_OF_SUMS, calibration.CHOICE_SHARES)
    if failed:
        why["log_score"] = f"{calibration.INFINITE}:{len(failed)}"
    if rest is None:
        why["log_score_rest"] = calibration.NOTHING_LEFT
    others = {name: text for name, text in group.withheld.items() if not name.startswith("log_")}
    sentence = verdict(shown, group.families)
    return replace(group, figures=shown, withheld=others | why, verdict=sentence)


_OF_SUMS = (
    *("mean_diff", "diff_low", "diff_high"),
    *("sum_p", "sum_y", "sum_p_value", "sum_p_exact"),
)


def choice_log(score: Score) -> float:
    """Return the log score of a choice: -ln of the share of the option that came."""
    return binary.log_score(next(term.stated for term in score.terms if term.came), 1)


def of_chances(
    empty: Group, sample: Sample, *, pooled: bool = False, in_full: bool = True
) -> Group:
    """Return a group with the figures and the surprises of a sample of chances.

    Of chances pooled across kinds, without those figures that are of one kind; those that only
    full output shows are computed `in_full` alone.
    """
    figures = ties.figures if pooled else calibration.figures
    shown, withheld = figures(sample, in_full=in_full)
    best, worst = _surprises(sample)
    return replace(
        empty,
        rows=sample.size,
        families=sample.families,
        figures=shown,
        withheld=withheld,
        verdict=verdict(shown, sample.families),
        ties=sum(row.tied for row in sample.rows),
        best=() if pooled else best,  # a level of a quantile is chosen: nothing bold about it
        worst=worst,
    )


def _surprises(sample: Sample, most: int = 3) -> tuple[tuple[Surprise, ...], ...]:
    """Return the chances that were bold and right, and those that were furthest off.

    Bold is what a reference was on the other side of: the record's own, the base rate known
    beforehand, or the rate of the sample. A tie is neither bold nor off.
    """
    losses = [
        (loss, row.name, row)
        for row, loss in zip(sample.rows, sample.losses, strict=True)
        if not row.tied
    ]
    right = (each for each in losses if each[0] < 0.25)
    bold = [each for each in right if _reference_loss(each[2], sample.cells.base_rate) > 0.25]
    best = nsmallest(most, bold, key=_BY_LOSS)
    # of equals the last: they are taken from the end of a list in order
    worst = nlargest(most, reversed([each for each in losses if each[0] > 0.25]), key=_BY_LOSS)
    return tuple(starmap(_surprise, best)), tuple(starmap(_surprise, worst))


def _reference_loss(row: Row, base_rate: float) -> float:
    reference = row.reference
    if reference is None:
        reference = base_rate if row.beforehand is None else row.beforehand.rate
    return binary.brier(reference, row.y)


_BY_LOSS = itemgetter(0, 1)


def _surprise(loss: float, name: str, row: Row) -> Surprise:
    return Surprise(name, row.p, row.y, loss, row.id)


def _row(each: Judged, value: float | None = None, rates: BaseRates = NO_RATES) -> Row:
    """Return the row of a chance; of one stated in words, with the number that stands for them.

    Of one without an outcome, what came is not a number; a tie is half a hit.
    """
    prediction, forecast, (stated, target, _, happened, tied), _ = each
    p = stated if value is None else value
    assert not isinstance(p, str)
    identity, kind = prediction.id, prediction.kind
    return Row(
        prediction.family or identity,
        p,
        math.nan if happened is None else 0.5 if tied else happened,
        identity if kind == "binary" else f"{identity} {target}",
        None if prediction.reference is None else _referred(prediction.reference, target),
        rates.before(prediction, forecast) if kind == "binary" else None,
        1 / len(offers.options_of(prediction, forecast)) if kind == "choice" else 0.5,
        identity,
        tied,
    )


def _referred(reference: Reference, target: str) -> float | None:
    """Return the number that the record's own reference gave the same thing, if it gave one."""
    if target == "yes" and isinstance(reference.probability, float | int):
        return reference.probability
    if reference.probabilities:
        return dict(reference.probabilities).get(target)
    for place, chance in reference.cdf or ():
        name = f"by {place}" if isinstance(place, date) else at_most_name(place)
        if name == target and not isinstance(chance, str):
            return chance
    return None


def _of_phrases(by: str, origin: str, material: Material, table: str) -> Group:
    spoken = material.spoken
    mapped = [(each, phrases.meaning(str(each.parts.stated), table)) for each in spoken]
    in_table = [(each, meant) for each, meant in mapped if meant is not None]
    unmapped = len(mapped) - len(in_table)
    if not in_table:
        families = len({each.prediction.family or each.prediction.id for each in spoken})
        return Group(
            by=by,
            kind="phrases",
            origin=origin,
            rows=len(spoken),
            families=families,
            table=table,
            unmapped=unmapped,
        )
    readings = [
        [low for _, (low, _, _) in in_table],
        [high for _, (_, _, high) in in_table],
        [min(max(0.5, low), high) for _, (low, _, high) in in_table],
        [max(low, high, key=lambda end: abs(end - 0.5)) for _, (low, _, high) in in_table],
    ]
    briers = [
        sample(_row(each, p) for (each, _), p in zip(in_table, ps, strict=True)).brier.mean
        for ps in readings
    ]
    middle = [_phrased(each, meant[1]) for each, meant in in_table]
    group = of_chances(
        Group(by=by, kind="phrases", origin=origin), sample(middle), in_full=material.in_full
    )
    return replace(group, table=table, sensitivity=Sensitivity(*briers), unmapped=unmapped)


def _phrased(each: Judged, p: float) -> Row:
    """Return the row of a phrase, or of a range of probability, named with its words."""
    row = _row(each, p)
    return row._replace(name=f'{row.name} ("{each.parts.stated}")')


def _means(scored: list[Score]) -> Iterator[MeanScore]:
    """Yield the mean of each rule, unit and scale, but for hits, which are counted apart."""
    alike: defaultdict[tuple[str, str, str], list[Score]] = defaultdict(list)
    for each in scored:
        if each.rule != "hit" and each.score is not None:
            alike[each.rule, each.unit or "", each.scale or ""].append(each)
    for (rule, unit, scale), some in sorted(alike.items()):
        values = [(each.family, each.score or 0.0) for each in some]
        mean = family_mean(values)
        yield MeanScore(
            unit or None,
            rule,
            mean.rows,
            mean.families,
            mean.mean,
            _median(values),
            scale or None,
            _beside_reference(rule, some),
            _mean_parts(some),
        )


def _mean_parts(scored: list[Score]) -> IntervalScore | None:
    """Return the mean of each part of an interval score, each family counted once."""
    parts = [(each.family, each.parts) for each in scored if each.parts is not None]
    if not parts:
        return None
    return IntervalScore(
        *(
            family_mean((family, getattr(part, name)) for family, part in parts).mean
            for name in IntervalScore._fields
        )
    )


def _beside_reference(rule: str, scored: list[Score]) -> Beside | None:
    """Compare scores with those of the records' own references, from 5 families that have one."""
    pairs = [(each, each.reference) for each in scored if each.reference is not None]
    if len({each.family for each, _ in pairs}) < INTERVAL_FROM:
        return None
    mean = difference(rule, pairs)
    ratio = None
    if mean.families >= RATIO_FROM:
        own = family_mean((each.family, each.score or 0.0) for each, _ in pairs)
        theirs = family_mean((each.family, other.score) for each, other in pairs)
        ratio = skill(own.mean, theirs.mean)
    return Beside(mean.rows, mean.families, mean.mean, mean.low, mean.high, ratio)


def _median(values: list[tuple[str, float]]) -> float:
    """Return the median over families of the mean of their values."""
    by_family: defaultdict[str, list[float]] = defaultdict(list)
    for family, value in values:
        by_family[family].append(value)
    return median(map(fmean, by_family.values()))

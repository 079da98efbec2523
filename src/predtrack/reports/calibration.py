"""Compute the figures of a sample of chances that its number of families can carry.

Each gate below is a row of the table of small samples: the fields it gives, the families they
need, and whether they hold only where every family has one row. What a gate holds back is
withheld with a code that says why, never left out in silence; a page has the words.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from statistics import fmean
from typing import Any, NamedTuple

from predtrack.reports import base_rates
from predtrack.reports.base_rates import BaseRate
from predtrack.scoring import (
    binary,
    calibration,
    consistency,
    corp,
    direction,
    exact,
    implied,
    skill,
)
from predtrack.scoring.bins import Bin, bins, bins_of_cells
from predtrack.scoring.cells import Cells, cells_of, coarser, mean_log_score, mean_loss
from predtrack.scoring.families import (
    NO_FAMILIES,
    Families,
    FamilyMean,
    cells_mean,
    families_of,
    family_mean,
    mean_over,
)
from predtrack.scoring.sums import ALIKE as ALIKE_BY

MOST_LEVELS = 101  # distinct chances that are listed one by one
MOST_EXACT = 5_000  # distinct chances up to which tests and intervals are not the normal ones


class Row(NamedTuple):
    """A stated chance and what came of it, with what it can be compared to."""

    family: str
    p: float
    y: float
    name: str
    reference: float | None = None  # what the record's own reference stated
    beforehand: BaseRate | None = None  # how often such things were known to come true
    uniform: float = 0.5  # what somebody who knows nothing would state
    id: str = ""  # of the prediction, where there is one
    tied: bool = False  # the number that came is the stated one: shown as half a hit


@dataclass(frozen=True)
class Sample:
    """Chances with what happened; `rows` may be empty where `cells` tell everything."""

    cells: Cells
    families: int
    rows: tuple[Row, ...] = ()
    failed: tuple[str, ...] = ()  # the names of stated zeros and ones that failed
    places: Families = field(default=NO_FAMILIES, compare=False)  # of the rows

    @property
    def size(self) -> int:
        """The number of rows."""
        return self.cells.n

    @cached_property
    def came(self) -> list[float]:
        """What happened, of each row."""
        return [row.y for row in self.rows]

    @cached_property
    def stated(self) -> list[float]:
        """What was stated, of each row."""
        return [row.p for row in self.rows]

    @cached_property
    def losses(self) -> list[float]:
        """The Brier score of each row."""
        return [binary.brier(p, y) for _, p, y, *_ in self.rows]

    @cached_property
    def by_family(self) -> FamilyMean:
        """The mean Brier score of the rows, each family counted once, with its t interval."""
        return mean_over(self.places, self.losses)

    @cached_property
    def brier(self) -> FamilyMean:
        """The same, from cells alone where they tell everything."""
        return cells_mean(self.cells, binary.brier) if self.cells.independent else self.by_family


def sample(rows: Iterable[Row]) -> Sample:
    """Return the sample of some rows, each weighing 1 over the rows of its family."""
    all_rows = tuple(rows)
    places = families_of([row.family for row in all_rows])
    stated = [row.p for row in all_rows]
    cells = cells_of(zip(stated, [row.y for row in all_rows], places.weights, strict=True))
    failed = dict.fromkeys(
        row.id or row.name
        for p, row in zip(stated, all_rows, strict=True)
        if p in (0, 1) and math.isinf(binary.log_score(p, row.y))
    )
    return Sample(cells, len(places.alone) + len(places.shared), all_rows, tuple(failed), places)


class Direction(NamedTuple):
    """Cox's recalibration: a slope below 1 is too extreme, above 1 too timid; a shift in log odds.

    `comes` is how often what is stated with the median confidence comes, and `at_90` what is
    stated with 90%, where chances of 80% or more, or of 20% or less, were stated.
    """

    slope: float
    low: float
    high: float
    shift: float
    p_extreme: float  # the probability that the slope is below 1
    at_90: float | None
    confidence: float
    comes: float


class Skill(NamedTuple):
    """The mean loss of a reference minus one's own: above 0 is better than the reference."""

    reference: str
    rows: int
    families: int
    diff: float
    low: float | None
    high: float | None
    ratio: float | None  # of the losses, from 20 families on


class Level(NamedTuple):
    """One stated chance: how many rows, and how much of them happened."""

    p: float
    rows: int
    happened: float


class Point(NamedTuple):
    """One point of the reliability curve, with the band of a calibrated forecaster."""

    p: float
    r: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What a sample of chances shows; None and a code in `withheld` where it cannot carry it.

    Brier scores are on the scale of 0 to 1, log scores in nats; of both, lower is better.
    """

    brier: float | None = None
    rows_mean_brier: float | None = None  # each row counted as one, whatever its family
    hits: float | None = None  # rows that happened, each counted as one
    brier_low: float | None = None
    brier_high: float | None = None
    calibrated_range: tuple[float, float] | None = None
    log_score: float | None = None
    log_score_rest: float | None = None
    log_rest_n: float | None = None
    log_infinite: tuple[str, ...] = ()
    base_rate: float | None = None
    mean_diff: float | None = None
    diff_low: float | None = None
    diff_high: float | None = None
    mcb: float | None = None
    dsc: float | None = None
    unc: float | None = None
    mcb_null_mean: float | None = None
    mcb_null_95: float | None = None
    mcb_pooled: float | None = None  # MCB of the cells the null was drawn from, as a rule all
    sum_p: float | None = None
    sum_y: float | None = None
    sum_p_value: float | None = None
    spiegelhalter_z: float | None = None
    spiegelhalter_p: float | None = None
    sum_p_exact: bool | None = None  # whether the p of the sum test is exact, and that of z
    spiegelhalter_exact: bool | None = None
    family_z: float | None = None  # z with the most spread that the rows of a family can share
    timidity_can_show: bool | None = None  # whether any outcome could show the chances too timid
    one_sided: bool | None = None  # nine in ten chances or more lie on one side of 50%
    direction: Direction | None = None
    e_value: float | None = None  # against "every chance is right"; 20 is evidence
    skill: Skill | None = None
    skills: tuple[Skill, ...] = ()
    bins: tuple[Bin, ...] = ()
    levels: tuple[Level, ...] = ()
    curve: tuple[Point, ...] = ()


Values = dict[str, Any]


class Gate(NamedTuple):
    """Figures that belong together, and what they need."""

    fields: tuple[str, ...]
    families: int
    one_row_each: bool
    compute: Callable[[Sample], Values]


def figures(
    sample: Sample, *, pooled: bool = False, in_full: bool = True
) -> tuple[Figures, dict[str, str]]:
    """Return the figures that a sample can carry, and of every other a code why it is withheld.

    Those that only full output shows are costly: they are computed `in_full` alone. Of chances
    that are pooled across kinds there is no score: the levels of quantiles are chosen and not
    forecast, so that ranges of a billion either way would save all of the loss.
    """
    shown: Values = {}
    withheld: dict[str, str] = {}
    for gate in GATES if in_full else GATES_OF_A_PAGE:
        if pooled and OF_ONE_KIND.issuperset(gate.fields):
            withheld |= dict.fromkeys(gate.fields, POOLED)
            continue
        reason = _held_back(gate, sample)
        values = {} if reason else gate.compute(sample)
        shown |= {name: value for name, value in values.items() if not isinstance(value, Undefined)}
        for name in gate.fields:
            why = POOLED if pooled and name in OF_ONE_KIND else values.get(name, reason)
            if isinstance(why, Undefined | str):
                withheld[name] = str(why)
                shown.pop(name, None)
    return Figures(**shown), withheld


POOLED, SEVERAL_ROWS, PARTIAL_ANSWERS = "pooled", "several_rows", "partial_answers"
ALIKE, UNDEFINED, NOTHING_LEFT, TOO_MANY = "alike", "undefined", "nothing_left", "too_many"
CHOICE_SHARES, NEEDS, INFINITE = "choice_shares", "needs", "infinite"
"""The codes of what is withheld; behind the last two stands a number, as in `needs:30`."""

OF_ONE_KIND = frozenset(
    {
        *(
            "brier",
            "rows_mean_brier",
            "brier_low",
            "brier_high",
            "calibrated_range",
            "skill",
            "skills",
        ),
        *("log_score", "log_score_rest", "log_rest_n", "spiegelhalter_z", "spiegelhalter_p"),
        "spiegelhalter_exact",
        *("mcb", "dsc", "unc", "mcb_null_mean", "mcb_null_95", "mcb_pooled", "curve"),
    }
)
"""The figures that are never of chances pooled across kinds."""


class Undefined(str):
    """The code that says why a figure is not defined for a sample large enough for it."""

    __slots__ = ()


def _held_back(gate: Gate, sample: Sample) -> str:
    if sample.families < gate.families:
        return f"{NEEDS}:{gate.families}"
    if gate.one_row_each and not sample.cells.independent:
        return SEVERAL_ROWS if sample.places.shared else PARTIAL_ANSWERS
    return ""


def _basics(sample: Sample) -> Values:
    cells, logs = sample.cells, mean_log_score(sample.cells)
    return {
        "brier": mean_loss(cells),
        "log_score": logs.mean if not logs.failed else Undefined(_infinite(sample.failed)),
        "log_score_rest": logs.mean if logs.mean is not None else Undefined(NOTHING_LEFT),
        "log_rest_n": logs.weight,
        "log_infinite": sample.failed,
        "base_rate": cells.base_rate,
        "one_sided": _one_sided(cells),
        "hits": math.fsum(sample.came) if sample.rows else math.fsum(cells.happened),
        "rows_mean_brier": fmean(sample.losses) if sample.rows else mean_loss(cells),
        "sum_p": math.fsum(p * weight for p, weight, _ in cells),
        "sum_y": math.fsum(cells.happened),
    }


def _infinite(failed: tuple[str, ...]) -> str:
    return f"{INFINITE}:{len(failed)}"


def _one_sided(cells: Cells) -> bool:
    """Return whether nine in ten chances or more lie on one side of 50%."""
    low = math.fsum(weight for p, weight, _ in cells if p < 0.5)
    high = math.fsum(weight for p, weight, _ in cells if p > 0.5)
    return max(low, high) >= 0.9 * cells.total


def _levels(sample: Sample) -> Values:
    if len(sample.cells.p) > MOST_LEVELS:
        return {"levels": Undefined(TOO_MANY)}
    happened = dict.fromkeys(sample.cells.p, 0.0)
    if sample.cells.independent:
        happened = dict(zip(sample.cells.p, sample.cells.happened, strict=True))
    else:
        for row in sample.rows:
            happened[row.p] += row.y
    rows = zip(sample.cells.p, sample.cells.rows, strict=True)
    return {"levels": tuple(Level(p, n, happened[p]) for p, n in rows)}


def _range(sample: Sample) -> Values:
    if len(sample.cells.p) > MOST_EXACT:
        return {"calibrated_range": calibration.normal_brier_range(sample.cells)}
    low, high, _ = exact.calibrated_range(sample.cells)
    return {"calibrated_range": (low, high)}


def _difference(sample: Sample) -> Values:
    """Return what happened minus what was stated, each family counted once."""
    mean, why = _gap(sample), _why_none(sample)
    low, high = (why if end is None else end for end in (mean.low, mean.high))
    return {"mean_diff": mean.mean, "diff_low": low, "diff_high": high}


def _gap(sample: Sample) -> FamilyMean:
    if not sample.cells.independent:
        return implied.gap_over(sample.places, sample.stated, sample.came)
    if len(sample.cells.p) > MOST_EXACT:
        return _spread(cells_mean(sample.cells, lambda p, y: y - p))
    return _family_mean(implied.sum_interval(sample.cells), sample.size)


def _family_mean(inverted: implied.Inverted, n: int) -> FamilyMean:
    return FamilyMean(inverted.value, inverted.low, inverted.high, n, n)


def _why_none(sample: Sample) -> Undefined:
    """Return why there is no interval: a certainty failed, or nothing could vary."""
    return Undefined(_infinite(sample.failed) if sample.failed else ALIKE)


def _spread(mean: FamilyMean) -> FamilyMean:
    """Return the mean, without its interval where all families are alike: that has no width."""
    width = 0.0 if mean.low is None or mean.high is None else mean.high - mean.low
    return mean if width > ALIKE_BY else mean._replace(low=None, high=None)


def _brier_interval(sample: Sample) -> Values:
    if not sample.cells.independent:
        mean = implied.brier_over(sample.places, sample.stated, sample.came)
    elif len(sample.cells.p) > MOST_EXACT:
        mean = _spread(sample.brier)
    else:
        mean = _family_mean(implied.brier_interval(sample.cells), sample.size)
    if mean.low is None or mean.high is None:
        return dict.fromkeys(("brier_low", "brier_high"), _why_none(sample))
    return {"brier_low": max(0.0, mean.low), "brier_high": min(1.0, mean.high)}


def _sum_test(sample: Sample) -> Values:
    test = exact.sum_p(sample.cells)
    p = _why_none(sample) if test.p is None else test.p
    return {"sum_p_value": p, "sum_p_exact": test.is_exact}


def _spiegelhalter(sample: Sample) -> Values:
    few = len(sample.cells.p) <= MOST_EXACT
    test = (exact.z_test if few else calibration.spiegelhalter)(sample.cells)
    if test is None:
        why = Undefined(UNDEFINED)
        return {"spiegelhalter_z": why, "spiegelhalter_p": why}
    return {
        "spiegelhalter_z": test.z,
        "spiegelhalter_p": _why_none(sample) if test.p is None else test.p,
        "spiegelhalter_exact": isinstance(test, exact.ZTest) and test.is_exact,
    }


def _family_z(sample: Sample) -> Values:
    """Return Spiegelhalter's z with each family counted once; of independent rows z itself."""
    if sample.cells.independent:
        test = calibration.spiegelhalter(sample.cells)
        z = None if test is None else test.z
    else:
        z = implied.z_over(sample.places, sample.stated, sample.came)
    return {"family_z": Undefined(UNDEFINED) if z is None else z}


def _can_show(sample: Sample) -> Values:
    """Return whether the best outcome could show the chances too timid."""
    if sample.cells.independent:
        return {"timidity_can_show": direction.timidity_can_show(sample.cells)}
    can_show = direction.timidity_can_show_over(sample.places, sample.stated)
    return {"timidity_can_show": can_show}


def _direction(sample: Sample) -> Values:
    fit = direction.recalibration(sample.cells)
    if fit is None:
        return {"direction": _why_none(sample)}
    confidence = direction.median_confidence(sample.cells) or 0.5
    stated = sample.cells.p
    slope = fit.slope
    return {
        "direction": Direction(
            slope=slope.mean,
            low=slope.low,
            high=slope.high,
            shift=fit.shift,
            p_extreme=fit.too_extreme,
            at_90=fit.confidence(0.9) if stated[0] <= 0.2 or stated[-1] >= 0.8 else None,
            confidence=confidence,
            comes=fit.confidence(confidence),
        )
    }


def _e_value(sample: Sample) -> Values:
    if sample.failed:
        return {"e_value": _why_none(sample)}
    if sample.cells.independent:
        log = direction.log_e(coarser(sample.cells, MOST_EXACT))
    else:
        log = direction.log_e_over(sample.places, sample.stated, sample.came)
    return {"e_value": math.exp(min(log, 700.0))}


def _bins(sample: Sample) -> Values:
    most = 3 if sample.families < 30 else min(10, sample.families // 10)
    if sample.cells.independent:
        return {"bins": tuple(bins_of_cells(sample.cells, most))}
    rows = [(row.family, row.p, row.y) for row in sample.rows]
    return {"bins": tuple(bins(rows, most))}


def _decomposition(sample: Sample) -> Values:
    parts = corp.decomposition(sample.cells)
    return {"mcb": parts.mcb, "dsc": parts.dsc, "unc": parts.unc}


MOST_DRAWN = 2_000  # cells up to which every one is drawn anew;
MOST_POOLED = 500  # more are pooled with their neighbours to so many, for the resampling alone


@lru_cache(maxsize=8)
def _resampled(cells: Cells) -> tuple[Cells, consistency.McbNull, list[tuple[float, float]]]:
    pooled = coarser(cells, MOST_POOLED) if len(cells.p) > MOST_DRAWN else cells
    return pooled, *consistency.resampled(pooled)


def _mcb_null(sample: Sample) -> Values:
    _, null, _ = _resampled(sample.cells)
    return {
        "mcb_null_mean": null.mean,
        "mcb_null_95": null.point95,
        "mcb_pooled": null.observed,
    }


def _curve(sample: Sample) -> Values:
    cells, _, band = _resampled(sample.cells)
    points = zip(cells.p, corp.recalibrated(cells), band, strict=True)
    return {"curve": tuple(Point(p, r, low, high) for p, r, (low, high) in points)}


_SKILL_FROM = 5  # families


def _skills(sample: Sample) -> Values:
    references = [row.reference for row in sample.rows]
    own = _against("the record's reference", sample, references)
    every = (own, _beforehand(sample), _uniform(sample))
    skills = tuple(each for each in every if isinstance(each, Skill))
    whole = [each for each in skills if each.rows == sample.size]
    return {"skills": skills, "skill": whole[0]}


def _beforehand(sample: Sample) -> Skill | None:
    """Compare with the base rate that was known when each forecast was made."""
    rates = [row.beforehand for row in sample.rows]
    tags = {rate.tag for rate in rates if rate is not None}
    named = f"tag {min(tags)}" if len(tags) == 1 else "of a tag, or of all"
    which = "of all" if tags == {base_rates.ALL} else named
    stated = [None if rate is None else rate.rate for rate in rates]
    return _against(f"the base rate known beforehand ({which})", sample, stated)


def _against(name: str, sample: Sample, stated: Sequence[float | None]) -> Skill | None:
    """Compare with what a reference stated, on the rows where it stated something.

    None where those are too few families for a difference.
    """
    pairs = [
        (row, other) for row, other in zip(sample.rows, stated, strict=True) if other is not None
    ]
    if len({row.family for row, _ in pairs}) < _SKILL_FROM:
        return None
    own = sample.by_family.mean
    if len(pairs) < sample.size:
        own = family_mean((row.family, binary.brier(row.p, row.y)) for row, _ in pairs).mean
    mean = pair_mean([(row.family, row.p, other, row.y) for row, other in pairs])
    return _named(name, mean, own, own + mean.mean)


def _uniform(sample: Sample) -> Skill:
    shares = [row.uniform for row in sample.rows]
    is_half = set(shares) <= {0.5}
    name = "always 50%" if is_half else "equal shares"
    if not sample.cells.independent or not is_half:
        mean = _spread(implied.pair_over(sample.places, sample.stated, shares, sample.came))
        return _named(name, mean, sample.brier.mean, sample.brier.mean + mean.mean)
    own = sample.brier
    if len(sample.cells.p) <= MOST_EXACT:
        mean = _family_mean(implied.half_interval(sample.cells), sample.size)
    else:  # one half always scores .25: the same spread, turned round
        low, high = (None if end is None else 0.25 - end for end in (own.high, own.low))
        mean = _spread(own._replace(mean=0.25 - own.mean, low=low, high=high))
    return _named(name, mean, own.mean, 0.25)


def pair_mean(rows: Sequence[tuple[str, float, float, float]]) -> FamilyMean:
    """Return the mean loss of the second minus that of the first, each family counted once.

    From (family, first chance, second chance, outcome): Brier losses, 0 to 1, with the interval
    that inverts the exact test where every family has one plain yes or no, up to 5,000 rows,
    and else the one that allows for the spread which the chances imply.
    """
    names, first, second, outcomes = zip(*rows, strict=True)
    places = families_of(names)
    if places.shared or not set(outcomes) <= {0, 1} or len(rows) > MOST_EXACT:
        return _spread(implied.pair_over(places, first, second, outcomes))
    return _family_mean(implied.pair_interval(zip(first, second, outcomes, strict=True)), len(rows))


def _named(name: str, mean: FamilyMean, own: float, reference: float) -> Skill:
    ratio = skill.skill(own, reference) if mean.families >= 20 else None
    return Skill(name, mean.rows, mean.families, mean.mean, mean.low, mean.high, ratio)


_BASICS = (
    *("brier", "log_score", "log_score_rest", "log_rest_n", "log_infinite"),
    *("base_rate", "sum_p", "sum_y", "one_sided", "hits", "rows_mean_brier"),
)
_OF_Z = ("spiegelhalter_z", "spiegelhalter_p", "spiegelhalter_exact")

GATES = (
    Gate(_BASICS, 1, False, _basics),
    Gate(("levels",), 1, False, _levels),
    Gate(("calibrated_range",), 1, True, _range),
    Gate(("sum_p_value", "sum_p_exact"), 1, True, _sum_test),
    Gate(("mean_diff", "diff_low", "diff_high"), 5, False, _difference),
    Gate(("skill", "skills"), _SKILL_FROM, False, _skills),
    Gate(("brier_low", "brier_high"), 10, False, _brier_interval),
    Gate(_OF_Z, 10, True, _spiegelhalter),
    Gate(("family_z",), 10, False, _family_z),
    Gate(("timidity_can_show",), 10, False, _can_show),
    Gate(("direction",), 10, False, _direction),
    Gate(("e_value",), 10, False, _e_value),
    Gate(("bins",), 10, False, _bins),
    Gate(("mcb", "dsc", "unc"), 30, False, _decomposition),
    Gate(("mcb_null_mean", "mcb_null_95", "mcb_pooled"), 30, True, _mcb_null),
    Gate(("curve",), 100, True, _curve),
)
"""The table of small samples."""

GATES_OF_A_PAGE = tuple(gate for gate in GATES if gate.compute is not _e_value)
"""The same without what only full output shows."""

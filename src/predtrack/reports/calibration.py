"""A sample of chances -> the figures that its number of families can carry.

Each gate below is a row of the table of small samples: the fields it gives, the families they
need, and whether they hold only where every family has one row. What a gate holds back is
withheld with a code that says why, never left out in silence; a page has the words.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from operator import sub
from typing import Any, NamedTuple

from predtrack.reports import base_rates
from predtrack.reports.base_rates import BaseRate
from predtrack.scoring import binary, calibration, consistency, corp, skill
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

MOST_LEVELS = 101  # distinct chances that are listed one by one


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
    """The sample of some rows, each weighing 1 over the rows of its family."""
    held = tuple(rows)
    places = families_of([row.family for row in held])
    stated = [row.p for row in held]
    cells = cells_of(zip(stated, [row.y for row in held], places.weights, strict=True))
    failed = dict.fromkeys(
        row.id or row.name
        for p, row in zip(stated, held, strict=True)
        if p in (0, 1) and math.isinf(binary.log_score(p, row.y))
    )
    return Sample(cells, len(places.alone) + len(places.shared), held, tuple(failed), places)


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
    skill: Skill | None = None
    skills: tuple[Skill, ...] = ()
    bins: tuple[Bin, ...] = ()
    levels: tuple[Level, ...] = ()
    curve: tuple[Point, ...] = ()


Found = dict[str, Any]


class Gate(NamedTuple):
    """Figures that belong together, and what they need."""

    fields: tuple[str, ...]
    families: int
    one_row_each: bool
    compute: Callable[[Sample], Found]


def figures(found: Sample, *, pooled: bool = False) -> tuple[Figures, dict[str, str]]:
    """Return the figures that a sample can carry, and of every other a code why it is withheld.

    Of chances that are pooled across kinds there is no score: the levels of quantiles are chosen
    and not forecast, so that ranges of a billion either way would save all of the loss.
    """
    shown: Found = {}
    withheld: dict[str, str] = {}
    for gate in GATES:
        reason = _held_back(gate, found)
        given = {} if reason else gate.compute(found)
        shown |= {name: value for name, value in given.items() if not isinstance(value, Undefined)}
        for name in gate.fields:
            why = POOLED if pooled and name in OF_ONE_KIND else given.get(name, reason)
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
        *("brier", "brier_low", "brier_high", "calibrated_range", "skill", "skills"),
        *("log_score", "log_score_rest", "log_rest_n", "spiegelhalter_z", "spiegelhalter_p"),
        *("mcb", "dsc", "unc", "mcb_null_mean", "mcb_null_95", "mcb_pooled", "curve"),
    }
)
"""The figures that are never of chances pooled across kinds."""


class Undefined(str):
    """The code that says why a figure is not defined for a sample large enough for it."""

    __slots__ = ()


def _held_back(gate: Gate, found: Sample) -> str:
    if found.families < gate.families:
        return f"{NEEDS}:{gate.families}"
    if gate.one_row_each and not found.cells.independent:
        return SEVERAL_ROWS if found.places.shared else PARTIAL_ANSWERS
    return ""


def _basics(found: Sample) -> Found:
    cells, logs = found.cells, mean_log_score(found.cells)
    return {
        "brier": mean_loss(cells),
        "log_score": logs.mean if not logs.failed else Undefined(_infinite(found.failed)),
        "log_score_rest": logs.mean if logs.mean is not None else Undefined(NOTHING_LEFT),
        "log_rest_n": logs.weight,
        "log_infinite": found.failed,
        "base_rate": cells.base_rate,
        "sum_p": math.fsum(p * weight for p, weight, _ in cells),
        "sum_y": math.fsum(cells.happened),
    }


def _infinite(failed: tuple[str, ...]) -> str:
    return f"{INFINITE}:{len(failed)}"


def _levels(found: Sample) -> Found:
    if len(found.cells.p) > MOST_LEVELS:
        return {"levels": Undefined(TOO_MANY)}
    happened = dict.fromkeys(found.cells.p, 0.0)
    if found.cells.independent:
        happened = dict(zip(found.cells.p, found.cells.happened, strict=True))
    else:
        for row in found.rows:
            happened[row.p] += row.y
    rows = zip(found.cells.p, found.cells.rows, strict=True)
    return {"levels": tuple(Level(p, n, happened[p]) for p, n in rows)}


def _range(found: Sample) -> Found:
    return {"calibrated_range": calibration.calibrated_brier_range(found.cells)}


def _difference(found: Sample) -> Found:
    mean = _spread(_gap(found))
    why = Undefined(ALIKE)
    low, high = (why if end is None else end for end in (mean.low, mean.high))
    return {"mean_diff": mean.mean, "diff_low": low, "diff_high": high}


def _gap(found: Sample) -> FamilyMean:
    """The mean of what happened minus what was stated, each family counted once."""
    if found.cells.independent:
        return cells_mean(found.cells, lambda p, y: y - p)
    return mean_over(found.places, [y - p for _, p, y, *_ in found.rows])


def _spread(mean: FamilyMean) -> FamilyMean:
    """The mean, without an interval where all families are alike: that one would have no width."""
    return mean._replace(low=None, high=None) if mean.low == mean.high else mean


def _brier_interval(found: Sample) -> Found:
    mean = _spread(found.brier)
    if mean.low is None or mean.high is None:
        return dict.fromkeys(("brier_low", "brier_high"), Undefined(ALIKE))
    return {"brier_low": max(0.0, mean.low), "brier_high": min(1.0, mean.high)}


def _sum_test(found: Sample) -> Found:
    return {"sum_p_value": calibration.sum_test(found.cells).p}


def _spiegelhalter(found: Sample) -> Found:
    test = calibration.spiegelhalter(found.cells)
    if test is None:
        why = Undefined(UNDEFINED)
        return {"spiegelhalter_z": why, "spiegelhalter_p": why}
    return {"spiegelhalter_z": test.z, "spiegelhalter_p": test.p}


def _bins(found: Sample) -> Found:
    most = 3 if found.families < 30 else min(10, found.families // 10)
    if found.cells.independent:
        return {"bins": tuple(bins_of_cells(found.cells, most))}
    rows = [(row.family, row.p, row.y) for row in found.rows]
    return {"bins": tuple(bins(rows, most))}


def _decomposition(found: Sample) -> Found:
    parts = corp.decomposition(found.cells)
    return {"mcb": parts.mcb, "dsc": parts.dsc, "unc": parts.unc}


MOST_DRAWN = 2_000  # cells up to which every one is drawn anew;
MOST_POOLED = 500  # more are pooled with their neighbours to so many, for the resampling alone


@lru_cache(maxsize=8)
def _resampled(cells: Cells) -> tuple[Cells, consistency.McbNull, list[tuple[float, float]]]:
    pooled = coarser(cells, MOST_POOLED) if len(cells.p) > MOST_DRAWN else cells
    return pooled, *consistency.resampled(pooled)


def _mcb_null(found: Sample) -> Found:
    _, null, _ = _resampled(found.cells)
    return {
        "mcb_null_mean": null.mean,
        "mcb_null_95": null.point95,
        "mcb_pooled": null.observed,
    }


def _curve(found: Sample) -> Found:
    cells, _, band = _resampled(found.cells)
    points = zip(cells.p, corp.recalibrated(cells), band, strict=True)
    return {"curve": tuple(Point(p, r, low, high) for p, r, (low, high) in points)}


_SKILL_FROM = 5  # families


def _skills(found: Sample) -> Found:
    every = (_own_reference(found), _beforehand(found), _uniform(found))
    given = tuple(each for each in every if isinstance(each, Skill))
    whole = [each for each in given if each.rows == found.size]
    return {"skills": given, "skill": whole[0]}


def _own_reference(found: Sample) -> Skill | None:
    """Against the reference of each record, on the rows whose record has one."""
    return _against("the record's reference", [(row, row.reference) for row in found.rows])


def _beforehand(found: Sample) -> Skill | None:
    """Against the base rate that was known when each forecast was made."""
    rates = [(row, row.beforehand) for row in found.rows if row.beforehand is not None]
    tags = {rate.tag for _, rate in rates}
    named = f"tag {min(tags)}" if len(tags) == 1 else "of a tag, or of all"
    which = "of all" if tags == {base_rates.ALL} else named
    name = f"the base rate known beforehand ({which})"
    return _against(name, [(row, rate.rate) for row, rate in rates])


def _against(name: str, pairs: Iterable[tuple[Row, float | None]]) -> Skill | None:
    """Against what a reference stated, on the rows where it stated something.

    None where those are too few families for a difference.
    """
    losses = [
        (row.family, binary.brier(row.p, row.y), binary.brier(stated, row.y))
        for row, stated in pairs
        if stated is not None
    ]
    enough = len({family for family, *_ in losses}) >= _SKILL_FROM
    return _skill(name, losses) if enough else None


def _uniform(found: Sample) -> Skill:
    shares = {row.uniform for row in found.rows} or {0.5}
    name = "always 50%" if shares == {0.5} else "equal shares"
    if found.cells.independent and shares == {0.5}:
        own = found.brier  # one half always scores .25: the same spread, turned round
        low, high = (None if end is None else 0.25 - end for end in (own.high, own.low))
        mean = own._replace(mean=0.25 - own.mean, low=low, high=high)
        return _named(name, mean, own.mean, 0.25)
    pairs = [(row.uniform, y) for row, y in zip(found.rows, found.came, strict=True)]
    loss = {pair: binary.brier(*pair) for pair in set(pairs)}  # there are few different ones
    return _beside(found, name, [loss[pair] for pair in pairs])


def _beside(found: Sample, name: str, reference: list[float]) -> Skill:
    """Against what a reference would have lost on each row."""
    mean = mean_over(found.places, list(map(sub, reference, found.losses)))
    own = found.by_family.mean
    return _named(name, mean, own, own + mean.mean)


def _skill(name: str, losses: list[tuple[str, float, float]]) -> Skill:
    mean = skill.paired_difference(losses)
    own = family_mean((family, loss) for family, loss, _ in losses).mean
    return _named(name, mean, own, own + mean.mean)


def _named(name: str, mean: FamilyMean, own: float, reference: float) -> Skill:
    mean = _spread(mean)
    ratio = skill.skill(own, reference) if mean.families >= 20 else None
    return Skill(name, mean.rows, mean.families, mean.mean, mean.low, mean.high, ratio)


_BASICS = (
    *("brier", "log_score", "log_score_rest", "log_rest_n", "log_infinite"),
    *("base_rate", "sum_p", "sum_y"),
)

GATES = (
    Gate(_BASICS, 1, False, _basics),
    Gate(("levels",), 1, False, _levels),
    Gate(("calibrated_range",), 1, True, _range),
    Gate(("mean_diff", "diff_low", "diff_high"), 5, False, _difference),
    Gate(("sum_p_value",), 5, True, _sum_test),
    Gate(("skill", "skills"), _SKILL_FROM, False, _skills),
    Gate(("brier_low", "brier_high"), 10, False, _brier_interval),
    Gate(("spiegelhalter_z", "spiegelhalter_p"), 10, True, _spiegelhalter),
    Gate(("bins",), 10, False, _bins),
    Gate(("mcb", "dsc", "unc"), 30, False, _decomposition),
    Gate(("mcb_null_mean", "mcb_null_95", "mcb_pooled"), 30, True, _mcb_null),
    Gate(("curve",), 100, True, _curve),
)
"""The table of small samples."""

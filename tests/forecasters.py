"""Forecasters drawn by a seed, and what a report says of them: for the tests and `simulate.py`.

A setting draws the chances that are stated within one family and says how their outcomes hang
together; a forecaster says how likely what is stated at p truly is. What is said of them comes
from the gates and the words of the program itself.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple
from unittest.mock import patch

from predtrack.reports import calibration, verdicts
from predtrack.reports.calibration import GATES, Figures, Gate, Row
from predtrack.reports.comparisons import AHEAD_FROM, Comparison, with_interval
from predtrack.reports.verdicts import CLOSE, EXTREME, LEVEL, TIMID, extremity, verdict

Bias = Callable[[float], float]


class Drawn(NamedTuple):
    """A stated chance of a family, how likely it truly was, and whether it happened."""

    family: int
    stated: float
    truth: float
    happened: int


def _recalibrated(p: float, slope: float) -> float:
    return 1 / (1 + ((1 - p) / p) ** slope)


FORECASTERS: dict[str, Bias] = {
    "": lambda p: p,
    EXTREME: lambda p: _recalibrated(p, 0.5),  # what is stated has twice the true log odds,
    TIMID: lambda p: _recalibrated(p, 2.0),  # or half of them
}
"""By the side to which they are off: a calibrated one to none."""


def overconfident(p: float) -> float:
    """Return what somebody states who is 1.5 points more sure than is right."""
    return min(p + 0.015, 0.999) if p >= 0.5 else max(p - 0.015, 0.001)


# What binds the outcomes of a family.


def one_luck(random: Random, truths: Sequence[float]) -> list[int]:
    """Return outcomes of one cause: what happens at a chance happens at each greater one."""
    luck = random.random()
    return [int(luck < q) for q in truths]


def each_its_own(random: Random, truths: Sequence[float]) -> list[int]:
    """Return outcomes that have nothing to do with each other."""
    return [int(random.random() < q) for q in truths]


def turned_round(random: Random, truths: Sequence[float]) -> list[int]:
    """Return outcomes of pairs, of which the second happens where the first does not."""
    luck = random.random()
    return [int(luck >= 1 - q) if k % 2 else int(luck < q) for k, q in enumerate(truths)]


class Setting(NamedTuple):
    """What is stated in a family, and what binds it."""

    stated: Callable[[Random], list[float]]
    bind: Callable[[Random, Sequence[float]], list[int]] = one_luck

    def draw(self, random: Random, families: int, bias: Bias) -> list[Drawn]:
        """Return the chances of so many families, with what happened."""
        return self.outcomes(random, [self.stated(random) for _ in range(families)], bias)

    def outcomes(self, random: Random, families: Sequence[list[float]], bias: Bias) -> list[Drawn]:
        """Return what happened of the stated chances of some families."""
        rows = []
        for family, stated in enumerate(families):
            truths = [bias(p) for p in stated]
            outcomes = self.bind(random, truths)
            rows += [Drawn(family, *row) for row in zip(stated, truths, outcomes, strict=True)]
        return rows


def percents(low: float, high: float, step: float = 1, rows: int = 1) -> Callable[..., list[float]]:
    """Return a way to draw so many chances from low to high, in steps of so many percent."""
    steps = round((high - low) / step)
    return lambda random: [
        round((low + step * random.randint(0, steps)) / 100, 6) for _ in range(rows)
    ]


def some(stated: Callable[[Random, int], list[float]]) -> Callable[[Random], list[float]]:
    """Return a way to draw families of 1 to 12 rows."""
    return lambda random: stated(random, random.randint(1, 12))


def deadlines(random: Random, rows: int = 4) -> list[float]:
    """Return chances of a rare event by so many days, at a constant hazard: 4 to 18% by the 4th."""
    hazard = math.exp(random.uniform(math.log(0.01), math.log(0.05)))
    return [round(1 - math.exp(-hazard * day), 2) for day in range(1, rows + 1)]


def opposites(random: Random) -> list[float]:
    """Return two chances, each beside that of the opposite."""
    return [q for p in percents(1, 99, rows=2)(random) for q in (p, 1 - p)]


LEVELS = [0.05, 0.25, 0.5, 0.75, 0.95]  # of five quantiles

ALONE = {
    "uniform": Setting(percents(1, 99)),
    "60-95%": Setting(percents(60, 95)),
    "90-99%": Setting(percents(90, 99)),
    "1-10%": Setting(percents(1, 10)),
}
"""The settings of independent rows that the promises name,"""

SEVERAL = {"rare deadlines": Setting(deadlines), "five quantiles": Setting(lambda _: LEVELS)}
"""those of families of several rows,"""

BOUND = {
    "one cause": Setting(percents(1, 99, rows=4)),
    "independent": Setting(percents(1, 99, rows=4), each_its_own),
    "all alike": Setting(lambda r: percents(1, 99)(r) * 4),
    "opposites": Setting(opposites, turned_round),
}
"""what may bind the rows of a family,"""

OTHERS = {
    "97-99.5%": Setting(percents(97, 99.5, 0.1)),
    "30-70%": Setting(percents(30, 70)),
    "all 50%": Setting(percents(50, 50)),
    "1-5, 95-99%": Setting(lambda r: [r.choice([1, 2, 5, 95, 98, 99]) / 100]),
    "alike at the ends": Setting(lambda r: [r.choice([1, 2, 5, 95, 98, 99]) / 100] * 2),
    "twins of 1.4, 98.6%": Setting(lambda r: [r.choice([0.014, 0.986])] * 2),
    "on no grid": Setting(lambda r: [r.uniform(0.01, 0.99)]),
    "1-12 of 1-99%": Setting(some(lambda r, n: percents(1, 99, rows=n)(r))),
    "1-12 of 90-99%": Setting(some(lambda r, n: percents(90, 99, rows=n)(r))),
    "1-12 of 1-10%": Setting(some(lambda r, n: percents(1, 10, rows=n)(r))),
    "1-12 apart": Setting(some(lambda r, n: percents(60, 95, rows=n)(r)), each_its_own),
    "1-12 deadlines": Setting(some(deadlines)),
    "1 or 12 of 90-99%": Setting(lambda r: percents(90, 99, rows=r.choice([1, 1, 1, 12]))(r)),
}
"""and what the promises do not name."""

SETTINGS = ALONE | SEVERAL | BOUND | OTHERS


# What a report says.

MORE, LESS, AVERAGE = "more often", "less often", "on average"
BETTER, WORSE = "better than 50%", "worse than 50%"
WORDS = (MORE, LESS, EXTREME, TIMID, AVERAGE, BETTER, WORSE)


def read_by(module: str) -> frozenset[str]:
    """Return the fields of `Figures` that a module reads, from where its text is."""
    nodes = ast.walk(ast.parse(Path(module).read_text("utf-8")))
    names = {
        node.attr
        for node in nodes
        if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "figures"
    }
    return frozenset(names & set(Figures.__slots__))


def gates_of(fields: Iterable[str]) -> tuple[Gate, ...]:
    """Return the gates of the program that give some fields."""
    return tuple(gate for gate in GATES if set(fields).intersection(gate.fields))


_READ = read_by(verdicts.__file__)
OF_VERDICT = gates_of(_READ)
OF_TESTS = gates_of(_READ | {"sum_p_value", "calibrated_range"})
OF_ALL = gates_of(_READ | {"sum_p_value", "calibrated_range", "skill"})


class Report(NamedTuple):
    """What a report says of some chances, and how far they truly are off."""

    figures: Figures
    sentence: str
    families: int
    side: str  # to which the chances truly are off; "" for those of a calibrated forecaster
    gap: float  # of what is to be expected and what was stated, each family counted once
    gain: float  # on always 50%, to be expected, likewise

    @property
    def words(self) -> dict[str, bool]:
        """Whether each sentence stands in the report."""
        side, skill = extremity(self.figures), self.figures.skill
        can_say = skill is not None and skill.low is not None and skill.families >= AHEAD_FROM
        return {
            MORE: "more often than stated" in self.sentence,
            LESS: "less often than stated" in self.sentence,
            EXTREME: side == EXTREME,
            TIMID: side == TIMID,
            AVERAGE: self.sentence.startswith("right on average"),
            BETTER: can_say and skill.low > 0,
            WORSE: can_say and skill.high < 0,
        }

    @property
    def false(self) -> dict[str, bool]:
        """Whether each sentence stands in the report and is not true."""
        hair = 1e-12
        true = {
            MORE: self.gap > hair,
            LESS: self.gap < -hair,
            EXTREME: self.side == EXTREME,
            TIMID: self.side == TIMID,
            AVERAGE: abs(self.gap) <= CLOSE,
            BETTER: self.gain > hair,
            WORSE: self.gain < -hair,
        }
        return {word: stands and not true[word] for word, stands in self.words.items()}

    @property
    def is_silent(self) -> bool:
        """Whether a test refuses the chances without the word that goes with it."""
        p, low, high = self.figures.spiegelhalter_p, self.figures.diff_low, self.figures.diff_high
        is_off = low is not None and high is not None and not low <= 0 <= high
        words = self.words
        by_sum = is_off and not (words[MORE] or words[LESS])
        by_z = p is not None and p < LEVEL and not (words[EXTREME] or words[TIMID])
        return by_sum or by_z

    @property
    def is_contrary(self) -> bool:
        """Whether an interval and its test, or a range and its test, say different things."""
        figures = self.figures
        low, high, by_sum = figures.diff_low, figures.diff_high, figures.sum_p_value
        is_contrary = False
        if low is not None and high is not None and by_sum is not None:
            is_contrary = (low <= 0 <= high) != (by_sum >= LEVEL)
        if figures.calibrated_range is not None and figures.spiegelhalter_p is not None:
            low, high = figures.calibrated_range
            is_within = low <= (figures.brier or 0.0) <= high
            is_contrary |= is_within != (figures.spiegelhalter_p >= LEVEL)
        return is_contrary


def report_on(
    rows: Sequence[Drawn], side: str = "", gates: tuple[Gate, ...] = OF_VERDICT
) -> Report:
    """Return what the program says, from those of its gates alone that are named."""
    sample = calibration.sample(
        Row(str(family), p, float(happened), "") for family, p, _, happened in rows
    )
    with patch.object(calibration, "GATES", gates):
        figures, _ = calibration.figures(sample)
    weighed = list(zip(sample.places.weights, rows, strict=True))
    gap = math.fsum(weight * (row.truth - row.stated) for weight, row in weighed)
    gain = math.fsum(
        weight * (0.25 - q * (1 - p) ** 2 - (1 - q) * p * p) for weight, (_, p, q, _) in weighed
    )
    n = sample.families
    return Report(figures, verdict(figures, n), n, side, gap / n, gain / n)


def beside_overconfident(rows: Sequence[Drawn]) -> Comparison:
    """Return the comparison of whoever stated the rows (a) with one who is more sure (b)."""
    mean = with_interval(
        calibration.pair_mean(
            [(str(family), p, overconfident(p), float(y)) for family, p, _, y in rows]
        ),
        rows=len(rows),
    )
    return Comparison(
        "right", "sure", "brier", None, mean.rows, mean.families, mean.mean, mean.low, mean.high
    )

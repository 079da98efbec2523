"""Count how often claims came true, and how often ranges held the number that came."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from predtrack.records.prediction import Forecast, Interval, Prediction
from predtrack.reports import ties
from predtrack.reports.calibration import Row
from predtrack.reports.chances import answer_of, inside, is_tied
from predtrack.reports.sampling import Judged
from predtrack.reports.scores import Score
from predtrack.scoring.calibration import coverage
from predtrack.scoring.families import family_mean
from predtrack.scoring.intervals import exact_binomial_p, wilson

LEVEL = 0.05  # of every test


class Coverage(NamedTuple):
    """How often intervals of one confidence held the number that came."""

    confidence: float
    rows: int
    families: int
    hits: float  # a whole number on an end of an interval is half a hit: a tie
    ci_low: float  # with every tie a miss, and
    ci_high: float  # with every tie a hit
    p_value: float | None  # only where every family has one row; the weaker of both cases
    share: float  # that held, each family counted once: what the interval is of
    below: int = 0  # numbers that came below an interval, and above one
    above: int = 0
    ties: int = 0
    apart: int = 0  # beyond luck: -1 fewer held than was stated, 1 more did
    apart_p: float = 1.0  # of that: p_value, or that of as many families of several rows


class Hits(NamedTuple):
    """How many of the claims without a number, or ranges without a confidence, came true."""

    rows: int
    families: int
    hits: float
    low: float
    high: float
    share: float  # that came true, each family counted once: what the interval is of


def hits_of(scored: Sequence[Score]) -> Hits | None:
    """Return how many claims came true, with Wilson's 95% over families; None where none count."""
    by_family = [(score.family, score.score) for score in scored if score.score is not None]
    if not by_family:
        return None
    mean = family_mean(by_family)
    low, high = wilson(min(mean.mean, 1) * mean.families, mean.families)
    hits = math.fsum(hit for _, hit in by_family)
    return Hits(mean.rows, mean.families, hits, low, high, mean.mean)


def coverages(chances: Iterable[tuple[Judged, Row]]) -> Iterator[Coverage]:
    """Yield for each confidence how many of its intervals held: stated ones, pairs of quantiles.

    A number known only to lie outside the range is a miss of every interval within it.
    """
    stated: defaultdict[float, list[_Covered]] = defaultdict(list)
    forecasts = {id(each.forecast): (each, row.family) for each, row in chances}
    for each, family in forecasts.values():
        for interval in _intervals(each.forecast):
            hit = inside(each.prediction, interval)
            if hit is not None:
                side = 0 if hit else _side(each.prediction, interval)
                tied = is_tied(each.prediction, interval)
                row = _Covered(family, hit, side, tied)
                stated[interval.confidence or 0].append(row)
    for confidence, rows in sorted(stated.items()):
        yield _coverage_of(confidence, rows)


class _Covered(NamedTuple):
    """An interval with what came of it."""

    family: str
    hit: float
    side: int  # of the interval on which the number came, if it missed it
    tied: bool  # a whole number came on one of its ends


def _side(prediction: Prediction, interval: Interval) -> int:
    """Return on which side of an interval the number came: -1 below it, 1 above it."""
    answer = answer_of(prediction)
    if isinstance(answer, float | int):
        return -1 if interval.low is not None and answer < interval.low else 1
    return -1 if answer == "below" else 1


def _coverage_of(confidence: float, rows: list[_Covered]) -> Coverage:
    """Return the coverage of intervals of one confidence, whichever way those with a tie fell."""
    n, families = len(rows), len({row.family for row in rows})
    most = int(sum(row.hit for row in rows))
    tied = sum(row.tied for row in rows)
    shares = [_share(rows, worth) for worth in (0.0, 0.5, 1.0)]
    low, _ = wilson(shares[0] * families, families)
    _, high = wilson(shares[2] * families, families)
    # of families of several rows the test is that of as many, their shares rounded towards it
    ends = [_apart(share * families, families, confidence) for share in (shares[0], shares[2])]
    apart_p = ties.weaker_p(*ends)
    test = None
    if families == n:
        cases = [
            (coverage(hits, n, confidence).p, hits - n * confidence) for hits in (most - tied, most)
        ]
        test = ties.weaker_p(*cases)
    return Coverage(
        confidence,
        n,
        families,
        most - tied / 2 if tied else most,
        low,
        high,
        test,
        shares[1],
        below=sum(row.side < 0 for row in rows),
        above=sum(row.side > 0 for row in rows),
        ties=tied,
        apart=int(ends[0][1]) if apart_p < LEVEL else 0,
        apart_p=apart_p,
    )


def _apart(hits: float, n: int, confidence: float) -> tuple[float, float]:
    """Return the exact p of so many hits in n ranges, and -1 if that is fewer than stated, else 1.

    A count between two whole ones is rounded towards what was stated.
    """
    expected = n * confidence
    count = math.ceil(hits - 1e-9) if hits < expected else math.floor(hits + 1e-9)
    return exact_binomial_p(count, n, confidence), math.copysign(1.0, count - expected)


def _share(rows: list[_Covered], worth: float) -> float:
    """Return the share of intervals that held, each family once, a tie being worth so much."""
    hits = ((row.family, worth if row.tied else row.hit) for row in rows)
    return min(1.0, family_mean(hits).mean)


def _intervals(forecast: Forecast) -> Iterator[Interval]:
    """Yield the two-sided intervals that a numeric forecast states, each with its confidence."""
    interval = forecast.interval
    if interval and interval.confidence and interval.low is not None and interval.high is not None:
        yield interval
    values = {round(level, 9): value for level, value in forecast.quantiles or ()}
    for level, low in values.items():
        high = values.get(round(1 - level, 9))
        if level < 0.5 and high is not None:
            yield Interval(low=low, high=high, confidence=round(1 - 2 * level, 9))

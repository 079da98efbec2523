"""Scores of forecasting platforms, which weigh each forecast by its time: higher is better.

A `Spell` is one forecast while it stood, reduced to the chance it gave to what came. Times are
seconds on one scale. A time-weighted score is divided by the scheduled window, never by the one
that came about: after an early close nothing is earned, so that stopping early cannot pay.

Reference for all: Metaculus, "Scores FAQ", and `scoring/score_math.py` of its public source.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import NamedTuple

TAIL = 0.05  # the chance that somebody who knows nothing gives to a side that is open
EDGE = 1e-10  # of a bin: so far behind an edge a value still belongs to the bin before it


class Window(NamedTuple):
    """When a question opened, when it closed, and when it was to close."""

    opened: float
    closed: float
    scheduled: float


class Spell(NamedTuple):
    """A forecast while it stood: from `start` up to but not including `end` (may be infinite).

    `p` is the chance of what came; None where that option was not on offer yet, and what it then
    had is in `rest`, the chance of the last option ("Other"). `baseline` is its baseline score.
    """

    by: Hashable
    start: float
    end: float
    p: float | None
    baseline: float
    rest: float = 0.0


class _Crowd(NamedTuple):
    """All that stood from a time on: how many, and the mean of the logarithms of their chances."""

    start: float
    size: int
    mean: float


def baseline_score(p: float, options: int) -> float:
    """Return the baseline score of the chance that was given to what came, of so many options.

    100 ln(p K) / ln K; a binary question has K = 2. From minus infinity (a stated 0) to 100
    (best); 0 for 1/K, the chance of somebody who knows nothing. No unit.

    Raises ValueError when p is outside [0, 1] or there are fewer than two options.

    >>> round(baseline_score(0.9, 2), 1), round(baseline_score(0.1, 2), 1)
    (84.8, -232.2)
    >>> baseline_score(0.25, 4)
    0.0
    """
    _refuse_outside(p)
    if options < 2:
        raise ValueError(f"a baseline needs two options or more, not {options}")
    return 100 * (_log(p) + math.log(options)) / math.log(options)


def baseline_score_binned(p: float, bins: int, open_ends: int, *, in_tail: bool) -> float:
    """Return the baseline score of the chance that was given to the bin of the number.

    100 ln(p/b) / 2, with b = .05 in a tail, and (1 - .05 x open ends) / bins inside. From minus
    infinity upwards without a bound but that of the bins (265 at 200 of them); 0 for b. No unit.

    Raises ValueError when p is outside [0, 1], there is no bin, or there are more than two ends.

    >>> round(baseline_score_binned(0.02, 200, 0, in_tail=False), 2)
    69.31
    >>> baseline_score_binned(0.05, 200, 2, in_tail=True)
    0.0
    """
    _refuse_outside(p)
    if bins < 1 or open_ends not in {0, 1, 2}:
        raise ValueError(f"{bins} bins with {open_ends} open ends are no grid")
    fair = TAIL if in_tail else (1 - TAIL * open_ends) / bins
    return 100 * (_log(p) - math.log(fair)) / 2


def bin_of(value: float, edges: Sequence[float]) -> int:
    """Return the bin in which a value lies: 1 to N between N+1 rising edges, 0 below, N+1 above.

    A value on an edge belongs to the bin below it, the lowest edge to the first bin.

    Raises ValueError when there are fewer than two edges.

    >>> [bin_of(v, [0, 10, 20]) for v in (-1, 0, 10, 10.5, 20, 21)]
    [0, 1, 1, 2, 2, 3]
    """
    if len(edges) < 2:
        raise ValueError("a bin lies between two edges")
    if value < edges[0]:
        return 0
    if value > edges[-1]:
        return len(edges)
    number = max(bisect_left(edges, value), 1)
    before = edges[number - 1]
    inside = (value - before) / (edges[number] - before)
    return number - 1 if number > 1 and inside <= EDGE else number


def bin_chance(cdf: Sequence[float], number: int) -> float:
    """Return the chance of a bin, by its number as in `bin_of`, of a cdf over the edges.

    >>> [round(bin_chance([0.1, 0.4, 0.9], k), 2) for k in range(4)]
    [0.1, 0.3, 0.5, 0.1]
    """
    below = cdf[number - 1] if number > 0 else 0.0
    return (cdf[number] if number < len(cdf) else 1.0) - below


def baseline(spells: Iterable[Spell], window: Window) -> dict[Hashable, float]:
    """Return the time-weighted baseline score of each forecaster with a forecast in the window.

    The sum over a forecaster's spells of baseline score x time inside the window before the
    close / scheduled window. No forecast earns nothing: 0. From minus infinity to 100 (best) for
    options. No unit.

    Raises ValueError when the scheduled window is empty.

    >>> stood = Spell("Ada", 0, math.inf, 0.9, baseline_score(0.9, 2))
    >>> round(baseline([stood], Window(0, 5, 10))["Ada"], 1)
    42.4
    """
    length = _length(window)
    scores: defaultdict[Hashable, float] = defaultdict(float)
    for each in spells:
        start, end = _inside(each, window)
        if start < end:
            scores[each.by] += each.baseline * ((end - start) / length)
    return dict(scores)


def spot_baseline(spells: Iterable[Spell], moment: float) -> dict[Hashable, float]:
    """Return the baseline score of each forecaster by the forecast that stood at a moment.

    From minus infinity to 100 (best) for options; 0 for knowing nothing. No unit.

    >>> spot_baseline([Spell("Ada", 0, 5, 0.5, 0.0), Spell("Bo", 0, 3, 0.9, 84.8)], 4)
    {'Ada': 0.0}
    """
    return {each.by: each.baseline for each in spells if each.start <= moment < each.end}


def peer_score(p: float, mean: float, count: int) -> float:
    """Return the peer score of the chance that was given to what came, beside all N that stood.

    100 x N/(N-1) x (ln p - mean of ln p over all N, oneself included): how much better than the
    others on average. Sums to 0 over all; 0 where nobody else stood. From minus to plus infinity;
    not a number where oneself and another gave it a chance of 0. No unit.

    Raises ValueError when p is outside [0, 1].

    >>> round(peer_score(0.8, (math.log(0.8) + math.log(0.2)) / 2, 2), 1)
    138.6
    """
    _refuse_outside(p)
    if count < 2:
        return 0.0
    return 100 * count / (count - 1) * (_log(p) - mean)


def peer(
    spells: Iterable[Spell], pool: Iterable[Spell], window: Window, *, numeric: bool = False
) -> dict[Hashable, float]:
    """Return the time-weighted peer score of each forecaster who had a forecast in the window.

    The sum over the moments at which the pool changed of peer score x time until the next / the
    scheduled window, halved for numbers. The pool is whoever one is compared with, as a rule all.
    As on the platform a moment at which nobody stands is passed over. From minus to plus
    infinity (better). No unit.

    Raises ValueError when the scheduled window is empty.

    >>> ada, bo = Spell("Ada", 0, math.inf, 0.8, 0.0), Spell("Bo", 5, math.inf, 0.2, 0.0)
    >>> scores = peer([ada, bo], [ada, bo], Window(0, 10, 10))
    >>> round(scores["Ada"], 1), round(scores["Bo"], 1)
    (69.3, -69.3)
    """
    length = _length(window)
    crowds = [each for each in _crowds(pool, window.opened) if each.start < window.closed]
    starts = [each.start for each in crowds]
    scores: defaultdict[Hashable, float] = defaultdict(float)
    for each in spells:
        start, end = _inside(each, window)
        if start >= end:
            continue
        first, last = bisect_left(starts, start), bisect_left(starts, end)
        for at in range(first, last):
            until = starts[at + 1] if at + 1 < len(starts) else window.closed
            if until > starts[at]:
                scores[each.by] += _beside(each, crowds[at]) * (until - starts[at]) / length
        scores[each.by] += 0.0  # in a pool of others, a forecaster may meet nobody
    return _halved(scores, numeric=numeric)


def spot_peer(
    spells: Iterable[Spell], pool: Iterable[Spell], moment: float, *, numeric: bool = False
) -> dict[Hashable, float]:
    """Return the peer score of each forecaster by the forecasts that stood at a moment.

    Beside the last change of the pool before that moment; halved for numbers. From minus to plus
    infinity (better). No unit.

    >>> spells = [Spell("Ada", 0, math.inf, 0.8, 0.0), Spell("Bo", 5, math.inf, 0.2, 0.0)]
    >>> {by: round(score, 1) for by, score in spot_peer(spells, spells, 10).items()}
    {'Ada': 138.6, 'Bo': -138.6}
    """
    before = [each for each in _crowds(pool) if each.start < moment]
    crowd = before[-1] if before else _Crowd(moment, 0, 0.0)
    stood = (each for each in spells if each.start <= moment < each.end)
    return _halved({each.by: _beside(each, crowd) for each in stood}, numeric=numeric)


def _halved(scores: dict[Hashable, float], *, numeric: bool) -> dict[Hashable, float]:
    return {by: score / 2 if numeric else score for by, score in scores.items()}


def _beside(spell: Spell, crowd: _Crowd) -> float:
    return peer_score(_chance(spell), crowd.mean, crowd.size)


def _chance(spell: Spell) -> float:
    return spell.rest if spell.p is None else spell.p


def _crowds(pool: Iterable[Spell], opened: float = -math.inf) -> list[_Crowd]:
    """Return the crowd after each change of the pool, in order; earlier ones as of the opening."""
    changes: defaultdict[float, list[tuple[int, Spell | None]]] = defaultdict(list)
    for key, each in enumerate(pool):
        if each.start < each.end:
            changes[each.start].append((key, each))
            changes[each.end].append((key, None))
    standing: dict[int, Spell] = {}
    crowds = []
    for time in sorted(changes):
        for key, begun in changes[time]:
            if begun is None:
                del standing[key]
            else:
                standing[key] = begun
        if standing:
            mean = _mean(list(standing.values()))
            crowds.append(_Crowd(max(time, opened), len(standing), mean))
    return crowds


def _mean(standing: list[Spell]) -> float:
    """Return the mean logarithm; of the last option where one was not offered what came."""
    is_late = any(each.p is None for each in standing)
    read: Callable[[Spell], float] = (lambda each: each.rest) if is_late else _chance
    return sum(_log(read(each)) for each in standing) / len(standing)


def _inside(spell: Spell, window: Window) -> tuple[float, float]:
    return max(spell.start, window.opened), min(spell.end, window.closed)


def _length(window: Window) -> float:
    if window.scheduled <= window.opened:
        raise ValueError("the scheduled window is empty: it closes no later than it opens")
    return window.scheduled - window.opened


def _log(p: float) -> float:
    return math.log(p) if p > 0 else -math.inf


def _refuse_outside(p: float) -> None:
    if not 0 <= p <= 1:
        raise ValueError(f"a chance is from 0 to 1, not {p}")

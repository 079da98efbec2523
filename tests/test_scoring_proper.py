"""Every rule is proper: over a grid, nobody scores better in expectation than by one's belief."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from itertools import product
from typing import Any

import pytest

from predtrack.scoring import binary, choice
from predtrack.scoring.numeric import (
    absolute_error,
    cdf_score,
    interval_score,
    pinball,
    quantile_score,
    wis,
)

GRID = [k / 20 for k in range(21)]
THIRDS = [(a / 10, b / 10, (10 - a - b) / 10) for a in range(11) for b in range(11 - a)]
# A lopsided belief over whole numbers, whose quantiles at .1, .25, .5, .75 and .9 are no ties.
BELIEF = {0: 0.08, 1: 0.12, 2: 0.17, 3: 0.21, 5: 0.15, 8: 0.14, 13: 0.09, 21: 0.04}


def expected(score: Callable[[float], float], belief: dict[float, float]) -> float:
    return math.fsum(chance * score(y) for y, chance in belief.items() if chance > 0)


def believed_quantile(level: float) -> float:
    reached = 0.0
    for y, chance in BELIEF.items():
        reached += chance
        if reached >= level:
            return y
    raise AssertionError(level)


def best(scores: Iterable[tuple[float, Any]]) -> list[Any]:
    """All that score within rounding of the lowest."""
    held = list(scores)
    lowest = min(score for score, _ in held)
    return [stated for score, stated in held if score <= lowest + 1e-12]


@pytest.mark.parametrize("rule", [binary.brier, binary.log_score])
@pytest.mark.parametrize("belief", GRID)
def test_a_chance_scores_best_where_it_is_believed(
    rule: Callable[[float, float], float], belief: float
) -> None:
    outcomes = {1.0: belief, 0.0: 1 - belief}
    scores = ((expected(lambda y, p=p: rule(p, y), outcomes), p) for p in GRID)
    assert best(scores) == [belief]


@pytest.mark.parametrize("rule", [binary.brier, binary.log_score])
@pytest.mark.parametrize("partial", GRID)
def test_a_partial_answer_scores_best_where_it_was_stated(
    rule: Callable[[float, float], float], partial: float
) -> None:
    assert best((rule(p, partial), p) for p in GRID) == [partial]


@pytest.mark.parametrize("rule", [choice.brier2, choice.log_score, choice.rps])
def test_a_choice_scores_best_where_it_is_believed(
    rule: Callable[[Sequence[float], int], float],
) -> None:
    for belief in THIRDS:
        outcomes = dict(enumerate(belief))
        scores = ((expected(lambda k, p=p: rule(p, int(k)), outcomes), p) for p in THIRDS)
        assert best(scores) == [belief]


@pytest.mark.parametrize("level", [0.1, 0.25, 0.5, 0.75, 0.9])
def test_a_quantile_scores_best_where_it_is_believed(level: float) -> None:
    stated = [k / 2 for k in range(45)]
    scores = ((expected(lambda y, q=q: pinball(q, level, y), BELIEF), q) for q in stated)
    assert best(scores) == [believed_quantile(level)]


def test_quantiles_together_score_best_where_they_are_believed() -> None:
    levels = (0.1, 0.5, 0.75)
    stated = product(BELIEF, repeat=3)
    scores = (
        (expected(lambda y, q=q: quantile_score(list(zip(levels, q, strict=True)), y), BELIEF), q)
        for q in stated
    )
    assert best(scores) == [tuple(believed_quantile(level) for level in levels)]


@pytest.mark.parametrize("confidence", [0.5, 0.8])
def test_an_interval_scores_best_at_its_two_quantiles(confidence: float) -> None:
    tail = (1 - confidence) / 2
    pairs = [(low, high) for low, high in product(BELIEF, repeat=2) if low <= high]
    scores = (
        (expected(lambda y, e=e: interval_score(*e, confidence, y).total, BELIEF), e) for e in pairs
    )
    assert best(scores) == [(believed_quantile(tail), believed_quantile(1 - tail))]


def test_a_median_with_an_interval_scores_best_at_three_quantiles() -> None:
    stated = [(low, m, high) for low, m, high in product(BELIEF, repeat=3) if low <= high]
    scores = (
        (expected(lambda y, q=q: wis(q[1], [(q[0], q[2], 0.5)], y), BELIEF), q) for q in stated
    )
    assert best(scores) == [tuple(map(believed_quantile, (0.25, 0.5, 0.75)))]


def test_a_point_scores_best_at_the_believed_median() -> None:
    stated = [k / 2 for k in range(45)]
    scores = ((expected(lambda y, m=m: absolute_error(m, y), BELIEF), m) for m in stated)
    assert best(scores) == [believed_quantile(0.5)]


def test_points_of_a_distribution_score_best_where_they_are_believed() -> None:
    at = (1, 5)
    believed = tuple(sum(chance for y, chance in BELIEF.items() if y <= v) for v in at)
    stated = [*product(GRID, repeat=2), believed]
    scores = (
        (expected(lambda y, f=f: cdf_score([(f[k], y <= at[k]) for k in (0, 1)]), BELIEF), f)
        for f in stated
    )
    found = best(scores)
    assert all(f == pytest.approx(believed) for f in found)
    assert believed in found


def test_the_grid_would_find_a_rule_that_is_not_proper() -> None:
    outcomes = {1.0: 0.7, 0.0: 0.3}
    scores = ((expected(lambda y, p=p: abs(p - y), outcomes), p) for p in GRID)
    assert best(scores) == [1.0]

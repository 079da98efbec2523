"""Scores of a chance: their values at the ends, for partial answers, and what is refused."""

from __future__ import annotations

import math

import pytest

from predtrack.scoring.binary import brier, log_score

OUTSIDE = [(-0.01, 1), (1.01, 0), (0.5, -0.1), (0.5, 1.1), (math.nan, 1), (0.5, math.nan)]


@pytest.mark.parametrize(("p", "y", "score"), [(0, 0, 0), (1, 1, 0), (0, 1, 1), (1, 0, 1)])
def test_the_brier_score_runs_from_0_to_1(p: float, y: float, score: float) -> None:
    assert brier(p, y) == score


@pytest.mark.parametrize("y", [0, 0.25, 1])
def test_one_half_scores_a_quarter_whatever_happens(y: float) -> None:
    assert brier(0.5, y) == 0.25
    assert log_score(0.5, y) == pytest.approx(math.log(2))


def test_a_partial_answer_weighs_its_two_rows() -> None:
    assert brier(0.8, 0.3) == pytest.approx(0.3 * 0.04 + 0.7 * 0.64)
    assert log_score(0.8, 0.3) == pytest.approx(-0.3 * math.log(0.8) - 0.7 * math.log(0.2))


def test_a_partial_answer_is_not_the_square_of_a_difference() -> None:
    assert brier(0.3, 0.3) == pytest.approx(0.21)


@pytest.mark.parametrize(("p", "y"), [(0, 1), (1, 0), (0, 0.001), (1, 0.999)])
def test_a_certainty_that_failed_is_infinite_and_never_clipped(p: float, y: float) -> None:
    assert log_score(p, y) == math.inf


@pytest.mark.parametrize(("p", "y"), [(0, 0), (1, 1)])
def test_a_certainty_that_held_scores_a_plain_zero(p: float, y: float) -> None:
    assert str(log_score(p, y)) == "0.0"


def test_a_tiny_chance_that_came_true_costs_its_surprise() -> None:
    assert log_score(1e-300, 1) == pytest.approx(300 * math.log(10))


@pytest.mark.parametrize(("p", "y"), OUTSIDE)
def test_what_is_no_chance_or_no_outcome_is_refused(p: float, y: float) -> None:
    with pytest.raises(ValueError, match="from 0 to 1"):
        brier(p, y)
    with pytest.raises(ValueError, match="from 0 to 1"):
        log_score(p, y)

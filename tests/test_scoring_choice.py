"""Scores of a choice: scales, order, certainties, and what is refused."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import pytest

from predtrack.scoring import binary
from predtrack.scoring.choice import brier2, log_score, rps, rps_normalised

Rule = Callable[[Sequence[float], int], float]
RULES: list[Rule] = [brier2, log_score, rps, rps_normalised]


@pytest.mark.parametrize("p", [0, 0.2, 0.5, 1])
def test_with_two_options_the_score_is_twice_that_of_a_chance(p: float) -> None:
    assert brier2([p, 1 - p], 0) == pytest.approx(2 * binary.brier(p, 1))
    assert brier2([p, 1 - p], 1) == pytest.approx(2 * binary.brier(p, 0))


@pytest.mark.parametrize("p", [0, 0.2, 0.5, 1])
def test_with_two_options_the_ranked_score_is_that_of_a_chance(p: float) -> None:
    assert rps([p, 1 - p], 0) == pytest.approx(binary.brier(p, 1))
    assert rps_normalised([p, 1 - p], 1) == pytest.approx(binary.brier(p, 0))


def test_a_sure_and_wrong_choice_scores_the_worst() -> None:
    assert brier2([0, 0, 1], 0) == 2
    assert rps([0, 0, 1], 0) == 2
    assert rps_normalised([0, 0, 1], 0) == 1
    assert log_score([0, 0, 1], 0) == math.inf


@pytest.mark.parametrize("rule", RULES)
def test_a_sure_and_right_choice_scores_a_plain_zero(rule: Rule) -> None:
    assert f"{rule([0, 1.0, 0], 1):g}" == "0"  # and no minus before it


def test_a_near_miss_costs_less_only_where_options_have_an_order() -> None:
    near, far = [0, 1, 0, 0], [0, 0, 0, 1]
    assert rps(near, 0) < rps(far, 0)
    assert brier2(near, 0) == brier2(far, 0)


def test_chances_are_used_as_stated_whatever_they_sum_to() -> None:
    assert brier2([0.5, 0.3], 0) == pytest.approx(0.25 + 0.09)
    assert rps([0.5, 0.3], 0) == pytest.approx(0.25)  # the last border is no border


def test_one_option_alone_costs_nothing() -> None:
    assert (brier2([1], 0), rps([1], 0), log_score([1], 0)) == (0, 0, 0)


@pytest.mark.parametrize("stated", [[], [1]])
def test_a_score_per_border_needs_a_border(stated: list[float]) -> None:
    with pytest.raises(ValueError, match="two options or more"):
        rps_normalised(stated, 0)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("happened", [-1, 2])
def test_an_option_that_is_none_is_refused(rule: Rule, happened: int) -> None:
    with pytest.raises(ValueError, match=f"option {happened} is none of 2 options"):
        rule([0.5, 0.5], happened)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("p", [-0.1, 1.1, math.nan])
def test_a_chance_outside_0_to_1_is_refused(rule: Rule, p: float) -> None:
    with pytest.raises(ValueError, match="the chance of an option is from 0 to 1"):
        rule([0.5, p], 0)


@pytest.mark.parametrize("rule", [brier2, log_score, rps])
def test_no_option_at_all_is_refused(rule: Rule) -> None:
    with pytest.raises(ValueError, match="option 0 is none of 0 options"):
        rule([], 0)

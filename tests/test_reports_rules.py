"""The rules that may be asked for in place of the headline rule of a form: log and wis."""

from __future__ import annotations

import math
from datetime import date

import pytest

from build import DAY, DEADLINE, OPTIONS, binary, built, said
from predtrack.records import life
from predtrack.records.prediction import Interval, Prediction
from predtrack.reports.sampling import sampling
from predtrack.reports.scores import Score, rules_of, scores

SHARES = tuple(zip(OPTIONS, (0.5, 0.3, 0.2), strict=True))
QUANTILES = ((0.1, 8), (0.5, 12), (0.9, 20))
CDF = ((8, 0.1), (12, 0.5), (20, 0.9))
JULY = date(2024, 7, 1)
DAYS = ((date(2024, 5, 1), 0.2), (JULY, 0.5), (DEADLINE, 0.9))


def scored(prediction: Prediction, rule: str) -> list[Score]:
    return scores(life.known(prediction, DAY), {}, sampling(DAY), rule)


def one(prediction: Prediction, rule: str) -> Score:
    (found,) = scored(prediction, rule)
    return found


@pytest.mark.parametrize(
    ("prediction", "score"),
    [
        (binary(0.9, "yes"), -math.log(0.9)),
        (binary(0.9, "no"), -math.log(0.1)),
        (binary(0.9, 0.5), -(math.log(0.9) + math.log(0.1)) / 2),
        (binary(0, "yes"), math.inf),
        (binary(1, "no"), math.inf),
        (binary(1, "yes"), 0),
        (built("choice", said(probabilities=SHARES), answer="green"), -math.log(0.3)),
        (
            built("choice", said(probabilities=SHARES), answer="green", ordered=True),
            -math.log(0.3),
        ),
        (
            built("date", said(cdf=DAYS), answer=JULY),
            -(math.log(0.8) + math.log(0.5) + math.log(0.9)) / 3,
        ),
        (
            built("numeric", said(cdf=CDF), answer=15),
            -(math.log(0.9) + math.log(0.5) + math.log(0.9)) / 3,
        ),
        (
            built("numeric", said(interval=Interval(low=1, confidence=0.8)), answer=0),
            -math.log(0.2),
        ),
    ],
)
def test_the_log_score_of_chances_is_in_nats_and_never_clipped(
    prediction: Prediction, score: float
) -> None:
    found = one(prediction, rule="log")
    assert (found.rule, found.counts) == ("log", True)
    assert found.score == pytest.approx(score)


def test_the_weighted_interval_score_is_for_central_quantiles() -> None:
    found = one(built("numeric", said(quantiles=QUANTILES), answer=15, unit="mm"), rule="wis")
    # half of |15 - 12|, and .1 of the width 12, over 1.5; which is also the mean pinball loss
    assert found.score == pytest.approx((1.5 + 1.2) / 1.5)
    assert found.score == pytest.approx(2 * (0.7 + 1.5 + 0.5) / 3)
    assert found.unit == "mm"
    near = built("numeric", said(quantiles=((0.45, 8), (0.5, 12), (0.55, 20))), answer=15)
    assert one(near, rule="wis").score == pytest.approx((1.5 + 0.45 * 12) / 1.5)


@pytest.mark.parametrize(
    "quantiles",
    [((0.1, 8), (0.9, 20)), ((0.1, 8), (0.5, 12)), ((0.1, 8), (0.5, 12), (0.8, 20))],
)
def test_quantiles_that_are_not_symmetric_about_a_median_have_no_interval_score(
    quantiles: tuple[tuple[float, float], ...],
) -> None:
    found = built("numeric", said(quantiles=quantiles), answer=15)
    assert rules_of(found, found.forecasts[0]) == ("pinball",)
    assert scored(found, rule="wis") == []


def test_a_median_alone_has_the_absolute_error_for_both() -> None:
    found = built("numeric", said(quantiles=((0.5, 12),)), answer=15)
    assert [one(found, rule=rule).score for rule in ("pinball", "wis")] == [3, 3]


def test_a_rule_leaves_out_the_forecasts_that_it_does_not_fit() -> None:
    found = built("numeric", said(point=1), said(by="Bob", quantiles=QUANTILES), answer=1)
    assert [each.by for each in scored(found, rule="wis")] == ["Bob"]
    assert scored(found, rule="log") == []

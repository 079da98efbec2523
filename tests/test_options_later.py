"""A choice whose options changed: nobody is judged by an option that was not on offer yet."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from build import built, by_id, said
from predtrack.records import offers, rules
from predtrack.records.prediction import Forecast, Prediction
from predtrack.reports import sampling, scores
from predtrack.reports.listing import Filters
from predtrack.reports.report import report
from predtrack.reports.rows import known
from predtrack.reports.scores import PLATFORM

DAY = date(2025, 6, 1)
ADDED = date(2024, 3, 1)
JANUARY, MARCH = date(2024, 1, 15), date(2024, 3, 1)
OLD = (("A", 0.1), ("B", 0.2), ("C", 0.3), ("Other", 0.4))
NEW = (("A", 0.1), ("B", 0.1), ("C", 0.1), ("D", 0.3), ("Other", 0.4))


def choice(
    *forecasts: Forecast, answer: str | None = "D", rest: str | None = "Other", **more: Any
) -> Prediction:
    fields = {"options": ("A", "B", "C", "D", "Other"), "options_added": (("D", ADDED),)}
    return built("choice", *forecasts, answer=answer, rest=rest, **(fields | more))


EARLY = said(made=JANUARY, probabilities=OLD)
LATE = said(by="Ben", made=MARCH, probabilities=NEW)


def scored(prediction: Prediction, rule: str | None = None) -> list[scores.Score]:
    return scores.scores(prediction, {}, sampling.sampling(DAY), rule)


def test_a_forecast_before_the_day_need_not_name_the_option() -> None:
    assert rules.findings(choice(EARLY, LATE)) == []
    (finding,) = rules.findings(choice(replace(EARLY, made=MARCH)))
    assert (finding.code, finding.message) == ("sum", "no probability for D")
    (finding,) = rules.findings(choice(replace(EARLY, probabilities=(*OLD[:3], ("D", 0.4)))))
    assert finding.message == "no probability for Other"


@pytest.mark.parametrize("hour", [0, 6, 23])
def test_on_the_day_it_came_an_instant_may_lie_before_or_after(hour: int) -> None:
    at = datetime(ADDED.year, ADDED.month, ADDED.day, hour, tzinfo=UTC)
    before = replace(EARLY, made=at)
    zero = replace(before, probabilities=(*OLD[:3], ("D", 0.0), OLD[3]))
    assert rules.findings(choice(before, zero)) == []
    assert offers.options_of(choice(before), before) == ("A", "B", "C", "Other")
    assert offers.options_of(choice(zero), zero) == ("A", "B", "C", "D", "Other")
    first, second = scored(choice(before, replace(zero, by="Ben")), "log")
    assert first.score == pytest.approx(0.9162907318741551)  # -ln .4
    assert second.score == float("inf")
    next_day = replace(before, made=at.replace(day=ADDED.day + 1))
    (finding,) = rules.findings(choice(next_day))
    assert finding.message == "no probability for D"


def test_for_a_forecast_that_was_not_asked_the_rest_came() -> None:
    early, late = scored(choice(EARLY, LATE))
    assert early.counts
    assert early.score == pytest.approx(0.1**2 + 0.2**2 + 0.3**2 + 0.6**2)
    assert [term.target for term in early.terms] == ["A", "B", "C", "Other"]
    assert late.score == pytest.approx(3 * 0.1**2 + 0.7**2 + 0.4**2)


@pytest.mark.parametrize("answer", ["A", "C", "Other"])
def test_where_another_option_came_the_late_one_has_no_part(answer: str) -> None:
    early, late = scored(choice(EARLY, LATE, answer=answer))
    stated = dict(OLD)
    expected = sum((p - (name == answer)) ** 2 for name, p in stated.items())
    assert early.score == pytest.approx(expected)
    assert {term.target for term in late.terms} == {"A", "B", "C", "D", "Other"}


def test_without_a_rest_it_does_not_count_and_says_why() -> None:
    prediction = choice(EARLY, LATE, rest=None)
    early, late = scored(prediction)
    assert (early.score, early.counts, early.reason) == (None, False, "option_later")
    assert late.counts
    stated = sampling.stated_chances(prediction, {}, sampling.sampling(DAY))
    mine = [each for each in stated if each.chance.by == "Ada"]
    assert {each.reason for each in mine} == {"option_later"}
    assert {each.chance.happened for each in mine} == {None}
    found = report(known(by_id(prediction), DAY), Filters(), sampling.sampling(DAY))
    assert found.left_out == {"option_later": 1}
    assert [scored(prediction, rule)[0].score for rule in ("log", "brier2")] == [None, None]


@pytest.mark.parametrize("rule", PLATFORM)
@pytest.mark.parametrize("options", [("A", "D", "Other"), ("A", "Other", "D")])
def test_without_a_rest_no_score_of_a_platform_counts_it(
    rule: str, options: tuple[str, ...]
) -> None:
    shares = (("A", 0.5), ("Other", 0.5))
    early = said(made=JANUARY, probabilities=shares)
    late = [
        said(by=by, made=MARCH, probabilities=(("A", p), ("Other", 0.5 - p), ("D", 0.5)))
        for by, p in (("Ben", 0.2), ("Cem", 0.3), ("Ada", 0.1))
    ]
    opened, closed = datetime(2024, 1, 15, tzinfo=UTC), datetime(2024, 12, 31, tzinfo=UTC)
    window = {"opened": opened, "closed": closed, "options": options}
    alone = choice(early, *late[:2], rest=None, **window)
    scored_rows = {each.by: each for each in scored(alone, rule)}
    assert scored_rows["Ada"].reason == "option_later"
    assert not scored_rows["Ada"].counts
    revised = choice(early, *late, rest=None, **window)
    without = choice(*late, rest=None, **window)
    before = {each.by: each.score for each in scored(revised, rule)}
    assert before == {each.by: each.score for each in scored(without, rule)}
    assert all(math.isfinite(score) for score in before.values() if score is not None)


def test_no_log_score_is_infinite_for_an_option_that_was_not_on_offer() -> None:
    zero = replace(EARLY, probabilities=(*OLD[:3], ("D", 0.0), OLD[3]))
    for forecast in (EARLY, zero):
        (score,) = scored(choice(forecast), "log")
        assert score.score == pytest.approx(0.9162907318741551)  # -ln .4
    (score,) = scored(choice(replace(zero, made=MARCH)), "log")
    assert score.score == float("inf")  # on offer, and stated as impossible


def test_a_forecast_that_gives_a_late_option_a_share_was_asked_for_it() -> None:
    asked = replace(LATE, made=JANUARY)
    assert offers.options_of(choice(asked), asked) == ("A", "B", "C", "D", "Other")
    assert scored(choice(asked))[0].score == scored(choice(LATE))[0].score


def test_an_ordered_choice_is_scored_over_the_options_of_the_forecast() -> None:
    fields = {"options": ("low", "high", "rest"), "options_added": (("high", ADDED),)}
    forecast = said(made=JANUARY, probabilities=(("low", 0.7), ("rest", 0.3)))
    prediction = choice(forecast, answer="high", rest="rest", ordered=True, **fields)
    (score,) = scored(prediction)
    assert (score.rule, score.score) == ("rps", pytest.approx(0.49))


def test_the_uniform_share_is_that_of_the_options_asked_for() -> None:
    from predtrack.reports.groups import _row

    case = sampling.case_of(choice(EARLY, LATE), {}, sampling.sampling(DAY))
    shares = {_row(each).uniform for each in sampling.judged(case) if each.forecast is EARLY}
    assert shares == {0.25}

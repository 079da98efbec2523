"""Which chances count: every reason against, and the moments a forecast is taken at."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from build import DAY, DEADLINE, MADE, binary, built, by_id, said
from predtrack.errors import UsageError
from predtrack.records import life
from predtrack.records.prediction import Condition, Forecast, Interval, Prediction, Range
from predtrack.reports.rows import known
from predtrack.reports.sampling import (
    case_of,
    is_missing,
    judged,
    sampling,
    stated_chances,
    stated_rows,
    telling,
)

MAY, JULY = date(2024, 5, 1), date(2024, 7, 1)
AFTER = DEADLINE + timedelta(1)


def reasons(prediction: Prediction, day: date = DAY, **asked: Any) -> list[str]:
    """Why each chance does not count, by the order of the forecasts; "" where it does."""
    others = asked.pop("others", {})
    then = life.known(prediction, day)
    found = stated_chances(then, by_id(prediction) | others, sampling(day, **asked))
    return [each.reason for each in found]


def test_a_chance_that_came_due_and_was_decided_counts() -> None:
    assert reasons(binary(0.9, "yes")) == [""]


def test_without_an_outcome_a_chance_is_open_before_its_day_and_after() -> None:
    assert reasons(binary(0.9), MAY) == ["open"]
    assert reasons(binary(0.9), DAY) == ["open"]


def test_an_outcome_of_later_than_the_day_asked_for_is_not_known_yet() -> None:
    late = binary(0.9, "yes", decided=DAY)
    assert reasons(late, DAY - timedelta(1)) == ["open"]
    assert reasons(late, DAY) == [""]


def test_a_no_leaves_the_later_points_of_a_date_open() -> None:
    cdf = ((MAY, 0.3), (DEADLINE, 0.6))
    found = built("date", said(cdf=cdf), answer="no", decided=JULY)
    assert reasons(found) == ["", "open"]


def test_without_a_deadline_an_answer_never_counts() -> None:
    assert reasons(binary(0.9, "yes", deadline=None)) == ["no_deadline"]


@pytest.mark.parametrize(("day", "reason"), [(MAY, "early"), (DEADLINE, "early"), (AFTER, "")])
def test_what_was_decided_early_counts_when_its_day_has_passed(day: date, reason: str) -> None:
    assert reasons(binary(0.9, "yes", decided=date(2024, 2, 1)), day) == [reason]


def test_the_points_of_a_date_are_early_one_by_one() -> None:
    cdf = ((MAY, 0.3), (DEADLINE, 0.6))
    found = built("date", said(cdf=cdf), answer=date(2024, 2, 1))
    assert reasons(found, JULY) == ["", "early"]
    assert reasons(found, AFTER) == ["", ""]


def test_early_ones_count_where_they_are_asked_for() -> None:
    early = binary(0.9, "yes", decided=date(2024, 2, 1))
    assert reasons(early, MAY, include_early=True) == [""]
    open_still = binary(0.9, "yes", decided=JULY)
    assert reasons(open_still, MAY, include_early=True) == ["open"]


@pytest.mark.parametrize(("made", "reason"), [(JULY, ""), (JULY + timedelta(1), "hindsight")])
def test_what_was_said_after_it_was_decided_is_hindsight(made: date, reason: str) -> None:
    assert reasons(binary(0.9, "yes", made=made, decided=JULY)) == [reason]


def test_a_forecast_after_a_no_is_hindsight_only_for_what_that_no_decided() -> None:
    cdf = ((MAY, 0.3), (DEADLINE, 0.6))
    found = built("date", said(made=JULY, cdf=cdf), answer="no", decided=date(2024, 6, 1))
    assert reasons(found) == ["hindsight", "open"]


def revised(*others: Forecast, answer: Any = "yes", **fields: Any) -> Prediction:
    """A prediction that Ada gave 50% in January, 70% in May and 90% in December."""
    mine = (
        said(probability=0.5),
        said(made=MAY, probability=0.7),
        said(made=date(2024, 12, 20), probability=0.9),
    )
    return built("binary", *mine, *others, answer=answer, **fields)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("first", ["", "revised", "revised"]),
        ("lead:30d", ["revised", "", "revised"]),
        ("lead:11d", ["revised", "revised", ""]),
        ("lead:12d", ["revised", "", "revised"]),
        ("lead:0d", ["revised", "revised", "revised"]),  # decided on that very day
        ("lead:365d", ["", "revised", "revised"]),
        ("lead:366d", ["revised", "revised", "revised"]),
        ("last", ["revised", "revised", ""]),
    ],
)
def test_one_forecast_counts_by_the_moment_asked_for(at: str, expected: list[str]) -> None:
    assert reasons(revised(), at=at) == expected


def test_the_last_forecast_is_the_one_that_stood_when_it_was_decided() -> None:
    found = revised(decided=JULY)
    assert reasons(found, at="last") == ["revised", "", "hindsight"]
    assert reasons(found, at="first") == ["", "revised", "hindsight"]


def test_what_was_decided_by_then_is_not_counted_at_a_lead() -> None:
    moment = DEADLINE - timedelta(30)
    assert reasons(binary(0.9, "yes", decided=moment), at="lead:30d") == ["revised"]
    assert reasons(binary(0.9, "yes", decided=moment + timedelta(1)), at="lead:30d") == [""]


def test_at_a_lead_each_point_of_a_date_has_the_forecast_that_stood_before_it() -> None:
    cdf = ((JULY, 0.3), (DEADLINE, 0.6))
    found = built("date", said(cdf=cdf), said(made=date(2024, 6, 20), cdf=cdf), answer="no")
    assert reasons(found, at="lead:30d") == ["", "revised", "revised", ""]


def test_each_forecaster_has_a_forecast_that_counts() -> None:
    bob = said(by="Bob", made=JULY, probability=0.4)
    assert reasons(revised(bob)) == ["", "revised", "", "revised"]


def test_of_the_same_day_the_first_in_the_file_is_first_and_the_last_stands() -> None:
    found = built("binary", said(probability=0.5), said(probability=0.9), answer="yes")
    assert reasons(found, at="first") == ["", "revised"]
    assert reasons(found, at="last") == ["revised", ""]


def test_a_withdrawn_forecast_counts_as_the_first_and_stands_no_longer() -> None:
    found = binary(0.9, "yes")
    (forecast,) = found.forecasts
    gone = built("binary", said(probability=0.9, withdrawn=MAY), answer="yes")
    assert forecast.withdrawn is None
    assert reasons(gone, at="first") == [""]
    assert reasons(gone, at="last") == ["revised"]
    assert reasons(gone, at="lead:30d") == ["revised"]
    assert reasons(gone, at="lead:300d") == [""]
    days = (DEADLINE - MAY).days
    assert reasons(gone, at=f"lead:{days}d") == [
        "revised"
    ]  # it stood no longer at the end of May 1
    assert reasons(gone, at=f"lead:{days + 1}d") == [""]


@pytest.mark.parametrize("text", ["middle", "lead", "lead:30", "lead:-3d", "lead:3d ", ""])
def test_a_moment_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="write --at first, lead:30d or last"):
        sampling(DAY, at=text)


@pytest.mark.parametrize(
    ("origins", "expected"),
    [(("stated",), "origin"), (("assumed",), ""), (("stated", "assumed"), "")],
)
def test_only_the_origins_asked_for_count(origins: tuple[str, ...], expected: str) -> None:
    assert reasons(binary(0.9, "yes", origin="assumed"), origins=origins) == [expected]


def test_a_weaker_deadline_makes_a_stated_chance_one_of_that_origin() -> None:
    found = binary(0.9, "yes", deadline_origin="inferred")
    assert reasons(found) == ["origin"]
    assert reasons(found, origins=("inferred",)) == [""]


def test_a_phrase_is_set_apart_from_numbers() -> None:
    assert reasons(binary("very likely", "yes")) == ["phrase"]
    assert reasons(binary("very likely")) == ["open"]


def test_a_void_prediction_has_no_chance_that_counts() -> None:
    assert reasons(binary(0.9, "void")) == ["void"]
    assert reasons(binary("likely", "void"), MAY) == ["void"]


@pytest.mark.parametrize(
    ("answer", "reason"), [("no", "void"), ("yes", ""), (0.5, "void"), (None, "")]
)
def test_a_condition_that_ended_otherwise_makes_it_void(answer: Any, reason: str) -> None:
    found = binary(0.9, "yes", condition=Condition(prediction="basis"))
    basis = binary(0.5, answer, id="basis")
    assert reasons(found, others=by_id(basis)) == [reason]


def test_a_condition_that_ends_later_than_the_day_asked_for_does_not_make_it_void() -> None:
    found = binary(0.9, "yes", condition=Condition(prediction="basis"))
    basis = binary(0.5, "no", id="basis", decided=DAY)
    assert reasons(found, DAY, others=by_id(basis)) == ["void"]
    assert reasons(found, DAY - timedelta(1), others=by_id(basis)) == [""]


def test_what_an_answer_outside_the_range_leaves_unknown_is_out_of_range() -> None:
    quantiles = ((0.1, 8), (0.9, 60))
    bounds = Range(low=0, high=50)
    found = built("numeric", said(quantiles=quantiles), answer="above", range=bounds)
    assert reasons(found) == ["", "out_of_range"]
    wide = built(
        "numeric",
        said(interval=Interval(low=-5, high=60, confidence=0.8)),
        answer="above",
        range=bounds,
    )
    assert reasons(wide) == ["out_of_range"]


def test_the_first_reason_in_order_is_the_one_given() -> None:
    # hindsight > open > no_deadline > early > revised > origin > phrase, and void above all
    found = binary("likely", "yes", made=JULY, decided=MAY, origin="assumed")
    assert reasons(found, date(2024, 8, 1)) == ["hindsight"]
    assert reasons(found) == ["hindsight"]
    assert reasons(replace(found, outcome=None)) == ["open"]
    ahead = binary("likely", "yes", decided=MAY, origin="assumed")
    assert reasons(ahead, date(2024, 8, 1)) == ["early"]
    assert reasons(ahead) == ["origin"]
    twice = built(
        "binary",
        said(probability=0.5),
        said(made=MAY, probability="likely", origin="assumed"),
        answer="yes",
    )
    assert reasons(twice) == ["", "revised"]
    assert reasons(twice, at="last") == ["revised", "origin"]
    assert reasons(twice, at="last", origins=("assumed",)) == ["revised", "phrase"]


def missing(prediction: Prediction, day: date = DAY, **asked: Any) -> list[bool]:
    case = case_of(life.known(prediction, day), {}, sampling(day, **asked))
    return [is_missing(case, each) for each in judged(case)]


@pytest.mark.parametrize(("day", "expected"), [(MAY, False), (DEADLINE, False), (AFTER, True)])
def test_what_came_due_without_an_outcome_is_missing(day: date, expected: bool) -> None:
    assert missing(binary(0.9), day) == [expected]


def test_only_what_would_have_counted_is_missing() -> None:
    assert missing(revised(answer=None)) == [True, False, False]
    assert missing(revised(answer=None), at="last") == [False, False, True]
    assert missing(binary(0.9, origin="assumed")) == [False]
    assert missing(binary(0.9, origin="assumed"), origins=("assumed",)) == [True]
    assert missing(binary(0.9, deadline=None)) == [False]
    assert missing(binary(0.9, "yes")) == [False]


def test_of_a_date_the_points_that_came_due_undecided_are_missing() -> None:
    cdf = ((MAY, 0.3), (JULY, 0.4), (DEADLINE, 0.6))
    found = built("date", said(cdf=cdf), answer="no", decided=MAY)
    assert missing(found, date(2024, 8, 1)) == [False, True, False]


def test_a_no_of_long_ago_does_not_choose_the_forecast_that_is_missing() -> None:
    cdf = ((MAY, 0.3), (DEADLINE, 0.6))
    found = built("date", said(cdf=cdf), said(made=JULY, cdf=cdf), answer="no", decided=MAY)
    assert missing(found, at="last") == [False, False, False, True]


def test_rows_are_read_for_some_forecasters_where_they_are_named() -> None:
    found = revised(said(by="Bob", made=MADE, probability=0.4))
    here = known(by_id(found), DAY)
    for by, names in ((("Bob",), {"Bob"}), ((), {"Ada", "Bob"}), (("Eve",), set())):
        ((row, then, stated),) = stated_rows(here.rows, here, sampling(DAY), by)
        assert (row, then) == (here.rows[0], found)
        assert {each.chance.by for each in stated} == names


@pytest.mark.parametrize("at", ["first", "last", "lead:30d"])
@pytest.mark.parametrize("answer", ["yes", "void", None])
def test_what_a_report_tells_of_is_among_the_chances_that_are_left(at: str, answer: Any) -> None:
    bob = said(by="Bob", made=JULY, probability="likely")
    numbers = built("numeric", said(quantiles=((0.1, 8), (0.9, 20))), answer=12 if answer else None)
    points = built("date", said(cdf=((MAY, 0.3), (DEADLINE, 0.6))), answer="no", decided=JULY)
    for found in (revised(bob, answer=answer), numbers, points):
        case = case_of(life.known(found, DAY), {}, sampling(DAY, at=at))
        told = [each for each in judged(case) if each.reason in {"", "phrase", "open"}]
        assert [each for each in telling(case) if each in told] == told
        assert all(each in judged(case) for each in telling(case))

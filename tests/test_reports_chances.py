"""What each form of each kind states, and whether each of it happened."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from build import DEADLINE, built, said
from predtrack.records.prediction import Interval, Prediction, Range
from predtrack.records.terms import ORIGINS
from predtrack.reports.chances import chances

SOON, LATE = date(2029, 2, 13), date(2036, 2, 13)
CDF = ((SOON, 0.5), (LATE, 0.9))
SHARES = (("red", 0.5), ("green", 0.3), ("blue", 0.2))
QUANTILES = ((0.1, 8), (0.5, 12), (0.9, 20))
BOUNDS = Range(low=0, high=50)


def stated(prediction: Prediction) -> list[tuple[str, Any]]:
    return [(each.target, each.stated) for each in chances(prediction, prediction.forecasts[0])]


def happened(prediction: Prediction) -> list[float | None]:
    return [each.happened for each in chances(prediction, prediction.forecasts[0])]


FORMS = [
    ("binary", {"probability": 0.9}, [("yes", 0.9)]),
    ("binary", {"probability": "very likely"}, [("yes", "very likely")]),
    ("binary", {"words": "it will come"}, []),
    ("choice", {"probabilities": SHARES}, list(SHARES)),
    ("numeric", {"interval": Interval(low=10, high=15, confidence=0.8)}, [("10..15", 0.8)]),
    ("numeric", {"interval": Interval(low=100, confidence=0.8)}, [(">= 100", 0.8)]),
    ("numeric", {"interval": Interval(high=5, confidence=0.7)}, [("<= 5", 0.7)]),
    ("numeric", {"interval": Interval(low=10, high=15)}, []),
    ("numeric", {"interval": Interval(low=100)}, []),
    ("numeric", {"quantiles": QUANTILES}, [("<= 8", 0.1), ("<= 12", 0.5), ("<= 20", 0.9)]),
    ("numeric", {"cdf": ((8, 0.1), (12.5, 0.5))}, [("<= 8", 0.1), ("<= 12.5", 0.5)]),
    ("numeric", {"point": 100}, []),
    ("date", {"cdf": CDF}, [("by 2029-02-13", 0.5), ("by 2036-02-13", 0.9)]),
    ("date", {"cdf": ((SOON, "likely"),)}, [("by 2029-02-13", "likely")]),
    ("date", {"words": "soon"}, []),
]


@pytest.mark.parametrize(("kind", "fields", "expected"), FORMS)
def test_a_form_states_the_chances_that_the_format_says(
    kind: str, fields: dict[str, Any], expected: list[tuple[str, Any]]
) -> None:
    assert stated(built(kind, said(**fields))) == expected


@pytest.mark.parametrize(("points", "count"), [(1, 1), (20, 20), (21, 0), (200, 0)])
def test_a_numeric_cdf_of_more_than_20_points_is_a_curve_and_states_none(
    points: int, count: int
) -> None:
    cdf = tuple((k, k / points) for k in range(points))
    assert len(stated(built("numeric", said(cdf=cdf)))) == count


def test_a_date_cdf_states_all_its_points_however_many() -> None:
    cdf = tuple((date(2030 + k, 1, 1), 0.5) for k in range(30))
    assert len(stated(built("date", said(cdf=cdf)))) == 30


@pytest.mark.parametrize(("answer", "share"), [("yes", 1), ("no", 0), (0.25, 0.25)])
def test_a_probability_came_true_in_full_or_in_part_or_not(answer: Any, share: float) -> None:
    assert happened(built("binary", said(probability=0.9), answer=answer)) == [share]


FORECASTS: list[tuple[str, dict[str, Any], int]] = [
    ("binary", {"probability": 0.9}, 1),
    ("choice", {"probabilities": SHARES}, 3),
    ("numeric", {"quantiles": QUANTILES}, 3),
    ("numeric", {"interval": Interval(low=1, high=2, confidence=0.8)}, 1),
    ("date", {"cdf": CDF}, 2),
]


@pytest.mark.parametrize("answer", [None, "void"])
@pytest.mark.parametrize(("kind", "fields", "count"), FORECASTS)
def test_without_an_answer_and_with_void_nothing_happened_or_failed(
    kind: str, fields: dict[str, Any], count: int, answer: Any
) -> None:
    found = built(kind, said(**fields), answer=answer)
    assert happened(found) == [None] * count
    assert {each.decided for each in chances(found, found.forecasts[0])} == {None}


def test_of_a_choice_one_option_happened_and_the_others_did_not() -> None:
    assert happened(built("choice", said(probabilities=SHARES), answer="green")) == [0, 1, 0]


@pytest.mark.parametrize(
    ("answer", "decided", "expected"),
    [
        (SOON, SOON, [1, 1]),  # the last day that counts, counts
        (date(2029, 2, 14), None, [0, 1]),
        (LATE, None, [0, 1]),
        (date(2036, 2, 14), None, [0, 0]),
        (date(2029, 1, 1), LATE, [1, 1]),  # known only later
        ("no", date(2029, 2, 12), [None, None]),
        ("no", SOON, [0, None]),
        ("no", date(2036, 2, 12), [0, None]),
        ("no", LATE, [0, 0]),
    ],
)
def test_a_day_or_a_no_decides_the_points_of_a_date(
    answer: Any, decided: date | None, expected: list[float | None]
) -> None:
    found = built("date", said(cdf=CDF), answer=answer, decided=decided, deadline=None)
    assert happened(found) == expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [(8, [1, 1, 1]), (8.01, [0, 1, 1]), (12, [0, 1, 1]), (20, [0, 0, 1]), (20.5, [0, 0, 0])],
)
def test_a_number_is_at_most_a_quantile_that_it_equals(
    answer: float, expected: list[float]
) -> None:
    assert happened(built("numeric", said(quantiles=QUANTILES), answer=answer)) == expected
    cdf = tuple((value, level) for level, value in QUANTILES)
    assert happened(built("numeric", said(cdf=cdf), answer=answer)) == expected


@pytest.mark.parametrize(
    ("low", "high", "answer", "inside"),
    [
        (10, 15, 10, 1),
        (10, 15, 15, 1),
        (10, 15, 9.99, 0),
        (10, 15, 15.01, 0),
        (100, None, 100, 1),
        (100, None, 99, 0),
        (None, 5, 5, 1),
        (None, 5, 6, 0),
    ],
)
def test_an_interval_is_closed_at_the_ends_that_it_has(
    low: float | None, high: float | None, answer: float, inside: float
) -> None:
    interval = Interval(low=low, high=high, confidence=0.8)
    assert happened(built("numeric", said(interval=interval), answer=answer)) == [inside]


@pytest.mark.parametrize(
    ("low", "high", "below", "above"),
    [
        (10, 15, 0, 0),  # within the range, so an answer outside it is outside
        (0, 50, 0, 0),  # the ends of the range are still within it
        (-5, 15, None, 0),
        (10, 60, 0, None),
        (None, 15, 1, 0),
        (None, 60, 1, None),
        (10, None, 0, 1),
        (-5, None, None, 1),
        (60, None, 0, None),
        (50, None, 0, 1),
        (None, 0, 1, 0),
    ],
)
def test_of_an_answer_outside_the_range_only_the_side_is_known(
    low: float | None, high: float | None, below: float | None, above: float | None
) -> None:
    interval = Interval(low=low, high=high, confidence=0.8)
    answers = {"below": below, "above": above}
    for answer, expected in answers.items():
        found = built("numeric", said(interval=interval), answer=answer, range=BOUNDS)
        assert happened(found) == [expected], answer


def test_of_a_cdf_an_answer_outside_the_range_decides_the_points_on_that_side() -> None:
    cdf = ((-1, 0.1), (0, 0.2), (50, 0.8), (60, 0.9))
    below = built("numeric", said(cdf=cdf), answer="below", range=BOUNDS)
    above = built("numeric", said(cdf=cdf), answer="above", range=BOUNDS)
    assert happened(below) == [None, 1, 1, 1]
    assert happened(above) == [0, 0, 0, None]


@pytest.mark.parametrize("deadline_origin", ["stated", "inferred", "assumed"])
@pytest.mark.parametrize("origin", ORIGINS)
def test_a_chance_has_the_weaker_origin_of_its_forecast_and_its_deadline(
    origin: str, deadline_origin: str
) -> None:
    found = built("binary", said(probability=0.9, origin=origin), deadline_origin=deadline_origin)
    weaker = ("stated", "inferred", "assumed", "disputed")[
        max(ORIGINS.index(origin), ORIGINS.index(deadline_origin))
    ]
    assert [each.origin for each in chances(found, found.forecasts[0])] == [weaker]


def test_the_family_is_the_one_named_or_the_prediction_itself() -> None:
    alone, named = built("choice", said(probabilities=SHARES)), built("date", said(cdf=CDF))
    assert {each.family for each in chances(alone, alone.forecasts[0])} == {"p"}
    named = built("date", said(cdf=CDF), family="geniuses")
    assert {each.family for each in chances(named, named.forecasts[0])} == {"geniuses"}


def test_a_point_of_a_date_is_scheduled_for_its_day_and_all_else_for_the_deadline() -> None:
    found = built("date", said(cdf=CDF), deadline=date(2040, 1, 1))
    assert [each.scheduled for each in chances(found, found.forecasts[0])] == [SOON, LATE]
    found = built("numeric", said(quantiles=QUANTILES))
    assert {each.scheduled for each in chances(found, found.forecasts[0])} == {DEADLINE}
    found = built("binary", said(probability=0.9), deadline=None)
    assert [each.scheduled for each in chances(found, found.forecasts[0])] == [None]


def test_a_chance_says_who_stated_it_when_and_when_it_was_decided() -> None:
    forecast = said(by="Bob", made=date(2024, 5, 6), probability=0.9)
    found = built("binary", forecast, answer="yes", decided=date(2024, 7, 8))
    (chance,) = chances(found, forecast)
    assert (chance.id, chance.kind, chance.by, chance.made) == ("p", "binary", "Bob", forecast.made)
    assert chance.decided == date(2024, 7, 8)


def test_a_point_that_is_undecided_has_no_day_of_decision() -> None:
    found = built("date", said(cdf=CDF), answer="no", decided=SOON, deadline=None)
    assert [each.decided for each in chances(found, found.forecasts[0])] == [SOON, None]


def test_only_a_phrase_is_a_phrase() -> None:
    phrases = [
        chances(found, found.forecasts[0])[0].phrase
        for found in (built("binary", said(probability=p)) for p in ("likely", 0.9))
    ]
    assert phrases == ["likely", None]

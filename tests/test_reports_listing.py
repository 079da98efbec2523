"""Rows of a list: where each prediction stands on a day, filtered and in order."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest

from build import DAY, DEADLINE, MADE, binary, built, by_id, said
from predtrack.dates import Span
from predtrack.records.prediction import Prediction
from predtrack.reports.listing import Filters, Row, listing
from predtrack.reports.rows import known, row

MAY, JULY, LATER = date(2024, 5, 1), date(2024, 7, 1), date(2026, 3, 1)
CDF = ((MAY, 0.2), (DEADLINE, 0.6), (LATER, 0.9))


def alone(prediction: Prediction, day: date = DAY) -> Row:
    return row(prediction, {}, day)


@pytest.mark.parametrize(
    ("day", "status", "left"),
    [(MAY, "open", 244), (DEADLINE, "open", 0), (DEADLINE + timedelta(1), "due", -1)],
)
def test_a_row_says_what_comes_next_and_how_many_days_are_left(
    day: date, status: str, left: int
) -> None:
    found = alone(binary(0.9), day)
    assert (found.status, found.deadline, found.next) == (status, *[str(DEADLINE)] * 2)
    assert (found.days_left, found.details.early) == (left, False)


@pytest.mark.parametrize("answer", ["yes", "void"])
def test_what_has_ended_has_nothing_next(answer: str) -> None:
    found = alone(binary(0.9, answer))
    assert (found.next, found.days_left, found.deadline) == (None, None, str(DEADLINE))


def test_without_a_deadline_nothing_is_next() -> None:
    found = alone(binary(0.9, deadline=None))
    assert (found.status, found.next, found.days_left) == ("open", None, None)


def test_the_next_day_of_a_date_is_its_first_undecided_one() -> None:
    found = alone(built("date", said(cdf=CDF), answer="no", decided=JULY, deadline=None))
    assert (found.status, found.next, found.deadline) == ("due", str(DEADLINE), str(LATER))
    assert found.days_left == (DEADLINE - DAY).days


@pytest.mark.parametrize(
    ("prediction", "day", "early"),
    [
        (binary(0.9, "yes", decided=MAY), JULY, True),
        (binary(0.9, "yes", decided=MAY), DEADLINE, True),
        (binary(0.9, "yes", decided=MAY), DEADLINE + timedelta(1), False),
        (binary(0.9, "void"), JULY, False),
        (binary(0.9, "yes", deadline=None), DAY, False),
        (built("date", said(cdf=CDF), answer="no", decided=JULY, deadline=None), DAY, False),
        (built("date", said(cdf=CDF), answer=JULY, deadline=None), DAY, True),
        (built("date", said(cdf=CDF), answer=JULY, deadline=None), LATER + timedelta(1), False),
    ],
)
def test_early_is_what_was_decided_before_its_day_has_passed(
    prediction: Prediction, day: date, early: bool
) -> None:
    assert alone(prediction, day).details.early is early


def ids(filters: Filters, *predictions: Prediction, sort: str = "deadline") -> list[str]:
    found = listing(known(by_id(*predictions), DAY), filters, sort)
    return [each.id for each in found.rows]


BAG = [
    binary(0.9, id="rain", tags=("city", "weather"), deadline=LATER),
    binary(0.9, "yes", id="snow", family="cold", by="Bob", note="Straße, oben"),
    built("date", said(words="Someday soon", made=MAY), id="thaw", deadline=JULY),
    binary(0.9, "void", id="hail", criteria="A gauge says so"),
    binary(0.9, id="later", made=DAY + timedelta(1), deadline=LATER),
]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, ["thaw", "hail", "snow", "rain"]),
        ({"status": ("due", "open")}, ["thaw", "rain"]),
        ({"status": ("void",)}, ["hail"]),
        ({"by": ("Bob", "Eve")}, ["snow"]),
        ({"by": ("Eve",)}, []),
        ({"tag": ("weather", "none")}, ["rain"]),
        ({"kind": ("date",)}, ["thaw"]),
        ({"family": ("cold", "thaw")}, ["thaw", "snow"]),
        ({"text": "SOMEDAY"}, ["thaw"]),
        ({"text": "strasse"}, ["snow"]),
        ({"text": "gauge"}, ["hail"]),
        ({"text": "rai"}, ["rain"]),
        ({"made": Span(first=MAY)}, ["thaw"]),
        ({"made": Span(last=MADE)}, ["hail", "snow", "rain"]),
        ({"made": Span(MADE + timedelta(1), MAY - timedelta(1))}, []),
        ({"by": ("Ada",), "kind": ("binary",), "status": ("open",)}, ["rain"]),
    ],
)
def test_a_list_keeps_what_passes_every_filter(
    filters: dict[str, Any], expected: list[str]
) -> None:
    assert ids(Filters(**filters), *BAG) == expected


def test_the_counts_of_a_list_are_of_everything() -> None:
    found = listing(known(by_id(*BAG), DAY), Filters(text="nothing"))
    assert found.rows == ()
    assert found.counts == {"open": 1, "due": 1, "resolved": 1, "void": 1}


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("deadline", ["thaw", "hail", "snow", "rain"]),
        ("made", ["thaw", "hail", "rain", "snow"]),
        ("id", ["hail", "rain", "snow", "thaw"]),
    ],
)
def test_a_list_is_sorted_as_asked(sort: str, expected: list[str]) -> None:
    assert ids(Filters(), *BAG, sort=sort) == expected


def test_a_prediction_that_nobody_has_forecast_is_listed_too() -> None:
    bare = built("binary", id="bare", deadline=None)
    assert ids(Filters(), bare, BAG[0]) == ["rain", "bare"]
    assert ids(Filters(), bare, BAG[0], sort="made") == ["rain", "bare"]
    assert ids(Filters(made=Span(first=MADE)), bare) == []


def test_the_newest_forecast_of_a_prediction_places_it_by_made() -> None:
    old = binary(0.9, id="old", made=MAY)
    revised = built("binary", said(probability=0.1), said(made=JULY, probability=0.2), id="new")
    assert ids(Filters(), old, revised, sort="made") == ["new", "old"]


def test_instants_are_in_order_of_time_whatever_their_offset() -> None:
    noon = [datetime(2024, 5, 1, 12, tzinfo=timezone(timedelta(hours=h))) for h in (9, -5, 0)]
    given = [binary(0.9, id=f"p{k}", made=made) for k, made in enumerate(noon)]
    assert ids(Filters(), *given, sort="made") == ["p1", "p2", "p0"]

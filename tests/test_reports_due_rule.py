"""Why chances count by the calendar, and which forecast counts: shown on calibrated forecasters.

Each forecaster here is right about the hazard, which is constant. What goes wrong goes wrong by
counting alone. The figures in the comments are exact; the simulated ones lie near them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from random import Random

import pytest

from build import built, by_id, said
from predtrack.records.prediction import Forecast, Prediction
from predtrack.reports.rows import known
from predtrack.reports.sampling import Sampling, Stated, sampling, stated_rows

START = date(2012, 1, 1)
NOW = date(2024, 1, 1)
YEAR = 365.25
HAZARDS = (0.05, 0.15, 0.3)  # a year


def years_after(day: date, years: float) -> date:
    return day + timedelta(round(years * YEAR))


def ten_year_claims(n: int, seed: int, kind: str) -> Iterator[Prediction]:
    """Claims made throughout twelve years, that something happens within ten years of each."""
    random, days = Random(seed), (NOW - START).days
    for k in range(n):
        hazard = HAZARDS[k % 3]
        made = START + timedelta(random.randrange(days))
        deadline, came = years_after(made, 10), years_after(made, random.expovariate(hazard))
        p = 1 - math.exp(-10 * hazard)
        happened = made < came <= min(deadline, NOW - timedelta(1))
        known = happened or deadline < NOW
        if kind == "date":
            answer = came if happened else "no" if known else None
            forecast = said(made=made, cdf=((deadline, p),))
        else:
            answer = ("yes" if happened else "no") if known else None
            forecast = said(made=made, probability=p)
        decided = came if happened else deadline
        yield built(kind, forecast, id=f"p{k}", deadline=deadline, answer=answer, decided=decided)


def counted(predictions: dict[str, Prediction], asked: Sampling) -> list[Stated]:
    here = known(predictions, asked.day)
    return [
        each
        for _, _, stated in stated_rows(here.rows, here, asked)
        for each in stated
        if not each.reason
    ]


def means(predictions: dict[str, Prediction], asked: Sampling) -> tuple[float, float]:
    """The mean stated chance and the share that happened, of the chances that count."""
    found = counted(predictions, asked)
    stated = [each.chance.stated for each in found if isinstance(each.chance.stated, float)]
    happened = [each.chance.happened for each in found if each.chance.happened is not None]
    assert len(stated) == len(happened) == len(found)
    return math.fsum(stated) / len(found), math.fsum(happened) / len(found)


@pytest.mark.parametrize("kind", ["binary", "date"])
def test_by_the_calendar_a_calibrated_forecaster_of_ten_years_shows_as_calibrated(
    kind: str,
) -> None:
    claims = by_id(*ten_year_claims(6000, 20260201, kind))
    stated, happened = means(claims, sampling(NOW))
    # exactly .707 and .707, from the claims of the first two years
    assert stated == pytest.approx(0.707, abs=0.02)
    assert happened == pytest.approx(stated, abs=0.04)


@pytest.mark.parametrize("kind", ["binary", "date"])
def test_counted_as_soon_as_known_the_same_forecaster_seems_far_too_timid(kind: str) -> None:
    claims = by_id(*ten_year_claims(6000, 20260201, kind))
    stated, happened = means(claims, sampling(NOW, include_early=True))
    # exactly .774 and .911
    assert stated == pytest.approx(0.774, abs=0.02)
    assert happened == pytest.approx(0.911, abs=0.02)
    assert happened - stated > 0.1


def revised_monthly(n: int, seed: int) -> Iterator[Prediction]:
    """Claims of an even chance for a year, revised each month to what is left of it."""
    random, rate = Random(seed), math.log(2) / 12  # a month
    months = [date(2020, month, 1) for month in range(1, 13)]
    deadline = date(2020, 12, 31)
    length = (deadline - months[0]).days / 12
    for k in range(n):
        wait = random.expovariate(rate) * length
        came = months[0] + timedelta(math.ceil(min(wait, 1000)))
        happened = came <= deadline
        forecasts: list[Forecast] = []
        for at, day in enumerate(months):
            if not (happened and came < day):
                forecasts.append(said(made=day, probability=1 - math.exp(-rate * (12 - at))))
        decided = came if happened else deadline
        answer = "yes" if happened else "no"
        yield built(
            "binary", *forecasts, id=f"p{k}", deadline=deadline, answer=answer, decided=decided
        )


@cache
def monthly() -> dict[str, Prediction]:
    return by_id(*revised_monthly(4000, 20260202))


def test_the_first_forecast_of_a_calibrated_forecaster_is_calibrated() -> None:
    stated, happened = means(monthly(), sampling(NOW, at="first"))
    assert stated == pytest.approx(0.5)
    assert happened == pytest.approx(0.5, abs=0.025)


def test_the_forecast_of_30_days_before_is_calibrated_for_what_was_open_then() -> None:
    stated, happened = means(monthly(), sampling(NOW, at="lead:30d"))
    # one month is left: 1 - .5^(1/12) = .056
    assert stated == pytest.approx(0.056, abs=0.002)
    assert happened == pytest.approx(0.056, abs=0.015)


def test_the_last_forecast_is_taken_at_a_moment_that_the_outcome_chose() -> None:
    stated, happened = means(monthly(), sampling(NOW, at="last"))
    # exactly .191 and .5: what did not happen stood at the lowest chance to the end
    assert stated == pytest.approx(0.191, abs=0.01)
    assert happened == pytest.approx(0.5, abs=0.025)


def test_each_claim_counts_once_by_each_way_that_counts_all() -> None:
    for at in ("first", "last"):
        assert len(counted(monthly(), sampling(NOW, at=at))) == 4000

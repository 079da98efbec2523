"""One more forecast, or one withdrawn: what is taken, and what is refused and why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from build import built, said
from predtrack.errors import PredtrackError, RefusedError, UsageError
from predtrack.records import life
from predtrack.records.prediction import Forecast, Prediction
from predtrack.records.revise import revise, withdraw

MADE = date(2024, 1, 1)
LATER = date(2024, 3, 1)
END = date(2024, 12, 31)
DAY = timedelta(1)


def rain(*forecasts: Forecast, **fields: Any) -> Prediction:
    given = forecasts or (said(probability=0.7),)
    return built("binary", *given, **({"id": "rain"} | fields))


def bridge(**fields: Any) -> Prediction:
    return built("date", said(cdf=((END, 0.5),)), **({"id": "bridge"} | fields))


def refused(act: Callable[[], object], kind: type[PredtrackError] = RefusedError) -> str:
    with pytest.raises(kind) as caught:
        act()
    return str(caught.value)


# --- revise ---


def test_a_revision_stands_behind_what_was_said_before() -> None:
    was, new = rain(), said(made=LATER, probability=0.8)
    revised = revise(was, new)
    assert revised == replace(was, forecasts=(*was.forecasts, new))
    assert life.standing(revised) == [new]


@pytest.mark.parametrize(
    ("forecast", "message"),
    [
        (said(cdf=((END, 0.5),)), "rain: `cdf` does not fit kind binary; a forecast of kind"),
        (said(), "rain: nothing is forecast; add `probability` or `words`"),
        (said(probability=0.5, withdrawn=MADE - DAY), "rain: withdrawn on 2023-12-31, before it"),
    ],
)
def test_a_forecast_that_does_not_fit_is_refused_with_the_remedy(
    forecast: Forecast, message: str
) -> None:
    assert refused(lambda: revise(rain(), forecast), UsageError).startswith(message)


def test_chances_that_do_not_sum_to_one_are_refused() -> None:
    choice = built("choice", id="vote", options=("A", "B"))
    half = said(probabilities=(("A", 0.5), ("B", 0.4)))
    told = refused(lambda: revise(choice, half), UsageError)
    assert told == "vote: the probabilities sum to 90%; make them sum to 100%"


@pytest.mark.parametrize("made", [LATER, LATER + DAY])
def test_what_has_ended_is_not_forecast_any_more(made: date) -> None:
    ended = rain(answer="yes", decided=LATER)
    told = refused(lambda: revise(ended, said(made=made, probability=0.99)))
    assert told == (
        "rain already ended: yes, decided 2024-03-01; nothing was changed; "
        "a forecast is made before that, or after `predtrack reopen`"
    )


def test_a_forecast_made_before_it_was_decided_may_be_written_down_later() -> None:
    ended = rain(answer="yes", decided=LATER)
    late = said(made=LATER - DAY, probability=0.9)
    assert revise(ended, late).forecasts[-1] == late


def test_a_void_without_a_day_takes_no_forecast() -> None:
    told = refused(lambda: revise(rain(answer="void"), said(probability=0.1)))
    assert told.startswith("rain already ended: void; nothing was changed")


def test_a_date_that_has_not_come_yet_may_be_forecast_further_out() -> None:
    waiting = bridge(answer="no", decided=END, deadline=None)
    late, early = said(made=END + DAY, cdf=((date(2025, 12, 31), 0.4),)), said(made=END + DAY)
    assert revise(waiting, late).forecasts[-1] == late
    again = replace(early, cdf=((END, 0.1),))
    assert "bridge already ended: no" in refused(lambda: revise(waiting, again))
    words = replace(early, words="never")
    assert "bridge already ended: no" in refused(lambda: revise(waiting, words))


# --- withdraw ---


def test_the_standing_forecast_of_the_forecaster_ends() -> None:
    first, other = said(probability=0.7), said(by="Bob", probability=0.2)
    last = said(made=LATER, probability=0.8)
    ended = withdraw(rain(last, first, other), "Ada", LATER)
    assert ended.forecasts == (replace(last, withdrawn=LATER), first, other)
    assert life.standing(ended) == [other]


def test_of_two_equal_forecasts_only_the_standing_one_ends() -> None:
    twice = said(probability=0.7)
    same = replace(twice)
    assert [each.withdrawn for each in withdraw(rain(twice, same), "Ada", LATER).forecasts] == [
        None,
        LATER,
    ]


def test_who_forecast_nothing_withdraws_nothing() -> None:
    assert refused(lambda: withdraw(rain(), "Adda", LATER)) == (
        'rain has no forecast by Adda; nothing was changed; did you mean "Ada"?'
    )
    assert refused(lambda: withdraw(rain(), "Zoë", LATER)).endswith("it has Ada")
    empty = built("binary", id="rain")
    assert refused(lambda: withdraw(empty, "Ada", LATER)).endswith("it has none at all")


def test_what_is_withdrawn_is_not_withdrawn_again() -> None:
    once = withdraw(rain(), "Ada", LATER)
    assert refused(lambda: withdraw(once, "Ada", LATER + DAY)) == (
        "the forecast of Ada in rain was withdrawn already, on 2024-03-01; nothing was changed"
    )


WEST = timezone(timedelta(hours=-5))
NOON = datetime(2024, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("made", "when", "is_taken"),
    [
        (LATER, LATER, True),
        (LATER, LATER - DAY, False),
        (NOON, LATER, True),
        (LATER, NOON, False),  # what bears only the day comes after every instant of it
        (NOON, NOON, True),
        (NOON, NOON - timedelta(minutes=1), False),
        (NOON, datetime(2024, 3, 1, 6, 59, tzinfo=WEST), False),
        (NOON, datetime(2024, 3, 1, 7, tzinfo=WEST), True),
        (datetime(2024, 3, 1, 3, tzinfo=UTC), datetime(2024, 2, 29, 23, tzinfo=WEST), False),
    ],
)
def test_nothing_is_withdrawn_before_it_was_made(made: Any, when: Any, is_taken: bool) -> None:
    was = rain(said(made=made, probability=0.7))
    if is_taken:
        assert withdraw(was, "Ada", when).forecasts[0].withdrawn == when
    else:
        told = refused(lambda: withdraw(was, "Ada", when))
        assert "before it was made; nothing was changed; it was made on 2024-03-01" in told

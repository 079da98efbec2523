"""Rows that are kept: for how long each stays as it is, and that it comes back as it was."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from build import DAY, DEADLINE, MADE, binary, by_id, text
from predtrack.records import life
from predtrack.records.prediction import Condition, Prediction
from predtrack.reports.listing import Known, Row, rows_of
from predtrack.reports.rows import known, lasting, row
from test_store_render import drawn

SEEDS = st.integers(0, 2**32)


def named(seed: int, condition: Condition | None) -> Prediction:
    """A prediction of any kind, on a condition or none; what happened may be known much later."""
    found = replace(drawn(seed), id="p", path="p.yaml", condition=condition)
    ended = found.outcome
    if ended is None or not isinstance(ended.answer, date):
        return found
    return replace(found, outcome=replace(ended, decided=ended.answer + timedelta(seed % 99)))


def days_of(prediction: Prediction) -> list[date]:
    """Every day that a prediction names, those around them, and some far from all."""
    found = {date.min, date(1999, 1, 1), date(2080, 1, 1), date.max}
    for said in re.findall(r"\d{4}-\d\d-\d\d", text(prediction)):
        with suppress(ValueError, OverflowError):  # one out of a text of no meaning
            found |= {date.fromisoformat(said) + timedelta(by) for by in (-2, -1, 0, 1, 2)}
    return sorted(found)


def made(prediction: Prediction, day: date, others: life.ByID | None = None) -> Row | None:
    return row(prediction, others or {}, day) if life.exists(prediction, day) else None


@given(SEEDS, st.sampled_from([None, Condition(text="if it comes to it")]))
def test_a_row_stays_as_it_is_for_as_long_as_is_said_but_for_the_days_left(
    seed: int, condition: Condition | None
) -> None:
    prediction = named(seed, condition)
    rows = {day: made(prediction, day) for day in days_of(prediction)}
    for day in rows:
        kept = lasting(prediction, {}, day)
        assert kept.since <= day.isoformat() <= kept.until
        assert kept.others == ()
        for other, expected in rows.items():
            if kept.since <= other.isoformat() <= kept.until:
                again = kept.row and rows_of([["p.yaml", *kept.row]], other)[0]
                assert again == expected


@given(SEEDS, st.sampled_from(["no", "yes", None]))
def test_a_row_that_hangs_on_another_prediction_says_so_and_turns_with_it(
    seed: int, answer: str | None
) -> None:
    prediction = named(seed, Condition(prediction="basis"))
    basis = binary(0.5, answer, id="basis")
    others = by_id(prediction, basis)
    days = sorted({*days_of(prediction), *days_of(basis)})
    rows = {day: made(prediction, day, others) for day in days}
    for day in days:
        kept = lasting(prediction, others, day)
        assert kept.others == ("basis",)
        for other, expected in rows.items():
            if kept.since <= other.isoformat() <= kept.until:
                assert (kept.row and rows_of([["p.yaml", *kept.row]], other)[0]) == expected


@pytest.mark.parametrize(
    ("day", "since", "until"),
    [
        (MADE - timedelta(1), date.min, MADE - timedelta(1)),
        (MADE, MADE, MADE),
        (MADE + timedelta(9), MADE + timedelta(1), DEADLINE - timedelta(1)),
        (DEADLINE, DEADLINE, DEADLINE),
        (DAY, DEADLINE + timedelta(1), date.max),
    ],
)
def test_a_row_lasts_from_one_turn_to_the_day_before_the_next(
    day: date, since: date, until: date
) -> None:
    found = lasting(binary(0.9), {}, day)
    assert (found.since, found.until) == (since.isoformat(), until.isoformat())
    assert (found.row is None) == (day < MADE)


def test_the_prediction_of_a_row_is_what_was_known_on_the_day() -> None:
    later = binary(0.9, "yes", decided=DAY)
    then: Known = known(by_id(later), DAY - timedelta(1))
    (found,) = then.rows
    assert then.prediction(found) == replace(later, outcome=None)

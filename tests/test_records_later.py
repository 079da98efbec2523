"""What a later export adds to a record: revisions, withdrawals, an outcome, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from build import binary, built, said
from predtrack.records.later import after, later
from predtrack.records.prediction import Outcome, Prediction

FIRST, SECOND = datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 2, 1, tzinfo=UTC)
END = Outcome(answer="yes", decided=date(2024, 12, 31))
HERE = built("binary", said(made=FIRST, probability=0.7))
REVISED = replace(HERE, forecasts=(*HERE.forecasts, said(made=SECOND, probability=0.8)))


def test_the_same_again_adds_nothing():
    assert later(REVISED, REVISED) == later(REVISED, HERE)
    assert (later(REVISED, HERE).steps, later(REVISED, HERE).differs) == ((), ())


def test_revisions_withdrawals_and_an_outcome_are_steps_of_their_own():
    ended = replace(REVISED.forecasts[0], withdrawn=SECOND)
    export = replace(REVISED, forecasts=(ended, *REVISED.forecasts[1:]), outcome=END)
    found = later(HERE, export)
    assert (len(found.withdrawals), len(found.forecasts), len(found.outcomes)) == (1, 1, 1)
    assert after(HERE, found.steps) == export
    assert later(after(HERE, found.steps), export).steps == ()


def test_what_is_ones_own_is_no_difference():
    mine = replace(
        HERE,
        note="mine",
        tags=("weather",),
        extra=(("x-own", "1"),),
        forecasts=(replace(HERE.forecasts[0], rationale="why"), said(by="Me", probability=0.1)),
        outcome=END,
    )
    assert (later(mine, HERE).steps, later(mine, HERE).differs) == ((), ())


def test_what_differs_is_named_and_keeps_no_revision_out():
    other = replace(REVISED, claim="It is another", extra=(("x-metaculus-post", "1"),))
    found = later(HERE, other)
    assert found.differs == ("claim", "x-metaculus-post")
    assert after(HERE, found.steps).forecasts == REVISED.forecasts
    changed = replace(HERE, forecasts=(said(made=FIRST, probability=0.1),))
    assert (later(HERE, changed).steps, later(HERE, changed).differs) == ((), ("forecasts",))


def test_another_outcome_is_named_and_what_was_recorded_of_it_is_not():
    ended = replace(HERE, outcome=END)
    other = replace(HERE, outcome=replace(END, answer="no"))
    assert (later(ended, other).steps, later(ended, other).differs) == ((), ("outcome",))
    noted = replace(HERE, outcome=replace(END, note="seen", judge="Ada"))
    assert later(noted, ended).differs == ()


def test_where_a_forecast_would_mean_something_else_none_is_taken():
    choice = built("choice", said(probabilities=(("red", 0.5), ("green", 0.5), ("blue", 0.0))))
    more = replace(choice, options=("red", "green", "blue", "grey"))
    grown = replace(more, forecasts=(*choice.forecasts, said(made=SECOND, probabilities=())))
    assert (later(choice, grown).steps, later(choice, grown).differs) == ((), ("options",))
    assert later(binary(), choice).steps == ()


def test_a_forecast_that_would_make_the_record_unsound_is_not_taken():
    broken: Prediction = replace(HERE, forecasts=(said(made=SECOND),))
    assert (later(HERE, broken).steps, later(HERE, broken).differs) == ((), ("forecasts",))

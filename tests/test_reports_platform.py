"""Scores of platforms from records: what stood, what is scored, and why something is not."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from build import DAY, built, by_id, said
from downloads import official, real, taken
from predtrack.records.prediction import Forecast, Prediction, Range
from predtrack.reports import platform
from predtrack.reports.sampling import Sampling, sampling
from predtrack.reports.scores import PLATFORM, scores
from predtrack.store.incoming import incoming
from predtrack.store.reading import read
from predtrack.store.render import rendered

ASKED = sampling(DAY)
GRID = (0.0, 2.5, 5.0, 7.5, 10.0)


def at(day: int) -> datetime:
    """The beginning of a day of January 2024."""
    return datetime(2024, 1, day, tzinfo=UTC)


WINDOW: dict[str, Any] = {
    "opened": at(1),
    "closed": at(11),
    "scheduled_close": at(11),
    "deadline": date(2024, 1, 11),
}


def asked_of(
    *forecasts: Forecast, kind: str = "binary", answer: Any = "yes", **also: Any
) -> Prediction:
    """A prediction that stood ten days on a platform."""
    decided = None if answer is None else date(2024, 1, 20)
    return built(kind, *forecasts, answer=answer, decided=decided, **(WINDOW | also))


def found(prediction: Prediction, rule: str, asked: Sampling = ASKED) -> dict[str, Any]:
    """The score of each forecaster, or why there is none."""
    rows = scores(prediction, by_id(prediction), asked, rule)
    return {each.by: each.reason if each.score is None else each.score for each in rows}


def two(p: float = 0.8, q: float = 0.2, **also: Any) -> Prediction:
    """A prediction of two forecasters, of whom one comes at half of the time."""
    return asked_of(
        said(made=at(1), probability=p), said(by="Bo", made=at(6), probability=q), **also
    )


@pytest.mark.parametrize("written", [False, True], ids=["as imported", "as written"])
def test_the_platforms_own_scores_are_met(written):
    given = {(each.id, each.by, each.rule): each.score for each in official(real())}
    computed = {}
    for each in taken(real())[0]:
        prediction = incoming(each.id, each.record).prediction
        if written:
            prediction = read(rendered(prediction).encode(), "p.yaml", each.id).prediction
        for rule in PLATFORM:
            for row in scores(prediction, {}, sampling(date(2026, 1, 1)), rule):
                assert row.counts
                computed[row.id, row.by, row.rule] = row.score
    assert len(given) == 148
    assert computed == pytest.approx(given, rel=0, abs=1e-9)


def test_there_is_a_row_a_forecaster_of_what_stood():
    sure = 100 * (math.log(0.8) + math.log(2)) / math.log(2)
    assert found(two(), "baseline")["Ada"] == pytest.approx(sure)
    assert found(two(), "spot_baseline")["Ada"] == pytest.approx(sure)
    assert found(two(), "peer")["Ada"] == pytest.approx(100 * math.log(4) / 2)
    assert found(two(), "spot_peer")["Bo"] == pytest.approx(-100 * math.log(4))
    assert found(two(answer="no"), "spot_peer")["Bo"] == pytest.approx(100 * math.log(4))


def test_a_revision_or_a_withdrawal_ends_what_stood_before():
    revised = asked_of(said(made=at(1), probability=0.5), said(made=at(6), probability=1.0))
    assert found(revised, "baseline") == {"Ada": pytest.approx(50)}
    gone = asked_of(said(made=at(1), probability=1.0, withdrawn=at(3)))
    assert found(gone, "baseline") == {"Ada": pytest.approx(20)}
    assert found(gone, "spot_baseline") == {}
    by_day = asked_of(said(made=at(1), probability=1.0, withdrawn=date(2024, 1, 3)))
    assert found(by_day, "baseline") == {"Ada": pytest.approx(30)}


def test_a_close_that_is_not_said_is_the_scheduled_one():
    sure = asked_of(said(made=at(1), probability=1.0), closed=None)
    assert found(sure, "baseline") == {"Ada": pytest.approx(100)}
    early = asked_of(said(made=at(1), probability=1.0), closed=at(6))
    assert found(early, "baseline") == {"Ada": pytest.approx(50)}
    known = replace(sure, outcome=replace(sure.outcome, decided=date(2024, 1, 5)))
    assert found(known, "baseline") == {"Ada": pytest.approx(50)}  # to the end of that day
    only = asked_of(said(made=at(1), probability=1.0), scheduled_close=None)
    assert found(only, "baseline") == {"Ada": pytest.approx(100)}


@pytest.mark.parametrize(
    ("also", "reason"),
    [
        ({"answer": None}, "open"),
        ({"answer": "void"}, "void"),
        ({"answer": 0.4}, "partial"),
        ({"opened": None}, "no_window"),
        ({"scheduled_close": None, "closed": None}, "no_window"),
        ({"opened": at(11)}, "no_window"),
    ],
)
def test_what_cannot_be_scored_says_why(also, reason):
    for rule in PLATFORM:
        assert found(two(**also), rule) == {"Ada": reason, "Bo": reason}


@pytest.mark.parametrize(
    ("also", "reason"),
    [({}, ""), ({"deadline": None}, "no_deadline"), ({"deadline": date(2026, 1, 1)}, "early")],
)
def test_what_is_scored_says_whether_it_counts(also, reason):
    rows = scores(two(**also), {}, ASKED, "peer")
    assert [(each.score is not None, each.reason) for each in rows] == [(True, reason)] * 2


def test_an_origin_that_was_not_asked_for_and_a_phrase_do_not_count():
    first = said(made=at(1), probability=0.8, origin="inferred")
    phrase = said(by="Bo", made=at(1), probability="very likely")
    rows = scores(asked_of(first, phrase), {}, ASKED, "baseline")
    assert [each.reason for each in rows] == ["origin", "phrase"]
    assert all(each.score is not None for each in rows)


def test_words_alone_and_a_phrase_that_is_in_no_table_are_no_forecast_here():
    words = said(by="Bo", made=at(1), words="I think so")
    strange = said(by="Cy", made=at(1), probability="no such phrase")
    assert found(asked_of(words, strange), "peer") == {}


def test_two_who_gave_it_no_chance_cannot_be_compared():
    both = asked_of(said(made=at(1), probability=0.0), said(by="Bo", made=at(1), probability=0.0))
    assert found(both, "peer") == {"Ada": "undefined", "Bo": "undefined"}
    assert found(both, "baseline") == {"Ada": -math.inf, "Bo": -math.inf}


def test_kind_date_has_no_such_score():
    day = built("date", said(cdf=((date(2024, 2, 1), 0.5),)), answer="no", **WINDOW)
    assert found(day, "baseline") == {}


def test_a_choice_is_scored_over_the_options_on_offer():
    shares = (("red", 0.5), ("green", 0.0), ("blue", 0.5))
    forecast = said(made=at(1), probabilities=shares)
    asked = asked_of(forecast, kind="choice", answer="green")
    assert found(asked, "baseline") == {"Ada": -math.inf}
    late = replace(asked, extra=(("x-metaculus-late-options", ["green"]),))
    assert found(late, "baseline") == {"Ada": pytest.approx(0)}  # .5 of the two on offer
    red = replace(late, outcome=replace(late.outcome, answer="red"))
    assert found(red, "spot_baseline") == {"Ada": pytest.approx(0)}


def on_grid(answer: Any, *cdfs: tuple[float, ...], places: tuple = GRID, **also: Any) -> Prediction:
    """A numeric prediction of forecasters A, B and so on, over one grid."""
    forecasts = [
        said(by=by, made=at(1), cdf=tuple(zip(places, cdf, strict=True)))
        for by, cdf in zip("ABC", cdfs, strict=False)
    ]
    bounds = {"range": Range(low=0.0, high=10.0, open_high=True)}
    return asked_of(*forecasts, kind="numeric", answer=answer, **(bounds | also))


@pytest.mark.parametrize(
    ("answer", "p", "fair"),
    [(5, 0.3, 0.2375), (5.1, 0.4, 0.2375), ("above", 0.1, 0.05), (11, 0.1, 0.05), (0, 0.1, 0.2375)],
)
def test_a_number_is_scored_over_the_bins_of_its_grid(answer, p, fair):
    given = on_grid(answer, (0.0, 0.1, 0.4, 0.8, 0.9))
    assert found(given, "baseline") == {"A": pytest.approx(50 * math.log(p / fair))}


def test_numbers_beside_each_other_are_halved_and_below_is_the_lower_tail():
    given = on_grid("below", (0.4, 0.5, 0.6, 0.7, 0.9), (0.1, 0.5, 0.6, 0.7, 0.9))
    assert found(given, "spot_peer")["A"] == pytest.approx(50 * math.log(4))
    assert found(given, "peer")["B"] == pytest.approx(-50 * math.log(4))


def test_numbers_that_do_not_stand_on_one_grid_are_not_scored():
    cdf = (0.0, 0.1, 0.4, 0.8, 0.9)
    assert found(on_grid(5, cdf, range=None), "peer") == {"A": "no_grid"}
    assert found(on_grid(5, cdf, places=(1.0, *GRID[1:])), "peer") == {"A": "no_grid"}
    assert found(asked_of(said(made=at(1), point=5), kind="numeric", answer=5), "peer") == {
        "Ada": "no_grid"
    }
    other = said(by="Bo", made=at(1), point=5)
    mixed = on_grid(5, cdf)
    assert found(replace(mixed, forecasts=(*mixed.forecasts, other)), "baseline").keys() == {"A"}


def test_nobody_is_compared_with_a_bot_and_the_spot_may_lie_before_the_close():
    bots = two(extra=(("x-metaculus-bots", ["Bo"]),))
    assert found(bots, "peer")["Ada"] == 0
    early = two(extra=(("x-metaculus-spot-time", "2024-01-05T00:00:00Z"),))
    assert found(early, "spot_baseline").keys() == {"Ada"}
    for odd in ("some day", ["2024-01-05"]):
        assert found(two(extra=(("x-metaculus-spot-time", odd),)), "spot_peer").keys() == {
            "Ada",
            "Bo",
        }


def test_the_sum_over_both_outcomes_of_a_binary_is_twice_its_brier_score():
    rows = {rule: scores(two(), {}, ASKED, rule) for rule in ("brier", "brier2")}
    assert [each.score for each in rows["brier2"]] == [2 * each.score for each in rows["brier"]]
    assert rows["brier2"][0].terms[0].loss == rows["brier2"][0].score
    assert [each.score for each in scores(two(answer=None), {}, ASKED, "brier2")] == [None, None]


def results(prediction: Prediction, *given: tuple[str, str, float]) -> list[tuple[str, float]]:
    """What became of scores that were given, and by how much they differ."""
    rows = platform.compared(prediction, given, ASKED)
    return [(each.result, each.difference) for each in rows]


def test_a_score_that_was_given_is_met_or_missed_or_cannot_be_computed():
    ada = found(two(), "baseline")["Ada"]
    assert results(two(), ("Ada", "baseline", ada + 1e-10))[0][0] == "met"
    assert results(two(), ("Ada", "baseline", ada + 1)) == [("missed", pytest.approx(1))]
    assert results(two(), ("Cy", "peer", 1.0)) == [("absent", 0)]
    alone = asked_of(said(made=at(1), probability=0.8))
    assert results(alone, ("Ada", "peer", 5.0)) == [("alone", 0)]
    assert results(alone, ("Ada", "baseline", 5.0))[0][0] == "missed"
    sure = asked_of(said(made=at(1), probability=0.0))
    assert results(sure, ("Ada", "baseline", -math.inf)) == [("met", 0)]
    day = built("date", said(cdf=((date(2024, 2, 1), 0.5),)), answer="no", **WINDOW)
    assert results(day, ("Ada", "peer", 5.0)) == [("date", 0)]

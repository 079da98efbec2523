"""The score of each form by its headline rule, worked out by hand, and by the other rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from build import DAY, DEADLINE, MADE, binary, built, by_id, said
from predtrack.records import life
from predtrack.records.prediction import Condition, Interval, Prediction, Range
from predtrack.reports.rows import known
from predtrack.reports.sampling import case_of, sampling
from predtrack.reports.scores import Score, headline, scored_rows, scores, telling

MAY, JULY = date(2024, 5, 1), date(2024, 7, 1)
BOUNDS = Range(low=0, high=50)
SURE = Interval(low=10, high=15, confidence=0.8)
SHARES = (("red", 0.5), ("green", 0.3), ("blue", 0.2))
QUANTILES = ((0.1, 8), (0.5, 12), (0.9, 20))
CDF = ((8, 0.1), (12, 0.5), (20, 0.9))
DAYS = ((MAY, 0.2), (JULY, 0.5), (DEADLINE, 0.9))


def scored(
    prediction: Prediction, day: date = DAY, rule: str | None = None, **asked: Any
) -> list[Score]:
    others = by_id(prediction) | asked.pop("others", {})
    return scores(life.known(prediction, day), others, sampling(day, **asked), rule)


def one(prediction: Prediction, day: date = DAY, rule: str | None = None, **asked: Any) -> Score:
    (found,) = scored(prediction, day, rule, **asked)
    return found


BY_HAND: list[tuple[str, dict[str, Any], dict[str, Any], str, float]] = [
    ("binary", {"probability": 0.9}, {"answer": "yes"}, "brier", 0.01),
    ("binary", {"probability": 0.9}, {"answer": "no"}, "brier", 0.81),
    ("binary", {"probability": 0.9}, {"answer": 0.5}, "brier", 0.41),  # half .01, half .81
    # .25 + .49 + .04
    ("choice", {"probabilities": SHARES}, {"answer": "green"}, "brier2", 0.78),
    # running sums .5 and .8 against 0 and 1
    ("choice", {"probabilities": SHARES}, {"answer": "green", "ordered": True}, "rps", 0.29),
    ("numeric", {"interval": SURE}, {"answer": 12}, "interval", 5),
    # 5 wide, and 2 / .2 for each of the 2 that it lies above
    ("numeric", {"interval": SURE}, {"answer": 17}, "interval", 25),
    ("numeric", {"interval": Interval(low=10, high=15)}, {"answer": 12.4}, "hit", 1),
    ("numeric", {"interval": Interval(low=10, high=15)}, {"answer": 22}, "hit", 0),
    ("numeric", {"interval": Interval(low=10)}, {"answer": 10}, "hit", 1),
    ("numeric", {"interval": Interval(high=10)}, {"answer": 10.5}, "hit", 0),
    ("numeric", {"interval": Interval(low=10, confidence=0.8)}, {"answer": 9}, "brier", 0.64),
    ("numeric", {"interval": Interval(high=10, confidence=0.8)}, {"answer": 9}, "brier", 0.04),
    # twice .1 x 7, .5 x 3 and .1 x 5, over 3
    ("numeric", {"quantiles": QUANTILES}, {"answer": 15}, "pinball", 2 * (0.7 + 1.5 + 0.5) / 3),
    # 15 is above 8 and 12, and at most 20
    ("numeric", {"cdf": CDF}, {"answer": 15}, "cdf", (0.01 + 0.25 + 0.01) / 3),
    ("numeric", {"point": 100}, {"answer": 97.5}, "abs_error", 2.5),
    ("date", {"cdf": DAYS}, {"answer": JULY}, "cdf", (0.04 + 0.25 + 0.01) / 3),
    ("date", {"cdf": DAYS}, {"answer": "no"}, "cdf", (0.04 + 0.25 + 0.81) / 3),
    ("binary", {"words": "it will"}, {"answer": "yes"}, "hit", 1),
    ("binary", {"words": "it will"}, {"answer": 0.25}, "hit", 0.25),
    ("date", {"words": "soon"}, {"answer": MAY}, "hit", 1),
    ("date", {"words": "soon"}, {"answer": "no"}, "hit", 0),
    ("date", {"words": "soon"}, {"answer": DEADLINE + timedelta(1)}, "hit", 0),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "fields", "ended", "rule", "score"), BY_HAND)
def test_a_form_is_scored_by_its_headline_rule(
    kind: str, fields: dict[str, Any], ended: dict[str, Any], rule: str, score: float
) -> None:
    found = one(built(kind, said(**fields), **ended))
    assert (found.rule, found.reason, found.counts) == (rule, "", True)
    assert found.score == pytest.approx(score)


@pytest.mark.parametrize(("kind", "fields", "ended", "rule"), [each[:4] for each in BY_HAND])
def test_without_an_outcome_there_is_no_score_yet(
    kind: str, fields: dict[str, Any], ended: dict[str, Any], rule: str
) -> None:
    found = one(built(kind, said(**fields), ordered=ended.get("ordered", False)))
    assert (found.rule, found.score, found.reason) == (rule, None, "open")


def test_the_headline_is_known_without_an_outcome() -> None:
    found = built("numeric", said(quantiles=QUANTILES))
    assert headline(found, found.forecasts[0]) == "pinball"
    assert one(found).rule == "pinball"


def test_only_scores_in_the_unit_of_the_quantity_have_a_unit() -> None:
    given: list[tuple[dict[str, Any], str | None]] = [
        ({"point": 1}, "mm"),
        ({"quantiles": QUANTILES}, "mm"),
        ({"interval": Interval(low=1, high=2, confidence=0.5)}, "mm"),
        ({"interval": Interval(low=1, high=2)}, None),
        ({"cdf": CDF}, None),
    ]
    for fields, unit in given:
        assert one(built("numeric", said(**fields), answer=1, unit="mm")).unit == unit


def test_an_interval_score_shows_its_parts_and_the_number_that_came() -> None:
    found = one(built("numeric", said(interval=SURE), answer=9))
    assert found.parts is not None
    assert found.parts == (pytest.approx(15), 5, pytest.approx(10), 0)
    assert found.came == 9


def test_the_terms_show_each_chance_with_what_came_and_what_it_cost() -> None:
    found = one(built("choice", said(probabilities=SHARES), answer="green"))
    assert [(t.target, t.stated, t.came) for t in found.terms] == [
        ("red", 0.5, 0),
        ("green", 0.3, 1),
        ("blue", 0.2, 0),
    ]
    assert sum(term.loss for term in found.terms) == pytest.approx(found.score)


def test_the_shares_of_a_choice_may_stand_in_another_order_than_its_options() -> None:
    turned = tuple(reversed(SHARES))
    found = built("choice", said(probabilities=turned), answer="green", ordered=True)
    assert one(found).score == pytest.approx(0.29)


@pytest.mark.parametrize(
    ("day", "answer", "decided", "expected"),
    [
        # (points, points due, score, reason)
        (MAY, "no", MAY, (3, 0, 0.04, "early")),  # a day is over only when it has passed
        (MAY + timedelta(1), "no", MAY, (3, 1, 0.04, "")),
        (DAY, "no", JULY, (3, 2, (0.04 + 0.25) / 2, "")),
        (DAY, "no", DEADLINE, (3, 3, (0.04 + 0.25 + 0.81) / 3, "")),
        (DAY, "no", date(2024, 4, 1), (3, 0, None, "open")),
        (DAY, None, None, (3, 0, None, "open")),
        (date(2024, 4, 1), date(2024, 3, 1), None, (3, 0, (0.64 + 0.25 + 0.01) / 3, "early")),
        (JULY, date(2024, 3, 1), None, (3, 1, 0.64, "")),
        (DAY, date(2024, 3, 1), None, (3, 3, (0.64 + 0.25 + 0.01) / 3, "")),
        (DAY, "void", None, (3, 0, None, "void")),
    ],
)
def test_a_date_is_scored_over_the_points_that_are_due(
    day: date, answer: Any, decided: date | None, expected: tuple[Any, ...]
) -> None:
    found = one(built("date", said(cdf=DAYS), answer=answer, decided=decided), day)
    points, due, score, reason = expected
    assert (found.points, found.points_due, found.reason) == (points, due, reason)
    assert found.score == (None if score is None else pytest.approx(score))


def test_what_is_known_early_counts_with_the_rest_where_it_is_asked_for() -> None:
    found = built("date", said(cdf=DAYS), answer=date(2024, 3, 1))
    early = one(found, JULY, include_early=True)
    assert (early.counts, early.score) == (True, pytest.approx((0.64 + 0.25 + 0.01) / 3))


def test_an_early_answer_is_scored_and_does_not_count() -> None:
    found = one(binary(0.9, "yes", decided=MAY), JULY)
    assert (found.score, found.reason, found.counts) == (pytest.approx(0.01), "early", False)


@pytest.mark.parametrize(
    ("day", "ended", "due", "reason"),
    [
        (DAY, {"answer": 15}, 3, ""),
        (DAY, {}, 0, "open"),
        (JULY, {"answer": 15, "decided": MAY}, 0, "early"),
        (DAY, {"answer": 15, "deadline": None}, 0, "no_deadline"),
    ],
)
def test_the_points_of_a_numeric_cdf_come_due_together(
    day: date, ended: dict[str, Any], due: int, reason: str
) -> None:
    found = one(built("numeric", said(cdf=CDF), **ended), day)
    assert (found.points, found.points_due, found.reason) == (3, due, reason)


def test_a_numeric_cdf_of_many_points_is_scored_over_all_of_them() -> None:
    cdf = tuple((k, k / 100) for k in range(101))
    found = one(built("numeric", said(cdf=cdf), answer=50))
    assert (found.points, found.points_due, len(found.terms)) == (101, 101, 101)
    # from 0 to 49 the share squared, from 50 on what is missing of 1 squared
    expected = sum((k / 100) ** 2 for k in range(50)) + sum((k / 100) ** 2 for k in range(51))
    assert found.score == pytest.approx(expected / 101)


def test_points_belong_to_a_cdf_alone() -> None:
    found = one(binary(0.9, "yes"))
    assert (found.points, found.points_due) == (None, None)


def test_a_claim_in_words_without_a_deadline_is_a_hit_only_if_it_happened() -> None:
    came = one(built("date", said(words="soon"), answer=MAY, deadline=None))
    assert (came.score, came.reason, came.scheduled) == (1, "", None)
    assert one(built("date", said(words="soon"), answer="no", deadline=None)).reason == "open"


@pytest.mark.parametrize(
    "fields",
    [
        {"quantiles": QUANTILES},
        {"point": 1},
        {"interval": Interval(low=-5, high=60, confidence=0.8)},
        {"interval": Interval(low=-5, high=60)},
        {"interval": Interval(low=60, confidence=0.8)},
        {"cdf": ((60, 0.1), (70, 0.9))},
    ],
)
def test_an_answer_outside_the_range_leaves_some_scores_unknown(fields: dict[str, Any]) -> None:
    found = one(built("numeric", said(**fields), answer="above", range=BOUNDS))
    assert (found.score, found.reason) == (None, "out_of_range")


def test_an_answer_outside_the_range_may_still_decide_a_chance_or_a_hit() -> None:
    bound = {"answer": "above", "range": BOUNDS}
    hit = one(built("numeric", said(interval=Interval(low=10, high=15)), **bound))
    assert (hit.score, hit.reason, hit.came) == (0, "", None)
    chance = one(built("numeric", said(interval=Interval(low=10, confidence=0.8)), **bound))
    assert (chance.score, chance.reason) == (pytest.approx(0.04), "")
    cdf = one(built("numeric", said(cdf=((50, 0.8), (60, 0.9))), **bound))
    assert (cdf.score, cdf.reason, cdf.points_due) == (None, "out_of_range", 2)


@pytest.mark.parametrize(
    ("table", "score"),
    # the middle of 80 to 95, and of 90 to 100
    [("icd-203", 0.125**2), ("ipcc", 0.05**2), ("nato", None)],
)
def test_a_phrase_is_scored_by_its_table_and_counts_apart(table: str, score: float | None) -> None:
    found = one(binary("very likely", "yes"), verbal=table)
    assert (found.reason, found.counts) == ("phrase", False)
    assert found.score == (None if score is None else pytest.approx(score))


def test_one_phrase_in_a_cdf_makes_the_whole_score_one_of_phrases() -> None:
    cdf = ((MAY, 0.2), (DEADLINE, "likely"))
    found = one(built("date", said(cdf=cdf), answer="no"))
    assert found.reason == "phrase"
    assert found.score == pytest.approx((0.04 + 0.675**2) / 2)


def test_a_phrase_whose_day_is_not_due_leaves_the_score_one_of_numbers() -> None:
    cdf = ((MAY, 0.2), (DEADLINE, "likely"))
    found = one(built("date", said(cdf=cdf), answer="no", decided=MAY))
    assert (found.reason, found.score) == ("", pytest.approx(0.04))


@pytest.mark.parametrize("prediction", [binary(0.9, "void"), binary("likely", "void")])
def test_a_void_prediction_has_no_score(prediction: Prediction) -> None:
    found = one(prediction)
    assert (found.score, found.reason) == (None, "void")


def test_a_condition_that_failed_takes_the_score_away() -> None:
    found = binary(0.9, "yes", condition=Condition(prediction="basis"))
    failed, held = (binary(0.5, answer, id="basis") for answer in ("no", "yes"))
    assert one(found, others=by_id(failed)).reason == "void"
    assert one(found, others=by_id(held)).score == pytest.approx(0.01)


def test_a_condition_that_is_a_date_fails_when_its_last_day_was_decided_no() -> None:
    found = binary(0.9, "yes", condition=Condition(prediction="basis"))
    for decided, reason in ((JULY, ""), (DEADLINE, "void")):
        basis = built("date", said(cdf=DAYS), id="basis", answer="no", decided=decided)
        assert one(found, others=by_id(basis)).reason == reason


def test_a_score_says_which_day_must_pass_before_it_counts() -> None:
    early = built("date", said(cdf=DAYS), answer=date(2024, 3, 1))
    assert one(early, MAY).scheduled == MAY
    assert one(binary(0.9, "yes", decided=MAY), JULY).scheduled == DEADLINE
    assert one(binary(0.9, "yes", deadline=None), DAY).scheduled is None


def test_revisions_and_other_origins_are_scored_and_do_not_count() -> None:
    found = built(
        "binary",
        said(probability=0.5),
        said(made=MAY, probability=0.9),
        said(by="Bob", probability=0.8, origin="assumed"),
        answer="yes",
    )
    assert [(each.by, each.score, each.reason) for each in scored(found)] == [
        ("Ada", pytest.approx(0.25), ""),
        ("Bob", pytest.approx(0.04), "origin"),
        ("Ada", pytest.approx(0.01), "revised"),
    ]


def test_at_a_lead_each_forecast_is_scored_over_the_points_that_it_stood_before() -> None:
    later = tuple((day, chance + 0.1) for day, chance in DAYS)
    revision = said(made=date(2024, 6, 20), cdf=later)
    found = built("date", said(cdf=DAYS), revision, answer="no")
    first, second = scored(found, at="lead:30d")
    assert [term.target for term in first.terms] == ["by 2024-05-01", "by 2024-07-01"]
    assert (first.score, first.counts) == (pytest.approx((0.04 + 0.25) / 2), True)
    assert [term.target for term in second.terms] == ["by 2024-12-31"]
    assert (second.score, second.counts) == (pytest.approx(1), True)


def test_as_of_an_earlier_day_later_forecasts_and_outcomes_are_not_known() -> None:
    found = built(
        "binary",
        said(probability=0.5),
        said(made=JULY, probability=0.9),
        answer="yes",
        deadline=MAY,
        decided=JULY,
    )
    assert [(each.score, each.reason) for each in scored(found, MAY)] == [(None, "open")]
    assert [each.score for each in scored(found, JULY)] == [
        pytest.approx(0.25),
        pytest.approx(0.01),
    ]
    assert scored(replace(found, forecasts=()), JULY) == []


def test_a_later_event_reads_as_no_on_an_earlier_day() -> None:
    found = built("date", said(cdf=DAYS), answer=date(2024, 8, 1))
    assert one(found, date(2024, 7, 15)).points_due == 2
    assert one(found, date(2024, 7, 15)).score == pytest.approx((0.04 + 0.25) / 2)


def test_scores_are_read_for_some_forecasters_where_they_are_named() -> None:
    found = built("binary", said(probability=0.5), said(by="Bob", probability=0.9), answer="yes")
    here = known(by_id(found), DAY)
    for by, names in ((("Bob",), ["Bob"]), ((), ["Ada", "Bob"])):
        ((row, then, mine),) = scored_rows(here.rows, here, sampling(DAY), by)
        assert (row, then) == (here.rows[0], found)
        assert [each.by for each in mine] == names


def test_a_score_says_what_it_is_of() -> None:
    found = one(binary(0.9, "yes", family="rain", deadline_origin="inferred"))
    assert (found.id, found.kind, found.family, found.made) == ("p", "binary", "rain", MADE)
    assert (found.origin, found.reason) == ("inferred", "origin")


@pytest.mark.parametrize("day", [MAY, JULY, DAY])
@pytest.mark.parametrize("answer", ["yes", "void", None])
def test_a_report_is_told_the_same_scores_but_of_what_it_does_not_count(
    day: date, answer: str | None
) -> None:
    bob = said(by="Bob", made=JULY, probability=0.4)
    mine = (said(probability=0.5), said(made=MAY, probability=0.7), bob)
    found = life.known(built("binary", *mine, answer=answer, decided=JULY), day)
    every = scores(found, {}, sampling(day))
    told = telling(case_of(found, {}, sampling(day)))
    worked_out = {"", "early", "open"}
    assert [each for each in told if each.reason in worked_out] == [
        each for each in every if each.reason in worked_out
    ]
    assert {each.reason for each in every} - {each.reason for each in told} <= {"revised", "void"}

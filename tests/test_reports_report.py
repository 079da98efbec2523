"""The report on a folder: groups that are never pooled, counts, what is early, missing, coming."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from build import DAY, DEADLINE, OPTIONS, binary, built, by_id, numbered, resolved, said
from predtrack.records.prediction import Condition, Forecast, Interval, Outcome, Prediction
from predtrack.reports.groups import Group
from predtrack.reports.listing import Filters
from predtrack.reports.report import Report, report
from predtrack.reports.rows import known
from predtrack.reports.sampling import sampling

MAY, JULY, LATER = date(2024, 5, 1), date(2024, 7, 1), date(2026, 3, 1)
SHARES = tuple(zip(OPTIONS, (0.5, 0.3, 0.2), strict=True))
HALF = ((MAY, 0.2), (LATER, 0.6))
QUANTILES = ((0.1, 8), (0.5, 12), (0.9, 20))


def reported(
    *predictions: Prediction, day: date = DAY, filters: Filters | None = None, **asked: Any
) -> Report:
    here = known(numbered(predictions), day)
    return report(here, filters or Filters(), sampling(day, **asked))


def named(found: Report) -> list[str]:
    return [group.name for group in found.groups]


def group(found: Report, name: str) -> Group:
    (mine,) = (each for each in found.groups if each.name == name)
    return mine


def test_each_forecaster_has_groups_of_their_own() -> None:
    both = said(probability=0.9), said(by="Bob", probability=0.2)
    found = reported(built("binary", *both, answer="yes"), binary(0.8, "yes"))
    assert named(found) == [
        "Ada, binary, stated",
        "Ada, chances, stated",
        "Bob, binary, stated",
        "Bob, chances, stated",
    ]
    assert group(found, "Ada, binary, stated").figures.brier == pytest.approx(0.025)
    assert group(found, "Bob, binary, stated").figures.brier == pytest.approx(0.64)


def test_each_kind_has_a_group_and_the_chances_of_choices_stay_out_of_the_pool() -> None:
    found = reported(
        binary(0.9, "yes"),
        built("choice", said(probabilities=SHARES), answer="red"),
        built("numeric", said(quantiles=QUANTILES), answer=10),
        built("date", said(cdf=((MAY, 0.2), (DEADLINE, 0.6))), answer="no"),
    )
    counted = {each.kind: (each.rows, each.families) for each in found.groups}
    assert counted == {
        "binary": (1, 1),
        "choice": (3, 1),
        "numeric": (1, 1),
        "date": (2, 1),
        "chances": (1 + 3 + 2, 3),
    }
    pooled = group(found, "Ada, chances, stated")
    stated = 0.9 + (0.1 + 0.5 + 0.9) / 3 + (0.2 + 0.6) / 2
    assert pooled.figures.sum_p == pytest.approx(stated)
    assert (pooled.figures.brier, pooled.withheld["brier"]) == (None, "pooled")
    assert group(found, "Ada, choice, stated").figures.brier == pytest.approx(
        (0.25 + 0.09 + 0.04) / 3
    )


def test_choices_alone_make_no_pool_of_chances() -> None:
    found = reported(built("choice", said(probabilities=SHARES), answer="red"))
    assert named(found) == ["Ada, choice, stated"]


def test_each_origin_asked_for_has_groups_of_its_own() -> None:
    given = [binary(0.9, "yes", origin=origin) for origin in ("assumed", "inferred", "stated")]
    assert named(reported(*given)) == ["Ada, binary, stated", "Ada, chances, stated"]
    found = reported(*given, origins=("assumed", "stated"))
    assert named(found) == [
        "Ada, binary, stated",
        "Ada, chances, stated",
        "Ada, binary, assumed",
        "Ada, chances, assumed",
    ]
    assert {each.rows for each in found.groups} == {1}


def test_only_the_forecasters_asked_for_are_reported_on() -> None:
    both = said(probability=0.9), said(by="Bob", probability=0.2)
    shared = built("binary", *both, answer="yes")
    found = reported(shared, binary(0.8, "yes"), filters=Filters(by=("Bob",)))
    assert named(found) == ["Bob, binary, stated", "Bob, chances, stated"]
    assert found.counts["predictions"] == 1


def test_a_family_is_one_however_many_of_its_predictions_came() -> None:
    found = reported(*(binary(0.9, "yes", family="rain") for _ in range(4)), binary(0.5, "no"))
    mine = group(found, "Ada, binary, stated")
    assert (mine.rows, mine.families) == (5, 2)
    assert mine.figures.brier == pytest.approx((0.01 + 0.25) / 2)


def test_revisions_are_never_rows() -> None:
    revised = built("binary", said(probability=0.5), said(made=MAY, probability=0.9), answer="yes")
    for at, brier in (("first", 0.25), ("last", 0.01), ("lead:30d", 0.01), ("lead:300d", 0.25)):
        mine = group(reported(revised, at=at), "Ada, binary, stated")
        assert (mine.rows, mine.figures.brier) == (1, pytest.approx(brier))


def mixed_bag() -> list[Prediction]:
    """One prediction of each status and kind of end."""
    return [
        binary(0.9, "yes"),
        binary(0.9, "void"),
        binary(0.9, "yes", condition=Condition(prediction="p004")),
        binary(0.9),  # due, and nobody said how it ended
        binary(0.9, "no"),
        binary(0.9, deadline=LATER),
        binary(0.9, "yes", deadline=LATER, decided=MAY),  # early
        built("date", said(cdf=HALF), answer="no", decided=JULY, deadline=None),
        binary(0.9, made=DAY + timedelta(1), deadline=LATER),  # not there yet
    ]


def test_predictions_are_counted_by_their_status() -> None:
    assert reported(*mixed_bag()).counts == {
        "predictions": 8,
        "open": 2,
        "due": 1,
        "resolved": 3,
        "void": 2,
        "early": 1,
    }


def test_early_ones_are_listed_and_scored_apart_and_enter_no_figure() -> None:
    found = reported(*mixed_bag())
    assert found.early_ids == ("p006",)
    assert [(each.id, each.score, each.reason) for each in found.early] == [
        ("p006", pytest.approx(0.01), "early")
    ]
    assert group(found, "Ada, binary, stated").figures.brier == pytest.approx((0.01 + 0.81) / 2)
    # once the day has passed it counts with the others
    later = reported(*mixed_bag()[:-1], day=LATER + timedelta(1))
    assert later.early_ids == ()
    assert group(later, "Ada, binary, stated").figures.brier == pytest.approx((0.81 + 0.02) / 3)


def test_asked_to_include_early_ones_the_report_counts_them_at_once() -> None:
    found = reported(*mixed_bag(), include_early=True)
    assert found.asked.include_early
    assert found.early == ()
    assert group(found, "Ada, binary, stated").rows == 3


def test_what_came_due_without_an_outcome_is_missing() -> None:
    assert reported(*mixed_bag()).missing == 1
    cdf = ((MAY, 0.2), (JULY, 0.6), (LATER, 0.9))
    assert reported(built("date", said(cdf=cdf))).missing == 2
    assert reported(built("date", said(cdf=cdf)), filters=Filters(by=("Bob",))).missing == 0


def test_what_comes_next_is_listed_soonest_first() -> None:
    half = built("date", said(cdf=((MAY, 0.2), (DAY, 0.4), (LATER, 0.6))))
    found = reported(*mixed_bag()[3:], half)
    assert [(when, row.id) for when, row in found.coming] == [
        (DAY, "p006"),
        (LATER, "p002"),
        (LATER, "p004"),
    ]


def test_a_report_keeps_to_its_filters() -> None:
    given = [
        binary(0.9, "yes", tags=("rain",)),
        binary(0.2, "yes", family="snow"),
        built("choice", said(probabilities=SHARES), answer="red"),
    ]
    for filters, name, rows in (
        (Filters(tag=("rain",)), "Ada, binary, stated", 1),
        (Filters(family=("snow",)), "Ada, binary, stated", 1),
        (Filters(kind=("choice",)), "Ada, choice, stated", 3),
    ):
        found = reported(*given, filters=filters)
        assert found.filters == filters
        assert found.counts["predictions"] == 1
        assert (found.groups[0].name, found.groups[0].rows) == (name, rows)


def test_a_condition_is_known_though_the_filters_leave_it_out() -> None:
    found = reported(*mixed_bag()[:5], filters=Filters(text="p002"))
    assert (found.counts["void"], found.groups) == (1, ())


def test_as_of_an_earlier_day_the_report_is_what_it_was_then() -> None:
    now = numbered(mixed_bag())
    filters = Filters()
    then = report(known(now, JULY), filters, sampling(JULY))
    assert then.counts == {
        "predictions": 8,
        "open": 6,
        "due": 0,
        "resolved": 1,
        "void": 1,
        "early": 1,
    }
    # the first point of the date came due in May, and was decided on the very day asked for
    assert [(each.name, each.rows) for each in then.groups] == [
        ("Ada, date, stated", 1),
        ("Ada, chances, stated", 1),
    ]


def test_what_is_void_is_counted_by_its_reason() -> None:
    vague = [
        replace(binary(0.9), outcome=Outcome(answer="void", reason=reason))
        for reason in ("too_vague", "too_vague", "annulled", None)
    ]
    parent = binary(0.9, "no", id="parent")
    child = binary(0.9, id="child", condition=Condition(prediction="parent"))
    here = by_id(*(replace(each, id=f"v{k}") for k, each in enumerate(vague)), parent, child)
    found = report(known(here, DAY), Filters(), sampling(DAY))
    assert found.void == {"": 1, "annulled": 1, "condition_false": 1, "too_vague": 2}
    assert sum(found.void.values()) == found.counts["void"]


def test_an_empty_folder_has_an_empty_report() -> None:
    found = reported()
    assert (found.groups, found.early, found.missing, found.coming) == ((), (), 0, ())
    assert set(found.counts.values()) == {0}


def both(mine: dict[str, Any], hers: dict[str, Any]) -> tuple[Forecast, Forecast]:
    return said(**mine), said(by="Bob", **hers)


def compared(*predictions: Prediction, by: tuple[str, ...] = ("Ada", "Bob")) -> list[Any]:
    found = reported(*predictions, filters=Filters(by=by)).comparisons
    return [(each.rule, each.unit, each.rows, each.families, each.diff) for each in found]


def test_forecasters_are_compared_on_what_both_have_forecast() -> None:
    shared = [
        built("binary", *both({"probability": p}, {"probability": q}), answer="yes", family=family)
        for p, q, family in ((0.9, 0.5, "a"), (0.8, 0.4, "b"), (0.8, 0.4, "b"))
    ]
    alone = [binary(0.1, "yes"), binary(0.9, "no", by="Bob")]
    # Bob's loss minus Ada's: .25 - .01, and .36 - .04 in the other family
    assert compared(*shared, *alone) == [("brier", None, 3, 2, pytest.approx(0.28))]
    assert compared(*shared, *alone, by=("Bob", "Ada")) == [
        ("brier", None, 3, 2, pytest.approx(-0.28))
    ]
    assert compared(*shared, *alone, by=("Ada",)) == []
    assert compared(*alone) == []


@pytest.mark.parametrize(
    ("families", "has_interval", "is_shown"),
    [(4, False, False), (5, True, False), (9, True, False), (10, True, True)],
)
def test_a_comparison_has_an_interval_from_5_families_and_somebody_is_ahead_from_10(
    families: int, has_interval: bool, is_shown: bool
) -> None:
    shared = [
        built("binary", *both({"probability": 0.9}, {"probability": 0.3 + k / 50}), answer="yes")
        for k in range(families)
    ]
    (found,) = reported(*shared, filters=Filters(by=("Ada", "Bob"))).comparisons
    assert (found.a, found.b, found.families) == ("Ada", "Bob", families)
    assert (found.low is not None) == (found.high is not None) == has_interval
    assert found.is_shown == is_shown


def test_losses_that_are_alike_have_no_interval_however_many_there_are() -> None:
    for q in (0.9, 0.3 * 3, 1 - 0.1):  # they differ in their last bits
        shared = [
            built("binary", *both({"probability": 0.9}, {"probability": q}), answer="yes")
            for _ in range(12)
        ]
        (found,) = reported(*shared, filters=Filters(by=("Ada", "Bob"))).comparisons
        assert (found.low, found.high, found.is_shown) == (None, None, False)


def test_comparisons_are_by_rule_and_unit_and_leave_claims_without_a_number_out() -> None:
    given = [
        built("numeric", *both({"point": 1}, {"point": 3}), answer=2.5, unit=unit)
        for unit in ("mm", "km", None)
    ]
    words = built("binary", *both({"words": "yes"}, {"words": "no"}), answer="yes")
    choice = built(
        "choice", *both({"probabilities": SHARES}, {"probabilities": SHARES}), answer="red"
    )
    found = compared(*given, words, choice)
    assert sorted(found, key=str) == [
        ("abs_error", "km", 1, 1, -1),
        ("abs_error", "mm", 1, 1, -1),
        ("abs_error", None, 1, 1, -1),
        ("brier2", None, 1, 1, 0),
    ]


@pytest.mark.parametrize(
    ("kind", "mine", "hers", "alike"),
    [
        ("date", {"cdf": ((DEADLINE, 0.5),)}, {"cdf": ((DEADLINE, 0.9),)}, 1),
        ("date", {"cdf": ((DEADLINE, 0.5),)}, {"cdf": ((MAY, 0.1), (DEADLINE, 0.9))}, 0),
        ("numeric", {"cdf": ((1, 0.5),)}, {"cdf": ((2, 0.5),)}, 0),
        ("numeric", {"quantiles": QUANTILES}, {"quantiles": ((0.1, 9), (0.5, 9), (0.9, 9))}, 1),
        ("numeric", {"quantiles": QUANTILES}, {"quantiles": ((0.5, 9),)}, 0),
        (
            "numeric",
            {"interval": Interval(low=1, high=2, confidence=0.8)},
            {"interval": Interval(low=5, high=6, confidence=0.8)},
            1,
        ),
        (
            "numeric",
            {"interval": Interval(low=1, high=2, confidence=0.8)},
            {"interval": Interval(low=1, high=2, confidence=0.5)},
            0,
        ),
        (
            "numeric",
            {"interval": Interval(low=1, confidence=0.8)},
            {"interval": Interval(low=2, confidence=0.8)},
            0,
        ),
        ("numeric", {"point": 1}, {"quantiles": ((0.5, 9),)}, 0),
    ],
)
def test_only_answers_to_the_same_question_are_compared(
    kind: str, mine: dict[str, Any], hers: dict[str, Any], alike: int
) -> None:
    answer = "no" if kind == "date" else 10
    assert len(compared(built(kind, *both(mine, hers), answer=answer))) == alike


def test_each_two_of_the_forecasters_named_are_compared_once() -> None:
    three = [said(by=name, probability=0.5) for name in ("Ada", "Bob", "Eve")]
    shared = built("binary", *three, answer="yes")
    found = reported(shared, filters=Filters(by=("Ada", "Bob", "Eve", "Ada"))).comparisons
    assert [(each.a, each.b) for each in found] == [("Ada", "Bob"), ("Ada", "Eve"), ("Bob", "Eve")]


def test_a_calibrated_forecaster_is_seldom_said_to_be_off() -> None:
    """Over 40 folders of 60, an interval of 95% holds 0 nearly always."""
    held = 0
    for seed in range(40):
        found = report(known(by_id(*resolved(60, seed=seed)), DAY), Filters(), sampling(DAY))
        shown = group(found, "Ada, chances, stated").figures
        assert shown.diff_low is not None
        assert shown.diff_high is not None
        held += shown.diff_low <= 0 <= shown.diff_high
    assert 33 <= held <= 40


def test_ranges_and_words_that_came_due_without_an_outcome_are_counted() -> None:
    words = built("binary", said(words="it will"))
    number = built("numeric", said(interval=Interval(low=1, high=2)))
    later = built("binary", said(words="it will"), deadline=LATER)
    found = reported(words, number, later, binary(0.9))
    assert (found.missing, found.missing_others) == (1, 2)


def test_what_is_decided_and_in_no_figure_is_counted_by_its_reason() -> None:
    inferred = built("binary", said(probability=0.9, origin="inferred"), answer="yes")
    endless = binary(0.9, "yes", deadline=None)
    assert reported(inferred, endless, binary(0.9, "no")).left_out == {
        "origin": 1,
        "no_deadline": 1,
    }

"""What a group shows beside calibration: phrases, words, ranges, coverage, mean scores."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import pytest

from build import DAY, DEADLINE, OPTIONS, binary, built, numbered, said
from predtrack.records.prediction import Interval, Prediction, Range, Reference, Source
from predtrack.reports.groups import Group
from predtrack.reports.listing import Filters
from predtrack.reports.report import report
from predtrack.reports.rows import known
from predtrack.reports.sampling import sampling
from predtrack.scoring.intervals import exact_binomial_p, wilson

MAY = date(2024, 5, 1)
SHARES = tuple(zip(OPTIONS, (0.5, 0.3, 0.2), strict=True))
QUANTILES = ((0.1, 8), (0.25, 10), (0.5, 12), (0.75, 15), (0.9, 20))


def group(kind: str, *predictions: Prediction, **asked: Any) -> Group:
    (mine,) = (each for each in groups(*predictions, **asked) if each.kind == kind)
    return mine


def groups(*predictions: Prediction, **asked: Any) -> tuple[Group, ...]:
    here = known(numbered(predictions), DAY)
    return report(here, Filters(), sampling(DAY, **asked)).groups


def interval(low: float | None, high: float | None, c: float | None, answer: Any) -> Prediction:
    forecast = said(interval=Interval(low=low, high=high, confidence=c))
    return built("numeric", forecast, answer=answer, range=Range(low=-100, high=100))


def test_phrases_stand_apart_and_are_mapped_by_a_table() -> None:
    given = [binary("very likely", "yes"), binary("very likely", "no"), binary(0.5, "yes")]
    assert [each.kind for each in groups(*given)] == ["binary", "chances", "phrases"]
    assert group("binary", *given).rows == 1
    found = group("phrases", *given)
    assert (found.name, found.table) == ("Ada, phrases, stated", "icd-203")
    assert (found.rows, found.families, found.unmapped) == (2, 2, 0)
    assert found.figures.levels == ((0.875, 2, 1),)
    assert found.figures.brier == pytest.approx((0.125**2 + 0.875**2) / 2)


def test_the_sensitivity_puts_every_phrase_at_its_quarters() -> None:
    found = group("phrases", binary("very likely", "yes"), binary("unlikely", "yes"))
    assert found.sensitivity is not None
    # 80 to 95 and 20 to 45: the lower quarters are .8375 and .2625, the upper .9125 and .3875
    assert found.sensitivity.low == pytest.approx((0.1625**2 + 0.7375**2) / 2)
    assert found.sensitivity.high == pytest.approx((0.0875**2 + 0.6125**2) / 2)
    # nearer to 50%: .8375 and .3875; further from it: .9125 and .2625
    assert found.sensitivity.nearer == pytest.approx((0.1625**2 + 0.6125**2) / 2)
    assert found.sensitivity.further == pytest.approx((0.0875**2 + 0.7375**2) / 2)


def test_another_table_may_mean_something_else_or_nothing() -> None:
    given = [binary("very likely", "yes"), binary("remote", "no")]
    found = group("phrases", *given, verbal="ipcc")
    assert (found.table, found.rows, found.unmapped) == ("ipcc", 1, 1)
    assert found.figures.levels == ((0.95, 1, 1),)
    none = group("phrases", *given, verbal="nato")
    assert (none.rows, none.families, none.unmapped) == (2, 2, 2)
    assert (none.figures.brier, none.sensitivity) == (None, None)


def test_a_phrase_in_a_cdf_leaves_its_numbers_in_the_groups_of_numbers() -> None:
    found = built("date", said(cdf=((MAY, 0.2), (DEADLINE, "likely"))), answer="no")
    counted = {each.kind: each.rows for each in groups(found)}
    assert counted == {"date": 1, "chances": 1, "phrases": 1}
    assert group("date", found).figures.levels == ((0.2, 1, 0),)
    assert group("date", found).scores == ()


def test_claims_in_words_are_hit_or_missed_with_an_interval() -> None:
    given = [built("binary", said(words="it will"), answer=a) for a in ("yes", "yes", "yes")]
    found = group("binary", *given)
    assert found.words is not None
    assert found.words == (3, 3, 3, pytest.approx(0.4385, abs=1e-4), 1, 1)
    assert (found.rows, found.figures.brier, found.ranges) == (3, None, None)
    assert [each.kind for each in groups(*given)] == ["binary"]


def test_words_and_numbers_of_one_kind_share_a_group_and_no_figure() -> None:
    words = built("date", said(words="soon"), answer=MAY)
    numbers = built("date", said(cdf=((DEADLINE, 0.9),)), answer=MAY)
    found = group("date", words, numbers)
    assert found.words is not None
    assert (found.words.rows, found.words.hits) == (1, 1)
    assert (found.rows, found.figures.brier) == (1, pytest.approx(0.01))
    assert [(each.rule, each.rows) for each in found.scores] == [("cdf", 1)]


def test_a_claim_in_words_that_came_true_in_part_is_hit_in_part() -> None:
    given = [built("binary", said(words="w"), answer=a) for a in ("yes", "no", 0.5)]
    found = group("binary", *given).words
    assert found is not None
    assert (found.hits, found.low, found.high) == (1.5, *wilson(1.5, 3))


def test_hits_of_one_family_rest_on_one() -> None:
    given = [built("binary", said(words="w"), answer=a, family="f") for a in ("yes", "no")]
    found = group("binary", *given).words
    assert found == (2, 1, 1, *wilson(0.5, 1), 0.5)


def test_ranges_without_a_confidence_are_only_hit_or_missed() -> None:
    given = [interval(10, 15, None, 12.4), interval(10, 15, None, 22), interval(10, None, None, 10)]
    found = group("numeric", *given)
    assert found.ranges == (3, 3, 2, *wilson(2, 3), pytest.approx(2 / 3))
    assert (found.words, found.scores, found.coverage) == (None, (), ())
    assert [each.kind for each in groups(*given)] == ["numeric"]


def test_a_range_that_the_answer_leaves_open_is_not_counted() -> None:
    given = [interval(10, 15, None, 12), interval(10, 200, None, "above")]
    found = group("numeric", *given).ranges
    assert found is not None
    assert (found.rows, found.hits) == (1, 1)


def test_the_coverage_of_intervals_is_counted_by_their_confidence() -> None:
    answers = [12, 12, 10.5, 14.5, 22, 3]
    given = [interval(10, 15, 0.8, answer) for answer in answers] + [interval(0, 1, 0.5, 2)]
    found = group("numeric", *given).coverage
    assert [(each.confidence, each.rows, each.families, each.hits) for each in found] == [
        (0.5, 1, 1, 0),
        (0.8, 6, 6, 4),
    ]
    assert (found[1].ci_low, found[1].ci_high) == wilson(4, 6)
    assert found[1].p_value == pytest.approx(exact_binomial_p(4, 6, 0.8))


def test_central_pairs_of_quantiles_are_intervals_too() -> None:
    quantiles = ((0.1, 8.5), *QUANTILES[1:])
    given = [built("numeric", said(quantiles=quantiles), answer=a) for a in (8.5, 11, 20.5)]
    found = group("numeric", *given, interval(0, 9, 0.8, 5)).coverage
    # 10 to 15 at 50%, and 8.5 to 20 at 80%, both ends included
    assert [(each.confidence, each.rows, each.hits) for each in found] == [(0.5, 3, 1), (0.8, 4, 3)]


def test_quantiles_without_a_partner_cover_nothing() -> None:
    found = built("numeric", said(quantiles=((0.1, 8), (0.5, 12), (0.8, 20))), answer=9)
    assert group("numeric", found).coverage == ()


def test_a_narrow_pair_of_quantiles_is_an_interval_of_little_confidence() -> None:
    found = built("numeric", said(quantiles=((0.45, 8), (0.55, 12))), answer=9)
    assert [(c.confidence, c.hits) for c in group("numeric", found).coverage] == [(0.1, 1)]


def test_a_number_known_only_to_lie_outside_has_no_score_and_is_a_miss() -> None:
    bounds = Range(low=0, high=50)
    found = built("numeric", said(quantiles=QUANTILES), answer="above", range=bounds)
    numbers, chances = groups(found)
    assert (numbers.kind, numbers.rows, numbers.scores) == ("numeric", 1, ())
    assert {(each.confidence, each.rows, each.hits) for each in numbers.coverage} == {
        (0.5, 1, 0),
        (0.8, 1, 0),
    }
    assert (chances.kind, chances.rows) == ("chances", 5)


def test_the_coverage_of_a_shared_family_has_no_test() -> None:
    given = [
        built("numeric", said(quantiles=QUANTILES), answer=a, family="f" if a < 10 else None)
        for a in (8.5, 9, 13)
    ]
    half, wide = group("numeric", *given).coverage
    assert (half.rows, half.families, half.hits, half.p_value) == (3, 2, 1, None)
    assert (half.ci_low, half.ci_high) == pytest.approx(wilson(1, 2))
    assert (wide.hits, wide.ci_low, wide.ci_high) == (3, *wilson(2, 2))


def test_an_interval_with_one_end_is_a_chance_and_covers_nothing() -> None:
    found = group("numeric", interval(10, None, 0.8, 12))
    assert found.coverage == ()
    assert [(each.rule, each.mean) for each in found.scores] == [("brier", pytest.approx(0.04))]


def test_scores_are_averaged_by_rule_and_unit_and_never_over_units() -> None:
    given = [
        built("numeric", said(point=10), answer=12, unit="mm"),
        built("numeric", said(point=10), answer=16, unit="mm"),
        built("numeric", said(point=10), answer=1010, unit="km"),
        built("numeric", said(point=10), answer=11),
        built("numeric", said(quantiles=((0.5, 10),)), answer=13, unit="mm"),
    ]
    found = group("numeric", *given)
    assert [(each.unit, each.rule, each.rows, each.mean) for each in found.scores] == [
        (None, "abs_error", 1, 1),
        ("km", "abs_error", 1, 1000),
        ("mm", "abs_error", 2, 4),
        ("mm", "pinball", 1, 3),
    ]
    assert (found.rows, found.families, found.figures.brier) == (5, 5, None)


def test_a_mean_score_counts_each_family_once() -> None:
    given = [
        built("numeric", said(point=10), answer=12, family="f"),
        built("numeric", said(point=10), answer=14, family="f"),
        built("numeric", said(point=10), answer=19),
    ]
    (mean,) = group("numeric", *given).scores
    assert (mean.rows, mean.families, mean.mean) == (3, 2, (3 + 9) / 2)


@pytest.mark.parametrize(("n", "shown"), [(1, 1), (4, 4), (5, 0)])
def test_the_records_themselves_are_shown_while_they_are_few(n: int, shown: int) -> None:
    found = group("binary", *(binary(0.9, "yes") for _ in range(n)))
    assert len(found.shown) == shown


def test_the_chances_that_were_furthest_off_are_named_and_those_that_were_nearest() -> None:
    stated = (0.9, 0.95, 0.99, 0.8, 0.5, 0.3, 0.2, 0.6)
    answers = ("yes", "yes", "no", "no", "yes", "yes", "yes", "no")
    found = group("binary", *map(binary, stated, answers))
    assert [(each.name, each.p, each.y) for each in found.worst] == [
        ("p002", 0.99, 0),
        ("p006", 0.2, 1),
        ("p003", 0.8, 0),
    ]
    # of this sample 5 of 8 came, so that who was right about a yes was not bold
    assert [(each.name, each.p, each.y) for each in found.best] == []
    assert found.worst[0].loss == pytest.approx(0.9801)


def test_an_even_chance_is_not_far_off() -> None:
    found = group("binary", binary(0.5, "yes"), binary(0.46, "yes"), binary(0.54, "yes"))
    assert [each.p for each in found.worst] == [0.46]


def test_bold_and_right_is_what_a_reference_was_on_the_other_side_of() -> None:
    """To say 1% of what seldom happens is right and not bold."""
    rare = [binary(0.01, "no") for _ in range(8)]
    bold = [binary(0.9, "yes"), binary(0.6, "yes")]
    timid = binary(0.4, "yes")
    found = group("binary", *rare, *bold, timid)
    assert [(each.p, each.y) for each in found.best] == [(0.9, 1), (0.6, 1)]
    market = binary(0.1, "no", reference=Reference(probability=0.8))
    assert [each.p for each in group("binary", *rare, market).best] == [0.1]


def test_a_chance_that_is_not_a_plain_yes_is_named_by_what_it_is_of() -> None:
    choice = built("choice", said(probabilities=SHARES), answer="blue")
    assert group("choice", choice).worst[0].name == "p000 blue"
    certain = built("date", said(cdf=((MAY, 0.0), (DEADLINE, 1.0))), answer=MAY)
    assert group("date", certain).figures.log_infinite == ("p000",)
    assert group("binary", binary(1, "no")).figures.log_infinite == ("p000",)


REFERENCES: list[tuple[str, dict[str, Any], Any, dict[str, Any], float | None]] = [
    ("binary", {"probability": 0.9}, "yes", {"probability": 0.6}, 0.16),
    ("binary", {"probability": 0.9}, "yes", {"probability": "likely"}, None),
    ("binary", {"probability": 0.9}, "yes", {"note": "hard to say"}, None),
    (
        "choice",
        {"probabilities": SHARES},
        "red",
        {"probabilities": tuple((name, 1 / 3) for name in OPTIONS)},
        (4 + 1 + 1) / 27,
    ),
    ("date", {"cdf": ((MAY, 0.2),)}, MAY, {"cdf": ((MAY, 0.5), (DEADLINE, 0.9))}, 0.25),
    ("date", {"cdf": ((MAY, 0.2),)}, MAY, {"cdf": ((DEADLINE, 0.9),)}, None),
    ("date", {"cdf": ((MAY, 0.2),)}, MAY, {"cdf": ((MAY, "likely"),)}, None),
]


@pytest.mark.parametrize(("kind", "fields", "answer", "reference", "loss"), REFERENCES)
def test_the_records_own_reference_is_compared_to_where_it_says_the_same_thing(
    kind: str, fields: dict[str, Any], answer: Any, reference: dict[str, Any], loss: float | None
) -> None:
    given = [
        built(kind, said(**fields), answer=answer, reference=Reference(**reference))
        for _ in range(5)
    ]
    found = group(kind, *given)
    (own, *_) = found.figures.skills
    assert found.figures.brier is not None
    if loss is None:
        assert own.reference == "always 50%"
    else:
        assert own.reference == "the record's reference"
        assert own.diff == pytest.approx(loss - found.figures.brier)


def test_choices_are_compared_to_equal_shares_of_their_options() -> None:
    given = [built("choice", said(probabilities=SHARES), answer="red") for _ in range(5)]
    found = {each.reference: each for each in group("choice", *given).figures.skills}
    brier = (0.25 + 0.09 + 0.04) / 3
    assert found["equal shares"].diff == pytest.approx(2 / 9 - brier)


def test_the_log_score_of_choices_is_that_of_the_option_that_came() -> None:
    given = [built("choice", said(probabilities=SHARES), answer=a) for a in ("red", "red", "blue")]
    found = group("choice", *given)
    assert found.figures.log_score == pytest.approx(-(2 * math.log(0.5) + math.log(0.2)) / 3)
    assert found.figures.log_score_rest == found.figures.log_score
    assert (found.figures.log_rest_n, found.figures.log_infinite) == (3, ())
    assert not {"log_score", "log_score_rest"} & found.withheld.keys()


CERTAIN = (("red", 0.0), ("green", 0.5), ("blue", 0.5))


def test_a_choice_that_was_ruled_out_and_came_is_named_and_left_out_of_the_log_score() -> None:
    given = [built("choice", said(probabilities=CERTAIN), answer=a) for a in ("red", "blue")]
    found = group("choice", *given)
    assert found.figures.log_score is None
    assert found.withheld["log_score"] == "infinite:1"
    assert found.figures.log_infinite == ("p000",)
    assert (found.figures.log_score_rest, found.figures.log_rest_n) == (math.log(2), 1)
    alone = group("choice", given[0])
    assert (alone.figures.log_score_rest, alone.figures.log_rest_n) == (None, 0)
    assert alone.withheld["log_score_rest"] == "nothing_left"


def test_of_choices_no_sum_is_shown_since_shares_always_sum_to_what_comes() -> None:
    found = group("choice", *(built("choice", said(probabilities=SHARES), answer="red"),) * 12)
    for name in ("mean_diff", "diff_low", "diff_high", "sum_p", "sum_y", "sum_p_value"):
        assert getattr(found.figures, name) is None
        assert found.withheld[name] == "choice_shares"


def test_a_group_without_an_origin_is_named_without() -> None:
    group = Group(by="rain", kind="chances", origin=None, rows=0, families=0)
    assert group.name == "rain, chances"


def test_an_infinite_log_score_is_said_of_the_group() -> None:
    found = group("binary", binary(0, "yes"), binary(0.5, "yes"))
    assert found.withheld["log_score"] == "infinite:1"
    assert found.figures.log_score_rest == pytest.approx(math.log(2))


def test_misses_are_counted_by_their_side_and_a_mean_has_its_median() -> None:
    answers = [5, 1, 20, 30, 12, "above", "below"]
    found = group("numeric", *(interval(4, 15, 0.8, answer) for answer in answers))
    (covered,) = found.coverage
    assert (covered.hits, covered.rows, covered.below, covered.above) == (2, 7, 2, 3)
    plain = group("numeric", *(interval(4, 15, 0.8, answer) for answer in answers[:5]))
    (mean,) = plain.scores
    # the width of 11, and ten times what is missed by
    assert mean.median == pytest.approx(11 + 10 * 3)
    assert mean.mean == pytest.approx((11 + 41 + 61 + 161 + 11) / 5)


@pytest.mark.parametrize(("low", "high", "side"), [(10, None, "below"), (None, 3, "above")])
def test_an_interval_of_one_bound_is_missed_on_its_side(low: Any, high: Any, side: str) -> None:
    from predtrack.reports.coverage import _side

    assert _side(interval(low, high, 0.8, 5), Interval(low=low, high=high)) == (
        -1 if side == "below" else 1
    )


@pytest.mark.parametrize(
    ("sources", "families", "expected"),
    [
        (["a", "a"], 6, True),
        (["a", "a"], 4, False),
        (["a", "b"], 6, False),
        (["a", None], 6, False),
        ([None, None], 6, False),
    ],
)
def test_chances_that_share_one_source_are_named(
    sources: list[str | None], families: int, expected: bool
) -> None:
    given = [
        binary(0.9, "yes", source=Source(url=url) if (url := sources[k % 2]) else None)
        for k in range(families)
    ]
    assert group("binary", *given).one_source == expected
    assert group("chances", *given).one_source == expected

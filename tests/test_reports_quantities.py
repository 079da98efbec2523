"""Numeric forecasts: scores of logarithms, references for numbers, and how numbers are shown."""

from __future__ import annotations

import math
from dataclasses import replace
from io import StringIO
from random import Random
from statistics import fmean
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from build import DAY, built, numbered, resolved, said
from predtrack.records.prediction import Forecast, Interval, Prediction, Range, Reference
from predtrack.reports.groups import Group, MeanScore
from predtrack.reports.listing import Filters
from predtrack.reports.report import Report, report
from predtrack.reports.rows import known
from predtrack.reports.sampling import sampling
from predtrack.reports.scores import Score, scores
from predtrack.scoring import numeric
from predtrack.scoring.families import family_mean
from predtrack.scoring.skill import paired_difference
from predtrack.views import json
from predtrack.views import report as views_report
from predtrack.views.arithmetic import steps

QUANTILES = ((0.1, 8.0), (0.5, 12.0), (0.9, 20.0))
FORMS: dict[str, dict[str, Any]] = {
    "interval": {"interval": Interval(low=10, high=20, confidence=0.8)},
    "pinball": {"quantiles": QUANTILES},
    "abs_error": {"point": 12},
}


def reported(*predictions: Prediction, by: tuple[str, ...] = ()) -> Report:
    here = known(numbered(predictions), DAY)
    return report(here, Filters(by=by), sampling(DAY))


def numbers(*predictions: Prediction) -> Group:
    return next(each for each in reported(*predictions).groups if each.kind == "numeric")


def page_of(result: Report) -> str:
    console = Console(width=200, record=True, file=StringIO())
    console.print(views_report.report(result))
    return console.export_text()


def logged(forecast: Forecast, answer: Any, scale: str = "log", **more: Any) -> Prediction:
    return built("numeric", forecast, answer=answer, scale=scale, unit="km", **more)


def score(prediction: Prediction, rule: str | None = None) -> Score:
    (mine,) = scores(prediction, {}, sampling(DAY), rule)
    return mine


def in_logs(form: dict[str, Any]) -> dict[str, Any]:
    """The same form with the logarithms of its values."""
    (name, value) = next(iter(form.items()))
    if name == "interval":
        low, high = math.log(value.low), math.log(value.high)
        return {name: Interval(low=low, high=high, confidence=value.confidence)}
    if name == "quantiles":
        return {name: tuple((level, math.log(at)) for level, at in value)}
    return {name: math.log(value)}


@pytest.mark.parametrize("rule", FORMS)
@given(answer=st.floats(0.01, 1e6))
def test_a_score_on_a_log_scale_is_that_of_the_logarithms(rule: str, answer: float) -> None:
    own = score(logged(said(**FORMS[rule]), answer))
    plain = built("numeric", said(**in_logs(FORMS[rule])), answer=math.log(answer))
    assert (own.rule, own.scale, own.unit, own.reason) == (rule, "log", "km", "")
    assert own.score == pytest.approx(score(plain).score, abs=1e-12)
    assert own.came == answer  # what is shown is what came


@given(factor=st.floats(1e-6, 1e6), answer=st.floats(0.1, 100))
def test_a_score_of_logarithms_is_the_same_in_every_unit(factor: float, answer: float) -> None:
    def of(by: float) -> float | None:
        pairs = tuple((level, at * by) for level, at in QUANTILES)
        return score(logged(said(quantiles=pairs), answer * by)).score

    assert of(factor) == pytest.approx(of(1.0), abs=1e-9)


def test_a_weighted_interval_score_is_of_logarithms_too() -> None:
    result = score(logged(said(quantiles=QUANTILES), 9), "wis")
    ends = [(math.log(8), math.log(20), 0.8)]
    assert result.score == pytest.approx(numeric.wis(math.log(12), ends, math.log(9)))


@pytest.mark.parametrize(
    ("form", "answer"),
    [
        ({"interval": Interval(low=0, high=20, confidence=0.8)}, 10),
        ({"quantiles": ((0.1, -1.0), (0.9, 2.0))}, 1),
        ({"point": 0}, 1),
        *((form, answer) for form in FORMS.values() for answer in (0, -3)),
    ],
)
def test_what_has_no_logarithm_has_no_score_and_says_why(form: dict[str, Any], answer: Any) -> None:
    result = logged(said(**form), answer)
    assert (score(result).score, score(result).reason) == (None, "no_logarithm")
    page = reported(result)
    assert page.left_out == {"no_logarithm": 1}
    assert "1 without a score, since a value is not above 0" in page_of(page)


def test_what_is_open_or_out_of_range_says_so_first() -> None:
    below = logged(said(point=0), "below", range=Range(low=1, high=2))
    assert score(below).reason == "out_of_range"
    assert score(logged(said(point=0), None)).reason == "open"


@pytest.mark.parametrize(
    "form",
    [
        {"cdf": ((8, 0.1), (12, 0.5))},
        {"interval": Interval(low=10, confidence=0.8)},
        {"interval": Interval(low=-5, high=20)},
    ],
)
def test_chances_and_hits_have_no_scale(form: dict[str, Any]) -> None:
    log, linear = (score(logged(said(**form), 9, scale)) for scale in ("log", "linear"))
    assert (log.score, log.scale, log.reason) == (linear.score, None, "")


def test_scores_of_two_scales_are_never_averaged() -> None:
    rows = [logged(said(point=10), k + 8, scale) for k in range(3) for scale in ("log", "linear")]
    linear, log = numbers(*rows).scores
    assert [(each.unit, each.rule, each.scale, each.rows) for each in (linear, log)] == [
        ("km", "abs_error", "linear", 3),
        ("km", "abs_error", "log", 3),
    ]
    assert linear.mean == pytest.approx(fmean([2, 1, 0]))
    assert log.mean == pytest.approx(fmean([math.log(10 / 8), math.log(10 / 9), 0]))


def test_two_forecasters_are_compared_by_scale() -> None:
    rows = [
        replace(
            logged(said(point=10), 12, scale),
            forecasts=(said(point=10), said(by="Bob", point=11)),
        )
        for scale in ("log", "linear")
    ]
    result = reported(*rows, by=("Ada", "Bob")).comparisons
    assert [(each.rule, each.unit, each.scale) for each in result] == [
        ("abs_error", "km", "linear"),
        ("abs_error", "km", "log"),
    ]


@pytest.mark.parametrize(
    ("rule", "answer", "text"),
    [
        ("abs_error", 10, "|ln 12 - ln 10| = .1823 log km  (absolute error of natural logarithms"),
        ("interval", 15, "width ln 20 - ln 10 = .6931 log km  (interval score of natural log"),
        ("interval", 5, "width ln 20 - ln 10 + 2/0.2 × (ln 10 - ln 5) below = 7.6246 log km"),
        ("interval", 25, "width ln 20 - ln 10 + 2/0.2 × (ln 25 - ln 20) above = 2.9246 log km"),
        ("pinball", 12, "2 × pinball at 10%: |ln 12 - ln 8|, 50%: |ln 12 - ln 12|, 90%: |ln 12 -"),
    ],
)
def test_the_arithmetic_says_that_it_is_of_logarithms(rule: str, answer: Any, text: str) -> None:
    result = logged(said(**FORMS[rule]), answer)
    line = steps(result, score(result))
    assert text in line
    assert "of natural logarithms, lower is better" in line


def test_json_and_page_say_the_scale() -> None:
    page = reported(*(logged(said(point=10), k + 8) for k in range(6)))
    assert "log km" in page_of(page)
    assert "absolute error of natural logarithms" in page_of(page)
    (entry,) = json.group(numbers(logged(said(point=10), 9)))["scores"]
    assert (entry["scale"], entry["reference"]) == ("log", None)
    assert json.score(score(logged(said(point=10), 9)))["scale"] == "log"
    assert json.score(score(logged(said(point=10), 9, "linear")))["scale"] == "linear"
    assert json.score(score(logged(said(cdf=((8, 0.1),)), 9)))["scale"] is None


def referred(form: dict[str, Any], other: dict[str, Any], answer: Any, **more: Any) -> Prediction:
    return built("numeric", said(**form), answer=answer, reference=Reference(**other), **more)


def mean_of(rows: list[Prediction]) -> MeanScore:
    (mean,) = numbers(*rows).scores
    return mean


@pytest.mark.parametrize("scale", ["linear", "log"])
@pytest.mark.parametrize("families", [4, 5, 19, 20, 30])
def test_the_records_reference_is_a_paired_difference(scale: str, families: int) -> None:
    random, pairs, rows = Random(families), [], []
    for k in range(families):
        answer, wide = random.uniform(1, 30), random.uniform(1, 9)
        other = tuple((level, at + wide * (level >= 0.5)) for level, at in QUANTILES)
        more: dict[str, Any] = {"unit": "km", "scale": scale}
        rows.append(referred({"quantiles": QUANTILES}, {"quantiles": other}, answer, **more))
        of = math.log if scale == "log" else float
        pairs.append(
            (
                k,
                *(
                    numeric.quantile_score([(level, of(at)) for level, at in each], of(answer))
                    for each in (QUANTILES, other)
                ),
            )
        )
    result = mean_of(rows).reference
    if families < 5:
        assert result is None
        return
    expected = paired_difference(pairs)
    assert result is not None
    assert result[:2] == (families, families)
    assert result[2:5] == pytest.approx((expected.mean, expected.low, expected.high))
    own, theirs = (fmean(pair[at] for pair in pairs) for at in (1, 2))
    assert result.ratio == (None if families < 20 else pytest.approx(1 - own / theirs))


@pytest.mark.parametrize(
    ("form", "other", "is_comparable"),
    [
        (FORMS["interval"], {"interval": Interval(low=5, high=9, confidence=0.8)}, True),
        (FORMS["interval"], {"interval": Interval(low=5, high=9, confidence=0.9)}, False),
        (FORMS["interval"], {"interval": Interval(low=5, high=9)}, False),
        (FORMS["interval"], {"interval": Interval(low=5, confidence=0.8)}, False),
        (FORMS["interval"], {"point": 9}, False),
        (FORMS["pinball"], {"quantiles": ((0.1, 1), (0.5, 2), (0.9, 3))}, True),
        (FORMS["pinball"], {"quantiles": ((0.1, 1), (0.9, 3))}, False),
        (FORMS["abs_error"], {"point": 9}, True),
        (FORMS["abs_error"], {"note": "nobody knows"}, False),
        ({"cdf": ((8, 0.1), (12, 0.5))}, {"cdf": ((8, 0.2), (12, 0.9))}, True),
        ({"cdf": ((8, 0.1), (12, 0.5))}, {"cdf": ((8, 0.2), (13, 0.9))}, False),
        (
            {"interval": Interval(low=8, confidence=0.8)},
            {"interval": Interval(low=8, confidence=0.6)},
            True,
        ),
        (
            {"interval": Interval(low=8, confidence=0.8)},
            {"interval": Interval(low=9, confidence=0.6)},
            False,
        ),
        ({"interval": Interval(low=8)}, {"interval": Interval(low=9)}, False),
    ],
)
def test_only_an_answer_to_the_same_question_is_a_reference(
    form: dict[str, Any], other: dict[str, Any], is_comparable: bool
) -> None:
    rows = [referred(form, other, 7.5 + k) for k in range(6)]
    means = numbers(*rows).scores
    assert [each.reference is not None for each in means] == [is_comparable] * len(means)


def test_a_reference_of_a_cdf_is_a_pair_of_chances() -> None:
    form, other = {"cdf": ((8, 0.2), (12, 0.6))}, {"cdf": ((8, 0.5), (12, 0.5))}
    result = mean_of([referred(form, other, 5 + k) for k in range(12)]).reference
    assert result is not None
    losses = [
        [numeric.cdf_score([(p, float(5 + k <= v)) for v, p in each["cdf"]]) for k in range(12)]
        for each in (form, other)
    ]
    assert result.diff == pytest.approx(fmean(losses[1]) - fmean(losses[0]))


def test_rows_without_a_reference_are_in_the_mean_alone() -> None:
    rows = [referred(FORMS["abs_error"], {"point": 20}, 12.5 + k) for k in range(5)]
    rows += [built("numeric", said(point=12), answer=99) for _ in range(3)]
    mean = mean_of(rows)
    assert mean.reference is not None
    assert (mean.rows, mean.reference.rows) == (8, 5)
    assert mean.mean == pytest.approx(
        family_mean(enumerate([0.5, 1.5, 2.5, 3.5, 4.5, *[87] * 3])).mean
    )


def line(rows: list[Prediction]) -> str:
    return next(
        each for each in page_of(reported(*rows)).splitlines() if "record's reference" in each
    )


def test_the_page_says_how_much_less_was_lost_in_the_unit() -> None:
    rows = [
        referred({"point": 100 + k % 3}, {"point": 130 + k % 5}, 100, unit="km") for k in range(20)
    ]
    assert (
        "31.1 km less loss than the record's reference, 97% less  (95% 30.3 to 31.8 km); n = 20"
        in line(rows)
    )
    assert line(rows).rstrip().endswith("n = 20")
    assert "cannot tell: 30.8 km less" in line(rows[:9])
    worse = [
        referred({"point": 130 + k % 5}, {"point": 100 + k % 3}, 100, unit="km") for k in range(20)
    ]
    assert "31.1 km more loss than the record's reference, 33.7 times as much" in line(worse)


def test_references_that_lose_as_much_are_alike() -> None:
    rows = [referred({"point": 9}, {"point": 11}, 10, unit="km") for _ in range(12)]
    assert "alike with the record's reference; n = 12" in line(rows)
    result = mean_of(rows).reference
    assert result is not None
    assert (result.diff, result.low, result.high) == (0, None, None)


@pytest.mark.parametrize("size", [1e-12, 1.0, 1e12])
def test_what_differs_by_rounding_is_told_by_the_size_of_the_losses(size: float) -> None:
    other = [
        referred({"point": 0}, {"point": size * (2 + k % 3)}, size, unit="km") for k in range(12)
    ]
    result = mean_of(other).reference
    assert result is not None
    assert result.low is not None
    assert result.diff != 0
    near = [referred({"point": 0}, {"point": 2 * size * (1 + 1e-13)}, size) for _ in range(12)]
    assert mean_of(near).reference[2:5] == (0, None, None)


BILLION = 1e9
WIDE = [
    ((0.1, -BILLION), (0.5, 0.0), (0.9, BILLION)),
    ((0.05, -BILLION), (0.25, -BILLION), (0.75, BILLION), (0.95, BILLION)),
    ((0.1, -2 * BILLION), (0.3, -BILLION), (0.5, 0.0), (0.7, BILLION), (0.9, 2 * BILLION)),
]


@pytest.mark.parametrize("wide", WIDE)
@pytest.mark.parametrize(
    "answers", [[0] * 20, [k - 10 for k in range(20)], [k / 7 for k in range(20)]]
)
@pytest.mark.parametrize("reference", ["none", "narrow", "wider"])
def test_ranges_a_billion_wide_give_no_false_word(
    wide: tuple[tuple[float, float], ...], answers: list[float], reference: str
) -> None:
    factors = {"narrow": 1e-8, "wider": 3.0}
    pairs = tuple((level, at * factors.get(reference, 1)) for level, at in wide)
    other = None if reference == "none" else Reference(quantiles=pairs)
    rows = [
        built("numeric", said(quantiles=wide), answer=answer, unit="km", reference=other)
        for answer in answers
    ]
    text = page_of(reported(*rows))
    for word in ("100% less", "too extreme", "likelier too extreme", "right on average", "saves"):
        assert word not in text
    assert ("more loss" in text) == (reference == "narrow")
    assert ("less loss" in text) == (reference == "wider")
    if reference == "wider":
        assert ", 67% less" in text or "alike" in text or "cannot tell" in text


def test_a_reference_a_billion_wide_is_not_beaten_by_all_of_its_loss() -> None:
    rows = [
        referred({"point": 12}, {"point": BILLION + k}, 12 + k % 3, unit="km") for k in range(20)
    ]
    assert "km less loss than the record's reference, more than 99% less" in line(rows)


def test_long_numbers_are_short_on_the_page_and_whole_in_json() -> None:
    rows = [
        built("numeric", said(cdf=((1_000_000, 0.0363420836664),)), answer=5),
        *(built("numeric", said(cdf=((2_000_000, 0.5),)), answer=5) for _ in range(5)),
    ]
    result = reported(*rows)
    assert "p000 <= 1,000,000: 3.63% stated, happened" in page_of(result)
    (pooled,) = (each for each in result.groups if each.kind == "chances")
    (worst,) = json.group(pooled)["worst"]
    assert (worst["name"], worst["p"]) == ("p000 <= 1000000", 0.0363420836664)


def test_a_confidence_that_missed_by_its_last_digits_is_told_as_it_was_meant() -> None:
    quantiles = ((0.1000001, 8.5), (0.8999999, 12.5))
    result = reported(*(built("numeric", said(quantiles=quantiles), answer=9) for _ in range(3)))
    assert "stated 80%: held 3 of 3" in page_of(result)


def test_the_mean_of_an_interval_score_is_the_sum_of_its_mean_parts() -> None:
    (mean,) = numbers(*resolved(40, 3, forms=("interval",))).scores
    assert mean.parts is not None
    assert mean.parts.total == pytest.approx(mean.mean)
    assert math.fsum(mean.parts[1:]) == pytest.approx(mean.mean)
    assert min(mean.parts) > 0

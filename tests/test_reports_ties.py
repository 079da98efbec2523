"""Ties: a whole number that is a stated one counts half, and no sentence rests on how it fell."""

from __future__ import annotations

from dataclasses import fields
from io import StringIO
from random import Random
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from build import DAY, built, numbered, said
from predtrack.records.prediction import Interval, Prediction, Range
from predtrack.reports import calibration, chances, ties
from predtrack.reports.calibration import OF_ONE_KIND, Figures, Row, sample
from predtrack.reports.chances import is_at, is_tied, stated
from predtrack.reports.groups import Group
from predtrack.reports.listing import Filters, Known
from predtrack.reports.report import report
from predtrack.reports.rows import known
from predtrack.reports.sampling import sampling
from predtrack.reports.verdicts import CLOSE, EXTREME, TIMID, extremity, verdict
from predtrack.scoring.intervals import exact_binomial_p, wilson
from predtrack.views.report import report as view

LEVELS = (0.1, 0.25, 0.5, 0.75, 0.9)


def group(kind: str, *predictions: Prediction) -> Group:
    here = known(numbered(predictions), DAY)
    every = report(here, Filters(), sampling(DAY)).groups
    (mine,) = (each for each in every if each.kind == kind)
    return mine


def page(here: Known) -> str:
    console = Console(width=200, record=True, file=StringIO())
    console.print(view(report(here, Filters(), sampling(DAY))))
    return console.export_text()


def quantiles(values: tuple[float, ...], answer: Any, **more: Any) -> Prediction:
    pairs = tuple(zip(LEVELS, values, strict=True))
    return built("numeric", said(quantiles=pairs), answer=answer, **more)


def interval(low: float | None, high: float | None, answer: Any, c: float = 0.8) -> Prediction:
    bounds = Interval(low=low, high=high, confidence=c)
    return built("numeric", said(interval=bounds), answer=answer, range=Range(low=-9, high=99))


@pytest.mark.parametrize(
    ("answer", "tied"),
    [
        (8, [True, False, False]),
        (8.0, [True, False, False]),
        (0, [False, False, False]),
        (12.5, [False, False, False]),  # a measured number that is no whole one hits or misses
        ("above", [False, False, False]),
    ],
)
def test_a_whole_number_that_is_a_stated_quantile_is_a_tie(answer: Any, tied: list[bool]) -> None:
    forecast = said(quantiles=((0.1, 8), (0.5, 12.5), (0.9, 20)))
    result = built("numeric", forecast, answer=answer, range=Range(low=0, high=30))
    assert [each.tied for each in stated(result, forecast)] == tied


def test_a_point_of_a_cdf_and_one_end_are_events_and_no_ties() -> None:
    forecast = said(cdf=((8, 0.1), (12, 0.5)))
    assert not any(p.tied for p in stated(built("numeric", forecast, answer=8), forecast))
    for low, high in ((8, None), (None, 8)):
        assert not is_tied(interval(low, high, 8), Interval(low=low, high=high, confidence=0.8))
    assert is_tied(interval(8, 9, 8), Interval(low=8, high=9))
    assert is_tied(interval(8, 9, 9), Interval(low=8, high=9))
    assert not is_at(interval(8, 9, None), 8)


def test_a_tie_counts_half_and_happened_where_it_is_listed() -> None:
    result = quantiles((1, 2, 3, 4, 5), 3)
    assert [part.happened for part in stated(result, result.forecasts[0])] == [0, 0, 1, 1, 1]
    mine = group("chances", result, quantiles((1, 2, 3, 4, 5), 6))
    assert (mine.ties, mine.figures.hits) == (1, 2.5)
    assert mine.figures.base_rate == pytest.approx((0.5 + 1 + 1) / 10)
    assert [level.happened for level in mine.figures.levels] == [0, 0, 0.5, 1, 1]
    assert all(each.name != "p000 <= 3" for each in (*mine.best, *mine.worst))


def test_a_tie_is_no_partial_answer() -> None:
    rows = [interval(10, 20, 10 if k < 2 else 15) for k in range(12)]
    result = group("chances", *rows)
    # each family has one chance, and all are alike
    hits, misses = (exact_binomial_p(k, 12, 0.8) for k in (12, 10))
    assert result.figures.sum_p_value == pytest.approx(max(hits, misses))
    assert "partial_answers" not in result.withheld.values()
    assert (result.figures.sum_y, result.ties) == (11, 2)


def test_with_a_real_partial_answer_the_tests_stay_withheld() -> None:
    rows = [interval(10, 20, 10 if k < 2 else 15) for k in range(12)]
    result = group("chances", *rows, built("binary", said(probability=0.5), answer=0.5))
    assert result.withheld["sum_p_value"] == "partial_answers"
    assert result.figures.sum_p_value is None


def test_coverage_counts_a_tie_half_and_its_interval_spans_both_cases() -> None:
    answers = [15, 12, 10, 20, 25, 3, 11.5, 13]
    (result,) = group("numeric", *(interval(10, 20, answer) for answer in answers)).coverage
    assert (result.hits, result.rows, result.ties) == (5, 8, 2)
    assert (result.below, result.above) == (1, 1)  # the true misses alone
    assert (result.ci_low, result.ci_high) == (wilson(4, 8)[0], wilson(6, 8)[1])
    assert result.p_value == max(exact_binomial_p(4, 8, 0.8), exact_binomial_p(6, 8, 0.8))
    assert result.share == pytest.approx(5 / 8)


def test_coverage_with_ties_that_could_be_too_many_or_too_few_shows_nothing() -> None:
    rows = [interval(10, 20, 10 if k < 12 else 15) for k in range(24)]
    (result,) = group("numeric", *rows).coverage
    assert exact_binomial_p(24, 24, 0.8) < 0.05 > exact_binomial_p(12, 24, 0.8)
    assert result.p_value == 1


def test_the_page_says_once_how_many_ties_count_half() -> None:
    rows = [interval(10, 20, 10 if k < 3 else 15) for k in range(12)]
    text = page(known(numbered(rows), DAY))
    assert "held 10.5 of 12 intervals (9 inside, 3 on an end: half each) (95% " in text
    line = "3 chances where the number that came is the stated one: half a hit each; no"
    assert text.count(line) == 1
    none = page(known(numbered([interval(10, 20, 15)]), DAY))
    assert "half" not in none


def test_without_ties_the_figures_are_those_of_the_sample() -> None:
    rows = [Row(f"f{k}", p, float(k % 3 == 0), f"f{k}") for k in range(12) for p in (0.3, 0.6)]
    assert ties.figures(sample(rows)) == calibration.figures(sample(rows), pooled=True)


def test_every_figure_of_pooled_chances_has_its_way_with_ties() -> None:
    names = {each.name for each in fields(Figures)}
    assert names == ties.SHOWN | ties.MERGED | OF_ONE_KIND
    assert not ties.SHOWN & ties.MERGED


@st.composite
def samples(draw: st.DrawFn) -> list[Row]:
    """Chances of families that state one row, or one to five, of which some are tied."""
    families, most = draw(st.integers(1, 30)), draw(st.sampled_from([1, 5]))
    levels = draw(st.sampled_from([LEVELS, (0.8, 0.9, 0.95), (0.05, 0.1)]))
    truth, tie = draw(st.sampled_from([0.1, 0.5, 0.9])), draw(st.sampled_from([0.05, 0.3]))
    random = draw(st.randoms(use_true_random=False))
    rows = []
    for family in range(families):
        for p in random.sample(levels, random.randint(1, min(most, len(levels)))):
            tied = random.random() < tie
            y = 0.5 if tied else float(random.random() < truth)
            rows.append(Row(f"f{family}", p, y, f"f{family}", tied=tied))
    return rows


def all_are(rows: list[Row], y: float) -> Figures:
    decided = [row._replace(y=y) if row.tied else row for row in rows]
    return calibration.figures(sample(decided), pooled=True)[0]


def words(result: Figures, families: int) -> set[str]:
    """The words of tests in a verdict."""
    text = verdict(result, families)
    kinds = ("more often than stated", "less often than stated")
    return {word for word in kinds if word in text} | ({extremity(result)} - {""})


@given(samples())
def test_the_words_hold_with_every_tie_a_hit_and_with_every_tie_a_miss(rows: list[Row]) -> None:
    families = len({row.family for row in rows})
    result, _ = ties.figures(sample(rows))
    both = all_are(rows, 1.0), all_are(rows, 0.0)
    for each in both:
        assert words(result, families) <= words(each, families)
        if "right on average" in verdict(result, families):
            assert -CLOSE <= each.diff_low <= each.diff_high <= CLOSE
        for side in (EXTREME, TIMID):
            if f"likelier {side}" in verdict(result, families):
                assert (each.direction.p_extreme > 0.5) == (side == EXTREME)


@given(samples())
def test_what_rests_on_a_test_spans_both_cases(rows: list[Row]) -> None:
    result, _ = ties.figures(sample(rows))
    both = all_are(rows, 1.0), all_are(rows, 0.0)
    for each in both:
        if each.sum_p_value is not None:
            assert result.sum_p_value >= each.sum_p_value
        if each.diff_low is not None:
            assert result.diff_low <= each.diff_low <= each.diff_high <= result.diff_high
            assert result.diff_low <= result.mean_diff <= result.diff_high
        if each.direction is not None:
            assert result.direction.low <= each.direction.low
            assert result.direction.high >= each.direction.high
        if each.e_value is not None:
            assert result.e_value <= each.e_value
        for each_bin, one in zip(result.bins, each.bins, strict=True):
            assert each_bin[:3] == pytest.approx(one[:3])
            assert each_bin.low <= one.low <= one.high <= each_bin.high


@given(samples())
def test_the_numbers_shown_lie_in_the_middle_of_both_cases(rows: list[Row]) -> None:
    result, _ = ties.figures(sample(rows))
    hits, misses = all_are(rows, 1.0), all_are(rows, 0.0)
    for name in ("base_rate", "sum_y", "hits", "mean_diff"):
        value = getattr(result, name)
        if value is not None:
            assert value == pytest.approx((getattr(hits, name) + getattr(misses, name)) / 2)
    assert result.sum_p == hits.sum_p == misses.sum_p


@pytest.mark.parametrize(
    ("one", "other", "p"),
    [((0.01, 1), (0.04, 2), 0.04), ((0.01, 1), (0.01, -1), 1), ((1, 0), (0.01, -1), 1)],
)
def test_of_two_tests_the_weaker_counts(
    one: tuple[float, float], other: tuple[float, float], p: float
) -> None:
    assert ties.weaker_p(one, other) == ties.weaker_p(other, one) == p


def poisson(mean: float) -> list[float]:
    """The chances of 0, 1, 2 and so on events."""
    mass, masses = 1.0, []
    top = int(mean + 12 * mean**0.5 + 20)
    for k in range(top):
        masses.append(mass)
        mass *= mean / (k + 1)
    total = sum(masses)
    return [each / total for each in masses]


class Counts(NamedTuple):
    """How often the report of a perfect forecaster of counts says something false."""

    off: float  # more or less often than stated
    sure: float  # too extreme, or too timid
    covered: float  # coverage with p below .05, at the confidence where that is most frequent


RUNS, FAMILIES = 120, 30


def false_words(mean: float) -> Counts:
    """Return the shares of reports with a false word, where the right quantiles were stated."""
    masses = poisson(mean)
    below, values = 0.0, []
    for k, mass in enumerate(masses):
        below += mass
        values += [k for level in LEVELS[len(values) :] if below >= level]
    random = Random(f"counts of mean {mean}")
    off, sure, refused = 0, 0, [0, 0]
    for _ in range(RUNS):
        came = random.choices(range(len(masses)), weights=masses, k=FAMILIES)
        here = known(numbered(quantiles(tuple(values), y) for y in came), DAY)
        numbers, pooled = report(here, Filters(), sampling(DAY)).groups
        off += "often than stated" in pooled.verdict
        sure += extremity(pooled.figures) != ""
        for at, each in enumerate(numbers.coverage):
            refused[at] += each.p_value < 0.05
    return Counts(off / RUNS, sure / RUNS, max(refused) / RUNS)


@pytest.mark.no_cover
@pytest.mark.parametrize("mean", [1, 3, 10, 100])
def test_a_perfect_forecaster_of_counts_is_seldom_told_otherwise(mean: float) -> None:
    assert max(false_words(mean)) <= 0.06


@pytest.mark.no_cover
@pytest.mark.parametrize("mean", [1, 3])
def test_were_every_tie_a_hit_a_perfect_forecaster_would_be_told_otherwise(
    mean: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chances, "is_at", lambda *_: False)
    result = false_words(mean)
    assert min(result.off, result.covered) > 0.15


def test_nothing_about_a_level_of_a_quantile_is_called_bold() -> None:
    wide = ((0.1, -1e9), (0.5, 5.0), (0.9, 1e9))
    rows = [built("numeric", said(quantiles=wide), answer=k - 9.5) for k in range(20)]
    late = ((0.1, 10.0), (0.5, 20.0), (0.9, 30.0))
    rows += [built("numeric", said(quantiles=late), answer=5)]
    pooled = group("chances", *rows)
    assert pooled.best == ()
    assert [each.p for each in pooled.worst] == [0.1]

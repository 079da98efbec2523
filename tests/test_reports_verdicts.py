"""The one sentence of a report: a table of cases, and that it is never stronger than its tests."""

from __future__ import annotations

import math
import re
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from build import DAY, built, numbered, said
from predtrack.records.prediction import Interval
from predtrack.reports.calibration import Figures, Row, figures, sample
from predtrack.reports.coverage import Coverage, Hits, _apart
from predtrack.reports.listing import Filters
from predtrack.reports.report import report
from predtrack.reports.rows import known
from predtrack.reports.sampling import sampling
from predtrack.reports.verdicts import (
    EXTREME,
    TIMID,
    extremity,
    verdict,
    verdict_of_claims,
    verdict_of_ranges,
)
from predtrack.scoring.cells import cells_of
from predtrack.scoring.distributions import binomial_pmf
from predtrack.scoring.exact import z_test
from predtrack.scoring.implied import sum_interval
from predtrack.scoring.intervals import exact_binomial_p

untimed = settings(deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


def rows(*pairs: tuple[float, float], each: int = 1) -> list[Row]:
    return [Row(f"f{k // each}", p, y, "n") for k, (p, y) in enumerate(pairs)]


def shown(sample_of: list[Row]) -> tuple[Figures, str]:
    found = sample(sample_of)
    shown_of, _ = figures(found)
    return shown_of, verdict(shown_of, found.families)


def came(p: float, n: int, hits: int) -> list[tuple[float, float]]:
    return [(p, float(k < hits)) for k in range(n)]


CASES = {
    "few": (came(0.9, 4, 4), r"too few to say more: ten show a first pattern; 4 families"),
    "one": (came(0.9, 1, 0), r"too few to say more: ten show a first pattern; 1 family"),
    "five sure and right": (
        [(0.9, 1.0), (0.95, 1.0), (0.92, 1.0), (0.97, 1.0), (0.9, 1.0)],
        r"cannot tell: on average between 44 points fewer and 7 more came than stated; 5 families",
    ),
    "alike but for a hair": (
        [*came(0.9, 4, 4), (0.9000001, 1.0)],
        r"cannot tell: on average between 42 points fewer and 10 more came .*",
    ),
    "ten nearly sure and right": (
        [(0.95 + k % 5 / 100, 1.0) for k in range(10)],
        r"timidity cannot be seen with these chances and this number; on average .*",
    ),
    "half and half": (
        came(0.5, 20, 10),
        r"cannot tell: on average between 23 points fewer and 23 more came than stated; 20 .*",
    ),
    "nine of ten": (came(0.9, 10, 9), r"likelier too extreme \(5\d%\), not shown; on average .*"),
    "too sure": (
        came(0.9, 30, 20),
        r"came 23 points less often than stated \(95% 7 to 43\) \(what is called 90% comes .*",
    ),
    "too rarely": (came(0.1, 30, 12), r"came 30 points more often than stated .*"),
    "right": (came(0.5, 2000, 1000), r"right on average: between 2 points fewer and 2 more .*"),
    "timid": (
        [*came(0.65, 40, 40), *came(0.35, 40, 0)],
        r"too timid \(what is called 65% comes about 9\d%\); on average between .*",
    ),
    "impossible": (
        [(0.0, 1.0), *came(0.9, 6, 6)],
        r"1 stated at 0% or 100% failed: impossible by what was stated; in all 23 points more .*",
    ),
}


@pytest.mark.parametrize(("sample_of", "sentence"), CASES.values(), ids=CASES)
def test_a_case_has_its_sentence(sample_of: list[tuple[float, float]], sentence: str) -> None:
    _, told = shown(rows(*sample_of))
    assert re.fullmatch(sentence, told), told


def test_without_chances_there_is_no_sentence() -> None:
    assert verdict(Figures(), 5) == ""


def test_rare_deadlines_of_which_none_came_are_not_off() -> None:
    six = [Row(f"f{k}", p, 0.0, "n") for k in range(6) for p in (0.01, 0.02, 0.04)]
    _, told = shown(six)
    assert (
        told
        == "cannot tell: on average between 2 points fewer and 8 more came than stated; 6 families"
    )


chances = st.integers(0, 20).map(lambda k: k / 20) | st.floats(0.001, 0.999)


@untimed
@given(
    st.lists(st.tuples(chances, st.sampled_from([0.0, 1.0])), min_size=5, max_size=40),
    st.sampled_from([1, 1, 3]),
)
def test_a_sentence_is_never_stronger_than_its_tests(
    pairs: list[tuple[float, float]], each: int
) -> None:
    figures_of, told = shown(rows(*pairs, each=each))
    is_off = figures_of.diff_low is not None and not (
        figures_of.diff_low <= 0 <= (figures_of.diff_high or 0)
    )
    if "often than stated" in told:
        assert is_off
    if "right on average" in told:
        assert not is_off
        assert extremity(figures_of) == ""
    p = figures_of.spiegelhalter_p
    if (EXTREME in told or TIMID in told) and "likelier" not in told:
        assert p is None or p < 0.05
    if p is not None and p < 0.05:
        assert "right on average" not in told or extremity(figures_of) == ""
    if each == 1 and figures_of.sum_p_value is not None and figures_of.diff_low is not None:
        assert is_off == (figures_of.sum_p_value < 0.05)
    assert re.search(r"; \d+ famil(y|ies)$", told)


def words_of(pairs: list[tuple[float, float]]) -> tuple[Figures, str]:
    """The figures that a verdict's words hang on, without all others, and the verdict."""
    cells = cells_of((p, y, 1) for p, y in pairs)
    gap, test = sum_interval(cells), z_test(cells)
    assert test is not None
    figures_of = Figures(
        base_rate=cells.base_rate,
        mean_diff=gap.value,
        diff_low=gap.low,
        diff_high=gap.high,
        spiegelhalter_z=test.z,
        spiegelhalter_p=test.p,
    )
    return figures_of, verdict(figures_of, len(pairs))


@pytest.mark.parametrize(("low", "high"), [(60, 95), (90, 99), (1, 10)])
@pytest.mark.parametrize("n", [10, 30, 100])
@pytest.mark.no_cover  # a simulation: other tests reach its lines
def test_a_calibrated_forecaster_is_seldom_told_to_be_off(low: int, high: int, n: int) -> None:
    random, wrong = Random(7), 0
    for _ in range(100):
        stated = [random.randint(low, high) / 100 for _ in range(n)]
        figures_of, told = words_of([(p, float(random.random() < p)) for p in stated])
        wrong += "often than stated" in told or extremity(figures_of) != ""
    assert wrong / 100 <= 0.12


def test_the_wrong_direction_is_hardly_ever_told_of_who_is_twice_too_extreme() -> None:
    random, wrong, right = Random(9), 0, 0
    for _ in range(100):
        stated = [random.randint(90, 99) / 100 for _ in range(30)]
        true = [1 / (1 + ((1 - p) / p) ** 0.5) for p in stated]
        came_of = [float(random.random() < q) for q in true]
        figures_of, told = words_of([*zip(stated, came_of, strict=True)])
        wrong += extremity(figures_of) == TIMID or "more often than stated" in told
        right += "less often than stated" in told
    assert wrong / 100 <= 0.02
    assert right / 100 > 0.5


def covered(confidence: float, hits: int, n: int) -> Coverage:
    """The coverage of so many ranges, a family each."""
    predictions = [
        built(
            "numeric",
            said(interval=Interval(low=10.5, high=20.5, confidence=confidence)),
            answer=15.0 if k < hits else 30.0,
        )
        for k in range(n)
    ]
    found = report(known(numbered(predictions), DAY), Filters(), sampling(DAY))
    (coverage,) = next(group for group in found.groups if group.kind == "numeric").coverage
    return coverage


RANGES = [
    ((0.8, 3, 4), "too few to say more: ten show a first pattern; 4 families"),
    ((0.8, 9, 12), "cannot tell: 9 of 12 ranges held where 80% was stated; 12 families"),
    ((0.8, 6, 15), "too narrow: 6 of 15 ranges held where 80% was stated; 15 families"),
    ((0.5, 15, 15), "too wide: 15 of 15 ranges held where 50% was stated; 15 families"),
]


@pytest.mark.parametrize(("ranges", "sentence"), RANGES)
def test_ranges_have_their_sentence(ranges: tuple[float, int, int], sentence: str) -> None:
    coverage = covered(*ranges)
    assert verdict_of_ranges([coverage], coverage.families) == sentence
    assert verdict_of_ranges([], 3) == ""


@pytest.mark.parametrize("n", [5, 10, 30, 100])
@pytest.mark.parametrize("confidence", [0.5, 0.8, 0.9, 0.98])
def test_calibrated_ranges_are_called_too_narrow_or_too_wide_in_6_percent_at_most(
    n: int, confidence: float
) -> None:
    chances = binomial_pmf(n, confidence)
    apart = [_apart(hits, n, confidence) for hits in range(n + 1)]
    for side in (-1, 1):
        assert math.fsum(p for p, at in zip(chances, apart, strict=True) if at == side) <= 0.025
    tests = [exact_binomial_p(hits, n, confidence) < 0.05 for hits in range(n + 1)]
    assert [at != 0 for at in apart] == tests  # the words lose no power against their test


@pytest.mark.parametrize("hits", [3.0, 7.3, 7.7, 9.4])
def test_a_share_between_two_counts_is_read_towards_what_was_stated(hits: float) -> None:
    nearer = math.ceil(hits) if hits < 8 else math.floor(hits)
    assert _apart(hits, 10, 0.8) == _apart(nearer, 10, 0.8)


def test_the_ranges_that_most_forecasts_have_are_the_ones_told_of() -> None:
    wide, few = covered(0.9, 12, 12), covered(0.5, 1, 5)
    assert "where 90% was stated" in verdict_of_ranges([few, wide], 17)
    narrow = covered(0.5, 6, 12)
    assert "where 90% was stated" in verdict_of_ranges([narrow, wide], 12)


def test_claims_have_their_sentence() -> None:
    true, ranges = Hits(3, 3, 2.0, 0.2, 0.9, 2 / 3), Hits(2, 2, 2.0, 0.3, 1.0, 1.0)
    sentence = "4 of 5 came true; no chance was stated; 5 families"
    assert verdict_of_claims((true, None, ranges), 5) == sentence
    assert verdict_of_claims((None, None), 0) == ""

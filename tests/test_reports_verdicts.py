"""The one sentence of a report: a table of cases, and that it is never stronger than its tests."""

from __future__ import annotations

import math
import re

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
    SURE,
    TIMID,
    extremity,
    verdict,
    verdict_of_claims,
    verdict_of_ranges,
)
from predtrack.scoring.distributions import binomial_pmf
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
        r"cannot tell: .*; with these chances and this number timidity cannot be seen; .*",
    ),
    "half and half": (
        came(0.5, 20, 10),
        r"cannot tell: on average between 23 points fewer and 23 more came than stated; 20 .*",
    ),
    "nine of ten": (came(0.9, 10, 9), r"cannot tell: on average between 35 .*"),
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
        == "cannot tell: on average between 2 points fewer and 29 more came than stated; 6 families"
    )


@pytest.mark.parametrize(("families", "side"), [(500, ""), (800, TIMID)])
def test_too_timid_is_not_said_where_the_best_outcome_may_be_luck(families: int, side: str) -> None:
    # 500 times right at 99.5% is nothing rare, a chance of 8%: a direction alone would be sure.
    twins = rows(*[(0.995, 1.0)] * (2 * families), each=2)
    figures_of, _ = shown(twins)
    assert figures_of.spiegelhalter_p is None
    assert figures_of.direction is not None
    assert figures_of.direction.p_extreme <= 1 - SURE
    assert extremity(figures_of) == side


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
    assert verdict_of_ranges([coverage]) == sentence
    assert verdict_of_ranges([]) == ""


@pytest.mark.parametrize("n", [5, 10, 30, 100])
@pytest.mark.parametrize("confidence", [0.5, 0.8, 0.9, 0.98])
def test_calibrated_ranges_are_called_too_narrow_or_too_wide_in_6_percent_at_most(
    n: int, confidence: float
) -> None:
    chances = binomial_pmf(n, confidence)
    tests = [_apart(hits, n, confidence) for hits in range(n + 1)]
    for side in (-1, 1):
        refused = [p < 0.05 and at == side for p, at in tests]
        assert math.fsum(q for q, is_off in zip(chances, refused, strict=True) if is_off) <= 0.025
    expected = [exact_binomial_p(hits, n, confidence) for hits in range(n + 1)]
    assert [p for p, _ in tests] == expected  # the words lose no power against their test


@pytest.mark.parametrize("hits", [3.0, 7.3, 7.7, 9.4])
def test_a_share_between_two_counts_is_read_towards_what_was_stated(hits: float) -> None:
    nearer = math.ceil(hits) if hits < 8 else math.floor(hits)
    assert _apart(hits, 10, 0.8) == _apart(nearer, 10, 0.8)


def test_the_ranges_furthest_beyond_luck_are_told_of_else_those_most_have() -> None:
    wide, few = covered(0.9, 11, 12), covered(0.5, 1, 5)
    sentence = "cannot tell: 11 of 12 ranges held where 90% was stated; 12 families"
    assert verdict_of_ranges([few, wide]) == sentence
    narrow = covered(0.9, 3, 9)
    assert verdict_of_ranges([covered(0.8, 8, 10), narrow]) == (
        "too narrow: 3 of 9 ranges held where 90% was stated; 9 families"
    )
    # of ten confidences one below .05 is what luck gives
    odd = covered(0.8, 6, 12)
    assert odd.p_value is not None
    assert 0.005 < odd.p_value < 0.05
    assert "too narrow" in verdict_of_ranges([odd])
    assert "cannot tell" in verdict_of_ranges([odd, *[covered(0.8, 10, 12)] * 9])


def test_claims_have_their_sentence() -> None:
    true, ranges = Hits(3, 3, 2.0, 0.2, 0.9, 2 / 3), Hits(2, 2, 2.0, 0.3, 1.0, 1.0)
    sentence = "4 of 5 came true; no chance was stated; 5 families"
    assert verdict_of_claims((true, None, ranges), 5) == sentence
    assert verdict_of_claims((None, None), 0) == ""

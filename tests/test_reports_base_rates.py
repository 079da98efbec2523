"""The base rate that was known when a forecast was made, and nothing that came later."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest

from build import binary, built, by_id, said
from predtrack.records.prediction import Prediction
from predtrack.reports.base_rates import ALL, ENOUGH, BaseRate, BaseRates
from predtrack.reports.listing import Filters
from predtrack.reports.report import report
from predtrack.reports.rows import known
from predtrack.reports.sampling import sampling

FIRST = date(2020, 1, 1)
DAY = date(2030, 1, 1)


def ended(k: int, answer: object, days: int, **fields: object) -> Prediction:
    """A binary prediction that came due so many days after the first day."""
    return binary(0.5, answer, id=f"p{k:03}", deadline=FIRST + timedelta(days), **fields)


def rate(*earlier: Prediction, tags: tuple[str, ...] = (), made: int = 100) -> BaseRate | None:
    later = binary(0.5, None, id="later", tags=tags, made=FIRST + timedelta(made))
    rates = BaseRates(known(by_id(*earlier, later), DAY).rows)
    return rates.before(later, later.forecasts[0])


def test_it_is_one_and_the_yes_over_two_and_all() -> None:
    earlier = [ended(k, "yes" if k < 2 else "no", k) for k in range(6)]
    assert rate(*earlier) == BaseRate(3 / 8, 6, ALL)
    assert rate() is None


def test_only_what_was_scheduled_before_that_day_tells() -> None:
    early = ended(0, "yes", 200, made=FIRST)  # decided long before, and not yet due
    assert rate(ended(1, "no", 99), ended(2, "yes", 100), early) == BaseRate(1 / 3, 1, ALL)


def test_a_family_counts_once_and_what_is_void_or_open_or_of_another_kind_not_at_all() -> None:
    family = [ended(k, "yes", k, family="storm") for k in range(3)]
    others = [
        ended(3, "void", 5),
        ended(4, None, 6),
        built("numeric", said(point=5), answer=5, id="n", deadline=FIRST),
    ]
    assert rate(*family, *others) == BaseRate(2 / 3, 1, ALL)
    assert rate(ended(0, 0.25, 1)) == BaseRate(1.25 / 3, 1, ALL)


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        (("rare",), "rare"),
        (("wide", "rare"), "rare"),
        (("wide",), "wide"),
        (("few",), ALL),
        ((), ALL),
        (("few", "wide"), "wide"),
    ],
)
def test_it_is_that_of_the_rarest_tag_that_has_enough(tags: tuple[str, ...], expected: str) -> None:
    earlier = [
        ended(
            k,
            "yes" if k < ENOUGH else "no",
            k,
            tags=("wide", *(["rare"] if k < ENOUGH else []), *(["few"] if k < ENOUGH - 1 else [])),
        )
        for k in range(3 * ENOUGH)
    ]
    counts = {"rare": (ENOUGH, ENOUGH), "wide": (ENOUGH, 3 * ENOUGH), ALL: (ENOUGH, 3 * ENOUGH)}
    yes, n = counts[expected]
    assert rate(*earlier, tags=tags) == BaseRate((1 + yes) / (2 + n), n, expected)


def test_on_every_day_it_is_what_a_count_of_all_earlier_ones_gives() -> None:
    random = Random(3)
    earlier = [
        (FIRST + timedelta(at), f"f{k % 20}", random.choice(["yes", "no"]))
        for k, at in enumerate(random.sample(range(90), 60))
    ]
    records = [
        ended(k, answer, (day - FIRST).days, family=family)
        for k, (day, family, answer) in enumerate(earlier)
    ]
    for made in range(0, 100, 7):
        day = FIRST + timedelta(made)
        past = [each for each in earlier if each[0] < day]
        first = {family: answer for _, family, answer in sorted(past, reverse=True)}
        yes, n = sum(answer == "yes" for answer in first.values()), len(first)
        expected = BaseRate((1 + yes) / (2 + n), n, ALL) if n else None
        assert rate(*records, made=made) == expected


def test_a_report_compares_with_it() -> None:
    earlier = [ended(k, "yes" if k % 3 == 0 else "no", k, made=FIRST) for k in range(12)]
    later = [
        binary(
            0.2,
            "no",
            id=f"q{k}",
            made=date(2021, 1, 1),
            deadline=date(2022, 1, 1),
            by="Ben",
        )
        for k in range(6)
    ]
    then = known(by_id(*earlier, *later), DAY)
    found = report(then, Filters(by=("Ben",)), sampling(DAY))
    (group,) = [each for each in found.groups if each.kind == "binary"]
    (skill, _) = group.figures.skills
    assert skill.reference == "the base rate known beforehand (of all)"
    assert skill.diff == pytest.approx((5 / 14) ** 2 - 0.04)

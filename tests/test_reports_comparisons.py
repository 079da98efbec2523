"""Two forecasters are compared at one moment, and never by who came later."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

import pytest

from build import binary, built, numbered, said
from predtrack.records.prediction import Forecast, Prediction
from predtrack.reports.comparisons import Comparison, comparisons
from predtrack.reports.listing import Filters
from predtrack.reports.report import report
from predtrack.reports.rows import known
from predtrack.reports.sampling import sampling

DAY = date(2025, 6, 1)
DUE = date(2024, 12, 31)


def compared(*predictions: Prediction, **asked: Any) -> list[Comparison]:
    then = known(numbered(predictions), DAY)
    return list(comparisons(then.rows, then, ("Ada", "Bob"), sampling(DAY, **asked)))


def question(*forecasts: Forecast, **fields: Any) -> Prediction:
    return built("binary", *forecasts, **({"answer": "yes", "deadline": DUE} | fields))


def at(by: str, month: int, p: float, **fields: Any) -> Forecast:
    return said(by=by, made=date(2024, month, 1), probability=p, **fields)


def test_each_is_judged_by_what_stood_on_the_later_of_the_two_first_days() -> None:
    shared = question(at("Ada", 1, 0.2), at("Ada", 5, 0.6), at("Ada", 8, 0.9), at("Bob", 6, 0.7))
    for sampling_by in ("first", "last"):
        (found,) = compared(shared, at=sampling_by)
        assert found.diff == pytest.approx(0.3**2 - 0.4**2)
        assert found.lead == (DUE - date(2024, 6, 1)).days
        assert found.questions == ("p000",)


def test_with_a_lead_both_are_judged_by_what_stood_then() -> None:
    shared = question(at("Ada", 1, 0.2), at("Bob", 2, 0.7), at("Ada", 8, 0.9))
    (found,) = compared(shared, at="lead:30d")
    assert found.diff == pytest.approx(0.3**2 - 0.1**2)
    assert found.lead == 30


def test_nobody_is_compared_by_what_was_withdrawn_or_on_what_was_decided() -> None:
    withdrawn = at("Ada", 1, 0.2, withdrawn=date(2024, 3, 1))
    assert compared(question(withdrawn, at("Bob", 6, 0.7))) == []
    (found,) = compared(question(withdrawn, at("Ada", 4, 0.5), at("Bob", 6, 0.7)))
    assert found.diff == pytest.approx(0.3**2 - 0.5**2)
    decided = question(at("Ada", 1, 0.2), at("Bob", 6, 0.7), decided=date(2024, 6, 1))
    assert compared(decided) == []
    a_day_later = question(at("Ada", 1, 0.2), at("Bob", 6, 0.7), decided=date(2024, 6, 2))
    assert len(compared(a_day_later)) == 1


def test_origins_are_never_compared_with_each_other() -> None:
    inferred = at("Bob", 1, 0.7, origin="inferred")
    origins = ("stated", "inferred")
    assert compared(question(at("Ada", 1, 0.2), inferred), origins=origins) == []
    both = [
        question(at("Ada", 1, 0.2), at("Bob", 1, 0.7)),
        question(at("Ada", 1, 0.3, origin="inferred"), inferred),
    ]
    found = compared(*both, origins=origins)
    assert [(each.origin, each.rows) for each in found] == [("inferred", 1), ("stated", 1)]


def test_of_a_date_only_the_days_that_both_still_faced_are_compared() -> None:
    days = (date(2024, 5, 1), date(2024, 9, 1), DUE)
    early = said(
        by="Ada", made=date(2024, 1, 1), cdf=tuple(zip(days, (0.1, 0.4, 0.6), strict=True))
    )
    late = said(by="Bob", made=date(2024, 6, 1), cdf=tuple(zip(days[1:], (0.3, 0.5), strict=True)))
    for ended in ({"answer": "no", "decided": DUE}, {"answer": "no", "decided": date(2025, 1, 9)}):
        (found,) = compared(built("date", early, late, **ended))
        assert found.diff == pytest.approx((0.3**2 + 0.5**2 - 0.4**2 - 0.6**2) / 2)
    assert compared(built("date", early, late, answer=date(2024, 4, 1))) == []


@pytest.mark.parametrize("n", [10, 40])
def test_of_two_equally_good_ones_the_later_is_not_ahead(n: int) -> None:
    """Both state the true chance as it stands, one from January on, the other from June.

    Compared by their first forecasts the later is ahead in most such samples.
    """
    random, ahead = Random(11), {"Ada": 0, "Bob": 0}
    for _ in range(12):
        shared = []
        for _ in range(n):
            early = random.choice([0.2, 0.4, 0.6, 0.8])
            late = min(0.95, max(0.05, early + random.choice([-0.35, 0.35])))
            answer = "yes" if random.random() < late else "no"
            forecasts = [at("Ada", 1, early), at("Ada", 5, late), at("Bob", 6, late)]
            shared.append(question(*forecasts, answer=answer))
        (found,) = compared(*shared)
        if found.is_shown:
            ahead["Ada" if found.diff > 0 else "Bob"] += 1
    assert ahead == {"Ada": 0, "Bob": 0}
    assert found.lead == (DUE - date(2024, 6, 1)).days


def test_a_calibrated_forecaster_is_seldom_ahead_of_one_as_good() -> None:
    random, shown = Random(5), 0
    for _ in range(60):
        shared = []
        for _ in range(12):
            p = random.choice([0.2, 0.4, 0.6, 0.8])
            a, b = (min(0.99, max(0.01, p + random.gauss(0, 0.05))) for _ in range(2))
            answer = "yes" if random.random() < p else "no"
            shared.append(question(at("Ada", 1, a), at("Bob", 2, b), answer=answer))
        (found,) = compared(*shared)
        shown += found.is_shown
    assert shown <= 6


def test_without_two_names_nobody_is_compared() -> None:
    then = known(numbered([question(at("Ada", 1, 0.2), at("Bob", 1, 0.7))]), DAY)
    for names in ((), ("Ada",), ("Ada", "Ada")):
        assert report(then, Filters(by=names), sampling(DAY)).comparisons == ()
    assert compared(binary(0.5, "yes")) == []


@pytest.mark.parametrize("ordered", [False, True])
def test_who_was_a_little_surer_of_choices_and_lucky_is_not_ahead(*, ordered: bool) -> None:
    def shares(first: float) -> tuple[tuple[str, float], ...]:
        rest = (1 - first) / 2
        return (("red", first), ("green", rest), ("blue", rest))

    def both(k: int) -> Prediction:
        sure = 0.9 + k / 200
        made = date(2024, 2, 1)
        ada = said(by="Ada", made=made, probabilities=shares(sure))
        bob = said(by="Bob", made=made, probabilities=shares(sure + 0.03))
        return built("choice", ada, bob, answer="red", deadline=DUE, ordered=ordered)

    (found,) = compared(*(both(k) for k in range(12)))
    assert found.rule == ("rps" if ordered else "brier2")
    assert found.diff < 0
    assert found.low is not None
    assert found.high is not None
    assert found.low <= found.diff < 0 < found.high  # the mean alone would put Bob ahead
    assert not found.is_shown

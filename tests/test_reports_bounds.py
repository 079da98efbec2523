"""The bounds of what is missing hold whatever the missing outcomes turn out to be."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from build import DAY, binary, built, numbered, said
from predtrack.records.prediction import Outcome
from predtrack.reports.bounds import bounds
from predtrack.reports.calibration import Row, figures, sample
from predtrack.reports.groups import Group
from predtrack.reports.listing import Filters
from predtrack.reports.report import report
from predtrack.reports.rows import known
from predtrack.reports.sampling import sampling

stated = st.tuples(st.sampled_from("abcde"), st.floats(0, 1), st.sampled_from([0.0, 1.0])).map(
    lambda row: Row(*row, "n")
)


@settings(deadline=None)
@given(st.lists(stated, max_size=5), st.lists(stated, min_size=1, max_size=4))
def test_whatever_comes_lies_within_and_the_ends_are_reached(
    rows: list[Row], missing: list[Row]
) -> None:
    found = bounds(rows, missing)
    assert found is not None
    assert found.brier is not None
    came, brier = [], []
    for outcomes in product((0.0, 1.0), repeat=len(missing)):
        full = [row._replace(y=y) for row, y in zip(missing, outcomes, strict=True)]
        shown, _ = figures(sample([*rows, *full]))
        came.append(shown.base_rate)
        brier.append(shown.brier)
    assert found.came == pytest.approx((min(came), max(came)))
    assert found.brier == pytest.approx((min(brier), max(brier)))
    assert found.missing == len(missing)


def group(*predictions: object, kind: str = "binary") -> Group:
    then = known(numbered(predictions), DAY)  # type: ignore[arg-type]
    (found,) = [each for each in report(then, Filters(), sampling(DAY)).groups if each.kind == kind]
    return found


def test_a_report_says_what_the_missing_could_change() -> None:
    ended = [binary(0.8, "yes"), binary(0.8, "no")]
    assert group(*ended).bounds is None
    found = group(*ended, binary(0.9), binary("likely")).bounds
    assert found is not None
    assert (found.missing, found.came) == (1, pytest.approx((1 / 3, 2 / 3)))
    assert found.brier == pytest.approx(((0.04 + 0.64 + 0.01) / 3, (0.04 + 0.64 + 0.81) / 3))
    pooled = group(*ended, binary(0.9), kind="chances").bounds
    assert pooled is not None
    assert (pooled.missing, pooled.brier) == (1, None)


def test_what_is_not_due_or_would_not_count_is_not_missing() -> None:
    later = binary(0.9, deadline=date(2099, 1, 1))
    inferred = binary(0.9, origin="inferred")
    assert group(binary(0.8, "yes"), later, inferred).bounds is None


def test_of_a_date_the_points_that_nobody_settled_are_missing() -> None:
    days = (date(2024, 3, 1), date(2024, 6, 1), date(2024, 9, 1))
    cdf = tuple(zip(days, (0.1, 0.2, 0.3), strict=True))
    settled = built("date", said(cdf=cdf), answer="no", decided=date(2024, 4, 1))
    found = group(settled, kind="date").bounds
    assert found is not None
    assert (found.missing, found.came) == (2, pytest.approx((0, 2 / 3)))
    whole = replace(settled, outcome=Outcome(answer="no", decided=days[-1]))
    assert group(whole, kind="date").bounds is None

"""What waits for an outcome and what comes due: by the next undecided day, in order."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from build import DAY, DEADLINE, binary, built, by_id, said
from predtrack.records.prediction import Prediction
from predtrack.reports.due import Waiting, first, waiting
from predtrack.reports.listing import Filters
from predtrack.reports.rows import known

SOON = DAY + timedelta(30)


def found(*predictions: Prediction, until: date = SOON, **kept: tuple[str, ...]) -> Waiting:
    return waiting(known(by_id(*predictions), DAY), until, Filters(**kept))  # type: ignore[arg-type]


def ids(parts: Waiting) -> tuple[list[str], list[str]]:
    due, soon = ([row.id for row in rows] for rows in (parts.due, parts.soon))
    return due, soon


@pytest.mark.parametrize(
    ("deadline", "expected"),
    [
        (DAY - timedelta(1), (["p"], [])),
        (DAY, ([], ["p"])),
        (SOON, ([], ["p"])),
        (SOON + timedelta(1), ([], [])),
        (None, ([], [])),
    ],
)
def test_a_deadline_is_due_once_it_has_passed_and_soon_until_then(
    deadline: date | None, expected: tuple[list[str], list[str]]
) -> None:
    assert ids(found(binary(0.9, deadline=deadline))) == expected


@pytest.mark.parametrize("answer", ["yes", "no", "void"])
def test_what_has_ended_waits_for_nothing(answer: str) -> None:
    assert ids(found(binary(0.9, answer))) == ([], [])


def test_what_depends_on_what_did_not_happen_waits_for_nothing() -> None:
    from predtrack.records.prediction import Condition

    needs = Condition(prediction="first")
    dependent = binary(0.9, id="second", condition=needs)
    assert ids(found(binary(0.9, "no", id="first"), dependent)) == ([], [])
    assert ids(found(binary(0.9, "yes", id="first"), dependent)) == (["second"], [])


CDF = ((DEADLINE, 0.2), (DAY + timedelta(9), 0.6), (date(2028, 1, 1), 0.9))


@pytest.mark.parametrize(
    ("decided", "expected"),
    [
        (None, (["p"], [])),  # its first day has passed
        (DEADLINE - timedelta(1), (["p"], [])),
        (DEADLINE, ([], ["p"])),  # the first is decided: the second comes
        (DAY - timedelta(1), ([], ["p"])),
    ],
)
def test_a_date_stands_by_its_next_undecided_day(
    decided: date | None, expected: tuple[list[str], list[str]]
) -> None:
    answer = "no" if decided else None
    row = built("date", said(cdf=CDF), answer=answer, decided=decided, deadline=None)
    assert ids(found(row)) == expected
    assert ids(found(row, until=DAY + timedelta(8))) == (expected[0], [])


def test_both_parts_are_in_order_of_the_next_day_then_of_the_id() -> None:
    days = {"a": -1, "b": -9, "c": 5, "d": 2, "e": 2, "f": -9}
    rows = [binary(0.9, id=name, deadline=DAY + timedelta(day)) for name, day in days.items()]
    assert ids(found(*rows)) == (["b", "f", "a"], ["d", "e", "c"])
    assert [row.id for row in found(*rows).rows] == ["b", "f", "a", "d", "e", "c"]


def test_filters_hold_for_both_parts() -> None:
    rows = [
        binary(0.9, id="a", tags=("city",)),
        binary(0.9, id="b", by="Bob"),
        binary(0.9, id="c", by="Bob", tags=("city",), deadline=SOON),
    ]
    assert ids(found(*rows, tag=("city",))) == (["a"], ["c"])
    assert ids(found(*rows, by=("Bob",))) == (["b"], ["c"])
    assert ids(found(*rows, status=("open",))) == ([], ["c"])


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        (None, (["a", "b"], ["c", "d"])),
        (5, (["a", "b"], ["c", "d"])),
        (3, (["a", "b"], ["c"])),
        (2, (["a", "b"], [])),
        (1, (["a"], [])),
    ],
)
def test_a_limit_holds_for_both_parts_together(
    limit: int | None, expected: tuple[list[str], list[str]]
) -> None:
    days = {"a": -2, "b": -1, "c": 1, "d": 2}
    rows = [binary(0.9, id=name, deadline=DAY + timedelta(day)) for name, day in days.items()]
    cut = first(found(*rows), limit)
    assert ids(cut) == expected
    assert cut.until == SOON

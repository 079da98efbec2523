"""What an export says several times of a record is one whole, or named with both places."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from build import binary, built, said
from predtrack.records.names import Recognised, joined, names_in
from predtrack.records.prediction import Outcome, Prediction
from predtrack.records.uniting import united

FIRST = datetime(2024, 1, 1, 10, 0, 7, tzinfo=UTC)
HISTORY = tuple(
    said(made=FIRST + timedelta(hours=at), probability=at / 10, by=by)
    for at in range(1, 8)
    for by in ("Ada", "Ben")
)
WHOLE = built("binary", *HISTORY, answer="yes", note="seen")

parts = st.sets(st.sampled_from(range(len(HISTORY))), min_size=1)


def part(places: set[int], *, has_ended: bool = False, is_noted: bool = True) -> Prediction:
    """Return what an export says that has only some of the forecasts."""
    forecasts = tuple(HISTORY[at] for at in sorted(places))
    outcome, note = WHOLE.outcome if has_ended else None, WHOLE.note if is_noted else None
    return replace(WHOLE, forecasts=forecasts, outcome=outcome, note=note)


@given(st.lists(parts, min_size=1, max_size=4), st.booleans(), st.booleans())
def test_parts_of_one_history_are_the_whole_of_it_in_any_order(
    places: list[set[int]], has_ended: bool, is_noted: bool
) -> None:
    versions = [part(each, is_noted=is_noted and not at) for at, each in enumerate(places)]
    versions[-1] = replace(versions[-1], outcome=WHOLE.outcome if has_ended else None)
    expected = {HISTORY[at] for each in places for at in each}
    for order in (versions, versions[::-1]):
        whole, clashes = united(order)
        assert clashes == []
        assert whole is not None
        assert len(whole.forecasts) == len(expected)
        assert set(whole.forecasts) == expected
        assert replace(whole, forecasts=()) == replace(
            WHOLE,
            forecasts=(),
            outcome=WHOLE.outcome if has_ended else None,
            note="seen" if is_noted else None,
        )


def test_options_that_came_later_are_there_whichever_file_is_first() -> None:
    before = built("choice", said(made=FIRST, probabilities=(("A", 0.5), ("B", 0.5))))
    before = replace(before, options=("A", "B"), extra=(("x-a", "1"),))
    grown = replace(
        before,
        options=("A", "B", "C"),
        options_added=(("C", date(2024, 2, 1)),),
        extra=(("x-b", "2"),),
    )
    for order in ((before, grown), (grown, before)):
        whole, clashes = united(order)
        assert clashes == []
        assert whole is not None
        assert (whole.options, dict(whole.extra)) == (grown.options, {"x-a": "1", "x-b": "2"})


def test_each_contradiction_is_between_the_two_that_make_it() -> None:
    ended = replace(WHOLE, outcome=Outcome(answer="no", decided=date(2024, 12, 31)))
    whole, clashes = united([part({1}), WHOLE, ended])
    assert [each[:2] for each in clashes] == [(1, 2)]
    assert whole == replace(WHOLE, outcome=None, forecasts=whole.forecasts)
    other = replace(WHOLE, note="another", tags=("a",))
    whole, clashes = united([WHOLE, other])
    assert [(each.difference.name, each.is_grave) for each in clashes] == [("note", False)]
    assert whole == replace(WHOLE, tags=("a",))


@pytest.mark.parametrize(
    "other",
    [
        replace(WHOLE, claim="It is another"),
        replace(WHOLE, deadline=date(2025, 1, 1)),
        replace(WHOLE, kind="date", forecasts=()),
        replace(WHOLE, forecasts=(replace(HISTORY[0], probability=0.99),)),
    ],
)
def test_where_anything_that_matters_is_said_otherwise_there_is_nothing(other: Prediction) -> None:
    assert united([WHOLE, other])[0] is None
    assert united([other, WHOLE])[0] is None


# who is who

NAMES = {"7": "Ada", "ada": "Ada", "Ada": "Ada Example"}


def test_a_record_keeps_its_names_and_new_ones_are_those_that_it_has() -> None:
    assert names_in(["7"], ["ada", "Ben"], NAMES, {}) == {"ada": "7", "Ben": "Ben"}
    assert names_in(["7", "ada"], ["ada"], NAMES, {}) == {"ada": "ada"}
    assert names_in([], ["ada"], NAMES, {}) == {"ada": "Ada Example"}
    assert names_in(["Cleo"], ["C"], {}, {"C": "Cleo"}) == {"C": "Cleo"}
    assert names_in(["Dan"], ["C"], {}, {"C": "Cleo"}) == {"C": "C"}


def test_joined_names_are_joined_in_the_list_of_bots_too() -> None:
    whole = replace(binary(by="7"), extra=(("x-metaculus-bots", ("7", "8")), ("x-own", ("7",))))
    by_name = joined(whole, NAMES)
    assert by_name.forecasts[0].by == "Ada Example"
    assert dict(by_name.extra) == {"x-metaculus-bots": ("Ada Example", "8"), "x-own": ("7",)}
    assert joined(whole, {"9": "Ada"}) is whole


shares = st.lists(st.integers(1, 99), min_size=1, max_size=5)


@given(shares, st.booleans(), st.booleans())
def test_who_says_all_the_same_is_recognised_where_it_cannot_be_chance(
    percents: list[int], is_exact: bool, is_one_off: bool
) -> None:
    def by(name: str) -> Prediction:
        start = FIRST if is_exact else FIRST.replace(second=0)
        made = [start + timedelta(hours=at) for at in range(len(percents))]
        stated = [
            said(by=name, made=at, probability=p / 100)
            for at, p in zip(made, percents, strict=True)
        ]
        return built("binary", *stated)

    here, export = by("old"), by("new")
    if is_one_off:  # the records hold something that the export does not
        here = replace(here, forecasts=(*here.forecasts, said(by="old", probability=0.5)))
    recognised = Recognised()
    recognised.meet(["old"], ["new"])
    recognised.see(here, export)
    is_sure = not is_one_off and (is_exact or len(percents) >= 3)
    assert recognised.names() == ({"new": "old"} if is_sure else {})
    is_maybe = not is_one_off and not is_sure
    assert recognised.alike(recognised.names()) == ([("new", "old")] if is_maybe else [])
    recognised.meet(["old", "new"], ["new"])
    assert recognised.names() == {}

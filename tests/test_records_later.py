"""What a later export adds to a record: revisions, withdrawals, an outcome, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from build import binary, built, said
from importing import ZONES
from predtrack.records import later as module
from predtrack.records import matching
from predtrack.records.later import after, later
from predtrack.records.life import in_order
from predtrack.records.prediction import Forecast, Outcome, Prediction, Source
from predtrack.records.rules import findings

FIRST, SECOND = datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 2, 1, tzinfo=UTC)
END = Outcome(answer="yes", decided=date(2024, 12, 31))
HERE = built("binary", said(made=FIRST, probability=0.7))
REVISED = replace(HERE, forecasts=(*HERE.forecasts, said(made=SECOND, probability=0.8)))


def test_the_same_again_adds_nothing():
    assert later(REVISED, REVISED) == later(REVISED, HERE)
    assert (later(REVISED, HERE).steps, later(REVISED, HERE).differs) == ((), ())


def test_revisions_withdrawals_and_an_outcome_are_steps_of_their_own():
    ended = replace(REVISED.forecasts[0], withdrawn=SECOND)
    export = replace(REVISED, forecasts=(ended, *REVISED.forecasts[1:]), outcome=END)
    found = later(HERE, export)
    assert (len(found.withdrawals), len(found.forecasts), len(found.outcomes)) == (1, 1, 1)
    assert after(HERE, found.steps) == export
    assert later(after(HERE, found.steps), export).steps == ()


def test_what_is_ones_own_is_no_difference():
    mine = replace(
        HERE,
        note="mine",
        tags=("weather",),
        extra=(("x-own", "1"),),
        forecasts=(replace(HERE.forecasts[0], rationale="why"), said(by="Me", probability=0.1)),
        outcome=END,
    )
    assert (later(mine, HERE).steps, later(mine, HERE).differs) == ((), ())


def test_what_differs_is_named_and_keeps_no_revision_out():
    other = replace(REVISED, claim="It is another", extra=(("x-metaculus-post", "1"),))
    found = later(HERE, other)
    assert found.differs == ("claim", "x-metaculus-post")
    assert after(HERE, found.steps).forecasts == REVISED.forecasts
    changed = replace(HERE, forecasts=(said(made=FIRST, probability=0.1),))
    assert (later(HERE, changed).steps, later(HERE, changed).differs) == ((), ("forecasts",))


def test_another_outcome_is_named_and_what_was_recorded_of_it_is_not():
    ended = replace(HERE, outcome=END)
    other = replace(HERE, outcome=replace(END, answer="no"))
    assert (later(ended, other).steps, later(ended, other).differs) == ((), ("outcome",))
    noted = replace(HERE, outcome=replace(END, note="seen", judge="Ada"))
    assert later(noted, ended).differs == ()


def test_where_a_forecast_would_mean_something_else_none_is_taken():
    choice = built("choice", said(probabilities=(("red", 0.5), ("green", 0.5), ("blue", 0.0))))
    more = replace(choice, options=("red", "green", "blue", "grey"))
    grown = replace(more, forecasts=(*choice.forecasts, said(made=SECOND, probabilities=())))
    assert later(choice, grown).steps == ()
    assert later(choice, grown).differs == ("options", "forecasts")
    assert later(binary(), choice).steps == ()


def test_a_forecast_that_would_make_the_record_unsound_is_not_taken():
    broken: Prediction = replace(HERE, forecasts=(said(made=SECOND),))
    assert (later(HERE, broken).steps, later(HERE, broken).differs) == ((), ("forecasts",))


def zoned(prediction: Prediction, name: str) -> Prediction:
    """Return a prediction as an import in a zone would have it."""
    zone = ZoneInfo(name)

    def there(when: Any) -> Any:
        return when.astimezone(zone) if isinstance(when, datetime) else when

    forecasts = (
        replace(each, made=there(each.made), withdrawn=there(each.withdrawn))
        for each in prediction.forecasts
    )
    return replace(prediction, opened=there(prediction.opened), forecasts=tuple(forecasts))


START = datetime(2024, 1, 1, tzinfo=UTC)
made_by = st.tuples(st.sampled_from(["Ada", "Ben"]), st.integers(0, 200))


@given(
    st.lists(made_by, min_size=1, max_size=8, unique=True).map(sorted),
    st.integers(0, 8),
    st.sampled_from(ZONES),
    st.sampled_from(ZONES),
)
def test_what_was_said_last_stands_after_imports_in_two_zones(
    moments: list[tuple[str, int]], count: int, first: str, second: str
) -> None:
    stated = sorted(moments, key=lambda pair: pair[1])
    whole = built(
        "binary",
        *(
            said(by=by, made=START + timedelta(hours=hours), probability=k / 10)
            for k, (by, hours) in enumerate(stated)
        ),
    )
    here = zoned(replace(whole, forecasts=whole.forecasts[:count]), first)
    export = zoned(whole, second)
    grown = after(here, later(here, export).steps)
    assert [each.probability for each in grown.forecasts] == [k / 10 for k in range(len(stated))]
    assert [each.made for each in grown.forecasts] == [each.made for each in whole.forecasts]
    for name in ("Ada", "Ben"):
        mine = [each for each in in_order(grown.forecasts) if each.by == name]
        assert mine == sorted(mine, key=lambda each: each.made)
    assert later(grown, export).steps == ()


@given(st.integers(0, 200), st.integers(0, 30), st.sampled_from(ZONES), st.sampled_from(ZONES))
def test_a_withdrawal_of_another_zone_is_added_once(
    hours: int, more: int, first: str, second: str
) -> None:
    begin = START + timedelta(hours=hours)
    forecast = said(made=begin, probability=0.5)
    ended = replace(forecast, withdrawn=begin + timedelta(hours=more))
    here = zoned(built("binary", forecast), first)
    export = zoned(built("binary", ended), second)
    grown = after(here, later(here, export).steps)
    assert grown.forecasts[0].withdrawn == ended.withdrawn
    assert not findings(grown)
    assert later(grown, export).steps == ()


def test_days_of_another_zone_are_no_difference_and_others_are():
    note = "Comments:\n2024-01-03 Ben: Why?"
    whole = replace(
        HERE,
        opened=START,
        note=note,
        outcome=END,
        source=Source(title="It", published=date(2024, 1, 1)),
        extra=(("x-by", "2024-12-31T20:00:00Z"),),
    )
    moved = replace(
        zoned(whole, "Asia/Tokyo"),
        deadline=date(2025, 1, 1),
        note=note.replace("03", "04"),
        outcome=replace(END, decided=date(2025, 1, 1)),
        source=Source(title="It", published=date(2024, 1, 2)),
        extra=(("x-by", "2025-01-01T05:00:00+09:00"),),
    )
    added = later(whole, moved)
    assert (added.steps, added.differs, added.is_of_other_zone) == ((), (), True)
    for change in (
        {"deadline": date(2025, 1, 2)},
        {"note": note.replace("03", "05")},
        {"note": note.replace("03", "04").replace("Why", "Who")},
        {"source": Source(title="Other", published=date(2024, 1, 2))},
        {"extra": (("x-by", "2025-01-01T06:00:00+09:00"),)},
        {"outcome": replace(END, answer="no", decided=date(2025, 1, 1))},
    ):
        assert len(later(whole, replace(moved, **change)).differs) == 1
    same_zone = replace(whole, deadline=date(2025, 1, 1))
    assert later(whole, same_zone).differs == ("deadline",)
    assert not later(whole, same_zone).is_of_other_zone


def test_the_same_time_by_the_clock_is_one_forecast_and_not_two():
    here = built("binary", said(made=FIRST, probability=0.7))
    there = FIRST.replace(tzinfo=timezone(timedelta(hours=9)))
    again = built("binary", said(made=there, probability=0.7))
    assert (later(here, again).steps, later(here, again).differs) == ((), ())
    other = built("binary", said(made=there, probability=0.8))
    assert len(later(here, other).forecasts) == 1
    both = built("binary", said(made=FIRST, probability=0.7), said(made=there, probability=0.7))
    assert len(later(here, both).forecasts) == 1


def test_the_day_of_a_file_may_be_the_next_one_in_another_zone():
    here = built("binary", said(made=date(2024, 1, 1), probability=0.7))
    next_day = said(made=date(2024, 1, 2), probability=0.7)
    assert later(here, built("binary", next_day)).steps == ()
    two = built("binary", next_day, said(made=date(2024, 1, 3), probability=0.6))
    assert len(later(here, two).forecasts) == 2


def test_what_looks_like_a_day_and_is_none_is_a_difference():
    moved = replace(zoned(replace(HERE, opened=START), "Asia/Tokyo"), note="2024-13-02")
    here = replace(HERE, opened=START, note="2024-13-01")
    assert later(here, moved).differs == ("note",)


def test_the_day_on_which_an_option_came_may_be_the_next_one_in_another_zone():
    shares = said(made=SECOND, probabilities=(("red", 0.5), ("green", 0.5), ("blue", 0.0)))
    added = (("blue", date(2024, 1, 15)),)
    here = built("choice", shares, opened=START, options_added=added, rest="red")
    there = replace(zoned(here, "Asia/Tokyo"), options_added=(("blue", date(2024, 1, 16)),))
    assert later(here, there).differs == ()
    other = replace(there, options_added=(("green", date(2024, 1, 16)),))
    assert later(here, other).differs == ("options_added",)


def test_a_day_and_an_instant_are_two_forecasts():
    here = built("binary", said(made=date(2024, 1, 1), probability=0.7))
    export = built("binary", said(made=FIRST + timedelta(hours=1), probability=0.7))
    assert len(later(here, export).forecasts) == 1


def test_a_withdrawal_may_bear_only_a_day():
    here = built("binary", said(made=FIRST, probability=0.7))
    export = built("binary", said(made=FIRST, probability=0.7, withdrawn=date(2024, 1, 3)))
    assert after(here, later(here, export).steps) == export


CLOCK = datetime(2024, 1, 1, 10)
offsets = st.integers(-12, 14).map(lambda hours: timezone(timedelta(hours=hours)))


@given(offsets, offsets)
def test_times_without_a_zone_are_the_same_by_the_clock(first: timezone, second: timezone) -> None:
    def read_in(zone: timezone) -> Prediction:
        when = CLOCK.replace(tzinfo=zone)
        moments = dict.fromkeys(("opened", "closed", "scheduled_close"), when)
        return built("binary", said(made=when, probability=0.7), **moments)

    here, again = read_in(first), read_in(second)
    added = later(here, again)
    assert (added.steps, added.differs) == ((), ())
    assert added.is_of_other_zone is (first != second)
    an_hour_on = replace(again, opened=CLOCK.replace(hour=11, tzinfo=second))
    if an_hour_on.opened != here.opened:
        assert later(here, an_hour_on).differs == ("opened",)


DAY = date(2024, 1, 1)
MANY = 300


def minutes(start: int, offset: timezone = UTC) -> list[Forecast]:
    """Return many forecasts within some hours."""
    return [
        said(
            made=(FIRST + timedelta(minutes=k)).astimezone(offset),
            probability=k / 10_000,
        )
        for k in range(start, start + MANY)
    ]


CROWDS = {
    "none matches": (minutes(0), minutes(MANY)),
    "of another offset": (minutes(0), minutes(MANY, timezone(timedelta(hours=9)))),
    "by the clock": (
        minutes(0),
        [
            replace(each, made=each.made.replace(tzinfo=timezone(timedelta(hours=9))))
            for each in minutes(0)
        ],
    ),
    "of one day": 2 * ([said(made=DAY, probability=k / MANY) for k in range(MANY)][::-1],),
    "of one day, others": (
        [said(made=DAY, probability=k / MANY) for k in range(MANY)],
        [said(made=DAY, probability=(k + 0.5) / MANY) for k in range(MANY)],
    ),
    "in words": 2 * ([said(made=DAY, words=f"perhaps {k}") for k in range(MANY)][::-1],),
    "paraphrased": 2 * ([said(made=DAY, paraphrase=f"perhaps {k}") for k in range(MANY)][::-1],),
}


@pytest.mark.parametrize("crowd", CROWDS)
def test_forecasts_are_not_each_compared_with_all_others(crowd: str) -> None:
    here, export = CROWDS[crowd]
    counts = []
    for room, name in ((matching, "says"), (module, "_is_turned")):
        with mock.patch.object(room, name, side_effect=getattr(room, name)) as compared:
            later(built("binary", *here), built("binary", *reversed(export)))
        counts.append(compared.call_count)
    assert max(counts) <= 5 * MANY


hours = st.integers(0, 100)


@given(st.lists(st.tuples(hours, offsets), max_size=9), hours, offsets)
def test_an_instant_is_turned_as_if_it_were_compared_with_all(
    others: list[tuple[int, timezone]], hour: int, offset: timezone
) -> None:
    instants = [(FIRST + timedelta(hours=at)).astimezone(zone) for at, zone in others]
    when = (FIRST + timedelta(hours=hour)).astimezone(offset)
    near = module._Instants()
    for each in instants:
        near.put(each)
    is_turned = any(module._is_turned(each, when) for each in instants)
    assert any(module._is_turned(each, when) for each in near.around(when)) is is_turned
    placed = module._in_order(when, near.around(when))
    assert placed == when
    if is_turned:
        least = min(abs(each - when) for each in instants)
        assert placed.utcoffset() in {
            each.utcoffset() for each in instants if abs(each - when) == least
        }
    else:
        assert placed.utcoffset() == when.utcoffset()


def test_of_two_offsets_nearby_the_nearer_one_is_taken() -> None:
    """What was said last would stand first by its own day: it takes the offset of its neighbour."""
    east, west = timezone(timedelta(hours=14)), timezone(timedelta(hours=-11))
    early = said(made=FIRST.astimezone(west), probability=0.1)
    late = said(made=(FIRST + timedelta(hours=20)).astimezone(east), probability=0.2)
    new = said(made=FIRST + timedelta(hours=21), probability=0.3)
    here = built("binary", early, late)
    grown = after(here, later(here, replace(here, forecasts=(early, late, new))).steps)
    assert grown.forecasts[-1].made == new.made
    assert grown.forecasts[-1].made.utcoffset() == timedelta(hours=14)


SHARES = said(made=FIRST, probabilities=(("red", 0.5), ("green", 0.5)))
COLOURS = built("choice", SHARES, options=("red", "green"))
CAME = date(2024, 1, 15)
NEW_SHARES = said(
    made=SECOND, probabilities=(("red", 0.4), ("blue", 0.2), ("green", 0.2), ("grey", 0.2))
)


@given(st.permutations(["red", "green", "blue", "grey"]), st.sampled_from([None, "red", "green"]))
def test_options_that_came_later_are_added_where_they_stand(
    names: list[str], rest: str | None
) -> None:
    export = replace(
        COLOURS,
        options=tuple(names),
        options_added=tuple((name, CAME) for name in names if name in {"blue", "grey"}),
        rest=rest,
        forecasts=(SHARES, NEW_SHARES),
        outcome=Outcome(answer="blue", decided=date(2024, 3, 1)),
    )
    added = later(COLOURS, export)
    if names.index("red") > names.index("green"):  # the record has them in another order
        assert (added.steps, "options" in added.differs) == ((), True)
        return
    assert [len(each) for each in (added.options, added.forecasts, added.outcomes)] == [1, 1, 1]
    grown = after(COLOURS, added.steps)
    assert (grown, added.differs) == (export, ())
    assert later(grown, export).steps == ()
    one_more = replace(
        export,
        options=(*names, "pink"),
        options_added=(*export.options_added, ("pink", SECOND.date())),
    )
    assert after(grown, later(grown, replace(one_more, forecasts=(SHARES,))).options).options == (
        *names,
        "pink",
    )


@pytest.mark.parametrize(
    "change",
    [
        {"options_added": ()},
        {"options_added": (("red", CAME),)},
        {"options": ("green", "red", "blue")},
        {"options": ("red", "blue")},
        {"rest": "green", "options": COLOURS.options, "options_added": ()},
    ],
)
def test_other_options_and_another_rest_keep_forecasts_out(change: dict[str, Any]) -> None:
    fields = {"options": ("red", "green", "blue"), "options_added": (("blue", CAME),)} | change
    export = replace(COLOURS, forecasts=(SHARES, NEW_SHARES), **fields)
    added = later(COLOURS, export)
    assert added.steps == ()
    assert {"options", "rest"}.intersection(added.differs)


def test_another_rest_keeps_an_option_out() -> None:
    here = replace(COLOURS, rest="red")
    fields = {"options": ("red", "green", "blue"), "options_added": (("blue", CAME),)}
    assert later(here, replace(COLOURS, rest="green", **fields)).differs == ("rest",)
    assert later(here, replace(COLOURS, rest="green", **fields)).steps == ()
    own = later(here, replace(COLOURS, **fields))
    assert (after(here, own.steps).rest, own.differs) == ("red", ())

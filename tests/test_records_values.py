"""What a person types as a forecast is what `show` would print of it, or shorter."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from predtrack import phrases
from predtrack.errors import Misread
from predtrack.records import phrasing
from predtrack.records.prediction import Forecast, Interval, Prediction
from predtrack.records.values import kind_of, value

DAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("binary", "70%", {"probability": 0.7}),
        ("binary", " .7 ", {"probability": 0.7}),
        ("binary", "Very  likely", {"probability": "very likely"}),
        ("binary", "60%..70%", {"probability": "60%..70%"}),
        ("binary", "60% .. 70%", {"probability": "60%..70%"}),
        ("binary", ".6..0.7", {"probability": ".6..0.7"}),
        ("binary", "Over 50%", {"probability": "over 50%"}),
        ("binary", "> 50%", {"probability": "over 50%"}),
        ("binary", "<5%", {"probability": "under 5%"}),
        ("date", "60%..70% by 2029", {"cdf": ((date(2029, 12, 31), "60%..70%"),)}),
        ("choice", "A 60%, B 40%", {"probabilities": (("A", 0.6), ("B", 0.4))}),
        (
            "choice",
            "North End: 0.6; Mill = 40%",
            {"probabilities": (("North End", 0.6), ("Mill", 0.4))},
        ),
        ("numeric", "10..15", {"interval": Interval(low=10, high=15)}),
        ("numeric", "10-15 80 %", {"interval": Interval(low=10, high=15, confidence=0.8)}),
        ("numeric", "-5--3", {"interval": Interval(low=-5, high=-3)}),
        ("numeric", "10 to 15 80%", {"interval": Interval(low=10, high=15, confidence=0.8)}),
        ("numeric", "-5..-3 @ .9", {"interval": Interval(low=-5, high=-3, confidence=0.9)}),
        ("numeric", ">= 100", {"interval": Interval(low=100)}),
        ("numeric", "at most 5 (90%)", {"interval": Interval(high=5, confidence=0.9)}),
        ("numeric", "10%: 8, 50%: 12, 90% = 20", {"quantiles": ((0.1, 8), (0.5, 12), (0.9, 20))}),
        ("numeric", "<= 8: 10%, <= 12: 50%", {"cdf": ((8, 0.1), (12, 0.5))}),
        ("numeric", "8: 10%; 12: 0.5", {"cdf": ((8, 0.1), (12, 0.5))}),
        ("numeric", "1e3", {"point": 1000.0}),
        (
            "date",
            "50% by 2029, likely by end of 2036",
            {"cdf": ((date(2029, 12, 31), 0.5), (date(2036, 12, 31), "likely"))},
        ),
        ("date", "2029-02: 50%", {"cdf": ((date(2029, 2, 28), 0.5),)}),
        ("date", "20% by +6m", {"cdf": ((date(2027, 5, 24), 0.2),)}),
    ],
)
def test_a_value_is_read_by_its_kind(kind: str, text: str, expected: dict[str, Any]) -> None:
    assert value(text, kind, DAY) == expected


@pytest.mark.parametrize(
    ("kind", "text", "message"),
    [
        ("binary", "70", "70 is not between 0 and 1; write 70% or 0.7"),
        ("binary", "1:20", '"1:20" is not a probability; write 4.76% and keep 1:20 in `words`'),
        (
            "choice",
            "A, B",
            '"A, B" is no forecast of kind choice; write each option with its share',
        ),
        ("choice", "", '"" is no forecast of kind choice; write each option with its share'),
        ("binary", " ", '" " is no forecast of kind binary; write 70%, .7 or a phrase'),
        ("numeric", "", '"" is no forecast of kind numeric; write 10..15 80%'),
        ("date", ",", '"," is no forecast of kind date; write 50% by 2029-02-13'),
        ("numeric", "lots", '"lots" is no forecast of kind numeric; write 10..15 80%, >= 100'),
        ("numeric", "10..15 100%", "a level of 100% says nothing"),
        ("date", "2029-02-13", '"2029-02-13" is no forecast of kind date; write 50% by 2029-02-13'),
        ("date", "50% by 2029-02-30", "there is no day 2029-02-30"),
        ("date", "50 by 2029", "50 is not between 0 and 1; write 50% or 0.5"),
    ],
)
def test_a_value_that_does_not_fit_says_how_to_write_it(kind: str, text: str, message: str) -> None:
    with pytest.raises(Misread) as caught:
        value(text, kind, DAY)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("70%", "binary"),
        ("likely", "binary"),
        ("10..15 80%", "numeric"),
        ("250", "numeric"),
        ("50% by 2029", "date"),
        ("A 60%, B 40%", "choice"),
        ("perhaps", None),
    ],
)
def test_the_kind_shows_in_how_a_value_is_written(text: str, kind: str | None) -> None:
    assert kind_of(text, DAY) == kind


whole = st.integers(0, 100).map(lambda k: k / 100)
level = st.integers(1, 99).map(lambda k: k / 100)
number = st.one_of(st.integers(-10_000, 10_000), st.integers(-10_000, 10_000).map(lambda k: k / 8))
days = st.integers(0, 9_000).map(lambda k: DAY + timedelta(k))
phrase = st.sampled_from(phrases.every_phrase())


def rising(keys: st.SearchStrategy[Any], values: st.SearchStrategy[Any], most: int) -> Any:
    return st.dictionaries(keys, values, min_size=1, max_size=most).map(
        lambda pairs: tuple(sorted(pairs.items()))
    )


intervals = st.tuples(number, number, st.one_of(st.none(), level)).map(
    lambda each: Interval(low=min(each[:2]), high=max(each[:2]), confidence=each[2])
)
half_open = st.tuples(number, st.booleans(), st.one_of(st.none(), level)).map(
    lambda each: Interval(**{"low" if each[1] else "high": each[0]}, confidence=each[2])
)

STATED: list[tuple[str, st.SearchStrategy[dict[str, Any]]]] = [
    ("binary", st.fixed_dictionaries({"probability": st.one_of(whole, phrase)})),
    (
        "choice",
        st.fixed_dictionaries({"probabilities": st.just((("A", 0.5), ("B b", 0.3), ("C", 0.2)))}),
    ),
    ("numeric", st.fixed_dictionaries({"interval": st.one_of(intervals, half_open)})),
    ("numeric", st.fixed_dictionaries({"quantiles": rising(level, number, 6)})),
    ("numeric", st.fixed_dictionaries({"cdf": rising(number, whole, 6)})),
    ("numeric", st.fixed_dictionaries({"point": number})),
    ("date", st.fixed_dictionaries({"cdf": rising(days, st.one_of(whole, phrase), 6)})),
]


@pytest.mark.parametrize(("kind", "stated"), STATED)
@given(data=st.data(), unit=st.sampled_from([None, "GW", "billion USD a year", "°C"]))
def test_what_is_shown_can_be_typed(
    kind: str, stated: st.SearchStrategy[dict[str, Any]], data: st.DataObject, unit: str | None
) -> None:
    fields = data.draw(stated)
    forecast = Forecast(by="Ada", made=DAY, **fields)
    unit = unit if kind == "numeric" else None
    prediction = Prediction(claim="c", kind=kind, unit=unit, forecasts=(forecast,))
    shown = phrasing.value(prediction, forecast)
    assert value(shown, kind, DAY, unit) == fields


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("60%..70%", "binary"),
        ("over 50%", "binary"),
        ("0.1..0.5", "numeric"),
        ("10..15", "numeric"),
    ],
)
def test_a_range_is_of_probability_where_it_has_a_percentage(text: str, kind: str) -> None:
    assert kind_of(text, DAY) == kind

"""What must hold across the fields of one record; each refusal has a file in data/errors too."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from predtrack import phrases
from predtrack.records import rules
from predtrack.records.prediction import (
    Condition,
    Forecast,
    Interval,
    Outcome,
    Prediction,
    Range,
    Reference,
)

DAY = date(2026, 1, 1)
OPTIONS = ("Ada", "Bob")
HALVES = (("Ada", 0.5), ("Bob", 0.5))


def made(kind: str, *, on: dict[str, Any] | None = None, **said: Any) -> Prediction:
    """A prediction of a kind whose one forecast says something; `on` is said of the prediction."""
    fields: dict[str, Any] = {"options": OPTIONS} if kind == "choice" else {}
    forecast = Forecast(by="Ada", made=DAY, **said)
    fields |= {"claim": "c", "kind": kind, "id": "c", "forecasts": (forecast,), **(on or {})}
    return Prediction(**fields)


def codes(prediction: Prediction) -> list[str]:
    return [finding.code for finding in rules.findings(prediction)]


SOUND = [
    made("binary", probability=0.7),
    made("binary", probability=0.0),
    made("binary", probability="very likely"),
    made("binary", words="soon"),
    made("binary", probability=0.7, words="soon"),
    made("choice", probabilities=HALVES),
    made("numeric", interval=Interval(low=1, high=2, confidence=0.8)),
    made("numeric", interval=Interval(low=1, high=1)),
    made("numeric", interval=Interval(low=100)),
    made("numeric", interval=Interval(high=100, confidence=0.5)),
    made("numeric", quantiles=((0.1, 8), (0.5, 8), (0.9, 20))),
    made("numeric", cdf=((8, 0.1), (12, 0.1), (20, 0.9))),
    made("numeric", point=0),
    made("date", cdf=((date(2029, 2, 13), 0.5), (date(2036, 2, 13), 0.9))),
    made("date", cdf=((date(2029, 2, 13), "likely"), (date(2036, 2, 13), 0.9))),
    made("date", words="soon"),
    made("binary", probability=0.7, on={"forecasts": ()}),
    made("binary", probability=0.7, on={"reference": Reference(probability=0.3)}),
    made("numeric", point=3, on={"reference": Reference(note="no change")}),
    made("binary", probability=0.7, on={"condition": Condition(text="it freezes")}),
    made("binary", probability=0.7, on={"condition": Condition(prediction="other")}),
]


@pytest.mark.parametrize("prediction", SOUND)
def test_what_each_kind_may_say_is_sound(prediction: Prediction) -> None:
    assert codes(prediction) == []


FORMS: dict[str, Any] = {
    "probability": 0.7,
    "probabilities": HALVES,
    "interval": Interval(low=1, high=2),
    "quantiles": ((0.1, 8.0), (0.9, 20.0)),
    "cdf": ((8.0, 0.1), (20.0, 0.9)),
    "point": 0,
}
KINDS = ("binary", "choice", "numeric", "date")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", FORMS)
def test_each_form_is_taken_by_its_kinds_only(kind: str, form: str) -> None:
    value = ((DAY, 0.5),) if (kind, form) == ("date", "cdf") else FORMS[form]
    allowed = form in rules.FORMS_OF_KIND[kind]
    assert (codes(made(kind, **{form: value})) == []) == allowed


@pytest.mark.parametrize("kind", KINDS)
def test_words_alone_will_do_for_what_happens_or_not(kind: str) -> None:
    found = codes(made(kind, words="soon"))
    assert found == ([] if kind in {"binary", "date"} else ["forecast"])


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_forecast_and_an_empty_reference_are_named_each(kind: str) -> None:
    found = rules.findings(made(kind, on={"reference": Reference()}))
    assert [finding.where for finding in found] == [("forecasts", 0), ("reference",)]


def test_two_values_side_by_side_are_refused() -> None:
    assert codes(made("numeric", point=0, cdf=((8.0, 0.1),))) == ["forecast"]


@pytest.mark.parametrize(
    ("sum_", "sound"), [(1.0, True), (1 + 9e-7, True), (1 - 9e-7, True), (1.00001, False)]
)
def test_the_probabilities_of_a_choice_sum_to_1_within_a_millionth(
    sum_: float, sound: bool
) -> None:
    shares = (("Ada", 0.5), ("Bob", sum_ - 0.5))
    assert (codes(made("choice", probabilities=shares)) == []) == sound


@given(st.lists(st.integers(1, 1000), min_size=2, max_size=200))
def test_shares_of_a_whole_always_sum_to_1(parts: list[int]) -> None:
    names = tuple(f"option {index}" for index in range(len(parts)))
    shares = tuple((name, part / sum(parts)) for name, part in zip(names, parts, strict=True))
    assert codes(made("choice", probabilities=shares, on={"options": names})) == []


def test_each_option_stands_once_and_has_a_probability() -> None:
    shares = (("Ada", 0.5), ("Cy", 0.5))
    found = rules.findings(made("choice", probabilities=shares))
    assert [finding.where for finding in found] == [
        ("forecasts", 0, "probabilities", 1),
        ("forecasts", 0, "probabilities"),
    ]
    assert "no probability for Bob" in found[1].message


def test_a_long_list_of_options_is_cut_in_messages() -> None:
    names = tuple(f"a rather long option {index}" for index in range(500))
    found = rules.findings(made("choice", probabilities=HALVES, on={"options": names}))
    assert all(len(finding.message) + len(finding.remedy) < 400 for finding in found)
    assert len(found) == 3


@pytest.mark.parametrize(
    ("first", "then", "code"),
    [
        ((2.0, 0.5), (1.0, 0.6), "order"),
        ((1.0, 0.5), (1.0, 0.6), "order"),
        ((1.0, 0.5), (2.0, 0.4), "falling"),
    ],
)
def test_a_cdf_rises(first: tuple[float, float], then: tuple[float, float], code: str) -> None:
    assert codes(made("numeric", cdf=(first, then))) == [code]


@pytest.mark.parametrize(
    ("value", "after", "falls"),
    [
        ("unlikely", "likely", False),
        ("likely", "unlikely", True),
        ("likely", 0.5, True),
        ("likely", 0.9, False),
        (0.9, "likely", True),
        (0.7, "likely", False),  # 0.75 in some tables
        ("very likely", "highly likely", False),  # no table has both in falling order only
        ("chances about even", "efsa has no such phrase", False),
    ],
)
def test_phrases_fall_only_where_they_do_in_every_table_that_has_both(
    value: float | str, after: float | str, falls: bool
) -> None:
    later = date(2030, 1, 1)
    found = codes(made("date", cdf=((DAY, value), (later, after))))
    assert found == (["falling"] if falls else [])


@pytest.mark.parametrize(
    ("kind", "answer", "sound"),
    [
        ("binary", "yes", True),
        ("binary", 0.3, True),
        ("choice", "Ada", True),
        ("choice", "Cy", False),
        ("numeric", 3, True),
        ("numeric", "below", False),
        ("date", DAY, True),
        ("date", "no", True),
    ],
)
def test_an_answer_fits_the_prediction(kind: str, answer: Any, sound: bool) -> None:
    said = {**FORMS, "cdf": ((DAY, 0.5),)}[rules.FORMS_OF_KIND[kind][0]]
    prediction = made(kind, **{rules.FORMS_OF_KIND[kind][0]: said})
    ended = replace(prediction, outcome=Outcome(answer=answer, decided=DAY))
    assert (codes(ended) == []) == sound
    assert codes(replace(prediction, outcome=Outcome(answer="void"))) == []


def test_below_and_above_need_a_range_to_be_outside_of() -> None:
    ended = Outcome(answer="above", decided=DAY)
    ranged = made("numeric", point=3, on={"outcome": ended, "range": Range(low=0, high=5)})
    assert codes(ranged) == []


def test_all_but_void_says_when_it_was_decided_and_only_void_says_why() -> None:
    prediction = made("binary", probability=0.7)
    assert codes(replace(prediction, outcome=Outcome(answer="yes"))) == ["outcome"]
    void = Outcome(answer="void", reason="too_vague")
    assert codes(replace(prediction, outcome=void)) == []
    reasoned = Outcome(answer="yes", decided=DAY, reason="too_vague")
    assert codes(replace(prediction, outcome=reasoned)) == ["outcome"]


@pytest.mark.parametrize(("decided", "sound"), [(DAY, True), (date(2025, 12, 31), False)])
def test_an_event_is_decided_on_its_day_or_later(decided: date, sound: bool) -> None:
    ended = Outcome(answer=DAY, decided=decided)
    assert (codes(made("date", words="soon", on={"outcome": ended})) == []) == sound


@pytest.mark.parametrize(("withdrawn", "sound"), [(DAY, True), (date(2025, 12, 31), False)])
def test_what_is_withdrawn_was_made_before(withdrawn: date, sound: bool) -> None:
    assert (codes(made("binary", probability=0.7, withdrawn=withdrawn)) == []) == sound


def test_a_range_is_not_empty() -> None:
    assert codes(made("numeric", point=3, on={"range": Range(low=5, high=5)})) == ["interval"]


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=8))
def test_a_cdf_is_sound_exactly_if_places_rise_and_chances_do_not_fall(
    pairs: list[tuple[float, float]],
) -> None:
    places, chances = [a for a, _ in pairs], [b for _, b in pairs]
    rises = places == sorted(set(places)) and chances == sorted(chances)
    assert (codes(made("numeric", cdf=tuple(pairs))) == []) == rises


# --- a cdf of ranges ---

SHARES = st.integers(0, 100).map(lambda percent: percent / 100)
BETWEEN = st.lists(st.integers(0, 100), min_size=2, max_size=2, unique=True).map(
    lambda ends: "{}%..{}%".format(*sorted(ends))
)
ONE_SIDED = st.one_of(
    st.integers(0, 99).map(lambda low: f"over {low}%"),
    st.integers(1, 100).map(lambda high: f"under {high}%"),
)
STATED = st.one_of(SHARES, BETWEEN, ONE_SIDED)


def can_rise(values: list[Any]) -> bool:
    """Whether a number can be taken from each value so that none is below the one before."""
    least = 0.0
    for value in values:
        low, high = phrases.ends(value) or (0, 0) if isinstance(value, str) else (value, value)
        if high < max(least, low):
            return False
        least = max(least, low)
    return True


@given(st.lists(STATED, min_size=2, max_size=5))
def test_a_cdf_of_ranges_falls_only_where_no_numbers_in_them_rise(values: list[Any]) -> None:
    points = tuple((date(2030 + k, 1, 1), value) for k, value in enumerate(values))
    fallen = codes(made("date", cdf=points))
    assert (fallen != []) == (not can_rise(values))
    assert {*fallen} <= {"falling"}


def test_a_range_may_lie_around_the_middle_of_the_one_before() -> None:
    cdf = ((date(2029, 1, 1), "over 50%"), (date(2036, 1, 1), "60%..70%"))
    assert codes(made("date", cdf=cdf)) == []

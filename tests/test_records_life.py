"""What is known of a prediction on a day, its status then, and the changes it may undergo."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from predtrack.errors import RefusedError, UsageError
from predtrack.records import life
from predtrack.records.prediction import (
    Condition,
    Evidence,
    Forecast,
    Judgement,
    Outcome,
    Prediction,
)
from predtrack.records.terms import STATUSES

MADE = date(2026, 1, 1)
EARLY, MIDDLE, LATE = date(2027, 1, 1), date(2029, 1, 1), date(2036, 1, 1)
CDF = ((MIDDLE, 0.5), (LATE, 0.9))
DAY = timedelta(1)


def said(made: Any = MADE, by: str = "Ada", **value: Any) -> Forecast:
    return Forecast(by=by, made=made, **(value or {"probability": 0.7}))


def binary(**fields: Any) -> Prediction:
    given: dict[str, Any] = {"id": "rain", "claim": "c", "kind": "binary", "forecasts": (said(),)}
    return Prediction(**(given | {"deadline": MIDDLE} | fields))


def dated(**fields: Any) -> Prediction:
    given: dict[str, Any] = {"id": "bridge", "claim": "c", "kind": "date"}
    return Prediction(**(given | {"forecasts": (said(cdf=CDF),)} | fields))


def status(prediction: Prediction, day: date, *others: Prediction) -> str:
    known = life.known(prediction, day)
    return life.status(known, {other.id: other for other in others}, day)


# --- what is known ---


def test_forecasts_made_after_the_day_are_not_known_yet() -> None:
    prediction = binary(forecasts=(said(MADE), said(EARLY)))
    assert len(life.known(prediction, EARLY - DAY).forecasts) == 1
    assert len(life.known(prediction, EARLY).forecasts) == 2


def test_an_instant_is_of_the_day_in_its_own_offset() -> None:
    late = datetime(2026, 1, 1, 23, 30, tzinfo=timezone(timedelta(hours=-5)))
    prediction = binary(forecasts=(said(late),))
    assert life.known(prediction, date(2026, 1, 1)).forecasts != ()
    assert not life.exists(prediction, date(2025, 12, 31))


def test_what_was_withdrawn_later_still_stood() -> None:
    prediction = binary(forecasts=(said(withdrawn=EARLY),))
    assert life.standing(life.known(prediction, EARLY - DAY)) != []
    assert life.standing(life.known(prediction, EARLY)) == []


def test_an_outcome_decided_after_the_day_is_not_known_yet() -> None:
    prediction = binary(outcome=Outcome(answer="yes", decided=EARLY))
    assert life.known(prediction, EARLY - DAY).outcome is None
    assert life.known(prediction, EARLY).outcome == prediction.outcome


@pytest.mark.parametrize("kind", ["binary", "date"])
def test_a_void_is_known_from_the_day_it_was_decided_else_recorded_else_always(kind: str) -> None:
    def known(**days: Any) -> bool:
        prediction = binary(kind=kind, outcome=Outcome(answer="void", **days))
        return life.known(prediction, EARLY).outcome is not None

    assert known(decided=EARLY)
    assert not known(decided=EARLY + DAY)
    assert known(recorded=EARLY)
    assert not known(recorded=EARLY + DAY)
    assert known()


def test_a_later_no_reads_as_no_up_to_an_earlier_day() -> None:
    prediction = dated(outcome=Outcome(answer="no", decided=LATE))
    assert life.known(prediction, MIDDLE).outcome == Outcome(answer="no", decided=MIDDLE)


def test_a_day_reads_as_no_up_to_an_earlier_day() -> None:
    happened = Outcome(answer=MIDDLE + DAY, decided=LATE)
    prediction = dated(outcome=happened)
    assert life.known(prediction, MIDDLE).outcome == Outcome(answer="no", decided=MIDDLE)
    between = life.known(prediction, LATE - DAY).outcome
    assert between == Outcome(answer="no", decided=MIDDLE)
    assert life.known(prediction, LATE).outcome == happened


@given(st.dates(MADE, LATE), st.dates(MADE, LATE), st.sampled_from(["no", "day"]))
def test_what_a_day_was_told_of_a_date_is_never_taken_back(
    day: date, decided: date, answer: str
) -> None:
    """A `no` recorded on a day reads the same there after anything later has replaced it."""
    asked = min(day, decided - DAY)
    then = Outcome(answer="no", decided=asked)
    later = Outcome(answer="no" if answer == "no" else decided, decided=decided)
    now = life.known(dated(outcome=later), asked).outcome
    assert now == life.known(dated(outcome=then), asked).outcome


# --- who stands ---


def test_a_later_forecast_by_the_same_forecaster_revises_the_earlier_one() -> None:
    first, second, other = said(MADE), said(EARLY), said(MADE, by="Bob")
    assert life.standing(binary(forecasts=(second, other, first))) == [other, second]


def test_of_the_same_moment_the_later_in_the_file_stands() -> None:
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    same = datetime(2026, 1, 1, 13, tzinfo=timezone(timedelta(hours=1)))
    first, second = said(noon, probability=0.1), said(same, probability=0.2)
    assert life.standing(binary(forecasts=(first, second))) == [second]
    assert life.standing(binary(forecasts=(second, first))) == [first]


def test_a_withdrawn_forecast_does_not_bring_back_the_one_it_revised() -> None:
    forecasts = (said(MADE), said(EARLY, withdrawn=MIDDLE))
    assert life.standing(binary(forecasts=forecasts)) == []


def test_a_prediction_exists_from_its_first_forecast_on() -> None:
    assert not life.exists(binary(), MADE - DAY)
    assert life.exists(binary(), MADE)
    assert life.exists(binary(forecasts=()), date(1900, 1, 1))


# --- days ---


def test_the_deadline_is_the_one_stated_else_the_latest_day_of_the_cdfs() -> None:
    assert life.deadline(dated()) == LATE
    assert life.deadline(dated(deadline=MIDDLE)) == MIDDLE
    assert life.deadline(binary(deadline=None)) is None
    assert life.deadline(dated(forecasts=(said(words="soon"),))) is None


def test_every_day_of_every_cdf_is_scheduled_once() -> None:
    revised = said(EARLY, cdf=((EARLY, 0.1), (MIDDLE, 0.2)))
    prediction = dated(forecasts=(said(cdf=CDF), revised), deadline=MIDDLE)
    assert life.scheduled_days(prediction) == [EARLY, MIDDLE, LATE]
    assert life.points_of(said(probability=0.5)) == []


# --- status ---


@pytest.mark.parametrize(
    ("day", "expected"),
    [(MADE, "open"), (MIDDLE, "open"), (MIDDLE + DAY, "due")],
)
def test_a_prediction_is_due_the_day_after_its_deadline(day: date, expected: str) -> None:
    assert status(binary(), day) == expected


def test_without_a_deadline_it_stays_open() -> None:
    assert status(binary(deadline=None), date(2999, 12, 31)) == "open"


@pytest.mark.parametrize("answer", ["yes", "no", 0.3])
def test_any_answer_resolves_a_binary_prediction_early_too(answer: Any) -> None:
    prediction = binary(outcome=Outcome(answer=answer, decided=EARLY))
    assert status(prediction, EARLY - DAY) == "open"
    assert status(prediction, EARLY) == "resolved"
    assert status(replace(prediction, deadline=None), EARLY) == "resolved"


@pytest.mark.parametrize(
    ("kind", "value", "answer"),
    [("choice", {"probabilities": (("A", 1.0),)}, "A"), ("numeric", {"point": 3}, 4)],
)
def test_an_answer_resolves_a_choice_and_a_number(kind: str, value: Any, answer: Any) -> None:
    ended = Outcome(answer=answer, decided=EARLY)
    prediction = binary(kind=kind, forecasts=(said(**value),), outcome=ended)
    assert status(prediction, MIDDLE + DAY) == "resolved"


def test_a_no_of_kind_date_decides_the_days_up_to_it_and_leaves_later_ones_open() -> None:
    prediction = dated(outcome=Outcome(answer="no", decided=MIDDLE))
    assert life.undecided_days(prediction) == [LATE]
    assert life.decides(prediction, MIDDLE)
    assert not life.decides(prediction, LATE)
    assert not life.decides(prediction, None)
    assert status(prediction, MIDDLE + DAY) == "open"
    assert status(prediction, LATE + DAY) == "due"


def test_an_early_no_of_kind_date_leaves_even_the_first_day_open() -> None:
    prediction = dated(outcome=Outcome(answer="no", decided=MIDDLE - DAY))
    assert life.undecided_days(prediction) == [MIDDLE, LATE]
    assert status(prediction, MIDDLE + DAY) == "due"


def test_a_no_up_to_the_last_day_resolves_a_date() -> None:
    prediction = dated(outcome=Outcome(answer="no", decided=LATE))
    assert status(prediction, LATE) == "resolved"
    assert status(prediction, LATE - DAY) == "open"
    assert status(prediction, MIDDLE + DAY) == "open"


def test_a_day_resolves_a_date_whenever_it_was() -> None:
    prediction = dated(outcome=Outcome(answer=EARLY, decided=EARLY))
    assert status(prediction, EARLY) == "resolved"
    assert status(prediction, EARLY - DAY) == "open"


def test_a_no_never_ends_a_date_that_names_no_day() -> None:
    prediction = dated(forecasts=(said(words="soon"),), outcome=Outcome(answer="no", decided=LATE))
    assert status(prediction, LATE) == "open"


def test_a_day_of_a_cdf_that_has_passed_undecided_makes_a_date_due() -> None:
    assert status(dated(), MIDDLE) == "open"
    assert status(dated(), MIDDLE + DAY) == "due"
    assert life.undecided_days(dated()) == [MIDDLE, LATE]


def test_void_is_void_for_every_kind() -> None:
    for prediction in (binary(), dated()):
        assert status(replace(prediction, outcome=Outcome(answer="void")), MADE) == "void"


# --- conditions ---

NEEDS = Condition(prediction="other")


def other(kind: str = "binary", **fields: Any) -> Prediction:
    make = dated if kind == "date" else binary
    return make(id="other", kind=kind, **fields)


@pytest.mark.parametrize(
    ("word", "answer", "expected"),
    [
        ("yes", "no", "void"),
        ("yes", "yes", "open"),
        ("yes", 0.3, "void"),
        ("yes", "void", "void"),
        ("no", "no", "open"),
        ("no", "yes", "void"),
        ("no", 0.3, "void"),
        ("no", "void", "void"),
        ("perhaps", "no", "open"),
    ],
)
def test_a_condition_holds_where_the_named_prediction_ends_as_it_says(
    word: str, answer: Any, expected: str
) -> None:
    decided = EARLY if answer != "void" else None
    named = other(outcome=Outcome(answer=answer, decided=decided, recorded=EARLY))
    child = binary(condition=Condition(prediction="other", is_=word))
    assert status(child, EARLY, named) == expected
    assert status(child, EARLY - DAY, named) == "open"


@pytest.mark.parametrize(
    ("word", "answer", "expected"),
    [
        ("yes", EARLY, "open"),
        ("yes", "no", "void"),
        ("yes", "void", "void"),
        ("no", EARLY, "void"),
        ("no", "no", "open"),
    ],
)
def test_a_condition_on_a_date_asks_whether_it_came(word: str, answer: Any, expected: str) -> None:
    decided = EARLY if isinstance(answer, date) else LATE
    named = other("date", outcome=Outcome(answer=answer, decided=decided))
    child = binary(condition=Condition(prediction="other", is_=word), deadline=None)
    assert status(child, LATE, named) == expected


@pytest.mark.parametrize(
    ("word", "expected"), [("A", "open"), ("B", "void"), ("yes", "open"), ("C", "open")]
)
def test_a_condition_on_a_choice_asks_for_an_option(word: str, expected: str) -> None:
    named = other("choice", options=("A", "B"), outcome=Outcome(answer="A", decided=EARLY))
    child = binary(condition=Condition(prediction="other", is_=word))
    assert status(child, EARLY, named) == expected  # what is no option is an error of `check`


def test_what_is_void_by_a_condition_makes_void_what_hangs_on_it() -> None:
    basis = binary(id="basis", outcome=Outcome(answer="no", decided=EARLY))
    middle = binary(id="middle", condition=Condition(prediction="basis"))
    last = binary(condition=Condition(prediction="middle", is_="no"))
    others = {"basis": basis, "middle": middle}
    assert life.status(last, others, EARLY) == "void"
    assert life.status(last, others, EARLY - DAY) == "open"
    assert life.conditions_above(last, others) == ["middle", "basis"]
    parent = life.failed_condition(last, others, EARLY)
    assert parent is not None
    assert life.how_ended(parent) == "middle is void by a condition of its own"


def test_conditions_in_a_circle_make_nothing_void() -> None:
    first = binary(id="first", condition=Condition(prediction="second"))
    second = binary(id="second", condition=Condition(prediction="first"))
    others = {"first": first, "second": second}
    assert life.status(first, others, EARLY) == "open"
    assert life.conditions_above(first, others) == ["second"]


def test_a_chain_of_conditions_may_be_of_any_length() -> None:
    count = 3000
    chain = [binary(id=f"p{k}", condition=Condition(prediction=f"p{k + 1}")) for k in range(count)]
    top = binary(id=f"p{count}", outcome=Outcome(answer="no", decided=EARLY))
    others = {each.id: each for each in (*chain, top)}
    assert life.failed_condition(chain[0], others, EARLY) is chain[1]
    assert life.failed_condition(chain[-1], others, EARLY) is top
    assert life.failed_condition(chain[0], others, EARLY - DAY) is None
    assert len(life.conditions_above(chain[0], others)) == count
    circle = others | {top.id: replace(top, outcome=None, condition=Condition(prediction="p0"))}
    assert life.failed_condition(chain[0], circle, EARLY) is None
    assert len(life.conditions_above(chain[0], circle)) == count


def failed_by(prediction: Prediction, others: Any, below: frozenset[str]) -> Prediction | None:
    """The rule as it reads: a parent fails by its own end, or where its own condition failed."""
    needs = prediction.condition
    parent = others.get(needs.prediction) if needs is not None else None
    if needs is None or parent is None or parent.id in below:
        return None
    ended = parent.outcome
    if ended is not None and ended.answer != needs.is_:
        return parent
    above = failed_by(parent, others, below | {prediction.id})
    return None if above is None else parent


LINKS = st.lists(
    st.tuples(
        st.integers(0, 6), st.sampled_from(["yes", "no"]), st.sampled_from([None, "yes", "no", 0.4])
    ),
    min_size=1,
    max_size=6,
)


@given(LINKS)
def test_conditions_fail_by_one_rule_in_chains_and_circles(links: list[Any]) -> None:
    others = {
        f"p{k}": binary(
            id=f"p{k}",
            condition=Condition(prediction=f"p{parent}", is_=word),
            outcome=None if answer is None else Outcome(answer=answer, decided=EARLY),
        )
        for k, (parent, word, answer) in enumerate(links)
    }
    for each in others.values():
        assert life.failed_condition(each, others, LATE) is failed_by(each, others, frozenset())


def test_a_date_that_did_not_come_makes_void_once_its_last_day_is_decided() -> None:
    named = other("date", outcome=Outcome(answer="no", decided=LATE))
    prediction = binary(condition=NEEDS, deadline=None)
    assert status(prediction, LATE, named) == "void"
    assert status(prediction, LATE - DAY, named) == "open"


def test_a_condition_in_words_or_one_that_leads_nowhere_changes_nothing() -> None:
    assert status(binary(condition=Condition(text="if it freezes")), EARLY) == "open"
    assert status(binary(condition=NEEDS), EARLY) == "open"
    assert status(binary(condition=NEEDS), EARLY, other()) == "open"


def test_a_failed_condition_outweighs_an_outcome() -> None:
    named = other(outcome=Outcome(answer="no", decided=EARLY))
    ended = binary(condition=NEEDS, outcome=Outcome(answer="yes", decided=EARLY))
    assert status(ended, EARLY, named) == "void"


# --- the day an answer was decided, where nobody said ---


@pytest.mark.parametrize(
    ("prediction", "answer", "day", "expected"),
    [
        (dated(), EARLY, LATE, EARLY),
        (dated(), "no", MIDDLE, MIDDLE - DAY),
        (dated(), "void", LATE + DAY, LATE),
        (binary(), "yes", EARLY, EARLY),
        (binary(), "no", MIDDLE + DAY, MIDDLE),
        (binary(deadline=None), "no", LATE, LATE),
        (binary(), 0.3, MIDDLE, MIDDLE),
    ],
)
def test_the_day_of_deciding_is_filled_in(
    prediction: Prediction, answer: Any, day: date, expected: date
) -> None:
    assert life.default_decided(prediction, answer, day) == expected


# --- changes ---

YES = Outcome(answer="yes", decided=EARLY)


def test_resolving_gives_the_prediction_its_outcome_and_changes_nothing_else() -> None:
    assert life.resolve(binary(), YES) == binary(outcome=YES)
    assert life.reopen(binary(outcome=YES)) == binary()


def test_an_answer_that_does_not_fit_is_a_wrong_use() -> None:
    choice = binary(kind="choice", options=("Ada", "Bob"))
    with pytest.raises(UsageError, match='rain: "yes" is not one of the options; the options are'):
        life.resolve(choice, YES)


def test_a_second_outcome_is_refused_unless_forced() -> None:
    ended = binary(outcome=YES)
    no = Outcome(answer="no", decided=EARLY)
    with pytest.raises(RefusedError, match="already ended: yes, decided 2027-01-01; nothing was"):
        life.resolve(ended, no)
    assert life.resolve(ended, no, force=True).outcome == no


def test_a_void_without_a_day_is_an_outcome_too() -> None:
    with pytest.raises(RefusedError, match="already ended: void; nothing was changed"):
        life.resolve(binary(outcome=Outcome(answer="void")), YES)


def test_what_was_decided_before_the_first_forecast_is_refused_even_if_forced() -> None:
    early = Outcome(answer="yes", decided=MADE - DAY)
    for force in (False, True):
        with pytest.raises(RefusedError, match=r"before its first forecast was made \(2026-01-01"):
            life.resolve(binary(), early, force=force)
    assert life.resolve(binary(), replace(early, decided=MADE)).outcome is not None
    assert life.resolve(binary(forecasts=()), early).outcome == early
    void = Outcome(answer="void", decided=MADE - DAY)
    assert life.resolve(binary(), void).outcome == void


@pytest.mark.parametrize(
    ("outcome", "follows"),
    [
        (Outcome(answer="no", decided=LATE), True),
        (Outcome(answer=LATE, decided=LATE), True),
        (Outcome(answer="no", decided=MIDDLE), False),
        (Outcome(answer="no", decided=EARLY), False),
        (Outcome(answer=MIDDLE, decided=LATE), False),  # by then it had not happened, it was said
        (Outcome(answer="void"), False),
    ],
)
def test_a_not_yet_may_be_continued_by_what_came_later(outcome: Outcome, follows: bool) -> None:
    waiting = dated(outcome=Outcome(answer="no", decided=MIDDLE))
    if follows:
        assert life.resolve(waiting, outcome).outcome == outcome
    else:
        with pytest.raises(RefusedError, match="already ended: no"):
            life.resolve(waiting, outcome)


def test_a_day_once_recorded_is_not_continued() -> None:
    with pytest.raises(RefusedError, match="already ended: 2029-01-01"):
        life.resolve(dated(outcome=Outcome(answer=MIDDLE, decided=MIDDLE)), Outcome(answer="no"))


def test_there_is_nothing_to_reopen_without_an_outcome() -> None:
    with pytest.raises(RefusedError, match="rain has no outcome to take out; nothing was changed"):
        life.reopen(binary())


def test_an_outcome_recorded_on_another_day_says_nothing_new() -> None:
    assert life.same_outcome(replace(YES, recorded=LATE), replace(YES, recorded=MIDDLE))
    assert not life.same_outcome(YES, replace(YES, decided=MIDDLE))
    assert not life.same_outcome(None, YES)


@given(st.dates(MADE, LATE), st.dates(EARLY, LATE), st.sampled_from(["yes", "no", "void", 0.5]))
def test_every_day_has_one_status(day: date, decided: date, answer: Any) -> None:
    prediction = binary(outcome=Outcome(answer=answer, decided=decided))
    expected = "open" if day <= MIDDLE else "due"
    if decided <= day:
        expected = "void" if answer == "void" else "resolved"
    assert status(prediction, day) == expected
    assert expected in STATUSES


@pytest.mark.parametrize("day", [MADE, MIDDLE, LATE])
def test_where_nothing_is_later_it_is_the_same_prediction(day: date) -> None:
    found = dated(outcome=Outcome(answer="no", decided=MADE))
    assert life.known(found, day) is found
    assert life.known(found, MADE - DAY) is not found


def test_within_a_day_instants_come_first_and_then_what_bears_only_the_day() -> None:
    noon = said(datetime(2026, 1, 1, 12, tzinfo=UTC))
    before = said(datetime(2026, 1, 1, 0, 30, tzinfo=timezone(timedelta(hours=1))))
    today, tomorrow = said(MADE), said(MADE + DAY)
    assert life.in_order((tomorrow, noon, today, before)) == [before, noon, today, tomorrow]
    assert life.in_order((noon, before)) == [before, noon]
    assert life.in_order((tomorrow, today)) == [today, tomorrow]


def test_forecasts_of_the_same_moment_are_in_order_as_in_the_file() -> None:
    here = datetime(2026, 1, 1, 12, tzinfo=UTC)
    there = here.astimezone(timezone(timedelta(hours=2)))
    pair = (said(there, "Bob"), said(here, "Ada"))
    assert [each.by for each in life.in_order(pair)] == ["Bob", "Ada"]
    assert [each.by for each in life.in_order(pair[::-1])] == ["Ada", "Bob"]


# --- what stays of an earlier outcome ---

OWN = st.dictionaries(st.sampled_from(["x-a", "x-b"]), st.sampled_from("12")).map(
    lambda keys: tuple(keys.items())
)
JUDGED = st.lists(
    st.builds(Judgement, answer=st.sampled_from(["yes", "no"]), judge=st.sampled_from("AB")),
    max_size=2,
    unique=True,
).map(tuple)
ENDED = st.builds(
    Outcome,
    answer=st.sampled_from(["yes", "no", "void", 0.4]),
    decided=st.sampled_from([EARLY, MIDDLE]),
    judge=st.sampled_from([None, "Ada", "Ben"]),
    evidence=st.sampled_from([(), (Evidence(url="https://a.b"),)]),
    note=st.sampled_from([None, "as seen"]),
    judgements=JUDGED,
    extra=OWN,
)


@given(ENDED, ENDED)
def test_other_judges_and_own_keys_stay_and_what_supports_an_answer_stays_with_it(
    was: Outcome, new: Outcome
) -> None:
    outcome = life.resolve(binary(outcome=was), new, force=True).outcome
    assert outcome is not None
    assert {*was.judgements, *new.judgements} == {*outcome.judgements}
    assert dict(outcome.extra) == dict(was.extra) | dict(new.extra)
    assert (outcome.answer, outcome.decided) == (new.answer, new.decided)
    assert outcome.judge == new.judge
    is_same = was.answer == new.answer
    assert outcome.evidence == (new.evidence or (was.evidence if is_same else ()))
    assert outcome.note == (new.note or (was.note if is_same else None))
    assert life.same_outcome(outcome, new)


def test_the_reason_of_a_void_stays_with_a_void() -> None:
    was = Outcome(answer="void", reason="annulled")
    again = life.resolve(binary(outcome=was), Outcome(answer="void"), force=True).outcome
    assert again == was
    assert life.resolve(binary(outcome=was), YES, force=True).outcome == YES


def test_what_other_judges_recorded_later_is_not_known_yet() -> None:
    early, late = (
        Judgement(answer="no", judge=name, recorded=date(2025, month, 1))
        for name, month in (("J", 2), ("K", 7))
    )
    undated = Judgement(answer="no", judge="L")
    ended = Outcome(answer="yes", decided=date(2025, 1, 10), judgements=(early, late, undated))
    prediction = binary(forecasts=(said(date(2025, 1, 1)),), outcome=ended)
    then = life.known(prediction, date(2025, 3, 1))
    assert then.outcome is not None
    assert then.outcome.judgements == (early, undated)
    assert life.unknown(prediction, date(2025, 3, 1)) == 1
    assert life.unknown(prediction, date(2025, 1, 1)) == 3
    assert life.known(prediction, date(2025, 7, 1)) is prediction
    assert {date(2025, 2, 1), date(2025, 7, 1)} <= life.turns(prediction)

"""Only foresight counts, and what was said last stands: for any moments in any offsets."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from random import Random
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from build import built, by_id, said
from predtrack.dates import Month, Span, day_of, stated_order
from predtrack.errors import RefusedError
from predtrack.records import foresight, life, revise
from predtrack.records.prediction import Forecast, Interval, Prediction
from predtrack.reports import sampling, scores
from predtrack.reports.listing import Filters
from predtrack.reports.platform import scores as platform_scores
from predtrack.reports.report import report
from predtrack.reports.rows import known
from predtrack.reports.scores import PLATFORM

FIRST = date(2024, 1, 1)
LATER = date(2026, 1, 1)  # after everything that is drawn here
SAMPLINGS = ("first", "last", "lead:0d", "lead:30d", "lead:200d")

DAYS = st.integers(0, 400).map(lambda days: FIRST + timedelta(days))
OFFSETS = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
INSTANTS = st.builds(
    lambda day, seconds, zone: datetime(day.year, day.month, day.day, tzinfo=zone) + seconds,
    DAYS,
    st.integers(0, 86_399).map(lambda seconds: timedelta(seconds=seconds)),
    OFFSETS,
)
MONTHS = DAYS.map(lambda day: Month(day.year, day.month))
MOMENTS = st.one_of(DAYS, INSTANTS, MONTHS)


# --- what was said last stands ---


@given(st.lists(MOMENTS, max_size=6), st.integers(0, 60), st.sampled_from(["Ada", "Ben"]))
def test_what_an_update_writes_is_what_stands(moments: list[Any], ahead: int, other: str) -> None:
    earlier = [
        said(by=other if k % 3 == 2 else "Ada", made=m, probability=0.3)
        for k, m in enumerate(moments)
    ]
    today = max([day_of(m) for m in moments], default=FIRST) + timedelta(ahead if ahead < 3 else 0)
    was = built("binary", *earlier, deadline=date(2025, 12, 31))
    now = revise.revise(was, said(made=today, probability=0.8))
    standing = {each.by: each.probability for each in life.standing(life.known(now, today))}
    assert standing["Ada"] == 0.8
    ended = built(
        "binary",
        *now.forecasts,
        answer="yes",
        decided=date(2025, 12, 30),
        deadline=date(2025, 12, 31),
    )
    counted = [
        each for each in stated(ended, at="last") if not each.reason and each.chance.by == "Ada"
    ]
    assert [each.chance.stated for each in counted] == [0.8]


@given(st.lists(MOMENTS, min_size=1, max_size=5), MOMENTS)
def test_a_moment_before_a_later_forecast_is_refused_unless_it_is_forced(
    moments: list[Any], moment: Any
) -> None:
    was = built("binary", *(said(made=each, probability=0.3) for each in moments), deadline=None)
    new = said(made=moment, probability=0.8)
    if stated_order(moment) < max(map(stated_order, moments)):
        with pytest.raises(RefusedError, match="would not stand; nothing was changed"):
            revise.revise(was, new)
        assert life.standing(revise.revise(was, new, force=True))[0].probability == 0.3
    else:
        assert life.standing(revise.revise(was, new))[0] is new
    assert life.standing(revise.revise(was, said(by="Ben", made=moment, probability=0.8)))


@given(st.lists(MOMENTS, min_size=1, max_size=5), st.booleans())
def test_a_withdrawal_ends_what_stands_and_a_forecast_after_it_stands_again(
    moments: list[Any], is_same_day: bool
) -> None:
    was = built("binary", *(said(made=each, probability=0.3) for each in moments), deadline=None)
    today = max(map(day_of, moments))
    ended = revise.withdraw(was, "Ada", today)
    assert life.standing(life.known(ended, today)) == []
    after = today + timedelta(0 if is_same_day else 1)
    again = revise.revise(ended, said(made=after, probability=0.8))
    assert [each.probability for each in life.standing(life.known(again, after))] == [0.8]


@given(st.lists(MOMENTS, min_size=1, max_size=4), MOMENTS, MOMENTS)
def test_nothing_said_before_a_withdrawal_comes_in_behind_it_unless_it_is_forced(
    moments: list[Any], end: Any, moment: Any
) -> None:
    was = built("binary", *(said(made=each, probability=0.3) for each in moments), deadline=None)
    assume(stated_order(end) >= max(map(stated_order, moments)))
    ended = revise.withdraw(was, "Ada", end)
    new = said(made=moment, probability=0.8)
    if stated_order(moment) < stated_order(end):
        with pytest.raises(RefusedError, match="nothing was changed"):
            revise.revise(ended, new)
        assert new in revise.revise(ended, new, force=True).forecasts
    else:
        assert life.standing(revise.revise(ended, new)) == [new]
    other = said(by="Ben", made=moment, probability=0.8)
    assert life.standing(revise.revise(ended, other)) == [other]


def test_the_refusal_names_the_withdrawal() -> None:
    was = built("binary", said(made=date(2024, 1, 1), probability=0.3), deadline=None)
    ended = revise.withdraw(was, "Ada", date(2024, 1, 5))
    with pytest.raises(RefusedError) as caught:
        revise.revise(ended, said(made=date(2024, 1, 3), probability=0.6))
    assert str(caught.value) == (
        "Ada has a later withdrawal in p, of 2024-01-05, which also ended what was said on "
        "2024-01-03; nothing was changed; give a later --made, or put it in all the same with "
        "--force"
    )


def test_the_order_within_a_day_is_instants_then_days_then_the_place_in_the_file() -> None:
    day = date(2024, 5, 31)
    west, east = timezone(timedelta(hours=-8)), timezone(timedelta(hours=9))
    late = said(made=datetime(2024, 5, 31, 23, tzinfo=west), words="late")
    early = said(made=datetime(2024, 5, 31, 1, tzinfo=east), words="early")
    bare, month, second = (said(made=each, words=f"{each}") for each in (day, Month(2024, 5), day))
    tomorrow = said(made=datetime(2024, 6, 1, 0, tzinfo=east), words="tomorrow")
    mixed = (tomorrow, month, late, bare, early, second)
    assert life.in_order(mixed) == [early, late, month, bare, second, tomorrow]


# --- hindsight never counts ---


def is_hindsight(prediction: Prediction, forecast: Forecast, scheduled: date | None) -> bool:
    """The rule in other words than the program's: by days, and of two instants by the clock."""
    day, ended = day_of(forecast.made), prediction.outcome
    closed = prediction.closed
    if scheduled is not None and day > scheduled:
        return True
    if closed is not None and day > day_of(closed) and not isinstance(forecast.made, datetime):
        return True
    if isinstance(closed, datetime) and isinstance(forecast.made, datetime):
        if (forecast.made - closed).total_seconds() > 0:
            return True
    elif closed is not None and day > day_of(closed):
        return True
    return ended is not None and ended.decided is not None and day > ended.decided


def stated(prediction: Prediction, **asked: Any) -> list[sampling.Stated]:
    return sampling.stated_chances(prediction, {}, sampling.sampling(LATER, **asked))


def value(random: Random, kind: str) -> dict[str, Any]:
    """What a forecast of a kind states, in one of its forms; of two kinds also words alone."""
    if kind == "binary":
        return random.choice([{"probability": 0.7}, {"probability": "likely"}, {"words": "so"}])
    if kind == "choice":
        return {"probabilities": (("red", 0.5), ("green", 0.3), ("blue", 0.2))}
    if kind == "date":
        days = sorted({FIRST + timedelta(random.randint(0, 500)) for _ in range(3)})
        chances = sorted(random.random() for _ in days)
        return random.choice([{"cdf": tuple(zip(days, chances, strict=True))}, {"words": "soon"}])
    return random.choice(
        [
            {"interval": Interval(low=1, high=9, confidence=0.8)},
            {"interval": Interval(low=1)},
            {"quantiles": ((0.1, 2), (0.9, 8))},
            {"cdf": ((2, 0.1), (8, 0.9))},
            {"point": 5},
        ]
    )


def moment(random: Random) -> Any:
    day = FIRST + timedelta(random.randint(0, 400))
    zone = timezone(timedelta(minutes=random.randint(-720, 840)))
    instant = datetime(day.year, day.month, day.day, random.randint(0, 23), 30, tzinfo=zone)
    return random.choice([day, day, instant, Month(day.year, day.month)])


def drawn(seed: int) -> Prediction:
    """A prediction of any kind that ended, with forecasts before and after all that matters."""
    random = Random(seed)
    kind = random.choice(["binary", "choice", "numeric", "date"])
    decided = FIRST + timedelta(random.randint(0, 400))
    answers: dict[str, list[Any]] = {
        "binary": ["yes", "no", 0.3],
        "choice": ["red", "blue"],
        "numeric": [5, 12],
        "date": ["no", decided],
    }
    closed = moment(random) if random.random() < 0.5 else None
    return built(
        kind,
        *(
            said(by=random.choice("ABC"), made=moment(random), **value(random, kind))
            for _ in range(4)
        ),
        answer=random.choice(answers[kind]),
        decided=decided,
        deadline=random.choice([None, FIRST + timedelta(random.randint(0, 500))]),
        closed=closed.last if isinstance(closed, Month) else closed,
        opened=FIRST - timedelta(40),
        scheduled_close=LATER,
    )


@pytest.mark.parametrize("at", SAMPLINGS)
@pytest.mark.parametrize("include_early", [False, True])
def test_no_hindsight_counts_whatever_the_kind_and_the_sampling(
    at: str, include_early: bool
) -> None:
    counted = 0
    for seed in range(400):
        prediction = drawn(seed)
        asked = sampling.sampling(LATER, at=at, include_early=include_early)
        for each in sampling.stated_chances(prediction, {}, asked):
            late = is_hindsight(prediction, each.forecast, each.chance.scheduled)
            assert not (late and each.reason in {"", "phrase", "early"}), (seed, each)
            if each.reason == "hindsight":
                assert late or _is_on_the_day_of_the_close(prediction, each.forecast)
            counted += not each.reason
        for score in scores.scores(prediction, {}, asked):
            scheduled = score.scheduled
            if score.counts or score.reason in {"phrase", "early"}:
                assert not is_hindsight(prediction, score.forecast, scheduled), (seed, score)
    assert counted > 20


@pytest.mark.parametrize("rule", PLATFORM)
def test_hindsight_changes_no_score_of_a_platform(rule: str) -> None:
    counted = changed = 0
    for seed in range(400):
        prediction = drawn(seed)
        deadline = life.deadline(prediction)
        ahead = [
            each
            for each in prediction.forecasts
            if foresight.hindsight(prediction, each, deadline) is None
        ]
        asked = sampling.sampling(LATER)
        scored = _scored(platform_scores(prediction, {}, asked, rule))
        alone = replace(prediction, forecasts=tuple(ahead))
        assert scored == _scored(platform_scores(alone, {}, asked, rule)), seed
        whole = _scored(platform_scores(prediction, {}, asked, rule, whole=True))
        counted += len(scored)
        changed += [each.score for each in whole] != [each.score for each in scored]
    assert counted > 20
    assert changed > 20


def _scored(rows: list[scores.Score]) -> list[scores.Score]:
    return [each for each in rows if each.score is not None]


def _is_on_the_day_of_the_close(prediction: Prediction, forecast: Forecast) -> bool:
    """A day alone comes after every instant of it, so also after a close on that day."""
    closed = prediction.closed
    bare = not isinstance(forecast.made, datetime)
    return closed is not None and bare and day_of(forecast.made) == day_of(closed)


@pytest.mark.parametrize("at", ["last", "lead:30d", "lead:0d"])
def test_the_last_forecast_before_the_hindsight_is_the_one_that_counts(at: str) -> None:
    """Adding hindsight to a record changes nothing of what counts."""
    for seed in range(300):
        prediction = drawn(seed)
        if prediction.kind == "date" and prediction.deadline is None:
            continue
        days = [prediction.deadline, prediction.outcome and prediction.outcome.decided]
        after = max(day for day in (*days, *life.scheduled_days(prediction)) if day) + timedelta(1)
        late = [said(by=by, made=after, **value(Random(seed), prediction.kind)) for by in "ABC"]
        more = built_again(prediction, *late)
        before = [_told(each) for each in stated(prediction, at=at) if not each.reason]
        assert [_told(each) for each in stated(more, at=at) if not each.reason] == before


def built_again(prediction: Prediction, *more: Forecast) -> Prediction:
    return replace(prediction, forecasts=(*prediction.forecasts, *more))


def _told(each: sampling.Stated) -> tuple[Any, ...]:
    return each.chance.by, each.chance.made, each.chance.target, each.chance.stated


def test_a_report_counts_no_hindsight_and_says_how_much_there_is() -> None:
    late = built(
        "binary",
        said(made=date(2024, 7, 1), probability=0.05),
        answer="no",
        deadline=date(2024, 6, 30),
    )
    words = built(
        "binary",
        said(made=date(2024, 7, 1), words="so"),
        answer="no",
        deadline=date(2024, 6, 30),
        id="q",
    )
    points = built(
        "date",
        said(made=date(2024, 7, 1), cdf=((date(2024, 6, 30), 0.1), (date(2024, 12, 31), 0.4))),
        answer="no",
        decided=date(2024, 12, 31),
        id="r",
    )
    known_then = known(by_id(late, words, points), LATER)
    found = report(known_then, Filters(), sampling.sampling(LATER))
    assert found.hindsight == 3
    assert found.left_out == {}
    (group,) = [each for each in found.groups if each.kind == "date"]
    assert (group.rows, group.figures.brier) == (1, pytest.approx(0.16))
    assert not any(each.kind == "binary" for each in found.groups)


def test_what_was_stated_before_the_close_counts_at_last() -> None:
    closed = datetime(2025, 6, 1, tzinfo=UTC)
    prediction = built(
        "binary",
        said(made=date(2025, 5, 1), probability=0.6),
        said(made=date(2025, 6, 10), probability=0.99),
        answer="yes",
        decided=date(2025, 6, 20),
        deadline=date(2025, 6, 30),
        closed=closed,
    )
    assert [each.reason for each in stated(prediction, at="last")] == ["", "hindsight"]


def test_a_forecast_that_is_partly_hindsight_is_scored_over_the_days_ahead() -> None:
    cdf = ((date(2024, 3, 1), 0.9), (date(2024, 12, 31), 0.9))
    prediction = built("date", said(made=date(2024, 6, 1), cdf=cdf), answer="no")
    (score,) = scores.scores(prediction, {}, sampling.sampling(LATER))
    assert (score.counts, score.points, score.points_due) == (True, 2, 1)
    assert score.score == pytest.approx(0.81)
    whole = built("date", said(made=date(2025, 6, 1), cdf=cdf), answer="no")
    (score,) = scores.scores(whole, {}, sampling.sampling(LATER))
    assert (score.reason, score.score) == ("hindsight", pytest.approx(0.81))


@given(st.integers(0, 2000))
def test_a_warning_is_given_for_just_the_forecasts_that_are_hindsight(seed: int) -> None:
    prediction = drawn(seed)
    warned = {warning.where[1] for warning in foresight.warnings(prediction)}
    for index, forecast in enumerate(prediction.forecasts):
        days: list[date | None] = [*life.points_of(forecast)] or [life.deadline(prediction)]
        late = any(foresight.hindsight(prediction, forecast, day) for day in days)
        assert (index in warned) == late


def warned(when: date, **fields: Any) -> str:
    cdf = tuple((date(year, 12, 31), 0.5) for year in (2023, 2024, 2030))
    prediction = built("date", said(made=when, cdf=cdf), deadline=None, **fields)
    (warning,) = foresight.warnings(prediction)
    (alone,) = foresight.warnings_of(replace(prediction, forecasts=()), prediction.forecasts[0])
    assert alone.message == warning.message
    return f"{warning.message}; {warning.remedy}"


def test_a_warning_names_the_days_that_had_passed_and_no_other() -> None:
    assert warned(date(2024, 5, 1)) == (
        "made on 2024-05-01, when 2023-12-31 had passed: hindsight, which never counts; "
        "take those days out, or check them"
    )
    assert "2023-12-31 and 1 more of its days had passed" in warned(date(2025, 2, 1))


def test_a_warning_names_the_close_or_the_decision_where_either_came_first() -> None:
    when = date(2025, 2, 1)
    warning = warned(when, closed=date(2025, 1, 1))
    assert "2025-02-01, after the question closed on 2025-01-01: hindsight" in warning
    warning = warned(when, answer=date(2024, 6, 1), decided=date(2025, 1, 3))
    assert "2025-02-01, after it was decided on 2025-01-03: hindsight" in warning


@given(st.integers(0, 2000))
def test_a_warning_speaks_of_passed_days_only_where_nothing_else_is_the_cause(seed: int) -> None:
    prediction = drawn(seed)
    for warning in foresight.warnings(prediction):
        forecast = prediction.forecasts[int(warning.where[1])]
        days = life.days_of(forecast, life.deadline(prediction))
        causes = [foresight.hindsight(prediction, forecast, day) for day in days]
        others = {each.cause for each in causes if each is not None} - {"scheduled"}
        assert ("had passed" in warning.message or "scheduled day" in warning.message) != (
            others != set()
        )


def test_the_deadline_is_computed_once_for_all_warnings(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[Prediction] = []
    compute = life.deadline
    monkeypatch.setattr(life, "deadline", lambda each: calls.append(each) or compute(each))
    late = (said(made=date(2025, 5, 1), probability=0.5) for _ in range(50))
    prediction = built("binary", *late)
    assert len(foresight.warnings(prediction)) == 50
    assert calls == [prediction]


# --- filters go by the forecast that counts ---


def revised() -> Prediction:
    return built(
        "binary",
        said(made=date(2020, 3, 1), probability=0.4),
        said(made=date(2026, 3, 1), probability=0.9),
        answer="yes",
        deadline=date(2026, 6, 30),
    )


@pytest.mark.parametrize(
    ("at", "span", "is_counted"),
    [
        ("first", Span(date(2026, 1, 1), None), False),
        ("first", Span(None, date(2020, 12, 31)), True),
        ("last", Span(date(2026, 1, 1), None), True),
        ("last", Span(None, date(2020, 12, 31)), False),
        ("lead:150d", Span(None, date(2020, 12, 31)), True),
    ],
)
def test_a_report_on_a_span_counts_only_what_was_said_in_it(
    at: str, span: Span, is_counted: bool
) -> None:
    day = date(2026, 12, 1)
    asked = sampling.sampling(day, at=at)
    found = report(known(by_id(revised()), day), Filters(made=span), asked)
    assert len(found.groups) == (2 if is_counted else 0)
    assert found.counts["predictions"] == int(is_counted)


def test_a_report_on_days_due_counts_each_point_of_a_date_by_its_own_day() -> None:
    cdf = ((date(2024, 3, 1), 0.1), (date(2024, 12, 31), 0.4))
    prediction = built("date", said(cdf=cdf), answer="no")
    spring = Filters(due=Span(None, date(2024, 6, 30)))
    found = report(known(by_id(prediction), LATER), spring, sampling.sampling(LATER))
    (group, _) = found.groups
    assert (group.rows, group.figures.brier) == (1, pytest.approx(0.01))


CLOSE = datetime(2024, 6, 1, 12, tzinfo=UTC)
EAST = timezone(timedelta(hours=9))


def closing(*forecasts: Forecast, closed: Any = CLOSE) -> Prediction:
    """A question that closed on 2024-06-01, and was decided on 2024-06-20 ahead of its deadline."""
    ended = {"answer": "yes", "decided": date(2024, 6, 20), "deadline": date(2024, 6, 30)}
    return built("binary", *forecasts, closed=closed, **ended)


@pytest.mark.parametrize(
    ("made", "closed", "reason"),
    [
        (datetime(2024, 6, 1, 11, 59, tzinfo=UTC), CLOSE, ""),
        (CLOSE, CLOSE, ""),
        (datetime(2024, 6, 1, 12, 1, tzinfo=UTC), CLOSE, "hindsight"),
        (datetime(2024, 6, 1, 20, 59, tzinfo=EAST), CLOSE, ""),
        (datetime(2024, 6, 1, 21, 1, tzinfo=EAST), CLOSE, "hindsight"),
        (date(2024, 5, 31), CLOSE, ""),
        (date(2024, 6, 1), CLOSE, "hindsight"),  # a day alone comes after every instant of it
        (Month(2024, 5), CLOSE, ""),
        (Month(2024, 6), CLOSE, "hindsight"),
        (date(2024, 6, 1), date(2024, 6, 1), ""),
        (datetime(2024, 6, 1, 23, tzinfo=UTC), date(2024, 6, 1), ""),
        (date(2024, 6, 2), date(2024, 6, 1), "hindsight"),
    ],
)
def test_what_was_said_on_the_day_of_the_close_goes_by_the_clock(
    made: Any, closed: Any, reason: str
) -> None:
    prediction = closing(said(made=made, probability=0.9), closed=closed)
    for at in ("first", "last"):
        assert [each.reason for each in stated(prediction, at=at)] == [reason]


def test_on_the_day_of_the_close_the_last_forecast_before_it_counts() -> None:
    before = said(made=datetime(2024, 6, 1, 11, tzinfo=UTC), probability=0.6)
    after = said(made=datetime(2024, 6, 1, 13, tzinfo=UTC), probability=0.99)
    bare = said(made=date(2024, 6, 1), probability=1.0)
    reasons = [each.reason for each in stated(closing(bare, after, before), at="last")]
    assert reasons == ["", "hindsight", "hindsight"]


def test_a_withdrawal_after_the_close_ends_nothing_that_counts() -> None:
    early = said(made=date(2024, 5, 1), probability=0.6, withdrawn=date(2024, 6, 10))
    assert [each.reason for each in stated(closing(early), at="last")] == [""]
    ended = said(made=date(2024, 5, 1), probability=0.6, withdrawn=date(2024, 5, 20))
    assert [each.reason for each in stated(closing(ended), at="last")] == ["revised"]


@pytest.mark.parametrize(
    ("withdrawn", "reason"),
    [
        (datetime(2024, 6, 1, 11, tzinfo=UTC), "revised"),
        (datetime(2024, 6, 1, 20, tzinfo=EAST), "revised"),
        (datetime(2024, 6, 1, 22, tzinfo=EAST), ""),
        (datetime(2024, 6, 1, 18, tzinfo=UTC), ""),
        (date(2024, 6, 1), ""),  # a day alone comes after every instant of it
    ],
)
def test_a_withdrawal_on_the_day_of_the_close_goes_by_the_clock(
    withdrawn: Any, reason: str
) -> None:
    early = said(made=date(2024, 5, 1), probability=0.6, withdrawn=withdrawn)
    assert [each.reason for each in stated(closing(early), at="last")] == [reason]


@given(st.lists(INSTANTS, min_size=1, max_size=5), INSTANTS)
def test_the_last_forecast_before_the_close_counts_in_whatever_offsets(
    instants: list[datetime], closed: datetime
) -> None:
    forecasts = [said(made=each, probability=0.5) for each in instants]
    deadline = LATER - timedelta(9)
    prediction = built("binary", *forecasts, answer="yes", deadline=deadline, closed=closed)
    ahead = [each for each in life.in_order(tuple(forecasts)) if each.made <= closed]
    counted = [each.forecast for each in stated(prediction, at="last") if not each.reason]
    assert counted == ahead[-1:]


@pytest.mark.parametrize("at", SAMPLINGS)
def test_many_forecasts_of_one_person_are_looked_at_a_few_times_each(
    at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = 0
    real = foresight.hindsight

    def counted(*args: Any) -> Any:
        nonlocal calls
        calls += 1
        return real(*args)

    monkeypatch.setattr(foresight, "hindsight", counted)
    many = [said(made=FIRST + timedelta(k), probability=0.5) for k in range(300)]
    stated(built("binary", *many, answer="yes", deadline=LATER - timedelta(9)), at=at)
    assert 300 <= calls <= 900


@pytest.mark.parametrize(
    ("made", "reason"), [(date(2024, 6, 20), ""), (date(2024, 6, 21), "hindsight")]
)
def test_what_was_said_on_the_day_of_the_decision_is_foresight(made: date, reason: str) -> None:
    prediction = closing(said(made=made, probability=0.9), closed=None)
    assert [each.reason for each in stated(prediction)] == [reason]


@pytest.mark.parametrize(
    ("made", "reason"), [(date(2024, 6, 30), ""), (date(2024, 7, 1), "hindsight")]
)
def test_what_was_said_on_the_scheduled_day_is_foresight(made: date, reason: str) -> None:
    ended = {"answer": "yes", "decided": date(2024, 7, 20), "deadline": date(2024, 6, 30)}
    prediction = built("binary", said(made=made, probability=0.9), **ended)
    assert [each.reason for each in stated(prediction)] == [reason]

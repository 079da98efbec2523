"""Several judges of one prediction: their agreement, and the score by each reading."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product
from statistics import fmean
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from build import binary, built, numbered, said
from predtrack.records.prediction import Interval, Judgement, Prediction
from predtrack.reports.judges import Agreement, Reading
from predtrack.reports.listing import Filters
from predtrack.reports.report import Report, report
from predtrack.reports.rows import known
from predtrack.reports.sampling import sampling
from predtrack.scoring.agreement import gwet_ac1

DAY = date(2025, 6, 1)


def judged(prediction: Prediction, *others: Any, recorded: date | None = None) -> Prediction:
    """The prediction with what other judges answer."""
    assert prediction.outcome is not None
    judgements = tuple(Judgement(answer=each, judge="Bob", recorded=recorded) for each in others)
    return replace(prediction, outcome=replace(prediction.outcome, judgements=judgements))


def reported(*predictions: Prediction, day: date = DAY) -> Report:
    return report(known(numbered(predictions), day), Filters(), sampling(day))


def readings(*predictions: Prediction) -> list[Reading]:
    return [reading for group in reported(*predictions).groups for reading in group.readings]


def test_what_one_judge_has_read_shows_no_agreement() -> None:
    assert reported(binary(0.7, "yes")).agreement is None


def test_agreement_counts_outcomes_and_names_the_disputed_ones() -> None:
    found = reported(
        judged(binary(0.7, "yes"), "yes"),
        judged(binary(0.7, "yes"), "no"),
        judged(binary(0.7, "no"), "no", "void"),
        binary(0.7, "yes"),
    )
    assert found.agreement == Agreement(3, 1, None, ("p001", "p002"))


def test_a_judgement_of_a_later_day_is_not_known_yet() -> None:
    later = judged(binary(0.7, "yes"), "no", recorded=date(2025, 7, 1))
    assert reported(later).agreement is None
    assert readings(later) == []
    assert reported(later, day=date(2025, 7, 1)).agreement == Agreement(1, 0, None, ("p000",))


def test_agreement_beyond_chance_is_shown_from_ten() -> None:
    nine = [judged(binary(0.7, "yes"), "yes")] * 8 + [judged(binary(0.7, "no"), "yes")]
    of_nine = reported(*nine).agreement
    assert of_nine is not None
    assert of_nine.ac1 is None
    of_ten = reported(*nine, judged(binary(0.7, "no"), "no")).agreement
    assert of_ten is not None
    assert of_ten.ac1 == pytest.approx(gwet_ac1(["yy"] * 8 + ["ny", "nn"]))


answers = st.sampled_from(["yes", "no"])
rows = st.lists(
    st.tuples(st.integers(1, 99), answers, st.lists(answers, max_size=3)), min_size=1, max_size=6
)


@settings(deadline=None, derandomize=True, max_examples=80)
@given(rows)
def test_strict_and_generous_are_the_ends_of_every_way_to_read_the_outcomes(
    drawn: list[tuple[int, str, list[str]]],
) -> None:
    predictions = [judged(binary(p / 100, a), *others) for p, a, others in drawn]
    losses = [
        sorted({(p / 100 - (each == "yes")) ** 2 for each in (a, *others)})
        for p, a, others in drawn
    ]
    every = [fmean(way) for way in product(*losses)]
    found = readings(*predictions)
    disputed = sum(len({a, *others}) > 1 for _, a, others in drawn)
    if not disputed:
        assert found == []
        return
    (reading,) = found
    assert (reading.rule, reading.unit, reading.rows) == ("brier", None, disputed)
    assert reading.strict == pytest.approx(max(every))
    assert reading.generous == pytest.approx(min(every))


def test_a_reading_by_which_nothing_counts_widens_nothing() -> None:
    assert readings(judged(binary(0.7, "yes"), "void"))[0][3:5] == pytest.approx((0.09, 0.09))


def test_numbers_days_and_words_are_read_each_by_their_rule() -> None:
    span = Interval(low=10, high=20, confidence=0.8)
    number = judged(built("numeric", said(interval=span), answer=15, unit="km"), 25)
    points = ((date(2024, 6, 1), 0.2), (date(2024, 12, 31), 0.7))
    day = judged(built("date", said(cdf=points), answer=date(2024, 9, 1)), date(2024, 3, 1))
    words = judged(built("binary", said(words="It will"), answer="yes"), "no")
    found = {reading.rule: reading for reading in readings(number, day, words)}
    assert found["interval"][1:] == ("km", 1, pytest.approx(60), pytest.approx(10), "linear")
    assert found["cdf"][3:5] == pytest.approx(((0.64 + 0.09) / 2, (0.04 + 0.09) / 2))
    assert found["hit"][3:5] == (0.0, 1.0)


def test_who_has_withdrawn_since_is_counted_and_counts() -> None:
    first = said(probability=0.7)
    ended = said(probability=0.6, made=date(2024, 2, 1), withdrawn=date(2024, 3, 1))
    again = said(probability=0.5, made=date(2024, 4, 1))
    for forecasts, withdrawn in (((first, ended), 1), ((first, ended, again), 0), ((first,), 0)):
        (group, *_) = reported(built("binary", *forecasts, answer="yes")).groups
        assert (group.rows, group.withdrawn) == (1, withdrawn)


TABLES = [
    ([(118, "yy"), (5, "yn"), (2, "ny")], 0.94),
    ([(40, "yy"), (9, "yn"), (6, "ny"), (45, "nn")], 0.70),
]


@pytest.mark.parametrize(("table", "ac1"), TABLES)
def test_the_agreement_of_two_judges_by_hand(table: list[tuple[int, str]], ac1: float) -> None:
    # of two judges and two answers: E = 2 m (1 - m), with m the share of yes over both
    total = sum(count for count, _ in table)
    alike = sum(count for count, pair in table if len(set(pair)) == 1) / total
    m = sum(count * pair.count("y") for count, pair in table) / (2 * total)
    chance = 2 * m * (1 - m)
    found = gwet_ac1([pair for count, pair in table for _ in range(count)])
    assert found == pytest.approx((alike - chance) / (1 - chance))
    assert found == pytest.approx(ac1, abs=0.01)


@settings(derandomize=True, max_examples=60)
@given(st.lists(st.lists(st.sampled_from("abc"), min_size=0, max_size=4), max_size=8))
def test_agreement_is_at_most_1_and_1_only_where_all_agree(drawn: list[list[str]]) -> None:
    found = gwet_ac1(drawn)
    several = [each for each in drawn if len(each) > 1]
    if not several:
        assert found is None
        return
    assert found is not None
    assert (found == 1) == all(len(set(each)) == 1 for each in several)
    assert found <= 1
    assert gwet_ac1([list(reversed(each)) for each in reversed(drawn)]) == pytest.approx(found)

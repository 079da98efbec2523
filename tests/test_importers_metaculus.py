"""`import metaculus`: the zip and the JSON of the API become records, trap by trap."""

from __future__ import annotations

import json
import math
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from math import log
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from downloads import (
    CDF,
    CHOICE,
    FORECAST,
    FORECASTS,
    NUMERIC,
    POST,
    QUESTION,
    QUESTIONS,
    download,
    official,
    one,
    post,
    real,
    table,
    taken,
    values,
    zipped,
)
from importing import ZONES
from predtrack.importers.metaculus import question
from predtrack.importers.metaculus.question import Official
from predtrack.records import offers, platform
from predtrack.records.prediction import Prediction, Range
from predtrack.reports import sampling, scores

DAY_2, DAY_3 = "2025-01-02 00:00:00+00", "2025-01-03 00:00:00+00"
YES = {"Probability Yes": "0.7"}
LATE = {"Question ID": "8", "Question Title": "Nobody said anything"}


def stated(prediction: Prediction) -> list[tuple]:
    """Who said what when, and until when where it was withdrawn."""
    return [
        (each.by, each.made.isoformat(), each.probability, each.withdrawn)
        for each in prediction.forecasts
    ]


def test_the_real_download_becomes_a_record_a_question():
    records, unread = taken(real())
    assert unread == []
    found = {each.id: each.record for each in records}
    kinds = {key: (each["kind"], len(each["forecasts"])) for key, each in found.items()}
    assert kinds == {
        "metaculus-33880": ("binary", 13),
        "metaculus-31368": ("choice", 24),
        "metaculus-34961": ("numeric", 20),
        "metaculus-31337": ("numeric", 27),
    }
    assert found["metaculus-33880"]["outcome"] == {"answer": "no", "decided": "2025-04-01"}
    assert found["metaculus-31368"]["options"][1] == "≥-5% and <0%"
    assert found["metaculus-34961"]["outcome"]["answer"] == 109.67
    assert found["metaculus-34961"]["range"] == {
        "low": 110.0,
        "high": 165.0,
        "open_low": True,
        "open_high": True,
    }
    assert Counter(each.rule for each in official(real())) == dict.fromkeys(question.RULES, 37)


def test_a_question_keeps_where_it_came_from_and_when_it_stood():
    found = one(download({"Label": "Rome", "Default Project": "Weather"}, YES))
    assert (found.id, found.claim, found.kind) == ("metaculus-7", "Will it rain? (Rome)", "binary")
    assert (found.source.title, found.source.url) == ("Metaculus", QUESTION["Question URL"])
    assert (found.deadline, found.family) == (date(2025, 1, 11), "metaculus-post-70")
    times = (found.opened, found.closed, found.scheduled_close)
    assert [each.isoformat()[:16] for each in times] == [
        "2025-01-01T00:00",
        "2025-01-11T00:00",
        "2025-01-11T00:00",
    ]
    assert dict(found.extra) == {"x-metaculus-post": "70", "x-metaculus-project": "Weather"}


def test_what_the_download_leaves_open_is_said():
    made_up = {"Forecaster ID": "", "Forecaster Username": "recency_weighted"} | YES
    (found,), _ = taken(download([{}, LATE], YES, made_up))
    assert found.remarks == (
        "no day is said on which it is to resolve: the day it was scheduled to close is taken",
        "1 rows of aggregates, which no forecaster made, are left out",
        "1 questions without a forecast in the file are left out",
    )


def test_revisions_stand_in_order_and_a_gap_or_an_end_is_a_withdrawal():
    day_5, day_6, after = (f"2025-01-{day} 00:00:00+00" for day in ("05", "06", "12"))
    found = one(
        download(
            {},
            YES | {"Start Time": day_6, "End Time": after},
            YES | {"Start Time": DAY_2, "End Time": DAY_3},
            YES | {"Start Time": DAY_3, "End Time": day_5},
            YES | {"Forecaster ID": "12", "Forecaster Username": "bo", "End Time": day_6},
        )
    )
    said = [
        (by, made[:10], ended and ended.isoformat()[:10]) for by, made, _, ended in stated(found)
    ]
    assert said == [
        ("ada", "2025-01-02", None),
        ("bo", "2025-01-02", "2025-01-06"),
        ("ada", "2025-01-03", "2025-01-05"),
        ("ada", "2025-01-06", None),  # it ended after the close
    ]


def test_a_forecaster_is_the_name_else_the_number_or_its_hash():
    blank = {"Forecaster Username": ""}
    assert stated(one(download({}, YES | blank)))[0][0] == "11"
    row = {key: value for key, value in FORECAST.items() if not key.startswith("Forecaster")}
    tables = {
        QUESTIONS: table(QUESTION),
        FORECASTS: table(
            row | YES | {"Forecaster (Anonymized)": "ab12"},
            row | YES | {"Forecaster (Anonymized)": "unweighted"},
        ),
    }
    assert [each[0] for each in stated(one(zipped(tables)))] == ["ab12"]


def test_rows_one_cell_short_are_read():
    held = table(FORECAST | YES | {"PDF at Resolution": "1"}).replace(",1\r\n", "\r\n")
    assert stated(one(zipped({QUESTIONS: table(QUESTION), FORECASTS: held})))


def test_rows_of_a_question_need_not_stand_together():
    rows = [YES, YES | {"Question ID": "8"}, YES | {"Forecaster Username": "bo"}]
    records, unread = taken(download([{}, LATE], *rows))
    assert not unread
    assert {each.id: len(each.record["forecasts"]) for each in records} == {
        "metaculus-7": 2,
        "metaculus-8": 1,
    }


@pytest.mark.parametrize(
    ("resolution", "answer", "reason"),
    [("annulled", "void", "annulled"), ("ambiguous", "void", "ambiguous"), ("no", "no", None)],
)
def test_how_it_ended_is_taken_from_when_it_was_known(resolution, answer, reason):
    ended = one(download({"Resolution": resolution}, YES)).outcome
    assert (ended.answer, ended.decided, ended.reason) == (answer, date(2025, 1, 20), reason)


def test_what_is_not_resolved_has_no_outcome_and_an_unknown_day_is_the_close():
    assert one(download({"Resolution": "", "Actual Close Time": ""}, YES)).outcome is None
    (found,), _ = taken(download({"Resolution Known Time": ""}, YES))
    assert found.record["outcome"] == {"answer": "yes", "decided": "2025-01-11"}
    assert "no time is said at which the answer was known" in found.remarks[0]


def test_an_option_that_was_added_later_is_kept_as_such():
    options = {
        "MC Options (All)": "['A', 'B', 'C', 'Other']",
        "MC Options (Current)": "['A', 'B', 'Other']",
    }
    found = one(
        download(
            CHOICE | options,
            {"Probability Yes Per Category": "[0.5, None, 0.2, 0.3]"},
            {"Probability Yes Per Category": "[0.5, 0.2, 0.3]", "Start Time": DAY_3},
        )
    )
    assert found.options == ("A", "B", "C", "Other")
    assert platform.late_options(found) == {"C"}  # which was taken away
    assert found.forecasts[0].probabilities == (("A", 0.5), ("C", 0.2), ("Other", 0.3))
    assert dict(found.forecasts[1].probabilities) == {"A": 0.5, "B": 0.2, "C": 0, "Other": 0.3}
    assert found.options_added == (("B", date(2025, 1, 3)),)
    assert found.rest == "Other"


LATE_OPTIONS = {"MC Options (All)": "['A', 'B', 'C', 'D', 'Other']", "Resolution": "D"}


def test_an_option_that_was_not_offered_is_no_share_of_zero():
    parts = CHOICE | LATE_OPTIONS | {"MC Options (Current)": LATE_OPTIONS["MC Options (All)"]}
    whole = one(download(parts, {"Probability Yes Per Category": "[0.1, 0.2, 0.3, None, 0.4]"}))
    (forecast,) = whole.forecasts
    assert "D" not in dict(forecast.probabilities)
    assert offers.option_came(whole, forecast, "D") == "Other"
    until = sampling.sampling(date(2026, 1, 1))
    (row,) = scores.scores(whole, {}, until, "log")
    assert row.score == pytest.approx(-log(0.4))


@pytest.mark.parametrize("history", [True, False])
def test_the_json_says_since_when_an_option_is_offered(history):
    early, late = ["A", "B", "Other"], ["A", "B", "C", "Other"]
    lists = [["0001-01-01T00:00:00", early], ["2025-01-05T20:00:00+00:00", late]]
    stated = [
        {"author_id": 11, "start_time": "2025-01-02T00:00:00Z", "forecast_values": [0.5, 0.2, 0.3]},
        {"author_id": 11, "start_time": 1736500000, "forecast_values": [0.4, 0.2, 0.3, 0.1]},
    ]
    backfilled = [stated[0] | {"forecast_values": [0.5, 0.2, None, 0.3]}, stated[1]]
    parts = {
        "type": "multiple_choice",
        "options": late,
        "all_options_ever": late,
        "resolution": "C",
        "options_history": lists if history else None,
        "my_forecasts": {"history": stated if history else backfilled},
    }
    whole = one(post(**parts), ZoneInfo("Asia/Tokyo"))
    assert [len(each.probabilities) for each in whole.forecasts] == [3, 4]
    since = date(2025, 1, 6) if history else date(2025, 1, 10)
    assert (whole.options_added, whole.rest) == ((("C", since),), "Other")


def choice_of(history, *stated, answer, zone=UTC):
    """Return a choice of the JSON: its lists with their times, and what was stated when."""
    every = list(dict.fromkeys(name for _, names in history for name in names))
    every.sort(key=lambda name: (name == "Other", name))
    mine = [{"author_id": 11, "start_time": at, "forecast_values": values} for at, values in stated]
    parts = {
        "type": "multiple_choice",
        "options": history[-1][1],
        "all_options_ever": every,
        "resolution": answer,
        "options_history": history,
        "my_forecasts": {"history": mine},
    }
    return one(post(**parts, actual_resolve_time="2026-06-01T00:00:00Z"), zone)


FIRST_LIST = "0001-01-01T00:00:00"
GROWN = [
    [FIRST_LIST, ["A", "B", "Other"]],
    ["2026-03-01T12:00:00Z", ["A", "B", "D", "Other"]],
]


@pytest.mark.parametrize("zone", [UTC, *map(ZoneInfo, ZONES)])
def test_a_zero_for_an_option_on_offer_is_judged_on_the_day_it_came_too(zone):
    early = ("2026-03-01T06:00:00Z", [0.1, 0.2, None, 0.7])
    late = ("2026-03-01T18:00:00Z", [0.1, 0.2, 0.0, 0.7])
    whole = choice_of(GROWN, early, late, answer="D", zone=zone)
    came = datetime(2026, 3, 1, 12, tzinfo=UTC).astimezone(zone).date()
    assert (whole.options_added, whole.rest) == ((("D", came),), "Other")
    until = sampling.sampling(date(2027, 1, 1))
    before, after = scores.scores(whole, {}, until, "log")
    assert before.score == pytest.approx(-log(0.7))
    assert after.score == math.inf


SHRUNK = [[FIRST_LIST, ["A", "B", "Other"]], ["2026-03-01T12:00:00Z", ["A", "Other"]]]


@pytest.mark.parametrize("is_forecast_before", [True, False])
def test_an_option_that_was_taken_away_was_there_from_the_first(is_forecast_before):
    january = [("2026-01-10T00:00:00Z", [0.1, 0.2, 0.7])] if is_forecast_before else []
    march = ("2026-03-05T00:00:00Z", [0.3, None, 0.7])
    whole = choice_of(SHRUNK, *january, march, answer="A")
    assert (whole.options, whole.options_added, whole.rest) == (("A", "B", "Other"), (), None)
    assert dict(whole.forecasts[-1].probabilities) == {"A": 0.3, "B": 0, "Other": 0.7}
    assert platform.late_options(whole) == {"B"}


def test_an_option_that_came_and_went_has_its_day_and_then_no_share():
    lists = [*GROWN, ["2026-04-01T12:00:00Z", ["A", "B", "Other"]]]
    stated = [
        ("2026-02-01T00:00:00Z", [0.1, 0.2, 0.7]),
        ("2026-05-01T00:00:00Z", [0.1, 0.2, None, 0.7]),
    ]
    whole = choice_of(lists, *stated, answer="A")
    assert (whole.options_added, whole.rest) == ((("D", date(2026, 3, 1)),), "Other")
    assert [dict(each.probabilities).get("D") for each in whole.forecasts] == [None, 0]
    assert platform.late_options(whole) == {"D"}


def test_a_history_of_options_that_says_nothing_is_passed_over():
    for odd in (None, 3, "x", [3], [[1, 2, 3]], [["x", ["A", "B"]]], [[None, None]]):
        parts = {"type": "multiple_choice", "options": ["A", "B"], "resolution": "A"}
        whole = one(post(**parts, options_history=odd, **values(0.4, 0.6)))
        assert (whole.options, whole.options_added, whole.rest) == (("A", "B"), (), None)


def test_the_zip_says_since_when_an_option_is_offered():
    late = "['A', 'B', 'C', 'Other']"
    parts = CHOICE | {"MC Options (All)": late, "MC Options (Current)": late}
    parts["MC Options History"] = str(
        [
            ("0001-01-01T00:00:00", ["A", "B", "Other"]),
            ("2025-01-05T20:00:00", ["A", "B", "C", "Other"]),
        ]
    )
    rows = (
        {"Probability Yes Per Category": "[0.5, 0.2, 0.3]"},
        {"Probability Yes Per Category": "[0.4, 0.2, 0.3, 0.1]", "Start Time": "2025-01-09"},
    )
    whole = one(download(parts, *rows), ZoneInfo("Asia/Tokyo"))
    assert whole.options_added == (("C", date(2025, 1, 6)),)


OFFERED = ("A", "B", "C", "D", "Other")
one_forecast = st.tuples(st.integers(0, 10 * 24), st.sets(st.sampled_from(OFFERED[1:])))


stated_once = st.lists(one_forecast, min_size=1, max_size=6, unique_by=lambda each: each[0])


@given(stated_once, st.sampled_from(ZONES))
def test_no_forecast_is_asked_for_an_option_that_it_was_not_offered(stated, zone):
    rows, wanted = [], []
    for hours, lacking in stated:
        names = [name for name in OFFERED if name not in lacking]
        shares = {name: 1 / len(names) for name in names}
        start = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
        listed = str([shares.get(name) for name in OFFERED])
        rows.append({"Start Time": str(start), "Probability Yes Per Category": listed})
        wanted.append((start, shares))
    parts = CHOICE | LATE_OPTIONS | {"MC Options (Current)": str(list(OFFERED))}
    whole = one(download(parts, *rows), ZoneInfo(zone))
    ordered = sorted(wanted, key=lambda pair: pair[0])
    starts = {
        name: min((at for at, own in ordered if name in own), default=None) for name in OFFERED
    }
    added = dict(whole.options_added)
    for forecast, (start, shares) in zip(whole.forecasts, ordered, strict=True):
        gone = {name for name, at in starts.items() if at and at < start and name not in shares}
        assert (forecast.made, dict(forecast.probabilities)) == (
            start,
            shares | dict.fromkeys(gone, 0),
        )
        assert set(offers.options_of(whole, forecast)) == {*shares, *gone}
    lacked = {
        name
        for at, own in ordered
        for name in OFFERED
        if name not in own and not (starts[name] and starts[name] < at)
    }
    assert set(added) == lacked
    assert whole.rest == ("Other" if lacked and "Other" not in lacked else None)


def test_numbers_stand_on_the_grid_of_the_question():
    found = one(download(NUMERIC, {"Continuous CDF": CDF}))
    cdf = ((0, 0.0), (2.5, 0.1), (5, 0.4), (7.5, 0.8), (10, 0.9))
    assert found.forecasts[0].cdf == cdf
    assert (found.range, found.scale) == (Range(low=0, high=10, open_high=True), "linear")
    assert found.outcome.answer == 5


@pytest.mark.parametrize(
    ("resolution", "answer"), [("below_lower_bound", "below"), ("above_upper_bound", "above")]
)
def test_a_number_may_lie_outside_the_range(resolution, answer):
    assert (
        one(download(NUMERIC | {"Resolution": resolution}, {"Continuous CDF": CDF})).outcome.answer
        == answer
    )


def test_a_discrete_question_has_a_grid_of_its_own():
    asked = NUMERIC | {"Question Type": "discrete", "Lower Bound": "-0.5", "Upper Bound": "2.5"}
    asked |= {
        "Continuous Range": str([-0.5 + 3 * k / 200 for k in range(201)]),
        "Resolution": "1.0",
    }
    found = one(download(asked, {"Continuous CDF": "[0.0, 0.2, 0.7, 1.0]"}))
    assert [at for at, _ in found.forecasts[0].cdf] == [-0.5, 0.5, 1.5, 2.5]
    assert dict(found.extra)["x-metaculus-type"] == "discrete"


def test_a_grid_that_is_not_written_out_follows_the_scale():
    places = [1 + 99 * (100 ** (k / 200) - 1) / 99 for k in range(201)]
    asked = NUMERIC | {
        "Lower Bound": "1.0",
        "Upper Bound": "100.0",
        "Continuous Range": str(places),
    }
    found = one(download(asked, {"Continuous CDF": CDF}))
    assert found.scale == "log"
    assert [at for at, _ in found.forecasts[0].cdf] == pytest.approx(places[::50])


def test_days_of_a_date_question_are_days_by_whose_end_it_happened():
    asked = {
        "Question Type": "date",
        "Lower Bound": "2025-02-01",
        "Upper Bound": "2025-02-05",
        "Continuous Range": str([f"2025-02-0{day}" for day in range(1, 6)]),
        "Resolution": "2025-02-03T12:00:00Z",
        "Resolution Known Time": "2025-02-04 00:00:00+00",
    }
    found = one(download(asked, {"Continuous CDF": "[0.1, 0.2, 0.4, 0.8, 0.9]"}))
    days = [(str(day), p) for day, p in found.forecasts[0].cdf]
    assert days[0] == ("2025-01-31", 0.1)  # what lies below the range had happened before
    assert days[1:] == [
        ("2025-02-01", 0.2),
        ("2025-02-02", 0.4),
        ("2025-02-03", 0.8),
        ("2025-02-04", 0.9),
    ]
    assert (found.outcome.answer, found.outcome.decided) == (date(2025, 2, 3), date(2025, 2, 4))
    coarse = one(download(asked, {"Continuous CDF": "[0.1, 0.3, 0.9]"}))
    assert [p for _, p in coarse.forecasts[0].cdf] == pytest.approx([0.1, 0.3, 0.9])
    above = one(
        download(asked | {"Resolution": "above_upper_bound"}, {"Continuous CDF": "[0.1, 0.9]"})
    )
    assert (above.outcome.answer, above.outcome.decided) == ("no", date(2025, 2, 4))
    (below,), _ = taken(
        download(asked | {"Resolution": "below_lower_bound"}, {"Continuous CDF": "[0.1, 0.9]"})
    )
    assert "outcome" not in below.record
    assert any("no day is said: record the outcome by hand" in each for each in below.remarks)


def test_bots_and_the_moment_of_the_spot_scores_are_kept():
    bot = YES | {"Forecaster Username": "bot", "Is Bot": "True"}
    early = {"CP Reveal Time": "2025-01-05 00:00:00+00"}
    found = one(download(early, YES, bot))
    assert platform.bots(found) == {"bot"}
    assert platform.spot_time(found).isoformat() == "2025-01-05T00:00:00+00:00"
    pooled = one(download({"Include Bots in Aggregates": "True"}, YES, bot))
    assert (platform.bots(pooled), platform.spot_time(pooled)) == (frozenset(), None)


def test_other_scores_and_those_of_aggregates_are_passed_over():
    row = {
        "Question ID": "7",
        "User ID": "11",
        "User Username": "ada",
        "Score Type": "peer",
        "Score": "1.5",
    }
    others = [row | {"Score Type": "relative_legacy"}, row | {"User ID": "", "User Username": ""}]
    assert official(download({}, YES, scores=[row, *others])) == [
        Official("metaculus-7", "ada", "peer", 1.5)
    ]
    assert official(download({}, YES)) == []


def test_the_json_of_a_post_is_read():
    found = one(post())
    assert stated(found) == [("11", "2025-01-02T00:00:00.250000+00:00", 0.9, None)]
    assert (found.criteria, found.deadline) == ("Rain.\n\nNot dew.", date(2025, 1, 15))
    assert found.source.url == "https://www.metaculus.com/questions/70/"
    assert official(post()) == [Official("metaculus-7", "11", "baseline", 76.31723)]
    assert official(post(my_forecasts=None)) == []


def test_posts_may_hold_groups_and_conditions():
    asked = POST["question"]
    group = {"id": 1, "group_of_questions": {"questions": [asked | {"label": "Rome"}, {"id": 9}]}}
    branches = {f"question_{word}": asked | {"id": at} for at, word in ((20, "yes"), (21, "no"))}
    told = {"conditional": {"condition": {"title": "It is cold"}, **branches}}
    records, unread = taken(json.dumps({"results": [group, told]}).encode())
    assert not unread
    assert [each.id for each in records] == ["metaculus-7", "metaculus-20", "metaculus-21"]
    conditions = [each.record.get("condition") for each in records]
    assert conditions == [None, {"text": "It is cold: yes"}, {"text": "It is cold: no"}]


def test_choices_and_numbers_of_the_json_are_read():
    choice = post(
        type="multiple_choice", all_options_ever=["A", "B"], resolution="A", **values(0.4, 0.6)
    )
    assert one(choice).forecasts[0].probabilities == (("A", 0.4), ("B", 0.6))
    scaling = {"range_min": 1, "range_max": 100, "zero_point": 0, "open_upper_bound": True}
    number = post(type="numeric", resolution="5", unit="mm", scaling=scaling, **values(0, 0.5, 0.9))
    found = one(number)
    assert [at for at, _ in found.forecasts[0].cdf] == pytest.approx([1, 10, 100])
    assert (found.unit, found.scale, found.range.open_high) == ("mm", "log", True)
    days = {"range_min": 1738368000, "range_max": 1738368000 + 4 * 86_400}
    dated = post(type="date", resolution=None, scaling=days, **values(0, 0.5, 0.9))
    assert [str(day) for day, _ in one(dated).forecasts[0].cdf] == [
        "2025-01-31",
        "2025-02-02",
        "2025-02-04",
    ]
    early = post(spot_scoring_time="2025-01-04T00:00:00Z", cp_reveal_time="2025-01-03T00:00:00Z")
    assert platform.spot_time(one(early)).day == 4
    shown = post(cp_reveal_time="2025-01-03T00:00:00Z")
    assert platform.spot_time(one(shown)).day == 3


def test_the_grid_of_the_real_download_rises():
    for each in taken(real())[0]:
        cdf = each.record["forecasts"][0].get("cdf", {})
        assert all(float(low) < float(high) for low, high in pairwise(cdf))

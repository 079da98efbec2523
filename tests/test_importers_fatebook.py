"""Fatebook's CSV and the answer of its API become records; every trap of the two has a test."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from importing import ZONES, expected, exported, prediction, source, taken, whys
from predtrack.errors import UnreadableError
from predtrack.importers import fatebook, options
from predtrack.importers.fields import UTC_REMARK
from predtrack.records import offers

CREATED = "2024-01-01T00:00:00Z"
BASE = {
    "Question title": "Will it rain?",
    "Forecast created by": "Ada",
    "Forecast (scale = 0-1)": "0.5",
    "Forecast created at": "2024-01-02 10:05:7",
    "Question created by": "Ada",
    "Question created at": "2024-01-01 00:00:0",
    "Question resolve by": "2024-02-01 00:00:0",
}


def rows(*changes: dict[str, str]) -> str:
    """A CSV of one row for each set of cells that differ from those of `BASE`."""
    held = io.StringIO()
    writer = csv.DictWriter(held, [*fatebook.COLUMNS, fatebook.TAGS], lineterminator="\n")
    writer.writeheader()
    for change in changes:
        writer.writerow(BASE | change)
    return held.getvalue()


def option(
    name: str, share: str, at: str = "2024-01-02 10:05:7", ended: str = ""
) -> dict[str, str]:
    """The cells of a forecast on one option of a question."""
    cells = {fatebook.OPTION: name, fatebook.FORECAST: share, fatebook.MADE: at}
    return cells | {fatebook.RESOLUTION: ended, fatebook.RESOLVED: "2024-02-02 00:00:0"}


def question(**more: Any) -> dict[str, Any]:
    """A question as the API tells it."""
    return {"id": "q1", "title": "Will it rain?", "createdAt": "2024-01-01T00:00:00Z"} | more


def choice(shares: dict[str, list[float]], **more: Any) -> dict[str, Any]:
    """A multiple choice of the API; the shares of each option are entered an hour apart."""
    options = [{"id": name, "text": name, "resolution": None} for name in shares]
    forecasts = [
        {
            "id": f"{name}{hour}",
            "createdAt": f"2024-01-02T{hour:02}:00:00Z",
            "forecast": share,
            "optionId": name,
            "userId": "u1",
        }
        for name, stated in shares.items()
        for hour, share in enumerate(stated)
    ]
    return question(options=options, forecasts=forecasts, type="MULTIPLE_CHOICE") | more


def items(*questions: Any) -> str:
    """The answer of the API that holds these questions."""
    return json.dumps({"items": questions})


@pytest.mark.parametrize("folder", ["fatebook", "fatebook-api"])
def test_an_export_becomes_the_records_that_were_written_beside_it(folder: str) -> None:
    records, _ = taken("fatebook", exported(folder))
    assert {own: prediction(each) for own, each in records.items()} == expected(folder)


def test_only_what_is_no_forecast_is_left_unread() -> None:
    assert not taken("fatebook", exported("fatebook"))[1]
    (unread,) = taken("fatebook", exported("fatebook-api"))[1]
    assert unread.place == "questions.json, question 6"
    assert unread.why.startswith("its type is QUANTITY; ")


def test_what_the_csv_leaves_open_is_said() -> None:
    records, _ = taken("fatebook", exported("fatebook"))
    for each in records.values():
        assert {fatebook.HASHED, UTC_REMARK} <= set(each.remarks)
    told = {own: each.remarks for own, each in records.items()}
    (mayor,) = (remarks for own, remarks in told.items() if "mayor" in own)
    assert fatebook.ALL_NO in mayor
    (cup,) = (remarks for own, remarks in told.items() if "cup" in own)
    assert "left out: 2 passing states of its options that did not add up to 100%" in cup


def test_the_id_of_a_question_of_the_csv_is_the_same_in_a_later_export() -> None:
    (first,) = taken("fatebook", [source(rows({}))])[0]
    later = rows({}, {fatebook.MADE: "2024-01-03 00:00:0", fatebook.RESOLUTION: "YES"})
    (second,) = taken("fatebook", [source(later)])[0]
    assert first == second
    (other,) = taken("fatebook", [source(rows({fatebook.CREATED: "2024-01-01 00:00:1"}))])[0]
    assert other != first


def test_tags_and_names_are_cleaned_of_what_is_empty_or_twice() -> None:
    cells = {fatebook.TAGS: "a; ; b; a", fatebook.BY: ""}
    (found,) = taken("fatebook", [source(rows(cells))])[0].values()
    assert prediction(found).tags == ("a", "b")
    assert prediction(found).forecasts[0].by == "unknown"


def test_every_option_no_leaves_options_apart_without_an_outcome_too() -> None:
    held = rows(option("A", "0.5", ended="NO"), option("B", "0.1", ended="NO"))
    records, _ = taken("fatebook", [source(held)])
    assert [prediction(each).outcome for each in records.values()] == [None, None]
    assert all(fatebook.ALL_NO in each.remarks for each in records.values())
    assert len({prediction(each).family for each in records.values()}) == 1


def test_a_choice_whose_options_are_all_ambiguous_is_void() -> None:
    held = rows(option("A", "0.5", ended="AMBIGUOUS"), option("B", "0.5", ended="AMBIGUOUS"))
    (found,) = taken("fatebook", [source(held)])[0].values()
    assert prediction(found).outcome.answer == "void"
    assert prediction(found).outcome.reason == "ambiguous"


def test_a_choice_of_which_some_options_are_not_resolved_is_open() -> None:
    held = rows(option("A", "0.5", ended="NO"), option("B", "0.5"))
    (found,) = taken("fatebook", [source(held)])[0].values()
    assert prediction(found).outcome is None
    assert fatebook.ALL_NO not in found.remarks


def test_a_single_option_is_a_record_of_its_own() -> None:
    (found,) = taken("fatebook", [source(rows(option("A", "1", ended="YES")))])[0].values()
    assert (found.record["claim"], found.record["kind"]) == ("Will it rain? A", "binary")


def test_what_is_resolved_without_a_day_has_no_outcome_and_a_remark() -> None:
    (found,) = taken("fatebook", [source(rows({fatebook.RESOLUTION: "YES"}))])[0].values()
    assert prediction(found).outcome is None
    assert "it is resolved, but without a day: left without an outcome" in found.remarks


def test_exclusive_options_leave_the_rest_to_what_is_not_listed() -> None:
    held = items(choice({"A": [0.5, 0.6], "B": [0.3]}, exclusiveAnswers=True))
    (found,) = taken("fatebook", [source(held)])[0].values()
    stated = [dict(each.probabilities) for each in prediction(found).forecasts]
    rest = "Other (none of these)"
    assert stated == [{"A": 0.5, "B": 0.3, rest: 0.2}, {"A": 0.6, "B": 0.3, rest: 0.1}]


def test_options_above_a_hundred_percent_are_records_of_their_own() -> None:
    held = items(choice({"A": [0.8], "B": [0.7]}, exclusiveAnswers=True))
    records, _ = taken("fatebook", [source(held)])
    assert list(records) == ["fatebook-q1-a", "fatebook-q1-b"]
    assert all(fatebook.APART in each.remarks for each in records.values())


def test_an_option_that_is_called_like_the_rest_keeps_its_own_record() -> None:
    held = items(choice({"A": [0.5], "Other (none of these)": [0.3]}, exclusiveAnswers=True))
    held = held.replace('"id": "Other (none of these)"', '"id": "o"')
    records, _ = taken(
        "fatebook", [source(held.replace('"optionId": "Other', '"optionId": "o", "x": "Other'))]
    )
    assert list(records) == ["fatebook-q1-a", "fatebook-q1-o"]


def test_options_apart_of_an_ambiguous_question_are_void() -> None:
    told = {"resolution": "AMBIGUOUS", "resolvedAt": "2024-02-01T00:00:00Z", "resolved": True}
    held = items(choice({"A": [0.5], "B": [0.3]}, exclusiveAnswers=False, **told))
    records, _ = taken("fatebook", [source(held)])
    assert [prediction(each).outcome.answer for each in records.values()] == ["void", "void"]


def test_two_reasons_of_one_time_stand_together() -> None:
    held = choice({"A": [0.5], "B": [0.5]})
    for each in held["forecasts"]:
        each["comment"] = f"On {each['optionId']}."
    (found,) = taken("fatebook", [source(items(held))])[0].values()
    assert prediction(found).forecasts[0].rationale == "On A.\n\nOn B."


def test_a_single_question_and_a_list_are_read_as_an_answer_is() -> None:
    for held in (question(), [question()]):
        assert list(taken("fatebook", [source(json.dumps(held))])[0]) == ["fatebook-q1"]


def test_comments_say_when_and_by_whom() -> None:
    told = [{"createdAt": "2024-01-03T00:00:00Z", "comment": "Why?", "userId": "u2"}]
    (found,) = taken("fatebook", [source(items(question(comments=told, notes="N")))])[0].values()
    assert found.record["note"] == "N\n\nComments on Fatebook:\n2024-01-03 u2: Why?"


def late_choice(forecasts: list[tuple[str, str, float]], **created: str) -> str:
    """Return a choice of the API: when each option came, and what was said of which when."""
    options = [{"id": name, "text": name, "createdAt": at} for name, at in created.items()]
    stated = [
        {"id": k, "createdAt": at, "forecast": share, "optionId": name, "userId": "u1"}
        for k, (at, name, share) in enumerate(forecasts)
    ]
    parts = {"options": options, "forecasts": stated, "exclusiveAnswers": True}
    return items(question(type="MULTIPLE_CHOICE", **parts))


def test_an_option_that_came_later_is_none_of_an_earlier_forecast() -> None:
    january, march, april = (f"2024-0{month}-02T20:00:00Z" for month in (1, 3, 4))
    stated = [(january, "A", 0.5), (january, "B", 0.3), (april, "C", 0.1)]
    content = late_choice(stated, A="2024-01-01T00:00:01Z", B="2024-01-01T00:00:02Z", C=march)
    (record,) = taken("fatebook", [source(content)], zone=ZoneInfo("Asia/Tokyo"))[0].values()
    whole = prediction(record)
    first, last = whole.forecasts
    assert dict(first.probabilities) == {"A": 0.5, "B": 0.3, options.OTHER: 0.2}
    assert dict(last.probabilities) == {"A": 0.5, "B": 0.3, "C": 0.1, options.OTHER: 0.1}
    assert whole.options_added == (("C", date(2024, 3, 3)),)
    assert whole.rest == options.OTHER
    assert offers.option_came(whole, first, "C") == options.OTHER


def test_options_that_were_entered_with_their_question_are_none_that_came_later() -> None:
    stated = [("2024-01-01T00:00:01Z", "A", 0.5), ("2024-01-01T00:00:03Z", "B", 0.3)]
    content = late_choice(stated, A=CREATED, B="2024-01-01T00:00:02Z")
    (record,) = taken("fatebook", [source(content)])[0].values()
    assert record.record["options"] == ["A", "B", options.OTHER]
    assert "rest" not in record.record


def test_where_all_options_add_up_there_is_no_rest() -> None:
    stated = [("2024-01-02T00:00:00Z", "A", 0.6), ("2024-01-02T00:00:00Z", "B", 0.4)]
    content = late_choice(stated, A=CREATED, B=CREATED, C="2024-03-01T00:00:00Z")
    (record,) = taken("fatebook", [source(content)])[0].values()
    whole = prediction(record)
    assert (whole.options_added, whole.rest) == ((("C", date(2024, 3, 1)),), None)
    assert dict(whole.forecasts[0].probabilities) == {"A": 0.6, "B": 0.4}


def test_an_option_of_which_a_later_forecast_says_nothing_has_a_share_of_zero() -> None:
    stated = [("2024-01-02T00:00:00Z", "A", 0.6), ("2024-03-02T00:00:00Z", "A", 0.5)]
    content = late_choice(stated, A=CREATED, B=CREATED, C="2024-03-01T00:00:00Z")
    (record,) = taken("fatebook", [source(content)])[0].values()
    shares = [dict(each.probabilities) for each in prediction(record).forecasts]
    assert shares == [
        {"A": 0.6, "B": 0.0, options.OTHER: 0.4},
        {"A": 0.5, "B": 0.0, "C": 0.0, options.OTHER: 0.5},
    ]


at_hours = st.integers(1, 200)


@given(
    st.lists(st.tuples(at_hours, st.sampled_from("ABCD"), st.integers(0, 24)), min_size=1),
    st.lists(at_hours, min_size=4, max_size=4),
    st.sampled_from(ZONES),
)
def test_no_forecast_is_asked_for_an_option_that_did_not_exist(
    stated: list[tuple[int, str, int]], created: list[int], zone: str
) -> None:
    def at(hours: int) -> str:
        return (datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=hours)).isoformat()

    content = late_choice(
        [(at(hours), name, share / 100) for hours, name, share in stated],
        **{name: at(hours) for name, hours in zip("ABCD", created, strict=True)},
    )
    (record,) = taken("fatebook", [source(content)], zone=ZoneInfo(zone))[0].values()
    whole = prediction(record)
    since = dict(zip("ABCD", created, strict=True))
    for forecast in whole.forecasts:
        hours = (forecast.made - datetime(2024, 1, 1, tzinfo=UTC)) / timedelta(hours=1)
        spoken = {name for at, name, _ in stated if at <= hours}
        offered = {name for name in "ABCD" if since[name] <= hours or name in spoken}
        assert set(dict(forecast.probabilities)) == offered | {options.OTHER}
        assert set(offers.options_of(whole, forecast)) <= offered | {options.OTHER}


HOSTILE = [
    (items(question(id="../../etc/passwd")), '"../../etc/passwd" is not an id'),
    (items(question(id="a\x1b[31m")), "id holds the control character"),
    (items(question(id=None)), "id is missing"),
    (items(question(title="")), "title is missing"),
    (items(question(title="\ud800")), "control character U+D800"),
    (items(question(title="red \x1b[31m")), "control character U+001B"),
    (items(question(title=["a"])), "title is not a text"),
    (items(question(title="x" * 10_000_000)), "title is longer than 131072 characters"),
    (items("text"), "the question is not an object"),
    (items(question(type=[])), "type is not a text"),
    (items(question(forecasts={})), "forecasts is not a list"),
    (
        items(question(forecasts=[{"forecast": 70, "createdAt": "2024-01-01T00:00:00Z"}])),
        "70 is not",
    ),
    (items(question(forecasts=[{"forecast": 0.7}])), "a forecast has no time"),
    (items(question(createdAt="yesterday")), 'createdAt: "yesterday" is not a day'),
    (items(question(resolution="MAYBE")), '"MAYBE" is no resolution'),
    (rows({fatebook.FORECAST: "70"}), "70 is not between 0 and 1"),
    (rows({}, option("A", "0.5")), "a row of a multiple choice names no option"),
    (rows({fatebook.TITLE: ""}), "Question title is missing"),
    (rows({fatebook.MADE: ""}), "Forecast created at is missing"),
    (rows({fatebook.TITLE: "a\x00b"}), "control character U+0000"),
    (rows({}).rstrip() + ",more,cells\n", "the row has 13 cells and the header 11"),
]


@pytest.mark.parametrize(("content", "why"), HOSTILE, ids=[why for _, why in HOSTILE])
def test_what_is_hostile_or_broken_is_named_and_left_unread(content: str, why: str) -> None:
    (told,) = whys("fatebook", content)
    assert why in told


REFUSED = [
    (b"", "is empty; Fatebook exports an empty file where there are no forecasts"),
    (b"a,b\n1,2\n", "has no column Question title, Multiple choice option"),
    (b"\xff\xfeQ\x00", "is UTF-16; save it as UTF-8"),
    (b"Question title\n\xe9t\xe9", "byte 15 is not UTF-8; save it as UTF-8"),
    (b'{"items": [', "is not JSON"),
    (b'{"items": 3}', "holds no questions of Fatebook"),
    (b'[{"name": "x"}]', "holds no questions of Fatebook"),
    (b"[" * 200_000, "is not JSON (it is nested too deep)"),
    (b"\x80\x04\x95", "is a Python pickle, which can run any code when it is opened"),
    (b"(dp0\nS'x'", "is a Python pickle"),
    (b"PK\x03\x04", "is an archive; unpack it"),
    (b"SQLite format 3\x00", "is a database"),
    (rows({fatebook.TITLE: "x" * 10_000_000}).encode(), "not CSV (field larger than field limit"),
]


@pytest.mark.parametrize(("content", "why"), REFUSED, ids=[why[:30] for _, why in REFUSED])
def test_what_is_no_export_at_all_is_refused_in_a_sentence(content: bytes, why: str) -> None:
    with pytest.raises(UnreadableError) as refusal:
        taken("fatebook", [source(content, "export.csv")])
    assert str(refusal.value).startswith("export.csv")
    assert why in str(refusal.value)


def test_an_option_that_ends_in_two_ways_is_named_with_both_places() -> None:
    ended = "2024-02-01 00:00:0"
    one, other = option("A", "0.5", ended="YES"), option("A", "0.6", "2024-01-03 10:05:7", "NO")
    cells = {fatebook.RESOLVED: ended}
    (told,) = whys("fatebook", rows(one | cells, option("B", "0.5") | cells, other | cells))
    assert 'the rows of its option "A" end it in two ways (export:2 and export:4)' in told


def test_two_forecasts_of_one_person_at_one_moment_are_refused() -> None:
    (told,) = whys("fatebook", rows({}, {fatebook.FORECAST: "0.9"}))
    assert "Ada states two things at the same moment" in told

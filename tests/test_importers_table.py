"""Any CSV becomes records, once it is said which column is which field."""

from __future__ import annotations

import doctest
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from importing import MAP, expected, exported, prediction, source, taken, whys
from predtrack.errors import UnreadableError, UsageError
from predtrack.importers import content as contents
from predtrack.importers import fields, options, table
from predtrack.records import forms
from predtrack.records.prediction import Prediction


def test_an_export_becomes_the_records_that_were_written_beside_it() -> None:
    records, _ = taken("csv", exported("csv"), MAP)
    assert {own: prediction(each) for own, each in records.items()} == expected("csv")


def test_what_cannot_be_read_is_named_with_its_line_and_a_remedy() -> None:
    _, unread = taken("csv", exported("csv"), MAP)
    told = {each.place: each.why for each in unread}
    assert list(told) == ["forecasts.csv:9", "forecasts.csv:8"]
    assert "--map COLUMN=percent" in told["forecasts.csv:8"]
    assert 'made: "1/2/2024" is not a day' in told["forecasts.csv:9"]


def test_what_rows_leave_open_is_said() -> None:
    records, _ = taken("csv", exported("csv"), MAP)
    assert records["rain-1"].remarks == (
        fields.CLOCK_REMARK,
        "its rows differ in `tags` (forecasts.csv:2 and forecasts.csv:3): the first is taken",
    )
    assert records["late-1"].remarks == (table.UNDATED,)


def read(text: str, **columns: str) -> dict:
    """The records of a CSV by their ids, as they would be written."""
    found = taken("csv", [source(text)], {column: field for field, column in columns.items()})[0]
    for each in found.values():
        prediction(each)
    return {own: each.record for own, each in found.items()}


def test_columns_called_like_fields_need_no_map_and_others_are_passed_over() -> None:
    (record,) = read("claim,by,made,probability,mood\nIt rains,Ada,2024-01-02,.5,good\n").values()
    forecast = {"by": "Ada", "made": "2024-01-02", "probability": 0.5}
    assert record == {"claim": "It rains", "kind": "binary", "forecasts": [forecast]}


def test_a_mapped_column_takes_the_place_of_one_called_like_its_field() -> None:
    held = "claim,by,made,probability,sure\nIt rains,Ada,2024-01-02,.5,12.4\n"
    (record,) = read(held.replace("probability", "percent"), percent="sure").values()
    assert record["forecasts"][0]["probability"] == 0.124


def test_rows_without_ids_that_share_a_claim_are_one_record() -> None:
    held = "claim;by;made;percent\nIt rains;Ada;2024-01-02;70%\nIt rains;Ben;2024-01-03;7\n"
    ((own, record),) = read(held).items()
    assert own.startswith("csv-it-rains-")
    assert [each["probability"] for each in record["forecasts"]] == [0.7, 0.07]


def test_every_field_has_its_place_in_the_record() -> None:
    names = [name for name in table.FIELDS if name not in {"percent", "low", "high", "confidence"}]
    cells = dict.fromkeys(names, "text") | {"id": "r-1", "answer": "12", "point": "1.5"}
    cells |= {"made": "2024-01-01", "withdrawn": "2024-01-02 10:00:00", "opened": "2024-01-01"}
    cells |= dict.fromkeys([*table.DAYS, *forms.EDGES], "2024-01-03")
    cells |= {"origin": "assumed", "reason": ""}
    cells |= {"evidence": "https://a https://b", "probability": ""}
    ((_, record),) = read(f"{','.join(names)}\n{','.join(cells[name] for name in names)}\n").items()
    assert record["outcome"]["evidence"] == ["https://a", "https://b"]
    assert record["source"]["published"] == "2024-01-03"
    (forecast,) = record["forecasts"]
    assert (forecast["point"], forecast["withdrawn"]) == (1.5, "2024-01-02T10:00:00Z")
    assert (forecast["words"], forecast["paraphrase"]) == ("text", "text")
    assert [record[name] for name in forms.EDGES] == ["2024-01-03"] * 3


def test_one_bound_and_no_confidence_make_an_interval_too() -> None:
    (record,) = read("claim,by,made,low\nMany,Ada,2024-01-02,100\n").values()
    assert record["forecasts"][0]["interval"] == {"low": 100}


def test_words_alone_are_a_forecast() -> None:
    (record,) = read("claim,by,made,words\nIt rains,Ada,2024-01-02,surely\n").values()
    assert record["forecasts"][0]["words"] == "surely"


def row_of(zone: str = "UTC", **cells: str) -> Prediction:
    """Return the prediction of a CSV with one row, imported in a zone."""
    whole = {"claim": "It rains", "by": "Ada", "made": "2016-06-01"} | cells
    text = ",".join(whole) + "\n" + ",".join(whole.values()) + "\n"
    records, unread = taken("csv", [source(text)], zone=ZoneInfo(zone))
    assert not unread
    (record,) = records.values()
    return prediction(record)


@pytest.mark.parametrize(
    ("cell", "deadline", "earliest"),
    [
        ("in 2 years", "2018-06-01", "2018-06-01"),
        ("+18m", "2017-12-01", "2017-12-01"),
        ("today", "2016-06-01", "2016-06-01"),
        ("2027", "2027-12-31", "2027-01-01"),
        ("2027-Q3", "2027-09-30", "2027-07-01"),
        ("2027-06", "2027-06-30", "2027-06-01"),
        ("end of 2027", "2027-12-31", "2027-12-31"),
        ("2027-06-05", "2027-06-05", "2027-06-05"),
        ("2027-06-05T20:00:00Z", "2027-06-06", "2027-06-06"),
        ("1812225600", "2027-06-06", "2027-06-06"),
        ("2027-06-05 23:30", "2027-06-05", "2027-06-05"),
    ],
)
def test_days_may_be_relative_to_when_the_forecast_was_made(
    cell: str, deadline: str, earliest: str
) -> None:
    whole = row_of("Asia/Tokyo", words="soon", deadline=cell, review=cell, earliest=cell)
    days = whole.deadline, whole.review, whole.earliest
    assert [str(day) for day in days] == [deadline, earliest, earliest]


@given(
    st.dates(date(1950, 1, 1), date(2100, 1, 1)),
    st.integers(1, 50),
    st.permutations(["deadline", "made", "by", "claim", "words"]),
)
def test_within_so_many_years_counts_from_the_forecast_in_any_order_of_columns(
    made: date, years: int, columns: list[str]
) -> None:
    cells = {"deadline": f"in {years} years", "made": made.isoformat(), "words": "soon"}
    whole = {name: cells.get(name, "x") for name in columns}
    record = row_of(**whole)
    assert record.deadline == made + relativedelta(years=years)


def test_a_month_is_when_something_was_said_and_counts_from_its_last_day() -> None:
    whole = row_of(made="2018-11", withdrawn="2019-02", words="soon", deadline="in 3 months")
    (forecast,) = whole.forecasts
    assert (str(forecast.made), str(forecast.withdrawn)) == ("2018-11", "2019-02")
    assert str(whole.deadline) == "2019-02-28"


def test_rows_that_count_from_different_days_differ() -> None:
    head = "claim,by,made,probability,deadline\n"
    rows = "It rains,Ada,2016-01-01,.5,+1y\nIt rains,Ben,2016-01-02,.5,+1y\n"
    (record,) = taken("csv", [source(head + rows)])[0].values()
    assert record.record["deadline"] == "2017-01-01"
    told = "its rows differ in `deadline` (export:2 and export:3): the first is taken"
    assert record.remarks == (told,)


def test_a_paraphrase_alone_is_a_forecast() -> None:
    (forecast,) = row_of(paraphrase="she expects rain").forecasts
    assert (forecast.paraphrase, forecast.words) == ("she expects rain", None)


def test_times_without_a_zone_are_of_the_zone_and_said_so() -> None:
    head = "claim,by,made,probability,decided,answer,deadline\n"
    row = "It rains,Ada,2024-07-01 20:30,.5,2024-07-03 23:59,yes,2024-07-05\n"
    records, _ = taken("csv", [source(head + row)], zone=ZoneInfo("America/Los_Angeles"))
    (record,) = records.values()
    assert record.remarks == (fields.CLOCK_REMARK,)
    assert record.record["forecasts"][0]["made"] == "2024-07-01T20:30:00-07:00"
    assert record.record["outcome"]["decided"] == "2024-07-03"


HEAD = "id,claim,by,made,probability,deadline,answer\n"
HOSTILE = [
    ("../x,c,Ada,2024-01-02,.5,,", '"../x" is not an id'),
    ("a,\x1b[2J,Ada,2024-01-02,.5,,", "claim holds the control character U+001B"),
    (",,Ada,2024-01-02,.5,,", "claim is missing"),
    ("a,c,,2024-01-02,.5,,", "by is missing"),
    ("a,c,Ada,,.5,,", "made is missing"),
    ("a,c,Ada,,.5,+1y,", "made is missing"),
    ("a,c,Ada,2024-01-02,.5,soon,", 'deadline: "soon" is not a date'),
    ("a,c,Ada,2024-01-02,.5,+9x,", 'deadline: "+9x" is not a span of time'),
    ("a,c,Ada,2024-13,.5,,", "there is no month 2024-13"),
    ("a,c,Ada,2024-01-02,.5,,yes", "decided is missing"),
    ("a,c,Ada,2024-01-02,.5,,,,", "the row has 9 cells and the header 7"),
]


@pytest.mark.parametrize(("row", "why"), HOSTILE, ids=[why for _, why in HOSTILE])
def test_what_is_hostile_or_broken_is_named_and_left_unread(row: str, why: str) -> None:
    (told,) = whys("csv", f"{HEAD}{row}\n")
    assert why in told


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"a,b\n", "has no column for by and made and claim"),
        (b"id,by,made\n\xff", "byte 11 is not UTF-8"),
        (HEAD.encode() + b"x" * 10_000_000, "field larger than field limit"),
        (b"\x80\x03}q", "is a Python pickle"),
    ],
)
def test_what_is_no_such_table_is_refused_in_a_sentence(content: bytes, why: str) -> None:
    with pytest.raises(UnreadableError) as refusal:
        taken("csv", [source(content + b"\n1,2\n", "t.csv")])
    assert str(refusal.value).startswith("t.csv")
    assert why in str(refusal.value)


def test_a_column_that_is_not_there_is_refused_and_those_there_are_named() -> None:
    with pytest.raises(UnreadableError, match="has no column Who; its columns are a, b"):
        taken("csv", [source("a,b\n1,2\n")], {"Who": "by"})


def test_a_field_that_is_none_is_a_mistake_of_the_command_with_the_nearest_one() -> None:
    with pytest.raises(UsageError, match=r'--map a=tag: .* did you mean "tags"'):
        taken("csv", [source("a\n1\n")], {"a": "tag"})
    with pytest.raises(UsageError, match="the fields are id, claim"):
        taken("csv", [source("a\n1\n")], {"a": "zzzzz"})


def test_a_file_is_not_read_beyond_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contents, "MOST_BYTES", 2 * 1024**2)
    held = source(b"x" * (3 * 1024**2), "large.csv")
    with pytest.raises(UnreadableError, match=r"large.csv is larger than 2 MiB; export less"):
        taken("csv", [held])
    assert held.stream.tell() == 2 * 1024**2 + 1


@pytest.mark.parametrize("module", [fields, options])
def test_the_examples_in_the_modules_run(module: object) -> None:
    found = doctest.testmod(module)
    assert (found.failed, found.attempted > 0) == (0, True)


def test_ids_that_are_too_long_are_cut_and_stay_different() -> None:
    first, second = (fields.identity("p", "x" * 90, end) for end in "ab")
    assert len(first) <= 80
    assert first != second

"""Any CSV becomes records, once it is said which column is which field."""

from __future__ import annotations

import doctest

import pytest

from importing import expected, exported, prediction, source, taken, whys
from predtrack.errors import UnreadableError, UsageError
from predtrack.importers import content as contents
from predtrack.importers import fields, options, table

MAP = {
    "Key": "id",
    "What": "claim",
    "Who": "by",
    "When": "made",
    "Sure": "probability",
    "Low": "low",
    "High": "high",
    "Level": "confidence",
    "Until": "deadline",
    "Ended": "answer",
    "On": "decided",
    "Labels": "tags",
    "why": "rationale",
}


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
        fields.UTC_REMARK,
        "its rows differ in `tags`: the first is taken",
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
    cells |= dict.fromkeys(table.DAYS, "2024-01-03") | {"origin": "assumed", "reason": ""}
    cells |= {"evidence": "https://a https://b", "probability": ""}
    ((_, record),) = read(f"{','.join(names)}\n{','.join(cells[name] for name in names)}\n").items()
    assert record["outcome"]["evidence"] == ["https://a", "https://b"]
    assert record["source"]["published"] == "2024-01-03"
    (forecast,) = record["forecasts"]
    assert (forecast["point"], forecast["withdrawn"]) == (1.5, "2024-01-02T10:00:00Z")


def test_one_bound_and_no_confidence_make_an_interval_too() -> None:
    (record,) = read("claim,by,made,low\nMany,Ada,2024-01-02,100\n").values()
    assert record["forecasts"][0]["interval"] == {"low": 100}


def test_words_alone_are_a_forecast() -> None:
    (record,) = read("claim,by,made,words\nIt rains,Ada,2024-01-02,surely\n").values()
    assert record["forecasts"][0]["words"] == "surely"


HEAD = "id,claim,by,made,probability,deadline,answer\n"
HOSTILE = [
    ("../x,c,Ada,2024-01-02,.5,,", '"../x" is not an id'),
    ("a,\x1b[2J,Ada,2024-01-02,.5,,", "claim holds the control character U+001B"),
    (",,Ada,2024-01-02,.5,,", "claim is missing"),
    ("a,c,,2024-01-02,.5,,", "by is missing"),
    ("a,c,Ada,,.5,,", "made is missing"),
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

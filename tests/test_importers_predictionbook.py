"""PredictionBook's saved JSON and CSV become records, with a word on what each lacks."""

from __future__ import annotations

import json
from typing import Any

import pytest

from importing import expected, exported, prediction, source, taken, whys
from predtrack.errors import UnreadableError
from predtrack.importers import predictionbook

HEADER = "created_at,deadline,description,id,mean_confidence,outcome,last_judgement_at,withdrawn"


def saved(**more: Any) -> str:
    """A saved answer of the API that holds one prediction."""
    held = {
        "id": 1,
        "description": "It rains",
        "created_at": "2012-01-01T00:00:00Z",
        "deadline": "2013-01-01T00:00:00Z",
        "responses": [],
    }
    return json.dumps({"user": {"user_id": 7, "name": "Ada"}, "predictions": [held | more]})


def row(cells: str) -> str:
    """A CSV with one prediction."""
    return f"{HEADER}\n{cells}\n"


@pytest.mark.parametrize("folder", ["predictionbook", "predictionbook-csv"])
def test_an_export_becomes_the_records_that_were_written_beside_it(folder: str) -> None:
    records, unread = taken("predictionbook", exported(folder))
    assert not unread
    assert {own: prediction(each) for own, each in records.items()} == expected(folder)


def test_the_csv_is_told_to_lack_your_forecasts() -> None:
    records, _ = taken("predictionbook", exported("predictionbook-csv"))
    assert len(records) == 3
    for each in records.values():
        assert predictionbook.NO_FORECASTS in each.remarks
        assert each.record["forecasts"] == []


def test_what_was_withdrawn_or_judged_unknown_is_void_and_says_so() -> None:
    records, _ = taken("predictionbook", exported("predictionbook"))
    assert predictionbook.UNKNOWN in records["predictionbook-1002"].remarks
    assert predictionbook.WITHDRAWN in records["predictionbook-1003"].remarks
    (found,) = taken("predictionbook", [source(saved(outcome="unknown"))])[0].values()
    assert prediction(found).outcome.reason == "ambiguous"


def test_a_judgement_without_a_day_is_told() -> None:
    records, _ = taken("predictionbook", exported("predictionbook"))
    assert records["predictionbook-1004"].remarks == (predictionbook.UNDATED,)


def test_responses_of_other_people_are_left_out_and_counted() -> None:
    records, _ = taken("predictionbook", exported("predictionbook"))
    told = "left out: 1 of the responses, by other people"
    assert records["predictionbook-1001"].remarks == (told,)


def test_a_user_without_a_name_is_called_by_its_number() -> None:
    told = [{"user_id": 7, "confidence": 1, "created_at": "2012-01-02T00:00:00Z"}]
    held = saved(responses=told).replace('"Ada"', "null")
    (found,) = taken("predictionbook", [source(held)])[0].values()
    (forecast,) = prediction(found).forecasts
    assert (forecast.by, forecast.probability) == ("7", 0.01)


HOSTILE = [
    (saved(id="../7"), '"../7" is not an id'),
    (saved(id=None), "id is missing"),
    (saved(description="\x07"), "control character U+0007"),
    (saved(description="x" * 10_000_000), "longer than 131072 characters"),
    (saved(outcome="perhaps"), '"perhaps" is no outcome'),
    (saved(outcome=True, deadline=None), "last_judgement_at is missing"),
    (saved(responses=[3]), "a response is not an object"),
    (saved(responses=[{"user_id": 7, "confidence": 5}]), "a response has no created_at"),
    (saved(deadline="31/12/2012"), 'deadline: "31/12/2012" is not a day'),
    (saved(deadline={"a": [{"b": []}]}), "deadline is not a text"),
    (row("2012-01-01 00:00:00 UTC,,It rains,1,170,,,false"), "170% is not between 0 and 1"),
    (row("a,b,c,d,e,f,g,h,i"), "the row has 9 cells and the header 8"),
]


@pytest.mark.parametrize(("content", "why"), HOSTILE, ids=[why for _, why in HOSTILE])
def test_what_is_hostile_or_broken_is_named_and_left_unread(content: str, why: str) -> None:
    (told,) = whys("predictionbook", content)
    assert why in told


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"[1, 2]", "holds no predictions of PredictionBook; save what /api/my_predictions"),
        (b'{"predictions": []}', "holds no predictions of PredictionBook"),
        (b"a,b\n", "has no column created_at, deadline"),
        (b"", "has no column created_at"),
        (b"id\n\xff", "byte 3 is not UTF-8"),
        (b"{" * 9, "is not JSON"),
        (b"[" * 200_000, "nested too deep"),
        (row("x" * 10_000_000).encode(), "field larger than field limit"),
    ],
    ids=["list", "no user", "columns", "empty", "latin", "cut", "deep", "cell"],
)
def test_what_is_no_export_at_all_is_refused_in_a_sentence(content: bytes, why: str) -> None:
    with pytest.raises(UnreadableError) as refusal:
        taken("predictionbook", [source(content, "saved")])
    assert str(refusal.value).startswith("saved")
    assert why in str(refusal.value)

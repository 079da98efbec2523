"""ForecastBench's sets become records together: pairs, interim values, frozen markets."""

from __future__ import annotations

import json
from typing import Any

import pytest

from importing import expected, exported, prediction, source, taken
from predtrack.errors import UnreadableError
from predtrack.importers import Imported, Unread, forecastbench

DUE = "2024-07-21"
ASKED = {"id": "Q1", "source": "fred", "question": "Up by {resolution_date}?"}
SAID = {"id": "Q1", "source": "fred", "forecast": 0.5, "resolution_date": "2024-08-01"}
ENDED = {"id": "Q1", "source": "fred", "resolution_date": "2024-08-01", "resolved": True}
PAIR = {"id": ["Q1", "Q2"], "direction": [1, -1]}


def a_set(name: str, *entries: Any, **more: Any) -> str:
    """The text of a set that holds these entries."""
    return json.dumps({"forecast_due_date": DUE, "model": "M", name: entries} | more)


def read(*texts: str) -> tuple[list[Imported], list[Unread]]:
    """The records of some sets together, and what could not be read."""
    sources = [source(each, f"set-{number}") for number, each in enumerate(texts)]
    records, unread = taken("forecastbench", sources)
    return list(records.values()), unread


def one(asked: dict[str, Any], said: dict[str, Any], *ended: dict[str, Any]) -> Imported:
    """The one record of a question, a forecast and what it resolved to."""
    texts = a_set("questions", asked), a_set("forecasts", said), a_set("resolutions", *ended)
    (found,), unread = read(*texts)
    assert not unread
    prediction(found)
    return found


def test_an_export_becomes_the_records_that_were_written_beside_it() -> None:
    records, _ = taken("forecastbench", exported("forecastbench"))
    assert {own: prediction(each) for own, each in records.items()} == expected("forecastbench")


def test_a_forecast_on_a_question_that_is_not_there_is_named() -> None:
    _, (unread,) = taken("forecastbench", exported("forecastbench"))
    assert unread.place == "2024-07-21.Example.model-a.json, entry 6"
    assert "name the question set of 2024-07-21 too" in unread.why


def test_what_the_sets_leave_open_is_said() -> None:
    records, _ = taken("forecastbench", exported("forecastbench"))
    assert all(forecastbench.DUE_DAY in each.remarks for each in records.values())
    told = records["forecastbench-2024-07-21-manifold-tpkejinb1wvcigfnpcdd"].remarks
    assert f"{forecastbench.INTERIM}: 0.93 on 2024-07-28" in told
    (pair,) = (each for each in records.values() if forecastbench.PAIR in each.remarks)
    assert pair.record["x-forecastbench-id"] == "DGS10, T10Y"


def test_the_order_of_the_files_changes_nothing() -> None:
    first, _ = taken("forecastbench", exported("forecastbench"))
    second, _ = taken("forecastbench", exported("forecastbench")[::-1])
    assert {own: prediction(each).outcome for own, each in first.items()} == {
        own: prediction(each).outcome for own, each in second.items()
    }


def test_a_final_value_is_the_outcome_after_interim_ones() -> None:
    market = ASKED | {"resolution_dates": "N/A"}
    interim = ENDED | {"resolved": False, "resolved_to": 0.7, "resolution_date": "2024-07-28"}
    found = one(market, SAID | {"resolution_date": None}, interim, ENDED | {"resolved_to": 1})
    assert prediction(found).outcome.answer == "yes"
    assert found.remarks == (forecastbench.DUE_DAY,)


def test_a_market_that_ended_in_between_has_a_partial_answer() -> None:
    assert prediction(one(ASKED, SAID, ENDED | {"resolved_to": 0.3})).outcome.answer == 0.3


def test_the_outcome_of_another_date_or_direction_is_not_taken() -> None:
    other = ENDED | {"resolution_date": "2024-09-01", "resolved_to": 1.0}
    assert prediction(one(ASKED, SAID, other)).outcome is None


def test_a_frozen_value_that_is_no_probability_is_a_note() -> None:
    asked = ASKED | {"freeze_datetime_value": "1.5", "resolution_dates": "N/A"}
    found = prediction(one(asked, SAID)).reference
    assert (found.probability, found.note) == (None, "when the question was frozen: 1.5")


def test_a_pair_is_made_of_its_two_questions_where_the_set_has_them() -> None:
    asked = a_set("questions", ASKED, ASKED | {"id": "Q2"})
    (found,), _ = read(asked, a_set("forecasts", SAID | PAIR))
    claim = "yes to “Up by 2024-08-01?” and no to “Up by 2024-08-01?”"
    assert prediction(found).claim == claim


def test_a_pair_of_other_directions_is_another_record() -> None:
    asked = a_set("questions", ASKED, ASKED | {"id": "Q2"})
    said = a_set("forecasts", SAID | PAIR, SAID | PAIR | {"direction": [1, 1]})
    records, _ = read(asked, said)
    assert len({each.id for each in records}) == 2
    assert len({each.record["family"] for each in records}) == 1


def test_a_pair_without_its_two_questions_is_named() -> None:
    asked = a_set("questions", ASKED | {"id": ["Q1", "Q2"]})
    records, (unread,) = read(asked, a_set("forecasts", SAID | PAIR))
    assert not records
    assert "the two questions of a pair are not there" in unread.why


def test_who_forecast_is_told_from_the_set() -> None:
    asked = a_set("questions", ASKED)
    named = {"model": None, "organization": "Org"}, {"organization": "M"}, {"organization": "Org"}
    sets = [a_set("forecasts", SAID, **each) for each in named]
    (found,), _ = read(asked, *sets)
    assert [each.by for each in prediction(found).forecasts] == ["Org", "M", "M (Org)"]


def test_the_day_is_read_from_the_name_of_the_question_set() -> None:
    held = a_set("forecasts", SAID, question_set="2024-07-21-llm.json", forecast_due_date="soon")
    (found,), _ = read(a_set("questions", ASKED), held)
    assert found.record["forecasts"][0]["made"] == DUE


HOSTILE = [
    (ASKED, {"id": None}, "id is missing"),
    (ASKED, {"user_id": [], "id": "Q9"}, "user_id is not a text"),
    (ASKED, {"forecast": 1.5}, "1.5 is not between 0 and 1"),
    (ASKED, {"forecast": None}, "forecast is missing"),
    (ASKED, {"source": {}}, "source is not a text"),
    (ASKED, {"resolution_date": "soon"}, 'resolution_date: "soon" is not a day'),
    (ASKED, {"id": ["Q1", "Q2"]}, "a pair has no direction"),
    (ASKED, {"reasoning": "x" * 10_000_000}, "reasoning is longer than 131072 characters"),
    (ASKED | {"id": "../x"}, {"id": "../x"}, '"../x" is not an id'),
    (ASKED | {"question": "\x1b[2J"}, {}, "control character U+001B"),
    (ASKED | {"question": ["deep", [[]]]}, {}, "question is not a text"),
]


@pytest.mark.parametrize(("asked", "said", "why"), HOSTILE, ids=[why for *_, why in HOSTILE])
def test_what_is_hostile_or_broken_is_named_and_left_unread(
    asked: dict[str, Any], said: dict[str, Any], why: str
) -> None:
    good = SAID | {"id": "Q0"}
    known = a_set("questions", ASKED | {"id": "Q0"}, asked)
    (record,), (unread,) = read(known, a_set("forecasts", good, SAID | said))
    assert record.id == "forecastbench-2024-07-21-fred-q0-2024-08-01"
    assert why in unread.why


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (a_set("questions", ASKED), "no forecasts in it; name a forecast set too"),
        (a_set("forecasts", SAID, forecast_due_date=None), "is no set of ForecastBench"),
        ("[1]", "is no set of ForecastBench"),
        ('{"forecasts": 3}', "is no set of ForecastBench"),
        ("a,b\n", "is not JSON"),
        ("[" * 200_000, "nested too deep"),
        (b"\xff{}", "byte 0 is not UTF-8"),
    ],
    ids=["questions", "no day", "list", "number", "table", "deep", "latin"],
)
def test_what_is_no_export_at_all_is_refused_in_a_sentence(content: str | bytes, why: str) -> None:
    with pytest.raises(UnreadableError) as refusal:
        taken("forecastbench", [source(content, "set.json")])
    assert str(refusal.value).startswith("set.json")
    assert why in str(refusal.value)

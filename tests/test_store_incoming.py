"""Records from elsewhere go through the reader of files, with whatever JSON may hold."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from predtrack.store import files, folder
from predtrack.store import incoming as store_incoming
from predtrack.store.incoming import incoming
from predtrack.store.render import rendered

RAIN: dict[str, Any] = {
    "claim": "It rains",
    "kind": "binary",
    "forecasts": [{"by": "Ada Example", "made": "2027-01-10", "probability": 0.7}],
}


def test_a_record_is_read_as_a_file_would_be():
    found = incoming("rain", RAIN | {"tags": ["a: b", "# c", "no"], "x-own": {"a": [1, {}]}})
    assert found.problems == ()
    assert found.prediction is not None
    assert (found.prediction.id, found.prediction.path) == ("rain", "rain")
    assert found.prediction.tags == ("a: b", "# c", "no")
    assert found.prediction.extra == (("x-own", (("a", ["1", ()]),)),)
    assert found.prediction.forecasts[0].made == date(2027, 1, 10)
    assert found.prediction.forecasts[0].probability == 0.7


@pytest.mark.parametrize(
    "text",
    [
        "a\x00b\x1b[31m\x7f",
        "a\x80b\x85c\x9f",
        "a\u2028b\u2029c\ufeffd\ufffee\uffff",
        'a "b" \\c\\ \t d',
        "a: b # c",
        "{a} [b]",
        "👩‍🚀 می‌خواهم 電車",
        "a\r\nb\n\n c",
        "{{ " * 50,
    ],
)
def test_a_text_of_any_characters_is_kept_as_it_is(text):
    found = incoming("rain", RAIN | {"note": text, "x-own": {text: [text]}})
    assert found.problems == ()
    assert found.prediction is not None
    assert found.prediction.note == text.strip()
    assert found.prediction.extra == (("x-own", ((text, [text]),)),)


@pytest.mark.parametrize(
    ("identity", "change", "code", "told"),
    [
        ("../rain", {}, "id", '"../rain" is not an id'),
        ("", {}, "id", '"" is not an id'),
        ("a\x1bb", {}, "id", "is not an id"),
        ("con", {}, "id", "some systems cannot hold"),
        ("rain", {"claim": " "}, "empty", "the text is empty"),
        ("rain", {"kind": "binry"}, "value", '"binry" is not a word'),
        ("rain", {"note": "\ud800"}, "yaml", "a backslash in double quotes"),
        ("rain", {"deadline": "soon"}, "date", '"soon" is not a day'),
        ("rain", {"deadline": 5}, "date", '"5" is not a day'),
        ("rain", {"scrot": 1}, "key", "`scrot` is not a key"),
        ("rain", {"forecasts": {}}, "type", "`forecasts` is not a list"),
        ("rain", {"forecasts": [{"by": "A"}]}, "missing", "`made` is missing"),
        (
            "rain",
            {"x-a": [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]},
            "yaml",
            "32",
        ),
    ],
)
def test_what_is_wrong_is_a_problem_and_no_prediction(identity, change, code, told):
    found = incoming(identity, RAIN | change)
    assert found.prediction is None
    assert found.problems[0].code == code
    assert told in found.problems[0].message
    assert found.problems[0].path == identity


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 90, True, "often"])
def test_a_chance_that_is_none_is_a_problem(value):
    forecast = RAIN["forecasts"][0] | {"probability": value}
    found = incoming("rain", RAIN | {"forecasts": [forecast]})
    assert [problem.code for problem in found.problems] == ["probability"]


def test_what_is_nested_without_end_is_a_problem():
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    found = incoming("rain", RAIN | {"x-own": deep})
    assert [problem.message for problem in found.problems] == ["it is nested too deep to be read"]
    while deep:  # taken apart from outside in, so that nothing has to go down into it
        (deep,) = deep


def test_a_record_is_no_larger_than_a_folder_takes(tmp_path, monkeypatch):
    most = 100_000
    for room in (files, store_incoming):
        monkeypatch.setattr(room, "MOST_BYTES", most)
    short = incoming("rain", RAIN).prediction
    assert short is not None
    room = most - len(rendered(short).encode()) - len("note: \n")
    fits = incoming("rain", RAIN | {"note": "y" * room})
    assert fits.prediction is not None
    assert len(rendered(fits.prediction).encode()) == most
    (tmp_path / "rain.yaml").write_text(rendered(fits.prediction))
    assert folder.load(str(tmp_path)).problems == ()
    over = incoming("rain", RAIN | {"note": "y" * (room + 1)})
    assert over.prediction is None
    assert [problem.code for problem in over.problems] == ["file"]
    assert "larger than 32 MiB" in str(over.problems[0])

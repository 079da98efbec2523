"""`import metaculus` of what is broken or meant ill: a sentence each, nothing run, nothing kept."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest

from downloads import (
    CDF,
    CHOICE,
    FORECAST,
    FORECASTS,
    NUMERIC,
    QUESTION,
    QUESTIONS,
    SCORES,
    download,
    official,
    post,
    real,
    table,
    taken,
    values,
    zipped,
)
from predtrack.errors import UnreadableError
from predtrack.importers.metaculus import archive, question

YES = {"Probability Yes": "0.7"}


def dated(low: float, high: float) -> dict:
    """What makes the question of a post one of dates between two times."""
    return {"type": "date", "scaling": {"range_min": low, "range_max": high}, **values(0, 1)}


def unread_of(content: bytes) -> str:
    """Why the only part that cannot be read cannot be."""
    records, unread = taken(content)
    assert (len(records), len(unread)) == (0, 1)
    return f"{unread[0].place}: {unread[0].why}"


RUN = "__import__('os').system('touch owned')"


@pytest.mark.parametrize(
    ("asked", "forecast", "why"),
    [
        (
            {"Question ID": "../../x"},
            YES | {"Question ID": "../../x"},
            "not the number of a question",
        ),
        ({"Question Type": "poll"}, YES, '"poll" is no type of question'),
        ({"Question Title": ""}, YES, "the title is missing"),
        ({"Question Title": "a\x1b[31m"}, YES, "the control character U+001B"),
        ({"Open Time": "yesterday"}, YES, "Open Time"),
        ({}, {"Probability Yes": "70"}, "is not between 0 and 1"),
        ({}, {"Probability Yes": ""}, "the forecast of ada has no value"),
        ({}, YES | {"Start Time": ""}, "the forecast has no start time"),
        ({}, YES | {"Forecaster Username": "\x00"}, "the control character U+0000"),
        (
            CHOICE | {"MC Options (All)": RUN},
            {"Probability Yes Per Category": "[0.5, 0.5]"},
            "nothing in it is run",
        ),
        (CHOICE, {"Probability Yes Per Category": f"[{RUN}]"}, "nothing in it is run"),
        (CHOICE, {"Probability Yes Per Category": "[" * 5000}, "not a list of plain values"),
        (CHOICE, {"Probability Yes Per Category": "'\\d'"}, "not a list of plain values"),
        (CHOICE, {"Probability Yes Per Category": "{}"}, "not a list of plain values"),
        (CHOICE, {"Probability Yes Per Category": "[0.5, 0.4]"}, "amount to 0.9 and not to 1"),
        (CHOICE, {"Probability Yes Per Category": "[0.5, '0.5']"}, "0.5 is no probability"),
        (CHOICE, {"Probability Yes Per Category": "[0.5, 0.5]"}, "2 probabilities of 3 options"),
        (NUMERIC, {"Continuous CDF": "[0.5]"}, "the cdf has 1 points"),
        (NUMERIC, {"Continuous CDF": "[0.5, 0.4]"}, "the cdf falls"),
        (NUMERIC | {"Upper Bound": ""}, {"Continuous CDF": "[0.4, 0.5]"}, "has no bounds"),
        (NUMERIC | {"Upper Bound": "0"}, {"Continuous CDF": "[0.4, 0.5]"}, "do not rise"),
        (NUMERIC | {"Continuous Range": "[1, 'x']"}, {"Continuous CDF": CDF}, "is not a number"),
        (NUMERIC | {"Resolution": "many"}, {"Continuous CDF": CDF}, "is not a number"),
        (
            {"Question Type": "date", "Lower Bound": "2025-01-01", "Upper Bound": "2025-01-01"},
            {"Continuous CDF": "[0.4, 0.5]"},
            "do not rise",
        ),
        (NUMERIC | {"Upper Bound": ""}, YES, "the forecast of ada has no value"),
    ],
)
def test_what_does_not_fit_is_named_and_taken_for_nothing(asked, forecast, why):
    assert why in unread_of(download(asked, forecast))


def test_a_row_that_cannot_be_read_keeps_no_other_out():
    records, (unread,) = taken(download({}, YES, {"Probability Yes": "x"}))
    assert len(records[0].record["forecasts"]) == 1
    assert unread.place == "it: forecast_data.csv:3"
    held = table(QUESTION) + ",".join("1" * 30) + "\r\n"
    more = table(FORECAST | YES) + ",".join("1" * 30) + "\r\n"
    records, unread = taken(zipped({QUESTIONS: held, FORECASTS: more}))
    assert len(records) == 1
    assert [each.why for each in unread] == [
        "the row has 30 cells and the header 13",
        "the row has 30 cells and the header 10",
    ]
    held = table(FORECAST | YES, FORECAST | YES | {"Forecaster Username": "bo"}).splitlines(True)
    middle = "".join([*held[:2], ",".join("1" * 30), "\r\n", held[2]])
    (found,), unread = taken(zipped({QUESTIONS: table(QUESTION), FORECASTS: middle}))
    assert (len(found.record["forecasts"]), len(unread)) == (2, 1)
    gathered = download({}, YES | {"Question ID": "9"}, YES, YES | {"Question ID": "9"})
    records, (unread,) = taken(gathered)
    assert (unread.place, unread.why) == (
        "question 9",
        "it is forecast, and is not in question_data.csv",
    )


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"type": "poll"}, '"poll" is no type of question'),
        ({"id": "../x"}, "not the number of a question"),
        ({"my_forecasts": []}, "my_forecasts is not an object"),
        ({"my_forecasts": {"history": [{"forecast_values": [0, 1]}]}}, "no start_time"),
        ({"my_forecasts": {"history": [{"start_time": True}]}}, "start_time is not a time"),
        ({"my_forecasts": {"history": [{"start_time": 1e300}]}}, "start_time is out of range"),
        (values(0.2, 0.3, 0.5), "has not two values"),
        ({"type": "numeric", **values(0, 1)}, "scaling is not an object"),
        (
            {
                "type": "numeric",
                "scaling": {"range_min": 0, "range_max": 1, "zero_point": 0},
                **values(0, 1),
            },
            "the zero point of the scale lies in it",
        ),
        (dated(1738368600, 1738368700), "its range holds no whole day"),
        (dated(1738368600, 1e18), "a day of its range is out of range"),
    ],
)
def test_what_does_not_fit_in_the_json_is_named(changed, why):
    assert why in unread_of(post(**changed))


def bomb() -> bytes:
    """A zip whose table would grow a thousandfold."""
    return zipped({QUESTIONS: b"a" * 3_000_000, FORECASTS: "x"})


def lying() -> bytes:
    """A zip that says its table is smaller than it is."""
    content = real()
    at = content.rindex(b"PK\x01\x02", 0, content.rindex(SCORES.encode()))
    return content[: at + 24] + struct.pack("<I", 100) + content[at + 28 :]


WIDE = table(QUESTION | {"Question Title": "x" * 10_000_000})
REFUSED = {
    "bomb": (bomb(), "would grow from"),
    "torn": (real()[:5_000], "is no sound zip"),
    "spoilt": (real()[:400] + b"\x00" * 400 + real()[800:], "is no sound zip"),
    "only PK": (b"PK\x03\x04", "is no sound zip"),
    "empty": (zipped({}), "holds no question_data.csv; it holds nothing"),
    "no forecasts": (zipped({QUESTIONS: table(QUESTION)}), "holds no forecast_data.csv"),
    "twice": (
        zipped({QUESTIONS: table(QUESTION), f"a/{QUESTIONS}": "", FORECASTS: ""}),
        "2 files named question_data.csv",
    ),
    "columns": (zipped({QUESTIONS: "a,b\n1,2\n", FORECASTS: ""}), "has no column Question ID"),
    "no header": (zipped({QUESTIONS: "", FORECASTS: ""}), "its columns are none"),
    "10 MB": (zipped({QUESTIONS: WIDE, FORECASTS: ""}, zipfile.ZIP_STORED), "longer than 1048576"),
    "cell": (
        zipped({QUESTIONS: table(QUESTION | {"Question Title": "x" * 200_000}), FORECASTS: ""}),
        "field larger than field limit",
    ),
    "latin": (zipped({QUESTIONS: b"Question ID\n\xff\n", FORECASTS: ""}), "is not UTF-8"),
    "many": (zipped({f"{k}.csv": "" for k in range(1_001)}), "holds more than 1000 files"),
    "nobody": (
        download({}, YES | {"Forecaster Count": "3"}),
        "holds only aggregates (1 rows), and no forecast of anybody; download it",
    ),
    "pickle": (b"\x80\x04\x95\x00", "a Python pickle, which can run any code"),
    "text": (b"It rains", "neither a zip of Metaculus nor JSON; name the zip"),
    "number": (b"7", "neither a zip of Metaculus nor JSON"),
    "no question": (b"[{}]", "post 1 asks nothing"),
    "deep": (b"[" * 100_000, "nested too deep"),
    "no forecasts of mine": (post(my_forecasts=None), "holds no forecast (`my_forecasts`)"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_hostile_file_is_refused_with_a_sentence(case):
    content, why = REFUSED[case]
    with pytest.raises(UnreadableError) as refused:
        taken(content)
    assert why in str(refused.value)
    assert len(str(refused.value)) < 600


def test_a_zip_that_is_too_large_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr(archive, "MOST_ZIP", 100)
    with pytest.raises(UnreadableError, match="larger than 256 MiB"):
        taken(real())
    monkeypatch.setattr(archive, "MOST_ZIP", 10**9)
    monkeypatch.setattr(archive, "MOST_TABLE", 1_000)
    with pytest.raises(UnreadableError, match="would grow from"):
        taken(real())


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (
            download(
                {},
                YES,
                scores=[{"Question ID": "7", "Score Type": "peer", "Score": "x", "User ID": "1"}],
            ),
            "is no score",
        ),
        (
            download(
                {},
                YES,
                scores=[{"Question ID": "x", "Score Type": "peer", "Score": "1", "User ID": "1"}],
            ),
            "number of a question",
        ),
        (zipped({SCORES: "Question ID,Score Type,Score\n1,2,3,4\n"}), "the row has 4 cells"),
        (zipped({SCORES: "a\n1\n"}), "has no column Question ID"),
        (lying(), "is no sound zip"),
        (post(id="x", my_forecasts={"score_data": {"peer_score": 1}}), "number of a question"),
    ],
)
def test_scores_that_cannot_be_read_are_refused(content, why):
    with pytest.raises(UnreadableError, match=why):
        official(content)


def test_a_list_that_is_too_long_is_not_parsed():
    with pytest.raises(ValueError, match="longer than 131072"):
        question.literal("[" + "1," * 100_000 + "]", "it")


METHODS = [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]


@pytest.mark.parametrize("method", METHODS)
def test_a_zip_that_is_damaged_anywhere_is_read_or_refused(method: int) -> None:
    with zipfile.ZipFile(io.BytesIO(real())) as whole:
        tables = {name: whole.read(name) for name in whole.namelist()}
    sound = zipped(tables, method)
    assert taken(sound)[0]
    refused = set()
    for at in [*range(0, 120), *range(120, len(sound), max(1, len(sound) // 80))]:
        try:
            taken(sound[:at] + bytes([sound[at] ^ 0xFF]) + sound[at + 1 :])
        except UnreadableError as error:
            refused.add(str(error).partition(" is ")[2].partition(" (")[0])
    assert "no sound zip" in refused

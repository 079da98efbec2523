"""One date of a file is changed, put in or taken out, and every other byte stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from predtrack.errors import RefusedError
from predtrack.records.prediction import Prediction
from predtrack.store import changes, moments
from predtrack.store.folder import load
from predtrack.store.reading import read

HEAD = "claim: It rains # here\n"
REST = "kind: binary\n# mine\nforecasts:\n  - {by: Ada, made: 2026-01-01, probability: 70%}\n"
DAY, INSTANT = date(2026, 3, 1), datetime(2026, 3, 1, 10, 0, 7, tzinfo=UTC)


def changed(text: str, **dates: object) -> str:
    """Return the text of a record with one date changed."""
    reading = read(text.encode(), "rain.yaml", "rain")
    assert reading.prediction is not None, reading.problems
    meant = replace(reading.prediction, **dates)
    key = moments.moved_key(reading.prediction, meant)
    assert key is not None
    return moments.moved(reading, key, meant).applied(text)


@pytest.mark.parametrize(
    ("line", "dates", "becomes"),
    [
        ("deadline: 2026-02-01  # mine\n", {"deadline": DAY}, "deadline: 2026-03-01  # mine\n"),
        ('deadline: "2026-02-01"\n', {"deadline": DAY}, 'deadline: "2026-03-01"\n'),
        ("deadline:   2026-02-01\r\n", {"deadline": DAY}, "deadline:   2026-03-01\r\n"),
        ("closed: 2026-02-01\n", {"closed": INSTANT}, "closed: 2026-03-01T10:00:07Z\n"),
        ("deadline: 2026-02-01\n", {"deadline": None}, ""),
        ("# above\ndeadline: 2026-02-01\n# below\n", {"deadline": None}, "# above\n# below\n"),
        (
            "x-until: 2026-02-01 # mine\nx-own: 1\n",
            {"extra": (("x-until", "2026-03-01"), ("x-own", "1"))},
            "x-until: 2026-03-01 # mine\nx-own: 1\n",
        ),
        (
            "x-own: 1\n",
            {"extra": (("x-own", "1"), ("x-until", "2026-03-01"))},
            'x-own: 1\nkind: binary\nx-until: "2026-03-01"\n',
        ),
    ],
)
def test_only_the_date_is_another(line: str, dates: dict, becomes: str) -> None:
    rest = REST.removeprefix("kind: binary\n") if "kind" in becomes else REST
    assert changed(HEAD + line + REST, **dates) == HEAD + becomes + rest


@pytest.mark.parametrize("key", moments.KEYS)
@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_a_date_that_is_not_there_is_put_behind_the_others(key: str, end: str) -> None:
    text = (HEAD + REST).replace("\n", end or "\n")
    text = text if end else text.removesuffix("\n")
    becomes = changed(text, **{key: DAY})
    line_break = end or "\n"
    kind = f"kind: binary{line_break}"
    assert becomes == text.replace(kind, f"{kind}{key}: 2026-03-01{line_break}")


@pytest.mark.parametrize(
    ("text", "dates", "why"),
    [
        (HEAD + "deadline: 2026-02-01 # mine\n" + REST, {"deadline": None}, "comment of yours"),
        (
            "{claim: It rains, kind: binary, forecasts: "
            "[{by: Ada, made: 2026-01-01, probability: 70%}]}\n",
            {"deadline": DAY},
            "put this line in by hand:\n  deadline: 2026-03-01",
        ),
    ],
)
def test_what_would_lose_a_comment_or_is_in_braces_is_refused(
    text: str, dates: dict, why: str
) -> None:
    with pytest.raises(RefusedError) as refused:
        changed(text, **dates)
    assert why in str(refused.value)


def test_a_date_in_braces_is_changed_where_it_stands() -> None:
    forecast = "{by: A, made: 2026-01-01, words: b}"
    text = f"{{claim: a, kind: binary, deadline: 2026-02-01, forecasts: [{forecast}]}}\n"
    assert changed(text, deadline=DAY) == text.replace("2026-02-01", "2026-03-01")


days = st.dates(date(2026, 1, 2), date(2030, 1, 1))


@given(st.sampled_from(moments.KEYS), days, days)
def test_a_date_there_and_back_leaves_every_byte(key: str, first: date, second: date) -> None:
    text = f"{HEAD}{key}: {first} # mine\n{REST}"
    if first == second:
        return
    there = changed(text, **{key: second})
    assert there.count("# mine") == 2
    assert changed(there, **{key: first}) == text


def test_several_changes_of_a_record_are_all_made_or_none(tmp_path: Path) -> None:
    text = HEAD + "deadline: 2026-02-01 # mine\n" + REST
    (tmp_path / "rain.yaml").write_text(text)

    def later(prediction: Prediction) -> Prediction:
        return replace(prediction, closed=DAY)

    def without(prediction: Prediction) -> Prediction:
        return replace(prediction, deadline=None)

    with pytest.raises(RefusedError):
        changes.changed(load(str(tmp_path)), "rain", (later, without))
    assert (tmp_path / "rain.yaml").read_text() == text
    (made,) = changes.changed(load(str(tmp_path)), "rain", (later, later))
    assert (made.old, made.new, made.place) == ("", "closed: 2026-03-01\n", 4)
    assert (tmp_path / "rain.yaml").read_text() == changed(text, closed=DAY)

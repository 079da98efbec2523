"""`due`: what awaits an outcome and what comes due, for a person, for a program and for cron."""

from __future__ import annotations

import json
import re

import pytest

from test_cli import BROKEN, ENDED, RAIN, Said, folder, program
from test_cli_hostile import HOSTILE, obeyed, record
from test_cli_json import ROW, assert_fits

TWO_PARTS = """\
1 prediction awaits an outcome on 2027-03-01
●  2026-12-31  due 60 days ago  The new tram line to the harbour opens in 2026
   tram                         Ada Example: 40%

2 predictions come due by 2028-03-01
   2027-08-31  in 183 days      港まつりは百万人を集める 🎆 (the harbour
   festival                     festival draws a million people)
                                山田 花子: 12.5%
                                Ben Example: 20%
   2027-12-31  in 305 days      The hottest day of 2027 in town
   heat                         Ada Example: 5% ≤ 32, 20% ≤ 34, 55% ≤ 36, 85% ≤
                                38, 97% ≤ 40 °C
"""
ONE_EMPTY = """\
1 prediction awaits an outcome on 2027-03-01
●  2026-12-31  due 60 days ago  The new tram line to the harbour opens in 2026
   tram                         Ada Example: 40%

Nothing comes due by 2027-03-31.
"""
ALONE = """\
Nothing awaits an outcome on 2027-03-01.

1 prediction comes due by 2027-09-01
   2027-08-31  in 183 days  港まつりは百万人を集める 🎆 (the harbour festival
   festival                 draws a million people)
                            山田 花子: 12.5%
                            Ben Example: 20%
"""
NOTHING = "Nothing awaits an outcome on 2027-03-01, and nothing comes due by 2027-03-31.\n"
WIDE = """\
1 prediction awaits an outcome on 2027-03-01
   next                         id    claim                                             forecast
●  2026-12-31  due 60 days ago  tram  The new tram line to the harbour opens in 2026    Ada Example: 40%

Nothing comes due by 2027-03-31.
"""  # noqa: E501  # as wide as the terminal


@pytest.mark.parametrize(
    ("words", "columns", "seen"),
    [
        (["--within", "1y"], 80, TWO_PARTS),
        ([], 80, ONE_EMPTY),
        (["--by", "山田 花子", "--within", "6m"], 80, ALONE),
        (["--by", "nobody"], 80, NOTHING),
        ([], 120, WIDE),
    ],
)
def test_a_terminal_shows_two_parts_or_one_sentence(words, columns, seen):
    assert program("due", *words, of=ENDED, columns=columns) == Said(0, seen, "")


def rows(*words: str) -> list[tuple[str, str]]:
    """The id and the status in each line that a run prints."""
    said = program("due", *words, of=ENDED)
    assert said.code == 0
    assert re.fullmatch(r"(\d+ not known yet on [-\d]+\n)?", said.err)
    return [(line.split("\t")[0], line.split("\t")[1]) for line in said.out.splitlines()]


def test_away_from_a_terminal_what_is_only_to_review_comes_last_and_nothing_comes_twice(tmp_path):
    soon = RAIN.replace("deadline:", "review: 2026-02-01\ndeadline:")
    far = RAIN.replace("deadline: 2027", "review: 2026-01-01\ndeadline: 2029")
    late = RAIN.replace("deadline: 2027", "deadline: 2026").replace("made: 2027", "made: 2026")
    path = folder(tmp_path, a_far=far, b_soon=soon, c_late=late)
    lines = program("--as-of", "2027-02-01", "due", "--within", "1y", of=path).out.splitlines()
    assert [line.split("\t")[:2] for line in lines] == [
        ["c-late", "due"],
        ["b-soon", "open"],
        ["a-far", "open"],
    ]
    two = program("--as-of", "2027-02-01", "due", "--within", "1y", "--limit", "3", of=path).out
    assert two.splitlines() == lines
    document = json.loads(program("--as-of", "2027-02-01", "due", "--json", of=path).out)
    assert [row["id"] for row in document["review"]] == ["a-far", "b-soon"]


def test_away_from_a_terminal_a_line_is_one_of_list():
    lines = program("due", "--within", "2y", of=ENDED).out
    assert lines == program("list", of=ENDED).out
    assert lines.count("\n") == 4


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ([], ["tram"]),
        (["--within", "182d"], ["tram"]),
        (["--within", "183d"], ["tram", "festival"]),
        (["--within", "+183d"], ["tram", "festival"]),
        (["--within", " 26W "], ["tram"]),
        (["--within", "27w"], ["tram", "festival"]),
        (["--within", "6m"], ["tram", "festival"]),
        (["--within", "In 1 year"], ["tram", "festival", "heat"]),
        (["--within", "1y", "--tag", "city"], ["tram", "festival"]),
        (["--within", "1y", "--status", "open"], ["festival", "heat"]),
        (["--within", "2y", "--kind", "date"], ["ship"]),
        (["--as-of", "2026-12-30", "--kind", "date"], ["ship"]),
        (["--within", "0d"], ["tram"]),
        (["--within", "2y", "--limit", "2"], ["tram", "festival"]),
    ],
)
def test_a_span_a_day_and_filters_say_what_is_shown(words, found):
    assert [name for name, _ in rows(*words)] == found


def test_a_date_comes_due_by_its_points_one_after_another():
    for day, status in [("2026-11-01", None), ("2026-12-15", "open"), ("2028-12-01", "open")]:
        found = [status for _, status in rows("--as-of", day, "--kind", "date")]
        assert found == ([status] if status else [])
    assert rows("--as-of", "2029-01-01", "--kind", "date") == [("ship", "due")]


@pytest.mark.parametrize("span", ["soon", "2027", "2027-06-01", "-3d", "30", "", "5x", "99999y"])
def test_what_is_no_span_is_refused(span):
    said = program("due", "--within", span, of=ENDED)
    assert (said.code, said.out) == (2, "")
    assert "--within: " in said.err


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ([], 0),
        (["--exit-code"], 1),
        (["--exit-code", "--json"], 1),
        (["--exit-code", "--limit", "1"], 1),
        (["--exit-code", "--tag", "city"], 1),
        (["--exit-code", "--by", "Eve Example"], 0),
        (["--exit-code", "--within", "2y", "--status", "open"], 0),  # soon is no reason
        (["--exit-code", "--as-of", "2026-12-31"], 0),
    ],
)
def test_the_exit_code_is_one_only_where_something_awaits_an_outcome(words, code):
    assert program("due", *words, of=ENDED).code == code


@pytest.mark.parametrize("columns", [0, 80])
def test_a_broken_file_is_named_and_the_rest_is_shown(tmp_path, columns):
    folder(tmp_path, rain=RAIN, broken=BROKEN)
    said = program("due", "--within", "5w", of=tmp_path, columns=columns)
    assert said.code == 0
    assert "It rains on the first of April" in said.out
    assert "broken.yaml:8:18" in said.err
    late = ("due", "--exit-code", "--as-of", "2027-05-01")
    assert program(*late, of=tmp_path, columns=columns).code == 1
    assert program("due", "--exit-code", of=tmp_path, columns=columns).code == 4


def test_the_document_holds_rows_of_list_in_two_parts():
    said = program("due", "--json", "--within", "1y", of=ENDED)
    assert (said.code, said.err) == (0, "")
    found = json.loads(said.out)
    shape = {"schema": (str,), "as_of": (str,), "due": [ROW], "soon": [ROW], "until": (str,)}
    assert_fits(found, shape)
    assert (found["schema"], found["as_of"]) == ("predtrack/due/1", "2027-03-01")
    assert found["until"] == "2028-03-01"
    assert [row["id"] for row in found["due"]] == ["tram"]
    assert [row["id"] for row in found["soon"]] == ["festival", "heat"]
    listed = json.loads(program("list", "--json", of=ENDED).out)["predictions"]
    assert [*found["due"], *found["soon"]] == listed[:3]
    cut = json.loads(program("due", "--json", "--within", "1y", "--limit", "2", of=ENDED).out)
    assert [len(cut["due"]), len(cut["soon"])] == [1, 1]
    empty = json.loads(program("due", "--json", "--by", "nobody", of=ENDED).out)
    assert (empty["due"], empty["soon"]) == ([], [])


def test_on_a_terminal_at_most_fifty_are_shown_and_the_rest_are_counted(tmp_path):
    late = RAIN.replace("2027-04-01", "2027-02-01")
    late_ones = {f"late{number:02}": late for number in range(48)}
    folder(tmp_path, **late_ones, **{f"soon{number}": RAIN for number in range(5)})
    out = program("due", "--within", "5w", of=tmp_path, columns=80).out
    assert out.count("It rains") == 50
    assert "48 predictions await an outcome on 2027-03-01\n" in out
    assert "\n\n5 predictions come due by 2027-04-05\n" in out
    assert out.endswith("\n3 more: --limit 0 shows all, filters show fewer.\n")
    few = program("due", "--within", "5w", "--limit", "1", of=tmp_path, columns=80).out
    assert [few.count(f"{more} more: --limit 0 shows all") for more in (47, 5)] == [1, 1]
    every = program("due", "--within", "5w", "--limit", "0", of=tmp_path, columns=80).out
    assert (every.count("It rains"), "more:" in every) == (53, False)
    assert program("due", "--within", "5w", of=tmp_path).out.count("It rains") == 53


def test_only_what_is_due_is_coloured_and_only_when_asked():
    out = program("--color", "always", "due", "--within", "1y", of=ENDED).out
    assert [line.startswith("\x1b[1;31m") for line in out.splitlines()] == [True, False, False]
    assert "\x1b" not in program("due", of=ENDED).out


@pytest.mark.parametrize("name", sorted(set(HOSTILE) - {"carriage"}))
def test_hostile_text_is_shown_and_not_obeyed(tmp_path, name):
    text, shown = HOSTILE[name]
    folder(tmp_path, x=record(text).replace("outcome:\n  {", "x-outcome:\n  {"))
    for columns in (0, 80, 140):
        said = program("due", of=tmp_path, columns=columns)
        assert (said.code, said.err) == (0, "")
        assert obeyed(said.out) == set()
        assert shown in said.out

"""What `list` and `show` print: filters, orders and limits, cards and lines, and the page."""

from __future__ import annotations

import json
import re

import pytest
from rich.cells import cell_len

from test_cli import ENDED, RAIN, Said, folder, program


def ids(*words: str) -> list[str]:
    """The ids that a list of the folder with all kinds of outcomes prints."""
    said = program("list", *words, of=ENDED)
    assert (said.code, said.err) == (0, "")
    return [line.split("\t")[0] for line in said.out.splitlines()]


def test_a_list_holds_what_is_due_first_then_by_the_next_day():
    assert ids() == ["tram", "festival", "heat", "ship"]


def test_a_line_holds_seven_cells():
    said = program("list", of=ENDED)
    assert said.out.splitlines()[0].split("\t") == [
        *("tram", "due", "2026-12-31", "-60", "Ada Example", "40%"),
        "The new tram line to the harbour opens in 2026",
    ]
    assert said.out.splitlines()[1].split("\t")[4:6] == ["山田 花子; Ben Example", "12.5%; 20%"]
    assert said.out.splitlines()[3].split("\t")[3] == "671"  # to the next point, not to the last


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["--status", "due"], ["tram"]),
        (["--status", "void"], ["ferry", "tram-riders"]),
        (["--status", "due", "--status", "void"], ["tram", "ferry", "tram-riders"]),
        (["--by", "山田 花子"], ["festival"]),
        (["--by", "Eve Example", "--status", "all"], ["visitors"]),
        (["--by", "nobody"], []),
        (["--tag", "city"], ["tram", "festival"]),
        (["--tag", "transport", "--status", "resolved"], ["bridge"]),
        (["--kind", "date"], ["ship"]),
        (["--kind", "date", "--kind", "numeric"], ["heat", "ship"]),
        (["--family", "tram", "--status", "all"], ["tram", "tram-riders"]),
        (["--family", "heat"], ["heat"]),  # without one, a prediction is a family of its own
        (["--text", "HARBOUR"], ["tram", "festival", "ship"]),
        (["--text", "of course they", "--status", "all"], ["strike"]),
        (["--since", "2026-12-01"], ["festival", "heat"]),
        (["--since", "2027"], ["festival", "heat"]),
        (["--until", "2026-01"], ["ship"]),
        (["--made", "2026-01"], ["ship"]),
        (["--made", "2026-06..2026"], ["tram", "festival"]),
        (["--made", "..2026-05"], ["ship"]),
        (["--due", "2028"], ["ship"]),
        (["--due", "..2027-08"], ["tram", "festival"]),
        (["--decided", "2026-05", "--status", "all"], ["frost", "comet"]),
        (["--since", "2026-06", "--until", "2026-06"], ["tram"]),
        (["--limit", "2"], ["tram", "festival"]),
        (["--limit", "0", "--kind", "date"], ["ship"]),
        (["--sort", "id"], ["festival", "heat", "ship", "tram"]),
        (["--sort", "made"], ["festival", "heat", "tram", "ship"]),
    ],
)
def test_filters_orders_and_limits(words, found):
    assert ids(*words) == found


def test_all_shows_every_prediction():
    assert set(ids("--status", "all")) == {path.stem for path in ENDED.glob("*.yaml")}


def test_what_was_made_later_than_the_day_is_not_known_yet():
    said = program("--as-of", "2026-02-01", "list", "--tag", "transport", of=ENDED)
    assert [line.split("\t")[:2] for line in said.out.splitlines()] == [
        ["bridge", "open"],
        ["tram", "open"],
    ]
    assert "70%; 50%" in said.out  # neither revised nor withdrawn


def test_on_a_terminal_at_most_fifty_are_shown_and_the_rest_are_counted(tmp_path):
    folder(tmp_path, **{f"rain{number:02}": RAIN for number in range(53)})
    said = program("list", of=tmp_path, columns=80)
    assert said.out.count("It rains") == 50
    assert "3 more: --limit 0 shows all, filters show fewer." in said.out
    assert program("list", "--limit", "0", of=tmp_path, columns=80).out.count("It rains") == 53
    assert program("list", "--limit", "1", of=tmp_path, columns=80).out.count("It rains") == 1
    assert len(program("list", of=tmp_path).out.splitlines()) == 53
    few = program("score", "--limit", "2", of=tmp_path, columns=80)
    assert "51 more: --limit 0 shows all." in few.out


def test_the_heading_says_how_many_of_how_many():
    said = program("list", "--tag", "city", of=ENDED, columns=80)
    first = said.out.splitlines()[0]
    assert first == "2 of 17 predictions on 2027-03-01 (3 open, 1 due, 11 resolved, 2 void)"


def test_an_empty_list_says_so_on_a_terminal_only(tmp_path):
    assert program("list", of=folder(tmp_path)) == Said(0, "", "")
    said = program("list", of=tmp_path, columns=80)
    assert said.out.strip() == "0 predictions on 2027-03-01 (none)"


@pytest.mark.parametrize("columns", [80, 140])
def test_words_too_long_for_a_list_are_cut_and_numbers_never(tmp_path, columns):
    words = "so many words that no list can hold them " + "incomprehensibilities " * 16
    long = RAIN.replace("probability: 70%", f"words: {words}")
    said = program("list", of=folder(tmp_path, rain=long), columns=columns)
    assert "…" in said.out
    assert all(len(line) <= columns for line in said.out.splitlines())


def test_wide_signs_lose_no_letter_where_they_fill_a_line(tmp_path):
    claim = "港まつりは百万人を集める (the harbour festival draws a million people)"
    folder(tmp_path, festival=RAIN.replace("It rains on the first of April", claim))
    for columns in range(60, 160):
        out = program("list", of=tmp_path, columns=columns).out
        assert "…" not in out


def test_a_page_says_everything_of_a_prediction():
    said = program("show", "bridge", of=ENDED)
    assert (said.code, said.err) == (0, "")
    for part in (
        *("The old bridge is open", "bridge · binary · deadline 2026-03-31 · resolved"),
        *("How it ended", "decided   2026-03-31", "judge     Cleo Example"),
        *("https://example.org/road-works", "85%", '"cars will be back', "Criteria"),
        *("(0.85 - 0)² = .7225", "60%: Two of three such works", "bridge.yaml"),
    ):
        assert part in said.out


@pytest.mark.parametrize(
    ("identity", "told"),
    [
        ("tram", "due, 60 days ago"),
        ("tram", "revised since"),
        ("tram", "withdrawn 2026-05-01"),
        ("ship", "deadline 2028-12-31 · open, in 671 days"),
        ("ship", "had not happened by 2026-12-31"),
        ("comet", "resolved, decided early"),
        ("comet", "from the day after"),
        ("tram-riders", "void, its condition failed: bridge ended in no"),
        ("tram-riders", "The bridge is open in time; bridge"),
        ("ferry", "too_vague"),
        ("festival", "deadline 2027-08-31 (assumed)"),
        ("cup", "answer   South End"),
        ("harvest", "bad, fair, good (in order)"),
        ("quorum", "70% (in part)"),
        ("quorum", "in part"),
        ("stadium", "The vote was close."),
        ("strike", "hit  (hit or miss, no probability was stated)"),
        ("cost", "12.4 million EUR in [10, 15] = hit"),
        ("visitors", "width 15000 + 2/0.2 × 3000 above = 45000 visitors"),
        ("visitors", "at least 45000 visitors (90%)"),
        ("visitors", "41200 visitors: No change from 2025."),
        ("heat", "97% ≤ 40 °C"),
        ("frost", "Ben Example, inferred"),
        ("frost", "stated as a phrase: counted apart"),
        ("frost", "not stated: inferred, assumed or disputed"),
    ],
)
def test_a_page_tells_each_kind_of_ending(identity, told):
    assert told in program("show", identity, of=ENDED, columns=200).out


def test_a_page_names_the_next_day_where_it_is_not_the_deadline():
    said = program("--as-of", "2026-06-01", "show", "ship", of=ENDED)
    assert "deadline 2028-12-31 · open, next 2026-12-31, in 213 days" in said.out


def test_what_differs_in_a_forecasts_own_source_is_shown(tmp_path):
    text = RAIN.replace("tags: [weather]", "source: {title: A talk, url: https://example.org/a}")
    text += "    source: {locator: page 9, published: 2027-01-09, reading: primary}\n"
    text += "    rationale: |\n      Clouds:\n      - many\nnote: kept\nsupersedes: older\n"
    said = program("show", "rain", of=folder(tmp_path, rain=text))
    assert "page 9; published 2027-01-09; primary reading" in said.out
    assert "A talk\n  https://example.org/a\n" in said.out
    assert "supersedes  older" in said.out


NARROW = [20, 24, 30, 49]


@pytest.mark.parametrize("columns", NARROW)
@pytest.mark.parametrize("words", [["list", "--status", "all"], ["due"]], ids=" ".join)
def test_a_very_narrow_terminal_shows_every_word_whole(words, columns):
    """No word is broken that fits on a line, and nothing is left out or wider than the screen."""
    narrow = program(*words, of=ENDED, columns=columns).out
    assert max(map(cell_len, narrow.splitlines())) <= columns
    document = json.loads(program(*words, "--json", of=ENDED).out)
    for row in document.get("predictions", document.get("due")):
        names = [each["by"] for each in row["forecasts"][:3]]  # more are counted
        for word in re.findall(r"[A-Za-z0-9.%-]+", " ".join([row["claim"], row["id"], *names])):
            assert word in narrow or len(word) > columns - 3

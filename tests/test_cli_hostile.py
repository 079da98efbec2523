"""Text that means harm: shown for what it is, everywhere, and never obeyed."""

from __future__ import annotations

import json
import re
import unicodedata

import pytest

from test_cli import RAIN, folder, program
from test_cli_streams import on_terminal

# as it stands between double quotes in a YAML file -> as it is shown
HOSTILE = {
    "markup": ("[red]x[/]", "[red]x[/]"),
    "closing": ("[/]", "[/]"),
    "unknown-closing": ("[/nothing]", "[/nothing]"),
    "link": ("[link=javascript:alert(1)]x", "[link=javascript:alert(1)]x"),
    "emoji-code": (":smile:", ":smile:"),
    "backslash": ("\\\\[red]", "\\[red]"),
    "escape": ("a\\e[31mb", "a\\x1b[31mb"),
    "title": ("\\e]0;owned\\a", "\\x1b]0;owned\\x07"),
    "c1": ("a\\x9b31mb", "a\\x9b31mb"),
    "delete": ("a\\x7fb", "a\\x7fb"),
    "bidi": ("a\\u202eb\\u2066c", "a\\u202eb\\u2066c"),
    "zero-width": ("a\\u200bb\\ufeffc", "a\\u200bb\\ufeffc"),
    "hangul-filler": ("a\\u3164b", "a\\u3164b"),
    "tag": ("a\\U000e0041b", "a\\U000e0041b"),
    "carriage": ("a\\rb", "a\\rb"),
    "backspace": ("a\\bb", "a\\x08b"),
    "harmless": ("👩‍🚀 می‌خواهم", "👩‍🚀 می‌خواهم"),
}


def record(text: str) -> str:
    """A record that holds a text wherever one may stand."""
    quoted = f'"{text}"'
    return f"""\
claim: {quoted}
kind: choice
criteria: {quoted}
options: [{quoted}, other]
unit: {quoted}
deadline: 2027-02-01
tags: [{quoted}]
family: {quoted}
condition: {{text: {quoted}}}
source: {{title: {quoted}, url: {quoted}, locator: {quoted}}}
reference: {{probabilities: {{{quoted}: 50%, other: 50%}}, note: {quoted}}}
outcome:
  {{answer: other, decided: 2027-02-01, judge: {quoted}, evidence: [{quoted}], note: {quoted}}}
forecasts:
  - by: {quoted}
    made: 2027-01-10
    probabilities: {{{quoted}: 70%, other: 30%}}
    words: {quoted}
    rationale: {quoted}
note: {quoted}
x-own: {quoted}
"""


def obeyed(text: str) -> set[str]:
    """The characters of an output that a terminal would obey or a reader not see."""
    found = {sign for sign in text if unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Zl", "Zp"}}
    return found - {"\n", "\t", "\u200c", "\u200d"}


COMMANDS = [["list", "--status", "all"], ["show", "x"], ["score"], ["report"], ["check"]]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_shown_and_not_obeyed(tmp_path, name):
    text, shown = HOSTILE[name]
    one_line = name != "carriage"  # a name with a line break in it is refused
    written = RAIN.replace("It rains on the first of April", f'"{text}"')
    folder(tmp_path, x=record(text) if one_line else written)
    for words in COMMANDS:
        for columns in (0, 80, 140):
            said = program(*words, of=tmp_path, columns=columns)
            assert (said.code, said.err) == (0, "")
            assert obeyed(said.out) == set()
            if words[0] in {"list", "show"}:
                assert shown in said.out


@pytest.mark.parametrize("columns", [80, 140])
def test_a_real_terminal_is_sent_only_the_programs_own_colours(tmp_path, columns):
    text = "".join(HOSTILE[name][0] for name in ("markup", "link", "escape", "title", "c1"))
    folder(tmp_path, x=record(text).replace("outcome:\n", "x-outcome:\n"))
    for words in (["list"], ["show", "x"]):
        out = on_terminal(*words, columns=columns, of=tmp_path, NO_COLOR="", TERM="xterm")
        assert "\x1b[1m" in out
        assert obeyed(re.sub(r"\x1b\[[\d;]*m", "", out)) == set()
        assert not re.search(r"\x1b\[(?!(\d+(;\d+)*)?m)", out)
        assert "\x1b]" not in out


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_in_an_error_is_shown_and_not_obeyed(tmp_path, name):
    text, shown = HOSTILE[name]
    folder(
        tmp_path,
        kind=RAIN.replace("binary", f'"{text}"'),
        key=RAIN.replace("tags:", f'"{text}":'),
        value=RAIN.replace("70%", f'"{text}"'),
        day=RAIN.replace("2027-04-01", f'"{text}"'),
    )
    for words in (["check"], ["list"], ["show", "kind"], ["report"]):
        said = program(*words, of=tmp_path)
        assert obeyed(said.out + said.err) == set()
        assert shown.replace("\\r", " ") in (said.out + said.err).replace("\\r", " ")


def test_hostile_words_of_the_command_line_are_shown_and_not_obeyed(tmp_path):
    folder(tmp_path, rain=RAIN)
    word = "a\x1b[31m\u202eb"
    for words in (
        *(["show", word], ["list", "--status", word], ["list", f"--{word}"], [word]),
        *(["list", "--since", word], ["resolve", "rain", word], ["export", word]),
        *(["resolve", "rain", "yes", "--decided", word], ["report", "--at", word]),
        *(["--folder", f"{tmp_path}/{word}", "list"], ["init", f"{tmp_path}/rain.yaml/{word}"]),
    ):
        said = program(*words, of=tmp_path)
        assert said.code in {2, 3, 5}
        assert obeyed(said.out + said.err) == set()
        assert "\\x1b[31m" in said.err


def test_hostile_text_that_is_written_is_shown_first(tmp_path):
    folder(tmp_path, rain=RAIN)
    said = program("resolve", "rain", "no", "--note", "a\x1b[31m\u202eb [red]", of=tmp_path)
    assert said.code == 0
    assert obeyed(said.out + said.err) == set()
    assert (tmp_path / "rain.yaml").read_text().isascii()
    shown = program("show", "rain", of=tmp_path)
    assert "a\\x1b[31m\\u202eb [red]" in shown.out


def test_hostile_paths_are_shown_and_not_obeyed(tmp_path):
    below = tmp_path / "a\x1b[31m\u202eb[red]"
    folder(below, rain=RAIN, broken=RAIN.replace("70%", "90"))
    (below / "x\x1b[0m.yaml").write_text(RAIN)
    (below / "y\x07.yml").write_text("")
    for words in (["list"], ["check"], ["show", "broken"], ["export", "csv"]):
        said = program(*words, of=tmp_path)
        assert obeyed(said.out + said.err) == set()
        assert "a\\x1b[31m\\u202eb[red]/broken.yaml:8:18" in said.out + said.err
    (below / "broken.yaml").unlink()
    (below / "x\x1b[0m.yaml").unlink()
    assert "a\\x1b[31m\\u202eb[red]/rain.yaml" in program("show", "rain", of=tmp_path).out


def test_hostile_names_of_new_files_are_shown_and_not_obeyed(tmp_path):
    folder(tmp_path / "records", rain=RAIN)
    name = str(tmp_path / "a\x1b[31m\u202eb")
    for words in (["init", f"{name}-1"], ["export", "csv", "-o", f"{name}-2"]):
        said = program(*words, of=tmp_path / "records")
        assert said.code == 0
        assert obeyed(said.out + said.err) == set()
        assert "a\\x1b[31m\\u202eb" in said.err


def test_json_keeps_texts_as_they_are_with_controls_escaped(tmp_path):
    text, _ = HOSTILE["escape"]
    folder(tmp_path, x=record(text))
    said = program("list", "--json", "--status", "all", of=tmp_path)
    assert "\x1b" not in said.out
    assert json.loads(said.out)["predictions"][0]["claim"] == "a\x1b[31mb"


@pytest.mark.parametrize("columns", [80, 140])
def test_wide_signs_and_emoji_stay_aligned(tmp_path, columns):
    from rich.cells import cell_len

    claims = ["港まつりは百万人を集める", "👩‍🚀 goes to the moon", "café und Köln", "plain"]
    records = {f"r{number}": RAIN.replace("It rains", each) for number, each in enumerate(claims)}
    folder(tmp_path, **records)
    lines = program("list", of=tmp_path, columns=columns).out.splitlines()
    starts = {
        cell_len(line[: line.index(each)]) for each in claims for line in lines if each in line
    }
    assert len(starts) == 1
    if columns == 140:
        ends = {cell_len(line[: line.index("Ada")]) for line in lines if "Ada" in line}
        assert len(ends) == 1

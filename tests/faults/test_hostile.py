"""The hostile corpus: every file refused with its message or shown for what it is, never obeyed."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

from faults import hostile
from faults.program import Server, contents, run
from predtrack.views.text import visible
from test_cli import program

SHOWN = hostile.CORPUS / "shown"
FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]")
STYLE = re.compile(r"\x1b\[[\d;]*m")


@pytest.fixture(scope="module")
def laid_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The corpus of what is refused, with what no repository can hold."""
    return hostile.lay_out(tmp_path_factory.mktemp("hostile") / "corpus")


@pytest.fixture(scope="module")
def said(shared: Server, laid_out: Path) -> list[str]:
    """The lines of `check` over it, and over what takes more than a moment to read."""
    heavy = hostile.lay_out(laid_out.parent / "heavy", heavy=True)
    lines = []
    for root in (laid_out, heavy):
        ended = run(shared, "--folder", str(root), "check")
        assert (ended.code, ended.err) == (1, "")
        assert hostile.obeyed(ended.out) == set()
        lines += ended.out.splitlines()
    return lines


def test_the_table_names_every_file_and_no_other():
    names = {path.stem for path in (hostile.CORPUS / "refused").iterdir()}
    assert sorted(each.name for each in hostile.refused()) == sorted(names)
    assert set(hostile.shown()) == {path.stem for path in SHOWN.iterdir()}
    assert len(names) > 60


@pytest.mark.parametrize("each", hostile.refused(), ids=lambda each: each.name)
def test_a_file_that_is_refused_has_its_one_message(said, each):
    assert [line for line in said if line.startswith(f"{each.name}.yaml:")] == [each.line]


@pytest.mark.parametrize("name", hostile.MADE, ids=visible)
def test_what_no_repository_can_hold_has_its_message_or_is_passed_over(said, name):
    begins = re.escape(f"{visible(name)}:{hostile.MADE[name][1]}").replace(r"\*", r"\d+")
    found = [line for line in said if line.startswith(f"{visible(name)}:")]
    if not hostile.MADE[name][1]:
        assert found == []
    else:
        assert any(re.match(begins, line) for line in found), found


def test_a_file_of_many_mistakes_hides_none_of_another(said):
    assert sum(line.startswith("keys.yaml:") for line in said) == 500
    assert [line for line in said if line.startswith("sound.yaml")] == []


CODES = {
    "list": 0,
    "list --json": 0,
    "show sound": 0,
    "show bell": 4,
    "show fifo": 4,
    "resolve fifo yes": 4,
    "resolve endless yes": 4,
    "resolve twin yes": 4,
    "reopen dangling": 4,
    "report": 4,
    "score": 4,
    "export csv": 4,
    "check --strict": 1,
    "check --json": 1,
}


@pytest.mark.parametrize("command", CODES)
def test_no_command_hangs_crashes_obeys_or_changes_anything(to, laid_out, command):
    words, code = command.split(), CODES[command]
    before = contents(laid_out / "below")
    ended = run(to, "--folder", str(laid_out), *words)
    assert ended.code == code
    assert "Traceback" not in ended.err
    if "--json" in words:
        assert json.loads(ended.out)
    else:
        assert hostile.obeyed(ended.out + ended.err) == set()
    if code == 4:
        assert "invalid" in ended.err or "nothing was changed" in ended.err
    assert contents(laid_out / "below") == before


@pytest.mark.parametrize("name", hostile.shown())
def test_a_hostile_record_is_listed_and_shown_for_what_it_is(to, name):
    text = hostile.shown()[name]
    listed = run(to, "--folder", str(SHOWN), "list", "--status", "all")
    (line,) = [each for each in listed.out.splitlines() if each.startswith(f"{name}\t")]
    assert line.split("\t")[6].startswith(text)
    page = run(to, "--folder", str(SHOWN), "show", name)
    assert text[:20] in page.out
    for ended in (listed, page):
        assert (ended.code, ended.err) == (0, "")
        assert hostile.obeyed(ended.out) == set()


@pytest.mark.parametrize("words", [["list"], ["show", "{}"], ["check"]], ids=" ".join)
def test_a_colour_asked_for_is_the_only_thing_a_terminal_obeys(to, words):
    for name in hostile.shown() if "{}" in words else ["-"]:
        words = [word.replace("{}", name) for word in words]
        ended = run(to, "--folder", str(SHOWN), "--color", "always", *words)
        assert ended.code == 0
        assert hostile.obeyed(STYLE.sub("", ended.out)) == set()
        assert not re.search(r"\x1b\[(5|6|8|25)m|\x1b\]", ended.out)


@pytest.mark.parametrize("table", ["forecasts", "predictions", "chances"])
def test_no_cell_of_an_export_is_a_formula(to, table):
    ended = run(to, "--folder", str(SHOWN), "export", "csv", "--table", table)
    assert (ended.code, ended.err) == (0, "")
    rows = list(csv.DictReader(ended.out.splitlines()))
    texts = ("id", "claim", "by", "words", "family", "tags", "unit", "target", "source_title")
    cells = [row[name] for row in rows for name in texts if name in row]
    assert len(rows) > 30
    assert [cell for cell in cells if FORMULA.match(cell)] == []
    if table != "chances":
        claims = {row["id"]: row["claim"] for row in rows}
        assert claims["formula"] == "'=1+1"
        assert claims["formula-full-width"] == "'\uff1dcmd"


@pytest.mark.parametrize("table", ["forecasts", "predictions", "chances"])
def test_an_export_on_a_terminal_sends_nothing_that_it_obeys(table):
    said = program("export", "csv", "--table", table, of=SHOWN, columns=80)
    assert (said.code, said.err) == (0, "")
    assert hostile.obeyed(said.out) == set()
    assert "\\u009b" in said.out


@pytest.mark.parametrize("command", ["list", "report", "score", "show controls", "show c1-csi"])
def test_json_is_whole_for_a_program_and_harmless_on_a_terminal(command):
    words = [*command.split(), "--json"]
    plain, shown = (program(*words, of=SHOWN, columns=columns) for columns in (0, 80))
    assert json.loads(plain.out) == json.loads(shown.out)
    assert hostile.obeyed(shown.out) == set()
    assert not re.search(r"[\x00-\x09\x0b-\x1f]", plain.out)


def test_nothing_of_the_corpus_was_run():
    assert not Path("owned").exists()
    assert not (SHOWN / "owned").exists()

"""The program as a whole: which folder, which day, who speaks, and how a mistake is answered."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import NamedTuple
from unittest import mock

import pytest

import predtrack
from predtrack import __main__ as entry
from predtrack.cli import hoisted, run
from predtrack.store import files

ROOT = Path(__file__).parents[1]
ENDED = Path(__file__).parent / "golden" / "folder"  # outcomes of all kinds

RAIN = """\
claim: It rains on the first of April
kind: binary
deadline: 2027-04-01
tags: [weather]
forecasts:
  - by: Ada Example
    made: 2027-01-10
    probability: 70%
"""
BROKEN = RAIN.replace("70%", "90")


class Said(NamedTuple):
    """What a run of the program came to."""

    code: int
    out: str
    err: str


class Terminal(io.TextIOWrapper):
    """An output that says a person looks at it."""

    def isatty(self) -> bool:
        return True


def folder(path: Path, **records: str) -> Path:
    """The path with records in it: a keyword's underscores stand for dashes."""
    path.mkdir(parents=True, exist_ok=True)
    for name, text in records.items():
        (path / f"{name.replace('_', '-')}.yaml").write_bytes(text.encode())
    return path


def program(
    *words: str, of: Path | None = None, columns: int = 0, encoding: str = "utf-8", **named: str
) -> Said:
    """A run in this process; with columns, on a terminal. `named` are environment variables."""
    kept = {
        name: os.environ[name] for name in ("PATH", "HOME", "XDG_CACHE_HOME") if name in os.environ
    }
    kept |= {"PREDTRACK_AS_OF": "2027-03-01", "PREDTRACK_BY": "Cleo Example", "NO_COLOR": "1"}
    kept |= {"PREDTRACK_FOLDER": str(of)} if of else {}
    kept |= {"COLUMNS": str(columns)} if columns else {}
    held = io.BytesIO(), io.BytesIO()
    out = (Terminal if columns else io.TextIOWrapper)(held[0], encoding=encoding)
    err = io.TextIOWrapper(held[1], encoding=encoding, errors="backslashreplace")
    with mock.patch.dict(os.environ, kept | named, clear=True), mock.patch("sys.stdout", out):
        with mock.patch("sys.stderr", err):
            code = run(list(words))
        out.flush()
    err.flush()
    return Said(code, held[0].getvalue().decode(), held[1].getvalue().decode())


def test_without_a_command_what_is_open_and_due_is_listed(tmp_path):
    said = program(of=folder(tmp_path, rain=RAIN))
    assert said.out.split("\t")[:4] == ["rain", "open", "2027-04-01", "31"]
    assert said == program("list", of=tmp_path)


@pytest.mark.parametrize(
    "words",
    [
        "list --json",
        "due",
        "stats",
        "score",
        "score --json",
        "report --json",
        "export csv",
        "check",
    ],
)
def test_nothing_hangs_on_the_order_in_which_a_disk_lists_its_files(words):
    real, said = files._entries, []
    for turned in (False, True):

        def listed(*asked, turned=turned):
            return sorted(real(*asked), key=lambda each: each.name, reverse=turned)

        with mock.patch.object(files, "_entries", listed):
            said.append(program(*words.split(), of=ENDED))
    assert said[0] == said[1]
    assert (said[0].code, said[0].err) == (0, "")


def test_the_version_is_said_by_its_option():
    assert program("--version") == Said(0, f"predtrack {predtrack.__version__}\n", "")


def test_the_entry_says_the_version_and_else_leaves_with_the_exit_code(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["predtrack", "--version"])
    entry.main()
    assert capsys.readouterr().out == f"predtrack {predtrack.__version__}\n"
    monkeypatch.setattr(sys, "argv", ["predtrack", "--nonsense"])
    with pytest.raises(SystemExit) as left:
        entry.main()
    assert left.value.code == 2


def test_every_command_has_help_with_an_example_and_nothing_of_its_insides():
    names = [line.split()[0] for line in program("-h").out.split("Commands:")[1].splitlines()[1:]]
    assert {"list", "show", "resolve", "reopen", "score", "report"} <= set(names)
    assert {"export", "check", "schema", "init"} <= set(names)
    for name in names:
        said = program(name, "--help")
        assert said.code == 0
        assert f"Example: predtrack {name}" in said.out
        assert "kept" not in said.out.split("Options:")[1].replace("is kept", "")


def test_the_folder_is_the_nearest_one_upwards(tmp_path, monkeypatch):
    folder(tmp_path / "predictions", rain=RAIN)
    below = tmp_path / "src" / "deep"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    assert program("list").out.startswith("rain\t")
    said = program("--folder", "../../predictions", "check")
    assert said == Said(0, "", "")


def test_the_option_for_the_folder_wins_over_the_environment(tmp_path):
    folder(tmp_path / "a", rain=RAIN)
    folder(tmp_path / "b", sun=RAIN)
    assert program("--folder", str(tmp_path / "b"), of=tmp_path / "a").out.startswith("sun\t")


def test_without_a_folder_the_way_to_one_is_told(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = program("list")
    assert (said.code, said.out) == (3, "")
    assert "predtrack init" in said.err
    assert "--folder" in said.err
    assert program("list", of=tmp_path / "none").code == 3


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (("--as-of", "2027-04-01", "list"), "open"),
        (("--as-of", "2027-04-02", "list"), "due"),
        (("list", "--as-of", "2027-04-02"), "due"),
        (("list", "--as-of=2027-04", "--tag", "weather"), "due"),
        (("--as-of", "today", "list"), None),
    ],
)
def test_the_day_may_stand_before_or_after_the_command(tmp_path, words, status):
    said = program(*words, of=folder(tmp_path, rain=RAIN))
    today = "due" if date.today() > date(2027, 4, 1) else "open"
    assert said.out.split("\t")[1:2] in ([status or today], [])


def test_the_day_of_the_environment_gives_way_to_the_option(tmp_path):
    folder(tmp_path, rain=RAIN)
    assert program(of=tmp_path, PREDTRACK_AS_OF="2027-05-01").out.split("\t")[1] == "due"
    asked = program("--as-of", "2027-03-02", of=tmp_path, PREDTRACK_AS_OF="2027-05-01")
    assert asked.out.split("\t")[3] == "30"


def test_today_is_the_day_where_none_is_named(tmp_path):
    said = program("list", "--json", of=folder(tmp_path, rain=RAIN), PREDTRACK_AS_OF="")
    assert f'"as_of": "{date.today()}"' in said.out


def test_options_that_hold_everywhere_are_moved_before_the_command():
    assert hoisted(["show", "x", "--folder", "d"]) == ["--folder", "d", "show", "x"]
    assert hoisted(["resolve", "x", "--", "-5", "--folder"]) == [
        *("resolve", "x", "--", "-5", "--folder"),
    ]
    assert hoisted(["list", "--as-of"]) == ["--as-of"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("lst",), "Did you mean 'list'"),
        (("list", "--bogus"), "No such option: --bogus; see predtrack --help"),
        (("list", "--as-of"), "'--as-of' requires an argument"),
        (("list", "--as-of", "soon"), '--as-of: "soon" is not a date; write a day such as'),
        (("list", "--as-of", "2026-02-30"), "there is no day 2026-02-30"),
        (("list", "--limit", "-1"), "-1 is not in the range x>=0; see predtrack --help"),
        (("list", "--status", "opn"), 'did you mean "open"?'),
        (("list", "--kind", "zzz"), "write binary, choice, numeric or date"),
        (("list", "--sort", "mad"), 'did you mean "made"?'),
        (("list", "--since", "2027-13"), "no such month"),
        (("--color", "red", "list"), "auto, always or never"),
        (("report", "--at", "lead"), "write --at first, lead:30d or last"),
        (("report", "--origin", "statd"), 'did you mean "stated"?'),
        (("report", "--verbal", "none"), "--verbal"),
        (("score", "--rule", "brier"), "log, wis, brier2, baseline"),
        (("export", "xml"), "write csv"),
        (("export", "csv", "--table", "chance"), 'did you mean "chances"?'),
        (("resolve", "rain", "-5"), "put -- before a negative number"),
        (("resolve", "rain", "-.5"), "put -- before a negative number"),
        (("resolve",), "ID is missing; name a prediction, or answer at a terminal"),
        (("resolve", "rain", "void", "--reason", "vague"), "too_vague"),
        (("resolve", "rain", "yes", "--reason", "annulled"), "put other words in --note"),
        (("resolve", "rain", "yes", "--decided", "2027"), "is a period, not a day"),
        (("resolve", "rain", "yes", "--judge", " "), "--judge: the text is empty"),
        (("resolve", "rain", "yes", "--evidence", "a\nb"), "--evidence: the text has more"),
        (("resolve", "rain", "maybe"), "write yes, no, void, or 0 to 1"),
    ],
)
def test_a_slip_is_answered_with_its_remedy_and_two(tmp_path, words, told):
    said = program(*words, of=folder(tmp_path, rain=RAIN))
    assert (said.code, said.out) == (2, "")
    assert told in said.err
    assert said.err.startswith("predtrack: ")
    assert said.err.count("\n") == 1
    assert (tmp_path / "rain.yaml").read_text() == RAIN


def test_an_id_may_be_cut_short_where_it_names_one(tmp_path):
    folder(tmp_path, rain_april=RAIN, rain_may=RAIN, sun=RAIN)
    assert program("show", "su", of=tmp_path) == program("show", "sun", of=tmp_path)
    assert program("show", "sun.yaml", of=tmp_path).code == 0
    said = program("show", "rain", of=tmp_path)
    assert (said.code, said.out) == (3, "")
    assert "rain-april, rain-may; write more of it" in said.err


def test_an_unknown_id_is_answered_with_what_is_near(tmp_path):
    folder(tmp_path, rain_april=RAIN)
    for command in (["show"], ["score"], ["reopen"], ["resolve"]):
        words = [*command, "rian-april", *(["yes"] if command == ["resolve"] else [])]
        said = program(*words, of=tmp_path)
        assert (said.code, said.out) == (3, "")
        assert 'did you mean "rain-april"?' in said.err


def test_an_invalid_record_is_named_by_a_list_and_stops_what_computes(tmp_path):
    folder(tmp_path, rain=RAIN, broken=BROKEN)
    listed = program("list", of=tmp_path)
    assert (listed.code, listed.out.split("\t")[0]) == (0, "rain")
    place = "broken.yaml:8:18: error[probability]: "
    assert listed.err.startswith(place)
    shown = program("show", "broken", of=tmp_path)
    assert (shown.code, shown.out) == (4, "")
    assert "1 record is invalid (broken.yaml)" in shown.err
    assert program("show", "rain", of=tmp_path).code == 0
    for words in (["score"], ["score", "rain"], ["report"], ["export", "csv"]):
        said = program(*words, of=tmp_path)
        assert (said.code, said.out) == (4, "")
        assert said.err.startswith(place)


def test_many_problems_are_cut_short(tmp_path):
    folder(tmp_path, **{f"b{number}": BROKEN for number in range(23)})
    said = program("list", of=tmp_path)
    assert said.err.count("error[probability]") == 20
    assert "and 3 more problems; `predtrack check` lists them all" in said.err


@pytest.mark.parametrize("where", ["lists.listing.listing", "screen.finish"])
def test_an_interrupted_run_says_so_and_leaves_with_130(tmp_path, where):
    with mock.patch(f"predtrack.cli.{where}", side_effect=KeyboardInterrupt):
        said = program("list", "--tag", "none", of=folder(tmp_path, rain=RAIN))
    assert said == Said(
        130, "", "interrupted; no file is half written, and what was shown as changed may be\n"
    )


def test_who_judges_is_taken_from_the_environment_then_from_git(tmp_path):
    folder(tmp_path, rain=RAIN)
    (tmp_path / ".gitconfig").write_text("[user]\n  name = Gitta Example\n")
    home = {"HOME": str(tmp_path), "GIT_CONFIG_NOSYSTEM": "1"}
    for judge, words, by in (
        ("Olga Example", ["--judge", "Olga Example"], "Cleo Example"),
        ("Cleo Example", [], "Cleo Example"),
        ("Gitta Example", [], ""),
    ):
        said = program("resolve", "rain", "no", *words, of=tmp_path, **home, PREDTRACK_BY=by)
        assert said.code == 0
        assert f"+   judge: {judge}\n" in said.out
        assert program("reopen", "rain", of=tmp_path).code == 0


def test_where_nobody_is_named_the_remedy_is_told_and_nothing_changed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder(tmp_path, rain=RAIN)
    words = ("resolve", "rain", "no")
    home = {"HOME": str(tmp_path), "GIT_CONFIG_NOSYSTEM": "1", "PREDTRACK_BY": ""}
    with mock.patch("sys.stdin", io.StringIO()):
        said = program(*words, of=tmp_path, **home)
    assert (said.code, said.out) == (2, "")
    assert "set PREDTRACK_BY, or git's user.name" in said.err
    with mock.patch("sys.stdin", io.StringIO()):
        said = program(*words, of=tmp_path, **home | {"PATH": ""})  # no git at all
    assert said.code == 2
    assert (tmp_path / "rain.yaml").read_text() == RAIN


def test_on_a_terminal_the_name_is_asked_for(tmp_path):
    folder(tmp_path, rain=RAIN)
    asking = "predtrack.cli.session.sys", "typer.prompt", "predtrack.cli.session._git_name"
    with (
        mock.patch(asking[0]),
        mock.patch(asking[1], return_value="Dan Example"),
        mock.patch(asking[2], return_value=""),
    ):
        said = program("resolve", "rain", "no", of=tmp_path, PREDTRACK_BY="")
    assert "+   judge: Dan Example\n" in said.out


def test_the_module_runs_as_a_program(tmp_path):
    folder(tmp_path, rain=RAIN)
    words = [sys.executable, "-m", "predtrack", "--folder", str(tmp_path), "show", "none"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert "Traceback" not in done.stderr

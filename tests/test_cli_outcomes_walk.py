"""`resolve` without an answer, and without an id: a question for each that awaits an outcome."""

from __future__ import annotations

from pathlib import Path

import pytest

from test_cli import RAIN, folder, program
from test_cli_asking import INTERRUPT, LEAVE, talked, typed
from test_cli_resolve import COST, CUP, SHIP

DUE = {"cost": COST, "cup": CUP.replace("deadline: 2026-12-31", "deadline: 2027-01-31")}
BINARY = "Did it happen? (yes, no, void)"
MORE = "; s skip, q stop: "
COST_ASKED = "Which number came in million EUR? (or void)"
CUP_ASKED = "Which one came? (North End, South End, void)"
SHIP_ASKED = "On which day did it happen? (a day; no: not yet; void)"


def texts(path: Path) -> dict[str, str]:
    """The files of a folder, by name."""
    return {each.name: each.read_text() for each in path.iterdir() if each.is_file()}


@pytest.mark.parametrize(
    ("asked", "wrong", "told", "answer"),
    [
        ((RAIN, BINARY), "maybe", "write yes, no, void, or 0 to 1", "yes"),
        ((CUP, CUP_ASKED), "West", '"West" is not one of the options', "South End"),
        ((COST, COST_ASKED), "cheap", '"cheap" is no answer to a numeric', "12.5"),
        ((COST, COST_ASKED), "above", "the prediction has no `range`", "-5"),
        ((SHIP, SHIP_ASKED), "soon", 'ANSWER: "soon" is not a date', "2026-05-06"),
        ((SHIP, SHIP_ASKED), "2026", '"2026" is a period, not a day', "no"),
        ((SHIP, SHIP_ASKED), "+1", '"+1" is not a span of time', "void"),
    ],
)
def test_an_answer_is_asked_for_until_it_fits_the_kind(tmp_path, asked, wrong, told, answer):
    text, question = asked
    with typed("", wrong, answer):
        said = program("resolve", "it", of=folder(tmp_path, it=text))
    assert said.code == 0
    assert said.err.startswith(f"{question}: ")
    assert told in said.err
    assert f"+   answer: {answer}\n" in said.out
    assert f"  answer: {answer}\n" in (tmp_path / "it.yaml").read_text()


def test_a_walk_asks_of_each_that_is_due_those_that_waited_longest_first(tmp_path):
    path = folder(tmp_path / "predictions", **DUE, rain=RAIN, ship=SHIP)
    code, screen = talked(
        ["--folder", str(path), "--as-of", "2027-03-01", "resolve"],
        tmp_path,
        (f"{COST_ASKED}{MORE}", "dear"),
        (f"{COST_ASKED}{MORE}", "12"),
        (f"{SHIP_ASKED}{MORE}", "no"),
        (f"{CUP_ASKED}{MORE}", "South End"),
    )
    assert code == 0
    for number, claim in enumerate(("What the bridge costs", "A ship without", "Which team"), 1):
        assert f"{number} of 3  {claim}" in screen
    assert '"dear" is no answer to a numeric prediction' in screen
    assert "note: ship had not happened by the end of 2027-02-28" in screen
    now = texts(path)
    assert "  answer: 12\n" in now["cost.yaml"]
    assert "  answer: no\n  decided: 2027-02-28\n" in now["ship.yaml"]
    assert "  answer: South End\n" in now["cup.yaml"]
    assert now["rain.yaml"] == RAIN


def test_a_judge_has_the_criteria_and_what_was_said_in_sight(tmp_path):
    text = CUP.replace("deadline:", "criteria: The cup of 2026, by the league's table.\ndeadline:")
    with typed("s"):
        said = program("resolve", of=folder(tmp_path, cup=text))
    assert said.code == 0
    assert "1 of 1  Which team wins" in said.out
    assert "The cup of 2026, by the league's table." in said.out
    assert "North End 50%, South End 50%" in said.out
    assert texts(tmp_path) == {"cup.yaml": text}


@pytest.mark.parametrize(
    ("answers", "code", "asked"),
    [
        (["q"], 0, 1),
        (["s", "q"], 0, 2),
        (["s", "s"], 0, 2),
        ([INTERRUPT], 130, 1),
        (["s", LEAVE], 130, 2),
    ],
)
def test_who_skips_or_stops_has_changed_nothing(tmp_path, answers, code, asked):
    path = folder(tmp_path / "predictions", **DUE)
    questions = (f"{COST_ASKED}{MORE}", f"{CUP_ASKED}{MORE}")
    pairs = list(zip(questions, answers, strict=False))
    left, screen = talked(
        ["--folder", str(path), "--as-of", "2027-03-01", "resolve"], tmp_path, *pairs
    )
    assert left == code
    assert screen.count(MORE) == asked
    assert texts(path) == {f"{name}.yaml": text for name, text in DUE.items()}


def test_what_was_answered_before_stopping_is_kept(tmp_path):
    with typed("12", "q"):
        said = program("resolve", of=folder(tmp_path, **DUE))
    assert said.code == 0
    assert texts(tmp_path)["cost.yaml"] != DUE["cost"]
    assert texts(tmp_path)["cup.yaml"] == DUE["cup"]


def test_a_refusal_in_a_walk_is_told_and_the_walk_goes_on(tmp_path):
    flow = "{claim: It rains, kind: binary, deadline: 2027-01-01, forecasts: "
    flow += "[{by: Ada Example, made: 2026-01-10, probability: 70%}]}\n"
    with typed("12", "yes", "South End"):
        said = program("resolve", of=folder(tmp_path, rain=flow, **DUE))
    assert said.code == 0
    assert "predtrack: rain.yaml is left as it is" in said.err
    now = texts(tmp_path)
    assert now["rain.yaml"] == flow
    assert "  answer: South End\n" in now["cup.yaml"]


def test_a_dry_run_of_a_walk_changes_nothing(tmp_path):
    with typed("12", "South End"):
        said = program("resolve", "--dry-run", of=folder(tmp_path, **DUE))
    assert said.code == 0
    assert said.err.count("nothing was changed (--dry-run)") == 2
    assert texts(tmp_path) == {f"{name}.yaml": text for name, text in DUE.items()}


def test_options_hold_for_each_of_a_walk(tmp_path):
    words = ("--judge", "Olga Example", "--evidence", "https://example.org/a")
    with typed("12", "void"):
        assert program("resolve", *words, of=folder(tmp_path, **DUE)).code == 0
    for text in texts(tmp_path).values():
        assert "  judge: Olga Example\n  evidence:\n    - https://example.org/a\n" in text


def test_where_nothing_is_due_nothing_is_asked(tmp_path):
    with typed("yes"):
        said = program("resolve", of=folder(tmp_path, rain=RAIN))
    assert (said.code, said.out) == (0, "")
    assert said.err == "nothing awaits an outcome on 2027-03-01\n"
    assert texts(tmp_path) == {"rain.yaml": RAIN}


PARENT = "claim: It is built\nkind: binary\ndeadline: 2026-12-31\nforecasts: []\n"
CHILD = (
    "claim: It pays\nkind: binary\ndeadline: 2027-01-31\ncondition: {prediction: built}\n"
    "forecasts:\n  - {by: Ada Example, made: 2026-01-10, probability: 70%}\n"
)
BUILT_NOT = "outcome: {answer: no, decided: 2026-12-31}\nforecasts"


def test_what_is_void_by_its_condition_is_refused_before_the_question(tmp_path):
    path = folder(tmp_path, built=PARENT.replace("forecasts", BUILT_NOT), pays=CHILD)
    with typed():  # nobody answers
        result = program("resolve", "pays", of=path)
    assert (result.code, result.out) == (5, "")
    assert result.err.startswith("predtrack: pays is void, since its condition failed: built ended")
    assert "Did it happen" not in result.err
    assert texts(path)["pays.yaml"] == CHILD


def test_what_a_walk_voids_on_its_way_is_not_asked_about(tmp_path):
    path = folder(tmp_path, built=PARENT, pays=CHILD)
    with typed("no"):
        result = program("resolve", of=path)
    assert result.code == 0
    assert result.err.count("Did it happen") == 1
    assert "pays is void, since its condition failed: built ended in no; no entry" in result.err
    assert texts(path)["pays.yaml"] == CHILD


def test_a_walk_asks_about_what_a_dry_run_would_void(tmp_path):
    with typed("no", "yes"):
        result = program("resolve", "--dry-run", of=folder(tmp_path, built=PARENT, pays=CHILD))
    assert result.err.count("Did it happen") == 2


def test_a_forecast_of_what_is_void_by_its_condition_is_written_with_a_note(tmp_path):
    path = folder(tmp_path, built=PARENT.replace("forecasts", BUILT_NOT), pays=CHILD)
    result = program("update", "pays", "60%", "--made", "2026-06-01", of=path)
    assert result.code == 0
    assert result.err == (
        "note: pays is void, since its condition failed: built ended in no; "
        "this counts for nothing\n"
    )
    assert "60%" in texts(path)["pays.yaml"]
    other = program("update", "built", "60%", "--made", "2026-06-01", of=path)
    assert "counts for nothing" not in other.err

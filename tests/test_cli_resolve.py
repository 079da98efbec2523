"""`resolve` and `reopen`: only the outcome's lines change, and a wrong record changes nothing."""

from __future__ import annotations

import os
from difflib import ndiff
from pathlib import Path

import pytest
import yaml

from predtrack.store.folder import load
from test_cli import RAIN, Said, folder, program

COST = """\
# what the town pays
claim: What the bridge costs
kind: numeric
unit: million EUR
deadline: 2026-12-31
x-ours: {ref: "7"}   # kept

# said in January
forecasts:
  - by: 'Ada Example'
    made: 2026-01-10
    interval: {low: 10, high: 15}
"""
SHIP = """\
claim: A ship without fuel calls at the harbour
kind: date
forecasts:
  - by: Ada Example
    made: 2026-01-10
    cdf: {2026-12-31: 30%, 2028-12-31: 80%}
"""
CUP = """\
claim: Which team wins
kind: choice
options: [North End, South End]
deadline: 2026-12-31
forecasts:
  - {by: Ada Example, made: 2026-03-01, probabilities: {North End: 50%, South End: 50%}}
"""


def lines_changed(was: str, now: str) -> list[str]:
    """The lines that went and came, each with its sign."""
    return [line for line in ndiff(was.splitlines(), now.splitlines()) if line[0] in "+-"]


@pytest.mark.parametrize(("answer", "told"), [("12.4", "hit"), ("22", "miss")])
def test_a_range_without_confidence_is_hit_or_missed(tmp_path, answer, told):
    folder(tmp_path, cost=COST)
    said = program("resolve", "cost", answer, "--evidence", "https://example.org/a", of=tmp_path)
    assert (said.code, said.err) == (0, "")
    changed = [
        *("+ outcome:", f"+   answer: {answer}", "+   decided: 2026-12-31"),
        *("+   recorded: 2027-03-01", "+   judge: Cleo Example"),
        *("+   evidence:", "+     - https://example.org/a"),
    ]
    assert lines_changed(COST, (tmp_path / "cost.yaml").read_text()) == changed
    assert said.out.splitlines() == ["cost.yaml:8", *changed]
    row = program("score", "cost", of=tmp_path).out.split("\t")
    assert row[4:8] == ["hit", str(int(told == "hit")), "yes", ""]
    assert f"= {told}" in program("show", "cost", of=tmp_path).out


def test_a_no_of_kind_date_decides_its_first_point_and_a_later_day_all(tmp_path):
    folder(tmp_path, ship=SHIP)
    words = ("resolve", "ship", "no", "--decided", "2026-12-31")
    said = program(*words, of=tmp_path)
    assert said.code == 0
    assert "ship had not happened by the end of 2026-12-31; what is scheduled later" in said.err
    assert program("score", "ship", of=tmp_path).out.split("\t")[5:] == [
        *("0.09", "yes", "", "2", "1\n"),
    ]
    assert "1 of 2 points due" in program("show", "ship", of=tmp_path).out
    later = program("--as-of", "2027-08-01", "resolve", "ship", "2027-07-15", of=tmp_path)
    assert later.code == 0
    assert "-   answer: no" in later.out
    assert "+   answer: 2027-07-15" in later.out
    at = program("--as-of", "2027-08-01", "score", "ship", of=tmp_path)
    assert at.out.split("\t")[5:] == ["0.09", "yes", "", "2", "1\n"]
    after = program("--as-of", "2029-01-01", "score", "ship", of=tmp_path)
    assert after.out.split("\t")[5:] == ["0.065", "yes", "", "2", "2\n"]
    early = program("score", "ship", of=tmp_path)
    assert early.out.split("\t")[5] == "0.09"  # on the first of March the no was all there was


@pytest.mark.parametrize(
    ("name", "text", "answer", "decided"),
    [
        ("rain", RAIN, "yes", "2027-03-01"),
        ("cost", COST, "3", "2026-12-31"),
        ("cup", CUP, "South End", "2026-12-31"),
        ("ship", SHIP, "no", "2027-02-28"),
        ("ship", SHIP, "2026-08-08", "2026-08-08"),
        ("ship", SHIP, "today", "2027-03-01"),
        ("endless", RAIN.replace("deadline: 2027-04-01\n", ""), "no", "2027-03-01"),
        ("rain", RAIN, "0.7", "2027-03-01"),
    ],
)
def test_the_day_it_was_decided_is_filled_in_by_the_kind(tmp_path, name, text, answer, decided):
    folder(tmp_path, **{name: text})
    said = program("resolve", name, answer, of=tmp_path)
    assert said.code == 0
    assert f"+   decided: {decided}\n" in said.out


def test_a_void_needs_no_day_and_may_have_a_reason(tmp_path):
    folder(tmp_path, cup=CUP)
    words = ("--reason", "annulled", "--note", "No final: it rained")
    said = program("resolve", "cup", "void", *words, of=tmp_path)
    assert said.out.splitlines()[1:] == [
        *("+ outcome:", "+   answer: void", "+   recorded: 2027-03-01"),
        *("+   judge: Cleo Example", "+   reason: annulled", '+   note: "No final: it rained"'),
    ]
    assert program("list", "--status", "void", of=tmp_path).out.startswith("cup\tvoid")


def test_a_day_after_today_is_taken_and_remarked_upon(tmp_path):
    folder(tmp_path, rain=RAIN)
    said = program("resolve", "rain", "yes", "--decided", "2027-03-09", of=tmp_path)
    assert said.code == 0
    assert "decided on 2027-03-09, which is after 2027-03-01" in said.err
    assert program("list", of=tmp_path).out.split("\t")[1] == "open"


def test_a_dry_run_shows_the_change_and_makes_none(tmp_path):
    folder(tmp_path, cost=COST)
    said = program("resolve", "cost", "12.4", "--dry-run", of=tmp_path)
    assert "+   answer: 12.4\n" in said.out
    assert said.err == "nothing was changed (--dry-run)\n"
    assert (tmp_path / "cost.yaml").read_text() == COST
    assert os.listdir(tmp_path) == ["cost.yaml"]


def test_a_second_outcome_is_refused_and_force_replaces_it(tmp_path):
    folder(tmp_path, cost=COST)
    program("resolve", "cost", "12.4", of=tmp_path)
    first = (tmp_path / "cost.yaml").read_text()
    again = program("resolve", "cost", "12.4", of=tmp_path)
    assert again == Said(0, "", "recorded already; nothing was changed\n")
    said = program("resolve", "cost", "22", of=tmp_path)
    assert (said.code, said.out) == (5, "")
    assert "cost already ended: 12.4, decided 2026-12-31" in said.err
    assert "--force" in said.err
    assert (tmp_path / "cost.yaml").read_text() == first
    forced = program("resolve", "cost", "22", "--force", of=tmp_path)
    assert "-   answer: 12.4\n" in forced.out
    assert "+   answer: 22\n" in forced.out
    now = (tmp_path / "cost.yaml").read_text()
    assert lines_changed(first, now) == ["-   answer: 12.4", "+   answer: 22"]


def test_what_was_decided_before_it_was_forecast_is_refused(tmp_path):
    folder(tmp_path, cost=COST)
    said = program("resolve", "cost", "12", "--decided", "2025-12-31", of=tmp_path)
    assert said.code == 5
    assert "before its first forecast was made (2026-01-10); nothing was changed" in said.err
    assert (tmp_path / "cost.yaml").read_text() == COST


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("cup", "Sout End"), "the options are: North End, South End"),
        (("cup", "Mill"), "North End"),
        (("cost", "twelve"), "write a number, below, above or void"),
        (("cost", "12,4"), "write it with a point: 12.4"),
        (("cost", "below"), "write the number"),
        (("ship", "yes"), "write a day such as"),
        (("ship", "2026-02-30"), "there is no day 2026-02-30"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused_with_two(tmp_path, words, told):
    folder(tmp_path, cup=CUP, cost=COST, ship=SHIP)
    said = program("resolve", *words, of=tmp_path)
    assert (said.code, said.out) == (2, "")
    assert told in said.err
    for name, text in (("cup", CUP), ("cost", COST), ("ship", SHIP)):
        assert (tmp_path / f"{name}.yaml").read_text() == text


@pytest.mark.parametrize(
    ("text", "place", "told"),
    [
        (RAIN.replace("70%", "90"), "8:18: error[probability]", "write 90% or 0.9"),
        (RAIN.replace("70%", "120%"), "8:18: error[probability]", "write 0% to 100%"),
        (RAIN.replace("70%", "1:20"), "8:18: error[probability]", "write 4.76%"),
        (RAIN.replace("claim:", "clame:"), "1:1: error[unknown]", 'did you mean "claim"?'),
        (RAIN + "    made: 2027-01-11\n", "9:5: error[repeated]", "keep"),
        (RAIN.replace("2027-01-10", "2026-02-30"), "7:11: error[date]", "no day 2026-02-30"),
        (CUP.replace("End: 50%}", "End: 49%}"), "6:41: error[sum]", "sum to 99%"),
        (SHIP.replace("30%", "90%"), "6:40: error[falling]", "falls from 0.9 to 0.8"),
        (CUP + "outcome: {answer: Mill, decided: 2026-07-04}\n", "7:19: error[answer]", "North"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_wrong_record_is_named_with_its_place_and_never_changed(
    tmp_path, text, place, told, newline
):
    data = text.replace("\n", newline)
    folder(tmp_path, wrong=data, rain=RAIN)
    for words in (["resolve", "wrong", "yes"], ["reopen", "wrong"], ["show", "wrong"]):
        said = program(*words, of=tmp_path)
        assert (said.code, said.out) == (4, "")
        assert f"wrong.yaml:{place.split('[')[0]}" in said.err
        assert told in said.err
        assert "mend what is listed" in said.err
    checked = program("check", of=tmp_path)
    assert checked.code == 1
    assert f"wrong.yaml:{place.split('[')[0]}" in checked.out
    assert (tmp_path / "wrong.yaml").read_bytes() == data.encode()


AWKWARD = {
    "crlf": COST.replace("\n", "\r\n"),
    "bom": f"\ufeff{COST}",
    "bom-crlf": f"\ufeff{COST}".replace("\n", "\r\n"),
    "no-last-newline": COST.removesuffix("\n"),
    "document": f"---\n{COST}",
    "comments": COST.replace("forecasts:", "# one\n\n# two\nforecasts: # three"),
    "own-keys": f"{COST}x-last:\n  - [a, 'b']\n  - {{c: d}}\n# the end\n",
}


@pytest.mark.parametrize("name", AWKWARD)
def test_reopen_restores_every_byte(tmp_path, name):
    was = AWKWARD[name].encode()
    folder(tmp_path, cost=AWKWARD[name])
    assert program("resolve", "cost", "12.4", of=tmp_path).code == 0
    written = (tmp_path / "cost.yaml").read_bytes()
    assert written != was
    assert (b"\r\n" in was) == (b"\r\n" in written)
    assert written.count(b"\n") - was.count(b"\n") == 5
    dry = program("reopen", "cost", "--dry-run", of=tmp_path)
    assert "- outcome:" in dry.out.splitlines()
    assert (tmp_path / "cost.yaml").read_bytes() == written
    assert program("reopen", "cost", of=tmp_path).code == 0
    assert (tmp_path / "cost.yaml").read_bytes() == was


def test_reopen_without_an_outcome_is_refused(tmp_path):
    said = program("reopen", "rain", of=folder(tmp_path, rain=RAIN))
    assert (said.code, said.out) == (5, "")
    assert "has no outcome to take out" in said.err


def test_a_record_in_braces_is_left_alone_and_the_lines_are_shown(tmp_path):
    text = (
        "{claim: a, kind: binary, deadline: 2026-12-31, "
        "forecasts: [{by: A, made: 2026-01-01, probability: 50%}]}\n"
    )
    said = program("resolve", "flow", "yes", of=folder(tmp_path, flow=text))
    assert (said.code, said.out) == (5, "")
    assert "answer: yes" in said.err
    assert (tmp_path / "flow.yaml").read_text() == text


def test_a_second_name_of_the_file_is_warned_of(tmp_path):
    folder(tmp_path / "records", rain=RAIN)
    os.link(tmp_path / "records" / "rain.yaml", tmp_path / "elsewhere.yaml")
    said = program("resolve", "rain", "yes", of=Path(tmp_path / "records"))
    assert said.code == 0
    assert said.err.startswith("warning: ")


def test_an_address_may_have_a_copy_that_stays(tmp_path):
    root = folder(tmp_path, rain=RAIN)
    urls = ["--evidence", "https://a.example", "--evidence", "https://b.example"]
    words = ("resolve", "rain", "yes", *urls, "--archived", "https://copy.example/a")
    assert program(*words, of=root).code == 0
    lines = (
        "  evidence:\n    - url: https://a.example\n      archived: https://copy.example/a\n"
        "    - https://b.example\n"
    )
    assert lines in (root / "rain.yaml").read_text()
    assert "archived  https://copy.example/a" in program("show", "rain", of=root).out
    assert program("reopen", "rain", of=root).code == 0
    assert (root / "rain.yaml").read_text() == RAIN


def test_a_copy_of_nothing_is_refused(tmp_path):
    root = folder(tmp_path, rain=RAIN)
    told = program("resolve", "rain", "yes", "--archived", "https://copy.example/a", of=root)
    assert (told.code, told.out) == (2, "")
    assert "--archived: there is no --evidence that it is a copy of" in told.err
    assert (root / "rain.yaml").read_text() == RAIN


SUPPORT = (
    "  evidence:\n    - https://example.org/a\n",
    "  note: as seen from the quay\n",
    "  judgements:\n    - answer: no\n      judge: Ben Example\n",
    '  x-ours: "3"\n',
)
NOT_YET = f"outcome:\n  answer: no\n  decided: 2026-12-31\n{''.join(SUPPORT)}forecasts:"
WAITING = SHIP.replace("forecasts:", NOT_YET)


@pytest.mark.parametrize(
    ("words", "stays"),
    [
        (("no", "--decided", "2027-02-01"), SUPPORT),
        (("no", "--decided", "2026-12-30", "--force"), SUPPORT),
        (("2027-02-01",), SUPPORT[2:]),
        (("2026-11-01", "--force"), SUPPORT[2:]),
        (("void", "--force"), SUPPORT[2:]),
        (("no", "--decided", "2027-02-01", "--note", "foggy"), (SUPPORT[0], *SUPPORT[2:])),
    ],
)
def test_other_judges_and_own_keys_stay_in_the_file_and_support_with_its_answer(
    tmp_path, words, stays
):
    folder(tmp_path, ship=WAITING)
    result = program("resolve", "ship", *words, of=tmp_path)
    assert result.code == 0
    now = (tmp_path / "ship.yaml").read_text()
    assert [text for text in SUPPORT if text in now] == list(stays)
    assert now.endswith(SHIP[SHIP.index("forecasts:") :])


def test_a_comment_in_an_outcome_is_not_lost_and_the_lines_to_paste_are_whole(tmp_path):
    text = WAITING.replace("judge: Ben Example", "judge: Ben Example  # by telephone")
    folder(tmp_path, ship=text)
    result = program("resolve", "ship", "no", "--decided", "2027-02-01", of=tmp_path)
    assert (result.code, result.out) == (5, "")
    assert "the lines of the outcome hold a comment of yours" in result.err
    assert all(each.replace("\n", "\n  ").rstrip() in result.err for each in SUPPORT)
    assert (tmp_path / "ship.yaml").read_text() == text


OWN = ["3", "'3'", '"3"', "true", "null", "2026-01-01", "'a: b'", "{a: 1}", "[1, 2]", "|\n    3\n"]


@pytest.mark.parametrize("own", OWN)
def test_a_key_of_ones_own_stays_in_an_outcome_as_it_was_written(tmp_path, own):
    lines = f"  x-first: {own.rstrip()}\n  x-second: {{b: 1}}\n  x-third: 7\n"
    folder(tmp_path, ship=WAITING.replace('  x-ours: "3"\n', lines))
    was = load(tmp_path).predictions["ship"].outcome
    assert program("resolve", "ship", "2027-02-01", of=tmp_path).code == 0
    now = load(tmp_path).predictions["ship"].outcome
    assert (was and was.extra) == (now and now.extra)
    text = (tmp_path / "ship.yaml").read_text()
    assert "\n  x-third: 7\n" in text
    assert f"\n  x-first: {own}\n" in text or own in OWN[-3:]


OWN = {
    "number": "x-o: 3",
    "nothing": "x-o: ~",
    "flow": "x-o: {a: [1, 0x1F, ~, true, \"yes\", 'it''s']}",
    "block": "x-o:\n  - 1\n  - a: true\n    b: '2'",
    "text": "x-o: |\n  two\n\n  lines",
    "folded": "x-o: >-\n  a text that\n  goes on",
    "quoted": 'x-o: "a # b\n\n  c"',
    "judges": "judgements:\n  - {answer: no, judge: J, x-q: 1}\n  - answer: void\n    x-z: 0x1F",
}


@pytest.mark.parametrize("own", OWN.values(), ids=OWN)
@pytest.mark.parametrize("indent", ["  ", "      "])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_what_stays_of_an_outcome_is_the_same_to_every_reader(tmp_path, own, indent, ending):
    lines = ["answer: yes", "decided: 2027-02-01", *own.split("\n"), "note: old"]
    block = "\n".join(f"{indent}{line}" if line else "" for line in lines)
    text = f"{RAIN}outcome:\n{block}\nnote: end\n".replace("\n", ending)
    root = folder(tmp_path, rain=text)
    before = yaml.safe_load((tmp_path / "rain.yaml").read_bytes())
    said = program("resolve", "rain", "no", "--force", of=root)
    assert said.code == 0, said.err
    after = yaml.safe_load((tmp_path / "rain.yaml").read_bytes())
    for key in ("x-o", "judgements"):
        assert after["outcome"].get(key) == before["outcome"].get(key)
    assert {**after, "outcome": None} == {**before, "outcome": None}
    data = (tmp_path / "rain.yaml").read_bytes()
    assert data.count(ending.encode()) == data.count(b"\n")

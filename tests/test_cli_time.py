"""Days and moments as a user meets them: what stands, hindsight, spans, zones, what is hidden."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from build import numbered
from drawn import drawn
from predtrack import dates
from predtrack.dates import day_of
from predtrack.records import forms
from predtrack.store.folder import load
from predtrack.store.reading import read
from predtrack.store.render import rendered
from test_cli import RAIN, Said, folder, program
from test_cli_asking import typed

TODAY = "2026-11-26"
INSTANT = RAIN.replace("made: 2027-01-10", "made: 2026-11-26T06:00:00Z").replace("70%", "30%")
ZONES = (
    *("Asia/Tokyo", "Europe/London", "America/Los_Angeles"),
    *("Pacific/Kiritimati", "Pacific/Pago_Pago"),
)


def run(*words: str, of: Path, day: str = TODAY, **named: str) -> Said:
    return program("--as-of", day, *words, of=of, **named)


def shown(of: Path, day: str = TODAY) -> str:
    """What the one prediction of a folder is listed with."""
    (line,) = run("list", of=of, day=day).out.splitlines()
    return line.split("\t")[5]


# --- what was said last stands ---


def test_an_update_on_the_day_of_an_instant_stands(tmp_path):
    root = folder(tmp_path, rain=INSTANT)
    assert run("update", "rain", "80%", "--by", "Ada Example", of=root).code == 0
    assert "    made: 2026-11-26\n    probability: 80%\n" in (root / "rain.yaml").read_text()
    assert shown(root) == "80%"


def test_withdraw_then_update_and_update_then_withdraw_on_one_day(tmp_path):
    root = folder(tmp_path, rain=INSTANT)
    by = ("--by", "Ada Example")
    assert run("withdraw", "rain", *by, of=root).code == 0
    assert shown(root) == ""
    assert run("update", "rain", "55%", *by, of=root).code == 0
    assert shown(root) == "55%"
    assert run("withdraw", "rain", *by, of=root).code == 0
    assert shown(root) == ""
    text = (root / "rain.yaml").read_text()
    assert text.count("withdrawn: 2026-11-26\n") == 2
    assert text.endswith("probability: 55%\n    withdrawn: 2026-11-26\n")


def test_a_moment_before_a_later_forecast_is_refused_also_one_that_is_hidden(tmp_path):
    root = folder(tmp_path, rain=RAIN)  # made on 2027-01-10
    text = (root / "rain.yaml").read_bytes()
    told = run("update", "rain", "80%", "--by", "Ada Example", of=root)
    assert (told.code, told.out) == (5, "")
    assert "Ada Example has a later forecast in rain, of 2027-01-10" in told.err
    assert "nothing was changed" in told.err
    assert "--force" in told.err
    assert (root / "rain.yaml").read_bytes() == text
    assert run("update", "rain", "80%", "--by", "Ada Example", "--force", of=root).code == 0
    assert shown(root) == "80%"
    assert shown(root, "2027-02-01") == "70%"
    assert run("update", "rain", "10%", "--by", "Ben Example", of=root).code == 0


def test_a_withdrawal_before_a_later_forecast_needs_force(tmp_path):
    later = RAIN + "  - by: Ada Example\n    made: 2027-02-10\n    probability: 80%\n"
    root = folder(tmp_path, rain=later)
    told = run("withdraw", "rain", "--on", "2027-01-20", of=root, day="2027-03-01")
    assert told.code == 5
    assert "before it was made" in told.err
    forced = run("withdraw", "rain", "--on", "2027-01-20", "--force", of=root, day="2027-03-01")
    assert forced.code == 0
    assert (root / "rain.yaml").read_text().count("withdrawn: 2027-01-20\n") == 1
    assert shown(root, "2027-03-01") == "80%"


@pytest.mark.parametrize(
    ("option", "written", "recorded"),
    [
        ("2026-11-26", "2026-11-26", ""),
        ("2018-11", "2018-11", "recorded: 2026-11-26"),
        ("2018-11-03", "2018-11-03", "recorded: 2026-11-26"),
        ("2025-03-14T22:12:07+02:00", "2025-03-14T22:12:07+02:00", "recorded: 2026-11-26"),
        ("2025-03-14 22:12:07Z", "2025-03-14T22:12:07Z", "recorded: 2026-11-26"),
        ("today", "2026-11-26", ""),
    ],
)
def test_made_takes_days_instants_and_months(tmp_path, option, written, recorded):
    root = folder(tmp_path)
    words = ("add", "It rains", "-p", "30%", "--id", "rain", "--made", option)
    assert run(*words, of=root).code == 0
    text = (root / "rain.yaml").read_text()
    assert f"    made: {written}\n" in text
    assert (recorded in text) if recorded else ("recorded" not in text)
    assert written in run("show", "rain", of=root).out
    shown_json = json.loads(run("show", "rain", "--json", of=root).out)
    assert shown_json["record"]["forecasts"][0]["made"] == written
    assert shown_json["chances"][0]["made"] == written


@pytest.mark.parametrize("option", ["2018", "2018-13", "2018-Q3", "soon"])
def test_made_takes_no_longer_period(tmp_path, option):
    told = run("add", "It rains", "-p", "30%", "--made", option, of=folder(tmp_path))
    assert told.code == 2
    assert "--made: " in told.err
    assert list(tmp_path.iterdir()) == []


def test_a_month_is_as_late_as_its_last_day(tmp_path):
    text = RAIN.replace("2027-04-01", "2018-11-15").replace("2027-01-10", "2018-11")
    root = folder(tmp_path, rain=text)
    told = run("check", of=root)
    assert (told.code, told.err) == (0, "")
    assert "warning[hindsight]: made on 2018-11, after its scheduled day 2018-11-15" in told.out


# --- hindsight ---


def ended(kind: str, forecast: str, outcome: str, more: str = "") -> str:
    return (
        f"claim: It comes\nkind: {kind}\n{more}outcome: {{{outcome}}}\n"
        f"forecasts:\n  - by: Ada\n{forecast}"
    )


HINDSIGHT = {
    "a date after its deadline": ended(
        "date",
        "    made: 2024-01-05\n    cdf: {2019-12-31: 5%}\n",
        "answer: no, decided: 2024-02-01",
        "deadline: 2019-12-31\n",
    ),
    "a binary between its deadline and the decision": ended(
        "binary",
        "    made: 2026-02-15\n    probability: 5%\n",
        "answer: no, decided: 2026-03-01",
        "deadline: 2026-01-31\n",
    ),
    "a question that had closed": ended(
        "binary",
        "    made: 2025-06-10\n    probability: 99%\n",
        "answer: yes, decided: 2025-06-20",
        "deadline: 2025-06-30\nclosed: 2025-06-01T00:00:00Z\n",
    ),
    "what was decided": ended(
        "binary",
        "    made: 2025-06-10\n    probability: 99%\n",
        "answer: yes, decided: 2025-06-01",
        "deadline: 2025-06-30\n",
    ),
}


@pytest.mark.parametrize("text", HINDSIGHT.values(), ids=HINDSIGHT)
def test_hindsight_is_named_by_every_command_and_never_counts(tmp_path, text):
    root = folder(tmp_path, it=text)
    told = run("check", of=root)
    assert (told.code, told.err) == (0, "")
    assert re.fullmatch(r"it\.yaml:\d+:\d+: warning\[hindsight\]: made on .*\n", told.out)
    assert run("check", "--strict", of=root).code == 1
    for at in ("first", "last", "lead:0d"):
        report = json.loads(run("report", "--json", "--at", at, of=root).out)
        assert (report["hindsight"], report["groups"]) == (1, [])
        rows = run("export", "csv", "--table", "chances", "--at", at, of=root).out.splitlines()
        assert all(row.split(",")[12] == "0" for row in rows[1:])
    page = run("report", of=root).out
    assert "Hindsight: 1 chance or claim stated after its day, the close or the decision" in page
    (score,) = json.loads(run("score", "--json", of=root).out)["scores"]
    assert (score["counts"], score["reason"]) == (False, "hindsight")
    assert score["score"] is not None


def test_points_that_had_passed_do_not_count_and_the_others_do(tmp_path):
    text = ended(
        "date",
        "    made: 2026-02-15\n    cdf: {2026-01-31: 5%, 2026-06-30: 20%}\n",
        "answer: no, decided: 2026-06-30",
    )
    root = folder(tmp_path, it=text)
    (score,) = json.loads(run("score", "--json", of=root).out)["scores"]
    assert (score["counts"], score["points_due"], score["score"]) == (True, 1, 0.2**2)
    rows = run("export", "csv", "--table", "chances", of=root).out.splitlines()
    assert [row.split(",")[12] for row in rows[1:]] == ["0", "1"]


def test_add_and_update_warn_of_hindsight(tmp_path):
    root = folder(tmp_path)
    words = ("add", "It rained", "-p", "90%", "--deadline", "2026-01-31", "--id", "rain")
    told = run(*words, of=root)
    assert told.code == 0
    warning = "warning: made on 2026-11-26, after its scheduled day 2026-01-31: hindsight"
    assert warning in told.err
    told = run("update", "rain", "95%", of=root)
    assert told.code == 0
    assert warning in told.err
    assert (
        "warning"
        not in run(
            "update", "rain", "95%", "--dry-run", "--made", "2026-01-01", "--force", of=root
        ).err
    )


# --- relative days ---


@pytest.mark.parametrize(
    ("option", "key", "expected"),
    [
        ("--deadline", "deadline", "2018-06-01"),
        ("--earliest", "earliest", "2018-06-01"),
        ("--review", "review", "2018-06-01"),
    ],
)
def test_a_relative_day_counts_from_when_the_forecast_was_made(tmp_path, option, key, expected):
    root = folder(tmp_path)
    words = ("--by", "F", "--made", "2016-06-01", "--words", "within 2 years", "--id", "x")
    assert run("add", "x", *words, option, "in 2 years", of=root).code == 0
    prediction = read((root / "x.yaml").read_bytes(), "x.yaml", "x").prediction
    assert prediction is not None
    assert getattr(prediction, key) == date.fromisoformat(expected)


@pytest.mark.parametrize("period", ["2027", "2027-Q3", "2027-06", "end of 2027", "2027-06-05"])
def test_a_period_means_the_same_day_by_option_in_the_conversation_and_in_a_table(tmp_path, period):
    words = ("--by", "F", "--made", "2016-06-01", "--words", "soon")
    days = [word for key in forms.EDGES for word in (f"--{key}", period)]
    root = folder(tmp_path / "predictions")
    assert run("add", "x", *words, *days, "--id", "by-option", of=root).code == 0
    with typed("x", "", "by-answer", "y"):  # claim, criteria, id, yes
        talk = run("add", *words, *days, of=root)
    assert (talk.code, "Claim: " in talk.err) == (0, True)
    table = tmp_path / "table.csv"
    cells = ",".join([period] * len(forms.EDGES))
    table.write_text(
        f"id,claim,by,made,words,{','.join(forms.EDGES)}\nby-table,x,F,2016-06-01,soon,{cells}\n"
    )
    assert run("import", "csv", str(table), "--write", of=root).code == 0
    predictions = load(root).predictions
    days_of = [[getattr(each, key) for key in forms.EDGES] for each in predictions.values()]
    assert len(predictions) == 3
    assert days_of[0] == days_of[1] == days_of[2]
    expected = [
        dates.understood(period, date(2016, 6, 1), edge) for edge in ("last", "first", "first")
    ]
    assert days_of[0] == expected


def test_a_month_is_told_of_where_a_period_was_said(tmp_path):
    root = folder(tmp_path, rain=RAIN)
    for words in (("withdraw", "rain", "--on"), ("update", "rain", "60%", "--made")):
        refused = run(*words, "2018", of=root)
        assert refused.code == 2
        assert refused.err.endswith("write a day such as 2027-03-01, or a month such as 2018-11\n")


def test_a_relative_day_of_a_value_counts_from_when_it_was_made(tmp_path):
    root = folder(tmp_path)
    words = ("--by", "F", "--made", "2016-06", "--id", "x", "--value", "50% by +2y")
    assert run("add", "x", *words, of=root).code == 0
    assert "2018-06-30: 50%" in (root / "x.yaml").read_text()
    more = ("--by", "F", "--made", "2017-01-31", "60% by +18m")
    assert run("update", "x", *more, of=root).code == 0
    assert "2018-07-31: 60%" in (root / "x.yaml").read_text()


# --- what is hidden is said ---


COMMANDS = [
    *(("list",), ("list", "--json"), ("list", "--status", "all"), ("due",), ("stats",)),
    *(("score",), ("report",), ("report", "--json"), ("export", "csv"), ("export", "json")),
    *(("export", "csv", "--table", "predictions"), ("export", "csv", "--table", "chances")),
    *(("export", "ics"), ("export", "markdown"), ("due", "--json"), ("score", "--json")),
]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_says_how_much_is_hidden_by_the_day(tmp_path, words):
    later = RAIN.replace("forecasts:", "outcome: {answer: yes, decided: 2027-02-01}\nforecasts:")
    root = folder(tmp_path, rain=RAIN, snow=later)
    for _ in range(2):  # read, and from what was kept
        assert run(*words, of=root).err == f"3 not known yet on {TODAY}\n"
        assert run(*words, of=root, day="2027-01-10").err == "1 not known yet on 2027-01-10\n"
        assert run(*words, of=root, day="2027-02-01").err == ""


def test_a_page_and_a_score_say_how_much_of_the_record_is_hidden(tmp_path):
    root = folder(tmp_path, rain=RAIN, snow=RAIN)
    assert run("show", "rain", of=root).err == f"1 not known yet on {TODAY}\n"
    assert run("show", "rain", of=root, day="2027-01-10").err == ""


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(st.integers(0, 3000), st.integers(-9000, 9000))
def test_the_number_hidden_is_that_of_later_forecasts_outcomes_and_judgements(
    tmp_path: Path, seed: int, days: int
) -> None:
    root = tmp_path / f"{seed}{days}"
    records = numbered([drawn(seed), drawn(seed + 1), drawn(seed + 2)])
    folder(root, **{name: rendered(each) for name, each in records.items()})
    day = date.fromordinal(date(2027, 1, 1).toordinal() + days)
    later = 0
    for each in records.values():
        later += sum(day_of(forecast.made) > day for forecast in each.forecasts)
        since = each.outcome and (each.outcome.decided or each.outcome.recorded)
        later += bool(since and since > day)
        judgements = each.outcome.judgements if each.outcome else ()
        later += sum(bool(one.recorded and one.recorded > day) for one in judgements)
    told = run("list", of=root, day=day.isoformat())
    assert told.err == (f"{later} not known yet on {day}\n" if later else "")


# --- spans ---


REVISED = RAIN.replace("2027-01-10", "2020-03-01") + (
    "  - by: Ada Example\n    made: 2026-03-01\n    probability: 90%\n"
)
BOTH = REVISED.replace("forecasts:", "outcome: {answer: yes, decided: 2027-03-20}\nforecasts:")


def brier(of: Path, *words: str) -> list[float]:
    groups = json.loads(run("report", "--json", *words, of=of, day="2027-05-01").out)["groups"]
    return [each["brier"] for each in groups if each["kind"] == "binary"]


def test_a_report_since_a_day_does_not_count_what_was_said_before(tmp_path):
    root = folder(tmp_path, rain=BOTH)
    first, last = pytest.approx(0.09), pytest.approx(0.01)
    assert brier(root, "--since", "2026-01-01") == []
    assert brier(root, "--made", "2026-01-01..") == []
    assert brier(root, "--made", "..2025") == [first]
    assert brier(root, "--until", "2025") == [first]
    assert brier(root, "--made", "2026", "--at", "last") == [last]
    assert brier(root, "--made", "..2025", "--at", "last") == []
    assert brier(root, "--due", "2027-04") == [first]
    assert brier(root, "--due", "2027-05..") == []
    assert brier(root, "--decided", "2027-03") == [first]
    assert brier(root, "--decided", "..2027-02") == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--made", ".."), '--made: ".." names no day; write 2026-01-01..2026-06-30'),
        (("--due", "2027..2026"), "--due: 2027-01-01 lies after 2026-12-31"),
        (("--decided", "soon"), '--decided: "soon" is not a date'),
        (("--made", "2026", "--since", "2025"), "--since and --until are its two ends"),
    ],
)
def test_a_span_that_cannot_be_read_is_refused(tmp_path, words, told):
    root = folder(tmp_path, rain=BOTH)
    for command in ("list", "report"):
        answered = run(command, *words, of=root)
        assert (answered.code, answered.out) == (2, "")
        assert told in answered.err


# --- review, conditions, claims without a day ---


UNDATED = (
    "claim: AI is worth it\nkind: binary\nreview: 2027-02-13\n"
    "forecasts:\n  - by: Ada\n    made: 2026-02-13\n    words: of course\n"
)


def test_a_record_without_a_deadline_is_to_be_looked_at_on_its_review_day(tmp_path):
    root = folder(tmp_path, worth=UNDATED)
    before = json.loads(run("due", "--json", of=root, day="2027-02-12").out)
    assert (before["due"], before["soon"], before["review"]) == ([], [], [])
    told = run("due", "--exit-code", "--json", of=root, day="2027-02-13")
    assert told.code == 0
    (row,) = json.loads(told.out)["review"]
    assert (row["id"], row["status"], row["review"]) == ("worth", "open", "2027-02-13")
    drawn_page = program("--as-of", "2027-02-20", "due", of=root, columns=80).out
    assert "1 prediction to look at again (`review`)" in drawn_page
    assert "2027-02-13  7 days ago" in drawn_page


def test_a_claim_in_words_counts_once_judged_though_no_day_was_named(tmp_path):
    root = folder(tmp_path, worth=UNDATED)
    assert run("resolve", "worth", "yes", of=root).code == 0
    (score,) = json.loads(run("score", "--json", of=root).out)["scores"]
    assert (score["counts"], score["score"], score["reason"]) == (True, 1.0, None)
    report = json.loads(run("report", "--json", of=root).out)
    (group,) = report["groups"]
    assert (group["words"], group["undated"]["rows"], group["undated"]["hits"]) == (None, 1, 1.0)
    page = run("report", of=root).out
    assert re.search(r"no day named +1 of 1 claims and ranges that were judged came true", page)


CHILD = UNDATED.replace("review: 2027-02-13\n", "condition: {prediction: parent, is: no}\n")


def test_a_claim_about_what_is_not_built_is_void_where_it_is_built(tmp_path):
    parent = "claim: It is built\nkind: binary\nforecasts: []\n"
    root = folder(tmp_path, parent=parent, child=CHILD)
    assert run("resolve", "parent", "no", of=root).code == 0
    assert json.loads(run("show", "child", "--json", of=root).out)["status"] == "open"
    assert run("reopen", "parent", of=root).code == 0
    assert run("resolve", "parent", "yes", of=root).code == 0
    document = json.loads(run("show", "child", "--json", of=root).out)
    assert (document["status"], document["condition_failed"]) == ("void", "parent")
    assert "void, its condition failed: parent ended in yes" in run("show", "child", of=root).out
    text = (root / "child.yaml").read_bytes()
    told = run("resolve", "child", "no", of=root)
    assert (told.code, told.out) == (5, "")
    assert "child is void, since its condition failed: parent ended in yes" in told.err
    assert (root / "child.yaml").read_bytes() == text


# --- zones ---


def listed(root: Path, zone: str, *words: str) -> Any:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("PREDTRACK")
    }
    command = [sys.executable, "-m", "predtrack", "--folder", str(root), *words]
    done = subprocess.run(
        command, env=environment | {"TZ": zone}, capture_output=True, check=True, text=True
    )
    return done.stdout, done.stderr


@pytest.mark.parametrize(
    "words", [("list", "--status", "all", "--json"), ("score", "--json"), ("export", "json")]
)
def test_native_days_are_alike_in_every_zone(tmp_path, words):
    folder(tmp_path, rain=INSTANT, both=BOTH, it=HINDSIGHT["a question that had closed"])
    runs = {listed(tmp_path, zone, "--as-of", TODAY, *words) for zone in ZONES}
    assert len(runs) == 1


def test_what_was_added_tomorrow_elsewhere_is_not_lost_in_silence(tmp_path, monkeypatch):
    folder(tmp_path)
    words = ("--folder", str(tmp_path))
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    time.tzset()
    try:
        kiritimati = date.today()
        assert (
            program(
                *words, "add", "It rains", "-p", "50%", PREDTRACK_AS_OF="", TZ="Pacific/Kiritimati"
            ).code
            == 0
        )
        monkeypatch.setenv("TZ", "Pacific/Pago_Pago")
        time.tzset()
        pago = date.today()
        told = program(*words, "list", PREDTRACK_AS_OF="", TZ="Pacific/Pago_Pago")
    finally:
        monkeypatch.undo()
        time.tzset()
    assert kiritimati > pago  # 25 hours apart: never the same day
    assert told == Said(0, "", f"1 not known yet on {pago}\n")


def test_what_was_said_before_a_withdrawal_is_refused_and_forced(tmp_path):
    root = folder(tmp_path, rain=RAIN.replace("made: 2027-01-10", "made: 2026-01-01"))
    words = ("update", "rain", "60%", "--by", "Ada Example", "--made", "2026-01-03")
    ended = run("withdraw", "rain", "--by", "Ada Example", of=root, day="2026-01-05")
    assert ended.code == 0
    text = (root / "rain.yaml").read_bytes()
    refused = run(*words, of=root, day="2026-01-06")
    assert (refused.code, refused.out) == (5, "")
    assert "has a later withdrawal in rain, of 2026-01-05, which also ended what" in refused.err
    assert (root / "rain.yaml").read_bytes() == text
    assert run(*words, "--force", of=root, day="2026-01-06").code == 0
    assert "60%" in (root / "rain.yaml").read_text()

"""The second import is a comparison: what differs is named once, and taken over where told."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from downloads import FORECAST, POST, QUESTION, download, real, zipped
from importing import DATA, MAP
from predtrack.store.folder import load
from test_cli import Said, program
from test_importers_everywhere import FORMS

Json = dict[str, Any]


@contextmanager
def empty() -> Iterator[Path]:
    """Give an empty folder of predictions, with a folder above it to put exports in."""
    with TemporaryDirectory() as folder:
        root = Path(folder) / "predictions"
        root.mkdir()
        yield root


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return an empty folder of predictions."""
    path = tmp_path / "predictions"
    path.mkdir()
    return path


def texts(root: Path) -> dict[str, bytes]:
    """Return the bytes of every record."""
    return {file.name: file.read_bytes() for file in sorted(root.glob("[!.]*.yaml"))}


def files_of(export: str, root: Path) -> list[str]:
    """Return the paths of an export that tests have."""
    if export == "metaculus":
        path = root.parent / "download.zip"
        path.write_bytes(real())
        return [str(path)]
    return [str(each) for each in sorted((DATA / export).iterdir()) if each.is_file()]


def mapped(export: str) -> list[str]:
    """Return the words that say which column of a table is which field."""
    pairs = MAP.items() if export == "csv" else ()
    return [word for column, field in pairs for word in ("--map", f"{column}={field}")]


def forecasters(root: Path) -> set[str]:
    """Return everybody who forecast in the records of a folder."""
    return {each.by for one in load(str(root)).predictions.values() for each in one.forecasts}


@pytest.mark.parametrize("export", FORMS)
def test_whoever_is_mapped_once_is_doubled_by_no_later_import(export: str, root: Path) -> None:
    words = ["import", FORMS[export], *files_of(export, root), "--tz", "UTC", *mapped(export)]
    program(*words, "--write", of=root)
    names = sorted(forecasters(root))
    for name in texts(root):
        (root / name).unlink()
    pairs = [word for name in names for word in ("--by", f"{name}={name} Example")]
    first = program(*words, *pairs, "--write", of=root)
    assert forecasters(root) == {f"{name} Example" for name in names}
    before = texts(root)
    files = files_of(export, root)[::-1]
    turned = ["import", FORMS[export], *files, "--tz", "UTC", *mapped(export)]
    for again in (words, [*words, *pairs], turned):
        said = program(*again, "--write", of=root)
        assert (said.code, said.out) == (first.code, "")
        assert "differs" not in said.err
        assert texts(root) == before
    assert program("check", of=root).code == 0


@pytest.mark.parametrize("export", FORMS)
def test_whoever_is_mapped_later_keeps_the_name_that_the_records_have(
    export: str, root: Path
) -> None:
    words = ["import", FORMS[export], *files_of(export, root), "--tz", "UTC", *mapped(export)]
    program(*words, "--write", of=root)
    before, names = texts(root), sorted(forecasters(root))
    if not names:
        return
    pairs = [word for name in names for word in ("--by", f"{name}=Somebody {name}")]
    said = program(*words, *pairs, "--write", of=root)
    assert said.out == ""
    assert texts(root) == before
    told = f'"Somebody {names[0]}" in the import is "{names[0]}" here, and keeps that name'
    assert told in said.err


FIRST = datetime(2026, 1, 1, 10, 0, 7, tzinfo=UTC)


@dataclass(frozen=True)
class Asked:
    """A question of a made-up account, whatever the format that it is exported in."""

    number: int
    title: str = "Will it rain?"
    due: date = date(2026, 6, 1)
    answer: str | None = None
    ended: date = date(2026, 5, 1)
    stated: tuple[tuple[str, int, int], ...] = ()  # by whom, how many hours on, and percent


def instant(hours: int) -> str:
    """Return an instant so many hours after the first."""
    return (FIRST + timedelta(hours=hours)).isoformat().replace("+00:00", "Z")


def as_csv(questions: list[Asked]) -> bytes:
    """Return a table of questions."""
    held = io.StringIO()
    writer = csv.writer(held)
    writer.writerow(["id", "claim", "by", "made", "percent", "deadline", "answer", "decided"])
    for each in questions:
        ended = [each.answer or "", each.ended if each.answer else ""]
        for by, hours, percent in each.stated:
            own = [f"q-{each.number}", f"{each.title} {each.number}"]
            writer.writerow([*own, by, instant(hours), percent, each.due, *ended])
    return held.getvalue().encode()


def as_fatebook(questions: list[Asked]) -> bytes:
    """Return what the API of Fatebook answers."""
    items = [
        {
            "id": f"q-{each.number}",
            "title": f"{each.title} {each.number}",
            "createdAt": "2025-12-01T00:00:00Z",
            "resolveBy": f"{each.due}T00:00:00Z",
            "resolved": each.answer is not None,
            "resolution": (each.answer or "").upper() or None,
            "resolvedAt": f"{each.ended}T00:00:00Z" if each.answer else None,
            "forecasts": [
                {"id": f"{by}{at}", "createdAt": instant(at), "forecast": p / 100, "userId": by}
                for by, at, p in each.stated
            ],
        }
        for each in questions
    ]
    return json.dumps({"items": items}).encode()


def as_predictionbook(questions: list[Asked]) -> bytes:
    """Return what the API of PredictionBook answered: of one forecaster alone."""
    user = questions[0].stated[0][0]
    predictions = [
        {
            "id": each.number,
            "description": f"{each.title} {each.number}",
            "created_at": "2025-12-01T00:00:00Z",
            "deadline": f"{each.due}T00:00:00Z",
            "outcome": {"yes": True, "no": False, None: None}[each.answer],
            "last_judgement_at": f"{each.ended}T00:00:00Z" if each.answer else None,
            "responses": [
                {"user_id": 1, "created_at": instant(at), "confidence": p}
                for by, at, p in each.stated
                if by == user
            ],
        }
        for each in questions
    ]
    whole = {"user": {"user_id": 1, "name": user}, "predictions": predictions}
    return json.dumps(whole).encode()


def as_metaculus(questions: list[Asked]) -> bytes:
    """Return a download of Metaculus."""
    asked = [
        QUESTION
        | {
            "Question ID": str(each.number),
            "Question Title": f"{each.title} {each.number}",
            "Open Time": "2025-12-01 00:00:00+00",
            "Scheduled Close Time": f"{each.due} 00:00:00+00",
            "CP Reveal Time": "",
            "Actual Close Time": f"{each.ended} 00:00:00+00" if each.answer else "",
            "Resolution": each.answer or "",
            "Resolution Known Time": f"{each.ended} 00:00:00+00" if each.answer else "",
        }
        for each in questions
    ]
    rows = [
        {
            "Question ID": str(each.number),
            "Forecaster Username": by,
            "Start Time": instant(at),
            "Probability Yes": f"{p / 100}",
        }
        for each in questions
        for by, at, p in each.stated
    ]
    return download(asked, *(FORECAST | row for row in rows))


def as_manifold(questions: list[Asked]) -> bytes:
    """Return bets and markets of Manifold."""

    def milliseconds(when: str) -> int:
        return round(datetime.fromisoformat(when).timestamp() * 1000)

    entries: list[Json] = []
    for each in questions:
        own = f"q{each.number}"
        market = {
            "id": own,
            "question": f"{each.title} {each.number}",
            "outcomeType": "BINARY",
            "createdTime": milliseconds("2025-12-01T00:00:00Z"),
            "closeTime": milliseconds(f"{each.due}T00:00:00Z"),
            "isResolved": each.answer is not None,
        }
        if each.answer:
            ended = milliseconds(f"{each.ended}T00:00:00Z")
            market |= {"resolution": each.answer.upper(), "resolutionTime": ended}
        bets = [
            {
                "id": f"{own}-{by}-{at}",
                "contractId": own,
                "userUsername": by,
                "createdTime": milliseconds(instant(at)),
                "probAfter": p / 100,
            }
            for by, at, p in each.stated
        ]
        entries += [market, *reversed(bets)]
    return json.dumps(entries).encode()


EXPORTS: dict[str, Callable[[list[Asked]], bytes]] = {
    "csv": as_csv,
    "fatebook": as_fatebook,
    "predictionbook": as_predictionbook,
    "metaculus": as_metaculus,
    "manifold": as_manifold,
}
IDS = {
    "csv": "q-{}",
    "fatebook": "fatebook-q-{}",
    "predictionbook": "predictionbook-{}",
    "metaculus": "metaculus-{}",
    "manifold": "manifold-q{}",
}


def imported(root: Path, form: str, questions: list[Asked], *words: str) -> Said:
    """Run `import` of some questions."""
    path = root.parent / "export"
    path.write_bytes(EXPORTS[form](questions))
    return program("import", form, str(path), "--tz", "UTC", *words, of=root)


@st.composite
def accounts(draw: st.DrawFn) -> list[Asked]:
    """Draw the questions of an account, all forecast by `u1` and some by another."""
    questions = []
    for number in range(1, draw(st.integers(1, 4)) + 1):
        hours = draw(st.lists(st.integers(0, 500), min_size=1, max_size=4, unique=True))
        stated = [("u1", at, draw(st.integers(1, 99))) for at in sorted(hours)]
        if draw(st.booleans()):
            stated.append(("u2", draw(st.integers(0, 500)), draw(st.integers(1, 99))))
        answer = draw(st.sampled_from([None, "yes", "no"]))
        questions.append(Asked(number, answer=answer, stated=tuple(stated)))
    return questions


def _moved(each: Asked) -> Asked:
    return replace(each, due=each.due + timedelta(3))


def _retold(each: Asked) -> Asked:
    return replace(each, title="Will it snow?")


def _ended_otherwise(each: Asked) -> Asked:
    return replace(each, answer={"yes": "no", "no": "yes", None: "no"}[each.answer])


def _ended_later(each: Asked) -> Asked:
    return replace(each, ended=each.ended + timedelta(2))


def _taken_back(each: Asked) -> Asked:
    return replace(each, answer=None)


def _restated(each: Asked) -> Asked:
    by, at, percent = each.stated[0]
    return replace(each, stated=((by, at, 100 - percent + (percent == 50)), *each.stated[1:]))


CHANGES = (_moved, _retold, _ended_otherwise, _ended_later, _taken_back, _restated)


def expected_names(form: str, was: Asked, now: Asked) -> dict[str, int]:
    """Return how often each kind of difference is to be named, by how its name begins."""
    days = {"metaculus": ["scheduled_close: ", "deadline: "], "csv": ["deadline: "]}
    days |= {"manifold": ["scheduled_close: ", "deadline: "]}
    days |= {"fatebook": ["deadline: ", "x-fatebook-resolve-by"]}
    days |= {"predictionbook": ["deadline: ", "x-predictionbook-deadline"]}
    names = {name: 1 for name in days[form] if was.due != now.due}
    if was.title != now.title:
        names["claim"] = 1
    is_other_end = was.answer and (was.answer, was.ended) != (now.answer, now.ended)
    if is_other_end:
        names["outcome: "] = 1
        if form == "metaculus" and (was.ended != now.ended or now.answer is None):
            names["closed: "] = 1
    elif form == "metaculus" and was.answer is None and now.answer is not None:
        names["closed: "] = 1
    if was.stated != now.stated:
        names["forecast of "] = 1
    return names


@settings(max_examples=25)
@given(st.sampled_from([*EXPORTS]), accounts(), st.data())
def test_every_difference_is_named_once_and_a_third_import_after_an_update_is_silent(
    form: str, questions: list[Asked], data: st.DataObject
) -> None:
    later = []
    for each in questions:
        now = each
        for change in data.draw(st.sets(st.sampled_from(CHANGES), max_size=3)):
            now = change(now)
        later.append(now)
    with empty() as root:
        imported(root, form, questions, "--write")
        before = texts(root)
        assert imported(root, form, questions, "--write").out == ""
        assert texts(root) == before
        said = imported(root, form, later)
        assert texts(root) == before
        lines = dict(re.findall(r"^differs: (\S+): (.*)$", said.err, re.MULTILINE))
        for was, now in zip(questions, later, strict=True):
            told = lines.pop(IDS[form].format(was.number), "")
            named = [each for each in told.split("; ") if each]
            wanted = expected_names(form, was, now)
            assert sorted(name for name in wanted for each in named if each.startswith(name)) == (
                sorted(wanted)
            ), told
            assert len(named) == len(wanted), told
        assert not lines
        updated = imported(root, form, later, "--update-outcomes", "--write")
        assert updated.code == 0
        third = imported(root, form, later, "--write")
        assert third.out == ""
        rest = re.findall(r"^differs: \S+: (.*)$", third.err, re.MULTILINE)
        names = [each for line in rest for each in line.split("; ")]
        assert all(each.startswith(("claim", "forecast of ")) for each in names)
        assert program("check", of=root).code == 0


@settings(max_examples=15)
@given(st.sampled_from([*EXPORTS]), accounts(), st.randoms(use_true_random=False))
def test_rows_in_another_order_change_nothing(
    form: str, questions: list[Asked], random: Any
) -> None:
    with empty() as root:
        imported(root, form, questions, "--write")
        before = texts(root)
        turned = [
            replace(each, stated=tuple(random.sample(each.stated, len(each.stated))))
            for each in random.sample(questions, len(questions))
        ]
        if form == "predictionbook":  # whose first name is the reader's
            turned = [replace(each, stated=tuple(sorted(each.stated))) for each in turned]
        said = imported(root, form, turned, "--write")
        assert said.out == ""
        assert "differs" not in said.err
        assert texts(root) == before


@settings(max_examples=15)
@given(st.sampled_from([*EXPORTS]), accounts(), st.sampled_from(["option", "file", "guess"]))
def test_a_forecaster_by_another_name_is_doubled_by_no_import(
    form: str, questions: list[Asked], how: str
) -> None:
    with empty() as root:
        imported(root, form, questions, "--write")
        renamed = [
            replace(
                each,
                stated=(
                    *((by.replace("u1", "ada"), *rest) for by, *rest in each.stated),
                    ("ada", 600, 42),
                ),
            )
            for each in questions
        ]
        words = ["--by", "ada=u1"] if how == "option" else []
        if how == "file":
            (root / ".aliases.yaml").write_text("# mine\nada: Ada\nu1: Ada\n")
        said = imported(root, form, renamed, *words, "--write")
        assert said.code == 0
        assert "ada" not in forecasters(root)
        assert "differs" not in said.err
        for each in load(str(root)).predictions.values():
            assert sum(one.by == "u1" for one in each.forecasts) == 1 + sum(
                by == "u1" for by, *_ in questions[_number(each.id) - 1].stated
            )
        before = texts(root)
        again = imported(root, form, renamed, "--write")
        assert (again.code, again.out, texts(root)) == (0, "", before)
        if how == "guess":
            assert '"ada" in the import is "u1" here, and keeps that name' in again.err


def _number(identity: str) -> int:
    return int(re.findall(r"\d+", identity)[-1])


def test_a_real_download_with_every_name_hashed_anew_adds_nothing(root: Path) -> None:
    path = root.parent / "download.zip"
    path.write_bytes(real())
    words = ("import", "metaculus", str(path), "--tz", "UTC", "--write")
    program(*words, of=root)
    before, names = texts(root), forecasters(root)
    with zipfile.ZipFile(path) as archive:
        tables = {name: archive.read(name).decode() for name in archive.namelist()}
    turned = {
        name: re.sub("|".join(sorted(names)), lambda at: at[0][::-1], text)
        for name, text in tables.items()
    }
    path.write_bytes(zipped(turned))
    said = program(*words, of=root)
    assert (said.code, said.out, texts(root)) == (0, "", before)
    assert said.err.count("in the import is") == len(names)


def test_whoever_is_new_and_an_old_hand_by_turns_is_one_in_each_record(root: Path) -> None:
    first, second = (
        Asked(number, stated=((name, 0, 70),)) for number, name in ((1, "ada"), (2, "7"))
    )
    imported(root, "fatebook", [first, second], "--write")
    now = [replace(each, stated=(("7", 0, 70), ("7", 5, 80))) for each in (first, second)]
    imported(root, "fatebook", now, "--write")
    whole = load(str(root)).predictions
    assert [each.by for each in whole["fatebook-q-1"].forecasts] == ["ada", "ada"]
    assert [each.by for each in whole["fatebook-q-2"].forecasts] == ["7", "7"]


def test_a_colleague_who_says_the_same_on_one_day_is_somebody_else(root: Path) -> None:
    path = root.parent / "table.csv"
    head = "id,claim,by,made,percent\n"
    path.write_text(f"{head}rain,It rains,Ada,2026-01-02,70\n")
    program("import", "csv", str(path), "--write", of=root)
    path.write_text(f"{head}rain,It rains,Ben,2026-01-02,70\n")
    said = program("import", "csv", str(path), "--write", of=root)
    assert forecasters(root) == {"Ada", "Ben"}
    told = '"Ben" states what "Ada" states here, and is taken for somebody else'
    assert f'remark: {told}; if they are one, say --by Ben="Ada"\n' in said.err


OURS = """claim: It rains
kind: binary
deadline: 2026-06-01  # mine
outcome:
  answer: yes
  decided: 2026-05-01
forecasts:
  # who else
  - by: u1
    made: 2026-01-01T10:00:07Z
    probability: 70%
note: seen
"""


def rain(root: Path, text: str, *words: str, answer: str = "", due: str = "2026-06-01") -> Said:
    """Import a table of one row beside a record."""
    (root / "rain.yaml").write_text(text)
    path = root.parent / "table.csv"
    ended = f"{answer},2026-05-03" if answer else ","
    path.write_text(
        "id,claim,by,made,percent,deadline,answer,decided\n"
        f"rain,It rains,u1,{instant(0)},70,{due},{ended}\n"
    )
    return program("import", "csv", str(path), "--tz", "UTC", *words, of=root)


UPDATE = ("--update-outcomes", "--write")


def test_an_update_shows_its_lines_and_leaves_every_other_byte(root: Path) -> None:
    said = rain(root, OURS, *UPDATE, answer="no", due="2026-07-01")
    shown = "- deadline: 2026-06-01  # mine\n+ deadline: 2026-07-01  # mine\n"
    assert shown in said.err
    assert "-   answer: yes\n-   decided: 2026-05-01\n" in said.err
    assert (root / "rain.yaml").read_text() == OURS.replace("06-01  #", "07-01  #").replace(
        "yes\n  decided: 2026-05-01", "no\n  decided: 2026-05-03"
    )


def test_an_outcome_that_was_taken_back_is_named_and_taken_out(root: Path) -> None:
    said = rain(root, OURS)
    told = "differs: rain: outcome: the platform took the outcome back (yes on 2026-05-01 here)\n"
    assert told in said.err
    assert (root / "rain.yaml").read_text() == OURS
    rain(root, OURS, *UPDATE)
    ended = "outcome:\n  answer: yes\n  decided: 2026-05-01\n"
    assert (root / "rain.yaml").read_text() == OURS.replace(ended, "")


@pytest.mark.parametrize("line", ["  judge: Me\n", "  judgements:\n    - answer: no\n"])
def test_an_outcome_that_somebody_judged_here_is_never_taken_back(line: str, root: Path) -> None:
    text = OURS.replace("forecasts:", f"{line}forecasts:")
    said = rain(root, text, *UPDATE)
    assert (said.out, (root / "rain.yaml").read_text()) == ("", text)
    assert "1 here already" in said.err


@pytest.mark.parametrize("answer", ["no", ""])
def test_lines_that_hold_a_comment_are_never_taken_out(answer: str, root: Path) -> None:
    text = OURS.replace("answer: yes", "answer: yes  # as I saw")
    said = rain(root, text, *UPDATE, answer=answer, due="2026-07-01")
    assert said.code == 5
    assert "the lines of the outcome hold a comment of yours" in said.err
    assert (root / "rain.yaml").read_text() == text


def test_other_judges_and_keys_of_ones_own_stay_with_a_new_answer(root: Path) -> None:
    own = "  judgements:\n    - answer: no\n      judge: Ben\n  x-own: 3\n"
    rain(root, OURS.replace("forecasts:", f"{own}forecasts:"), *UPDATE, answer="no")
    text = (root / "rain.yaml").read_text()
    assert own in text
    assert "  answer: no\n  decided: 2026-05-03\n" in text


def test_an_export_of_ones_own_takes_nothing_back(root: Path) -> None:
    (root / "rain.yaml").write_text(
        OURS.replace("outcome:\n  answer: yes\n  decided: 2026-05-01\n", "")
    )
    document = root.parent / "export.json"
    document.write_text(program("export", "json", of=root).out)
    (root / "rain.yaml").write_text(OURS)
    said = program("import", "json", str(document), *UPDATE, of=root)
    assert "1 here already" in said.err
    assert (root / "rain.yaml").read_text() == OURS


def test_a_close_that_manifold_moved_to_the_resolution_moves_no_deadline(root: Path) -> None:
    asked = Asked(1, stated=(("u1", 0, 70),))
    imported(root, "manifold", [asked], "--write")
    ended = json.loads(as_manifold([replace(asked, answer="yes")]))
    ended[0]["closeTime"] = ended[0]["resolutionTime"]
    path = root.parent / "export"
    path.write_text(json.dumps(ended))
    words = ("import", "manifold", str(path), "--tz", "UTC", *UPDATE)
    said = program(*words, of=root)
    assert "1 outcome added to 1 record here" in said.err
    assert "differs" not in said.err
    assert load(str(root)).predictions["manifold-q1"].deadline == asked.due


def test_a_deadline_of_ones_own_stays_where_the_zip_has_none(root: Path) -> None:
    asked = Asked(1, stated=(("u1", 0, 70),))
    imported(root, "metaculus", [asked], "--write")
    path = root / "metaculus-1.yaml"
    path.write_text(path.read_text().replace("deadline: 2026-06-01", "deadline: 2026-12-31"))
    before = path.read_text()
    said = imported(root, "metaculus", [asked], *UPDATE)
    assert ("1 here already" in said.err, path.read_text()) == (True, before)


# what one export says twice


def resolved(*values: float) -> list[tuple[str, Json]]:
    """Return the sets of ForecastBench in which one question ended in several ways."""
    asked = {"id": "q", "source": "acled", "question": "Rain?", "resolution_dates": ["2024-08-01"]}
    said = {"id": "q", "source": "acled", "forecast": 0.7, "resolution_date": "2024-08-01"}
    ends = [
        {"id": "q", "source": "acled", "resolution_date": "2024-08-01", "resolved": True}
        | {"resolved_to": value}
        for value in values
    ]
    head = {"forecast_due_date": "2024-07-21", "question_set": "2024-07-21-llm.json"}
    return [
        ("questions.json", head | {"questions": [asked]}),
        ("forecasts.json", head | {"model": "m", "organization": "o", "forecasts": [said]}),
        ("resolutions.json", head | {"resolutions": ends}),
    ]


def bench(root: Path, *values: float) -> Said:
    """Import these sets."""
    paths = []
    for name, content in resolved(*values):
        path = root.parent / name
        path.write_text(json.dumps(content))
        paths.append(str(path))
    return program("import", "forecastbench", *paths, "--write", of=root)


def test_of_two_outcomes_of_one_question_neither_is_taken(root: Path) -> None:
    said = bench(root, 1.0, 0.0)
    assert said.code == 6
    above = str(root.parent)
    first, second = (f"{above}/resolutions.json, entry {number}" for number in (1, 2))
    told = f"outcome: yes on 2024-08-01 at {first}, no on 2024-08-01 at {second}; neither is taken"
    assert told in said.err
    (whole,) = load(str(root)).predictions.values()
    assert (whole.outcome, len(whole.forecasts)) == (None, 1)
    before = texts(root)
    assert bench(root, 1.0, 0.0).code == 6
    assert texts(root) == before
    said = bench(root, 1.0, 1.0)
    assert "1 outcome added to 1 record here" in said.err


@pytest.mark.parametrize(
    ("form", "content", "told"),
    [
        (
            "csv",
            "id,claim,by,made,percent,answer,decided\n"
            "a,It rains,Ada,2026-01-02,70,yes,2026-02-01\n"
            "a,It rains,Ben,2026-01-02,60,no,2026-02-01\n",
            "outcome: yes on 2026-02-01 at {0}:2, no on 2026-02-01 at {0}:3",
        ),
        (
            "csv",
            "id,claim,by,made,percent,deadline\n"
            "a,It rains,Ada,2026-01-02,70,2026-03-01\n"
            "a,It rains,Ben,2026-01-02,60,2026-04-01\n",
            "deadline: 2026-03-01 at {0}:2, 2026-04-01 at {0}:3",
        ),
        (
            "csv",
            "id,claim,by,made,percent\n"
            "a,It rains,Ada,2026-01-02,70\na,It rains,Ada,2026-01-02,60\n",
            "Ada forecasts twice at 2026-01-02, at {0}:2 and at {0}:3; keep one of the rows",
        ),
        (
            "fatebook",
            "Question title,Multiple choice option,Forecast created by,Forecast (scale = 0-1),"
            "Forecast created at,Question created by,Question created at,Question resolve by,"
            "Resolution,Resolved at\n"
            "Rain?,,Ada,0.7,2026-01-02 10:00:07,Ada,2026-01-01 10:00:07,2026-03-01 00:00:00,"
            "YES,2026-02-01 00:00:00\n"
            "Rain?,,Ada,0.8,2026-01-03 10:00:07,Ada,2026-01-01 10:00:07,2026-03-01 00:00:00,"
            "NO,2026-02-01 00:00:00\n",
            "outcome: yes on 2026-02-01 at {0}:2, no on 2026-02-01 at {0}:3",
        ),
        (
            "manifold",
            json.dumps(
                [
                    *json.loads(as_manifold([Asked(1, answer="yes", stated=(("u", 0, 70),))])),
                    *json.loads(as_manifold([Asked(1, answer="no", stated=(("u", 0, 70),))])),
                ]
            ),
            "outcome: yes on 2026-05-01 at {0}, entry 1, no on 2026-05-01 at {0}, entry 3",
        ),
        (
            "metaculus",
            json.dumps([POST, POST | {"question": POST["question"] | {"resolution": "no"}}]),
            "outcome: yes on 2025-01-20 at {0}: post 1, question 7, no on 2025-01-20 at {0}: "
            "post 2, question 7",
        ),
    ],
    ids=["outcome", "deadline", "forecast", "fatebook", "manifold", "metaculus"],
)
def test_a_contradiction_is_named_with_both_places_and_neither_is_taken(
    form: str, content: str, told: str, root: Path
) -> None:
    path = root.parent / "export"
    path.write_text(content)
    said = program("import", form, str(path), "--tz", "UTC", "--write", of=root)
    assert said.code == 6
    assert told.format(path) in said.err
    for whole in load(str(root)).predictions.values():
        assert whole.outcome is None
        assert "outcome: " in told


def test_what_two_files_say_of_one_question_is_one_record(root: Path) -> None:
    old = Asked(1, stated=(("u1", 0, 70),))
    new = replace(old, answer="yes", stated=(("u1", 0, 70), ("u1", 9, 80)))
    paths = []
    for name, asked in (("new", new), ("old", old)):
        paths.append(root.parent / name)
        paths[-1].write_bytes(as_fatebook([asked]))
    words = ("import", "fatebook", *map(str, paths), "--tz", "UTC", "--write")
    assert program(*words, of=root).code == 0
    (whole,) = load(str(root)).predictions.values()
    assert ([each.probability for each in whole.forecasts], whole.outcome.answer) == (
        [0.7, 0.8],
        "yes",
    )
    before = texts(root)
    assert (program(*words, of=root).out, texts(root)) == ("", before)


SCENARIO = """---
scenario: It rains
end_date: 2026-06-01
type: choice
by: {by}
made: {made}
options: {{Yes: {p}, No: {q}}}
---
{notes}
"""


def scenarios(root: Path, *each: tuple[str, str, float, str]) -> Said:
    """Import `.forecast` files of one scenario."""
    paths = []
    for number, (by, made, p, notes) in enumerate(each):
        path = root.parent / f"{number}.forecast"
        path.write_text(SCENARIO.format(by=by, made=made, p=p, q=round(1 - p, 2), notes=notes))
        paths.append(str(path))
    return program("import", "forecast", *paths, "--tz", "UTC", "--write", of=root)


def test_two_files_of_one_scenario_are_one_record_with_two_forecasts(root: Path) -> None:
    stated = (("Ada", "2026-01-02", 0.7, "Clouds."), ("Ben", "2026-01-02", 0.6, "Sun."))
    said = scenarios(root, *stated)
    assert said.code == 0
    assert "note: at " in said.err
    assert said.err.count("the first is taken") == 1
    (whole,) = load(str(root)).predictions.values()
    assert [(each.by, each.probability) for each in whole.forecasts] == [("Ada", 0.7), ("Ben", 0.6)]
    before = texts(root)
    assert (scenarios(root, *stated).out, texts(root)) == ("", before)


def test_two_files_that_say_two_things_at_one_moment_are_refused_by_name(root: Path) -> None:
    said = scenarios(root, ("Ada", "2026-01-02", 0.7, ""), ("Ada", "2026-01-02", 0.6, ""))
    assert (said.code, texts(root)) == (6, {})
    first, second = (f"{root.parent}/{number}.forecast" for number in (0, 1))
    assert f"forecast of Ada of 2026-01-02: 70% at {first}, 60% at {second}; neither" in said.err


# single answers and other people's files

QUESTION_ALONE = POST["question"] | {"post_id": 70}


def test_a_question_of_metaculus_alone_is_what_its_post_is(root: Path) -> None:
    path = root.parent / "question.json"
    path.write_text(json.dumps(QUESTION_ALONE))
    said = program("import", "metaculus", str(path), "--tz", "UTC", "--write", of=root)
    assert said.out == "metaculus-7\n"
    whole = load(str(root)).predictions["metaculus-7"]
    assert whole.source.url == "https://www.metaculus.com/questions/70/"
    assert whole.forecasts[0].probability == 0.9


def test_a_table_of_bets_and_markets_of_manifold_is_what_its_json_is(root: Path) -> None:
    market = "id,question,outcomeType,createdTime,closeTime,isResolved,resolution,"
    market += "resolutionTime,resolutionProbability\n"
    market += "q1,Rain?,BINARY,1764547200000,1780272000000,TRUE,MKT,1777593600000,0.4\n"
    bets = "id,contractId,userUsername,createdTime,probAfter,isRedemption\n"
    bets += "b1,q1,ada,1767261607000,0.7,false\nb2,q1,ada,1767261608000,0.2,True\n"
    paths = []
    for name, content in (("markets.csv", market), ("bets.csv", bets)):
        paths.append(root.parent / name)
        paths[-1].write_text(content)
    said = program("import", "manifold", *map(str, paths), "--tz", "UTC", "--write", of=root)
    assert said.out == "manifold-q1\n"
    (whole,) = load(str(root)).predictions.values()
    assert (whole.outcome.answer, [each.probability for each in whole.forecasts]) == (0.4, [0.7])


AGGREGATE = {
    "Forecaster ID": "",
    "Forecaster Username": "recency_weighted",
    "Forecaster Count": "9",
}


@pytest.mark.parametrize(
    ("form", "content", "told"),
    [
        (
            "manifold",
            b'{"id": "q1", "question": "Rain?", "outcomeType": "BINARY"}',
            "nobody's forecasts; save what /v0/bets?username=NAME&contractId=q1 answers",
        ),
        (
            "metaculus",
            download({}, FORECAST | AGGREGATE | {"Probability Yes": "0.7"}),
            "holds only aggregates (1 rows), and no forecast of anybody; download it with",
        ),
        (
            "metaculus",
            json.dumps({"id": 7, "title": "Rain?", "possibilities": {"type": "binary"}}).encode(),
            "post 1 is a question of the old API; save what /api/posts/ answers",
        ),
        (
            "metaculus",
            json.dumps(QUESTION_ALONE | {"my_forecasts": None}).encode(),
            "of any question; save what /api/posts/ID/ answers while you are logged in",
        ),
        (
            "metaculus",
            b"Question ID,Question Title\n7,Rain?\n",
            "is neither a zip of Metaculus nor JSON; name the zip as it was downloaded",
        ),
        (
            "metaculus",
            as_manifold([Asked(1, stated=(("u", 0, 70),))]),
            "holds bets or a market of Manifold; write `predtrack import manifold`",
        ),
        (
            "fatebook",
            json.dumps({"title": "Rain?", "resolved": False, "forecasts": []}).encode(),
            "without its id; save what /api/v0/getQuestions answers",
        ),
        (
            "csv",
            b"contractId,createdTime,probAfter,resolution\nq,1,0.5,MKT\n",
            "is bets of Manifold; write `predtrack import manifold`",
        ),
        (
            "csv",
            b"claim,by,made,percent,answer,decided\nRain,Ada,2026-01-02,70,MKT,2026-02-01\n",
            "answer: MKT is Manifold's word for a percentage, or for none; write the share",
        ),
    ],
)
def test_what_holds_no_forecast_is_said_to_be_what_it_is(
    form: str, content: bytes, told: str, root: Path
) -> None:
    path = root.parent / "export"
    path.write_bytes(content)
    said = program("import", form, str(path), "--write", of=root)
    assert (said.code, said.out, texts(root)) == (6, "", {})
    assert told in said.err
    assert "Traceback" not in said.err


# names


def test_the_names_of_by_are_remembered_and_join_the_reports(root: Path) -> None:
    asked = Asked(1, answer="yes", stated=(("7", 0, 70),))
    (root / ".aliases.yaml").write_text("# mine\nbob: Bob # too")
    imported(root, "fatebook", [asked], "--by", "7=Ada Example", "--write")
    assert (root / ".aliases.yaml").read_text() == '# mine\nbob: Bob # too\n"7": Ada Example'
    imported(root, "fatebook", [replace(asked, number=2)], "--write")
    assert forecasters(root) == {"7", "Ada Example"}
    for name in ("7", "Ada Example"):
        report = json.loads(program("report", "--by", name, "--json", of=root).out)
        groups = {(each["by"], each["kind"]): each["rows"] for each in report["groups"]}
        assert groups["Ada Example", "binary"] == 2
        assert {by for by, _ in groups} == {"Ada Example"}
        assert report["settings"]["by"] == ["Ada Example"]
        assert len(program("list", "--status", "all", "--by", name, of=root).out.splitlines()) == 2
    assert 'by: "7"' in (root / "fatebook-q-2.yaml").read_text()
    scored = json.loads(program("score", "--json", of=root).out)["scores"]
    assert {each["by"] for each in scored} == {"Ada Example"}
    whole = json.loads(program("export", "json", of=root).out)
    written = {each["record"]["forecasts"][0]["by"] for each in whole["predictions"]}
    assert written == {"7", "Ada Example"}


def test_two_names_of_one_person_in_one_record_are_one_forecaster(root: Path) -> None:
    stated = (("7", 0, 70), ("ada", 9, 90))
    imported(root, "fatebook", [Asked(1, answer="yes", stated=stated)], "--write")
    (root / ".aliases.yaml").write_text('"7": Ada\nada: Ada\n')
    scored = json.loads(program("score", "--json", of=root).out)["scores"]
    assert [(each["by"], each["reason"]) for each in scored] == [("Ada", None), ("Ada", "revised")]
    shown = json.loads(program("show", "fatebook-q-1", "--json", of=root).out)
    assert [each["reason"] for each in shown["scores"]] == [None, "revised"]
    (row,) = json.loads(program("list", "--status", "all", "--json", of=root).out)["predictions"]
    assert row["by"] == ["Ada"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- a\n", ".aliases.yaml:1:1: error[type]: it is no mapping of names"),
        ("a: b\na: c\n", ".aliases.yaml:2:1: error[twice]: a stands twice"),
        ("a: b\nb: a\n", ".aliases.yaml:2:1: error[value]: b leads back to itself"),
        ("a: [b]\n", ".aliases.yaml:1:1: error[type]: a has no name"),
        ("a: &x b\n", ".aliases.yaml:1:4: error[yaml]"),
    ],
)
def test_what_is_wrong_with_the_names_is_a_problem_with_a_place(
    text: str, told: str, root: Path
) -> None:
    imported(root, "fatebook", [Asked(1, stated=(("7", 0, 70),))], "--write")
    (root / ".aliases.yaml").write_text(text)
    checked = program("check", of=root)
    assert (checked.code, told in checked.out) == (1, True), checked.out
    assert program("report", of=root).code == 4
    listed = program("list", "--status", "all", of=root)
    assert (listed.code, told in listed.err) == (0, True)
    assert "fatebook-q-1" in listed.out


@pytest.mark.parametrize(
    ("names", "words", "code", "told"),
    [
        ("", ("--by", "8=Ada"), 2, "--by 8=...: nobody in the export has that name"),
        ("", ("--by", "7"), 2, "--by 7: write NAME=SHOWN"),
        ("", ("--by", "7=a", "--by", "7=b"), 2, "--by 7=...: it is a already; keep one"),
        ('"7": Ben\n', ("--by", "7=Ada"), 5, ".aliases.yaml says that 7 is Ben"),
        ('{"8": Ben}\n', ("--by", "7=Ada"), 5, 'put these lines in by hand:\n  "7": Ada'),
    ],
)
def test_a_name_that_cannot_be_taken_changes_nothing(
    names: str, words: tuple, code: int, told: str, root: Path
) -> None:
    if names:
        (root / ".aliases.yaml").write_text(names)
    said = imported(root, "fatebook", [Asked(1, stated=(("7", 0, 70),))], *words, "--write")
    assert (said.code, texts(root)) == (code, {})
    assert told in said.err
    assert not names or (root / ".aliases.yaml").read_text() == names


@pytest.mark.parametrize(
    "words", [("list",), ("report",), ("due",), ("stats",), ("score",), ("export", "csv")]
)
def test_a_yml_file_is_passed_over_aloud(words: tuple, root: Path) -> None:
    (root / "rain.yml").write_text(OURS)
    said = program(*words, of=root)
    assert said.code == 0
    assert said.err.count("rain.yml:1:1: warning[name]: a .yml file is passed over") == 1
    assert program("check", of=root).out.count("a .yml file is passed over") == 1


def test_names_behind_a_link_out_of_the_folder_are_left_alone(root: Path) -> None:
    outside = root.parent / "names.yaml"
    outside.write_text("bob: Bob\n")
    (root / ".aliases.yaml").symlink_to(outside)
    said = imported(
        root, "fatebook", [Asked(1, stated=(("7", 0, 70),))], "--by", "7=Ada", "--write"
    )
    assert (said.code, outside.read_text(), texts(root)) == (5, "bob: Bob\n", {})


def test_names_in_a_yml_file_are_passed_over_aloud(root: Path) -> None:
    (root / ".aliases.yml").write_text("a: b\n")
    told = ".aliases.yml:1:1: warning[name]: a .yml file is passed over; rename it to .aliases.yaml"
    assert told in program("list", of=root).err
    assert told in program("check", of=root).out


def test_names_that_are_no_text_or_no_file_are_a_problem(root: Path) -> None:
    (root / ".aliases.yaml").write_bytes(b"a: \xff\n")
    assert ".aliases.yaml:1:1: error[encoding]: byte 3 (0xff)" in program("check", of=root).out
    (root / ".aliases.yaml").unlink()
    (root / ".aliases.yaml").mkdir()
    assert ".aliases.yaml:1:1: error[file]: it cannot be read" in program("check", of=root).out


@pytest.mark.parametrize("text", ["", "# nobody yet\n"])
def test_a_file_without_names_joins_nobody_and_takes_the_first(text: str, root: Path) -> None:
    (root / ".aliases.yaml").write_text(text)
    imported(root, "fatebook", [Asked(1, stated=(("7", 0, 70),))], "--by", "7=Ada B", "--write")
    assert (root / ".aliases.yaml").read_text() == f'{text}"7": Ada B\n'


def test_without_write_nothing_is_remembered(root: Path) -> None:
    said = imported(root, "fatebook", [Asked(1, stated=(("7", 0, 70),))], "--by", "7=Ada")
    assert '.aliases.yaml:1\n+ "7": Ada\n' in said.err
    assert list(root.iterdir()) == []


def test_a_reason_that_differs_is_named_with_the_forecast(root: Path) -> None:
    path = root.parent / "table.csv"
    words = ("import", "csv", str(path), "--write")
    for why in ("Clouds.", "Wind."):
        path.write_text(f"id,claim,by,made,percent,rationale\na,b,Ada,2026-01-02,70,{why}\n")
        said = program(*words, of=root)
    assert "differs: a: forecast of Ada of 2026-01-02: rationale\n" in said.err
    path.write_text("id,claim,by,made,percent,answer\na,b,Ada,2026-01-02,70,annulled\n")
    program(*words, of=root)
    path.write_text("id,claim,by,made,percent,answer\na,b,Ada,2026-01-02,70,ambiguous\n")
    told = "outcome: void (annulled) here, void (ambiguous) there"
    assert told in program(*words, of=root).err


def test_a_scores_comparison_takes_nothing(root: Path) -> None:
    path = root.parent / "download.zip"
    path.write_bytes(real())
    for words in (("--update-outcomes",), ("--by", "a=b")):
        said = program("import", "metaculus", str(path), "--verify", *words, of=root)
        assert (said.code, "--verify compares scores alone" in said.err) == (2, True)

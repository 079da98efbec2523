"""The daily loop as a new user walks it, and a thousand values that go all the way round."""

from __future__ import annotations

import re
import shlex
import subprocess
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from predtrack.cli import COMMANDS
from predtrack.records import life, phrasing, revise, values
from predtrack.records.prediction import Forecast, Interval, Outcome, Prediction
from predtrack.store import changes
from predtrack.store import folder as store
from test_cli import RAIN, Said, folder, program
from test_cli_edit import editor
from test_cli_exchange import exported, imported, records
from test_readme import environment

RECORDS = 250
"""With four values each: three by three forecasters, and one that revises."""

MADE = date(2026, 1, 10)
END = date(2026, 12, 31)
TRAM = RAIN.replace("It rains on the first of April", "The tram opens")


def test_a_new_user_goes_from_nothing_to_a_report(tmp_path):
    def ran(words: str, code: int = 0) -> str:
        """What a command prints, run as a program of its own where nobody can be asked."""
        done = subprocess.run(
            ["predtrack", *shlex.split(words)],
            cwd=tmp_path,
            env=environment(tmp_path),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout

    assert "README.md" in ran("init")
    (example,) = (tmp_path / "predictions").glob("*.yaml")
    example.unlink()
    ran('add "The tram opens" -p 70% --deadline 2026-12 --tag city --made 2026-10-01')
    ran("update tram 85% --made 2026-11-20")
    assert ran("list").split("\t")[:3] == ["tram-opens", "open", "2026-12-31"]
    assert "Ada Example moved" in ran("show tram-opens")
    ran("due --within 60d --exit-code")
    ran("--as-of 2027-01-02 due --exit-code", code=1)
    assert "answer: yes" in ran("--as-of 2027-01-02 resolve tram-opens yes --decided 2026-12-31")
    assert ran("check") == ""
    assert ran("--as-of 2027-01-02 score").startswith("tram-opens\t")
    assert "Ada Example" in ran("--as-of 2027-01-02 report")


def example(name: str) -> list[str]:
    """The words behind `predtrack` in the example that a command's help shows."""
    found = re.search(r"Example: predtrack (.+?)\n\n", program(name, "--help").out, re.DOTALL)
    assert found is not None, name
    return shlex.split(found[1].split(" > ")[0])


@pytest.mark.parametrize("name", COMMANDS)
def test_the_example_in_the_help_of_a_command_runs(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    root = folder(tmp_path / "predictions", harbour_tram=TRAM, geniuses=RAIN, rain=RAIN)
    if name == "reopen":
        assert program("resolve", "harbour-tram", "yes", of=root).code == 0
    (tmp_path / "export.json").write_text(exported(root))
    rows = "".join(f"{'0.5,0.6' if k % 2 else '0.2,0.1'},{k % 2}\n" for k in range(40))
    for table in ("forecasts.csv", "table.csv"):
        (tmp_path / table).write_text(f"mine,theirs,happened\n{rows}")
    words = example(name)
    if name == "init":
        words.append("new")
    for state in ("base", "ours", "theirs"):
        (tmp_path / f"{state}.yaml").write_text(TRAM)
    if "--dry-run" in program(name, "--help").out:
        words.append("--dry-run")
    before = {path.name: path.read_text() for path in root.iterdir()}
    said = program(*words, of=root, EDITOR=editor(tmp_path))
    assert said.code in ({0, 1} if name in {"due", "check"} else {0}), said.err
    if name != "import":
        assert {path.name: path.read_text() for path in root.iterdir()} == before


def percent(random: Random) -> float:
    """A chance in whole percent."""
    return random.randint(1, 99) / 100


def rising(random: Random, count: int, low: int, high: int) -> list[int]:
    """So many different whole numbers, in order."""
    return sorted(random.sample(range(low, high), count))


def binary(random: Random) -> dict[str, Any]:
    """A chance of yes, or a phrase."""
    phrase = random.choice(["very likely", "unlikely", "about even"])
    return {"probability": phrase if random.random() < 0.3 else percent(random)}


def choice(random: Random) -> dict[str, Any]:
    """Shares of three options, with names that YAML would take for something else."""
    first, second = rising(random, 2, 1, 100)
    shares = (first, second - first, 100 - second)
    return {"probabilities": tuple(zip(OPTIONS, (each / 100 for each in shares), strict=True))}


def interval(random: Random) -> dict[str, Any]:
    """A range with two bounds or one, with a confidence or none."""
    low, high = rising(random, 2, -500, 500)
    ends = random.choice([{"low": low, "high": high}, {"low": low / 8}, {"high": high * 1e7}])
    sure = random.choice([None, 0.8, percent(random)])
    return {"interval": Interval(**ends, confidence=sure)}


def quantiles(random: Random) -> dict[str, Any]:
    """Values at three levels."""
    levels = [each / 100 for each in rising(random, 3, 1, 100)]
    return {"quantiles": tuple(zip(levels, rising(random, 3, -90, 90), strict=True))}


def points(random: Random) -> dict[str, Any]:
    """Chances that a number is at most each of three."""
    chances = [each / 100 for each in rising(random, 3, 0, 101)]
    return {"cdf": tuple(zip(rising(random, 3, -90, 90), chances, strict=True))}


def point(random: Random) -> dict[str, Any]:
    """One number."""
    return {"point": random.choice([random.randint(-50, 50), random.randint(1, 999) / 8, 1e22])}


def days(random: Random) -> dict[str, Any]:
    """Chances that it has happened by each of two days."""
    first, second = (END + timedelta(each) for each in rising(random, 2, -300, 900))
    low, high = (each / 100 for each in rising(random, 2, 0, 101))
    return {"cdf": ((first, low), (second, high))}


NAMES = ("Ada Example", "Ben: Example", "Cleo # Example")
OPTIONS = ("North End", "no", "1:30")
DRAWN = {
    "binary": (binary,),
    "choice": (choice,),
    "numeric": (interval, quantiles, points, point),
    "date": (days,),
}
ANSWERS: dict[str, tuple[Any, ...]] = {
    "binary": ("yes", "no", 0.25, "void"),
    "choice": (*OPTIONS, "void"),
    "numeric": (12, -3.5, 1e22, "void"),
    "date": (date(2026, 6, 1), "no", "void"),
}
DRAWS = [(kind, draw) for kind, draws in DRAWN.items() for draw in draws]


def drawn(random: Random, number: int) -> tuple[Prediction, dict[str, Any]]:
    """A prediction, and what its forecaster will say later."""
    kind, draw = DRAWS[number % len(DRAWS)]
    fields: dict[str, Any] = {"deadline": END + timedelta(random.randint(0, 60))}
    fields |= {"options": OPTIONS} if kind == "choice" else {}
    fields |= {"unit": "GW"} if kind == "numeric" and random.random() < 0.5 else {}
    said = [Forecast(by=by, made=MADE, **draw(random), words="so, or: so # not") for by in NAMES]
    claim = f"Number {number}: {random.choice(['null', '- a', '電車 🚃', 'a  b', chr(27)])}"
    prediction = Prediction(claim=claim, kind=kind, forecasts=tuple(said), **fields)  # type: ignore[arg-type]
    return prediction, draw(random)


def outcome(random: Random, prediction: Prediction) -> Outcome:
    """One of the ways in which a prediction may end."""
    answer = random.choice(ANSWERS[prediction.kind])
    happened = answer if isinstance(answer, date) else END
    return Outcome(answer=answer, decided=None if answer == "void" else happened)


def test_a_thousand_values_go_all_the_way_round_and_come_back_equal(tmp_path, monkeypatch):
    monkeypatch.setattr("os.fsync", lambda _descriptor: None)  # a thousand waits for the disk
    random = Random(7)
    root = folder(tmp_path / "from")
    later: dict[str, tuple[Prediction, dict[str, Any]]] = {}
    for number in range(RECORDS):
        identity = f"p{number:03}"
        prediction, said = drawn(random, number)
        changes.add(str(root), identity, prediction)
        later[identity] = (prediction, said)
    held = store.load(str(root)).sound()
    assert len(held.predictions) == RECORDS
    for identity, (prediction, said) in later.items():
        forecast = Forecast(by="Ada Example", made=MADE + timedelta(30), **said)
        text = phrasing.value(prediction, forecast)  # as `show` writes it, and `update` reads it
        again = values.value(text, prediction.kind, MADE, prediction.unit)
        assert again.keys() == said.keys()
        assert phrasing.value(prediction, replace(forecast, **again)) == text
        changes.change(held, identity, lambda was, new=forecast: revise.revise(was, new))
        ended = outcome(random, prediction)
        changes.change(held, identity, lambda was, end=ended: life.resolve(was, end))
    stated = [len(each.forecasts) for each in records(root).values() if each.outcome]
    assert sum(stated) == 1000
    to = folder(tmp_path / "to")
    assert imported(to, exported(root), "--write").err == "250 records written; 0 here already\n"
    assert records(to) == records(root)
    assert program("score", "--json", of=to) == program("score", "--json", of=root)
    assert program("check", of=to) == Said(0, "", "")

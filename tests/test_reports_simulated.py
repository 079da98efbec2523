"""The sentences of a report are held to their promises by 400 simulated reports each.

`make simulate` has the whole table: more settings, more families, and those who are too timid.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from random import Random

import pytest

import simulate
from forecasters import (
    ALONE,
    FORECASTERS,
    LESS,
    MORE,
    OF_TESTS,
    OF_VERDICT,
    SEVERAL,
    Report,
    Setting,
    beside_overconfident,
    percents,
    report_on,
)
from predtrack.reports.calibration import GATES, Row, figures, sample
from predtrack.reports.verdicts import EXTREME, SURE, TIMID, verdict
from predtrack.scoring import exact

# The middle is stated by fives: fewer distinct chances are computed sooner.
BY_FIVES = {"uniform": Setting(percents(5, 95, 5)), "60-95%": Setting(percents(60, 95, 5))}
PROMISED = ALONE | BY_FIVES | SEVERAL
RUNS = 20, 20  # each of so many stated chances with so many outcomes


@pytest.fixture
def remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the same chances imply is computed once: only what happened differs."""
    monkeypatch.setattr(exact, "distribution", lru_cache(maxsize=4)(exact.distribution))


def reports(name: str, n: int, side: str = "") -> Iterator[Report]:
    """Draw 400 forecasters, and give what a report says of each."""
    random, setting = Random(f"{name} {n} {side}"), PROMISED[name]
    for _ in range(RUNS[0]):
        stated = [setting.stated(random) for _ in range(n)]
        for _ in range(RUNS[1]):
            rows = setting.outcomes(random, stated, FORECASTERS[side])
            yield report_on(rows, side, OF_TESTS)


def surely(report: Report) -> str:
    """The side that the direction names by itself, whatever z says."""
    direction = report.figures.direction
    if direction is None or 1 - SURE < direction.p_extreme < SURE:
        return ""
    return f"surely {EXTREME if direction.p_extreme >= SURE else TIMID}"


@pytest.mark.parametrize("name", ["uniform", "90-99%", "five quantiles", "rare deadlines"])
def test_the_gates_of_a_verdict_give_the_verdict_of_all_figures(name: str) -> None:
    assert len(OF_VERDICT) < len(OF_TESTS) < len(GATES)
    random = Random(name)
    for n in (1, 4, 6, 12, 35):
        rows = PROMISED[name].draw(random, n, FORECASTERS[EXTREME])
        whole = sample(Row(str(each.family), each.stated, each.happened, "n") for each in rows)
        every, _ = figures(whole)
        assert report_on(rows).sentence == verdict(every, n)


@pytest.mark.parametrize("name", PROMISED)
@pytest.mark.parametrize("n", [10, 30, 100])
@pytest.mark.no_cover  # a simulation: other tests reach its lines
@pytest.mark.usefixtures("remembered")
def test_each_sentence_is_seldom_false_of_a_calibrated_forecaster(name: str, n: int) -> None:
    counts: Counter[str] = Counter()
    for report in reports(name, n):
        false = [word for word, is_false in report.false.items() if is_false]
        counts.update([*false, *["any"] * bool(false), surely(report)])
        assert not report.is_contrary
    del counts[""]
    assert counts.pop("any", 0) / 400 <= 0.12
    assert max(counts.values(), default=0) / 400 <= 0.06


@pytest.mark.parametrize(("name", "n"), [("alike at the ends", 82), ("twins of 1.4, 98.6%", 300)])
@pytest.mark.no_cover  # a simulation: other tests reach its lines
def test_too_timid_is_not_said_for_a_few_failures_that_luck_leaves_out(name: str, n: int) -> None:
    random, timid, surely_timid = Random(name), 0, 0
    for _ in range(400):
        rows = simulate.SETTINGS[name].draw(random, n, FORECASTERS[""])
        report = report_on(rows, "", OF_VERDICT)
        timid += report.words[TIMID]
        surely_timid += surely(report) == f"surely {TIMID}"
    assert timid / 400 <= 0.04
    assert timid < surely_timid  # the direction alone would say it


@pytest.mark.parametrize(("n", "least"), [(10, 0.1), (30, 0.3), (100, 0.6)])
@pytest.mark.no_cover  # a simulation: other tests reach its lines
@pytest.mark.usefixtures("remembered")
def test_the_opposite_is_hardly_ever_said_of_who_is_twice_too_extreme(n: int, least: float) -> None:
    counts: Counter[str] = Counter()
    for report in reports("90-99%", n, EXTREME):
        words = report.words
        counts["wrong"] += words[TIMID] or words[MORE]
        counts["right"] += words[EXTREME] or words[LESS]
        counts["silent"] += report.is_silent
        counts[surely(report)] += 1
    assert counts["wrong"] / 400 <= 0.02
    assert counts[f"surely {TIMID}"] / 400 <= 0.02
    assert counts["silent"] / 400 <= 0.01  # no word loses power against its test
    assert min(counts["right"], counts[f"surely {EXTREME}"]) / 400 >= least


@pytest.mark.parametrize("name", ["90-99%", "rare deadlines"])
@pytest.mark.parametrize("n", [10, 30, 100])
@pytest.mark.no_cover  # a simulation: other tests reach its lines
def test_a_calibrated_forecaster_is_seldom_behind_a_slightly_overconfident_one(
    name: str, n: int
) -> None:
    random, behind = Random(f"{name} {n}"), 0
    for _ in range(400):
        pair = beside_overconfident(PROMISED[name].draw(random, n, FORECASTERS[""]))
        behind += pair.is_shown and pair.diff < 0
    assert behind / 400 <= 0.05


def test_the_table_of_simulated_forecasters_says_which_promise_is_met(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked_for = ["--runs", "2", "--only", "90-99%", "--families", "5", "10"]
    always = simulate.Promise("nobody is calibrated", 1.0, (simulate.ANY,))
    monkeypatch.setattr(simulate, "PROMISES", (always,))
    assert simulate.main(asked_for) == 0
    table = capsys.readouterr().out
    assert len(table.splitlines()) == 1 + 2 * len(FORECASTERS) + 2
    assert table.splitlines()[-1].startswith("met ")
    never = simulate.Promise("nothing is ever counted", 1.0, ("runs",))
    monkeypatch.setattr(simulate, "PROMISES", (always, never._replace(most=0.5)))
    assert simulate.main([*asked_for, "-j", "2"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1].startswith("NOT MET  nothing is ever counted at most: 1.0000 (runs: 90-99%")
    assert "above what is promised, drawn 20 times:" in lines  # and they were, ten times as often

"""What `--explain` says: of every key there is, of none that is not, with figures that are true."""

from __future__ import annotations

import doctest
import json
import math
import os
import random
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from statistics import fmean

import pytest
import typer

from predtrack.cli import app
from predtrack.cli import completion as scripts
from predtrack.cli.completion import answer
from predtrack.records.terms import REASONS
from predtrack.reports import bounds, calibration, comparisons, groups, scores, verdicts
from predtrack.reports import report as reports
from predtrack.scoring import binary, choice, consistency, corp, direction, intervals, numeric
from predtrack.scoring.cells import cells_of
from predtrack.views import explanations
from predtrack.views import report as page
from predtrack.views.arithmetic import NAMES
from predtrack.views.explanations import EXPLANATIONS, INSIDE, lines, name_of, nearest
from test_cli import ENDED, folder, program
from test_cli_calibrate import NIAMEY
from test_golden import SHIPPED, many

MOST_WORDS = 90
EARLY = """\
claim: The museum counts its visitors
kind: numeric
deadline: 2028-12-31
outcome: {answer: 5, decided: 2027-01-15}
forecasts:
  - {by: Ada Example, made: 2026-03-01, interval: {low: 4, high: 6, confidence: 80%}}
"""
REFERRED = """\
claim: The museum counts its visitors
kind: numeric
deadline: 2025-12-31
reference: {point: 7}
outcome: {answer: 5, decided: 2025-12-31}
forecasts:
  - {by: Ada Example, made: 2025-03-01, point: 6}
"""
UNDATED = """\
claim: The drivers strike one day
kind: binary
outcome: {answer: yes, decided: 2026-09-09}
forecasts:
  - {by: Ada Example, made: 2026-01-10, words: of course they will}
"""
DISPUTED = """\
claim: The bridge opens
kind: binary
deadline: 2026-09-09
outcome:
  answer: yes
  decided: 2026-09-09
  judgements:
    - {answer: no, judge: Ben Example}
forecasts:
  - {by: Ada Example, made: 2026-01-10, probability: 70%}
"""
CODES = {
    *(calibration.POOLED, calibration.SEVERAL_ROWS, calibration.PARTIAL_ANSWERS),
    *(calibration.ALIKE, calibration.UNDEFINED, calibration.NOTHING_LEFT, calibration.TOO_MANY),
    *(calibration.CHOICE_SHARES, calibration.NEEDS, calibration.INFINITE),
}


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """The keys of what both commands answer with --json, by the object that holds them."""
    two = ("--by", "Ada Example", "--by", "Ben Example", "--at", "last", "--include-early")
    every = ("--origin", "stated", "--origin", "inferred", "--origin", "disputed")
    beside = dict.fromkeys("abcde", REFERRED)
    runs = [
        program("report", "--json", of=ENDED),
        program("report", "--json", *two, of=ENDED),
        program("report", "--json", *every, "--as-of", "2030-01-01", of=SHIPPED),
        program("report", "--json", of=many(tmp_path_factory.mktemp("many"))),
        program("report", "--json", of=folder(tmp_path_factory.mktemp("few"), a=EARLY, b=UNDATED)),
        program("report", "--json", of=folder(tmp_path_factory.mktemp("judged"), a=DISPUTED)),
        program("report", "--json", of=folder(tmp_path_factory.mktemp("beside"), **beside)),
        program("calibrate", NIAMEY, "-p", "ENS", "-p", "EMOS", "-y", "obs", "--json"),
    ]
    gathered: defaultdict[str, set[str]] = defaultdict(set)
    for run in runs:
        assert run.code == 0
        gather(json.loads(run.out), "", gathered)
    return gathered


def gather(value: object, holder: str, gathered: dict[str, set[str]]) -> None:
    """Add the keys of a value, and of all below it, to those of the objects that hold them."""
    if isinstance(value, dict):
        for key, below in value.items():
            gathered[holder].add(key)
            gather(below, key, gathered)
    for entry in value if isinstance(value, list) else ():
        gather(entry, holder, gathered)


def test_every_key_of_a_report_is_explained(keys: dict[str, set[str]]) -> None:
    assert len(keys) > 20
    for holder, names in keys.items():
        for name in names:
            word = f"{holder}.{name}" if holder in INSIDE else name
            assert name_of(word) in EXPLANATIONS, word


def test_what_stands_inside_an_object_is_what_is_said_to(keys: dict[str, set[str]]) -> None:
    assert set(INSIDE) <= set(keys)
    codes = {"void", "left_out"}
    for holder, names in INSIDE.items():
        if holder in codes:
            assert keys[holder] <= {*names, ""}
        else:
            assert keys[holder] == set(names), holder
    flat = {"", "groups", "withheld", *codes}
    assert {holder for holder in keys if holder not in INSIDE} <= flat


@pytest.mark.parametrize(
    ("holder", "names"),
    [
        ("direction", calibration.Direction._fields),
        ("skill", calibration.Skill._fields),
        ("skills", calibration.Skill._fields),
        ("levels", calibration.Level._fields),
        ("curve", calibration.Point._fields),
        ("bounds", bounds.Bounds._fields),
        ("coverage", groups.Coverage._fields),
        ("scores", groups.MeanScore._fields),
        ("reference", groups.Beside._fields),
        ("words", groups.Hits._fields),
        ("ranges", groups.Hits._fields),
        ("undated", groups.Hits._fields),
        ("best", groups.Surprise._fields),
        ("worst", groups.Surprise._fields),
        ("sensitivity", groups.Sensitivity._fields),
        ("comparisons", comparisons.Comparison._fields),
        ("terms", scores.Term._fields),
        ("parts", numeric.IntervalScore._fields),
        ("void", REASONS),
        ("left_out", reports.LEFT_OUT),
    ],
)
def test_every_field_of_what_is_computed_is_explained(holder: str, names: tuple[str, ...]) -> None:
    assert set(INSIDE[holder]) == set(names)
    for name in names:
        assert name_of(f"{holder}.{name}") in EXPLANATIONS, name


def test_every_figure_of_a_sample_and_every_code_is_explained() -> None:
    assert {*calibration.Figures.__dataclass_fields__, *CODES} <= set(EXPLANATIONS)
    assert set(page._REASONS) | {calibration.NEEDS} == CODES


def test_every_rule_of_scoring_is_explained() -> None:
    for rule, label in NAMES.items():
        assert name_of(rule) in EXPLANATIONS
        if not label.startswith("hit"):
            assert name_of(label.partition(",")[0].removesuffix(" in nats")) == name_of(rule)


def test_nothing_is_explained_that_is_not_there(keys: dict[str, set[str]]) -> None:
    there = {name for names in keys.values() for name in names} | CODES | set(NAMES)
    for name in EXPLANATIONS:
        holder, _, inner = name.rpartition(".")
        assert inner in (keys[holder] if holder else there), name
    assert set(explanations.ALIASES.values()) <= set(EXPLANATIONS)
    assert not set(explanations.ALIASES) & set(EXPLANATIONS)


@pytest.mark.parametrize("name", EXPLANATIONS)
def test_an_explanation_is_three_short_paragraphs(name: str) -> None:
    means = EXPLANATIONS[name]
    assert sum(len(paragraph.split()) for paragraph in means) <= MOST_WORDS
    for paragraph in means:
        assert len(paragraph.split()) >= 2
        assert paragraph[-1] == "."
        assert "  " not in paragraph
        assert paragraph == paragraph.strip()


@pytest.mark.parametrize("name", EXPLANATIONS)
def test_what_an_explanation_refers_to_is_explained(name: str) -> None:
    text = " ".join(EXPLANATIONS[name])
    named = re.findall(r"\b[a-z]+(?:_[a-z0-9]+)+\b|\b(?:[a-z]+\.){1}[a-z0-9_]+\b(?!/)", text)
    for word in named:
        assert name_of(word) is not None, word


@pytest.mark.parametrize("columns", [20, 80, 140])
def test_an_explanation_is_wrapped_and_loses_no_word(columns: int) -> None:
    for name, means in EXPLANATIONS.items():
        drawn = list(lines(name, columns))
        assert drawn[:2] == [name, ""]
        assert all(len(line) <= max(columns, 20) for line in drawn)
        assert " ".join(filter(None, drawn[1:])).split() == " ".join(means).split()


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("CORP", "mcb"),
        ("MCB", "mcb"),
        ("z", "spiegelhalter_z"),
        ("Wilson", "ci_low"),
        ("Brier score", "brier"),
        ("brier_score", "brier"),
        ("  BRIER-score ", "brier"),
        ("coverage", "coverage"),
        ("confidence", "confidence"),
        ("came", "came"),
        ("skill", "skill"),
        ("log score", "log_score"),
        ("bold, right", "best"),
        ("at_90", "at_90"),
        ("direction.at_90", "at_90"),
        ("groups.direction.at 90", "at_90"),
        ("bounds.came", "bounds.came"),
        ("bins.low", "low"),
        ("needs:30", "needs"),
        ("void.too_vague", "void"),
        ("skill.at_90", None),
        ("brier.low", None),
        ("nothing of the kind", None),
        ("", None),
        (".", None),
    ],
)
def test_a_word_of_the_page_leads_to_its_key(word: str, name: str | None) -> None:
    assert name_of(word) == name


def test_every_label_of_a_page_is_explained(tmp_path: Path) -> None:
    pages = [
        program("report", "--full", of=ENDED).out,
        program("report", "--full", of=many(tmp_path)).out,
        program("calibrate", NIAMEY, "-p", "ENS", "-y", "obs", "--full").out,
    ]
    labels = set(re.findall(r"^  ([a-zA-Z][^:\n]{0,13}?) {2,}\S", "\n".join(pages), re.MULTILINE))
    assert {"in short", "Brier score", "came", "confidence", "CORP", "worst", "e-value"} <= labels
    for label in labels:
        assert name_of(label) in EXPLANATIONS, label


def test_what_is_withheld_is_found_by_the_words_of_the_page() -> None:
    for key, word in page._WORDS.items():
        name = name_of(word)
        assert name is not None, word
        assert key == name or key in " ".join(EXPLANATIONS[name]), word


def test_near_misses_are_offered_and_strangers_are_not() -> None:
    assert nearest("brierr")[0] == "brier"
    assert nearest("at90") == ["at_90"]
    assert nearest("direction.at_9")[0] == "at_90"
    assert nearest("calibrated rnge") == ["calibrated_range"]
    assert nearest("spiegel")[0].startswith("spiegelhalter")
    assert nearest("xyzzy") == nearest("") == []
    for name in EXPLANATIONS:
        assert len(nearest(f"{name}x")) <= explanations.MOST_NEAR


def test_the_figures_that_the_texts_quote_are_right() -> None:
    def expit(x: float) -> float:
        return 1 / (1 + math.exp(-x))

    ninety = math.log(9)
    four = choice.brier2([0.25] * 4, 0)
    quoted = [
        ("brier", f"always says 50% scores {binary.brier(0.5, 1):.3f}"),
        ("brier", f"a 90% that fails costs {binary.brier(0.9, 0):.2f}"),
        ("loss", f"50% always costs {binary.brier(0.5, 0):.2f}, a 90% that fails"),
        ("log_score", f"50% scores {binary.log_score(0.5, 1):.3f}, a 99% that fails"),
        ("log_score", f"costs {binary.log_score(0.99, 0):.2f}"),
        ("slope", f"a slope of .5 turns a 90% into {expit(0.5 * ninety):.0%}"),
        ("shift", f"a shift of .4 turns a 50% into {expit(0.4):.0%}"),
        ("ci_low", f"3 of 3 is {100 * intervals.wilson(3, 3)[0]:.0f} to 100%"),
        ("brier2", f"four options score {four:.2f}"),
        ("levels", f"up to {calibration.MOST_LEVELS} different"),
        ("mcb_pooled", f"than {calibration.MOST_DRAWN:,} different chances"),
        ("mcb_pooled", f"pooled to {calibration.MOST_POOLED} "),
        ("mcb_null_mean", f"from {consistency.TIMES:,} simulated"),
        ("verdict", f"within {100 * verdicts.CLOSE:.0f} points"),
        ("p_extreme", f"need {verdicts.SURE} or more"),
        ("comparisons", f"needs {comparisons.AHEAD_FROM} families"),
        ("questions", f"comes from {comparisons.INTERVAL_FROM} families on"),
    ]
    for name, text in quoted:
        quote = text.replace(" 0.", " .")
        assert quote in " ".join(EXPLANATIONS[name]), quote
    assert numeric.interval_score(0, 1, 0.8, 2).above == pytest.approx(10)
    assert "At 80% a miss costs ten times its distance" in EXPLANATIONS["interval"].good
    alike = [direction.timidity_can_show(cells_of([(0.9, 1, 1)] * n)) for n in (35, 36)]
    assert alike == [False, True]
    assert "35 chances of 90% cannot show it, 36 can" in EXPLANATIONS["timidity_can_show"].good


def test_the_families_that_the_texts_ask_for_are_those_of_the_gates() -> None:
    needed = {name: gate.families for gate in calibration.GATES for name in gate.fields}
    asking = re.compile(r"(?:needs|from) (\d+) families", re.IGNORECASE)
    checked = 0
    for name, families in needed.items():
        for number in asking.findall(EXPLANATIONS[name].is_ + EXPLANATIONS[name].do):
            assert int(number) == families, name
            checked += 1
    assert checked > 5
    alone = {name for gate in calibration.GATES if gate.one_row_each for name in gate.fields}
    for name in needed:
        if re.search(r"one row(?: each)?\.", " ".join(EXPLANATIONS[name])):
            assert name in alone or name == "rows_mean_brier"


@pytest.mark.parametrize(("n", "times", "mean"), [(10, 1000, 0.077), (50, 200, 0.028)])
def test_a_calibrated_forecaster_shows_the_miscalibration_that_the_text_quotes(
    n: int, times: int, mean: float
) -> None:
    drawn = random.Random(20260101)
    drawn_mcb = []
    for _ in range(times):
        stated = [drawn.randrange(1, 20) / 20 for _ in range(n)]
        cells = cells_of((p, int(drawn.random() < p), 1) for p in stated)
        drawn_mcb.append(corp.decomposition(cells).mcb)
    assert fmean(drawn_mcb) == pytest.approx(mean, abs=0.003)
    assert f"{mean:.3f}".lstrip("0") in EXPLANATIONS["mcb"].good


@pytest.mark.parametrize("command", ["report", "calibrate"])
def test_both_commands_explain_without_folder_records_or_table(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    answered = program(command, "--explain", "Brier score")
    assert (answered.code, answered.err) == (0, "")
    assert answered.out.splitlines() == list(lines("brier", 80))
    narrow = program(command, "--explain", "brier", columns=50)
    assert narrow.out.splitlines() == list(lines("brier", 50))
    plain = program(command, "--explain", "brier", COLUMNS="60", FORCE_COLOR="1")
    assert plain.out.splitlines() == list(lines("brier", 60))


@pytest.mark.parametrize("words", [("--json", "--explain", "z"), ("--explain", "z", "--json")])
@pytest.mark.parametrize("command", ["report", "calibrate"])
def test_an_explanation_is_also_said_to_programs(command: str, words: tuple[str, ...]) -> None:
    answered = program(command, *words)
    means = EXPLANATIONS["spiegelhalter_z"]
    assert (answered.code, answered.err) == (0, "")
    assert json.loads(answered.out) == {
        **{"schema": "predtrack/figure/1", "as_of": "2027-03-01", "name": "spiegelhalter_z"},
        **{"is": means.is_, "good": means.good, "do": means.do},
    }


@pytest.mark.parametrize("command", ["report", "calibrate"])
def test_an_unknown_name_is_answered_with_near_ones(command: str) -> None:
    answered = program(command, "--explain", "brierr", "--json")
    assert (answered.code, answered.out) == (2, "")
    assert (
        answered.err == 'predtrack: no figure is called "brierr"; did you mean brier or brier2?\n'
    )
    strange = program(command, "--explain", "\x1b[31m" + "x" * 200)
    assert (strange.code, strange.out) == (2, "")
    assert "\x1b" not in strange.err
    assert strange.err.endswith("the keys of `report --json` are names\n")
    assert len(strange.err) < 200


def test_words_that_were_not_quoted_are_one_name() -> None:
    assert program("report", "--explain", "log", "score") == program("report", "--explain", "log")
    assert program("report", "--explain", "brier", "nonsense").code == 2


def test_without_it_what_is_missing_is_refused_as_ever() -> None:
    for words, missing in (
        ([], "argument 'TABLE'"),
        (["x.csv"], "option '-p'"),
        (["x.csv", "-p", "p"], "option '-y'"),
        (["-p", "p", "-y", "y"], "argument 'TABLE'"),
    ):
        answered = program("calibrate", *words)
        assert (answered.code, answered.out) == (2, "")
        assert answered.err == f"predtrack: Missing {missing}; see predtrack --help\n"
    assert program("report", "more").code == program("report", "--explain").code == 2
    assert program("calibrate", NIAMEY, "-p", "ENS", "-y", "obs", "more").code == 2
    assert program("report", "--explain", "brier", "--nonsense").code == 2


def test_explanations_are_there_where_docstrings_are_not() -> None:
    run = [sys.executable, "-m", "predtrack", "report", "--explain", "calibrated_range"]
    env = {**os.environ, "PYTHONOPTIMIZE": "2", "COLUMNS": "80"}
    done = subprocess.run(run, env=env, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == list(lines("calibrated_range", 80))


def test_the_shell_completes_every_name() -> None:
    table = scripts.table(typer.main.get_command(app()))
    for command in ("report", "calibrate"):
        assert answer.completions(table, [command, "--explain"], "") == list(EXPLANATIONS)
        assert answer.completions(table, [command, "--explain"], "at_") == ["at_90"]
        assert answer.completions(table, [command], "--expl") == ["--explain"]
    assert answer.completions(table, ["check", "--explain"], "two") == ["two-claims"]


@pytest.mark.parametrize("columns", [0, 80])
def test_a_page_with_figures_ends_in_where_they_are_explained(columns: int) -> None:
    table = (NIAMEY, "-p", "ENS", "-y", "obs")
    for command, words in (("report", ()), ("calibrate", table)):
        out = program(command, *words, of=ENDED, columns=columns).out
        hint = f"What a figure means: predtrack {command} --explain NAME, e.g. brier, direction."
        assert out.splitlines()[-2:] == ["", hint]
        assert out.count("--explain") == 1
    for name in ("brier", "direction"):
        assert name in EXPLANATIONS
    assert "--explain" not in program("report", of=SHIPPED).out


def test_the_examples_in_docstrings_run() -> None:
    assert doctest.testmod(explanations) == doctest.TestResults(0, 3)

"""`add`, `update` and `withdraw` by options, as a script uses them, and the history in `show`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from predtrack.records.prediction import Forecast, Interval, Prediction
from predtrack.store.folder import load
from test_cli import BROKEN, RAIN, Said, folder, program

CUP = """\
claim: Which team wins
kind: choice
options: [North End, South End]
deadline: 2027-12-31
forecasts:
  - by: Ada Example
    made: 2027-01-10
    probabilities: {North End: 50%, South End: 50%}
"""
COST = """\
claim: What the bridge costs
kind: numeric
unit: GW
deadline: 2027-12-31
forecasts:
  - by: Ada Example
    made: 2027-01-10
    point: 12
"""
SHIP = """\
claim: A ship without fuel calls at the harbour
kind: date
forecasts:
  - by: Ada Example
    made: 2027-01-10
    cdf: {2027-12-31: 30%, 2028-12-31: 80%}
"""
BEN = """\
  - by: Ben Example
    made: 2027-02-01
    probability: 20%
"""
MADE = date(2027, 3, 1)


def held(path: Path) -> Prediction:
    """The one prediction of a folder, read back."""
    (found,) = load(str(path)).sound().predictions.values()
    return found


@pytest.mark.parametrize(
    ("words", "kind", "stated"),
    [
        (["-p", "70%"], "binary", {"probability": 0.7}),
        (["--probability", ".7"], "binary", {"probability": 0.7}),
        (["-p", "Very  Likely"], "binary", {"probability": "very likely"}),
        (["-p", '"very likely"'], "binary", {"probability": "very likely"}),
        (["--value", "0.7"], "binary", {"probability": 0.7}),
        (["--words", "it will surely come"], "binary", {"words": "it will surely come"}),
        (["--words", "soon", "--kind", "date"], "date", {"words": "soon"}),
        (["--value", "A 60%, B 40%"], "choice", {"probabilities": (("A", 0.6), ("B", 0.4))}),
        (
            ["--value", "A 60%, B 40%", "--option", "A", "--option", "B"],
            "choice",
            {"probabilities": (("A", 0.6), ("B", 0.4))},
        ),
        (
            ["--value", "10..15 GW (80%)", "--unit", "GW"],
            "numeric",
            {"interval": Interval(low=10, high=15, confidence=0.8)},
        ),
        (["--value", ">= 100"], "numeric", {"interval": Interval(low=100)}),
        (
            ["--value", "10%: 8, 50%: 12"],
            "numeric",
            {"quantiles": ((0.1, 8), (0.5, 12))},
        ),
        (["--value", "<= 8: 10%, <= 12: 50%"], "numeric", {"cdf": ((8, 0.1), (12, 0.5))}),
        (["--value", "100", "--kind", "numeric"], "numeric", {"point": 100}),
        (["--value", "100", "--unit", "m"], "numeric", {"point": 100}),
        (["--value", "-5", "--kind", "numeric"], "numeric", {"point": -5}),
        (
            ["--value", "50% by 2029, 90% by end of 2036"],
            "date",
            {"cdf": ((date(2029, 12, 31), 0.5), (date(2036, 12, 31), 0.9))},
        ),
        (["--value", "50% by +1y"], "date", {"cdf": ((date(2028, 3, 1), 0.5),)}),
    ],
)
def test_a_forecast_of_every_kind_is_written_as_it_was_said(tmp_path, words, kind, stated):
    said = program("add", "The tram opens", *words, of=tmp_path)
    assert (said.code, said.err) == (0, "written to tram-opens.yaml\n")
    assert (tmp_path / "tram-opens.yaml").read_text() == said.out
    found = held(tmp_path)
    assert (found.claim, found.kind) == ("The tram opens", kind)
    assert found.forecasts == (Forecast(by="Cleo Example", made=MADE, **stated),)
    assert program("check", of=tmp_path) == Said(0, "", "")


def test_everything_that_options_say_stands_in_the_file(tmp_path):
    words = [
        *("--value", "50% by 2029", "--words", "by the end of the decade"),
        *("--by", "Ada Example", "--made", "2027-02-03", "--origin", "inferred"),
        *("--rationale", "The track is laid.", "--id", "tram", "--criteria", "Trams run."),
        *("--deadline", "2030-Q2", "--earliest", "2028", "--tag", "city", "--tag", "rail"),
        *("--family", "harbour", "--url", "https://example.org/a", "--note", "Seen twice."),
    ]
    said = program("add", "The tram opens", *words, of=tmp_path)
    assert (said.code, said.err) == (0, "written to tram.yaml\n")
    assert said.out == (tmp_path / "tram.yaml").read_text()
    assert said.out == (
        "claim: The tram opens\nkind: date\ncriteria: Trams run.\ndeadline: 2030-06-30\n"
        "earliest: 2028-01-01\ntags: [city, rail]\nfamily: harbour\n"
        "source:\n  url: https://example.org/a\n"
        "forecasts:\n  - by: Ada Example\n    made: 2027-02-03\n    cdf:\n"
        "      2029-12-31: 50%\n    words: by the end of the decade\n    recorded: 2027-03-01\n"
        "    origin: inferred\n"
        "    rationale: The track is laid.\nnote: Seen twice.\n"
    )


def test_options_of_a_choice_keep_their_order(tmp_path):
    words = ("--value", "B 40%, A 60%", "--option", "A", "--option", "B")
    assert program("add", "Which", *words, of=tmp_path).code == 0
    assert held(tmp_path).options == ("A", "B")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "Claim is missing; give CLAIM"),
        ([""], "Claim is missing; give CLAIM"),
        ([" ", "-p", "70%"], "CLAIM: the text is empty"),
        (["It"], "is missing; give --value, --probability or --words"),
        (["It", "-p", "90"], "--probability: 90 is not between 0 and 1; write 90% or 0.9"),
        (["It", "-p", "1:20"], '--probability: "1:20" is not a probability; write 4.76%'),
        (["It", "-p", "perhaps"], '--probability: "perhaps" is no probability'),
        (["It", "--value", "90"], "90 alone may be a chance or a number; write 70%"),
        (["It", "--value", "who knows"], '--value: "who knows" is no forecast; binary: write 70%'),
        (["It", "--value", "0.7", "-p", "70%"], "--value and --probability say the same thing"),
        (["It", "--value", "A 60%, B 30%"], "sum to 90%; make them sum to 100%"),
        (["It", "--value", "A 100%"], "a choice needs two options or more"),
        (["It", "--value", "A 60%, B 40%", "--option", "A"], '"B" is not one of the options'),
        (["It", "--value", "15..10"], "low 15 is above high 10; exchange the two"),
        (["It", "--value", "10%: 8, 5%: 9"], "stands after 0.1"),
        (["It", "-p", "70%", "--kind", "dat"], '--kind: "dat" is not one of'),
        (["It", "-p", "70%", "--kind", "date"], '"70%" is no forecast of kind date; write 50% by'),
        (["It", "-p", "70%", "--option", "A"], "`options` does not fit kind binary"),
        (["It", "--words", "so", "--kind", "numeric"], "nothing is forecast; add `interval`"),
        (["It", "-p", "70%", "--words", "a " * 61], "--words: 61 words are quoted"),
        (["It", "-p", "70%", "--origin", "statd"], '--origin: "statd" is not one of stated'),
        (["It", "-p", "70%", "--made", "2027"], '--made: "2027" is a period, not a day'),
        (["It", "-p", "70%", "--deadline", "soon"], '--deadline: "soon" is not a date'),
        (["It", "-p", "70%", "--earliest", "2027-13"], "--earliest: "),
        (["It", "-p", "70%", "--tag", " "], "--tag: the text is empty"),
        (["It", "-p", "70%", "--unit", "a\nb"], "--unit: the text has more than one line"),
        (["It", "-p", "70%", "--by", " "], "--by: the text is empty"),
        (["It", "-p", "70%", "--rationale", ""], "--rationale: the text is empty"),
        (["It", "-p", "70%", "--id", "../x"], '--id: "../x" is not an id; use a-z'),
        (["It", "-p", "70%", "--id", "It"], '--id: "It" is not an id; use a-z'),
        (["It", "-p", "70%", "--id", "con"], "is a name some systems cannot hold"),
        (["It", "-p", "70%", "--id", "rain"], "rain is there already; choose another id"),
        (["It", "-p", "70%", "--id", "rain.yaml"], "rain is there already"),
        (["It", "-p", "70%", "--id", "RAIN"], "RAIN is there already"),
    ],
)
def test_what_is_missing_or_wrong_is_refused_and_nothing_is_written(tmp_path, words, told):
    said = program("add", *words, of=folder(tmp_path, rain=RAIN))
    assert (said.code, said.out) == (2, "")
    assert told in said.err
    assert said.err.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["rain.yaml"]


def test_an_id_may_be_said_as_its_file_is_called(tmp_path):
    assert program("add", "It", "-p", "70%", "--id", "it.yaml", of=tmp_path).code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["it.yaml"]


def test_the_id_that_is_made_of_a_claim_is_never_one_that_is_taken(tmp_path):
    folder(tmp_path / "old", **{"TRAM_OPENS": RAIN})
    for _ in range(2):
        assert program("add", "The tram opens", "-p", "70%", of=tmp_path).code == 0
    names = sorted(path.name for path in tmp_path.glob("*.yaml"))
    assert names == ["tram-opens-2.yaml", "tram-opens-3.yaml"]


@pytest.mark.parametrize(
    ("claim", "name"),
    [
        ("Il pleut à Besançon", "il-pleut-besancon"),
        ("電車が来る", "prediction"),
        ("It is", "prediction"),
        ("x" * 200, "x" * 60),
        ("-.-", "prediction"),
        ("a b c one two three four five six seven", "b-c-one-two-three-four"),
    ],
)
def test_an_id_is_suggested_for_any_claim(tmp_path, claim, name):
    said = program("add", "-p", "70%", "--", claim, of=tmp_path)
    assert (said.code, said.err) == (0, f"written to {name}.yaml\n")
    assert held(tmp_path).claim == claim


def test_a_dry_run_shows_the_file_and_writes_none(tmp_path):
    words = ("The tram opens", "-p", "70%", "--criteria", "Trams run.", "--deadline", "2027")
    said = program("add", *words, "--dry-run", of=tmp_path)
    assert (said.code, said.err) == (0, "nothing was written (--dry-run)\n")
    assert list(tmp_path.iterdir()) == []
    assert program("add", *words, of=tmp_path).out == said.out


def test_in_no_folder_the_remedy_is_told(tmp_path):
    said = program("add", of=tmp_path / "none")
    assert (said.code, said.out) == (3, "")
    assert "`predtrack init` makes one" in said.err


def test_a_claim_that_a_terminal_would_obey_is_shown_as_a_code_and_kept(tmp_path):
    said = program("add", "It \x1b[31mrains", "-p", "70%", of=tmp_path)
    assert said.code == 0
    assert "\x1b" not in said.out
    assert held(tmp_path).claim == "It \x1b[31mrains"


@pytest.mark.parametrize(
    ("text", "value", "lines"),
    [
        (RAIN, "85%", ["probability: 85%"]),
        (RAIN, "unlikely", ["probability: unlikely"]),
        (CUP, "North End 40%, South End 60%", ["probabilities:", "  North End: 40%"]),
        (COST, "10–15 GW (80%)", ["interval:", "  low: 10", "  high: 15", "  confidence: 80%"]),
        (COST, "10%: 8, 90%: 20", ["quantiles:", "  10%: 8", "  90%: 20"]),
        (COST, "50% <= 8, 60% <= 9", ["cdf:", "  8: 50%", "  9: 60%"]),
        (COST, "100 GW", ["point: 100"]),
        (SHIP, "20% by 2027, 90% by +2y", ["cdf:", "  2027-12-31: 20%", "  2029-03-01: 90%"]),
    ],
)
def test_a_revision_is_put_behind_the_last_and_no_other_byte_changes(tmp_path, text, value, lines):
    said = program("update", "it", value, of=folder(tmp_path, it=text))
    assert (said.code, said.err) == (0, "")
    now = (tmp_path / "it.yaml").read_text()
    assert now.startswith(text)
    new = now.removeprefix(text)
    added = "".join(f"    {line}\n" for line in lines)
    assert new.startswith(f"  - by: Cleo Example\n    made: 2027-03-01\n{added}")
    assert said.out == f"it.yaml:{text.count(chr(10)) + 1}\n" + "".join(
        f"+ {line}\n" for line in new.splitlines()
    )
    assert len(held(tmp_path).forecasts) == 2


def test_what_is_said_beside_a_revision_stands_in_it(tmp_path):
    words = [
        *("--by", "Ben Example", "--made", "2027-02-03", "--origin", "disputed"),
        *("--words", "more likely than not", "--rationale", "The track is laid."),
    ]
    assert program("update", "ra", "55%", *words, of=folder(tmp_path, rain=RAIN)).code == 0
    assert (tmp_path / "rain.yaml").read_text() == RAIN + (
        "  - by: Ben Example\n    made: 2027-02-03\n    probability: 55%\n"
        "    words: more likely than not\n    recorded: 2027-03-01\n    origin: disputed\n"
        "    rationale: The track is laid.\n"
    )


def test_a_revision_may_be_words_alone(tmp_path):
    said = program("update", "rain", "--words", "it looks dry", of=folder(tmp_path, rain=RAIN))
    assert said.code == 0
    assert held(tmp_path).forecasts[1].words == "it looks dry"


def test_spans_of_a_revision_count_from_the_day_it_was_made(tmp_path):
    words = ("update", "ship", "50% by +1y", "--made", "2027-02-01")
    assert program(*words, of=folder(tmp_path, ship=SHIP)).code == 0
    assert held(tmp_path).forecasts[1].cdf == ((date(2028, 2, 1), 0.5),)


def test_a_dry_run_of_a_revision_changes_nothing(tmp_path):
    said = program("update", "rain", "85%", "--dry-run", of=folder(tmp_path, rain=RAIN))
    assert (said.code, said.err) == (0, "nothing was changed (--dry-run)\n")
    assert (tmp_path / "rain.yaml").read_text() == RAIN
    assert program("update", "rain", "85%", of=tmp_path).out == said.out


ENDED = RAIN.replace("forecasts:", "outcome: {answer: yes, decided: 2027-02-20}\nforecasts:")
BRACKETS = RAIN.split("forecasts:")[0] + (
    "forecasts: [{by: Ada Example, made: 2027-01-10, probability: 70%}]\n"
)


@pytest.mark.parametrize(
    ("text", "words", "code", "told"),
    [
        (RAIN, ["85"], 2, "VALUE: 85 is not between 0 and 1; write 85% or 0.85"),
        (RAIN, ["10..15"], 2, 'VALUE: "10..15" is no range of probability'),
        (RAIN, [], 2, "Forecast (write 70%, .7 or a phrase such as very likely) is missing"),
        (RAIN, ["85%", "--origin", "none"], 2, "--origin: "),
        (RAIN, ["85%", "--made", "end of"], 2, "--made: "),
        (COST, ["fast"], 2, '"fast" is no forecast of kind numeric; write 10..15 80%'),
        (COST, ["--words", "fast"], 2, "it: nothing is forecast; add `interval`"),
        (CUP, ["North End 60%, South End 50%"], 2, "it: the probabilities sum to 110%"),
        (CUP, ["North End 60%, West 40%"], 2, 'it: "West" is not one of the options'),
        (SHIP, ["90% by 2027, 50% by 2028"], 2, "it: "),
        (ENDED, ["85%"], 5, "it already ended: yes, decided 2027-02-20"),
        (BRACKETS, ["85%"], 5, "its forecasts stand in brackets"),
        (BROKEN, ["85%"], 4, "1 record is invalid (it.yaml)"),
    ],
)
def test_a_revision_that_does_not_fit_changes_nothing(tmp_path, text, words, code, told):
    said = program("update", "it", *words, of=folder(tmp_path, it=text))
    assert (said.code, said.out) == (code, "")
    assert told in said.err
    assert (tmp_path / "it.yaml").read_text() == text


def test_where_forecasts_stand_in_brackets_the_lines_to_paste_are_shown(tmp_path):
    said = program("update", "it", "85%", of=folder(tmp_path, it=BRACKETS))
    assert said.err.endswith(
        "as these:\n  forecasts:\n    - by: Cleo Example\n      made: 2027-03-01\n"
        "      probability: 85%\n"
    )


def test_a_forecast_of_before_the_end_may_still_be_added(tmp_path):
    words = ("update", "it", "85%", "--made", "2027-02-01")
    assert program(*words, of=folder(tmp_path, it=ENDED)).code == 0
    assert (tmp_path / "it.yaml").read_text().startswith(ENDED)


@pytest.mark.parametrize(
    ("text", "words", "line"),
    [
        (RAIN, [], "2027-03-01"),
        (RAIN, ["--on", "2027-02-03"], "2027-02-03"),
        (RAIN, ["--by", "Ada Example"], "2027-03-01"),
        (RAIN + BEN.replace("Ben", "Cleo"), [], "2027-03-01"),
    ],
)
def test_a_forecast_is_withdrawn_by_one_line(tmp_path, text, words, line):
    said = program("withdraw", "rain", *words, of=folder(tmp_path, rain=text))
    assert (said.code, said.err) == (0, "")
    assert (tmp_path / "rain.yaml").read_text() == f"{text}    withdrawn: {line}\n"
    assert said.out.endswith(f"+     withdrawn: {line}\n")


def test_a_dry_run_of_a_withdrawal_changes_nothing(tmp_path):
    said = program("withdraw", "rain", "--dry-run", of=folder(tmp_path, rain=RAIN))
    assert (said.code, said.err) == (0, "nothing was changed (--dry-run)\n")
    assert (tmp_path / "rain.yaml").read_text() == RAIN


@pytest.mark.parametrize(
    ("text", "words", "code", "told"),
    [
        (RAIN + BEN, [], 5, "has no forecast by Cleo Example; nothing was changed; "),
        (RAIN + BEN, ["--by", "Ben Exampel"], 5, 'did you mean "Ben Example"?'),
        (RAIN, ["--on", "2027-01-09"], 5, "before it was made; nothing was changed"),
        (RAIN, ["--on", "2027"], 2, '--on: "2027" is a period, not a day'),
        (
            f"{RAIN}    withdrawn: 2027-02-01\n",
            ["--by", "Ada Example"],
            5,
            "was withdrawn already, on 2027-02-01; nothing was changed",
        ),
    ],
)
def test_a_withdrawal_that_is_not_clear_changes_nothing(tmp_path, text, words, code, told):
    said = program("withdraw", "rain", *words, of=folder(tmp_path, rain=text))
    assert (said.code, said.out) == (code, "")
    assert told in said.err
    assert (tmp_path / "rain.yaml").read_text() == text


def test_the_page_shows_how_each_forecaster_moved(tmp_path):
    folder(tmp_path, rain=RAIN + BEN)
    for value, by in (("0%", "Ada Example"), ("100%", "Ada Example"), ("likely", "Ben Example")):
        assert program("update", "rain", value, "--by", by, of=tmp_path).code == 0
    shown = program("show", "rain", of=tmp_path).out
    assert "Ada Example moved ▆▁█ 70% to 100% in 3 forecasts" in shown
    assert "Ben Example moved" not in shown  # a phrase has no height
    assert shown.count("revised since") == 3
    plain = program("show", "rain", of=tmp_path, encoding="ascii").out
    assert "Ada Example moved 618 70% to 100%" in plain

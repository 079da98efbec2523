"""What `check` finds across files, what it advises, and that it is silent on a sound folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from build import MADE, binary, resolved, write
from predtrack import check
from predtrack.errors import Problem
from predtrack.store import folder
from predtrack.store.reading import Reading

SOUND = """\
claim: It rains
kind: binary
criteria: The gauge on the roof says so
deadline: 2024-12-31
forecasts:
  - by: Ada
    made: 2024-01-01
    probability: 90%
"""


DATE = SOUND.replace("binary", "date").replace(
    "probability: 90%", "cdf: {2024-06-30: 10%, 2024-12-31: 20%}"
)


def problems(root: Path, *, strict: bool = False) -> list[Problem]:
    """The problems of a folder as it is."""
    readings: list[Reading] = []
    return check.problems(folder.load(str(root), seen=readings.append), readings, strict=strict)


def found(root: Path, *, strict: bool = False, **texts: str) -> list[Problem]:
    """The problems of a folder that holds these records, by their ids."""
    for identity, text in texts.items():
        (root / f"{identity}.yaml").write_text(text, "utf-8")
    return problems(root, strict=strict)


def with_link(line: str) -> str:
    return SOUND.replace("deadline:", f"{line}\ndeadline:")


@pytest.mark.parametrize("strict", [False, True])
def test_a_sound_folder_has_no_problem(strict: bool, tmp_path: Path) -> None:
    linked = with_link("condition: {prediction: rain}\nsupersedes: rain")
    assert found(tmp_path, strict=strict, rain=SOUND, snow=linked) == []


def test_what_tests_draw_has_no_problem_but_that_nobody_says_how_to_judge_it(
    tmp_path: Path,
) -> None:
    root = write(resolved(10), tmp_path)
    assert problems(root) == []
    assert {each.code for each in problems(root, strict=True)} == {"criteria"}


def test_a_condition_that_leads_nowhere_is_named_with_its_place(tmp_path: Path) -> None:
    text = with_link("condition:\n  text: only if it rains\n  prediction: rian")
    (problem,) = found(tmp_path, rain=SOUND, snow=text)
    assert str(problem) == (
        'snow.yaml:6:15: warning[condition]: no prediction has the id "rian"; did you mean "rain"?'
    )


def test_what_is_superseded_and_not_there_is_named_with_its_place(tmp_path: Path) -> None:
    (problem,) = found(tmp_path, rain=SOUND, snow=with_link("supersedes: rain-2023"))
    assert (problem.path, problem.line, problem.column) == ("snow.yaml", 4, 13)
    assert (problem.code, problem.level) == ("supersedes", "warning")
    assert problem.message == 'no prediction has the id "rain-2023"'
    assert problem.remedy == 'did you mean "rain"?'


def test_where_nothing_is_near_the_remedy_is_to_take_the_link_out(tmp_path: Path) -> None:
    text = with_link("condition: {prediction: quite-another}\nsupersedes: still-another")
    problems = found(tmp_path, rain=text)
    assert [(each.line, each.column, each.code) for each in problems] == [
        (4, 25, "condition"),
        (5, 13, "supersedes"),
    ]
    remedy = "write the id of another file, or take the link out"
    assert {each.remedy for each in problems} == {remedy}


def test_a_condition_on_a_number_is_an_error(tmp_path: Path) -> None:
    amount = SOUND.replace("binary", "numeric").replace("probability: 90%", "point: 12")
    text = with_link("condition: {prediction: amount}")
    (problem,) = found(tmp_path, amount=amount, snow=text)
    assert (problem.path, problem.line, problem.column) == ("snow.yaml", 4, 25)
    assert (problem.code, problem.level) == ("is", "error")
    assert problem.message == "amount is of kind numeric, and ends in a number"
    assert problem.remedy == "name a binary, date or choice prediction, or keep only `text`"


def test_a_condition_asks_for_what_the_named_prediction_can_end_in(tmp_path: Path) -> None:
    cup = "claim: c\nkind: choice\noptions: [North, South]\nforecasts: []\n"
    for word, named in (("South", "cup"), ("no", "rain"), ("yes", "rain")):
        text = with_link(f"condition: {{prediction: {named}, is: {word}}}")
        assert found(tmp_path, cup=cup, rain=SOUND, snow=text) == []
    for word, named, choices in (("West", "cup", "North, South"), ("South", "rain", "yes, no")):
        text = with_link(f"condition: {{prediction: {named}, is: {word}}}")
        (problem,) = found(tmp_path, cup=cup, rain=SOUND, snow=text)
        assert (problem.code, problem.level, problem.line) == ("is", "error", 4)
        assert problem.message == f'{named} cannot end in "{word}"'
        assert problem.remedy.endswith(choices)
    (problem,) = found(tmp_path, cup=cup, snow=with_link("condition: {prediction: cup}"))
    assert problem.message == 'cup cannot end in "yes"'


def test_a_condition_in_words_alone_leads_nowhere_and_needs_not_to(tmp_path: Path) -> None:
    assert found(tmp_path, rain=with_link("condition: {text: only if it rains}")) == []


def test_a_link_to_a_record_that_is_invalid_does_lead_there(tmp_path: Path) -> None:
    text = with_link("condition: {prediction: rain}\nsupersedes: rain")
    broken = SOUND.replace("90%", "90")
    problems = found(tmp_path, rain=broken, snow=text)
    assert [(each.path, each.level) for each in problems] == [("rain.yaml", "error")]


def test_the_problems_of_all_files_are_listed_in_the_order_of_paths_and_lines(
    tmp_path: Path,
) -> None:
    problems = found(
        tmp_path,
        snow=with_link("supersedes: rian"),
        rain=SOUND.replace("90%", "90"),
        hail="claim: [",
        thaw=with_link("condition: {prediction: rian}\nsupersedes: snwo"),
    )
    places = [(each.path, each.line) for each in problems]
    assert places == sorted(places)
    assert [path for path, _ in places] == [
        "hail.yaml",
        "rain.yaml",
        "snow.yaml",
        "thaw.yaml",
        "thaw.yaml",
    ]
    assert [each.level for each in problems] == ["error"] * 2 + ["warning"] * 3


def test_an_invalid_record_is_looked_at_no_further(tmp_path: Path) -> None:
    text = with_link("supersedes: nowhere").replace("90%", "90")
    assert [each.level for each in found(tmp_path, strict=True, rain=text)] == ["error"]


ADVICE = [
    ("two-claims", SOUND.replace("It rains", "It rains; it snows"), (1, 8)),
    ("criteria", SOUND.replace("criteria: The gauge on the roof says so\n", ""), (1, 8)),
    ("source", f"{SOUND}    words: it will surely rain\n", (6, 9)),
    ("deadline", SOUND.replace("deadline: 2024-12-31\n", ""), (1, 8)),
    ("review", SOUND.replace("deadline:", "review: 2024-06-30\ndeadline:"), (4, 9)),
    ("inferred", f"{SOUND}    origin: inferred\n    rationale: as he said\n", (9, 13)),
]


def test_every_rule_has_a_record_that_is_advised_of_it() -> None:
    assert [code for code, _, _ in ADVICE] == list(check.ADVICE)


@pytest.mark.parametrize(("code", "text", "place"), ADVICE)
def test_advice_is_given_only_where_it_is_asked_for(
    code: str, text: str, place: tuple[int, int], tmp_path: Path
) -> None:
    assert found(tmp_path, rain=text) == []
    (problem,) = found(tmp_path, strict=True, rain=text)
    assert (problem.code, problem.level) == (code, "advice")
    assert (problem.line, problem.column) == place


def test_a_date_has_the_last_day_of_its_cdf_for_a_deadline(tmp_path: Path) -> None:
    cdf = DATE.replace("deadline: 2024-12-31\n", "")
    assert found(tmp_path, strict=True, rain=cdf) == []
    late = cdf.replace("made: 2024-01-01", "made: 2025-01-01")
    (problem,) = found(tmp_path, rain=late)
    assert (problem.code, problem.level) == ("hindsight", "warning")
    days = "2024-06-30 and 1 more of its days had passed"
    assert problem.message == f"made on 2025-01-01, when {days}: hindsight, which never counts"


def test_a_day_of_a_date_forecast_may_be_the_day_it_was_made(tmp_path: Path) -> None:
    on_the_day = DATE.replace("made: 2024-01-01", "made: 2024-06-30")
    assert found(tmp_path, strict=True, rain=on_the_day) == []
    (problem,) = found(tmp_path, rain=DATE.replace("01-01", "07-01"))
    passed = "made on 2024-07-01, when 2024-06-30 had passed"
    assert problem.message == f"{passed}: hindsight, which never counts"
    assert problem.remedy == "take those days out, or check them"


ENDED = "outcome: {answer: yes, decided: 2024-03-01}\ncriteria:"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (SOUND.replace("2024-12-31", "2023-12-31"), "after its scheduled day 2023-12-31"),
        (
            SOUND.replace("criteria:", "closed: 2023-12-31T23:59:59Z\ncriteria:"),
            "after the question closed on 2023-12-31T23:59:59Z",
        ),
        (
            SOUND.replace("criteria:", "closed: 2024-01-01T12:00:00Z\ncriteria:"),
            "the day on which the question closed, at 2024-01-01T12:00:00Z",
        ),
        (
            SOUND.replace("criteria:", ENDED).replace("made: 2024-01-01", "made: 2024-03-02"),
            "after it was decided on 2024-03-01",
        ),
    ],
    ids=["deadline", "close", "day of the close", "decision"],
)
def test_hindsight_is_warned_of_without_being_asked(
    text: str, message: str, tmp_path: Path
) -> None:
    (problem,) = found(tmp_path, rain=text)
    assert (problem.code, problem.level) == ("hindsight", "warning")
    assert message in problem.message
    assert found(tmp_path, rain=SOUND.replace("criteria:", ENDED)) == []


def test_a_number_that_was_read_into_words_beside_it_needs_no_advice(tmp_path: Path) -> None:
    text = f"{SOUND}    origin: inferred\n    words: it will surely rain\n    rationale: heard\n"
    assert found(tmp_path, strict=True, rain=text) == []
    alone = text.replace("    probability: 90%\n", "")
    assert found(tmp_path, strict=True, rain=alone) == []


@pytest.mark.parametrize(
    "backing",
    ["source: {title: The weather page}\ndeadline:", "deadline:"],
    ids=["of the prediction", "of the forecast"],
)
def test_a_quotation_with_a_source_needs_no_advice(backing: str, tmp_path: Path) -> None:
    text = f"{SOUND}    words: it will surely rain\n".replace("deadline:", backing)
    if "source" not in text:
        text += "    source: {url: https://example.org/weather}\n"
    assert found(tmp_path, strict=True, rain=text) == []


def test_of_several_forecasters_each_is_asked_where_it_was_said(tmp_path: Path) -> None:
    text = f"{SOUND}  - by: Ben\n    made: 2024-01-02\n    probability: 10%\n"
    problems = found(tmp_path, strict=True, rain=text)
    assert [(each.line, each.code) for each in problems] == [(6, "source"), (9, "source")]
    revised = text.replace("by: Ben", "by: Ada")
    assert found(tmp_path, strict=True, rain=revised) == []


TWO = [
    "It rains; the tram stays closed",
    "The tram opens and the bus is taken out",
    "The tram will open, and it will carry a million people",
    "Ada wins the cup AND becomes captain",
    "The tram opens and nobody takes it",
]
ONE = [
    "The gap between rich and poor is wider than it was",
    "Tom and Ada win the cup",
    "Spending on trams and buses in 2028 and 2029 exceeds a billion",
    "The tram is fast and cheap",
    "A land of sand",
    "The bridge opens; ",
]


@pytest.mark.parametrize("claim", TWO)
def test_a_claim_that_seems_to_be_two_is_named(claim: str) -> None:
    (remark,) = check.claim_is_one(binary(0.9, claim=claim), {})
    assert (remark.where, remark.message) == (("claim",), "it may hold two claims")


@pytest.mark.parametrize("claim", ONE)
def test_a_claim_with_a_list_in_it_is_one(claim: str) -> None:
    assert list(check.claim_is_one(binary(0.9, claim=claim), {})) == []


def test_advice_never_stands_in_the_way_of_a_report(tmp_path: Path) -> None:
    assert found(tmp_path, strict=True, rain=ADVICE[1][1]) != []
    assert folder.load(str(tmp_path)).sound().problems == ()


def test_every_check_says_its_rule_in_words_and_why() -> None:
    for name in (*check.ALWAYS, *check.ADVICE):
        explained = check.explanation(name)
        assert explained.rule.endswith(".")
        assert explained.why.endswith(".")
        assert "\n" not in explained.rule + explained.why


def test_a_check_is_a_plain_function_of_records() -> None:
    lost = replace(binary(0.9, made=MADE), supersedes="p2")
    (remark,) = check.superseded_exists(lost, {"p": lost})
    assert (remark.where, remark.remedy) == (("supersedes",), 'did you mean "p"?')

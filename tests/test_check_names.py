"""The names that `check` puts in brackets: every one is explained, and advice can be allowed."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import predtrack
from predtrack import check
from predtrack.errors import UsageError
from predtrack.store import folder
from predtrack.store.reading import Reading
from test_check import SOUND, found
from test_cli import ENDED, ROOT, program

HOUSE = Path(predtrack.__file__).parent
ERRORS = Path(__file__).parent / "data" / "errors"
CODE_AT = {"Misread": 0, "Finding": 1, "NodeError": 1, "NodeErrorAtByte": 1, "Problem": 2}
"""What makes a problem, and from which of its arguments on the first plain text is the code."""


def codes(module: Path) -> Iterator[str]:
    """The codes that stand in a module of the reader, as plain text."""
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        parts = node.args[CODE_AT[name] :] if name in CODE_AT else []
        if isinstance(node.func, ast.Attribute) and node.func.attr == "problem":
            last = node.args[-1]
            parts = last.elts[:1] if isinstance(last, ast.Tuple) else []
        texts = [each.value for each in parts if isinstance(each, ast.Constant)]
        words = [each for each in texts if isinstance(each, str) and re.fullmatch("[a-z-]+", each)]
        yield from words[:1]


def read_codes() -> set[str]:
    rooms = [*(HOUSE / "store").glob("*.py"), *(HOUSE / "records").glob("*.py")]
    modules = [*rooms, HOUSE / "dates.py", HOUSE / "phrases.py"]
    return {code for module in modules for code in codes(module)}


def test_the_table_holds_every_code_of_the_reader_and_no_other() -> None:
    assert read_codes() == set(check.READ) | {"condition"}


def test_every_error_that_a_record_of_the_catalogue_provokes_is_in_the_table() -> None:
    texts = [path.read_text("utf-8") for path in ERRORS.glob("*.txt")]
    provoked = {code for text in texts for code in re.findall(r"error\[([a-z-]+)\]", text)}
    assert len(provoked) > 15
    assert provoked <= {each.name for each in check.explanations()}


def test_no_name_stands_twice_and_each_has_a_rule_in_one_sentence() -> None:
    every = check.explanations()
    assert len({each.name for each in every}) == len(every)
    for each in every:
        assert re.fullmatch(r"[`A-Z2].*[^.]\.", each.rule), each
        assert "  " not in each.why


def test_advice_says_why_it_is_given() -> None:
    for name in check.ADVICE:
        told = check.explanation(name)
        assert (told.level, told.can_be_allowed) == ("advice", True)
        assert len(told.why.split()) > 8


def test_an_error_cannot_be_allowed() -> None:
    for name in (*check.READ, *check.ALWAYS, "allow"):
        assert not check.explanation(name).can_be_allowed


def test_a_name_that_is_none_is_answered_with_what_is_near() -> None:
    with pytest.raises(
        UsageError, match=r'no check has the name "criterio"; did you mean "criteria"\?'
    ):
        check.explanation("criterio")
    with pytest.raises(UsageError, match="it is part of the warning hindsight now"):
        check.explanation("late")
    with pytest.raises(UsageError, match="`predtrack check --explain` lists them"):
        check.explanation("zzzzzz")


NO_CRITERIA = SOUND.replace("criteria: The gauge on the roof says so\n", "")
NEITHER = NO_CRITERIA.replace("deadline: 2024-12-31\n", "")


@pytest.mark.parametrize(
    "text",
    [
        f"# predtrack: allow criteria\n{NO_CRITERIA}",
        f"{NO_CRITERIA}#predtrack:allow criteria\n",
        f"{NO_CRITERIA}  #   predtrack:  allow: criteria, late",
        NO_CRITERIA.replace("rains\n", "rains  # predtrack: allow late,criteria\n"),
        f"# predtrack: allow criteria\r\n{NO_CRITERIA}",
        f"\ufeff# predtrack: allow criteria\n{NO_CRITERIA}",
    ],
    ids=["first", "last", "several", "behind a value", "crlf", "bom"],
)
def test_a_comment_anywhere_in_the_file_allows_advice(text: str, tmp_path: Path) -> None:
    assert [each.code for each in found(tmp_path, strict=True, rain=NO_CRITERIA)] == ["criteria"]
    (tmp_path / "rain.yaml").unlink()
    assert found(tmp_path, strict=True, snow=text) == []


def test_only_what_is_named_is_allowed_and_only_in_that_file(tmp_path: Path) -> None:
    allowed = f"# predtrack: allow deadline\n{NEITHER}"
    problems = found(tmp_path, strict=True, rain=allowed, snow=NEITHER)
    assert [(each.path, each.code) for each in problems] == [
        ("rain.yaml", "criteria"),
        ("snow.yaml", "criteria"),
        ("snow.yaml", "deadline"),
    ]
    several = f"# predtrack: allow deadline\n# predtrack: allow criteria\n{NEITHER}"
    assert [each.path for each in found(tmp_path, strict=True, rain=several)] == ["snow.yaml"] * 2


@pytest.mark.parametrize(
    "text",
    [
        f"{NO_CRITERIA}note: |\n  # predtrack: allow criteria\n",
        f'{NO_CRITERIA}note: "a # predtrack: allow criteria"\n',
        f"{NO_CRITERIA}x-mine: [a, '# predtrack: allow criteria']\n",
        f"{NO_CRITERIA}# predtrack: allowed criteria\n",
        f"{NO_CRITERIA}# predtrack: allow\n# criteria\n",
        f"{NO_CRITERIA}# I like predtrack: allow criteria\n",
    ],
    ids=["block", "quoted", "list", "another word", "no name", "prose"],
)
def test_what_is_no_such_comment_allows_nothing(text: str, tmp_path: Path) -> None:
    assert [each.code for each in found(tmp_path, strict=True, rain=text)] == ["criteria"]


def test_a_name_that_is_no_advice_is_pointed_out_with_its_place(tmp_path: Path) -> None:
    text = SOUND.replace("rains\n", "rains  # predtrack: allow criterio, probability\n")
    assert found(tmp_path, rain=text) == []
    first, second = found(tmp_path, strict=True, rain=text)
    assert str(first) == (
        'rain.yaml:1:37: advice[allow]: no advice has the name "criterio"; did you mean "criteria"?'
    )
    assert (second.column, second.remedy) == (47, "`predtrack check --explain` lists them")


def test_a_link_that_leads_nowhere_cannot_be_allowed(tmp_path: Path) -> None:
    text = f"# predtrack: allow supersedes\nsupersedes: gone\n{SOUND}"
    problems = found(tmp_path, strict=True, rain=text)
    assert [each.code for each in problems] == ["allow", "supersedes"]


def test_the_page_about_the_format_lists_all_advice_and_no_other() -> None:
    page = (ROOT / "predictions" / "README.md").read_text("utf-8")
    section = page.split("\n## Advice\n")[1].split("\n## ")[0]
    assert re.findall(r"^\| `([a-z-]+)` \|", section, re.MULTILINE) == list(check.ADVICE)


def test_the_example_of_the_page_is_silenced_by_its_comment_alone(tmp_path: Path) -> None:
    page = (ROOT / "predictions" / "README.md").read_text("utf-8")
    example = page.split("\n## Advice\n")[1].split("```yaml\n")[1].split("```")[0]
    assert found(tmp_path, strict=True, proof=example) == []
    _, bare = example.split("\n", 1)
    assert [each.code for each in found(tmp_path, strict=True, proof=bare)] == ["deadline"]


def test_the_records_here_get_no_advice() -> None:
    readings: list[Reading] = []
    here = folder.load(str(ROOT / "predictions"), seen=readings.append)
    problems = check.problems(here, readings, strict=True)
    assert problems == []


def test_a_name_is_explained_with_how_to_silence_it() -> None:
    said = program("check", "--explain", "two-claims", "sum", of=ENDED)
    assert (said.code, said.err) == (0, "")
    assert said.out == (
        "advice[two-claims]\nA claim holds one thing that can turn out true.\n"
        "Of two things one may come true and the other fail, and then nobody can say\n"
        'whether the claim did. This goes by signs: a semicolon, or an "and" that seems\n'
        "to join two sentences.\nTo silence it in a record: # predtrack: allow two-claims\n"
        "error[sum]\nThe probabilities of a choice sum to 100% and leave no option out.\n"
    )


def test_without_a_name_all_are_listed_a_line_each() -> None:
    said = program("check", "--explain", of=ENDED)
    rows = [line.split("\t") for line in said.out.splitlines()]
    assert [[each.level, each.name, each.rule] for each in check.explanations()] == rows


def test_explanations_are_also_said_to_programs() -> None:
    said = program("check", "criteria", "--explain", "--json", of=ENDED)
    document = json.loads(said.out)
    assert document["schema"] == "predtrack/explain/1"
    assert document["explanations"] == [check.explanation("criteria")._asdict()]


def test_explaining_needs_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert program("check", "--explain", "criteria").code == 0


def test_a_name_without_explain_is_refused_with_what_to_do() -> None:
    said = program("check", "late", of=ENDED)
    assert (said.code, said.out) == (2, "")
    assert said.err == 'predtrack: "late" says nothing here; names go with --explain\n'

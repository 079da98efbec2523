"""The catalogue of errors: each file in data/errors provokes what the text beside it says.

A new message needs a file there that provokes it; two tests below look for what has none.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from predtrack import dates, errors
from predtrack.records import forms, rules
from predtrack.store import nodes, reading

CATALOGUE = Path(__file__).parent / "data" / "errors"
NAMES = sorted(path.stem for path in CATALOGUE.glob("*.yaml"))
TEXTS = "".join(path.read_text("utf-8") for path in CATALOGUE.glob("*.txt"))
ROOMS = (dates, forms, rules, nodes, reading)

OTHERWISE = {
    "the file has too many parts": "the file would be large: see test_store_nodes.py",
    "keep one prediction a file, and long tables elsewhere": "the same",
    '"{text}" names no day': "a span of the command line: see test_dates.py",
    "write 2026-01-01..2026-06-30": "the same",
    "{low} lies after {high}": "the same",
    "write the earlier day first": "the same",
}
"""Messages that no file provokes, and why."""
MAKERS = {"Misread": 0, "Finding": 1, "NodeError": 1, "NodeErrorAtByte": 1, "problem": 2}
MAKERS |= {"Problem": 2, "_Complaint": 1}
"""What makes a problem, and at which argument its code, message and remedy begin."""
NAMES_OF_TEXTS = {"message", "said", "remedy"}


def found(name: str) -> list[errors.Problem]:
    data = (CATALOGUE / f"{name}.yaml").read_bytes()
    return list(reading.read(data, f"{name}.yaml", name).problems)


@pytest.mark.parametrize("name", NAMES)
def test_each_file_of_the_catalogue_is_answered_as_written(name: str) -> None:
    lines = "".join(f"{problem}\n" for problem in found(name))
    assert lines == (CATALOGUE / f"{name}.txt").read_text("utf-8")
    assert lines


@pytest.mark.parametrize("name", [name for name in NAMES if not name.startswith("encoding")])
def test_the_plain_parser_finds_the_same_mistakes(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [(problem.line, problem.code, problem.remedy) for problem in found(name)]
    monkeypatch.setattr(nodes, "Parser", nodes.PlainParser)
    assert [(problem.line, problem.code, problem.remedy) for problem in found(name)] == lines


def test_each_text_of_the_catalogue_belongs_to_a_file() -> None:
    assert sorted(path.stem for path in CATALOGUE.glob("*.txt")) == NAMES


def trees() -> list[ast.Module]:
    return [ast.parse(Path(str(room.__file__)).read_text("utf-8")) for room in ROOMS]


def arguments(node: ast.AST) -> list[ast.expr]:
    """The code, the message and the remedy that a call is given; none if it makes no problem."""
    if not isinstance(node, ast.Call):
        return []
    func = node.func
    name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
    given = node.args[MAKERS[name] :] if name in MAKERS else []
    return given[0].elts if given and isinstance(given[0], ast.Tuple) else given


def codes() -> set[str]:
    given = [arguments(node) for tree in trees() for node in ast.walk(tree)]
    firsts = [each[0] for each in given if each]
    texts = {str(first.value) for first in firsts if isinstance(first, ast.Constant)}
    return {text for text in texts if " " not in text}


def templates() -> Iterator[str]:
    """The messages and remedies in the rooms, as patterns of what they can look like."""
    for tree in trees():
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef) and function.name not in COMMAND_LINE:
                for node in ast.walk(function):
                    yield from patterns(node)
        for node in tree.body:
            if isinstance(node, ast.Assign):
                for below in ast.walk(node):
                    yield from patterns(below)


COMMAND_LINE = {"understood", "_no_day", "_spoken", "_after", "_edge", "shortened"}
"""Functions whose messages test_dates.py provokes."""


def patterns(node: ast.AST) -> Iterator[str]:
    texts: list[ast.expr] = []
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        texts = [node.value] if node.targets[0].id in NAMES_OF_TEXTS else []
    elif isinstance(node, ast.Call):
        texts = arguments(node)
    elif isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple):
        texts = node.value.elts
    for text in texts:
        yield from (pattern for pattern in map(pattern_of, branches(text)) if " " in pattern)


def branches(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.IfExp):
        return [*branches(node.body), *branches(node.orelse)]
    return [*branches(node.values[-1])] if isinstance(node, ast.BoolOp) else [node]


def pattern_of(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return re.sub(r"\\\{\w+\\\}", ".+", re.escape(str(node.value)))
    if isinstance(node, ast.JoinedStr):
        return "".join(
            re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+"
            for part in node.values
        )
    return ""


def test_every_code_is_provoked() -> None:
    provoked = set(re.findall(r"error\[(\w+)\]", TEXTS))
    assert codes() == provoked
    assert len(provoked) > 20


def test_every_message_and_remedy_is_provoked() -> None:
    listed = set(templates())
    otherwise = {re.sub(r"\\{\w+\\}", ".+", re.escape(text)) for text in OTHERWISE}
    missing = [text for text in listed if text not in otherwise and not re.search(text, TEXTS)]
    assert missing == []
    assert len(listed) > 100


def test_a_problem_is_one_line_that_editors_know() -> None:
    problem = errors.Problem("a/b.yaml", 3, 4, "date", "no such day", "write another", "warning")
    assert str(problem) == "a/b.yaml:3:4: warning[date]: no such day; write another"


def test_no_line_of_the_catalogue_lacks_its_remedy() -> None:
    for line in TEXTS.splitlines():
        assert re.fullmatch(r"[\w-]+\.yaml:\d+:\d+: error\[\w+\]: .+; .+", line)


@pytest.mark.parametrize(
    ("text", "cut"),
    [("a" * 60, "a" * 60), ("a" * 61, "a" * 59 + "…"), ("a\nb\r\nc", "a b c"), ("", "")],
)
def test_a_text_is_cut_where_a_message_would_be_lost_in_it(text: str, cut: str) -> None:
    assert errors.shortened(text) == cut


def test_a_near_word_is_offered_and_a_far_one_is_not() -> None:
    assert errors.near("Deadlin", ["claim", "deadline"]) == 'did you mean "deadline"?'
    assert errors.near("colour", ["claim", "deadline"]) == ""


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (errors.PredtrackError, 1),
        (errors.UsageError, 2),
        (errors.NotFoundError, 3),
        (errors.InvalidRecordError, 4),
        (errors.RefusedError, 5),
    ],
)
def test_each_refusal_has_its_exit_code(kind: type[errors.PredtrackError], code: int) -> None:
    assert kind("no").exit_code == code


def test_an_invalid_record_carries_its_problems() -> None:
    problem = errors.Problem("a.yaml", 1, 1, "date", "no such day", "write another")
    assert errors.InvalidRecordError("no", (problem,)).problems == (problem,)

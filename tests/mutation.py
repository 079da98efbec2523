"""Small mistakes put into the code one at a time: which of them does no test find?

    python tests/mutation.py [splice|writing|text]

Each mutant is the module with one comparison, constant, operator or statement changed, in a copy
of the tree; the tests that hold the module run until one fails. Those that live are printed;
those that `tests/README.md` explains are marked. Exit 1 where one lives without an explanation.
"""

from __future__ import annotations

import ast
import copy
import os
import re
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
SECONDS = 90
"""After which a mutant counts as found: it hangs."""


class Target(NamedTuple):
    """A module and the tests that hold it, the quick ones first."""

    path: str
    tests: tuple[str, ...]


TARGETS = {
    "splice": Target(
        "src/predtrack/store/splice.py",
        (
            "tests/test_store_splice.py",
            "tests/test_store_append.py",
            "tests/test_store_changes.py",
            "tests/test_store_merge.py",
            "tests/faults/test_splice.py",
            "tests/faults/test_properties.py",
        ),
    ),
    "writing": Target(
        "src/predtrack/store/writing.py",
        (
            "tests/test_store_writing.py",
            "tests/test_store_changes.py",
            "tests/faults/test_writing.py",
            "tests/faults/test_together.py",
        ),
    ),
    "text": Target(
        "src/predtrack/views/text.py",
        ("tests/test_views_text.py", "tests/faults/test_text.py", "tests/faults/test_hostile.py"),
    ),
}

SWAPS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
SIGNS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.BitOr: ast.BitAnd,
}


class Mutant(NamedTuple):
    """A module with one mistake in it."""

    target: str
    line: int
    was: str
    becomes: str
    source: str

    def __str__(self) -> str:
        """The mistake, with its place."""
        return f"{self.target}:{self.line}: `{self.was}` -> `{self.becomes}`"


def mutants(target: str) -> Iterator[Mutant]:
    """Every mutant of a module."""
    tree = ast.parse((ROOT / TARGETS[target].path).read_text("utf-8"))
    texts = _texts(tree)
    for number, node in enumerate(ast.walk(tree)):
        for changed in _changes(node, texts):
            twin = copy.deepcopy(tree)
            place = next(each for k, each in enumerate(ast.walk(twin)) if k == number)
            becomes = _put(place, changed)
            line = getattr(node, "lineno", 0)
            yield Mutant(target, line, _shown(node), becomes, ast.unparse(twin))


def _texts(tree: ast.Module) -> set[int]:
    """The nodes that are docstrings, parts of messages, or types: no mistakes are made there."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            found |= {id(node), id(node.value)}
        below = node if isinstance(node, ast.JoinedStr) else getattr(node, "annotation", None)
        below = getattr(node, "returns", None) or below
        if below is not None:
            found |= {id(each) for each in ast.walk(below)}
        if isinstance(node, ast.AnnAssign):
            found.add(id(node))
    return found


def _changes(node: ast.AST, texts: set[int]) -> Iterator[tuple[str, object]]:
    """What may be changed of a node: the field, and what it becomes."""
    if id(node) in texts:
        return
    if isinstance(node, ast.Compare) and type(node.ops[0]) in SWAPS:
        yield "ops", [SWAPS[type(node.ops[0])](), *node.ops[1:]]
    elif isinstance(node, ast.BoolOp):
        yield "op", ast.And() if isinstance(node.op, ast.Or) else ast.Or()
    elif isinstance(node, ast.BinOp) and type(node.op) in SIGNS:
        yield "op", SIGNS[type(node.op)]()
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "", node.operand
    elif isinstance(node, ast.Constant):
        yield from (("value", value) for value in _others(node.value))
    elif isinstance(node, ast.Expr | ast.Raise | ast.Continue | ast.Break | ast.AugAssign):
        yield "", ast.Pass()
    elif isinstance(node, ast.If):
        yield "test", ast.Constant(True)
        yield "test", ast.Constant(False)


def _others(value: object) -> Iterator[object]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float):
        yield value + 1
    elif isinstance(value, str) and len(value) < 8:
        yield f"{value}?" if value else "?"


def _put(place: ast.AST, changed: tuple[str, object]) -> str:
    """Make the change in a tree; what the node then looks like."""
    field, value = changed
    if field:
        setattr(place, field, value)
        return _shown(place)
    new = value if isinstance(value, ast.AST) else ast.Pass()
    shown = _shown(new)
    place.__class__ = new.__class__  # type: ignore[assignment]  # the node stays, as another
    for name in new._fields:
        setattr(place, name, copy.deepcopy(getattr(new, name)))
    return shown


def _shown(node: ast.AST) -> str:
    test = node.test if isinstance(node, ast.If) else node
    before = "if " if isinstance(node, ast.If) else ""
    text = before + " ".join(ast.unparse(ast.fix_missing_locations(test)).split())
    return text.encode("ascii", "backslashreplace").decode()


def lives(mutant: Mutant) -> bool:
    """Whether all tests pass with the mistake in the code."""
    tree = _tree()
    path = tree / TARGETS[mutant.target].path
    kept = path.read_bytes()
    path.write_text(mutant.source, "utf-8")
    try:
        return _passes(tree, TARGETS[mutant.target].tests)
    finally:
        path.write_bytes(kept)


def _tree() -> Path:
    """This worker's copy of the tree, made once."""
    place = Path(tempfile.gettempdir()) / f"mutation-{os.getppid()}" / str(os.getpid())
    if not place.exists():
        for name in ("src", "tests", "predictions", "pyproject.toml", "README.md"):
            source = ROOT / name
            ignored = shutil.ignore_patterns("__pycache__")
            if source.is_dir():
                shutil.copytree(source, place / name, ignore=ignored)
            else:
                shutil.copy(source, place / name)
    return place


def _passes(tree: Path, tests: tuple[str, ...]) -> bool:
    """Whether the tests pass there, in a process that has what they need imported already."""
    import pytest
    import rich.console  # noqa: F401  # imported once, for every process forked from this one
    import typer

    assert typer
    pid = os.fork()
    if pid:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    signal.alarm(SECONDS)
    os.chdir(tree)
    os.environ |= {"PYTHONPATH": str(tree / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    sys.path[:0] = [str(tree / "src"), str(tree / "tests")]
    sys.dont_write_bytecode = True
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    code = 1
    try:
        there = [test for test in tests if (tree / test).exists()]
        code = int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", *there]))
    finally:
        os._exit(code)


def explained() -> set[tuple[str, str, str]]:
    """The mutants that the page on the tests says may live: module, was, becomes."""
    text = (ROOT / "tests" / "README.md").read_text("utf-8")
    rows = re.findall(r"^\| (\w+) \| `` ?(.+?) ?`` \| `` ?(.+?) ?`` \|", text, re.MULTILINE)
    return {
        (name, was.replace("\\|", "|"), becomes.replace("\\|", "|")) for name, was, becomes in rows
    }


def main() -> int:
    """The exit code: 1 where a mutant lives that nobody has explained."""
    began = time.monotonic()
    known = explained()
    unknown = 0
    try:
        with ProcessPoolExecutor(2, get_context("fork")) as pool:
            for target in sys.argv[1:] or TARGETS:
                tried = list(mutants(target))
                whole = Mutant(target, 0, "", "", (ROOT / TARGETS[target].path).read_text("utf-8"))
                if not pool.submit(lives, whole).result():
                    sys.exit(f"{target}: its tests fail without any mistake")
                alive = [
                    each
                    for each, is_alive in zip(tried, pool.map(lives, tried), strict=True)
                    if is_alive
                ]
                for each in alive:
                    is_known = (each.target, each.was, each.becomes) in known
                    unknown += not is_known
                    sys.stdout.write(f"lives{' (explained)' if is_known else ''}: {each}\n")
                found = len(tried) - len(alive)
                sys.stdout.write(
                    f"{target}: {len(tried)} mutants, {found} found, {len(alive)} live\n"
                )
                sys.stdout.flush()
    finally:
        shutil.rmtree(Path(tempfile.gettempdir()) / f"mutation-{os.getpid()}", ignore_errors=True)
    sys.stdout.write(f"{time.monotonic() - began:.0f} seconds\n")
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main())

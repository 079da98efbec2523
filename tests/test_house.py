"""The house keeps its shape: floors, sizes, and a map that names every room."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HOUSE = ROOT / "src" / "predtrack"
MODULES = sorted(HOUSE.rglob("*.py"))

FLOORS = (
    {"errors"},
    {"dates", "phrases"},
    {"records", "scoring"},
    {"store", "importers"},
    {"reports", "check"},
    {"views"},
    {"cli"},
    {"__main__"},
)
"""From the ground up: a room may use the rooms below its floor, itself, and nothing else."""


def room_of(module: Path) -> str:
    return module.relative_to(HOUSE).with_suffix("").parts[0]


def imported(module: Path) -> Iterator[str]:
    """The rooms that a module imports, at any place in it."""
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        names = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{each.name}" for each in node.names]
        elif isinstance(node, ast.Import):
            names = [each.name for each in node.names]
        for name in names:
            if name.startswith("predtrack.") and not name.startswith("predtrack.__version"):
                yield name.split(".")[1]


def floor(room: str) -> int:
    return next(level for level, rooms in enumerate(FLOORS) if room in rooms)


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(HOUSE)))
def test_imports_go_down_only(module: Path) -> None:
    room = room_of(module)
    if room == "__init__":
        return
    for other in imported(module):
        assert other == room or floor(other) < floor(room), f"{room} imports {other}"


EMPTY = {"found", "held", "kept", "said", "told", "given", "made", "asked", "known", "came"}
"""Words that name nothing: whatever they are bound to has a name of its own."""


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(HOUSE)))
def test_no_variable_has_a_name_that_names_nothing(module: Path) -> None:
    for node in ast.walk(ast.parse(module.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.Lambda):
            arguments = node.args
            named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
            assert not EMPTY & {each.arg for each in named}, ast.unparse(arguments)
        if isinstance(node, ast.FunctionDef):
            bound = {
                each.id
                for each in ast.walk(node)
                if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
            }
            assert not EMPTY & bound, node.name


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(HOUSE)))
def test_modules_and_functions_are_short(module: Path) -> None:
    text = module.read_text("utf-8")
    assert len(text.splitlines()) <= 600
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            docstring = len((ast.get_docstring(node) or "").splitlines())
            size = (node.end_lineno or 0) - node.body[0].lineno - docstring  # without its options
            assert size <= 40, f"{node.name} has {size} lines"


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(HOUSE)))
def test_every_public_function_and_class_says_what_it_is(module: Path) -> None:
    tree = ast.parse(module.read_text("utf-8"))
    assert ast.get_docstring(tree)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), node.name


def test_the_map_names_every_room_and_no_other() -> None:
    text = (HOUSE / "README.md").read_text("utf-8")
    named = set(re.findall(r"^\| `([a-z_]+)(?:\.py|/)` \|", text, re.MULTILINE))
    assert named == {room_of(module) for module in MODULES} - {"__init__"}


def test_the_core_of_the_house_is_pure() -> None:
    doors = {"store", "cli", "__main__"}
    for module in MODULES:
        names = {
            node.id
            for node in ast.walk(ast.parse(module.read_text()))
            if isinstance(node, ast.Name)
        }
        if room_of(module) not in doors:
            assert names.isdisjoint({"open", "print", "input"}), module

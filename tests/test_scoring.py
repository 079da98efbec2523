"""The room as a whole: every example in its docstrings runs, and it stands on its own."""

from __future__ import annotations

import ast
import doctest
import importlib
import pkgutil
import sys
from pathlib import Path

import pytest

from predtrack import scoring

MODULES = sorted(found.name for found in pkgutil.iter_modules(scoring.__path__))


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_run(name: str) -> None:
    found = doctest.testmod(importlib.import_module(f"predtrack.scoring.{name}"))
    assert found.attempted > 0
    assert found.failed == 0


@pytest.mark.parametrize("name", MODULES)
def test_a_module_needs_only_this_room_and_the_standard_library(name: str) -> None:
    source = (Path(scoring.__path__[0]) / f"{name}.py").read_text(encoding="utf-8")
    modules = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            modules += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules.append(node.module)
    others = [
        module for module in modules if module.partition(".")[0] not in sys.stdlib_module_names
    ]
    assert all(module.startswith("predtrack.scoring.") for module in others)

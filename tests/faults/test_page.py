"""The page on the tests names tests that exist, one for every fault that it lists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

TESTS = Path(__file__).parent.parent
PAGE = (TESTS / "README.md").read_text("utf-8")
NAMED = re.compile(r"`([\w/]+\.py)::(test_\w+)`")


def test_every_test_that_the_page_names_is_there():
    found = NAMED.findall(PAGE)
    assert len(found) > 40
    for file, name in found:
        tree = ast.parse((TESTS / file).read_text("utf-8"))
        assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, name


def test_every_fault_of_the_list_is_held_by_a_test():
    listed = PAGE.split("## What must hold")[1].split("##")[0]
    rows = [line for line in listed.splitlines() if line.startswith("| ")][1:]
    assert len(rows) > 15
    assert [row for row in rows if not NAMED.search(row)] == []

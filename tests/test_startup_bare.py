"""A Python that is run with -OO keeps no docstring; all is said all the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from test_cli import ENDED

ALL = """
import io, json, sys
from contextlib import redirect_stdout
from predtrack.cli import COMMANDS, run
from predtrack.check import explanations
from predtrack.views.explanations import EXPLANATIONS

def said(*words):
    out = io.TextIOWrapper(io.BytesIO(), "utf-8")
    with redirect_stdout(out):
        code = run([*words])
    out.flush()
    return [*words, code, out.buffer.getvalue().decode()]

lines = [said("--help"), *(said(name, "--help") for name in COMMANDS)]
lines += [said("check", "--explain"), said("schema"), said("list"), said("check", "--strict")]
lines += [said("check", "--explain", each.name) for each in explanations()]
lines += [said("report", "--explain", name) for name in EXPLANATIONS]
print(json.dumps([run.__doc__, lines]))
"""


def said_by(*options: str) -> tuple[str | None, list[list[object]]]:
    """The docstring of a function, and what many commands say, by a Python with some options."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    env |= {"PREDTRACK_AS_OF": "2027-03-01", "PREDTRACK_FOLDER": str(ENDED)}
    command = [sys.executable, *options, "-B", "-c", ALL]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    docstring, lines = json.loads(done.stdout)
    return docstring, lines


@pytest.mark.parametrize("level", ["-O", "-OO"])
def test_helps_and_explanations_are_said_also_without_docstrings(level: str) -> None:
    docstring, lines = said_by()
    bare_docstring, bare = said_by(level)
    assert docstring
    assert (bare_docstring is None) == (level == "-OO")
    assert len(lines) > 100
    assert bare == lines


def test_the_source_asks_for_no_docstring() -> None:
    source = Path(__file__).parent.parent / "src"
    asking = [path.name for path in source.rglob("*.py") if "__doc__" in path.read_text("utf-8")]
    assert asking == []

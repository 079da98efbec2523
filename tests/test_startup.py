"""A quick start: what a command does not need, it does not import."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from test_cli import ENDED

PROGRAM = """
import sys
from predtrack.__main__ import main
try:
    main()
except SystemExit:
    pass
print(*sorted(sys.modules), file=sys.stderr)
"""


def imported(*words: str) -> set[str]:
    """The modules that are loaded when a command has run."""
    env = {**os.environ, "PREDTRACK_FOLDER": str(ENDED), "PREDTRACK_AS_OF": "2027-03-01"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *words], env=env, capture_output=True, text=True, check=True
    )
    assert done.stdout
    return set(done.stderr.split())


HEAVY = {"pydantic", "dateutil", "rich", "jsonschema", "asyncio", "predtrack.scoring"}


@pytest.mark.parametrize(
    ("words", "unneeded"),
    [
        (["--version"], {*HEAVY, "typer", "yaml", "predtrack.cli", "predtrack.views"}),
        (["list"], HEAVY),
        (["list", "--json"], {"pydantic", "dateutil", "rich", "jsonschema"}),
        (["show", "ship"], {"pydantic", "dateutil", "jsonschema"}),
        (["export", "csv"], {"pydantic", "dateutil", "rich", "jsonschema"}),
        (["report"], {"pydantic", "dateutil", "jsonschema"}),
    ],
    ids=" ".join,
)
def test_a_command_imports_only_what_it_needs(words, unneeded):
    found = imported(*words)
    assert unneeded & found == set()


def test_the_probe_sees_what_is_imported():
    assert {"predtrack.scoring", "rich", "predtrack.views.report"} <= imported("report")

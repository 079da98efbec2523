"""A quick start: what a command does not need, it does not import."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from test_cli import ENDED

PROGRAM = """
import atexit, sys
from predtrack.__main__ import script
atexit.register(lambda: print(*sorted(sys.modules), file=sys.stderr))
script()
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that was listed before, of files that had long been there."""
    root = tmp_path_factory.mktemp("kept")
    shutil.copytree(ENDED, root / "predictions")
    seen = {**os.environ, "XDG_CACHE_HOME": str(root / "cache")}
    later = "from predtrack.store import index; index.SETTLED = -(10**18)\n"
    words = ["--folder", str(root / "predictions"), "--as-of", "2027-03-01", "list"]
    subprocess.run([sys.executable, "-c", later + PROGRAM, *words], env=seen, check=True)
    return root


def imported(folder: Path, *words: str) -> set[str]:
    """The modules that are loaded when a command has run."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    env = {
        **own,
        "PREDTRACK_FOLDER": str(folder / "predictions"),
        "PREDTRACK_AS_OF": "2027-03-01",
        "XDG_CACHE_HOME": str(folder / "cache"),
    }
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *words], env=env, capture_output=True, text=True, check=True
    )
    assert done.stdout
    return set(done.stderr.split())


SLOW = {"pydantic", "dateutil", "jsonschema", "asyncio", "importlib.metadata"}
HEAVY = {*SLOW, "rich", "predtrack.scoring", "predtrack.reports.scores"}
OF_RECORDS = {
    "yaml",
    "predtrack.records.prediction",
    "predtrack.records.forms",
    "predtrack.records.rules",
    "predtrack.store.reading",
    "predtrack.store.packed",
    "predtrack.store.splice",
    "predtrack.store.writing",
    "predtrack.reports.rows",
}
"""What is needed to read a record, and not to list those that were read before."""


@pytest.mark.parametrize(
    ("words", "unneeded"),
    [
        (["--version"], {*HEAVY, *OF_RECORDS, "typer", "re", "predtrack.cli", "predtrack.views"}),
        (["list"], {*HEAVY, *OF_RECORDS, "json"}),
        (["list", "--tag", "city", "--sort", "made", "--limit", "3"], {*HEAVY, *OF_RECORDS}),
        (["due"], {*HEAVY, *OF_RECORDS}),
        (["stats"], {*HEAVY, *OF_RECORDS}),
        (["export", "ics"], {*SLOW, "rich", "yaml", "predtrack.store.reading"}),
        (["export", "csv", "--table", "predictions"], {*SLOW, "rich", "yaml", "predtrack.scoring"}),
        (["list", "--json"], {*HEAVY - {"predtrack.scoring", "predtrack.reports.scores"}}),
        (["show", "ship"], {*SLOW, "yaml", "predtrack.store.reading"}),
        (["export", "csv"], {*SLOW, "yaml", "rich", "predtrack.store.reading"}),
        (["report"], {*SLOW, "yaml", "predtrack.store.reading", "predtrack.views.explanations"}),
        (["report", "--explain", "z"], {*HEAVY, "yaml", "predtrack.reports.report", "json"}),
        (["score"], {*SLOW, "yaml", "rich", "predtrack.store.reading"}),
    ],
    ids=" ".join,
)
def test_a_command_imports_only_what_it_needs(words, unneeded, folder):
    found = imported(folder, *words)
    assert unneeded & found == set()


def test_the_probe_sees_what_is_imported(folder):
    needed = {"predtrack.scoring", "rich", "predtrack.views.report", "predtrack.store.index"}
    assert needed <= imported(folder, "report")


def test_a_folder_that_was_never_read_is_read_without_what_is_slow(tmp_path):
    shutil.copytree(ENDED, tmp_path / "predictions")
    found = imported(tmp_path, "list")
    assert {"yaml", "predtrack.store.reading"} <= found
    assert found & HEAVY == set()

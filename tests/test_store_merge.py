"""An outcome on one branch and a revised forecast on another merge without a conflict."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from predtrack.records.prediction import Evidence, Outcome
from predtrack.store import changes, folder

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

YES = Outcome(
    answer="yes", decided=date(2026, 2, 1), evidence=(Evidence(url="https://example.org/a"),)
)
HEAD = "claim: It rains in Kiel\nkind: binary\n"
FORECAST = "  - by: Ada\n    made: 2026-01-01\n    probability: 70%\n"
REVISED = "  - by: Ada\n    made: 2026-01-15\n    probability: 80%\n"
LONG = "".join(f"    x-{n}: a line of the forecast\n" for n in range(5))

SHAPES = {
    "plain": (f"{HEAD}forecasts:\n{FORECAST}", REVISED, ""),
    "criteria above": (f"{HEAD}criteria: |\n  as measured\nforecasts:\n{FORECAST}", REVISED, ""),
    "comment above": (f"{HEAD}# what was said\nforecasts:\n{FORECAST}", REVISED, ""),
    "blank line above": (f"{HEAD}\nforecasts:\n\n{FORECAST}", f"\n{REVISED}", ""),
    "note below": (f"{HEAD}forecasts:\n{FORECAST}", REVISED, "note: the town\n"),
    "first key": (f"forecasts:\n{FORECAST}", REVISED, HEAD),
    "many forecasts": (f"{HEAD}forecasts:\n{(FORECAST + LONG) * 3}", REVISED, ""),
    "no indentation": (
        f"{HEAD}forecasts:\n" + FORECAST.replace("  - by", "- by").replace("    ", "  "),
        REVISED.replace("  - by", "- by").replace("    ", "  "),
        "",
    ),
}


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "Ada")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "ada@example.org")
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    return tmp_path


def git(work: Path, *words: str) -> None:
    done = subprocess.run(["git", *words], cwd=work, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def commit(work: Path, message: str) -> None:
    git(work, "add", "--all")
    git(work, "commit", "--quiet", "--message", message)


@pytest.mark.parametrize("line_break", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("shape", SHAPES)
def test_an_outcome_here_and_a_revision_there_merge(
    shape: str, line_break: str, work: Path
) -> None:
    base, revised, behind = (part.replace("\n", line_break) for part in SHAPES[shape])
    path = work / "rain.yaml"
    path.write_bytes((base + behind).encode())
    commit(work, "a forecast")

    git(work, "checkout", "--quiet", "-b", "revision")
    path.write_bytes((base + revised + behind).encode())
    commit(work, "a revision")

    git(work, "checkout", "--quiet", "main")
    changes.change(folder.load(str(work)), "rain", lambda each: replace(each, outcome=YES))
    commit(work, "an outcome")

    git(work, "merge", "--quiet", "--no-edit", "revision")
    merged = folder.load(str(work)).prediction("rain")
    assert merged.outcome == YES
    assert merged.forecasts[-1].made == date(2026, 1, 15)
    changes.change(folder.load(str(work)), "rain", lambda each: replace(each, outcome=None))
    assert path.read_bytes() == (base + revised + behind).encode()

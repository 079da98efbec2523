"""An outcome on one branch and a revised forecast on another merge without a conflict."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import repository
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


def test_random_edits_on_two_branches_are_merged_by_git(tmp_path: Path) -> None:
    ended = [*repository.wrong_of(tmp_path / "work", range(24))]
    assert [fault for _, fault in ended if fault] == []
    assert {how for how, _ in ended} == {"clean", "conflict"}


RAIN = f"{HEAD}tags: [wet]\nforecasts:\n{FORECAST}"
ENDED = "outcome:\n  answer: yes\n  decided: 2026-02-01\n"
OURS = RAIN.replace("forecasts", f"{ENDED}forecasts").replace("[wet]", "[wet, city]") + REVISED
THEIRS = RAIN.replace("[wet]", "[north]") + REVISED.replace("Ada", "Bo")
BOTH = OURS.replace("[wet, city]", "[city, north]") + REVISED.replace("Ada", "Bo")


@pytest.fixture
def branches(tmp_path: Path) -> Path:
    """A record with an outcome, a tag and a forecast here, and another of each there."""
    root = repository.new_repository(tmp_path / "work")
    states = [{"rain.yaml": each.encode()} for each in (RAIN, OURS, THEIRS)]
    repository.branched(root, states)
    return root


@pytest.mark.parametrize(
    "words",
    [
        ("merge", "--no-edit", "theirs"),
        ("cherry-pick", "theirs"),
        ("rebase", "--onto", "main", "theirs~1", "theirs"),
    ],
    ids=lambda words: words[0],
)
def test_what_git_merges_it_merges_by_meaning(words: tuple[str, ...], branches: Path) -> None:
    repository.git(branches, *words)
    assert (branches / repository.FOLDER / "rain.yaml").read_text() == BOTH
    assert repository.git(branches, "status", "--porcelain") == ""


def test_a_stash_is_merged_by_meaning_too(branches: Path) -> None:
    path = branches / repository.FOLDER / "rain.yaml"
    path.write_text(OURS + REVISED.replace("Ada", "Cleo"))
    repository.git(branches, "stash")
    repository.git(branches, "merge", "--quiet", "--no-edit", "theirs")
    repository.git(branches, "stash", "pop")
    assert path.read_text() == BOTH + REVISED.replace("Ada", "Cleo")


def test_a_contradiction_is_a_conflict_that_git_and_check_name(branches: Path) -> None:
    path = branches / repository.FOLDER / "rain.yaml"
    path.write_text(OURS.replace("yes", "no"))
    repository.commit(branches, "no")
    repository.git(branches, "checkout", "--quiet", "theirs")
    path.write_text(THEIRS.replace("forecasts", f"{ENDED}forecasts"))
    repository.commit(branches, "yes")
    output = repository.git(branches, "merge", "main", code=1)
    assert "CONFLICT (content): Merge conflict in predictions/rain.yaml" in output
    assert "predictions/rain.yaml: both branches changed outcome; settle it between" in output
    block = f"<<<<<<< ours\n{ENDED}=======\n{ENDED.replace('yes', 'no')}>>>>>>> theirs\n"
    assert block in path.read_text()
    assert repository.unmerged(branches) == {"rain.yaml"}


def test_a_record_added_on_both_branches_is_united(tmp_path: Path) -> None:
    root = repository.new_repository(tmp_path / "work")
    repository.branched(root, [{}, {"rain.yaml": OURS.encode()}, {"rain.yaml": THEIRS.encode()}])
    repository.git(root, "merge", "--quiet", "--no-edit", "theirs")
    text = BOTH.replace("[city, north]", "[wet, city, north]")
    assert (root / repository.FOLDER / "rain.yaml").read_text() == text


def test_what_is_no_record_is_merged_as_git_does(tmp_path: Path) -> None:
    root = repository.new_repository(tmp_path / "work")
    base = "claim: [\n" + "\n".join("abcdefgh") + "\n"
    ours, theirs = base.replace("b\n", "B\n"), base.replace("g\n", "G\n")
    states = [{"rain.yaml": each.encode()} for each in (base, ours, theirs)]
    repository.branched(root, states)
    output = repository.git(root, "merge", "--no-edit", "theirs")
    assert "not every side is a sound record, so git's plain merge was taken" in output
    whole = ours.replace("g\n", "G\n")
    assert (root / repository.FOLDER / "rain.yaml").read_text() == whole


def test_branches_that_crossed_are_merged_by_meaning(branches: Path) -> None:
    """Git first merges the two states where they parted, by the same driver."""
    path = branches / repository.FOLDER / "rain.yaml"
    repository.git(branches, "branch", "before")
    repository.git(branches, "merge", "--quiet", "--no-edit", "theirs")
    repository.git(branches, "checkout", "--quiet", "theirs")
    repository.git(branches, "merge", "--quiet", "--no-edit", "before")
    path.write_text(path.read_text() + REVISED.replace("Ada", "Cleo"))
    repository.commit(branches, "Cleo")
    repository.git(branches, "checkout", "--quiet", "main")
    path.write_text(BOTH + REVISED.replace("Ada", "Dan"))
    repository.commit(branches, "Dan")
    repository.git(branches, "merge", "--quiet", "--no-edit", "theirs")
    merged = folder.load(str(branches / repository.FOLDER)).prediction("rain")
    names = ["Ada", "Ada", "Bo", "Cleo", "Dan"]
    assert sorted(each.by for each in merged.forecasts) == names
    assert sorted(merged.tags) == ["city", "north"]

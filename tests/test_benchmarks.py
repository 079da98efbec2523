"""What the benchmark rests on: sound records, the same each time, and goals judged as they say."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import records
from benchmarks.measuring import Goal, judged
from predtrack.store import folder


@pytest.mark.parametrize("ended", [0, 0.5, 1])
def test_the_generated_records_are_sound(tmp_path: Path, ended: float) -> None:
    records.write(tmp_path / "predictions", 300, ended=ended)
    found = folder.load(str(tmp_path / "predictions"))
    assert found.problems == ()
    assert len(found.predictions) == 300


def test_none_of_the_records_has_ended_or_all_have_as_asked_for(tmp_path: Path) -> None:
    for ended in (0, 1):
        records.write(tmp_path / str(ended), 100, ended=ended)
        found = folder.load(str(tmp_path / str(ended))).predictions.values()
        assert {each.outcome is not None for each in found} == {bool(ended)}


def test_one_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("once", "again"):
        records.write(tmp_path / name, 1001)
    once, again = (contents(tmp_path / name) for name in ("once", "again"))
    assert once == again
    assert len(set(once.values())) == 1001


def contents(root: Path) -> dict[str, bytes]:
    """What stands in each file below a folder."""
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*.yaml")}


@pytest.mark.parametrize(
    ("ratio", "goal", "verdict"),
    [
        (3.99, Goal(4), "kept"),
        (4.0, Goal(4), "kept"),
        (4.001, Goal(4), "missed by a hair"),
        (5.0, Goal(4), "missed by 25%"),
        (14.0, Goal(4), "missed: 3.5 times the goal"),
        (0.99, Goal(1, below=True), "kept"),
        (1.0, Goal(1, below=True), "missed by a hair"),
        (1.1, Goal(1, below=True), "missed by 10%"),
    ],
)
def test_a_ratio_is_judged_against_its_goal(ratio: float, goal: Goal, verdict: str) -> None:
    assert judged(ratio, goal) == verdict


def test_a_goal_says_whether_it_may_be_reached() -> None:
    assert [str(Goal(3.5)), str(Goal(1, below=True))] == ["at most 3.5", "below 1"]

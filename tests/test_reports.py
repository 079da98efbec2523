"""The predictions that tests of reports are built from: sound, the same each time, and as files."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from build import DAY, DEADLINE, by_id, resolved, text, write
from predtrack.records import life, rules
from predtrack.store import folder


def test_what_is_drawn_is_sound_resolved_and_of_mixed_kinds() -> None:
    drawn = resolved(50, seed=3)
    assert [found for each in drawn for found in rules.findings(each)] == []
    others = by_id(*drawn)
    assert {life.status(each, others, DAY) for each in drawn} == {"resolved"}
    assert len(others) == 50
    assert Counter(each.kind for each in drawn) == {
        "binary": 10,
        "choice": 10,
        "numeric": 20,
        "date": 10,
    }
    assert all(each.deadline == DEADLINE for each in drawn)


def test_a_seed_gives_the_same_predictions_and_another_seed_others() -> None:
    assert resolved(20, seed=3) == resolved(20, seed=3)
    assert resolved(20, seed=3) != resolved(20, seed=4)


@pytest.mark.parametrize("n", [5, 20, 60])
def test_what_is_written_is_read_back_as_it_was(n: int, tmp_path: Path) -> None:
    drawn = resolved(n, seed=n)
    found = folder.load(str(write(drawn, tmp_path / "predictions")))
    assert found.problems == ()
    assert found.predictions == by_id(*drawn)


def test_a_written_record_is_in_block_style_so_that_it_can_be_appended_to() -> None:
    lines = text(resolved(1)[0]).splitlines()
    assert lines[-4:-2] == ["forecasts:", '  - by: "Ada"']

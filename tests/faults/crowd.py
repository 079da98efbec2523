"""Many processes that record outcomes at once, in one folder and in one file."""

from __future__ import annotations

import shutil
from pathlib import Path

from faults.program import Server, contents, runs
from faults.scenarios import AT, PLACE, RAIN

CROWD = 16
PATIENCE = 60.0
"""Seconds that each waits for the lock: a slow machine is no reason to fail."""

Counts = dict[str, int]


def many_records(to: Server) -> Counts:
    """What came of it when each records an outcome in a file of its own."""
    names = [f"rain-{number:02}" for number in range(CROWD)]
    root = _folder(to, names)
    ended = runs(to, *(_words(name, name) for name in names), patience=PATIENCE)
    kept = [f"note: {name}" in (root / f"{name}.yaml").read_text() for name in names]
    return {
        "recorded": sum(each.code == 0 for each in ended),
        "lost": sum(each.code == 0 and not is_kept for each, is_kept in zip(ended, kept)),  # noqa: B905  # of one length
        "refused": sum(each.code != 0 for each in ended),
        "left over": len(set(contents(root)) - {f"{name}.yaml" for name in names}),
    }


def one_record(to: Server) -> Counts:
    """What came of it when all record an outcome in the same file, each another one."""
    root = _folder(to, ["rain"])
    ended = runs(to, *(_words("rain", f"by {k:02}") for k in range(CROWD)), patience=PATIENCE)
    text = (root / "rain.yaml").read_text()
    won = [f"note: by {k:02}\n" in text for k in range(CROWD)]
    told = ["rain already ended: yes" in each.err for each in ended]
    return {
        "recorded": sum(each.code == 0 for each in ended),
        "lost": sum((each.code == 0) != is_kept for each, is_kept in zip(ended, won)),  # noqa: B905  # of one length
        "refused": sum(each.code == 5 and is_told for each, is_told in zip(ended, told)),  # noqa: B905  # of one length
        "left over": len(set(contents(root)) - {"rain.yaml"}) + (text.count("outcome:") - 1),
    }


def _words(name: str, note: str) -> list[str]:
    return [*AT, "resolve", name, "yes", "--note", note]


def _folder(to: Server, names: list[str]) -> Path:
    root = to.cwd / PLACE
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir()
    for name in names:
        (root / f"{name}.yaml").write_text(RAIN, "utf-8")
    return root

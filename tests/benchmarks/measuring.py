"""Whole processes run in turn: what each takes, and whether a goal is kept."""

from __future__ import annotations

import os
import pty
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple


class Case(NamedTuple):
    """What is measured: a command in its surroundings, on a terminal or not."""

    name: str
    words: list[str]
    env: dict[str, str]
    terminal: bool = False
    before: Callable[[], object] | None = None  # done before each run, and not counted
    tells: bool = False  # it says its own seconds on standard error, and these count


class Run(NamedTuple):
    """What one process took, or the medians of many."""

    seconds: float
    mebibytes: float
    lowest: float = 0.0
    highest: float = 0.0


class Goal(NamedTuple):
    """At most so many times what it is held against; or less, where it should be below."""

    most: float
    below: bool = False

    def __str__(self) -> str:
        """The goal as it stands in the table."""
        return f"{'below' if self.below else 'at most'} {self.most:g}"


Found = dict[str, Run]


def run(case: Case) -> Run:
    """One run of a case, its output read and thrown away."""
    if case.before is not None:
        case.before()
    with tempfile.TemporaryFile() as said:
        began = time.perf_counter()
        pid, channel = pty.fork() if case.terminal else _piped(said.fileno())
        if pid == 0:
            os.execve(case.words[0], case.words, {**case.env, "COLUMNS": "80"})
        while _more(channel):
            pass
        _, status, usage = os.wait4(pid, 0)
        seconds = time.perf_counter() - began
        os.close(channel)
        said.seek(0)
        words = said.read().decode(errors="replace")
    if status:
        code = os.waitstatus_to_exitcode(status)
        raise SystemExit(f"{' '.join(case.words)} ended with {code}: {words[-500:]}")
    return Run(float(words) if case.tells else seconds, usage.ru_maxrss / 1024)


def _piped(said: int) -> tuple[int, int]:
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(writing, 1)
        os.dup2(said, 2)
        os.close(reading)
    os.close(writing)
    return pid, reading


def _more(channel: int) -> bool:
    try:
        return bool(os.read(channel, 1 << 16))
    except OSError:  # a terminal whose other end is closed
        return False


def measured(title: str, cases: Sequence[Case], times: int, *, practice: bool = True) -> Found:
    """The medians of each case, the cases run in turn, after one round that does not count."""
    os.sync()  # or what was written for the runs would go to the disk while they last
    runs: dict[str, list[Run]] = {case.name: [] for case in cases}
    for number in range(0 if practice else 1, times + 1):
        for case in cases:
            found = run(case)
            if number:
                runs[case.name].append(found)
        progress(f"{title}: round {number} of {times}")
    return {name: _median(found) for name, found in runs.items()}


def _median(runs: list[Run]) -> Run:
    taken = [each.seconds for each in runs]
    size = statistics.median(each.mebibytes for each in runs)
    return Run(statistics.median(taken), size, min(taken), max(taken))


def progress(text: str) -> None:
    """Say on standard error what is being done."""
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def judged(ratio: float, goal: Goal) -> str:
    """Whether a goal is kept, or by how much it is missed."""
    if ratio < goal.most or (ratio == goal.most and not goal.below):
        return "kept"
    times = ratio / goal.most
    if times >= 2:
        return f"missed: {times:.1f} times the goal"
    return f"missed by {times - 1:.0%}" if times >= 1.005 else "missed by a hair"

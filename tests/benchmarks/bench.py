"""Whole processes, measured in turn in one run, as ratios: how long until the answer is there.

    python tests/benchmarks/bench.py [start|calibrate]

`start` holds the commands that people run twenty times a day against a bare interpreter.
`calibrate` holds a million forecasts against scikit-learn and model-diagnostics, which are put
into an environment of their own (.bench/) the first time; without a registry they are absent.
"""

from __future__ import annotations

import os
import pty
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent.parent
HERE = Path(__file__).parent
BENCH = ROOT / ".bench"
PREDTRACK = str(Path(sys.executable).parent / "predtrack")
PEERS = ("scikit-learn", "model-diagnostics", "pandas")


class Run(NamedTuple):
    """One finished process."""

    seconds: float
    mebibytes: float


class Case(NamedTuple):
    """What is measured, and on a terminal or not."""

    name: str
    words: list[str]
    terminal: bool = False
    goal: float | None = None  # at most so many times the first case


def run(case: Case) -> Run:
    """One run of a case, its output read and thrown away."""
    began = time.perf_counter()
    pid, channel = pty.fork() if case.terminal else _piped()
    if pid == 0:
        os.environ["COLUMNS"] = "80"
        os.execv(case.words[0], case.words)
    while _more(channel):
        pass
    _, status, usage = os.wait4(pid, 0)
    os.close(channel)
    if status:
        raise SystemExit(f"{' '.join(case.words)} ended with {os.waitstatus_to_exitcode(status)}")
    return Run(time.perf_counter() - began, usage.ru_maxrss / 1024)


def _piped() -> tuple[int, int]:
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.dup2(writing, 1)
        os.close(reading)
    os.close(writing)
    return pid, reading


def _more(channel: int) -> bool:
    try:
        return bool(os.read(channel, 1 << 16))
    except OSError:  # a terminal whose other end is closed
        return False


def measured(cases: list[Case], times: int) -> dict[str, tuple[float, float]]:
    """The median seconds and mebibytes of each case, the cases run in turn."""
    for case in cases:
        run(case)
    runs: dict[str, list[Run]] = {case.name: [] for case in cases}
    for _ in range(times):
        for case in cases:
            runs[case.name].append(run(case))
    return {
        name: (
            statistics.median(each.seconds for each in found),
            statistics.median(each.mebibytes for each in found),
        )
        for name, found in runs.items()
    }


def table(title: str, cases: list[Case], times: int) -> None:
    """Print the medians of the cases, and how many times the first each takes."""
    found = measured(cases, times)
    base = found[cases[0].name][0]
    print(f"\n{title} (medians of {times} runs in turn)\n")
    print("| command | ms | times the first | goal | MiB |\n|---|---|---|---|---|")
    for case in cases:
        seconds, size = found[case.name]
        ratio = seconds / base
        goal = "" if case.goal is None else f"at most {case.goal:g}: "
        kept = "" if case.goal is None else ("kept" if ratio <= case.goal else "missed")
        print(f"| {case.name} | {seconds * 1000:.0f} | {ratio:.1f} | {goal}{kept} | {size:.0f} |")


def start() -> None:
    """How long the everyday commands take, beside a bare interpreter."""
    folder = ["--folder", str(ROOT / "predictions")]
    cases = [
        Case("python -I -c pass", [sys.executable, "-I", "-c", "pass"]),
        Case("predtrack --version", [PREDTRACK, "--version"], goal=7),
        Case("predtrack list, piped", [PREDTRACK, *folder, "list"], goal=22),
        Case("predtrack list, terminal", [PREDTRACK, *folder, "list"], terminal=True, goal=22),
        Case("predtrack show, terminal", [PREDTRACK, *folder, "show", "geniuses"], terminal=True),
        Case("predtrack report, terminal", [PREDTRACK, *folder, "report"], terminal=True),
    ]
    table("Start, with the records in predictions/", cases, 15)


def calibrate() -> None:
    """How long a million forecasts take, beside the packages that decompose them."""
    peers = _peers()
    with tempfile.TemporaryDirectory() as folder:
        for name, stated in (("on a .01 grid", _on_grid), ("all distinct", _distinct)):
            path = os.path.join(folder, "table.csv")
            _write(path, stated)
            words = [PREDTRACK, "calibrate", path, "-p", "p", "-y", "y"]
            cases = [Case("predtrack calibrate", words)]
            for peer in ("sklearn", "model_diagnostics"):
                if peers:
                    script = str(HERE / f"peer_{peer}.py")
                    cases.append(Case(f"{peer}, decomposition only", [peers, script, path]))
                else:
                    print(f"{peer}: absent (no package registry)")
            table(f"A million forecasts, {name}", cases, 3)


def _peers() -> str | None:
    """The interpreter of the environment that holds the peers; None where it cannot be made."""
    python = BENCH / "bin" / "python"
    if (BENCH / ".ready").exists():
        return str(python)
    try:
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(BENCH)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", *PEERS], check=True)
    except subprocess.CalledProcessError:
        return None
    (BENCH / ".ready").touch()
    return str(python)


def _on_grid(draw: random.Random) -> float:
    return draw.randrange(101) / 100


def _distinct(draw: random.Random) -> float:
    return draw.random()


def _write(path: str, stated: Callable[[random.Random], float]) -> None:
    draw = random.Random(20260213)
    with open(path, "w", encoding="utf-8") as file:
        file.write("p,y\n")
        for _ in range(1_000_000):
            p = stated(draw)
            file.write(f"{p},{int(draw.random() < p)}\n")


def main() -> None:
    """Run what was asked for, or everything."""
    chapters = {"start": start, "calibrate": calibrate}
    for name in sys.argv[1:] or chapters:
        chapters[name]()


if __name__ == "__main__":
    main()

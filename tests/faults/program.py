"""The program run under faults, and what must be true of whatever came of it."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from faults.calls import ENDS, ERRORS, INTERRUPTS, KILLS, SIGNALS

TESTS = Path(__file__).parent.parent
ENVIRONMENT = {"PREDTRACK_AS_OF": "2027-03-01", "PREDTRACK_BY": "Cleo Example"}
NONE = ("none", 0)
UNCHANGED = "nothing was changed"

Fault = tuple[str, int]


class Ended(NamedTuple):
    """How a process ended: its exit code (below zero: the signal), what it said, its calls."""

    code: int
    out: str
    err: str
    trail: list[str]


class Server(NamedTuple):
    """A process that runs the program, and where it runs it."""

    process: subprocess.Popen[str]
    cwd: Path
    without: tuple[str, ...] = ()
    """What the disk cannot do: "links", and "renames" that refuse to replace."""


@contextmanager
def server(cwd: Path) -> Iterator[Server]:
    """A process that has the program imported and forks it for each run."""
    pipe = subprocess.PIPE
    path = os.pathsep.join(filter(None, (str(TESTS), os.environ.get("PYTHONPATH"))))
    # Thousands of runs are forked from it: measuring the coverage of each would double their time.
    unmeasured = {key: text for key, text in os.environ.items() if not key.startswith("COVERAGE")}
    env = unmeasured | {"PYTHONPATH": path, **_cache()}
    words = [sys.executable, "-m", "faults.server"]
    with subprocess.Popen(words, stdin=pipe, stdout=pipe, text=True, env=env) as process:
        yield Server(process, cwd)
        assert process.stdin is not None
        process.stdin.close()


def _cache() -> dict[str, str]:
    """Where caches go: to the place that is set for a test, else nowhere, and never to the user."""
    return {"XDG_CACHE_HOME": os.environ.get("XDG_CACHE_HOME", os.devnull)}


def runs(to: Server, *lines: list[str], fault: Fault = NONE, **more: Any) -> list[Ended]:
    """How some command lines ended that were started at one moment."""
    env = ENVIRONMENT | {"PATH": os.environ.get("PATH", ""), **_cache()} | more.pop("env", {})
    request = {"runs": lines, "cwd": str(to.cwd), "env": env, "fault": fault[0], "nth": fault[1]}
    request["without"] = to.without
    assert to.process.stdin is not None
    assert to.process.stdout is not None
    to.process.stdin.write(f"{json.dumps(request | more)}\n")
    to.process.stdin.flush()
    return [Ended(**each) for each in json.loads(to.process.stdout.readline())]


def run(to: Server, *words: str, **more: Any) -> Ended:
    """How one command line ended."""
    return runs(to, list(words), **more)[0]


Files = dict[str, bytes]


class Scenario(NamedTuple):
    """A command that writes: how the folder stands before and after, and what then must work."""

    words: tuple[str, ...]
    before: Callable[[Path], object]
    after: Callable[[Files], Files]
    next: tuple[tuple[str, ...], ...] = (("list",), ("check",))


def contents(root: Path) -> Files:
    """The bytes of every file below a folder; of a link its target, of a folder nothing."""
    return {str(path.relative_to(root)): _held(path) for path in sorted(root.rglob("*"))}


def _held(path: Path) -> bytes:
    if path.is_symlink():
        return b"-> " + bytes(path.readlink())
    return b"/" if path.is_dir() else path.read_bytes()


def leftovers(found: Files) -> set[str]:
    """The temporary files among the names."""
    return {name for name in found if name.endswith(".tmp") and Path(name).name.startswith(".")}


def untrue(ended: Ended, fault: Fault, old: Files, new: Files, found: Files) -> str:
    """What is wrong about a run under a fault; nothing, where all of it is true."""
    if found not in (old, new):
        return f"neither old nor new: {sorted(found)}"
    if "Traceback" in ended.err:
        return "a traceback"
    if fault[0] in INTERRUPTS and ended.code == 130:
        return "" if "interrupted" in ended.err else "an interrupt that is not said"
    if fault[0] in ENDS and ended.code == -SIGNALS[fault[0].split()[0]]:
        return ""
    return _untrue_of_end(ended, fault, changed=found == new, could=old != new)


def _untrue_of_end(ended: Ended, fault: Fault, *, changed: bool, could: bool) -> str:
    """What is wrong about the words and the exit code."""
    if not could:
        said = ended.code == 0 and UNCHANGED in ended.err
        return "" if said or ended.code in {3, 4, 5} else f"{ended}"
    if changed:
        if ended.code != 0:
            return f"changed, and exit {ended.code}"
        return f"changed, but: {ended.err}" if UNCHANGED in ended.err else ""
    if ended.code == 5:
        said = UNCHANGED in ended.err
        return "" if said else f"unchanged, and not said: {ended.err}"
    if ended.code not in {2, 3, 4, 6}:
        return f"unchanged, and exit {ended.code}"
    reasons = [os.strerror(getattr(errno, each)) for each in ERRORS]
    named = any(reason in ended.err for reason in reasons)
    return "" if named else f"unchanged, and no reason: {ended.err}"


def is_kill(fault: Fault) -> bool:
    """Whether the fault ends the process."""
    return fault[0] in KILLS

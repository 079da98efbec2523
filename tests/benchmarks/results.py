"""The page that the figures are written on: the table of goals, and all that was measured."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

import peers
from measuring import Found, Goal, Run, judged


class Held(NamedTuple):
    """A line of the table of goals: one case held against another."""

    case: str
    against: str
    goal: Goal
    memory: bool = False


class Part(NamedTuple):
    """What a chapter found: lines of the table of goals, and all that was measured."""

    goals: list[str]
    lines: list[str]


HEAD = (
    "| command | takes | held against | takes | ratio | of the quickest runs | goal | |",
    "|---|--:|---|--:|--:|--:|---|---|",
)


def goals(held: Sequence[Held], found: Found, absent: dict[str, str]) -> list[str]:
    """The lines of the table of goals; a peer that is absent is named, and nothing is judged."""
    return [_line(each, found, absent) for each in held]


def _line(held: Held, found: Found, absent: dict[str, str]) -> str:
    mine, other = found[held.case], found.get(held.against)
    if other is None:
        get = absent.get(held.against, "absent")
        return (
            f"| {held.case} | {_taken(held, mine)} | {held.against} | | | | {held.goal} | {get} |"
        )
    ratio = mine.mebibytes / other.mebibytes if held.memory else mine.seconds / other.seconds
    quickest = "" if held.memory or not mine.lowest else f"{mine.lowest / other.lowest:.2f}"
    cells = (
        held.case,
        _taken(held, mine),
        held.against,
        _taken(held, other),
        f"{ratio:.2f}",
        quickest,
        str(held.goal),
        judged(ratio, held.goal),
    )
    return f"| {' | '.join(cells)} |"


def _taken(held: Held, run: Run) -> str:
    return f"{run.mebibytes:.0f} MiB" if held.memory else _milliseconds(run.seconds)


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:,.0f} ms"


def everything(title: str, found: Found, notes: Sequence[str] = ()) -> list[str]:
    """A section with all that was measured, for information."""
    lines = [
        f"### {title}",
        "",
        "| command | ms | lowest to highest | times the first | MiB |",
        "|---|--:|--:|--:|--:|",
    ]
    first = next(iter(found.values())).seconds
    for name, each in found.items():
        low, high = each.lowest * 1000, each.highest * 1000
        spread = f"{low:,.0f} to {high:,.0f}" if high else ""
        size = f"{each.mebibytes:.0f}" if each.mebibytes else ""
        times = f"{each.seconds / first:.2f}"
        lines.append(f"| {name} | {each.seconds * 1000:,.0f} | {spread} | {times} | {size} |")
    return [*lines, "", *(f"- {note}" for note in notes), *([""] if notes else [])]


def document(parts: Sequence[Part], predtrack: str) -> str:
    """Everything as one Markdown document."""
    lines = [
        "# What `make bench` measured",
        "",
        "Whole processes, run in turn, everything in one run. Goals are judged by the ratio of the "
        "medians; where that of the quickest runs is far from it, something else was running. "
        "Written by `make bench`: run it again to have the figures of your machine.",
        "",
        *_machine(predtrack),
        "",
        "## Goals",
        "",
        *HEAD,
        *(line for part in parts for line in part.goals),
        "",
        "## Everything that was measured",
        "",
        *(line for part in parts for line in part.lines),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _machine(predtrack: str) -> list[str]:
    said = [predtrack, "--version"]
    mine = subprocess.run(said, capture_output=True, text=True, check=True).stdout.strip()
    return [
        f"- {date.today().isoformat()}, {mine}, Python {platform.python_version()}",
        f"- {_processor()}, {os.cpu_count()} cores, {platform.system()} {platform.release()}",
        *(f"- {peers.version(name)}" for name in peers.PREPARED),
    ]


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        lines = []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine())

"""The README shows what a run prints: its blocks are run, and its tables hold every command."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import signal
import sys
from pathlib import Path

from predtrack.cli import COMMANDS, command
from predtrack.cli.options import help_of

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)


def shown(command: str, folder: Path) -> str:
    """What a command prints on a terminal of 80 columns, both channels together."""
    pid, terminal = pty.fork()
    if pid == 0:  # pragma: no cover  # the child becomes the command
        os.chdir(folder)
        os.execvpe("/bin/sh", ["sh", "-c", command], environment(folder))
    text = b""
    while select.select([terminal], [], [], 20)[0]:
        try:
            chunk = os.read(terminal, 65536)
        except OSError:  # the other end has closed
            break
        if not chunk:
            break
        text += chunk
    os.kill(pid, signal.SIGKILL)  # nothing is left of it, unless it asks what nobody answers
    os.waitpid(pid, 0)
    os.close(terminal)
    return text.decode().replace("\r\n", "\n")


def environment(folder: Path) -> dict[str, str]:
    """The surroundings of a run: a fixed day, no colour, nobody's settings."""
    return {
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "HOME": str(folder),
        "LC_ALL": "C.UTF-8",
        "TERM": "xterm",
        "NO_COLOR": "1",
        "COLUMNS": "80",
        "PREDTRACK_AS_OF": "2026-11-24",
        "PREDTRACK_BY": "Ada Example",
        **{f"GIT_{role}_NAME": "Ada Example" for role in ("AUTHOR", "COMMITTER")},
        **{f"GIT_{role}_EMAIL": "ada@example.org" for role in ("AUTHOR", "COMMITTER")},
        "GIT_CONFIG_SYSTEM": os.devnull,
        "COVERAGE_PROCESS_START": os.environ.get("COVERAGE_PROCESS_START", ""),
    }


def run_again(block: str, folder: Path) -> str:
    """The block with what its commands print now; a `cd` holds for the commands after it."""
    told, here = [], folder
    for line in block.splitlines():
        if line.startswith("$ "):
            told.append(f"{line}\n{shown(line[2:], here)}")
            if moved := re.search(r"\bcd (\S+)", line):
                here = here / moved[1]
    return "".join(told)


def test_every_block_of_the_readme_shows_what_its_commands_print(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "predictions", tmp_path / "predictions")
    data = Path("tests/data/scoring")
    shutil.copytree(ROOT / data, tmp_path / data)
    text, here = README.read_text("utf-8"), tmp_path
    now = text
    for block in BLOCK.findall(text):
        again = run_again(block, here)
        now = now.replace(f"```console\n{block}```", f"```console\n{again}```")
        if moved := re.search(r"\bcd (\S+)", block):
            here = here / moved[1]
    assert "Traceback" not in now
    if os.environ.get("PREDTRACK_GOLDEN") == "write":
        README.write_text(now, "utf-8")
    assert now == text


def test_the_readme_has_a_row_for_every_command() -> None:
    text = README.read_text("utf-8")
    for name in COMMANDS:
        assert re.search(rf"^\| `{name}\b", text, re.MULTILINE), name


def test_every_command_has_help_with_an_example() -> None:
    for name in COMMANDS:
        assert f"Example: predtrack {name}" in help_of(command(name)), name


def test_the_figures_of_speed_are_those_that_were_measured():
    measured = (ROOT / "tests" / "benchmarks" / "RESULTS.md").read_text("utf-8").splitlines()
    section = README.read_text("utf-8").split("## How fast it is\n")[1].split("\n## ")[0]
    shown = [line for line in section.splitlines() if line.startswith("|")]
    assert len(shown) > 10
    assert set(shown) <= set(measured)

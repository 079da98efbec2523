"""Command lines at random, for as long as is asked: what must hold whatever somebody types.

No traceback, no exit code that the README does not name, no hang, nothing left over, and where a
command was refused no byte of the folder is another. The words come from the program's own table
of commands and options, the values from a pool of what fits and what was never meant. Some runs
are processes of their own that get a Ctrl-C after a random time.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import typer

from faults.program import (
    ENVIRONMENT,
    TESTS,
    Ended,
    Files,
    Server,
    contents,
    leftovers,
    run,
    server,
)
from predtrack.cli import app
from predtrack.cli import completion as scripts
from predtrack.cli.completion import answer
from predtrack.importers import FORMATS

DOCUMENTED = {0, 1, 2, 3, 4, 5, 6, 130}
REFUSED = {2, 3, 4, 5, 6}
SAID = "interrupted"
CHANGING = {"add", "update", "withdraw", "edit", "resolve", "reopen", "import", "init", "merge"}
RECORDS = TESTS / "golden" / "folder"
DATA = TESTS / "data"
MOST_SECONDS = [0.15, 0.15, 0.6]  # into a run, that a Ctrl-C comes at most

ROWS = answer.rows(scripts.table(typer.main.get_command(app())))
COMMANDS = [name for name in ROWS if name]
WEIGHED = [*COMMANDS, *["export"] * 6, *["import"] * 3, *["resolve", "update", "add"] * 2]

ODD = [
    *["", " ", "-", "--", "---", "=", "-5", "0", "1", "1e400", "nan", "inf", "-0", "9" * 400],
    *["yes", "no", "void", "70%", "0.5", "50", "101%", "60%..70%", "10..15 80%", ">= 3", "likely"],
    *["2027-01-01", "2027-02-30", "2027-Q3", "end of 2027", "+18m", "in 2 years", "0000-01-01"],
    *["9999-12-31", "today", "2027-03-01T12:00:00Z", "2026..", "..2025", "2027..2026", "lead:30d"],
    *["tram", "tra", "heat", "cup", "nothing", "../x", "/etc/passwd", "TRAM", "tram.yaml"],
    *["é", "山田 花子", "\u202e", "\x1b[31m", "😀", "\udcff", "a\nb", "a\tb", "'", '"', "$(id)"],
    *[
        "x" * 5000,
        "{}",
        "[",
        "%s",
        "{0}",
        "\\",
        "*",
        "~",
        "#",
        "!",
        "&",
        "|",
        ";",
        "<",
        ">",
        "`id`",
    ],
    *["csv", "json", "ics", "markdown", "brier", "log", "all", "stated", "Europe/Berlin", "+02:00"],
]
PATHS = [
    *["out.csv", "-", "/dev/null", "/dev/stdout", "/dev/fd/1", "/dev/fd/7", "/dev/full"],
    *["predictions", "predictions/tram.yaml", "predictions/new.yaml", "link.csv", "hard.csv", "."],
    *["rows.csv", "all.json", "junk", "empty", "\udcff", "x" * 300, "no/such/x"],
]
VARIABLES = ["PREDTRACK_BY", "PREDTRACK_AS_OF", "PREDTRACK_FOLDER", "TZ", "COLUMNS", "LC_ALL"]

Failure = str


def fuzzed(seconds: float, seed: int = 0) -> Iterator[Failure | Counter[str]]:
    """What failed in so many seconds, and last what was counted."""
    counts: Counter[str] = Counter()
    until = time.monotonic() + seconds
    random = Random(seed)
    place = Path(tempfile.mkdtemp())
    try:
        with server(place) as to:
            _laid_out(to)
            while time.monotonic() < until:
                yield from _one(random, to, counts)
    finally:
        shutil.rmtree(place)
    yield counts


def _laid_out(to: Server) -> None:
    """Put a folder of records into the place, and files that commands may name."""
    for each in to.cwd.iterdir():
        shutil.rmtree(each) if each.is_dir() and not each.is_symlink() else each.unlink()
    shutil.copytree(RECORDS, to.cwd / "predictions")
    (to.cwd / "rows.csv").write_text("p,y,who\n0.7,1,a\n0.2,0,b\n,,\nx,1,c\n0.4,1,a\n")
    (to.cwd / "junk").write_bytes(bytes(range(256)) * 20)
    (to.cwd / "empty").touch()
    exported = run(to, "--folder", "predictions", "export", "json", "--status", "all")
    (to.cwd / "all.json").write_text(exported.out)
    (to.cwd / "link.csv").symlink_to("predictions/tram.yaml")
    os.link(to.cwd / "predictions" / "heat.yaml", to.cwd / "hard.csv")


def _one(random: Random, to: Server, counts: Counter[str]) -> Iterator[Failure]:
    words = drawn(random)
    env = _environment(random)
    before = contents(to.cwd)
    if random.random() < 0.15:
        ended = _interrupted(random, to, words, env)
        kind = "interrupts"
    else:
        stdin = random.choice([os.devnull, *(str(to.cwd / name) for name in ("rows.csv", "junk"))])
        ended = run(to, *words, env=env, stdin=stdin)
        kind = "exports" if "export" in words else "arguments"
    after = contents(to.cwd)
    lost = " in Python's own start" if _in_pythons_own_start(ended) else ""
    counts[f"{kind}, ended with {ended.code}{lost}"] += 1
    if wrong := untrue(words, ended, before, after):
        end = f"{ended.code}: {ended.err[-1500:]}"
        yield f"{wrong}: predtrack {shlex.join(words)}\n  {env}\n  {end}"
    if before != after:
        _laid_out(to)


def drawn(random: Random) -> list[str]:
    """A command line that somebody might type, or no one."""
    name = random.choice(WEIGHED)
    arguments, options = ROWS[name]
    words = [name] if random.random() < 0.98 else [random.choice(ODD)]
    for kind in arguments:
        if random.random() < 0.9:
            words.append(_value(random, kind))
    for _ in range(random.choice([0, 0, 1, 1, 2, 3])):
        option, kind = random.choice([*options.items(), *ROWS[""][1].items()])
        words.append(option)
        if kind and random.random() < 0.95:
            words.append(_value(random, kind))
    if name == "import" and random.random() < 0.7:
        words[1:] = [random.choice([*FORMATS]), random.choice(["all.json", "rows.csv", "junk"])]
        words += random.choice([[], ["--write"]])
    if name == "export" and random.random() < 0.6:
        words += ["-o", random.choice(PATHS), *random.choice([[], ["--force"]])]
    if random.random() < 0.1:
        random.shuffle(words)
    return words if random.random() < 0.5 else ["--folder", "predictions", *words]


def _value(random: Random, kind: str) -> str:
    """A value of a kind, or any other."""
    if random.random() < 0.2:
        return random.choice(ODD)
    if kind.startswith("@files"):
        return random.choice(PATHS)
    if kind.startswith("@ids"):
        return random.choice(["tram", "heat", "cup", "bridge", "festival", "ship", "tr", "cost"])
    if "|" in kind:
        return random.choice(kind.removesuffix("...").split("|"))
    return random.choice([*ODD, "Ada Example", "Ben Example", "city", "transport"])


def _environment(random: Random) -> dict[str, str]:
    """What the environment holds: as a rule what it should."""
    env = {"HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1", "VISUAL": "true"}
    if random.random() < 0.2:
        name = random.choice(
            ["PREDTRACK_BY", "PREDTRACK_AS_OF", "PREDTRACK_FOLDER", "TZ", "COLUMNS"]
        )
        env[name] = random.choice([each for each in ODD if len(each) < 100 and each.isprintable()])
    return env


def _interrupted(random: Random, to: Server, words: list[str], env: dict[str, str]) -> Ended:
    """How a process of its own ended that a Ctrl-C met at a random moment."""
    command = [sys.executable, "-m", "predtrack", *words]
    full = os.environ | ENVIRONMENT | env
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd=to.cwd, env=full, **quiet) as process:
        time.sleep(random.uniform(0, random.choice(MOST_SECONDS)))
        process.send_signal(signal.SIGINT)
        try:
            out, err = process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            return Ended(-signal.SIGALRM, "", "it hangs", [])
    said, told = (each.decode("utf-8", "backslashreplace") for each in (out, err))
    return Ended(process.returncode, said, LOST_EARLY.sub("", told), [])


LOST_EARLY = re.compile(
    r"\AException ignored in: <function _get_module_lock\.<locals>\.cb at 0x[0-9a-f]+>\n"
    r"Traceback \(most recent call last\):\n"
    r'  File "<frozen importlib\._bootstrap>", line \d+, in cb\n'
    r"KeyboardInterrupt: ?\n"
)
"""An interrupt that Python itself lost in its own start, before the first line of the program: the
run went on. From that line on such a one ends the program."""


def untrue(words: list[str], ended: Ended, before: Files, after: Files) -> str:
    """What is wrong about a run; nothing, where all of it is right."""
    if _in_pythons_own_start(ended):
        return "" if before == after else "changed before the program began"
    if "Traceback" in ended.err or "Exception ignored" in ended.err:
        return "a traceback"
    if ended.code not in DOCUMENTED:
        return "a hang" if ended.code == -signal.SIGALRM else "an exit code of no meaning"
    if leftovers(after) - leftovers(before):
        return "something left over"
    if ended.code == 130 and SAID not in ended.err:
        return "an interrupt that is not said"
    is_import = "import" in words and "--write" in words  # each record of it is a change
    if ended.code in REFUSED and before != after and not is_import:
        return "a refusal, and a change"
    if not CHANGING.intersection(words) and _records(before) != _records(after):
        return "a change by a command that only reads"
    if ended.code and not ended.err:
        return "" if ended.code == 1 else "a refusal without a word"
    return ""


def _records(files: Files) -> Files:
    """The records among some files, also by their other names."""
    return {
        name: data
        for name, data in files.items()
        if name in {"hard.csv", "link.csv"} or (name.endswith(".yaml") and name[0] != ".")
    }


def _in_pythons_own_start(ended: Ended) -> bool:
    """Whether an interrupt came before the first line of the program, where none can catch it."""
    if "predtrack/" in ended.err:
        return False
    return ended.code == -signal.SIGINT or (ended.code == 1 and "KeyboardInterrupt" in ended.err)

"""Whole processes, measured in turn in one run, as ratios: how long until the answer is there.

    python tests/benchmarks/bench.py [--sizes 10,1000,10000,100000] [--rounds N] [CHAPTER ...]

`start` holds the smallest commands against a bare interpreter; `list` holds folders of three sizes
against a stat sweep of the same folder and against other programs that list as many things;
`report` and `export` hold what they do against the reading alone. `calibrate` holds a million
forecasts against scikit-learn and model-diagnostics. All chapters together, at these sizes, write
RESULTS.md. A size of 0 leaves its part out.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import peers
import records
from measuring import Case, Found, Goal, Run, measured, progress
from results import Held, Part, document, everything, goals

HERE = Path(__file__).parent
RESULTS = HERE / "RESULTS.md"
PREDTRACK = str(Path(sys.executable).parent / "predtrack")
PACKAGES = ("scikit-learn", "model-diagnostics", "pandas")
SIZES = (10, 1_000, 10_000, 100_000)
SHOWN = "council-000000"  # the first of the generated records
QUIET = 4.0
"""Seconds after which no file is young: what was changed just now is read again each time."""


class Bench(NamedTuple):
    """Where everything lies while it is measured, and how much of it there is."""

    root: Path
    sizes: tuple[int, ...]
    rounds: int | None

    def times(self, size: int) -> int:
        """How many runs of each command count."""
        return self.rounds or {100_000: 3, 10_000: 7}.get(size, 15)

    def home(self, name: str) -> dict[str, str]:
        """The surroundings of one kind of runs, with a cache of their own."""
        return peers.surroundings(self.root / "homes" / name)


def _folder(bench: Bench, count: int, name: str = "open") -> Path:
    """A folder of so many records, open or ended, written and read before."""
    folder = bench.root / f"{name}-{count}"
    if folder.exists():
        return folder
    progress(f"writing {count:,} records ({name})")
    records.write(folder, count, ended=1 if name == "ended" else 0)
    time.sleep(QUIET)
    words = _words(folder, "list", "--status", "all")
    for _ in range(2):
        progress("reading them")
        peers.must_list(words, bench.home("warm"), count)
    return folder


def _words(folder: Path, *words: str) -> list[str]:
    return [PREDTRACK, "--folder", str(folder), "--as-of", records.DAY.isoformat(), *words]


def _warm(bench: Bench, name: str, folder: Path, *words: str) -> Case:
    return Case(name, _words(folder, *words), bench.home("warm"))


def _first(bench: Bench, name: str, folder: Path, *words: str) -> Case:
    """The same where nothing of the folder has been kept."""
    env = bench.home("first")
    return Case(name, _words(folder, *words), env, before=lambda: _emptied(env["XDG_CACHE_HOME"]))


def _emptied(folder: str) -> None:
    shutil.rmtree(folder)
    os.mkdir(folder)


def _changed(bench: Bench, name: str, count: int) -> Case:
    """The same after one file changed: in a folder of its own, or the others would notice."""
    folder = _folder(bench, count, "changed")
    path = folder / "000" / f"{SHOWN}.yaml"
    text = path.read_text("utf-8")
    turns = iter(range(1_000_000))

    def change() -> None:
        path.write_text(text.replace("(no. 0)", f"(no. 0, turn {next(turns)})"), "utf-8")

    return Case(name, _words(folder, "list"), bench.home("warm"), before=change)


def _script(bench: Bench, name: str, script: str, folder: Path) -> Case:
    words = [sys.executable, "-I", str(HERE / script), str(folder)]
    return Case(name, words, bench.home("scripts"))


def _peer_cases(bench: Bench, names: tuple[str, ...], count: int) -> list[Case]:
    """How each peer lists as many things; todoman also without what it has kept."""
    cases = []
    for name in names:
        peer = peers.prepared(name, bench.root / "peers" / f"{name}-{count}", count)
        if peer is not None:
            cases.append(Case(name, peer.words, peer.env))
        if peer is not None and peer.cache is not None:
            words, env, kept = peer.words, peer.env, peer.cache
            cases.append(Case(f"{name}, first", words, env, before=kept.unlink))
    return cases


def start(bench: Bench) -> Part:
    """How long the smallest commands take, beside a bare interpreter."""
    size = bench.sizes[0]
    folder = _folder(bench, size)
    bare = "python -I -c pass"
    piped = _warm(bench, f"list, {size} records", folder, "list")
    terminal = piped._replace(name=f"list, {size} records, terminal", terminal=True)
    cases = [
        Case(bare, [sys.executable, "-I", "-c", "pass"], bench.home("scripts")),
        Case("--version", [PREDTRACK, "--version"], bench.home("warm")),
        piped,
        terminal,
        _warm(bench, f"due, {size} records", folder, "due"),
        _warm(bench, f"show, {size} records", folder, "show", SHOWN),
        _warm(bench, f"report, {size} records", folder, "report"),
    ]
    found = measured("start", cases, bench.times(size))
    held = [
        Held("--version", bare, Goal(7)),
        Held(piped.name, bare, Goal(9)),
        Held(terminal.name, bare, Goal(12)),
    ]
    return Part(goals(held, found, {}), everything(f"Start, {size} records", found))


def list_(bench: Bench) -> Part:
    """How long lists of three sizes take, beside a look at each file, and beside others."""
    _, small, middle, large = bench.sizes
    parts = [
        *([_list_small(bench, small)] if small else []),
        *([_list_middle(bench, middle)] if middle else []),
        *([_list_large(bench, large)] if large else []),
    ]
    found = [line for part in parts for line in part.goals]
    return Part(found, [line for part in parts for line in part.lines])


SWEEP = "stat of every file"
YAML = "bare PyYAML load of every file"


def _list_small(bench: Bench, size: int) -> Part:
    folder = _folder(bench, size)
    listed = f"list, {size:,} records, warm"
    cases = [
        _script(bench, SWEEP, "peer_sweep.py", folder),
        _warm(bench, listed, folder, "list"),
        *_peer_cases(bench, tuple(peers.PREPARED), size),
    ]
    found = measured(f"list {size:,}", cases, bench.times(size))
    held = [Held(listed, SWEEP, Goal(9)), Held(listed, peers.TASKWARRIOR, Goal(3.5))]
    lines = goals(held, found, peers.TO_GET)
    return Part(lines, everything(f"List, {size:,} records", found))


def _list_middle(bench: Bench, size: int) -> Part:
    folder = _folder(bench, size)
    warm, changed, first = (
        f"list, {size:,} records, {how}" for how in ("warm", "one file changed", "first")
    )
    cases = [
        _script(bench, SWEEP, "peer_sweep.py", folder),
        _warm(bench, warm, folder, "list"),
        _changed(bench, changed, size),
        _first(bench, first, folder, "list"),
        _script(bench, YAML, "peer_yaml.py", folder),
        *_peer_cases(bench, tuple(peers.PREPARED), size),
        _warm(bench, "list --json, warm", folder, "list", "--json"),
        _warm(bench, "list --limit 1, warm", folder, "list", "--limit", "1"),
        _warm(bench, "due, warm", folder, "due"),
        _warm(bench, "show, warm", folder, "show", SHOWN),
    ]
    found = measured(f"list {size:,}", cases, bench.times(size))
    held = [
        Held(warm, SWEEP, Goal(4)),
        *(Held(warm, name, Goal(1, below=True)) for name in peers.PREPARED),
        Held(changed, warm, Goal(2)),
        Held(first, f"{peers.TODOMAN}, first", Goal(1)),
        Held(first, YAML, Goal(2)),
    ]
    absent = {**peers.TO_GET, f"{peers.TODOMAN}, first": peers.TO_GET[peers.TODOMAN]}
    lines = goals(held, found, absent)
    return Part(lines, everything(f"List, {size:,} records", found, PEERS_DO))


PEERS_DO = (
    "taskwarrior keeps its tasks in one file, and hledger and beancount read one file; predtrack, "
    "todoman and papis keep a file for each thing.",
    "taskwarrior: `task list`; todoman: `todo list`; papis: `papis list --all`, which prints paths "
    "from its cache and looks at no record; hledger: `hledger register stated`, a line for each "
    "transaction; beancount: `bean-query`, a row for each transaction.",
    "first: nothing was kept from an earlier run; one file changed: a record was changed on disk "
    "since the run before.",
)


def _list_large(bench: Bench, size: int) -> Part:
    folder = _folder(bench, size)
    listed = f"list, {size:,} records, warm"
    cases = [
        _script(bench, SWEEP, "peer_sweep.py", folder),
        _warm(bench, listed, folder, "list"),
        *_peer_cases(bench, (peers.TASKWARRIOR,), size),
    ]
    found = measured(f"list {size:,}", cases, bench.times(size), practice=False)
    held = [
        Held(listed, SWEEP, Goal(4)),
        Held(listed, peers.TASKWARRIOR, Goal(0.6)),
        Held(listed, peers.TASKWARRIOR, Goal(1, below=True), memory=True),
    ]
    lines = goals(held, found, peers.TO_GET)
    return Part(lines, everything(f"List, {size:,} records", found))


def report(bench: Bench) -> Part:
    """How long reports on what has ended take, beside a list of as many that are open."""
    size = bench.sizes[2]
    if not size:
        return Part([], [])
    folder = _folder(bench, size, "ended")
    listed, reported = f"list, {size:,} records, warm", f"report, {size:,} resolved, warm"
    cases = [
        _warm(bench, listed, _folder(bench, size), "list"),
        _warm(bench, "list --status all of the resolved", folder, "list", "--status", "all"),
        _warm(bench, reported, folder, "report"),
        _warm(bench, "report --json, warm", folder, "report", "--json"),
        _warm(bench, "score, warm", folder, "score"),
    ]
    found = measured(f"report {size:,}", cases, bench.times(size))
    lines = goals([Held(reported, listed, Goal(1.5))], found, {})
    return Part(lines, everything(f"Report, {size:,} resolved", found))


def export(bench: Bench) -> Part:
    """How long tables take beyond the reading, beside the bare csv module writing their rows."""
    size = bench.sizes[3]
    if not size:
        return Part([], [])
    folder = _folder(bench, size)
    read = f"list --limit 1, {size:,} records, warm"
    cases, held, notes = [_warm(bench, read, folder, "list", "--limit", "1")], [], []
    for table in ("predictions", "forecasts"):
        words = ("export", "csv", "--table", table)
        rows, count = _exported(bench, folder, words)
        name, bare = f"export csv --table {table}", f"bare csv of the {table}"
        script = [sys.executable, "-I", str(HERE / "peer_csv.py"), str(rows)]
        writing = Case(bare, script, bench.home("scripts"), tells=True)
        cases += [_warm(bench, name, folder, *words), writing]
        held.append(Held(f"{name}, {count:,} rows, beyond reading", bare, Goal(1.5)))
        notes.append(f"{table}: {count:,} rows, {rows.stat().st_size / 1e6:.0f} MB")
    found = measured(f"export {size:,}", cases, bench.times(size), practice=False)
    beyond: Found = {
        each.case: Run(found[each.case.split(",")[0]].seconds - found[read].seconds, 0)
        for each in held
    }
    lines = goals(held[:1], {**found, **beyond}, {})
    return Part(lines, everything(f"Export, {size:,} records", {**found, **beyond}, notes))


def _exported(bench: Bench, folder: Path, words: tuple[str, ...]) -> tuple[Path, int]:
    """A file with what an export prints, and how many rows that are."""
    path = bench.root / f"{words[-1]}.csv"
    progress(f"exporting {path.name}")
    with open(path, "wb") as file:
        env = bench.home("warm")
        subprocess.run(_words(folder, *words), env=env, check=True, stdout=file)
    with open(path, "rb") as file:
        return path, sum(1 for _ in file) - 1


def calibrate(bench: Bench) -> Part:
    """How long a million forecasts take, beside the packages that decompose them."""
    python = peers.environment("calibrate", PACKAGES, "bin/python", marked=True)
    env, lines = bench.home("warm"), []
    for name, stated in (("on a .01 grid", _on_grid), ("all distinct", _distinct)):
        path = str(bench.root / "table.csv")
        _write(path, stated)
        words = [PREDTRACK, "calibrate", path, "-p", "p", "-y", "y"]
        cases = [Case("calibrate", words, env)]
        for peer in ("sklearn", "model_diagnostics"):
            if python:
                script = [python, str(HERE / f"peer_{peer}.py"), path]
                cases.append(Case(f"{peer}, decomposition only", script, env))
        found = measured(f"calibrate, {name}", cases, bench.rounds or 3)
        lines += everything(f"A million forecasts, {name}", found, (_versions(python),))
    return Part([], lines)


def _versions(python: str | None) -> str:
    if python is None:
        return f"{', '.join(PACKAGES)}: absent: needs a package registry"
    asked = "import sys, importlib.metadata as found; print(*map(found.version, sys.argv[1:]))"
    words = [python, "-c", asked, *PACKAGES]
    said = subprocess.run(words, capture_output=True, text=True, check=True).stdout.split()
    return ", ".join(f"{name} {version}" for name, version in zip(PACKAGES, said, strict=True))


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


CHAPTERS: dict[str, Callable[[Bench], Part]] = {
    "start": start,
    "list": list_,
    "report": report,
    "export": export,
    "calibrate": calibrate,
}


def main() -> None:
    """Run what was asked for, or everything."""
    parser = argparse.ArgumentParser(description="Measure predtrack beside others.")
    parser.add_argument("chapters", nargs="*", metavar="CHAPTER", help=", ".join(CHAPTERS))
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="four counts of records")
    parser.add_argument("--rounds", type=int, help="how many runs count, whatever the size")
    asked = parser.parse_args()
    sizes = tuple(int(each) for each in asked.sizes.split(","))
    if len(sizes) != len(SIZES) or not set(asked.chapters) <= set(CHAPTERS):
        parser.error(f"four sizes, and of the chapters {', '.join(CHAPTERS)}")
    with tempfile.TemporaryDirectory(prefix="predtrack-bench-") as root:
        bench = Bench(Path(root), sizes, asked.rounds)
        parts = [CHAPTERS[name](bench) for name in asked.chapters or CHAPTERS]
        text = document(parts, PREDTRACK)
    print(text, end="")
    if not asked.chapters and sizes == SIZES and not asked.rounds:
        RESULTS.write_text(text, "utf-8")
        progress(f"written to {RESULTS}")


if __name__ == "__main__":
    main()

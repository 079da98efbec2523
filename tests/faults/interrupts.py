"""A Ctrl-C at the first event of a run, at the second, and so on, until a run ends without one.

    python -m faults.interrupts '["list"]' FIRST STEP MOST

An event is whatever the interpreter tells an audit hook of: an import, a file that is opened, a
folder that is listed, and what the program reads of its code. They are counted from the call of
the program's entry, in a process that has imported nothing of it but that; at the one that is
meant the process sends itself a real SIGINT. Each run has a copy of the folder `predictions/` of
the working directory, and its answer stands on a line of its own, in JSON.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from predtrack.__main__ import AMIDST, EARLY, LATE, script

SECONDS = 60
TESTS = Path(__file__).parent.parent
RECORDS = TESTS / "golden" / "folder"
ENVIRONMENT = {"PREDTRACK_AS_OF": "2027-03-01", "PREDTRACK_BY": "Cleo Example"}
_WRITTEN = re.compile(r"^(\d+) records? written", re.MULTILINE)

Run = dict


def environment(**named: str) -> dict[str, str]:
    """The environment of a run: without what measures coverage, and with the tests on the path."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    path = os.pathsep.join(filter(None, (str(TESTS), os.environ.get("PYTHONPATH"))))
    return env | {"PYTHONPATH": path} | ENVIRONMENT | named


def interrupted(place: Path, *words: str, first: int, step: int, most: int) -> list[Run]:
    """What came of runs that were interrupted at every so many events."""
    command = [sys.executable, "-m", "faults.interrupts", json.dumps(words)]
    command += [str(number) for number in (first, step, most)]
    done = subprocess.run(
        command, cwd=place, env=environment(), capture_output=True, text=True, check=True
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def cases(place: Path) -> list[tuple[Path, list[str], int]]:
    """Commands to interrupt, with the place that holds their folder, and at every which event."""
    full, empty = place / "full", place / "empty"
    shutil.copytree(RECORDS, full / "predictions")
    (empty / "predictions").mkdir(parents=True)
    words = [sys.executable, "-m", "predtrack", "export", "json", "--status", "all"]
    done = subprocess.run(words, cwd=full, env=environment(), capture_output=True, check=True)
    (place / "all.json").write_bytes(done.stdout)
    taking = ["import", "json", str(place / "all.json"), "--write"]
    return [(full, ["list"], 1), (full, ["report"], 5), (empty, taking, 1)]


def every(place: Path, words: list[str], step: int) -> tuple[list[str], list[Run]]:
    """The words, and what came of them with an interrupt at every event, or at every so many."""
    return words, interrupted(place, *words, first=1, step=step, most=1_000_000)


def untrue(run: Run) -> str:
    """What is wrong about a run that was interrupted; nothing, where all of it is right."""
    if "Traceback" in run["err"] or "Exception ignored" in run["err"]:
        return f"{run['at']}: a traceback"
    if any(name.startswith(".") for name in run["names"]):
        return f"{run['at']}: something left over"
    counted = _WRITTEN.search(run["err"])
    if counted and int(counted[1]) != len(run["names"]):
        return f"{run['at']}: {counted[0]}, and {len(run['names'])} are there"
    if run["code"] == 130 and run["reached"]:
        is_told = run["err"].endswith(tuple(f"{each}\n" for each in (EARLY, AMIDST, LATE)))
        return "" if is_told else f"{run['at']}: an interrupt that is not said"
    return "" if run["code"] == 0 else f"{run['at']}: exit code {run['code']}"


def main(words: list[str], first: int, step: int, most: int) -> None:
    """Print what came of each run, for every so many events."""
    place = os.getcwd()
    for at in range(first, first + step * most, step):
        answer = _ran(place, words, at)
        sys.stdout.write(f"{json.dumps(answer)}\n")
        sys.stdout.flush()
        if not answer["reached"]:
            return


def _ran(place: str, words: list[str], at: int) -> dict:
    root = tempfile.mkdtemp()  # not one that is removed at the end of a process: this forks
    try:
        os.mkdir(os.path.join(root, "predictions"))
        for name in os.listdir(os.path.join(place, "predictions")):
            shutil.copy(os.path.join(place, "predictions", name), f"{root}/predictions/{name}")
        paths = [os.path.join(root, name) for name in ("out", "err", "reached")]
        pid = os.fork()
        if pid == 0:
            _be(root, words, at, paths)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        texts = []
        for path in paths[:2]:
            with open(path, encoding="utf-8") as file:
                texts.append(file.read())
        return {
            "at": at,
            "code": code,
            "out": texts[0],
            "err": texts[1],
            "reached": os.path.exists(paths[2]),
            "names": sorted(os.listdir(os.path.join(root, "predictions"))),
        }
    finally:
        shutil.rmtree(root)


def _be(root: str, words: list[str], at: int, paths: list[str]) -> None:
    """Be the program, in a process that ends here."""
    signal.alarm(SECONDS)
    os.chdir(root)
    for descriptor, path in zip((1, 2), paths, strict=False):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), descriptor)
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.argv = ["predtrack", *words]
    rest = [at]

    def hook(_event: str, _about: tuple) -> None:
        rest[0] -= 1
        if rest[0] == 0:
            os.close(os.open(paths[2], os.O_CREAT))
            os.kill(os.getpid(), signal.SIGINT)

    sys.addaudithook(hook)
    try:
        script()
    except BaseException:  # noqa: BLE001  # told as the interpreter tells it
        import traceback

        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(99)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]), *map(int, sys.argv[2:5]))

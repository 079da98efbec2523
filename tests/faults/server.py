"""Processes of the program, forked from one that has imported it: a request a line, in JSON.

A request names the words of some command lines, what the environment holds, and the fault; the
answer says how each process ended. Those of one request run at the same time.
"""

from __future__ import annotations

import ctypes  # noqa: F401  # what a process that becomes another user may not be able to load
import errno
import gc
import grp  # noqa: F401
import io
import json
import os
import pwd  # noqa: F401
import resource
import signal
import sys
import tempfile
import time
import traceback
from datetime import date
from pathlib import Path
from typing import Any

from faults import calls
from predtrack import __main__ as entry
from predtrack import cli
from predtrack.cli import session
from predtrack.store import starter, writing

SECONDS = 60
"""After which a process counts as one that hangs; a sound one needs a small part of it."""


def serve() -> None:
    """Answer requests until there are no more."""
    _import_all()
    gc.freeze()
    for line in sys.stdin:
        answer = [*_answer(json.loads(line))]
        sys.stdout.write(f"{json.dumps(answer)}\n")
        sys.stdout.flush()


def _import_all() -> None:
    """Run the commands once, for all that they import when they are first run."""
    kept = sys.stdout, sys.stderr
    sys.stdout = sys.stderr = io.TextIOWrapper(io.BytesIO(), "utf-8")
    with tempfile.TemporaryDirectory() as held:
        starter.start(held, date(2027, 3, 1), "Cleo Example")
        for words in (["list"], ["show", "ten"], ["check"], ["report"], ["export", "csv"]):
            cli.run(["--folder", held, "--as-of", "2027-03-01", *words])
        for words in (["resolve", "ten", "yes"], ["update", "ten", "50%"], ["withdraw", "ten"]):
            cli.run(["--folder", held, *words, "--dry-run"])
    sys.stdout, sys.stderr = kept


def _answer(request: dict[str, Any]) -> list[dict[str, Any]]:
    """How the processes of a request ended; with more than one, all start at one moment."""
    gate = os.pipe()
    with tempfile.TemporaryDirectory() as held:
        started = []
        for number, words in enumerate(request["runs"]):
            files = [os.path.join(held, f"{number}.{name}") for name in ("out", "err", "trail")]
            pid = os.fork()
            if pid == 0:
                try:
                    _child(request, words, files, gate, number)
                finally:
                    os._exit(99)  # whatever happens, it never goes on as a second server
            started.append((pid, files))
        os.close(gate[0])
        os.close(gate[1])
        return [_ended(pid, files) for pid, files in started]


def _ended(pid: int, files: list[str]) -> dict[str, Any]:
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    out, err, trail = (Path(file).read_text("utf-8", "backslashreplace") for file in files)
    return {"code": code, "out": out, "err": err, "trail": trail.split("\n")[:-1]}


def _child(
    request: dict[str, Any], words: list[str], files: list[str], gate: tuple[int, int], number: int
) -> None:
    """Be the program, in a process that ends here."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    for descriptor, file in zip((1, 2), files[:2], strict=True):
        os.dup2(
            os.open(request.get("stdout", file) if descriptor == 1 else file, flags), descriptor
        )
        Path(file).touch()
    os.dup2(os.open(request.get("stdin", os.devnull), os.O_RDONLY), 0)
    sys.stdin = open(0, encoding="utf-8", errors="surrogateescape", closefd=False)  # noqa: SIM115
    trail = os.open(files[2], flags)
    sys.stdout = io.TextIOWrapper(io.FileIO(1, "w", closefd=False), "utf-8")
    sys.stderr = io.TextIOWrapper(io.FileIO(2, "w", closefd=False), "utf-8", "backslashreplace")
    sys.argv = ["predtrack", *words]
    os.environ.clear()
    os.environ.update(request["env"])
    os.chdir(request["cwd"])
    signal.alarm(SECONDS)
    _limit(request)
    _lack(request["without"])
    os.close(gate[1])
    os.read(gate[0], 1)  # until the last of them was forked
    if users := request.get("users"):
        become(*users[number % len(users)])
    calls.between(request["fault"], request["nth"], trail, request.get("edit"))
    code = _run()
    sys.settrace(None)
    os._exit(code)


def become(user: int, groups: list[int], umask: int = 0o022) -> None:
    """Be another user from now on, in some groups, of which the first is their own."""
    os.umask(umask)
    os.setgroups(groups)
    os.setgid(groups[0])
    os.setuid(user)


def _lack(without: list[str]) -> None:
    """Be on a disk that cannot do some things."""

    def no_link(*_: object) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    if "links" in without:
        os.link = no_link  # type: ignore[assignment]
    if "renames" in without:
        writing._rename_to_new = lambda *_: False


def _limit(request: dict[str, Any]) -> None:
    if "patience" in request:
        writing.LOCK_SECONDS = request["patience"]
    if "clock" in request:
        time.tzset()
        session.date = _stopped(request["clock"])  # type: ignore[misc]  # the one clock there is
    if "bytes" in request:
        most = request["bytes"]
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))


def _stopped(clock: float) -> type[date]:
    """A date whose today is that of a clock which stands still, where the user is."""

    class Stopped(date):
        @classmethod
        def today(cls) -> date:
            return date.fromtimestamp(clock)

    return Stopped


def _run() -> int:
    try:
        entry.main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 0
    except BaseException:  # noqa: BLE001  # told as the interpreter tells it
        traceback.print_exc()
        code = 1
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            code = code or 120  # as the interpreter itself ends
    return code


if __name__ == "__main__":
    serve()

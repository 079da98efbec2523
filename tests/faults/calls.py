"""The calls of a process to its system, counted, and a fault at the n-th of them."""

from __future__ import annotations

import builtins
import errno
import fcntl
import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

from predtrack.store import writing

COUNTED = ("open", "read", "write", "pread", "fsync", "replace", "rename", "link", "unlink")
COUNTED += ("close", "fchmod", "fchown", "stat", "fstat", "lstat", "readlink", "listdir")
COUNTED += ("scandir", "mkdir", "rmdir", "listxattr", "getxattr", "setxattr", "removexattr")

KILLS = ("kill before", "kill after")
ERRORS = ("ENOSPC", "EIO", "EACCES", "EINTR")
WRITES = ("short write", "short write said to be whole")
INTERRUPTS = ("interrupt before", "interrupt after", "interrupt at a line")
ENDS = ("terminate", "hang up")
FAULTS = (*KILLS, *ERRORS, *WRITES, *INTERRUPTS, *ENDS)

SIGNALS = {"kill": signal.SIGKILL, "interrupt": signal.SIGINT}
SIGNALS |= {"terminate": signal.SIGTERM, "hang": signal.SIGHUP}

WRITERS = ("store/writing.py", "store/likeness.py", "store/starter/__init__.py")

Real = Callable[..., Any]


class Counter:
    """What stands between a program and its system: it counts, and strikes once."""

    def __init__(self, kind: str, nth: int, trail: int, edit: tuple[str, str] | None) -> None:
        self.kind, self.nth, self.trail, self.edit = kind, nth, trail, edit
        self.count = 0
        self.write = os.write

    def met(self, name: str, real: Real, *args: Any, **options: Any) -> Any:
        """What the call comes to: its own result, or the fault if it is the n-th."""
        if self.kind in WRITES and name != "write":
            return real(*args, **options)
        if self.kind == "interrupt at a line" or not self.struck(name):
            return real(*args, **options)
        return self.fault(name, real, args, options)

    def struck(self, name: str) -> bool:
        """Whether this is the n-th; its name goes to the trail, which outlives the process."""
        self.count += 1
        self.write(self.trail, f"{name}\n".encode())
        return self.count == self.nth

    def fault(self, name: str, real: Real, args: Any, options: Any) -> Any:
        if self.kind in ERRORS:
            if name in {"close", "file close"}:
                real(*args, **options)  # the descriptor is gone even where closing it fails
            code = getattr(errno, self.kind)
            named = [each for each in args if isinstance(each, str)][:1]
            raise OSError(code, os.strerror(code), *named)
        if self.kind in WRITES:
            descriptor, data = args
            written = real(descriptor, data[: len(data) // 2])
            return written if self.kind == "short write" else len(data)
        if self.kind == "editor":
            assert self.edit is not None
            Path(self.edit[0]).write_text(self.edit[1], "utf-8")
            return real(*args, **options)
        result = real(*args, **options) if self.kind.endswith("after") else None
        os.kill(os.getpid(), SIGNALS[self.kind.split()[0]])
        return result if self.kind.endswith("after") else real(*args, **options)

    def line(self, frame: FrameType, event: str, _: object) -> Any:
        """Interrupt at the n-th line of the code that writes."""
        if not frame.f_code.co_filename.endswith(WRITERS):
            return None
        name = f"{frame.f_code.co_name}:{frame.f_lineno}"
        if event == "line" and self.struck(name):
            os.kill(os.getpid(), signal.SIGINT)
        return self.line


class File:
    """A file whose reading and closing are counted like the calls they make."""

    def __init__(self, file: Any, counter: Counter) -> None:
        self.file, self.counter = file, counter

    def __enter__(self) -> File:
        return self

    def __exit__(self, *_: object) -> None:
        self.counter.met("file close", self.file.close)

    def __iter__(self) -> Any:
        return iter(self.file)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.file, name)

    def read(self, *size: int) -> Any:
        return self.counter.met("file read", self.file.read, *size)


def between(kind: str, nth: int, trail: int, edit: tuple[str, str] | None = None) -> None:
    """Put a counter between this process and its system, for as long as it lives."""
    counter = Counter(kind, nth, trail, edit)
    for name in filter(partial(hasattr, os), COUNTED):  # not every system has attributes
        setattr(os, name, _counted(counter, name, getattr(os, name)))
    writing._rename_to_new = _counted(counter, "renameat2", writing._rename_to_new)
    fcntl.flock = _counted(counter, "flock", fcntl.flock)
    opened = _counted(counter, "file", builtins.open)
    builtins.open = lambda *args, **options: File(opened(*args, **options), counter)  # type: ignore[assignment]
    if kind == "interrupt at a line":
        sys.settrace(counter.line)


def _counted(counter: Counter, name: str, real: Real) -> Real:
    return lambda *args, **options: counter.met(name, real, *args, **options)

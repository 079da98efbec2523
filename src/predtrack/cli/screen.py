"""Write everything that leaves the program: data to standard output, talk to standard error.

On a terminal Rich draws; elsewhere plain text, without an escape code unless colour was asked
for. What the locale cannot say is written in ASCII; JSON and CSV are always UTF-8.
"""

from __future__ import annotations

import errno
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Sized
from contextlib import suppress
from dataclasses import dataclass
from io import UnsupportedOperation
from itertools import islice
from typing import TYPE_CHECKING, TextIO, TypeVar

from predtrack.errors import RefusedError
from predtrack.views.text import document

if TYPE_CHECKING:
    from rich.console import RenderableType

    from predtrack.reports.listing import Row

T = TypeVar("T")
AT_ONCE = 500  # lines that are written together
MANY = 2_000  # from where work may take long enough to show how far it is

_ASCII = str.maketrans(
    {"–": "-", "—": "-", "−": "-", "…": "...", "●": "*", "◉": "@", "✓": "+", "×": "x", "│": "|"}
    | {sign: str(level) for level, sign in enumerate("▁▂▃▄▅▆▇█", start=1)}
    | {"─": "-", "░": ".", "·": "-", "≤": "<=", "²": "^2", "∞": "inf", "’": "'", "‘": "'"}
)


def _reopen() -> None:
    """Give a stream that was closed to begin with a place to go.

    Else the next file that is opened takes its number, and what is meant for nobody goes there.
    Talk goes nowhere; data goes to what can only be read, so that whatever is shown is refused.
    """
    for name, flags in (("stdin", os.O_RDONLY), ("stdout", os.O_RDONLY), ("stderr", os.O_WRONLY)):
        if getattr(sys, name) is None:
            descriptor = os.open(os.devnull, flags)
            mode = "r" if name == "stdin" else "w"
            setattr(sys, name, open(descriptor, mode, encoding="utf-8"))  # noqa: SIM115  # stays


_reopen()


@dataclass(frozen=True, slots=True)
class Screen:
    """The place where output goes, and whether it may be coloured."""

    color: str = "auto"  # auto | always | never

    @property
    def is_terminal(self) -> bool:
        """Return whether a person looks at standard output."""
        return sys.stdout.isatty()

    @property
    def width(self) -> int:
        """Return how many columns the terminal has."""
        return shutil.get_terminal_size((80, 24)).columns

    @property
    def is_coloured(self) -> bool:
        """Return whether to colour: as asked for, else by the environment, else on a terminal."""
        if self.color != "auto":
            return self.color == "always"
        if os.environ.get("NO_COLOR"):
            return False
        return bool(os.environ.get("FORCE_COLOR")) or (
            self.is_terminal and os.environ.get("TERM") != "dumb"
        )

    def show(self, drawn: RenderableType) -> None:
        """Draw something for a person."""
        from io import StringIO

        from rich.console import Console

        buffer = StringIO()
        console = Console(
            file=buffer,
            width=self.width,
            color_system="standard" if self.is_coloured else None,
            force_terminal=self.is_coloured,
            no_color=not self.is_coloured,
            highlight=False,
            markup=False,
            emoji=False,
        )
        console.print(drawn)
        self.lines(line.rstrip() for line in buffer.getvalue().splitlines())

    def lines(self, texts: Iterable[str]) -> None:
        """Write lines as they come, in the encoding of the locale.

        The screen flushes them before anything else is done: where a command shows a change and
        then makes it, a full disk behind the output stops it, and a reader who left does not.
        """
        lines = iter(texts)
        try:
            while some := list(islice(lines, AT_ONCE)):
                _write(_encoded("\n".join(some) + "\n", sys.stdout.encoding))
            _flush()
        except BrokenPipeError:
            discard()

    def data(self, chunks: str | Iterable[str]) -> None:
        """Write a document for a program, whole or in chunks: always UTF-8.

        A program gets every character as it is; a terminal gets none that it would obey.
        """
        try:
            for chunk in [chunks] if isinstance(chunks, str) else chunks:
                shown = document(chunk) if self.is_terminal else chunk
                _write(shown.encode("utf-8", "backslashreplace"))  # a path may be no text at all
        except BrokenPipeError:  # said here, since Typer would make a failure of it
            discard()

    def refuse_closed(self) -> None:
        """Refuse to begin what could be done, and then not be shown."""
        try:
            os.write(sys.stdout.fileno(), b"")
        except UnsupportedOperation:  # it is no stream of the system's
            return
        except OSError as error:
            if error.errno == errno.EBADF:
                raise _unwritten(error) from None

    def progress(self, items: Iterable[T], doing: str, count: int | None = None) -> Iterable[T]:
        """Return the same items, with a bar on standard error while many are worked on.

        `count` says how many they are where they have no length.
        """
        many = len(items) if isinstance(items, Sized) else count or 0
        if many < MANY or not sys.stderr.isatty():
            return items
        from rich.console import Console
        from rich.progress import track

        return track(items, doing, many, console=Console(stderr=True), transient=True)

    def tinted(self, rows: Iterable[Row], line: Callable[[Row], str]) -> Iterable[str]:
        """Return plain lines of rows, with what is due in colour where that was asked for."""
        if not self.is_coloured:
            return map(line, rows)
        return (
            f"\x1b[1;31m{line(row)}\x1b[0m" if row.status == "due" else line(row) for row in rows
        )

    def say(self, sentence: str) -> None:
        """Write a sentence to standard error; it is lost where nobody can hear it."""
        with suppress(OSError):  # a full disk there must not silence what is said of it
            sys.stdout.flush()
        try:
            data = _encoded(f"{sentence}\n", sys.stderr.encoding)
            sys.stderr.buffer.write(data)
            sys.stderr.flush()
        except OSError:
            with suppress(OSError):  # a stream of no descriptor holds nothing back
                discard(sys.stderr)  # else what is held back makes the interpreter end with 120


def _encoded(text: str, encoding: str) -> bytes:
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        if len(lines := text.split("\n")) > 1:  # only those lines that cannot be said
            return b"\n".join(_encoded(line, encoding) for line in lines)
        return text.translate(_ASCII).encode(encoding, "backslashreplace")


def _write(data: bytes) -> None:
    try:
        sys.stdout.buffer.write(data)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _unwritten(error) from None


def _unwritten(error: OSError) -> RefusedError:
    if error.errno == errno.EBADF:
        return RefusedError("standard output is closed; nothing was changed; send it somewhere")
    return RefusedError(f"the output could not be written ({error.strerror})")


def finish() -> None:
    """Flush what was written, so that an error shows while it can still be told.

    A reader who has gone away is no error.
    """
    try:
        _flush()
    except BrokenPipeError:
        discard()


def _flush() -> None:
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _unwritten(error) from None


def discard(stream: TextIO | None = None) -> None:
    """Send the rest of a stream, by default of standard output, nowhere: nobody reads it."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, (stream or sys.stdout).fileno())
    os.close(nowhere)

"""The one way out: standard output for data, standard error for talk.

On a terminal Rich draws; elsewhere plain text, without an escape code unless colour was asked
for. What the locale cannot say is written in ASCII; JSON and CSV are always UTF-8.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from predtrack.errors import RefusedError

if TYPE_CHECKING:
    from rich.console import RenderableType

_ASCII = str.maketrans(
    {"–": "-", "—": "-", "−": "-", "…": "...", "●": "*", "◉": "@", "✓": "+", "×": "x", "│": "|"}
    | {"─": "-", "░": ".", "·": "-", "≤": "<=", "²": "^2", "∞": "inf", "’": "'", "‘": "'"}
)


@dataclass(frozen=True, slots=True)
class Screen:
    """Where output goes, and whether it may be coloured."""

    color: str = "auto"  # auto | always | never

    @property
    def is_terminal(self) -> bool:
        """Whether a person looks at standard output."""
        return sys.stdout.isatty()

    @property
    def width(self) -> int:
        """The columns there are."""
        return shutil.get_terminal_size((80, 24)).columns

    @property
    def is_coloured(self) -> bool:
        """Whether to colour: as asked for, else by the environment, else on a terminal."""
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

        held = StringIO()
        console = Console(
            file=held,
            width=self.width,
            color_system="standard" if self.is_coloured else None,
            force_terminal=self.is_coloured,
            no_color=not self.is_coloured,
            highlight=False,
            markup=False,
            emoji=False,
        )
        console.print(drawn)
        self.lines(line.rstrip() for line in held.getvalue().splitlines())

    def lines(self, found: Iterable[str]) -> None:
        """Write lines as they come, in the encoding of the locale."""
        for line in found:
            _write(_encoded(f"{line}\n", sys.stdout.encoding))

    def data(self, chunks: str | Iterable[str]) -> None:
        """Write a document for a program, whole or in chunks: always UTF-8."""
        for chunk in [chunks] if isinstance(chunks, str) else chunks:
            _write(chunk.encode())

    def tinted(self, line: str, status: str) -> str:
        """A plain line, coloured where that was asked for: what is due stands out."""
        return f"\x1b[1;31m{line}\x1b[0m" if status == "due" and self.is_coloured else line

    def say(self, sentence: str) -> None:
        """Talk: a sentence on standard error, lost where nobody can hear it."""
        try:
            sys.stdout.flush()
            data = _encoded(f"{sentence}\n", sys.stderr.encoding)
            sys.stderr.buffer.write(data)
            sys.stderr.flush()
        except OSError:
            pass


def _encoded(text: str, encoding: str) -> bytes:
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(_ASCII).encode(encoding, "backslashreplace")


def _write(data: bytes) -> None:
    try:
        sys.stdout.buffer.write(data)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise RefusedError(f"the output could not be written ({error.strerror})") from None


def finish() -> None:
    """Flush what was written, so that an error shows while it can still be told."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise RefusedError(f"the output could not be written ({error.strerror})") from None


def discard() -> None:
    """Send what is left of standard output nowhere: nobody reads it any more."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)

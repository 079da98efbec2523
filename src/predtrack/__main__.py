"""The one way in and the one way out of the program."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from contextlib import suppress


def main() -> None:
    """Run the command line and leave with its exit code."""
    if sys.argv[1:] == ["--version"]:  # asked for by scripts, and often: it needs no imports
        from predtrack import __version__

        with suppress(OSError, ValueError, AttributeError):  # else it is told as for any command
            sys.stdout.write(f"predtrack {__version__}\n")
            sys.stdout.flush()
            return
    # A run is short, and what it makes stays: to look for garbage at every turn is lost time.
    gc.set_threshold(500_000, 50, 100)
    from predtrack.cli import run

    sys.exit(run(sys.argv[1:]))


def script() -> None:
    """Run the command line, and end at once: to take everything apart would take 10 ms and more.

    What was written is out, and what asked to be called at the end is called.
    """
    code: object = 0
    try:
        main()
    except SystemExit as ended:
        code = ended.code
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError, AttributeError):
        sys.exit(code)  # type: ignore[arg-type]  # the interpreter says what went wrong
    atexit._run_exitfuncs()
    os._exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    script()

"""The one way in and the one way out of the program."""

from __future__ import annotations

import gc
import sys


def main() -> None:
    """Run the command line and leave with its exit code."""
    if sys.argv[1:] == ["--version"]:  # asked for by scripts, and often: it needs no imports
        from predtrack import __version__

        sys.stdout.write(f"predtrack {__version__}\n")
        return
    # A run is short, and what it makes stays: to look for garbage at every turn is lost time.
    gc.set_threshold(100_000, 50, 100)
    from predtrack.cli import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()

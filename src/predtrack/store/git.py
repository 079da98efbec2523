"""Ask git for its merge of lines, and have it call the driver that merges records."""

from __future__ import annotations

import os
import subprocess

from predtrack.errors import RefusedError
from predtrack.store import writing

DRIVER = "predtrack"
ATTRIBUTES = ("*.yaml merge=predtrack",)
IGNORED = (".*.[0-9]*-[0-9]*.tmp", ".*.edit-[0-9]*.yaml")
"""What a kill may leave of a write or an edit: `writing.is_temporary` and `drafts.is_draft`."""
_FAILED = 128  # from where an exit code of git counts no conflicts


def merge_of_lines(base: str, ours: str, theirs: str, size: int) -> tuple[bytes, int] | None:
    """Return git's plain merge of three files and its exit code; None where there is no git.

    Of files that git merges only by hand, as it does those that are no text, OURS stays as it is.
    """
    words = ["git", "merge-file", "-p", f"--marker-size={size}"]
    words += ["-L", "ours", "-L", "base", "-L", "theirs", "--"]
    paths = [os.path.abspath(each) for each in (ours, base, theirs)]
    try:
        done = subprocess.run([*words, *paths], capture_output=True, check=False)
    except OSError:
        return None
    if 0 <= done.returncode < _FAILED:
        return done.stdout, done.returncode
    with open(ours, "rb") as file:
        return file.read(), 1


def refuse_outside(root: str) -> None:
    """Refuse a folder, there or yet to be made, that lies in no working tree of git."""
    done = _git(_nearest(root), "rev-parse", "--is-inside-work-tree")
    if done.returncode and "not a git repository" not in done.stderr:
        message = f"git refuses {root} ({_reason(done)}); nothing was changed"
        raise RefusedError(f"{message}; see what `git status` says there")
    if done.stdout.strip() != "true":
        message = f"{root} is in no git repository; nothing was changed"
        raise RefusedError(f"{message}; run `git init` first")


def configure(root: str, program: str) -> None:
    """Write into git's settings of a repository how a program merges records."""
    command = f"{program.replace('%', '%%')} merge %O %A %B --path %P --marker-size %L"
    settings = {"name": "a merge of forecasts by their meaning", "driver": command}
    for name, value in settings.items():
        done = _git(_nearest(root), "config", "--local", f"merge.{DRIVER}.{name}", value)
        if done.returncode:
            message = f"git's settings of {root} could not be written ({_reason(done)})"
            remedy = "see to the permissions of .git/config"
            raise RefusedError(f"{message}; nothing was changed; {remedy}")


def mark(root: str) -> list[str]:
    """Tell git which files of a folder are records, and which to leave out; the files written.

    What stands in them already stays as it is: only lines that are missing are put behind.
    """
    lines = {".gitattributes": ATTRIBUTES, ".gitignore": IGNORED}
    paths = {os.path.join(root, name): each for name, each in lines.items()}
    return [path for path, each in paths.items() if _completed(path, each)]


def is_marked(root: str) -> bool:
    """Return whether git would call the driver for a record: another line may say otherwise."""
    done = _git(root, "check-attr", "merge", "--", "record.yaml")
    return done.stdout.rstrip().endswith(f": {DRIVER}")


def _reason(done: subprocess.CompletedProcess[str]) -> str:
    """Return what git said, on one line."""
    return " ".join(done.stderr.split()) or f"exit {done.returncode}"


def _completed(path: str, lines: tuple[str, ...]) -> bool:
    """Put those lines behind a file that it lacks; whether there were any."""
    if not os.path.lexists(path):
        writing.create(path, "".join(f"{line}\n" for line in lines).encode())
        return True
    real = os.path.realpath(path)
    was = writing.whole(real)
    present = {line.strip() for line in was.splitlines()}
    missing = [line.encode() for line in lines if line.encode() not in present]
    if not missing:
        return False
    line_break = b"\r\n" if b"\r\n" in was else b"\n"
    apart = line_break if was and not was.endswith(b"\n") else b""
    writing.replace(real, was, was + apart + b"".join(line + line_break for line in missing))
    return True


def _nearest(root: str) -> str:
    """Return the folder itself, or the nearest one above it that is there."""
    here = os.path.abspath(root)
    while not os.path.isdir(here) and os.path.dirname(here) != here:
        here = os.path.dirname(here)
    return here


def _git(where: str, *words: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            ["git", *words],
            cwd=where,
            env={**os.environ, "LC_ALL": "C"},
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except OSError as error:
        message = f"git could not be started ({error.strerror}); nothing was changed"
        raise RefusedError(f"{message}; install git, or leave --git out") from None

"""A git repository whose records are merged by the program, and what came of a merge in it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import branching

FOLDER = "predictions"


def environment() -> dict[str, str]:
    """The surroundings of git: nobody's settings, and the program that is tested."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    names = {f"GIT_{role}_NAME": "Ada" for role in ("AUTHOR", "COMMITTER")}
    mails = {f"GIT_{role}_EMAIL": "ada@example.org" for role in ("AUTHOR", "COMMITTER")}
    none = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "GIT_EDITOR": "true"}
    path = os.pathsep.join(filter(None, sys.path))
    return own | names | mails | none | {"PYTHONPATH": path, "LC_ALL": "C.UTF-8"}


def git(root: Path, *words: str, code: int | None = 0) -> str:
    """What git says; with a code, it must end with that."""
    done = subprocess.run(
        ["git", *words], cwd=root, capture_output=True, text=True, check=False, env=environment()
    )
    output = done.stdout + done.stderr
    assert code is None or done.returncode == code, output
    return output


def predtrack(root: Path, *words: str) -> str:
    """What the program says, run in a repository; it must end well."""
    line = [sys.executable, "-m", "predtrack", *words]
    done = subprocess.run(
        line, cwd=root, capture_output=True, text=True, check=False, env=environment()
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def new_repository(root: Path) -> Path:
    """A repository with an empty folder of records whose merges are the program's."""
    root.mkdir(exist_ok=True)
    git(root, "init", "--quiet", "--initial-branch=main")
    (root / FOLDER).mkdir()
    (root / FOLDER / ".keep").touch()
    predtrack(root, "init", "--git", FOLDER)
    commit(root, "a folder")
    return root


def commit(root: Path, message: str) -> None:
    """Commit all there is, and be it nothing."""
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--allow-empty", "--message", message)


def branched(root: Path, states: Iterable[dict[str, bytes]]) -> None:
    """Commit the records as they were, and on two branches; the first of these is checked out."""
    base, ours, theirs = states
    _put(root, base)
    commit(root, "base")
    git(root, "checkout", "--quiet", "-b", "theirs")
    _put(root, theirs)
    commit(root, "theirs")
    git(root, "checkout", "--quiet", "main")
    _put(root, ours)
    commit(root, "ours")


def _put(root: Path, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        if data:
            (root / FOLDER / name).write_bytes(data)


def unmerged(root: Path) -> set[str]:
    """The records that git says are in conflict."""
    return {Path(line).name for line in git(root, "diff", "--name-only", "--diff-filter=U").split()}


def wrong_of(root: Path, seeds: Iterable[int]) -> Iterator[tuple[str, str]]:
    """How the merge of each pair of branches ended, and what is wrong about it, by one `git merge`.

    Each seed is a record of its own, on the same two branches.
    """
    drawn = {f"r{seed}.yaml": branching.drawn(seed).files() for seed in seeds}
    new_repository(root)
    branched(root, [{name: files[at] for name, files in drawn.items()} for at in range(3)])
    git(root, "merge", "--quiet", "--no-edit", "theirs", code=None)
    conflicts = unmerged(root)
    for name, files in drawn.items():
        data = (root / FOLDER / name).read_bytes()
        is_conflict = name in conflicts
        fault = branching.wrong(files, data, int(is_conflict))
        yield "conflict" if is_conflict else "clean", f"{name}: {fault}" if fault else ""

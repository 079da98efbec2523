"""Merge two changes of one record: the command merge, which git calls."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from predtrack.cli.options import with_help
from predtrack.cli.session import Session
from predtrack.errors import RefusedError

if TYPE_CHECKING:
    from predtrack.store.merging import Merged


@with_help(
    """Merge two changes of one record by what they mean; `init --git` makes git call this.

    Forecasts of both are kept, tags are united, and every other key goes three ways. What both
    changed differently is marked in OURS as git marks a conflict, and the exit code is 1.

    Example: predtrack merge base.yaml ours.yaml theirs.yaml
    """
)
def merge(
    context: typer.Context,
    base: Annotated[
        str, typer.Argument(metavar="BASE", help="The record before both, or an empty file.")
    ],
    ours: Annotated[
        str, typer.Argument(metavar="OURS", help="The record here; the merge is written to it.")
    ],
    theirs: Annotated[
        str, typer.Argument(metavar="THEIRS", help="The record of the other branch.")
    ],
    path: Annotated[
        str, typer.Option(help="What the record is called.", metavar="PATH", show_default="OURS")
    ] = "",
    marker_size: Annotated[
        int, typer.Option(min=1, metavar="N", help="How long the markers of a conflict are.")
    ] = 7,
) -> int:
    """Run `predtrack merge`: what it does, its help says above."""
    session: Session = context.obj
    session.screen.refuse_closed()
    name = path or ours
    merged = _merged(base, ours, theirs, name, marker_size)
    for line in _conflicts(merged, name):
        session.screen.say(line)
    return merged.code


def _merged(base: str, ours: str, theirs: str, name: str, size: int) -> Merged:
    """Write the merge to OURS, and return it."""
    from predtrack.store import git, merging, writing

    identity = os.path.basename(name).removesuffix(".yaml")
    with writing.locked(os.path.dirname(os.path.realpath(ours))):
        was = b"" if base == os.devnull else writing.whole(base)
        states = merging.States(was, *map(writing.whole, (ours, theirs)))
        merged = merging.merged(
            states, identity, lambda: git.merge_of_lines(base, ours, theirs, size), size
        )
        if merged is None:
            message = f"{name} is no sound record, and git could not be started to merge its lines"
            raise RefusedError(f"{message}; nothing was changed; install git")
        writing.replace(os.path.realpath(ours), states.ours, merged.data)
    return merged


def _conflicts(merged: Merged, name: str) -> list[str]:
    """Return the sentences about a merge; none where it is clean."""
    from predtrack.views.text import visible

    if merged.conflicts is None:
        return [
            visible(f"{name}: not every side is a sound record, so git's plain merge was taken")
        ]
    if not merged.conflicts:
        return []
    keys = ", ".join(merged.conflicts)
    remedy = "settle it between the markers, then see `predtrack check`"
    return [visible(f"{name}: both branches changed {keys}; {remedy}")]

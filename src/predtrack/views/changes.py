"""Show a change of a file as the lines that went and the lines that came."""

from __future__ import annotations

from collections.abc import Iterator

from predtrack.store.changes import Change
from predtrack.views.text import visible


def difference(change: Change) -> Iterator[str]:
    """Yield the place, then each line taken out after a minus and each put in after a plus."""
    yield f"{visible(change.path)}:{change.place}"
    for sign, text in (("-", change.old), ("+", change.new)):
        for line in text.splitlines():
            yield f"{sign} {visible(line)}"

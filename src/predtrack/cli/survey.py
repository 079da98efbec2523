"""Look at the whole of an export, before anything of it is taken in."""

from __future__ import annotations

import json
from hashlib import blake2b
from typing import TYPE_CHECKING

from predtrack.errors import UsageError, near, shortened
from predtrack.records.names import Names, Recognised, forecasters, names_in, renamed

if TYPE_CHECKING:
    from predtrack.importers import Imported, Unread
    from predtrack.records.prediction import Prediction
    from predtrack.store.folder import Folder

MOST_NAMES = 10


class Survey:
    """The facts that only a whole export tells: its forecasters, and what stands in it twice."""

    def __init__(self, folder: Folder, mapped: Names) -> None:
        self._folder, self._mapped = folder, mapped
        self._names = {**folder.names, **mapped}
        self._digests: dict[str, bytes] = {}  # so that a record need not be kept
        self._recognised = Recognised()
        self.count = 0
        self.twice: set[str] = set()  # the ids of which it says several things
        self.forecasters: set[str] = set()

    def see(self, record: Imported | Unread) -> None:
        """Look at one record of the export."""
        from predtrack.importers import Unread

        self.count += 1
        if isinstance(record, Unread):
            return
        mine = digest(record)
        if self._digests.setdefault(record.id, mine) != mine:
            self.twice.add(record.id)
        names = names_of(record)
        self.forecasters |= names
        here = self._folder.predictions.get(record.id)
        own = [] if here is None else forecasters(here)
        called = names_in(own, names, self._names, {})
        self._recognised.meet(own, called.values())
        if here is not None and not set(called.values()) <= set(own):
            self._compare(here, record, called)

    def _compare(self, here: Prediction, record: Imported, called: Names) -> None:
        from predtrack.store.incoming import incoming

        export = incoming(record.id, record.record).prediction
        if export is not None:
            self._recognised.see(here, renamed(export, called))

    def refuse_unknown(self) -> None:
        """Refuse names that stand nowhere in the export."""
        for name in self._mapped:
            if name not in self.forecasters:
                listed = shortened(", ".join(sorted(self.forecasters)[:MOST_NAMES]), 200)
                hint = near(name, list(self.forecasters)) or f"its forecasters are {listed}"
                raise UsageError(f"--by {name}=...: nobody in the export has that name; {hint}")

    def same(self) -> dict[str, str]:
        """Return the names in the records, by new names in the export, of who was recognised."""
        return self._recognised.names()

    def alike(self) -> list[tuple[str, str]]:
        """Return who says the same as somebody here, where that may be chance."""
        return self._recognised.alike(self.same())


def digest(record: Imported) -> bytes:
    """Return what tells one record of an export from any other."""
    return blake2b(json.dumps(record.record).encode(), digest_size=16).digest()


def names_of(record: Imported) -> set[str]:
    """Return the names of those who forecast in a record of an export, as written."""
    listed = record.record.get("forecasts")
    entries = listed if isinstance(listed, list) else []
    names = (each.get("by") for each in entries if isinstance(each, dict))
    return {name.strip() for name in names if isinstance(name, str)}

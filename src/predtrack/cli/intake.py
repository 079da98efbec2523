"""What an import does with the records of an export, or would do, and what it says of them."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from hashlib import blake2b
from typing import TYPE_CHECKING

from predtrack.cli.session import Session
from predtrack.errors import Problem, RefusedError, UnreadableError, shortened
from predtrack.views.text import counted, visible

if TYPE_CHECKING:
    from predtrack.importers import Imported, Unread
    from predtrack.records.later import Later
    from predtrack.records.prediction import Prediction
    from predtrack.store.folder import Folder

MOST_SAMPLES = 5


class Intake:
    """What was done, or would be, with each record of an import."""

    def __init__(self, session: Session, folder: Folder, *, write: bool) -> None:
        self.session, self.folder, self.write = session, folder, write
        self.new: dict[str, bytes] = {}  # a digest, so that a record need not be kept
        self.grown: list[str] = []
        self.added: Counter[str] = Counter()
        self.same = 0
        self.other: list[str] = []
        self.samples: list[str] = []
        self.remarks: defaultdict[str, list[str]] = defaultdict(list)
        self.problems: list[Problem] = []
        self.refused: list[str] = []
        self.warnings: set[str] = set()

    def take(self, found: Imported | Unread) -> None:
        """Take one record in: written if it is new, else what it lacks is added."""
        from predtrack.importers import Unread
        from predtrack.store.incoming import incoming

        if isinstance(found, Unread):
            self.problems.append(Problem(found.place, 1, 1, "import", found.why, "see the export"))
            return
        reading = incoming(found.id, found.record)
        if reading.prediction is None:
            self.problems += reading.problems
            return
        digest = blake2b(json.dumps(found.record).encode(), digest_size=16).digest()
        here = self.folder.predictions.get(found.id)
        said = self.same
        if here is not None:
            self._compare(here, reading.prediction)
        elif found.id not in self.new:
            self.new[found.id] = digest
            self._add(found.id, reading.prediction)
        elif self.new[found.id] == digest:
            self.same += 1
        else:
            self.other.append(found.id)
        for remark in found.remarks if self.same == said else ():
            self.remarks[remark].append(found.id)

    def _add(self, identity: str, prediction: Prediction) -> None:
        from predtrack.store import changes

        if len(self.samples) < MOST_SAMPLES:
            forecasts = counted(len(prediction.forecasts), "forecast")
            self.samples.append(f"{identity}: {shortened(prediction.claim)} ({forecasts})")
        if not self.write:
            return
        try:
            made = changes.add(self.session.root, identity, prediction)
        except RefusedError as error:
            self.refused.append(str(error))
            del self.new[identity]
            return
        self.warnings |= {made.warning} - {""}

    def _compare(self, here: Prediction, export: Prediction) -> None:
        """Add what a later export knows to a record that is here; name what else differs."""
        from predtrack.records.later import later

        found = later(here, export)
        if found.differs:
            self.other.append(f"{here.id}: {', '.join(found.differs)}")
        if found.steps:
            self._grow(here.id, found)
        elif not found.differs:
            self.same += 1

    def _grow(self, identity: str, found: Later) -> None:
        from predtrack.store import changes

        try:
            for step in found.steps if self.write else ():
                made = changes.change(self.folder, identity, step)
                self.warnings |= {made.warning if made else ""} - {""}
        except RefusedError as error:
            self.refused.append(str(error))
            return
        self.grown.append(identity)
        counts = {
            "forecast": len(found.forecasts),
            "withdrawal": len(found.withdrawals),
            "outcome": len(found.outcomes),
        }
        self.added.update(counts)

    def counted(self) -> None:
        """Say what was done."""
        screen = self.session.screen
        screen.lines(visible(name) for name in (*self.new, *self.grown))
        for line in self._summary():
            screen.say(visible(line))

    def judged(self) -> None:
        """Refuse where a record could not be read or changed."""
        if self.problems:
            self.session.name_problems(self.problems)
            many = counted(len({each.path for each in self.problems}), "record")
            is_done = self.write and (self.new or self.grown)
            what = "the others were written" if is_done else "nothing was written"
            raise UnreadableError(f"{many} could not be read; {what}")
        if self.refused:
            more = len(self.refused) - MOST_SAMPLES
            rest = [f"and {more} more"] if more > 0 else []
            raise RefusedError("\n".join([*self.refused[:MOST_SAMPLES], *rest]))

    def _summary(self) -> Iterator[str]:
        if not self.write:
            yield from self.samples
            if more := len(self.new) - len(self.samples):
                yield f"and {more} more"
        yield "; ".join(self._counts())
        for remark, names in self.remarks.items():
            many = "" if len(names) == 1 else f"{len(names)} records, "
            yield f"remark: {remark} ({many}{_first(names)})"
        yield from (f"warning: {each}" for each in sorted(self.warnings))

    def _counts(self) -> Iterator[str]:
        done = "written" if self.write else "to write (--write writes them)"
        yield f"{counted(len(self.new), 'record')} {done}"
        yield f"{self.same} here already"
        if self.grown:
            added = ", ".join(counted(many, what) for what, many in self.added.items() if many)
            verb = "added" if self.write else "to add"
            yield f"{added} {verb} to {counted(len(self.grown), 'record')} here"
        if self.other:
            many = len(self.other)
            yield f"{many} here with other content, left alone ({_first(self.other, '; ')})"


def _first(names: list[str], mark: str = ", ") -> str:
    more = f" and {len(names) - MOST_SAMPLES} more" if names[MOST_SAMPLES:] else ""
    return mark.join(names[:MOST_SAMPLES]) + more

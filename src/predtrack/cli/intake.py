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
    from predtrack.importers import Imported, InZone, Unread
    from predtrack.records.later import Later, Step
    from predtrack.records.prediction import Prediction
    from predtrack.store.folder import Folder

MOST_SAMPLES = 5
OTHER_ZONE = "it is here with the days and times of another zone, and keeps them"


class Intake:
    """What was done, or would be, with each record of an import."""

    def __init__(self, session: Session, folder: Folder, *, write: bool, about: str = "") -> None:
        self.session, self.folder, self.write, self.about = session, folder, write, about
        self.new: dict[str, bytes] = {}  # a digest, so that a record need not be kept
        self.grown: dict[str, None] = {}  # in order, each once
        self.added: Counter[str] = Counter()
        self.same = 0
        self.other: list[str] = []
        self.samples: list[str] = []
        self.remarks: defaultdict[str, list[str]] = defaultdict(list)
        self.problems: list[Problem] = []
        self.refused: list[str] = []
        self.warnings: set[str] = set()
        self.findings: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)

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
            self._compare(here, reading.prediction, found.in_zone)
        elif found.id not in self.new:
            self._add(found, reading.prediction, digest)
        elif self.new[found.id] == digest:
            self.same += 1
        else:
            self.other.append(found.id)
        for remark in found.remarks if self.same == said else ():
            self.remarks[remark].append(found.id)

    def _add(self, entry: Imported, prediction: Prediction, digest: bytes) -> None:
        """Write a new record, and count it; an interrupt is heard before or after both."""
        from predtrack.store import changes, writing

        identity = entry.id
        if self.write:
            try:
                with writing.undisturbed():
                    change = changes.add(self.session.root, identity, prediction)
                    self.new[identity] = digest
            except changes.TakenError as error:
                self._meet(entry, prediction, error)
                return
            except RefusedError as error:
                self.refused.append(str(error))
                return
            self.warnings |= {change.warning} - {""}
        self.new[identity] = digest
        if len(self.samples) < MOST_SAMPLES:
            forecasts = counted(len(prediction.forecasts), "forecast")
            self.samples.append(f"{identity}: {shortened(prediction.claim)} ({forecasts})")
        self._look(identity, prediction)

    def _meet(self, entry: Imported, prediction: Prediction, error: RefusedError) -> None:
        """Take a record for one that is here, since another process has just written it."""
        here = self._again(entry.id)
        if here is None:  # it is not sound, or passed over
            self.refused.append(str(error))
        else:
            self._compare(here, prediction, entry.in_zone)

    def _again(self, identity: str) -> Prediction | None:
        """Read the folder again, and return one of its records."""
        from predtrack.store import folder

        self.folder = folder.load(self.session.root)
        return self.folder.predictions.get(identity)

    def _look(self, identity: str, prediction: Prediction) -> None:
        """Remember what a record that is written, or would be, is to be warned of."""
        from predtrack.records import foresight

        for finding in foresight.warnings(prediction):
            self.findings[finding.code].append((identity, f"{finding.message}; {finding.remedy}"))

    def _compare(self, here: Prediction, export: Prediction, in_zone: InZone | None) -> None:
        """Add what a later export knows to a record that is here; name what else differs."""
        from predtrack.records.later import later

        added = later(here, export)
        if added.is_of_other_zone and in_zone is not None:
            added = _in_own_zone(here, export, in_zone) or added
        if added.differs:
            self.other.append(f"{here.id}: {', '.join(added.differs)}")
        if added.is_of_other_zone:
            self.remarks[OTHER_ZONE].append(here.id)
        if added.steps:
            self._grow(here, added, export, in_zone)
        elif not added.differs:
            self.same += 1

    def _grow(
        self, here: Prediction, added: Later, export: Prediction, in_zone: InZone | None
    ) -> None:
        """Add what a record lacks, and count each step; an interrupt is heard before or after both.

        Where another process changed the record, it is looked at again: nothing is added twice.
        """
        from predtrack.store import changes, writing

        was = here
        try:
            for step in added.steps:
                with writing.undisturbed():
                    if self.write:
                        change = changes.change(self.folder, here.id, _only_on(was, step))
                        self.warnings |= {change.warning if change else ""} - {""}
                    before, was = was, step(was)
                    self._count(before, was)
        except _MovedError:
            moved = self._again(here.id)
            if moved is not None and moved != here:
                self._compare(moved, export, in_zone)
                return
            self.refused.append(f"{here.id} is being changed by another process; try again")
        except RefusedError as error:
            self.refused.append(str(error))
        if was is not here:
            self._look(here.id, was)

    def _count(self, was: Prediction, now: Prediction) -> None:
        self.grown[now.id] = None
        self.added.update(_gains(was, now))

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
        if self.about:
            yield self.about
        for remark, names in self.remarks.items():
            many = "" if len(names) == 1 else f"{len(names)} records, "
            yield f"remark: {remark} ({many}{_first(names)})"
        for code, sentences in self.findings.items():
            yield f"warning[{code}]: {_gathered(sentences)}"
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


class _MovedError(Exception):
    """A record is not what an export was compared with: another process changed it."""


def _only_on(expected: Prediction, step: Step) -> Step:
    """Return the step, but for a record that is another one by now."""

    def stepped(was: Prediction) -> Prediction:
        if was != expected:
            raise _MovedError
        return step(was)

    return stepped


def _gains(was: Prediction, now: Prediction) -> dict[str, int]:
    """Return how many of each thing one step added to a record."""

    def withdrawn(prediction: Prediction) -> int:
        return sum(each.withdrawn is not None for each in prediction.forecasts)

    is_new = was.outcome is None and now.outcome is not None
    judged = [len(each.outcome.judgements) if each.outcome else 0 for each in (was, now)]
    forecasts = len(now.forecasts) - len(was.forecasts)
    return {
        "option": len(now.options) - len(was.options),
        "forecast": forecasts,
        "withdrawal": 0 if forecasts else withdrawn(now) - withdrawn(was),
        "outcome": int(is_new),
        "judgement": 0 if is_new else judged[1] - judged[0],
    }


def _in_own_zone(here: Prediction, export: Prediction, in_zone: InZone) -> Later | None:
    """Return what an export adds, read again in the zone of the record: days go by that zone."""
    from predtrack.importers.zones import OffsetsOf
    from predtrack.records.later import later, own_instants
    from predtrack.store.incoming import incoming

    again = in_zone(OffsetsOf(own_instants(here, export)))
    moved = None if again is None else incoming(again.id, again.record).prediction
    return None if moved is None else later(here, moved, is_moved=True)


def _gathered(sentences: list[tuple[str, str]]) -> str:
    """Return what is to be warned of, a pair of an id and a sentence each, in one line."""
    names = list(dict.fromkeys(name for name, _ in sentences))
    if len(sentences) == 1:
        return ": ".join(sentences[0])
    forecasts, records = counted(len(sentences), "forecast"), counted(len(names), "record")
    return f"{forecasts} in {records} ({_first(names)}); the first: {sentences[0][1]}"


def _first(names: list[str], mark: str = ", ") -> str:
    more = f" and {len(names) - MOST_SAMPLES} more" if names[MOST_SAMPLES:] else ""
    return mark.join(names[:MOST_SAMPLES]) + more

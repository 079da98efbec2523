"""Take the records of an export in, or show what an import would do, and sum it up."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from predtrack.cli.session import Session
from predtrack.errors import Problem, RefusedError, UnreadableError, shortened
from predtrack.views.text import counted, visible

if TYPE_CHECKING:
    from predtrack.importers import Imported, Unread
    from predtrack.records.differing import Difference, Step
    from predtrack.records.later import Later
    from predtrack.records.prediction import Prediction
    from predtrack.records.uniting import Clash
    from predtrack.store.changes import Change
    from predtrack.store.folder import Folder

MOST_SAMPLES = 5
CONTRADICTION = "contradiction"
OTHER_ZONE = "it is here with the days and times of another zone, and keeps them"
UPDATES = "--update-outcomes takes over what differs of outcomes and dates"


@dataclass(frozen=True, slots=True)
class Orders:
    """The orders of an import: whether to write and to update, and who is called what."""

    write: bool = False
    update: bool = False
    mapped: Mapping[str, str] = field(default_factory=dict)  # by --by: the name in new records
    about: str = ""  # what the summary says of the zone


class Intake:
    """The account of what an import does, or would do, with each of its records."""

    def __init__(self, session: Session, folder: Folder, orders: Orders) -> None:
        from predtrack.cli.survey import Survey

        self.session, self.folder, self.orders = session, folder, orders
        self.survey = Survey(folder, orders.mapped)
        self.same_people: Mapping[str, str] = {}
        self.new: list[str] = []
        self.several: defaultdict[str, list[Imported]] = defaultdict(list)
        self.grown: list[str] = []
        self.added: Counter[str] = Counter()
        self.same = 0
        self.other: list[str] = []
        self.samples: list[str] = []
        self.remarks: defaultdict[str, list[str]] = defaultdict(list)
        self.problems: list[Problem] = []
        self.refused: list[str] = []
        self.warnings: set[str] = set()
        self.findings: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        self.unshown: list[Change] = []
        self._seen: set[str] = set()
        self._can_update = False

    def surveyed(self) -> None:
        """Settle what only the whole export tells; refuse where --by names nobody in it."""
        self.survey.refuse_unknown()
        self.same_people = self.survey.same()
        for new, old in self.survey.alike():
            sentence = f'"{new}" states what "{old}" states here, and is taken for somebody else'
            self.remarks[f'{sentence}; if they are one, say --by {new}="{old}"'] = []
        if self.orders.mapped:
            self._remember()

    def _remember(self) -> None:
        """Put the names of --by where later runs and reports find them."""
        from predtrack.store import aliases

        new = {name: to for name, to in self.orders.mapped.items() if name != to}
        change = aliases.added(self.session.root, new, write=self.orders.write)
        if change is not None:
            self._show(change)
            self.warnings |= {change.warning} - {""}

    def _show(self, change: Change) -> None:
        from predtrack.views import changes

        for each in changes.difference(change):
            self.session.screen.say(each)

    def take(self, record: Imported | Unread) -> None:
        """Take one record in: write it if it is new, else add what the one here lacks."""
        from predtrack.importers import Unread

        if isinstance(record, Unread):
            self.problems.append(
                Problem(record.place, 1, 1, "import", record.why, "see the export")
            )
        elif record.id in self.survey.twice:
            self.several[record.id].append(record)
        elif record.id in self._seen:
            self.same += 1
        elif (export := self._read(record)) is not None:
            self._seen.add(record.id)
            self._one(record, export)

    def take_several(self) -> None:
        """Take in what the export says more than once, each as one record or not at all."""
        from predtrack.records.uniting import united

        for versions in self.several.values():
            exports = [self._read(each) for each in versions]
            if any(each is None for each in exports):
                continue
            readable = [each for each in exports if each is not None]
            readable = [_settled(each, at, readable, versions) for at, each in enumerate(readable)]
            whole, clashes = united(readable)
            self._contradicted(versions, exports[0], clashes)
            if whole is not None:
                is_open = whole.outcome is None and not clashes
                lacks = versions[-1].lacks if is_open else frozenset()
                self._one(versions[-1], whole, lacks=lacks)

    def _contradicted(
        self, versions: list[Imported], export: Prediction | None, clashes: Iterable[Clash]
    ) -> None:
        """Name what an export says twice and otherwise, with both places."""
        for each in clashes:
            first, second = (versions[at].place or versions[at].id for at in each[:2])
            places = (f"at {first}", f"at {second}")
            sentence = f"{versions[0].id} contradicts itself, {_words(export, each, places)}"
            if each.is_grave:
                remedy = "neither is taken; take out what is wrong, and import again"
                self.problems.append(Problem(second, 1, 1, CONTRADICTION, sentence, remedy))
            else:
                self.remarks[f"{sentence}; the first is taken"] = []

    def _read(self, record: Imported) -> Prediction | None:
        """Return a record of the export as a prediction; note the problems of one not sound."""
        from predtrack.store.incoming import incoming

        reading = incoming(record.id, record.record)
        if reading.prediction is None:
            self.problems += reading.problems
        return reading.prediction

    def _one(
        self, record: Imported, export: Prediction, lacks: frozenset[str] | None = None
    ) -> None:
        """Take in what the export says of one record, again where another process came first."""
        lacking = record.lacks if lacks is None else lacks
        same = self.same
        here = self.folder.predictions.get(record.id)
        try:
            if here is None:
                self._add(record.id, self._by_names(export))
            else:
                self._compare(here, export, record, lacking)
        except _MovedError as error:
            if self._is_as_before(record.id, here):
                self.refused.append(str(error))
            else:
                self._one(record, export, lacks)
            return
        for remark in record.remarks if self.same == same else ():
            self.remarks[remark].append(record.id)

    def _is_as_before(self, identity: str, before: Prediction | None) -> bool:
        """Read the folder again; return whether one of its records is as it was, or is gone."""
        from predtrack.store import folder

        self.folder = folder.load(self.session.root)
        now = self.folder.predictions.get(identity)
        return now is None or now == before

    def _write(
        self, write: Callable[[], list[Change]], count: Callable[[list[Change]], None]
    ) -> list[Change] | None:
        """Write a record, and count it; return what was written, None where it was refused.

        An interrupt is heard before both or after both, so that the counts are true at any time.
        Nothing is written or counted where another process wrote the record in between.
        """
        from predtrack.store import changes, writing

        try:
            with writing.undisturbed():
                written = write()
                count(written)
        except changes.TakenError as error:
            raise _MovedError(str(error)) from None
        except RefusedError as error:
            self.refused.append(str(error))
            return None
        self.warnings |= {each.warning for each in written} - {""}
        return written

    def _by_names(self, export: Prediction) -> Prediction:
        from predtrack.records.names import renamed

        return renamed(export, self.orders.mapped) if self.orders.mapped else export

    def _add(self, identity: str, prediction: Prediction) -> None:
        from predtrack.store import changes

        def write() -> list[Change]:
            if not self.orders.write:
                return []
            return [changes.add(self.session.root, identity, prediction)]

        if self._write(write, lambda _: self.new.append(identity)) is None:
            return
        if len(self.samples) < MOST_SAMPLES:
            forecasts = counted(len(prediction.forecasts), "forecast")
            self.samples.append(f"{identity}: {shortened(prediction.claim)} ({forecasts})")
        self._look(identity, prediction)

    def _look(self, identity: str, prediction: Prediction) -> None:
        """Remember what a record that is written, or would be, is to be warned of."""
        from predtrack.records import foresight

        for finding in foresight.warnings(prediction):
            self.findings[finding.code].append((identity, f"{finding.message}; {finding.remedy}"))

    def _compare(
        self, here: Prediction, export: Prediction, record: Imported, lacks: frozenset[str]
    ) -> None:
        """Add what a later export knows to a record that is here; name what else differs."""
        called = self._called(here, export)
        added = _later(here, export, record, called, lacks)
        updates = added.corrections if self.orders.update else ()
        is_done = True
        if added.steps or updates:
            is_done = self._grow(here, added, updates=len(updates))
        elif not added.differences:
            self.same += 1
        self._remark(here, called, added)
        self._differ(here, [each for each in added.differences if not updates or each.step is None])
        if updates and not is_done:
            self._differ(here, [each for each in added.differences if each.step is not None])

    def _called(self, here: Prediction, export: Prediction) -> dict[str, str]:
        """Return what the forecasters of an export are called here."""
        from predtrack.records.names import forecasters, names_in

        names = {**self.folder.names, **self.orders.mapped}
        return names_in(forecasters(here), forecasters(export), names, self.same_people)

    def _remark(self, here: Prediction, called: Mapping[str, str], added: Later) -> None:
        """Remember what is otherwise in a record, and stays so: names, and its zone."""
        for name, own in called.items():
            meant = self.orders.mapped.get(name, name)
            if own != meant and self.folder.names.get(name) != own:
                sentence = f'"{meant}" in the import is "{own}" here, and keeps that name'
                self.remarks[sentence].append(here.id)
        if added.is_of_other_zone:
            self.remarks[OTHER_ZONE].append(here.id)

    def _differ(self, here: Prediction, differences: list[Difference]) -> None:
        if differences:
            from predtrack.views import differing

            self.other.append(f"{here.id}: {differing.line(here, differences)}")
            self._can_update |= any(each.step is not None for each in differences)

    def _grow(self, here: Prediction, added: Later, *, updates: int) -> bool:
        """Make the changes of one record, all or none; return whether they could be made."""
        from predtrack.records.later import after
        from predtrack.store import changes

        first, *others = steps = (*added.steps, *(added.corrections if updates else ()))
        whole = after(here, steps)

        def write() -> list[Change]:
            if not (self.orders.write or updates):
                return []
            makes = (_only_on(here, first), *others)
            return changes.changed(self.folder, here.id, makes, write=self.orders.write)

        def count(written: list[Change]) -> None:
            self.grown.append(here.id)
            self.added.update(_counts(here, added, updates))
            self.unshown += written[len(written) - updates :]

        if self._write(write, count) is None:
            return False
        self._show_rest()
        self._look(here.id, whole)
        return True

    def _show_rest(self) -> None:
        """Show the lines of what was taken over, and was not shown yet."""
        while self.unshown:
            self._show(self.unshown[0])
            del self.unshown[0]

    def counted(self) -> None:
        """Say what was done."""
        self._show_rest()
        screen = self.session.screen
        screen.lines(visible(name) for name in (*self.new, *self.grown))
        for line in self._summary():
            screen.say(visible(line))

    def judged(self) -> None:
        """Refuse where a record could not be read or changed."""
        if self.problems:
            self.session.name_problems(self.problems)
            is_done = self.orders.write and (self.new or self.grown)
            what = "the others were written" if is_done else "nothing was written"
            raise UnreadableError("; ".join([*self._left_out(), what]))
        if self.refused:
            more = len(self.refused) - MOST_SAMPLES
            rest = [f"and {more} more"] if more > 0 else []
            raise RefusedError("\n".join([*self.refused[:MOST_SAMPLES], *rest]))

    def _left_out(self) -> Iterator[str]:
        paths = {each.path for each in self.problems if each.code != CONTRADICTION}
        if paths:
            yield f"{counted(len(paths), 'record')} could not be read"
        twice = sum(each.code == CONTRADICTION for each in self.problems)
        if twice:
            yield f"{counted(twice, 'contradiction')} in the export"

    def _summary(self) -> Iterator[str]:
        if not self.orders.write:
            yield from self.samples
            if more := len(self.new) - len(self.samples):
                yield f"and {more} more"
        yield "; ".join(self._counts())
        yield from (f"differs: {each}" for each in self.other)
        if self._can_update and not self.orders.update:
            yield UPDATES
        if self.orders.about:
            yield self.orders.about
        for remark, names in self.remarks.items():
            many = "" if len(names) < 2 else f"{len(names)} records, "
            yield f"remark: {remark}" + (f" ({many}{_first(names)})" if names else "")
        for code, sentences in self.findings.items():
            yield f"warning[{code}]: {_gathered(sentences)}"
        yield from (f"warning: {each}" for each in sorted(self.warnings))

    def _counts(self) -> Iterator[str]:
        done = "written" if self.orders.write else "to write (--write writes them)"
        yield f"{counted(len(self.new), 'record')} {done}"
        yield f"{self.same} here already"
        if self.grown:
            added = ", ".join(counted(many, what) for what, many in self.added.items() if many)
            verb = "added" if self.orders.write else "to add"
            where = "in" if set(+self.added) == {"correction"} else f"{verb} to"
            yield f"{added} {where} {counted(len(self.grown), 'record')} here"
        if self.other:
            yield f"{len(self.other)} here with other content, left alone"


def _settled(
    export: Prediction, at: int, others: list[Prediction], versions: list[Imported]
) -> Prediction:
    """Return a version with the dates of another one where it only has stand-ins."""
    changes: dict[str, Any] = {
        name: getattr(other, name)
        for name in versions[at].stand_ins
        for other, version in zip(others, versions, strict=True)
        if name not in version.stand_ins
    }
    return replace(export, **changes)


def _words(export: Prediction | None, clash: Clash, places: tuple[str, str]) -> str:
    from predtrack.views import differing

    if export is None:
        return clash.difference.name
    words = differing.in_words(export, clash.difference, places)
    return words if places[1] in words else f"{words}: {' and '.join(places)}"


class _MovedError(Exception):
    """A record is not what an import compared an export with: another process wrote it."""


def _only_on(expected: Prediction, step: Step) -> Step:
    """Return the step, but for a record that is another one by now."""

    def stepped(was: Prediction) -> Prediction:
        if was != expected:
            raise _MovedError(f"{expected.id} is being changed by another process; try again")
        return step(was)

    return stepped


def _counts(here: Prediction, added: Later, updates: int) -> dict[str, int]:
    """Return how many of each thing an export adds to a record."""
    from predtrack.records.later import after

    return {
        "option": len(after(here, added.options).options) - len(here.options),
        "forecast": len(added.forecasts),
        "withdrawal": len(added.withdrawals),
        "outcome": len(added.outcomes),
        "judgement": len(added.judgements),
        "correction": updates,
    }


def _later(
    here: Prediction,
    export: Prediction,
    record: Imported,
    called: Mapping[str, str],
    lacks: frozenset[str],
) -> Later:
    """Return what an export adds to a record, with its names, and read in its zone."""
    from predtrack.records.later import later
    from predtrack.records.names import renamed

    meant = _without_stand_ins(here, renamed(export, called), record.stand_ins)
    added = later(here, meant, lacks=lacks)
    if added.is_of_other_zone and record.in_zone is not None:
        return _in_own_zone(here, export, record, called, lacks) or added
    return added


def _in_own_zone(
    here: Prediction,
    export: Prediction,
    record: Imported,
    called: Mapping[str, str],
    lacks: frozenset[str],
) -> Later | None:
    """Return what an export adds, read again in the zone of the record: days go by that zone."""
    from predtrack.importers.zones import OffsetsOf
    from predtrack.records.later import later, own_instants
    from predtrack.records.names import renamed
    from predtrack.store.incoming import incoming

    instants = own_instants(here, renamed(export, called))
    again = None if record.in_zone is None else record.in_zone(OffsetsOf(instants))
    moved = None if again is None else incoming(again.id, again.record).prediction
    if moved is None:
        return None
    meant = _without_stand_ins(here, renamed(moved, called), record.stand_ins)
    return later(here, meant, is_moved=True, lacks=lacks)


def _without_stand_ins(
    here: Prediction, export: Prediction, stand_ins: frozenset[str]
) -> Prediction:
    """Return a record of an export that says no dates of its own where it only has a stand-in.

    A deadline that is the day of the scheduled close, here too, is that stand-in, and moves along.
    """
    from predtrack.dates import day_of

    close = here.scheduled_close
    names = {name for name in stand_ins if getattr(here, name) is not None}
    is_stand_in = close is not None and here.deadline == day_of(close)
    if is_stand_in and "scheduled_close" not in names:
        names.discard("deadline")
    changes: dict[str, Any] = {name: getattr(here, name) for name in names}
    return replace(export, **changes)


def _gathered(sentences: list[tuple[str, str]]) -> str:
    """Return one line for warnings of one code, each a pair of an id and a sentence."""
    names = list(dict.fromkeys(name for name, _ in sentences))
    if len(sentences) == 1:
        return ": ".join(sentences[0])
    forecasts, records = counted(len(sentences), "forecast"), counted(len(names), "record")
    return f"{forecasts} in {records} ({_first(names)}); the first: {sentences[0][1]}"


def _first(names: list[str], mark: str = ", ") -> str:
    more = f" and {len(names) - MOST_SAMPLES} more" if names[MOST_SAMPLES:] else ""
    return mark.join(names[:MOST_SAMPLES]) + more

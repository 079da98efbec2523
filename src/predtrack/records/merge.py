"""Merge three states of one prediction, and name where the two branches contradict.

A pure function: `merge` goes by the values that the files hold, never by their text. Forecasts are
united by who said what when, tags as a set, judgements by who judged on which day; every other key
goes three ways. What both branches changed differently is a clash, and so is what each may say
alone and both together may not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields, replace
from typing import Any, TypeVar

from predtrack.dates import Month, stated_order
from predtrack.records.prediction import (
    NOT_IN_FILE,
    VALUES,
    Forecast,
    Judgement,
    Outcome,
    Prediction,
    key_of,
    offered,
)
from predtrack.records.rules import findings

Values = dict[str, Any]
"""The values of a record by the keys of its file, without those that say what is so anyway."""

Identity = tuple[Hashable, ...]
"""What makes a forecast the same one on two branches: by, made and value, and which of several."""

T = TypeVar("T")
_APART = frozenset({"forecasts", "tags", "outcome"})  # keys that are united, not taken whole


@dataclass(frozen=True, slots=True)
class Entry:
    """One forecast of a merge: where it stands in each state, and what the branches clash in.

    `is_clash` speaks of the whole entry: removed by one branch and changed by the other, or said
    otherwise by each. Where only `theirs` has a place, ours says nothing there.
    """

    forecast: Forecast
    base: int | None = None
    ours: int | None = None
    theirs: int | None = None
    clashes: frozenset[str] = frozenset()
    is_clash: bool = False


@dataclass(frozen=True, slots=True)
class Merge:
    """What a merge means; where the branches clash it stands as ours has it."""

    prediction: Prediction
    entries: tuple[Entry, ...]
    clashes: frozenset[str]

    @property
    def is_clean(self) -> bool:
        """Return whether nothing clashes."""
        return not self.clashes and not any(each.is_clash or each.clashes for each in self.entries)


def merge(base: Prediction | None, ours: Prediction, theirs: Prediction) -> Merge:
    """Return what the merge of two branches means; without a base both added the record."""
    was = values_of(base)
    mine, other = values_of(ours), values_of(theirs)
    keys = [key for key in dict.fromkeys((*mine, *other)) if key not in _APART]
    united, clashes = _three_ways(was, mine, other, keys)
    united["tags"] = _tags(was.get("tags", ()), ours.tags, theirs.tags)
    united["outcome"], clashing = _outcome(was.get("outcome"), ours.outcome, theirs.outcome)
    clashes |= {"outcome"} if clashing else set()
    entries, clashing = _forecasts(was.get("forecasts", ()), ours.forecasts, theirs.forecasts)
    clashes |= {"forecasts"} if clashing else set()
    whole = replace(_record(Prediction, united, forecasts=()), id=ours.id, path=ours.path)
    return _settled(_merge(whole, entries, frozenset(clashes)), ours, theirs)


def _merge(whole: Prediction, entries: Iterable[Entry], clashes: frozenset[str]) -> Merge:
    all_ = tuple(entries)
    ours = (each.forecast for each in all_ if not (each.is_clash and each.ours is None))
    return Merge(replace(whole, forecasts=tuple(ours)), all_, clashes)


def values_of(record: Any) -> Values:
    """Return the values of a record by the keys of its file; of none, nothing.

    >>> values_of(Outcome(answer="yes", extra=(("x-seen", "1"),)))
    {'answer': 'yes', 'x-seen': '1'}
    """
    if record is None:
        return {}
    own = {
        key_of(each.name): getattr(record, each.name)
        for each in fields(record)
        if each.name not in NOT_IN_FILE
        and (each.default is MISSING or getattr(record, each.name) != each.default)
    }
    if isinstance(record, Prediction) and record.options:
        own["options"] = offered(record)
    return own | dict(record.extra)


def comparable(prediction: Prediction) -> Values:
    """Return what a prediction says by key, where the order of tags and own keys does not count."""
    values = values_of(replace(prediction, tags=tuple(sorted(prediction.tags))))
    values["forecasts"] = [values_of(each) for each in prediction.forecasts]
    return values


def _record(definition: type[T], values: Values, **more: Any) -> T:
    """Return the record that has these values by key; what is None is as it would be without."""
    present = {key: value for key, value in values.items() if value is not None}
    options = present.pop("options", ())
    own = tuple((key, value) for key, value in present.items() if key.startswith("x-"))
    named = {
        each.name: present[key_of(each.name)]
        for each in fields(definition)  # type: ignore[arg-type]
        if key_of(each.name) in present
    }
    if options:
        named["options"] = tuple(each.name for each in options)
        later = ((each.name, each.added) for each in options if each.added is not None)
        named["options_added"] = tuple(later)
    return definition(**{**named, **more, "extra": own})


def _three_ways(
    base: Values, ours: Values, theirs: Values, keys: Iterable[str]
) -> tuple[Values, set[str]]:
    """Return the merged values of some keys, and the keys that clash, which stay as ours."""
    united: Values = {}
    clashes = set()
    for key in keys:
        was, mine, other = base.get(key), ours.get(key), theirs.get(key)
        united[key] = other if mine == was else mine
        if mine not in (was, other) and other != was:
            clashes.add(key)
    return united, clashes


def _tags(base: tuple[str, ...], ours: tuple[str, ...], theirs: tuple[str, ...]) -> tuple[str, ...]:
    """Return the tags of ours and those that theirs added, without those that theirs took out."""
    stay = [tag for tag in ours if tag in theirs or tag not in base]
    return (*stay, *(tag for tag in dict.fromkeys(theirs) if tag not in {*base, *ours}))


def _outcome(
    base: Outcome | None, ours: Outcome | None, theirs: Outcome | None
) -> tuple[Outcome | None, bool]:
    """Return the merged outcome, and whether it clashes: whole, but for the judgements in it."""
    if theirs in (base, ours):
        return ours, False
    if ours == base:
        return theirs, False
    if ours is None or theirs is None:  # taken out by one, and changed by the other
        return ours, True
    was = None if base is None else replace(base, judgements=())
    mine, other = replace(ours, judgements=()), replace(theirs, judgements=())
    if mine not in (was, other) and other != was:
        return ours, True
    judgements, is_clash = _judgements(
        base.judgements if base else (), ours.judgements, theirs.judgements
    )
    chosen = theirs if mine == was else ours
    return ours if is_clash else replace(chosen, judgements=judgements), is_clash


def _judgements(
    base: tuple[Judgement, ...], ours: tuple[Judgement, ...], theirs: tuple[Judgement, ...]
) -> tuple[tuple[Judgement, ...], bool]:
    """Return the judgements of both, and whether they clash: each goes three ways."""
    was, mine, other = (
        _numbered(each, lambda judgement: (judgement.judge, judgement.recorded))
        for each in (base, ours, theirs)
    )
    united, is_clash = [], False
    for key in _placed([*mine], [*other]):
        first, own, second = (
            None if at is None else all_[at]
            for at, all_ in ((was.get(key), base), (mine.get(key), ours), (other.get(key), theirs))
        )
        is_clash |= own not in (first, second) and second != first
        united.append(second if own == first else own)
    return tuple(each for each in united if each is not None), is_clash


def _numbered(entries: Iterable[T], identify: Callable[[T], Identity]) -> dict[Identity, int]:
    """Return the places of entries by what they are; of several that are alike each has a number.

    >>> _numbered("aba", lambda letter: (letter,))
    {('a', 1): 0, ('b', 1): 1, ('a', 2): 2}
    """
    count: Counter[Identity] = Counter()
    places = {}
    for place, entry in enumerate(entries):
        identity = identify(entry)
        count[identity] += 1
        places[*identity, count[identity]] = place
    return places


def _placed(spine: list[Identity], others: list[Identity]) -> list[Identity]:
    """Return the spine with the others in it: each behind what it follows, or at the end.

    >>> _placed(["a", "c", "d"], ["a", "b", "c", "e"])
    ['a', 'b', 'c', 'd', 'e']
    """
    place_in = {each: place for place, each in enumerate(spine)}
    behind: dict[int, list[Identity]] = {}
    last = max((at for at, each in enumerate(others) if each in place_in), default=-1)
    anchor = -1
    for at, each in enumerate(others):
        if each in place_in:
            anchor = max(anchor, place_in[each])
        else:
            behind.setdefault(anchor if at < last else len(spine) - 1, []).append(each)
    placed = [*behind.get(-1, [])]
    for place, each in enumerate(spine):
        placed += [each, *behind.get(place, [])]
    return placed


def identity_of(forecast: Forecast) -> Identity:
    """Return what makes a forecast the same one on two branches: by, made and value.

    Of a claim in words alone the words are the value.
    """
    return *_moment_of(forecast), isinstance(forecast.made, Month), *_value_of(forecast)


def _moment_of(forecast: Forecast) -> Identity:
    """Return who spoke, and the moment by which what was said is put in order."""
    return forecast.by, *stated_order(forecast.made)


def _value_of(forecast: Forecast) -> Identity:
    values = [getattr(forecast, name) for name in VALUES]
    if forecast.interval is not None:  # keys of the user's own in it are no part of the value
        values[VALUES.index("interval")] = replace(forecast.interval, extra=())
    in_words = all(value is None for value in values)
    return *values, *((forecast.words, forecast.paraphrase) if in_words else ())


def _forecasts(
    base: tuple[Forecast, ...], ours: tuple[Forecast, ...], theirs: tuple[Forecast, ...]
) -> tuple[list[Entry], bool]:
    """Return the forecasts of both branches in order, and whether that order clashes."""
    was, mine, other = (_numbered(each, identity_of) for each in (base, ours, theirs))
    common = mine.keys() & other.keys()
    is_turned = _order(other, common) != _order(mine, common)
    is_mine = _order(mine, common & was.keys()) == _order(was, common & mine.keys())
    is_theirs = _order(other, common & was.keys()) == _order(was, common & other.keys())
    by_theirs = is_turned and is_mine and not is_theirs
    spine = _placed([*other], [*mine]) if by_theirs else _placed([*mine], [*other])
    entries = []
    for key in spine:
        places = (was.get(key), mine.get(key), other.get(key))
        states = [
            None if at is None else all_[at]
            for at, all_ in zip(places, (base, ours, theirs), strict=True)
        ]
        entry = _entry(*states)
        if entry is not None:
            entries.append(replace(entry, base=places[0], ours=places[1], theirs=places[2]))
    return _contradicted(entries), is_turned and is_mine == is_theirs


def _order(places: Mapping[Identity, int], among: Iterable[Identity]) -> list[list[Identity]]:
    """Return in which order those forecasts stand whose order says which of them stands."""
    chosen = frozenset(among)
    groups: dict[Identity, list[Identity]] = {}
    for key in places:
        if key in chosen:
            groups.setdefault(key[:4], []).append(key)
    return [groups[moment] for moment in sorted(groups, key=repr)]


def _entry(base: Forecast | None, ours: Forecast | None, theirs: Forecast | None) -> Entry | None:
    """Return one forecast of the merge; None where a branch took it out and no other changed it."""
    if ours is not None and theirs is not None:
        was, mine, other = values_of(base), values_of(ours), values_of(theirs)
        united, clashes = _three_ways(was, mine, other, dict.fromkeys((*mine, *other)))
        return Entry(_record(Forecast, united), clashes=frozenset(clashes))
    only = theirs if ours is None else ours
    if only is None or only == base:
        return None
    return Entry(only, is_clash=base is not None)


def _contradicted(entries: list[Entry]) -> list[Entry]:
    """Return the entries with those paired in which the branches say two things at one moment."""
    new = [each for each in entries if each.base is None and not each.is_clash]
    of_theirs: dict[Identity, list[Entry]] = {}
    for each in new:
        if each.ours is None:
            of_theirs.setdefault(_moment_of(each.forecast), []).append(each)
    pairs: dict[int, Entry] = {}
    for each in new:
        rivals = of_theirs.get(_moment_of(each.forecast), []) if each.theirs is None else []
        value = _value_of(each.forecast)
        rival = next((one for one in rivals if _value_of(one.forecast) != value), None)
        if rival is not None:
            rivals.remove(rival)
            pairs[id(each)] = replace(each, theirs=rival.theirs, is_clash=True)
    paired = {each.theirs for each in pairs.values()}
    moments = {_moment_of(each.forecast) for each in pairs.values()}
    united = []
    for each in entries:
        is_rest = each.base is None and each.ours is None and _moment_of(each.forecast) in moments
        if each.ours is None and each.theirs in paired:
            continue
        united.append(pairs.get(id(each), replace(each, is_clash=each.is_clash or is_rest)))
    return united


def _settled(merged: Merge, ours: Prediction, theirs: Prediction) -> Merge:
    """Return the merge; what the branches may say alone and not together clashes in it."""
    if not merged.is_clean:
        return merged
    faults = findings(merged.prediction)
    if not faults:
        return merged
    mine, other = values_of(ours), values_of(theirs)
    keys = {key for key in (*mine, *other) if mine.get(key) != other.get(key)}
    blamed = {str(each.where[0]) for each in faults} & keys - {"forecasts"}
    entries = [*_blamed(merged.entries, faults)]
    if not blamed and entries == [*merged.entries]:
        blamed = {key for key in keys if not key.startswith("x-")}
    names = blamed - {"forecasts"} | ({"options_added"} if "options" in blamed else set())
    as_ours = {
        each.name: getattr(ours, each.name)
        for each in fields(Prediction)
        if key_of(each.name) in names
    }
    return _merge(replace(merged.prediction, **as_ours), entries, frozenset(blamed))


def _blamed(entries: tuple[Entry, ...], faults: Iterable[Any]) -> Iterator[Entry]:
    """Yield the entries; those of one branch alone clash where a fault lies in them."""
    places = {each.where[1] for each in faults if each.where[0] == "forecasts"}
    for place, entry in enumerate(entries):
        is_of_one = entry.ours is None or entry.theirs is None
        yield replace(entry, is_clash=True) if is_of_one and place in places else entry

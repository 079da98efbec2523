"""Unite what one export says several times of a record, and name the contradictions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from predtrack.records.differing import Difference
from predtrack.records.later import after, later
from predtrack.records.prediction import Prediction

_OF_NOTE = frozenset({"tags", "note", "source", "reference", "supersedes"})
"""Where these differ, or one's own keys, the first stands: no judgement goes by them."""


class Clash(NamedTuple):
    """What two versions say otherwise: which two, and what."""

    first: int
    second: int
    difference: Difference

    @property
    def is_grave(self) -> bool:
        """Return whether it changes what the record means, so that neither version can be taken."""
        name = self.difference.name
        return name not in _OF_NOTE and not name.startswith("x-")


def united(versions: Sequence[Prediction]) -> tuple[Prediction | None, list[Clash]]:
    """Return what all versions say together, and where two of them say otherwise.

    A later version may add forecasts, an outcome and what the first does not say. Where only the
    outcome is said otherwise there is none; where anything else that matters is, there is nothing.
    """
    whole, clashes = versions[0], list[Clash]()
    for number, each in enumerate(versions[1:], start=1):
        added = later(whole, each)
        if added.options or any(each.name == "options" for each in added.differences):
            turned = later(each, whole)  # the one with fewer options may be the second
            if len(turned.differences) < len(added.differences):
                whole, each, added = each, whole, turned  # noqa: PLW2901
        clashes += _clashes(versions, number, added.differences)
        whole = _filled(after(whole, added.steps), added.differences)
    grave = {each.difference.name for each in clashes if each.is_grave}
    if grave - {"outcome", "judgements"}:
        return None, clashes
    return (replace(whole, outcome=None) if grave else whole), clashes


def _clashes(
    versions: Sequence[Prediction], number: int, differences: Sequence[Difference]
) -> Iterator[Clash]:
    for each in differences:
        is_twice = _is_said(each.here) and _is_said(each.export)
        if is_twice or each.name in {"forecasts", "options"}:
            first = _first_to_say(versions[:number], each)
            yield Clash(first, number, each)


def _first_to_say(versions: Sequence[Prediction], difference: Difference) -> int:
    """Return which version said first what a later one contradicts."""
    name, mine = difference.name, difference.here
    for number, each in enumerate(versions):
        says = (getattr(each, name, None), dict(each.extra).get(name), *each.forecasts)
        if mine in says:
            return number
    return 0


def _is_said(value: object) -> bool:
    return value not in (None, (), "")


def _filled(whole: Prediction, differences: Sequence[Difference]) -> Prediction:
    """Return a prediction with what only the other says."""
    for name, mine, theirs, _ in differences:
        if _is_said(mine) or not _is_said(theirs) or name in {"forecasts", "options", "outcome"}:
            continue
        if name.startswith("x-"):
            whole = replace(whole, extra=(*whole.extra, (name, theirs)))
        else:
            whole = replace(whole, **{name: theirs})
    return whole

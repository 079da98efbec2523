"""Tell which options of a question were on offer when: some come later, or are taken away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from predtrack import dates
from predtrack.errors import Misread
from predtrack.importers.metaculus import question as parts
from predtrack.importers.metaculus.question import Question, Stated
from predtrack.importers.times import Times


class Offer(NamedTuple):
    """The options on offer from an instant on; None is from the first."""

    start: str | None
    names: tuple[str, ...]


def history(value: Any, times: Times) -> list[Offer]:
    """Return what was on offer from when on, as far as a list of times and options says it."""
    offers = []
    for each in value if isinstance(value, list | tuple) else ():
        start, names = each if isinstance(each, list | tuple) and len(each) == 2 else (None, None)
        if isinstance(names, list | tuple):
            offers.append(Offer(_start(start, times), parts.names(names, "an option")))
    return offers


def _start(value: Any, times: Times) -> str | None:
    """Return when a list began; the first one begins in a year that no record can hold."""
    try:
        return times.instant(value, "an option's time")
    except Misread:
        return None


def since(offers: Sequence[Offer]) -> dict[str, str]:
    """Return the days on which those options came that were not on the first list."""
    days: dict[str, str] = {}
    for offer in offers[1:]:
        for name in offer.names:
            if offer.start is not None and name not in offers[0].names:
                days.setdefault(name, offer.start[:10])
    return days


def with_options(
    question: Question,
    stated: Sequence[Stated],
    lists: tuple[Sequence[str], Sequence[str]],
    offers: Sequence[Offer],
) -> tuple[Question, list[Stated]]:
    """Return a question with its options, and its forecasts with a place for every option.

    `lists` are all options that there ever were, and those of now. The place holds None for an
    option that was not on offer yet; one that was taken away has a share of 0 from then on.
    """
    every, current = lists
    whole = [_in_full(each, every, current, offers) for each in stated]
    starts = _starts(whole, every, offers)
    full = [_with_zeros(each, every, starts) for each in whole]
    gone = set()
    for before, after in zip(whole, full, strict=True):
        pairs = zip(before.shares, after.shares, strict=True)
        gone |= {at for at, (old, new) in enumerate(pairs) if old is None and new is not None}
    names = tuple(every[at] for at in sorted(gone))
    options = tuple(every)
    return replace(question, options=options, since=since(offers), taken_away=names), full


def _starts(
    stated: Sequence[Stated], every: Sequence[str], offers: Sequence[Offer]
) -> dict[str, datetime]:
    """Return for each option the instant after which a forecast without it lacks it for good.

    Those are options of the first list, options with a share, and options that a list dropped.
    """
    instants: defaultdict[str, list[datetime]] = defaultdict(list)
    for name in offers[0].names if offers else ():
        instants[name].append(datetime.min)
    for before, after in pairwise(offers):
        for name in set(before.names) - set(after.names):
            if after.start is not None:
                instants[name].append(_order(after.start) - timedelta.resolution)
    for each in stated:
        whole = each.shares if len(each.shares) == len(every) else ()
        for name, share in zip(every, whole, strict=False):
            if share is not None:
                instants[name].append(_order(each.start))
    return {name: min(own) for name, own in instants.items()}


def _with_zeros(stated: Stated, every: Sequence[str], starts: dict[str, datetime]) -> Stated:
    """Return a forecast with a share of 0 for the options that were taken away before it."""
    if len(stated.shares) != len(every):
        return stated
    at = _order(stated.start)
    shares = []
    for name, share in zip(every, stated.shares, strict=True):
        is_gone = share is None and starts.get(name, at) < at
        shares.append(0.0 if is_gone else share)
    return replace(stated, shares=tuple(shares))


def _in_full(
    stated: Stated, every: Sequence[str], current: Sequence[str], offers: Sequence[Offer]
) -> Stated:
    if not stated.shares or len(stated.shares) == len(every):
        return stated
    for names in (_offer_at(stated.start, offers), current):
        if len(names) == len(stated.shares):
            shares = dict(zip(names, stated.shares, strict=True))
            return replace(stated, shares=tuple(shares.get(name) for name in every))
    return stated


def _offer_at(start: str, offers: Sequence[Offer]) -> Sequence[str]:
    """Return the options that were on offer at an instant."""
    instant = _order(start)
    names: Sequence[str] = ()
    for offer in offers:
        if offer.start is None or _order(offer.start) <= instant:
            names = offer.names
    return names


def _order(text: str) -> datetime:
    return dates.order_of(dates.moment(text))

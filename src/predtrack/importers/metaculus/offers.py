"""Which options of a question were on offer when: options come later, and are taken away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from predtrack import dates
from predtrack.errors import Misread
from predtrack.importers.metaculus import question as parts
from predtrack.importers.metaculus.question import Stated
from predtrack.importers.times import Times


class Offer(NamedTuple):
    """The options on offer from an instant on; None is from the first."""

    start: str | None
    names: tuple[str, ...]


def history(value: Any, times: Times) -> list[Offer]:
    """Return what was on offer from when on, as far as a list of times and options tells it."""
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


def in_full(
    stated: Sequence[Stated], every: Sequence[str], current: Sequence[str], offers: Sequence[Offer]
) -> list[Stated]:
    """Return the forecasts with a place for every option; None for one that was not on offer."""
    return [_in_full(each, every, current, offers) for each in stated]


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
    instant = dates.order_of(dates.moment(start))
    names: Sequence[str] = ()
    for offer in offers:
        if offer.start is None or dates.order_of(dates.moment(offer.start)) <= instant:
            names = offer.names
    return names

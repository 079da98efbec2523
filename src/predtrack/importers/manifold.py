"""Read Manifold's bets and markets, as its API answers them, as records.

A bet states only a direction at a price: the probability after it is taken as the belief, and its
origin is inferred. An answer of a market with several is a yes/no prediction of its own, since a
bet on one moves the others' prices without a word about them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from math import fsum
from typing import Any

from predtrack.errors import Misread, UnreadableError, shortened
from predtrack.importers import OPEN, Imported, Source, Unread, content, fields, kinds, options
from predtrack.importers.options import StatedShare
from predtrack.importers.times import Times

PLATFORM = "manifold"
VOID = {"answer": "void", "reason": "annulled"}
NOT_FORECAST = frozenset({"STONK", "POLL", "BOUNTIED_QUESTION", "QUADRATIC_FUNDING", "PERP"})

INFERRED = "a bet gives a direction and a price: the probability after it is taken as the belief"
PARTIAL = "it resolved to a percentage: taken as a partial answer"
NO_SHARE = "it resolved to a percentage that is not in the export: left without an outcome"
UNDATED = "it is resolved, but without a time: left without an outcome"
CLOSED = (
    "its close is the time of its resolution: Manifold moves it there when a market resolves"
    " early, and the day it was to close is lost"
)


BET_COLUMNS = ("contractId", "createdTime", "probAfter")
BOOLEANS = {"true": True, "false": False}  # a table's words for what JSON has as such
MARKET_COLUMNS = ("id", "question", "outcomeType")
OF_BET = ("createdTime", "probAfter", "answerId", "userId", "isCancelled", "isFilled")


def _updated(bet: dict[str, Any]) -> float:
    when = bet.get("updatedTime")
    is_number = isinstance(when, int | float) or (isinstance(when, str) and when.isdigit())
    return float(when or 0) if is_number else 0.0


@dataclass(slots=True)
class Files:
    """The entries of the files: markets by their ids, and bets by the id of their market."""

    markets: dict[str, list[tuple[str, dict[str, Any]]]] = field(default_factory=dict)
    bets: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)

    def put_market(self, place: str, entry: dict[str, Any]) -> None:
        """Put a market beside what other files say of it."""
        self.markets.setdefault(str(entry.get("id")), []).append((place, entry))

    def put_bet(self, place: str, entry: dict[str, Any]) -> None:
        """Put a bet below its market, once: pages of an answer overlap."""
        market = str(entry["contractId"])[:200]
        mine = self.bets.setdefault(market, {})
        self.places.setdefault(market, place)
        own = str(entry.get("id", len(mine)))[:200]
        other = mine.setdefault(own, entry)
        if _updated(other) != _updated(entry):  # an order that was filled since
            mine[own] = max(other, entry, key=_updated)
        elif any(other.get(name) != entry.get(name) for name in OF_BET):
            raise UnreadableError(f"{place}: a bet says two things; keep the file that is right")


def imported(sources: Sequence[Source], times: Times) -> Iterator[Imported | Unread]:
    """Yield the records of the files together, a market at a time."""
    files = Files()
    for source in sources:
        _sort(source, files)
    if not files.bets:
        names = ", ".join(source.name for source in sources)
        own = next(iter(files.markets), "ID")
        query = f"/v0/bets?username=NAME&contractId={fields.label(own, 'id')} answers beside them"
        what = "markets and no bets of Manifold in it, so nobody's forecasts"
        raise UnreadableError(f"{names}: {what}; save what {query}")
    for market, bets in files.bets.items():
        nothing: list[tuple[str, dict[str, Any] | None]] = [(files.places[market], None)]
        for place, entry in files.markets.get(market) or nothing:
            read = partial(_records, market, entry, [*bets.values()])
            yield from fields.attempted(place, read, times)


def _sort(source: Source, files: Files) -> None:
    """Put the bets and the markets of a file where they belong."""
    for place, entry in _entries(source):
        try:
            is_known = _put(files, place, entry)
        except Misread as error:
            raise UnreadableError(f"{place}: {error}") from None
        if not is_known:
            remedy = "save what /v0/bets and /v0/market answer"
            raise UnreadableError(f"{place}: neither a bet nor a market of Manifold; {remedy}")


def _put(files: Files, place: str, entry: object) -> bool:
    """Put a bet, or a market with the bets in it, to the others; return whether it is one."""
    if not isinstance(entry, dict) or not {"outcomeType", "contractId"} & entry.keys():
        return False
    if "outcomeType" in entry:
        files.put_market(place, entry)
        for bet in fields.listing(entry.get("bets"), "bets"):
            files.put_bet(place, {"contractId": entry.get("id")} | fields.mapping(bet, "a bet"))
    else:
        files.put_bet(place, entry)
    return True


def _entries(source: Source) -> Iterator[tuple[str, object]]:
    """Yield the bets and markets of a file, each with its place: of JSON, or of a table."""
    text = content.text(source)
    if not content.is_json(text):
        yield from _rows(source, text)
        return
    document = content.document(source, text)
    kinds.refuse_other(source.name, document, PLATFORM)
    entries = [document] if isinstance(document, dict) else document
    for number, entry in enumerate(entries if isinstance(entries, list) else [None], start=1):
        yield f"{source.name}, entry {number}", entry


def _rows(source: Source, text: str) -> Iterator[tuple[str, object]]:
    """Yield the rows of a table whose columns are called like the keys of the API."""
    columns = content.columns(source, text)
    kinds.refuse_other_table(source.name, columns, PLATFORM)
    if not any(set(each) <= set(columns) for each in (BET_COLUMNS, MARKET_COLUMNS)):
        what = f"its columns are {shortened(', '.join(columns), 200) or 'none'}"
        remedy = "save what /v0/bets and /v0/market answer, or take a table with `import csv --map`"
        raise UnreadableError(
            f"{source.name}: neither bets nor markets of Manifold, {what}; {remedy}"
        )
    for row in content.table(source, text):
        if isinstance(row, Unread):
            raise UnreadableError(f"{row.place}: {row.why}; save the table again")
        place, cells = row
        texts = {name: cell.strip() for name, cell in cells.items() if cell.strip()}
        yield place, {name: BOOLEANS.get(cell.lower(), cell) for name, cell in texts.items()}


def _records(
    name: str, market: dict[str, Any] | None, bets: Sequence[dict[str, Any]], times: Times
) -> Iterator[Imported]:
    if market is None:
        own = fields.label(name, "contractId")
        what = f"the market {own} is in none of the files"
        raise Misread("market", what, f"save /v0/market/{own} too")
    kind = fields.text(market.get("outcomeType"), "outcomeType")
    if kind in NOT_FORECAST:
        raise Misread("kind", f"a market of type {kind} is no forecast", "it is left out")
    stated, left_out = _stated(bets, times)
    record, open_remarks = _record(market, times)
    remarks = [INFERRED, *left_out, *open_remarks]
    own = fields.identity(PLATFORM, market.get("id"))
    if answers := fields.listing(market.get("answers"), "answers"):
        yield from _answers(market, answers, stated, (own, record, remarks, times))
    elif kind == "PSEUDO_NUMERIC":
        yield _numeric(market, stated, (own, record, remarks, times))
    elif kind == "BINARY":
        outcome = _outcome(market, remarks, times)
        whole = record | {"kind": "binary", "outcome": outcome}
        yield _imported(own, whole, [_forecast(each) for each in stated], remarks)
    else:
        raise Misread("kind", f"a market of type {kind} without answers", "save /v0/market/ID")


Common = tuple[str, dict[str, Any], list[str], Times]
"""The id, the record and the remarks so far, and what reads times."""


def _stated(bets: Sequence[dict[str, Any]], times: Times) -> tuple[list[StatedShare], list[str]]:
    """Return the bets that say something, the first one first; and what is left out."""
    first_to_last = reversed(bets)  # the API has the last one first
    stated = [_stated_share(bet, times) for bet in first_to_last if _states(bet)]
    remarks = []
    if count := len(bets) - len(stated):
        what = "redemptions, cancelled orders and orders that met no other"
        remarks.append(f"left out: {count} of its entries, {what}")
    return options.in_order(stated), remarks


def _states(bet: dict[str, Any]) -> bool:
    unmet = bet.get("isFilled") is False and bet.get("amount") == 0
    return not (bet.get("isRedemption") is True or bet.get("isCancelled") is True or unmet)


def _stated_share(bet: dict[str, Any], times: Times) -> StatedShare:
    made_at = times.milliseconds(bet.get("createdTime"), "createdTime")
    if made_at is None:
        raise Misread("missing", "a bet has no createdTime", "export it again")
    by = fields.label(bet.get("userUsername"), "userUsername")
    name = by or fields.needed(bet.get("userId"), "userId")
    answer = fields.text(bet.get("answerId"), "answerId") or ""
    return StatedShare(name, made_at, fields.share(bet.get("probAfter"), "probAfter"), answer)


def _forecast(stated: StatedShare) -> dict[str, Any]:
    return options.forecast(stated) | {"origin": "inferred"}


def _record(market: dict[str, Any], times: Times) -> tuple[dict[str, Any], list[str]]:
    """Return what every record of a market holds, and what that leaves open."""
    closes = times.milliseconds(market.get("closeTime"), "closeTime")
    resolved = times.milliseconds(market.get("resolutionTime"), "resolutionTime")
    record = {
        "claim": fields.needed(market.get("question"), "question"),
        "criteria": fields.text(market.get("textDescription"), "textDescription"),
        "opened": times.milliseconds(market.get("createdTime"), "createdTime"),
        "scheduled_close": closes,
        "deadline": fields.day(closes),
        "deadline_origin": "inferred" if closes else None,
        "source": {"title": "Manifold"}
        | fields.present({"url": fields.label(market.get("url"), "url")}),
        "x-manifold-id": fields.needed(market.get("id"), "id"),
        "x-manifold-creator": fields.label(market.get("creatorUsername"), "creatorUsername"),
    }
    return fields.present(record), [CLOSED] if closes and closes == resolved else []


def _imported(
    own: str, record: dict[str, Any], forecasts: list[dict[str, Any]], remarks: Sequence[str]
) -> Imported:
    whole = fields.present(record) | {"forecasts": forecasts}
    has_ended = "outcome" in whole or not {NO_SHARE, UNDATED}.isdisjoint(remarks)
    return Imported(
        own,
        whole,
        tuple(remarks),
        lacks=frozenset() if has_ended else OPEN,
        stand_ins=frozenset({"scheduled_close", "deadline"} if CLOSED in remarks else ()),
    )


def _answers(
    market: dict[str, Any], answers: list[Any], bets: list[StatedShare], common: Common
) -> Iterator[Imported]:
    """Yield a yes/no prediction for each answer that was bet on."""
    identity, record, remarks, times = common
    by_id = {fields.needed(fields.mapping(a, "an answer").get("id"), "id"): a for a in answers}
    if lost := [each.option for each in bets if each.option not in by_id]:
        name = fields.label(lost[0], "answerId") or "none"
        raise Misread("answer", f'a bet is on the answer "{name[:60]}"', "save the market anew")
    for own, answer in by_id.items():
        forecasts = [_forecast(each) for each in bets if each.option == own]
        if forecasts:
            own_remarks = list(remarks)
            own_record = record | {
                "claim": options.claim(
                    record["claim"], fields.needed(answer.get("text"), "answer")
                ),
                "kind": "binary",
                "family": identity,
                "outcome": _answer_outcome(market, answer | {"id": own}, own_remarks, times),
                "x-manifold-answer": own,
            }
            yield _imported(fields.identity(identity, own), own_record, forecasts, own_remarks)


def _answer_outcome(
    market: dict[str, Any], answer: dict[str, Any], remarks: list[str], times: Times
) -> dict[str, Any] | None:
    """Return how one answer ended: by its own resolution, else by that of its market."""
    if answer.get("resolution") is not None:
        ended = {"resolutionTime": market.get("resolutionTime")} | answer
        return _outcome(ended, remarks, times)
    word, own = _resolution(market), answer["id"]
    if word in {"", "CANCEL"}:
        return _outcome(market, remarks, times)
    if word in {"MKT", "CHOOSE_MULTIPLE"}:
        share = _weight(market, own)
    else:
        share = 1.0 if word == own else 0.0
    return _at(share, market, remarks, times)


def _weight(market: dict[str, Any], own: str) -> float | None:
    """Return the part of a market's resolution that fell to an answer."""
    weights = fields.mapping(market.get("resolutions") or {}, "resolutions")
    parts = {name: fields.number(weight, "a weight") for name, weight in weights.items()}
    total = fsum(parts.values())
    return parts.get(own, 0) / total if total > 0 and min(parts.values()) >= 0 else None


def _resolution(entry: dict[str, Any]) -> str:
    """Return the word that a market or an answer resolved with; empty while it has not."""
    if entry.get("isResolved") is False:
        return ""
    return fields.text(entry.get("resolution"), "resolution") or ""


def _outcome(entry: dict[str, Any], remarks: list[str], times: Times) -> dict[str, Any] | None:
    """Return the outcome of a yes/no market, or of an answer that resolved by itself."""
    word = _resolution(entry)
    if word == "":
        return None
    if word == "CANCEL":
        return VOID
    if word == "MKT":
        return _at(_share(entry), entry, remarks, times)
    if word not in {"YES", "NO"}:
        raise Misread("answer", f'"{word[:60]}" is no resolution', "it is YES, NO, MKT or CANCEL")
    return _at(1.0 if word == "YES" else 0.0, entry, remarks, times)


def _share(entry: dict[str, Any]) -> float | None:
    value = entry.get("resolutionProbability")
    return None if value is None else fields.share(value, "resolutionProbability")


def _at(
    share: float | None, entry: dict[str, Any], remarks: list[str], times: Times
) -> dict[str, Any] | None:
    """Return the outcome that a share of YES is; none where share or day is missing."""
    if share is None:
        remarks.append(NO_SHARE)
        return None
    if 0 < share < 1:
        remarks.append(PARTIAL)
    return _dated({0.0: "no", 1.0: "yes"}.get(share, share), entry, remarks, times)


def _dated(
    answer: str | float, entry: dict[str, Any], remarks: list[str], times: Times
) -> dict[str, Any] | None:
    on = fields.day(times.milliseconds(entry.get("resolutionTime"), "resolutionTime"))
    if on is None:
        remarks.append(UNDATED)
        return None
    return {"answer": answer, "decided": on, "recorded": on}


def _numeric(market: dict[str, Any], bets: list[StatedShare], common: Common) -> Imported:
    """Return a number's record: its price is a place between the least and the most it can be."""
    own, record, remarks, times = common
    low, high = (fields.number(market.get(name), name) for name in ("min", "max"))
    log = market.get("isLogScale") is True
    word, outcome = _resolution(market), None
    if word == "CANCEL":
        outcome = VOID
    elif word and (share := _share(market)) is not None:
        outcome = _dated(_placed(share, low, high, log=log), market, remarks, times)
    elif word:
        remarks.append(NO_SHARE)
    forecasts = []
    for bet in bets:
        point = _placed(bet.share, low, high, log=log)
        forecasts.append({"by": bet.by, "made": bet.made, "point": point, "origin": "inferred"})
    ends = {"low": low, "high": high}
    whole = record | {"kind": "numeric", "range": ends, "outcome": outcome}
    return _imported(own, whole, forecasts, remarks)


def _placed(share: float, low: float, high: float, *, log: bool) -> float:
    """Return the number at a price: Manifold's log scale counts from one above the least."""
    if not low < high:
        raise Misread("number", "min is not below max", "export it again")
    above = math.expm1(share * math.log1p(high - low)) if log else share * (high - low)
    return float(f"{low + above:.12g}")

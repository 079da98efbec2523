"""A `.forecast` file, YAML front matter and notes below it -> a record.

The file keeps one state of one forecast. It does not say who forecast or when; `by` and `made`
in its front matter are read where somebody added them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import yaml

from predtrack.errors import Misread, UnreadableError, shortened
from predtrack.importers import OPEN, Imported, Source, Unread, content, fields
from predtrack.importers.times import Times, has_zone, stamp
from predtrack.records import forms

PLATFORM = "forecast"
MOST_EVENTS, MOST_DEPTH, MOST_MATTER = 5_000, 8, 262_144

NOBODY = "the file does not say who forecast: `by` is unknown; add `by: NAME` to its front matter"
UNDATED = (
    "the file does not say when the forecast was made: taken as the day the file was last changed,"
    " or its end date if that is earlier; add `made: YYYY-MM-DD` to its front matter"
)
DECIDED = "the file does not say when it was decided: its end date is taken"
PERT = "a pert forecast states a range; its mode is kept beside it and not scored"

_PARTS = re.compile(r"---[ \t]*\r?\n(.*?)^---[ \t]*\r?$(.*)", re.DOTALL | re.MULTILINE)
_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})
_LEVELS = {
    "lognormal": {"p5": "5%", "p50": "50%", "p95": "95%"},
    "pareto": {"p90": "90%", "p99": "99%"},
}


def imported(sources: Sequence[Source], times: Times) -> Iterator[Imported | Unread]:
    """The records of the files, one a file."""
    for source in sources:
        held = content.text(source)
        parts = _PARTS.fullmatch(held.lstrip())
        if parts is None:
            told = "it needs front matter between two lines of ---"
            raise UnreadableError(f"{source.name} is no .forecast file: {told}")
        changed = source.changed.isoformat() if source.changed else None
        records = partial(_records, parts[1], parts[2], changed)
        yield from fields.attempted(source.name, records, times)


def _records(matter: str, notes: str, changed: str | None, times: Times) -> Iterator[Imported]:
    held = _mapping(matter)
    claim = fields.needed(held.get("scenario"), "scenario")
    ends = times.day(held.get("end_date"), "end_date")
    kind = fields.needed(held.get("type"), "type").lower()
    if kind not in _BY_TYPE:
        listed = ", ".join(_BY_TYPE)
        raise Misread(
            "kind", f'"{shortened(kind)}" is no type of forecast', f"it is one of {listed}"
        )
    by = fields.label(held.get("by") or held.get("author"), "by")
    start = held.get("made") or held.get("created")
    made = times.instant(start, "made")
    remarks = [*([] if by else [NOBODY]), *([] if made else [UNDATED])]
    if not all(has_zone(str(each)) for each in (start, held.get("end_date"))):
        remarks.append(fields.CLOCK_REMARK)
    if made is None and (made := min(filter(None, [changed, ends]), default=None)) is None:
        raise Misread("missing", "it has neither `made` nor `end_date`", "add one of them")
    said, record = _BY_TYPE[kind](held, remarks)
    record |= {
        "claim": claim,
        "deadline": ends,
        "tags": _tags(held.get("tags")),
        "source": {"title": ".forecast file"},
        "note": fields.text(notes, "the notes"),
        "outcome": _outcome(held, record, ends or made[:10], remarks),
        "x-forecast-type": kind,
    }
    forecast = {"by": by or "unknown", "made": made} | said
    own = fields.hashed(PLATFORM, claim, fields.day(stamp(held.get("end_date"), "end_date")))
    lacks = frozenset() if record["outcome"] else OPEN
    whole = fields.present(record) | {"forecasts": [forecast]}
    yield Imported(own, whole, tuple(remarks), lacks=lacks)


def _tags(value: object) -> list[str]:
    tags = value if isinstance(value, list) else str(value or "").split(",")
    return list(dict.fromkeys(filter(None, (fields.label(tag, "tags") for tag in tags))))


_Parts = tuple[dict[str, Any], dict[str, Any]]  # what the forecast says, and the record's own keys


def _choice(held: dict[str, Any], _remarks: list[str]) -> _Parts:
    given = fields.mapping(held.get("options"), "options")
    shares = {fields.label(name, "an option") or "": _share(p, name) for name, p in given.items()}
    yes = {name.lower(): share for name, share in shares.items()}
    if set(yes) == {"yes", "no"} and abs(sum(yes.values()) - 1) < 1e-6:
        return {"probability": yes["yes"]}, {"kind": "binary"}
    return {"probabilities": shares}, {"kind": "choice", "options": list(shares)}


def _share(value: object, name: str) -> float:
    return fields.share(value, f"option {shortened(name)}")


def _interval(held: dict[str, Any], _remarks: list[str]) -> _Parts:
    ends = {
        "low": fields.number(held.get("min"), "min"),
        "high": fields.number(held.get("max"), "max"),
    }
    confidence = fields.share(held.get("confidence"), "confidence")
    return {"interval": ends | {"confidence": confidence}}, {"kind": "numeric"}


def _pert(held: dict[str, Any], remarks: list[str]) -> _Parts:
    low, mode, high = (fields.number(held.get(name), name) for name in ("min", "mode", "max"))
    remarks.append(PERT)
    return {"interval": {"low": low, "high": high}}, {"kind": "numeric", "x-forecast-mode": mode}


def _quantiles(kind: str, held: dict[str, Any], _remarks: list[str]) -> _Parts:
    levels = _LEVELS[kind]
    said = {level: fields.number(held.get(name), name) for name, level in levels.items()}
    scale = {"scale": "log"} if kind == "lognormal" and min(said.values()) > 0 else {}
    return {"quantiles": said}, {"kind": "numeric"} | scale


_BY_TYPE: dict[str, Callable[[dict[str, Any], list[str]], _Parts]] = {
    "choice": _choice,
    "interval": _interval,
    "pert": _pert,
    "lognormal": partial(_quantiles, "lognormal"),
    "pareto": partial(_quantiles, "pareto"),
}


def _outcome(
    held: dict[str, Any], record: dict[str, Any], ends: str, remarks: list[str]
) -> dict[str, Any] | None:
    """How the file says it ended, on its end date."""
    answer = fields.label(held.get("outcome"), "outcome")
    if answer is None:
        return None
    remarks.append(DECIDED)
    if record["kind"] == "binary":
        answer = answer.lower()
    elif record["kind"] == "numeric":
        forms.number(answer)
    return {"answer": answer, "decided": ends}


def _mapping(matter: str) -> dict[str, Any]:
    """The keys and values of the front matter, all as the text that is written."""
    if len(matter) > MOST_MATTER:
        raise Misread("yaml", "the front matter is too large or too deep", "shorten it")
    try:
        events = list(_guarded(yaml.parse(matter, Loader=yaml.SafeLoader)))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        told = f"line {mark.line + 2}" if mark else "it"
        what = f"the front matter is not YAML: {told} cannot be read"
        raise Misread("yaml", what, "put quotes around texts") from None
    nodes = iter(events)
    first = next(nodes, None)
    found = None if first is None else _value(first, nodes)
    return fields.mapping(found, "the front matter")


def _guarded(events: Iterator[Any]) -> Iterator[Any]:
    """The events of one document, refused where they are too many, too deep, or no plain values."""
    depth = 0
    for count, event in enumerate(events):
        starts = isinstance(event, yaml.CollectionStartEvent)
        depth += starts - isinstance(event, yaml.CollectionEndEvent)
        named = isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None)
        if count > MOST_EVENTS or depth > MOST_DEPTH:
            raise Misread("yaml", "the front matter is too large or too deep", "shorten it")
        if named or getattr(event, "tag", None):
            raise Misread("yaml", "tags, anchors and aliases are not read", "write plain values")
        if isinstance(event, yaml.NodeEvent | yaml.CollectionEndEvent):
            yield event


def _value(event: Any, events: Iterator[Any]) -> Any:
    if isinstance(event, yaml.ScalarEvent):
        return None if event.implicit[0] and event.value in _NOTHING else event.value
    found = []
    for each in events:
        if isinstance(each, yaml.CollectionEndEvent):
            break
        found.append(_value(each, events))
    if isinstance(event, yaml.SequenceStartEvent):
        return found
    if any(not isinstance(key, str) for key in found[::2]):
        raise Misread("yaml", "a key of the front matter is not a text", "write a plain key")
    return dict(zip(found[::2], found[1::2], strict=True))

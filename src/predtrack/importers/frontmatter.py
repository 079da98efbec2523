"""Read a `.forecast` file, YAML front matter with notes below it, as a record.

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
    """Yield the records of the files, one a file."""
    for source in sources:
        text = content.text(source)
        parts = _PARTS.fullmatch(text.lstrip())
        if parts is None:
            needs = "it needs front matter between two lines of ---"
            raise UnreadableError(f"{source.name} is no .forecast file: {needs}")
        changed = source.changed.isoformat() if source.changed else None
        records = partial(_records, parts[1], parts[2], changed)
        yield from fields.attempted(source.name, records, times)


def _records(text: str, notes: str, changed: str | None, times: Times) -> Iterator[Imported]:
    matter = _mapping(text)
    claim = fields.needed(matter.get("scenario"), "scenario")
    ends = times.day(matter.get("end_date"), "end_date")
    kind = fields.needed(matter.get("type"), "type").lower()
    if kind not in _BY_TYPE:
        listed = ", ".join(_BY_TYPE)
        raise Misread(
            "kind", f'"{shortened(kind)}" is no type of forecast', f"it is one of {listed}"
        )
    by = fields.label(matter.get("by") or matter.get("author"), "by")
    start = matter.get("made") or matter.get("created")
    made_on = times.instant(start, "made")
    remarks = [*([] if by else [NOBODY]), *([] if made_on else [UNDATED])]
    if not all(has_zone(str(each)) for each in (start, matter.get("end_date"))):
        remarks.append(fields.CLOCK_REMARK)
    if made_on is None and (made_on := min(filter(None, [changed, ends]), default=None)) is None:
        raise Misread("missing", "it has neither `made` nor `end_date`", "add one of them")
    values, record = _BY_TYPE[kind](matter, remarks)
    record |= {
        "claim": claim,
        "deadline": ends,
        "tags": _tags(matter.get("tags")),
        "source": {"title": ".forecast file"},
        "note": fields.text(notes, "the notes"),
        "outcome": _outcome(matter, record, ends or made_on[:10], remarks),
        "x-forecast-type": kind,
    }
    forecast = {"by": by or "unknown", "made": made_on} | values
    own = fields.hashed(PLATFORM, claim, fields.day(stamp(matter.get("end_date"), "end_date")))
    lacks = frozenset() if record["outcome"] else OPEN
    whole = fields.present(record) | {"forecasts": [forecast]}
    yield Imported(own, whole, tuple(remarks), lacks=lacks)


def _tags(value: object) -> list[str]:
    tags = value if isinstance(value, list) else str(value or "").split(",")
    return list(dict.fromkeys(filter(None, (fields.label(tag, "tags") for tag in tags))))


_Parts = tuple[dict[str, Any], dict[str, Any]]  # what the forecast says, and the record's own keys


def _choice(matter: dict[str, Any], _remarks: list[str]) -> _Parts:
    options = fields.mapping(matter.get("options"), "options")
    shares = {fields.label(name, "an option") or "": _share(p, name) for name, p in options.items()}
    yes = {name.lower(): share for name, share in shares.items()}
    if set(yes) == {"yes", "no"} and abs(sum(yes.values()) - 1) < 1e-6:
        return {"probability": yes["yes"]}, {"kind": "binary"}
    return {"probabilities": shares}, {"kind": "choice", "options": list(shares)}


def _share(value: object, name: str) -> float:
    return fields.share(value, f"option {shortened(name)}")


def _interval(matter: dict[str, Any], _remarks: list[str]) -> _Parts:
    ends = {
        "low": fields.number(matter.get("min"), "min"),
        "high": fields.number(matter.get("max"), "max"),
    }
    confidence = fields.share(matter.get("confidence"), "confidence")
    return {"interval": ends | {"confidence": confidence}}, {"kind": "numeric"}


def _pert(matter: dict[str, Any], remarks: list[str]) -> _Parts:
    low, mode, high = (fields.number(matter.get(name), name) for name in ("min", "mode", "max"))
    remarks.append(PERT)
    return {"interval": {"low": low, "high": high}}, {"kind": "numeric", "x-forecast-mode": mode}


def _quantiles(kind: str, matter: dict[str, Any], _remarks: list[str]) -> _Parts:
    levels = _LEVELS[kind]
    values = {level: fields.number(matter.get(name), name) for name, level in levels.items()}
    scale = {"scale": "log"} if kind == "lognormal" and min(values.values()) > 0 else {}
    return {"quantiles": values}, {"kind": "numeric"} | scale


_BY_TYPE: dict[str, Callable[[dict[str, Any], list[str]], _Parts]] = {
    "choice": _choice,
    "interval": _interval,
    "pert": _pert,
    "lognormal": partial(_quantiles, "lognormal"),
    "pareto": partial(_quantiles, "pareto"),
}


def _outcome(
    matter: dict[str, Any], record: dict[str, Any], ends: str, remarks: list[str]
) -> dict[str, Any] | None:
    """Return how the file says it ended, on its end date."""
    answer = fields.label(matter.get("outcome"), "outcome")
    if answer is None:
        return None
    remarks.append(DECIDED)
    if record["kind"] == "binary":
        answer = answer.lower()
    elif record["kind"] == "numeric":
        forms.number(answer)
    return {"answer": answer, "decided": ends}


def _mapping(matter: str) -> dict[str, Any]:
    """Return the keys and values of the front matter, all as the text that is written."""
    if len(matter) > MOST_MATTER:
        raise Misread("yaml", "the front matter is too large or too deep", "shorten it")
    try:
        events = list(_guarded(yaml.parse(matter, Loader=yaml.SafeLoader)))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 2}" if mark else "it"
        what = f"the front matter is not YAML: {where} cannot be read"
        raise Misread("yaml", what, "put quotes around texts") from None
    nodes = iter(events)
    first = next(nodes, None)
    value = None if first is None else _value(first, nodes)
    return fields.mapping(value, "the front matter")


def _guarded(events: Iterator[Any]) -> Iterator[Any]:
    """Yield the events of one document; refuse too many, too deep, or other than plain values."""
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
    values = []
    for each in events:
        if isinstance(each, yaml.CollectionEndEvent):
            break
        values.append(_value(each, events))
    if isinstance(event, yaml.SequenceStartEvent):
        return values
    if any(not isinstance(key, str) for key in values[::2]):
        raise Misread("yaml", "a key of the front matter is not a text", "write a plain key")
    return dict(zip(values[::2], values[1::2], strict=True))

"""Results as JSON documents whose shapes do not change: keys may be added, never changed.

One object, with `schema` and `as_of`; dates ISO, probabilities 0 to 1, absent is null; a number
that is infinite or undefined is null, and its reason stands beside it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, asdict, fields, is_dataclass
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any

from predtrack.dates import Month, Span, text_of
from predtrack.records.prediction import VALUES, Evidence, Outcome, Prediction, Statement, key_of
from predtrack.reports.listing import Details, Listing, Row, detailed

if TYPE_CHECKING:  # a list is there before all that judges would be read
    from predtrack.errors import Problem
    from predtrack.reports.calibration import Figures
    from predtrack.reports.comparisons import Comparison
    from predtrack.reports.coverage import Coverage
    from predtrack.reports.due import Waiting
    from predtrack.reports.groups import Group, MeanScore
    from predtrack.reports.report import Report
    from predtrack.reports.sampling import Stated
    from predtrack.reports.scores import Score
    from predtrack.reports.stats import Stats, Tally
    from predtrack.scoring.bins import Bin
    from predtrack.views.explanations.form import Explanation

Json = dict[str, Any]

AT_ONCE = 200  # entries of a list that are written together
_PAIRED = ("probabilities", "quantiles", "cdf", "options_added")  # mappings, pairs in the record
_APART = frozenset({"id", "path", "extra"})  # fields that are no keys of a record's JSON


def document(name: str, as_of: date, found: Json) -> str:
    """The text of a document of a named shape."""
    return text({"schema": f"predtrack/{name}/1", "as_of": as_of.isoformat(), **found})


def stream(
    name: str, as_of: date, lists: Mapping[str, Iterable[Json]], rest: Json
) -> Iterator[str]:
    """The text of a document with long lists, in chunks: each entry of a list on its own line."""
    yield f'{{\n  "schema": "predtrack/{name}/1",\n  "as_of": "{as_of}"'
    for key, entries in lists.items():
        yield f',\n  "{key}": ['
        comma, left = "", iter(entries)
        while some := list(islice(left, AT_ONCE)):
            yield comma + ",".join([f"\n    {compact(entry)}" for entry in some])
            comma = ","
        yield "\n  ]" if comma else "]"
    for key, value in rest.items():
        yield f',\n  "{key}": {compact(value)}'
    yield "\n}\n"


def text(value: Any) -> str:
    """A value as JSON over several lines."""
    return f"{json.dumps(finite(value), ensure_ascii=False, indent=2, allow_nan=False)}\n"


def finite(value: Any) -> Any:
    """The value with null in place of what JSON has no number for."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, date | Month):
        return text_of(value)
    if isinstance(value, dict):
        return {key: finite(each) for key, each in value.items()}
    return [finite(each) for each in value] if isinstance(value, list | tuple) else value


def export(as_of: date, predictions: Iterable[Prediction]) -> Iterator[str]:
    """The document of whole records, in chunks: what `import json` takes back."""
    head = json.dumps({"schema": "predtrack/export/1", "as_of": as_of.isoformat()}, indent=2)
    yield f'{head[:-2]},\n  "predictions": ['
    comma = ""
    for each in predictions:
        entry = {"id": each.id, "path": each.path, "record": record(each)}
        lines = text(entry).rstrip("\n").replace("\n", "\n    ")
        yield f"{comma}\n    {lines}"
        comma = ","
    yield "\n  ]\n}\n"


def compact(value: Any) -> str:
    """A value as JSON on one line, without blanks."""
    try:
        return _encoded(value)
    except ValueError:  # hardly any holds what JSON has no number for, so that is not looked for
        return _encoded(finite(value))


_encoded = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=text_of
).encode


def listed(row: Row, details: Details | None = None) -> Json:
    """One row of a list, with its details where they are at hand."""
    told = details or row.details
    return {
        "id": row.id,
        "claim": row.claim,
        "kind": told.kind,
        "status": row.status,
        "early": told.early,
        "deadline": row.deadline,
        "next": row.next,
        "days_left": row.days_left,
        "by": told.by,
        "forecasts": [{"by": each.by, "value": each.value} for each in told.standing],
        "tags": told.tags,
        "family": told.family,
        "unit": told.unit,
        "review": told.review,
        "path": row.path,
    }


def _all_listed(rows: Iterable[Row]) -> Iterator[Json]:
    return (listed(row, details) for row, details in detailed(rows))


def listing(found: Listing, rows: Sequence[Row], as_of: date) -> Iterator[str]:
    """The document of a list, in chunks."""
    lists = {"predictions": _all_listed(rows)}
    return stream("list", as_of, lists, {"counts": found.counts})


def waiting(found: Waiting, as_of: date) -> Iterator[str]:
    """The document of what waits for an outcome, and what comes due up to a day, in chunks."""
    parts = {"due": found.due, "soon": found.soon, "review": found.review}
    lists = {name: _all_listed(rows) for name, rows in parts.items()}
    return stream("due", as_of, lists, {"until": found.until})


def scored(found: Iterable[Score], as_of: date) -> Iterator[str]:
    """The document of scores, in chunks."""
    return stream("score", as_of, {"scores": map(score, found)}, {})


def tallied(found: Stats) -> Json:
    """The counts; null is the name of what has no tag, or no deadline."""
    return {
        "counts": _tally(found.total),
        "by": [{"by": each.name, **_tally(each)} for each in found.by],
        "tags": [{"tag": each.name, **_tally(each)} for each in found.tags],
        "years": [{"year": each.name, **_tally(each)} for each in found.years],
        "oldest": listed(found.oldest) if found.oldest else None,
        "next": listed(found.next) if found.next else None,
    }


def _tally(found: Tally) -> Json:
    return {"predictions": found.predictions, **found.counts}


def shown(
    row: Row,
    prediction: Prediction,
    stated: Iterable[Stated],
    scored: Iterable[Score],
    parent: Prediction | None = None,
) -> Json:
    """Everything of one prediction; `condition_failed` names the one whose end made it void."""
    return {
        **listed(row),
        "condition_failed": parent.id if parent else None,
        "record": record(prediction),
        "chances": [chance(each, prediction) for each in stated],
        "scores": [score(each) for each in scored],
    }


def record(prediction: Prediction) -> Json:
    """The keys and the nesting of the file; percentages as 0 to 1, keys of mappings as text.

    Options are names; those that came later have their days in `options_added`.
    """
    return keys(prediction)


def keys(part: Any) -> Json:
    """The keys that a record holds, without those that are absent; x- keys stand behind them."""
    present: Json = {}
    for each in fields(part):
        value = getattr(part, each.name)
        is_said = each.default is MISSING or value not in (None, (), each.default)
        if each.name not in _APART and is_said:
            present[key_of(each.name)] = _value(each.name, value)
    return present | {key: _own(value) for key, value in part.extra}


def _value(name: str, value: Any) -> Any:
    if name in _PAIRED:
        return {_key(key): _value("", each) for key, each in value}
    if isinstance(value, date | Month):
        return text_of(value)
    if isinstance(value, Evidence) and value == Evidence(url=value.url):
        return value.url
    if is_dataclass(value):
        return keys(value)
    return [_value("", each) for each in value] if isinstance(value, tuple) else value


def _key(key: str | float | date) -> str:
    return key if isinstance(key, str) else text_of(key) if isinstance(key, date) else f"{key!r}"


def _own(value: Any) -> Any:
    """What stands below a key of the user's own, as texts, lists and mappings."""
    if isinstance(value, tuple):
        return {key: _own(each) for key, each in value}
    return [_own(each) for each in value] if isinstance(value, list) else value


def statement(said: Statement) -> Json:
    """What a forecast states, in the file's shape; empty for a claim without a number."""
    found = ((name, getattr(said, name)) for name in VALUES)
    return {name: _value(name, value) for name, value in found if value is not None}


def answer(ended: Outcome | None) -> Any:
    """The answer of an outcome; null for none."""
    return None if ended is None else _value("", ended.answer)


def chance(stated: Stated, prediction: Prediction) -> Json:
    """One stated chance: the columns of the chances table."""
    found = stated.chance
    return {
        "id": found.id,
        "by": found.by,
        "made": text_of(found.made),
        "kind": found.kind,
        "family": found.family,
        "target": found.target,
        "probability": None if found.phrase else found.stated,
        "phrase": found.phrase,
        "origin": found.origin,
        "scheduled": found.scheduled,
        "decided": found.decided,
        "happened": found.happened,
        "counts": not stated.reason,
        "tags": list(prediction.tags),
        "reason": stated.reason or None,
    }


def score(found: Score) -> Json:
    """One row of scores."""
    infinite = found.score is not None and math.isinf(found.score)
    return {
        "id": found.id,
        "by": found.by,
        "made": text_of(found.made),
        "kind": found.kind,
        "rule": found.rule,
        "score": found.score,
        "counts": found.counts,
        "reason": found.reason or ("infinite" if infinite else None),
        "points": found.points,
        "points_due": found.points_due,
        "scheduled": found.scheduled,
        "unit": found.unit,
        "origin": found.origin,
        "family": found.family,
        "parts": found.parts._asdict() if found.parts else None,
        "terms": [term._asdict() for term in found.terms],
        "scale": found.scale,
    }


def problem(found: Problem) -> Json:
    """One problem of a file."""
    return asdict(found)


def report(found: Report) -> Json:
    """The calibration report."""
    from predtrack.scoring.consistency import SEED

    asked, filters = found.asked, found.filters
    return {
        "settings": {
            "at": asked.at,
            "by": list(filters.by),
            "tag": list(filters.tag),
            "kind": list(filters.kind),
            "family": list(filters.family),
            "origin": list(asked.origins),
            "verbal": asked.verbal,
            "seed": SEED,
            "include_early": asked.include_early,
            **{name: _span(getattr(filters, name)) for name in ("made", "due", "decided")},
        },
        "counts": found.counts,
        "early": list(found.early_ids),
        "early_scores": [score(each) for each in found.early],
        "missing": found.missing,
        "missing_others": found.missing_others,
        "hindsight": found.hindsight,
        "void": found.void,
        "left_out": found.left_out,
        "groups": [group(each) for each in found.groups],
        "comparisons": [each._asdict() for each in found.comparisons],
        "agreement": found.agreement._asdict() if found.agreement else None,
        "coming": [{"day": when, "id": row.id} for when, row in found.coming],
    }


def _span(days: Span) -> list[date | None]:
    return [days.first, days.last]


def calibration(
    names: Sequence[str],
    family: str | None,
    groups: Sequence[Group],
    comparisons: Sequence[Comparison],
) -> Json:
    """The report on a table: settings of the same shape, those of records alone null or empty."""
    from predtrack.scoring.consistency import SEED

    return {
        "settings": {
            "at": None,
            "by": list(names),
            "tag": [],
            "kind": [],
            "family": [family] if family else [],
            "origin": [],
            "verbal": None,
            "seed": SEED,
            "include_early": False,
        },
        "groups": [group(each) for each in groups],
        "comparisons": [each._asdict() for each in comparisons],
    }


def group(found: Group) -> Json:
    """One group: its name, its counts, its figures, and why others are withheld."""
    return {
        "name": found.name,
        "by": found.by,
        "kind": found.kind,
        "origin": found.origin,
        "rows": found.rows,
        "families": found.families,
        "dropped": found.dropped,
        "withheld": found.withheld,
        **_figures(found.figures),
        "verdict": found.verdict or None,
        "ties": found.ties,
        "one_source": found.one_source,
        "bounds": found.bounds._asdict() if found.bounds else None,
        "coverage": [each._asdict() for each in found.coverage],
        "misses": _misses(found.coverage),
        "median": found.scores[0].median if len(found.scores) == 1 else None,
        "scores": [_mean(each) for each in found.scores],
        "words": found.words._asdict() if found.words else None,
        "ranges": found.ranges._asdict() if found.ranges else None,
        "undated": found.undated._asdict() if found.undated else None,
        "readings": [each._asdict() for each in found.readings],
        "withdrawn": found.withdrawn,
        "best": [each._asdict() for each in found.best],
        "worst": [each._asdict() for each in found.worst],
        "table": found.table,
        "sensitivity": found.sensitivity._asdict() if found.sensitivity else None,
        "unmapped": found.unmapped,
    }


def explained(name: str, means: Explanation) -> Json:
    """What a figure means: what it is, what is good, and what to do about it."""
    return {"name": name, "is": means.is_, "good": means.good, "do": means.do}


def _mean(found: MeanScore) -> Json:
    beside, parts = found.reference, found.parts
    return found._asdict() | {
        "reference": beside._asdict() if beside else None,
        "parts": parts._asdict() if parts else None,
    }


def _misses(coverage: Sequence[Coverage]) -> Json | None:
    """How many numbers came below an interval that was stated, and above one."""
    if not coverage:
        return None
    below, above = sum(each.below for each in coverage), sum(each.above for each in coverage)
    return {"below": below, "above": above}


def _figures(found: Figures) -> Json:
    plain = {each.name: getattr(found, each.name) for each in fields(found)}
    return plain | {
        "log_infinite": list(found.log_infinite),
        "direction": found.direction._asdict() if found.direction else None,
        "skill": found.skill._asdict() if found.skill else None,
        "skills": [each._asdict() for each in found.skills],
        "bins": [_bin(each) for each in found.bins],
        "levels": [each._asdict() for each in found.levels],
        "curve": [each._asdict() for each in found.curve],
    }


def _bin(found: Bin) -> Json:
    return {
        "low": found.lowest,
        "high": found.highest,
        "rows": found.rows,
        "families": found.families,
        "mean_p": found.stated,
        "happened": found.share,
        "hits": found.hits,
        "ci_low": found.low,
        "ci_high": found.high,
    }

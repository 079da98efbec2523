"""Write results as JSON documents that keep their shapes: keys are added, never changed.

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
    from predtrack.reports.sampling import Judged, Stated
    from predtrack.reports.scores import Score
    from predtrack.reports.stats import Stats, Tally
    from predtrack.scoring.bins import Bin
    from predtrack.views.explanations.form import Explanation

Json = dict[str, Any]

AT_ONCE = 200  # entries of a list that are written together
_PAIRED = ("probabilities", "quantiles", "cdf", "options_added")  # mappings, pairs in the record
_APART = frozenset({"id", "path", "extra"})  # fields that are no keys of a record's JSON


def document(name: str, as_of: date, content: Json) -> str:
    """Return the text of a document of a named shape."""
    return text({"schema": f"predtrack/{name}/1", "as_of": as_of.isoformat(), **content})


def stream(
    name: str, as_of: date, lists: Mapping[str, Iterable[Json]], rest: Json
) -> Iterator[str]:
    """Yield the text of a document with long lists, in chunks: each entry on its own line."""
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
    """Return a value as JSON over several lines."""
    return f"{json.dumps(finite(value), ensure_ascii=False, indent=2, allow_nan=False)}\n"


def finite(value: Any) -> Any:
    """Return the value with null in place of what JSON has no number for."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, date | Month):
        return text_of(value)
    if isinstance(value, dict):
        return {key: finite(each) for key, each in value.items()}
    return [finite(each) for each in value] if isinstance(value, list | tuple) else value


def export(as_of: date, predictions: Iterable[Prediction]) -> Iterator[str]:
    """Yield the document of whole records, in chunks: what `import json` takes back."""
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
    """Return a value as JSON on one line, without blanks."""
    try:
        return _encoded(value)
    except ValueError:  # hardly any holds what JSON has no number for, so that is not looked for
        return _encoded(finite(value))


_encoded = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=text_of
).encode


def listed(row: Row, details: Details | None = None) -> Json:
    """Return one row of a list; a caller that has its details at hand passes them."""
    details = details or row.details
    return {
        "id": row.id,
        "claim": row.claim,
        "kind": details.kind,
        "status": row.status,
        "early": details.early,
        "deadline": row.deadline,
        "next": row.next,
        "days_left": row.days_left,
        "by": details.by,
        "forecasts": [{"by": each.by, "value": each.value} for each in details.standing],
        "tags": details.tags,
        "family": details.family,
        "unit": details.unit,
        "review": details.review,
        "path": row.path,
    }


def _all_listed(rows: Iterable[Row]) -> Iterator[Json]:
    return (listed(row, details) for row, details in detailed(rows))


def listing(matches: Listing, rows: Sequence[Row], as_of: date) -> Iterator[str]:
    """Yield the document of a list, in chunks."""
    lists = {"predictions": _all_listed(rows)}
    return stream("list", as_of, lists, {"counts": matches.counts})


def waiting(agenda: Waiting, as_of: date) -> Iterator[str]:
    """Yield the document of what waits for an outcome, and what comes due up to a day."""
    parts = {"due": agenda.due, "soon": agenda.soon, "review": agenda.review}
    lists = {name: _all_listed(rows) for name, rows in parts.items()}
    return stream("due", as_of, lists, {"until": agenda.until})


def scored(scores: Iterable[Score], as_of: date) -> Iterator[str]:
    """Yield the document of scores, in chunks."""
    return stream("score", as_of, {"scores": map(score, scores)}, {})


def tallied(stats: Stats) -> Json:
    """Return the counts; null is the name of what has no tag, or no deadline."""
    return {
        "counts": _tally(stats.total),
        "by": [{"by": each.name, **_tally(each)} for each in stats.by],
        "tags": [{"tag": each.name, **_tally(each)} for each in stats.tags],
        "years": [{"year": each.name, **_tally(each)} for each in stats.years],
        "oldest": listed(stats.oldest) if stats.oldest else None,
        "next": listed(stats.next) if stats.next else None,
    }


def _tally(tally: Tally) -> Json:
    return {"predictions": tally.predictions, **tally.counts}


def shown(
    row: Row,
    prediction: Prediction,
    stated: Iterable[Stated],
    scored: Iterable[Score],
    parent: Prediction | None = None,
) -> Json:
    """Return everything of one prediction; `condition_failed` names whose end made it void."""
    return {
        **listed(row),
        "condition_failed": parent.id if parent else None,
        "record": record(prediction),
        "chances": [chance(each, prediction) for each in stated],
        "scores": [score(each) for each in scored],
    }


def record(prediction: Prediction) -> Json:
    """Return the file's keys and nesting; percentages as 0 to 1, keys of mappings as text.

    Options are names; those that came later have their days in `options_added`.
    """
    return keys(prediction)


def keys(part: Any) -> Json:
    """Return the keys that a record holds, without absent ones; x- keys stand behind them."""
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
    if isinstance(key, str):
        return key
    return text_of(key) if isinstance(key, date) else f"{key!r}"


def _own(value: Any) -> Any:
    """Return what stands below a key of the user's own, as texts, lists and mappings."""
    if isinstance(value, tuple):
        return {key: _own(each) for key, each in value}
    return [_own(each) for each in value] if isinstance(value, list) else value


def statement(stated: Statement) -> Json:
    """Return what a forecast states, in the file's shape; empty for a claim without a number."""
    values = ((name, getattr(stated, name)) for name in VALUES)
    return {name: _value(name, value) for name, value in values if value is not None}


def answer(ended: Outcome | None) -> Any:
    """Return the answer of an outcome; null for none."""
    return None if ended is None else _value("", ended.answer)


def chance(stated: Stated, prediction: Prediction) -> Json:
    """Return one stated chance: the columns of the chances table."""
    event = stated.chance
    return {
        "id": event.id,
        "by": event.by,
        "made": text_of(event.made),
        "kind": event.kind,
        "family": event.family,
        "target": event.target,
        "probability": None if event.phrase else event.stated,
        "phrase": event.phrase,
        "origin": event.origin,
        "scheduled": event.scheduled,
        "decided": event.decided,
        "happened": event.happened,
        "counts": not stated.reason,
        "tags": list(prediction.tags),
        "reason": stated.reason or None,
    }


def score(result: Score) -> Json:
    """Return one row of scores."""
    infinite = result.score is not None and math.isinf(result.score)
    return {
        "id": result.id,
        "by": result.by,
        "made": text_of(result.made),
        "kind": result.kind,
        "rule": result.rule,
        "score": result.score,
        "counts": result.counts,
        "reason": result.reason or ("infinite" if infinite else None),
        "points": result.points,
        "points_due": result.points_due,
        "scheduled": result.scheduled,
        "unit": result.unit,
        "origin": result.origin,
        "family": result.family,
        "parts": result.parts._asdict() if result.parts else None,
        "terms": [term._asdict() for term in result.terms],
        "scale": result.scale,
    }


def problem(fault: Problem) -> Json:
    """Return one problem of a file."""
    return asdict(fault)


def report(results: Report) -> Json:
    """Return the calibration report."""
    from predtrack.scoring.consistency import SEED

    sampling, filters = results.asked, results.filters
    return {
        "settings": {
            "at": sampling.at,
            "by": list(filters.by),
            "tag": list(filters.tag),
            "kind": list(filters.kind),
            "family": list(filters.family),
            "origin": list(sampling.origins),
            "verbal": sampling.verbal,
            "seed": SEED,
            "include_early": sampling.include_early,
            **{name: _span(getattr(filters, name)) for name in ("made", "due", "decided")},
        },
        "counts": results.counts,
        "early": list(results.early_ids),
        "early_scores": [score(each) for each in results.early],
        "early_points": [_early_point(each) for each in results.early_points],
        "missing": results.missing,
        "missing_others": results.missing_others,
        "hindsight": results.hindsight,
        "void": results.void,
        "left_out": results.left_out,
        "groups": [group(each) for each in results.groups],
        "comparisons": [each._asdict() for each in results.comparisons],
        "agreement": results.agreement._asdict() if results.agreement else None,
        "coming": [{"day": when, "id": row.id} for when, row in results.coming],
    }


def _early_point(each: Judged) -> Json:
    """Return a day of a date forecast that was decided before it."""
    prediction, forecast, parts, _ = each
    return {
        "id": prediction.id,
        "by": forecast.by,
        "target": parts.target,
        "stated": parts.stated,
        "happened": parts.happened,
        "scheduled": parts.scheduled,
    }


def _span(days: Span) -> list[date | None]:
    return [days.first, days.last]


def calibration(
    names: Sequence[str],
    family: str | None,
    groups: Sequence[Group],
    comparisons: Sequence[Comparison],
) -> Json:
    """Return the report on a table in the same shape; what only records have is null or empty."""
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


def group(sample: Group) -> Json:
    """Return one group: its name, its counts, its figures, and why others are withheld."""
    return {
        "name": sample.name,
        "by": sample.by,
        "kind": sample.kind,
        "origin": sample.origin,
        "rows": sample.rows,
        "families": sample.families,
        "dropped": sample.dropped,
        "withheld": sample.withheld,
        **_figures(sample.figures),
        "verdict": sample.verdict or None,
        "ties": sample.ties,
        "one_source": sample.one_source,
        "bounds": sample.bounds._asdict() if sample.bounds else None,
        "coverage": [each._asdict() for each in sample.coverage],
        "misses": _misses(sample.coverage),
        "median": sample.scores[0].median if len(sample.scores) == 1 else None,
        "scores": [_mean(each) for each in sample.scores],
        "words": sample.words._asdict() if sample.words else None,
        "ranges": sample.ranges._asdict() if sample.ranges else None,
        "undated": sample.undated._asdict() if sample.undated else None,
        "readings": [each._asdict() for each in sample.readings],
        "withdrawn": sample.withdrawn,
        "best": [each._asdict() for each in sample.best],
        "worst": [each._asdict() for each in sample.worst],
        "table": sample.table,
        "sensitivity": sample.sensitivity._asdict() if sample.sensitivity else None,
        "unmapped": sample.unmapped,
    }


def explained(name: str, means: Explanation) -> Json:
    """Return what a figure means: what it is, what is good, and what to do about it."""
    return {"name": name, "is": means.is_, "good": means.good, "do": means.do}


def _mean(mean: MeanScore) -> Json:
    beside, parts = mean.reference, mean.parts
    return mean._asdict() | {
        "reference": beside._asdict() if beside else None,
        "parts": parts._asdict() if parts else None,
    }


def _misses(coverage: Sequence[Coverage]) -> Json | None:
    """Count the numbers that came below an interval that was stated, and above one."""
    if not coverage:
        return None
    below, above = sum(each.below for each in coverage), sum(each.above for each in coverage)
    return {"below": below, "above": above}


def _figures(figures: Figures) -> Json:
    plain = {each.name: getattr(figures, each.name) for each in fields(figures)}
    return plain | {
        "log_infinite": list(figures.log_infinite),
        "direction": figures.direction._asdict() if figures.direction else None,
        "skill": figures.skill._asdict() if figures.skill else None,
        "skills": [each._asdict() for each in figures.skills],
        "bins": [_bin(each) for each in figures.bins],
        "levels": [each._asdict() for each in figures.levels],
        "curve": [each._asdict() for each in figures.curve],
    }


def _bin(neighbours: Bin) -> Json:
    return {
        "low": neighbours.lowest,
        "high": neighbours.highest,
        "rows": neighbours.rows,
        "families": neighbours.families,
        "mean_p": neighbours.stated,
        "happened": neighbours.share,
        "hits": neighbours.hits,
        "ci_low": neighbours.low,
        "ci_high": neighbours.high,
    }

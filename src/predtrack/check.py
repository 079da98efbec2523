"""Files and records -> problems: one small named check a rule.

What one file says wrong is found when it is read. The checks here look across files, and under
`--strict` give advice on single records; nothing they find makes a record invalid.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from predtrack.dates import day_of
from predtrack.errors import Problem, near
from predtrack.records import life, rules
from predtrack.records.prediction import Prediction

if TYPE_CHECKING:
    from predtrack.store.folder import Folder
    from predtrack.store.reading import Where


class Remark(NamedTuple):
    """Something worth saying of a record that is valid: where, what, and what to do."""

    where: Where
    message: str
    remedy: str


Others = Mapping[str, Prediction | None]
"""Every record of the folder by its id; None for one that is there and invalid."""

Check = Callable[[Prediction, Others], Iterator[Remark]]


def problems(folder: Folder, *, strict: bool = False) -> list[Problem]:
    """Every problem of every file of a folder, in the order of paths and lines."""
    checks = {**LINKS, **(ADVICE if strict else {})}
    others = {**dict.fromkeys(folder.paths), **folder.predictions}
    found = list(folder.problems)
    for reading in folder.readings:
        if reading.prediction is not None:
            for code, check in checks.items():
                level = "warning" if code in LINKS else "advice"
                for remark in check(reading.prediction, others):
                    place = reading.place(remark.where)
                    said = remark.message, remark.remedy
                    found.append(Problem(reading.path, *place, code, *said, level))
    return sorted(found, key=lambda each: (each.path, each.line, each.column))


def condition_leads_somewhere(prediction: Prediction, others: Others) -> Iterator[Remark]:
    """A condition names a prediction that exists, and whose `no` can void this one."""
    named = prediction.condition.prediction if prediction.condition else None
    if named is None:
        return
    where = ("condition", "prediction")
    other = others.get(named)
    if named not in others:
        yield Remark(where, f'no prediction has the id "{named}"', _hint(named, others))
    elif other is not None and other.kind not in {"binary", "date"}:
        message = f"{named} is of kind {other.kind}, so it cannot end in no"
        yield Remark(where, message, "name a binary or date prediction, or keep only `text`")


def superseded_exists(prediction: Prediction, others: Others) -> Iterator[Remark]:
    """What a prediction supersedes exists."""
    named = prediction.supersedes
    if named is not None and named not in others:
        yield Remark(("supersedes",), f'no prediction has the id "{named}"', _hint(named, others))


def _hint(named: str, others: Others) -> str:
    return near(named, list(others)) or "write the id of another file, or take the link out"


def criteria_are_there(prediction: Prediction, _others: Others) -> Iterator[Remark]:
    """A stranger can tell how to judge a claim."""
    if prediction.criteria is None:
        remedy = "add `criteria`: what counts, and which source decides"
        yield Remark(("claim",), "nothing says how this would be judged", remedy)


def deadline_is_there(prediction: Prediction, _others: Others) -> Iterator[Remark]:
    """A claim has a day on which it is due."""
    if life.deadline(prediction) is None:
        remedy = "add `deadline`, with `deadline_origin: assumed` if it is yours"
        yield Remark(("claim",), "it is never due, and its chances never count", remedy)


def forecasts_are_in_time(prediction: Prediction, _others: Others) -> Iterator[Remark]:
    """A forecast is made before the deadline has passed."""
    last = life.deadline(prediction)
    for index, forecast in enumerate(prediction.forecasts):
        if last is not None and day_of(forecast.made) > last:
            message = f"made on {day_of(forecast.made)}, after the deadline {last}"
            yield Remark(("forecasts", index, "made"), message, "check both days")


def inferred_has_words(prediction: Prediction, _others: Others) -> Iterator[Remark]:
    """A number that was read into words stands beside them."""
    for index, forecast in enumerate(prediction.forecasts):
        if forecast.origin == "inferred" and rules.said(forecast) and forecast.words is None:
            message = "a number was read into words that are not here"
            yield Remark(("forecasts", index, "origin"), message, "add them under `words`")


LINKS: dict[str, Check] = {"condition": condition_leads_somewhere, "supersedes": superseded_exists}
"""What is always looked at, by its code."""

ADVICE: dict[str, Check] = {
    "criteria": criteria_are_there,
    "deadline": deadline_is_there,
    "late": forecasts_are_in_time,
    "words": inferred_has_words,
}
"""What `--strict` looks at too."""

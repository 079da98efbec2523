"""Which forecasts and chances count, and why the others do not.

One forecast a record and forecaster, at a moment the outcome had no part in; and only what was
scheduled before the day of the report, whatever happened and however early it was known. The
obvious rule, to count a thing as soon as it is known, makes a calibrated forecaster look timid:
what happens is known before its deadline, what does not happen only after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from predtrack.dates import day_of
from predtrack.errors import UsageError
from predtrack.phrases import DEFAULT_TABLE
from predtrack.records import life
from predtrack.records.life import ByID
from predtrack.records.prediction import Chance, Forecast, Prediction
from predtrack.reports import chances
from predtrack.reports.chances import Parts, origin_of
from predtrack.reports.listing import Known, Row

_LEAD = re.compile(r"lead:(\d{1,5})d", re.ASCII)


@dataclass(frozen=True, slots=True)
class Sampling:
    """What is asked of a sample: the day, which forecast counts, and which origins."""

    day: date
    at: str = "first"  # first | lead:30d | last
    origins: tuple[str, ...] = ("stated",)
    verbal: str = DEFAULT_TABLE
    include_early: bool = False

    @property
    def lead(self) -> int | None:
        """The days before the scheduled one, for lead:30d."""
        return _lead(self.at)


@cache
def _lead(at: str) -> int | None:
    found = _LEAD.fullmatch(at)
    return int(found[1]) if found else None


def sampling(day: date, **asked: object) -> Sampling:
    """The sampling that was asked for, or a refusal that says what may be asked."""
    made = Sampling(day, **asked)  # type: ignore[arg-type]
    if made.at not in {"first", "last"} and made.lead is None:
        raise UsageError(f'"{made.at}" is no sampling; write --at first, lead:30d or last')
    return made


class Case(NamedTuple):
    """A prediction as known on the day, with what all its forecasts are judged by."""

    prediction: Prediction
    asked: Sampling
    is_void: bool
    deadline: date | None
    ordered: list[Forecast]  # from the earliest to the latest,
    mine: dict[str, list[Forecast]]  # and those of each forecaster
    reasons: dict[tuple[int, date | None], str]  # what was found already: by forecast and day,
    parts: dict[int, Sequence[Parts]]  # and by forecast


class Judged(NamedTuple):
    """A chance as it was said, and why it does not count ("" where it does)."""

    prediction: Prediction
    forecast: Forecast
    parts: Parts
    reason: str


class Stated(NamedTuple):
    """A chance with the forecast that states it, and why it does not count ("" where it does)."""

    chance: Chance
    forecast: Forecast
    reason: str


def case_of(prediction: Prediction, others: ByID, asked: Sampling) -> Case:
    """A prediction as known on the day of the sampling, ready to be judged."""
    ordered = life.in_order(prediction.forecasts)
    mine: dict[str, list[Forecast]] = {}
    for each in ordered:
        mine.setdefault(each.by, []).append(each)
    is_void = life.is_void(prediction, others, asked.day)
    return Case(prediction, asked, is_void, life.deadline(prediction), ordered, mine, {}, {})


def judged(case: Case) -> list[Judged]:
    """Every chance of every forecast as it was said, and why it does not count."""
    return [each for forecast in case.ordered for each in _judged(case, forecast)]


def telling(case: Case) -> list[Judged]:
    """The chances that a report tells of: those that count, in numbers or words, or are open.

    Others may be among them. Forecasts of which none is one are left out without a look.
    """
    if case.prediction.kind == "date":  # each chance has a day of its own
        return judged(case)
    found: list[Judged] = []
    for forecast in case.ordered:
        if _against(case, forecast, case.deadline) in {"", "open"}:
            found += _judged(case, forecast)
    return found


def _judged(case: Case, forecast: Forecast) -> list[Judged]:
    prediction, found = case.prediction, []
    last: object = ...
    against = ""
    for parts in parts_of(case, forecast):
        stated, _, scheduled, happened = parts
        if scheduled is not last:  # of most, all are scheduled for one day
            against, last = _against(case, forecast, scheduled), scheduled
        reason = against
        if not reason:
            is_phrase = isinstance(stated, str)
            reason = "out_of_range" if happened is None else "phrase" if is_phrase else ""
        found.append(Judged(prediction, forecast, parts, reason))
    return found


def parts_of(case: Case, forecast: Forecast) -> Sequence[Parts]:
    """What a forecast gives a probability to, one entry a chance: found out once."""
    found = case.parts.get(id(forecast))
    if found is None:
        found = case.parts[id(forecast)] = chances.stated(case.prediction, forecast)
    return found


def stated_chances(prediction: Prediction, others: ByID, asked: Sampling) -> list[Stated]:
    """Every chance of every forecast of a prediction as known on the day."""
    return [
        Stated(chances.chance(prediction, forecast, parts), forecast, reason)
        for _, forecast, parts, reason in judged(case_of(prediction, others, asked))
    ]


def stated_rows(
    rows: Iterable[Row], known: Known, asked: Sampling, by: tuple[str, ...] = ()
) -> Iterator[tuple[Row, Prediction, list[Stated]]]:
    """Each row with its prediction and the chances of its forecasts, of some forecasters if named.

    The day of the sampling is the one that the rows are of.
    """
    for row in rows:
        prediction = known.prediction(row)
        found = stated_chances(prediction, known.predictions, asked)
        yield row, prediction, [each for each in found if not by or each.chance.by in by]


def _against(case: Case, forecast: Forecast, scheduled: date | None) -> str:
    return "void" if case.is_void else reason_against(case, forecast, scheduled)


def reason_against(case: Case, forecast: Forecast, scheduled: date | None) -> str:
    """Why what a forecast says of a scheduled day does not count, in one word; "" where it does.

    In this order: open (nobody said how it ended), no_deadline, early (decided, and its day has
    not passed), late (made after it was decided), revised (another forecast of the same
    forecaster counts), origin (not asked for). Whether the prediction is void is not looked at.
    """
    place = (id(forecast), scheduled)
    found = case.reasons.get(place)
    if found is None:
        found = case.reasons[place] = _found_against(case, forecast, scheduled)
    return found


def _found_against(case: Case, forecast: Forecast, scheduled: date | None) -> str:
    prediction, asked = case.prediction, case.asked
    ended = prediction.outcome
    if ended is None or not life.decides(prediction, scheduled):
        return "open"
    if scheduled is None:
        return "no_deadline"
    if asked.day <= scheduled and not asked.include_early:
        return "early"
    if ended.decided is not None and day_of(forecast.made) > ended.decided:
        return "late"
    if not _selected(case, forecast, scheduled):
        return "revised"
    return "" if origin_of(prediction, forecast) in asked.origins else "origin"


def is_missing(case: Case, each: Judged) -> bool:
    """Whether a chance came due, and would count, had anybody entered an outcome."""
    scheduled = each.parts.scheduled
    return (
        each.reason == "open"
        and scheduled is not None
        and scheduled < case.asked.day
        and origin_of(case.prediction, each.forecast) in case.asked.origins
        and _selected(case, each.forecast, scheduled)
    )


def _selected(case: Case, forecast: Forecast, scheduled: date) -> bool:
    """Whether the forecast is the one that counts for what comes due on a day."""
    mine, asked = case.mine[forecast.by], case.asked
    if asked.at == "first":
        return forecast is mine[0]
    ended = case.prediction.outcome
    decided = ended.decided if ended and life.decides(case.prediction, scheduled) else None
    if asked.lead is None:
        return forecast is _standing(mine, min(scheduled, decided or scheduled))
    moment = scheduled - timedelta(asked.lead)
    known_then = decided is not None and decided <= moment
    return not known_then and forecast is _standing(mine, moment)


def _standing(mine: list[Forecast], moment: date) -> Forecast | None:
    """Of a forecaster's forecasts the one that stood at the end of a day, if one did."""
    made = [each for each in mine if day_of(each.made) <= moment]
    return made[-1] if made and not _ended(made[-1], moment) else None


def _ended(forecast: Forecast, moment: date) -> bool:
    return forecast.withdrawn is not None and day_of(forecast.withdrawn) <= moment

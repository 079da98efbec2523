"""Which forecasts and chances count, and why the others do not.

One forecast a record and forecaster, at a moment the outcome had no part in; and only what was
scheduled before the day of the report, whatever happened and however early it was known. The
obvious rule, to count a thing as soon as it is known, makes a calibrated forecaster look timid:
what happens is known before its deadline, what does not happen only after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from predtrack.dates import ALWAYS, Span, day_of
from predtrack.errors import UsageError
from predtrack.phrases import DEFAULT_TABLE
from predtrack.records import foresight, life
from predtrack.records.life import ByID
from predtrack.records.prediction import Chance, Forecast, Prediction
from predtrack.reports import chances, listing
from predtrack.reports.chances import Parts, origin_of
from predtrack.reports.listing import Filters, Known, Row

_LEAD = re.compile(r"lead:(\d{1,5})d", re.ASCII)


@dataclass(frozen=True, slots=True)
class Sampling:
    """What is asked of a sample: the day, which forecast counts, and which origins."""

    day: date
    at: str = "first"  # first | lead:30d | last
    origins: tuple[str, ...] = ("stated",)
    verbal: str = DEFAULT_TABLE
    include_early: bool = False
    made: Span = ALWAYS  # when what counts was said,
    due: Span = ALWAYS  # and the days for which it was

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
    """The chances that a report tells of: those that count, those still open, and hindsight.

    Others may be among them. Forecasts of which none is one are left out without a look.
    """
    if case.prediction.kind == "date":  # each chance has a day of its own
        return judged(case)
    found: list[Judged] = []
    for forecast in case.ordered:
        if _against(case, forecast, case.deadline) in {"", "open", "hindsight"}:
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

    In this order: hindsight (stated after its day, the close, or the decision), open (nobody said
    how it ended), option_later (an option came that was not on offer yet), no_deadline, early
    (decided, and its day has not passed), revised (another forecast of the same forecaster
    counts), origin (not asked for), filtered (said or due on a day that was not asked for).
    Whether the prediction is void is not looked at.
    """
    place = (id(forecast), scheduled)
    found = case.reasons.get(place)
    if found is None:
        found = case.reasons[place] = _found_against(case, forecast, scheduled)
    return found


def _found_against(case: Case, forecast: Forecast, scheduled: date | None) -> str:
    prediction, asked = case.prediction, case.asked
    if foresight.hindsight(prediction, forecast, scheduled) is not None:
        return "hindsight"
    if not life.decides(prediction, scheduled):
        return "open"
    if prediction.kind == "choice" and _came_later(prediction, forecast):
        return "option_later"
    if scheduled is None:
        return "no_deadline"
    if asked.day <= scheduled and not asked.include_early:
        return "early"
    return unwanted(case, forecast, scheduled)


def _came_later(prediction: Prediction, forecast: Forecast) -> bool:
    is_answered = chances.answer_of(prediction) is not None
    return is_answered and chances.option_came(prediction, forecast) is None


def reason_undated(case: Case, forecast: Forecast) -> str:
    """Why a judged claim or range without a day does not count; "" where it does.

    Without a day there is no lead.
    """
    return "no_deadline" if case.asked.lead is not None else unwanted(case, forecast, None)


def unwanted(case: Case, forecast: Forecast, scheduled: date | None) -> str:
    """Why a forecast that could count is not the one that was asked for; "" where it is."""
    asked = case.asked
    if not _selected(case, forecast, scheduled):
        return "revised"
    if origin_of(case.prediction, forecast) not in asked.origins:
        return "origin"
    is_within = asked.made.holds(day_of(forecast.made)) and asked.due.holds(scheduled)
    return "" if is_within else "filtered"


def is_missing(case: Case, each: Judged) -> bool:
    """Whether a chance came due, and would count, had anybody entered an outcome."""
    scheduled = each.parts.scheduled
    return (
        each.reason == "open"
        and scheduled is not None
        and scheduled < case.asked.day
        and not unwanted(case, each.forecast, scheduled)
    )


def passing(known: Known, filters: Filters, asked: Sampling) -> list[Row]:
    """Return the rows that pass the filters of a report.

    Of a span in which forecasts were made, the forecast that counts decides, and no revision.
    """
    rows = listing.passing(known, replace(filters, made=ALWAYS))
    if not filters.made:
        return rows
    return [row for row in rows if any(map(filters.made.holds, _days(row, known, asked)))]


def _days(row: Row, known: Known, asked: Sampling) -> Iterator[date]:
    return selected_days(case_of(known.prediction(row), known.predictions, asked))


def selected_days(case: Case) -> Iterator[date]:
    """The days on which the forecasts were made that count, or will, for what comes due."""
    scheduled: list[date | None] = [*life.scheduled_days(case.prediction)] or [None]
    for forecast in case.ordered:
        if any(_selected(case, forecast, day) for day in scheduled):
            yield day_of(forecast.made)


def _selected(case: Case, forecast: Forecast, scheduled: date | None) -> bool:
    """Whether the forecast is the one that counts for what comes due on a day.

    No sampling takes hindsight: what was said after the close is not looked at.
    """
    prediction, asked = case.prediction, case.asked
    mine = case.mine[forecast.by]
    if asked.at == "first":
        return forecast is mine[0]
    ended = prediction.outcome
    decided = ended.decided if ended and life.decides(prediction, scheduled) else None
    mine = [each for each in mine if foresight.hindsight(prediction, each, scheduled) is None]
    if asked.lead is None:
        closed = None if prediction.closed is None else day_of(prediction.closed)
        ends = [day for day in (scheduled, decided, closed) if day is not None]
        return forecast is _standing(mine, min(ends, default=date.max))
    if scheduled is None:
        return False
    moment = scheduled - timedelta(asked.lead)
    known_then = decided is not None and decided <= moment
    return not known_then and forecast is _standing(mine, moment)


def _standing(mine: list[Forecast], moment: date) -> Forecast | None:
    """Of a forecaster's forecasts the one that stood at the end of a day, if one did."""
    then = [each for each in mine if day_of(each.made) <= moment]
    return then[-1] if then and not _ended(then[-1], moment) else None


def _ended(forecast: Forecast, moment: date) -> bool:
    return forecast.withdrawn is not None and day_of(forecast.withdrawn) <= moment

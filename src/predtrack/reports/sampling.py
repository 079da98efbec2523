"""Select the forecasts and chances that count, and name why the others do not.

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

from predtrack.dates import ALWAYS, Moment, Span, day_of
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
    match = _LEAD.fullmatch(at)
    return int(match[1]) if match else None


def sampling(day: date, **options: object) -> Sampling:
    """Return a sampling, or refuse settings that are none, in words that name the right ones."""
    checked = Sampling(day, **options)  # type: ignore[arg-type]
    if checked.at not in {"first", "last"} and checked.lead is None:
        raise UsageError(f'"{checked.at}" is no sampling; write --at first, lead:30d or last')
    return checked


class Case(NamedTuple):
    """A prediction as known on the day, with what all its forecasts are judged by."""

    prediction: Prediction
    settings: Sampling
    is_void: bool
    deadline: date | None
    ordered: list[Forecast]  # from the earliest to the latest,
    mine: dict[str, list[Forecast]]  # and those of each forecaster
    reasons: dict[tuple[int, date | None], str]  # what was found already: by forecast and day,
    parts: dict[int, Sequence[Parts]]  # and by forecast,
    selected: dict[tuple[str, date | None], Forecast | None]  # and by forecaster and day


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


def case_of(prediction: Prediction, others: ByID, settings: Sampling) -> Case:
    """Return a prediction as known on the day of the sampling, ready to be judged."""
    ordered = life.in_order(prediction.forecasts)
    mine: dict[str, list[Forecast]] = {}
    for each in ordered:
        mine.setdefault(each.by, []).append(each)
    is_void = life.is_void(prediction, others, settings.day)
    return Case(prediction, settings, is_void, life.deadline(prediction), ordered, mine, {}, {}, {})


def judged(case: Case) -> list[Judged]:
    """Return every chance of every forecast as it was stated, and why it does not count."""
    return [each for forecast in case.ordered for each in _judged(case, forecast)]


def telling(case: Case) -> list[Judged]:
    """Return the chances that a report tells of: those that count, are open, or are hindsight.

    Others may be among them. Forecasts of which none is one are left out without a look.
    """
    if case.prediction.kind == "date":  # each chance has a day of its own
        return judged(case)
    judged_chances: list[Judged] = []
    for forecast in case.ordered:
        if _against(case, forecast, case.deadline) in {"", "open", "hindsight"}:
            judged_chances += _judged(case, forecast)
    return judged_chances


def _judged(case: Case, forecast: Forecast) -> list[Judged]:
    prediction, judged_chances = case.prediction, []
    last: object = ...
    against = ""
    for parts in parts_of(case, forecast):
        stated, _, scheduled, happened, _ = parts
        if scheduled is not last:  # of most, all are scheduled for one day
            against, last = _against(case, forecast, scheduled), scheduled
        reason = against
        if not reason:
            is_phrase = isinstance(stated, str)
            reason = "out_of_range" if happened is None else "phrase" if is_phrase else ""
        judged_chances.append(Judged(prediction, forecast, parts, reason))
    return judged_chances


def parts_of(case: Case, forecast: Forecast) -> Sequence[Parts]:
    """Return the parts of a forecast, one for each probability that it states: computed once."""
    parts = case.parts.get(id(forecast))
    if parts is None:
        parts = case.parts[id(forecast)] = chances.stated(case.prediction, forecast)
    return parts


def stated_chances(prediction: Prediction, others: ByID, settings: Sampling) -> list[Stated]:
    """Return every chance of every forecast of a prediction as known on the day."""
    return [
        Stated(chances.chance(prediction, forecast, parts), forecast, reason)
        for _, forecast, parts, reason in judged(case_of(prediction, others, settings))
    ]


def stated_rows(
    rows: Iterable[Row], folder: Known, settings: Sampling, by: tuple[str, ...] = ()
) -> Iterator[tuple[Row, Prediction, list[Stated]]]:
    """Yield each row with its prediction and the chances of its forecasts, by some if named.

    The day of the sampling is the one that the rows are of.
    """
    for row in rows:
        prediction = folder.prediction(row)
        stated = stated_chances(prediction, folder.predictions, settings)
        yield row, prediction, [each for each in stated if not by or each.chance.by in by]


def _against(case: Case, forecast: Forecast, scheduled: date | None) -> str:
    return "void" if case.is_void else reason_against(case, forecast, scheduled)


def reason_against(case: Case, forecast: Forecast, scheduled: date | None) -> str:
    """Return why a forecast does not count for a scheduled day, in one word; "" where it does.

    In this order: hindsight (stated after its day, the close, or the decision), open (nobody said
    how it ended), option_later (an option came that was not on offer yet), no_deadline, early
    (decided, and its day has not passed), revised (another forecast of the same forecaster
    counts), origin (not asked for), filtered (said or due on a day that was not asked for).
    Whether the prediction is void is not looked at.
    """
    place = (id(forecast), scheduled)
    reason = case.reasons.get(place)
    if reason is None:
        reason = case.reasons[place] = _reason_anew(case, forecast, scheduled)
    return reason


def _reason_anew(case: Case, forecast: Forecast, scheduled: date | None) -> str:
    prediction, settings = case.prediction, case.settings
    if foresight.hindsight(prediction, forecast, scheduled) is not None:
        return "hindsight"
    if not life.decides(prediction, scheduled):
        return "open"
    if is_option_later(prediction, forecast):
        return "option_later"
    if scheduled is None:
        return "no_deadline"
    if settings.day <= scheduled and not settings.include_early:
        return "early"
    return reason_unselected(case, forecast, scheduled)


def is_option_later(prediction: Prediction, forecast: Forecast) -> bool:
    """Return whether the option that came was not on offer yet, and no other stands for it."""
    is_answered = prediction.kind == "choice" and chances.answer_of(prediction) is not None
    return is_answered and chances.option_came(prediction, forecast) is None


def reason_undated(case: Case, forecast: Forecast) -> str:
    """Return why a judged claim or range without a day does not count; "" where it does.

    Without a day there is no lead.
    """
    return (
        "no_deadline" if case.settings.lead is not None else reason_unselected(case, forecast, None)
    )


def reason_unselected(case: Case, forecast: Forecast, scheduled: date | None) -> str:
    """Return why a forecast that could count is not the one selected; "" where it is."""
    settings = case.settings
    if not _is_selected(case, forecast, scheduled):
        return "revised"
    if origin_of(case.prediction, forecast) not in settings.origins:
        return "origin"
    is_within = settings.made.holds(day_of(forecast.made)) and settings.due.holds(scheduled)
    return "" if is_within else "filtered"


def is_missing(case: Case, each: Judged) -> bool:
    """Return whether a chance came due, and would count, had anybody entered an outcome."""
    scheduled = each.parts.scheduled
    return (
        each.reason == "open"
        and scheduled is not None
        and scheduled < case.settings.day
        and not reason_unselected(case, each.forecast, scheduled)
    )


def narrowed(folder: Known, filters: Filters, settings: Sampling) -> tuple[list[Row], Sampling]:
    """Return the rows that pass the filters of a report, and the sampling that goes with them.

    Of the days on which forecasts were made and of those on which something came due, the forecast
    that counts decides, and no revision; the sampling lets nothing else count.
    """
    rows = listing.passing(folder, replace(filters, made=ALWAYS, due=ALWAYS))
    if filters.due:
        days = filters.due
        rows = [each for each in rows if any(listing.lies(days, day) for day in each.details.days)]
    if filters.made:
        every, rows = rows, []
        for each in every:
            case = case_of(folder.prediction(each), folder.predictions, settings)
            if any(map(filters.made.holds, selected_days(case, frozenset(filters.by)))):
                rows.append(each)
    return rows, replace(settings, made=filters.made, due=filters.due)


def selected_days(case: Case, by: frozenset[str] = frozenset()) -> Iterator[date]:
    """Yield the days on which the forecasts were made that count, or will, for what comes due.

    Of some forecasters, if they are named.
    """
    scheduled: list[date | None] = [*life.scheduled_days(case.prediction)] or [None]
    for forecast in case.ordered:
        is_wanted = not by or forecast.by in by
        if is_wanted and any(_is_selected(case, forecast, day) for day in scheduled):
            yield day_of(forecast.made)


def _is_selected(case: Case, forecast: Forecast, scheduled: date | None) -> bool:
    """Return whether the forecast is the one that counts for what comes due on a day."""
    if case.settings.at == "first":
        return forecast is case.mine[forecast.by][0]
    place = (forecast.by, scheduled)
    if place not in case.selected:
        case.selected[place] = _selected(case, *place)
    return forecast is case.selected[place]


def _selected(case: Case, by: str, scheduled: date | None) -> Forecast | None:
    """Return the forecast of a forecaster that counts for what comes due on a day, if one does.

    No sampling takes hindsight: what was stated after the close is not looked at.
    """
    prediction, lead = case.prediction, case.settings.lead
    mine = [
        each for each in case.mine[by] if foresight.hindsight(prediction, each, scheduled) is None
    ]
    ended = prediction.outcome
    decided = ended.decided if ended and life.decides(prediction, scheduled) else None
    if lead is None:
        ends = [end for end in (scheduled, decided, prediction.closed) if end is not None]
        return mine[-1] if mine and not _ended_before(mine[-1], ends) else None
    if scheduled is None:
        return None
    moment = scheduled - timedelta(lead)
    is_decided_by_then = decided is not None and decided <= moment
    return None if is_decided_by_then else standing_at(mine, moment)


def _ended_before(forecast: Forecast, ends: Iterable[Moment]) -> bool:
    """Return whether a forecast was withdrawn before each of the moments that end a question."""
    ended = forecast.withdrawn
    return ended is not None and not any(foresight.follows(ended, end) for end in ends)


def standing_at(mine: Sequence[Forecast], moment: date) -> Forecast | None:
    """Return the forecast, of one forecaster's, that stood at the end of a day, if one did."""
    then = [each for each in mine if day_of(each.made) <= moment]
    return then[-1] if then and not _ended_before(then[-1], [moment]) else None

"""Which forecasts and chances count, and why the others do not.

One forecast a record and forecaster, at a moment the outcome had no part in; and only what was
scheduled before the day of the report, whatever happened and however early it was known. The
obvious rule, to count a thing as soon as it is known, makes a calibrated forecaster look timid:
what happens is known before its deadline, what does not happen only after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from predtrack.dates import day_of
from predtrack.errors import UsageError
from predtrack.phrases import DEFAULT_TABLE
from predtrack.records import life
from predtrack.records.life import ByID
from predtrack.records.prediction import Chance, Forecast, Prediction
from predtrack.reports.chances import chances, origin_of
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
        found = _LEAD.fullmatch(self.at)
        return int(found[1]) if found else None


def sampling(day: date, **asked: object) -> Sampling:
    """The sampling that was asked for, or a refusal that says what may be asked."""
    made = Sampling(day, **asked)  # type: ignore[arg-type]
    if made.at not in {"first", "last"} and made.lead is None:
        raise UsageError(f'"{made.at}" is no sampling; write --at first, lead:30d or last')
    return made


class Stated(NamedTuple):
    """A chance with the forecast that states it, and why it does not count ("" where it does)."""

    chance: Chance
    forecast: Forecast
    reason: str


def stated_chances(prediction: Prediction, others: ByID, asked: Sampling) -> list[Stated]:
    """Every chance of every forecast of a prediction as known on the day."""
    void = life.is_void(prediction, others, asked.day)
    return [
        Stated(
            chance, forecast, _reason(prediction, forecast, chance, asked) if not void else "void"
        )
        for forecast in life.in_order(prediction.forecasts)
        for chance in chances(prediction, forecast)
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


def _reason(prediction: Prediction, forecast: Forecast, chance: Chance, asked: Sampling) -> str:
    reason = reason_against(prediction, forecast, chance.scheduled, asked)
    if reason or chance.happened is None:
        return reason or "out_of_range"
    return "phrase" if chance.phrase else ""


def reason_against(
    prediction: Prediction, forecast: Forecast, scheduled: date | None, asked: Sampling
) -> str:
    """Why what a forecast says of a scheduled day does not count, in one word; "" where it does.

    In this order: open (nobody said how it ended), no_deadline, early (decided, and its day has
    not passed), late (made after it was decided), revised (another forecast of the same
    forecaster counts), origin (not asked for). Whether the prediction is void is not looked at.
    """
    ended = prediction.outcome
    if ended is None or not life.decides(prediction, scheduled):
        return "open"
    if scheduled is None:
        return "no_deadline"
    if asked.day <= scheduled and not asked.include_early:
        return "early"
    if ended.decided is not None and day_of(forecast.made) > ended.decided:
        return "late"
    if not _selected(prediction, forecast, scheduled, asked):
        return "revised"
    return "" if origin_of(prediction, forecast) in asked.origins else "origin"


def is_missing(prediction: Prediction, stated: Stated, asked: Sampling) -> bool:
    """Whether a chance came due, and would count, had anybody entered an outcome."""
    scheduled = stated.chance.scheduled
    return (
        stated.reason == "open"
        and scheduled is not None
        and scheduled < asked.day
        and stated.chance.origin in asked.origins
        and _selected(prediction, stated.forecast, scheduled, asked)
    )


def _selected(prediction: Prediction, forecast: Forecast, scheduled: date, asked: Sampling) -> bool:
    """Whether the forecast is the one that counts for what comes due on a day."""
    ended = prediction.outcome
    decided = ended.decided if ended and life.decides(prediction, scheduled) else None
    if asked.at == "first":
        return forecast is _standing(prediction, forecast.by, None)
    if asked.lead is None:
        return forecast is _standing(prediction, forecast.by, min(scheduled, decided or scheduled))
    moment = scheduled - timedelta(asked.lead)
    known_then = decided is not None and decided <= moment
    return not known_then and forecast is _standing(prediction, forecast.by, moment)


def _standing(prediction: Prediction, by: str, moment: date | None) -> Forecast | None:
    """The forecast of a forecaster that stood at the end of a day; with none, the first of all."""
    mine = _by_forecaster(prediction.forecasts)[by]
    if moment is None:
        return mine[0]
    made = [each for each in mine if day_of(each.made) <= moment]
    return made[-1] if made and not _ended(made[-1], moment) else None


_held: tuple[tuple[Forecast, ...], dict[str, list[Forecast]]] = ((), {})


def _by_forecaster(forecasts: tuple[Forecast, ...]) -> dict[str, list[Forecast]]:
    """The forecasts of each forecaster in order; those last asked for are kept.

    Each chance of a record asks again, and a record may hold thousands.
    """
    global _held  # noqa: PLW0603  # a memory of one: the answer follows from the argument alone
    if _held[0] is not forecasts:
        found: dict[str, list[Forecast]] = {}
        for each in life.in_order(forecasts):
            found.setdefault(each.by, []).append(each)
        _held = (forecasts, found)
    return _held[1]


def _ended(forecast: Forecast, moment: date) -> bool:
    return forecast.withdrawn is not None and day_of(forecast.withdrawn) <= moment

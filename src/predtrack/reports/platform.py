"""Compute the scores that a platform gives: one row a prediction and forecaster.

Every forecast is a spell: it stands from when it was made until the same forecaster's next one,
until it is withdrawn, or for good. Numbers are scored over the bins of the grid that all share.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import NamedTuple

from predtrack.dates import Moment, order_of
from predtrack.records import foresight, life, offers
from predtrack.records.life import ByID
from predtrack.records.platform import bots, late_options, spot_time
from predtrack.records.prediction import Forecast, Prediction
from predtrack.reports import chances
from predtrack.reports.sampling import Sampling, is_option_later
from predtrack.reports.scores import PLATFORM, Score, unscored, value_of
from predtrack.scoring import platform
from predtrack.scoring.platform import Spell, Window


def scores(
    prediction: Prediction, others: ByID, settings: Sampling, rule: str, *, whole: bool = False
) -> list[Score]:
    """Return the scores of a prediction on the day, by a platform's rule; none for kind date.

    In order of each forecaster's first forecast. Hindsight enters no score, its own or a peer's,
    and neither does what was said before the option that came was on offer; unless the question is
    asked `whole`, as the platform scores it. A forecaster of whom nothing stood in the window, or
    at the moment of the spot scores, has none.
    """
    if prediction.kind == "date":
        return []
    ordered = life.in_order(prediction.forecasts)
    unfit = {} if whole else _unfit(prediction, ordered)
    fit = [each for each in ordered if id(each) not in unfit]
    latest = {each.by: each for each in ordered} | {each.by: each for each in fit}
    rows = [unscored(prediction, each, rule) for each in latest.values()]
    if life.is_void(prediction, others, settings.day):
        return [each._replace(reason="void") for each in rows]
    reason = _unscored(prediction)
    if reason:
        return [each._replace(reason=reason) for each in rows]
    by_forecaster = _by_forecaster(prediction, fit, rule, settings.verbal)
    scored = []
    for each in rows:
        if each.by in by_forecaster:
            scored.append(_scored(each, by_forecaster[each.by], settings))
        elif id(each.forecast) in unfit:
            scored.append(each._replace(reason=unfit[id(each.forecast)]))
    return scored


def _unfit(prediction: Prediction, forecasts: Iterable[Forecast]) -> dict[int, str]:
    """Return why forecasts enter no score of any forecaster, by the forecast's identity."""
    deadline, unfit = life.deadline(prediction), {}
    for each in forecasts:
        if foresight.hindsight(prediction, each, deadline) is not None:
            unfit[id(each)] = "hindsight"
        elif is_option_later(prediction, each):
            unfit[id(each)] = "option_later"
    return unfit


WITHIN = 1e-9
UNCOMPARED = {
    "alone": "the forecasts of the others are not in the file",
    "date": "a cdf over times is kept by days",
    "absent": "no such forecast could be read, or it has no outcome",
}
"""Why a score that the platform gave cannot be computed."""


class Compared(NamedTuple):
    """A score that the platform gave beside the one computed, and whether they are the same."""

    id: str
    by: str
    rule: str
    given: float
    computed: float | None
    result: str  # met, missed, or why there is none: a key of UNCOMPARED

    @property
    def difference(self) -> float:
        """How far the two lie apart; 0 where there are not two."""
        same = self.computed is None or self.computed == self.given
        return 0.0 if same else abs((self.computed or 0.0) - self.given)


def compared(
    prediction: Prediction, platform_scores: Iterable[tuple[str, str, float]], settings: Sampling
) -> Iterator[Compared]:
    """Yield each score that the platform gave a forecaster by a rule, beside the one computed."""
    recomputed = {}
    for rule in PLATFORM:
        for each in scores(prediction, {}, settings, rule, whole=True):
            recomputed[each.by, rule] = each.score
    is_alone = len({each.by for each in prediction.forecasts}) == 1
    for by, rule, score in platform_scores:
        computed = recomputed.get((by, rule))
        row = Compared(prediction.id, by, rule, score, computed, "missed")
        if prediction.kind == "date":
            yield row._replace(result="date")
        elif computed is None:
            yield row._replace(result="absent")
        elif row.difference <= WITHIN:
            yield row._replace(result="met")
        elif is_alone and rule in {"peer", "spot_peer"}:
            yield row._replace(computed=None, result="alone")
        else:
            yield row


def _scored(blank: Score, score: float, settings: Sampling) -> Score:
    if math.isnan(score):
        return blank._replace(reason="undefined")
    return blank._replace(score=score, reason=_reason(blank, settings))


def _reason(blank: Score, settings: Sampling) -> str:
    """Return why a score does not enter means; "" where it does."""
    if isinstance(blank.forecast.probability, str):
        return "phrase"
    if blank.scheduled is None:
        return "no_deadline"
    if settings.day <= blank.scheduled and not settings.include_early:
        return "early"
    return "" if blank.origin in settings.origins else "origin"


def _unscored(prediction: Prediction) -> str:
    """Return why nothing of a prediction can be scored; "" where it can."""
    answer = chances.answer_of(prediction)
    if answer is None:
        return "open"
    if prediction.kind == "binary" and not isinstance(answer, str):
        return "partial"
    if _window(prediction) is None:
        return "no_window"
    return "no_grid" if prediction.kind == "numeric" and _grid(prediction) is None else ""


def _window(prediction: Prediction) -> Window | None:
    """Return when a question opened and closed, and was to close; None where that is not known."""
    scheduled = prediction.scheduled_close or prediction.closed
    if prediction.opened is None or scheduled is None:
        return None
    opened, until = _seconds(prediction.opened), _seconds(scheduled)
    closed = (
        _end_of_question(prediction, until)
        if prediction.closed is None
        else _seconds(prediction.closed)
    )
    return Window(opened, closed, until) if opened < until else None


def _end_of_question(prediction: Prediction, until: float) -> float:
    """Return the end of a question without a close: as scheduled, or once it was decided."""
    ended = prediction.outcome
    decided = None if ended is None else ended.decided
    return until if decided is None else min(until, _end_of(decided))


def _seconds(when: Moment) -> float:
    return order_of(when).replace(tzinfo=UTC).timestamp()


def _by_forecaster(
    prediction: Prediction, ordered: Sequence[Forecast], rule: str, verbal: str
) -> dict[Hashable, float]:
    window = _window(prediction)
    assert window is not None
    spells = list(_spells(prediction, ordered, verbal))
    bot_names = bots(prediction)
    pool = [each for each in spells if each.by not in bot_names]
    numeric = prediction.kind == "numeric"
    spot = spot_time(prediction)
    moment = window.closed if spot is None else min(_seconds(spot), window.closed)
    if rule == "baseline":
        return platform.baseline(spells, window)
    if rule == "spot_baseline":
        return platform.spot_baseline(spells, moment)
    if rule == "peer":
        return platform.peer(spells, pool, window, numeric=numeric)
    return platform.spot_peer(spells, pool, moment, numeric=numeric)


def _spells(prediction: Prediction, ordered: Sequence[Forecast], verbal: str) -> Iterator[Spell]:
    """Yield the forecasts that can be scored, each with the time in which it stood."""
    next_of: dict[str, float] = {}
    for forecast, start in reversed([*zip(ordered, _starts(ordered), strict=True)]):
        ended = math.inf if forecast.withdrawn is None else _end_of(forecast.withdrawn)
        end = min(next_of.get(forecast.by, math.inf), ended)
        next_of[forecast.by] = start
        shares = _shares(prediction, forecast, verbal)
        if shares is not None:
            yield Spell(forecast.by, start, end, *shares)


def _starts(ordered: Sequence[Forecast]) -> Iterator[float]:
    """Yield from when each forecast stands: never before the one that it revises.

    What bears only the day begins with it, and yet comes after every instant of that day.
    """
    last: dict[str, float] = {}
    for each in ordered:
        last[each.by] = max(_seconds(each.made), last.get(each.by, -math.inf))
        yield last[each.by]


def _end_of(when: Moment) -> float:
    """Return the end of a moment: of a day, the end of that day."""
    ends = _seconds(when)
    return ends if isinstance(when, datetime) else ends + 86_400


class _Shares(NamedTuple):
    """The chance of what came, the baseline score of it, and the chance of the last option."""

    p: float | None
    baseline: float
    rest: float


def _shares(prediction: Prediction, forecast: Forecast, verbal: str) -> _Shares | None:
    """Return the chance that a forecast gave to what came; None where it states no such chance."""
    if prediction.kind == "numeric":
        return _of_number(prediction, forecast)
    if prediction.kind == "choice":
        return _of_choice(prediction, forecast) if forecast.probabilities else None
    stated = forecast.probability
    p = None if stated is None else value_of(stated, verbal)
    if p is None:
        return None
    chance = p if chances.answer_of(prediction) == "yes" else 1 - p
    return _Shares(chance, platform.baseline_score(chance, 2), 0.0)


def _of_choice(prediction: Prediction, forecast: Forecast) -> _Shares:
    shares = dict(forecast.probabilities or ())
    options = offers.options_of(prediction, forecast)
    late = late_options(prediction)  # of records from before the format had such options
    unoffered = {
        name
        for name in prediction.options
        if name not in options or (name in late and not shares[name])
    }
    rest = min(1.0, shares.get(prediction.rest or prediction.options[-1], 0.0))
    answer = str(chances.answer_of(prediction))
    p = None if answer in unoffered else shares[answer]
    offered = max(2, sum(name not in unoffered for name in prediction.options))
    return _Shares(p, platform.baseline_score(rest if p is None else p, offered), rest)


def _of_number(prediction: Prediction, forecast: Forecast) -> _Shares | None:
    grid, bounds = _grid(prediction), prediction.range
    if forecast.cdf is None or grid is None or bounds is None or _places(forecast) != grid:
        return None
    answer = chances.answer_of(prediction)
    bins = len(grid) - 1
    if isinstance(answer, float | int):
        answer_bin = platform.bin_of(answer, grid)
    else:
        answer_bin = 0 if answer == "below" else bins + 1
    values = [p for _, p in forecast.cdf if isinstance(p, float | int)]
    p = max(0.0, platform.bin_chance(values, answer_bin))
    ends = bounds.open_low + bounds.open_high
    in_tail = answer_bin in {0, bins + 1}
    return _Shares(p, platform.baseline_score_binned(p, bins, ends, in_tail=in_tail), 0.0)


def _grid(prediction: Prediction) -> list[float] | None:
    """Return the edges of the bins: the places of the first cdf, where they span the range."""
    bounds = prediction.range
    first = next((each for each in prediction.forecasts if each.cdf is not None), None)
    if bounds is None or first is None:
        return None
    places = _places(first)
    spans = len(places) > 1 and (places[0], places[-1]) == (bounds.low, bounds.high)
    return places if spans else None


def _places(forecast: Forecast) -> list[float]:
    return [at for at, _ in forecast.cdf or () if not isinstance(at, date)]

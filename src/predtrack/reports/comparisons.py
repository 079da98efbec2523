"""Compare two forecasters on what both have forecast, each by what stood at one moment.

That moment is the later of their two first days: the first against the first would let whoever
came later seem better, by nothing but the news in between.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import combinations
from statistics import median_low
from typing import NamedTuple

from predtrack.dates import day_of
from predtrack.records import life
from predtrack.records.life import ByID
from predtrack.records.prediction import Forecast, Prediction
from predtrack.reports import sampling, scores
from predtrack.reports.calibration import pair_mean
from predtrack.reports.listing import Known, Row
from predtrack.reports.sampling import Sampling, case_of
from predtrack.reports.scores import Referred, Score
from predtrack.scoring import choice, numeric
from predtrack.scoring.families import FamilyMean, families_of
from predtrack.scoring.implied import Choice, choices_over
from predtrack.scoring.quantities import implied_deviation, quantities_over
from predtrack.scoring.skill import paired_difference
from predtrack.scoring.sums import ALIKE

INTERVAL_FROM, AHEAD_FROM = 5, 10  # families


class Comparison(NamedTuple):
    """Two forecasters on what both have forecast: the mean loss of b minus that of a."""

    a: str
    b: str
    rule: str
    unit: str | None
    rows: int
    families: int
    diff: float
    low: float | None = None
    high: float | None = None
    origin: str | None = None
    lead: int | None = None  # days from the moment compared to the scheduled one, in the middle
    questions: tuple[str, ...] = ()  # the ids of what both have forecast
    scale: str | None = None  # linear or log: what the scores of a quantity are of

    @property
    def is_shown(self) -> bool:
        """Whether one of the two is ahead by more than luck gives."""
        if self.low is None or self.high is None or self.families < AHEAD_FROM:
            return False
        return self.low > 0 or self.high < 0


class _Shared(NamedTuple):
    """What both have forecast of one question: the score of each, and the days it was ahead."""

    own: Score
    other: Score
    lead: int | None


def comparisons(
    rows: Iterable[Row], folder: Known, names: Iterable[str], settings: Sampling
) -> Iterator[Comparison]:
    """Compare each two of the forecasters named, by origin, rule, unit and scale; never across."""
    pairs = list(combinations(dict.fromkeys(names), 2))
    shared: dict[tuple[str, str], list[_Shared]] = {pair: [] for pair in pairs}
    for row in rows if pairs else ():
        forecasters = set(row.details.by)
        for pair in pairs:
            if forecasters.issuperset(pair):
                shared[pair] += _shared(folder.prediction(row), folder.predictions, pair, settings)
    for pair, questions in shared.items():
        yield from _compared(pair, questions)


def _compared(pair: tuple[str, str], questions: Iterable[_Shared]) -> Iterator[Comparison]:
    alike: defaultdict[tuple[str, str, str | None, str | None], list[_Shared]] = defaultdict(list)
    for each in questions:
        alike[each.own.origin, each.own.rule, each.own.unit, each.own.scale].append(each)
    for (origin, rule, unit, scale), some in sorted(alike.items(), key=lambda item: str(item[0])):
        mean = difference(rule, [(each.own, each.other) for each in some])
        leads = [each.lead for each in some if each.lead is not None]
        compared = Comparison(*pair, rule, unit, mean.rows, mean.families, mean.mean)
        yield compared._replace(
            low=mean.low,
            high=mean.high,
            origin=origin,
            lead=median_low(leads) if leads else None,
            questions=tuple(dict.fromkeys(each.own.id for each in some)),
            scale=scale,
        )


def difference(rule: str, pairs: Sequence[tuple[Score, Score | Referred]]) -> FamilyMean:
    """Return the mean loss of others minus one's own, with an interval from 5 families on.

    Of chances, choices, intervals and quantiles the interval allows for the spread that they
    imply. In the unit of the rule.
    """
    if rule in {"brier", "cdf"}:
        return with_interval(
            pair_mean(
                [
                    (own.family, mine.stated, others.stated, mine.came)
                    for own, other in pairs
                    for mine, others in zip(own.terms, other.terms, strict=True)
                ]
            ),
            rows=len(pairs),
        )
    if rule in _OF_CHOICES:
        families = families_of([own.family for own, _ in pairs])
        mean = choices_over(families, [_choice(rule, *pair) for pair in pairs])
        return with_interval(mean, rows=len(pairs))
    losses = [(own.family, own.score or 0, other.score or 0) for own, other in pairs]
    largest = max(max(own, other) for _, own, other in losses)
    if rule in {"interval", "pinball"}:
        mean = quantities_over(
            families_of([family for family, _, _ in losses]),
            [theirs - mine for _, mine, theirs in losses],
            [_implied(rule, *pair) for pair in pairs],
        )
    else:
        mean = paired_difference(losses)
    return with_interval(mean, rows=len(pairs), largest=largest)


def _implied(rule: str, own: Score, other: Score | Referred) -> float:
    """Return the spread of a difference of two losses that both forecasts of a number imply."""
    first, second = (_quantiles_of(each.forecast, own.scale) for each in (own, other))
    if rule == "pinball":

        def gap(y: float) -> float:
            return numeric.quantile_score(second, y) - numeric.quantile_score(first, y)

    else:
        confidence = own.forecast.interval.confidence if own.forecast.interval else None
        (mine, theirs) = ([value for _, value in each] for each in (first, second))

        def gap(y: float) -> float:
            ends = (theirs, mine)
            lost = [numeric.interval_score(low, high, confidence or 0, y) for low, high in ends]
            return lost[0].total - lost[1].total

    return implied_deviation(first, second, gap)


def _quantiles_of(forecast: Forecast, scale: str | None) -> tuple[tuple[float, float], ...]:
    """Return the quantiles that a forecast of a number states: an interval is a central one."""
    forecast = (scores.in_logs(forecast) if scale == "log" else forecast) or forecast
    interval = forecast.interval
    if interval is None or interval.low is None or interval.high is None:
        return forecast.quantiles or ()
    tail = (1 - (interval.confidence or 0)) / 2
    return (tail, interval.low), (1 - tail, interval.high)


_OF_CHOICES = {"brier2": choice.brier2, "rps": choice.rps}


def _choice(rule: str, mine: Score, others: Score | Referred) -> Choice:
    """Return the middle of two forecasts of a choice, and the gap of their losses by option."""
    loss = _OF_CHOICES[rule]
    own, other = ([term.stated for term in each.terms] for each in (mine, others))
    options = range(len(own))
    return Choice(
        middle=[(a + b) / 2 for a, b in zip(own, other, strict=True)],
        gaps=[loss(other, option) - loss(own, option) for option in options],
        happened=next(at for at in options if mine.terms[at].came),
    )


def with_interval(mean: FamilyMean, rows: int, largest: float = 1.0) -> FamilyMean:
    """Return a mean difference without the interval that so few families cannot carry.

    Losses that differ by rounding alone, as the largest of them is rounded, are alike: their
    difference is 0, and an interval of no width is none.
    """
    hair = ALIKE * largest
    mean = mean._replace(rows=rows, mean=mean.mean if abs(mean.mean) > hair else 0.0)
    width = 0.0 if mean.low is None or mean.high is None else mean.high - mean.low
    if mean.families >= INTERVAL_FROM and width > hair:
        return mean
    return mean._replace(low=None, high=None)


def _shared(
    prediction: Prediction, others: ByID, pair: tuple[str, str], settings: Sampling
) -> Iterator[_Shared]:
    """Yield each question of a prediction that both have forecast, and that counts."""
    moment, two = _at_one_moment(prediction, pair, settings)
    if not two:
        return
    only = replace(prediction, forecasts=two)
    case = case_of(
        only, others, settings if settings.lead is not None else replace(settings, at="first")
    )
    by: dict[str, dict[object, Score]] = {name: {} for name in pair}
    for score in scores.telling(case):
        if score.counts and score.score is not None and score.rule != "hit":
            question = score.origin, score.rule, scores.about(score.forecast, score.terms)
            by[score.by][question] = score
    own, other = by[pair[0]], by[pair[1]]
    for both in own.keys() & other.keys():
        scheduled = own[both].scheduled
        lead = None if scheduled is None or moment is None else (scheduled - moment).days
        yield _Shared(own[both], other[both], settings.lead if moment is None else lead)


def _at_one_moment(
    prediction: Prediction, pair: tuple[str, str], settings: Sampling
) -> tuple[date | None, tuple[Forecast, ...]]:
    """Return the day on which two are compared, and the two forecasts that stood then.

    The forecasts are none where one of the two is lacking, or the question was settled by then.
    With a lead that is the moment already, so that the function returns all their forecasts.
    """
    mine: dict[str, list[Forecast]] = {name: [] for name in pair}
    for each in life.in_order(prediction.forecasts):
        if each.by in mine:
            mine[each.by].append(each)
    if settings.lead is not None:
        return None, tuple(each for name in pair for each in mine[name])
    moment = max(day_of(forecasts[0].made) for forecasts in mine.values())
    if _was_decided(prediction, moment):
        return moment, ()
    standing = [sampling.standing_at(forecasts, moment) for forecasts in mine.values()]
    ahead = [_ahead(each, moment) for each in standing if each is not None]
    return moment, tuple(ahead) if len(ahead) == len(pair) else ()


def _was_decided(prediction: Prediction, moment: date) -> bool:
    """Return whether a question was settled by the end of a day; "not yet" settles no later one."""
    ended = prediction.outcome
    if ended is None or ended.decided is None:
        return False
    goes_on = prediction.kind == "date" and ended.answer == "no"
    return ended.decided <= moment and not goes_on


def _ahead(forecast: Forecast, moment: date) -> Forecast:
    """Return the forecast as of a day: a date cdf keeps only the days that were still to come."""
    if not life.points_of(forecast):
        return forecast
    points = tuple(
        (day, p) for day, p in forecast.cdf or () if isinstance(day, date) and day > moment
    )
    return replace(forecast, cdf=points)

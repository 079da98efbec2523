"""Score predictions: one row a forecast, by the headline rule of its form or by another."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from predtrack import phrases
from predtrack.dates import Moment
from predtrack.records import life, offers
from predtrack.records.life import ByID
from predtrack.records.prediction import VALUES, Forecast, Prediction
from predtrack.reports import chances, sampling
from predtrack.reports.listing import Known, Row
from predtrack.reports.sampling import Case, Sampling
from predtrack.scoring import binary, choice, numeric

PLATFORM = ("baseline", "spot_baseline", "peer", "spot_peer")  # of a forecaster, not a forecast
RULES = ("log", "wis", "brier2", *PLATFORM)
"""What may be asked for in place of the headline rules."""

WITH_UNIT = frozenset({"interval", "pinball", "abs_error", "wis"})
"""The rules whose score has the unit of the quantity, or of its logarithm."""

NO_LOGARITHM = "no_logarithm"
"""Why a score does not count: its scale is log, and a value of it is not above 0."""


class Term(NamedTuple):
    """One stated chance beside what came of it, and what it costs."""

    target: str
    stated: float
    came: float
    loss: float


class Referred(NamedTuple):
    """What the record's own reference scores in the place of a forecast."""

    score: float
    terms: tuple[Term, ...]
    forecast: Forecast  # the reference, as if it had been somebody's forecast


class Score(NamedTuple):
    """What one forecast scores, whether that enters means, and the arithmetic behind it."""

    id: str
    by: str
    made: Moment
    kind: str
    rule: str
    family: str
    origin: str
    unit: str | None
    forecast: Forecast
    reason: str = ""  # why it does not enter means; "" where it does
    score: float | None = None
    points: int | None = None  # of a cdf: how many it states,
    points_due: int | None = None  # and how many of them have come due and are decided
    terms: tuple[Term, ...] = ()
    parts: numeric.IntervalScore | None = None
    came: float | None = None  # the number that came, where the score is about one
    scheduled: date | None = None  # the day that must pass before it counts
    scale: str | None = None  # linear or log: what a score of a quantity is of
    reference: Referred | None = None  # of a number that counts, where a report asks for it

    @property
    def counts(self) -> bool:
        """Whether the score enters means."""
        return not self.reason


class _Result(NamedTuple):
    """What a rule finds of a forecast: the fields of its score that depend on what came."""

    reason: str
    score: float | None = None
    terms: tuple[Term, ...] = ()
    parts: numeric.IntervalScore | None = None
    came: float | None = None
    points_due: int | None = None
    scheduled: date | None = None  # where it is not the deadline


def scores(
    prediction: Prediction, others: ByID, settings: Sampling, rule: str | None = None
) -> list[Score]:
    """Return the scores of every forecast of a prediction as known on the day.

    Each by the headline rule of its form; with a rule, those of the forecasts it applies to. A
    rule of a platform gives one row a forecaster.
    """
    if rule in PLATFORM:
        from predtrack.reports import platform

        return platform.scores(prediction, others, settings, rule)
    case = sampling.case_of(prediction, others, settings)
    named = ((forecast, rule or headline(prediction, forecast)) for forecast in case.ordered)
    return [
        _score(case, forecast, name, _result(case, forecast, name))
        for forecast, name in named
        if rule is None or rule in rules_of(prediction, forecast)
    ]


def telling(case: Case) -> list[Score]:
    """Return the headline scores that a report tells of: of what is void or revised, none.

    Only those that count, or are early alone, are worked out.
    """
    scored = []
    for forecast in case.ordered:
        rule = headline(case.prediction, forecast)
        result = _result(case, forecast, rule, whole=False)
        if result.reason not in {"revised", "void"}:
            score = _score(case, forecast, rule, result)
            if score.counts and case.prediction.reference is not None:
                score = score._replace(reference=_referred(case, score))
            scored.append(score)
    return scored


def _referred(case: Case, score: Score) -> Referred | None:
    """Return what the record's own reference scores, if it answers the same numeric question.

    It does if the same rule applies to it, over the same levels, confidence or thresholds.
    """
    reference = case.prediction.reference
    if reference is None or score.kind != "numeric" or score.rule == "hit":
        return None
    stand_in = replace(score.forecast, **{name: getattr(reference, name) for name in VALUES})
    if headline(case.prediction, stand_in) != score.rule:
        return None
    # what is known of a forecast is kept by its place in memory, which this one gives back
    result = _RULES[score.rule](case._replace(parts={}), stand_in, "")
    if result.reason or result.score is None:
        return None
    is_alike = about(stand_in, result.terms) == about(score.forecast, score.terms)
    return Referred(result.score, result.terms, stand_in) if is_alike else None


def about(forecast: Forecast, terms: Iterable[Term]) -> tuple[object, ...]:
    """Return what a score is about: its chances, or the confidence or levels it was paid by.

    Of a point, nothing.
    """
    if forecast.quantiles is not None:
        return tuple(level for level, _ in forecast.quantiles)
    interval = forecast.interval
    if interval is not None and interval.low is not None and interval.high is not None:
        return (interval.confidence or 0.0,)
    return tuple(term.target for term in terms)


def scored_rows(
    rows: Iterable[Row], folder: Known, settings: Sampling, by: tuple[str, ...] = ()
) -> Iterator[tuple[Row, Prediction, list[Score]]]:
    """Yield each row with its prediction and the scores of its forecasts, by some if named.

    The day of the sampling is the one that the rows are of.
    """
    for row in rows:
        prediction = folder.prediction(row)
        scored = scores(prediction, folder.predictions, settings)
        yield row, prediction, [each for each in scored if not by or each.by in by]


def headline(prediction: Prediction, forecast: Forecast) -> str:
    """Return the rule that scores a forecast, by its form."""
    if forecast.probability is not None:
        return "brier"
    if forecast.probabilities is not None:
        return "rps" if prediction.ordered else "brier2"
    if forecast.cdf is not None:
        return "cdf"
    if forecast.quantiles is not None:
        return "pinball"
    if forecast.point is not None:
        return "abs_error"
    interval = forecast.interval
    if interval is None or interval.confidence is None:
        return "hit"
    return "brier" if interval.low is None or interval.high is None else "interval"


def rules_of(prediction: Prediction, forecast: Forecast) -> tuple[str, ...]:
    """Return the rules that apply to a forecast, its headline first."""
    first = headline(prediction, forecast)
    if forecast.probability is not None:
        return first, "log", "brier2"
    if first == "pinball" and _central(forecast):
        return first, "wis"
    return (first, "log") if first in {"rps", "brier2", "cdf", "brier"} else (first,)


def _central(forecast: Forecast) -> tuple[float, list[tuple[float, float, float]]] | None:
    """Return the median and central intervals of quantiles that are symmetric about it."""
    values = {round(level, 9): value for level, value in forecast.quantiles or ()}
    pairs = {level: round(1 - level, 9) for level in values if level < 0.5}
    if set(values) != {0.5, *pairs, *pairs.values()} or not all(0 < low < 0.5 for low in pairs):
        return None
    return values[0.5], [(values[low], values[high], 1 - 2 * low) for low, high in pairs.items()]


def unscored(prediction: Prediction, forecast: Forecast, rule: str) -> Score:
    """Return a score before anything is computed."""
    return _score_of(prediction, forecast, rule, _Result(""), life.deadline(prediction))


def _score_of(
    prediction: Prediction, forecast: Forecast, rule: str, result: _Result, deadline: date | None
) -> Score:
    """Return the score of a forecast with the result of its rule."""
    reason, score, terms, parts, number, points_due, scheduled = result
    return Score(
        prediction.id,
        forecast.by,
        forecast.made,
        prediction.kind,
        rule,
        prediction.family or prediction.id,
        chances.origin_of(prediction, forecast),
        prediction.unit if rule in WITH_UNIT else None,
        forecast,
        reason,
        score,
        None,
        points_due,
        terms,
        parts,
        number,
        scheduled or deadline,
        prediction.scale if rule in WITH_UNIT else None,
    )


def _score(case: Case, forecast: Forecast, rule: str, result: _Result) -> Score:
    score = _score_of(case.prediction, forecast, rule, result, case.deadline)
    if forecast.cdf is None:
        return score
    return score._replace(points=len(forecast.cdf), points_due=result.points_due or 0)


def _result(case: Case, forecast: Forecast, rule: str, *, whole: bool = True) -> _Result:
    if case.is_void:
        return _Result("void")
    if case.prediction.kind == "date" and forecast.cdf is not None:
        return _of_days(case, forecast, _LOSSES[rule])
    reason = sampling.reason_against(case, forecast, case.deadline)
    if reason == "no_deadline" and rule == "hit":
        reason = sampling.reason_undated(case, forecast)
    is_decided = life.decides(case.prediction, case.deadline)
    if not is_decided or not (whole or reason in {"", "early"}):
        return _Result(reason)
    return _RULES[rule](case, forecast, reason)


def _of_days(case: Case, forecast: Forecast, loss: Loss) -> _Result:
    """Return the score over the days of a date cdf that are due, else over those decided early.

    At a lead each day has the forecast that stood before it: one that counts for some days is
    scored over those. Days that had passed when it was made are hindsight: they have a part in the
    score only where all days are, and then it never counts.
    """
    reasons = {
        day: sampling.reason_against(case, forecast, day) for day in life.points_of(forecast)
    }
    stated_ahead = [day for day, reason in reasons.items() if reason != "hindsight"]
    decided = [day for day in stated_ahead or reasons if life.decides(case.prediction, day)]
    due = [day for day in decided if reasons[day] != "early"]
    used = [day for day in due if not reasons[day]] or due or decided
    if not used:
        return _Result("open" if stated_ahead else "hindsight")
    stated = [
        (f"by {day}", chance, chances.happened_by(case.prediction, day))
        for day, chance in forecast.cdf or ()
        if isinstance(day, date) and day in used
    ]
    result = _over_terms(reasons[used[0]], stated, loss, case.settings.verbal)
    return result._replace(points_due=len(due), scheduled=used[0])


Loss = Callable[[float, float], float]
_Points = Sequence[tuple[str, float | str, float | None]]  # of what, the stated chance, what came


def _over_terms(reason: str, stated: _Points, loss: Loss, table: str) -> _Result:
    """Return the mean loss over stated chances, with its terms."""
    terms, decided = [], 0
    for target, chance, happened in stated:
        if happened is not None:
            decided += 1
            value = value_of(chance, table)
            if value is not chance:
                reason = reason or "phrase"
            if value is not None:
                terms.append(Term(target, value, happened, loss(value, happened)))
    if not decided:
        return _Result(reason or "out_of_range")
    if len(terms) < decided:  # a phrase that the table does not hold
        return _Result(reason)
    return _Result(reason, sum([term.loss for term in terms]) / decided, tuple(terms))


def value_of(stated: float | str, table: str) -> float | None:
    """Return the number of a stated chance; of a phrase, the middle that a table gives, if any."""
    if not isinstance(stated, str):
        return stated
    meaning = phrases.meaning(stated, table)
    return None if meaning is None else meaning[1]


def _by_chances(case: Case, forecast: Forecast, reason: str, loss: Loss) -> _Result:
    """Return the loss of a probability, a one-sided interval, or the points of a numeric cdf."""
    prediction, table = case.prediction, case.settings.verbal
    if forecast.cdf is None:
        parts = sampling.parts_of(case, forecast)
        points = [(target, stated, happened) for stated, target, _, happened, _ in parts]
        return _over_terms(reason, points, loss, table)
    points = [
        (chances.at_most_name(place), chance, chances.at_most(prediction, place))
        for place, chance in forecast.cdf
        if not isinstance(place, date)
    ]
    points_due = 0 if reason in {"early", "no_deadline"} else len(points)
    if any(
        happened is None for _, _, happened in points
    ):  # scoring the rest would let the answer choose
        return _Result(reason or "out_of_range", points_due=points_due)
    return _over_terms(reason, points, loss, table)._replace(points_due=points_due)


def _brier(case: Case, forecast: Forecast, reason: str) -> _Result:
    return _by_chances(case, forecast, reason, binary.brier)


def _log(case: Case, forecast: Forecast, reason: str) -> _Result:
    if case.prediction.kind == "choice":
        return _of_choice(case, forecast, reason, choice.log_score)
    return _by_chances(case, forecast, reason, binary.log_score)


_LOSSES: dict[str, Loss] = {"cdf": binary.brier, "log": binary.log_score}


def _of_choice(
    case: Case, forecast: Forecast, reason: str, rule: Callable[[list[float], int], float]
) -> _Result:
    answer = chances.option_came(case.prediction, forecast)
    if answer is None:
        return _Result(reason)
    stated = dict(forecast.probabilities or ())
    options = offers.options_of(case.prediction, forecast)
    shares = [stated[each] for each in options]
    terms = []
    for name, p in zip(options, shares, strict=True):
        y = float(name == answer)
        terms.append(Term(name, p, y, binary.brier(p, y)))
    return _Result(reason, rule(shares, options.index(answer)), tuple(terms))


def _rps(case: Case, forecast: Forecast, reason: str) -> _Result:
    return _of_choice(case, forecast, reason, choice.rps)


def _brier2(case: Case, forecast: Forecast, reason: str) -> _Result:
    """Return the sum over both outcomes, as platforms give it: of a binary, twice its Brier."""
    if case.prediction.kind == "choice":
        return _of_choice(case, forecast, reason, choice.brier2)
    result = _brier(case, forecast, reason)
    if result.score is None:
        return result
    terms = tuple(term._replace(loss=2 * term.loss) for term in result.terms)
    return result._replace(score=2 * result.score, terms=terms)


def _number(prediction: Prediction) -> float | None:
    answer = chances.answer_of(prediction)
    return answer if isinstance(answer, int | float) else None


def _about_a_number(rule: Callable[[Forecast, float], float | numeric.IntervalScore]) -> Rule:
    def scored(case: Case, forecast: Forecast, reason: str) -> _Result:
        number = _number(case.prediction)
        if number is None:
            return _Result(reason or "out_of_range")
        scaled = _scaled(case.prediction, forecast, number)
        if scaled is None:
            return _Result(reason or NO_LOGARITHM, came=number)
        score = rule(*scaled)
        if isinstance(score, numeric.IntervalScore):
            return _Result(reason, score.total, parts=score, came=number)
        return _Result(reason, score, came=number)

    return scored


def _scaled(
    prediction: Prediction, forecast: Forecast, number: float
) -> tuple[Forecast, float] | None:
    """Return a forecast and the number that came, as they are scored; None without a logarithm."""
    if prediction.scale != "log":
        return forecast, number
    logs = in_logs(forecast)
    return None if logs is None or number <= 0 else (logs, math.log(number))


def in_logs(forecast: Forecast) -> Forecast | None:
    """Return a forecast of the natural logarithm; None where a value of it is not above 0."""
    interval, quantiles, point = forecast.interval, forecast.quantiles, forecast.point
    stated = [value for _, value in quantiles or ()]
    if interval is not None:
        stated += [end for end in (interval.low, interval.high) if end is not None]
    stated += [] if point is None else [point]
    if stated and min(stated) <= 0:
        return None
    return replace(
        forecast,
        interval=interval
        and replace(interval, low=_log_of(interval.low), high=_log_of(interval.high)),
        quantiles=quantiles and tuple((level, math.log(value)) for level, value in quantiles),
        point=_log_of(point),
    )


def _log_of(value: float | None) -> float | None:
    return None if value is None else math.log(value)


def _interval(forecast: Forecast, y: float) -> numeric.IntervalScore:
    interval = forecast.interval
    assert interval is not None
    low, high, confidence = interval.low, interval.high, interval.confidence
    assert low is not None
    assert high is not None
    assert confidence is not None
    return numeric.interval_score(low, high, confidence, y)


def _hit(case: Case, forecast: Forecast, reason: str) -> _Result:
    share = hit(case.prediction, forecast)
    why = reason if share is not None else reason or "out_of_range"
    return _Result(why, share, came=_number(case.prediction))


def hit(prediction: Prediction, forecast: Forecast) -> float | None:
    """Return 1 if a claim without a number, or a range, came true; 0 if not; a share if in part."""
    if forecast.interval is not None:
        return chances.inside(prediction, forecast.interval)
    deadline = life.deadline(prediction)
    if prediction.kind != "date":
        return chances.share_of_yes(prediction)
    if deadline is None:
        return float(isinstance(chances.answer_of(prediction), date))
    return chances.happened_by(prediction, deadline)


def _wis(forecast: Forecast, number: float) -> float:
    median, intervals = _central(forecast) or (0.0, [])
    return numeric.wis(median, intervals, number)


Rule = Callable[[Case, Forecast, str], _Result]
_RULES: dict[str, Rule] = {
    "brier": _brier,
    "log": _log,
    "cdf": _brier,
    "brier2": _brier2,
    "rps": _rps,
    "interval": _about_a_number(_interval),
    "pinball": _about_a_number(
        lambda forecast, number: numeric.quantile_score(forecast.quantiles or (), number)
    ),
    "wis": _about_a_number(_wis),
    "abs_error": _about_a_number(
        lambda forecast, number: numeric.absolute_error(forecast.point or 0, number)
    ),
    "hit": _hit,
}

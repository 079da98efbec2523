"""Predictions -> scores: one row a forecast, by the headline rule of its form or by another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from predtrack import phrases
from predtrack.dates import Moment
from predtrack.records import life
from predtrack.records.life import ByID
from predtrack.records.prediction import Forecast, Prediction
from predtrack.reports import chances, sampling
from predtrack.reports.listing import Known, Row
from predtrack.reports.sampling import Sampling
from predtrack.scoring import binary, choice, numeric

PLATFORM = ("baseline", "spot_baseline", "peer", "spot_peer")  # of a forecaster, not a forecast
RULES = ("log", "wis", "brier2", *PLATFORM)
"""What may be asked for in place of the headline rules."""

WITH_UNIT = frozenset({"interval", "pinball", "abs_error", "wis"})
"""The rules whose score has the unit of the quantity."""


class Term(NamedTuple):
    """One stated chance beside what came of it, and what it costs."""

    target: str
    stated: float
    came: float
    loss: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
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

    @property
    def counts(self) -> bool:
        """Whether the score enters means."""
        return not self.reason


def scores(
    prediction: Prediction, others: ByID, asked: Sampling, rule: str | None = None
) -> list[Score]:
    """The scores of every forecast of a prediction as known on the day.

    Each by the headline rule of its form; with a rule, those of the forecasts it applies to. A
    rule of a platform gives one row a forecaster.
    """
    if rule in PLATFORM:
        from predtrack.reports import platform

        return platform.scores(prediction, others, asked, rule)
    void = life.is_void(prediction, others, asked.day)
    return [
        _score(prediction, forecast, asked, named, void=void)
        for forecast in life.in_order(prediction.forecasts)
        if (named := rule or headline(prediction, forecast)) in rules_of(prediction, forecast)
    ]


def scored_rows(
    rows: Iterable[Row], known: Known, asked: Sampling, by: tuple[str, ...] = ()
) -> Iterator[tuple[Row, Prediction, list[Score]]]:
    """Each row with its prediction and the scores of its forecasts, of some forecasters if named.

    The day of the sampling is the one that the rows are of.
    """
    for row in rows:
        prediction = known.prediction(row)
        found = scores(prediction, known.predictions, asked)
        yield row, prediction, [each for each in found if not by or each.by in by]


def headline(prediction: Prediction, forecast: Forecast) -> str:
    """The rule that a forecast is scored by, by its form."""
    return rules_of(prediction, forecast)[0]


def rules_of(prediction: Prediction, forecast: Forecast) -> tuple[str, ...]:
    """The rules that apply to a forecast, its headline first."""
    if forecast.probability is not None:
        return "brier", "log", "brier2"
    if forecast.probabilities is not None:
        return ("rps" if prediction.ordered else "brier2"), "log"
    if forecast.cdf is not None:
        return "cdf", "log"
    if forecast.quantiles is not None:
        return ("pinball", "wis") if _central(forecast) else ("pinball",)
    if forecast.point is not None:
        return ("abs_error",)
    return _rules_of_interval(forecast)


def _rules_of_interval(forecast: Forecast) -> tuple[str, ...]:
    interval = forecast.interval
    if interval is None or interval.confidence is None:
        return ("hit",)
    return ("brier", "log") if interval.low is None or interval.high is None else ("interval",)


def _central(forecast: Forecast) -> tuple[float, list[tuple[float, float, float]]] | None:
    """The median and the central intervals of quantiles, where they are symmetric about it."""
    values = {round(level, 9): value for level, value in forecast.quantiles or ()}
    pairs = {level: round(1 - level, 9) for level in values if level < 0.5}
    if set(values) != {0.5, *pairs, *pairs.values()} or not all(0 < low < 0.5 for low in pairs):
        return None
    return values[0.5], [(values[low], values[high], 1 - 2 * low) for low, high in pairs.items()]


def unscored(prediction: Prediction, forecast: Forecast, rule: str) -> Score:
    """What is known of a score before anything is computed."""
    return Score(
        id=prediction.id,
        by=forecast.by,
        made=forecast.made,
        kind=prediction.kind,
        rule=rule,
        family=prediction.family or prediction.id,
        origin=chances.origin_of(prediction, forecast),
        unit=prediction.unit if rule in WITH_UNIT else None,
        forecast=forecast,
        scheduled=life.deadline(prediction),
    )


def _score(
    prediction: Prediction, forecast: Forecast, asked: Sampling, rule: str, *, void: bool
) -> Score:
    blank = unscored(prediction, forecast, rule)
    if forecast.cdf is not None:
        blank = replace(blank, points=len(forecast.cdf), points_due=0)
    if void:
        return replace(blank, reason="void")
    if prediction.kind == "date" and forecast.cdf is not None:
        return _of_days(prediction, blank, asked)
    reason = sampling.reason_against(prediction, forecast, life.deadline(prediction), asked)
    if reason == "open":
        return replace(blank, reason=reason)
    return _RULES[rule](prediction, replace(blank, reason=reason), asked)


def _of_days(prediction: Prediction, blank: Score, asked: Sampling) -> Score:
    """The score over the days of a date cdf that are due, else over those decided early.

    At a lead each day has the forecast that stood before it: one that counts for some days is
    scored over those.
    """
    reasons = {
        day: sampling.reason_against(prediction, blank.forecast, day, asked)
        for day in life.points_of(blank.forecast)
    }
    known = [day for day, reason in reasons.items() if reason != "open"]
    due = [day for day in known if reasons[day] != "early"]
    used = [day for day in due if not reasons[day]] or due or known
    if not used:
        return replace(blank, reason="open")
    found = replace(blank, reason=reasons[used[0]], points_due=len(due), scheduled=used[0])
    stated = (
        (f"by {day}", chance, chances.happened_by(prediction, day))
        for day, chance in blank.forecast.cdf or ()
        if isinstance(day, date) and day in used
    )
    return _over_terms(found, stated, asked)


_Points = Iterable[tuple[str, float | str, float | None]]  # of what, the stated chance, what came


def _over_terms(blank: Score, stated: _Points, asked: Sampling) -> Score:
    """The mean loss over stated chances, with its terms."""
    known = [(target, chance, came) for target, chance, came in stated if came is not None]
    values = [value_of(chance, asked.verbal) for _, chance, _ in known]
    phrase = any(isinstance(chance, str) for _, chance, _ in known)
    reason = blank.reason or ("phrase" if phrase else "")
    if not known:
        return replace(blank, reason=blank.reason or "out_of_range")
    loss = binary.log_score if blank.rule == "log" else binary.brier
    terms = [
        Term(target, value, came, loss(value, came))
        for (target, _, came), value in zip(known, values, strict=True)
        if value is not None
    ]
    if len(terms) < len(known):  # a phrase that the table does not hold
        return replace(blank, reason=reason)
    score = sum(term.loss for term in terms) / len(terms)
    return replace(blank, reason=reason, score=score, terms=tuple(terms))


def value_of(stated: float | str, table: str) -> float | None:
    """The number of a stated chance; of a phrase, the middle that a table gives, if it does."""
    if not isinstance(stated, str):
        return stated
    found = phrases.meaning(stated, table)
    return None if found is None else found[1]


def _by_chances(prediction: Prediction, blank: Score, asked: Sampling) -> Score:
    """The loss of a probability, of a one-sided interval, or of the points of a numeric cdf."""
    forecast = blank.forecast
    if prediction.kind == "choice":
        return _log_of_choice(prediction, blank)
    if forecast.cdf is None:
        parts = chances.stated(prediction, forecast)
        return _over_terms(
            blank, ((each.target, each.stated, each.happened) for each in parts), asked
        )
    points = [
        (chances.at_most_name(place), chance, chances.at_most(prediction, place))
        for place, chance in forecast.cdf
        if not isinstance(place, date)
    ]
    is_due = blank.reason not in {"early", "no_deadline"}
    found = replace(blank, points_due=len(points) if is_due else 0)
    if any(came is None for _, _, came in points):  # scoring the rest would let the answer choose
        return replace(found, reason=blank.reason or "out_of_range")
    return _over_terms(found, points, asked)


def _shares(prediction: Prediction, forecast: Forecast) -> tuple[list[float], int]:
    """The chances of a choice in the order of its options, and which came."""
    given = dict(forecast.probabilities or ())
    came = prediction.options.index(str(chances.answer_of(prediction)))
    return [given[each] for each in prediction.options], came


def _of_choice(rule: Callable[[list[float], int], float]) -> Callable[..., Score]:
    def scored(prediction: Prediction, blank: Score, _asked: Sampling | None = None) -> Score:
        shares, came = _shares(prediction, blank.forecast)
        names = zip(prediction.options, shares, strict=True)
        terms = tuple(
            Term(name, p, float(k == came), binary.brier(p, float(k == came)))
            for k, (name, p) in enumerate(names)
        )
        return replace(blank, score=rule(shares, came), terms=terms)

    return scored


_log_of_choice = _of_choice(choice.log_score)
_brier2_of_choice = _of_choice(choice.brier2)


def _brier2(prediction: Prediction, blank: Score, asked: Sampling) -> Score:
    """The sum over both outcomes, as some platforms give it: of a binary, twice the Brier score."""
    if prediction.kind == "choice":
        return _brier2_of_choice(prediction, blank)
    found = _by_chances(prediction, blank, asked)
    if found.score is None:
        return found
    terms = tuple(term._replace(loss=2 * term.loss) for term in found.terms)
    return replace(found, score=2 * found.score, terms=terms)


def _number(prediction: Prediction) -> float | None:
    answer = chances.answer_of(prediction)
    return answer if isinstance(answer, int | float) else None


def _about_a_number(rule: Callable[[Forecast, float], float]) -> Callable[..., Score]:
    def scored(prediction: Prediction, blank: Score, _asked: Sampling) -> Score:
        came = _number(prediction)
        if came is None:
            return replace(blank, reason=blank.reason or "out_of_range")
        return replace(blank, score=rule(blank.forecast, came), came=came)

    return scored


def _interval(prediction: Prediction, blank: Score, _asked: Sampling) -> Score:
    interval, came = blank.forecast.interval, _number(prediction)
    if interval is None or came is None:
        return replace(blank, reason=blank.reason or "out_of_range")
    low, high, confidence = interval.low, interval.high, interval.confidence
    assert low is not None
    assert high is not None
    assert confidence is not None
    parts = numeric.interval_score(low, high, confidence, came)
    return replace(blank, score=parts.total, parts=parts, came=came)


def _hit(prediction: Prediction, blank: Score, _asked: Sampling) -> Score:
    came = hit(prediction, blank.forecast)
    reason = blank.reason if came is not None else blank.reason or "out_of_range"
    return replace(blank, score=came, reason=reason, came=_number(prediction))


def hit(prediction: Prediction, forecast: Forecast) -> float | None:
    """1 if a claim without a number, or a range, came true; 0 if not; a share if in part."""
    if forecast.interval is not None:
        return chances.inside(prediction, forecast.interval)
    deadline = life.deadline(prediction)
    if prediction.kind != "date":
        return chances.share_of_yes(prediction)
    if deadline is None:
        return float(isinstance(chances.answer_of(prediction), date))
    return chances.happened_by(prediction, deadline)


def _pinball(forecast: Forecast, came: float) -> float:
    return numeric.quantile_score(forecast.quantiles or (), came)


def _wis(forecast: Forecast, came: float) -> float:
    median, intervals = _central(forecast) or (0.0, [])
    return numeric.wis(median, intervals, came)


def _abs_error(forecast: Forecast, came: float) -> float:
    return numeric.absolute_error(forecast.point or 0, came)


_RULES: dict[str, Callable[..., Score]] = {
    "brier": _by_chances,
    "log": _by_chances,
    "cdf": _by_chances,
    "brier2": _brier2,
    "rps": _of_choice(choice.rps),
    "interval": _interval,
    "pinball": _about_a_number(_pinball),
    "wis": _about_a_number(_wis),
    "abs_error": _about_a_number(_abs_error),
    "hit": _hit,
}

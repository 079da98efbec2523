"""What must hold across the fields of one record: a list of equal-shaped checks.

Each rule takes a prediction and yields findings: where, a code, what is wrong, what to do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from itertools import pairwise
from math import fsum

from predtrack import phrases
from predtrack.dates import day_of
from predtrack.errors import Finding, shortened
from predtrack.records.forms import Probability
from predtrack.records.offers import options_due
from predtrack.records.prediction import (
    VALUES,
    Forecast,
    Interval,
    Prediction,
    Reference,
    Statement,
)

Where = tuple[str | int, ...]

FORMS_OF_KIND = {
    "binary": ("probability",),
    "choice": ("probabilities",),
    "numeric": ("interval", "quantiles", "cdf", "point"),
    "date": ("cdf",),
}
SUM_WITHIN = 1e-6  # how far from 1 the probabilities of a choice may be
WORDS_ALONE = frozenset({"binary", "date"})
_OF_KIND: dict[str, tuple[str, object]] = {  # a field: its kind, and what it is for all others
    "options": ("choice", ()),
    "ordered": ("choice", False),
    "rest": ("choice", None),
    "range": ("numeric", None),
    "scale": ("numeric", "linear"),
}


def findings(prediction: Prediction) -> list[Finding]:
    """Return all that is wrong across the fields of a prediction."""
    return [finding for rule in _RULES for finding in rule(prediction)]


def statements(prediction: Prediction) -> Iterator[tuple[Where, Statement]]:
    """Yield the forecasts and the reference of a prediction, each with where it stands."""
    for index, forecast in enumerate(prediction.forecasts):
        yield ("forecasts", index), forecast
    if prediction.reference is not None:
        yield ("reference",), prediction.reference


def values_of(statement: Statement) -> list[str]:
    """Return the names of the values that a statement gives: one, if it is sound."""
    return [name for name in VALUES if getattr(statement, name) is not None]


def one_value(prediction: Prediction) -> Iterator[Finding]:
    """Check that a forecast says exactly one thing, in a form of its kind, or words alone."""
    allowed = FORMS_OF_KIND[prediction.kind]
    for where, statement in statements(prediction):
        names = values_of(statement)
        if len(names) > 1:
            message = f"{' and '.join(names)} stand side by side"
            yield Finding((*where, names[1]), "forecast", message, "keep one of them")
        elif names and names[0] not in allowed:
            message = f"`{names[0]}` does not fit kind {prediction.kind}"
            wanted = f"a forecast of kind {prediction.kind} takes {_either(allowed)}"
            yield Finding((*where, names[0]), "forecast", message, wanted)
        elif not names and not _words_suffice(prediction, statement):
            remedy = _missing(prediction.kind, statement)
            yield Finding(where, "forecast", "nothing is forecast", remedy)


def _either(names: tuple[str, ...]) -> str:
    return " or ".join(f"`{name}`" for name in names)


def _missing(kind: str, statement: Statement) -> str:
    words = ("words", "paraphrase") if kind in WORDS_ALONE else ()
    also = words if isinstance(statement, Forecast) else ("note",)
    return f"add {_either((*FORMS_OF_KIND[kind], *also))}"


def _words_suffice(prediction: Prediction, statement: Statement) -> bool:
    if isinstance(statement, Forecast):
        spoken = statement.words is not None or statement.paraphrase is not None
        return prediction.kind in WORDS_ALONE and spoken
    return isinstance(statement, Reference) and statement.note is not None


def fields_of_kind(prediction: Prediction) -> Iterator[Finding]:
    """Check that options belong to choices, and a range and a scale to numbers."""
    for name, (kind, default) in _OF_KIND.items():
        if prediction.kind != kind and getattr(prediction, name) != default:
            message = f"`{name}` does not fit kind {prediction.kind}"
            yield Finding((name,), "kind", message, f"take it out, or write kind: {kind}")


def options(prediction: Prediction) -> Iterator[Finding]:
    """Check that a choice has at least two options, each once, and none called void."""
    names = prediction.options
    if prediction.kind != "choice":
        return
    if len(names) < 2:
        message = "a choice needs two options or more"
        yield Finding(("options",), "options", message, "add `options: [A, B]`")
    seen: set[str] = set()
    for index, name in enumerate(names):
        if name in seen:
            message = f'"{shortened(name)}" stands twice'
            yield Finding(("options", index), "options", message, "keep one")
        if name == "void":
            message = '"void" is what an annulled prediction is answered with'
            yield Finding(("options", index), "options", message, "name the option otherwise")
        seen.add(name)
    yield from _rest(prediction)


def _rest(prediction: Prediction) -> Iterator[Finding]:
    """Check that the rest is an option that was on offer from the first."""
    rest = prediction.rest
    if rest is None:
        return
    if rest not in prediction.options:
        yield Finding(("rest",), "options", *_no_option(rest, prediction.options))
    elif rest in dict(prediction.options_added):
        message = f'the rest cannot be "{shortened(rest)}", which came later'
        yield Finding(("rest",), "options", message, "name an option without `added`")


def probabilities(prediction: Prediction) -> Iterator[Finding]:
    """Check that a choice's probabilities name each option once and sum to 1; none is scaled."""
    if prediction.kind != "choice":
        return
    for where, statement in statements(prediction):
        if statement.probabilities:
            place = (*where, "probabilities")
            names = [name for name, _ in statement.probabilities]
            yield from _names(place, names, prediction.options, _due(prediction, statement))
            total = fsum(share for _, share in statement.probabilities)
            if abs(total - 1) > SUM_WITHIN:
                message = f"the probabilities sum to {100 * total:.10g}%"
                yield Finding(place, "sum", message, "make them sum to 100%")


def _due(prediction: Prediction, statement: Statement) -> tuple[str, ...]:
    """Return the options a statement must give a share: a forecast, those on offer on its day."""
    if isinstance(statement, Forecast):
        return options_due(prediction, statement)
    later = dict(prediction.options_added)
    return tuple(name for name in prediction.options if name not in later)


def _names(
    place: Where, names: list[str], options: tuple[str, ...], due: tuple[str, ...]
) -> Iterator[Finding]:
    allowed, stated = frozenset(options), frozenset(names)
    for index, name in enumerate(names):
        if options and name not in allowed:
            yield Finding((*place, index), "options", *_no_option(name, options))
    if missing := [name for name in due if name not in stated]:
        message = f"no probability for {shortened(', '.join(missing))}"
        yield Finding(place, "sum", message, "give every option one, 0% where it is out")


def _no_option(name: object, options: tuple[str, ...]) -> tuple[str, str]:
    listed = shortened(", ".join(options), 200)
    return f'"{shortened(str(name))}" is not one of the options', f"the options are: {listed}"


def intervals(prediction: Prediction) -> Iterator[Finding]:
    """Check that an interval has a bound, and its low end is not above its high end."""
    for where, statement in statements(prediction):
        if statement.interval is not None:
            yield from _interval((*where, "interval"), statement.interval)
    if prediction.range is not None and prediction.range.low >= prediction.range.high:
        yield Finding(("range",), "interval", "low is not below high", "exchange the two")


def _interval(where: Where, interval: Interval) -> Iterator[Finding]:
    low, high = interval.low, interval.high
    if low is None and high is None:
        yield Finding(where, "interval", "the interval has no bound", "add `low` or `high`")
    elif low is not None and high is not None and low > high:
        yield Finding(where, "interval", f"low {low} is above high {high}", "exchange the two")


def rising(prediction: Prediction) -> Iterator[Finding]:
    """Check that levels and places rise, each once, and that values and chances do not fall."""
    for where, statement in statements(prediction):
        if statement.quantiles:
            yield from _rising((*where, "quantiles"), statement.quantiles)
        if statement.cdf and prediction.kind in {"date", "numeric"}:
            yield from _rising((*where, "cdf"), statement.cdf)


def _rising(where: Where, pairs: tuple[tuple[float | date, Probability], ...]) -> Iterator[Finding]:
    floor = pairs[0][1]  # what stands before with the highest low end
    for index, ((key, _), (later, after)) in enumerate(pairwise(pairs), start=1):
        if later == key:
            yield Finding((*where, index), "order", f"{later} stands twice", "keep one")
        elif later < key:  # type: ignore[operator]
            message = f"{later} stands after {key}"
            yield Finding((*where, index), "order", message, "put them in rising order")
        elif _falls(floor, after):
            message = f"the value falls from {_shown(floor)} to {_shown(after)}"
            remedy = "a later place includes the earlier ones, so it is at least as much"
            yield Finding((*where, index), "falling", message, remedy)
            floor = after
        floor = _higher(floor, after)


def _higher(floor: Probability, after: Probability) -> Probability:
    """Return of two values the one with the higher low end; the later where neither says."""
    first, then = _ends(floor), _ends(after)
    return floor if first is not None and then is not None and then[0] < first[0] else after


def _ends(value: Probability) -> tuple[float, float] | None:
    """Return the least and the most that a value says; None for a phrase of the tables."""
    return phrases.ends(value) if isinstance(value, str) else (value, value)


def _falls(value: Probability, after: Probability) -> bool:
    """Return whether the later value must be lower, whatever was meant.

    Of ranges and numbers: all of the later lies below all of the earlier. Of phrases: by their
    middles, in every table that holds what was said.
    """
    first_ends, then_ends = _ends(value), _ends(after)
    if first_ends is not None and then_ends is not None:
        return then_ends[1] < first_ends[0]
    pairs = [(_size(value, table), _size(after, table)) for table in phrases.TABLES]
    sizes = [(first, then) for first, then in pairs if first is not None and then is not None]
    return bool(sizes) and all(then < first for first, then in sizes)


def _size(value: Probability, table: str) -> float | None:
    if not isinstance(value, str):
        return value
    meant = phrases.meaning(value, table)
    return None if meant is None else meant[1]


def _shown(value: Probability) -> str:
    return value if isinstance(value, str) else f"{value:.12g}"


def outcome(prediction: Prediction) -> Iterator[Finding]:
    """Check that an answer fits the prediction, and says when it was decided."""
    ended = prediction.outcome
    if ended is None:
        return
    void = ended.answer == "void"
    if ended.decided is None and not void:
        remedy = "add `decided: YYYY-MM-DD`, the day the world settled it"
        yield Finding(("outcome",), "outcome", "the outcome has no `decided`", remedy)
    if ended.reason is not None and not void:
        message = "`reason` says why a prediction is void, and this one is not"
        yield Finding(("outcome", "reason"), "outcome", message, "put it under `note`")
    if message_remedy := unfit(prediction, ended.answer):
        yield Finding(("outcome", "answer"), "answer", *message_remedy)
    if prediction.kind == "date" and isinstance(ended.answer, date):
        yield from _day_of_event(ended.answer, ended.decided)
    for index, judgement in enumerate(ended.judgements):
        if message_remedy := unfit(prediction, judgement.answer):
            where = ("outcome", "judgements", index, "answer")
            yield Finding(where, "answer", *message_remedy)


def _day_of_event(happened: date, decided: date | None) -> Iterator[Finding]:
    if decided is not None and decided < happened:
        message = f"it was decided on {decided}, before it happened on {happened}"
        remedy = "`decided` is the day it happened, or later"
        yield Finding(("outcome", "decided"), "outcome", message, remedy)


def unfit(prediction: Prediction, answer: object) -> tuple[str, str] | None:
    """Return why an answer that fits the kind does not fit the prediction, and what to do."""
    if answer == "void":
        return None
    if prediction.kind == "choice" and answer not in prediction.options:
        return _no_option(answer, prediction.options)
    if prediction.kind == "numeric" and answer in {"below", "above"} and prediction.range is None:
        return f"{answer} what? the prediction has no `range`", "write the number"
    return None


def days(prediction: Prediction) -> Iterator[Finding]:
    """Check that what is withdrawn was made before."""
    for index, forecast in enumerate(prediction.forecasts):
        if forecast.withdrawn and day_of(forecast.withdrawn) < day_of(forecast.made):
            message = f"withdrawn on {day_of(forecast.withdrawn)}, before it was made"
            remedy = f"it was made on {day_of(forecast.made)}"
            yield Finding(("forecasts", index, "withdrawn"), "date", message, remedy)


def condition(prediction: Prediction) -> Iterator[Finding]:
    """Check that a condition says something, and not of the prediction itself."""
    needs = prediction.condition
    if needs is None:
        return
    if needs.text is None and needs.prediction is None:
        remedy = "add `text` or `prediction`"
        yield Finding(("condition",), "condition", "the condition is empty", remedy)
    if needs.prediction is not None and needs.prediction == prediction.id:
        remedy = "name another prediction"
        where = ("condition", "prediction")
        yield Finding(where, "condition", "the prediction is its own condition", remedy)


_RULES: tuple[Callable[[Prediction], Iterator[Finding]], ...] = (
    one_value,
    fields_of_kind,
    options,
    probabilities,
    intervals,
    rising,
    outcome,
    days,
    condition,
)

"""What is known of a prediction on a day, its status then, and the changes it may undergo.

Everything here is a pure function: a change returns a new prediction or refuses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from operator import is_

from predtrack.dates import day_of, stated_order
from predtrack.errors import RefusedError, UsageError
from predtrack.records.prediction import Forecast, Outcome, Prediction
from predtrack.records.rules import unfit

ByID = Mapping[str, Prediction]


def known(prediction: Prediction, day: date) -> Prediction:
    """Return the prediction as it stood on a day: no later forecast, withdrawal or outcome.

    The same object, where nothing of it is later.
    """
    forecasts = [
        _known_forecast(forecast, day)
        for forecast in prediction.forecasts
        if day_of(forecast.made) <= day
    ]
    outcome = _known_outcome(prediction, day)
    is_whole = len(forecasts) == len(prediction.forecasts) and all(
        map(is_, forecasts, prediction.forecasts)
    )
    if is_whole and outcome is prediction.outcome:
        return prediction
    return replace(prediction, forecasts=tuple(forecasts), outcome=outcome)


def _known_forecast(forecast: Forecast, day: date) -> Forecast:
    if forecast.withdrawn is None or day_of(forecast.withdrawn) <= day:
        return forecast
    return replace(forecast, withdrawn=None)


def _known_outcome(prediction: Prediction, day: date) -> Outcome | None:
    ended = prediction.outcome
    since = known_since(ended)
    if ended is None or since is None or since <= day:
        return _judged_by(ended, day)
    if prediction.kind != "date" or ended.answer == "void":
        return None
    # what had not happened later had not happened then
    happened = ended.answer if isinstance(ended.answer, date) else date.max
    return Outcome(answer="no", decided=min(day, happened - timedelta(1)))


def _judged_by(ended: Outcome | None, day: date) -> Outcome | None:
    """Return the outcome without later judgements of others; the same one where there are none."""
    if ended is None or not any(_is_later(each.recorded, day) for each in ended.judgements):
        return ended
    by_then = tuple(each for each in ended.judgements if not _is_later(each.recorded, day))
    return replace(ended, judgements=by_then)


def _is_later(recorded: date | None, day: date) -> bool:
    return recorded is not None and recorded > day


def unknown(prediction: Prediction, day: date) -> int:
    """Return how many forecasts, outcomes and judgements are not known yet on a day."""
    later = sum(1 for forecast in prediction.forecasts if day_of(forecast.made) > day)
    ended = prediction.outcome
    if ended is not None:
        later += _is_later(known_since(ended), day)
        later += sum(1 for each in ended.judgements if _is_later(each.recorded, day))
    return later


def known_since(outcome: Outcome | None) -> date | None:
    """Return the day from which on an outcome is known; None where there is none, or no day."""
    return None if outcome is None else outcome.decided or outcome.recorded


def exists(prediction: Prediction, day: date) -> bool:
    """Return whether anything had been forecast by a day, or the prediction has no forecasts."""
    if not prediction.forecasts:
        return True
    return any(day_of(forecast.made) <= day for forecast in prediction.forecasts)


def in_order(forecasts: tuple[Forecast, ...]) -> list[Forecast]:
    """Return the forecasts in the order in which they were said: see `dates.stated_order`."""
    if len(forecasts) < 2:
        return list(forecasts)
    return sorted(forecasts, key=lambda forecast: stated_order(forecast.made))


def standing(prediction: Prediction) -> list[Forecast]:
    """Return the latest forecast of each forecaster, if not withdrawn, by who was first."""
    latest = {forecast.by: forecast for forecast in in_order(prediction.forecasts)}
    return [forecast for forecast in latest.values() if forecast.withdrawn is None]


def points_of(forecast: Forecast) -> list[date]:
    """Return the days of a date cdf, in order."""
    return [key for key, _ in forecast.cdf or () if isinstance(key, date)]


def scheduled_days(prediction: Prediction) -> list[date]:
    """Return every day on which something the prediction states comes due, in order."""
    days = set().union(*map(points_of, prediction.forecasts))
    if prediction.deadline is not None:
        days.add(prediction.deadline)
    return sorted(days)


def deadline(prediction: Prediction) -> date | None:
    """Return the last day that counts: the one stated, or for kind date the latest of its cdfs."""
    if prediction.deadline is not None:
        return prediction.deadline
    return max(scheduled_days(prediction), default=None)


def days_of(forecast: Forecast, last: date | None) -> list[date | None]:
    """Return the days that a forecast speaks of: those of its cdf, else the deadline handed in."""
    return [*points_of(forecast)] or [last]


def decides(prediction: Prediction, day: date | None) -> bool:
    """Return whether the outcome settles what was scheduled for a day (None: no day at all)."""
    ended = prediction.outcome
    if ended is None:
        return False
    if prediction.kind != "date" or ended.answer != "no":
        return True
    return day is not None and ended.decided is not None and day <= ended.decided


def undecided_days(prediction: Prediction) -> list[date]:
    """Return the scheduled days that no outcome has settled, in order."""
    return [day for day in scheduled_days(prediction) if not decides(prediction, day)]


def failed_condition(prediction: Prediction, others: ByID, day: date) -> Prediction | None:
    """Return the prediction whose end, known on the day, makes this one void; None where none does.

    A condition fails where the prediction that it names ended otherwise, void, or in part.
    """
    own: Prediction | None = None
    for parent, word in _conditions(prediction, others, day):
        own = own or parent
        if _ended_otherwise(parent, word):
            return own  # whatever fails higher up voids all that hangs on it
    return None


def _conditions(
    prediction: Prediction, others: ByID, day: date
) -> Iterator[tuple[Prediction, str]]:
    """Yield the predictions that one hangs on, as known on a day, with the word each must end in.

    From the next one upward, to the end of the chain or to where it turns into a circle.
    """
    below: set[str] = set()
    current = prediction
    while (needs := current.condition) is not None and needs.prediction:
        other = others.get(needs.prediction)
        if other is None or other.id in below or not can_end_in(other, needs.is_):
            return
        below.add(current.id)
        current = known(other, day)
        yield current, needs.is_


def can_end_in(prediction: Prediction, word: str) -> bool:
    """Return whether `condition.is` may hold a word about a prediction: yes, no, or an option."""
    if prediction.kind == "choice":
        return word in prediction.options
    return prediction.kind != "numeric" and word in {"yes", "no"}


def _ended_otherwise(parent: Prediction, word: str) -> bool:
    ended = parent.outcome
    if ended is None:
        return False
    if ended.answer == "void" or parent.kind != "date":
        return ended.answer != word
    if isinstance(ended.answer, date):
        return word == "no"
    return word == "yes" and _settled(parent)


def conditions_above(prediction: Prediction, others: ByID) -> list[str]:
    """Return the ids that a prediction hangs on by conditions: its own, that one's, and so on."""
    above: dict[str, None] = {}  # a set that keeps their order
    current: Prediction | None = prediction
    while current is not None and current.condition is not None and current.condition.prediction:
        name = current.condition.prediction
        if name in above or name == prediction.id:
            break
        above[name] = None
        current = others.get(name)
    return [*above]


def _settled(prediction: Prediction) -> bool:
    """Return whether the outcome decides everything the prediction states."""
    if prediction.outcome is None:
        return False
    days: list[date | None] = [*scheduled_days(prediction)] or [None]
    return all(decides(prediction, day) for day in days)


def is_void(prediction: Prediction, others: ByID, day: date) -> bool:
    """Return whether the prediction, as known on the day, is void or its condition has failed."""
    ended = prediction.outcome
    if ended is not None and ended.answer == "void":
        return True
    return failed_condition(prediction, others, day) is not None


def status(prediction: Prediction, others: ByID, day: date) -> str:
    """Return the status of a prediction, as known on the day: void, resolved, due or open."""
    if is_void(prediction, others, day):
        return "void"
    if _settled(prediction):
        return "resolved"
    return "due" if any(left < day for left in undecided_days(prediction)) else "open"


def turns(prediction: Prediction) -> set[date]:
    """Return the days on which what is known of a prediction, or its status, may change.

    On a day after one of them, and before the next, all is as it was on that one.
    """
    stated_days: set[date | None] = {day_of(forecast.made) for forecast in prediction.forecasts}
    stated_days |= {day_of(each.withdrawn) for each in prediction.forecasts if each.withdrawn}
    ended = prediction.outcome
    if ended is not None:
        answer = ended.answer if isinstance(ended.answer, date) else None
        stated_days |= {ended.decided, ended.recorded, answer}
        stated_days |= {each.recorded for each in ended.judgements}
    days = {day for day in stated_days | {*scheduled_days(prediction)} if day is not None}
    return days | {day + timedelta(1) for day in days}


def default_decided(prediction: Prediction, answer: object, day: date) -> date:
    """Return the day an answer was decided, where nobody said: see the table of outcomes."""
    if prediction.kind == "date" and isinstance(answer, date):
        return answer
    if prediction.kind == "date" and answer == "no":
        return day - timedelta(1)
    last = deadline(prediction)
    return day if last is None else min(day, last)


def resolve(prediction: Prediction, outcome: Outcome, *, force: bool = False) -> Prediction:
    """Return the prediction with an outcome, or refuse and say why not and what to do.

    What others said of the old outcome, and keys of the user's own in it, stay: see `continued`.
    """
    if problem := unfit(prediction, outcome.answer):
        raise UsageError(f"{prediction.id}: {problem[0]}; {problem[1]}")
    _refuse_before_forecast(prediction, outcome)
    if prediction.outcome is not None and not force and not _follows(prediction, outcome):
        was = prediction.outcome
        message = f"{prediction.id} already ended: {was.answer}"
        when = f", decided {was.decided}" if was.decided else ""
        remedy = "nothing was changed; to replace that outcome, say so with --force"
        raise RefusedError(f"{message}{when}; {remedy}")
    return replace(prediction, outcome=continued(prediction.outcome, outcome))


def continued(was: Outcome | None, outcome: Outcome) -> Outcome:
    """Return an outcome with what stays of the one before it.

    Judgements are other judges', and x- keys the user's own: both always stay. What supports an
    answer stays with that answer, where the new outcome names nothing in its place.
    """
    if was is None:
        return outcome
    own = dict(was.extra) | dict(outcome.extra)
    others = [each for each in outcome.judgements if each not in was.judgements]
    whole = replace(outcome, judgements=(*was.judgements, *others), extra=tuple(own.items()))
    if outcome.answer != was.answer:
        return whole
    return replace(
        whole,
        evidence=outcome.evidence or was.evidence,
        note=outcome.note or was.note,
        reason=outcome.reason or was.reason,
    )


def refuse_failed_condition(prediction: Prediction, others: ByID, day: date) -> None:
    """Refuse an outcome of a prediction that is void already, since its condition failed."""
    if reason := void_by_condition(prediction, others, day):
        remedy = "nothing was changed, and no entry is needed; see `condition` in its file"
        raise RefusedError(f"{reason}; {remedy}")


def void_by_condition(prediction: Prediction, others: ByID, day: date) -> str:
    """Return why a prediction is void by its condition, in words; "" where it is not."""
    parent = failed_condition(prediction, others, day)
    if parent is None:
        return ""
    return f"{prediction.id} is void, since its condition failed: {how_ended(parent)}"


def how_ended(parent: Prediction) -> str:
    """Return how a prediction named by a condition ended, in words."""
    ended = parent.outcome
    if ended is None:
        return f"{parent.id} is void by a condition of its own"
    if isinstance(ended.answer, float | int):
        return f"{parent.id} came true only in part"
    if isinstance(ended.answer, date):
        return f"{parent.id} happened on {ended.answer}"
    return f"{parent.id} ended in {ended.answer}"


def _refuse_before_forecast(prediction: Prediction, outcome: Outcome) -> None:
    first_day = min((day_of(forecast.made) for forecast in prediction.forecasts), default=None)
    if outcome.answer == "void" or outcome.decided is None or first_day is None:
        return
    if outcome.decided < first_day:
        message = f"{prediction.id} would be decided on {outcome.decided}, before its first"
        remedy = "nothing was changed; check --decided, or `made` in the file"
        raise RefusedError(f"{message} forecast was made ({first_day}); {remedy}")


def _follows(prediction: Prediction, outcome: Outcome) -> bool:
    """Return whether the new outcome only continues an old "not yet" of kind date."""
    was = prediction.outcome
    if was is None or prediction.kind != "date" or was.answer != "no":
        return False
    later = outcome.answer if isinstance(outcome.answer, date) else outcome.decided
    return (
        outcome.answer != "void"
        and later is not None
        and was.decided is not None
        and (later > was.decided)
    )


def same_outcome(was: Outcome | None, outcome: Outcome) -> bool:
    """Return whether an outcome says nothing new: all but the day of recording is, or stays."""
    if was is None:
        return False
    whole = continued(was, outcome)
    return replace(was, recorded=None) == replace(whole, recorded=None)


def reopen(prediction: Prediction) -> Prediction:
    """Return the prediction without its outcome, or refuse where it has none."""
    if prediction.outcome is None:
        remedy = "nothing was changed; `predtrack show` says how it stands"
        raise RefusedError(f"{prediction.id} has no outcome to take out; {remedy}")
    return replace(prediction, outcome=None)

"""Write a score as a line of arithmetic that a reader can follow by hand."""

from __future__ import annotations

from predtrack.records.numerals import number, percent
from predtrack.records.prediction import Prediction
from predtrack.reports.scores import Score
from predtrack.views.tables import score_text
from predtrack.views.text import counted
from predtrack.views.wording import safe

LOWER = "lower is better"

NAMES = {
    "brier": f"Brier score, 0 to 1, {LOWER}",
    "log": f"log score in nats, {LOWER}",
    "brier2": f"Brier score over all options, 0 to 2, {LOWER}",
    "rps": f"ranked probability score, {LOWER}",
    "interval": f"interval score, {LOWER}",
    "pinball": f"mean of twice the pinball loss, {LOWER}",
    "wis": f"weighted interval score, {LOWER}",
    "cdf": f"mean squared error over the points due, 0 to 1, {LOWER}",
    "abs_error": f"absolute error, {LOWER}",
    "hit": "hit or miss, no probability was stated",
}


def rule_name(rule: str, scale: str | None) -> str:
    """Return what a rule is called, and whether it scores logarithms.

    >>> rule_name("interval", "log")
    'interval score of natural logarithms, lower is better'
    """
    name = NAMES[rule]
    if scale != "log":
        return name
    return f"{name.removesuffix(f', {LOWER}')} of natural logarithms, {LOWER}"


def steps(prediction: Prediction, score: Score) -> str:
    """Return who scored what, and how it comes about: `(0.7 - 1)² = 0.09`."""
    value, arithmetic = score_text(score), _arithmetic(prediction, score)
    result = f"{arithmetic} = {value}" if arithmetic else value
    rule = rule_name(score.rule, score.scale)
    if score.points is not None and score.points != score.points_due:
        rule += f"; {score.points_due} of {counted(score.points, 'point')} due"
    return f"{safe(score.by)}: {result}  ({rule})"


MOST_TERMS = 8


def _arithmetic(prediction: Prediction, score: Score) -> str:
    if score.rule == "hit":
        return _hit(prediction, score)
    if score.rule == "rps" or score.came is not None:
        return _of_number(score)
    if score.rule == "log":
        return _log(score)
    terms = [_squared(term.stated, term.came) for term in score.terms[:MOST_TERMS]]
    more = " + ..." if score.terms[MOST_TERMS:] else ""
    total = " + ".join(terms) + more
    if score.rule == "cdf" and len(score.terms) > 1:
        return f"({total}) / {len(score.terms)}"
    return total


def _squared(p: float, y: float) -> str:
    if y in {0, 1}:
        return f"({number(p)} - {number(y)})²"
    return f"{number(y)} × ({number(p)} - 1)² + {number(1 - y)} × {number(p)}²"


def _log(score: Score) -> str:
    if score.kind == "choice":
        stated = next(term.stated for term in score.terms if term.came)
        return f"-ln {number(stated)}"
    shown = [f"-ln {number(t.stated if t.came else 1 - t.stated)}" for t in score.terms]
    partial = any(term.came not in {0, 1} for term in score.terms)
    if partial or len(shown) > MOST_TERMS:
        return ""
    return shown[0] if len(shown) == 1 else f"({' '.join(shown)}) / {len(shown)}"


def _of_number(score: Score) -> str:
    if score.scale == "log":
        return _of_logarithms(score)
    observed = number(score.came or 0)
    if score.rule == "abs_error":
        return f"|{number(score.forecast.point or 0)} - {observed}|"
    if score.parts is not None and score.forecast.interval is not None:
        parts, confidence = score.parts, score.forecast.interval.confidence or 0
        miss = parts.below or parts.above
        price = f"2/{number(round(1 - confidence, 12))}"
        far = f" + {price} × {number(miss * (1 - confidence) / 2)}" if miss else ""
        side = " below" if parts.below else " above" if parts.above else ""
        return f"width {number(parts.width)}{far}{side}"
    if score.rule == "pinball":
        quantiles = score.forecast.quantiles or ()
        terms = [
            f"{percent(level)}: |{observed} - {number(at)}|" for level, at in quantiles[:MOST_TERMS]
        ]
        return f"2 × pinball at {', '.join(terms)}"
    return ""


def _of_logarithms(score: Score) -> str:
    """Return the arithmetic of the logarithms of what was stated and of what came."""
    forecast, observed = score.forecast, f"ln {number(score.came or 0)}"
    if score.rule == "abs_error":
        return f"|ln {number(forecast.point or 0)} - {observed}|"
    if score.parts is not None and forecast.interval is not None:
        low, high = (
            f"ln {number(end or 0)}" for end in (forecast.interval.low, forecast.interval.high)
        )
        price = f"2/{number(round(1 - (forecast.interval.confidence or 0), 12))}"
        width = f"width {high} - {low}"
        if score.parts.below:
            return f"{width} + {price} × ({low} - {observed}) below"
        return f"{width} + {price} × ({observed} - {high}) above" if score.parts.above else width
    if score.rule == "pinball":
        pairs = (forecast.quantiles or ())[:MOST_TERMS]
        terms = [f"{percent(level)}: |{observed} - ln {number(at)}|" for level, at in pairs]
        return f"2 × pinball at {', '.join(terms)}"
    return ""


def _hit(prediction: Prediction, score: Score) -> str:
    if score.came is None or score.forecast.interval is None:
        return ""
    unit = f" {safe(prediction.unit)}" if prediction.unit else ""
    low, high = score.forecast.interval.low, score.forecast.interval.high
    ends = (number(low) if low is not None else "−∞", number(high) if high is not None else "∞")
    sign = "in" if score.score else "not in"
    return f"{number(score.came)}{unit} {sign} [{ends[0]}, {ends[1]}]"

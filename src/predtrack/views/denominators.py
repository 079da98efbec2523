"""Say what a report rests on: how many count, what is missing and what is left out."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from predtrack.reports.judges import Agreement
from predtrack.reports.report import Report
from predtrack.views.text import counted, figure
from predtrack.views.wording import safe


def heading(results: Report) -> Iterator[Text]:
    """Yield what the report counts, by which rule, and what is missing or left out."""
    counts, sampling = results.counts, results.asked
    yield Text(f"Calibration report on {sampling.day}", "bold")
    states = ", ".join(f"{counts[name]} {name}" for name in ("open", "due", "resolved", "void"))
    states += _void(results.void)
    early = f"; {counts['early']} decided early" if counts["early"] else ""
    yield Text(f"{counted(counts['predictions'], 'prediction')}: {states}{early}.")
    origins = " or ".join(sampling.origins)
    yield Text(f"Counted: {_at(sampling.at)}, of origin {origins}, once its day has passed.", "dim")
    if sampling.at == "last":
        yield Text("Not calibration: sampled at a moment the outcome chose.", "bold magenta")
    if sampling.include_early:
        yield Text(
            "Biased: what was decided early is included, and what happens is decided early more "
            "often than what does not.",
            "bold magenta",
        )
    yield from _missing(results)


def _void(reasons: dict[str, int]) -> str:
    """Say why some are void: what somebody takes out so could have changed the figures."""
    if not reasons:
        return ""
    return f" ({', '.join(f'{many} {VOID[why]}' for why, many in reasons.items())})"


VOID = {
    "": "for no reason given",
    "ambiguous": "ambiguous",
    "annulled": "annulled",
    "condition_false": "since the condition failed",
    "too_vague": "too vague to judge",
    "no_evidence": "for lack of evidence",
}


def _missing(results: Report) -> Iterator[Text]:
    """Yield what came due and has no outcome, and what has one and is in no figure."""
    lacking = [
        (results.missing, "chance"),
        (results.missing_others, "range or claim without a number"),
    ]
    amounts = [counted(many, noun, _PLURALS.get(noun, "")) for many, noun in lacking if many]
    if amounts:
        verb = "is" if sum(many for many, _ in lacking) == 1 else "are"
        lacking_now = f"{' and '.join(amounts)} due without an outcome {verb} missing"
        yield Text(f"{lacking_now}: `predtrack resolve` asks for each.", "magenta")
    if results.hindsight:
        many = counted(results.hindsight, "chance or claim", "chances or claims")
        stated = "stated after its day, the close or the decision"
        yield Text(f"Hindsight: {many} {stated}; never counted.", "magenta")
    if results.agreement is not None:
        yield Text(_agreement(results.agreement))
    if results.left_out:
        why = ", ".join(f"{many} {LEFT_OUT[reason]}" for reason, many in results.left_out.items())
        yield Text(f"Left out: {why}; `predtrack score` lists them.")


def _agreement(judges: Agreement) -> str:
    """Say how many outcomes several judges have read, and on how many of them they agree."""
    agree = f"Judges: of {counted(judges.judged, 'outcome')} that several have read, they agree"
    text = f"{agree} on {judges.agreed}"
    if judges.ac1 is not None:
        text += f" (Gwet's AC1 {figure(judges.ac1, 2)}, where 0 is chance and 1 is always)"
    if not judges.disputed:
        return f"{text}."
    names = ", ".join(safe(name) for name in judges.disputed[:MOST_NAMED])
    more = len(judges.disputed) - MOST_NAMED
    return f"{text}; not on {names}{f' and {more} more' if more > 0 else ''}."


MOST_NAMED = 5

_PLURALS = {"range or claim without a number": "ranges or claims without a number"}

LEFT_OUT = {
    "origin": "of another origin (--origin)",
    "no_deadline": "without a deadline",
    "option_later": "of choices where an option came that was offered later",
    "out_of_range": "known only to lie outside the range",
    "no_logarithm": "without a score, since a value is not above 0 and has no logarithm",
}


def _at(at: str) -> str:
    if at == "first":
        return "the first forecast of each forecaster"
    if at == "last":
        return "the forecast that stood when it was decided or due"
    return f"the forecast that stood {at.removeprefix('lead:').removesuffix('d')} days before"

"""Check files and records for problems: one small named check a rule.

The reader finds what is wrong within one file. The checks here look across files, and under
`--strict` give advice on single records; nothing they find makes a record invalid. A record
silences advice by a comment, `# predtrack: allow NAME`.

The text above a check is its rule in the first line, and why it is one: `check --explain` shows
both. It is no docstring, since a Python that is run with -OO has none.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from predtrack.errors import Problem, UsageError, near, shortened
from predtrack.records import foresight, life, rules
from predtrack.records.prediction import Forecast, Prediction
from predtrack.store import nodes

if TYPE_CHECKING:
    from predtrack.store.folder import Folder
    from predtrack.store.reading import Reading, Where


class Remark(NamedTuple):
    """Something worth saying of a record that is valid: where, what, and what to do."""

    where: Where
    message: str
    remedy: str


class Explanation(NamedTuple):
    """What stands behind a name in brackets: its rule, and why it is one."""

    name: str
    level: str
    rule: str
    why: str

    @property
    def can_be_allowed(self) -> bool:
        """Return whether a comment in a record silences it."""
        return self.name in ADVICE


Others = Mapping[str, Prediction | None]
"""Every record of the folder by its id; None for one that is there and invalid."""

Check = Callable[[Prediction, Others], Iterator[Remark]]


_RULES: dict[Check, str] = {}


def rule(text: str) -> Callable[[Check], Check]:
    """Give a check the text that explains it."""

    def ruled(check: Check) -> Check:
        _RULES[check] = inspect.cleandoc(text)
        return check

    return ruled


def problems(folder: Folder, readings: Iterable[Reading], *, strict: bool = False) -> list[Problem]:
    """Return every problem of every file of a folder, in the order of paths and lines."""
    others = {**dict.fromkeys(folder.paths), **folder.predictions}
    collected = list(folder.problems)
    for reading in readings:
        if reading.prediction is not None:
            collected += _remarked(reading, reading.prediction, others, ALWAYS)
            if strict:
                collected += _advised(reading, reading.prediction, others)
    return sorted(collected, key=lambda each: (each.path, each.line, each.column))


def _remarked(
    reading: Reading, prediction: Prediction, others: Others, checks: Mapping[str, Check]
) -> Iterator[Problem]:
    for code, check in checks.items():
        level = "error" if code in ERRORS else "warning" if code in ALWAYS else "advice"
        for remark in check(prediction, others):
            place, sentences = reading.place(remark.where), (remark.message, remark.remedy)
            yield Problem(reading.path, *place, code, *sentences, level)


def _advised(reading: Reading, prediction: Prediction, others: Others) -> Iterator[Problem]:
    """Yield the advice on a record that it does not silence, and what it silences in vain."""
    allowed = dict(_allowed(reading))
    checks = {name: check for name, check in ADVICE.items() if name not in allowed}
    yield from _remarked(reading, prediction, others, checks)
    for name, offset in allowed.items():
        if name not in ADVICE and name not in _RETIRED:
            place = nodes.Lines(reading.text).place(offset)
            message = f'no advice has the name "{shortened(name)}"'
            remedy = near(shortened(name), list(ADVICE)) or "`predtrack check --explain` lists them"
            yield Problem(reading.path, *place, "allow", message, remedy, "advice")


_ALLOW = re.compile(r"(?:^|(?<=\s))#[ \t]*predtrack:[ \t]*allow\b[ \t:]*([^\r\n]*)", re.MULTILINE)
_NAME = re.compile(r"[^\s,]+")


def _allowed(reading: Reading) -> Iterator[tuple[str, int]]:
    """Yield the names that comments of a file allow, with offsets; texts are no comments."""
    comments = list(_ALLOW.finditer(reading.text))
    texts = list(_spans(reading.root)) if comments else []
    for comment in comments:
        if not any(start <= comment.start() < end for start, end in texts):
            for name in _NAME.finditer(reading.text, *comment.span(1)):
                yield name[0], name.start()


def _spans(node: nodes.Node | None) -> Iterator[tuple[int, int]]:
    """Yield where the texts of a file begin and end."""
    if isinstance(node, nodes.Mapping):
        for key, value in node.pairs:
            yield from (*_spans(key), *_spans(value))
    elif isinstance(node, nodes.Listing):
        for item in node.items:
            yield from _spans(item)
    elif node is not None:
        yield node.start, node.end


@rule(
    """A condition names a prediction that exists.

    As an error: the condition says nothing, or names the prediction itself.
    """
)
def condition_leads_somewhere(prediction: Prediction, others: Others) -> Iterator[Remark]:
    """Yield a remark where a record breaks the rule above."""
    named = prediction.condition.prediction if prediction.condition else None
    if named is not None and named not in others:
        where = ("condition", "prediction")
        yield Remark(where, f'no prediction has the id "{named}"', _hint(named, others))


@rule(
    """The prediction that a condition names can end as the condition asks: `is`.

    A binary or date prediction can end in yes or no, a choice in one of its options, a number in
    none of these.
    """
)
def condition_can_hold(prediction: Prediction, others: Others) -> Iterator[Remark]:
    """Yield a remark where a record breaks the rule above."""
    needs = prediction.condition
    other = others.get(needs.prediction) if needs and needs.prediction else None
    if needs is None or other is None or life.can_end_in(other, needs.is_):
        return
    if other.kind == "numeric":
        message = f"{other.id} is of kind numeric, and ends in a number"
        remedy = "name a binary, date or choice prediction, or keep only `text`"
        yield Remark(("condition", "prediction"), message, remedy)
        return
    message = f'{other.id} cannot end in "{shortened(needs.is_)}"'
    words = other.options if other.kind == "choice" else ("yes", "no")
    remedy = f"write `is: ` and one of: {shortened(', '.join(words), 200)}"
    yield Remark(("condition", "is"), message, remedy)


@rule(
    """A forecast is made before its scheduled day has passed, the close, and the decision.

    What was stated after one of them is hindsight: it is shown and never counts. Mostly one of the
    days is a slip.
    """
)
def forecasts_are_foresight(prediction: Prediction, _others: Others) -> Iterator[Remark]:
    """Yield a remark where a record breaks the rule above."""
    for finding in foresight.warnings(prediction):
        yield Remark(finding.where, finding.message, finding.remedy)


@rule(
    """What a prediction supersedes exists.

    It is a link for readers only, so one that leads nowhere changes no score.
    """
)
def superseded_exists(prediction: Prediction, others: Others) -> Iterator[Remark]:
    """Yield a remark where a record breaks the rule above."""
    named = prediction.supersedes
    if named is not None and named not in others:
        yield Remark(("supersedes",), f'no prediction has the id "{named}"', _hint(named, others))


def _hint(named: str, others: Others) -> str:
    return near(named, list(others)) or "write the id of another file, or take the link out"


@rule(
    """A claim holds one thing that can turn out true.

    Of two things one may come true and the other fail, and then nobody can say whether the claim
    did. This goes by signs: a semicolon, or an "and" that seems to join two sentences.
    """
)
def claim_is_one(prediction: Prediction, _others: Others) -> Iterator[Remark]:
    """Yield a remark where a record breaks the rule above."""
    if _SEMICOLON.search(prediction.claim) or _joins_two(prediction.claim):
        remedy = "make them two predictions, of one `family` if they hang together"
        yield Remark(("claim",), "it may hold two claims", remedy)


_SEMICOLON = re.compile(r";\s+\S")
_AND = re.compile(r",?\s+and\s+", re.IGNORECASE)
_SUBJECT = re.compile(r"(?:it|he|she|they|we|I|there|nobody|everybody|nothing)\b", re.IGNORECASE)
_VERB = re.compile(
    r"\b(?:is|are|was|were|will|won't|isn't|aren't|has|have|can|cannot|does|doesn't|becomes|wins"
    r"|loses|opens|closes|reaches|passes|rises|falls|remains|stays|exceeds|happens|announces"
    r"|releases|rains|snows|ends|begins|starts|leaves)\b",
    re.IGNORECASE,
)


def _joins_two(claim: str) -> bool:
    """Return whether an "and" stands between two parts that each say something of their own."""
    return any(
        _VERB.search(claim[: joint.start()])
        and (_VERB.search(claim, joint.end()) or _SUBJECT.match(claim, joint.end()))
        for joint in _AND.finditer(claim)
    )


@rule(
    """A stranger can tell how to judge a claim.

    What counts is settled best before the answer shows: afterwards, doubtful cases go the way
    one hoped.
    """
)
def criteria_are_there(prediction: Prediction, _others: Others) -> Iterator[Remark]:
    """Yield a remark where a record breaks the rule above."""
    if prediction.criteria is None:
        remedy = "add `criteria`: what counts, and which source decides"
        yield Remark(("claim",), "nothing says how this would be judged", remedy)


@rule(
    """What somebody else said can be looked up.

    A record of one's own bare number needs no source. Where words are quoted, where a number is
    not stated, or where several people forecast, a `source` or a `rationale` lets others check.
    """
)
def source_is_there(prediction: Prediction, _others: Others) -> Iterator[Remark]:
    """Yield a remark where a record breaks the rule above."""
    several = len({forecast.by for forecast in prediction.forecasts}) > 1
    for index, forecast in enumerate(prediction.forecasts):
        spoken = forecast.words is not None or forecast.paraphrase is not None
        reported = several or spoken or forecast.origin != "stated"
        if reported and not _is_backed(prediction, forecast):
            message = f"nothing says where {shortened(forecast.by, 30)} said this, or why"
            remedy = "add `source` to the prediction or here, or a `rationale`"
            yield Remark(("forecasts", index, "by"), message, remedy)


def _is_backed(prediction: Prediction, forecast: Forecast) -> bool:
    backing = (prediction.source, forecast.source, forecast.rationale)
    return any(each is not None for each in backing)


@rule(
    """A claim has a day on which it is due, or at least one on which somebody looks again.

    Without a deadline it stays open for ever and its chances never count; without a `review` day
    either, nobody is reminded of it.
    """
)
def deadline_is_there(prediction: Prediction, _others: Others) -> Iterator[Remark]:
    """Yield a remark where a record breaks the rule above."""
    if life.deadline(prediction) is None and prediction.review is None:
        remedy = "add `deadline`, with `deadline_origin: assumed` if it is yours, or `review`"
        yield Remark(("claim",), "it is never due, and its chances never count", remedy)


@rule(
    """A day to look again stands where no deadline asks for it.

    With a deadline the prediction becomes due by itself; a `review` day beside it is allowed.
    """
)
def review_is_needed(prediction: Prediction, _others: Others) -> Iterator[Remark]:
    """Yield a remark where a record breaks the rule above."""
    if prediction.review is not None and life.deadline(prediction) is not None:
        message = "the deadline asks for a look already"
        yield Remark(("review",), message, "take `review` out, or allow it")


@rule(
    """A number that was read into words stands beside them.

    Only with the words can somebody else judge the reading, or choose another number.
    """
)
def inferred_has_words(prediction: Prediction, _others: Others) -> Iterator[Remark]:
    """Yield a remark where a record breaks the rule above."""
    for index, forecast in enumerate(prediction.forecasts):
        spoken = forecast.words is not None or forecast.paraphrase is not None
        if forecast.origin == "inferred" and rules.values_of(forecast) and not spoken:
            message = "a number was read into words that are not here"
            remedy = "add them under `words`, or under `paraphrase`"
            yield Remark(("forecasts", index, "origin"), message, remedy)


ALWAYS: dict[str, Check] = {
    "condition": condition_leads_somewhere,
    "is": condition_can_hold,
    "supersedes": superseded_exists,
    foresight.CODE: forecasts_are_foresight,
}
"""What is always looked at, by its code."""

ERRORS = frozenset({"is"})
"""Of these the ones that are errors; the others are warnings."""

ADVICE: dict[str, Check] = {
    "two-claims": claim_is_one,
    "criteria": criteria_are_there,
    "source": source_is_there,
    "deadline": deadline_is_there,
    "review": review_is_needed,
    "inferred": inferred_has_words,
}
"""What `--strict` looks at too, by the name that a record may allow."""

READ: dict[str, str] = {
    "answer": "An answer fits the kind of the prediction, and its options or range.",
    "comment": "A # does not cut a text short: such a text stands in quotes.",
    "conflict": "A merge is settled before the file is read.",
    "cut-off": "No file is left of a write or an edit that was cut off.",
    "date": "A day is written as 2027-03-01 and exists; an instant has its offset; for when"
    " something was said a month will do.",
    "empty": "What has to be there is not empty.",
    "encoding": "A file is UTF-8.",
    "falling": "Chances do not fall with later days or higher values, nor values with levels.",
    "file": "A record is a readable, regular file of at most 32 MiB.",
    "forecast": "A forecast says exactly one thing, in a form of its kind, or words where they do.",
    "id": "The name of a file is an id, and no other file has it.",
    "interval": "An interval has a bound, and its low end is not above its high end.",
    "key": "Every key is one of the format, or begins with x-.",
    "kind": "A key that belongs to one kind of prediction stands only there.",
    "missing": "`claim`, `kind` and `forecasts` are there, with `by` and `made` in each forecast.",
    "name": "What looks like a record ends in .yaml, and is not behind a linked folder.",
    "number": "A number has no separators and no unit, and is not too large.",
    "options": "A choice has two options or more, each once, and forecasts name no others.",
    "order": "Days, levels and values stand in rising order, each once.",
    "outcome": "An outcome says when it was decided; `reason` belongs to void ones.",
    "probability": "A probability is 0 to 1, a percentage, a range of them, or a known phrase.",
    "sum": "The probabilities of a choice sum to 100% and leave no option out.",
    "twice": "No key stands twice.",
    "type": "A key holds what its place asks for: a text, a list, or keys of its own.",
    "value": "A word is one of those that the key allows; a label is one line.",
    "words": "At most 60 words are quoted.",
    "yaml": "A file is one YAML document without anchors, aliases and tags.",
}
"""The rules that the reader holds every record to, by the code of what breaks them."""

_RETIRED = {"late": foresight.CODE, "past": foresight.CODE}
"""Names of advice that there was once, and what took their place: to allow them is no mistake."""

_WARNINGS = frozenset({"cut-off", "name"})  # the codes of the reader that are only warnings


def explanations() -> list[Explanation]:
    """Return what every name in brackets means: of errors, of warnings, of advice."""
    levels = {code: "warning" if code in _WARNINGS else "error" for code in READ}
    read = [Explanation(code, levels[code], rule, "") for code, rule in READ.items()]
    links = [
        _explained(name, check, "error" if name in ERRORS else "warning")
        for name, check in ALWAYS.items()
    ]
    advice = [_explained(name, check, "advice") for name, check in ADVICE.items()]
    allow = "A comment that allows advice names advice that there is."
    return [*read, *links, *advice, Explanation("allow", "advice", allow, "")]


def _explained(name: str, check: Check, level: str) -> Explanation:
    sentence, _, why = _RULES[check].partition("\n\n")
    return Explanation(name, level, sentence, " ".join(why.split()))


def explanation(name: str) -> Explanation:
    """Return what one name means; refuse a name that there is not."""
    by_name = {each.name: each for each in explanations()}
    if name not in by_name:
        hint = near(shortened(name), list(by_name)) or "`predtrack check --explain` lists them"
        if name in _RETIRED:
            hint = f"it is part of the warning {_RETIRED[name]} now"
        raise UsageError(f'no check has the name "{shortened(name)}"; {hint}')
    return by_name[name]

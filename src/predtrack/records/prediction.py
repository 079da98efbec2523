"""The records: frozen, slotted dataclasses that say what one file may hold.

Each field names the form it is written in. The reader, the rules, `predtrack schema` and the
documentation of the format all go by these definitions.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from predtrack.dates import Moment
from predtrack.records import forms
from predtrack.records.forms import Answer, Form, Probability, Schema
from predtrack.records.terms import KINDS, ORIGINS, REASONS

_STRICT: dict[str, Any] = {
    "extra": "forbid",
    "json_schema_extra": {"patternProperties": {"^x-": {}}},
}


@dataclass(frozen=True, slots=True, eq=False)  # one object a form
class Pairs:
    """A mapping whose keys and values are each written in a form of their own."""

    keys: Form
    values: Form

    def __get_pydantic_json_schema__(self, _core: Any, _handler: Any) -> Schema:
        """Answer Pydantic with the schema of the written mapping."""
        return {"type": "object", "additionalProperties": self.values.schema, "minProperties": 1}


@dataclass(frozen=True, slots=True, eq=False)  # one object a record
class Brief:
    """A record that may be written as the text of its first field alone, where it says no more."""

    record: type

    def __get_pydantic_json_schema__(self, core: Any, handler: Any) -> Schema:
        """Answer Pydantic with the schema of the text, or of the mapping."""
        return {"anyOf": [forms.LABEL.schema, handler(core)]}


def key_of(name: str) -> str:
    """Return the key that a field has in a file: a Python keyword has a `_` behind it in code."""
    return name.removesuffix("_")


Own = tuple[tuple[str, Any], ...]
"""Keys of the user's own, which begin with x-: kept as text, and never read."""

Text = Annotated[str, forms.TEXT]
Label = Annotated[str, forms.LABEL]
Link = Annotated[str, forms.LINK]
Day = Annotated[date, forms.DAY]
When = Annotated[Moment, forms.MOMENT]
StatedOn = Annotated[Moment, forms.STATED]
Number = Annotated[float, forms.NUMBER]
Flag = Annotated[bool, forms.FLAG]
Kind = Annotated[Literal["binary", "choice", "numeric", "date"], forms.one_of(*KINDS)]
Origin = Annotated[Literal["stated", "inferred", "assumed", "disputed"], forms.one_of(*ORIGINS)]
DeadlineOrigin = Annotated[
    Literal["stated", "inferred", "assumed"], forms.one_of("stated", "inferred", "assumed")
]
Reading = Annotated[Literal["primary", "secondary"], forms.one_of("primary", "secondary")]
Scale = Annotated[Literal["linear", "log"], forms.one_of("linear", "log")]
VoidReason = Annotated[str, forms.one_of(*REASONS)]
Shares = Annotated[tuple[tuple[str, float], ...], Pairs(forms.LABEL, forms.PROBABILITY)]
Quantiles = Annotated[tuple[tuple[float, float], ...], Pairs(forms.LEVEL, forms.NUMBER)]
Points = Annotated[
    tuple[tuple[float | date, Probability], ...], Pairs(forms.THRESHOLD, forms.POINT)
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a forecast was said, and how it was read there."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    title: Text | None = None
    url: Label | None = None
    published: Day | None = None
    locator: Text | None = None
    reading: Reading | None = None
    archived: Label | None = None
    extra: Own = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What must hold for the claim to be judged at all.

    `is_` is the answer that the named prediction must end in: `yes`, `no`, or an option of it.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    text: Text | None = None
    prediction: Link | None = None
    is_: Label = "yes"
    extra: Own = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """The values that a platform's numeric question can hold."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    low: Number
    high: Number
    open_low: Flag = False
    open_high: Flag = False
    extra: Own = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A closed range, with the probability that the value lies in it if one was said."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    low: Number | None = None
    high: Number | None = None
    confidence: Annotated[float, forms.LEVEL] | None = None
    extra: Own = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What may be said of a prediction: exactly one of these, by its kind."""

    probability: Annotated[Probability, forms.PHRASED] | None = None
    probabilities: Shares | None = None
    interval: Interval | None = None
    quantiles: Quantiles | None = None
    cdf: Points | None = None
    point: Number | None = None


VALUES = ("probability", "probabilities", "interval", "quantiles", "cdf", "point")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference(Statement):
    """What a base rate, a market or "no change" would have said."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    note: Text | None = None
    extra: Own = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast(Statement):
    """What somebody said about a prediction on a day."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    by: Label
    made: StatedOn
    words: Annotated[str, forms.WORDS] | None = None
    paraphrase: Text | None = None
    recorded: Day | None = None
    origin: Origin = "stated"
    rationale: Text | None = None
    source: Source | None = None
    withdrawn: StatedOn | None = None
    extra: Own = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Where others can look, and a copy of it that stays."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    url: Label
    archived: Label | None = None
    extra: Own = ()


Proofs = tuple[Annotated[Evidence, Brief(Evidence)], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What another judge says of how a prediction ended; it does not count."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    answer: Annotated[Answer, forms.ANSWER]
    judge: Label | None = None
    recorded: Day | None = None
    evidence: Proofs = ()
    note: Text | None = None
    extra: Own = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a prediction ended."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    answer: Annotated[Answer, forms.ANSWER]
    decided: Day | None = None
    recorded: Day | None = None
    judge: Label | None = None
    evidence: Proofs = ()
    reason: VoidReason | None = None
    note: Text | None = None
    judgements: tuple[Judgement, ...] = ()
    extra: Own = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """An option of a choice as a file has it; one that came later says since when it is offered."""

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    name: Label
    added: Day | None = None


class Offered:
    """The options of a choice: names in the record, and in a file `Option`s, each kept brief."""

    def __get_pydantic_json_schema__(self, _core: Any, handler: Any) -> Schema:
        """Answer Pydantic with the schema of the written list."""
        option = {
            "type": "object",
            "properties": {"name": forms.LABEL.schema, "added": forms.DAY.schema},
            "required": ["name"],
            "additionalProperties": False,
        }
        return {"type": "array", "items": {"anyOf": [forms.LABEL.schema, option]}}


OFFERED = Offered()


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """One claim that can turn out true, the forecasts about it, and how it ended.

    `options` are names; `options_added` says of those that came later since when they are offered,
    and stands in a file beside the name: `{name: C, added: 2026-03-01}`. `id` and `path` are where
    the record is, not what it holds.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = _STRICT

    claim: Text
    kind: Kind
    criteria: Text | None = None
    options: Annotated[tuple[str, ...], OFFERED] = ()
    options_added: tuple[tuple[str, date], ...] = ()
    rest: Label | None = None
    ordered: Flag = False
    unit: Label | None = None
    scale: Scale = "linear"
    range: Range | None = None
    opened: When | None = None
    closed: When | None = None
    scheduled_close: When | None = None
    deadline: Day | None = None
    deadline_origin: DeadlineOrigin = "stated"
    review: Day | None = None
    earliest: Day | None = None
    tags: tuple[Label, ...] = ()
    family: Label | None = None
    condition: Condition | None = None
    supersedes: Link | None = None
    source: Source | None = None
    reference: Reference | None = None
    outcome: Outcome | None = None
    forecasts: tuple[Forecast, ...]
    note: Text | None = None
    id: str = ""
    path: str = ""
    extra: Own = ()


def offered(prediction: Prediction) -> tuple[Option, ...]:
    """Return the options as a file has them: with the day since which one that came later is."""
    added = dict(prediction.options_added)
    return tuple(Option(name=name, added=added.get(name)) for name in prediction.options)


NOT_IN_FILE = frozenset({"id", "path", "extra", "options_added"})
"""Fields that are no keys of a file: they say where it is, or stand within another key."""


@dataclass(frozen=True, slots=True)
class Chance:
    """One stated probability with the thing it was stated of: the unit that calibration counts.

    `happened` is 1, 0, a share of a partial answer, or None while it is undecided.
    """

    id: str
    by: str
    made: Moment
    kind: str
    family: str
    target: str
    stated: Probability
    origin: str
    scheduled: date | None
    decided: date | None
    happened: float | None

    @property
    def phrase(self) -> str | None:
        """Return the phrase that was said, where no number was."""
        return self.stated if isinstance(self.stated, str) else None

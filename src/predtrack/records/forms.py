"""How each field is written: turn the text that stands in a file into an exact value.

A form knows the JSON Schema of the text people write, so that one definition serves the reader,
`predtrack schema` and editors. Text is never guessed at: `no` under `claim` is the text "no",
`1:30` is never a number, `yes` is never a probability.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any, Literal, TypeAlias

from predtrack import dates, phrases
from predtrack.errors import Misread, near, shortened

ID_PATTERN = r"[a-z0-9][a-z0-9._-]{0,79}"
_ID = re.compile(ID_PATTERN, re.ASCII)
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.ASCII)
_NUMBER = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))(?:[eE]([+-]?\d+))?(%?)", re.ASCII)
_ODDS = r"(\d{1,9}(?:\.\d{1,9})?) ?(:|/|to|in) ?(\d{1,9}(?:\.\d{1,9})?)"

_NUMBER_TEXT = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
_PERCENT_TEXT = r"^\+?(\d+\.?\d*|\.\d+)%$"
_DAY_TEXT = r"^\d{4}-\d{2}-\d{2}$"
_INSTANT_TEXT = r"^\d{4}-\d{2}-\d{2}([Tt ].*)?$"
_STATED_TEXT = r"^\d{4}-\d{2}(-\d{2}([Tt ].*)?)?$"
MOST_WORDS = 60  # of a quotation
EDGES: dict[str, Literal["first", "last"]] = {
    "deadline": "last",
    "earliest": "first",
    "review": "first",  # as soon as the period begins
}
"""By the key of a day: which day of a period it means where people name one."""

Probability: TypeAlias = float | str  # 0 to 1, or a phrase from a table
Answer: TypeAlias = str | float | date

Schema = dict[str, Any]


class Form:
    """How one field is written. `read` takes the text and the kind of the prediction."""

    __slots__ = ("name", "plain", "read", "schema")

    def __init__(
        self, name: str, read: Callable[[str, str], Any], schema: Schema, *, plain: bool = False
    ) -> None:
        self.name = name
        self.read = read
        self.schema = schema
        self.plain = plain  # free text: a comment right behind it may have cut it short

    def __get_pydantic_json_schema__(self, _core: Any, _handler: Any) -> Schema:
        """Answer Pydantic with the schema of the written form."""
        return self.schema


def number(text: str, _kind: str = "") -> float:
    """Return the number, an int where it is written as one.

    >>> number("12"), number("1e3"), number(".5")
    (12, 1000.0, 0.5)
    """
    match = _NUMBER.fullmatch(text)
    if match is None or match[3]:
        raise Misread("number", f'"{shortened(text)}" is not a number', _number_remedy(text))
    if not match[2] and "." not in text:
        return _within(int(text) if len(text) < 400 else float(text), text)
    return _within(float(text), text)


def _number_remedy(text: str) -> str:
    if re.fullmatch(r"[+-]?\d{1,30},(\d{1,2}|\d{4,30})", text, re.ASCII):
        return f"write it with a point: {text.replace(',', '.')}"
    if len(text) < 60 and re.fullmatch(r"[+-]?\d[\d,_ ']*(\.\d+)?", text, re.ASCII):
        digits = re.sub(r"[,_ ']", "", text)
        return f"write it without separators: {digits}"
    if text.endswith("%"):
        return "leave the % out, or put it in `unit`"
    return "write digits such as 12, 12.5 or 1e9, and put words in `words`"


def _within(value: float, text: str) -> float:
    if abs(value) > 1e300:
        raise Misread("number", f'"{shortened(text)}" is too large', "choose a larger unit")
    return value


_WHOLE = {f"{percent}%": float(f"{percent}e-2") for percent in range(101)}
"""What most people write, so that it is looked up."""


def probability(text: str, _kind: str = "") -> float:
    """Return the probability, 0 to 1, of a number or a percentage with its sign.

    >>> probability("90%"), probability("0.9")
    (0.9, 0.9)
    """
    if text in _WHOLE:
        return _WHOLE[text]
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise Misread("probability", *_not_a_probability(text))
    exponent = _exponent(match[2] or "0") - (2 if match[3] else 0)
    value = float(f"{match[1]}e{exponent}")  # shifted as text: 12.4% is the float nearest to .124
    if 0 <= value <= 1:
        return abs(value)
    message = f"{shortened(text)} is not between 0 and 1"
    if match[3] or not 0 <= value <= 100:
        raise Misread("probability", message, "write 0% to 100%")
    raise Misread("probability", message, f"write {value:.15g}% or {value / 100:.15g}")


def _exponent(text: str) -> int:
    """Return the exponent; of many digits, one that leads as surely to zero or out of range."""
    digits = text.lstrip("+-0")
    size = int(digits or 0) if len(digits) < 6 else 10**6
    return -size if text[0] == "-" else size


def _not_a_probability(text: str) -> tuple[str, str]:
    message = f'"{shortened(text)}" is not a probability'
    odds = re.fullmatch(_ODDS, text, re.ASCII)
    if odds is None:
        return message, "write 90% or 0.9"
    first, second = float(odds[1]), float(odds[3])
    # 1/20 and 1 in 20 are shares of a whole; 1:20 and 1 to 20 are odds
    whole = second if odds[2] in {"/", "in"} else first + second
    if not 0 <= first <= whole or whole == 0:
        return message, "write 90% or 0.9"
    return message, f"write {100 * first / whole:.3g}% and keep {text} in `words`"


def phrased(text: str, kind: str = "") -> Probability:
    """Return the probability, the range of one, or the phrase that a table of phrases holds.

    >>> phrased("90%"), phrased("60% .. 70%"), phrased("> 50%"), phrased("Very  likely")
    (0.9, '60%..70%', 'over 50%', 'very likely')
    """
    if stated := _range_of(text):
        return stated
    if text[:1].isdigit() or text[:1] in {"+", "-", "."}:
        return probability(text, kind)
    phrase = " ".join(text.lower().split())
    if phrases.known(phrase):
        return phrase
    message = f'"{shortened(text)}" is no probability and in no table of phrases'
    hint = near(phrase, phrases.every_phrase()) if len(phrase) < 60 else ""
    remedy = "write 90% or 0.9, or put it under `words`"
    raise Misread("probability", message, f"{hint} otherwise {remedy}" if hint else remedy)


_SIDES = {">": "over", "<": "under"}


def _range_of(text: str) -> str:
    """Return a range of probability as it is written, `60%..70%` or `over 50%`; "" for others."""
    if match := phrases.BETWEEN.fullmatch(text):
        low, low_sign, high, high_sign = match.groups()
        if low_sign != high_sign:
            message = f'"{shortened(text)}" mixes a percentage with a fraction'
            raise Misread("probability", message, "write 60%..70% or 0.6..0.7")
        if _share(low, low_sign, text) >= _share(high, high_sign, text):
            message = f'in "{shortened(text)}" the low end is not below the high end'
            raise Misread("probability", message, "exchange the two, or write one probability")
        return f"{low}{low_sign}..{high}{high_sign}"
    if match := phrases.ONE_SIDED.fullmatch(text):
        word = match[1].lower()
        side = _SIDES.get(word, word)
        end = _share(match[2], match[3], text)
        if end == (1 if side == "over" else 0):
            message = f'"{shortened(text)}" leaves nothing'
            raise Misread("probability", message, "write the probability itself")
        return f"{side} {match[2]}{match[3]}"
    return ""


def _share(digits: str, sign: str, text: str) -> float:
    """Return an end of a range of probability, refused by the whole range where it is none."""
    try:
        return probability(digits + sign)
    except Misread:
        message = f'"{shortened(text)}" is no range of probability'
        meant = "60%..70%" if sign else re.sub(phrases.NUMERAL, _percent, text)
        raise Misread("probability", message, f"write {meant}") from None


def _percent(match: re.Match[str]) -> str:
    return f"{match[0]}%" if float(match[0]) <= 100 else "60%"


def point_probability(text: str, kind: str) -> Probability:
    """Return the value of one point of a cdf: a phrase may stand there for kind date only."""
    return probability(text) if kind == "numeric" else phrased(text)


def level(text: str, _kind: str = "") -> float:
    """Return the level of a quantile or the confidence of an interval, inside (0, 1)."""
    value = probability(text)
    if 0 < value < 1:
        return value
    message = f"a level of {shortened(text)} says nothing"
    raise Misread("probability", message, "write one above 0% and below 100%")


def threshold(text: str, kind: str) -> float | date | str:
    """Return the place of one point of a cdf: a day for kind date, a number for others.

    Where the kind is not known the text is left as it is: that the kind is missing is said once.
    """
    if kind == "date":
        return dates.day(text)
    return number(text) if kind else text


def flag(text: str, _kind: str = "") -> bool:
    """Return true or false, as it is written in one of these words."""
    if text in {"true", "false"}:
        return text == "true"
    raise Misread("value", f'"{shortened(text)}" is neither true nor false', "write true or false")


def text_of(text: str, _kind: str = "") -> str:
    """Return the text, without white space around it."""
    if stripped := text.strip():
        return stripped
    raise Misread("empty", "the text is empty", "write one, or take the key out")


def spoken(text: str, kind: str = "") -> str:
    """Return the words of a forecast: at most 60, so that they stay a quotation."""
    count = len(text.split())
    if count > MOST_WORDS:
        remedy = f"keep the at most {MOST_WORDS} that carry the claim"
        raise Misread("words", f"{count} words are quoted", remedy)
    return text_of(text, kind)


def label(text: str, kind: str = "") -> str:
    """Return a short text of one line: a name, a tag, an option, a unit."""
    stripped = text_of(text, kind)
    if not stripped.isprintable() and len(stripped.splitlines()) > 1:
        raise Misread("value", "the text has more than one line", "write it on one line")
    return stripped


def prediction_id(text: str, _kind: str = "") -> str:
    """Return the id, where it is one that every file system can hold.

    >>> prediction_id("rain-2027")
    'rain-2027'
    """
    if not _ID.fullmatch(text):
        remedy = "use a-z, 0-9, dot, dash and underscore, at most 80, a letter or digit first"
        raise Misread("id", f'"{shortened(text)}" is not an id', remedy)
    if _RESERVED.fullmatch(text) or text.endswith("."):
        raise Misread("id", f'"{text}" is a name some systems cannot hold', "choose another id")
    return text


def one_of(*words: str) -> Form:
    """Return the form of a field that holds one of a few words."""

    def read(text: str, _kind: str = "") -> str:
        if text in words:
            return text
        listed = f"{', '.join(words[:-1])} or {words[-1]}"
        hint = near(shortened(text), list(words))
        message = f'"{shortened(text)}" is not a word that may stand here'
        raise Misread("value", message, f"{hint} it is {listed}" if hint else f"write {listed}")

    return Form("word", read, {"enum": list(words)})


def answer(text: str, kind: str) -> Answer:
    """Return the answer by kind; whether it is one of the options is a rule across fields."""
    if text == "void":
        return text
    if kind in {"choice", ""}:
        return label(text)
    if kind == "binary":
        return _binary_answer(text)
    if kind == "numeric":
        return text if text in {"below", "above"} else _numeric_answer(text)
    return text if text == "no" else _date_answer(text)


def _binary_answer(text: str) -> Answer:
    if text in {"yes", "no"}:
        return text
    try:
        share = probability(text)
    except Misread:
        message = f'"{shortened(text)}" is no answer to a binary prediction'
        remedy = "write yes, no, void, or 0 to 1 for a partial one"
        raise Misread("answer", message, remedy) from None
    return {0.0: "no", 1.0: "yes"}.get(share, share)


def _numeric_answer(text: str) -> Answer:
    try:
        return number(text)
    except Misread as error:
        message = f'"{shortened(text)}" is no answer to a numeric prediction'
        also = "write a number, below, above or void"
        remedy = also if "words" in error.remedy else error.remedy
        raise Misread("answer", message, remedy) from None


def _date_answer(text: str) -> Answer:
    try:
        return dates.day(text)
    except Misread as error:
        no_answer = f'"{shortened(text)}" is no answer to a date prediction'
        remedy = "write the day it happened (2027-03-01), no or void"
        message = no_answer if "not a day" in error.message else error.message
        raise Misread("answer", message, remedy) from None


_PROBABILITY_SCHEMA: Schema = {
    "anyOf": [
        {"type": "number", "minimum": 0, "maximum": 1},
        {"type": "string", "pattern": _PERCENT_TEXT},
    ]
}
_PHRASED_SCHEMA: Schema = {
    "anyOf": [
        *_PROBABILITY_SCHEMA["anyOf"],
        {"type": "string", "pattern": "^[A-Za-z][a-z ]+$"},
        {"type": "string", "pattern": phrases.RANGE_TEXT},
    ]
}
_NUMBER_SCHEMA: Schema = {
    "anyOf": [{"type": "number"}, {"type": "string", "pattern": _NUMBER_TEXT}],
}
_TEXT_SCHEMA: Schema = {"type": ["string", "number", "boolean"]}

TEXT = Form("text", text_of, _TEXT_SCHEMA, plain=True)
WORDS = Form("words", spoken, _TEXT_SCHEMA, plain=True)
LABEL = Form("label", label, _TEXT_SCHEMA, plain=True)
LINK = Form("id", prediction_id, {"type": "string", "pattern": f"^{ID_PATTERN}$"})
DAY = Form("day", lambda text, _kind: dates.day(text), {"type": "string", "pattern": _DAY_TEXT})
MOMENT = Form(
    "moment", lambda text, _kind: dates.moment(text), {"type": "string", "pattern": _INSTANT_TEXT}
)
STATED = Form(
    "moment",
    lambda text, _kind: dates.moment_or_month(text),
    {"type": "string", "pattern": _STATED_TEXT},
)
NUMBER = Form("number", number, _NUMBER_SCHEMA)
LEVEL = Form("level", level, _PROBABILITY_SCHEMA)
PROBABILITY = Form("probability", probability, _PROBABILITY_SCHEMA)
PHRASED = Form("probability", phrased, _PHRASED_SCHEMA)
POINT = Form("probability", point_probability, _PHRASED_SCHEMA)
THRESHOLD = Form("threshold", threshold, _NUMBER_SCHEMA)
FLAG = Form("flag", flag, {"type": "boolean"})
ANSWER = Form("answer", answer, _TEXT_SCHEMA)

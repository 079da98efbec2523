"""Tables of verbal probabilities: what a phrase may mean, named and versioned.

A phrase is kept as it was said and looked up only when it is scored. A scale gives a lower and
an upper bound; a survey gives the quarters of what people answered. Here every entry holds the
lower quarter, the middle and the upper quarter, as probabilities.

Sources: ICD-203 (US Director of National Intelligence, 2015); UK PHIA probability yardstick;
NATO AJP-2.1; IPCC guidance note on uncertainties (2010); EFSA guidance on uncertainty (2018);
S. Kent, Words of Estimative Probability (1964); CAPphrase survey (A. Kucharski, 2026,
doi 10.5281/zenodo.18750055, CC BY), 5,174 answers a phrase; zonination/perceptions (2015, MIT).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal

DEFAULT_TABLE = "icd-203"

_SCALES: dict[str, dict[str, tuple[float, float]]] = {
    "icd-203": {
        "almost certain": (95, 99),
        "nearly certain": (95, 99),
        "very likely": (80, 95),
        "highly probable": (80, 95),
        "likely": (55, 80),
        "probable": (55, 80),
        "probably": (55, 80),
        "roughly even chance": (45, 55),
        "roughly even odds": (45, 55),
        "unlikely": (20, 45),
        "improbable": (20, 45),
        "very unlikely": (5, 20),
        "highly improbable": (5, 20),
        "almost no chance": (1, 5),
        "remote chance": (1, 5),
        "remote": (1, 5),
    },
    "uk-phia": {
        "almost certain": (95, 100),
        "highly likely": (80, 90),
        "likely": (55, 75),
        "probable": (55, 75),
        "realistic possibility": (40, 50),
        "unlikely": (25, 35),
        "highly unlikely": (10, 20),
        "remote chance": (0, 5),
    },
    "nato": {
        "highly likely": (90, 100),
        "likely": (60, 90),
        "even chance": (40, 60),
        "unlikely": (10, 40),
        "highly unlikely": (0, 10),
    },
    "ipcc": {
        "virtually certain": (99, 100),
        "extremely likely": (95, 100),
        "very likely": (90, 100),
        "likely": (66, 100),
        "about as likely as not": (33, 66),
        "unlikely": (0, 33),
        "very unlikely": (0, 10),
        "extremely unlikely": (0, 5),
        "exceptionally unlikely": (0, 1),
    },
    "efsa": {
        "almost certain": (99, 100),
        "extremely likely": (95, 99),
        "very likely": (90, 95),
        "likely": (66, 90),
        "about as likely as not": (33, 66),
        "unlikely": (10, 33),
        "very unlikely": (5, 10),
        "extremely unlikely": (1, 5),
        "almost impossible": (0, 1),
    },
    "kent-1964": {
        "almost certain": (87, 99),
        "probable": (63, 87),
        "chances about even": (40, 60),
        "probably not": (20, 40),
        "almost certainly not": (2, 12),
    },
}

_SURVEYS: dict[str, dict[str, tuple[float, float, float]]] = {
    "capphrase-2026": {
        "almost no chance": (1, 2, 5),
        "highly unlikely": (5, 5, 10),
        "remote chance": (3, 5, 10),
        "chances are slight": (5, 10, 15),
        "improbable": (5, 10, 20),
        "little chance": (5, 10, 15),
        "unlikely": (10, 20, 25),
        "may happen": (30, 40, 51),
        "might happen": (25, 40, 50),
        "could happen": (25, 40, 50),
        "about even": (50, 50, 50),
        "better than even": (55, 60, 60),
        "realistic possibility": (40, 60, 75),
        "likely": (67, 75, 80),
        "probable": (65, 75, 80),
        "very good chance": (75, 80, 85),
        "highly likely": (80, 90, 90),
        "almost certain": (90, 95, 98),
        "will happen": (99, 100, 100),
    },
    "zonination-2015": {
        "almost no chance": (1, 2, 5),
        "highly unlikely": (5, 5, 10),
        "chances are slight": (10, 10, 15),
        "little chance": (10, 15, 20),
        "improbable": (7, 15, 28),
        "unlikely": (10, 20, 28.75),
        "probably not": (20, 26.5, 38.75),
        "about even": (50, 50, 50),
        "better than even": (55, 60, 60),
        "probable": (65, 70, 78.75),
        "likely": (65, 70, 75),
        "probably": (65, 75, 80),
        "very good chance": (75, 80, 85),
        "highly likely": (84.25, 90, 95),
        "almost certainly": (90, 95, 97.75),
    },
}

TABLES = (*_SCALES, *_SURVEYS)
_ENTRIES: tuple[Mapping[str, object], ...] = (*_SCALES.values(), *_SURVEYS.values())


def meaning(phrase: str, table: str = DEFAULT_TABLE) -> tuple[float, float, float] | None:
    """Return the lower quarter, middle and upper quarter of a phrase, 0 to 1; None for others.

    A stated range of probability brings its own ends, and means the same by every table.

    >>> meaning("very likely", "icd-203")
    (0.8375, 0.875, 0.9125)
    >>> meaning("60%..80%"), meaning("over 50%")
    ((0.65, 0.7, 0.75), (0.625, 0.75, 0.875))
    """
    if (quarters := _quarters(phrase)) is not None:
        return quarters
    if table in _SURVEYS:
        percents = _SURVEYS[table].get(phrase)
        if percents is None:
            return None
        return percents[0] / 100, percents[1] / 100, percents[2] / 100
    bounds = _SCALES[table].get(phrase)
    if bounds is None:
        return None
    low, high = bounds
    return (3 * low + high) / 400, (low + high) / 200, (low + 3 * high) / 400


NUMERAL = r"(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)"
BETWEEN = re.compile(rf"({NUMERAL})(%?) *\.\. *({NUMERAL})(%?)")
ONE_SIDED = re.compile(rf"(over|under|>|<) *({NUMERAL})(%?)", re.IGNORECASE)
"""The grammar of a stated range of probability: what is made of it below says no more than it."""


def _below(most: str) -> str:
    """Return the pattern of a numeral from 0 to less than 1 or 100."""
    digits = "0+" if most == "1" else "0*[0-9]{1,2}"
    return rf"(?:{digits}(?:\.[0-9]+)?|\.[0-9]+)"


def _any_case(word: str) -> str:
    """Return the pattern of a word in any case, since a schema knows no flags."""
    return "".join(f"[{letter.upper()}{letter}]" for letter in word)


def _range_text() -> str:
    """Return the grammar as one pattern of a JSON Schema, each end within its bounds.

    That the low end lies below the high end no pattern can say.
    """
    ways = []
    for most, sign in (("100", "%"), ("1", "")):
        end = rf"(?:0*{most}(?:\.0+)?|{_below(most)}){sign}"  # from 0 to 1 or 100
        ways += [
            rf"{end} *\.\. *{end}",
            rf"(?:{_any_case('over')}|>) *{_below(most)}{sign}",
            rf"(?:{_any_case('under')}|<) *(?=[0.]*[1-9]){end}",
        ]
    return f"^(?:{'|'.join(ways)})$"


RANGE_TEXT = _range_text()


def is_written_range(text: str) -> bool:
    """Return whether a text is a range as a file has it: two numerals with two dots between."""
    return " " not in text and BETWEEN.fullmatch(text) is not None


def ends(phrase: str) -> tuple[float, float] | None:
    """Return the ends of a stated range of probability; None for any other phrase.

    >>> ends("60%..70%"), ends("under 5%"), ends("likely")
    ((0.6, 0.7), (0.0, 0.05), None)
    """
    stated = _ends(phrase)
    return None if stated is None else (float(stated[0]), float(stated[1]))


def _ends(phrase: str) -> tuple[Decimal, Decimal] | None:
    """Return the ends as decimal numbers: the middle of 60% and 70% is .65 and not a bit less."""
    from decimal import Decimal

    def number(digits: str, sign: str) -> Decimal:
        return Decimal(digits).scaleb(-2 if sign else 0)

    if match := BETWEEN.fullmatch(phrase):
        return number(match[1], match[2]), number(match[3], match[4])
    if match := ONE_SIDED.fullmatch(phrase):
        end = number(match[2], match[3])
        return (end, Decimal(1)) if match[1].lower() in {"over", ">"} else (Decimal(0), end)
    return None


@lru_cache(maxsize=1024)  # the same ranges stand in many records, and phrases are no ranges
def _quarters(phrase: str) -> tuple[float, float, float] | None:
    stated = _ends(phrase)
    if stated is None:
        return None
    low, high = stated
    return float((3 * low + high) / 4), float((low + high) / 2), float((low + 3 * high) / 4)


def known(phrase: str) -> bool:
    """Return whether any table holds the phrase."""
    return any(phrase in table for table in _ENTRIES)


def every_phrase() -> list[str]:
    """Return the phrases of all tables, each once, in order."""
    return sorted(set().union(*_ENTRIES))

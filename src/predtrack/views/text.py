"""Make text from records safe to show, and write figures as people read them.

A terminal obeys control characters, and a reader believes what bidirectional and invisible ones
hide. Here they become visible (`\\x1b`, `\\u202e`), and nothing else changes: emoji families,
combining marks, Persian and CJK stay as they are.
"""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import date

from predtrack.records.numerals import number

_JOINERS = {"\u200c", "\u200d"}  # they belong inside of words and of emoji sequences
_SELECTORS = {"\ufe0e", "\ufe0f"}  # text or emoji form of the sign before
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_BEGINS = re.compile(r"\s|[-*+#>|]|\d+[.)]")
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"})


def visible(text: str) -> str:
    """Return the text with what a terminal obeys or a reader cannot see written out.

    >>> visible("a\\x1b[31mb\\u202ec")
    'a\\\\x1b[31mb\\\\u202ec'
    >>> visible("👩\\u200d🚀 می\\u200cخواهم")
    '👩\\u200d🚀 می\\u200cخواهم'
    """
    if is_plain(text):
        return text
    return "".join(
        sign if _is_harmless(text, at, sign) else _escaped(sign) for at, sign in enumerate(text)
    )


_PLAIN = re.compile(
    "[ -~\u00a1-\u00ac\u00ae-\u034e\u0400-\u052f\u2010-\u2027\u2030-\u205e\u2200-\u22ff"
    "\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fef\uff01-\uff5e]*"
)
"""Letters and signs of which each is harmless wherever it stands: most texts hold no others."""


def is_plain(text: str) -> bool:
    """Tell whether a text needs no second look; one that does may be harmless all the same."""
    return (text.isascii() and text.isprintable()) or _PLAIN.fullmatch(text) is not None


def _is_harmless(text: str, at: int, sign: str) -> bool:
    if " " <= sign <= "~":
        return True
    if sign in _JOINERS:
        return _is_joined(text, at)
    if sign in _SELECTORS:
        return at > 0 and unicodedata.category(text[at - 1]) in {"So", "Sm", "Po", "Nd", "Sk"}
    return not _is_unseen(sign) and unicodedata.category(sign) not in _HIDDEN


def _is_unseen(sign: str) -> bool:
    return (
        sign in _INVISIBLE
        or "\ufe00" <= sign <= "\ufe0f"
        or "\U000e0100" <= sign <= "\U000e01ef"
        or ("\u180b" <= sign <= "\u180f")
    )


def _is_joined(text: str, at: int) -> bool:
    """Tell whether a joiner stands between two signs that may be joined."""
    start = at
    while text[start - 1 : start] == "\ufe0f":
        start -= 1
    before, after = text[max(start - 1, 0) : start], text[at + 1 : at + 2]
    return bool(before and after) and all(
        unicodedata.category(sign) in {"Lo", "Mn", "Mc", "So", "Sk"} and not _is_unseen(sign)
        for sign in (before, after)
    )


def _escaped(sign: str) -> str:
    code = ord(sign)
    short = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(sign)
    if short or code < 0x100:
        return short or f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def document(text: str) -> str:
    """Return a document for programs as a terminal may show it, its escapes those of JSON.

    >>> document('"a\\x9b31m"\\n')
    '"a\\\\u009b31m"\\n'
    """
    if is_plain(text.replace("\n", "")):
        return text
    return "".join(
        sign if sign == "\n" or _is_harmless(text, at, sign) else _in_json(sign)
        for at, sign in enumerate(text)
    )


def _in_json(sign: str) -> str:
    units = sign.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))


def paragraphs(text: str) -> list[str]:
    """Return the lines of a text, made visible; a line goes on in the next, as in Markdown.

    An empty line, an indent, a list mark or a heading keep their line break.

    >>> paragraphs("It counts if\\nboth hold:\\n- first\\n- second\\n\\nElse not.")
    ['It counts if both hold:', '- first', '- second', '', 'Else not.']
    """
    blocks: list[list[str]] = []
    for line in text.strip().split("\n"):
        if blocks and blocks[-1][-1] and line and not _BEGINS.match(line):
            blocks[-1].append(line)
        else:
            blocks.append([line])
    return [visible(" ".join(lines).rstrip()) for lines in blocks]


def share(p: float | None) -> str:
    """Return a computed share in whole percent; of none, a dash.

    >>> share(0.4385), share(1.0), share(None)
    ('44%', '100%', '–')
    """
    return "–" if p is None else f"{100 * p:.0f}%"


_LAST_BITS = 1e-11


def figure(value: float | None, digits: int = 3) -> str:
    """Return a computed figure with fixed digits; of none, a dash.

    Halves are rounded away from 0, also those that a computation missed by its last bits.

    >>> figure(0.0661), figure(-0.00001), figure(0.0275), figure(0.5 - 0.4725), figure(None)
    ('.066', '.000', '.028', '.028', '–')
    """
    if value is None or math.isnan(value):
        return "–"
    if math.isinf(value):
        return "infinite"
    text = f"{value + math.copysign(_LAST_BITS, value):.{digits}f}"
    if float(text) == 0:
        text = text.removeprefix("-")
    return text.replace("0.", ".", 1) if text.lstrip("-").startswith("0.") else text


def quantity(value: float) -> str:
    """Return a computed quantity with the three digits that matter, and with separators.

    >>> quantity(1234567.8), quantity(0.0123456), quantity(15000), quantity(-2.0)
    ('1,230,000', '0.0123', '15,000', '-2')
    """
    rounded = float(f"{value:.3g}")
    if not math.isfinite(rounded) or (rounded and not 1e-4 <= abs(rounded) < 1e15):
        return f"{rounded:g}"
    return f"{rounded:,.10f}".rstrip("0").rstrip(".")


def stated(p: float) -> str:
    """Return a chance in percent with three digits, or as many as keep it off 0 and 100.

    >>> stated(0.0363420836664), stated(0.7999999), stated(0.29), stated(0.125), stated(1)
    ('3.63%', '80%', '29%', '12.5%', '100%')
    >>> stated(0.9999999), stated(0.9996), stated(0.00001)
    ('99.99999%', '99.96%', '0.001%')
    """
    percent = float(f"{100 * p:.3g}")
    if p < 1 and percent >= 99.95:
        percent = round(100 - float(f"{100 * (1 - p):.3g}"), 12)
    return f"{percent:.12g}%"


_NUMBER = r"[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?"
_TARGET = re.compile(rf"(?P<sign>[<>]= )?(?P<first>{_NUMBER})(?:(?P<to>\.\.)(?P<last>{_NUMBER}))?")


def target(text: str) -> str:
    """Return what a chance is of, with long numbers as people read them; all but a range stays.

    Whole numbers keep every digit, and a year no separator.

    >>> target("<= 1000000"), target("<= 2027"), target("-12345.678901..3.63420836664")
    ('<= 1,000,000', '<= 2027', '-12,346..3.63')
    >>> target("by 2029-02-13"), target("10000")
    ('by 2029-02-13', '10000')
    """
    parts = _TARGET.fullmatch(text)
    if parts is None or not (parts["sign"] or parts["to"]):
        return text
    last = f"..{_place(parts['last'])}" if parts["to"] else ""
    return f"{parts['sign'] or ''}{_place(parts['first'])}{last}"


def _place(text: str) -> str:
    """Return a number of a target, with separators from five digits on and no needless digit."""
    value = float(text)
    if not math.isfinite(value) or (value and not 1e-4 <= abs(value) < 1e15):
        return f"{value:g}"
    if value.is_integer():
        return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:.0f}"
    plain = f"{value:.10g}"
    if len(plain.lstrip("-0.")) <= 7:  # six digits and the point
        return plain if abs(value) < 10_000 else f"{float(plain):,}"
    whole = len(f"{abs(value):.0f}") if abs(value) >= 1 else 0
    digits = max(0, 3 - whole) if whole else 2 - math.floor(math.log10(abs(value)))
    rounded = f"{value:,.{digits}f}" if abs(value) >= 10_000 else f"{value:.{digits}f}"
    return rounded.rstrip("0").rstrip(".") if "." in rounded else rounded


def p_value(p: float) -> str:
    """Return a p-value as a page may show it: never zero.

    >>> p_value(0.0312), p_value(0.00004)
    ('p = .031', 'p < .001')
    """
    return "p < .001" if p < 0.001 else f"p = {figure(p)}"


def days_left(left: int | None) -> str:
    """Say how far a day is, in words.

    >>> days_left(0), days_left(1), days_left(-3), days_left(None), days_left(4000)
    ('today', 'in 1 day', '3 days ago', '', 'in 11 years')
    """
    if left is None:
        return ""
    if left == 0:
        return "today"
    far = abs(left)
    amount = f"{far} day{'s' * (far > 1)}" if far < 730 else f"{round(far / 365.25)} years"
    return f"in {amount}" if left > 0 else f"{amount} ago"


def counted(count: float, noun: str, plural: str = "") -> str:
    """Return a count with its noun.

    >>> counted(1, "family", "families"), counted(3, "chance")
    ('1 family', '3 chances')
    """
    return f"{number(count)} {noun if count == 1 else plural or noun + 's'}"


def day(value: date | None) -> str:
    """Return a day as ISO; of none, nothing."""
    return value.isoformat() if value else ""

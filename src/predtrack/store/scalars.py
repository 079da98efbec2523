"""Write a single value as YAML: plain where any reader takes it for that value, else quoted."""

from __future__ import annotations

import re
from datetime import date

from predtrack.dates import Moment, Month, text_of
from predtrack.phrases import is_written_range

_ADDRESS = re.compile(r"https?://[\w./?=&%+~-]+(?:#[\w./=&%-]*)?", re.ASCII)
_PLAIN = re.compile(  # a letter or an amount first; no colon, no # behind a space
    r"(?:[A-Za-z]|[^\x00-\x7f]|\d+(?:%? (?=[^\W\d_]{2})|(?=[^\x00-\x7f])))"
    r"(?: *[^\x00-\x20\x7f\"#:\\]|#)*"
)
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}
_JOINERS = {"\u200c", "\u200d"}  # parts of words and emoji, and harmless
_MISREADABLE = re.compile(r"(?i)(true|false|yes|no|null|on|off|y|n)")


def scalar(value: str | float | Moment) -> str:
    """Return a value as YAML: plain where any reader takes it for that text, else quoted."""
    if isinstance(value, date | Month):
        return text_of(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return f"{value}".removesuffix(".0")
    if value in {"yes", "no"} or _is_plain(value):
        return value
    return quoted(value)


def quoted(value: str) -> str:
    """Return the YAML text of a text in double quotes, on one line."""
    return f'"{"".join(map(_escaped, value))}"'


def _is_plain(value: str) -> bool:
    if _ADDRESS.fullmatch(value) or is_written_range(value):
        return True
    plain = value.isprintable() and _PLAIN.fullmatch(value)
    return bool(plain) and not _MISREADABLE.fullmatch(value)


def _escaped(sign: str) -> str:
    """Return a character as in double quotes: what does not print is written as its code."""
    if sign in _ESCAPES:
        return _ESCAPES[sign]
    if sign.isprintable() or sign in _JOINERS:
        return sign
    return f"\\U{ord(sign):08X}" if ord(sign) > 0xFFFF else f"\\u{ord(sign):04X}"

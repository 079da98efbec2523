"""Read forecasts as people say them on the command line: the field of a forecast, its value.

A value may be written as `show` writes it, unit and all, or shorter:

    binary   70%   .7   very likely   60%..70%   over 50%
    choice   North End 50%, South End 30%, Mill 20%
    numeric  10..15   10..15 80%   >= 100 90%   10%: 8, 50%: 12   <= 8: 10%, <= 12: 50%   100
    date     50% by 2029-02-13, 90% by end of 2036   2029: 50%
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from predtrack import dates
from predtrack.errors import Misread, shortened
from predtrack.records import forms
from predtrack.records.prediction import Interval

Value = dict[str, Any]  # the one field of a forecast that is given, by its name

_CONFIDENCE = r"(?:\s*(?:@|at)?\s*\(?\s*(?P<confidence>[\d.]+%|0?\.\d+)\s*\)?)?"
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_BETWEEN = re.compile(rf"(?P<low>{_NUMBER})\s*(?:\.\.|–|-|to)\s*(?P<high>{_NUMBER}){_CONFIDENCE}")
_AT_LEAST = re.compile(rf"(?:>=|≥|at least)\s*(?P<low>{_NUMBER}){_CONFIDENCE}")
_AT_MOST = re.compile(rf"(?:<=|≤|at most)\s*(?P<high>{_NUMBER}){_CONFIDENCE}")
_LEVEL = re.compile(rf"(?P<key>[\d.]+%)\s*[:=]\s*(?P<value>{_NUMBER})")
_PLACE = re.compile(rf"(?:<=|≤)?\s*(?P<key>{_NUMBER})\s*[:=]\s*(?P<value>\S+)")
_PLACE_AFTER = re.compile(rf"(?P<value>\S+)\s*(?:<=|≤)\s*(?P<key>{_NUMBER})")
_SHARE = re.compile(r"(?P<key>.+?)\s*[:=]?\s+(?P<value>[\d.]+%?)|(?P<name>.+?)\s*[:=]\s*(?P<p>\S+)")
_BY_DAY = re.compile(r"(?P<value>.+?)\s+by\s+(?P<key>.+)")
_DAY_FIRST = re.compile(r"(?P<key>.+?)\s*[:=]\s*(?P<value>[^:=]+)")

HOW = {
    "binary": "write 70%, .7 or a phrase such as very likely",
    "choice": "write each option with its share: A 60%, B 40%",
    "numeric": "write 10..15 80%, >= 100, 10%: 8, 90%: 20 or a number",
    "date": "write 50% by 2029-02-13, 90% by 2036-02-13",
}


def value(text: str, kind: str, base: date, unit: str | None = None) -> Value:
    """Return the field that a text gives to a forecast of a kind; spans count from a base day.

    >>> value("70%", "binary", date(2026, 1, 1))
    {'probability': 0.7}
    >>> value("10..15 GW (80%)", "numeric", date(2026, 1, 1), "GW")
    {'interval': Interval(low=10, high=15, confidence=0.8)}
    """
    words = re.sub(r"(?<=\d) %", "%", " ".join(text.split()))
    if not _parts(words):
        raise _refused(text, kind)
    if unit:
        words = re.sub(rf"(?<=[\d)]) {re.escape(unit)}(?= \(|$)", "", words)
    return _BY_KIND[kind](words, base)


def kind_of(text: str, base: date) -> str | None:
    """Return the kind whose forecasts are written like this, if any is."""
    for kind in ("binary", "date", "numeric", "choice"):
        if kind == "binary" and ".." in text and "%" not in text:
            continue  # 0.1..0.5 alone is a range of numbers, as 10..15 is
        try:
            value(text, kind, base)
        except Misread:
            continue
        return kind
    return None


def _refused(text: str, kind: str) -> Misread:
    return Misread("forecast", f'"{shortened(text)}" is no forecast of kind {kind}', HOW[kind])


def _binary(text: str, _base: date) -> Value:
    return {"probability": forms.phrased(text.strip('"'))}


def _choice(text: str, _base: date) -> Value:
    matches = [_SHARE.fullmatch(part) for part in _parts(text)]
    shares = [(each["key"] or each["name"], each["value"] or each["p"]) for each in matches if each]
    if not shares or len(shares) < len(matches):
        raise _refused(text, "choice")
    pairs = [(forms.label(name), forms.probability(share)) for name, share in shares]
    return {"probabilities": tuple(pairs)}


def _numeric(text: str, _base: date) -> Value:
    for pattern in (_BETWEEN, _AT_LEAST, _AT_MOST):
        if match := pattern.fullmatch(text):
            return {"interval": _interval(match.groupdict())}
    if re.fullmatch(_NUMBER, text):
        return {"point": forms.number(text)}
    levels = [_LEVEL.fullmatch(part) for part in _parts(text)]
    if all(levels):
        pairs = [(forms.level(each["key"]), forms.number(each["value"])) for each in levels if each]
        return {"quantiles": tuple(pairs)}
    places = [_PLACE.fullmatch(part) or _PLACE_AFTER.fullmatch(part) for part in _parts(text)]
    if not all(places):
        raise _refused(text, "numeric")
    points = [
        (forms.number(each["key"]), forms.probability(each["value"])) for each in places if each
    ]
    return {"cdf": tuple(points)}


def _interval(groups: dict[str, str | None]) -> Interval:
    low, high, confidence = (groups.get(name) for name in ("low", "high", "confidence"))
    return Interval(
        low=None if low is None else forms.number(low),
        high=None if high is None else forms.number(high),
        confidence=None if confidence is None else forms.level(confidence),
    )


def _date(text: str, base: date) -> Value:
    matches = [_BY_DAY.fullmatch(part) or _DAY_FIRST.fullmatch(part) for part in _parts(text)]
    if not all(matches):
        raise _refused(text, "date")
    points = [
        (dates.understood(each["key"], base, "last"), forms.phrased(each["value"].strip('"')))
        for each in matches
        if each
    ]
    return {"cdf": tuple(points)}


def _parts(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"[,;]", text) if part.strip()]


_BY_KIND: dict[str, Callable[[str, date], Value]] = {
    "binary": _binary,
    "choice": _choice,
    "numeric": _numeric,
    "date": _date,
}

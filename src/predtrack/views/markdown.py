"""Predictions as a Markdown table, for a README or a post."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from predtrack.reports.listing import Row
from predtrack.views import wording
from predtrack.views.text import day
from predtrack.views.wording import safe

HEADER = ("Claim", "Forecast", "Deadline", "Status")


def lines(rows: Iterable[Row]) -> Iterator[str]:
    """The lines of the table, header first; a source with an address becomes a link."""
    yield f"| {' | '.join(HEADER)} |\n"
    yield f"|{'---|' * len(HEADER)}\n"
    for row in rows:
        yield f"| {' | '.join(_cells(row))} |\n"


def _cells(row: Row) -> tuple[str, str, str, str]:
    prediction = row.prediction
    said = [f"{escaped(by)}: {escaped(value)}" for by, value in wording.standing(prediction)]
    answer = wording.answer(prediction)
    status = f"{row.status}: {escaped(answer)}" if answer and row.status != "void" else row.status
    return _claim(row), "<br>".join(said), day(row.deadline), status


def _claim(row: Row) -> str:
    claim, source = escaped(row.prediction.claim), row.prediction.source
    if source is None or source.url is None or not _ADDRESS.fullmatch(source.url):
        return claim
    return f"[{claim}]({source.url})"


_ADDRESS = re.compile(r"https?://[\w./?=&%+~:@,;#-]+", re.ASCII)
_SIGNS = re.compile(r"([\\`*_{}\[\]<>()#|~!&$])")


def escaped(text: str) -> str:
    """A text on one line in which Markdown and HTML find nothing to obey.

    >>> escaped("a | b *c* <i>")
    'a \\\\| b \\\\*c\\\\* \\\\<i\\\\>'
    """
    return _SIGNS.sub(r"\\\1", safe(text))

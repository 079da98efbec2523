"""Write predictions as a Markdown table, for a README or a post."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from predtrack.records.prediction import Prediction
from predtrack.reports.listing import Known, Row
from predtrack.views import wording
from predtrack.views.wording import safe

HEADER = ("Claim", "Forecast", "Deadline", "Status")


def lines(rows: Iterable[Row], folder: Known) -> Iterator[str]:
    """Yield the lines of the table, header first; a source with an address becomes a link."""
    yield f"| {' | '.join(HEADER)} |\n"
    yield f"|{'---|' * len(HEADER)}\n"
    for row in rows:
        yield f"| {' | '.join(_cells(row, folder.prediction(row)))} |\n"


def _cells(row: Row, prediction: Prediction) -> tuple[str, str, str, str]:
    standing = [f"{escaped(each.by)}: {escaped(each.value)}" for each in row.details.standing]
    answer = wording.answer(prediction)
    status = f"{row.status}: {escaped(answer)}" if answer and row.status != "void" else row.status
    return _claim(prediction), "<br>".join(standing), row.deadline or "", status


def _claim(prediction: Prediction) -> str:
    claim, source = escaped(prediction.claim), prediction.source
    if source is None or source.url is None or not _ADDRESS.fullmatch(source.url):
        return claim
    return f"[{claim}]({source.url})"


_ADDRESS = re.compile(r"https?://[\w./?=&%+~:@,;#-]+", re.ASCII)
_SIGNS = re.compile(r"[\\`*_{}\[\]<>()#|~!&$]")
_LIVE = re.compile(
    r"@(?=\w)"  # a name that is notified, or an address of mail
    r"|#(?=\d)|\bGH(?=-\d)"  # an issue
    r"|:(?=//)|www(?=\.)"  # an address of the web
    r"|:(?=[\w+-]+:)",  # an emoji
    re.IGNORECASE,
)
_NOTHING = "<!-- -->"


def escaped(text: str) -> str:
    """Return a text on one line in which Markdown and HTML find nothing to obey.

    GitHub makes links of addresses, names and numbers of issues after all escapes are gone: these
    are parted by a comment, which nobody sees and no link goes across.

    >>> escaped("a | b *c* <i>")
    'a \\\\| b \\\\*c\\\\* \\\\<i\\\\>'
    >>> escaped("@ada, see www.example.org")
    '@<!-- -->ada, see www<!-- -->.example.org'
    """
    parts = []
    done = 0
    plain = safe(text)
    for live in _LIVE.finditer(plain):
        parts += [_SIGNS.sub(r"\\\g<0>", plain[done : live.end()]), _NOTHING]
        done = live.end()
    return "".join(parts) + _SIGNS.sub(r"\\\g<0>", plain[done:])

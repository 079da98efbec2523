"""Write a calendar (RFC 5545) of the days on which something waits to be judged.

The same records give the same bytes: no clock goes in, and an event keeps its UID for as long as
its prediction and its day stay, so that a calendar which takes it in again replaces it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from predtrack.dates import order_of
from predtrack.records import life
from predtrack.records.prediction import Prediction
from predtrack.reports.listing import Known, Row
from predtrack.views.text import paragraphs
from predtrack.views.wording import safe

MOST_OCTETS = 75  # of a line, its break not counted
NEVER = date(1970, 1, 1)  # the stamp of what nobody has forecast

_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


def calendar(rows: Iterable[Row], folder: Known) -> Iterator[str]:
    """Yield the calendar in chunks: an event of a whole day for each day that is not decided."""
    yield _block(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//predtrack//predtrack//EN"])
    for row in rows:
        prediction = folder.prediction(row)
        for day in days(row, prediction):
            yield _block(_event(row, prediction, day))
    yield _block(["END:VCALENDAR"])


def days(row: Row, prediction: Prediction) -> list[date]:
    """Return the undecided days of a prediction; one that has ended has none in the calendar."""
    return [] if row.status in {"resolved", "void"} else life.undecided_days(prediction)


def _event(row: Row, prediction: Prediction, day: date) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{prediction.id}-{day}@predtrack",
        f"DTSTAMP:{_stamp(prediction)}",
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{day + timedelta(1):%Y%m%d}",  # the first day that is not in it
        f"SUMMARY:{escaped(safe(prediction.claim))}",
        f"DESCRIPTION:{escaped(_description(row, prediction))}",
        "TRANSP:TRANSPARENT",  # nobody is busy because something comes due
        "END:VEVENT",
    ]


def _stamp(prediction: Prediction) -> str:
    """Return the latest forecast's instant, in UTC: a calendar takes it for the last change."""
    instants = [order_of(forecast.made) for forecast in prediction.forecasts]
    return f"{max(instants, default=order_of(NEVER)):%Y%m%dT%H%M%SZ}"


def _description(row: Row, prediction: Prediction) -> str:
    """Return who says what, the criteria, and the command that shows the rest."""
    standing = [f"{safe(each.by)}: {safe(each.value)}" for each in row.details.standing]
    criteria = paragraphs(prediction.criteria) if prediction.criteria else []
    parts = (standing, criteria, [f"predtrack show {prediction.id}"])
    return "\n\n".join("\n".join(part) for part in parts if part)


def escaped(text: str) -> str:
    """Return a text as the value of a property, its line breaks and dividing signs escaped.

    >>> escaped("rain; then, sun" + chr(10) + "or not")
    'rain\\\\; then\\\\, sun\\\\nor not'
    """
    return text.translate(_ESCAPES)


def _block(lines: Iterable[str]) -> str:
    return "".join(f"{part}\r\n" for line in lines for part in folded(line))


def folded(line: str) -> Iterator[str]:
    """Yield the parts of a line, each of at most 75 octets; a blank begins each but the first.

    >>> [len(part) for part in folded("x" * 100)]
    [75, 26]
    """
    part: list[str] = []
    octets = 0
    for sign in line:
        size = len(sign.encode())
        if octets + size > MOST_OCTETS:
            yield "".join(part)
            part, octets = [" "], 1
        part.append(sign)
        octets += size
    yield "".join(part)

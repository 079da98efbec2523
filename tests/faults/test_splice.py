"""An outcome spliced in: the places where a line, a comment or a break could go astray."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from faults import generated
from predtrack.errors import RefusedError
from predtrack.records.prediction import Outcome
from predtrack.store import scalars, splice

YES = Outcome(answer="yes", decided=date(2026, 2, 1))
BLOCK = "outcome:\n  answer: yes\n  decided: 2026-02-01\n"
HEAD = "claim: It rains\nkind: binary\n"
FORECASTS = "forecasts: []\n"


def after(text: str) -> str:
    """The text with the outcome in it; taken out, it must be as it was."""
    reading, _ = generated.sound(text.encode())
    becomes = splice.spliced(reading, YES).applied(text)
    changed, prediction = generated.sound(becomes.encode())
    assert prediction.outcome == YES
    assert splice.spliced(changed, None).applied(becomes) == text
    return becomes


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_a_comment_that_stands_apart_from_the_forecasts_stays_apart(line_break):
    text = f"{HEAD}# of the claim\n\n# of the forecasts\n#\n{FORECASTS}".replace("\n", line_break)
    block = BLOCK.replace("\n", line_break)
    above = f"# of the forecasts\n#\n{FORECASTS}".replace("\n", line_break)
    assert after(text) == text.replace(above, block + above)
    alone = f"{HEAD}# of the claim\n\n{FORECASTS}".replace("\n", line_break)
    below = FORECASTS.replace("\n", line_break)
    assert after(alone) == alone.replace(below, block + below)


@pytest.mark.parametrize("far", [1, 255, 256, 257, 1023, 1024, 1025, 5000])
@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"])
def test_a_long_comment_above_the_forecasts_stays_with_them_whole(far, line_break):
    text = f"{HEAD}#{'x' * far}\n{FORECASTS}".replace("\n", line_break)
    block = BLOCK.replace("\n", line_break)
    assert after(text) == text.replace("#", f"{block}#")


def test_very_many_comments_above_the_forecasts_are_no_hang():
    text = HEAD + "# said\n" * 200_000 + FORECASTS
    assert after(text) == HEAD + BLOCK + "# said\n" * 200_000 + FORECASTS


def test_at_the_very_beginning_the_first_break_of_the_file_is_taken():
    assert after(f"\r{FORECASTS}{HEAD}").startswith("\routcome:\r  answer: yes\r")


@pytest.mark.parametrize("mark", ["|", ">", ">-", "|+"])
def test_a_comment_behind_the_mark_of_a_long_text_is_not_lost(mark):
    old = f"outcome:\n  answer: no\n  note: {mark} # why\n    text\n  decided: 2026-01-15\n"
    reading, _ = generated.sound(f"{HEAD}{old}{FORECASTS}".encode())
    for outcome in (YES, None):
        with pytest.raises(RefusedError, match="hold a comment of yours"):
            splice.spliced(reading, outcome)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (False, "false"),
        (12.0, "12"),
        (datetime(2025, 3, 14, 22, 12, 7, tzinfo=UTC), "2025-03-14T22:12:07Z"),
        ("a\uffff", '"a\\uFFFF"'),
        ("a\U00010ffe", '"a\\U00010FFE"'),
    ],
)
def test_values_are_written_as_every_reader_takes_them(value, text):
    assert scalars.scalar(value) == text

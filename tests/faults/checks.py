"""What must hold of one reading, one change, and one page: used by the tests and by the soak."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import StringIO

from rich.console import Console

from faults import generated
from faults.generated import Made
from faults.hostile import obeyed
from predtrack.errors import RefusedError
from predtrack.reports import rows, sampling, scores
from predtrack.store import splice
from predtrack.store.changes import Change
from predtrack.store.reading import BOM, Reading, read
from predtrack.store.splice import Splice
from predtrack.views import changes, json, page, plain
from predtrack.views.text import document, visible

MOST_MESSAGE = 800


def well_read(data: bytes) -> Reading:
    """The reading of any bytes: a prediction, or problems that each have a place in the file."""
    found = read(data, "rain.yaml", "rain")
    assert (found.prediction is None) == bool(found.problems)
    lines = data.decode("utf-8", "replace").removeprefix(BOM)
    count = len(lines.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    for problem in found.problems:
        assert 1 <= problem.line <= count
        assert 1 <= problem.column <= len(lines) + 1
        assert problem.code
        assert problem.remedy
        assert len(str(problem)) <= MOST_MESSAGE
        assert "\n" not in str(problem)
    return found


def restored(made: Made) -> str:
    """Whether a record is as it was once an outcome went in and out again, or it was refused."""
    before, prediction = generated.sound(made.data)
    try:
        cut = splice.spliced(before, made.outcome)
    except RefusedError as error:
        told = str(error)
        if "left as it is" in told and "put these lines in by hand" in told:
            return "refused"
        raise
    becomes = cut.applied(before.text)
    assert becomes.startswith(before.text[: cut.start])
    assert becomes.endswith(before.text[cut.start + len(cut.old) :])
    after, changed = generated.sound(becomes.encode())
    assert changed == replace(prediction, outcome=made.outcome)
    return _back(before.text, after, cut)


def _back(text: str, after: Reading, cut: Splice) -> str:
    """Whether the text is as it was; an empty `outcome:` goes with what filled it."""
    try:
        back = splice.spliced(after, None).applied(after.text)
    except RefusedError:
        assert cut.old  # its line kept apart a text above and a comment below that looks like more
        return "refused"
    assert back == text[: cut.start] + text[cut.start + len(cut.old) :]
    return "restored"


def well_shown(reading: Reading, day: date) -> int:
    """The number of outputs of a reading, none of which a terminal would obey."""
    texts = [visible(str(problem)) for problem in reading.problems]
    if reading.prediction is not None:
        prediction = replace(reading.prediction, id="rain", path="rain.yaml")
        others = {prediction.id: prediction}
        row = rows.row(prediction, others, day)
        asked = sampling.sampling(day)
        stated = sampling.stated_chances(prediction, others, asked)
        scored = scores.scores(prediction, others, asked)
        held = StringIO()
        console = Console(file=held, width=80, color_system=None, markup=False, emoji=False)
        console.print(page.page(row, prediction, stated, scored))
        texts += [held.getvalue(), plain.listed(row), "".join(changes_of(reading))]
        shown = json.shown(row, prediction, stated, scored)
        texts.append(document(json.document("show", day, shown)))
    for text in texts:
        assert obeyed(text) == set(), text
    return len(texts)


def changes_of(reading: Reading) -> list[str]:
    """The lines of the difference that a change of the whole text would show."""
    return list(changes.difference(Change(reading.path, reading.text, "", 1)))

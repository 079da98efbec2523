"""The conversation of `add` on a terminal, and that nothing is asked where nobody is there."""

from __future__ import annotations

import io
import os
import pty
import select
import signal
from collections.abc import Iterable
from pathlib import Path
from unittest import mock

import pytest

from predtrack.cli.asking import suggestion
from test_cli import RAIN, Said, folder, program
from test_readme import environment

INTERRUPT = "\x03"
LEAVE = "\x04"

CLAIM = "Claim: "
FORECAST = "Forecast (70%, or 10..15 80%, or 50% by 2029): "
DEADLINE = "Deadline (2027-06, end of 2027, +6m; empty: none): "
CRITERIA = "What counts, and who decides (empty: later, in the file): "
WRITE = "Write it? [y]: "
TRAM = "The tram to the harbour opens"


class Keyboard(io.TextIOWrapper):
    """An input that says a person sits at it."""

    def isatty(self) -> bool:
        return True


def typed(*lines: str) -> mock._patch[Keyboard]:
    """What a person types, in place of standard input."""
    return mock.patch("sys.stdin", Keyboard(io.BytesIO("".join(f"{x}\n" for x in lines).encode())))


def talked(
    words: Iterable[str], path: Path, *said: tuple[str, str], **named: str
) -> tuple[int, str]:
    """A run on a terminal, each answer typed once its question stands there: exit code, screen."""
    pid, terminal = pty.fork()
    if pid == 0:  # pragma: no cover  # the child becomes the command
        os.execvpe("predtrack", ["predtrack", *words], environment(path) | named)
    screen, since, answers, last = "", 0, list(said), ""
    while chunk := _printed(terminal, pid, last):
        screen += chunk
        if answers and screen[since:].endswith(answers[0][0]):
            last = answers.pop(0)[1]
            last += "" if last in {INTERRUPT, LEAVE} else "\n"
            os.write(terminal, last.encode())
            since = len(screen)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    os.close(terminal)
    assert not answers, f"never asked: {answers[0][0]}\n{screen}"
    return code, screen.replace("\r\n", "\n")


def _printed(terminal: int, pid: int, last: str) -> str:
    """What is printed next; an interrupt is repeated, since one just before a read is not seen."""
    for _ in range(100):
        if select.select([terminal], [], [], 0.3)[0]:
            break
        if last == INTERRUPT:
            os.write(terminal, INTERRUPT.encode())
    else:
        os.kill(pid, signal.SIGKILL)  # it waits for an answer that nobody has
    try:
        return os.read(terminal, 65536).decode()
    except OSError:  # the other end has closed
        return ""


def test_a_forecast_is_written_down_in_a_conversation(tmp_path):
    path = folder(tmp_path / "predictions")
    code, screen = talked(
        ["--folder", str(path), "add"],
        tmp_path,
        (CLAIM, TRAM),
        (FORECAST, "70%"),
        (DEADLINE, "end of 2027"),
        (CRITERIA, "Trams run with passengers."),
        ("Id [tram-harbour-opens]: ", ""),
        (WRITE, ""),
    )
    text = (path / "tram-harbour-opens.yaml").read_text()
    assert code == 0
    assert text == (
        f"claim: {TRAM}\nkind: binary\ncriteria: Trams run with passengers.\n"
        "deadline: 2027-12-31\nforecasts:\n  - by: Ada Example\n    made: 2026-11-24\n"
        "    probability: 70%\n"
    )
    assert "end of 2027\n  that is Friday, 2027-12-31\n" in screen
    assert f"{text}{WRITE}\nwritten to tram-harbour-opens.yaml\n" in screen


def test_a_wrong_answer_is_told_and_asked_again(tmp_path):
    path = folder(tmp_path / "predictions", rain=RAIN)
    code, screen = talked(
        ["--folder", str(path), "add"],
        tmp_path,
        (CLAIM, ""),
        (CLAIM, " "),
        (CLAIM, TRAM),
        (FORECAST, "90"),
        (FORECAST, "who knows"),
        (FORECAST, "A 60%, B 30%"),
        (FORECAST, "A 60%, B 40%"),
        (DEADLINE, "soon"),
        (DEADLINE, ""),
        (CRITERIA, ""),
        ("Id [tram-harbour-opens]: ", "The Tram"),
        ("Id [tram-harbour-opens]: ", "rain"),
        ("Id [tram-harbour-opens]: ", "tram"),
        (WRITE, "perhaps"),
        (WRITE, "YES"),
    )
    assert code == 0
    for told in (
        "the text is empty",
        "90 alone may be a chance or a number; write 70%",
        '"who knows" is no forecast; binary: write 70%',
        "the probabilities sum to 90%; make them sum to 100%",
        'Deadline: "soon" is not a date',
        '"The Tram" is not an id',
        "rain is there already; choose another id",
        "write y or n",
    ):
        assert f"\n  {told}" in screen
    assert "options: [A, B]\n" in (path / "tram.yaml").read_text()


@pytest.mark.parametrize(
    ("answers", "code", "told"),
    [
        (
            [(CLAIM, INTERRUPT)],
            130,
            "interrupted; no file is half written, and what was shown as changed may be",
        ),
        (
            [(CLAIM, LEAVE)],
            130,
            "interrupted; no file is half written, and what was shown as changed may be",
        ),
        (
            [(CLAIM, TRAM), (FORECAST, INTERRUPT)],
            130,
            "interrupted; no file is half written, and what was shown as changed may be",
        ),
        (
            [
                *((CLAIM, TRAM), (FORECAST, "50% by 2029"), (CRITERIA, "")),
                *(("Id [tram-harbour-opens]: ", ""), (WRITE, INTERRUPT)),
            ],
            130,
            "interrupted; no file is half written, and what was shown as changed may be",
        ),
        (
            [
                *((CLAIM, TRAM), (FORECAST, "50% by 2029"), (CRITERIA, "")),
                *(("Id [tram-harbour-opens]: ", ""), (WRITE, "n")),
            ],
            0,
            "nothing was written",
        ),
    ],
)
def test_who_leaves_or_says_no_has_written_nothing(tmp_path, answers, code, told):
    path = folder(tmp_path / "predictions")
    left, screen = talked(["--folder", str(path), "add"], tmp_path, *answers)
    assert left == code
    assert screen.endswith(f"{told}\n")
    assert list(path.iterdir()) == []


def test_what_options_say_is_not_asked_for(tmp_path):
    words = ("add", "-p", "70%", "--deadline", "2027", "--criteria", "Trams run.", "--id", "tram")
    with typed(TRAM, "y"):
        said = program(*words, of=tmp_path)
    assert said.code == 0
    assert said.err == f"{CLAIM}{WRITE}written to tram.yaml\n"
    assert said.out == (tmp_path / "tram.yaml").read_text()


def test_questions_stand_on_standard_error_and_data_on_standard_output(tmp_path):
    with typed(TRAM, "70%", "2027", "Trams run.", "tram", "y"):
        said = program("add", of=tmp_path)
    assert said.code == 0
    assert said.out == (tmp_path / "tram.yaml").read_text()
    assert said.err.startswith(f"{CLAIM}{FORECAST}{DEADLINE}  that is Friday, 2027-12-31\n")


def test_words_alone_are_not_asked_for_a_number(tmp_path):
    with typed(TRAM, "2027", "", "", "y"):
        said = program("add", "--words", "it opens soon", of=tmp_path)
    assert said.code == 0
    assert FORECAST not in said.err
    assert "    words: it opens soon\n" in said.out


def test_a_dry_run_asks_but_for_the_yes(tmp_path):
    with typed(TRAM, "70%", "2027", "Trams run.", ""):
        said = program("add", "--dry-run", of=tmp_path)
    assert said.code == 0
    assert said.err.endswith("nothing was written (--dry-run)\n")
    assert WRITE not in said.err
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_option_is_refused_before_anything_is_asked(tmp_path):
    for words in (["--origin", "statd"], ["--made", "2027"], ["--words", "a " * 61]):
        with typed(TRAM):
            said = program("add", *words, of=tmp_path)
        assert said.code == 2
        assert CLAIM not in said.err


def test_where_there_is_no_folder_nothing_is_asked(tmp_path):
    with typed(TRAM):
        said = program("add", of=tmp_path / "none")
    assert said.code == 3
    assert CLAIM not in said.err


def test_a_revision_is_asked_for_by_its_kind(tmp_path):
    with typed("10..15", "85%"):
        said = program("update", "rain", of=folder(tmp_path, rain=RAIN))
    assert said.code == 0
    question = "Forecast (write 70%, .7 or a phrase such as very likely): "
    told = '  "10..15" is no range of probability; write 10%..15%\n'
    assert said.err == f"{question}{told}{question}"
    assert "+     probability: 85%\n" in said.out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["add"], "Claim is missing; give CLAIM"),
        (["add", TRAM], "is missing; give --value, --probability or --words"),
        (["update", "rain"], "is missing; give VALUE or --words"),
        (["resolve"], "ID is missing; name a prediction, or answer at a terminal"),
        (["resolve", "rain"], "is missing; give ANSWER behind the id"),
    ],
)
@pytest.mark.parametrize("refusing", [["--no-input"], []])
def test_where_nobody_may_be_asked_what_is_missing_is_said(tmp_path, words, told, refusing):
    folder(tmp_path, rain=RAIN)
    closed = mock.patch("sys.stdin", io.TextIOWrapper(io.BytesIO(b"yes\nyes\n")))
    with typed("yes", "yes") if refusing else closed:
        said = program(*words, *refusing, of=tmp_path)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("predtrack: ")
    assert said.err.endswith(f"{told}\n")
    assert [path.name for path in tmp_path.iterdir()] == ["rain.yaml"]
    assert (tmp_path / "rain.yaml").read_text() == RAIN


@pytest.mark.parametrize("words", [["-p", "70%"], ["--words", "soon"]])
def test_who_says_claim_and_forecast_by_options_is_asked_nothing(tmp_path, words):
    with typed("n"):
        said = program("add", TRAM, *words, of=tmp_path)
    assert (said.code, said.err) == (0, "written to tram-harbour-opens.yaml\n")


def test_a_name_is_asked_for_where_none_is_known(tmp_path):
    home = {"HOME": str(tmp_path), "GIT_CONFIG_NOSYSTEM": "1", "PREDTRACK_BY": "", "PATH": ""}
    words = ("add", TRAM, "-p", "70%", "--id", "tram")
    with typed("Gitta Example"):
        said = program(*words, of=folder(tmp_path / "predictions"), **home)
    assert said == Said(
        0,
        (tmp_path / "predictions/tram.yaml").read_text(),
        "Your name: written to tram.yaml\n",
    )
    assert "- by: Gitta Example\n" in said.out


def test_a_suggested_id_is_numbered_from_two_on():
    taken = {"tram-opens", "tram-opens-2", "tram-opens-4"}
    assert suggestion("The tram opens", taken) == "tram-opens-3"
    assert suggestion("The tram opens", set()) == "tram-opens"


def test_a_yes_is_asked_for_until_it_is_one_or_a_no(tmp_path):
    with typed(TRAM, "70%", "2027", "Trams run.", "", "perhaps", "n"):
        said = program("add", of=tmp_path)
    assert said.code == 0
    assert said.err.endswith(f"{WRITE}  write y or n\n{WRITE}nothing was written\n")
    assert list(tmp_path.iterdir()) == []


def test_a_warning_of_the_disk_is_passed_on(tmp_path):
    with mock.patch("predtrack.store.writing._synced", return_value="recorded, not synced"):
        added = program("add", TRAM, "-p", "70%", "--id", "tram", of=tmp_path)
        revised = program("update", "tram", "80%", of=tmp_path)
    assert added.err == "written to tram.yaml\nwarning: recorded, not synced\n"
    assert revised.err == "warning: recorded, not synced\n"

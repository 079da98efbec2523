"""Sixteen processes that record outcomes at once: none lost, none refused without need."""

from __future__ import annotations

import subprocess
import sys

import pytest

from faults import crowd
from faults.program import contents, run
from faults.scenarios import AT, PLACE, RAIN

ROUNDS = 3  # the soak makes fifty


@pytest.mark.parametrize("number", range(ROUNDS))
def test_outcomes_of_many_records_are_all_recorded(to, number):
    found = crowd.many_records(to)
    assert found == {"recorded": crowd.CROWD, "lost": 0, "refused": 0, "left over": 0}


@pytest.mark.parametrize("number", range(ROUNDS))
def test_of_many_outcomes_of_one_record_one_is_recorded_and_the_others_are_told(to, number):
    found = crowd.one_record(to)
    refused = crowd.CROWD - 1
    assert found == {"recorded": 1, "lost": 0, "refused": refused, "left over": 0}


HOLD = """
import sys
from predtrack.store import writing
with writing.locked(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.readline()
"""


def test_a_command_gives_up_on_a_folder_that_stays_locked_and_says_so(to):
    (to.cwd / PLACE).mkdir()
    (to.cwd / PLACE / "rain.yaml").write_text(RAIN, "utf-8")
    was = contents(to.cwd)
    words = [sys.executable, "-c", HOLD, str(to.cwd / PLACE)]
    pipe = subprocess.PIPE
    with subprocess.Popen(words, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        ended = run(to, *AT, "resolve", "rain", "yes", patience=0.05)
        reading = run(to, *AT, "list")
        process.communicate("done\n")
    assert ended.code == 5
    assert "is being changed by another process; nothing was changed; try again" in ended.err
    assert contents(to.cwd) == was
    assert (reading.code, reading.err) == (0, "")  # who only reads waits for nobody
    assert run(to, *AT, "resolve", "rain", "yes").code == 0

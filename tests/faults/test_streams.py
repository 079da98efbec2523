"""Standard streams that were closed to begin with: nothing crashes, nothing goes astray."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from faults.program import ENVIRONMENT
from faults.scenarios import AT, PLACE, RAIN, YES

RUN = 'exec "$0" -m predtrack "$@" {}'


def ran(cwd: object, closed: str, *words: str) -> subprocess.CompletedProcess[str]:
    """A run with some streams closed, as a shell closes them."""
    command = ["sh", "-c", RUN.format(closed), sys.executable, *AT, *words]
    env = os.environ | ENVIRONMENT
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)


@pytest.fixture
def root(tmp_path):
    (tmp_path / PLACE).mkdir()
    (tmp_path / PLACE / "rain.yaml").write_text(RAIN, "utf-8")
    return tmp_path


@pytest.mark.parametrize("closed", ["2>&-", "<&-", "2>&- <&-"])
def test_an_outcome_is_recorded_and_no_other_byte_reaches_the_file(root, closed):
    done = ran(root, closed, "resolve", "rain", "yes")
    assert (done.returncode, done.stderr) == (0, "")
    recorded = RAIN.replace("# what was said\n", YES + "# what was said\n")
    assert (root / PLACE / "rain.yaml").read_text() == recorded
    assert [each.name for each in (root / PLACE).iterdir()] == ["rain.yaml"]


CLOSED = "predtrack: standard output is closed; nothing was changed; send it somewhere\n"


@pytest.mark.parametrize("closed", [">&-", ">&- <&-", ">&- 2>&-", ">&- 2>&- <&-"])
@pytest.mark.parametrize(
    "words",
    [
        *(["list"], ["list", "--json"], ["show", "rain"], ["report"], ["export", "csv"]),
        *(["--version"], ["schema"], ["resolve", "rain", "yes"], ["init", "new"]),
        *(["add", "It snows", "-p", "10%"], ["import", "json", "../all.json", "--write"]),
    ],
    ids=" ".join,
)
def test_what_cannot_be_shown_is_not_done_and_no_success(root, closed, words):
    before = sorted(root.rglob("*"))
    done = ran(root, closed, *words)
    assert (done.returncode, done.stderr) == (5, "" if "2>" in closed else CLOSED)
    assert sorted(root.rglob("*")) == before
    assert (root / PLACE / "rain.yaml").read_text() == RAIN


def test_a_merge_is_not_done_where_output_is_closed(root):
    for name, tags in (("base", "a"), ("ours", "b"), ("theirs", "a, c")):
        (root / name).write_text(RAIN.replace("[weather]", f"[{tags}]"), "utf-8")
    before = (root / "ours").read_text()
    words = [str(root / name) for name in ("base", "ours", "theirs")]
    done = ran(root, ">&-", "merge", *words)
    assert (done.returncode, done.stderr) == (5, CLOSED)
    assert (root / "ours").read_text() == before
    assert ran(root, "<&-", "merge", *words).returncode == 0
    assert (root / "ours").read_text() != before


@pytest.mark.parametrize("words", [["list"], ["show", "rain"], ["export", "csv"], ["check"]])
@pytest.mark.parametrize("closed", ["2>&-", "<&-"])
def test_reading_ends_quietly(root, closed, words):
    done = ran(root, closed, *words)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_check_that_has_nothing_to_say_needs_no_output(root):
    assert ran(root, ">&-", "check").returncode == 0


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-"])
def test_a_refusal_keeps_its_exit_code(root, closed):
    assert ran(root, closed, "show", "none").returncode == 3

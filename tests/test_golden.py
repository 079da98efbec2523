"""What people see, kept as files: `make golden` writes them anew, and a person looks at them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from build import write
from pages import ADA, BEN, PAGES
from test_cli import ENDED, ROOT, folder, program

GOLDEN = Path(__file__).parent / "golden"
SHIPPED = ROOT / "predictions"

SEEN = {
    "shipped-list": (SHIPPED, "2027-03-01", ["list"]),
    "shipped-show-geniuses": (SHIPPED, "2027-03-01", ["show", "geniuses"]),
    "shipped-show-compute-2026": (SHIPPED, "2027-03-01", ["show", "compute-2026"]),
    "shipped-report": (SHIPPED, "2027-03-01", ["report"]),
    "ended-list": (ENDED, "2027-03-01", ["list", "--status", "all"]),
    "ended-show-ship": (ENDED, "2027-03-01", ["show", "ship"]),
    "ended-show-tram": (ENDED, "2027-03-01", ["show", "tram"]),
    "ended-show-visitors": (ENDED, "2027-03-01", ["show", "visitors"]),
    "ended-score": (ENDED, "2027-03-01", ["score"]),
    "ended-report": (ENDED, "2027-03-01", ["report"]),
    "ended-report-two": (
        ENDED,
        "2027-03-01",
        ["report", "--by", "Ada Example", "--by", "Ben Example", "--at", "last", "--include-early"],
    ),
}


def many(path: Path) -> Path:
    """A folder of 110 yes-or-no predictions by one forecaster, a family each, all ended."""
    chances = [2, 7, 10, 20, 25, 40, 50, 60, 75, 90, 97]
    for number in range(110):
        chance = chances[number % 11]
        came = "yes" if (37 * number + 11) % 110 < chance else "no"
        text = (
            f"claim: Claim number {number}\nkind: binary\ndeadline: 2026-12-31\n"
            f"reference: {{probability: 40%}}\n"
            f"outcome: {{answer: {came}, decided: 2026-12-31}}\n"
            f"forecasts:\n  - {{by: Ada Example, made: 2026-01-10, probability: {chance}%}}\n"
        )
        folder(path, **{f"claim_{number:03}": text})
    return path


def assert_golden(name: str, text: str) -> None:
    """Refuse a text that differs from the one that was kept; asked to, keep it."""
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("PREDTRACK_GOLDEN") == "write":
        path.write_text(text, "utf-8")
    assert text == path.read_text("utf-8")


@pytest.mark.parametrize("columns", [80, 140])
@pytest.mark.parametrize("name", SEEN)
def test_what_people_see_is_as_it_was_kept(name, columns):
    root, day, words = SEEN[name]
    said = program("--as-of", day, *words, of=root, columns=columns)
    assert (said.code, said.err) == (0, "")
    assert_golden(f"{name}-{columns}", said.out)


@pytest.mark.parametrize("columns", [80, 140])
def test_a_report_on_many_is_as_it_was_kept(tmp_path, columns):
    said = program("report", of=many(tmp_path), columns=columns)
    assert (said.code, said.err) == (0, "")
    assert_golden(f"many-report-{columns}", said.out)


@pytest.mark.parametrize("columns", [80, 140])
@pytest.mark.parametrize("name", PAGES)
def test_a_report_of_each_size_and_kind_is_as_it_was_kept(tmp_path, name, columns):
    root = write(PAGES[name](), tmp_path)
    asked = ["--by", ADA, "--by", BEN, "--full"] if name == "two" else []
    said = program("--as-of", "2025-06-01", "report", *asked, of=root, columns=columns)
    assert (said.code, said.err) == (0, "")
    assert_golden(f"page-{name}-{columns}", said.out)


def test_no_golden_file_is_left_over():
    names = {*SEEN, "many-report", *(f"page-{name}" for name in PAGES)}
    kept = {path.name for path in GOLDEN.glob("*.txt")}
    assert kept == {f"{name}-{columns}.txt" for name in names for columns in (80, 140)}

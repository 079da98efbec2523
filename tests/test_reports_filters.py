"""A filter goes by the forecast that counts, in a report and in an export alike."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from build import by_id
from predtrack.dates import ALWAYS, Span, day_of
from predtrack.records.prediction import Prediction
from predtrack.reports import listing, sampling
from predtrack.reports.listing import Filters
from predtrack.reports.rows import known
from test_cli import folder, program
from test_foresight import FIRST, LATER, SAMPLINGS, drawn, is_hindsight

ENDED = """\
claim: The bridge opens
kind: binary
deadline: 2026-06-15
forecasts:
  - {by: Ada, made: 2020-01-01, probability: 10%}
  - {by: Ben, made: 2026-02-01, probability: 60%}
  - {by: Ada, made: 2026-03-01, probability: 90%}
outcome: {answer: yes, decided: 2026-06-20}
"""
POINTS = """\
claim: The bridge opens
kind: date
forecasts:
  - by: Ada
    made: 2020-01-01
    cdf: {2021-01-01: 10%, 2022-01-01: 20%, 2026-09-01: 40%, 2027-01-01: 50%}
outcome: {answer: no, decided: 2026-10-01}
"""


def spans(random: Random) -> Iterator[Span]:
    """Spans of every shape about the days that are drawn."""
    yield ALWAYS
    for _ in range(2):
        low, high = sorted(FIRST + timedelta(random.randint(0, 500)) for _ in range(2))
        yield from (Span(low, None), Span(None, high), Span(low, high))


@pytest.mark.parametrize("at", SAMPLINGS)
def test_what_a_filter_lets_count_lies_in_it_and_is_no_hindsight(at: str) -> None:
    counted = 0
    for seed in range(150):
        random, prediction = Random(seed), drawn(seed)
        then = known(by_id(prediction), LATER)
        plain = sampling.sampling(LATER, at=at)
        free = _counting(prediction, then, plain, Filters())
        for made, due in zip(spans(random), reversed([*spans(random)]), strict=True):
            by = random.choice([(), ("A",), ("A", "B")])
            filters = Filters(made=made, due=due, by=by)
            wanted = [
                each
                for each in free
                if made.holds(day_of(each.forecast.made))
                and due.holds(each.chance.scheduled)
                and (not by or each.chance.by in by)
            ]
            counting = _counting(prediction, then, plain, filters)
            assert counting == wanted, (seed, filters)
            for each in counting:
                assert not is_hindsight(prediction, each.forecast, each.chance.scheduled)
            counted += len(counting)
    assert counted > 20


def _counting(
    prediction: Prediction, then: listing.Known, plain: sampling.Sampling, filters: Filters
) -> list[sampling.Stated]:
    rows, asked = sampling.narrowed(then, filters, plain)
    every = sampling.stated_rows(rows, then, asked, filters.by)
    return [each for _, _, stated in every for each in stated if not each.reason]


def counts(root: Path, table: str, *words: str) -> list[tuple[str, str]]:
    """Who and when, of the rows of an exported table that count."""
    out = program("export", "csv", "--table", table, *words, of=root).out
    return [(row["by"], row["made"]) for row in csv.DictReader(out.splitlines()) if _is_one(row)]


def _is_one(row: dict[str, str]) -> bool:
    return row["counts"] == "1"


@pytest.mark.parametrize("table", ["chances", "forecasts"])
@pytest.mark.parametrize(
    ("words", "counting"),
    [
        ([], [("Ada", "2020-01-01"), ("Ben", "2026-02-01")]),
        (["--made", "2026.."], [("Ben", "2026-02-01")]),
        (["--since", "2026-01-01"], [("Ben", "2026-02-01")]),
        (["--made", "2020"], [("Ada", "2020-01-01")]),
        (["--made", "2026..", "--at", "last"], [("Ben", "2026-02-01"), ("Ada", "2026-03-01")]),
        (["--made", "2026", "--by", "Ada"], []),
        (["--due", "2027.."], []),
        (["--due", "2026-06"], [("Ada", "2020-01-01"), ("Ben", "2026-02-01")]),
    ],
)
def test_an_export_counts_what_a_report_counts(tmp_path, table, words, counting):
    folder(tmp_path, bridge=ENDED)
    assert sorted(counts(tmp_path, table, *words), key=lambda each: each[1]) == counting


@pytest.mark.parametrize(
    ("words", "brier"),
    [
        ([], 0.07),
        (["--due", "2022"], 0.04),
        (["--due", "2021..2022"], 0.025),
        (["--due", "2027.."], None),
    ],
)
def test_decided_points_count_though_others_are_to_come(tmp_path, words, brier):
    folder(tmp_path, bridge=POINTS)
    out = json.loads(program("report", "--json", *words, of=tmp_path).out)
    groups = [each["brier"] for each in out["groups"] if each["kind"] == "date"]
    assert groups == ([] if brier is None else [pytest.approx(brier)])
    counting = counts(tmp_path, "chances", *words)
    assert len(counting) == (0 if brier is None else out["groups"][0]["rows"])


def test_a_list_by_a_forecaster_goes_by_when_that_forecaster_spoke(tmp_path):
    folder(tmp_path, bridge=ENDED[: ENDED.index("outcome")])
    words = ("list", "--made", "2026-02", "--by")
    assert program(*words, "Ben", of=tmp_path).out.startswith("bridge")
    assert program(*words, "Ada", of=tmp_path).out == ""
    report_on = program("report", "--json", "--made", "2026-02", "--by", "Ada", of=tmp_path).out
    assert json.loads(report_on)["counts"]["predictions"] == 0


def test_an_export_as_of_a_day_holds_nothing_that_was_not_known_then(tmp_path):
    folder(tmp_path, bridge=ENDED)
    exported = program("--as-of", "2026-02-10", "export", "json", of=tmp_path)
    (record,) = json.loads(exported.out)["predictions"]
    assert [each["made"] for each in record["record"]["forecasts"]] == ["2020-01-01", "2026-02-01"]
    assert "outcome" not in record["record"]
    assert exported.err == "2 not known yet on 2026-02-10\n"

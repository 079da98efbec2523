"""Scores of quantities, and intervals: the figures that others have published, and their traps."""

from __future__ import annotations

import csv
import gzip
import json
import math
from pathlib import Path
from typing import NamedTuple

import pytest

from predtrack.scoring.calibration import coverage
from predtrack.scoring.intervals import wilson
from predtrack.scoring.numeric import (
    absolute_error,
    interval_hit,
    interval_score,
    pinball,
    quantile_score,
    wis,
)

DATA = Path(__file__).parent / "data" / "scoring"
FIGURES = json.loads((DATA / "figures.json").read_text(encoding="utf-8"))
EXAMPLES = FIGURES["printed_examples"]
THREE = FIGURES["wis_three_obs"]
TABLE = FIGURES["scoringutils_readme_table"]["rows"]
RESIN = FIGURES["gneiting_resin_q10"]


class Stated(NamedTuple):
    """Stated quantiles, level by level, and what came."""

    quantiles: dict[float, float]
    y: float

    @property
    def median(self) -> float:
        return self.quantiles[0.5]

    @property
    def intervals(self) -> list[tuple[float, float, float]]:
        """Its central intervals (low, high, confidence)."""
        lower = [level for level in self.quantiles if level < 0.5]
        return [
            (self.quantiles[level], self.quantiles[round(1 - level, 6)], 1 - 2 * level)
            for level in lower
        ]


def covid() -> dict[tuple[str, str], list[Stated]]:
    groups: dict[tuple[str, str], list[Stated]] = {}
    with gzip.open(DATA / "covid_quantiles.csv.gz", "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            group = groups.setdefault((row.pop("model"), row.pop("target")), [])
            y = float(row.pop("observed"))
            group.append(Stated({float(level): float(q) for level, q in row.items()}, y))
    return groups


COVID = covid()


def table_row(group: list[Stated]) -> dict[str, float]:
    """What the README of scoringutils prints of a group."""
    means: dict[str, list[float]] = {}
    for stated in group:
        error = stated.median - stated.y
        scores = [interval_score(*interval, stated.y) for interval in stated.intervals]
        shares = [(1 - c) / 2 for _, _, c in stated.intervals]
        over = sum(a * s.below for a, s in zip(shares, scores, strict=True)) + max(error, 0) / 2
        under = sum(a * s.above for a, s in zip(shares, scores, strict=True)) + max(-error, 0) / 2
        width = sum(a * s.width for a, s in zip(shares, scores, strict=True))
        found = {
            "wis": wis(stated.median, stated.intervals, stated.y),
            "overprediction": over / (len(scores) + 0.5),
            "underprediction": under / (len(scores) + 0.5),
            "dispersion": width / (len(scores) + 0.5),
            "cov50": interval_hit(stated.quantiles[0.25], stated.quantiles[0.75], stated.y),
            "cov90": interval_hit(stated.quantiles[0.05], stated.quantiles[0.95], stated.y),
            "ae_median": absolute_error(stated.median, stated.y),
        }
        for name, value in found.items():
            means.setdefault(name, []).append(value)
    return {name: math.fsum(values) / len(group) for name, values in means.items()}


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row['model']} {row['target']}")
def test_the_printed_table_of_scoringutils_is_met(row: dict) -> None:
    group = COVID[row["model"], row["target"]]
    found = table_row(group)
    assert len(group) == row["n"]
    assert found == pytest.approx(row["computed"], rel=0, abs=6e-9)
    assert {name: float(f"{x:.3g}") for name, x in found.items()} == row["published_3sig"]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row['model']} {row['target']}")
def test_the_quantile_score_of_a_symmetric_set_is_the_weighted_interval_score(row: dict) -> None:
    for stated in COVID[row["model"], row["target"]]:
        score = quantile_score(list(stated.quantiles.items()), stated.y)
        assert score == pytest.approx(wis(stated.median, stated.intervals, stated.y), rel=1e-12)


@pytest.mark.parametrize("k", range(3))
def test_trap_the_term_of_the_median_is_half_its_error(k: int) -> None:
    quantiles, y = dict(zip(THREE["levels"], THREE["quantiles"][k], strict=True)), THREE["y"][k]
    stated = Stated(quantiles, y)
    found = wis(stated.median, stated.intervals, y)
    assert found == pytest.approx(THREE["computed_default_median_half"][k], abs=1e-9)
    assert found != pytest.approx(THREE["scoringrules_numpy_backend"][k], abs=1e-3)
    assert quantile_score(list(quantiles.items()), y) == pytest.approx(found, abs=1e-12)
    # The printed expression gives the median the weight of an interval.
    twice = (found * 2.5 + abs(y - stated.median) / 2) / 3
    printed = THREE["published_expression_value_median_counted_twice"][k]
    assert twice == pytest.approx(printed, abs=1e-9)


def test_gneiting_and_resins_quantile_has_the_computed_score_and_coverage() -> None:
    with (DATA / "gneiting_resin_q10.csv").open(encoding="utf-8", newline="") as lines:
        rows = [(float(row["q10"]), float(row["y"])) for row in csv.DictReader(lines)]
    assert len(rows) == RESIN["n"]
    score = math.fsum(pinball(q, 0.1, y) for q, y in rows) / len(rows)
    assert score == pytest.approx(RESIN["computed"]["score"], abs=1e-9)
    always = min(math.fsum(pinball(q, 0.1, y) for _, y in rows) / len(rows) for _, q in rows)
    assert always == pytest.approx(RESIN["computed"]["unc"], abs=1e-9)
    assert always == pytest.approx(RESIN["published_halved"]["unc"], abs=5e-8)
    parts = RESIN["published_halved"]
    assert score == pytest.approx(parts["mcb"] - parts["dsc"] + parts["unc"], abs=1e-7)
    below = sum(y <= q for q, y in rows)
    assert coverage(below, len(rows), 0.1).share == RESIN["coverage_below_q10"]


def examples(start: str) -> list[dict]:
    return [case for case in EXAMPLES if case["name"].startswith(start)]


@pytest.mark.parametrize("case", examples("interval"), ids=lambda case: str(case["input"]))
def test_printed_examples_of_the_interval_score_are_met(case: dict) -> None:
    given = case["input"]
    found = interval_score(given["lower"], given["upper"], given["confidence"], given["y"])
    assert found.total == pytest.approx(case["published"], abs=1e-12)
    assert found.total == found.width + found.below + found.above


@pytest.mark.parametrize("case", examples("pinball"), ids=lambda case: str(case["input"]))
def test_printed_examples_of_the_pinball_loss_are_met(case: dict) -> None:
    found = pinball(case["input"]["q"], case["input"]["level"], case["input"]["y"])
    assert found == pytest.approx(case["published"], abs=1e-12)


@pytest.mark.parametrize(("k", "n", "low", "high"), FIGURES["wilson_95"])
def test_wilson_intervals_have_the_computed_ends(k: int, n: int, low: float, high: float) -> None:
    assert wilson(k, n) == pytest.approx((low, high), rel=0, abs=6e-9)


# Newcombe (1998), Statist. Med. 17:857, Table I, method 3: the score interval as printed there.
@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_intervals_have_newcombes_printed_ends(
    k: int, n: int, low: float, high: float
) -> None:
    assert [round(end, 4) for end in wilson(k, n)] == [low, high]


def test_trap_three_of_three_is_no_certainty() -> None:
    low, high = wilson(3, 3)
    assert (round(low, 2), high) == (0.44, 1)

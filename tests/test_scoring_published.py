"""Scores of chances and choices: the figures that others have published, and their traps."""

from __future__ import annotations

import csv
import gzip
import json
import math
from collections import Counter
from itertools import accumulate
from pathlib import Path

import pytest

from predtrack.scoring import binary, choice
from predtrack.scoring.calibration import spiegelhalter
from predtrack.scoring.cells import Cells, cells_of, mean_log_score, mean_loss
from predtrack.scoring.corp import Decomposition, decomposition, isotonic, recalibrated
from predtrack.scoring.skill import skill

DATA = Path(__file__).parent / "data" / "scoring"
FIGURES = json.loads((DATA / "figures.json").read_text(encoding="utf-8"))
NIAMEY = FIGURES["niamey_2016"]["computed"]
TAMPERE = FIGURES["tampere_2003"]
FLARES = "solar_flares_C1.csv.gz"
FINLEY = FIGURES["finley_1884"]
EXAMPLES = FIGURES["printed_examples"]


def rows_of(name: str) -> list[dict[str, str]]:
    opened = gzip.open if name.endswith(".gz") else open
    with opened(DATA / name, "rt", encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def sample(name: str, stated: str, happened: str) -> list[tuple[float, float, float]]:
    filled = [row for row in rows_of(name) if row[stated] and row[happened]]
    return [(float(row[stated]), float(row[happened]), 1) for row in filled]


def niamey(forecaster: str) -> Cells:
    return cells_of(sample("niamey_2016.csv", forecaster, "obs"))


def tampere(case: str) -> Cells:
    return cells_of(sample(f"tampere_{case}.csv", "p", "y"))


def supplement(case: str) -> Cells:
    name, stated = case.split(":")
    if name == "recid":
        return cells_of(sample("recid.csv.gz", stated, "two_year_recid"))
    return cells_of(sample(FLARES, stated, "rlz.C1"))


def finley() -> Cells:
    yes, no = [(1, 1, 1)] * 28 + [(1, 0, 1)] * 72, [(0, 1, 1)] * 23 + [(0, 0, 1)] * 2680
    return cells_of([*yes, *no])


def wilks() -> Cells:
    table = [tuple(map(float, row.values())) for row in rows_of("wilks_table_7_3.csv")]
    p, share, weight = zip(*table, strict=True)
    hits = tuple(w * s for w, s in zip(weight, share, strict=True))
    return Cells(p, (1,) * 12, weight, hits, False)


def parts(found: Decomposition) -> dict[str, float]:
    return {"score": found.score, "mcb": found.mcb, "dsc": found.dsc, "unc": found.unc}


def exactly(figures: dict[str, float]) -> object:
    return pytest.approx(figures, rel=0, abs=1e-9)


def murphy(cells: Cells, base_rate: float) -> tuple[float, float]:
    """Reliability and resolution as Murphy has them: each stated chance is a bin."""
    shares = [(p, w, h / w) for p, w, h in cells]
    rel = sum(w * (p - share) ** 2 for p, w, share in shares) / cells.total
    res = sum(w * (share - base_rate) ** 2 for _, w, share in shares) / cells.total
    return rel, res


@pytest.mark.parametrize("forecaster", NIAMEY)
def test_niamey_has_the_computed_brier_decomposition(forecaster: str) -> None:
    assert parts(decomposition(niamey(forecaster))) == exactly(NIAMEY[forecaster]["brier"])


@pytest.mark.parametrize("forecaster", NIAMEY)
def test_niamey_has_the_computed_counts_z_and_skills(forecaster: str) -> None:
    cells, figures = niamey(forecaster), NIAMEY[forecaster]
    found = spiegelhalter(cells)
    assert (cells.n, len(cells.p)) == (figures["n"], figures["distinct"])
    assert len(set(recalibrated(cells))) == figures["blocks"]
    assert found is not None
    assert found.z == pytest.approx(figures["z"], abs=1e-9)
    score = mean_loss(cells)
    assert skill(score, 0.25) == pytest.approx(figures["skill_half"], abs=1e-9)
    by_base_rate = skill(score, decomposition(cells).unc)
    assert by_base_rate == pytest.approx(figures["skill_base_rate"], abs=1e-9)


@pytest.mark.parametrize("forecaster", ["Logistic", "EMOS", "EPC"])
def test_niamey_has_the_computed_log_decomposition(forecaster: str) -> None:
    cells, figures = niamey(forecaster), NIAMEY[forecaster]
    assert parts(decomposition(cells, binary.log_score)) == exactly(figures["log"])
    assert mean_log_score(cells).mean == pytest.approx(figures["log_mean"], abs=1e-9)


def test_niamey_emos_has_the_summary_that_reliabilitydiag_prints() -> None:
    found, printed = decomposition(niamey("EMOS")), FIGURES["niamey_2016"]["published"]
    assert (round(found.score, 3), round(found.unc, 3)) == (printed["score"], printed["unc"])
    assert (round(found.mcb, 4), round(found.dsc, 4)) == (printed["mcb"], printed["dsc"])


def unpooled_mcb(rows: list[tuple[float, float, float]]) -> float:
    curve = isotonic([y for _, y, _ in rows], [1] * len(rows))
    best = math.fsum((r - y) ** 2 for r, (_, y, _) in zip(curve, rows, strict=True))
    return mean_loss(cells_of(rows)) - best / len(rows)


@pytest.mark.parametrize("forecaster", ["ENS", "EPC"])
def test_trap_ties_must_be_pooled_before_adjacent_violators(forecaster: str) -> None:
    rows = sample("niamey_2016.csv", forecaster, "obs")
    # Without pooling the figure hangs on the order that a sort happened to leave ties in.
    highest = unpooled_mcb(sorted(rows))
    lowest = unpooled_mcb(sorted(rows, key=lambda row: (row[0], -row[1])))
    wrong, right = (NIAMEY[forecaster][key]["mcb"] for key in ("ties_ignored", "brier"))
    assert lowest < wrong < highest
    for ordered in (rows, rows[::-1], sorted(rows)):
        assert decomposition(cells_of(ordered)).mcb == pytest.approx(right, abs=1e-9)
    assert wrong - right > 5e-4


def test_trap_the_ensemble_is_infinite_in_log_and_not_in_brier() -> None:
    cells = niamey("ENS")
    assert mean_loss(cells, binary.log_score) == math.inf
    assert mean_loss(cells) == pytest.approx(0.2661676743, abs=1e-9)
    found = mean_log_score(cells)
    assert found.failed >= 1
    assert found.weight + found.failed == 92
    assert found.mean is not None
    assert math.isfinite(found.mean)


def test_trap_an_infinite_score_is_all_miscalibration() -> None:
    found = decomposition(niamey("ENS"), binary.log_score)
    assert (found.score, found.mcb) == (math.inf, math.inf)
    assert found.unc == pytest.approx(0.6815236247, abs=1e-9)


@pytest.mark.parametrize("case", ["24h_POP", "24h_POPhi"])
def test_tampere_has_the_computed_figures(case: str) -> None:
    cells, figures = tampere(case), TAMPERE["computed"][case]
    assert parts(decomposition(cells)) == exactly(figures["corp"])
    assert cells.n == figures["n"]
    assert cells.base_rate == pytest.approx(figures["base_rate"], abs=1e-9)
    gained = skill(mean_loss(cells), decomposition(cells).unc)
    assert gained == pytest.approx(figures["bss_vs_sample_base_rate"], abs=1e-9)
    found = spiegelhalter(cells)
    assert found is not None
    assert found.z == pytest.approx(figures["spiegelhalter_z"], abs=1e-9)


@pytest.mark.parametrize("case", ["24h_POP", "24h_POPhi"])
def test_tampere_has_the_printed_table(case: str) -> None:
    cells, printed = tampere(case), TAMPERE["published"][case]
    rel, res = murphy(cells, cells.base_rate)
    score, unc = mean_loss(cells), decomposition(cells).unc
    found = {"brier": score, "rel": rel, "res": res, "unc": unc, "bss": skill(score, unc)}
    assert found == pytest.approx(printed, rel=0, abs=5.1e-4)


def test_trap_miscalibration_is_not_murphys_reliability() -> None:
    cells = tampere("24h_POP")
    rel, res = murphy(cells, cells.base_rate)
    found = decomposition(cells)
    assert (round(rel, 6), round(res, 6)) == (0.025355, 0.060175)
    assert (round(found.mcb, 6), round(found.dsc, 6)) == (0.025092, 0.059911)


def test_tampere_in_three_categories_has_the_computed_scores() -> None:
    any_rain, heavy = rows_of("tampere_24h_POP.csv"), rows_of("tampere_24h_POPhi.csv")
    ranked, summed = [], []
    for some, much in zip(any_rain, heavy, strict=True):
        p, q = float(some["p"]), float(much["p"])
        stated, happened = [1 - p, max(0.0, p - q), q], int(some["y"]) + int(much["y"])
        ranked.append(choice.rps(stated, happened))
        summed.append(choice.brier2(stated, happened))
    figures = TAMPERE["computed"]["24h_three_category"]
    assert math.fsum(ranked) / 346 == pytest.approx(figures["rps_unnormalised_mean"], abs=1e-9)
    assert math.fsum(summed) / 346 == pytest.approx(figures["multiclass_brier_mean"], abs=1e-9)


def test_finley_is_right_nearly_always_and_worse_than_the_base_rate() -> None:
    cells, figures = finley(), FINLEY["computed"]
    score, found = mean_loss(cells), decomposition(cells)
    assert f"{1 - score:.1%}" == FINLEY["published"]["accuracy"]
    assert 1 - score == pytest.approx(figures["accuracy"], abs=1e-9)
    assert score == pytest.approx(figures["brier_as_0_1_forecast"], abs=1e-9)
    assert parts(found) == exactly(figures["corp"])
    gained = skill(score, found.unc)
    assert gained == pytest.approx(figures["bss_vs_sample_base_rate"], abs=1e-9)
    never = cells_of([(0, 1, 1)] * 51 + [(0, 0, 1)] * 2752)
    assert mean_loss(never) == pytest.approx(figures["brier_never_tornado"], abs=1e-9)


def test_finley_has_95_wrong_certainties() -> None:
    found = mean_log_score(finley())
    assert (found.failed, found.weight, found.mean) == (95, 2708, 0)
    assert spiegelhalter(finley()) is None


def test_wilks_table_has_the_computed_parts() -> None:
    cells, figures = wilks(), FIGURES["wilks_table_7_3"]
    assert cells.total == pytest.approx(figures["computed"]["weights_sum"], abs=1e-9)
    assert cells.base_rate == pytest.approx(figures["computed"]["obar_from_table"], abs=1e-9)
    assert round(cells.base_rate, 3) == figures["obar_published"]
    rel, res = murphy(cells, cells.base_rate)
    assert mean_loss(cells) == pytest.approx(rel - res + decomposition(cells).unc, abs=1e-12)


def test_wilks_table_has_the_computed_skill_with_its_rounded_base_rate() -> None:
    cells, figures = wilks(), FIGURES["wilks_table_7_3"]["computed"]
    rel, res = murphy(cells, 0.162)
    score = rel - res + figures["unc_with_0162"]
    assert rel == pytest.approx(figures["rel"], abs=1e-9)
    assert res == pytest.approx(figures["res_with_0162"], abs=1e-9)
    assert score == pytest.approx(figures["brier"], abs=1e-9)
    assert skill(score, figures["unc_with_0162"]) == pytest.approx(figures["bss"], abs=1e-9)


@pytest.mark.parametrize("model", ["model1", "model2"])
def test_trap_two_forecasts_have_spiegelhalters_z(model: str) -> None:
    case = FIGURES["rufibach_2010"]["published"][model]
    computed = FIGURES["rufibach_2010"]["computed"][model]
    cells = cells_of([(p, y, 1) for p, y in zip(case["p"], [1, 0], strict=True)])
    found = spiegelhalter(cells)
    assert found is not None
    assert found.z == pytest.approx(computed["z"], abs=1e-9)
    assert round(found.z, 2) == case["z"]
    assert mean_loss(cells) == pytest.approx(computed["brier"], abs=1e-9)


@pytest.mark.parametrize("rule", ["brier", "log"])
def test_six_forecasts_have_the_printed_parts(rule: str) -> None:
    case = FIGURES["six_forecasts"]
    loss = {"brier": binary.brier, "log": binary.log_score}[rule]
    rows = zip(case["p"], case["y"], [1] * 6, strict=True)
    found = parts(decomposition(cells_of(rows), loss))
    assert found == exactly(case["computed"][rule])
    assert found == pytest.approx(case["published"][rule], rel=0, abs=6e-8)


@pytest.mark.parametrize(
    "case", [case for case in FIGURES["dgj20_supplement"] if ":MC" not in case]
)
def test_the_supplements_forecasts_have_the_computed_parts(case: str) -> None:
    figures = dict(FIGURES["dgj20_supplement"][case])
    cells = supplement(case)
    assert (cells.n, len(cells.p)) == (figures.pop("n"), figures.pop("distinct"))
    assert parts(decomposition(cells)) == exactly(figures)


@pytest.mark.parametrize("centre", ["MCEVOL", "MCSTAT"])
def test_trap_a_code_for_missing_is_no_chance(centre: str) -> None:
    rows = sample(FLARES, centre, "rlz.C1")
    with pytest.raises(ValueError, match=r"no row of a sample: chance -0\.01"):
        cells_of(rows)
    # The computed figures took the code for a chance; a loss of one's own may do so too.
    stated, happened = Counter(p for p, _, _ in rows), Counter(p for p, y, _ in rows if y)
    p = tuple(sorted(stated))
    weight, hits = tuple(map(stated.__getitem__, p)), tuple(map(happened.__getitem__, p))
    found = decomposition(Cells(p, weight, weight, hits), lambda p, y: y + p * p - 2 * p * y)
    figures = dict(FIGURES["dgj20_supplement"][f"SF.FC.C1:{centre}"])
    assert (len(rows), len(p)) == (figures.pop("n"), figures.pop("distinct"))
    assert parts(found) == exactly(figures)


@pytest.mark.parametrize("case", [case for case in FIGURES["dgj20_labels"] if ":" in case])
def test_the_labels_of_the_published_figures_are_met(case: str) -> None:
    name, stated = case.split(":")
    found = decomposition(niamey(stated) if name == "niamey" else supplement(case))
    rounded = [round(part, 3) for part in (found.mcb, found.dsc, found.unc)]
    assert rounded == FIGURES["dgj20_labels"][case]


def test_trap_missing_cells_are_no_chances() -> None:
    flares = rows_of(FLARES)
    missing = {centre: sum(not row[centre] for row in flares) for centre in flares[0]}
    assert {centre: count for centre, count in missing.items() if count} == {
        "AMOS": 71,
        "ASSA": 18,
        "NJIT": 260,
    }
    with pytest.raises(ValueError, match="no row of a sample: chance nan"):
        cells_of([(math.nan, 1, 1)])


def example(start: str) -> list[dict]:
    return [case for case in EXAMPLES if case["name"].startswith(start)]


@pytest.mark.parametrize("case", example("brier"))
def test_printed_examples_of_the_brier_score_are_met(case: dict) -> None:
    found = binary.brier(case["input"]["p"], case["input"]["obs"])
    assert found == pytest.approx(case["published"], abs=1e-12)


def test_the_printed_example_of_the_log_score_is_met() -> None:
    (case,) = example("log binary")
    found = binary.log_score(case["input"]["p"], case["input"]["obs"])
    assert round(found, 7) == case["published"]
    assert found == pytest.approx(case["computed"], abs=1e-9)


@pytest.mark.parametrize("case", example("rps"))
def test_printed_examples_of_the_ranked_score_are_met(case: dict) -> None:
    found = choice.rps(case["input"]["p"], case["input"]["obs"] - 1)
    assert found == pytest.approx(case["published"], abs=1e-12)


def test_the_printed_example_of_a_log_score_over_borders_is_met() -> None:
    (case,) = example("rls")
    borders = [0.21, 0.52, 0.84]  # the running sums of its chances
    assert borders == pytest.approx(list(accumulate(case["input"]["p"]))[:-1])
    found = sum(binary.log_score(f, k >= case["input"]["obs"]) for k, f in enumerate(borders, 1))
    assert found == pytest.approx(case["computed"], abs=1e-9)
    assert found == pytest.approx(case["published"], abs=5e-7)


@pytest.mark.parametrize("case", example("metaculus baseline"))
def test_a_platforms_baseline_score_is_the_log_score_on_another_scale(case: dict) -> None:
    found = 100 * (1 - binary.log_score(case["input"]["p"], case["input"]["y"]) / math.log(2))
    assert found == pytest.approx(case["published"], abs=6e-9)


def test_a_platforms_peer_score_of_two_is_the_difference_of_log_scores() -> None:
    (case,) = example("metaculus peer")
    own, (other,) = case["input"]["p"], case["input"]["others"]
    found = 100 * (binary.log_score(other, 1) - binary.log_score(own, 1))
    assert found == pytest.approx(case["published"], abs=1e-9)


def test_an_ordinal_question_has_its_published_brier_score_and_ranked_score() -> None:
    case = FIGURES["cultivate_ordinal"]
    found = choice.brier2(case["p"], case["outcome_index"])
    assert found == pytest.approx(case["published_standard"], abs=1e-12)
    ranked = choice.rps(case["p"], case["outcome_index"])
    assert ranked == pytest.approx(case["computed_rps_unnormalised"], abs=1e-12)

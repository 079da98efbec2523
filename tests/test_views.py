"""What pages and reports say: each sentence for its case, and arithmetic that can be followed."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from predtrack.records import phrasing
from predtrack.records.prediction import Forecast, Interval, Prediction
from predtrack.reports import calibration
from predtrack.reports.calibration import Figures, Row
from predtrack.reports.groups import Group
from predtrack.views import report as report_view
from predtrack.views import wording
from predtrack.views.reliability import picture
from test_cli import ENDED, RAIN, folder, program
from test_golden import many


def report(of: Path, *words: str) -> str:
    """The report on a folder, its lines joined so that a sentence stands whole."""
    said = program("report", *words, of=of)
    assert (said.code, said.err) == (0, "")
    return re.sub(r"\s+", " ", said.out)


def ended(path: Path, count: int, chance: str, came: int, more: str = "") -> Path:
    """A folder of binary predictions with one chance, of which some came."""
    for number in range(count):
        text = RAIN.replace("70%", chance).replace("2027-04-01", "2027-02-01")
        text += f"outcome: {{answer: {'yes' if number < came else 'no'}, decided: 2027-02-01}}\n"
        folder(path, **{f"rain{number:03}": text + more.replace("N", str(number))})
    return path


@pytest.mark.parametrize(
    ("chance", "came", "count", "verdict"),
    [
        ("20%", 19, 20, "came 75 points more often than stated (95% 55 to 80)"),
        ("80%", 1, 20, "came 75 points less often than stated (95% 55 to 80)"),
        ("50%", 5, 10, "cannot tell: on average between 31 points fewer and 31 more came than"),
        ("2%", 2, 110, "right on average: between 2 points fewer and 4 more came than stated; 110"),
    ],
)
def test_a_report_says_no_more_than_its_interval_allows(tmp_path, chance, came, count, verdict):
    assert verdict in report(ended(tmp_path, count, chance, came))


def test_a_difference_without_an_interval_says_nothing():
    figures = Figures(mean_diff=0.1, brier=0.2, log_score=0.5, sum_p=1, sum_y=1)
    group = Group(by="A", kind="binary", origin="stated", rows=2, families=2, figures=figures)
    console = Console(width=100, record=True, file=StringIO())
    console.print(report_view.section(group))
    text = console.export_text()
    assert "points" not in text


@pytest.mark.parametrize(("came", "told"), [(12, "all happened"), (0, "none happened")])
def test_where_all_or_none_happened_the_page_says_so(tmp_path, came, told):
    assert f"expected; {told}" in report(ended(tmp_path, 12, "60%", came))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "Counted: the first forecast of each forecaster, of origin stated, once its day"),
        (["--at", "lead:30d"], "Counted: the forecast that stood 30 days before, of origin"),
        (["--at", "last"], "Not calibration: sampled at a moment the outcome chose."),
        (["--include-early"], "Biased: what was decided early is included"),
        (["--origin", "inferred", "--origin", "stated"], "of origin stated or inferred"),
        (["--origin", "inferred"], "Ben Example · binary · inferred"),
        (["--kind", "numeric"], "coverage stated 80%: held 0 of 1 intervals"),
        ([], "infinite: 1 forecast at 0% or 100% failed (rain)"),
        ([], "Decided early, in no mean above stadium: .4225, Ada Example"),
        ([], "2 chances due without an outcome are missing: `predtrack resolve` asks for each."),
        (["--by", "Ben Example"], "1 chance due without an outcome is missing"),
        (["--tag", "none"], "there is no score to show"),
    ],
)
def test_a_report_says_what_it_counts(words, told):
    assert told in report(ENDED, *words)


def test_many_that_failed_at_certainty_are_named_by_the_first(tmp_path):
    said = report(ended(tmp_path, 6, "100%", 1))
    assert (
        "infinite: 5 forecasts at 0% or 100% failed (rain001, rain002, rain003 and 2 more)" in said
    )


def test_a_skill_below_zero_is_told_without_its_sign(tmp_path):
    said = report(ended(tmp_path, 24, "80%", 6))
    told = re.search(r"(\.\d+) more loss than always 50%(.*?) \(95% (\.\d+) to (\.\d+)\);", said)
    assert told is not None
    assert float(told[3]) < float(told[1]) < float(told[4])
    assert re.fullmatch(r", \d+% more", told[2])


def test_two_forecasters_are_compared_on_what_both_forecast(tmp_path):
    other = "  - {by: Ben Example, made: 2027-01-11, probability: 50%}\n"
    for number in range(8):
        text = RAIN.replace("2027-04-01", "2027-02-01").replace("70%", f"{60 + 4 * number}%")
        text = text.replace("forecasts", "outcome: {answer: yes, decided: 2027-02-01}\nforecasts")
        folder(tmp_path, **{f"rain{number}": text + other})
    # told without its sign, whichever was named first; from ten on somebody may be ahead
    told = (
        r"Ada Example lost less by \.174 \(95% \.006 to \.174\): cannot tell who is better from 8"
    )
    rests = "8 shared questions, 21 days before the scheduled one"
    for names in (("Ben", "Ada"), ("Ada", "Ben")):
        words = [word for name in names for word in ("--by", f"{name} Example")]
        page = report(tmp_path, *words)
        assert f"{names[0]} Example and {names[1]} Example, on what both forecast" in page
        assert re.search(f"{told}; ten show a first pattern; {rests}", page)
    for number in range(8, 16):
        text = RAIN.replace("2027-04-01", "2027-02-01").replace("70%", "90%")
        text = text.replace("forecasts", "outcome: {answer: yes, decided: 2027-02-01}\nforecasts")
        folder(tmp_path, **{f"rain{number}": text + other})
    assert "Ada Example is ahead by" in report(tmp_path, *words)
    assert "on what both" not in report(tmp_path, "--by", "Ada Example")


def test_phrases_are_counted_apart_by_their_table(tmp_path):
    spoken = report(ended(tmp_path, 2, "very likely", 1))
    assert "table" not in spoken
    assert "mapped by icd-203, ranges taken at their middle; no one number was said" in spoken
    lost = report(ended(tmp_path, 2, "chances about even", 1), "--verbal", "icd-203")
    assert "mapped by" in lost or "not in it: nothing to score" in lost


def test_families_of_several_rows_are_counted_once_and_say_so(tmp_path):
    for number in range(31):
        text = (
            f"claim: Day {number}\nkind: date\noutcome: {{answer: no, decided: 2027-02-01}}\n"
            "forecasts:\n  - by: A\n    made: 2026-01-01\n"
            "    cdf: {2026-06-30: 10%, 2027-01-31: 20%}\n"
        )
        folder(tmp_path, **{f"day{number}": text})
    said = report(tmp_path)
    assert "62 chances from 31 families" in said
    assert "families have several rows" in said


def test_a_picture_has_a_line_for_each_bin_and_says_what_its_signs_mean(tmp_path):
    said = program("report", of=many(tmp_path), columns=80)
    lines = said.out.splitlines()
    first = next(at for at, line in enumerate(lines) if "happened" in line and "0%" in line)
    rows = [line for line in lines[first + 1 :] if re.search(r"\d+ of \d+: \d+%", line)]
    assert len(rows) == 10
    assert all(("●" in row) != ("◉" in row) for row in rows)
    assert "│ stated on average   ● happened   ─ 95%" in said.out
    # below it the curve, which rises from left to right and keeps within the axis
    begin = next(at for at, line in enumerate(lines) if line.strip() == "happened")
    drawn = lines[begin + 1 : begin + 12]
    places = [match.start() for line in drawn for match in re.finditer("●", line)]
    heights = [11 - at for at, line in enumerate(drawn) for _ in re.finditer("●", line)]
    assert [height for _, height in sorted(zip(places, heights, strict=True))] == sorted(heights)
    assert len(set(places)) == len(places) > 20
    assert max(map(len, drawn)) <= 13 + 41
    assert "● happened   · as stated   ░ calibrated, 95%" in said.out
    assert list(picture(Figures()))[-1].plain.endswith("─ 95%")


@pytest.mark.parametrize(
    ("identity", "arithmetic"),
    [
        ("rain", "Ada Example: (0.65 - 1)² = .1225"),
        ("quorum", "0.7 × (0.6 - 1)² + 0.3 × 0.6² = .2200"),
        ("cup", "(0.5 - 0)² + (0.3 - 1)² + (0.2 - 0)² = .7800"),
        ("harvest", "Ada Example: .1300  (ranked probability score"),
        ("comet", "((0.1 - 0)² + (0.5 - 1)²) / 2 = .1300"),
        ("visitors", "2 × pinball at 10%: |58000 - 38000|, 50%: |58000 - 46000|"),
        ("visitors", "|47000 - 58000| = 11000 visitors"),
        ("strike", "Ben Example: hit  (hit or miss"),
    ],
)
def test_a_score_comes_with_arithmetic_that_can_be_followed(identity, arithmetic):
    assert arithmetic in program("show", identity, of=ENDED, columns=300).out


def test_arithmetic_by_the_log_score():
    from datetime import date

    from predtrack.reports import sampling, scores
    from predtrack.store import folder as store
    from predtrack.views.arithmetic import steps

    found = store.load(str(ENDED)).predictions
    asked = sampling.sampling(date(2027, 3, 1))

    def told(identity: str) -> str:
        score = scores.scores(found[identity], found, asked, "log")[0]
        return steps(found[identity], score)

    assert told("rain").startswith("Ada Example: -ln 0.65 = .4308  (log score in nats")
    assert told("cup").startswith("Ada Example: -ln 0.3 = ")
    assert told("comet").startswith("Ada Example: (-ln 0.9 -ln 0.5) / 2 = ")
    assert told("quorum").startswith("Ada Example: .6325")


def test_long_sums_are_cut_short(tmp_path):
    points = ", ".join(f"{place}: {place}%" for place in range(10, 22))
    text = (
        "claim: a\nkind: numeric\ndeadline: 2027-02-01\nunit: °C\n"
        "outcome: {answer: 15, decided: 2027-02-01}\n"
        f"forecasts: [{{by: A, made: 2026-01-01, cdf: {{{points}}}}}]\n"
    )
    said = program("show", "heat", of=folder(tmp_path, heat=text), columns=300)
    assert "(0.17 - 1)² + ...) / 12 = " in said.out
    assert "15% ≤ 15 °C and 6 more" in said.out


@pytest.mark.parametrize(
    ("low", "high", "confidence", "told"),
    [
        *[(1, 2, None, "1–2 GW"), (1, None, 0.9, "at least 1 GW (90%)")],
        *[(None, 0, None, "at most 0 GW"), (None, 2.5, 0.8, "at most 2.5 GW (80%)")],
    ],
)
def test_a_range_in_words(low, high, confidence, told):
    assert phrasing.interval(Interval(low=low, high=high, confidence=confidence), " GW") == told


def test_a_half_open_range_that_was_hit_shows_both_its_ends(tmp_path):
    text = (
        "claim: a\nkind: numeric\ndeadline: 2027-02-01\n"
        "outcome: {answer: 15, decided: 2027-02-01}\nforecasts:\n"
        "  - {by: A, made: 2026-01-01, interval: {low: 20}}\n"
        "  - {by: B, made: 2026-01-01, interval: {high: 20}}\n"
    )
    said = program("show", "a", of=folder(tmp_path, a=text), columns=100).out
    assert "A: 15 not in [20, ∞] = miss" in said
    assert "B: 15 in [−∞, 20] = hit" in said
    assert "at most 20" in said


def test_words_for_what_is_not_there():
    from datetime import date

    silent = Forecast(by="A", made=date(2027, 1, 1))
    prediction = Prediction(claim="a", kind="binary", forecasts=(silent,))
    assert phrasing.value(prediction, silent) == ""
    assert wording.answer(prediction) == ""
    assert wording.safe("two\nlines  of it") == "two lines of it"


@pytest.mark.parametrize("each", [1, 2])
def test_families_that_are_all_alike_have_the_interval_that_their_chances_imply(each):
    rows = [Row(f"f{number // each}", 0.9, 1.0, "r") for number in range(20 * each)]
    found, _ = calibration.figures(calibration.sample(rows))
    assert found.mean_diff == pytest.approx(0.1)
    assert found.diff_low < 0 < found.diff_high == pytest.approx(0.1)
    assert found.brier_low < 0.09 < found.brier_high
    certain = [Row(f"f{number}", 1.0, 1.0, "r") for number in range(20)]
    found, withheld = calibration.figures(calibration.sample(certain))
    assert (found.diff_low, found.brier_low) == (None, None)
    assert withheld["diff_low"] == withheld["brier_low"] == calibration.ALIKE


def test_a_page_of_many_tests_says_how_many_look_odd_by_luck():
    figures = Figures(brier=0.2, base_rate=0.5, sum_p=5, sum_y=5, hits=5, sum_p_value=0.5)
    groups = [
        Group(by=f"A{k}", kind="binary", origin="stated", rows=10, families=10, figures=figures)
        for k in range(12)
    ]
    told = " ".join(each.plain for each in report_view._looks(groups))
    assert "12 tests stand on this page" in told
    assert "about 1 such test would fall below .05 by luck alone" in told
    assert list(report_view._looks(groups[:9])) == []

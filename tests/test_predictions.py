"""The predictions that lie here, and the page that explains their format.

The figures below are those of the interview that the records come from, typed from its summary a
second time, so that a slip in a record shows.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from predtrack.records import life
from predtrack.records.prediction import (
    VALUES,
    Condition,
    Forecast,
    Outcome,
    Prediction,
    Range,
    Source,
)
from predtrack.records.rules import said
from predtrack.records.terms import KINDS, ORIGINS, REASONS, STATUSES
from predtrack.reports.rows import known
from predtrack.store import folder
from predtrack.store.shapes import expected

ROOT = Path(__file__).resolve().parents[1] / "predictions"
PAGE = (ROOT / "README.md").read_text(encoding="utf-8")
FOLDER = folder.load(str(ROOT))
RECORDS = FOLDER.predictions
INTERVIEW = date(2026, 2, 13)
YEARS = {years: INTERVIEW.replace(year=2026 + years) for years in (1, 2, 3, 10)}
WHO = "Dario Amodei"

# id: form, value, origin; an interval is its low end, high end and confidence
FIGURES: dict[str, tuple[str, Any, str]] = {
    "geniuses": ("cdf", ((YEARS[3], 0.5), (YEARS[10], 0.9)), "stated"),
    "geniuses-one-year": ("cdf", ((YEARS[1], 0.5),), "disputed"),
    "end-to-end-coding": (
        "cdf",
        ((YEARS[2], "very likely"), (YEARS[10], "almost certain")),
        "inferred",
    ),
    "compute-2026": ("interval", (10, 15, None), "stated"),
    "compute-2027": ("interval", (30, 40, None), "stated"),
    "compute-2028": ("point", 100, "stated"),
    "compute-2029": ("point", 300, "stated"),
    "gigawatt-cost": ("interval", (10, 15, None), "stated"),
    "compute-spending": ("interval", (200, 1000, None), "inferred"),
    "compute-growth": ("point", 3, "inferred"),
    "anthropic-compute-2027": ("point", 10, "stated"),
    "revenue-10x": ("interval", (90, 100, None), "inferred"),
    "geniuses-value": ("interval", (2, None, None), "inferred"),
    "context-length": ("interval", (10_000_000, None, None), "inferred"),
}

UNITS = {
    "compute-2026": "GW",
    "compute-2027": "GW",
    "compute-2028": "GW",
    "compute-2029": "GW",
    "anthropic-compute-2027": "GW",
    "gigawatt-cost": "billion USD a year",
    "compute-spending": "billion USD a year",
    "revenue-10x": "billion USD a year",
    "geniuses-value": "trillion USD a year",
    "compute-growth": "times a year",
    "context-length": "tokens",
}

# id: the first day and the last that the words allow; None where they name none
SPANS = {
    "geniuses": (YEARS[1], YEARS[10]),
    "geniuses-one-year": (None, YEARS[1]),
    "end-to-end-coding": (YEARS[1], YEARS[10]),
    "continual-learning": (YEARS[1], YEARS[2]),
    "robotics": (YEARS[1], YEARS[2]),
    "clips-on-the-job": (YEARS[1], YEARS[3]),
    "scaling-pretraining": (None, YEARS[3]),
    "scaling-rl": (None, YEARS[3]),
    "compute-2026": (None, date(2026, 12, 31)),
    "compute-2027": (None, date(2027, 12, 31)),
    "compute-2028": (None, date(2028, 12, 31)),
    "compute-2029": (None, date(2029, 12, 31)),
    "compute-spending": (None, date(2029, 12, 31)),
    "anthropic-compute-2027": (None, date(2027, 12, 31)),
    "no-trillion-2027": (None, date(2027, 12, 31)),
}

UNDATED = {  # of these the words name no day, and the records choose none
    "rl-generalises",
    "geniuses-value",
    "geniuses-known",
    "continual-learning-unneeded",
    "diffusion-fast-not-instant",
    "few-firms-keep-margins",
    "transparency-rules",
    "bio-classifiers",
    "dictatorships-obsolete",
    "two-blocs",
}


def sections(page: str) -> dict[str, str]:
    """The text below each heading of a page."""
    parts = re.split(r"^## (.+)$", page, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def rows(text: str) -> list[tuple[str, str]]:
    """The two cells of each row of the table in a text, without its head."""
    found = re.findall(r"^\| (.+?) \| (.+) \|$", text, flags=re.MULTILINE)
    return [row for row in found if row[0] not in {"key", "word"}]


def marked(text: str) -> list[str]:
    """What a text marks as code."""
    return re.findall(r"`([^`]+)`", text)


def meaning_of(key: str, heading: str) -> set[str]:
    """What the row of a key marks as code."""
    return next(set(marked(text)) for keys, text in rows(SECTIONS[heading]) if key in marked(keys))


def keys_of(heading: str) -> list[str]:
    """The keys that the table of a section explains, in its order."""
    return [key for keys, _ in rows(SECTIONS[heading]) for key in marked(keys)]


SECTIONS = sections(PAGE)
EXAMPLES = re.findall(r"^```yaml\n(.+?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)
TABLES = {
    "The keys of a prediction": Prediction,
    "The keys of a forecast": Forecast,
    "How it ended": Outcome,
}


def written(identity: str) -> dict[str, Any]:
    text = (ROOT / RECORDS[identity].path).read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found


def statuses(day: date) -> dict[str, str]:
    return {row.id: row.status for row in known(RECORDS, day).rows}


def value_of(forecast: Forecast) -> tuple[str, Any, str]:
    (form,) = said(forecast)
    value = getattr(forecast, form)
    if form == "interval":
        value = (value.low, value.high, value.confidence)
    return form, value, forecast.origin


# The records


def test_every_record_loads_without_a_problem() -> None:
    assert [str(problem) for problem in FOLDER.problems] == []
    assert len(RECORDS) == len(list(ROOT.rglob("*.yaml"))) > 50


def test_the_numbers_are_those_of_the_interview_and_there_are_no_others() -> None:
    found = {
        identity: value_of(forecast)
        for identity, record in RECORDS.items()
        for forecast in record.forecasts
        if said(forecast)
    }
    assert found == FIGURES


def test_every_quantity_has_its_unit() -> None:
    assert {each.id: each.unit for each in RECORDS.values() if each.kind == "numeric"} == UNITS


@pytest.mark.parametrize("identity", SPANS)
def test_years_count_from_the_day_of_the_interview(identity: str) -> None:
    record = RECORDS[identity]
    assert (record.earliest, record.deadline) == SPANS[identity]
    assert record.deadline_origin == "stated"


def test_a_deadline_that_nobody_said_is_marked_and_explained_in_the_note() -> None:
    chosen = [each for each in RECORDS.values() if each.deadline and each.id not in SPANS]
    assert {each.id for each in chosen if each.deadline_origin == "stated"} == set()
    assert {each.id for each in chosen if "deadline" not in (each.note or "")} == set()


def test_claims_without_a_day_are_given_none() -> None:
    assert {identity for identity in UNDATED if RECORDS[identity].deadline} == set()


def test_a_figure_that_was_not_plainly_said_has_a_note() -> None:
    unsaid = [
        record
        for record in RECORDS.values()
        if {forecast.origin for forecast in record.forecasts} != {"stated"}
    ]
    assert {record.id for record in unsaid if not record.note} == set()


def test_the_two_readings_of_one_passage_name_each_other() -> None:
    first, second = RECORDS["geniuses"], RECORDS["geniuses-one-year"]
    assert "geniuses-one-year" in (first.note or "")
    assert re.search(r"\bgeniuses\b", second.note or "")
    assert [each.id for each in RECORDS.values() if "disputed" in each.tags] == [second.id]


def test_what_the_interviewer_said_stands_under_his_name() -> None:
    others = {
        each.id: {forecast.by for forecast in each.forecasts} - {WHO} for each in RECORDS.values()
    }
    assert {identity: names for identity, names in others.items() if names} == {
        "ai-onboarding": {"Dwarkesh Patel"},
        "anthropic-compute-2027": {"Dwarkesh Patel"},
        "full-commodity": {"Dwarkesh Patel"},
    }


def test_the_gigawatts_of_four_years_are_one_family() -> None:
    names = [f"compute-{year}" for year in (2026, 2027, 2028, 2029)]
    assert {RECORDS[name].family for name in names} == {"compute"}


def test_threefold_growth_agrees_with_the_gigawatts_as_its_note_says() -> None:
    ends = [FIGURES[f"compute-{year}"][1] for year in (2026, 2027)]
    middles = [(low + high) / 2 for low, high, _ in ends] + [100, 300]
    factors = [f"{after / before:.1f}" for before, after in pairwise(middles)]
    average = (middles[-1] / middles[0]) ** (1 / 3)
    wanted = f"factors of {factors[0]}, {factors[1]} and {factors[2]}, on average {average:.1f}"
    assert wanted in (RECORDS["compute-growth"].note or "")


def test_the_note_on_spending_multiplies_the_figures_of_the_other_records() -> None:
    low, high, _ = FIGURES["gigawatt-cost"][1]
    for year in (2028, 2029):
        power = FIGURES[f"compute-{year}"][1]
        product = f"{power * low:,} to {power * high:,}"
        assert product in (RECORDS["compute-spending"].note or "")


# How the records are written


@pytest.mark.parametrize("identity", RECORDS)
def test_keys_stand_in_the_order_of_the_tables(identity: str) -> None:
    record = written(identity)
    pairs = [(record, keys_of("The keys of a prediction"))]
    pairs += [(each, keys_of("The keys of a forecast")) for each in record["forecasts"]]
    pairs += [(record["source"], list(expected(Source)))]
    for mapping, order in pairs:
        assert list(mapping) == sorted(mapping, key=order.index)


@pytest.mark.parametrize("identity", RECORDS)
def test_a_record_keeps_to_the_style_of_the_folder(identity: str) -> None:
    record = RECORDS[identity]
    lines = (ROOT / record.path).read_text(encoding="utf-8").split("\n")
    assert [line for line in lines if len(line) > 96 or line != line.rstrip()] == []
    assert lines[-1] == ""
    assert len(record.claim) < 75
    assert record.criteria
    assert record.tags
    assert record.family


@pytest.mark.parametrize("identity", RECORDS)
def test_a_record_says_that_it_was_made_from_a_report_and_where_in_it(identity: str) -> None:
    record = RECORDS[identity]
    assert record.source is not None
    assert record.source.reading == "secondary"
    assert record.source.published == INTERVIEW
    assert "n1E9IZfvGMA" in (record.source.url or "")
    assert re.search(r"section [1-5]|module [1-5], \w", record.source.locator or "")
    for forecast in record.forecasts:
        assert forecast.made == INTERVIEW
        assert forecast.words


def test_words_keep_the_apostrophes_of_the_source_and_the_rest_is_typed_plainly() -> None:
    forecasts = chain.from_iterable(record.forecasts for record in RECORDS.values())
    assert [each.words for each in forecasts if "'" in (each.words or "")] == []
    own = [f"{record.claim} {record.criteria}" for record in RECORDS.values()]
    assert [text for text in own if re.search("[’‘“”]", text)] == []


def test_a_record_named_in_another_exists() -> None:
    for record in RECORDS.values():
        assert {name for name in marked(record.criteria or "") if name != "earliest"} <= {*RECORDS}
        for name in (record.supersedes, record.condition and record.condition.prediction):
            assert name is None or name in RECORDS


def test_criteria_say_what_an_event_before_the_earliest_day_means() -> None:
    for record in RECORDS.values():
        criteria = " ".join((record.criteria or "").split())
        assert bool(record.earliest) == ("A day before `earliest` counts as" in criteria)


# The records as days go by


def test_late_in_2026_every_record_is_open_and_none_has_an_outcome() -> None:
    day = date(2026, 11, 23)
    assert {identity for identity, status in statuses(day).items() if status != "open"} == set()
    assert {each.id for each in RECORDS.values() if life.known(each, day).outcome} == set()


def test_what_was_said_of_2026_is_due_on_the_first_day_of_2027() -> None:
    unresolved = {name: replace(each, outcome=None) for name, each in RECORDS.items()}
    found = {row.id for row in known(unresolved, date(2027, 1, 1)).rows if row.status == "due"}
    assert found == {"compute-2026", "gigawatt-cost", "revenue-10x"}


def test_the_country_of_geniuses_is_due_when_its_first_day_has_passed() -> None:
    found = {}
    record = replace(RECORDS["geniuses"], outcome=None)
    for day in (date(2029, 2, 13), date(2029, 2, 14), date(2029, 3, 1)):
        (row,) = known({"geniuses": record}, day).rows
        found[day] = row.status
    assert list(found.values()) == ["open", "due", "due"]


def test_what_presupposes_the_country_of_geniuses_is_void_if_it_never_comes() -> None:
    never = Outcome(answer="no", decided=YEARS[10])
    records = {name: replace(each, outcome=None) for name, each in RECORDS.items()}
    records["geniuses"] = replace(records["geniuses"], outcome=never)
    found = {row.id for row in known(records, date(2036, 3, 1)).rows if row.status == "void"}
    assert found == {
        "continual-learning-unneeded",
        "cure-every-disease",
        "geniuses-known",
        "geniuses-value",
        "new-science",
    }


# The page


def test_every_example_of_the_page_loads_without_a_problem(tmp_path: Path) -> None:
    for number, example in enumerate(EXAMPLES):
        (tmp_path / f"example-{number}.yaml").write_text(example, encoding="utf-8")
    found = folder.load(str(tmp_path))
    assert [str(problem) for problem in found.problems] == []
    assert len(found.predictions) == len(EXAMPLES) == PAGE.count("```yaml")


def test_the_examples_show_every_kind_and_every_form_of_value(tmp_path: Path) -> None:
    for number, example in enumerate(EXAMPLES):
        (tmp_path / f"example-{number}.yaml").write_text(example, encoding="utf-8")
    shown = folder.load(str(tmp_path)).predictions.values()
    assert {each.kind for each in shown} == {*KINDS}
    forms = {form for each in shown for forecast in each.forecasts for form in said(forecast)}
    assert forms == {*VALUES}


@pytest.mark.parametrize("heading", TABLES)
def test_the_tables_explain_exactly_the_keys_there_are(heading: str) -> None:
    found = [key for key in keys_of(heading) if key != "x-..."]
    assert sorted(found) == sorted(expected(TABLES[heading]))


def test_the_keys_of_a_prediction_are_in_the_order_of_its_definition() -> None:
    assert keys_of("The keys of a prediction") == [*expected(Prediction), "x-..."]


def test_the_keys_below_a_key_are_explained_beside_it() -> None:
    heading = "The keys of a prediction"
    assert {*expected(Source), "primary", "secondary"} == meaning_of("source", heading)
    assert {*expected(Condition)} == meaning_of("condition", heading)
    assert {*expected(Range), "numeric", "linear", "log"} == meaning_of("range", heading)


def test_the_words_of_the_format_are_those_of_the_code() -> None:
    assert meaning_of("kind", "The keys of a prediction") == {*KINDS}
    assert meaning_of("origin", "The keys of a forecast") == {*ORIGINS}
    assert meaning_of("deadline_origin", "The keys of a prediction") == {*ORIGINS} - {"disputed"}
    assert meaning_of("reason", "How it ended") == {*REASONS, "void"}


def test_the_keys_said_to_be_required_are() -> None:
    sentence = re.search(r"Three keys must be there.+?\.", PAGE, flags=re.DOTALL)
    assert sentence is not None
    needed = [
        each.name
        for record in (Prediction, Forecast)
        for each in expected(record).values()
        if each.required
    ]
    assert marked(sentence[0]) == needed


def test_the_glossary_explains_every_status() -> None:
    assert {*STATUSES} <= {word for word, _ in rows(SECTIONS["Glossary"])}


def test_the_records_named_on_the_page_exist() -> None:
    origins = SECTIONS["Where the records about AI come from"]
    named = {each for each in marked(origins) if re.fullmatch(r"[a-z]+(-[a-z]+)+", each)}
    assert named
    assert named <= {*RECORDS}

"""The predictions that lie here, and the page that explains their format.

The figures below are those of the interview that the records come from, typed from its summary a
second time, so that a slip in a record shows; what they quote stands a second time in
`data/interview/quotations.md`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from importlib import resources
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from predtrack import check
from predtrack.dates import Month
from predtrack.records import life
from predtrack.records.prediction import (
    VALUES,
    Condition,
    Evidence,
    Forecast,
    Judgement,
    Outcome,
    Prediction,
    Range,
    Source,
)
from predtrack.records.rules import values_of
from predtrack.records.terms import KINDS, ORIGINS, REASONS, STATUSES
from predtrack.reports.rows import known
from predtrack.store import folder
from predtrack.store.reading import Reading
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

# of these the words name no day, and the records choose none: the day to look at them again
REVIEWS = {
    **dict.fromkeys(
        (
            "ai-cyberattacks",
            "bio-classifiers",
            "geopolitical-tension",
            "labs-profitable",
            "long-context-degrades",
            "no-sudden-stop",
            "rl-generalises",
            "transparency-rules",
        ),
        YEARS[1],
    ),
    **dict.fromkeys(
        (
            "ai-bioterrorism",
            "ai-manipulation",
            "ai-onboarding",
            "authoritarian-control",
            "continual-learning-unneeded",
            "cure-every-disease",
            "dictatorships-obsolete",
            "diffusion-after-bend",
            "diffusion-fast-not-instant",
            "few-firms-keep-margins",
            "full-commodity",
            "geniuses-known",
            "geniuses-value",
            "long-context-months",
            "new-global-governance",
            "new-science",
            "profit-by-demand",
            "two-blocs",
        ),
        YEARS[2],
    ),
}

MOODS = {  # what is no forecast with a confidence carries one of these tags
    "hope": {"dictatorships-obsolete"},
    "worry": {
        "ai-bioterrorism",
        "ai-cyberattacks",
        "ai-manipulation",
        "authoritarian-control",
        "geopolitical-tension",
        "two-blocs",
    },
    "advice": {"bio-classifiers", "new-global-governance", "transparency-rules"},
}

PARTS = ("core claim", "background", "argument", "exchange", "blind spots", "differences")
CHINESE = re.compile("[\u3000-\u9fff\uff00-\uffef]")
GUESS = "My picture for that, if you made me guess, is one to two years, maybe one to three years"


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


def quotations(page: str) -> dict[str, tuple[str, str]]:
    """Return each quotation of the table in a page, with its place and its speaker."""
    table = re.findall(r"^\| (.+?) \| (.+?) \| (.+) \|$", page, flags=re.MULTILINE)
    return {quoted: (place, speaker) for place, speaker, quoted in table[1:]}


def places(locator: str) -> set[str]:
    """Return the places in the summary that a locator names: a part of a module, or a section."""
    named: set[str] = set()
    for chunk in re.split(r"(?=(?:module|section) \d)", locator):
        if start := re.match(r"(?:module|section) \d", chunk):
            inside = {f"{start[0]}, {part}" for part in PARTS if part in chunk}
            named |= inside or {start[0]}
    return named


def locator_of(identity: str) -> str:
    """Return the locator of a record, in one line."""
    source = RECORDS[identity].source
    return "" if source is None else " ".join((source.locator or "").split())


def words_of(identity: str) -> list[str]:
    """Return what a record quotes, part by part."""
    texts = [forecast.words for forecast in RECORDS[identity].forecasts if forecast.words]
    return [part for text in texts for part in " ".join(text.split()).split(" / ")]


def paraphrases_of(identity: str) -> list[str]:
    """Return what a record reports without quoting."""
    forecasts = RECORDS[identity].forecasts
    return [forecast.paraphrase for forecast in forecasts if forecast.paraphrase]


SHEET = (Path(__file__).parent / "data/interview/quotations.md").read_text(encoding="utf-8")
QUOTATIONS = quotations(SHEET)
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
    (form,) = values_of(forecast)
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
        if values_of(forecast)
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


def test_claims_without_a_day_are_given_none_and_somebody_looks_at_them_again() -> None:
    assert {each.id for each in RECORDS.values() if not each.deadline} == {*REVIEWS}
    assert {each.id: each.review for each in RECORDS.values() if each.review} == REVIEWS
    for identity, day in REVIEWS.items():
        note = RECORDS[identity].note or ""
        assert f"the record is looked at again on {day}" in note
        assert "waits for a judge" not in note


@pytest.mark.parametrize("mood", MOODS)
def test_hopes_worries_and_advice_are_tagged_named_in_the_note_and_have_no_number(
    mood: str,
) -> None:
    assert {each.id for each in RECORDS.values() if mood in each.tags} == MOODS[mood]
    assert {
        each.id for each in RECORDS.values() if re.search(rf"\b{mood}\b", (each.note or "").lower())
    } == MOODS[mood]
    assert [name for name in MOODS[mood] if name in FIGURES] == []


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


def test_what_was_only_conceded_is_no_forecast() -> None:
    record = RECORDS["full-commodity"]
    assert [forecast.by for forecast in record.forecasts] == ["Dwarkesh Patel"]
    assert "a concession and no forecast" in (record.note or "")


def test_the_guess_at_the_country_of_geniuses_stands_in_both_records_that_rest_on_it() -> None:
    for identity in ("geniuses", "clips-on-the-job"):
        part = next(part for part in words_of(identity) if part.endswith(GUESS))
        assert "when we have the ‘country of geniuses in a data center’" in part
    wanted = {"module 1, core claim", "module 2, core claim", "module 4, exchange"}
    assert wanted <= places(locator_of("geniuses"))
    assert RECORDS["clips-on-the-job"].family == "geniuses"


def test_what_holds_only_if_growth_goes_on_has_that_as_its_condition() -> None:
    condition = RECORDS["revenue-10x"].condition
    assert condition is not None
    assert "tenfold once more" in (condition.text or "")
    assert "module 3, core claim" in places(locator_of("revenue-10x"))
    assert "(condition_false)" in (RECORDS["revenue-10x"].criteria or "")


def test_the_speed_of_spreading_is_located_where_the_summary_compares_it() -> None:
    assert {"module 3, background", "section 3"} == places(locator_of("diffusion-fastest-yet"))


@pytest.mark.parametrize("identity", ["ai-bioterrorism", "ai-cyberattacks", "ai-manipulation"])
def test_what_comes_from_an_essay_says_so(identity: str) -> None:
    assert "on his essay The Adolescence of Technology" in locator_of(identity)
    note = RECORDS[identity].note or ""
    assert "the source is the essay, known here only through the summary" in note


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
        assert forecast.words or forecast.paraphrase


@pytest.mark.parametrize("identity", RECORDS)
def test_what_a_record_quotes_was_said_in_a_place_that_its_locator_names(identity: str) -> None:
    speakers = {forecast.by for forecast in RECORDS[identity].forecasts}
    for part in words_of(identity):
        place, speaker = QUOTATIONS[part]
        assert place in places(locator_of(identity))
        assert speaker in speakers


def test_the_sheet_of_quotations_is_short_has_its_source_and_holds_nothing_else() -> None:
    used = {part for identity in RECORDS for part in words_of(identity)}
    assert used == {*QUOTATIONS}
    assert {quoted for quoted in QUOTATIONS if len(quoted.split()) > 60} == set()
    head = " ".join(SHEET.split("| place |")[0].split())
    for wanted in ("We are near the end of the exponential", "2026-02-13", "n1E9IZfvGMA"):
        assert wanted in head
    assert "Terms: short quotations" in head


def test_chinese_is_a_paraphrase_and_stands_nowhere_else() -> None:
    quoted = [part for identity in RECORDS for part in words_of(identity)]
    assert [part for part in quoted if CHINESE.search(part)] == []
    for record in RECORDS.values():
        reported = paraphrases_of(record.id)
        assert [text for text in reported if not CHINESE.search(text)] == []
        assert {text for text in reported if text in quoted} == set()
        text = (ROOT / record.path).read_text(encoding="utf-8")
        lines = [line for line in text.split("\n") if CHINESE.search(line)]
        assert [line for line in lines if not line.startswith("    paraphrase: ")] == []
        assert len(lines) == len(reported)


@pytest.mark.parametrize("identity", RECORDS)
def test_a_note_on_a_paraphrase_says_what_it_means(identity: str) -> None:
    note = RECORDS[identity].note or ""
    assert bool(paraphrases_of(identity)) == ("paraphrase" in note)
    assert "words mean" not in note


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


def test_what_has_no_deadline_is_still_open_when_its_day_to_look_again_has_passed() -> None:
    unresolved = {name: replace(each, outcome=None) for name, each in RECORDS.items()}
    rows_later = known(unresolved, date(2028, 3, 1)).rows
    assert {row.status for row in rows_later if row.id in REVIEWS} == {"open"}


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
    forms = {form for each in shown for forecast in each.forecasts for form in values_of(forecast)}
    assert forms == {*VALUES}


def test_the_examples_show_what_else_a_record_may_hold(tmp_path: Path) -> None:
    for number, example in enumerate(EXAMPLES):
        (tmp_path / f"example-{number}.yaml").write_text(example, encoding="utf-8")
    shown = folder.load(str(tmp_path)).predictions.values()
    forecasts = [forecast for each in shown for forecast in each.forecasts]
    outcomes = [each.outcome for each in shown if each.outcome]
    assert any(isinstance(forecast.made, Month) for forecast in forecasts)
    assert any(forecast.paraphrase and forecast.recorded for forecast in forecasts)
    assert {"over 50%", "60%..70%"} <= {forecast.probability for forecast in forecasts}
    assert any(each.review for each in shown)
    assert any(each.rest and each.options_added for each in shown)
    assert any(each.source and each.source.archived and each.source.extra for each in shown)
    assert any(proof.archived for outcome in outcomes for proof in outcome.evidence)
    assert any(outcome.judgements for outcome in outcomes)


def test_the_examples_are_foresight_and_lead_somewhere(tmp_path: Path) -> None:
    for number, example in enumerate(EXAMPLES):
        (tmp_path / f"example-{number}.yaml").write_text(example, encoding="utf-8")
    readings: list[Reading] = []
    examples = folder.load(str(tmp_path), seen=readings.append)
    assert [str(problem) for problem in check.problems(examples, readings)] == []


def test_the_page_of_a_new_folder_says_the_same_but_for_the_records_that_lie_here() -> None:
    page = resources.files("predtrack.store.starter").joinpath("README.md").read_text("utf-8")
    assert f"{page}\n## Where the records" == PAGE[: len(page) + len("\n## Where the records")]


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
    assert {*expected(Evidence)} == meaning_of("evidence", "How it ended")
    ended = keys_of("How it ended")
    assert {*expected(Judgement)} <= {*ended}


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
    words = {word for word, _ in rows(SECTIONS["Glossary"])}
    assert {*STATUSES} <= words
    assert {"hindsight", "paraphrase", "review"} <= words


def test_the_records_named_on_the_page_exist() -> None:
    origins = SECTIONS["Where the records about AI come from"]
    named = {each for each in marked(origins) if re.fullmatch(r"[a-z]+(-[a-z]+)+", each)}
    assert named
    assert named <= {*RECORDS}

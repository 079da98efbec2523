"""Whatever a record may hold is shown, and goes through JSON and back: no field is forgotten."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from io import BytesIO, StringIO
from typing import Any

import pytest
from rich.console import Console

from drawn import drawn
from predtrack.importers import Imported
from predtrack.importers import json as importer
from predtrack.records import life
from predtrack.records.prediction import (
    VALUES,
    Condition,
    Evidence,
    Forecast,
    Interval,
    Judgement,
    Outcome,
    Prediction,
    Range,
    Reference,
    Source,
)
from predtrack.reports import sampling, scores
from predtrack.reports.rows import row
from predtrack.store.incoming import incoming
from predtrack.views import json as view
from predtrack.views import page

DAY = date(2030, 1, 1)


def returned(prediction: Prediction) -> Prediction:
    """The prediction after an export as JSON and an import of it."""
    text = "".join(view.export(DAY, [replace(prediction, id="p", path="p.yaml")]))
    (record,) = importer.imported(BytesIO(text.encode()), "export.json")
    assert isinstance(record, Imported)
    reading = incoming(record.id, record.record)
    assert reading.problems == ()
    assert reading.prediction is not None
    return reading.prediction


@pytest.mark.parametrize("start", range(4))
def test_everything_goes_through_json_and_comes_back_equal(start: int) -> None:
    for seed in range(start, 800, 4):
        prediction = drawn(seed)
        assert returned(prediction) == replace(prediction, id="p", path="p"), seed


SOURCE = Source(
    title="TITLE",
    url="https://example.org/url",
    published=date(2001, 1, 1),
    locator="LOCATOR",
    reading="secondary",
    archived="https://example.org/archived",
)
FORECAST = Forecast(
    by="BY",
    made=date(2002, 1, 1),
    words="WORDS",
    paraphrase="PARAPHRASE",
    recorded=date(2002, 1, 2),
    origin="disputed",
    rationale="RATIONALE",
    source=replace(SOURCE, title="ITS OWN"),
    withdrawn=date(2002, 1, 3),
    probability=0.123,
)
FULL = Prediction(
    claim="CLAIM",
    kind="choice",
    criteria="CRITERIA",
    options=("RED", "GREEN"),
    options_added=(("GREEN", date(2001, 2, 2)),),
    rest="RED",
    ordered=True,
    unit="UNIT",
    scale="log",
    range=Range(low=0.25, high=77.5, open_low=True, open_high=True),
    opened=date(2001, 3, 1),
    closed=date(2002, 3, 2),
    scheduled_close=date(2002, 3, 3),
    deadline=date(2002, 4, 1),
    deadline_origin="assumed",
    review=date(2002, 4, 2),
    earliest=date(2002, 4, 3),
    tags=("TAG",),
    family="FAMILY",
    condition=Condition(text="CONDITION", prediction="parent-id", is_="no"),
    supersedes="older-id",
    source=SOURCE,
    reference=Reference(probability=0.321, note="REFERENCE"),
    outcome=Outcome(
        answer="GREEN",
        decided=date(2002, 5, 1),
        recorded=date(2002, 5, 2),
        judge="JUDGE",
        evidence=(Evidence(url="https://example.org/seen", archived="https://example.org/copy"),),
        note="OUTCOME NOTE",
        judgements=(
            Judgement(
                answer="RED",
                judge="OTHER JUDGE",
                recorded=date(2002, 5, 3),
                evidence=(Evidence(url="https://example.org/other"),),
                note="JUDGEMENT NOTE",
            ),
        ),
    ),
    forecasts=(replace(FORECAST, probability=None, probabilities=(("RED", 0.4), ("GREEN", 0.6))),),
    note="NOTE",
)
NOT_SHOWN = {
    "extra": "keys of the user's own, never read",
    "scale": "how a score is computed",
    "range": "what a platform asked for",
    "open_low": "the same",
    "open_high": "the same",
    "opened": "what a platform's own scores go by",
    "closed": "the same",
    "scheduled_close": "the same",
    "options_added": "shown beside the option",
    "forecasts": "shown one by one",
    "reason": "of void ones alone",
}


def texts(value: Any) -> list[str]:
    """What of a value a person would look for on the page."""
    if isinstance(value, tuple):
        return [text for each in value for text in texts(each)]
    if hasattr(value, "__dataclass_fields__"):
        names = [each.name for each in fields(value) if each.name not in NOT_SHOWN]
        return [text for name in names for text in texts(getattr(value, name))]
    if isinstance(value, float):
        return [f"{100 * value:g}%"]
    return [] if value in (None, True, False) else [str(value)]


def shown(prediction: Prediction) -> str:
    asked = sampling.sampling(DAY)
    then = life.known(prediction, DAY)
    stated = sampling.stated_chances(then, {}, asked)
    scored = scores.scores(then, {}, asked)
    console = Console(file=StringIO(), width=200, highlight=False, markup=False)
    console.print(page.page(row(prediction, {}, DAY), then, stated, scored))
    out = console.file
    assert isinstance(out, StringIO)
    return out.getvalue()


def test_every_field_of_a_record_is_on_its_page() -> None:
    seen = shown(replace(FULL, id="the-id", path="the-id.yaml"))
    every = [name.name for name in fields(Prediction) if name.name not in NOT_SHOWN]
    for name in every:
        for text in texts(getattr(FULL, name)):
            assert text in seen, (name, text)
    for each in fields(Forecast):
        if each.name not in {*VALUES, *NOT_SHOWN}:
            for text in texts(getattr(FULL.forecasts[0], each.name)):
                assert text in seen, (each.name, text)
    assert "added 2001-02-02" in seen
    assert "40%" in seen
    assert '"WORDS"' in seen
    assert '"PARAPHRASE"' not in seen


def test_the_full_record_leaves_no_field_out() -> None:
    empty = {"id", "path", "extra"}
    for record in (FULL, FULL.forecasts[0], FULL.outcome, FULL.condition, SOURCE):
        for each in fields(record):  # type: ignore[arg-type]
            if each.name not in {*empty, *VALUES, "reason"}:
                assert getattr(record, each.name) not in (None, (), ""), each.name


def test_a_paraphrase_alone_has_no_quotation_marks_anywhere() -> None:
    spoken = replace(FORECAST, probability=None, words=None)
    prediction = replace(
        FULL,
        **{"kind": "binary", "options": (), "options_added": (), "rest": None, "outcome": None},  # type: ignore[arg-type]
        forecasts=(spoken,),
    )
    seen = shown(replace(prediction, id="the-id", path="the-id.yaml"))
    assert "reported: PARAPHRASE" in seen
    assert '"PARAPHRASE' not in seen
    assert row(prediction, {}, date(2002, 1, 1)).texts[1] == "reported: PARAPHRASE"


def test_an_interval_keeps_its_own_keys_in_json() -> None:
    interval = Interval(low=1, extra=(("x-mine", ["a", (("b", "c"),)]),))
    assert view.keys(interval) == {"low": 1, "x-mine": ["a", {"b": "c"}]}

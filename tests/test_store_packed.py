"""A record that was packed comes back equal, whatever it holds."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random

import pytest

from build import binary, built, said
from drawn import drawn
from faults import generated
from predtrack.records.prediction import Forecast, Interval, Prediction, Range, Reference, Source
from predtrack.store import folder
from predtrack.store.packed import packed, unpacked
from predtrack.store.reading import read

INSTANT = datetime(2025, 3, 14, 22, 12, 7, 500, UTC)
DAY = date(2027, 3, 1)
EVERYTHING = [
    binary("very likely", 0.25, note="a\tb\nc \\ d\u2028e"),
    built("choice", said(probabilities=(("2027-03-01", 0.5), ("B", 0.5))), answer="2027-03-01"),
    built("date", said(cdf=((DAY, 0.1), (date(2030, 1, 1), "likely"))), answer=DAY),
    built("numeric", said(cdf=((8, 0.1), (12.5, 0.9))), answer=10**300, unit='"'),
    built("numeric", said(quantiles=((0.1, -1), (0.9, 1e-300)), withdrawn=INSTANT)),
    built("numeric", said(interval=Interval(high=5), source=Source(published=DAY)), answer="below"),
    built("numeric", said(point=0, made=INSTANT), range=Range(low=0, high=1.5, open_low=True)),
    binary(0.5, reference=Reference(probability=0.3, note="n"), opened=INSTANT, ordered=True),
]
EVERYTHING[-1] = replace(
    EVERYTHING[-1],
    extra=(("x-a", "t"), ("x-b", ["1", [], (("k", "v"),)]), ("x-c", (("k", ["v"]),)), ("x-d", ())),
)


def returned(prediction: Prediction) -> Prediction:
    return unpacked(packed(prediction), prediction.id, prediction.path)


@pytest.mark.parametrize("prediction", EVERYTHING, ids=range(len(EVERYTHING)))
def test_what_was_packed_comes_back_equal_down_to_its_types(prediction: Prediction) -> None:
    assert repr(returned(prediction)) == repr(prediction)


def test_a_packed_record_is_one_line() -> None:
    assert not any("\n" in packed(each) or "\t" in packed(each) for each in EVERYTHING)


def test_generated_records_come_back_equal() -> None:
    random = Random(7)
    for _ in range(500):
        prediction = read(generated.made(random).data, "a.yaml", "a").prediction
        assert prediction is not None
        assert repr(returned(prediction)) == repr(prediction)


def test_everything_that_a_record_may_hold_comes_back_equal() -> None:
    for seed in range(600):
        assert repr(returned(drawn(seed))) == repr(drawn(seed))


def test_the_records_of_the_project_come_back_equal() -> None:
    root = Path(__file__).parent.parent / "predictions"
    found = folder.load(str(root)).predictions
    assert len(found) > 50
    assert all(repr(returned(each)) == repr(each) for each in found.values())


@pytest.mark.parametrize("prediction", EVERYTHING, ids=range(len(EVERYTHING)))
def test_what_comes_back_is_as_locked_as_what_was_packed(prediction: Prediction) -> None:
    found = returned(prediction)
    with pytest.raises(FrozenInstanceError):
        found.claim = "other"  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        found.forecasts[0].by = "other"  # type: ignore[misc]
    assert (type(found), type(found.forecasts[0])) == (Prediction, Forecast)
    assert replace(found, extra=()) == replace(prediction, extra=())

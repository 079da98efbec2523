"""What holds for every format in every zone: ids, instants and what a second import adds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from downloads import real
from importing import MAP, ZONES, at_home, expected, exported, prediction, source, taken
from predtrack.importers import Imported
from predtrack.importers.zones import OffsetsOf
from predtrack.records.later import after, later, own_instants
from predtrack.records.prediction import Prediction

FORMS = {
    "csv": "csv",
    "fatebook": "fatebook",
    "fatebook-api": "fatebook",
    "forecast": "forecast",
    "forecastbench": "forecastbench",
    "manifold": "manifold",
    "metaculus": "metaculus",
    "predictionbook": "predictionbook",
    "predictionbook-csv": "predictionbook",
}
"""The exports that tests have, with their formats."""
OWN_CLOCK = {"csv", "forecast"}  # times without a zone are other instants in another zone

any_zone = st.sampled_from([UTC, *map(ZoneInfo, ZONES)])


def records(export: str, zone: tzinfo | None) -> dict[str, Imported]:
    """Return the records of an export in a zone, by their ids."""
    sources = [source(real())] if export == "metaculus" else exported(export)
    return taken(FORMS[export], sources, MAP if export == "csv" else {}, zone)[0]


@cache
def predictions(export: str, zone: tzinfo) -> dict[str, Prediction]:
    """Return the predictions of an export in a zone, by their ids."""
    return {own: prediction(each) for own, each in records(export, zone).items()}


def instants(whole: Prediction) -> list[object]:
    """Return who forecast what when; a day is nobody's instant."""
    moments = [(each.by, each.made) for each in whole.forecasts if isinstance(each.made, datetime)]
    return [moments, whole.opened, whole.closed, whole.scheduled_close]


@pytest.mark.parametrize("export", FORMS)
def test_records_go_by_the_zone_and_not_by_where_the_computer_stands(export: str) -> None:
    for zone in (UTC, ZoneInfo("Asia/Tokyo"), ZoneInfo("America/Los_Angeles")):
        there = []
        for name in ZONES:
            with at_home(name):
                there.append(records(export, zone))
        assert all(each == records(export, zone) for each in there)


@pytest.mark.parametrize("export", FORMS)
def test_without_a_zone_it_is_where_the_computer_stands(export: str) -> None:
    for name in ZONES:
        with at_home(name):
            assert records(export, None) == records(export, ZoneInfo(name))


@pytest.mark.parametrize("export", [each for each in FORMS if each != "metaculus"])
@pytest.mark.parametrize("zone", ZONES)
def test_ids_are_those_of_the_first_release_in_every_zone(export: str, zone: str) -> None:
    assert list(predictions(export, ZoneInfo(zone))) == list(predictions(export, UTC))
    assert set(predictions(export, UTC)) == set(expected(export))


@pytest.mark.parametrize("export", [each for each in FORMS if each not in OWN_CLOCK])
@pytest.mark.parametrize("zone", ZONES)
def test_instants_are_the_same_in_every_zone(export: str, zone: str) -> None:
    there, in_utc = predictions(export, ZoneInfo(zone)), predictions(export, UTC)
    for own, each in there.items():
        assert instants(each) == instants(in_utc[own])
        for forecast in each.forecasts:
            if isinstance(forecast.made, datetime):
                local = forecast.made.astimezone(ZoneInfo(zone))
                assert forecast.made.utcoffset() == local.utcoffset()


@given(st.sampled_from([*FORMS]), any_zone, any_zone)
def test_a_second_import_in_another_zone_adds_nothing(
    export: str, first: tzinfo, second: tzinfo
) -> None:
    again = predictions(export, second)
    for own, here in predictions(export, first).items():
        added = later(here, again[own])
        assert (added.steps, added.differs) == ((), ()), own
        assert first != second or not added.is_of_other_zone


@given(st.sampled_from([*FORMS]), any_zone, any_zone)
def test_a_record_can_be_read_again_in_another_zone(
    export: str, first: tzinfo, second: tzinfo
) -> None:
    there = records(export, second)
    for own, each in records(export, first).items():
        assert each.in_zone is not None
        again = each.in_zone(second)
        assert again is not None
        assert (again.id, again.record) == (own, there[own].record)


any_offset = st.integers(-12 * 4, 14 * 4).map(lambda k: timezone(timedelta(minutes=15 * k)))


@settings(max_examples=40)
@given(st.sampled_from([*FORMS]), any_offset, any_offset)
def test_what_is_new_has_the_days_and_times_of_the_record(
    export: str, first: tzinfo, second: tzinfo
) -> None:
    there = records(export, second)
    for own, whole in ((own, prediction(each)) for own, each in records(export, first).items()):
        here = replace(whole, outcome=None, forecasts=whole.forecasts[:1])
        moved = prediction(there[own])
        if not later(here, moved).is_of_other_zone:
            continue
        again = there[own].in_zone(OffsetsOf(own_instants(here, moved)))
        assert again is not None
        added = later(here, prediction(again), is_moved=True)
        assert after(here, added.steps) == whole
        assert (added.differs, added.is_of_other_zone) == ((), True)

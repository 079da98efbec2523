"""The tables of verbal probabilities."""

from __future__ import annotations

import pytest

from predtrack import phrases


@pytest.mark.parametrize("table", phrases.TABLES)
def test_every_entry_of_every_table_rises_within_0_and_1(table: str) -> None:
    found = [phrases.meaning(phrase, table) for phrase in phrases.every_phrase()]
    entries = [entry for entry in found if entry is not None]
    assert entries
    for lower, middle, upper in entries:
        assert 0 <= lower <= middle <= upper <= 1


def test_a_scale_is_cut_into_quarters_and_a_survey_says_its_own() -> None:
    assert phrases.meaning("likely", "icd-203") == (0.6125, 0.675, 0.7375)
    assert phrases.meaning("likely", "capphrase-2026") == (0.67, 0.75, 0.80)


def test_a_phrase_of_another_table_means_nothing_here() -> None:
    assert phrases.known("realistic possibility")
    assert phrases.meaning("realistic possibility", "icd-203") is None
    assert phrases.meaning("very likely", "capphrase-2026") is None


def test_what_is_in_no_table_is_not_known() -> None:
    assert not phrases.known("as god wills")
    assert not phrases.known("Likely")


def test_the_default_table_is_one_of_the_tables() -> None:
    assert phrases.DEFAULT_TABLE in phrases.TABLES


def test_every_phrase_stands_once_in_lower_case_and_is_known() -> None:
    listed = phrases.every_phrase()
    assert listed == sorted(set(listed))
    for phrase in listed:
        assert phrases.known(phrase)
        assert phrase == phrase.lower()


@pytest.mark.parametrize("table", phrases.TABLES)
@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("60%..70%", (0.625, 0.65, 0.675)),
        ("0.6..0.7", (0.625, 0.65, 0.675)),
        ("over 50%", (0.625, 0.75, 0.875)),
        ("under 5%", (0.0125, 0.025, 0.0375)),
        ("over 0%", (0.25, 0.5, 0.75)),
    ],
)
def test_a_range_of_probability_brings_its_own_ends(
    phrase: str, expected: tuple[float, float, float], table: str
) -> None:
    assert phrases.meaning(phrase, table) == expected
    assert not phrases.known(phrase)
    assert phrases.ends(phrase) is not None


def test_a_phrase_is_no_range() -> None:
    assert [phrases.ends(phrase) for phrase in phrases.every_phrase()] == [
        None for _ in phrases.every_phrase()
    ]

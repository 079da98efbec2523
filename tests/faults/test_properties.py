"""What must hold for whatever a file holds: read with a place, changed and restored to the byte."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faults import generated
from faults.checks import restored, well_read
from predtrack.store.reading import read


@given(st.randoms(use_true_random=False))
@settings(max_examples=300)
def test_an_outcome_goes_in_and_out_of_a_sound_record_and_leaves_every_byte(random):
    assert restored(generated.made(random)) in {"restored", "refused"}


@given(st.randoms(use_true_random=False))
@settings(max_examples=300)
def test_a_record_after_a_mishap_is_a_prediction_or_problems_with_a_place(random):
    well_read(generated.torn(random, generated.made(random).data))


@given(st.binary(max_size=300))
@settings(max_examples=300)
def test_any_bytes_are_a_prediction_or_problems_with_a_place(data):
    well_read(data)


@given(st.text("ab:-#\"'[]{}|>&*!%@?,~\n\r\t <=>0123456789\u2028\ufeff\x85", max_size=80))
@settings(max_examples=300)
def test_any_signs_that_yaml_knows_are_a_prediction_or_problems_with_a_place(text):
    well_read(text.encode())


def test_the_records_that_are_generated_are_of_every_kind_and_style():
    random = Random(4)
    made = [generated.made(random) for _ in range(300)]
    kinds = {generated.sound(each.data)[1].kind for each in made}
    assert kinds == set(generated.KINDS)
    texts = [each.data for each in made]
    assert all(any(sign in text for text in texts) for sign in (b"\r\n", b"\xef\xbb\xbf", b"---"))
    assert any(b"\r" in text and b"\n" not in text for text in texts)
    ends = [restored(each) for each in made]
    assert set(ends) == {"restored", "refused"}
    assert ends.count("restored") > 250


@pytest.mark.parametrize("seed", range(5))
def test_most_mishaps_are_found_out(seed):
    random = Random(seed)
    torn = [generated.torn(random, generated.made(random).data) for _ in range(40)]
    assert sum(bool(read(data, "rain.yaml", "rain").problems) for data in torn) > 20

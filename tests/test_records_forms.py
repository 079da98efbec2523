"""How each field is written: text -> an exact value, or a refusal with a remedy."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from predtrack.errors import Misread
from predtrack.records import forms


def refused(form: forms.Form, text: str, kind: str = "") -> Misread:
    with pytest.raises(Misread) as caught:
        form.read(text, kind)
    assert caught.value.remedy
    return caught.value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("+12", 12),
        ("-12", -12),
        ("010", 10),
        ("12.", 12.0),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("1e-3", 0.001),
        ("1E+00002", 100.0),
        ("1e-99999", 0.0),
        ("0" * 500 + "7", 7),
    ],
)
def test_a_number_is_what_it_is_written_as(text: str, value: float) -> None:
    assert forms.number(text) == value
    assert isinstance(forms.number(text), type(value)) or len(text) > 400


@given(st.floats(allow_nan=False, min_value=-1e300, max_value=1e300))
def test_every_float_reads_back_as_itself(value: float) -> None:
    assert forms.number(f"{value}") == value


@given(st.integers(-(10**300), 10**300))
def test_every_whole_number_reads_back_as_itself(value: int) -> None:
    assert forms.number(f"{value}") == value


@pytest.mark.parametrize("text", ["1e301", "-1e301", "9" * 301, "9" * 9000, "1e999999999999"])
def test_a_number_beyond_all_use_is_refused(text: str) -> None:
    assert "too large" in refused(forms.NUMBER, text).message


@pytest.mark.parametrize(
    "text",
    ["1:30", "yes", ".", "e5", "1e", "0x10", ".inf", ".nan", "nan", "1_000", "１２", "", "5 "],
)
def test_what_is_no_number_is_never_guessed_at(text: str) -> None:
    assert refused(forms.NUMBER, text).code == "number"


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("1,250", "write it without separators: 1250"),
        ("1_000.5", "write it without separators: 1000.5"),
        ("1 000 000", "write it without separators: 1000000"),
        ("12,5", "write it with a point: 12.5"),
        ("-0,1234", "write it with a point: -0.1234"),
        ("12%", "leave the % out, or put it in `unit`"),
        ("a dozen", "write digits such as 12, 12.5 or 1e9, and put words in `words`"),
        ("1," * 100 + "0", "write digits such as 12, 12.5 or 1e9, and put words in `words`"),
    ],
)
def test_the_remedy_for_a_number_writes_it_out(text: str, remedy: str) -> None:
    assert refused(forms.NUMBER, text).remedy == remedy


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("90%", 0.9),
        ("12.4%", 0.124),
        ("0.9", 0.9),
        (".9", 0.9),
        ("9e-1", 0.9),
        ("9e1%", 0.9),
        ("+5%", 0.05),
        ("0", 0.0),
        ("-0%", 0.0),
        ("1", 1.0),
        ("100%", 1.0),
        ("1%", 0.01),
        ("1e-999999999999", 0.0),
        ("1e-00000000001", 0.1),
    ],
)
def test_a_probability_is_a_share_or_a_percentage_with_its_sign(text: str, value: float) -> None:
    assert forms.probability(text) == value
    assert forms.phrased(text) == value


@given(st.integers(0, 1000))
def test_a_percentage_is_the_float_nearest_to_its_share(thousandths: int) -> None:
    text = f"{thousandths // 10}.{thousandths % 10}%"
    assert forms.probability(text) == thousandths / 1000


@pytest.mark.parametrize("percent", range(101))
def test_a_whole_percentage_is_the_share_that_it_is_with_a_point(percent: int) -> None:
    assert forms.probability(f"{percent}%") == forms.probability(f"{percent}.0%")
    assert forms.probability(f"{percent}%") == float(Fraction(percent, 100))


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("90", "write 90% or 0.9"),
        ("1.5", "write 1.5% or 0.015"),
        ("101", "write 0% to 100%"),
        ("101%", "write 0% to 100%"),
        ("-1%", "write 0% to 100%"),
        ("1e999999999999", "write 0% to 100%"),
        ("1:20", "write 4.76% and keep 1:20 in `words`"),
        ("20 to 1", "write 95.2% and keep 20 to 1 in `words`"),
        ("1/4", "write 25% and keep 1/4 in `words`"),
        ("3 in 4", "write 75% and keep 3 in 4 in `words`"),
        ("4/3", "write 90% or 0.9"),
        ("0:0", "write 90% or 0.9"),
        ("0/0", "write 90% or 0.9"),
        ("90 %", "write 90% or 0.9"),
        ("9" * 400 + ":1", "write 90% or 0.9"),
    ],
)
def test_the_remedy_for_a_probability_writes_it_out(text: str, remedy: str) -> None:
    for form in (forms.PROBABILITY, forms.PHRASED):
        error = refused(form, text)
        assert error.remedy == remedy
        assert len(error.message) < 120


def test_a_phrase_is_kept_in_lower_case_with_single_blanks() -> None:
    assert forms.phrased("Very  Likely") == "very likely"


@pytest.mark.parametrize("text", ["yes", "no", "true", "as god wills", "90 percent", "a" * 500])
def test_what_is_neither_number_nor_phrase_goes_under_words(text: str) -> None:
    error = refused(forms.PHRASED, text)
    assert text[:1] == "9" or "put it under `words`" in error.remedy


def test_a_phrase_may_stand_in_the_cdf_of_a_date_and_of_no_number() -> None:
    assert forms.POINT.read("likely", "date") == "likely"
    assert refused(forms.POINT, "likely", "numeric").code == "probability"


@pytest.mark.parametrize("text", ["0", "0%", "1", "100%"])
def test_a_level_is_strictly_between_0_and_1(text: str) -> None:
    assert forms.level("80%") == 0.8
    assert "says nothing" in refused(forms.LEVEL, text).message


def test_the_place_in_a_cdf_is_a_day_or_a_number_by_kind() -> None:
    assert forms.threshold("2029-02-13", "date") == date(2029, 2, 13)
    assert forms.threshold("12", "numeric") == 12
    assert forms.threshold("12 or so", "") == "12 or so"


@pytest.mark.parametrize("text", ["yes", "True", "1", ""])
def test_a_flag_is_true_or_false_and_no_other_word(text: str) -> None:
    assert forms.flag("true") is True
    assert forms.flag("false") is False
    assert refused(forms.FLAG, text).remedy == "write true or false"


def test_a_text_is_kept_as_written_but_for_white_space_around_it() -> None:
    assert forms.text_of(" no\nway \n") == "no\nway"
    assert refused(forms.TEXT, " \n").code == "empty"


def test_the_words_of_a_forecast_are_at_most_60() -> None:
    assert forms.spoken("a " * 60) == ("a " * 60).strip()
    assert "61 words" in refused(forms.WORDS, "a " * 61).message


@pytest.mark.parametrize("text", [f"a{sign}b" for sign in "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"])
def test_a_label_has_one_line(text: str) -> None:
    assert forms.label(" Ada ") == "Ada"
    assert refused(forms.LABEL, text).code == "value"


@pytest.mark.parametrize(
    "text", ["a", "0", "rain-2027", "a.b_c-d", "x" * 80, "console", "com", "a.con"]
)
def test_an_id_is_what_every_file_system_can_hold(text: str) -> None:
    assert forms.prediction_id(text) == text


@pytest.mark.parametrize(
    "text",
    [
        *("", ".", "..", "../x", "/etc/x", "a/b", "a\\b", "a\0b", "a\nb", "a\n", "-a", ".a", "_a"),
        *(
            "A",
            "é",
            "x" * 81,
            "a b",
            "con",
            "nul",
            "aux.txt",
            "com1",
            "lpt9.x.y",
            "prn.",
            "a.",
            "١",
        ),
    ],
)
def test_what_some_file_system_cannot_hold_is_no_id(text: str) -> None:
    error = refused(forms.LINK, text)
    assert error.code == "id"
    assert "\n" not in error.message


def test_a_word_of_a_few_is_offered_where_it_is_near() -> None:
    form = forms.one_of("primary", "secondary")
    assert form.read("primary", "") == "primary"
    assert refused(form, "primry").remedy == 'did you mean "primary"? it is primary or secondary'
    assert refused(form, "x").remedy == "write primary or secondary"


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("binary", "yes", "yes"),
        ("binary", "no", "no"),
        ("binary", "0.3", 0.3),
        ("binary", "30%", 0.3),
        ("binary", "1", "yes"),
        ("binary", "0", "no"),
        ("choice", "no", "no"),
        ("choice", "Ada", "Ada"),
        ("choice", "2026-01-01", "2026-01-01"),
        ("numeric", "12", 12),
        ("numeric", "-1.5e3", -1500.0),
        ("numeric", "below", "below"),
        ("numeric", "above", "above"),
        ("date", "2027-03-01", date(2027, 3, 1)),
        ("date", "no", "no"),
        ("", "anything", "anything"),
    ],
)
def test_an_answer_is_read_by_kind(kind: str, text: str, value: object) -> None:
    assert forms.answer(text, kind) == value
    assert forms.answer("void", kind) == "void"


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("binary", "true"),
        ("binary", "Yes"),
        ("binary", "90"),
        ("binary", "likely"),
        ("binary", "2027-01-01"),
        ("choice", ""),
        ("numeric", "yes"),
        ("numeric", "no"),
        ("numeric", "12%"),
        ("numeric", "1,250"),
        ("date", "yes"),
        ("date", "2027"),
        ("date", "2027-02-30"),
        ("date", "3000-01-01"),
        ("date", "2027-01-01T10:00Z"),
    ],
)
def test_an_answer_of_another_kind_is_refused(kind: str, text: str) -> None:
    assert refused(forms.ANSWER, text, kind).code in {"answer", "empty"}


def test_days_and_moments_are_read_as_the_dates_room_reads_them() -> None:
    assert forms.DAY.read("2027-03-01", "") == date(2027, 3, 1)
    assert isinstance(forms.MOMENT.read("2027-03-01T10:00Z", ""), datetime)


@pytest.mark.parametrize("kind", ["binary", "numeric", "date"])
@pytest.mark.parametrize(
    "text", ["\ud800", "\0", "1e" + "9" * 5000, "9" * 5000, "1" + "0" * 5000 + "%", "٣", "²"]
)
def test_no_text_is_an_error_of_python(text: str, kind: str) -> None:
    for form in (forms.NUMBER, forms.PROBABILITY, forms.PHRASED, forms.LEVEL, forms.ANSWER):
        assert len(refused(form, text, kind).message) < 120

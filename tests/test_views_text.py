"""`views.text`: hostile text made visible whatever it is, and figures as people read them."""

from __future__ import annotations

import math
import re
import sys
import unicodedata
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from unittest import mock

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from predtrack.records.numerals import number, percent
from predtrack.views.plain import line
from predtrack.views.text import (
    _is_harmless,
    counted,
    day,
    days_left,
    document,
    figure,
    is_plain,
    p_value,
    paragraphs,
    share,
    stated,
    target,
    visible,
)

JOINERS = {"\u200c", "\u200d"}
ANY_TEXT = st.text(st.characters(exclude_categories=[]), max_size=40)  # surrogates included
INVISIBLE = "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u2028\u2029\u2800\u3164\ufeff\uffa0"


@given(ANY_TEXT)
@example("\u202e" + INVISIBLE)
@example("a\u200d\u200db")
@example("\U000e0001\U000e0041\ufe00\U000e0100")
def test_nothing_that_is_obeyed_or_unseen_is_left(text):
    shown = visible(text)
    for at, sign in enumerate(shown):
        if sign in JOINERS:  # only between two signs that may be joined
            around = shown[:at].rstrip("\ufe0f")[-1:], shown[at + 1 : at + 2]
            assert all(unicodedata.category(each)[:1] in {"L", "M", "S"} for each in around)
        else:
            assert unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"}
            assert sign not in INVISIBLE
    shown.encode()  # no lone surrogate is left, so that it can be written


@given(ANY_TEXT)
def test_what_was_made_visible_stays_as_it_is(text):
    assert visible(visible(text)) == visible(text)


PLAIN = [sign for sign in map(chr, range(sys.maxunicode + 1)) if is_plain(sign)]


def test_each_sign_that_needs_no_second_look_is_harmless_wherever_it_stands():
    assert {*" ~aßЖ–中か！≤"} <= {*PLAIN}
    assert not {*INVISIBLE, *JOINERS, "\t", "\n", "\x7f", "\u202e", "\ud800"} & {*PLAIN}
    for around in ("{}", "a{}b", "\u200d{}\u200d", "\U0001f469\ufe0f{}\ufe0f"):
        text = [around.format(sign) for sign in PLAIN]
        at = around.index("{}")
        assert [each for each in text if not _is_harmless(each, at, each[at])] == []


SOME_TEXT = (
    ANY_TEXT | st.text(st.sampled_from(PLAIN)) | st.text("aé中\t\n\u200d\u202e👩", max_size=9)
)


@given(SOME_TEXT)
def test_a_text_that_gets_no_second_look_is_shown_as_with_one(text):
    with mock.patch("predtrack.views.text.is_plain", return_value=False):
        expected = visible(text), document(text)
    assert (visible(text), document(text)) == expected
    assert not is_plain(text) or visible(text) == text


@given(st.lists(SOME_TEXT | st.none() | st.integers(), max_size=4))
def test_a_line_is_its_cells_made_visible_one_by_one(cells):
    texts = ["" if cell is None else visible(str(cell)) for cell in cells]
    assert line(cells) == "\t".join(texts)


@given(st.text(st.characters(exclude_categories=["C", "Z", "M"]), max_size=40))
def test_text_of_ordinary_signs_is_never_changed(text):
    text = "".join(sign for sign in text if sign not in INVISIBLE)
    assert visible(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "👨‍👩‍👧‍👦 family",
        "🏳️‍🌈 flag",
        "❤️‍🔥",
        "👍🏽",
        "🇩🇪",
        "1️⃣",
        "می‌خواهم",  # Persian, with a non-joiner inside of the word
        "क्‍ष श्री",
        "നന്‍മ",
        "e\u0301 n\u0303",  # combining marks
        "港まつり 한국어 ไทย עברית العربية",
        "Ünïcödé – “quotes” … €",
    ],
)
def test_the_scripts_and_emoji_of_people_stay_as_they_are(text):
    assert visible(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x00\x07\x1b\x7f\x85\x9b", "\\x00\\x07\\x1b\\x7f\\x85\\x9b"),
        ("a\nb\tc\rd", "a\\nb\\tc\\rd"),
        ("\u202e\u2066\u200b", "\\u202e\\u2066\\u200b"),
        ("\U000e0041", "\\U000e0041"),
        ("\ud800", "\\ud800"),
        ("a\u200db", "a\\u200db"),  # Latin letters are not joined
        ("\u200d🚀", "\\u200d🚀"),
        ("a\ufe0f", "a\\ufe0f"),
        ("\ufe0f", "\\ufe0f"),
        ("⭐\ufe01", "⭐\\ufe01"),
        ("\u180b", "\\u180b"),
    ],
)
def test_what_is_written_out(text, shown):
    assert visible(text) == shown


@given(st.text(max_size=200))
def test_paragraphs_are_lines_without_controls(text):
    assert all(
        "\n" not in line and not re.search(r"[\x00-\x1f]", line) for line in paragraphs(text)
    )


def test_a_line_goes_on_in_the_next_but_for_lists_indents_and_empty_lines():
    text = "One\ntwo.\n\n1. a\n2) b\n- c\n  d\n# e\n> f\n| g\nh\n"
    assert paragraphs(text) == [
        *("One two.", "", "1. a", "2) b", "- c", "  d", "# e", "> f", "| g h"),
    ]


@given(st.decimals("0", "1", places=6, allow_nan=False))
def test_a_percentage_has_the_digits_that_were_stated(p):
    shown = percent(float(p))
    assert shown.endswith("%")
    assert float(shown[:-1]) == pytest.approx(float(p) * 100, abs=1e-9)
    assert len(shown) <= 10


@given(st.floats(-1e14, 1e14))
def test_a_number_reads_back_to_ten_digits_without_separators(value):
    assert float(number(value)) == pytest.approx(value, rel=1e-9, abs=1e-300)
    assert re.fullmatch(r"-?\d+(\.\d+)?(e[+-]\d+)?", number(value))


@pytest.mark.parametrize(
    ("value", "shown"),
    [(10**400, str(10**400)), (1e15, "1e+15"), (-0.0, "0"), (12.0, "12"), (0.1 + 0.2, "0.3")],
)
def test_numbers_at_the_ends(value, shown):
    assert number(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        *[(None, "–"), (math.nan, "–"), (math.inf, "infinite"), (0.0, ".000"), (-0.0004, ".000")],
        *[(-0.25, "-.250"), (1.0, "1.000"), (10.25, "10.250"), (-10.0, "-10.000")],
    ],
)
def test_figures_have_fixed_digits_and_no_leading_zero(value, shown):
    assert figure(value) == shown


def test_the_small_words():
    assert (p_value(0.0009), p_value(0.001), p_value(1.0)) == ("p < .001", "p = .001", "p = 1.000")
    assert (share(None), share(0.995), share(0.0)) == ("–", "100%", "0%")
    assert [days_left(left) for left in (0, 729, 730, -1, -800)] == [
        *("today", "in 729 days", "in 2 years", "1 day ago", "2 years ago"),
    ]
    assert (counted(0, "row"), counted(1, "row"), counted(2, "row")) == (
        "0 rows",
        "1 row",
        "2 rows",
    )
    assert (day(None), day(date(2027, 3, 1))) == ("", "2027-03-01")


@given(st.integers(-9_999, 9_999), st.integers(0, 4))
def test_a_half_is_rounded_away_from_zero_though_its_last_bits_miss_it(count, digits):
    value = (count + 0.5) / 10**digits
    near = [value, math.nextafter(value, math.inf), math.nextafter(value, -math.inf)]
    assert len({figure(each, digits) for each in near}) == 1
    expected = (Decimal(count) + Decimal("0.5")).quantize(Decimal(1), ROUND_HALF_UP)
    assert Decimal(figure(value, digits).rstrip(".")) == expected.scaleb(-digits)


@given(st.floats(1e-300, 1 - 1e-11))
def test_a_stated_chance_is_near_what_was_stated_and_never_0_or_100(p):
    shown = float(stated(p).removesuffix("%")) / 100
    assert 0 < shown < 1
    assert shown == pytest.approx(p, rel=0.00501, abs=0)


@pytest.mark.parametrize(
    ("p", "text"),
    [
        (0.0363420836664, "3.63%"),
        (0.7999999, "80%"),
        (0.29, "29%"),
        (0.125, "12.5%"),
        (0.9999999, "99.99999%"),
        (0.9996, "99.96%"),
        (0.9994, "99.9%"),
        (0.00001, "0.001%"),
        (0.0, "0%"),
        (1.0, "100%"),
    ],
)
def test_a_stated_chance_has_the_digits_that_matter(p, text):
    assert stated(p) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<= 1000000", "<= 1,000,000"),
        ("<= -1000000000", "<= -1,000,000,000"),
        (">= 45000.0", ">= 45,000"),
        ("40000..55000", "40,000..55,000"),
        ("<= 2027", "<= 2027"),
        ("<= 1013.25", "<= 1013.25"),
        ("-12345.678901..3.63420836664", "-12,346..3.63"),
        ("<= 12345.5", "<= 12,345.5"),
        ("<= 0.0123456789", "<= 0.0123"),
        ("<= 1e+300", "<= 1e+300"),
        ("<= 1e-07", "<= 1e-07"),
        ("by 2029-02-13", "by 2029-02-13"),
        ("10000", "10000"),
        ("more than 10000", "more than 10000"),
        ("", ""),
    ],
)
def test_what_a_chance_is_of_has_numbers_as_people_read_them(text, shown):
    assert target(text) == shown


@given(st.integers(-(10**14), 10**14))
def test_a_whole_number_keeps_every_digit(value):
    assert target(f"<= {value}").replace(",", "") == f"<= {value}"


@given(st.floats(-1e14, 1e14))
def test_a_number_of_a_target_is_off_by_half_a_percent_at_most(value):
    shown = float(target(f"<= {value}").removeprefix("<= ").replace(",", ""))
    assert shown == pytest.approx(value, rel=0.00501)

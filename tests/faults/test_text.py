"""All of Unicode, sign by sign: what a terminal would obey or a reader not see is written out."""

from __future__ import annotations

import json
import unicodedata

import pytest

from faults.hostile import obeyed
from predtrack.views.text import days_left, document, paragraphs, visible

BLOCK = 0x1000
BLOCKS = range(0, 0x110000, BLOCK)
HIDDEN = {"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"}
UNSEEN = {0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0, 0x200C, 0x200D}
UNSEEN |= {*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)}
SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def written(sign: str) -> str:
    """How a sign is shown that stands between two letters."""
    code = ord(sign)
    if unicodedata.category(sign) not in HIDDEN and code not in UNSEEN:
        return sign
    if sign in SHORT or code < 0x100:
        return SHORT.get(sign, f"\\x{code:02x}")
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def test_every_sign_of_unicode_is_shown_as_it_is_or_written_out():
    for start in BLOCKS:
        signs = [chr(code) for code in range(start, start + BLOCK)]
        text = "a".join(signs)
        assert visible(text) == "a".join(map(written, signs)), hex(start)


def test_no_sign_of_unicode_is_obeyed_in_a_document_on_a_terminal():
    for start in BLOCKS:
        text = "a".join(chr(code) for code in range(start, start + BLOCK))
        whole = json.dumps(text, ensure_ascii=False)
        shown = document(f"{whole}\n")
        assert obeyed(shown) == set(), hex(start)
        assert shown.endswith('"\n')
        assert json.loads(shown) == text, hex(start)


def test_a_document_without_such_signs_stays_as_it_is():
    for text in ("", "\n\n", '{"a": 1}\n', "Köln,港,👩\u200d🚀\n", "a?\n?b"):
        assert document(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "☎\ufe0e",  # as text
        "↔\ufe0f ‼\ufe0f #\ufe0f\u20e3",  # mathematical and other signs as emoji
        "🏻\ufe0f",
        "👩🏽\u200d🚀",  # a skin tone before the joiner
        "ꦏ꧀\u200cꦏ",  # Javanese: a spacing mark before the non-joiner
        "க்\u200cஷ",
    ],
)
def test_what_people_join_and_select_stays_as_it_is(text):
    assert visible(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\ufe0f🚀", "\\ufe0f🚀"),  # nothing stands before it, whatever stands at the end
        ("\ufe0e☎", "\\ufe0e☎"),
        ("🏳?\u200d🌈", "🏳?\\u200d🌈"),
        ("🏳?\ufe0f\u200d🌈", "🏳?\ufe0f\\u200d🌈"),
        ("👩\u200d", "👩\\u200d"),
        ("👩\u200d\ufe0f", "👩\\u200d\\ufe0f"),
    ],
)
def test_a_joiner_or_a_selector_with_nothing_to_join_or_select_is_written_out(text, shown):
    assert visible(text) == shown


def test_a_text_of_very_many_joiners_or_lines_is_no_hang():
    """What went over the text again for each of them would not come to an end here."""
    many = 300_000
    assert visible("👩\u200d" * many).count("\u200d") == many - 1  # the last joins nothing
    assert visible("\ufe0f\u200d" * many) == "\\ufe0f\\u200d" * many
    assert paragraphs("a\n" * many) == [" ".join("a" * many)]


def test_how_far_a_day_is_in_words():
    told = {None: "", 0: "today", 1: "in 1 day", 2: "in 2 days", -1: "1 day ago"}
    assert {left: days_left(left) for left in told} == told

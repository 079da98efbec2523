"""The bytes of a merge: OURS with what it must change changed, or markers round a contradiction."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

import branching
from predtrack.store import merging
from predtrack.store.files import MOST_BYTES
from predtrack.store.merging import Merged, States, merged
from predtrack.store.reading import read

BASE = """\
# kept by hand
claim: It rains
kind: binary
deadline: 2027-04-01  # or later
tags: [a, b]
# what was said
forecasts:
  - by: Ada
    made: 2026-01-01
    probability: 70%   # a hunch
note: 'so'
"""
OUTCOME = "outcome:\n  answer: yes\n  decided: 2027-01-01\n"
ABOVE = "# what was said\n"
BO = "  - by: Bo\n    made: 2026-01-04\n    probability: 60%\n"
CLEO = "  - by: Cleo\n    made: 2026-01-05\n    probability: 20%\n"
NOTE = "note: 'so'\n"


def no_git() -> None:
    """Git's plain merge, where there is no git: every merge is spliced."""


def merge(base: str, ours: str, theirs: str, size: int = 7) -> Merged:
    states = States(*(each.encode() for each in (base, ours, theirs)))
    done = merged(states, "rain", no_git, size)
    assert done is not None
    return done


def clean(base: str, ours: str, theirs: str) -> str:
    """The text of a merge, which must be a clean one and a sound record."""
    done = merge(base, ours, theirs)
    assert (done.code, done.conflicts) == (0, ())
    assert read(done.data, "rain.yaml", "rain").problems == ()
    return done.data.decode()


def changed(text: str, *changes: tuple[str, str]) -> str:
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text


def test_only_the_lines_that_theirs_changed_are_changed_in_ours() -> None:
    ours = changed(BASE, (ABOVE, OUTCOME + ABOVE), (NOTE, BO + NOTE), ("[a, b]", "[a, b, c]"))
    theirs = changed(BASE, (NOTE, CLEO + NOTE), ("[a, b]", "[b]"), ("'so'", "'or so'"))
    assert clean(BASE, ours, theirs) == changed(
        ours, ("[a, b, c]", "[b, c]"), (BO, BO + CLEO), ("'so'", "'or so'")
    )


@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["no BOM", "BOM"])
@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
def test_line_breaks_and_bom_stay_as_ours_has_them(line_break: str, mark: str) -> None:
    ours = changed(BASE, (NOTE, BO + NOTE))
    theirs = changed(BASE, (ABOVE, OUTCOME + ABOVE), (NOTE, CLEO + NOTE))
    whole = changed(ours, (ABOVE, OUTCOME + ABOVE), (BO, BO + CLEO))
    styled = (mark + each.replace("\n", line_break) for each in (BASE, ours))
    assert clean(*styled, theirs) == mark + whole.replace("\n", line_break)


def test_a_last_line_without_its_end_stays_so() -> None:
    ours = changed(BASE, (NOTE, BO + NOTE)).removesuffix("\n")
    theirs = changed(BASE, (NOTE, CLEO + NOTE))
    assert clean(BASE, ours, theirs) == changed(ours, (BO, BO + CLEO))


def test_comments_of_both_sides_stay() -> None:
    ours = changed(BASE, ("tags:", "# mine\ntags:"), ("70%   # a hunch", "70%   # no hunch"))
    theirs = changed(
        BASE,
        ("2027-04-01  # or later", "2027-05-01  # at last"),
        ("tags:", "# theirs\ntags:"),
        ("probability: 70%", "probability: 70%"),
        (NOTE, f"  # he was sure\n{BO}{NOTE}"),
    )
    text = clean(BASE, ours, theirs)
    assert "deadline: 2027-05-01  # at last\n# mine\n# theirs\ntags:" in text
    assert f"70%   # no hunch\n  # he was sure\n{BO}" in text


def test_a_comment_of_ours_beside_a_value_that_theirs_changed_stays() -> None:
    ours = changed(BASE, ("# or later", "# or never"))
    theirs = changed(BASE, ("2027-04-01", "2027-05-01"), ("'so'", "'or so'"))
    assert "deadline: 2027-05-01  # or never\n" in clean(BASE, ours, theirs)


def test_a_conflict_is_round_the_lines_of_its_key_alone() -> None:
    ours = changed(BASE, ("2027-04-01", "2027-06-01"), (NOTE, BO + NOTE))
    theirs = changed(BASE, ("2027-04-01", "2027-05-01"), (NOTE, CLEO + NOTE))
    done = merge(BASE, ours, theirs)
    assert (done.code, done.conflicts) == (1, ("deadline",))
    assert done.data.decode() == changed(
        ours,
        (
            "deadline: 2027-06-01  # or later\n",
            "<<<<<<< ours\ndeadline: 2027-06-01  # or later\n=======\n"
            "deadline: 2027-05-01  # or later\n>>>>>>> theirs\n",
        ),
        (BO, BO + CLEO),
    )
    assert [each.code for each in read(done.data, "rain.yaml", "rain").problems] == ["conflict"]


def test_a_conflict_inside_a_forecast_is_round_that_key() -> None:
    ours = changed(BASE, (NOTE, "    rationale: wet\n" + NOTE))
    theirs = changed(BASE, (NOTE, "    rationale: dry\n" + BO + NOTE))
    text = merge(BASE, ours, theirs, 9).data.decode()
    mine, other = "    rationale: wet\n", "    rationale: dry\n"
    block = f"{'<' * 9} ours\n{mine}{'=' * 9}\n{other}{'>' * 9} theirs\n"
    assert text == changed(ours, (mine, block + BO))


def test_an_outcome_on_each_side_has_the_comment_and_the_lines_of_both() -> None:
    ours = changed(BASE, (ABOVE, OUTCOME + ABOVE))
    theirs = changed(BASE, (ABOVE, "# I saw it\n" + OUTCOME.replace("yes", "no") + ABOVE))
    text = merge(BASE, ours, theirs).data.decode()
    assert f"{OUTCOME}=======\n{OUTCOME.replace('yes', 'no')}>>>>>>> theirs\n{ABOVE}" in text
    assert "# I saw it\n<<<<<<< ours\noutcome:" in text


def test_a_judgement_goes_into_an_outcome_of_ours() -> None:
    base = changed(BASE, (ABOVE, OUTCOME + ABOVE))
    words = "  judgements:\n    - answer: no\n      judge: {}\n"
    ours = changed(base, (OUTCOME, OUTCOME + words.format("Bo")))
    theirs = changed(base, (OUTCOME, OUTCOME + words.format("Cleo")))
    both = words.format("Bo") + "    - answer: no\n      judge: Cleo\n"
    assert clean(base, ours, theirs) == changed(base, (OUTCOME, OUTCOME + both))


@pytest.mark.parametrize(
    ("ours", "theirs", "becomes"),
    [
        ("tags: [a, c]\n", "tags: [b, d]\n", "tags: [c, d]\n"),
        ("tags: [a, b, c]\n", "tags: []\n", "tags: [c]\n"),
        ("tags:\n  - a\n  - b  # yes\n  - c\n", "tags: [b, 'd: e']\n", None),
        ("", "tags: [a, b, x y]\n", "tags: [x y]\n"),
        ("tags: [b]\n", "tags: [a]\n", ""),
    ],
)
def test_tags_are_a_set(ours: str, theirs: str, becomes: str | None) -> None:
    line = "tags: [a, b]\n"
    becomes = 'tags:\n  - b  # yes\n  - c\n  - "d: e"\n' if becomes is None else becomes
    text = clean(BASE, changed(BASE, (line, ours)), changed(BASE, (line, theirs)))
    assert text == changed(BASE, (line, becomes))


BRACES = "  - {by: Ada, made: 2026-01-01, probability: 70%}\n"
IN_BRACES = changed(BASE, (BASE[BASE.index("  - by") : BASE.index("note")], BRACES))
BRACKETS = "forecasts: [{by: Ada, made: 2026-01-01, probability: 70%}]\n"
IN_BRACKETS = changed(IN_BRACES, ("forecasts:\n" + BRACES, BRACKETS))


def test_entries_in_braces_are_merged_in_braces() -> None:
    ours = changed(IN_BRACES, ("70%}", "70%, rationale: wet}"), (NOTE, BO + NOTE))
    theirs = changed(IN_BRACES, ("70%}", "70%, withdrawn: 2026-02-01}"), (NOTE, CLEO + NOTE))
    assert clean(IN_BRACES, ours, theirs) == changed(
        ours, ("rationale: wet}", "rationale: wet, withdrawn: 2026-02-01}"), (BO, BO + CLEO)
    )


def test_forecasts_in_brackets_are_merged_in_brackets() -> None:
    ours = changed(IN_BRACKETS, ("}]", "}, {by: Bo, made: 2026-01-04, probability: 60%}]"))
    theirs = changed(IN_BRACES, (NOTE, CLEO + NOTE))
    cleo = ", {by: Cleo, made: 2026-01-05, probability: 20%}]"
    assert clean(IN_BRACKETS, ours, theirs) == changed(ours, ("}]", "}" + cleo))


def test_a_record_in_braces_is_a_conflict_of_the_whole_file_where_both_changed_it() -> None:
    base = "{claim: It rains, kind: binary, forecasts: []}\n"
    ours, theirs = (base.replace("binary,", f"binary, {key}: x,") for key in ("note", "family"))
    done = merge(base, ours, theirs)
    assert done == Merged(
        f"<<<<<<< ours\n{ours}=======\n{theirs}>>>>>>> theirs\n".encode(), 1, ("all of it",)
    )
    assert merge(base, ours, base).data.decode() == ours
    assert merge(base, base, theirs).data.decode() == theirs


def test_without_a_base_both_sides_are_united_key_by_key() -> None:
    ours = changed(BASE, (NOTE, BO))
    theirs = changed(BASE, (NOTE, CLEO + NOTE), ("[a, b]", "[c]"))
    text = changed(ours, (BO, BO + CLEO + NOTE), ("[a, b]", "[a, b, c]"))
    assert clean("", ours, theirs) == text


ENTRY = "  - by: Ada\n    made: 2026-01-01\n    probability: 70%   # a hunch\n"
TAGS = "tags: [a, b]\n"
DEADLINE = "deadline: 2027-04-01  # or later\n"
LED = ENTRY.replace("by: Ada", "rationale: a\n    by: Ada")
ONE = "{by: Bo, made: 2026-01-04, probability: 1%}"
EACH = {  # what the base, ours and theirs have in place of a stretch, and where the conflict is
    "our comment in what theirs changed": (
        (NOTE, NOTE + "source:\n  title: a\n", "title: a\n", "title: a  # mine\n", "title: b\n"),
        ("source",),
    ),
    "our comment in what theirs took out": (
        (DEADLINE, DEADLINE, DEADLINE, "deadline: 2027-04-01  # mine\n", ""),
        ("deadline",),
    ),
    "a key beside the dash that theirs took out": (
        (ENTRY, LED, "rationale: a\n    ", "rationale: a\n    words: b\n    ", ""),
        ("forecasts",),
    ),
    "a key beside the dash that both changed": (
        (ENTRY, LED, "rationale: a", "rationale: b", "rationale: c"),
        ("forecasts",),
    ),
    "tags that theirs took out, with a comment between": (
        (TAGS, TAGS, "[a, b]", "[a,  # mine\n  b]", "[a]"),
        ("tags",),
    ),
    "a tag below its dash": (
        (TAGS, TAGS, " [a, b]\n", "\n  -\n    b\n", " [a, b, c]\n"),
        ("tags",),
    ),
    "an order of one day that theirs turned": (
        (
            ENTRY,
            ENTRY + BO + BO.replace("60", "61"),
            BO + BO.replace("60", "61"),
            BO + BO.replace("60", "61") + CLEO,
            BO.replace("60", "61") + BO,
        ),
        ("forecasts",),
    ),
    "forecasts that go one by one, and a comment of ours": (
        (ENTRY, ENTRY + BO, ENTRY + BO, f"  # mine\n{BO}", ENTRY),
        ("forecasts",),
    ),
    "a comment behind the dash": (
        (ENTRY, ENTRY, ENTRY, ENTRY.replace("- by", "- # mine\n    by"), ENTRY + CLEO),
        ("forecasts",),
    ),
    "an entry in braces that both changed": (
        (ENTRY, BRACES, "70%}", "70%, rationale: a}", "70%, rationale: b}"),
        ("forecasts",),
    ),
    "a list in brackets to which both add at one moment": (
        (
            "forecasts:\n" + ENTRY,
            BRACKETS,
            "}]",
            f"}}, {ONE}]",
            f"}}, {ONE.replace('1%', '2%')}]",
        ),
        ("forecasts",),
    ),
}


@pytest.mark.parametrize("name", EACH)
def test_what_cannot_be_spliced_is_a_conflict_of_its_key(name: str) -> None:
    (place, before, stretch, mine, other), keys = EACH[name]
    base = changed(BASE, (place, before))
    done = merge(base, changed(base, (stretch, mine)), changed(base, (stretch, other)))
    assert (done.code, done.conflicts) == (1, keys)
    ours, theirs = (branching.resolved(done.data, side).decode() for side in ("ours", "theirs"))
    assert ours == changed(base, (stretch, mine))
    assert branching.loaded(theirs.encode()) == branching.loaded(
        changed(base, (stretch, other)).encode()
    )


def test_an_outcome_with_a_comment_of_ours_and_a_judgement_of_theirs_is_a_conflict() -> None:
    base = changed(BASE, (ABOVE, OUTCOME + ABOVE))
    ours = changed(base, ("answer: yes\n", "answer: yes  # sure\n  note: wet\n"))
    theirs = changed(base, (OUTCOME, f"{OUTCOME}  judgements: [{{answer: no, judge: Bo}}]\n"))
    assert merge(base, ours, theirs).conflicts == ("outcome",)


def test_keys_of_theirs_stand_where_they_do_there() -> None:
    theirs = changed(BASE, ("claim:", "family: wet\nclaim:"), (NOTE, f"x-a: 1\n{NOTE}x-b: 2\n"))
    ours = changed(BASE, (TAGS, ""))
    becomes = changed(ours, ("claim:", "family: wet\nclaim:"), (NOTE, f"x-a: 1\n{NOTE}x-b: 2\n"))
    assert clean(BASE, ours, theirs) == becomes


def test_tags_that_ours_took_out_and_theirs_adds_to() -> None:
    ours, theirs = changed(BASE, ("[a, b]", "[]  # none")), changed(BASE, ("[a, b]", "[a, b, c]"))
    assert clean(BASE, ours, theirs) == changed(BASE, ("[a, b]", "[c]  # none"))


def test_comments_above_entries_of_both_stay() -> None:
    base = changed(BASE, (NOTE, BO + NOTE))
    ours = changed(base, (BO, f"  # mine\n{BO}"))
    theirs = changed(base, (BO, f"  # theirs\n{BO}{CLEO}"))
    assert clean(base, ours, theirs) == changed(base, (BO, f"  # mine\n  # theirs\n{BO}{CLEO}"))


def test_a_record_that_theirs_put_in_braces_is_taken_by_its_keys() -> None:
    ours = changed(BASE, (NOTE, BO + NOTE))
    theirs = "{claim: It rains, kind: binary, deadline: 2027-05-01, tags: [a, b], note: so, "
    theirs += "forecasts: [{by: Ada, made: 2026-01-01, probability: 70%}]}\n"
    assert clean(BASE, ours, theirs) == changed(ours, ("2027-04-01", "2027-05-01"))


def test_entries_in_braces_lose_and_take_what_theirs_has_on_lines() -> None:
    base = changed(IN_BRACES, ("70%}", "70%, rationale: wet}"))
    lines = ENTRY.replace("   # a hunch", "") + "    x-a:\n      - 1\n      - b: 'c'\n"
    theirs = changed(IN_BRACES, (BRACES, lines))
    ours = changed(base, (NOTE, BO + NOTE))
    becomes = changed(ours, ("rationale: wet}", "x-a: [1, {b: 'c'}]}"))
    assert clean(base, ours, theirs) == becomes


def test_lines_that_cannot_be_set_in_are_written_anew() -> None:
    odd = "  - by: Bo\n    made: 2026-01-04\n    probability: 60%\n    words: 'so\n   it goes'\n"
    odd = odd.replace("    words: 'so\n   it goes'", "    x-a: {a: 1,\n   b: 2}")
    becomes = BO + '    x-a:\n      a: "1"\n      b: "2"\n'
    ours = changed(BASE, (NOTE, CLEO + NOTE))
    theirs = changed(BASE, (NOTE, odd + NOTE))
    assert clean(BASE, ours, theirs) == changed(ours, (CLEO, CLEO + becomes))


@pytest.mark.parametrize("code", [0, 1])
@pytest.mark.parametrize(
    ("mine", "other"),
    [
        ("? claim\n: It rains\n", "x-a: |+\n  a\n\n\nclaim: It rains\n"),
        ("claim: It rains\n", "x-a: |+\n  a\n\n\nclaim: It rains\n"),
    ],
)
def test_what_cannot_be_exact_is_left_to_git_or_is_a_conflict_of_all(
    mine: str, other: str, code: int
) -> None:
    line = "claim: It rains\n"
    ours = changed(BASE, (line, mine), (NOTE, BO + NOTE)).encode()
    theirs = changed(BASE, (line, other), (TAGS, "tags: [c]\n")).encode()
    done = merged(States(BASE.encode(), ours, theirs), "rain", by_lines(b"<<<<<<< ours\n", code))
    if code:
        assert done == Merged(b"<<<<<<< ours\n", 1, ("some lines",))
    else:
        assert done is not None
        assert done.conflicts == ("all of it",)
        assert branching.resolved(done.data, "ours") == ours


def by_lines(answer: bytes, code: int) -> merging.Plain:
    return lambda: (answer, code)


class TestPlain:
    """Git's merge of lines is taken where it says what is meant, and where no record is merged."""

    ours = changed(BASE, (ABOVE, OUTCOME + ABOVE)).encode()
    theirs = changed(BASE, (NOTE, BO + NOTE)).encode()
    both = changed(BASE, (ABOVE, OUTCOME + ABOVE), (NOTE, BO + NOTE)).encode()

    def test_it_is_taken_where_it_says_what_is_meant(self) -> None:
        lines = self.both.replace(b"# kept by hand", b"# kept by both")
        done = merged(States(BASE.encode(), self.ours, self.theirs), "rain", by_lines(lines, 0))
        assert done == Merged(lines, 0)

    @pytest.mark.parametrize("code", [0, 1])
    def test_it_is_not_taken_where_it_says_anything_else(self, code: int) -> None:
        states = States(BASE.encode(), self.ours, self.theirs)
        assert merged(states, "rain", by_lines(self.ours, code)) == Merged(self.both, 0)

    @pytest.mark.parametrize("broken", [0, 1, 2])
    @pytest.mark.parametrize(
        "data", [b"claim: [", b"\xff", b"<<<<<<< ours\n", b"claim: x\n", b"#" * (8 * 2**20 + 1)]
    )
    def test_what_is_no_record_is_merged_by_lines(self, data: bytes, broken: int) -> None:
        states = [BASE.encode(), self.ours, self.theirs]
        states[broken] = data
        done = merged(States(*states), "rain", by_lines(self.both, 3))
        assert done == Merged(self.both, 3, None)
        assert merged(States(*states), "rain", no_git) is None

    def test_of_sound_sides_no_clean_merge_is_no_record(self) -> None:
        states = States(b"claim: [", self.ours, self.theirs)
        done = merged(states, "rain", by_lines(b"claim: [", 0))
        assert done is not None
        assert (done.code, done.conflicts) == (1, ("all of it",))
        assert branching.resolved(done.data, "theirs") == self.theirs


def test_a_merge_that_would_be_too_large_for_a_record_is_a_conflict() -> None:
    size = MOST_BYTES - len(BASE) - 100
    ours = changed(BASE, (NOTE, f"{NOTE}x-a: {'a' * size}\n"))
    theirs = changed(BASE, (NOTE, f"{NOTE}x-b: {'b' * size}\n"))
    done = merge(BASE, ours, theirs)
    assert (done.code, done.conflicts) == (1, ("all of it",))


def spliced(files: tuple[bytes, bytes, bytes]) -> Merged:
    done = merged(States(*files), "rain", no_git)
    assert done is not None
    return done


@given(st.integers(0, 1_000_000))
def test_random_edits_of_two_branches_are_all_there_or_in_a_conflict(seed: int) -> None:
    files = branching.drawn(seed).files()
    assert branching.is_drawn_well(files)
    done = spliced(files)
    assert branching.wrong(files, done.data, done.code) == ""


@given(st.integers(0, 1_000_000))
def test_lines_of_ours_that_theirs_did_not_change_are_there_byte_for_byte(seed: int) -> None:
    branches = branching.drawn(seed)
    files = branches.files()
    done, base = spliced(files).data, files[0].splitlines(keepends=True)
    theirs = files[2].removeprefix(codecs.BOM_UTF8).splitlines()
    for line in files[1].splitlines(keepends=True) if branches.has_one_style else ():
        is_theirs = line.rstrip(b"\r\n") in theirs and line in base
        is_list = line.startswith((b"tags:", b"forecasts: [")) or b"{" in line
        assert line in done or is_list or (not is_theirs and line in base)


@given(st.integers(0, 1_000_000))
def test_a_merge_with_what_it_holds_already_is_clean_and_says_the_same(seed: int) -> None:
    files = branching.drawn(seed).files()
    done = spliced(files)
    for side in files[1:] if done.code == 0 else ():
        again = spliced((files[0], done.data, side))
        assert branching.wrong((files[0], done.data, side), again.data, again.code) == ""
        assert again.code == 0

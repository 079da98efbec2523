"""YAML text -> nodes with positions, under guard."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from predtrack.store import nodes
from predtrack.store.nodes import Lines, Listing, Mapping, NodeError, PlainParser, Scalar

EVERY = "".join(map(chr, range(0x110000)))
PARSERS = [nodes.Parser, PlainParser]


@pytest.fixture(params=PARSERS, ids=["default", "plain"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nodes, "Parser", request.param)


def refused(text: str) -> NodeError:
    with pytest.raises(NodeError) as caught:
        nodes.compose(text)
    return caught.value


def test_nodes_know_where_they_stand(parser: None) -> None:
    text = 'a: "b"\nc:\n  - d\n  - e\nf: {g: h}\n'
    root = nodes.compose(text)
    assert isinstance(root, Mapping)
    quoted, listed, braced = (value for _, value in root.pairs)
    assert isinstance(quoted, Scalar)
    assert isinstance(listed, Listing)
    assert text[quoted.start : quoted.end] == '"b"'
    assert (quoted.plain, listed.flow, braced.end) == (False, False, len(text) - 1)
    assert root.get("c") is listed
    key = root.key("f")
    assert key is not None
    assert text[key.start : key.end] == "f"
    assert root.get("z") is root.key("z") is None
    assert nodes.plain(root) == (("a", "b"), ("c", ["d", "e"]), ("f", (("g", "h"),)))


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n"])
def test_nothing_is_no_node(parser: None, text: str) -> None:
    assert nodes.compose(text) is None


@pytest.mark.parametrize("value", ["yes", "010", "1:30", "1e-3", "2026-02-30", "~", "null", ".inf"])
def test_a_text_is_never_anything_but_a_text(parser: None, value: str) -> None:
    assert nodes.plain(nodes.compose(f"a: {value}\n")) == (("a", value),)  # type: ignore[arg-type]


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "a:\n", "? "])
def test_depth_is_cut_before_it_can_hurt(parser: None, opening: str) -> None:
    text = opening * 100_000 if len(opening) < 3 else opening * 5_000
    if opening == "a:\n":
        text = "".join(f"{' ' * depth}a:\n" for depth in range(100))
    assert "nested more than 32 deep" in refused(text).message


def test_what_is_32_deep_is_read(parser: None) -> None:
    assert nodes.compose("[" * 32 + "a" + "]" * 32) is not None


def test_a_file_of_too_many_parts_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    assert nodes.compose("[a, a, a]") is not None
    monkeypatch.setattr(nodes, "MOST_EVENTS", 6)
    error = refused("[a, a, a]")
    assert error.message == "the file has too many parts"
    assert error.remedy == "keep one prediction a file, and long tables elsewhere"
    assert error.offset == 8


BOMB = "a: &a [x]\n" + "".join(f"b{n}: &b{n} [*a, *a]\n" for n in range(20))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (BOMB, "&a is an anchor"),
        ("a: {<<: *b}\n", "*b is an alias"),
        ("a: !!python/name:os.system\n", "is a tag"),
        ("a: 1\n---\nb: 2\n", "a second document begins here"),
        ("[a]: b\n", "a key is not a text"),
        ("{a: b}: c\n", "a key is not a text"),
    ],
)
def test_what_only_programs_write_is_refused(parser: None, text: str, message: str) -> None:
    error = refused(text)
    assert message in error.message
    assert error.remedy


def test_long_names_are_cut_in_messages() -> None:
    for sign in ("&", "*", "!"):
        assert len(refused(f"a: {sign}{'x' * 900} b\n").message) < 100


@pytest.mark.parametrize(
    "text", ["---\na: b\n", "a: b\n...\n", "%YAML 1.1\n---\na: b\n", "---\na: b\n...\n# end\n"]
)
def test_marks_around_one_document_are_allowed(parser: None, text: str) -> None:
    assert nodes.plain(nodes.compose(text)) == (("a", "b"),)  # type: ignore[arg-type]


@pytest.mark.parametrize("sign", ["\0", "\x07", "\x1b", "\x7f", "\x80", "\ufeff", "\uffff"])
def test_a_character_that_yaml_forbids_is_named(parser: None, sign: str) -> None:
    error = refused(f"a: 😀{sign}b\n")
    assert f"U+{ord(sign):04X}" in error.message
    assert error.offset == 4


def test_the_characters_that_are_refused_are_those_that_yaml_forbids_and_the_mark_of_order() -> (
    None
):
    refusals = {*yaml.reader.Reader.NON_PRINTABLE.findall(EVERY), "\ufeff"}
    for sign in refusals:
        assert refused(sign).message == f"the character U+{ord(sign):04X} is not allowed in YAML"
    allowed = "".join(sign for sign in EVERY if sign not in refusals)
    for text in (*allowed.split(), *filter(str.isspace, allowed)):
        assert nodes.compose(f"# {text}") is None


def test_offsets_count_characters_and_not_bytes(parser: None) -> None:
    text = "ä😀: é\nb: [c\n"
    root = nodes.compose("ä😀: é\nb: c\n")
    assert isinstance(root, Mapping)
    assert root.pairs[1][0].start == 6
    assert refused(text).offset == len(text)


@given(st.text("ab\r\n\u2028\x85", max_size=30))
def test_lines_are_counted_as_editors_count_them(text: str) -> None:
    lines = Lines(text)
    pieces = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    line, column = lines.place(len(text))
    assert (line, column) == (len(pieces), len(pieces[-1]) + 1)
    assert lines.place(0) == (1, 1)


@given(st.text("ab:-[]{}#&*!|>'\"%@`, \n\t?\\", max_size=30), st.sampled_from(PARSERS))
def test_every_text_is_composed_or_refused_at_a_place_within_it(text: str, parser: type) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nodes, "Parser", parser)
        offset = 0
        try:
            nodes.compose(text)
        except NodeError as error:
            offset = error.offset
    assert 0 <= offset <= len(text)

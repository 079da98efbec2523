"""`export markdown`: one table, in which the text of a record is never more than text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from build import DAY, binary, built, by_id, said
from predtrack.records.prediction import Prediction, Source
from predtrack.reports.listing import Filters, listing
from predtrack.reports.rows import known
from predtrack.views.markdown import escaped, lines
from test_cli import ENDED, ROOT, program

HOSTILE = [
    "a | b || c \\| d",
    "<script>alert(1)</script> <!-- x --> &lt; &amp;",
    "[a](https://example.org) ![b](https://example.org/b.png) [c]: https://example.org",
    "`code` ``two`` ~~gone~~ *b* _i_ __x__ **y** $z$",
    "# head\n- list\n> quote\n\n| a |\n|---|\n1. x",
    "ends in \\",
    "back \\` tick",
    "\x1b[31mred \u202eright",
    "---",
    "https://example.org and www.example.org and a@example.org",
    "<https://example.org> <a@example.org>",
    "@ada and @ben-b see #12, ada/rain#3, GH-4 and gh-5",
    "http://a_b.org/c_d*e*~f~?g=1&h=[i](j) (www.a_b.org) *WWW.x.org*",
    "ftp://x.org mailto:a.b+c@d_e.org",
    "mail a_b@c.org,d@e.org;xmpp:f@g.org/h @@i@j ##7 @_k",
    ":smile: 10:30:45 a::b :+1: x://y http:// www. @ # www..a",
]

LIVE = re.compile(r"\w://|www\.\w|@\w|#\d|\bGH-\d|:[\w+-]+:", re.IGNORECASE)
"""What GitHub makes something of wherever it stands whole in one stretch of text."""


def table(*predictions: Prediction) -> str:
    """The Markdown of predictions."""
    here = known(by_id(*predictions), DAY)
    return "".join(lines(listing(here, Filters(), "id").rows, here))


def opened(text: str) -> str:
    """The HTML that a Markdown reader with tables and raw HTML makes of a text."""
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    return str(parser.render(text))


def cells(text: str) -> list[str]:
    """The cells of the table's body, as HTML."""
    return re.findall(r"<td>(.*?)</td>", opened(text), re.DOTALL)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text_in_one_table(text):
    record = built("choice", said(by=text, probabilities=((text, 1.0), ("b", 0.0))), claim=text)
    html = opened(table(record, binary(id="q")))
    assert html.count("<table>") == html.count("<tbody>") == 1
    assert html.count("<tr>") == 3
    assert html.count("<td>") == 8
    tags = set(re.findall(r"</?([a-z0-9]+)", html))
    assert tags <= {"table", "thead", "tbody", "tr", "th", "td", "br"}
    assert html.endswith("</table>\n")
    assert "\x1b" not in html
    assert "\u202e" not in html


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_reads_as_it_was_written(text):
    shown = MarkdownIt("commonmark").renderInline(escaped(text)).replace("<!-- -->", "")
    plain = shown.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"')
    kept = " ".join(text.split()) if "\n" in text else text
    assert plain.replace("&amp;", "&") == kept.replace("\x1b", "\\x1b").replace("\u202e", "\\u202e")


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_in_a_text_becomes_live_on_github(text):
    record = built("choice", said(by=text, probabilities=((text, 1.0), ("b", 0.0))), claim=text)
    stretches = re.split(r"<[^>]*>", opened(table(record)))
    assert [each for each in stretches if LIVE.search(each)] == []


def test_what_github_makes_something_of_is_seen_where_it_is_not_parted():
    whole = ("http://a.b", "www.a.b", "a@b.c", "@ada", "#12", "GH-4", ":smile:")
    assert all(LIVE.search(each) for each in whole)


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        ("https://example.org/a?b=1&c=%20d#e", True),
        ("http://example.org", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("file:///etc/passwd", False),
        ("https://example.org/a b", False),
        ("https://example.org/a)b", False),
        ("https://example.org/<i>", False),
        ("https://example.org/|", False),
        (" https://example.org", False),
        ("https://", False),
    ],
)
def test_a_claim_links_to_its_source_only_where_that_is_an_address_of_the_web(url, linked):
    text = table(binary(claim="It | rains", source=Source(url=url)))
    assert ("<a href=" in opened(text)) is linked
    assert cells(text)[0].replace("</a>", "").endswith("It | rains")


def test_a_row_says_the_claim_who_said_what_until_when_and_how_it_ended():
    two = built("binary", said(probability=0.7), said(by="Ben", probability=0.2), answer="yes")
    assert cells(table(two)) == [
        "It comes true",
        "Ada: 70%<br>Ben: 20%",
        "2024-12-31",
        "resolved: yes",
    ]
    assert cells(table(binary(deadline=None)))[2:] == ["", "open"]
    assert cells(table(binary(answer="void")))[3] == "void"
    assert table().count("\n") == 2


@pytest.mark.parametrize("root", [ENDED, ROOT / "predictions"])
def test_a_whole_folder_opens_as_one_table(root: Path):
    exported = program("export", "markdown", "--status", "all", of=root)
    assert (exported.code, exported.err) == (0, "")
    html = opened(exported.out)
    assert html.count("<table>") == 1
    assert html.count("<tr>") == 1 + len(list(root.glob("*.yaml")))
    assert html.endswith("</table>\n")

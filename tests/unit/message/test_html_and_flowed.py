"""HTML as text, and format=flowed."""

from __future__ import annotations

import pytest

from postroad.message import Paragraph, flow, html_to_text, unflow, unflow_text

PAGES = {
    "<p>Hello <b>big</b>\n  world</p><p>again": "Hello big world\n\nagain",
    "a<br>b<br><br>c": "a\nb\n\nc",
    "<ul><li>one<li>two</ul>": "* one\n* two",
    "<blockquote>said<blockquote>before</blockquote></blockquote>me": "> said\n>> before\nme",
    "<pre>a\n  b</pre>": "a\n  b",
    "x<script>if (a < b) alert('</p>')</script>y": "xy",
    "<style>p { }</style><title>t</title>body": "body",
    "<!-- no <b> --> yes <!-->still": "yes still",
    "&lt;b&gt; &amp;amp; &#20320;&#x597d; &nosuch;": "<b> &amp; 你好 &nosuch;",
    "&#99999999999999999999;": "\ufffd",
    '<a title="a > b">x</a>': "x",
    '<img alt="logo" src="x"> text': "logo text",
    "1 < 2 and 3 > 2": "1 < 2 and 3 > 2",
    "<td>a</td><td>b</td>": "a b",
    "unclosed <a href='": "unclosed",
    "unclosed <!-- comment": "unclosed",
    "<textarea><b></textarea>": "<b>",
    "": "",
}


@pytest.mark.parametrize(("page", "text"), PAGES.items())
def test_a_page_becomes_text(page: str, text: str) -> None:
    assert html_to_text(page) == text


def test_links_are_shown_when_asked() -> None:
    page = '<a href="https://x.test/a?b=1&amp;c=2">here</a> <a href="#top">up</a>'
    assert html_to_text(page, links=True) == "here <https://x.test/a?b=1&c=2> up"


def test_flowed_lines_are_joined() -> None:
    text = "a soft \nbreak\n> quoted \n> too\n>> deeper\n stuffed\n-- \nme \n"
    assert unflow(text) == [
        Paragraph(0, "a soft break"), Paragraph(1, "quoted too"), Paragraph(2, "deeper"),
        Paragraph(0, "stuffed"), Paragraph(0, "-- "), Paragraph(0, "me "),
    ]  # fmt: skip


def test_delsp_removes_the_space_of_a_soft_break() -> None:
    assert unflow("日本 \n語", delsp=True) == [Paragraph(0, "日本語")]


def test_a_quotation_ends_a_paragraph() -> None:
    assert unflow("mine \n> theirs") == [Paragraph(0, "mine "), Paragraph(1, "theirs")]


@pytest.mark.parametrize(
    "text",
    [
        "word " * 60 + "end",
        "> " + "word " * 60 + "end",
        " indented\nFrom me\n>quoted",
        "x" * 200,
        "-- \nsignature",
        "a\n\n\nb",
        "-- " * 50 + "x",
    ],
)
def test_flow_and_unflow_give_the_text_again(text: str) -> None:
    expected = text.replace(">quoted", "> quoted")
    assert unflow_text(flow(text)) == expected
    assert all(len(line) <= 78 for line in flow(text).split("\n")) or "xxx" in text


@pytest.mark.parametrize(
    "unit", ["&#65;", "&#65", "&#38;lt;", "&#150;", "&#0;", "&#9999999;", "&lt;"]
)
def test_a_long_row_of_references_is_read_as_a_short_one(unit: str) -> None:
    text = html_to_text(f"<pre>{unit}x")
    assert html_to_text(f"<pre>{f'{unit}x' * 2000}") == text * 2000

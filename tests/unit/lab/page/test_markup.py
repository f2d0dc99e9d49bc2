"""What strangers write is shown and never obeyed."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from postroad.lab.page._html import Html, join, tag, text


def test_text_cannot_become_markup() -> None:
    assert text("<script>\"&'</script>") == "&lt;script&gt;&quot;&amp;&#x27;&lt;/script&gt;"


def test_what_cannot_be_seen_is_named() -> None:
    shown = text("a\u202eb\x1b\u200b\udcff\U000e0041")
    for name in ("U+202E", "U+001B", "U+200B", "U+DCFF", "U+E0041"):
        assert f'<span class="hidden-char">{name}</span>' in shown


def test_letters_of_other_scripts_and_emoji_stay() -> None:
    for whole in ("你好", "日本語", "שלום", "👩\u200d💻", "é", "fi\u200cn"):
        assert text(whole) == whole


def test_attributes_are_quoted_and_bare_when_true() -> None:
    made = tag("a", "x", href='"><b>', class_="k", data_x="1", hidden=True, id=None, open=False)
    assert made == '<a href="&quot;&gt;&lt;b&gt;" class="k" data-x="1" hidden>x</a>'


def test_hidden_characters_in_attributes_are_named_too() -> None:
    assert tag("i", title="\u202ex") == '<i title="‹U+202E›x"></i>'


def test_content_may_be_nested_and_nothing() -> None:
    assert tag("p", None, ["a", [Html("<b>"), None]], "c") == "<p>a<b>c</p>"
    assert join(["a", None, "b"], ", ") == "a, b"


def test_void_elements_have_no_end() -> None:
    assert tag("input", name="find", value="1") == '<input name="find" value="1">'


@settings(max_examples=150, deadline=None)
@given(st.text())
def test_any_text_is_inert_and_can_be_sent(value: str) -> None:
    inside = text(value).replace('<span class="hidden-char">', "").replace("</span>", "")
    assert "<" not in inside and '"' not in inside
    text(value).encode()
    tag("i", value, title=value).encode()

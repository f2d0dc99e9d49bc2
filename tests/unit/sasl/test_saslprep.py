"""SASLprep: the examples of the standard, and what it forbids."""

from __future__ import annotations

import pytest
from scramp.utils import saslprep as strangers

from postroad.sasl import saslprep

# RFC 4013 §3
EXAMPLES = [
    ("I\u00adX", "IX"),
    ("user", "user"),
    ("USER", "USER"),
    ("\u00aa", "a"),
    ("\u2168", "IX"),
    ("a\u00a0b", "a b"),
    ("\u3000", " "),
    ("密码", "密码"),
    ("e\u0301", "é"),
    ("ﬁ", "fi"),
    ("\u0627\u0628", "\u0627\u0628"),
]


@pytest.mark.parametrize(("text", "prepared"), EXAMPLES)
def test_texts_are_prepared(text: str, prepared: str) -> None:
    assert saslprep(text) == prepared


@pytest.mark.parametrize(("text", "prepared"), EXAMPLES)
def test_a_stranger_prepares_them_alike(text: str, prepared: str) -> None:
    assert strangers(text) == prepared


@pytest.mark.parametrize(
    "text",
    ["\x07", "a\0", "\x7f", "\u0627\u0031", "\u0627a\u0628", "\ufeff\ud800", "\ue000", "\u202a"],
)
def test_forbidden_characters_are_refused_without_repeating_the_text(text: str) -> None:
    with pytest.raises(ValueError, match=r"^(the character|right-to-left)") as caught:
        saslprep("secret" + text if text[0] < "\u0600" else text)
    assert "secret" not in str(caught.value)


def test_code_points_newer_than_unicode_3_2_are_refused_in_what_is_stored() -> None:
    assert saslprep("\U0001f600") == "\U0001f600"
    with pytest.raises(ValueError, match="not assigned"):
        saslprep("\U0001f600", stored=True)


def test_preparing_twice_changes_nothing() -> None:
    for text, _ in EXAMPLES:
        assert saslprep(saslprep(text)) == saslprep(text)

"""The page speaks the reader's language, and every text exists in all of them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from string import Formatter

import pytest

import postroad
from postroad.lab import texts
from postroad.lab.page import _reasons, _steps_texts
from postroad.lab.page._phrases import phrase
from postroad.lab.page._reasons import REASONS, literals, translated
from postroad.lab.texts import LANGUAGES, Text, preferred_language

ONLY_IN_TRANSLATION = {"colon"}


def all_texts() -> Iterator[Text]:
    """Every text of the page's modules, those in tables too."""
    for module in (texts, _steps_texts, _reasons):
        for value in vars(module).values():
            entries = value.values() if isinstance(value, dict) else [value]
            for entry in entries:
                inner = entry if isinstance(entry, tuple) else (entry,)
                yield from (one for one in inner if isinstance(one, Text))


def places(sentence: str) -> set[str]:
    return {place for _, place, _, _ in Formatter().parse(sentence) if place}


def test_all_languages_of_a_text_have_the_same_places() -> None:
    found = list(all_texts())
    assert len(found) > 100
    for one in found:
        for language in LANGUAGES:
            assert places(one.of(language)) - ONLY_IN_TRANSLATION == places(one.en), one.en


def test_chinese_and_japanese_use_their_own_punctuation() -> None:
    for one in all_texts():
        for text in (one.zh, one.ja):
            pairs = pairwise(text)
            assert not any("\u3040" < a < "\ua000" and b in ",:;?!" for a, b in pairs), text


@pytest.mark.parametrize(
    ("asked", "accepted", "language"),
    [
        ("", "", "en"),
        ("ja", "zh-CN", "ja"),
        ("zh-CN", "", "zh"),
        ("xx", "ja", "ja"),
        ("", "fr, zh-TW;q=0.8, en;q=0.7", "zh"),
        ("", "en;q=0.2, ja-JP;q=0.9", "ja"),
        ("", "zh;q=0, ja;q=0.1", "ja"),
        ("", "ja;q=x, zh", "zh"),
        ("", ";;,=,q=1,*", "en"),
        ("", "fr," * 100_000 + "ja", "en"),
    ],
)
def test_the_address_then_the_browser_choose(asked: str, accepted: str, language: str) -> None:
    assert preferred_language(asked, accepted) == language


def test_a_phrase_escapes_what_stands_in_its_places() -> None:
    made = phrase("en", texts.UNREADABLE, host="<h>", reason="&")
    assert made == "The journal of &lt;h&gt; cannot be read now: &amp;"


@pytest.mark.parametrize(
    ("reason", "part"),
    [
        ("beta.test goes by the MX records of beta.test", "MX"),
        ("beta.test goes by host mail.beta.test:2525", "mail.beta.test:2525"),
        ("failed: 550 5.1.1 No such mailbox here", "550 5.1.1 No such mailbox here"),
        ("no rule says otherwise", "规则"),
    ],
)
def test_a_reason_of_ours_is_said_in_chinese_with_its_facts(reason: str, part: str) -> None:
    assert part in translated(reason, "zh") != reason


def test_an_unknown_reason_is_quoted_as_it_is() -> None:
    assert translated("because I say so", "ja") == ""
    assert translated("no rule says otherwise", "en") == ""
    assert translated("failed: " + "x" * 1_000_000, "zh") == ""


def fixed(sentence: str) -> list[str]:
    """The parts of a reason as its station writes them; what a route is, is put in from a table."""
    parts = [part for literal in literals(sentence) for part in literal.split(" goes by ")]
    return [part.strip(": ") for part in parts]


def test_every_reason_that_is_translated_is_still_given_by_some_station() -> None:
    root = Path(postroad.__file__).parent
    rooms = ("border", "msa", "mta", "mda", "mra")
    files = [file for room in rooms for file in (root / room).rglob("*.py")]
    source = "".join(file.read_text() for file in files)
    gone = [one.en for one in REASONS if any(part not in source for part in fixed(one.en))]
    assert not gone, "reworded: translate the new wording in lab/page/_reasons.py"

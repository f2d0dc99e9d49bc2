"""What Postroad says to a person, in English, simplified Chinese and Japanese.

A text is one constant with all its languages side by side, so none can be forgotten: `Text` cannot
be built without them, and a test compares their placeholders. Which language is spoken is decided
at the moment of speaking, from POSTROAD_LANG, LC_ALL, LC_MESSAGES and LANG, in this order.
"""

from __future__ import annotations

from postroad.app.texts._text import Language, Text, language_of, sentences, spoken_language
from postroad.app.texts._visible import visible, visible_json

__all__ = [
    "Language",
    "Text",
    "language_of",
    "sentences",
    "spoken_language",
    "visible",
    "visible_json",
]

"""The base subject: a subject without its `Re:`, `Fwd:`, `[list]` and `(fwd)`; and `Re:` put on.

The base is for machines, which IMAP wants to agree, so it knows English only. What an answer is
called is for people: their programs' own words for `Re:` are replaced, and `[ticket 7]` stays.

Invariants: linear, no recursion; the result of `Re:` alone is "".

Standards: RFC 5256 §2.1 and §5
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_SPACES: Final = re.compile(r"\s+")
# RFC 5256 §5: subj-blob and subj-refwd. Possessive, so that `[[[[…` costs one pass.
_BLOB: Final = re.compile(r"\[[^\[\]]*+\]\s*+")
_REPLY: Final = re.compile(r"(?:re|fwd?)\s*+(?:\[[^\[\]]*+\]\s*+)?:\s*+", re.IGNORECASE)
_FORWARD: Final = re.compile(r"\[fwd:", re.IGNORECASE)
_TRAILER: Final = "(fwd)"
_REPLY_WORDS: Final = (
    "re|ré|aw|antw|antwort|sv|vs|rif|ref|r|res|odp|ynt|vá|απ|回复|答复|回覆|返信|답장|회신"
)
_FORWARD_WORDS: Final = "fwd?|wg|tr|rv|enc|vl|vb|pd|doorst|i|πρθ|转发|轉寄|转寄|転送|전달"
_PREFIXES: Final = (
    r"\s*+((?:\[[^\[\]]*+\]\s*+)?)(?:(?:%s)\s*+(?:\[\d{1,3}\]|\(\d{1,3}\))?\s*+[:\uff1a]\s*+)++"
)
_REPLIED: Final = re.compile(_PREFIXES % _REPLY_WORDS, re.IGNORECASE)
_FORWARDED: Final = re.compile(_PREFIXES % f"{_FORWARD_WORDS}|{_REPLY_WORDS}", re.IGNORECASE)


class BaseSubject(NamedTuple):
    """The base subject and whether anything showed a reply or a forward."""

    text: str
    reply: bool


def base_subject(subject: str) -> str:
    """The base subject of a decoded subject, for SORT and THREAD; compare it case-folded."""
    return split_subject(subject).text


def reply_subject(subject: str) -> str:
    """What an answer to `subject` is called: one `Re:`, whatever other programs call theirs."""
    return f"Re: {_without(_REPLIED, subject)}".rstrip()


def forward_subject(subject: str) -> str:
    """What a forwarded `subject` is called: one `Fwd:`, and no `Re:` behind it."""
    return f"Fwd: {_without(_FORWARDED, subject)}".rstrip()


def _without(prefixes: re.Pattern[str], subject: str) -> str:
    """The subject without its first words that are prefixes; a `[list]` before them stays."""
    found = prefixes.match(subject)
    return (found[1] + subject[found.end() :] if found else subject).strip()


def split_subject(subject: str) -> BaseSubject:
    """RFC 5256 §2.1, steps 1 to 7; `reply` as RFC 5256 §3 wants to know it."""
    text = _SPACES.sub(" ", subject).strip()
    end, reply = len(text), False
    pos = 0
    while True:
        before = end
        end = _strip_trailers(text, pos, end)
        reply |= end < before and text[end:before].strip() != ""
        pos, seen = _strip_leaders(text, pos, end)
        reply |= seen
        if not (_FORWARD.match(text, pos, end) and text[end - 1 : end] == "]"):  # step 6
            break
        pos, end, reply = pos + 5, end - 1, True
        while pos < end and text[pos] == " ":
            pos += 1
    return BaseSubject(text[pos:end], reply)


def _strip_trailers(text: str, start: int, end: int) -> int:
    """Step 2: `(fwd)` and white space at the end, as often as they come."""
    while end > start:
        if text[end - 1] == " ":
            end -= 1
        elif text[max(end - 5, start) : end].lower() == _TRAILER:
            end -= 5
        else:
            break
    return end


def _strip_leaders(text: str, pos: int, end: int) -> tuple[int, bool]:
    """Steps 3 to 5: `*subj-blob subj-refwd` and, where something is left, one blob at a time."""
    reply = False
    while True:
        at = pos
        while blob := _BLOB.match(text, at, end):
            at = blob.end()
        if refwd := _REPLY.match(text, at, end):
            pos, reply = refwd.end(), True
            continue
        # Step 4: no reply follows these blobs; those go that leave a base behind them.
        while (blob := _BLOB.match(text, pos, end)) and blob.end() < end:
            pos = blob.end()
        return pos, reply

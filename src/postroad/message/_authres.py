"""Authentication-Results: what a receiver found out about a sender, method by method.

Invariants: linear; never raises; an unreadable field has no results.

Standards: RFC 8601 §2.2, RFC 8617 §4.1.1 (ARC-Authentication-Results)
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from postroad.message._limits import MAX_COMMENT_MARKS
from postroad.message._words import decode_raw

_TOKEN: Final = re.compile(
    r"\s++|(?P<open>\()|(?P<semi>;)|(?P<equals>=)"
    r"|(?P<quoted>\"(?:[^\"\\]++|\\.)*+\"?)|(?P<word>[^\s();=\"]++)|."
)
_COMMENT_MARK: Final = re.compile(r"\\.|[()]", re.DOTALL)
_MAX_TOKENS: Final = 5_000
"""Tokens read of one field; a field with forty methods has about 600."""


@dataclass(frozen=True, slots=True)
class MethodResult:
    """One `method=result`: properties as `ptype.property` to value, reason, and its comments."""

    method: str
    result: str
    version: str = ""
    reason: str = ""
    properties: dict[str, str] = field(default_factory=dict)
    comments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AuthenticationResults:
    """Who says so (`authserv_id`), and what; `instance` is ARC's `i=`, 0 without."""

    authserv_id: str
    results: tuple[MethodResult, ...]
    version: str = ""
    instance: int = 0


@dataclass(slots=True)
class _Clause:
    """Words of one clause, pairs as (name, value), comments."""

    words: list[str] = field(default_factory=list)
    pairs: list[tuple[str, str]] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)


def parse_authentication_results(value: bytes | str) -> AuthenticationResults:
    """An unfolded Authentication-Results or ARC-Authentication-Results field."""
    clauses = _clauses(decode_raw(value) if isinstance(value, bytes) else value)
    instance, host, version = 0, "", ""
    first, *rest = clauses
    if first.pairs and first.pairs[0][0] == "i" and not first.words:
        number = first.pairs[0][1]
        instance = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else 0
        first, *rest = rest or [_Clause()]
    if first.pairs:  # quirk: Microsoft 365 leaves the identifier out
        rest = [first, *rest]
    elif first.words:
        host, version = first.words[0], "".join(first.words[1:2])
    results = tuple(_result(clause) for clause in rest if clause.pairs)
    return AuthenticationResults(host, results, version, instance)


def _result(clause: _Clause) -> MethodResult:
    (method, result), *pairs = clause.pairs
    name, _, version = method.partition("/")
    reason = next((value for key, value in pairs if key == "reason"), "")
    properties: dict[str, str] = {}
    for key, value in pairs:
        if key != "reason":
            properties.setdefault(key, value)
    return MethodResult(
        name.lower(), result.lower(), version, reason, properties, tuple(clause.comments)
    )


def _clauses(text: str) -> list[_Clause]:
    """Clauses between semicolons; `name = value` pairs joined, comments cut out."""
    clauses = [_Clause()]
    name, pos = "", 0
    for _ in range(_MAX_TOKENS):
        token = _TOKEN.match(text, pos)
        if token is None:
            break
        pos, kind = token.end(), token.lastgroup
        current = clauses[-1]
        if kind == "semi":
            clauses.append(_Clause())
            name = ""
        elif kind == "open":
            end = _comment_end(text, pos)
            current.comments.append(text[pos : end - 1])
            pos = end
        elif kind == "equals":
            name = current.words.pop().lower() if current.words else name
        elif kind in ("word", "quoted"):
            name = _add(current, name, token[0])
    return clauses


def _add(clause: _Clause, name: str, word: str) -> str:
    """A word completes a pair whose name waits, or stands alone; gives the name still waiting."""
    if word.startswith('"'):
        word = word[1:-1] if word.endswith('"') and len(word) > 1 else word[1:]
        word = word.replace('\\"', '"').replace("\\\\", "\\")
    if name:
        clause.pairs.append((name, word))
    else:
        clause.words.append(word)
    return ""


def _comment_end(text: str, pos: int) -> int:
    depth = 1
    for mark in islice(_COMMENT_MARK.finditer(text, pos), MAX_COMMENT_MARKS):
        depth += {"(": 1, ")": -1}.get(mark[0], 0)
        if depth == 0:
            return mark.end()
    return len(text) + 1

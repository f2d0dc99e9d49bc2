"""A Received field taken apart: who handed over to whom, how, for whom and when.

Read as Postfix, Exim, Sendmail, qmail, Exchange, Gmail, Dovecot, Courier, OpenSMTPD, Domino, Yahoo,
Haraka, Stalwart, mox and Postroad write it. What a peer called itself (HELO) and what its
address resolved to are kept apart: the first is a claim, the second was looked up.

Invariants: linear, raises nothing; a clause that is not there is "".

Standards: RFC 5321 §4.4, RFC 5322 §3.6.7, RFC 3848 (with), RFC 8314 §7 (TLS cipher)
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from postroad.message._dates import Date, parse_date
from postroad.message._words import decode_raw

_CLAUSES: Final = frozenset(("from", "by", "via", "with", "id", "for", "envelope-from", "tls"))
_TOKEN: Final = re.compile(r"[^\s()\";]++|\"(?:[^\"\\]++|\\.)*+\"?|[();]", re.DOTALL)
_MAX_TOKENS: Final = 2_000
"""Tokens read of one field; the longest seen in real mail have about 80."""

_HELO: Final = re.compile(r"\b(?:helo|ehlo)[ =:]\s*([^\s()]+)", re.IGNORECASE)
_BRACKET_IP: Final = re.compile(r"\[(?:ipv6:)?([0-9a-f.:]{2,45})(?:%\w+)?\]", re.IGNORECASE)
_BARE_IP: Final = re.compile(
    r"(?:^|[\s@])((?:\d{1,3}\.){3}\d{1,3}|(?=[0-9a-f]*:)[0-9a-f:.]{3,45})(?=$|[\s:])", re.IGNORECASE
)
_TLS_VERSION: Final = re.compile(
    r"\b(?:(TLS)v?[ ]?(1)(?:[._](\d))?|(SSL)v(\d))(?![\w.])", re.IGNORECASE
)
_CIPHER: Final = re.compile(r"\bcipher[= ]\s*([A-Za-z0-9_-]+)", re.IGNORECASE)
_COLON_CIPHER: Final = re.compile(r"^\W*(?:TLS|SSL)[^\s:]*[: ]([A-Z0-9_-]{6,})", re.IGNORECASE)
_ENVELOPE_FROM: Final = re.compile(
    r"envelope-(?:from|sender)[ =]\s*<?([^\s<>()]*)>?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Received:
    """One hop. Texts are as written, brackets and angle brackets removed.

    `helo` is the peer's own word, `reverse_name` what the receiver found for `address`.
    """

    helo: str = ""
    reverse_name: str = ""
    address: str = ""
    by: str = ""
    via: str = ""
    protocol: str = ""
    """The `with` clause: SMTP, ESMTPS, LMTP, `Microsoft SMTP Server`, …"""
    id: str = ""
    recipient: str = ""
    """The `for` clause."""
    envelope_from: str = ""
    tls_version: str = ""
    """`TLSv1.3`, `TLSv1.2`, … whatever the writer's spelling."""
    tls_cipher: str = ""
    date: Date | None = None
    comments: tuple[str, ...] = ()


@dataclass(slots=True)
class _Clause:
    words: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)

    @property
    def first(self) -> str:
        return self.words[0] if self.words else ""


def parse_received(value: bytes | str) -> Received:
    """An unfolded Received field as its clauses."""
    text = decode_raw(value) if isinstance(value, bytes) else value
    clauses, date_at = _clauses(text)
    comments = [comment for clause in clauses.values() for comment in clause.comments]
    helo, name, address = _origin(clauses.get("from", _Clause()))
    version, cipher = _tls(comments, clauses.get("tls", _Clause()))
    return Received(
        helo=helo,
        reverse_name=name,
        address=address,
        by=_bare(clauses["by"].first) if "by" in clauses else "",
        via=" ".join(clauses["via"].words) if "via" in clauses else "",
        protocol=" ".join(clauses["with"].words) if "with" in clauses else "",
        id=clauses["id"].first.strip("<>") if "id" in clauses else "",
        recipient=clauses["for"].first.strip("<>") if "for" in clauses else "",
        envelope_from=_envelope_from(clauses, comments),
        tls_version=version,
        tls_cipher=cipher,
        date=parse_date(text[date_at:]) if date_at >= 0 else None,
        comments=tuple(comments),
    )


def _clauses(text: str) -> tuple[dict[str, _Clause], int]:
    """Clauses by keyword (the first of each) and the offset after the semicolon, -1 without one."""
    clauses: dict[str, _Clause] = {"": _Clause()}
    current, depth, opened = clauses[""], 0, 0
    date_at = -1
    for count, token in enumerate(_TOKEN.finditer(text)):
        word = token[0]
        if word == "(":
            opened = token.end() if depth == 0 else opened
            depth += 1
        elif word == ")":
            if depth == 1:
                current.comments.append(text[opened : token.start()])
            depth = max(depth - 1, 0)
        elif depth == 0 and word == ";":
            date_at = token.end()
        elif depth == 0 and date_at < 0:
            current = _word(word, clauses, current)
        if count >= _MAX_TOKENS:
            break
    return clauses, date_at


def _word(word: str, clauses: dict[str, _Clause], current: _Clause) -> _Clause:
    key = word.lower()
    if key in _CLAUSES and key not in clauses and (current.words or current is clauses[""]):
        clauses[key] = _Clause()
        return clauses[key]
    current.words.append(word)
    return current


def _origin(clause: _Clause) -> tuple[str, str, str]:
    """HELO, reverse name and address of a `from` clause."""
    said = _bare(clause.first)
    helo = name = address = ""
    for comment in clause.comments[:4]:
        if found := _HELO.search(comment):
            helo = helo or _bare(found[1])
        if not address and (found := _BRACKET_IP.search(comment) or _BARE_IP.search(comment)):
            address = found[1]
            name = name or _name_before(comment, found.start())
    literal = _BRACKET_IP.match(clause.first) or _BARE_IP.match(clause.first)
    if literal and not address:
        address = literal[1]
    if helo:  # qmail, Exim, Yahoo: what stands in front is the looked-up name
        name = name or ("" if said.lower() == "unknown" or literal else said)
        return helo, name.rstrip("."), address
    return said, name.rstrip("."), address


def _name_before(comment: str, at: int) -> str:
    """The host name in front of an address, as in `mail.example [192.0.2.1]`."""
    words = comment[:at].split()
    word = words[-1] if words else ""
    if word == "localhost":
        return word
    if "." not in word or "=" in word or word.endswith(":") or "@" in word:
        return ""
    return word


def _tls(comments: list[str], clause: _Clause) -> tuple[str, str]:
    version, cipher = "", clause.first  # RFC 8314 §7: the `tls` clause names the cipher suite
    for comment in comments:
        if not version and (found := _TLS_VERSION.search(comment)):
            family, major, minor, ssl, ssl_version = found.groups()
            version = f"TLSv{major}.{minor or 0}" if family else f"{ssl.upper()}v{ssl_version}"
        if not cipher and (found := _CIPHER.search(comment) or _COLON_CIPHER.search(comment)):
            cipher = found[1]
    return version, cipher


def _envelope_from(clauses: dict[str, _Clause], comments: list[str]) -> str:
    if "envelope-from" in clauses:
        return clauses["envelope-from"].first.strip("<>")
    for comment in comments:
        if found := _ENVELOPE_FROM.search(comment):
            return found[1]
    return ""


def _bare(word: str) -> str:
    """A host as written, without the brackets of an address literal."""
    if word.startswith("[") and word.endswith("]"):
        word = word[1:-1]
        return word[5:] if word[:5].lower() == "ipv6:" else word
    return word

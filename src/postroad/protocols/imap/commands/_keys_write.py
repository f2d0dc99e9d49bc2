"""Writes the tree of a search as keys.

Standards: RFC 9051 §9 (search-key)
"""

from __future__ import annotations

from postroad.protocols.imap import search_keys as k
from postroad.protocols.imap._writer import Writer
from postroad.protocols.imap.search_keys import Key

_FIELDS = {"BCC", "CC", "FROM", "SUBJECT", "TO"}
_SYSTEM = {"\\Answered", "\\Deleted", "\\Draft", "\\Flagged", "\\Seen"}


def write_keys(out: Writer, key: Key) -> None:
    """The whole tree; And at its top needs no parentheses."""
    if isinstance(key, k.And):
        for count, one in enumerate(key.keys):
            out.word(" " if count else "")
            write_key(out, one)
    else:
        write_key(out, key)


def write_key(out: Writer, key: Key) -> None:
    """One key."""
    match key:
        case k.And(keys):
            out.listed(keys, lambda one: write_key(out, one))
        case k.Or(keys):
            for one in keys[:-1]:
                out.word("OR ")
                write_key(out, one)
                out.word(" ")
            write_key(out, keys[-1])
        case k.Not(inner):
            out.word("NOT ")
            write_key(out, inner)
        case k.Numbered(messages):
            out.word(messages.encode())
        case k.InHeader(name, text):
            _write_header(out, name, text)
        case k.InBody(text):
            out.word("BODY ").astring(text)
        case k.InText(text):
            out.word("TEXT ").astring(text)
        case _:
            out.word(_plain(key))


def _write_header(out: Writer, name: str, text: str) -> None:
    if name in _FIELDS:
        out.word(name, " ").astring(text)
    else:
        out.word("HEADER ").astring(name).word(" ").astring(text)


def _plain(key: Key) -> str:
    """A key of words and numbers."""
    match key:
        case k.HasFlag(flag, present):
            return _flag(flag, "" if present else "UN")
        case k.Recency(kind):
            return kind
        case k.Dated(of, when, day):
            return f"{of}{when} {day.day}-{day:%b}-{day.year:04}"
        case k.Sized(larger, octets):
            return f"{'LARGER' if larger else 'SMALLER'} {octets}"
        case k.Aged(older, seconds):
            return f"{'OLDER' if older else 'YOUNGER'} {seconds}"
        case k.ModSeqSince():
            return _modseq(key)
        case k.HasEmailId(object_id):
            return f"EMAILID {object_id}"
        case k.HasThreadId(object_id):
            return f"THREADID {object_id}"
        case k.HasUid(uids):
            return f"UID {uids.encode().decode()}"
    return "SAVEDATESUPPORTED" if isinstance(key, k.SaveDateSupported) else "ALL"


def _flag(flag: str, prefix: str) -> str:
    if flag in _SYSTEM:
        return prefix + flag[1:].upper()
    return f"{prefix}KEYWORD {flag}"


def _modseq(key: k.ModSeqSince) -> str:
    if not key.entry:
        return f"MODSEQ {key.value}"
    entry = key.entry.replace("\\", "\\\\").replace('"', '\\"')
    return f'MODSEQ "{entry}" {key.scope} {key.value}'

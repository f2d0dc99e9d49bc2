"""Address lists: who a message is from and to, as everyone from RFC 822 to spam writes them.

One tokenizer and one small state machine for all address fields, so that filter, display and
ENVELOPE see the same address (CVE-2023-27043): an address with two `@` outside quotes is not one.

Tolerances (docs/quirks.md): missing brackets, semicolons between addresses, routes, comments as
names, unclosed quotes, encoded-words inside quotes or with commas and at signs in them, raw
UTF-8.

Invariants: linear; raises nothing; at most MAX_ADDRESS_TOKENS tokens are read.

Standards: RFC 5322 §3.4 and §4.4, RFC 6532, RFC 6854 (groups in From)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final, TypeAlias

from postroad.message._limits import MAX_ADDRESS_TOKENS, MAX_ADDRESSES, MAX_COMMENT_MARKS
from postroad.message._words import decode_raw, decode_words

# One mailbox in its usual form, up to a comma or the end: nine of ten never see the tokenizer.
_USUAL: Final = re.compile(
    r"\s*+(?:\"([^\"\\<>]*+)\"\s*+|([^\s\"\\<>()\[\]@,:;][^\"\\<>()\[\]@,:;]*+))?"
    r"<([^\s\"\\<>()\[\]@,:;]++)@([^\s\"\\<>()\[\]@,:;]++)>\s*+(?:,|\Z)"
)
_BARE: Final = re.compile(r"\s*+([^\s\"\\<>()\[\]@,:;]++)@([^\s\"\\<>()\[\]@,:;]++)\s*+(?:,|\Z)")
_TOKEN: Final = re.compile(
    r"(?P<space>\s++)|(?P<sep>[,;\s]++)|(?P<word>=\?[^?\s]{1,60}+\?[bBqQ]\?[^?\s]*+\?=)"
    r"|(?P<atom>[^\s\"\\<>()\[\]@,:;]++)"
    r"|(?P<quoted>\"(?:[^\"\\]++|\\.)*+\")|(?P<literal>\[(?:[^\[\]\\]++|\\.)*+\])"
    r"|(?P<pair>\\.)|(?P<mark>.)",
    re.DOTALL,
)
_COMMENT_MARK: Final = re.compile(r"[()]|\\.", re.DOTALL)
_PAIR: Final = re.compile(r"\\(.)", re.DOTALL)
# Quirk: dots in a row or at an end are written without quotes, as their owners do.
_DOT_ATOM: Final = re.compile(r"[^\s\"\\<>()\[\]@,:;\x00-\x1f\x7f]++\Z")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One address. `raw_name` keeps its encoded-words; `local` is unquoted; both sides may be "".

    A name without an address has neither; a bare word (`root`) has a local part only.
    """

    raw_name: str
    local: str
    domain: str

    @property
    def name(self) -> str:
        """The display name as a person reads it."""
        return decode_words(self.raw_name)

    @property
    def address(self) -> str:
        """`local@domain`, the local part unquoted; "" unless both are there."""
        return f"{self.local}@{self.domain}" if self.local and self.domain else ""

    @property
    def addr_spec(self) -> str:
        """The address as RFC 5322 §3.4.1 writes it, quoted where it must be."""
        local = self.local if _DOT_ATOM.match(self.local) else quote(self.local)
        return f"{local}@{self.domain}" if self.local and self.domain else self.local


@dataclass(frozen=True, slots=True)
class Group:
    """A named list, such as `undisclosed-recipients:;`."""

    raw_name: str
    members: tuple[Mailbox, ...]

    @property
    def name(self) -> str:
        """The group's name as a person reads it."""
        return decode_words(self.raw_name)


AddressItem: TypeAlias = Mailbox | Group


def parse_addresses(value: bytes | str) -> tuple[AddressItem, ...]:
    """Mailboxes and groups of an unfolded address field, in order."""
    text = decode_raw(value) if isinstance(value, bytes) else value
    text = text.replace("\0", "")  # as every view of ours leaves them out
    reader = _Reader(text)
    items, pos = reader.items, 0
    while pos < len(text) and len(items) < MAX_ADDRESSES:
        if found := _USUAL.match(text, pos):
            items.append(Mailbox((found[1] or found[2] or "").strip(), found[3], found[4]))
            pos = found.end()
        elif found := _BARE.match(text, pos):
            items.append(Mailbox("", found[1], found[2]))
            pos = found.end()
        else:
            pos = reader.read(pos)
    return tuple(items)


def mailboxes(items: Iterable[AddressItem]) -> tuple[Mailbox, ...]:
    """The mailboxes of a list, groups opened."""
    return tuple(_flatten(items))


def parse_mailbox(value: bytes | str) -> Mailbox | None:
    """The first mailbox of a field that should hold one (Sender, Return-Path), or None."""
    return next(_flatten(parse_addresses(value)), None)


def quote(text: str) -> str:
    """A quoted-string (RFC 5322 §3.2.4)."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _flatten(items: Iterable[AddressItem]) -> Iterator[Mailbox]:
    for item in items:
        if isinstance(item, Group):
            yield from item.members
        else:
            yield item


class _Reader:
    """The slow path: tokens to mailboxes, one pass, forgiving."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.pos = 0
        self.tokens = 0
        self.items: list[AddressItem] = []
        self.group: str | None = None
        self.members: list[Mailbox] = []
        self.comments_end = True  # once a comment does not close, no later one is looked for
        self._reset()

    def _reset(self) -> None:
        self.phrase: list[str] = []  # what stands outside the brackets
        self.comments: list[str] = []
        self.spec: list[str] | None = None  # what stands inside them
        self.spec_ats: list[int] = []
        self.phrase_ats: list[int] = []
        self.closed = False
        self.before_close = 0  # how much of the phrase stood before the closing bracket
        self.space = False

    def read(self, pos: int) -> int:
        """Read at least one item from `pos`; where the next begins, the end when all is read."""
        self.pos = pos
        while token := _TOKEN.match(self.text, self.pos):
            self.tokens += 1
            if self.tokens > MAX_ADDRESS_TOKENS:
                break
            self.pos = token.end()
            kind, text = token.lastgroup, token[0]
            if kind == "space":
                self.space = True
            elif kind == "sep":
                if self._separate(";" in text):
                    return self.pos
            elif kind == "mark":
                self._mark(text)
            else:
                self._add(text)
        self._finish_mailbox()
        self._finish_group()
        return len(self.text)

    def _add(self, text: str) -> None:
        if self.spec is not None and not self.closed:
            self.spec.append(text)
        else:
            if self.space and self.phrase and not self._in_domain(text):
                self.phrase.append(" ")
            self.phrase.append(text)
        self.space = False

    def _in_domain(self, text: str) -> bool:
        """RFC 5322 §4.4: white space around the dots of a domain, as in `jdoe@test . example`."""
        return bool(self.phrase_ats) and (text[0] == "." or self.phrase[-1][-1] == ".")

    def _separate(self, semicolon: bool) -> bool:
        """End a mailbox, or a group; whether the next item may be of the usual form."""
        if self.spec and self.spec[0] == "@" and not self.closed:
            return False  # RFC 5322 §4.4: commas inside a route
        self._finish_mailbox()
        if semicolon:
            self._finish_group()
        return self.group is None

    def _mark(self, mark: str) -> None:
        if mark == "<":
            self._open()
        elif mark == ">":
            self._close()
        elif mark == "(":
            self._comment()
        elif mark == "@":
            self._at()
        elif mark == ":" and self.spec is None and not self.phrase_ats and self.group is None:
            self._begin_group()
        elif mark == ":" and self.spec is not None and self.spec_ats:
            self._end_route()
        elif mark not in '")]\\[':  # quirk: an unclosed quote or bracket is left out
            self._add(mark)

    def _open(self) -> None:
        if self.spec is not None and not self.closed:
            self.spec, self.spec_ats = [], []  # quirk: `<<a@b>>`
        elif self.spec is None:
            self.spec = []
        else:  # quirk: `<a@b> <c@d>` without a comma; words between them name the second
            name, self.phrase = self.phrase[self.before_close :], self.phrase[: self.before_close]
            self._finish_mailbox()
            if len(name) > 1 and decode_words(name[1]) in (",", ";"):
                del name[:3]  # quirk: Python before 3.12 encodes the commas of a long list
            self.phrase, self.spec = name, []

    def _close(self) -> None:
        if self.spec is not None and not self.closed:
            self.closed, self.before_close = True, len(self.phrase)

    def _at(self) -> None:
        if self.spec is not None and not self.closed:
            self.spec_ats.append(len(self.spec))
            self.spec.append("@")
        elif self.spec is None:
            if self.space and self.phrase:
                self.phrase.append(" ")
            self.phrase_ats.append(len(self.phrase))
            self.phrase.append("@")
            self.space = False

    def _end_route(self) -> None:
        """RFC 5322 §4.4: `<@hop,@hop:addr>`; the route means nothing any more."""
        self.spec, self.spec_ats = [], []

    def _begin_group(self) -> None:
        name = _phrase_text(self.phrase)
        if name.lower() != "mailto":  # quirk: `mailto:a@b`, a link that was pasted
            self.group = name
        self._reset()

    def _comment(self) -> None:
        depth = 1
        if not self.comments_end:
            return
        for mark in islice(_COMMENT_MARK.finditer(self.text, self.pos), MAX_COMMENT_MARKS):
            depth += {"(": 1, ")": -1}.get(mark[0], 0)
            if depth == 0:
                self.comments.append(self.text[self.pos : mark.start()])
                self.pos = mark.end()
                self.space = True
                return
        self.comments_end = False

    def _finish_mailbox(self) -> None:
        mailbox = self._mailbox()
        self._reset()
        if mailbox is not None:
            (self.items if self.group is None else self.members).append(mailbox)

    def _finish_group(self) -> None:
        if self.group is not None:
            self.items.append(Group(self.group, tuple(self.members)))
            self.group, self.members = None, []

    def _mailbox(self) -> Mailbox | None:
        comment = _PAIR.sub(r"\1", self.comments[-1]).strip() if self.comments else ""
        if self.spec is not None:
            local, domain = _split(self.spec, self.spec_ats) if self.spec else ("", "")
            name = _phrase_text(self.phrase) if self.phrase else ""
            return Mailbox(name or comment, local, domain)
        if not self.phrase:
            return None
        if not self.phrase_ats:
            if " " in self.phrase or _is_name(self.phrase):  # words without an address
                return Mailbox(_phrase_text(self.phrase), "", "")
            return Mailbox(comment, _unquote(self.phrase), "")
        return self._unbracketed(comment)

    def _unbracketed(self, comment: str) -> Mailbox:
        """`a@b`, or the quirk `Some Name a@b`: what touches the at sign is the address."""
        if len(self.phrase_ats) > 1:  # which one is meant cannot be said (CVE-2023-27043)
            return Mailbox(_phrase_text(self.phrase), "", "")
        start = at = self.phrase_ats[0]
        if start > 0 and self.phrase[start - 1] == " ":
            start -= 1  # RFC 5322 §4.4: white space around the at sign
        while start > 0 and self.phrase[start - 1] != " ":
            start -= 1
        spec = self.phrase[start:]
        end = spec.index(" ", at - start + 2) if " " in spec[at - start + 2 :] else len(spec)
        ats = [i for i, word in enumerate(spec[:end]) if word == "@"]
        local, domain = _split(spec[:end], ats)
        return Mailbox(_phrase_text(self.phrase[:start]) or comment, local, domain)


def _split(tokens: list[str], ats: list[int]) -> tuple[str, str]:
    """Local part and domain of the tokens of an addr-spec; neither when there are two at signs."""
    if not ats:
        return _unquote(tokens), ""
    if len(ats) > 1:
        return "", ""
    local = _unquote([word for word in tokens[: ats[0]] if word != " "])
    if local[:7].lower() == "mailto:":  # quirk: `<mailto:a@b>`, a link that was pasted
        local = local[7:]
    return local, "".join(word for word in tokens[ats[0] + 1 :] if word != " ")


def _is_name(phrase: list[str]) -> bool:
    """Quirk: a lone quoted name with spaces, or a lone encoded-word, is no local part."""
    only = phrase[0] if len(phrase) == 1 else ""
    return (only[:1] == '"' and " " in only) or (only[:2] == "=?" and only[-2:] == "?=")


def _unquote(tokens: list[str]) -> str:
    return "".join(_unquote_one(token) for token in tokens)


def _unquote_one(token: str) -> str:
    if token[:1] == '"':
        return _PAIR.sub(r"\1", token[1:-1])
    return token[1:] if token[:1] == "\\" and len(token) == 2 else token


def _phrase_text(tokens: list[str]) -> str:
    return _unquote(tokens).strip()

"""Writes commands: what `_reader` reads, for tests and for clients.

Octets that need it go as non-synchronising literals (RFC 7888). A message is not written: the
pieces of a command end where it is to follow.

Standards: RFC 9051 §9, RFC 7888 §3
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable
from typing import TypeVar

from postroad.protocols.imap.strings import mailbox, string

T = TypeVar("T")

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_ASTRING = re.compile(rb"[^\x00-\x20(){%*\"\\\x7f-\xff]++")


class Writer:
    """Gathers one command. `utf8`: the session has enabled UTF-8."""

    def __init__(self, *, utf8: bool = False) -> None:
        self.utf8 = utf8
        self._pieces: list[bytes] = []
        self._now = bytearray()

    def word(self, *octets: bytes | str) -> Writer:
        """These as they are, nothing between them."""
        for one in octets:
            self._now += one.encode() if isinstance(one, str) else one
        return self

    def string(self, value: bytes) -> Writer:
        """A quoted string or a literal."""
        made = string(value, utf8=self.utf8)
        if made[:1] != b'"':
            made = b"%b{%d+}\r\n%b" % (b"~" if b"\0" in value else b"", len(value), value)
        return self.word(made)

    def astring(self, value: bytes | str) -> Writer:
        """An atom or a string."""
        octets = value.encode() if isinstance(value, str) else value
        return self.word(octets) if _ASTRING.fullmatch(octets) else self.string(octets)

    def nstring(self, value: bytes | None) -> Writer:
        """A string or NIL."""
        return self.word(b"NIL") if value is None else self.string(value)

    def mailbox(self, name: str) -> Writer:
        """A mailbox's name, as the session writes names."""
        made = mailbox(name, utf8=self.utf8)
        if made[:1] != b"{":  # no name has a NUL that would make a literal8 of it
            return self.word(made)
        octets = made.partition(b"\r\n")[2]
        return self.word(b"{%d+}\r\n%b" % (len(octets), octets))

    def listed(self, items: Iterable[T], write: Callable[[T], object]) -> Writer:
        """`(item item …)`."""
        self.word(b"(")
        for count, item in enumerate(items):
            if count:
                self.word(b" ")
            write(item)
        return self.word(b")")

    def words(self, items: Iterable[str]) -> Writer:
        """Words in parentheses."""
        return self.word("(", " ".join(items), ")")

    def date(self, day: datetime.date) -> Writer:
        """RFC 9051 §9 `date`."""
        return self.word(f"{day.day}-{_MONTHS[day.month - 1]}-{day.year:04}")

    def date_time(self, moment: datetime.datetime) -> Writer:
        """RFC 9051 §9 `date-time`."""
        return self.word(
            f'"{moment.day:2}-{_MONTHS[moment.month - 1]}-{moment.year:04} '
            f'{moment:%H:%M:%S} {moment:%z}"'
        )

    def message(self, size: int, *, binary: bool) -> Writer:
        """The head of a literal that is streamed; what follows is the next piece."""
        self.word(b"~" if binary else b"", b"{%d+}\r\n" % size)
        self._pieces.append(bytes(self._now))
        self._now.clear()
        return self

    def pieces(self) -> tuple[bytes, ...]:
        """The command: a message belongs between each piece and the next."""
        return (*self._pieces, bytes(self._now))

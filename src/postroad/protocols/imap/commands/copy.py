"""COPY and MOVE: messages into another mailbox.

Standards: RFC 9051 §6.4.7, §6.4.8, §6.4.9; RFC 6851 §3
"""

from __future__ import annotations

import msgspec

from postroad.protocols.imap._reader import Reader
from postroad.protocols.imap._writer import Writer
from postroad.protocols.imap.sequences import SequenceSet


class Copy(msgspec.Struct, frozen=True):
    """The messages stay."""

    messages: SequenceSet
    mailbox: str
    uid: bool = False

    @classmethod
    def parse(cls, reader: Reader, uid: bool = False) -> Copy:
        """`set mailbox`."""
        return cls(*_arguments(reader), uid)

    def write(self, out: Writer) -> None:
        """As it is sent."""
        out.word("UID " if self.uid else "", "COPY ", self.messages.encode(), " ")
        out.mailbox(self.mailbox)


class Move(msgspec.Struct, frozen=True):
    """The messages go."""

    messages: SequenceSet
    mailbox: str
    uid: bool = False

    @classmethod
    def parse(cls, reader: Reader, uid: bool = False) -> Move:
        """`set mailbox`."""
        return cls(*_arguments(reader), uid)

    def write(self, out: Writer) -> None:
        """As it is sent."""
        out.word("UID " if self.uid else "", "MOVE ", self.messages.encode(), " ")
        out.mailbox(self.mailbox)


def _arguments(reader: Reader) -> tuple[SequenceSet, str]:
    reader.space()
    messages = reader.sequence()
    reader.space()
    return messages, reader.mailbox()

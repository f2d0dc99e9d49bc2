"""Commands about one mailbox by name: DELETE, SUBSCRIBE, UNSUBSCRIBE, GETQUOTAROOT.

Standards: RFC 9051 §6.3.5, §6.3.7, §6.3.8; RFC 9208 §4.1.3
"""

from __future__ import annotations

from typing import ClassVar

import msgspec

from postroad.protocols.imap._reader import Reader
from postroad.protocols.imap._writer import Writer


class _OfMailbox(msgspec.Struct, frozen=True):
    """A command whose argument is a mailbox."""

    NAME: ClassVar[str] = ""
    mailbox: str

    @classmethod
    def parse(cls, reader: Reader) -> _OfMailbox:
        """A name."""
        reader.space()
        return cls(reader.mailbox())

    def write(self, out: Writer) -> None:
        """Its name and the mailbox's."""
        out.word(self.NAME, " ").mailbox(self.mailbox)


class Delete(_OfMailbox, frozen=True):
    """Remove a mailbox."""

    NAME = "DELETE"


class Subscribe(_OfMailbox, frozen=True):
    """Add a name to the list of subscriptions."""

    NAME = "SUBSCRIBE"


class Unsubscribe(_OfMailbox, frozen=True):
    """Take a name from the list of subscriptions."""

    NAME = "UNSUBSCRIBE"


class GetQuotaRoot(_OfMailbox, frozen=True):
    """Which quotas count for this mailbox, and how full are they?"""

    NAME = "GETQUOTAROOT"

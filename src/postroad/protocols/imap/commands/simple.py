"""Commands that are one word: CAPABILITY, NOOP, LOGOUT, STARTTLS, CHECK, CLOSE and their like.

Standards: RFC 9051 §6.1, §6.2.1, §6.3.10, §6.3.13, §6.4.1, §6.4.2; RFC 3501 §6.4.1 (CHECK);
RFC 2177 (IDLE); RFC 8437 §3 (UNAUTHENTICATE)
"""

from __future__ import annotations

from typing import ClassVar

import msgspec

from postroad.protocols.imap._reader import Reader
from postroad.protocols.imap._writer import Writer


class _Word(msgspec.Struct, frozen=True):
    """A command without arguments."""

    NAME: ClassVar[str] = ""

    @classmethod
    def parse(cls, reader: Reader) -> _Word:
        """Nothing follows."""
        return cls()

    def write(self, out: Writer) -> None:
        """Its name."""
        out.word(self.NAME)


class Capability(_Word, frozen=True):
    """What is on offer?"""

    NAME = "CAPABILITY"


class Noop(_Word, frozen=True):
    """Is there news?"""

    NAME = "NOOP"


class Logout(_Word, frozen=True):
    """The end."""

    NAME = "LOGOUT"


class StartTls(_Word, frozen=True):
    """TLS from here on."""

    NAME = "STARTTLS"


class Check(_Word, frozen=True):
    """IMAP4rev1's checkpoint; the same as NOOP."""

    NAME = "CHECK"


class Close(_Word, frozen=True):
    """Leave the mailbox and remove what is marked; no EXPUNGE is sent."""

    NAME = "CLOSE"


class Unselect(_Word, frozen=True):
    """Leave the mailbox."""

    NAME = "UNSELECT"


class Idle(_Word, frozen=True):
    """News as they come, until DONE."""

    NAME = "IDLE"


class Namespace(_Word, frozen=True):
    """Where are the mailboxes?"""

    NAME = "NAMESPACE"


class Unauthenticate(_Word, frozen=True):
    """Back to the state before the login."""

    NAME = "UNAUTHENTICATE"

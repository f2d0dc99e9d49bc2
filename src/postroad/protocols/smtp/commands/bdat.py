"""BDAT: so many octets follow, whatever they are.

Standards: RFC 3030 §2
"""

from __future__ import annotations

import re

import msgspec

from postroad.protocols.smtp import limits
from postroad.protocols.smtp.errors import CommandError
from postroad.protocols.smtp.replies import Reply

_ARGUMENT = re.compile(rf"([0-9]{{1,{limits.SIZE_DIGITS}}})(?: +(LAST))?", re.IGNORECASE)


class Chunk(msgspec.Struct, frozen=True):
    """`size` octets follow the line; `last` when they end the message."""

    size: int
    last: bool = False

    def __post_init__(self) -> None:
        if self.size < 0:
            raise ValueError("a chunk has no negative size")

    def encode(self) -> bytes:
        """The command line, which the octets must follow."""
        return b"BDAT %d%b\r\n" % (self.size, b" LAST" if self.last else b"")


def parse_bdat(argument: str) -> Chunk:
    """Raises CommandError; then nobody knows where the next command begins."""
    found = _ARGUMENT.fullmatch(argument)
    if found is None:
        raise CommandError(Reply(501, "5.5.4", ("Write BDAT size, or BDAT size LAST",)))
    return Chunk(int(found[1]), found[2] is not None)

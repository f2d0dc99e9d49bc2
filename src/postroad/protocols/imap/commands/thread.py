"""THREAD: which messages are these, as conversations?

Standards: RFC 5256 §3, §5; THREAD=REFS is draft-ietf-morg-inthread's
"""

from __future__ import annotations

import msgspec

from postroad.protocols.imap._reader import Reader
from postroad.protocols.imap._writer import Writer
from postroad.protocols.imap.commands._keys_read import read_keys
from postroad.protocols.imap.commands._keys_write import write_keys
from postroad.protocols.imap.search_keys import Key

ALGORITHMS = {name: name for name in ("ORDEREDSUBJECT", "REFERENCES", "REFS")}


class Thread(msgspec.Struct, frozen=True):
    """`algorithm` of ALGORITHMS."""

    algorithm: str
    key: Key
    uid: bool = False

    @classmethod
    def parse(cls, reader: Reader, uid: bool = False) -> Thread:
        """`algorithm charset key …`."""
        reader.space()
        algorithm = reader.one_of(ALGORITHMS, "ORDEREDSUBJECT, REFERENCES or REFS")
        reader.space()
        charset = reader.text_string()
        reader.space()
        return cls(algorithm, read_keys(reader, charset), uid)

    def write(self, out: Writer) -> None:
        """As it is sent; texts are UTF-8."""
        out.word("UID THREAD " if self.uid else "THREAD ", self.algorithm, " UTF-8 ")
        write_keys(out, self.key)

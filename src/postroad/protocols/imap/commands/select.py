"""SELECT and EXAMINE: open a mailbox, to change it or only to look.

Standards: RFC 9051 §6.3.2, §6.3.3; RFC 7162 §3.1.8 (CONDSTORE), §3.2.5 (QRESYNC)
"""

from __future__ import annotations

import msgspec

from postroad.protocols.imap import limits
from postroad.protocols.imap._reader import Reader
from postroad.protocols.imap._writer import Writer
from postroad.protocols.imap.errors import BadSyntax
from postroad.protocols.imap.sequences import SequenceSet
from postroad.protocols.imap.status import Code


class Resync(msgspec.Struct, frozen=True):
    """What the client knew when it was last here (RFC 7162 §3.2.5)."""

    uid_validity: int
    modseq: int
    known_uids: SequenceSet | None = None
    match: tuple[SequenceSet, SequenceSet] | None = None  # message numbers and their UIDs


class Select(msgspec.Struct, frozen=True):
    """`read_only` for EXAMINE."""

    mailbox: str
    read_only: bool = False
    condstore: bool = False
    resync: Resync | None = None

    @classmethod
    def parse(cls, reader: Reader) -> Select:
        """`mailbox [(parameters)]`."""
        return _parse(reader, read_only=False)

    def write(self, out: Writer) -> None:
        """As it is sent."""
        out.word("EXAMINE " if self.read_only else "SELECT ").mailbox(self.mailbox)
        words = ["CONDSTORE"] if self.condstore else []
        words += [_encode_resync(self.resync)] if self.resync else []
        if words:
            out.word(" ").words(words)


def parse_examine(reader: Reader) -> Select:
    """The same for EXAMINE."""
    return _parse(reader, read_only=True)


def _parse(reader: Reader, *, read_only: bool) -> Select:
    reader.space()
    name = reader.mailbox()
    condstore, resync = False, None
    if reader.take(b" "):
        for word, value in reader.listed(lambda: _parameter(reader)):
            if word == "CONDSTORE":
                condstore = True
            elif resync is not None:
                raise BadSyntax("QRESYNC comes once")
            else:
                resync = value
    return Select(name, read_only, condstore, resync)


def _parameter(reader: Reader) -> tuple[str, Resync | None]:
    word = reader.word("CONDSTORE or QRESYNC")
    if word == "CONDSTORE":
        return word, None
    if word != "QRESYNC":
        raise BadSyntax("SELECT knows the parameters CONDSTORE and QRESYNC")
    reader.space()
    return word, _resync(reader)


def _resync(reader: Reader) -> Resync:
    reader.expect(b"(")
    validity = reader.number(least=1)
    reader.space()
    modseq = reader.number(limits.NUMBER64)
    known, match = None, None
    if reader.take(b" "):
        if not reader.peek(b"("):
            known = _known(reader)
            if not reader.take(b" "):
                reader.expect(b")")
                return Resync(validity, modseq, known)
        if reader.uid_only:  # RFC 9586: no message numbers any more
            raise BadSyntax("Message numbers are off", Code.UIDREQUIRED)
        reader.expect(b"(")
        numbers = _known(reader)
        reader.space()
        match = numbers, _known(reader)
        reader.expect(b")")
    reader.expect(b")")
    return Resync(validity, modseq, known, match)


def _known(reader: Reader) -> SequenceSet:
    """A set without `*` and `$` (RFC 7162 §7)."""
    found = reader.sequence()
    if found.saved or found.has_star:
        raise BadSyntax("Neither * nor $ can be known")
    return found


def _encode_resync(resync: Resync) -> str:
    words = [str(resync.uid_validity), str(resync.modseq)]
    if resync.known_uids is not None:
        words.append(resync.known_uids.encode().decode())
    if resync.match is not None:
        numbers, uids = resync.match
        words.append(f"({numbers.encode().decode()} {uids.encode().decode()})")
    return f"QRESYNC ({' '.join(words)})"

"""LIST and LSUB: which mailboxes are there?

Standards: RFC 9051 §6.3.9, RFC 3501 §6.3.9 (LSUB), RFC 5258 §3, §6, RFC 5819 §2 (STATUS),
RFC 6154 §2 (SPECIAL-USE)
"""

from __future__ import annotations

import msgspec

from postroad.protocols.imap._reader import Reader
from postroad.protocols.imap._writer import Writer
from postroad.protocols.imap.commands.status import status_items
from postroad.protocols.imap.errors import BadSyntax

SELECTION = {name: name for name in ("SUBSCRIBED", "REMOTE", "RECURSIVEMATCH", "SPECIAL-USE")}
RETURN = {name: name for name in ("SUBSCRIBED", "CHILDREN", "SPECIAL-USE", "STATUS")}


class List(msgspec.Struct, frozen=True):
    """`patterns` below `reference`; `select` and `returns` are options in upper case.

    `extended`: options or several patterns were written, so an empty pattern is no question for the
    delimiter (RFC 5258 §3). `status` are the items of RETURN (STATUS …).
    """

    reference: str
    patterns: tuple[str, ...]
    select: tuple[str, ...] = ()
    returns: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    extended: bool = False

    @classmethod
    def parse(cls, reader: Reader) -> List:
        """`[(selection)] reference pattern-or-patterns [RETURN (options)]`."""
        reader.space()
        extended = reader.peek(b"(")
        select = _selection(reader) if extended else ()
        reference = reader.mailbox() if not reader.peek(b'""') else _empty(reader)
        reader.space()
        if reader.peek(b"("):
            extended = True
            patterns = reader.listed(lambda: _pattern(reader))
        else:
            patterns = (_pattern(reader),)
        returns: tuple[str, ...] = ()
        status: tuple[str, ...] = ()
        if reader.take(b" "):
            extended = True
            returns, status = _returns(reader)
        return cls(reference, patterns, select, returns, status, extended)

    def write(self, out: Writer) -> None:
        """As it is sent."""
        out.word("LIST ")
        if self.select:
            out.words(self.select).word(" ")
        _write_name(out, self.reference)
        out.word(" ")
        if self.extended:
            out.listed(self.patterns, lambda pattern: _write_name(out, pattern))
        else:
            _write_name(out, self.patterns[0])
        if self.returns:
            status = f"STATUS ({' '.join(self.status)})"
            out.word(" RETURN ")
            out.words(status if one == "STATUS" else one for one in self.returns)


class Lsub(msgspec.Struct, frozen=True):
    """The same for subscriptions, as IMAP4rev1 asks."""

    reference: str
    pattern: str

    @classmethod
    def parse(cls, reader: Reader) -> Lsub:
        """`reference pattern`."""
        reader.space()
        reference = reader.mailbox()
        reader.space()
        return cls(reference, _pattern(reader))

    def write(self, out: Writer) -> None:
        """As it is sent."""
        out.word("LSUB ")
        _write_name(out, self.reference)
        out.word(" ")
        _write_name(out, self.pattern)


def _empty(reader: Reader) -> str:
    reader.expect(b'""')
    return ""


def _pattern(reader: Reader) -> str:
    return reader.name_of(reader.pattern())


def _selection(reader: Reader) -> tuple[str, ...]:
    options = reader.listed(lambda: reader.one_of(SELECTION, "a selection option"), empty=True)
    reader.space()
    if "RECURSIVEMATCH" in options and "SUBSCRIBED" not in options:
        raise BadSyntax("RECURSIVEMATCH needs SUBSCRIBED")  # RFC 5258 §3.1
    return tuple(dict.fromkeys(options))


def _returns(reader: Reader) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if reader.word("RETURN") != "RETURN":
        reader.fail("RETURN")
    reader.space()
    items: tuple[str, ...] = ()

    def option() -> str:
        nonlocal items
        name = reader.one_of(RETURN, "a return option")
        if name == "STATUS":
            reader.space()
            items = status_items(reader)
        return name

    return tuple(dict.fromkeys(reader.listed(option, empty=True))), items


def _write_name(out: Writer, name: str) -> None:
    """A name or pattern: always a string, as wildcards do not stand in an atom."""
    probe = Writer(utf8=out.utf8)
    probe.mailbox(name)
    (made,) = probe.pieces()
    out.word(made) if made[:1] in b'"{' else out.word(b'"%b"' % made)

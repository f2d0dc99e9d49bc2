"""ID: which program is this? For logs and for nothing else.

Standards: RFC 2971 §3.1, §3.3
"""

from __future__ import annotations

import msgspec

from postroad.protocols.imap import limits
from postroad.protocols.imap._reader import Reader
from postroad.protocols.imap._writer import Writer
from postroad.protocols.imap.errors import BadSyntax


class Id(msgspec.Struct, frozen=True):
    """`fields` as (name, value); empty for NIL."""

    fields: tuple[tuple[str, str | None], ...] = ()

    @classmethod
    def parse(cls, reader: Reader) -> Id:
        """`NIL` or `(name value …)`."""
        reader.space()
        if reader.keyword(b"NIL"):
            return cls()
        fields = reader.listed(lambda: _pair(reader), empty=True)
        if len(fields) > limits.ID_PAIRS:
            raise BadSyntax(f"ID takes {limits.ID_PAIRS} fields")
        return cls(fields)

    def write(self, out: Writer) -> None:
        """As it is sent."""
        out.word("ID ")
        if not self.fields:
            out.word("NIL")
            return
        out.listed(self.fields, lambda field: _write_pair(out, field))


def _pair(reader: Reader) -> tuple[str, str | None]:
    name = reader.decoded(reader.string())
    reader.space()
    value = reader.nstring()
    return name, None if value is None else reader.decoded(value)


def _write_pair(out: Writer, field: tuple[str, str | None]) -> None:
    name, value = field
    out.string(name.encode()).word(" ").nstring(None if value is None else value.encode())

"""SEARCH: which messages are these?

Standards: RFC 9051 §6.4.4, RFC 4731 §3.1 (RETURN), RFC 5182 §2.1 (SAVE), RFC 9394 (PARTIAL)
"""

from __future__ import annotations

import re

import msgspec

from postroad.protocols.imap import limits
from postroad.protocols.imap._reader import Reader
from postroad.protocols.imap._writer import Writer
from postroad.protocols.imap.commands._keys_read import read_keys
from postroad.protocols.imap.commands._keys_write import write_keys
from postroad.protocols.imap.errors import BadSyntax
from postroad.protocols.imap.search_keys import Key

_PARTIAL = re.compile(rb"(-?)([1-9]\d{0,9}):(-?)([1-9]\d{0,9})(?!\d)")
_OPTIONS = frozenset({"MIN", "MAX", "ALL", "COUNT", "SAVE", "PARTIAL"})


class PartialRange(msgspec.Struct, frozen=True):
    """Results `first` to `last`, from 1 at the lowest or from -1 at the highest (RFC 9394)."""

    first: int
    last: int

    def __post_init__(self) -> None:
        ends = (self.first, self.last)
        if 0 in ends or (self.first > 0) != (self.last > 0):
            raise ValueError("both ends are counted from the same side, from 1 or -1")
        if max(map(abs, ends)) > limits.NUMBER:
            raise ValueError("a place has at most 32 bits")

    def __str__(self) -> str:
        return f"{self.first}:{self.last}"

    def of(self, count: int) -> slice:
        """Which of `count` rising results these are."""
        low, high = sorted((abs(self.first), abs(self.last)))
        if self.first > 0:
            return slice(low - 1, high)
        return slice(max(count - high, 0), max(count - low + 1, 0))


class ReturnOptions(msgspec.Struct, frozen=True):
    """RETURN (…): `names` of MIN, MAX, ALL, COUNT, SAVE, without repetitions; () means ALL."""

    names: tuple[str, ...] = ()
    partial: PartialRange | None = None

    def __contains__(self, name: str) -> bool:
        return name in self.names

    @property
    def wants_all(self) -> bool:
        """Whether all results are to be sent."""
        return "ALL" in self.names or not (self.names or self.partial)

    @property
    def only_save(self) -> bool:
        """Whether nothing is to be sent (RFC 5182 §2.1)."""
        return self.names == ("SAVE",) and self.partial is None


class Search(msgspec.Struct, frozen=True):
    """`returns` None: the client wrote no RETURN, and an IMAP4rev1 client wants SEARCH back."""

    key: Key
    returns: ReturnOptions | None = None
    uid: bool = False

    @classmethod
    def parse(cls, reader: Reader, uid: bool = False) -> Search:
        """`[RETURN (options)] [CHARSET name] key …`."""
        reader.space()
        returns = return_options(reader)
        charset = None
        if reader.keyword(b"CHARSET "):
            charset = reader.text_string()
            reader.space()
        return cls(read_keys(reader, charset), returns, uid)

    def write(self, out: Writer) -> None:
        """As it is sent; texts are UTF-8."""
        out.word("UID SEARCH " if self.uid else "SEARCH ")
        write_returns(out, self.returns)
        if not out.utf8:
            out.word("CHARSET UTF-8 ")
        write_keys(out, self.key)


def return_options(reader: Reader, *, save: bool = True) -> ReturnOptions | None:
    """`RETURN (…) `, None when there is none."""
    if not reader.keyword(b"RETURN "):
        return None
    partial: PartialRange | None = None

    def option() -> str:
        nonlocal partial
        name = reader.word("a return option")
        if name not in _OPTIONS or (name == "SAVE" and not save):
            raise BadSyntax("That return option is not known here")
        if name == "PARTIAL":
            reader.space()
            if partial is not None:
                raise BadSyntax("PARTIAL comes once")
            partial = partial_range(reader)
        return name

    names = dict.fromkeys(reader.listed(option, empty=True))
    if "PARTIAL" in names and "ALL" in names:
        raise BadSyntax("Either ALL or PARTIAL")
    names.pop("PARTIAL", None)
    reader.space()
    return ReturnOptions(tuple(names), partial)


def write_returns(out: Writer, returns: ReturnOptions | None) -> None:
    """`RETURN (…) `."""
    if returns is not None:
        partial = [f"PARTIAL {returns.partial}"] if returns.partial else []
        out.word("RETURN ").words([*returns.names, *partial]).word(" ")


def partial_range(reader: Reader) -> PartialRange:
    """`1:100` or `-1:-100`."""
    sign, first, other, last = reader.match(_PARTIAL, "a range").groups()
    if sign != other:
        raise BadSyntax("Both ends of a range are counted from the same side")
    try:
        return PartialRange(int(sign + first), int(other + last))
    except ValueError:
        raise BadSyntax("A place has at most 32 bits") from None

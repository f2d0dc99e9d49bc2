"""Which word begins which command.

Standards: RFC 9051 §6, §9
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from postroad.protocols.imap import limits
from postroad.protocols.imap._reader import Reader
from postroad.protocols.imap._writer import Writer
from postroad.protocols.imap.commands import simple
from postroad.protocols.imap.commands.append import Append, Replace
from postroad.protocols.imap.commands.authenticate import Authenticate
from postroad.protocols.imap.commands.compress import Compress
from postroad.protocols.imap.commands.copy import Copy, Move
from postroad.protocols.imap.commands.create import Create
from postroad.protocols.imap.commands.enable import Enable
from postroad.protocols.imap.commands.expunge import Expunge
from postroad.protocols.imap.commands.fetch import Fetch
from postroad.protocols.imap.commands.identify import Id
from postroad.protocols.imap.commands.list import List, Lsub
from postroad.protocols.imap.commands.login import Login
from postroad.protocols.imap.commands.mailboxes import (
    Delete,
    GetQuotaRoot,
    Subscribe,
    Unsubscribe,
)
from postroad.protocols.imap.commands.quota import GetQuota, SetQuota
from postroad.protocols.imap.commands.rename import Rename
from postroad.protocols.imap.commands.search import Search
from postroad.protocols.imap.commands.select import Select, parse_examine
from postroad.protocols.imap.commands.sort import Sort
from postroad.protocols.imap.commands.status import GetStatus
from postroad.protocols.imap.commands.store import Store
from postroad.protocols.imap.commands.thread import Thread
from postroad.protocols.imap.errors import BadSyntax, ImapError
from postroad.protocols.imap.status import Code

Command = (
    Append | Authenticate | Compress | Copy | Create | Delete | Enable | Expunge | Fetch
    | GetQuota | GetQuotaRoot | GetStatus | Id | List | Login | Lsub | Move | Rename | Replace
    | Search | Select | SetQuota | Sort | Store | Subscribe | Thread | Unsubscribe
    | simple.Capability | simple.Check | simple.Close | simple.Idle | simple.Logout
    | simple.Namespace | simple.Noop | simple.StartTls | simple.Unauthenticate | simple.Unselect
)  # fmt: skip

_WORDS = (
    simple.Capability, simple.Check, simple.Close, simple.Idle, simple.Logout, simple.Namespace,
    simple.Noop, simple.StartTls, simple.Unauthenticate, simple.Unselect,
    Delete, GetQuotaRoot, Subscribe, Unsubscribe,
)  # fmt: skip

_BOTH: Mapping[str, Any] = {
    "COPY": Copy.parse, "EXPUNGE": Expunge.parse, "FETCH": Fetch.parse, "MOVE": Move.parse,
    "SEARCH": Search.parse, "SORT": Sort.parse, "STORE": Store.parse, "THREAD": Thread.parse,
}  # fmt: skip

COMMANDS: Mapping[str, Callable[[Reader], Any]] = {
    **{one.NAME: one.parse for one in _WORDS},
    **_BOTH,
    "AUTHENTICATE": Authenticate.parse,
    "COMPRESS": Compress.parse,
    "CREATE": Create.parse,
    "ENABLE": Enable.parse,
    "EXAMINE": parse_examine,
    "GETQUOTA": GetQuota.parse,
    "ID": Id.parse,
    "LIST": List.parse,
    "LOGIN": Login.parse,
    "LSUB": Lsub.parse,
    "RENAME": Rename.parse,
    "SELECT": Select.parse,
    "SETQUOTA": SetQuota.parse,
    "STATUS": GetStatus.parse,
}
"""By name; APPEND and REPLACE are read by AppendReader."""

UID_COMMANDS: Mapping[str, Callable[[Reader, bool], Any]] = _BOTH
"""What may stand behind UID; REPLACE too."""

APPENDING = frozenset({"APPEND", "REPLACE", "UID REPLACE"})
"""Commands whose literals are streamed."""

_NUMBERS = frozenset({"COPY", "FETCH", "MOVE", "SEARCH", "SORT", "STORE", "THREAD"})

_TAG = re.compile(rb"[^\x00-\x20(){%*\"\\+\x7f-\xff]++")
_NAME = re.compile(rb" ([A-Za-z]++)(?: ([A-Za-z]++))?")


def read_tag(text: bytes) -> str:
    """The tag that a line begins with, "" when there is none that can be repeated."""
    found = _TAG.match(text)
    if found is None or found.end() > limits.TAG or text[found.end() : found.end() + 1] not in b" ":
        return ""
    return found[0].decode()


def read_name(text: bytes, start: int) -> tuple[str, int]:
    """The command's name in upper case, as `FETCH` or `UID FETCH`, and where it ends."""
    found = _NAME.match(text, start)
    if found is None:
        return "", start
    name = found[1].decode().upper()
    if name == "UID" and found[2] is not None:
        return f"UID {found[2].decode().upper()}", found.end()
    return name, found.end(1)


def parse_arguments(name: str, reader: Reader) -> Command:
    """Read what follows the name, to the end. Raises CommandError."""
    if name.startswith("UID "):
        read_uid = UID_COMMANDS.get(name[4:])
        if read_uid is None:
            raise BadSyntax("That command has no UID form")
        command = read_uid(reader, True)
    else:
        read = COMMANDS.get(name)
        if read is None:
            raise BadSyntax("There is no such command")
        if reader.uid_only and name in _NUMBERS:  # RFC 9586
            raise BadSyntax("Message numbers are off", Code.UIDREQUIRED)
        command = read(reader)
    reader.end()
    return command  # type: ignore[no-any-return]


def parse(text: bytes, *, utf8: bool = False, uid_only: bool = False) -> tuple[str, Command]:
    """Tag and command of a whole command with its literals, without its last line end.

    Not for APPEND and REPLACE. Raises CommandError.
    """
    tag = read_tag(text)
    name, at = read_name(text, len(tag))
    return tag, parse_arguments(name, Reader(text, at, utf8=utf8, uid_only=uid_only))


def encode(tag: str, command: Command, *, utf8: bool = False) -> tuple[bytes, ...]:
    """The command as octets; a streamed text belongs between each piece and the next."""
    if read_tag(tag.encode() + b" ") != tag or not tag:
        raise ImapError("not a tag")
    out = Writer(utf8=utf8)
    out.word(tag, " ")
    command.write(out)
    out.word(b"\r\n")
    return out.pieces()

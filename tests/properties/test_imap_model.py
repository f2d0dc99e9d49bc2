"""Several sessions on one mailbox against a plain model of it: no session is ever told a lie.

Each session keeps what a careful client would keep from what it was told alone. Whenever a session
has said NOOP, its picture must be the mailbox: messages by number, UIDs, flags, mod-sequences.
"""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvloop
from hypothesis import given, settings
from hypothesis import strategies as st

from postroad.db.engines.sqlite import open_sqlite
from postroad.testing.imap_office import ImapClient, ImapOffice, imap_office

SESSIONS = 3
FLAGS = ("\\Seen", "\\Flagged", "\\Deleted", "work")
BODY = b"Subject: x\r\n\r\ny\r\n"

_FETCH = re.compile(
    rb"\* (\d+) FETCH \((?:UID (\d+) ?)?(?:FLAGS \(([^)]*)\) ?)?(?:MODSEQ \((\d+)\))?\)"
)
_EXPUNGE = re.compile(rb"\* (\d+) EXPUNGE")
_EXISTS = re.compile(rb"\* (\d+) EXISTS")
_VANISHED = re.compile(rb"\* VANISHED ([\d:,]+)")


@dataclass
class Known:
    """What a client knows of a message."""

    uid: int = 0
    flags: frozenset[bytes] | None = None
    modseq: int = 0


@dataclass
class Picture:
    """A client's picture of the mailbox, from what it was told."""

    client: ImapClient
    by_number: list[Known] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        """Whether every message's UID and flags were told."""
        return all(one.uid and one.flags is not None for one in self.by_number)

    async def say(self, command: str | bytes, *, numbers_hold: bool = False) -> list[bytes]:
        """Send a command and believe the answer."""
        lines = await self.client.ask(command)
        for line in lines[:-1]:
            assert not (numbers_hold and _EXPUNGE.fullmatch(line)), (command, lines)
            self.believe(line)
        return lines

    def believe(self, line: bytes) -> None:
        """One untagged line."""
        if found := _EXPUNGE.fullmatch(line):
            del self.by_number[int(found[1]) - 1]
        elif found := _EXISTS.fullmatch(line):
            assert int(found[1]) >= len(self.by_number), "EXISTS never shrinks"
            self.by_number += [Known() for _ in range(int(found[1]) - len(self.by_number))]
        elif found := _VANISHED.fullmatch(line):
            for part in found[1].split(b","):
                for uid in _numbers(part):
                    self._forget(uid)
        elif found := _FETCH.fullmatch(line):
            self._learn(self.by_number[int(found[1]) - 1], found)

    def _forget(self, uid: int) -> None:
        """A UID is gone; of messages whose UIDs were not told, one that stands where it must."""
        at = next((at for at, one in enumerate(self.by_number) if one.uid >= uid), None)
        if at is not None and self.by_number[at].uid == uid:
            del self.by_number[at]
            return
        at = len(self.by_number) if at is None else at
        assert at and not self.by_number[at - 1].uid, "VANISHED is of messages that were there"
        del self.by_number[at - 1]

    def _learn(self, one: Known, found: re.Match[bytes]) -> None:
        if found[2]:
            assert one.uid in (0, int(found[2])), "a number stands for one message"
            one.uid = int(found[2])
        if found[3] is not None:
            one.flags = frozenset(found[3].split())
        if found[4]:
            assert int(found[4]) >= one.modseq, "a mod-sequence never falls"
            one.modseq = int(found[4])


def _numbers(part: bytes) -> range:
    first, _, last = part.partition(b":")
    return range(int(first), int(last or first) + 1)


@dataclass
class Mailbox:
    """The model: flags by UID."""

    flags: dict[int, frozenset[bytes]] = field(default_factory=dict)
    next_uid: int = 1

    def add(self, flags: frozenset[bytes] = frozenset()) -> None:
        self.flags[self.next_uid] = flags
        self.next_uid += 1

    def store(self, uids: list[int], sign: str, flags: frozenset[bytes]) -> None:
        for uid in uids:
            if uid in self.flags:
                old = self.flags[uid]
                self.flags[uid] = {"+": old | flags, "-": old - flags, "": flags}[sign]

    def expunge(self, uids: list[int]) -> None:
        for uid in uids:
            if b"\\Deleted" in self.flags.get(uid, ()):
                del self.flags[uid]


class World:
    """The office, its sessions and the model."""

    def __init__(self, office: ImapOffice) -> None:
        self.office = office
        self.model = Mailbox()
        self.pictures: list[Picture] = []

    async def begin(self) -> None:
        """One session plain, one with CONDSTORE, one with QRESYNC."""
        for number in range(SESSIONS):
            picture = Picture(await self.office.dial(""))
            await picture.client.log_in()
            if number == 2:
                await picture.client.good("ENABLE QRESYNC")
            await picture.say("SELECT INBOX" + (" (CONDSTORE)" if number == 1 else ""))
            self.pictures.append(picture)

    async def step(self, action: tuple[Any, ...]) -> None:
        """Do what a rule says, to the server and to the model."""
        kind, who, *rest = action
        await getattr(self, f"on_{kind}")(self.pictures[who], *rest)

    async def on_deliver(self, picture: Picture) -> None:
        await self.office.deliver(BODY)
        self.model.add()

    async def on_append(self, picture: Picture, flag: str) -> None:
        head = b"APPEND INBOX (%b) {%d+}\r\n" % (flag.encode(), len(BODY))
        await picture.say(head + BODY)
        self.model.add(frozenset([flag.encode()]))

    async def on_store(
        self, picture: Picture, at: int, sign: str, flag: str, mute: bool, blind: bool
    ) -> None:
        """`blind`: by a number that is known from before, whatever others did meanwhile."""
        if not (blind and picture.is_complete):
            await self.on_look(picture)
        if not picture.by_number:
            return
        number = at % len(picture.by_number) + 1
        one = picture.by_number[number - 1]
        silent = ".SILENT" if mute else ""
        await picture.say(f"STORE {number} {sign}FLAGS{silent} ({flag})", numbers_hold=True)
        self.model.store([one.uid], sign, frozenset([flag.encode()]))
        if mute and one.flags is not None:  # a client that asked for silence does its own sum
            own = frozenset([flag.encode()])
            one.flags = {"+": one.flags | own, "-": one.flags - own, "": own}[sign]

    async def on_expunge(self, picture: Picture, blind: bool) -> None:
        if not (blind and picture.is_complete):
            await self.on_look(picture)
        uids = [one.uid for one in picture.by_number]
        await picture.say("EXPUNGE")
        self.model.expunge(uids)

    async def on_copy(self, picture: Picture, at: int) -> None:
        """Into the same mailbox: a message of its own, with the same flags."""
        await self.on_look(picture)
        if picture.by_number:
            uid = picture.by_number[at % len(picture.by_number)].uid
            await picture.say(f"UID COPY {uid} INBOX")
            self.model.add(self.model.flags[uid])

    async def on_move(self, picture: Picture, at: int) -> None:
        await self.on_look(picture)
        if picture.by_number:
            uid = picture.by_number[at % len(picture.by_number)].uid
            await picture.say(f"UID MOVE {uid} Trash")
            del self.model.flags[uid]

    async def on_fetch(self, picture: Picture) -> None:
        """Whatever has happened meanwhile, numbers stand while FETCH runs."""
        if picture.by_number:
            await picture.say("FETCH 1:* (UID FLAGS MODSEQ)", numbers_hold=True)

    async def on_search(self, picture: Picture) -> None:
        await self.on_look(picture)
        lines = await picture.say("UID SEARCH NOT DELETED", numbers_hold=False)
        (said,) = [line for line in lines if line.startswith(b"* SEARCH")]
        fit = [uid for uid, flags in sorted(self.model.flags.items()) if b"\\Deleted" not in flags]
        assert list(map(int, said.split()[2:])) == fit

    async def on_look(self, picture: Picture) -> None:
        """NOOP, and what is not known yet: then the picture is the mailbox."""
        await picture.say("NOOP")
        if not picture.is_complete:
            await picture.say("FETCH 1:* (UID FLAGS)")
        shown = {one.uid: one.flags for one in picture.by_number}
        assert shown == self.model.flags
        assert [one.uid for one in picture.by_number] == sorted(self.model.flags)


_who = st.integers(0, SESSIONS - 1)
_at = st.integers(0, 20)
_flag = st.sampled_from(FLAGS)
ACTIONS = st.one_of(
    st.tuples(st.sampled_from(["deliver", "look", "fetch", "search"]), _who),
    st.tuples(st.just("expunge"), _who, st.booleans()),
    st.tuples(st.just("append"), _who, _flag),
    st.tuples(
        st.just("store"),
        _who,
        _at,
        st.sampled_from(["+", "-", ""]),
        _flag,
        st.booleans(),
        st.booleans(),
    ),
    st.tuples(st.sampled_from(["copy", "move"]), _who, _at),
)


@settings(max_examples=40, deadline=None)
@given(actions=st.lists(ACTIONS, max_size=25), start=st.integers(0, 5))
def test_no_session_is_ever_told_a_lie(actions: list[tuple[Any, ...]], start: int) -> None:
    async def play() -> None:
        with tempfile.TemporaryDirectory() as folder:
            async with imap_office(open_sqlite(None), Path(folder)) as office:
                world = World(office)
                for _ in range(start):
                    await world.on_deliver(None)  # type: ignore[arg-type]
                await world.begin()
                for action in actions:
                    await world.step(action)
                for picture in world.pictures:
                    await world.on_look(picture)

    uvloop.run(play())

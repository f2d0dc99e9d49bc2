"""One mail server in memory: directory, store, queue and every receiving station, over pipes.

Nothing here decides anything: the rooms are the real ones, wired as `app.wiring` does it, around a
clock that stands still and a DNS that knows nothing.
"""

from __future__ import annotations

import asyncio
import random
from base64 import b64encode
from collections.abc import Coroutine, Sequence
from typing import Any, Protocol, TypeVar, cast

from postroad import blobs as blob_room
from postroad import directory, journey, queue, store
from postroad.blobs import Blobs, StoredBlob
from postroad.border.inbound import (
    BorderInboundConfig,
    Inbound,
    InboundServer,
    RecipientPolicy,
)
from postroad.directory import Account, Authenticator, Verifiers
from postroad.handoff import (
    Arrival,
    Content,
    Envelope,
    Hold,
    Outcome,
    Recipient,
    Reply,
    Report,
    Taken,
    summarize,
)
from postroad.journey import AnyEvent
from postroad.mda import Delivery, LmtpServer, Mda, MdaConfig
from postroad.msa import Msa, MsaConfig, SubmissionServer
from postroad.mta import Acceptance, Mta, MtaConfig, Settlement
from postroad.store import Store
from postroad.testing.clock import Clock
from postroad.testing.database import MemoryDatabase
from postroad.testing.pipe import FakeTls, PipeStream, pipe_pair

T = TypeVar("T")

NOW = 1_800_000_000.0
HOST = "mx.alpha.test"
PATIENCE = 10.0
STRANGER = ("192.0.2.7", 40_000)
LETTER = b"From: bob@beta.test\r\nMessage-ID: <1@beta.test>\r\nSubject: hello\r\n\r\nWords.\r\n"


def at_once(work: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine that never has to wait, as over a database in memory."""
    try:
        work.send(None)
    except StopIteration as end:
        return cast(T, end.value)
    work.close()
    raise RuntimeError("it waits")


GONE = Reply(550, "5.1.1", "No such person at the other end")


class NoNames:
    """A reverse zone without names."""

    async def ptr(self, address: str) -> str:
        """Nobody has one."""
        return ""


class Inner:
    """An inner host that knows `people`, and is `down` when told to; `asked` counts questions."""

    def __init__(self, *people: str) -> None:
        self.people = people
        self.down = False
        self.asked: list[str] = []

    async def verify(self, recipient: str) -> Reply:
        """What its RCPT would say."""
        self.asked.append(recipient)
        if self.down:
            return Reply(451, "4.4.1", "Nobody can be asked")
        if recipient in self.people:
            return Reply(250, "2.1.5", "Known")
        return Reply(550, "5.1.1", "No such person inside")


class Town:
    """The rooms of one server; `tx` reads and writes all that it remembers."""

    def __init__(
        self,
        *,
        mta: MtaConfig | None = None,
        border: BorderInboundConfig | None = None,
        inner: Inner | None = None,
        blobs: Blobs | None = None,
        twice: bool = False,
    ) -> None:
        self.db = MemoryDatabase(twice=twice)
        self.blobs = blobs or Blobs(None)
        self.clock = Clock(NOW)
        self.rng = random.Random(7)
        self.wakes = 0
        self.config = mta or MtaConfig()
        self.mda = Mda(MdaConfig(), Store())
        self.mta = Mta(self.config, HOST, self.mda, self.rng, self._wake)
        self.acceptance = Acceptance(self.db, self.mta)
        self.settlement = Settlement(
            self.db, self.blobs, self.config, self.mta, self.clock, self.rng
        )
        self.inner = inner or Inner()
        self.border = border or BorderInboundConfig()
        self.policy = RecipientPolicy(self.border, self.db, self.inner, self.clock)
        self._authenticator: Authenticator | None = None
        self.talks: list[Talk] = []

    @property
    def tx(self) -> Any:
        """The one transaction of the fake database."""
        return self.db.tx

    @property
    def authenticator(self) -> Authenticator:
        """Takes any password. Made when it is needed, as its decoy costs a hash."""
        if self._authenticator is None:
            self._authenticator = Authenticator(self.db, verify=lambda stored, prepared: True)
        return self._authenticator

    # --- people ---

    def domain(self, name: str) -> None:
        """Make a domain local, unless it is."""
        if not directory.is_local(self.tx, name):
            directory.add_domain(self.tx, name, NOW)

    def account(self, address: str, quota: int | None = None) -> Account:
        """Give somebody a mailbox."""
        self.domain(address.rpartition("@")[2])
        account = directory.add_account(
            self.tx, address, Verifiers("a hash", "no scram"), quota=quota, now=NOW
        )
        store.create_account(self.tx, account.id, NOW, quota)
        return account

    def full(self, address: str) -> Account:
        """Give somebody a mailbox that has no room."""
        return self.account(address, quota=0)

    def make_room(self, address: str) -> None:
        """Lift somebody's quota."""
        store.set_quota(self.tx, directory.get_account(self.tx, address).id, None)

    def alias(self, address: str, *targets: str) -> None:
        """Let an address stand for others."""
        self.domain(address.rpartition("@")[2])
        directory.add_alias(self.tx, address, targets, NOW)

    # --- messages ---

    def arrival(
        self,
        *recipients: str | Recipient,
        sender: str = "bob@beta.test",
        raw: bytes = LETTER,
        number: int = 0,
        **envelope: Any,
    ) -> tuple[Arrival, StoredBlob]:
        """A message as a receiving station hands it over, and its bytes."""
        stored = blob_room.inline(raw)
        whom = tuple(Recipient(r) if isinstance(r, str) else r for r in recipients)
        header = raw.partition(b"\r\n\r\n")[0] + b"\r\n"
        trace = journey.new_trace(self.clock(), number)
        content = Content(stored.id, stored.size, b"Received: here\r\n")
        made = Envelope(sender, whom, **envelope)
        return Arrival(trace, made, content, summarize(header), self.clock()), stored

    def take(
        self,
        *recipients: str | Recipient,
        hold: Hold = Hold.UNLESS_ALL,
        once: bool = False,
        **message: Any,
    ) -> Taken:
        """Hand a message over and return what became of it; `message` is for `arrival`."""
        arrival, stored = self.arrival(*recipients, **message)
        return at_once(self.acceptance.take(arrival, stored, [], hold=hold, once=once))

    def settle(self, outcome: Outcome, reply: Reply = GONE, **more: Any) -> None:
        """Claim all that is due, and let each attempt end so for every recipient."""
        for claim in self.claims():
            whom = claim.envelope.recipients
            reports = [Report(r.address, outcome, reply, **more) for r in whom]
            at_once(self.settlement.settle(claim, reports))

    # --- what came of it ---

    def inbox(self, address: str) -> list[bytes]:
        """Every message of somebody's INBOX, whole, oldest first."""
        account = directory.get_account(self.tx, address).id
        inbox = store.mailbox_by_role(self.tx, account, "inbox")
        listed = store.listing(self.tx, account, inbox.id)
        return [self._whole(store.content(self.tx, account, each.email_id)) for each in listed]

    def waiting(self) -> dict[str, str]:
        """The queue: recipients and their routes."""
        return {each.recipient: each.route for each in queue.list_waiting(self.tx, 1_000)}

    def queued(self) -> list[tuple[str, bytes]]:
        """The queue: envelope sender and whole message, oldest first."""
        rows = self.tx.execute("SELECT reverse_path, blob, size, prefix FROM queue_message")
        return [(row[0], self._whole(Content(*row[1:]))) for row in rows]

    def claims(self) -> list[queue.Claimed]:
        """Lease all that is due now."""
        return queue.claim(self.tx, self.clock(), 1_000, 600.0)

    def events(self) -> list[AnyEvent]:
        """All events of all journeys, oldest journey first."""
        return [event for each in reversed(journey.recent(self.tx, 1_000)) for event in each.events]

    def kinds(self) -> list[str]:
        """What happened, in short."""
        return [type(event).__name__ for event in self.events()]

    def references(self) -> list[int]:
        """How often each blob is referred to."""
        return [row[0] for row in self.tx.execute("SELECT refs FROM blob ORDER BY rowid")]

    def rows(self) -> dict[str, int]:
        """How many rows each table has that a message could leave."""
        tables = ("blob", "email", "queue_message", "queue_recipient", "receipt", "journey")
        count = "SELECT count(*) FROM {}".format
        return {table: self.tx.execute(count(table))[0][0] for table in tables}

    def _whole(self, content: Content) -> bytes:
        return content.prefix + at_once(self.blobs.read(self.db, content.blob))

    def _wake(self) -> None:
        self.wakes += 1

    # --- doors ---

    def border_server(self, *, tls: bool = False) -> Server:
        """Port 25."""
        service = Inbound(
            config=self.border,
            hostname=HOST,
            blobs=self.blobs,
            recipients=self.policy,
            acceptor=self.acceptance,
            names=NoNames(),
            clock=self.clock,
            rng=self.rng,
        )
        return InboundServer(service, tls=tls, monotonic=self.clock)

    def submission_server(self) -> Server:
        """Ports 465 and 587."""
        service = Msa(
            config=MsaConfig(),
            hostname=HOST,
            db=self.db,
            blobs=self.blobs,
            acceptor=self.acceptance,
            authenticator=self.authenticator,
            clock=self.clock,
            rng=self.rng,
        )
        return SubmissionServer(service, monotonic=self.clock)

    def lmtp_server(self) -> Server:
        """The LMTP port."""
        service = Delivery(
            config=MdaConfig(),
            hostname=HOST,
            db=self.db,
            blobs=self.blobs,
            acceptor=self.acceptance,
            clock=self.clock,
            rng=self.rng,
        )
        return LmtpServer(service, tls=False, monotonic=self.clock)

    async def at_border(self, peer: tuple[str, int] = STRANGER, *, tls: bool = False) -> Talk:
        """Connect to port 25 and say EHLO."""
        return await self._open(self.border_server(tls=tls), peer)

    async def at_submission(self, user: str = "") -> Talk:
        """Connect to port 465, say EHLO, and log in as `user` if there is one."""
        talk = await self._open(self.submission_server(), STRANGER, FakeTls())
        if user:
            secret = b64encode(f"\0{user}\0secret".encode()).decode()
            assert (await talk.ask(f"AUTH PLAIN {secret}")).startswith("235")
        return talk

    async def at_lmtp(self) -> Talk:
        """Connect to the LMTP port and say LHLO."""
        return await self._open(self.lmtp_server(), STRANGER, verb="LHLO")

    async def close(self) -> None:
        """Hang up everywhere."""
        for talk in self.talks:
            await talk.hang_up()
        if self._authenticator is not None:
            self._authenticator.close()
        self.blobs.close()

    async def _open(
        self,
        server: Server,
        peer: tuple[str, int],
        tls: FakeTls | None = None,
        verb: str = "EHLO",
    ) -> Talk:
        ours, theirs = pipe_pair()
        theirs.peer = peer
        ours.tls = theirs.tls = tls
        talk = Talk(ours, asyncio.ensure_future(server.serve(theirs)))
        self.talks.append(talk)
        await talk.reply()
        await talk.ask(f"{verb} client.test")
        return talk


class Server(Protocol):
    """The shell of a station."""

    async def serve(self, stream: Any) -> None:
        """Run one connection to its end."""
        ...


class Talk:
    """A client's side of a conversation, line by line."""

    def __init__(self, stream: PipeStream, session: asyncio.Future[None]) -> None:
        self.stream = stream
        self.session = session
        self._read = b""

    async def reply(self) -> str:
        """The next reply, its lines as one text with CRLF between them."""
        lines: list[str] = []
        while not lines or lines[-1][3:4] == "-":
            lines.append(await self._line())
        return "\r\n".join(lines)

    async def ask(self, command: str | bytes) -> str:
        """Say one command and hear its reply."""
        await self.say(command.encode() if isinstance(command, str) else command)
        return await self.reply()

    async def say(self, command: bytes) -> None:
        """Send one line."""
        await self.stream.write(command + b"\r\n", PATIENCE)

    async def envelope(self, sender: str, *recipients: str) -> list[str]:
        """MAIL and every RCPT; the replies to RCPT."""
        assert (await self.ask(f"MAIL FROM:<{sender}>")).startswith("250")
        return [await self.ask(f"RCPT TO:<{recipient}>") for recipient in recipients]

    async def data(self, message: bytes) -> str:
        """DATA and a message without dots to stuff; the first reply at its end."""
        assert (await self.ask("DATA")).startswith("354")
        return await self.ask(message + b".")

    async def letter(self, sender: str, recipients: Sequence[str], message: bytes = LETTER) -> str:
        """A whole transaction whose recipients are all taken; the first reply at its end."""
        replies = await self.envelope(sender, *recipients)
        assert all(reply.startswith("250") for reply in replies), replies
        return await self.data(message)

    async def hang_up(self) -> None:
        """Leave without a word, and wait until the session has noticed."""
        await self.stream.close()
        await self.session

    async def _line(self) -> str:
        while b"\r\n" not in self._read:
            more = await self.stream.read(PATIENCE)
            if not more:
                raise EOFError(self._read.decode())
            self._read += more
        line, _, self._read = self._read.partition(b"\r\n")
        return line.decode()

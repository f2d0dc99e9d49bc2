"""What all receiving sessions share: the peer's name, one transaction at a time, its bytes.

Border, MSA and LMTP put their own decisions on top. A module of its own beside `handoff`, because
it speaks a protocol: the keepers, which import `handoff`, must not.

Standards: RFC 5321 §3.3 (mail transactions)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, Protocol, TypeVar

from postroad.db import StorageFailed, StorageFull
from postroad.handoff._peer import Peer
from postroad.handoff._reception import STORAGE_FULL, Reception, StoredBytes
from postroad.handoff._types import Acceptor, Arrival, Hold, Recipient, Reply, Taken
from postroad.protocols import smtp
from postroad.sasl import ChannelBinding

__all__ = ["Connected", "ReceivingSession", "binding_of", "refused", "said", "taken_as"]

S = TypeVar("S", bound=StoredBytes)


class Connected(Protocol):
    """What a session reads of its stream."""

    peer: tuple[str, int]
    tls: Any


class ReceivingSession(smtp.BaseHandler, Generic[S]):
    """A handler for the SMTP driver. `stopping` is set when the server goes down."""

    def __init__(self, stream: Connected, acceptor: Acceptor[S]) -> None:
        self.stream = stream
        self.acceptor = acceptor
        self.greeting = smtp.Hello("HELO", "unknown")
        self.reception = Reception[S]("")
        self.declared = 0
        self.user = ""
        self.stopping = False
        self._receipts: tuple[bytes, ...] = ()

    async def hello(self, event: smtp.Hello) -> smtp.Reply | None:
        """Remember who the peer says it is."""
        self.greeting = event
        return None

    def begin(self, event: smtp.MailFrom) -> None:
        """A transaction with this envelope sender; `declared` is its SIZE, 0 when not given."""
        self.reception = reception = Reception[S](event.reverse_path)
        reception.body, reception.smtputf8 = event.body, event.smtputf8
        reception.ret, reception.envid = event.ret, event.envid
        self.declared = event.size or 0

    def add(self, event: smtp.RcptTo, meant: str = "") -> None:
        """One more recipient stands, by the name given or as the one who is meant by it."""
        recipient = Recipient(meant or event.address, event.notify, event.orcpt)
        self.reception.recipients.append(recipient)

    async def chunk(self, data: bytes) -> None:
        """Store the next octets; a refusal lets the rest go by."""
        await self.reception.write(data)
        if self.reception.refusal is not None:
            raise smtp.CommandError(said(self.reception.refusal))

    async def data_end(self) -> Sequence[smtp.Reply]:
        """Let the station decide; when it fails, nothing of the message stays behind."""
        try:
            return await self.conclude()
        except Exception:
            await self.reception.drop()
            raise

    async def conclude(self) -> Sequence[smtp.Reply]:
        """The message is complete: the station's replies, as `data_end` returns them."""
        raise NotImplementedError("every station decides what becomes of a message")

    async def hand_over(
        self,
        arrival: Arrival,
        stored: S,
        facts: Sequence[Any],
        *,
        hold: Hold = Hold.UNLESS_ALL,
        once: bool = False,
    ) -> Taken | Reply:
        """Give responsibility away. A Reply refuses the message, of which nothing is kept then.

        Whether the peer knows that we have it is shown by what it says next: see `reply_read`.
        """
        try:
            taken = await self.acceptor.take(arrival, stored, facts, hold=hold, once=once)
        except StorageFull:
            await self.reception.drop()
            return STORAGE_FULL
        except StorageFailed:
            self.reception.keep()  # nobody knows whether it was committed: the sweep will
            raise
        if taken.nobody:
            await self.reception.drop()
            return taken.refusal
        self.reception.keep()
        self._receipts += taken.receipts
        return taken

    def reply_read(self) -> None:
        """The peer knows that we have it; equal bytes from now on are a new message."""
        self.acceptor.confirm(self._receipts)
        self._receipts = ()

    async def aborted(self) -> None:
        """Forget the transaction."""
        await self.reception.drop()

    def shutting_down(self) -> bool:
        """Whether the server goes down."""
        return self.stopping

    def as_peer(self, ptr: str = "") -> Peer:
        """The peer as the trace shows it."""
        address, port = self.stream.peer
        tls = self.stream.tls
        return Peer(
            address=address,
            port=port,
            helo=self.greeting.name,
            extended=self.greeting.extended,
            lmtp=self.greeting.verb == "LHLO",
            ptr=ptr,
            tls=(tls.version, tls.cipher) if tls else None,
            user=self.user,
        )


def binding_of(stream: Connected) -> ChannelBinding | None:
    """What ties SCRAM to this TLS connection; None when its certificate has no binding."""
    if stream.tls is None or not stream.tls.end_point:
        return None
    return ChannelBinding("tls-server-end-point", stream.tls.end_point)


def said(reply: Reply) -> smtp.Reply:
    """A reply of ours in the protocol's own class."""
    return smtp.Reply.of(reply.code, reply.enhanced, reply.text)


def refused(reply: Reply, trace: str) -> smtp.Reply:
    """The reply to a message that is not taken; with its trace id the sender can ask about it."""
    return smtp.Reply.of(reply.code, reply.enhanced, f"{reply.text} ({trace})")


def taken_as(trace: str) -> smtp.Reply:
    """The reply that stands for responsibility; it names the trace id."""
    return smtp.Reply(250, "2.0.0", (f"Taken as {trace}",))

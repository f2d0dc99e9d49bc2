"""SMTP, both sides together: every message that a client sends arrives as it was, or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from hypothesis import given, settings
from hypothesis import strategies as st

from postroad.protocols.smtp import (
    NEED_DATA,
    Client,
    ClientConnection,
    Hello,
    MailFrom,
    Mode,
    Noop,
    ProtocolError,
    RcptTo,
    ServerConfig,
    serve,
)
from postroad.testing import Clock, pipe_pair
from postroad.testing.smtp import RecordingHandler

texts = st.lists(st.sampled_from([b"\r\n", b".", b"a", b"..", b"\xe4", b"x" * 90])).map(b"".join)
names = st.lists(st.sampled_from(["a", "b", "no", "c"]), min_size=1, max_size=4)


async def sliced(data: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


class Post:
    """A client and a server with a station between them that knows everybody but `no`."""

    def __init__(self, mode: Mode, piece: int) -> None:
        self.handler = RecordingHandler(unknown={"no@b"})
        self.handler.lmtp = mode is Mode.LMTP
        self._config = ServerConfig(hostname="mx.example", mode=mode)
        self._piece = piece
        self._clock = Clock()

    def send(
        self, messages: list[tuple[MailFrom, list[str], bytes]], size: int
    ) -> list[list[bool]]:
        """Send all in one session; for each message and recipient, whether it was accepted."""
        return self._clock.run(self._both(messages, size))

    async def _both(
        self, messages: list[tuple[MailFrom, list[str], bytes]], size: int
    ) -> list[list[bool]]:
        ours, theirs = pipe_pair(client_piece=self._piece, server_piece=self._piece)
        server = asyncio.create_task(
            serve(theirs, self._config, self.handler, self._clock, lambda: "n")
        )
        client = Client(ours, self._clock, mode=self._config.mode)
        await client.greeting()
        await client.hello("a.example")
        found = []
        for mail, recipients, data in messages:
            each = [RcptTo(f"{name}@b") for name in recipients]
            results = await client.send(mail, each, sliced(data, size))
            found.append([result.reply.positive for result in results])
        await client.quit()
        await server
        return found


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([Mode.SMTP, Mode.LMTP]),
    st.lists(st.tuples(names, texts, st.booleans()), max_size=3),
    st.integers(1, 9),
    st.sampled_from([1, 7, 1 << 20]),
)
def test_messages_arrive_as_they_were_sent(
    mode: Mode, plan: list[tuple[list[str], bytes, bool]], size: int, piece: int
) -> None:
    post = Post(mode, piece)
    messages = [
        (MailFrom("", body="BINARYMIME" if binary else "8BITMIME"), recipients, data)
        for recipients, data, binary in plan
    ]
    results = post.send(messages, size)
    assert results == [[name != "no" for name in recipients] for recipients, _, _ in plan]
    sent = [
        (tuple(f"{name}@b" for name in recipients if name != "no"), whole(data, binary))
        for recipients, data, binary in plan
        if set(recipients) != {"no"}
    ]
    assert [(letter.recipients, letter.body) for letter in post.handler.letters] == sent


def whole(data: bytes, binary: bool) -> bytes:
    """What arrives of `data`: by DATA a last line gets its end (RFC 5321 §4.1.1.4)."""
    return data if binary or not data or data.endswith(b"\r\n") else data + b"\r\n"


fragments = st.sampled_from(
    [
        b"250 ",
        b"250-",
        b"5.1.1 ",
        b"\r\n",
        b"\n",
        b"\r",
        b"x",
        b"\0",
        b"\xff",
        b"354 ",
        b"421 ",
        b"25",
    ]
)


@settings(max_examples=200)
@given(st.lists(fragments | st.binary(max_size=5)).map(b"".join))
def test_garbage_from_a_server_is_an_event_and_nothing_else(data: bytes) -> None:
    whole_core, bytewise = ClientConnection(), ClientConnection()
    assert _events(whole_core, [data] if data else []) == _events(
        bytewise, [data[i : i + 1] for i in range(len(data))]
    )


def _events(core: ClientConnection, pieces: list[bytes]) -> list[object]:
    found: list[object] = []
    core.receive_data(b"220 mx\r\n")
    core.next_event()
    core.send(Hello("EHLO", "a"))
    for piece in pieces:
        core.receive_data(piece)
        while (event := core.next_event()) is not NEED_DATA:
            found.append(event)
            if isinstance(event, ProtocolError):
                return found
            if not core.waiting and not core.closed:
                core.send(Noop())
    return found

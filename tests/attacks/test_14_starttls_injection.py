"""Attack 14: commands behind STARTTLS in one segment are not obeyed, on the core or the driver.

CVE-2011-0411, Dovecot CVE-2021-33515, James CVE-2021-38542, aiosmtpd CVE-2024-34083.
"""

from __future__ import annotations

import asyncio

import pytest

from postroad.protocols.smtp import Mode, ServerConfig, serve
from postroad.testing import Clock, pipe_pair
from postroad.testing.smtp import RecordingHandler, Responder

INJECTED = [
    b"RSET\r\n",
    b"NOOP\r\n",
    b"EHLO evil\r\nMAIL FROM:<evil@b>\r\nRCPT TO:<a@b>\r\nDATA\r\n",
    b"AUTH PLAIN AHRpbQBzZWNyZXQ=\r\n",
    b"\r\n",
    b"\n",
    b" ",
    b"R",
    b"\x16",
]
CONFIG = ServerConfig(
    hostname="mail.example",
    mode=Mode.SUBMISSION,
    offers_starttls=True,
    auth_mechanisms=("PLAIN",),
)


@pytest.mark.parametrize("starttls", [b"STARTTLS\r\n", b"starttls\r\n", b"STARTTLS \r\n"])
@pytest.mark.parametrize("injected", INJECTED)
def test_the_core_closes_without_obeying(starttls: bytes, injected: bytes) -> None:
    server = Responder(CONFIG, passwords={"tim": "secret"})
    server.feed(b"EHLO a\r\n")
    said = server.feed(starttls + injected)
    assert said.startswith(b"554 5.5.1")
    assert said.count(b"\r\n") == 1
    assert server.core.closed
    assert server.feed(b"EHLO a\r\n") == b""


@pytest.mark.parametrize("injected", INJECTED)
@pytest.mark.parametrize("piece", [10, 1 << 20])  # 10: what follows STARTTLS is still unread
def test_the_driver_closes_without_obeying(injected: bytes, piece: int) -> None:
    clock, handler = Clock(), RecordingHandler(passwords={"tim": "secret"})

    async def both() -> bytes:
        ours, theirs = pipe_pair(server_piece=piece)
        server = asyncio.create_task(serve(theirs, CONFIG, handler, clock, lambda: "n"))
        await ours.write(b"EHLO aaa\r\nSTARTTLS\r\n" + injected, 10)
        await server
        return await ours.read(1) + await ours.read(1)

    said = clock.run(both())
    assert said.splitlines()[-1][:3] in (b"554", b"421")
    assert handler.log == ["connected", "hello aaa", "closed"]

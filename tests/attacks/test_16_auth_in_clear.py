"""Attack 16: in clear no mechanism that shows a password is offered, taken, or used by us."""

from __future__ import annotations

import pytest

from postroad.protocols.smtp import Client, Mode, NotOfferedError, ServerConfig
from postroad.testing import Clock, pipe_pair
from postroad.testing.smtp import Responder

MECHANISMS = ("SCRAM-SHA-256", "PLAIN", "LOGIN")


@pytest.mark.parametrize("mode", [Mode.SMTP, Mode.SUBMISSION])
@pytest.mark.parametrize("starttls", [False, True])
@pytest.mark.parametrize(
    "attempt",
    [
        b"AUTH PLAIN AHRpbQBzZWNyZXQ=\r\n",
        b"AUTH PLAIN\r\n",
        b"AUTH LOGIN\r\n",
        b"AUTH LOGIN dGlt\r\n",
        b"AUTH SCRAM-SHA-256\r\n",
        b"auth plain =\r\n",
        b"AUTH GSSAPI\r\n",
    ],
)
def test_auth_in_clear_is_not_offered_and_is_refused(
    mode: Mode, starttls: bool, attempt: bytes
) -> None:
    config = ServerConfig(
        hostname="mail.example", mode=mode, offers_starttls=starttls, auth_mechanisms=MECHANISMS
    )
    server = Responder(config, passwords={"tim": "secret"})
    assert b"AUTH" not in server.feed(b"EHLO a\r\n")
    assert server.feed(attempt).startswith(b"538 5.7.11")
    assert server.core.state == "ready"
    assert not server.core.authenticated


def test_port_25_has_no_auth_at_all() -> None:
    server = Responder(ServerConfig(hostname="mx.example"), tls=True)
    assert b"AUTH" not in server.feed(b"EHLO a\r\n")
    assert server.feed(b"AUTH PLAIN\r\n").startswith(b"502 5.5.1")


@pytest.mark.parametrize("offer", [b"PLAIN LOGIN", b"PLAIN", b"LOGIN", b"CRAM-MD5"])
def test_our_client_shows_no_password_in_clear(offer: bytes) -> None:
    clock = Clock()

    async def both() -> bytes:
        ours, theirs = pipe_pair()
        await theirs.write(b"220 mx\r\n250-mx\r\n250 AUTH " + offer + b"\r\n", 10)
        client = Client(ours, clock)
        await client.greeting()
        await client.hello("a.example")
        with pytest.raises(NotOfferedError):
            await client.authenticate("tim", "secret", "nonce")
        return bytes(ours.written)

    assert clock.run(both()) == b"EHLO a.example\r\n"

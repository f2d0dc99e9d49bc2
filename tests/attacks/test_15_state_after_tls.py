"""Attack 15: what was said before TLS is forgotten after it, and STARTTLS is not offered again."""

from __future__ import annotations

import pytest

from postroad.protocols.smtp import Hello, ServerConfig
from postroad.testing.smtp import Responder

CONFIG = ServerConfig(
    hostname="mail.example",
    offers_starttls=True,
    auth_mechanisms=("PLAIN",),
    auth_requires_tls=False,
)
AUTH = b"AUTH PLAIN AHRpbQBzZWNyZXQ=\r\n"


def upgraded(before: bytes) -> Responder:
    """A server that heard `before` in clear and then did the handshake."""
    server = Responder(CONFIG, passwords={"tim": "secret"})
    server.feed(b"EHLO before\r\n" + before)
    assert server.feed(b"STARTTLS\r\n").startswith(b"220 ")
    server.core.tls_started()
    return server


def test_the_name_is_forgotten() -> None:
    server = upgraded(b"")
    assert server.core.hello is None
    assert server.feed(b"MAIL FROM:<a@b>\r\n").startswith(b"503 5.5.1")
    server.feed(b"EHLO after\r\n")
    assert server.core.hello == Hello("EHLO", "after")


def test_the_authentication_is_forgotten() -> None:
    server = upgraded(AUTH)
    assert not server.core.authenticated
    assert server.feed(b"EHLO after\r\n" + AUTH).endswith(b"235 2.7.0 Authenticated\r\n")


@pytest.mark.parametrize(
    "started", [b"MAIL FROM:<a@b>\r\n", b"MAIL FROM:<a@b>\r\nRCPT TO:<a@b>\r\n"]
)
def test_no_transaction_comes_through(started: bytes) -> None:
    server = Responder(CONFIG)
    server.feed(b"EHLO before\r\n" + started)
    assert server.feed(b"STARTTLS\r\n").startswith(b"503 5.5.1")
    server.feed(b"RSET\r\nSTARTTLS\r\n")
    server.core.tls_started()
    assert server.feed(b"EHLO after\r\nDATA\r\n").endswith(b"no BDAT\r\n")


def test_starttls_is_neither_offered_nor_taken_again() -> None:
    server = upgraded(b"")
    said = server.feed(b"EHLO after\r\nSTARTTLS\r\n")
    assert b"STARTTLS" not in said
    assert said.splitlines()[-1].startswith(b"502 5.5.1")

"""The client driver's TLS and AUTH: what it believes, what it shows, and to whom."""

from __future__ import annotations

from base64 import b64decode

import pytest

from postroad.protocols.smtp import (
    Client,
    ConnectionLost,
    MailFrom,
    Mode,
    NotOfferedError,
    RcptTo,
    RemoteProtocolError,
    RemoteRefusal,
    ServerConfig,
)
from postroad.sasl import SaslError
from postroad.testing.smtp import QUEUED, RecordingHandler
from postroad.testing.smtp_talk import Script, against_lines, against_server, body


def against(script: Script, config: ServerConfig) -> RecordingHandler:
    """Run `script` with a client that has greeted our own server."""
    handler = RecordingHandler(passwords={"tim": "tanstaaf"})
    against_server(script, handler, config)
    return handler


def test_tls_and_scram_and_then_mail() -> None:
    async def script(client: Client) -> None:
        await client.start_tls()
        await client.hello("a.example")
        assert (await client.authenticate("tim", "tanstaaf", "cnonce")).code == 235
        assert (await client.send(MailFrom(""), [RcptTo("a@b.example")], body(b"hi\r\n")))[
            0
        ].reply == QUEUED

    config = ServerConfig(
        hostname="mail.example",
        mode=Mode.SUBMISSION,
        offers_starttls=True,
        auth_mechanisms=("SCRAM-SHA-256", "PLAIN"),
    )
    assert "authenticated tim" in against(script, config).log


@pytest.mark.parametrize("mechanism", ["SCRAM-SHA-256", "PLAIN", "LOGIN"])
def test_every_mechanism_logs_in_or_is_refused(mechanism: str) -> None:
    async def script(client: Client) -> None:
        await client.start_tls()
        await client.hello("a.example")
        with pytest.raises(RemoteRefusal) as caught:
            await client.authenticate("tim", "wrong", "cnonce")
        assert caught.value.reply.code == 535
        await client.authenticate("tim", "tanstaaf", "cnonce")

    config = ServerConfig(hostname="mx.example", offers_starttls=True, auth_mechanisms=(mechanism,))
    against(script, config)


def test_no_password_goes_out_in_clear() -> None:
    async def script(client: Client) -> None:
        await client.greeting()
        await client.hello("me")
        with pytest.raises(NotOfferedError):
            await client.authenticate("tim", "tanstaaf", "cnonce")

    sent = against_lines(script, b"220 mx\r\n", b"250-mx\r\n250 AUTH PLAIN LOGIN\r\n")
    assert sent == b"EHLO me\r\n"


def test_a_server_that_claims_success_without_proof_is_not_believed() -> None:
    async def script(client: Client) -> None:
        await client.greeting()
        await client.hello("me")
        with pytest.raises(SaslError):
            await client.authenticate("tim", "tanstaaf", "cnonce")
        assert not client.usable

    against_lines(
        script, b"220 mx\r\n", b"250-mx\r\n250 AUTH SCRAM-SHA-256\r\n", b"235 2.7.0 welcome\r\n"
    )


def test_a_wrong_challenge_is_cancelled() -> None:
    async def script(client: Client) -> None:
        await client.greeting()
        await client.hello("me")
        with pytest.raises(SaslError):
            await client.authenticate("tim", "tanstaaf", "cnonce")
        assert client.usable

    sent = against_lines(
        script,
        *(b"220 mx\r\n", b"250-mx\r\n250 AUTH SCRAM-SHA-256\r\n"),
        *(b"334 cj1vdGhlcixzPVFVSkQsaT00MDk2\r\n", b"501 5.7.0 cancelled\r\n"),
    )
    assert sent.endswith(b"\r\n*\r\n")


def test_a_response_too_long_for_the_line_waits_for_the_challenge() -> None:
    async def script(client: Client) -> None:
        await client.greeting()
        await client.hello("me")
        client._core.tls = True  # as if the stream had begun so
        await client.authenticate("u" * 255, "x" * 255, "n")

    answers = (b"220 mx\r\n", b"250-mx\r\n250 AUTH PLAIN\r\n", b"334 \r\n", b"235 2.7.0 ok\r\n")
    lines = against_lines(script, *answers).split(b"\r\n")
    assert lines[1] == b"AUTH PLAIN"
    assert b64decode(lines[2]) == b"\0" + b"u" * 255 + b"\0" + b"x" * 255


@pytest.mark.parametrize("injected", [b"220 go\r\n250 mx\r\n", b"220 go\r\n2"])
def test_a_reply_injected_before_tls_is_not_believed(injected: bytes) -> None:
    async def script(client: Client) -> None:
        await client.greeting()
        await client.hello("me")
        with pytest.raises((RemoteProtocolError, ConnectionLost)):
            await client.start_tls()
        assert not client.usable

    against_lines(script, b"220 mx\r\n", b"250-mx\r\n250 STARTTLS\r\n", injected)


@pytest.mark.parametrize("answer", [b"220 go\r\n", b"454 4.7.0 not now\r\n", b""])
def test_tls_that_fails_is_told(answer: bytes) -> None:
    async def script(client: Client) -> None:
        await client.greeting()
        await client.hello("me")
        with pytest.raises((ConnectionLost, RemoteRefusal)):
            await client.start_tls()
        assert client.usable == answer.startswith(b"454")

    against_lines(script, b"220 mx\r\n", b"250-mx\r\n250 STARTTLS\r\n", answer)

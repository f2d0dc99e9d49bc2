"""TLS on a stream, in both directions, with and without belief in the other's certificate."""

from __future__ import annotations

import asyncio
import hashlib
import os
import ssl
from pathlib import Path

import pytest

from postroad.lab.authority import CertificateFiles
from postroad.net import (
    ClientTls,
    PeerCertificateRefused,
    ServerTls,
    TlsFilesUnusable,
    TlsHandshakeFailed,
    TlsInfo,
    opportunistic_context,
    verified_context,
)
from postroad.net.stream import READ_LIMIT, SLICE
from postroad.net.tls import RELOAD_CHECK_SECONDS, TlsUpgrade, end_point_of
from postroad.testing.loop import on_loop, until
from postroad.testing.wires import connected

from .conftest import NOW, Pki

LONG = 10.0


async def both(server, client) -> list[BaseException | None]:  # type: ignore[no-untyped-def]
    """Both sides' handshakes; what each raised."""
    return await asyncio.gather(server.start_tls(), client.start_tls(), return_exceptions=True)


@on_loop
async def test_after_the_handshake_bytes_travel_encrypted_both_ways(pki: Pki) -> None:
    async with connected(pki.server(), pki.client()) as (server, client):
        assert await both(server, client) == [None, None]
        await client.write(b"AUTH PLAIN\r\n", LONG)
        assert await server.read(LONG) == b"AUTH PLAIN\r\n"
        await server.write(b"235 ok\r\n", LONG)
        assert await client.read(LONG) == b"235 ok\r\n"


@on_loop
async def test_what_was_agreed_is_known_on_both_sides(pki: Pki) -> None:
    async with connected(pki.server(), pki.client()) as (server, client):
        await both(server, client)
        assert server.tls is not None and client.tls is not None
        assert str(server.tls) == str(client.tls)
        assert server.tls.version == "TLSv1.3"
        assert client.tls.verified and not server.tls.verified
        assert client.tls.peer_subject == "CN=mx.alpha.test"


@on_loop
async def test_both_sides_bind_to_the_same_end_point(pki: Pki) -> None:
    async with connected(pki.server(), pki.client()) as (server, client):
        await both(server, client)
        assert server.tls is not None and client.tls is not None
        expected = hashlib.sha256(client.tls.peer_certificate).digest()
        assert server.tls.end_point == client.tls.end_point == expected


@on_loop
async def test_large_bodies_cross_whole(pki: Pki) -> None:
    async with connected(pki.server(), pki.client()) as (server, client):
        await both(server, client)
        blob = os.urandom(3 * 1024 * 1024)
        writing = asyncio.ensure_future(client.write(blob, LONG))
        received = b""
        while len(received) < len(blob):
            received += await server.read(LONG)
        await writing
        assert received == blob


@on_loop
async def test_close_notify_is_the_end_of_the_stream(pki: Pki) -> None:
    async with connected(pki.server(), pki.client()) as (server, client):
        await both(server, client)
        await server.write(b"221 bye\r\n", LONG)
        await server.close()
        assert await client.read(LONG) == b"221 bye\r\n"
        assert await client.read(LONG) == b""


@on_loop
async def test_plaintext_injected_before_the_handshake_never_comes_out(pki: Pki) -> None:
    async with connected(pki.server()) as (server, client):
        await client.write(b"RSET\r\nMAIL FROM:<evil@evil.test>\r\n", LONG)
        await until(server.pending)
        with pytest.raises(TlsHandshakeFailed):
            await server.start_tls()
        assert await server.read(LONG) == b""
        assert not server.pending()


@on_loop
async def test_a_hello_that_came_early_is_not_lost(pki: Pki) -> None:
    async with connected(pki.server(), pki.client()) as (server, client):
        shaking = asyncio.ensure_future(client.start_tls())
        await until(server.pending)
        await server.start_tls()
        await shaking


@on_loop
async def test_a_response_injected_before_the_handshake_fails_it(pki: Pki) -> None:
    async with connected(client_tls=pki.client()) as (server, client):
        await server.write(b"250 injected\r\n", LONG)
        with pytest.raises(TlsHandshakeFailed):
            await client.start_tls()
        assert await client.read(LONG) == b""


@on_loop
async def test_a_certificate_for_another_name_is_refused(pki: Pki) -> None:
    async with connected(pki.server(), pki.client("mx.beta.test")) as (server, client):
        refused, gone = reversed(await both(server, client))
        assert isinstance(refused, PeerCertificateRefused)
        assert "mx.beta.test" in str(refused)
        assert gone is None or isinstance(gone, TlsHandshakeFailed)


@on_loop
async def test_without_verification_any_name_will_do(pki: Pki) -> None:
    anyone = ClientTls(opportunistic_context(), "mx.beta.test")
    async with connected(pki.server(), anyone) as (server, client):
        assert await both(server, client) == [None, None]
        assert client.tls is not None and not client.tls.verified


@on_loop
async def test_a_peer_that_leaves_within_the_handshake_fails_it(pki: Pki) -> None:
    async with connected(pki.server()) as (server, client):
        shaking = asyncio.ensure_future(server.start_tls())
        await client.write(b"\x16\x03\x01", LONG)
        await client.close()
        with pytest.raises(TlsHandshakeFailed, match="closed by the peer"):
            await shaking


@on_loop
async def test_a_silent_peer_ends_the_handshake(pki: Pki, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("postroad.net.stream.HANDSHAKE_SECONDS", 0.02)
    async with connected(pki.server()) as (server, _):
        with pytest.raises(TlsHandshakeFailed, match="silent"):
            await server.start_tls()


@on_loop
async def test_tls_1_1_is_not_spoken(pki: Pki) -> None:
    old = opportunistic_context()
    with pytest.warns(DeprecationWarning):
        old.minimum_version = ssl.TLSVersion.TLSv1
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    async with connected(pki.server(), ClientTls(old, "")) as (server, client):
        assert all(isinstance(e, TlsHandshakeFailed) for e in await both(server, client))


@on_loop
async def test_a_stream_without_tls_says_so() -> None:
    async with connected() as (server, _):
        assert not server.can_start_tls
        with pytest.raises(RuntimeError):
            await server.start_tls()


@on_loop
async def test_a_renewed_certificate_is_used_without_a_restart(pki: Pki, tmp_path: Path) -> None:
    files = CertificateFiles(tmp_path / "s.pem", tmp_path / "s.key")
    pki.authority.issue(files, ["old.alpha.test"], NOW)
    tls = ServerTls(files.certificate, files.key)
    pki.authority.issue(files, ["new.alpha.test"], NOW)
    tls.reload_if_changed(tls._checked + RELOAD_CHECK_SECONDS)
    assert await subject_shown(tls) == "CN=new.alpha.test"


async def subject_shown(tls: TlsUpgrade) -> str:
    async with connected(tls, ClientTls(opportunistic_context(), "x.test")) as (server, client):
        await both(server, client)
        assert client.tls is not None
        return client.tls.peer_subject


@on_loop
async def test_a_broken_renewal_keeps_the_old_certificate(pki: Pki, tmp_path: Path) -> None:
    files = CertificateFiles(tmp_path / "s.pem", tmp_path / "s.key")
    pki.authority.issue(files, ["old.alpha.test"], NOW)
    tls = ServerTls(files.certificate, files.key)
    files.key.write_text("not a key")
    assert not tls.reload()
    assert await subject_shown(tls) == "CN=old.alpha.test"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(TlsFilesUnusable, match=r"nowhere\.pem: No such file"):
        ServerTls(tmp_path / "nowhere.pem", tmp_path / "nowhere.key")


def test_a_key_of_another_certificate_is_refused(pki: Pki) -> None:
    with pytest.raises(TlsFilesUnusable, match="made for this certificate"):
        ServerTls(pki.files.certificate, pki.ca.with_suffix(".key"))


def test_authorities_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    with pytest.raises(TlsFilesUnusable, match="authorities in"):
        verified_context(tmp_path / "nowhere.pem")


def test_rubbish_has_no_end_point() -> None:
    assert end_point_of(b"") == end_point_of(b"\x30\x03rubbish") == b""


@pytest.mark.parametrize("name", ["", "x" * 64 + ".test", ".test", "a\\010b.test", "..", "ü" * 300])
def test_a_name_that_tls_cannot_carry_is_left_out_when_nothing_is_verified(name: str) -> None:
    ClientTls(opportunistic_context(), name).engine()


@pytest.mark.parametrize("name", ["x" * 64 + ".test", ".test", ".."])
def test_a_name_that_tls_cannot_carry_is_never_verified(pki: Pki, name: str) -> None:
    with pytest.raises(TlsHandshakeFailed, match="no name for TLS"):
        pki.client(name).engine()


def test_verification_without_a_name_cannot_be_asked_for(pki: Pki) -> None:
    with pytest.raises(ValueError, match="without the server's name"):
        pki.client("")


@on_loop
async def test_a_broken_record_is_the_end_of_the_stream(pki: Pki) -> None:
    async with connected(pki.server(), pki.client()) as (server, client):
        await both(server, client)
        client._transport.write(b"AUTH PLAIN in clear\r\n")
        assert await server.read(LONG) == b""
        with pytest.raises(ConnectionError):
            while True:
                await server.write(b"still there?\r\n", LONG)
                await asyncio.sleep(0)


@on_loop
async def test_reading_pauses_inside_tls_as_well(pki: Pki) -> None:
    async with connected(pki.server(), pki.client()) as (server, client):
        await both(server, client)
        writing = asyncio.ensure_future(client.write(bytes(8 * 1024 * 1024), LONG))
        await until(lambda: server._paused)
        assert server._held < READ_LIMIT + SLICE
        received = 0
        while received < 8 * 1024 * 1024:
            received += len(await server.read(LONG))
        await writing


@on_loop
async def test_a_flood_instead_of_a_handshake_is_not_kept(pki: Pki) -> None:
    async with connected(pki.server()) as (server, client):
        shaking = asyncio.ensure_future(server.start_tls())
        hello = b"\x16\x03\x01\x40\x00\x01\x00\xff\xff" + bytes(16_375)
        client._transport.write(hello + b"\x16\x03\x01\x40\x00" * 200_000)
        with pytest.raises(TlsHandshakeFailed):
            await shaking
        assert server._engine is not None and server._engine.waiting < 4 * SLICE


def test_a_certificate_that_is_none_has_no_subject() -> None:
    assert TlsInfo("TLSv1.3", "X").peer_subject == ""
    assert TlsInfo("TLSv1.3", "X", peer_certificate=b"rubbish").peer_subject == ""

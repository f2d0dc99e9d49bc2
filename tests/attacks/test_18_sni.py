"""18. The name a client asks for in TLS: paths, backslashes, and very many of them."""

from __future__ import annotations

import contextlib
import datetime
import gc
import struct
from pathlib import Path

import pytest

from postroad.lab.authority import Authority, CertificateFiles
from postroad.net import ServerTls, TlsHandshakeFailed

NOW = datetime.datetime.now(datetime.UTC)


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> ServerTls:
    base = tmp_path_factory.mktemp("sni")
    files = CertificateFiles(base / "mx.crt", base / "mx.key")
    Authority.open(base, NOW).issue(files, ["mx.alpha.test"], NOW)
    return ServerTls(files.certificate, files.key)


def client_hello(name: bytes) -> bytes:
    """A TLS 1.2 ClientHello with `name` as its server name, byte for byte (RFC 6066 §3)."""
    entry = b"\0" + struct.pack("!H", len(name)) + name
    server_name = struct.pack("!HHH", 0, len(entry) + 2, len(entry)) + entry
    groups = struct.pack("!HHHH", 10, 4, 2, 23)
    algorithms = struct.pack("!HHHH", 13, 4, 2, 0x0403)
    extensions = server_name + groups + algorithms
    ciphers = struct.pack("!HH", 2, 0xC02B)
    body = b"\3\3" + bytes(32) + b"\0" + ciphers + b"\1\0"
    body += struct.pack("!H", len(extensions)) + extensions
    handshake = b"\1" + len(body).to_bytes(3) + body
    return b"\x16\3\1" + struct.pack("!H", len(handshake)) + handshake


@pytest.mark.parametrize(
    "name",
    [b"../../etc/passwd", b"mx\\", b"x" * 60_000, b"\xff\xfe", b"a\0b", b"", b"mx.alpha.test"],
)
def test_a_strange_name_gives_a_handshake_or_an_alert(tls: ServerTls, name: bytes) -> None:
    engine = tls.engine()
    hello = client_hello(name)
    records = [hello] if len(hello) < 16_000 else [b"\x16\3\1\x40\0" + hello[5:16389]]
    engine.feed(records[0])
    with contextlib.suppress(TlsHandshakeFailed):
        assert engine.handshake() is False
    said = engine.ciphertext()
    assert said[:1] in (b"\x16", b"\x15", b"")


def test_the_certificate_does_not_depend_on_the_name(tls: ServerTls) -> None:
    def shown(name: bytes) -> bytes:
        engine = tls.engine()
        engine.feed(client_hello(name))
        assert engine.handshake() is False
        said = engine.ciphertext()
        return said[said.index(b"mx.alpha.test") - 64 :][:128]

    assert shown(b"mx.alpha.test") == shown(b"evil.test") == shown(b"..//")


def test_very_many_names_leave_nothing_behind(tls: ServerTls) -> None:
    def greet(number: int) -> None:
        engine = tls.engine()
        engine.feed(client_hello(b"name-%d.test" % number))
        engine.handshake()

    for number in range(200):  # what OpenSSL keeps once, it keeps now
        greet(number)
    gc.collect()
    before = resident()
    for number in range(3000):
        greet(number)
    gc.collect()
    assert resident() - before < 4_000_000


def resident() -> int:
    """Octets of memory that this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

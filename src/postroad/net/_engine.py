"""TLS as a machine of its own: ciphertext in, plaintext out, and the reverse, without a socket.

The stream owns both byte queues, so nothing that arrived before the handshake can come out after
it as plaintext: whatever was read early is fed to the machine as ciphertext, where an injected
command fails the handshake.

Standards: RFC 8446, RFC 5246 (through OpenSSL)
"""

from __future__ import annotations

import contextlib
import ssl

from postroad.net.errors import PeerCertificateRefused, TlsHandshakeFailed

RECORD_OCTETS = 16_384
"""Plaintext of one TLS record at most (RFC 8446 §5.1); SSL_read returns no more at once."""


class TlsEngine:
    """One side of one TLS connection over two memory queues."""

    __slots__ = ("_incoming", "_outgoing", "_tls", "closed")

    def __init__(
        self, context: ssl.SSLContext, *, server_side: bool, server_hostname: str | None = None
    ) -> None:
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._tls = context.wrap_bio(
            self._incoming, self._outgoing, server_side=server_side, server_hostname=server_hostname
        )
        self.closed = False

    @property
    def tls(self) -> ssl.SSLObject:
        """The OpenSSL object, for what it knows about the session."""
        return self._tls

    @property
    def waiting(self) -> int:
        """Octets of ciphertext that were fed and not yet used."""
        return self._incoming.pending

    def feed(self, ciphertext: bytes | memoryview) -> None:
        """Take bytes as they came from the peer."""
        self._incoming.write(ciphertext)

    def handshake(self) -> bool:
        """Go on with the handshake; True when it is done. Send `ciphertext()` after every call.

        Raises TlsHandshakeFailed, or PeerCertificateRefused when it was the peer's certificate.
        """
        try:
            self._tls.do_handshake()
        except ssl.SSLWantReadError:
            return False
        except ssl.SSLCertVerificationError as error:
            raise PeerCertificateRefused(f"certificate refused: {error.verify_message}") from None
        except (ssl.SSLError, OSError) as error:
            reason = getattr(error, "reason", None) or str(error) or "closed by the peer"
            raise TlsHandshakeFailed(f"TLS handshake failed: {reason}") from None
        return True

    def plaintext(self) -> list[bytes]:
        """All that can be decrypted now. Sets `closed` at close_notify and at any fault."""
        chunks = []
        read = self._tls.read
        try:
            while chunk := read(RECORD_OCTETS):
                chunks.append(chunk)
            self.closed = True
        except ssl.SSLWantReadError:
            pass
        except (ssl.SSLError, OSError):  # a broken record ends the stream; its alert is outgoing
            self.closed = True
        return chunks

    def encrypt(self, plaintext: bytes) -> bytes:
        """Ciphertext for `plaintext`, and what else is to be sent. Raises ConnectionError."""
        rest = memoryview(plaintext)
        try:
            while rest:
                rest = rest[self._tls.write(rest) :]
        except ssl.SSLError as error:
            raise ConnectionResetError(f"TLS connection is broken: {error.reason}") from None
        return self._outgoing.read()

    def ciphertext(self) -> bytes:
        """Bytes of the protocol itself to be sent: handshake, alerts, key updates."""
        return self._outgoing.read() if self._outgoing.pending else b""

    def farewell(self) -> bytes:
        """The close_notify alert (RFC 8446 §6.1); empty when the connection is past it."""
        with contextlib.suppress(ssl.SSLError, OSError, ValueError):  # no answer is awaited
            self._tls.unwrap()
        return self._outgoing.read()

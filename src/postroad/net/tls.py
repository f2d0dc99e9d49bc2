"""TLS for servers from certificate files, for clients with or without belief, and what was agreed.

TLS 1.2 at least; no renegotiation; no compression. Server files are read again when they change; a
broken new pair is reported and the old one stays in use. A key's password is never prompted for.

Standards: RFC 8446, RFC 5246, RFC 8314 §4 (TLS 1.2 or later for mail), RFC 5929 §4
(tls-server-end-point), RFC 7435 (opportunistic security)
"""

from __future__ import annotations

import ssl
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import structlog
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from postroad.net._engine import TlsEngine
from postroad.net.errors import TlsFilesUnusable, TlsHandshakeFailed

RELOAD_CHECK_SECONDS = 60.0
"""How soon a renewed certificate is noticed without a signal: two stat calls a minute."""

log = structlog.get_logger("postroad.net")


@dataclass(frozen=True, slots=True)
class TlsInfo:
    """What a handshake agreed on. `verified`: the peer's chain and name were checked and hold.

    `peer_certificate` is DER or b""; `end_point` is the tls-server-end-point binding or b"".
    """

    version: str
    cipher: str
    verified: bool = False
    peer_certificate: bytes = b""
    end_point: bytes = b""

    @property
    def peer_subject(self) -> str:
        """The subject of the peer's certificate as RFC 4514 text, "" when it sent none."""
        if not self.peer_certificate:
            return ""
        try:
            return x509.load_der_x509_certificate(self.peer_certificate).subject.rfc4514_string()
        except ValueError:  # an unverified peer may send what no parser reads
            return ""

    def __str__(self) -> str:
        return f"{self.version} {self.cipher}"


class TlsUpgrade(Protocol):
    """How one stream becomes a TLS stream: as a server, or as the client of a named server."""

    def engine(self) -> TlsEngine:
        """A fresh machine for one connection."""
        ...

    def info(self, engine: TlsEngine) -> TlsInfo:
        """What `engine` agreed on, after its handshake."""
        ...


class ServerTls:
    """The certificate and key that a server shows. `engine()` always uses the newest good pair."""

    def __init__(self, certificate: Path, key: Path) -> None:
        """Read both PEM files now. Raises TlsFilesUnusable."""
        self._files = (certificate, key)
        self._checked = time.monotonic()
        self._stamp = self._modified()
        self._context, self._end_point = _load(certificate, key)

    @property
    def end_point(self) -> bytes:
        """tls-server-end-point of the certificate in use; b"" where RFC 5929 defines none."""
        return self._end_point

    def reload(self) -> bool:
        """Read the files again (SIGHUP). False, with a line in the log, when they are unusable."""
        stamp = self._modified()
        try:
            self._context, self._end_point = _load(*self._files)
        except TlsFilesUnusable as error:
            log.error("certificate.unusable", reason=str(error), kept="the previous one")
            return False
        finally:
            self._stamp = stamp
        log.info("certificate.loaded", certificate=str(self._files[0]))
        return True

    def reload_if_changed(self, now: float) -> None:
        """Reload when a file changed; looks once in RELOAD_CHECK_SECONDS. `now`: monotonic."""
        if now - self._checked < RELOAD_CHECK_SECONDS:
            return
        self._checked = now
        if self._modified() != self._stamp:
            self.reload()

    def engine(self) -> TlsEngine:
        """A machine for one accepted connection."""
        self.reload_if_changed(time.monotonic())
        return TlsEngine(self._context, server_side=True)

    def info(self, engine: TlsEngine) -> TlsInfo:
        """What the client and we agreed on."""
        return _info(engine.tls, verified=False, end_point=self._end_point)

    def _modified(self) -> tuple[int, ...]:
        """Modification times in ns, 0 for a file that is away just now."""
        return tuple(path.stat().st_mtime_ns if path.exists() else 0 for path in self._files)


@dataclass(frozen=True, slots=True)
class ClientTls:
    """TLS towards one server, named as in its certificate. `context` decides about verification.

    Without verification `hostname` may be "" or what no certificate can hold: MX records name
    strange hosts, and encrypting to them is better than not.
    """

    context: ssl.SSLContext
    hostname: str

    def __post_init__(self) -> None:
        if self.context.check_hostname and not self.hostname:
            raise ValueError("a certificate cannot be verified without the server's name")

    def engine(self) -> TlsEngine:
        """A machine for one connection to `hostname`. Raises TlsHandshakeFailed."""
        try:
            return TlsEngine(self.context, server_side=False, server_hostname=self.hostname or None)
        except ValueError:  # no SNI can be made of it (RFC 6066 §3)
            if self.context.check_hostname:
                raise TlsHandshakeFailed(f"{self.hostname!r} is no name for TLS") from None
            return TlsEngine(self.context, server_side=False)

    def info(self, engine: TlsEngine) -> TlsInfo:
        """What the server and we agreed on."""
        verified = self.context.verify_mode is ssl.CERT_REQUIRED and self.context.check_hostname
        der = engine.tls.getpeercert(binary_form=True) or b""
        return _info(engine.tls, verified=verified, end_point=end_point_of(der))


def opportunistic_context() -> ssl.SSLContext:
    """A client context that encrypts and believes nothing: SMTP without a policy (RFC 7435)."""
    context = _hardened(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def verified_context(ca_file: Path | None = None) -> ssl.SSLContext:
    """A client context that insists on a chain to `ca_file` (None: the system's) and on the name.

    Raises TlsFilesUnusable.
    """
    context = _hardened(ssl.PROTOCOL_TLS_CLIENT)
    try:
        if ca_file is None:
            context.load_default_certs()
        else:
            context.load_verify_locations(cafile=str(ca_file))
    except (OSError, ssl.SSLError) as error:
        raise TlsFilesUnusable(f"cannot read the authorities in {ca_file}: {_why(error)}") from None
    return context


def end_point_of(der: bytes) -> bytes:
    """The tls-server-end-point binding of a DER certificate; b"" where none is defined.

    The hash is the one of the certificate's signature, with SHA-256 for MD5 and SHA-1
    (RFC 5929 §4.1); Ed25519 has none, so nothing is bound then.
    """
    if not der:
        return b""
    try:
        certificate = x509.load_der_x509_certificate(der)
        algorithm = certificate.signature_hash_algorithm
    except (ValueError, UnsupportedAlgorithm):  # an unverified peer may send anything
        return b""
    if algorithm is None:
        return b""
    if isinstance(algorithm, (hashes.MD5, hashes.SHA1)):
        algorithm = hashes.SHA256()
    return certificate.fingerprint(algorithm)


def _hardened(protocol: int) -> ssl.SSLContext:
    context = ssl.SSLContext(protocol)
    context.minimum_version = ssl.TLSVersion.TLSv1_2  # RFC 8314 §4.1, RFC 8996
    context.options |= ssl.OP_NO_RENEGOTIATION | ssl.OP_NO_COMPRESSION
    return context


def _load(certificate: Path, key: Path) -> tuple[ssl.SSLContext, bytes]:
    """A server context and its end-point binding. Raises TlsFilesUnusable."""
    for path in (certificate, key):
        try:
            with path.open("rb"):
                pass
        except OSError as error:
            raise TlsFilesUnusable(f"cannot read {path}: {error.strerror}") from None
    context = _hardened(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(certificate, key, password=lambda: "")  # never ask on a terminal
        leaf = x509.load_pem_x509_certificate(certificate.read_bytes())
    except (OSError, ssl.SSLError, ValueError) as error:
        raise TlsFilesUnusable(
            f"{certificate} and {key} cannot be used: {_why(error)}; "
            "both must be PEM, the key without a password and made for this certificate"
        ) from None
    context.num_tickets = 1  # one is used, if any (RFC 8446 §4.6.1)
    return context, end_point_of(leaf.public_bytes(Encoding.DER))


def _info(session: ssl.SSLObject, *, verified: bool, end_point: bytes) -> TlsInfo:
    cipher = session.cipher()
    return TlsInfo(
        version=session.version() or "",
        cipher=cipher[0] if cipher else "",
        verified=verified,
        peer_certificate=session.getpeercert(binary_form=True) or b"",
        end_point=end_point,
    )


def _why(error: Exception) -> str:
    return getattr(error, "reason", None) or getattr(error, "strerror", None) or str(error)

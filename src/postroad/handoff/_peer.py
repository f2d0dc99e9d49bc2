"""Who is at the other end of a session, and the Received line that says so.

Standards: RFC 5321 §4.4 (trace information), RFC 3848 and RFC 6531 §4.3 (`with` keywords)
"""

from __future__ import annotations

from dataclasses import dataclass

from postroad.handoff._types import Envelope
from postroad.message import Received, format_received


@dataclass(frozen=True, slots=True)
class Peer:
    """`helo` is the peer's own word; `ptr` its reverse name as we found it, "" when unknown.

    `tls` is ("TLSv1.3", cipher) or None; `user` the account that authenticated, or "".
    """

    address: str
    port: int
    helo: str = ""
    extended: bool = True
    lmtp: bool = False
    ptr: str = ""
    tls: tuple[str, str] | None = None
    user: str = ""

    def protocol(self, smtputf8: bool = False) -> str:
        """The `with` keyword: SMTP, ESMTP, ESMTPSA, UTF8SMTPS, LMTPS …"""
        if not self.extended and not self.lmtp:
            return "SMTP"
        name = "LMTP" if self.lmtp else ("SMTP" if smtputf8 else "ESMTP")
        secured = "S" if self.tls else ""
        authenticated = "A" if self.user else ""
        return f"{'UTF8' if smtputf8 else ''}{name}{secured}{authenticated}"

    @property
    def tls_text(self) -> str:
        """Version and cipher for people, "" for plaintext."""
        return " ".join(self.tls) if self.tls else ""


def received_line(
    peer: Peer, envelope: Envelope, *, by: str, trace: str, at: float, show_address: bool = True
) -> bytes:
    """Return our Received field for a message of `peer`, with its CRLF.

    The recipient is named only when there is one: others must not learn of each other (RFC 5321
    §7.2). Without `show_address` the peer's address and name are left out.
    """
    recipients = envelope.recipients
    version, cipher = peer.tls or ("", "")
    hop = Received(
        helo=peer.helo if show_address else "",
        reverse_name=peer.ptr if show_address else "",
        address=peer.address if show_address else "",
        by=by,
        protocol=peer.protocol(envelope.smtputf8),
        id=trace,
        recipient=recipients[0].address if len(recipients) == 1 else "",
        tls_version=version,
        tls_cipher=cipher,
    )
    return format_received(hop, at, utf8=envelope.smtputf8)

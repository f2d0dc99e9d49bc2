"""Settings of the receiving side of the gateway."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta


class BorderInboundConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Port 25: who may hand us what."""

    max_message_size: Annotated[
        int, Meta(ge=65536, description="Largest message taken, in octets; announced as SIZE.")
    ] = 52_428_800
    max_recipients: Annotated[
        int, Meta(ge=100, description="Recipients taken in one transaction; RFC 5321 asks for 100.")
    ] = 1000
    relay_domains: Annotated[
        tuple[str, ...],
        Meta(description="Domains taken in for an inner host; `mta.routes` says which host."),
    ] = ()
    relay_from: Annotated[
        tuple[str, ...],
        Meta(description="Addresses or networks of our own servers, which may send to anywhere."),
    ] = ()
    verify_recipients: Annotated[
        bool,
        Meta(
            description="Ask the inner host whether a recipient exists before taking the message."
        ),
    ] = True
    require_tls: Annotated[
        bool, Meta(description="Refuse MAIL without TLS. Off: strangers may speak plaintext.")
    ] = False
    command_timeout: Annotated[
        float, Meta(gt=0, description="Seconds a client may take for one command (RFC: 300).")
    ] = 300.0
    data_timeout: Annotated[
        float, Meta(gt=0, description="Seconds for each 16 KiB of a message (RFC: 180).")
    ] = 180.0

"""Settings of the sending side of the gateway."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta


class BorderOutboundConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How other hosts are found and spoken to."""

    port: Annotated[
        int, Meta(ge=1, le=65535, description="Port of other domains' mail exchangers.")
    ] = 25
    source_address: Annotated[
        str, Meta(description="Local address to connect from; empty lets the system choose.")
    ] = ""
    starttls: Annotated[
        bool, Meta(description="Use STARTTLS when the other host offers it, verified or not.")
    ] = True
    connect_timeout: Annotated[
        float, Meta(gt=0, description="Seconds to wait for a connection to one address.")
    ] = 30.0
    idle_timeout: Annotated[
        float, Meta(ge=0, description="Seconds an unused connection is kept for the next message.")
    ] = 20.0
    messages_per_connection: Annotated[
        int, Meta(ge=1, description="Messages sent over one connection before it is closed.")
    ] = 500
    max_hosts: Annotated[
        int, Meta(ge=1, description="Addresses tried for one message in one attempt.")
    ] = 8

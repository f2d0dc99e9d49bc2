"""Settings of submission."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta


class MsaConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Ports 587 and 465: our own people sending."""

    max_message_size: Annotated[
        int, Meta(ge=65536, description="Largest message taken, in octets; announced as SIZE.")
    ] = 52_428_800
    max_recipients: Annotated[
        int, Meta(ge=100, description="Recipients taken in one transaction.")
    ] = 1000
    command_timeout: Annotated[
        float, Meta(gt=0, description="Seconds a client may take for one command (RFC: 300).")
    ] = 300.0
    data_timeout: Annotated[
        float, Meta(gt=0, description="Seconds for each 16 KiB of a message (RFC: 180).")
    ] = 180.0
    record_client_address: Annotated[
        bool,
        Meta(description="Write the client's address into Received, where all can read it."),
    ] = True

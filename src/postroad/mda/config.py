"""Settings of final delivery."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta


class MdaConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Filing into mailboxes."""

    delivered_to: Annotated[
        bool, Meta(description="Write the final address into a Delivered-To header (RFC 9228).")
    ] = True
    max_message_size: Annotated[
        int, Meta(ge=65536, description="Largest message taken over LMTP, in octets.")
    ] = 52_428_800

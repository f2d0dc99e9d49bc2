"""Settings of IMAP."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta


class ImapConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Ports 143 and 993: mail that stays on the server, seen from several devices."""

    login_timeout: Annotated[
        float, Meta(gt=0, description="Seconds a client may be silent before it has logged in.")
    ] = 180.0
    session_timeout: Annotated[
        float, Meta(ge=1800, description="Seconds it may be silent afterwards (RFC: 1800).")
    ] = 1800.0
    append_limit: Annotated[
        int, Meta(ge=1024, description="Largest message in octets that a client may put here.")
    ] = 67_108_864
    sessions_per_account: Annotated[
        int, Meta(ge=1, description="Sessions that one account may have open at once.")
    ] = 100

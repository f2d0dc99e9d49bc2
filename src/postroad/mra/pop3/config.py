"""Settings of POP3."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta


class Pop3Config(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Ports 110 and 995: reading and fetching with POP3."""

    login_timeout: Annotated[
        float, Meta(gt=0, description="Seconds a client may be silent before it has logged in.")
    ] = 120.0
    session_timeout: Annotated[
        float, Meta(ge=600, description="Seconds it may be silent afterwards (RFC: at least 600).")
    ] = 600.0
    login_delay: Annotated[
        int, Meta(ge=0, description="Seconds between two logins of one account; 0: no limit.")
    ] = 0
    mark_read: Annotated[
        bool, Meta(description="A message that was fetched shows as read elsewhere.")
    ] = True

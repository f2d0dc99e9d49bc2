"""Settings of the journeys."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta


class JourneyConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long it is known what happened to a message."""

    keep_for: Annotated[
        float, Meta(gt=0, description="Seconds that journeys are kept; then they are removed.")
    ] = 90 * 86400.0

"""Settings of transfer: where messages go next, and for how long it is tried."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta


class MtaConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Routes, retries, notifications."""

    routes: Annotated[
        dict[str, str],
        Meta(
            description='Next host of a domain as `"example.org" = "host:port"`; `"*"` is the '
            "gateway for all other domains. Without a route the MX records decide."
        ),
    ] = {}
    expire_after: Annotated[
        float, Meta(gt=0, description="Seconds after which a message that waits is given up.")
    ] = 5 * 86400.0
    retry_after: Annotated[
        tuple[float, ...],
        Meta(
            min_length=1,
            description="Seconds between attempts: dense in the first hour; the last one repeats.",
        ),
    ] = (60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0, 7200.0, 14400.0)
    warn_after: Annotated[
        float, Meta(gt=0, description="Seconds of waiting after which the sender is told of it.")
    ] = 4 * 3600.0
    concurrency: Annotated[
        int, Meta(ge=1, description="Messages in delivery at once, over all destinations.")
    ] = 100
    concurrency_per_route: Annotated[
        int, Meta(ge=1, description="Messages in delivery at once to one destination.")
    ] = 10

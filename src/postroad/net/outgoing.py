"""Outgoing connections: try a host's addresses, the next one soon after the last, keep the first.

Standards: RFC 8305 §5 (connection attempts are staggered, not serial), RFC 5321 §5.1 (all
addresses of a host are tried in order)
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import chain, zip_longest

from postroad.net.errors import ConnectFailed
from postroad.net.stream import Stream
from postroad.net.tls import TlsUpgrade

STAGGER_SECONDS = 0.25
"""RFC 8305 §8: the recommended delay before the next address is tried as well."""


def interleave(ipv6: Sequence[str], ipv4: Sequence[str]) -> list[str]:
    """Addresses in the order to try: families alternate, IPv6 first (RFC 8305 §4)."""
    pairs = zip_longest(ipv6, ipv4)
    return [address for address in chain.from_iterable(pairs) if address is not None]


async def connect(
    addresses: Sequence[str],
    port: int,
    *,
    timeout: float,
    tls: TlsUpgrade | None = None,
    source: str | None = None,
) -> Stream:
    """A plain stream to the first address that answers; `tls` is what its `start_tls` will use.

    `timeout`: seconds for all attempts together. `source`: our address, for destinations of its
    family. Raises ConnectFailed with the reason for each address; ValueError without addresses.
    """
    if not addresses:
        raise ValueError("no address to connect to")
    reasons: list[str] = []
    attempts: set[asyncio.Task[Stream]] = set()
    waiting = list(addresses)
    try:
        async with asyncio.timeout(timeout):
            while waiting or attempts:
                if waiting:
                    attempts.add(asyncio.ensure_future(_one(waiting.pop(0), port, tls, source)))
                stagger = STAGGER_SECONDS if waiting else None
                done, attempts = await asyncio.wait(
                    attempts, timeout=stagger, return_when=asyncio.FIRST_COMPLETED
                )
                if (stream := _first(done, reasons)) is not None:
                    return stream
    except TimeoutError:
        reasons.append(f"no answer within {timeout:g} s")
    finally:
        _abandon(attempts)
    raise ConnectFailed("; ".join(reasons))


def _first(done: set[asyncio.Task[Stream]], reasons: list[str]) -> Stream | None:
    """The stream of one attempt that succeeded; others are closed, failures told in `reasons`."""
    winner: Stream | None = None
    for task in done:
        error = task.exception()
        if error is not None:
            reasons.append(str(error))
        elif winner is None:
            winner = task.result()
        else:
            task.result().abort()
    return winner


def _abandon(attempts: set[asyncio.Task[Stream]]) -> None:
    for task in attempts:
        task.add_done_callback(_close_late)
        task.cancel()


def _close_late(task: asyncio.Task[Stream]) -> None:
    """An attempt may succeed in the very moment in which it is cancelled."""
    if not task.cancelled() and task.exception() is None:
        task.result().abort()


async def _one(host: str, port: int, tls: TlsUpgrade | None, source: str | None) -> Stream:
    """Connect to one address. Raises ConnectFailed."""
    local = (source, 0) if source and (":" in source) == (":" in host) else None
    loop = asyncio.get_running_loop()
    try:
        _, stream = await loop.create_connection(lambda: Stream(tls), host, port, local_addr=local)
    except OSError as error:
        where = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        raise ConnectFailed(f"{where}: {error.strerror or error}") from None
    return stream

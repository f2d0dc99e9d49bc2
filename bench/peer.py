"""Postfix and Dovecot together: SMTP in, Maildirs out, LMTP between them.

Left as Debian ships them, but for what a busy site would set: no limit on connections from one
client, processes enough for a hundred sessions, Dovecot's LMTP servers kept ready. Neither writes
a log, since no syslog runs; on a real host both would be slower by that much.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import dovecot, postfix
from bench.processes import free_port
from bench.system import DOMAIN, Running


@dataclass(frozen=True, slots=True)
class RunningPeer:
    """Both servers, up."""

    address: tuple[str, int]
    pids: list[int]
    store: dovecot.Dovecot

    def delivered(self) -> tuple[int, float]:
        """Files in the `new` folders of all Maildirs, and the last change of those folders."""
        return self.store.delivered()


class Peer:
    """The pair as one system."""

    name = "Postfix + Dovecot"

    @contextmanager
    def serving(self, folder: Path) -> Iterator[Running]:
        """Start Dovecot, then Postfix; both are stopped on leaving."""
        store = dovecot.Dovecot(folder / "dovecot")
        settings = {
            "virtual_mailbox_domains": DOMAIN,
            "virtual_transport": f"lmtp:unix:{store.socket}",
            "default_process_limit": "150",
            "smtpd_client_connection_count_limit": "0",
            "message_size_limit": "60000000",
        }
        relay = postfix.Postfix(
            folder / "postfix", "127.0.0.1", free_port(), f"mx.{DOMAIN}", settings
        )
        with store.serving() as keeper, relay.serving() as master:
            yield RunningPeer((relay.host, relay.port), [master, keeper], store)


def missing() -> str:
    """What is not installed, as words; "" when both are there."""
    absent = [
        name
        for name, present in (("postfix", postfix.available()), ("dovecot", dovecot.available()))
        if not present
    ]
    return " and ".join(absent)

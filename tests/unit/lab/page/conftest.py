"""Made-up journeys, written down as the four servers would, and databases in memory for them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from postroad import journey
from postroad.db.engines.sqlite import SqliteDatabase, open_sqlite
from postroad.journey.events import (
    Accepted,
    AnyEvent,
    Attempted,
    Checked,
    Filed,
    Notified,
    Queued,
    Received,
    Retrieved,
)
from postroad.lab.page._story import Record
from postroad.lab.plan import Plan

NOON = 1_794_484_800.0  # 2026-11-12T12:00:00Z
TLS = "TLSv1.3 TLS_AES_256_GCM_SHA384"
HOSTS = {
    "mail.alpha.test": "127.77.1.2",
    "mx.alpha.test": "127.77.1.1",
    "mx.beta.test": "127.77.2.1",
    "mail.beta.test": "127.77.2.2",
}
WAY = tuple(HOSTS)


def trace_at(at: float, salt: int = 0) -> str:
    return journey.new_trace(at, salt * 7919 + int(at * 1e6) % 1000)


@dataclass
class Writer:
    """Writes journeys as stations do; `records` is what came of it."""

    records: list[Record] = field(default_factory=list)
    noon: float = NOON

    def record(
        self, host: str, message_id: str, subject: str, *events: AnyEvent, trace: str = ""
    ) -> Record:
        trace = trace or trace_at(events[0].at, len(self.records))
        made = Record(host, trace, message_id, subject, events)
        self.records.append(made)
        return made

    def hop(
        self,
        host: str,
        at: float,
        sender: str,
        to: Sequence[str],
        *events: AnyEvent,
        name: tuple[str, str],
        **more: Any,
    ) -> Record:
        """One server takes a message; `name` is its Message-ID and subject."""
        peer = more.get("peer", WAY[WAY.index(host) - 1] if host != WAY[0] else "[127.0.0.1]")
        room = {"mail.alpha.test": "msa"}.get(host, "border.inbound")
        room = more.get("room", room)
        seen = Received(
            at=at,
            station=room,
            peer=HOSTS.get(peer, "127.0.0.1"),
            port=40112,
            helo=peer,
            protocol="ESMTPSA" if room == "msa" else "ESMTPS",
            tls=TLS,
            user=sender if room == "msa" else "",
        )
        taken = Accepted(
            at=at + 0.004,
            station=room,
            reverse_path=sender,
            recipients=list(to),
            size=5230,
            message_id=name[0],
        )
        return self.record(host, *name, seen, taken, *events, trace=more.get("trace", ""))

    def pass_on(
        self, at: float, to: Sequence[str], remote: str, *, tries: int = 0
    ) -> list[AnyEvent]:
        """The host queues the message and hands it to `remote`, after `tries` in vain."""
        route = "beta.test" if remote == "mx.beta.test" else f"{remote}:2525"
        way = f"host {route}" if ":" in route else f"the MX records of {route}"
        why = f"beta.test goes by {way}"
        events: list[AnyEvent] = [
            Queued(at=at, station="mta", recipient=one, route=route, reason=why) for one in to
        ]
        for number in range(tries):
            events += [self.late(at + 1 + number, one, remote, at + 2 + number) for one in to]
        done = {"outcome": "relayed", "code": 250, "enhanced": "2.0.0", "text": "Queued as 01hx"}
        return events + [
            Attempted(
                at=at + tries + 0.0085, station="mta", recipient=one, remote=remote, tls=TLS, **done
            )
            for one in to
        ]

    @staticmethod
    def late(at: float, to: str, remote: str, again: float) -> Attempted:
        return Attempted(
            at=at,
            station="mta",
            recipient=to,
            remote=remote,
            outcome="deferred",
            code=451,
            enhanced="4.4.1",
            text="connection refused",
            next_attempt=again,
        )

    @staticmethod
    def filed(at: float, to: str, uid: int = 1) -> Filed:
        reason = "no rule says otherwise"
        return Filed(
            at=at,
            station="mda",
            recipient=to,
            account=to,
            mailbox="INBOX",
            uid=uid,
            reason=reason,
        )

    def main_job(
        self, at: float, to: Sequence[str], *, name: tuple[str, str], read: bool = True
    ) -> list[Record]:
        """The whole way over four servers into mailboxes; read by POP3 a while later."""
        alice, (inner, border, gate, home) = "alice@alpha.test", WAY
        first = self.pass_on(at + 0.004, to, border)
        second = self.pass_on(at + 0.011, to, gate)
        third = self.pass_on(at + 0.018, to, home)
        ends: list[AnyEvent] = [self.filed(at + 0.025, one, n) for n, one in enumerate(to, 1)]
        if read:
            ends += [
                Retrieved(
                    at=at + 9,
                    station="mra.pop3",
                    recipient="",
                    account=one,
                    by="POP3",
                    action="read",
                )
                for one in to
            ]
        return [
            self.hop(inner, at, alice, to, *first, name=name),
            self.hop(border, at + 0.007, alice, to, *second, name=name),
            self.hop(gate, at + 0.014, alice, to, *third, name=name),
            self.hop(home, at + 0.021, alice, to, *ends, name=name),
        ]

    def unknown_user(self, at: float) -> list[Record]:
        """beta's gateway refuses nobody@beta.test, and alpha's gateway tells alice."""
        alice, nobody, (inner, border, *_) = "alice@alpha.test", ["nobody@beta.test"], WAY
        name, notice = ("q1@alpha.test", "Are you there?"), trace_at(at + 0.02, 99)
        refusal = {"code": 550, "enhanced": "5.1.1", "text": "No such mailbox here"}
        failed = Attempted(
            at=at + 0.02,
            station="mta",
            recipient=nobody[0],
            remote="mx.beta.test",
            outcome="failed",
            tls=TLS,
            **refusal,
        )
        told = Notified(
            at=at + 0.02,
            station="mta",
            recipient=nobody[0],
            to=alice,
            dsn_trace=notice,
            reason="failed: 550 5.1.1 No such mailbox here",
        )
        first = self.hop(
            inner, at, alice, nobody, *self.pass_on(at + 0.004, nobody, border), name=name
        )
        queued = self.pass_on(at + 0.011, nobody, "mx.beta.test")[:1]
        second = self.hop(border, at + 0.007, alice, nobody, *queued, failed, told, name=name)
        return [first, second, *self.notification(at + 0.02, second.trace, notice)]

    def notification(self, at: float, about: str, trace: str) -> list[Record]:
        """The notification that mx.alpha.test wrote, on its way into alice's mailbox."""
        alice, (inner, border, *_) = "alice@alpha.test", WAY
        name = ("dsn1@mx.alpha.test", "Undelivered: Are you there?")
        made = Accepted(
            at=at,
            station="mta",
            reverse_path="",
            recipients=[alice],
            size=3120,
            message_id=name[0],
            reason=f"notification about {about}",
        )
        onward = self.pass_on(at, [alice], inner)
        first = self.record(border, *name, made, *onward, trace=trace)
        second = self.hop(
            inner, at + 0.006, "", [alice], self.filed(at + 0.011, alice, 7), name=name,
            room="border.inbound", peer=border,
        )  # fmt: skip
        return [first, second]

    def waiting(self, at: float) -> Record:
        """beta's gateway is down: mx.alpha.test keeps trying."""
        to, name = ["bob@beta.test"], ("w1@alpha.test", "In your own time")
        queued = self.pass_on(at, to, "mx.beta.test", tries=2)[:-1]
        return self.hop("mx.alpha.test", at, "alice@alpha.test", to, *queued, name=name)

    def hostile(self, at: float) -> Record:
        """A stranger writes what should hurt the page."""
        name = ("<script>@evil.test", "<script>alert('\u202e1')</script>\x1b[2J & \"friends\"")
        checked = Checked(
            at=at + 0.001,
            station="border.inbound",
            check="iprev",
            result="fail",
            reason="127.77.66.1 has no reverse name </p><script>",
        )
        filed = self.filed(at + 0.01, "bob@beta.test", 12)
        whom = ["bob@beta.test"]
        return self.hop(
            "mail.beta.test", at, "<b>@evil.test", whom, checked, filed, name=name,
            room="border.inbound", peer="evil\u202e.test",
        )  # fmt: skip


@pytest.fixture
def writer() -> Writer:
    return Writer()


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    return Plan(tmp_path / "lab")


@dataclass(frozen=True)
class Answer:
    """What an application answered."""

    status: int
    headers: dict[str, str]
    body: str


async def ask(app: Any, target: str, **headers: str) -> Answer:
    """GET `target` from an ASGI application; `if_none_match="x"` sends If-None-Match: x."""
    path, _, query = target.partition("?")
    given = {"host": "127.77.0.1:2080"} | {k.replace("_", "-"): v for k, v in headers.items()}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.77.0.1", 2080),
    }
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    head = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    body = b"".join(one.get("body", b"") for one in sent[1:])
    return Answer(sent[0]["status"], head, body.decode())


@pytest.fixture
def get() -> Callable[..., Any]:
    return ask


Databases = Callable[[Sequence[Record]], Any]


async def store(databases: dict[str, SqliteDatabase], records: Sequence[Record]) -> None:
    """Write `records` into the databases of their hosts."""
    for one in records:
        await databases[one.host].write(lambda tx, one=one: _open(tx, one))


def _open(tx: Any, one: Record) -> None:
    taken = [event for event in one.events if isinstance(event, Accepted)]
    journey.open_journey(
        tx,
        one.trace,
        at=one.began,
        message_id=f"<{one.message_id}>" if one.message_id else "",
        reverse_path=taken[0].reverse_path if taken else "",
        recipients=taken[0].recipients if taken else [],
        subject=one.subject,
        size=5230,
    )
    journey.record(tx, one.trace, one.events)


@pytest.fixture
def keep() -> Callable[..., Any]:
    return store


@pytest.fixture
def filled() -> Databases:
    """`async with filled(records) as databases`: one database in memory for each host."""

    @asynccontextmanager
    async def open_all(records: Sequence[Record]) -> AsyncIterator[dict[str, SqliteDatabase]]:
        databases = {host: open_sqlite(None) for host in HOSTS}
        try:
            await store(databases, records)
            yield databases
        finally:
            for database in databases.values():
                await database.close()

    return open_all

"""The lab as a scenario sees it: people who send and read, servers that stop, journeys to look up.

People use the standard library's clients, which are strangers to our own protocol code.
"""

from __future__ import annotations

import asyncio
import json
import poplib
import secrets
import smtplib
import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from postroad import journey
from postroad.db import Database
from postroad.db.engines.sqlite import open_sqlite
from postroad.journey import Journey
from postroad.journey.events import Checked
from postroad.lab import control
from postroad.lab.plan import PASSWORD, POP3, SMTP, SUBMISSION, Host, Person, Plan

T = TypeVar("T")

PATIENCE = 20.0
"""Seconds within which what must happen has happened, on a slow and busy machine."""

RECENT = 20_000
"""Journeys looked through for retries: more than a scenario makes."""

POLL = 0.1
"""Seconds between two looks: a person would not notice less."""


@dataclass(frozen=True, slots=True)
class Refused:
    """What a server said when it did not take a message or a recipient."""

    code: int
    text: str


class World:
    """One running lab."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def token(self) -> str:
        """A word that is in this run's messages and in no others."""
        return secrets.token_hex(8)

    # Servers

    async def stop(self, host: str) -> None:
        """Stop a server as an administrator would."""
        await control.ask(self.plan.control, "stop", host)

    async def start(self, host: str) -> None:
        """Start a server."""
        await control.ask(self.plan.control, "start", host)

    async def kill(self, host: str) -> None:
        """End a server with SIGKILL."""
        await control.ask(self.plan.control, "kill", host)

    # Sending

    async def submit(
        self, sender: Person, recipients: Sequence[str], message: bytes
    ) -> dict[str, Refused]:
        """Submit over 587 with STARTTLS and AUTH; return the recipients that were refused."""
        host = self.plan.inner(sender.domain)
        return await asyncio.to_thread(self._submit, host, sender, recipients, message)

    def _submit(
        self, host: Host, sender: Person, recipients: Sequence[str], message: bytes
    ) -> dict[str, Refused]:
        with smtplib.SMTP(host.address, SUBMISSION, timeout=PATIENCE) as client:
            client._host = host.name  # type: ignore[attr-defined]  # the name to verify in TLS
            client.starttls(context=self.trust())
            client.login(sender.address, PASSWORD)
            refused = client.sendmail(sender.address, list(recipients), message)
        return {address: _refused(*reply) for address, reply in refused.items()}

    async def hand_over(
        self, host: Host, sender: str, recipient: str, message: bytes, source: str = ""
    ) -> Refused | None:
        """Send one message to port 25 of `host` from `source`; return the refusal, if any."""
        return await asyncio.to_thread(self._hand_over, host, sender, recipient, message, source)

    def _hand_over(
        self, host: Host, sender: str, recipient: str, message: bytes, source: str
    ) -> Refused | None:
        local = (source, 0) if source else None
        try:
            with smtplib.SMTP(
                host.address, SMTP, "mx.evil.test", PATIENCE, source_address=local
            ) as client:
                client.sendmail(sender, [recipient], message)
        except smtplib.SMTPRecipientsRefused as refused:
            return _refused(*refused.recipients[recipient])
        except smtplib.SMTPResponseException as refused:
            return _refused(refused.smtp_code, refused.smtp_error)
        return None

    # Reading

    async def read(self, person: Person) -> list[bytes]:
        """Every message in the person's mailbox, by POP3 with STLS, CRLF line ends."""
        return await asyncio.to_thread(self._read, person, None)

    async def tops(self, person: Person) -> list[bytes]:
        """Every header in the person's mailbox."""
        return await asyncio.to_thread(self._read, person, 0)

    def _read(self, person: Person, lines: int | None) -> list[bytes]:
        host = self.plan.inner(person.domain)
        client = poplib.POP3(host.address, POP3, timeout=PATIENCE)
        try:
            client.host = host.name
            client.stls(self.trust())
            client.user(person.address)
            client.pass_(PASSWORD)
            count = client.stat()[0]
            fetch: Callable[[int], Any] = (
                client.retr if lines is None else lambda n: client.top(n, lines)
            )
            return [b"\r\n".join(fetch(n)[1]) + b"\r\n" for n in range(1, count + 1)]
        finally:
            client.quit()

    async def wait_for_mail(self, person: Person, token: str) -> bytes:
        """The message with `token` in it. Raises TimeoutError after PATIENCE."""

        async def look() -> bytes | None:
            found = [message for message in await self.read(person) if token.encode() in message]
            return found[0] if found else None

        return await self.wait(look)

    async def wait(self, look: Callable[[], Awaitable[T | None]]) -> T:
        """Ask `look` again and again until it returns something. Raises TimeoutError."""
        async with asyncio.timeout(PATIENCE):
            while True:
                if (found := await look()) is not None:
                    return found
                await asyncio.sleep(POLL)

    # Knowing

    async def journeys(self, host: str, key: str) -> list[Journey]:
        """What a server wrote down about a trace id or Message-ID."""
        db = self._database(host)
        try:
            return await db.read(lambda tx: journey.find(tx, key))
        finally:
            await db.close()

    async def recognised(self, host: str) -> int:
        """How often a server was handed what it had taken already, and knew it."""
        db = self._database(host)
        try:
            found = await db.read(lambda tx: journey.recent(tx, RECENT))
        finally:
            await db.close()
        checks = (e for j in found for e in j.events if isinstance(e, Checked))
        return sum(check.check == "duplicate" for check in checks)

    def _database(self, host: str) -> Database:
        path = self.plan.data(self.plan.host(host)) / "postroad.db"
        return open_sqlite(str(path), readers=1)

    def trust(self) -> ssl.SSLContext:
        """A context that believes the lab's authority and nobody else."""
        return ssl.create_default_context(cafile=str(self.plan.authority))


def _refused(code: int, text: bytes | str) -> Refused:
    words = text.decode(errors="replace") if isinstance(text, bytes) else text
    return Refused(code, words)


def as_json(value: Any) -> str:
    """JSON as the command line prints it."""
    return json.dumps(value, ensure_ascii=False, indent=2)

"""Commands to copy into a terminal; each works against the lab as it stands in the plan.

Standards: RFC 6409 (submission), RFC 8314 §3 (ports), curl's and swaks's own manuals
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from shlex import quote

from postroad.lab import texts as t
from postroad.lab.plan import DEFAULT_NET, PASSWORD, POP3S, SMTP, SUBMISSION, Plan
from postroad.lab.texts import Text

BETWEEN_LINES = " \\\n  "
"""Lets a shell read the next line as part of this one."""


@dataclass(frozen=True, slots=True)
class Command:
    """What it shows, and its lines, short enough for a narrow column."""

    purpose: Text
    lines: tuple[str, ...]

    @property
    def shell(self) -> str:
        """What is copied."""
        return BETWEEN_LINES.join(self.lines)


def commands(plan: Plan, program: str = "postroad") -> tuple[Command, ...]:
    """What the page offers, most telling first; `program` is how Postroad is called."""
    return (
        Command(t.TRY_SCENARIO, _scenario(plan, quote(program))),
        Command(t.TRY_SEND, _send(plan, quote(program))),
        Command(t.TRY_SWAKS, _submit(plan, "bob@beta.test", "你好, Bob")),
        Command(t.TRY_READ, _read(plan)),
        Command(t.TRY_NOBODY, _submit(plan, "nobody@beta.test", "Are you there?")),
        Command(t.TRY_RELAY, _relay(plan)),
        Command(t.TRY_PROBE, _probe(plan, quote(program))),
    )


def _scenario(plan: Plan, program: str) -> tuple[str, ...]:
    moved = () if plan.net == DEFAULT_NET else (f"--net {plan.net}",)
    return (f"{program} lab run main-job", f"--base {_path(plan.base)}", *moved)


def _send(plan: Plan, program: str) -> tuple[str, ...]:
    inner = plan.inner("alpha.test")
    return (
        f"echo {PASSWORD} | {program} send",
        f"--server {inner.address}:{SUBMISSION}",
        f"--ca-file {_path(plan.authority)}",
        "--user alice@alpha.test --password-stdin",
        "--from alice@alpha.test --to bob@beta.test",
        "--subject 你好 --text 'How are you?'",
    )


def _submit(plan: Plan, to: str, subject: str) -> tuple[str, ...]:
    inner = plan.inner("alpha.test")
    return (
        f"swaks --server {inner.address}:{SUBMISSION} --tls",
        "--auth PLAIN --auth-user alice@alpha.test",
        f"--auth-password {PASSWORD}",
        f"--from alice@alpha.test --to {to}",
        f"--header {quote(f'Subject: {subject}')}",
    )


def _read(plan: Plan) -> tuple[str, ...]:
    inner = plan.inner("beta.test")
    return (
        f"curl --cacert {_path(plan.authority)}",
        f"--resolve {inner.name}:{POP3S}:{inner.address}",
        f"--user bob@beta.test:{PASSWORD}",
        f"pop3s://{inner.name}:{POP3S}/1",
    )


def _relay(plan: Plan) -> tuple[str, ...]:
    border = plan.host("mx.alpha.test")
    return (
        f"swaks --server {border.address}:{SMTP}",
        f"--local-interface {plan.stranger}",
        "--from mallory@evil.test",
        "--to victim@elsewhere.test",
    )


def _probe(plan: Plan, program: str) -> tuple[str, ...]:
    address, port = plan.dns
    return (f"{program} probe bob@beta.test", f"--nameserver {address}:{port} --port {SMTP}")


def _path(path: Path) -> str:
    return quote(str(path.absolute()))

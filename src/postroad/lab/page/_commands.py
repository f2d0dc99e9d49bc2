"""Commands to copy into a terminal; each works against the lab as it stands in the plan.

Standards: RFC 6409 (submission), RFC 8314 §3 (ports), curl's and swaks's own manuals
"""

from __future__ import annotations

from dataclasses import dataclass
from shlex import join, quote

from postroad.lab import texts as t
from postroad.lab.plan import PASSWORD, POP3S, SMTP, SUBMISSION, Plan
from postroad.lab.texts import Text


@dataclass(frozen=True, slots=True)
class Command:
    """What it shows, and its lines, short enough for a narrow column."""

    purpose: Text
    lines: tuple[str, ...]

    @property
    def shell(self) -> str:
        """What is copied."""
        return " \\\n  ".join(self.lines)


def commands(plan: Plan) -> tuple[Command, ...]:
    """The commands that the page offers, most telling first."""
    base = str(plan.base.absolute())
    return (
        Command(t.TRY_SCENARIO, (join(["postroad", "lab", "run", "main-job", "--base", base]),)),
        Command(t.TRY_SWAKS, _submit(plan, "bob@beta.test", "你好, Bob")),
        Command(t.TRY_READ, _read(plan)),
        Command(t.TRY_NOBODY, _submit(plan, "nobody@beta.test", "Are you there?")),
        Command(t.TRY_RELAY, _relay(plan)),
        Command(t.TRY_DNS, (f"dig @{plan.dns[0]} -p {plan.dns[1]} beta.test MX",)),
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
        f"curl --cacert {quote(str(plan.authority.absolute()))}",
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

"""One attempt's message as commands: what can be said to a host, and what became of whom.

Pure.

Standards: RFC 5321 §4.1.1, RFC 6531 §3.2, RFC 3030 §3, RFC 3463 §3
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import suppress

from postroad.handoff import Content, Envelope, Outcome, Recipient, Reply, Report
from postroad.protocols import smtp

NEEDS = {
    "SMTPUTF8": Reply(553, "5.6.7", "The next host does not take addresses beyond ASCII"),
    "BINARYMIME": Reply(554, "5.6.3", "The next host does not take binary content"),
    "CHUNKING": Reply(554, "5.6.3", "The next host does not take binary content"),
}
"""What becomes of a message that its next host cannot carry (RFC 3463 §3.7)."""

UNSAYABLE = Reply(553, "5.1.3", "The address cannot be written as SMTP asks")


class Parcel:
    """One attempt's envelope and content, and what is known of its recipients so far."""

    def __init__(self, envelope: Envelope, content: Content) -> None:
        self.content = content
        self.commands: list[smtp.RcptTo] = []
        self._envelope = envelope
        self._known: dict[str, Report] = {}
        for recipient in envelope.recipients:
            command = _rcpt(recipient)
            if command is None:
                self.note([_refused(recipient.address, UNSAYABLE)])
            else:
                self.commands.append(command)

    def sayable(self, offered: Collection[str]) -> tuple[list[smtp.RcptTo], list[Report]]:
        """The recipients that a host with these extensions understands, and reports on the others.

        An alias may lead from a plain address to one beyond ASCII: then only that one fails.
        """
        if self._envelope.smtputf8 or "SMTPUTF8" in offered:
            return self.commands, []
        plain = [command for command in self.commands if command.address.isascii()]
        wide = [command for command in self.commands if not command.address.isascii()]
        return plain, [_refused(command.address, NEEDS["SMTPUTF8"]) for command in wide]

    def mail(self, offered: Collection[str]) -> smtp.MailFrom:
        """MAIL for the next hop.

        Quirk `send-eight-bit`: a host that does not offer 8BITMIME gets 8-bit text as it is, as
        most servers have long sent it; converting would break signatures.
        """
        envelope = self._envelope
        wide = not all(command.address.isascii() for command in self.commands)
        plain = envelope.body == "8BITMIME" and "8BITMIME" not in offered
        return smtp.MailFrom(
            envelope.reverse_path,
            size=self.content.total,
            body="7BIT" if plain else envelope.body,
            smtputf8=envelope.smtputf8 or (wide and "SMTPUTF8" in offered),
            ret=envelope.ret,
            envid=envelope.envid,
        )

    def all(self, reply: Reply, remote: str = "") -> list[Report]:
        """The same for everybody."""
        outcome = Outcome.FAILED if reply.code >= 500 else Outcome.DEFERRED
        return [Report(command.address, outcome, reply, remote) for command in self.commands]

    def note(self, reports: Iterable[Report]) -> None:
        """Keep what became of some recipients."""
        self._known.update((report.recipient, report) for report in reports)

    def reports(self) -> list[Report]:
        """One for each recipient, in order."""
        return [self._known[recipient.address] for recipient in self._envelope.recipients]


def _rcpt(recipient: Recipient) -> smtp.RcptTo | None:
    """RCPT for a recipient; None when no RCPT can name it (an alias to `a@b_c`)."""
    with suppress(ValueError):
        return smtp.RcptTo(recipient.address, recipient.notify, recipient.orcpt)
    with suppress(ValueError):  # an original recipient that is too long when it is encoded
        return smtp.RcptTo(recipient.address, recipient.notify)
    return None


def _refused(address: str, reply: Reply) -> Report:
    return Report(address, Outcome.FAILED, reply)

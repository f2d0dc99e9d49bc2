"""What the server core says by itself.

Standards: RFC 5321 §4.2.2 (codes), RFC 3463 §3 (enhanced codes), RFC 4954 §6, RFC 5248 §2.4
"""

from __future__ import annotations

from postroad.protocols.smtp._states import Ask
from postroad.protocols.smtp.config import Mode, ServerConfig
from postroad.protocols.smtp.replies import Reply

STANDARD = {
    Ask.STARTTLS: Reply(220, "2.0.0", ("Begin TLS",)),
    Ask.AUTH: Reply(235, "2.7.0", ("Authenticated",)),
    Ask.MAIL: Reply(250, "2.1.0", ("Sender accepted",)),
    Ask.RCPT: Reply(250, "2.1.5", ("Recipient accepted",)),
    Ask.DATA: Reply(354, "", ("Send the message, and a line with a single dot at its end",)),
    Ask.BDAT: Reply(250, "2.0.0", ("Go on",)),
    Ask.MESSAGE: Reply(250, "2.0.0", ("Message accepted",)),
}
"""What `accept` says."""

OK = Reply(250, "2.0.0", ("OK",))
VRFY = Reply(252, "2.0.0", ("Nobody is verified here; send mail and see",))
HELP = Reply(214, "2.0.0", ("EHLO MAIL RCPT DATA BDAT RSET NOOP VRFY AUTH STARTTLS QUIT",))

# RFC 3463 §3.6: 5.5.2 is for what cannot be interpreted, 5.5.1 for what is not supported now.
UNKNOWN = Reply(500, "5.5.2", ("No such command",))
UNREADABLE = Reply(500, "5.5.2", ("A command is printable ASCII, or UTF-8 in an address",))
TOO_LONG = Reply(500, "5.5.2", ("The line is too long",))
NO_ARGUMENT = Reply(501, "5.5.4", ("This command takes no argument",))
VRFY_WHOM = Reply(501, "5.5.4", ("VRFY needs a name",))
NOT_IMPLEMENTED = Reply(502, "5.5.1", ("Not implemented",))
WANTS_LHLO = Reply(500, "5.5.1", ("This is LMTP: say LHLO",))
WANTS_EHLO = Reply(500, "5.5.1", ("This is SMTP: say EHLO",))
BINARY_NEEDS_BDAT = Reply(503, "5.5.1", ("A message with BODY=BINARYMIME comes by BDAT",))
TOO_MANY_RECIPIENTS = Reply(452, "4.5.3", ("Too many recipients; send the others afterwards",))

NO_AUTH = Reply(502, "5.5.1", ("Nobody needs AUTH here",))
NO_MECHANISM = Reply(504, "5.5.4", ("This mechanism is not offered",))
AUTH_TWICE = Reply(503, "5.5.1", ("You are authenticated already",))
AUTH_NEEDS_TLS = Reply(538, "5.7.11", ("STARTTLS comes before AUTH",))
AUTH_CANCELLED = Reply(501, "5.7.0", ("AUTH cancelled",))
AUTH_TOO_LONG = Reply(500, "5.5.6", ("The response is too long",))
WANTS_AUTH = Reply(530, "5.7.0", ("AUTH comes before MAIL",))
WANTS_TLS = Reply(530, "5.7.0", ("STARTTLS comes first, then AUTH",))

TLS_INJECTION = Reply(554, "5.5.1", ("Nothing may follow STARTTLS before the handshake",))
NOT_HTTP = Reply(554, "5.5.1", ("This is a mail server, and that was HTTP",))


def unavailable(config: ServerConfig, enhanced: str, why: str) -> Reply:
    """421, after which the connection is closed (RFC 5321 §3.8)."""
    return Reply(421, enhanced, (f"{config.hostname} closes the connection: {why}",))


def welcome(config: ServerConfig) -> Reply:
    """The greeting (RFC 5321 §4.3.1)."""
    protocol = "LMTP" if config.mode is Mode.LMTP else "ESMTP"
    return Reply(220, "", (f"{config.hostname} {protocol} Postroad",))


def farewell(config: ServerConfig) -> Reply:
    """The answer to QUIT."""
    return Reply(221, "2.0.0", (f"{config.hostname} closes the connection",))

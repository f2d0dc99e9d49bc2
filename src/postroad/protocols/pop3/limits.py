"""How much and how long: every bound of POP3 with where it comes from.

Standards: RFC 1939 §3, RFC 2449 §4, RFC 5034 §4
"""

# --- Sizes, in octets ---

COMMAND_LINE = 4_096
"""With CRLF. RFC 2449 §4 asks for 255; the rest is for initial responses of AUTH and for long
passwords, which clients send whatever the limit."""

AUTH_LINE = 12_288
"""A SASL response in base64, with CRLF: as for SMTP (RFC 4954 §4); RFC 5034 §4 sets none."""

MAX_DRAINED_LINE = 65_536
"""Ours: a line that is still without an end after this many octets ends the connection."""

REPLY_LINE = 512
"""RFC 2449 §4, with CRLF: the first line of an answer."""

UID = 70
"""RFC 1939 §7: characters of a unique-id."""

SLICE = 32_768
"""Ours: octets of a listing made at once; the next are made when these are on their way."""

SMALL_REPLIES = 16_384
"""Ours: queued answers go out at the latest when they are this many octets."""

# --- Counts ---

ERRORS = 20
"""Ours, as for SMTP: mistakes on one connection, then it is closed."""

AUTH_FAILURES = 5
"""Ours, as for SMTP: failed logins on one connection, then it is closed."""

IDLE_COMMANDS = 100
"""Ours: CAPA, LANG and UTF8 before the login, then the connection is closed."""

# --- Times, in seconds ---

LOGIN_TIMEOUT = 120.0
"""Ours: before the login, see quirks.SHORT_LOGIN. Typing a password by hand takes less."""

SESSION_TIMEOUT = 600.0
"""RFC 1939 §3: an autologout timer MUST be of at least 10 minutes."""

SEND_TIMEOUT = 300.0
"""Ours: for a slice of an answer to leave; the same that SMTP gives a client."""

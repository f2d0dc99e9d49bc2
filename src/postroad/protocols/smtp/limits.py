"""How much and how long: every bound of SMTP with where it comes from.

Standards: RFC 5321 §4.5.3 (sizes and timeouts), RFC 4954 §4, RFC 3461 §4, RFC 1870 §6
"""

# --- Sizes, in octets ---

COMMAND_LINE = 4_096
"""With CRLF. 512 (RFC 5321 §4.5.3.1.4) and what SIZE, BODY, AUTH, SMTPUTF8 and DSN add to MAIL and
RCPT come to some 1,200; the rest is for initial responses of AUTH, which clients send too long."""

AUTH_LINE = 12_288
"""A SASL response in base64, with CRLF (RFC 4954 §4)."""

MAX_DRAINED_LINE = 524_288
"""Ours: a command line that is still without an end after this many octets ends the connection."""

DOMAIN = 255  # RFC 5321 §4.5.3.1.2
LABEL = 63  # RFC 1035 §2.3.4
PATH = 256  # RFC 5321 §4.5.3.1.3, with the angle brackets
ENVID = 100  # RFC 3461 §4.4, encoded
ORCPT = 500  # RFC 3461 §4.2, encoded
SIZE_DIGITS = 20  # RFC 1870 §3

REPLY_LINE = 512  # RFC 5321 §4.5.3.1.5, with CRLF: what we send
REPLY_LINE_ACCEPTED = 4_096  # ours: what we read; some servers put an essay on one line
REPLY_LINES = 256  # ours: lines of one reply; EHLO needs some 30
MIN_MAX_MESSAGE = 65_536  # RFC 5321 §4.5.3.1.7: a server takes at least 64 KiB
SMALL_REPLIES = 16_384  # ours: queued replies are written at the latest when they are this many

PROGRESS = 16_384
"""Ours: octets of a body that count as one step, so that an octet a second meets the deadline."""

DRAIN_RATIO = 8
"""Ours: a body over the maximum is read to its end and dropped, so that its sender hears 552; one
that passes this many times the maximum has no end, and the connection is closed."""

# --- Counts ---

MIN_RECIPIENTS = 100  # RFC 5321 §4.5.3.1.8: fewer must not be refused
ERRORS = 20  # ours, and Postfix's smtpd_hard_error_limit: then 421
IDLE_COMMANDS = 100
"""Ours, and Postfix's smtpd_junk_command_limit: NOOP, RSET, HELP, VRFY and EHLO between two
messages; one more is answered with 421."""

AUTH_FAILURES = 5  # ours: failed exchanges on one connection, then 421

# --- Times, in seconds ---

GREETING_TIMEOUT = 300.0  # RFC 5321 §4.5.3.2.1
MAIL_TIMEOUT = 300.0  # RFC 5321 §4.5.3.2.2
RCPT_TIMEOUT = 300.0  # RFC 5321 §4.5.3.2.3
DATA_INITIATION_TIMEOUT = 120.0  # RFC 5321 §4.5.3.2.4
DATA_BLOCK_TIMEOUT = 180.0  # RFC 5321 §4.5.3.2.5
DATA_TERMINATION_TIMEOUT = 600.0  # RFC 5321 §4.5.3.2.6
SERVER_TIMEOUT = 300.0  # RFC 5321 §4.5.3.2.7
OTHER_TIMEOUT = 300.0  # ours: HELLO, STARTTLS, AUTH, RSET, NOOP, as for MAIL
QUIT_TIMEOUT = 5.0  # ours: a courtesy is not waited for long

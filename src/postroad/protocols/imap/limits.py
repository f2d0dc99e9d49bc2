"""How much and how long: every bound of IMAP with where it comes from.

Standards: RFC 9051 §4, §5.4, RFC 7162 §7, RFC 7888 §4, RFC 2971 §3.3, RFC 4978 §4
"""

# --- Numbers ---

NUMBER = 4_294_967_295
"""RFC 9051 §9: `number` is an unsigned 32-bit integer."""

NUMBER64 = 9_223_372_036_854_775_807
"""RFC 9051 §9: `number64` is an unsigned 63-bit integer; so is a mod-sequence (RFC 7162 §7)."""

# --- Sizes, in octets ---

COMMAND = 65_536
"""Ours: a command with its small literals; RFC 7162 §4 asks for 8,192. Dovecot takes as much."""

COMMAND_BEFORE_LOGIN = 8_192
"""Ours: the same, while nobody has logged in."""

AUTH_LINE = 12_288
"""A SASL response in base64, with CRLF: as for SMTP (RFC 4954 §4); RFC 9051 sets none."""

MAX_DROPPED = 1_048_576
"""Ours: of a line or of refused literals this much is read and dropped, then the connection ends.
A client that sent more has not waited for an answer, and would not read one."""

MAX_DROPPED_BEFORE_LOGIN = 65_536
"""Ours: the same, while nobody has logged in."""

MESSAGE = 67_108_864
"""Ours, as for SMTP: the largest message that APPEND takes, unless the settings say otherwise."""

DROPPED_LINE = 256
"""Ours: a line that announces one more literal to be dropped counts as at least so many of them."""

TAG = 255
"""Ours: characters of a tag. Clients send 4 to 12."""

TAIL = 32
"""Ours: octets kept of an over-long line's end, to see a literal there (RFC 7888 §3)."""

PROGRESS = 16_384
"""Ours, as for SMTP: octets of a message after which its sender counts as not stalled."""

SLICE = 32_768
"""Ours: octets of an answer that are gathered before they are sent."""

OBJECT_ID = 255
"""RFC 8474 §7: characters of an object identifier."""

# --- Counts ---

SEARCH_KEYS = 2_000
"""Ours: keys of one SEARCH. A client that looks for a thousand addresses needs as many."""

SEARCH_DEPTH = 64
"""Ours: NOT, OR and parentheses inside each other; an OR at the end of an OR adds none."""

LITERALS = 2_000
"""Ours: literals in one command, the texts of messages among them."""

ID_PAIRS = 30
"""RFC 2971 §3.3: field-value pairs of ID."""

FETCH_ITEMS_CACHED = 256
"""Ours: lists of FETCH items remembered, as clients use few; all sessions share them."""

ERRORS = 500
"""Ours: commands answered BAD on one connection after the login, then it is closed."""

ERRORS_BEFORE_LOGIN = 20
"""Ours, as for SMTP: the same before the login."""

IDLE_COMMANDS = 200
"""Ours: commands before the login that are none, then the connection is closed."""

AUTH_FAILURES = 5
"""Ours, as for SMTP: failed logins on one connection, then it is closed."""

# --- Times, in seconds ---

LOGIN_TIMEOUT = 180.0
"""Ours: from the greeting to the login, see quirks.SHORT_LOGIN."""

SESSION_TIMEOUT = 1_800.0
"""RFC 9051 §5.4: an autologout timer MUST be of at least 30 minutes."""

LITERAL_TIMEOUT = 300.0
"""Ours: for more of a literal to come; the same that SMTP gives a slice of a message."""

SEND_TIMEOUT = 300.0
"""Ours: for a slice of an answer to leave; a client that does not read for so long is cut off."""

# --- Compression (RFC 4978) ---

INFLATED_AT_ONCE = 65_536
"""Ours: octets decompressed in one step; what they make is obeyed before the next step."""

INFLATION_FREE = 1_048_576
"""Ours: octets a client may send compressed before their ratio is looked at."""

INFLATION_RATIO = 250
"""Ours: decompressed octets for each compressed one, at most. Mail reaches 20, zeros 1,032."""

DEFLATE_WINDOW = 13
"""Ours: 2^13 octets looked back at. With zlib's own 15 and 8 a session would hold 256 KiB."""

DEFLATE_MEMORY = 6
"""Ours: zlib's memLevel; with DEFLATE_WINDOW it makes 64 KiB for each compressed session."""

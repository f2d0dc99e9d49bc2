"""Where we knowingly leave the letter of a standard, and why. Delete a name to find its code."""

SHORT_LOGIN = True
"""RFC 9051 §5.4 asks for thirty minutes of patience; before the login we have
limits.LOGIN_TIMEOUT in all, whatever is said.

A stranger who says little holds a connection that somebody else could use."""

RAW_UTF8_NAMES = True
"""Without UTF8=ACCEPT a mailbox's name is modified UTF-7; octets beyond ASCII are read as UTF-8.

They stand in literals, from clients that never heard of modified UTF-7, and mean nothing else."""

UTF8_LOGIN = True
"""LOGIN takes a name and a password in UTF-8, in literals, which RFC 6855 §5 leaves to
AUTHENTICATE. Clients without SASL have no other way to send a password beyond ASCII."""

SEARCH_IN_UTF8 = True
"""A search without CHARSET is read as UTF-8, of which US-ASCII (RFC 3501 §6.4.4) is a part; and
CHARSET is taken after ENABLE UTF8=ACCEPT too, which RFC 6855 §3 asks to refuse. Clients do both."""

NUL_REPLACED = True
"""A NUL in a message is sent as 0x80 in BODY[…] and RFC822, as other servers do.

IMAP cannot send it there (RFC 9051 §4.3.1). BINARY sends it as it is."""

CAPABILITIES_BEFORE_LOGIN = True
"""What can be used only after the login is announced before it too, but for COMPRESS and
UNAUTHENTICATE. Clients ask once, before they log in, and do not look again."""

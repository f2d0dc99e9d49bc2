"""Where we knowingly leave the letter of a standard, and why. Delete a name to find its code."""

SHORT_LOGIN = True
"""RFC 1939 §3 asks for ten minutes of patience; before the login we have limits.LOGIN_TIMEOUT.

A stranger who says nothing holds a connection that somebody else could use."""

AUTH_WITHOUT_MECHANISM = True
"""AUTH alone lists the mechanisms. No standard says so; old clients of several makers ask it
before they know CAPA, and give up when it fails."""

EIGHT_BIT_AS_IT_IS = True
"""Octets above 127 go out as they are, also without UTF8 mode, which RFC 6856 §2.1 forbids.

The alternative is to keep messages from their owner: raw GB2312 and Shift_JIS headers are old and
common, and no client has ever been harmed by them."""

BARE_NEWLINES_REPAIRED = True
"""A CR or LF alone in a stored message (it came as BINARYMIME) is sent as CRLF.

A line of POP3 ends with CRLF (RFC 1939 §3); clients that take a bare LF for a line end would find
the end of the answer in the middle of a message. The size in LIST is that of the stored message."""

TRAILING_SPACE = True
"""A space at the end of a command is overlooked, except in PASS; some clients send it."""

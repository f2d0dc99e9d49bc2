"""Where we accept what the grammar does not: each tolerance has a name, a reason and one place.

Standards: RFC 5321 §4.1.2 (the grammar these stretch)
"""

SPACE_AFTER_COLON = True
"""`MAIL FROM: <a@b>` is read like `MAIL FROM:<a@b>` (against RFC 5321 §3.3): devices and scripts
write it so, and nothing else can be meant."""

LOOSE_HELLO = True
"""EHLO and HELO take any word of letters, digits, `.`, `-`, `_`, `:`, `[`, `]`: hosts name
themselves with underscores or bare addresses, and RFC 5321 §4.1.4 forbids refusing mail for it."""

SOURCE_ROUTES = True
"""`<@relay:a@b>` means `<a@b>`; the route is ignored (RFC 5321 Appendix C asks for this)."""

LONG_LOCAL_PART = True
"""A local part may pass 64 octets (RFC 5321 §4.5.3.1.1) within the 256 of the path: bounce
addresses of mailing lists do, and §4.5.3.1 asks for no limit where none is needed."""

LONG_TEXT_LINE = True
"""Lines of a body may pass 1,000 octets (RFC 5321 §4.5.3.1.6): they are stored as they came."""

LOGIN_INITIAL_RESPONSE = True
"""AUTH LOGIN may carry the user name at once, though LOGIN lets the server speak first."""

AUTH_EQUALS = True
"""A server's `AUTH=LOGIN PLAIN` line, from before RFC 4954, is read like `AUTH LOGIN PLAIN`."""

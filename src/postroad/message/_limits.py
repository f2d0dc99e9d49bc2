"""How far we follow a message before we call the rest unread: each number with its source.

Invariant: every limit bounds work, none loses bytes; what lies beyond is still there, as raw bytes.
"""

from __future__ import annotations

from typing import Final

MAX_DEPTH: Final = 100
"""Levels of multipart and message/rfc822 that are opened. Postfix `mime_nesting_limit` and
Dovecot's parser both stop at 100."""

MAX_PARTS: Final = 4_000
"""Parts in one message. Dovecot stops at 10,000 (CVE-2020-25275); digests have some hundreds."""

MAX_FIELDS: Final = 10_000
"""Fields read in one header block; real mail has fewer than 300, mailing lists with long ARC
chains included. The rest is the block's unread tail."""

MAX_ADDRESSES: Final = 5_000
"""Addresses read of one field."""

MAX_ADDRESS_TOKENS: Final = 10_240
"""Tokens read of an address list's unusual addresses: Postfix's `header_address_token_limit`."""

MAX_COMMENT_MARKS: Final = 10_000
"""Parentheses, quotes and quoted pairs looked at to find where a comment ends."""

MAX_PARAMETERS: Final = 1_000
"""Parameters read of one Content-Type or Content-Disposition (CVE-2026-27859)."""

MAX_IDS: Final = 1_000
"""Message identifiers read of one References field."""

MAX_WORDS: Final = 10_000
"""Encoded-words decoded in one field; the rest is shown as it is."""

MAX_BOUNDARY: Final = 998
"""Longest boundary compared. RFC 2046 §5.1.1 says 70; no line may pass 998 (RFC 5322 §2.1.1)."""

MAX_LINE: Final = 998
"""Characters in a line without its CRLF (RFC 5322 §2.1.1); longer ones are a defect."""

MAX_DETECTIONS: Final = 8
"""Charset detections for the encoded-words of one field; each takes about a millisecond."""

DETECT_SAMPLE: Final = 16 * 1024
"""Octets of unlabelled text that the charset detector sees."""

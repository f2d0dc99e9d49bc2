r"""IMAP's flags and the store's keywords: the same things under two spellings.

`\Seen` is `$seen` inside. Keywords are compared without case; those that are registered are shown
in their registered case, all others in lower case.

Standards: RFC 9051 §2.3.2, RFC 8621 §4.1.1, RFC 5788 (the registry of keywords)
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from postroad.protocols.imap.errors import CommandError
from postroad.protocols.imap.status import no

SYSTEM_FLAGS = ("\\Answered", "\\Flagged", "\\Deleted", "\\Seen", "\\Draft")
"""In the order of FLAGS (RFC 9051 §7.3.5)."""

DELETED = "$deleted"

_INSIDE = {flag.lower(): "$" + flag[1:].lower() for flag in SYSTEM_FLAGS}
_REGISTERED = (
    "$Forwarded", "$MDNSent", "$Junk", "$NotJunk", "$Phishing", "$Important", "$Submitted",
    "$SubmitPending", "$HasAttachment", "$HasNoAttachment", "$Followed", "$Muted", "$Memo",
    "$CanUnsubscribe", "$Unsubscribed", "$AutoSent", "$MaskedEmail", "$New", "$Notify",
    "Junk", "NonJunk",
)  # fmt: skip
_OUTSIDE = {inside: name for name, inside in zip(SYSTEM_FLAGS, _INSIDE.values(), strict=True)}
SYSTEM_KEYWORDS = frozenset(_OUTSIDE)
"""What the store calls the flags of the system."""

_OUTSIDE |= {flag.lower(): flag for flag in _REGISTERED}


def keyword_of(flag: str) -> str:
    r"""The store's name of a flag. Raises CommandError with NO for a `\` flag that is unknown."""
    lower = flag.lower()
    if lower[0] != "\\":
        return lower
    inside = _INSIDE.get(lower)
    if inside is None:  # RFC 9051 §2.3.2: the names with a backslash are not for clients to make
        raise CommandError(no("There is no such system flag"))
    return inside


def keywords_of(flags: Iterable[str]) -> tuple[str, ...]:
    """The store's names of flags, each once."""
    return tuple(dict.fromkeys(map(keyword_of, flags)))


def flag_of(keyword: str) -> str:
    """What IMAP calls a keyword."""
    return _OUTSIDE.get(keyword, keyword)


@lru_cache(maxsize=4096)
def flag_list(keywords: str) -> bytes:
    r"""The flags of a row, ready to send: `\Seen $Forwarded`."""
    return " ".join(map(flag_of, keywords.split())).encode()


def names_of(keywords: Iterable[str]) -> list[str]:
    """The flags for FLAGS and PERMANENTFLAGS: those of the system, then these keywords."""
    others = sorted(flag_of(one) for one in set(keywords) if one not in SYSTEM_KEYWORDS)
    return [*SYSTEM_FLAGS, *others]

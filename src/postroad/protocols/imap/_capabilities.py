"""What is on offer now: computed from the settings and the state, never configured.

Standards: RFC 9051 §6.1.1, §7.2.2; each name's own is in the README
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from postroad.protocols.imap import quirks
from postroad.protocols.imap.config import ServerConfig

_FIRST = ("IMAP4rev2", "IMAP4rev1", "ENABLE", "SASL-IR", "LITERAL+", "ID")
_ALWAYS = (
    "IDLE", "NAMESPACE", "CHILDREN", "UNSELECT", "UIDPLUS", "MOVE", "ESEARCH", "SEARCHRES",
    "WITHIN", "SORT", "SORT=DISPLAY", "ESORT", "THREAD=REFERENCES", "THREAD=REFS",
    "THREAD=ORDEREDSUBJECT", "LIST-EXTENDED", "LIST-STATUS", "SPECIAL-USE", "CREATE-SPECIAL-USE",
    "CONDSTORE", "QRESYNC", "STATUS=SIZE", "BINARY", "MULTIAPPEND", "CATENATE", "REPLACE",
    "UTF8=ACCEPT", "I18NLEVEL=1", "QUOTA", "QUOTA=RES-STORAGE", "PARTIAL",
    "OBJECTID", "SAVEDATE", "PREVIEW", "INPROGRESS", "UIDONLY",
)  # fmt: skip

ENABLING: Mapping[str, tuple[str, ...]] = {
    "IMAP4REV2": ("IMAP4rev2",),
    "IMAP4REV1": ("IMAP4rev1",),
    "CONDSTORE": ("CONDSTORE",),
    "QRESYNC": ("QRESYNC", "CONDSTORE"),  # RFC 7162 §3.2.3
    "UTF8=ACCEPT": ("UTF8=ACCEPT",),
    "UIDONLY": ("UIDONLY",),
}
"""What ENABLE can turn on, and what comes with it."""


def capabilities(
    config: ServerConfig,
    mechanisms: Sequence[str],
    *,
    tls: bool,
    logged_in: bool,
    compressed: bool,
) -> tuple[str, ...]:
    """The names in the order in which they are sent; `mechanisms` may be used now."""
    names = list(_FIRST)
    if logged_in or quirks.CAPABILITIES_BEFORE_LOGIN:
        names += [*_ALWAYS, f"APPENDLIMIT={config.max_message_size}"]
    if logged_in:
        names.append("UNAUTHENTICATE")
        if config.offers_compression and not compressed:
            names.append("COMPRESS=DEFLATE")  # RFC 4978 §1; not before the login
        return tuple(names)
    if config.offers_starttls and not tls:
        names.append("STARTTLS")
    if config.auth_requires_tls and not tls:
        names.append("LOGINDISABLED")
    names += [f"AUTH={name}" for name in mechanisms]
    return tuple(names)

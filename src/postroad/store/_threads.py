"""Puts an email into the conversation it belongs to, in whatever folder the rest of it is.

Two emails are of one thread when they share a message-id among Message-ID, References and
In-Reply-To, and their base subjects are equal. Each pair of message-id and base subject is a link,
and a link belongs to one thread, so an email is placed by one look-up. Threads are never merged:
their ids are for good.

Standards: RFC 8621 §3 (threads), RFC 5256 §2.1 (base subject), RFC 5322 §3.6.4 (identification)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from struct import Struct

from postroad.db import Transaction
from postroad.message import base_subject

MAX_LINKS = 32
"""Message-ids of one email that are looked at: its own, the first reference, and the last ones."""

MAX_SUBJECT = 1_000
"""Characters of a subject that are compared; RFC 5322 §2.1.1 has 998 in a line."""

LINK = Struct(">q")


def links_of(message_id: str, references: tuple[str, ...], subject: str) -> tuple[int, ...]:
    """Return the links of an email, each once, its own first."""
    names = [message_id, *references]
    if len(names) > MAX_LINKS:
        names = [*names[:2], *names[2 - MAX_LINKS :]]
    base = base_subject(subject[:MAX_SUBJECT]).casefold()
    return tuple(dict.fromkeys(_link(name, base) for name in names if name))


def join(tx: Transaction, account: int, links: tuple[int, ...], email: int) -> int:
    """Return the thread that `links` lead to, or a new one that is called like its first email.

    `email` is newer than every thread. So links that were new are entered as its own thread, and
    brought over to the older one when others of its links lead there.
    """
    if not links:
        return email
    values = [value for link in links for value in (account, link, email)]
    threads = {row[0] for row in tx.execute(_upsert(len(links)), values)}
    thread: int = min(threads)
    if thread != email and email in threads:
        tx.execute(
            "UPDATE thread_link SET thread = ?" + _among(len(links)) + " AND thread = ?",  # noqa: S608
            (thread, account, *links, email),
        )
    return thread


def leave(tx: Transaction, account: int, uses: Mapping[int, int]) -> None:
    """Give up links that so many emails had which are gone; those that no other has are removed."""
    by_count: dict[int, list[int]] = {}
    for link, count in uses.items():
        by_count.setdefault(count, []).append(link)
    for count, links in by_count.items():
        for at in range(0, len(links), MAX_LINKS):
            some = links[at : at + MAX_LINKS]
            these = _among(len(some))
            tx.execute(
                "UPDATE thread_link SET uses = uses - ?" + these,  # noqa: S608 - see _among
                (count, account, *some),
            )
            tx.execute("DELETE FROM thread_link" + these + " AND uses <= 0", (account, *some))  # noqa: S608


def use_again(tx: Transaction, account: int, links: Sequence[int], thread: int) -> None:
    """Note that one more email of this thread has these links."""
    if links:
        values = [value for link in links for value in (account, link, thread)]
        tx.execute(_upsert(len(links)), values)


def pack(links: tuple[int, ...]) -> bytes:
    """Return `links` as the email's row keeps them."""
    return b"".join(map(LINK.pack, links))


def unpack(packed: bytes) -> list[int]:
    """Return the links of an email's row."""
    return [link for (link,) in LINK.iter_unpack(packed)]


# Statements with as many question marks as an email has links, and nothing else that varies.


def _among(count: int) -> str:
    return " WHERE account = ? AND link IN (" + ", ".join("?" * count) + ")"


def _upsert(count: int) -> str:
    return (
        "INSERT INTO thread_link (account, link, thread, uses) VALUES "  # noqa: S608 - see _among
        + ", ".join(["(?, ?, ?, 1)"] * count)
        + " ON CONFLICT (account, link) DO UPDATE SET uses = thread_link.uses + 1 RETURNING thread"
    )


def _link(message_id: str, base: str) -> int:
    name = message_id.strip().removeprefix("<").removesuffix(">")
    digest = blake2b(f"{name}\0{base}".encode("utf-8", "surrogatepass"), digest_size=LINK.size)
    number: int = LINK.unpack(digest.digest())[0]
    return number

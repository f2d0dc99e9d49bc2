"""Python's imaplib reads and changes mail, and hears of what others do while it idles."""

from __future__ import annotations

import imaplib
import re
import ssl
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

DATE = '"01-Jan-2026 12:00:00 +0100"'


@pytest.fixture
def box(house: Any, password: str) -> Iterator[imaplib.IMAP4_SSL]:
    """Ann, logged in over TLS, in a new mailbox of her own."""
    client = imaplib.IMAP4_SSL("127.0.0.1", house.ports["imaps"], ssl_context=house.trust())
    client.login("ann@example.test", password)
    name = f"box{time.monotonic_ns()}"
    assert client.create(name)[0] == "OK"
    client.where = name  # type: ignore[attr-defined]
    assert client.select(name) == ("OK", [b"0"])
    yield client
    client.logout()


def put(client: imaplib.IMAP4, message: bytes, flags: str | None = None) -> None:
    kind, said = client.append(client.where, flags, DATE, message)  # type: ignore[attr-defined]
    assert kind == "OK", said


def test_a_password_is_refused_in_clear_and_taken_after_starttls(house: Any, password: str) -> None:
    client = imaplib.IMAP4("127.0.0.1", house.ports["imap"])
    assert "LOGINDISABLED" in client.capabilities
    with pytest.raises(imaplib.IMAP4.error, match="PRIVACYREQUIRED"):
        client.login("ann@example.test", password)
    client.starttls(house.trust())
    assert client.login("ann@example.test", password)[0] == "OK"
    client.logout()


def test_what_is_appended_comes_back_byte_for_byte(
    box: imaplib.IMAP4_SSL, letter: Callable[[], bytes]
) -> None:
    message = letter()
    put(box, message, "(\\Flagged)")
    assert box.noop()[0] == "OK"
    data = box.fetch("1", "(FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[])")[1]
    assert data[0][1] == message
    assert b"FLAGS (\\Flagged)" in data[0][0]
    assert b'INTERNALDATE " 1-Jan-2026 11:00:00 +0000"' in data[0][0]
    assert b"RFC822.SIZE %d" % len(message) in data[0][0]


def test_reading_a_text_sets_seen_and_peeking_does_not(
    box: imaplib.IMAP4_SSL, letter: Callable[[], bytes]
) -> None:
    put(box, letter())
    box.noop()
    assert b"FLAGS" not in box.fetch("1", "(BODY.PEEK[TEXT])")[1][0][0]
    data = box.fetch("1", "(BODY[TEXT])")[1]
    assert b"FLAGS (\\Seen)" in b"".join(p if isinstance(p, bytes) else b"".join(p) for p in data)
    assert box.fetch("1", "(FLAGS)")[1] == [b"1 (FLAGS (\\Seen))"]


def test_flags_expunge_and_status_agree(
    box: imaplib.IMAP4_SSL, letter: Callable[[], bytes]
) -> None:
    for _ in range(4):
        put(box, letter())
    box.noop()
    assert box.store("2:3", "+FLAGS", "(\\Deleted)")[0] == "OK"
    assert box.expunge() == ("OK", [b"2", b"2"])
    where = box.where  # type: ignore[attr-defined]
    said = box.status(where, "(MESSAGES UIDNEXT UNSEEN SIZE)")[1][0]
    assert re.search(rb"MESSAGES 2 UIDNEXT 5 UNSEEN 2 SIZE \d+", said)


def test_copies_and_moves_keep_what_was_written(
    box: imaplib.IMAP4_SSL, letter: Callable[[], bytes]
) -> None:
    put(box, letter(), "(\\Answered)")
    box.noop()
    assert box.copy("1", "Archive")[0] == "OK"
    assert box.uid("MOVE", "1", "Trash")[0] == "OK"
    assert box.select("Trash", readonly=True)[0] == "OK"
    assert b"\\Answered" in box.fetch("*", "(FLAGS)")[1][0]


def test_every_account_has_its_special_folders(box: imaplib.IMAP4_SSL) -> None:
    said = b"\n".join(box.list()[1])
    for use in (b"\\Drafts", b"\\Sent", b"\\Junk", b"\\Trash", b"\\Archive"):
        assert use in said
    assert b'"/" INBOX' in said


def test_whoever_idles_hears_of_a_new_message_within_a_tenth_of_a_second(
    house: Any, box: imaplib.IMAP4_SSL, letter: Callable[[], bytes], password: str
) -> None:
    other = imaplib.IMAP4_SSL("127.0.0.1", house.ports["imaps"], ssl_context=house.trust())
    other.login("ann@example.test", password)
    box.send(b"x1 IDLE\r\n")
    assert box.readline().startswith(b"+")
    other.append(box.where, None, None, letter())  # type: ignore[attr-defined]
    since = time.monotonic()
    box.sock.settimeout(5)
    assert box.readline() == b"* 1 EXISTS\r\n"
    assert time.monotonic() - since < 0.1
    box.send(b"DONE\r\n")
    assert box.readline().startswith(b"x1 OK")
    other.logout()


def test_a_certificate_of_nobody_is_refused_by_the_client(house: Any) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        imaplib.IMAP4_SSL(
            "127.0.0.1", house.ports["imaps"], ssl_context=ssl.create_default_context()
        )

"""Messages to send: no two have the same bytes, so that nothing stored can be shared by chance.

A small one is multipart/alternative in words; a large one carries an attachment that does not
compress, as pictures and archives do not.
"""

from __future__ import annotations

import base64
import random
from collections.abc import Iterator

WORDS = (
    "post",
    "road",
    "letter",
    "station",
    "relay",
    "carriage",
    "border",
    "gate",
    "ledger",
    "stamp",
    "seal",
    "parcel",
    "morning",
    "evening",
    "river",
    "bridge",
    "lantern",
    "harbour",
)
VARIANTS = 16
ATTACHMENT_FROM = 20_000  # octets: messages of this size and more carry an attachment
LINE = 76


def _prose(size: int, rng: random.Random) -> bytes:
    """About `size` octets of words in lines that end in CRLF."""
    lines: list[str] = []
    length = 0
    while length < size:
        line = " ".join(rng.choices(WORDS, k=10))
        lines.append(line)
        length += len(line) + 2
    return ("\r\n".join(lines) + "\r\n").encode()


def _attachment(size: int, rng: random.Random) -> bytes:
    """About `size` octets of base64 over random octets, in lines of 76."""
    text = base64.b64encode(rng.randbytes(size * 3 // 4 * LINE // (LINE + 2)))
    return b"".join(text[i : i + LINE] + b"\r\n" for i in range(0, len(text), LINE))


def _body(size: int, rng: random.Random) -> bytes:
    if size < ATTACHMENT_FROM:
        kind, half = b"alternative", max((size - 700) // 2, 50)
        parts = [
            (b"text/plain", b"7bit", _prose(half, rng)),
            (b"text/html", b"7bit", _prose(half, rng)),
        ]
    else:
        kind = b"mixed"
        parts = [
            (b"text/plain", b"7bit", _prose(1500, rng)),
            (b"application/octet-stream", b"base64", _attachment(size - 2400, rng)),
        ]
    head = b'MIME-Version: 1.0\r\nContent-Type: multipart/%b; boundary="=_edge"\r\n\r\n' % kind
    form = (
        b"--=_edge\r\nContent-Type: %b; charset=utf-8\r\n"
        b"Content-Transfer-Encoding: %b\r\n\r\n%b\r\n"
    )
    return head + b"".join(form % part for part in parts) + b"--=_edge--\r\n.\r\n"


def messages(size: int, run: str, recipients: list[str]) -> Iterator[tuple[bytes, bytes]]:
    """Endless (header, rest) pairs ready for DATA; `rest` ends with the line that is a dot.

    `run` makes the Message-IDs of one run differ from those of another.
    """
    rng = random.Random(size)
    bodies = [_body(size, rng) for _ in range(VARIANTS)]
    to = recipients[0].encode()
    form = (
        b"Received: from desk.bench.test (desk.bench.test [192.0.2.7])\r\n"
        b"\tby relay.bench.test with ESMTPS id %b;\r\n\tMon, 23 Nov 2026 12:00:00 +0000\r\n"
        b"From: Load Generator <load@bench.test>\r\nTo: <%b>\r\n"
        b"Date: Mon, 23 Nov 2026 12:00:00 +0000\r\nMessage-ID: <%b@bench.test>\r\n"
        b"Subject: Measured message %b\r\nX-Mailer: bench\r\n"
    )
    number = 0
    while True:
        number += 1
        name = f"{run}.{number}".encode()
        yield form % (name, to, name, name), bodies[number % VARIANTS]

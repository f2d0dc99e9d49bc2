"""Attack 1: endings that are none, and a second message behind them, give one message or a 5yz.

CVE-2023-51764 (Postfix), -51765 (Sendmail), -51766 (Exim), CVE-2024-27305 (aiosmtpd).
"""

from __future__ import annotations

import pytest

from postroad.protocols.smtp import Mode, ServerConfig
from postroad.testing.smtp import Responder

ENDINGS = [
    b"\n.\n",
    b"\n.\r\n",
    b"\r\n.\n",
    b"\r.\r",
    b"\r.\r\n",
    b"\r\n.\r",
    b"\r\n.\r\r\n",
    b"\r\n\0.\r\n",
    b"\r\n.\0\r\n",
    b"\r\r\n.\r\r\n",
    b"\n\r.\r\n",
    b"\r\n.\n\r\n",
    b"\x85.\x85",
]
SMUGGLED = b"MAIL FROM:<ceo@b>\r\nRCPT TO:<victim@b>\r\nDATA\r\nSubject: pay\r\n\r\nnow\r\n.\r\n"
EHLO = {Mode.SMTP: b"EHLO a\r\n", Mode.LMTP: b"LHLO a\r\n"}


@pytest.mark.parametrize("mode", EHLO)
@pytest.mark.parametrize("size", [1, 2, 3, 1 << 20])
@pytest.mark.parametrize("ending", ENDINGS)
def test_a_false_ending_never_makes_two_messages(ending: bytes, size: int, mode: Mode) -> None:
    server = Responder(ServerConfig(hostname="mx.example", mode=mode))
    server.feed(EHLO[mode] + b"MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n")
    attack = b"Subject: hi\r\n\r\ntext" + ending + SMUGGLED
    said = b"".join(server.feed(attack[i : i + size]) for i in range(0, len(attack), size))
    senders = [letter.reverse_path for letter in server.letters]
    assert senders in ([], ["a@b"])
    assert bool(senders) == said.startswith(b"250 ")
    assert bool(senders) != said.startswith(b"550 5.6.0")


@pytest.mark.parametrize("ending", ENDINGS)
def test_nor_does_it_by_bdat(ending: bytes) -> None:
    server = Responder(ServerConfig(hostname="mx.example"))
    body = b"text" + ending + SMUGGLED
    server.feed(b"EHLO a\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n")
    server.feed(b"BDAT %d LAST\r\n" % len(body) + body)
    assert [letter.reverse_path for letter in server.letters] in ([], ["a@b"])


@pytest.mark.parametrize("line_end", [b"\n", b"\r", b"\n\r", b"\0\r\n"])
def test_a_command_line_has_one_end_only(line_end: bytes) -> None:
    server = Responder(ServerConfig(hostname="mx.example"))
    said = server.feed(b"EHLO a" + line_end + b"MAIL FROM:<a@b>\r\n")
    assert b"250" not in said
    assert server.events[-1].__class__.__name__ in ("ProtocolError",)

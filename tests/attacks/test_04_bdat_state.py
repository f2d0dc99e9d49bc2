"""Attack 4: BDAT with wrong sizes, mixed with DATA, cut by RSET or STARTTLS: a clean answer each.

CVE-2017-16943, CVE-2017-16944 and EXIM-Security-2026-05-01.1 (Exim).
"""

from __future__ import annotations

import itertools

import pytest

from postroad.protocols.smtp import ServerConfig
from postroad.testing.smtp import Responder

CONFIG = ServerConfig(hostname="mx.example", offers_starttls=True, max_message_size=65_536)
ENVELOPE = b"EHLO a\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n"


def server() -> Responder:
    responder = Responder(CONFIG)
    responder.feed(ENVELOPE)
    return responder


@pytest.mark.parametrize(
    ("attack", "codes"),
    [
        (b"BDAT 10\r\nshort", []),
        (b"BDAT 3\r\nlonger\r\n", [250, 500]),
        (b"BDAT 0\r\nNOOP\r\n", [250, 250]),
        (b"BDAT 0 LAST\r\nBDAT 0 LAST\r\n", [250, 503]),
        (b"BDAT 4\r\nRSETRSET\r\nBDAT 0 LAST\r\n", [250, 250, 503]),
        (b"BDAT 10\r\nSTARTTLS\r\nRSET\r\n", [250, 250]),
        (b"BDAT 1\r\nxSTARTTLS\r\n", [250, 503]),
        (b"BDAT 1\r\nxDATA\r\nRSET\r\n", [250, 503, 250]),
        (b"DATA\r\nBDAT 5 LAST\r\n.\r\nBDAT 0 LAST\r\n", [354, 250, 503]),
        (b"BDAT 1\r\nxMAIL FROM:<>\r\n", [250, 503]),
        (b"BDAT 1\r\nxRCPT TO:<a@b>\r\n", [250, 503]),
        (b"BDAT 1\r\nxEHLO a\r\nBDAT 1 LAST\r\ny", [250, 250, 503]),
        (b"BDAT 65537\r\n" + b"x" * 65_537 + b"BDAT 1 LAST\r\nxNOOP\r\n", [552, 503, 250]),
        (b"BDAT 18446744073709551616\r\nx", [552]),
        (b"BDAT -1\r\nNOOP\r\n", [501]),
        (b"BDAT 0x10\r\nNOOP\r\n", [501]),
        (b"BDAT 1 1\r\nNOOP\r\n", [501]),
    ],
)
def test_the_answer_is_clean_and_octets_never_become_commands(
    attack: bytes, codes: list[int]
) -> None:
    said = server().feed(attack)
    lines = [line for line in said.split(b"\r\n") if line[3:4] == b" "]
    assert [int(line[:3]) for line in lines] == codes


WORDS = [b"BDAT 3\r\n", b"BDAT 0 LAST\r\n", b"abc", b"DATA\r\n", b".\r\n", b"RSET\r\n", b"\0\n"]


def test_no_order_of_things_breaks_the_core() -> None:
    for words in itertools.product(WORDS, repeat=3):
        responder = server()
        responder.feed(b"".join(words) + b"\r\n.\r\nRSET\r\n" + ENVELOPE)
        responder.finish()
        assert responder.core.closed
        assert len(responder.letters) <= 2

"""Attack 21 against a whole server: who only sits there keeps nobody else out, and leaves no trace.

Descriptors, threads and memory are as before when a crowd has gone, however rudely it went.
"""

from __future__ import annotations

import socket
from contextlib import suppress
from pathlib import Path

import pytest

from postroad.testing.process import wait_for

pytestmark = pytest.mark.system
CROWD, PER_ADDRESS = 400, 50
MEGABYTE = 1_000_000


def descriptors(house) -> int:
    return len(list(Path(f"/proc/{house.process.pid}/fd").iterdir()))


def threads(house) -> int:
    return len(list(Path(f"/proc/{house.process.pid}/task").iterdir()))


@pytest.mark.parametrize("port", ["smtp", "pop3"])
def test_a_crowd_from_one_address_is_told_so_and_others_are_served(house, port):
    before = house.process.resident()
    crowd = [house.wire(port, greeted=False, source="127.0.0.66") for _ in range(CROWD)]
    greetings = [wire.reply()[:4] for wire in crowd]
    assert greetings.count(b"220 ") + greetings.count(b"+OK ") == PER_ADDRESS
    assert set(greetings) <= {b"220 ", b"421 ", b"+OK ", b"-ERR"}
    assert house.wire(port).say(b"NOOP")[:1] in b"2-"
    assert house.process.resident() - before < 20 * MEGABYTE


def test_half_a_handshake_keeps_nobody_out(house):
    hello = bytes.fromhex("16030102000100") + b"\1\xfc"
    house.ports["clear"] = house.ports["pop3s"]
    for _ in range(PER_ADDRESS):
        house.wire("clear", greeted=False, source="127.0.0.67").send(hello)
    assert house.wire("pop3s").say(b"CAPA").startswith(b"+OK")


HELLO = b"EHLO a.test\r\n"
ENVELOPE = HELLO + b"MAIL FROM:<>\r\nRCPT TO:<bob@example.test>\r\n"
PORTS = ["smtp", "submission", "submissions", "lmtp", "pop3", "pop3s", "imap", "imaps"]
ENDS = [
    b"",
    b"EH",
    HELLO + b"STARTTLS\r\n",
    HELLO + b"STARTTLS\r\n\x16\x03\x01",
    ENVELOPE + b"DATA\r\nSubject: x",
    ENVELOPE + b"BDAT 300000\r\n" + b"x" * 200_000,
    b"STLS\r\n",
    b"AUTH SCRAM-SHA-256\r\n",
    b"\r\n" * 1000,
    b"NOOP\r\n" * 1000,
    b"a AUTHENTICATE SCRAM-SHA-256\r\n",
    b"a LOGIN {5}\r\n",
    b"a ID {4294967295}\r\n",
]


@pytest.mark.parametrize("port", PORTS)
def test_whoever_hangs_up_anywhere_leaves_no_descriptor_behind(house, port):
    house.hang_up()
    before, busy = descriptors(house), threads(house)
    for number in range(300):
        with socket.create_connection(("127.0.0.1", house.ports[port])) as rude, suppress(OSError):
            rude.sendall(ENDS[number % len(ENDS)])
            if number % 3 == 0:  # a reset instead of an end
                linger = b"\1\0\0\0\0\0\0\0"
                rude.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    wait_for(lambda: descriptors(house) <= before)
    assert threads(house) <= busy + 4  # a pool may have grown to its bound
    assert not list((house.data / "blobs" / "tmp").iterdir())

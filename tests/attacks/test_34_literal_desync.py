"""Attack 34: a literal that is refused is read to its end, or the connection ends (Roundcube 2026).

Else its octets would be taken for commands of the client whose mail is in it.
"""

from __future__ import annotations

import pytest

from postroad.protocols.imap import ServerConfig, no
from postroad.protocols.imap.commands import Delete
from postroad.testing.imap import Responder

CONFIG = ServerConfig(max_message_size=1_000)
EVIL = b"\r\nevil DELETE INBOX\r\n"
NEXT = b"next NOOP\r\n"


def station(**how: object) -> Responder:
    found = Responder(CONFIG, passwords={"alice": "secret"}, **how)  # type: ignore[arg-type]
    found.feed(b"0 LOGIN alice secret\r\n")
    return found


def carried(size: int) -> bytes:
    """A text of `size` octets that holds a command."""
    return EVIL.ljust(size, b"x")


REFUSED = [
    b"a APPEND x {%d+}\r\n",  # too large, or refused by the station
    b"a APPEND nonsense nonsense {%d+}\r\n",
    b"a FROBNICATE {%d+}\r\n",
    b"a FETCH {%d+}\r\n",  # not in this state
    b"a SEARCH {%d+}\r\n",
    b"a APPEND {1+}\r\nx ({%d+}\r\n",
    b"a LOGIN {%d+}\r\n",
    b"a APPEND x CATENATE (URL {%d+}\r\n",
    b"a APPEND x CATENATE (TEXT {3+}\r\nabc NONSENSE {%d+}\r\n",
    b"a REPLACE 1 x {%d+}\r\n",
    b"{%d+}\r\n",
    b"+ {%d+}\r\n",
    b"a " + b"x" * 70_000 + b" {%d+}\r\n",
    b"a APPEND x {1+}\r\n\0 {%d+}\r\n",
]


@pytest.mark.parametrize("head", REFUSED, ids=range(len(REFUSED)))
@pytest.mark.parametrize("size", [30, 2_000, 100_000])
@pytest.mark.parametrize("piece", [1 << 20, 7])
def test_what_is_in_a_refused_literal_is_no_command(head: bytes, size: int, piece: int) -> None:
    there = station(refusal=no("No room"))
    stream = head % size + carried(size) + b"\r\n" + NEXT
    said = b"".join(there.feed(stream[at : at + piece]) for at in range(0, len(stream), piece))
    assert not any(isinstance(command, Delete) for command in there.commands)
    assert b"evil" not in said
    assert there.core.closed or said.endswith(b"next OK Done\r\n")
    assert said.count(b"\r\n") <= 3


@pytest.mark.parametrize("size", [5_000_000, 4_294_967_295])
def test_what_is_too_much_to_be_dropped_ends_the_connection(size: int) -> None:
    there = station()
    said = there.feed(b"a APPEND x {%d+}\r\n" % size + carried(1_000))
    assert said.startswith(b"* BYE [TOOBIG]") and there.core.closed
    assert there.feed(EVIL) == b"" and there.commands == []


def test_a_synchronising_literal_that_is_refused_is_not_waited_for() -> None:
    there = station()
    assert there.feed(b"a APPEND x {2000}\r\n").startswith(b"a NO [TOOBIG]")
    assert there.feed(NEXT).endswith(b"next OK Done\r\n")


def test_a_station_that_stops_in_the_middle_of_a_text_reads_it_to_its_end() -> None:
    there = station()
    there.feed(b"a APPEND x {30+}\r\n12345")
    there.core.drop_literal(no("The disk is full"))
    said = there.feed(carried(25) + b" {30+}\r\n" + carried(30) + b"\r\n" + NEXT)
    assert said.startswith(b"a NO The disk is full\r\n") and said.endswith(b"next OK Done\r\n")
    assert not any(isinstance(command, Delete) for command in there.commands)

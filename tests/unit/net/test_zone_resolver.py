"""The resolver for tests answers as the real one does."""

from __future__ import annotations

import pytest

from postroad.net import MxHost, Status
from postroad.testing.loop import on_loop
from postroad.testing.resolver import ZoneResolver

ZONE = """
alpha.test      MX    10 mx.alpha.test   ; the border
mx.alpha.test   A     127.0.0.1
mx.alpha.test.  AAAA  ::1
www.alpha.test  CNAME mx.alpha.test
a.deep.test     TXT   "one " "string"
null.test       MX    0 .
1.0.0.127.in-addr.arpa PTR mx.alpha.test
dead.test       FAIL
loop.test       CNAME loop.test
"""


@on_loop
async def test_records_are_found_by_name_and_type() -> None:
    zone = ZoneResolver(ZONE)
    assert (await zone.mx("Alpha.test.")).records == (MxHost(10, "mx.alpha.test"),)
    assert (await zone.addresses("www.alpha.test")).records == ("::1", "127.0.0.1")
    assert (await zone.ptr("127.0.0.1")).records == ("mx.alpha.test",)
    assert (await zone.txt("a.deep.test")).records == (b"one string",)
    assert zone.asked[0] == "alpha.test MX"


@on_loop
async def test_what_is_not_there_is_told_apart() -> None:
    zone = ZoneResolver(ZONE)
    assert (await zone.mx("deep.test")).status is Status.NO_DATA
    assert (await zone.mx("gone.test")).status is Status.NX_DOMAIN
    assert (await zone.mx("a..b")).status is Status.NX_DOMAIN
    assert (await zone.mx("dead.test")).temporary
    assert (await zone.a("loop.test")).temporary


@pytest.mark.parametrize("line", ["a.test", "a.test MX", "a.test A 1.2.3", "a.test NOPE x"])
def test_a_line_that_cannot_be_read_is_shown(line: str) -> None:
    with pytest.raises(ValueError, match="not a record: '" + line):
        ZoneResolver(line)

"""Attack 7: no address, name or subject becomes a command; the server starts no program at all.

OpenSMTPD CVE-2020-7247, Exim CVE-2019-10149, Haraka CVE-2016-1000282.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytestmark = pytest.mark.system

END = b"\r\n.\r\n"
LOCAL_PARTS = [
    b";sleep${IFS}9;",
    b"${run{/bin/sleep${IFS}9}}",
    b"|/bin/sh",
    b"`id`",
    b"$(id)",
    b'";id;"',
    b'"|/bin/sh -c id"',
    b'"../../../../etc/cron.d/x"',
    b"~root",
    b"/dev/null",
    b":include:/etc/passwd",
    b"bob+`id`",
]


def children(pid: int) -> str:
    return "".join(file.read_text() for file in Path(f"/proc/{pid}/task").glob("*/children"))


@pytest.mark.parametrize("local", LOCAL_PARTS)
def test_an_address_that_looks_like_a_command_is_data(house, local):
    wire = house.wire("smtp")
    wire.say(b"EHLO `id`.test", b"EHLO a.test")
    wire.say(b"MAIL FROM:<" + local + b"@example.test>")
    wire.say(b"MAIL FROM:<a@a.test>", b"RCPT TO:<" + local + b"@example.test>")
    assert wire.say(b"RCPT TO:<bob@example.test>").startswith(b"250 ")
    wire.say(b"DATA")
    wire.send(b"Subject: " + local + b"\r\nFrom: " + local + b"@a.test\r\n\r\n" + local + END)
    assert wire.reply().startswith(b"250 ")
    assert house.spawned == ""
    assert children(house.process.pid) == ""


def test_none_of_them_breaks_a_line_of_the_log(house):
    wire = house.wire("smtp")
    wire.say(b"EHLO a.test", b"MAIL FROM:<a@a.test> SMTPUTF8")
    for local in [*LOCAL_PARTS, "\u202ebob".encode(), "\ufeffbob".encode(), b"x" * 200]:
        wire.say(b"RCPT TO:<" + local + b"@example.test>")
    wire.say(b"RSET")
    for line in house.process.said().splitlines():
        assert json.loads(line)["event"]
        assert line.isprintable()

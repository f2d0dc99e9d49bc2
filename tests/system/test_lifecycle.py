"""How a server starts, refuses to start, and stops."""

from __future__ import annotations

import asyncio
import signal
import socket
import time

import pytest

from postroad.db.engines.sqlite import open_sqlite
from postroad.testing.process import ServerDidNotStart, wait_for

pytestmark = pytest.mark.system
DRAIN_WITHIN = 10.0
CONFIG, UNAVAILABLE = 78, 69  # BSD's sysexits


def refused(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def start_fails(post):
    with pytest.raises(ServerDidNotStart):
        post.process.start()
    return post.process.wait(), post.process.said()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_an_idle_server_ends_at_once_with_0(post, number):
    talk = post.talk()
    began = time.monotonic()
    post.process.signal(number)
    assert talk.reply().startswith(b"421 4.")
    assert post.process.wait() == 0
    assert time.monotonic() - began < DRAIN_WITHIN


def test_a_message_under_way_is_finished_and_kept(post):
    talk = post.talk()
    talk.begin()
    talk.send(b"Subject: half\r\n\r\nfirst half\r\n")
    post.process.signal(signal.SIGTERM)
    wait_for(lambda: refused(post.port))
    assert talk.say(b"second half\r\n.\r\n").startswith(b"250 2.")
    assert post.process.wait() == 0
    assert post.stored() == 1


def test_a_client_that_stopped_in_the_middle_does_not_hold_the_server(post):
    talk = post.talk()
    talk.begin()
    talk.send(b"Subject: never finished\r\n")
    began = time.monotonic()
    post.process.signal(signal.SIGTERM)
    assert post.process.wait() == 0
    assert time.monotonic() - began < DRAIN_WITHIN
    assert post.stored() == 0


def test_a_port_in_use_is_named(post, new_post, tmp_path):
    other = type(post)(tmp_path / "other")
    other.process.config.write_text(
        other.process.config.read_text().replace(str(other.port), str(post.port))
    )
    code, words = start_fails(other)
    assert code == UNAVAILABLE
    assert str(post.port) in words
    assert "Traceback" not in words


def test_an_unknown_key_is_named_with_its_line_and_what_was_meant(new_post):
    post = new_post("[mta]\nexpire_aftr = 5\n")
    code, words = start_fails(post)
    line = post.process.config.read_text().splitlines().index("expire_aftr = 5") + 1
    assert code == CONFIG
    assert f"postroad.toml:{line}:" in words
    assert "expire_after" in words


def test_a_file_that_is_not_toml_is_refused_with_its_line(new_post):
    post = new_post("[mta\n")
    code, words = start_fails(post)
    line = len(post.process.config.read_text().splitlines())
    assert (code, "Traceback" in words) == (CONFIG, False)
    assert f"postroad.toml:{line}:" in words


async def come_from_the_future(path):
    """Note a migration that this program does not have."""
    database = open_sqlite(path)
    await database.write(lambda tx: tx.execute("INSERT INTO migration VALUES (9999, 'later', 0)"))
    await database.close()


def test_a_database_from_a_newer_version_is_left_alone(new_post):
    post = new_post()
    asyncio.run(come_from_the_future(str(post.data / "postroad.db")))
    before = (post.data / "postroad.db").read_bytes()
    code, words = start_fails(post)
    assert (code, "newer" in words) == (CONFIG, True)
    assert (post.data / "postroad.db").read_bytes() == before


def test_a_database_that_is_none_is_refused_and_left_alone(new_post):
    post = new_post()
    (post.data / "postroad.db").write_bytes(b"This is a shopping list.\n" * 400)
    code, words = start_fails(post)
    assert (code, "Traceback" in words) == (CONFIG, False)
    assert (post.data / "postroad.db").read_bytes().startswith(b"This is a shopping list.")


def test_what_was_accepted_is_there_after_a_kill(post):
    talk = post.talk()
    assert talk.deliver().startswith(b"250 2.")
    post.process.kill()
    post.process.start()
    assert post.stored() == 1

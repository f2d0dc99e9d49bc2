"""Clients that hang up, dawdle, flood or send rubbish: a clear answer, and nothing is lost."""

from __future__ import annotations

import select
import time

import pytest

pytestmark = pytest.mark.system
MEGABYTE = 1_000_000


@pytest.fixture
def hasty(new_post):
    """A server that waits half a second for anything."""
    post = new_post("[border.inbound]\ncommand_timeout = 0.5\ndata_timeout = 0.5\n")
    with post.process:
        yield post


@pytest.fixture
def small(new_post):
    """A server that takes messages of a megabyte at most."""
    post = new_post(f"[border.inbound]\nmax_message_size = {MEGABYTE}\n")
    with post.process:
        yield post


def still_serves(post, before=0):
    """Whether a polite client is served, and nothing but its message was stored since."""
    return post.talk().deliver().startswith(b"250 2.") and post.stored() == before + 1


def dawdle(talk, data):
    """Send a byte each 0.1 s until the server has something to say, and return that."""
    for byte in data:
        talk.send(bytes([byte]))
        if select.select([talk.socket], [], [], 0.1)[0]:
            return talk.reply()
    return b"the server listened to all of it"


def test_a_disconnect_at_any_byte_leaves_no_message_and_a_server_that_serves(post):
    talk = post.talk()
    steps = [*talk.ENVELOPE, talk.LETTER]
    for number, step in enumerate(steps):
        for cut in range(len(step)):
            talk = post.talk()
            for whole in steps[:number]:
                talk.say(whole)
            talk.send(step[:cut])
            talk.close()
    assert still_serves(post)


def test_hanging_up_before_the_250_is_read_keeps_the_message_once(post):
    talk = post.talk()
    talk.begin()
    talk.send(b"Subject: last words\r\n\r\nbye\r\n.\r\n")
    talk.close()
    assert still_serves(post, before=1)


@pytest.mark.parametrize("so_far", [(), (b"EHLO slow.test\r\n",)], ids=["greeted", "after EHLO"])
def test_a_command_sent_byte_by_byte_meets_the_deadline(hasty, so_far):
    talk = hasty.talk()
    for command in so_far:
        talk.say(command)
    assert dawdle(talk, b"NOOP NOOP NOOP NOOP NOOP NOOP NOOP").startswith(b"421 4.4.2")


def test_a_message_sent_byte_by_byte_meets_the_deadline(hasty):
    talk = hasty.talk()
    talk.begin()
    assert dawdle(talk, b"Subject: slow slow slow slow slow slow slow").startswith(b"421 4.4.2")
    assert still_serves(hasty)


def test_a_hundred_thousand_recipients_are_counted_not_hoarded(post):
    talk = post.talk()
    talk.begin(b"EHLO rude.test\r\n", b"MAIL FROM:<rude@rude.test>\r\n")
    before = post.process.resident()
    answers = pour(talk, [b"RCPT TO:<ann@example.test>\r\n" * 1000] * 100, replies=1000)
    assert answers.count(b"\r\n250 2.1.5") <= 1000
    assert b"\r\n452 4.5.3" in answers
    assert post.process.resident() - before < 10 * MEGABYTE
    assert still_serves(post)


def test_a_hundred_thousand_unknown_recipients_are_all_refused(post):
    talk = post.talk()
    talk.begin(b"EHLO rude.test\r\n", b"MAIL FROM:<rude@rude.test>\r\n")
    before = post.process.resident()
    answers = pour(talk, [b"RCPT TO:<nobody@example.test>\r\n" * 1000] * 100, replies=1000)
    codes = {line[:9] for line in answers.splitlines() if line}
    assert codes <= {b"550 5.1.1", b"452 4.5.3", b"421 4.7.0"}
    assert post.process.resident() - before < 10 * MEGABYTE
    assert still_serves(post)


def pour(talk, chunks, replies=0):
    """Send chunk after chunk, reading `replies` replies after each, until the server hangs up."""
    answers = b"\r\n"
    for chunk in chunks:
        talk.send_softly(chunk)
        for _ in range(replies):
            if not (reply := talk.reply()):
                return answers
            answers += reply
    return answers


def test_a_message_without_end_is_refused_with_bounded_memory(small):
    talk = small.talk()
    talk.begin()
    before = small.process.resident()
    line = b"and so on and so forth, for ever and ever, world without end\r\n"
    pour(talk, [line * 10_000] * 100)  # 60 MB
    talk.send_softly(b".\r\n")
    assert talk.reply()[:9] in (b"552 5.3.4", b"421 4.3.0", b"")
    assert small.process.resident() - before < 10 * MEGABYTE
    assert still_serves(small)


def test_a_message_over_the_size_is_refused_before_and_after_data(small):
    talk = small.talk()
    talk.say(b"EHLO rude.test\r\n")
    assert talk.say(b"MAIL FROM:<rude@rude.test> SIZE=1000001\r\n").startswith(b"552 5.3.4")
    body = b"Subject: large\r\n\r\n" + b"0123456789" * 7 + b"\r\n"
    assert talk.deliver(body * 14_000 + b".\r\n").startswith(b"552 5.3.4")
    assert talk.deliver().startswith(b"250 2.")


def test_a_header_block_of_ten_megabytes_gets_an_answer(post):
    before = post.process.resident()
    letter = b"".join(b"X-Number-%d: %s\r\n" % (n, b"x" * 80) for n in range(110_000))
    began = time.monotonic()
    answer = post.talk().deliver(letter + b"\r\nbody\r\n.\r\n")
    assert answer[:3] in (b"250", b"552", b"554")
    assert time.monotonic() - began < 5.0
    assert post.process.resident() - before < 100 * MEGABYTE
    assert still_serves(post, before=answer.startswith(b"250"))


def test_ten_thousand_nested_parts_get_an_answer(post):
    opening = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
        for n in range(10_000)
    )
    began = time.monotonic()
    assert post.talk().deliver(opening + b"\r\nthe kernel\r\n.\r\n").startswith(b"250 2.")
    assert time.monotonic() - began < 5.0
    assert post.stored() == 1


@pytest.mark.parametrize(
    "rubbish",
    [b"\0" * 80, b"NOOP \0\r", b"\xff\xfe\xfd", b"MAIL FROM:<\x80@a.test>", b"N" * 5000],
    ids=["NULs", "NUL and CR", "not text", "8-bit address", "long"],
)
def test_a_command_of_rubbish_is_answered_with_5xx_and_the_session_goes_on(post, rubbish):
    talk = post.talk()
    assert talk.say(rubbish + b"\r\n").startswith(b"50")
    assert talk.deliver().startswith(b"250 2.")


def test_a_command_without_end_is_cut_off(post):
    talk = post.talk()
    before = post.process.resident()
    pour(talk, [b"X" * 100_000] * 100)
    assert talk.reply()[:3] in (b"500", b"421", b"")
    assert post.process.resident() - before < 5 * MEGABYTE
    assert still_serves(post)

"""Messages of the open mailbox: read, flagged, copied, moved, removed, put there."""

from __future__ import annotations

from typing import Any

import pytest

from postroad.testing.imap_office import PREFIX
from postroad.testing.loop import on_loop

BODY = b"From: bob@beta.test\r\nSubject: hello\r\n\r\ntwo\r\nlines\r\n"
HTML = b"Content-Type: text/html\r\n\r\n<p>Good <b>morning</b>"
BASE64 = b"Content-Transfer-Encoding: base64\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"


@on_loop
async def test_a_large_message_is_streamed_and_cut(office: Any) -> None:
    body = b"Subject: big\r\n\r\n" + b"0123456789\r\n" * 60_000
    async with office() as post:
        await post.deliver(body)
        client = await post.dial()
        whole = PREFIX + body
        (line,) = await client.good("FETCH 1 (UID BODY.PEEK[] RFC822.SIZE)")
        assert line == b"* 1 FETCH (UID 1 BODY[] {%d}\r\n%b RFC822.SIZE %d)" % (
            len(whole), whole, len(whole),
        )  # fmt: skip
        (line,) = await client.good("FETCH 1 BODY.PEEK[]<20.700000>")
        assert line == b"* 1 FETCH (BODY[]<20> {700000}\r\n%b)" % whole[20:700_020]
        (line,) = await client.good("FETCH 1 BODY.PEEK[TEXT]<0.4>")
        assert line == b"* 1 FETCH (BODY[TEXT]<0> {4}\r\n0123)"


@on_loop
async def test_reading_is_written_into_the_journey_once(office: Any) -> None:
    async with office() as post:
        trace = await post.deliver(BODY)
        client = await post.dial()
        await client.good("FETCH 1 BODY[]")
        await client.good("FETCH 1 BODY[]")
        await client.good("STORE 1 -FLAGS (\\Seen)")
        await client.good("STORE 1 +FLAGS (\\Deleted)")
        await client.good("EXPUNGE")
        events = await post.events(trace)
        assert [(event.by, event.action) for event in events] == [
            ("IMAP", "read"),
            ("IMAP", "removed"),
        ]


@on_loop
async def test_examine_changes_nothing(office: Any) -> None:
    async with office() as post:
        await post.deliver(BODY)
        client = await post.dial("")
        await client.log_in()
        await client.good("EXAMINE INBOX")
        await client.good("FETCH 1 BODY[]")
        for command in ("STORE 1 +FLAGS (\\Seen)", "EXPUNGE", "MOVE 1 Trash"):
            assert (await client.ask(command))[-1].startswith(b"NO [READ-ONLY]")
        assert await client.good("FETCH 1 FLAGS") == [b"* 1 FETCH (FLAGS ())"]


@on_loop
async def test_silent_stores_say_nothing_but_to_others(office: Any) -> None:
    async with office() as post:
        await post.deliver(BODY)
        one, other = await post.dial(), await post.dial()
        assert await one.good("STORE 1 +FLAGS.SILENT (\\Flagged)") == []
        assert await one.good("NOOP") == []
        assert await other.good("NOOP") == [b"* 1 FETCH (FLAGS (\\Flagged))"]


@on_loop
async def test_an_expunge_of_another_waits_until_numbers_are_free(office: Any) -> None:
    async with office() as post:
        for _ in range(3):
            await post.deliver(BODY)
        one, other = await post.dial(), await post.dial()
        await one.good("STORE 1 +FLAGS.SILENT (\\Deleted)")
        await one.good("EXPUNGE")
        lines = await other.ask("FETCH 1:2 (FLAGS RFC822.SIZE)")
        assert lines[-1].startswith(b"NO [EXPUNGEISSUED]")
        assert not any(line.endswith(b"EXPUNGE") for line in lines)
        assert await other.good("NOOP") == [b"* 1 EXPUNGE"]
        assert await other.good("UID FETCH 1:* UID") == [
            b"* 1 FETCH (UID 2)",
            b"* 2 FETCH (UID 3)",
        ]


@on_loop
async def test_unchangedsince_names_those_that_others_changed(office: Any) -> None:
    async with office() as post:
        await post.deliver(BODY)
        await post.deliver(BODY)
        client = await post.dial()
        (line,) = await client.good("FETCH 2 MODSEQ")
        modseq = int(line.split(b"(")[2].rstrip(b")"))
        await client.good("STORE 1 +FLAGS (\\Flagged)")
        said = await client.ask(f"STORE 1:2 (UNCHANGEDSINCE {modseq}) +FLAGS (\\Seen)")
        assert said[-1].startswith(b"OK [MODIFIED 1]")
        assert said[0].startswith(b"* 2 FETCH (FLAGS (\\Seen) MODSEQ (")


@on_loop
async def test_several_messages_are_appended_together_or_not_at_all(office: Any) -> None:
    async with office(quota=5_000) as post:
        client = await post.dial()
        text = b"Subject: a\r\n\r\nx"
        two = b'APPEND INBOX (\\Seen) {%d+}\r\n%b "01-Jan-2026 12:00:00 +0000" {%d+}\r\n%b'
        said = await client.ask(two % (len(text), text, len(text), text))
        assert said == [b"* 2 EXISTS", b"OK [APPENDUID 1780000000 1:2] APPEND completed"]
        large = b"y" * 6_000
        said = await client.ask(two % (len(text), text, len(large), large))
        assert said[-1].startswith(b"NO [OVERQUOTA]")
        assert await client.good("STATUS INBOX (MESSAGES)") == [b"* STATUS INBOX (MESSAGES 2)"]


@on_loop
async def test_a_message_is_put_together_of_what_is_here(office: Any) -> None:
    async with office() as post:
        await post.deliver(BODY)
        client = await post.dial()
        await client.good(
            b"APPEND Drafts CATENATE (TEXT {11+}\r\nSubject: x\n"
            b' URL "/INBOX/;UID=1/;SECTION=TEXT" TEXT {3+}\r\nend)'
        )
        await client.good("SELECT Drafts")
        (line,) = await client.good("FETCH 1 BODY.PEEK[]")
        assert line.endswith(b"Subject: x\ntwo\r\nlines\r\nend)")
        said = await client.ask('APPEND Drafts CATENATE (URL "/INBOX/;UID=9")')
        assert said[-1].startswith(b"NO [BADURL /INBOX/;UID=9]")


@on_loop
async def test_a_message_is_replaced_in_one_step(office: Any) -> None:
    async with office() as post:
        await post.deliver(BODY)
        client = await post.dial()
        said = await client.ask(b"REPLACE 1 INBOX {14+}\r\nSubject: b\r\n\r\n")
        assert said == [
            b"* OK [APPENDUID 1780000000 2] Replaced",
            b"* 1 EXPUNGE",
            b"* 1 EXISTS",
            b"OK REPLACE completed",
        ]


@on_loop
async def test_copies_get_uids_of_their_own(office: Any) -> None:
    async with office() as post:
        for _ in range(3):
            await post.deliver(BODY)
        client = await post.dial()
        assert (await client.ask("COPY 2:3 Archive"))[-1].startswith(
            b"OK [COPYUID 1780000000 2:3 1:2]"
        )
        said = await client.ask("UID MOVE 1,3 Trash")
        assert said[0].startswith(b"* OK [COPYUID 1780000000 1,3 1:2]")
        assert said[1:3] == [b"* 1 EXPUNGE", b"* 2 EXPUNGE"]
        assert (await client.ask("COPY 1 nowhere"))[-1].startswith(b"NO [TRYCREATE]")


@on_loop
async def test_a_copy_within_the_mailbox_is_told(office: Any) -> None:
    async with office() as post:
        await post.deliver(BODY)
        client = await post.dial()
        said = await client.ask("COPY 1 INBOX")
        assert said[0] == b"* 2 EXISTS"
        said = await client.ask("MOVE 1 INBOX")
        assert said[1:3] == [b"* 1 EXPUNGE", b"* 2 EXISTS"]


@pytest.mark.parametrize(
    ("keys", "found"),
    [
        ("ALL", b" 1 2 3"),
        ("SUBJECT HELLO", b" 1"),
        ("NOT SUBJECT hello", b" 2 3"),
        ("BODY morning", b" 2"),
        ('TEXT "good morning"', b" 2"),
        ('BODY "<b>"', b" 2"),
        ("HEADER subject {0+}\r\n", b" 1"),
        ("HEADER return-path bob", b" 1 2 3"),
        ("OR FROM bob LARGER 100000", b" 1"),
        ("UNSEEN SMALLER 10000 UID 2:3", b" 2 3"),
        ("CHARSET UTF-8 BODY {6+}\r\n日本", b" 3"),
        ("CHARSET UTF-8 BODY {4+}\r\nÉÀ", b" 3"),
        ("SINCE 1-Jan-2020 BEFORE 1-Jan-2100", b" 1 2 3"),
        ("YOUNGER 60 NOT OLDER 60", b" 1 2 3"),
        ("KEYWORD nothing", b""),
        ("NEW", b""),
        ("EMAILID E2", b" 2"),
    ],
)
@on_loop
async def test_a_search_finds_exactly_what_fits(office: Any, keys: str, found: bytes) -> None:
    async with office() as post:
        await post.deliver(BODY)
        await post.deliver(HTML)
        await post.deliver(BASE64 + b"5pel5pys6Kqe44Gu6YO15L6/IMOpw6A=\r\n")
        client = await post.dial()
        assert await client.good(f"SEARCH {keys}".encode()) == [b"* SEARCH" + found]


@on_loop
async def test_a_saved_result_stands_for_its_messages(office: Any) -> None:
    async with office() as post:
        for _ in range(4):
            await post.deliver(BODY)
        client = await post.dial()
        assert await client.good("SEARCH RETURN (SAVE) UID 2,4") == []
        assert await client.good("FETCH $ UID") == [b"* 2 FETCH (UID 2)", b"* 4 FETCH (UID 4)"]
        (line,) = await client.good("UID SEARCH RETURN (PARTIAL -1:-1 COUNT) $")
        assert line.endswith(b" UID COUNT 2 PARTIAL (-1:-1 4)")


@on_loop
async def test_qresync_tells_what_changed_while_the_client_was_away(office: Any) -> None:
    async with office() as post:
        for _ in range(3):
            await post.deliver(BODY)
        client = await post.dial()
        await client.good("ENABLE QRESYNC")
        (line,) = await client.good("STATUS INBOX (HIGHESTMODSEQ)")
        modseq = line.split()[-1].rstrip(b")").decode()
        await client.good("STORE 2 +FLAGS.SILENT (\\Deleted)")
        await client.good("EXPUNGE")
        await client.good("STORE 1 +FLAGS.SILENT (\\Seen)")
        lines = await client.good(f"SELECT INBOX (QRESYNC (1780000000 {modseq} 1:3))")
        assert lines[-2] == b"* VANISHED (EARLIER) 2"
        assert lines[-1].startswith(b"* 1 FETCH (UID 1 FLAGS (\\Seen) MODSEQ (")


@on_loop
async def test_whoever_idles_hears_of_everything_at_once(office: Any) -> None:
    async with office() as post:
        await post.deliver(BODY)
        idler, other = await post.dial(), await post.dial()
        await idler.send("i1 IDLE\r\n")
        assert (await idler.line()).startswith(b"+")
        await post.deliver(BODY)
        assert await idler.line() == b"* 2 EXISTS"
        await other.good("STORE 1 +FLAGS (\\Deleted)")
        assert await idler.line() == b"* 1 FETCH (FLAGS (\\Deleted))"
        await other.good("EXPUNGE")
        assert await idler.line() == b"* 1 EXPUNGE"
        await idler.send("DONE\r\n")
        assert await idler.answer(b"i1") == [b"OK IDLE ended"]


@on_loop
async def test_with_uidonly_nothing_has_a_number(office: Any) -> None:
    async with office() as post:
        await post.deliver(BODY)
        client = await post.dial("")
        await client.log_in()
        await client.good("ENABLE UIDONLY")
        await client.good("SELECT INBOX")
        assert await client.good("UID FETCH 1 FLAGS") == [b"* 1 UIDFETCH (UID 1 FLAGS ())"]
        assert (await client.ask("FETCH 1 FLAGS"))[-1].startswith(b"BAD [UIDREQUIRED]")
        await client.good("UID STORE 1 +FLAGS.SILENT (\\Deleted)")
        assert await client.good("EXPUNGE") == [b"* VANISHED 1"]


@on_loop
async def test_an_account_has_so_many_sessions_and_no_more(office: Any) -> None:
    async with office(sessions_per_account=1) as post:
        first = await post.dial()
        second = await post.dial("")
        said = await second.ask('LOGIN alice@alpha.test "correct horse"')
        assert said[-1].startswith(b"NO [LIMIT]")
        await first.hang_up()
        await second.log_in("INBOX")

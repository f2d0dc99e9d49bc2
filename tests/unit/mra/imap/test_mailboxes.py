"""Mailboxes by name: made, listed, subscribed, renamed, deleted, counted."""

from __future__ import annotations

from typing import Any

import pytest

from postroad.testing.loop import on_loop


@on_loop
async def test_the_levels_above_a_new_mailbox_are_made_too(office: Any) -> None:
    async with office() as post:
        client = await post.dial()
        (said,) = await client.ask("CREATE a/b/c/")
        assert said.startswith(b"OK [MAILBOXID (M")
        lines = await client.good('LIST "" a*')
        assert [line.split()[-1] for line in lines] == [b"a", b"a/b", b"a/b/c"]
        assert b"\\HasChildren" in lines[0]
        assert b"\\HasNoChildren" in lines[2]


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("CREATE inbox", b"NO [ALREADYEXISTS]"),
        ("CREATE a//b", b"NO [CANNOT]"),
        ("CREATE /a", b"NO [CANNOT]"),
        ("CREATE " + "x" * 300, b"NO [CANNOT]"),
        ("CREATE x (USE (\\Sent))", b"NO [USEATTR]"),
        ("CREATE x (USE (\\All \\Flagged))", b"NO [USEATTR]"),
        ("DELETE INBOX", b"NO [CANNOT]"),
        ("DELETE nothing", b"NO [NONEXISTENT]"),
        ("DELETE p", b"NO [HASCHILDREN]"),
        ("RENAME p p/q/r", b"NO [CANNOT]"),
        ("RENAME p Sent", b"NO [ALREADYEXISTS]"),
        ("SUBSCRIBE nothing", b"NO [NONEXISTENT]"),
        ("STATUS nothing (MESSAGES)", b"NO [NONEXISTENT]"),
        ("SELECT nothing", b"NO [NONEXISTENT]"),
        ("GETQUOTA other", b"NO [NONEXISTENT]"),
        ('SETQUOTA "" (STORAGE 1)', b"NO [NOPERM]"),
    ],
)
@on_loop
async def test_what_cannot_be_done_is_refused_with_its_code(
    office: Any, command: str, answer: bytes
) -> None:
    async with office() as post:
        client = await post.dial()
        await client.good("CREATE p/q")
        assert (await client.ask(command))[-1].startswith(answer)


@on_loop
async def test_a_special_use_is_given_once(office: Any) -> None:
    async with office() as post:
        client = await post.dial()
        await client.good("CREATE Everything (USE (\\All))")
        assert (await client.ask("CREATE More (USE (\\All))"))[-1].startswith(b"NO [USEATTR]")
        (line,) = await client.good('LIST (SPECIAL-USE) "" Every*')
        assert line == b'* LIST (\\HasNoChildren \\All) "/" Everything'


@on_loop
async def test_renaming_takes_what_is_below_along(office: Any) -> None:
    async with office() as post:
        client = await post.dial()
        await client.good("CREATE a/b")
        await client.good("RENAME a x/y")
        lines = await client.good('LIST "" (a* x*)')
        assert [line.split()[-1] for line in lines] == [b"x", b"x/y", b"x/y/b"]


@on_loop
async def test_renaming_inbox_moves_its_messages(office: Any) -> None:
    async with office() as post:
        await post.deliver(b"Subject: a\r\n\r\nb\r\n")
        client = await post.dial()
        await client.good("RENAME INBOX old")
        assert await client.good("STATUS old (MESSAGES)") == [b"* STATUS old (MESSAGES 1)"]
        assert await client.good("STATUS INBOX (MESSAGES)") == [b"* STATUS INBOX (MESSAGES 0)"]


@on_loop
async def test_names_are_modified_utf7_until_utf8_is_enabled(office: Any) -> None:
    async with office() as post:
        client = await post.dial()
        await client.good("CREATE &kK5O9g-")
        assert (await client.good('LIST "" (&kK5O9g-)'))[0].endswith(b" &kK5O9g-")
        await client.good("ENABLE UTF8=ACCEPT")
        (line,) = await client.good('LIST "" "邮*"'.encode())
        assert line.endswith('"邮件"'.encode())


@on_loop
async def test_a_name_that_is_subscribed_outlives_its_mailbox(office: Any) -> None:
    async with office() as post:
        client = await post.dial()
        await client.good("CREATE gone")
        await client.good("SUBSCRIBE gone")
        await client.good("DELETE gone")
        (line,) = await client.good('LIST (SUBSCRIBED) "" gone')
        assert line == b'* LIST (\\NonExistent \\Subscribed) "/" gone'
        assert await client.good('LSUB "" gone') == [b'* LSUB () "/" gone']
        await client.good("UNSUBSCRIBE gone")
        assert await client.good('LSUB "" gone') == []


@on_loop
async def test_mailboxes_above_a_subscribed_one_are_named_on_request(office: Any) -> None:
    async with office() as post:
        client = await post.dial()
        await client.good("CREATE a/b/c")
        await client.good("SUBSCRIBE a/b/c")
        (line,) = await client.good('LIST (SUBSCRIBED RECURSIVEMATCH) "" a')
        assert line == b'* LIST (\\HasChildren) "/" a ("CHILDINFO" ("SUBSCRIBED"))'


@on_loop
async def test_list_tells_figures_on_request(office: Any) -> None:
    async with office() as post:
        await post.deliver(b"Subject: a\r\n\r\nb\r\n")
        client = await post.dial("")
        await client.log_in()
        lines = await client.good('LIST "" INBOX RETURN (STATUS (MESSAGES UNSEEN UIDNEXT))')
        assert lines[1] == b"* STATUS INBOX (MESSAGES 1 UNSEEN 1 UIDNEXT 2)"
        assert await client.good('LIST "" ""') == [b'* LIST (\\Noselect) "/" ""']


@on_loop
async def test_quota_is_told_in_kibibytes(office: Any) -> None:
    async with office(quota=10_240) as post:
        await post.deliver(b"Subject: a\r\n\r\n" + b"x" * 2_000)
        client = await post.dial()
        assert await client.good("GETQUOTAROOT INBOX") == [
            b'* QUOTAROOT INBOX ""',
            b'* QUOTA "" (STORAGE 2 10)',
        ]

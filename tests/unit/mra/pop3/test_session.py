"""A person fetches mail: what is there, what goes, who is kept waiting, what is written down."""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import Any

import pytest

from postroad import store
from postroad.db import DatabaseError
from postroad.sasl import client_mechanism
from postroad.store import SEEN
from postroad.testing.loop import on_loop

from .conftest import NOW, PREFIX

BODY = b"Subject: hello\r\n\r\n.dot\r\ntwo\r\n"


@on_loop
async def test_a_message_comes_as_it_was_filed(office: Any) -> None:
    async with office() as post:
        await post.deliver(BODY)
        client = await post.dial()
        assert await client.log_in() == b"+OK The maildrop is open and locked\r\n"
        assert await client.ask("STAT") == b"+OK 1 %d\r\n" % len(PREFIX + BODY)
        assert await client.message("RETR 1") == PREFIX + BODY


@on_loop
async def test_a_large_message_is_streamed_whole(office: Any) -> None:
    body = b"Subject: big\r\n\r\n" + b".line of the body\r\n" * 200_000
    async with office() as post:
        await post.deliver(body)
        client = await post.dial()
        await client.log_in()
        assert await client.message("RETR 1") == PREFIX + body
        assert await client.message("TOP 1 1") == PREFIX + body[: body.index(b"body\r\n") + 6]


@on_loop
async def test_what_is_marked_goes_at_quit_and_not_before(office: Any) -> None:
    async with office() as post:
        for number in range(3):
            await post.deliver(BODY, number)
        client = await post.dial()
        await client.log_in()
        await client.ask("DELE 2")
        assert await post.inbox() == 3
        assert (await client.quit()).startswith(b"+OK")
        assert await post.inbox() == 2


@on_loop
async def test_without_quit_nothing_goes(office: Any) -> None:
    async with office() as post:
        await post.deliver(BODY)
        client = await post.dial()
        await client.log_in()
        await client.ask("DELE 1")
        await client.hang_up()
        assert await post.inbox() == 1


@on_loop
async def test_unique_ids_stay_over_sessions_and_do_not_come_again(office: Any) -> None:
    async with office() as post:
        await post.deliver(BODY, 1)
        await post.deliver(BODY, 2)
        first = await post.dial()
        await first.log_in()
        uids = (await first.message("UIDL")).split()[1::2]
        await first.ask("DELE 2")
        await first.quit()
        await post.deliver(BODY, 3)
        second = await post.dial()
        await second.log_in()
        again = (await second.message("UIDL")).split()[1::2]
        assert again[0] == uids[0]
        assert again[1] not in uids


@on_loop
async def test_the_second_session_hears_that_the_maildrop_is_in_use(office: Any) -> None:
    async with office() as post:
        first, second = await post.dial(), await post.dial()
        await first.log_in()
        assert (await second.log_in()).startswith(b"-ERR [IN-USE]")
        await first.hang_up()
        assert (await second.log_in()).startswith(b"+OK")


@on_loop
async def test_mail_that_arrives_meanwhile_is_seen_by_the_next_session(office: Any) -> None:
    async with office() as post:
        client = await post.dial()
        await client.log_in()
        await post.deliver(BODY)
        assert await client.ask("STAT") == b"+OK 0 0\r\n"
        await client.quit()
        client = await post.dial()
        await client.log_in()
        assert (await client.ask("STAT")).startswith(b"+OK 1 ")


@on_loop
async def test_a_login_too_soon_after_the_last_waits(office: Any) -> None:
    async with office(login_delay=60) as post:
        first = await post.dial()
        await first.log_in()
        await first.quit()
        second = await post.dial()
        assert (await second.log_in()).startswith(b"-ERR [LOGIN-DELAY]")
        post.now = NOW + 60
        assert (await second.log_in()).startswith(b"+OK")


@on_loop
async def test_a_wrong_password_and_an_unknown_user_hear_the_same(office: Any) -> None:
    async with office() as post:
        client = await post.dial()
        wrong = await client.log_in("wrong")
        await client.ask("USER nobody@alpha.test")
        assert (
            await client.ask("PASS wrong")
            == wrong
            == b"-ERR [AUTH] Wrong user name or password\r\n"
        )


@on_loop
async def test_scram_lets_in_without_a_password_on_the_wire(office: Any) -> None:
    async with office() as post:
        client = await post.dial()
        mechanism = client_mechanism(
            ["SCRAM-SHA-256"], "alice@alpha.test", "correct horse", "nonce"
        )
        assert mechanism is not None
        said = await client.ask("AUTH SCRAM-SHA-256 " + encoded(mechanism.start() or b""))
        for _ in range(2):
            assert said.startswith(b"+ ")
            said = await client.ask(encoded(mechanism.respond(decoded(said))))
        assert said.startswith(b"+OK")
        assert mechanism.complete


def encoded(data: bytes) -> str:
    return b64encode(data).decode()


def decoded(line: bytes) -> bytes:
    return b64decode(line[2:])


@on_loop
async def test_the_first_fetch_and_the_removal_are_in_the_journey(office: Any) -> None:
    async with office() as post:
        trace = await post.deliver(BODY)
        for command in ("RETR 1", "RETR 1", "TOP 1 0", "DELE 1"):
            client = await post.dial()
            await client.log_in()
            await (client.ask(command) if command == "DELE 1" else client.message(command))
            await client.quit()
        events = [(event.action, event.by, event.account) for event in await post.events(trace)]
        who = ("POP3", "alice@alpha.test")
        assert events == [("read", *who), ("removed", *who)]


@on_loop
async def test_looking_at_the_top_is_not_reading(office: Any) -> None:
    async with office() as post:
        trace = await post.deliver(BODY)
        client = await post.dial()
        await client.log_in()
        await client.message("TOP 1 5")
        await client.quit()
        assert await post.events(trace) == []


@pytest.mark.parametrize("mark_read", [True, False])
def test_a_fetched_message_shows_as_read_when_that_is_wanted(office: Any, mark_read: bool) -> None:
    @on_loop
    async def run() -> None:
        async with office(mark_read=mark_read) as post:
            await post.deliver(BODY)
            client = await post.dial()
            await client.log_in()
            await client.message("RETR 1")
            await client.hang_up()
            email = await post.db.read(lambda tx: store.email(tx, post.account.id, 1))
            assert (SEEN in email.keywords) is mark_read

    run()


@on_loop
async def test_a_message_that_went_meanwhile_is_an_error_and_nothing_worse(office: Any) -> None:
    async with office() as post:
        await post.deliver(BODY, 1)
        await post.deliver(BODY + b"other\r\n", 2)
        client = await post.dial()
        await client.log_in()
        inbox = await post.db.read(lambda tx: store.mailbox_by_role(tx, post.account.id, "inbox"))
        await post.db.write(lambda tx: post.store.expunge(tx, post.account.id, inbox.id, [1]))
        assert (await client.ask("RETR 1")).startswith(b"-ERR [SYS/PERM]")
        assert (await client.message("RETR 2")).endswith(b"other\r\n")
        await client.ask("DELE 1")
        assert (await client.quit()).startswith(b"+OK")


@on_loop
async def test_a_removal_that_fails_is_told_and_removes_nothing(
    office: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with office() as post:
        await post.deliver(BODY)
        client = await post.dial()
        await client.log_in()
        await client.ask("DELE 1")

        async def full(unit: object) -> None:
            raise DatabaseError("full")

        with monkeypatch.context() as patch:
            patch.setattr(post.db, "write", full)
            assert (await client.quit()).startswith(b"-ERR [SYS/TEMP]")
        assert await post.inbox() == 1


@on_loop
async def test_in_clear_no_password_is_taken(office: Any) -> None:
    async with office() as post:
        client = await post.dial(tls=False)
        assert (await client.ask("USER alice@alpha.test")).startswith(b"-ERR [AUTH]")
        capabilities = (await client.message("CAPA")).splitlines()
        assert b"STLS" in capabilities and b"USER" not in capabilities


@on_loop
async def test_a_server_that_stops_lets_idle_sessions_go(
    office: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("postroad.protocols.pop3.server_driver.SHUTDOWN_POLL", 0.01)
    async with office() as post:
        client = await post.dial()
        await client.log_in()
        post.server.stop()
        assert (await client.line()).startswith(b"-ERR [SYS/TEMP]")
        await client.session


@on_loop
async def test_a_message_without_bytes_of_its_own_still_has_its_prefix(office: Any) -> None:
    async with office() as post:
        await post.deliver(b"")
        client = await post.dial()
        await client.log_in()
        assert await client.message("RETR 1") == PREFIX


@on_loop
async def test_when_too_many_log_in_at_once_it_is_said_to_be_temporary(
    office: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("postroad.directory._authenticator.MAX_WAITING", 0)
    async with office() as post:
        client = await post.dial()
        assert (await client.log_in()).startswith(b"-ERR [SYS/TEMP] Too many logins")


@on_loop
async def test_an_inbox_that_cannot_be_listed_is_not_left_locked(
    office: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise DatabaseError("unreadable")

    async with office() as post:
        client = await post.dial()
        with monkeypatch.context() as patch:
            patch.setattr("postroad.store.listing", broken)
            assert (await client.log_in()).startswith(b"-ERR [SYS/TEMP]")
        assert (await client.log_in()).startswith(b"+OK")


@on_loop
async def test_what_came_in_without_a_journey_can_be_fetched_and_removed(office: Any) -> None:
    async with office() as post:
        await post.deliver(BODY)
        await post.db.write(lambda tx: tx.execute("UPDATE email SET trace = ''"))
        client = await post.dial()
        await client.log_in()
        assert await client.message("RETR 1") == PREFIX + BODY
        await client.ask("DELE 1")
        assert (await client.quit()).startswith(b"+OK")
        assert await post.inbox() == 0

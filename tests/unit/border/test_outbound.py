"""One attempt: a report for each recipient, whatever remotes and the network do."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from postroad.handoff import Outcome, Recipient
from postroad.protocols.smtp import Reply, limits
from postroad.testing.harbour import LETTER, ONE, PREFIX, TWO, Harbour, play
from postroad.testing.smtp import RecordingHandler

EHLO = b"250-remote.test\r\n250 "


def test_a_message_arrives_with_our_lines_above_it() -> None:
    async def test(harbour: Harbour) -> None:
        remote = RecordingHandler()
        harbour.hosts.serve(ONE, remote)
        (report,) = await harbour.send("bob@beta.test")
        assert (report.outcome, report.remote, report.tls) == ("relayed", "mx1.beta.test", "")
        assert remote.letters[0].body == PREFIX + LETTER

    play(test)


def test_tls_is_used_where_it_is_offered() -> None:
    async def test(harbour: Harbour) -> None:
        harbour.hosts.serve(ONE, RecordingHandler(), offers_starttls=True)
        (report,) = await harbour.send("bob@beta.test")
        assert report.tls.startswith("TLSv1.3") and report.outcome is Outcome.RELAYED

    play(test)


def test_a_handshake_that_fails_is_followed_by_plaintext() -> None:
    async def test(harbour: Harbour) -> None:
        harbour.hosts.script(ONE, b"220 hi\r\n", EHLO + b"STARTTLS\r\n", b"220 go\r\n")
        harbour.hosts.serve(ONE, RecordingHandler())
        (report,) = await harbour.send("bob@beta.test")
        assert (report.outcome, report.tls) == (Outcome.RELAYED, "")
        assert harbour.hosts.dialled == [ONE, ONE]

    play(test)


def test_words_in_clear_behind_starttls_are_not_believed() -> None:
    async def test(harbour: Harbour) -> None:
        injected = b"220 go\r\n250-remote.test\r\n250 AUTH PLAIN\r\n"
        harbour.hosts.script(ONE, b"220 hi\r\n", EHLO + b"STARTTLS\r\n", injected)
        harbour.hosts.serve(ONE, RecordingHandler())
        assert await harbour.ends("bob@beta.test") == ["relayed 250"]
        assert harbour.hosts.dialled == [ONE, ONE]

    play(test)


def test_recipients_have_fates_of_their_own_in_their_order() -> None:
    async def test(harbour: Harbour) -> None:
        remote = RecordingHandler(unknown=["no@beta.test"])
        harbour.hosts.serve(ONE, remote)
        ends = await harbour.ends("no@beta.test", "bob@beta.test", "no@beta.test")
        assert ends == ["failed 550", "relayed 250", "failed 550"]
        assert remote.letters[0].recipients == ("bob@beta.test",)

    play(test)


@pytest.mark.parametrize(
    ("said", "end"),
    [
        (b"452 x\r\n550 y\r\n250 z\r\n354 go\r\n", ["deferred 452", "failed 550", "relayed 250"]),
        (b"450 x\r\n450 y\r\n450 z\r\n554 nobody\r\n", ["deferred 450"] * 3),
        (b"550 x\r\n550 y\r\n550 z\r\n354 go\r\n", ["failed 550"] * 3),
    ],
)  # fmt: skip
def test_temporary_and_final_refusals_stay_apart(said: bytes, end: list[str]) -> None:
    async def test(harbour: Harbour) -> None:
        replies = [b"220 hi\r\n", EHLO + b"PIPELINING\r\n", b"250 ok\r\n" + said, b"250 done\r\n"]
        harbour.hosts.script(ONE, *replies, b"250 reset\r\n")
        assert await harbour.ends("a@beta.test", "b@beta.test", "c@beta.test") == end

    play(test)


@pytest.mark.parametrize("trouble", ["refused", "silent", "421", "554", "cut", "nonsense"])
def test_a_host_that_cannot_be_used_is_followed_by_the_next(trouble: str) -> None:
    async def test(harbour: Harbour) -> None:
        hosts, second = harbour.hosts, RecordingHandler()
        begin = {
            "refused": lambda: None,
            "silent": lambda: hosts.silence(ONE),
            "421": lambda: hosts.script(ONE, b"421 busy\r\n"),
            "554": lambda: hosts.script(ONE, b"554 no\r\n"),
            "cut": lambda: hosts.script(ONE),
            "nonsense": lambda: hosts.script(ONE, b"HTTP/1.1 400\r\n"),
        }
        begin[trouble]()
        hosts.serve(TWO, second)
        assert await harbour.ends("bob@beta.test") == ["relayed 250"] and second.letters

    play(test)


@pytest.mark.parametrize(
    ("script", "route"),
    [
        ([b"220 hi\r\n", EHLO + b"X\r\n", b"421 leaving\r\n"], "beta.test"),
        ([b"220 hi\r\n", EHLO + b"X\r\n"], "beta.test"),
        ([b"220 hi\r\n", EHLO + b"PIPELINING\r\n", b"250 ok\r\n250 ok\r\n"], "beta.test"),
        ([b"220 hi\r\n", EHLO + b"X\r\n", b"250 ok\r\n", b"999 what\r\n"], "beta.test"),
        ([b"220 hi\r\n", b"421 leaving\r\n"], "twin.test"),
        ([b"421 busy\r\n"], "twin.test"),
        ([b"554 no\r\n"], "twin.test"),
    ],
)
def test_a_host_that_leaves_before_the_message_began_is_followed_by_the_next(script, route) -> None:
    async def test(harbour: Harbour) -> None:
        second = RecordingHandler()
        harbour.hosts.script(ONE, *script)
        harbour.hosts.serve(TWO, second)
        assert await harbour.ends("bob@beta.test", route=route) == ["relayed 250"]
        assert len(second.letters) == 1

    play(test)


@pytest.mark.parametrize(
    ("one", "two", "end"),
    [
        (b"554 no", b"554 no", "failed 554"),
        (b"554 no", b"421 busy", "deferred 421"),
        (b"421 busy", b"554 no", "deferred 421"),
        (b"554 no", None, "deferred 451"),
        (None, None, "deferred 451"),
    ],
)
def test_only_when_every_host_refuses_for_good_it_is_final(one, two, end) -> None:
    async def test(harbour: Harbour) -> None:
        for address, words in ((ONE, one), (TWO, two)):
            if words:
                harbour.hosts.script(address, words + b"\r\n")
        assert await harbour.ends("bob@beta.test") == [end]

    play(test)


@pytest.mark.parametrize(
    ("route", "end"),
    [
        ("null.test", "failed 556"),
        ("nowhere.test", "failed 550"),
        ("gone.test", "failed 550"),
        ("dead.test", "deferred 451"),
        ("[127.1.0.9]", "deferred 451"),
    ],
)
def test_what_the_dns_says_is_reported_for_everybody(route: str, end: str) -> None:
    async def test(harbour: Harbour) -> None:
        assert await harbour.ends("a@x.test", "b@x.test", route=route) == [end, end]

    play(test)


@pytest.mark.parametrize(
    "last",
    [None, b"", b"421 4.3.0 crash\r\n", b"25", b"xyz\r\n", b"354 go on\r\n", b"\xff\xfe\r\n"],
)
def test_a_connection_that_breaks_in_the_message_is_tried_again_and_not_elsewhere(last) -> None:
    """The host may have it: to offer it to the next one would make it two."""

    async def test(harbour: Harbour) -> None:
        said = [b"220 hi\r\n", EHLO + b"PIPELINING\r\n", b"250 ok\r\n250 ok\r\n354 go\r\n"]
        harbour.hosts.script(ONE, *said, *([] if last is None else [last]))
        second = RecordingHandler()
        harbour.hosts.serve(TWO, second)
        assert await harbour.ends("bob@beta.test") == ["deferred 421"] and not second.letters

    play(test)


def test_a_host_that_never_answers_the_final_dot_is_given_its_ten_minutes() -> None:
    async def test(harbour: Harbour) -> None:
        slow = RecordingHandler()
        hours = asyncio.Event()
        slow.data_end = lambda: wait(hours)  # type: ignore[method-assign]
        harbour.hosts.serve(ONE, slow)
        before = harbour.clock()
        assert await harbour.ends("bob@beta.test") == ["deferred 421"]
        assert harbour.clock() - before == pytest.approx(limits.DATA_TERMINATION_TIMEOUT, abs=5)

    play(test)


async def wait(event: asyncio.Event) -> list[Reply]:
    await event.wait()
    return []


def test_messages_to_one_host_share_a_connection() -> None:
    async def test(harbour: Harbour) -> None:
        remote = RecordingHandler()
        harbour.hosts.serve(ONE, remote)
        for _ in range(5):
            assert await harbour.ends("bob@beta.test") == ["relayed 250"]
        assert harbour.hosts.dialled == [ONE] and len(remote.letters) == 5

    play(test)


def test_a_connection_is_closed_after_so_many_messages_and_so_long() -> None:
    async def test(harbour: Harbour) -> None:
        harbour.hosts.serve(ONE, RecordingHandler())
        for _ in range(4):
            await harbour.send("bob@beta.test")
        assert harbour.hosts.dialled == [ONE] * 2
        await asyncio.sleep(21.0)
        await harbour.send("bob@beta.test")
        assert harbour.hosts.dialled == [ONE] * 3

    play(test, messages_per_connection=2)


@pytest.mark.parametrize("farewell", [[], [b"421 4.4.2 idle\r\n"]])
def test_a_kept_connection_that_went_stale_is_replaced(farewell: list[bytes]) -> None:
    async def test(harbour: Harbour) -> None:
        done = [
            b"220 hi\r\n",
            EHLO + b"PIPELINING\r\n",
            b"250 ok\r\n250 ok\r\n354 go\r\n",
            b"250 yes\r\n",
        ]
        harbour.hosts.script(ONE, *done, *farewell)
        remote = RecordingHandler()
        harbour.hosts.serve(ONE, remote)
        ends = [await harbour.ends("bob@beta.test") for _ in range(2)]
        assert ends == [["relayed 250"]] * 2 and harbour.hosts.dialled == [ONE, ONE]
        assert len(remote.letters) == 1

    play(test)


@pytest.mark.parametrize(
    ("config", "sent"),
    [
        ({"idle_timeout": 0.0}, 1),
        ({"messages_per_connection": 1}, 1),
        ({"messages_per_connection": 2}, 2),
    ],
)
def test_a_pool_forgets_hosts_without_connections(config: dict[str, Any], sent: int) -> None:
    async def test(harbour: Harbour) -> None:
        harbour.hosts.serve(ONE, RecordingHandler())
        for _ in range(sent):
            await harbour.send("bob@beta.test")
        assert harbour.outbound._pool._idle == {}

    play(test, **config)


def test_an_alias_beyond_ascii_costs_only_itself_where_it_cannot_be_said() -> None:
    async def test(harbour: Harbour) -> None:
        said = [b"220 hi\r\n", EHLO + b"8BITMIME\r\n", *[b"250 ok\r\n"] * 2, b"354 go\r\n"]
        harbour.hosts.script(ONE, *said, *[b"250 ok\r\n"] * 3)
        assert await harbour.ends("用户@beta.test", "bob@beta.test") == [
            "failed 553",
            "relayed 250",
        ]

    play(test)


def test_an_alias_beyond_ascii_is_said_where_it_can_be() -> None:
    async def test(harbour: Harbour) -> None:
        remote = RecordingHandler()
        harbour.hosts.serve(ONE, remote)
        assert await harbour.ends("用户@beta.test", "bob@beta.test") == ["relayed 250"] * 2
        assert remote.letters[0].recipients == ("用户@beta.test", "bob@beta.test")

    play(test)


@pytest.mark.parametrize(
    ("more", "end"),
    [
        ({"smtputf8": True, "sender": "用户@alpha.test"}, "failed 553"),
        ({"body": "BINARYMIME"}, "failed 554"),
        ({"body": "8BITMIME"}, "relayed 250"),
        ({"ret": "HDRS", "envid": "x y"}, "relayed 250"),
    ],
)
def test_a_host_with_few_extensions_gets_what_it_can_carry(more: dict[str, Any], end: str) -> None:
    async def test(harbour: Harbour) -> None:
        said = [b"220 hi\r\n", EHLO + b"HELP\r\n", *[b"250 ok\r\n"] * 2, b"354 go\r\n"]
        harbour.hosts.script(ONE, *said, *[b"250 ok\r\n"] * 3)
        (ended,) = await harbour.ends("bob@beta.test", **more)
        assert ended == end

    play(test)


@pytest.mark.parametrize("address", ["x@foo_bar.test", "a b@x.test", "x@", "@x.test", "a@b@c"])
def test_an_address_that_smtp_cannot_say_fails_alone(address: str) -> None:
    async def test(harbour: Harbour) -> None:
        harbour.hosts.serve(ONE, RecordingHandler())
        assert await harbour.ends(address, "bob@beta.test") == ["failed 553", "relayed 250"]
        assert await harbour.ends(address) == ["failed 553"]

    play(test)


def test_an_original_recipient_that_became_too_long_is_left_out() -> None:
    async def test(harbour: Harbour) -> None:
        harbour.hosts.serve(ONE, RecordingHandler())
        long = Recipient("bob@beta.test", frozenset(), "utf-8;" + "用" * 90 + "@x")
        assert await harbour.ends(long) == ["relayed 250"]  # type: ignore[arg-type]

    play(test)


def test_the_next_host_says_whether_it_reports_success_itself() -> None:
    async def test(harbour: Harbour) -> None:
        harbour.hosts.serve(ONE, RecordingHandler())
        (report,) = await harbour.send("bob@beta.test")
        assert report.dsn_passed

    play(test)

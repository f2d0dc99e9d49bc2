"""A question to an inner host: its answer about the recipient, or that nobody can be asked."""

from __future__ import annotations

import pytest

from postroad.border.outbound.service import CANNOT_ASK
from postroad.testing.harbour import ONE, TWO, Harbour, play
from postroad.testing.smtp import RecordingHandler

EHLO = b"250-inner.test\r\n250 "
HELLO = (b"220 hi\r\n", EHLO + b"SMTPUTF8\r\n")


async def ask(harbour: Harbour, recipient: str = "pat@beta.test", route: str = "beta.test") -> str:
    return str(await harbour.outbound.ask(route, recipient))


def test_the_inner_host_answers_in_its_own_words_and_gets_no_message() -> None:
    async def test(harbour: Harbour) -> None:
        inner = RecordingHandler(unknown=["no@beta.test"])
        harbour.hosts.serve(ONE, inner)
        assert (await ask(harbour)).startswith("250")
        assert await ask(harbour, "no@beta.test") == "550 5.1.1 No such mailbox"
        assert inner.letters == [] and "mail" in inner.log

    play(test)


def test_questions_and_messages_share_connections() -> None:
    async def test(harbour: Harbour) -> None:
        inner = RecordingHandler()
        harbour.hosts.serve(ONE, inner)
        await ask(harbour)
        assert await harbour.ends("pat@beta.test") == ["relayed 250"]
        await ask(harbour)
        assert harbour.hosts.dialled == [ONE] and len(inner.letters) == 1

    play(test)


@pytest.mark.parametrize(
    "script",
    [
        [b"554 no service\r\n"],
        [b"421 busy\r\n"],
        [b"nonsense\r\n"],
        [b"220 hi\r\n", b"550 I do not know you\r\n", b"550 no\r\n"],
        [*HELLO, b"550 5.7.1 no null sender here\r\n", b"250 reset\r\n"],
        [*HELLO, b"421 leaving\r\n"],
        [*HELLO, b"250 ok\r\n", b"421 leaving\r\n"],
        [*HELLO, b"250 ok\r\n"],
        [*HELLO, b"250 ok\r\n", b"354 what?\r\n"],
    ],
)
def test_trouble_with_the_host_is_no_judgement_of_the_recipient(script: list[bytes]) -> None:
    async def test(harbour: Harbour) -> None:
        harbour.hosts.script(ONE, *script)
        assert await ask(harbour) == str(CANNOT_ASK)

    play(test)


@pytest.mark.parametrize("route", ["null.test", "nowhere.test", "gone.test", "dead.test"])
def test_nor_is_trouble_with_the_dns(route: str) -> None:
    async def test(harbour: Harbour) -> None:
        assert await ask(harbour, route=route) == str(CANNOT_ASK)

    play(test)


def test_the_stranger_who_asked_does_not_learn_what_is_inside() -> None:
    assert "127." not in str(CANNOT_ASK) and CANNOT_ASK.code == 451


def test_a_second_host_is_asked_when_the_first_is_down() -> None:
    async def test(harbour: Harbour) -> None:
        harbour.hosts.script(ONE, *HELLO, b"421 leaving\r\n")
        harbour.hosts.serve(TWO, RecordingHandler())
        assert (await ask(harbour)).startswith("250")

    play(test)


@pytest.mark.parametrize("farewell", [[], [b"421 4.4.2 idle\r\n"]])
def test_a_kept_connection_that_went_stale_is_replaced(farewell: list[bytes]) -> None:
    async def test(harbour: Harbour) -> None:
        harbour.hosts.script(ONE, *HELLO, *[b"250 ok\r\n"] * 3, *farewell)
        harbour.hosts.serve(ONE, RecordingHandler(unknown=["no@beta.test"]))
        assert (await ask(harbour)).startswith("250")
        assert (await ask(harbour, "no@beta.test")).startswith("550 5.1.1")
        assert harbour.hosts.dialled == [ONE, ONE]

    play(test)


def test_an_address_beyond_ascii_is_asked_about_as_such() -> None:
    async def test(harbour: Harbour) -> None:
        harbour.hosts.serve(ONE, RecordingHandler())
        assert (await ask(harbour, "用户@beta.test")).startswith("250")

    play(test)


def test_where_it_cannot_be_said_nobody_has_that_name() -> None:
    async def test(harbour: Harbour) -> None:
        harbour.hosts.script(ONE, b"220 hi\r\n", EHLO + b"HELP\r\n", *[b"250 ok\r\n"] * 3)
        assert (await ask(harbour, "用户@beta.test")).startswith("553 5.6.7")
        assert (await ask(harbour)).startswith("250")

    play(test)

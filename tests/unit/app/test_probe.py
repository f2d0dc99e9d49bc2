"""The six steps towards an address: each line shown with its meaning, each end a verdict."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import pytest

from postroad.app.cli._meaning import Meanings
from postroad.app.cli._walk import Line, Question, Verdict, Walked, Wire, walk
from postroad.net import ConnectFailed
from postroad.net.tls import TlsUpgrade
from postroad.protocols.smtp import BaseHandler, MailFrom, RcptTo, Reply, ServerConfig, serve
from postroad.testing import pipe_pair
from postroad.testing.resolver import ZoneResolver

ZONE = """
beta.test       MX   10 dead.beta.test
beta.test       MX   20 mx.beta.test
dead.beta.test  A    127.0.0.9
mx.beta.test    A    127.0.0.1
plain.test      A    127.0.0.1
null.test       MX   0 .
mute.test       FAIL
empty.test      TXT  "nothing else"
"""

Walk = Callable[..., Walked]


class Beta(BaseHandler):
    """bob is here, carol is full, everybody else is unknown; who says `spam` is not welcome."""

    def __init__(self) -> None:
        self.said: list[str] = []

    async def mail(self, event: MailFrom) -> Reply | None:
        self.said.append(f"MAIL {event.reverse_path}")
        spam = event.reverse_path.startswith("spam@")
        return Reply(550, "5.7.1", ("Go away",)) if spam else None

    async def rcpt(self, event: RcptTo) -> Reply | None:
        self.said.append(f"RCPT {event.address}")
        if event.address == "bob@beta.test":
            return None
        if event.address == "carol@beta.test":
            return Reply(452, "4.2.2", ("Mailbox full",))
        return Reply(550, "5.1.1", ("No such mailbox",))

    async def data_start(self) -> Reply | None:
        raise AssertionError("the probe must never send DATA")


@pytest.fixture
def beta() -> Beta:
    return Beta()


@pytest.fixture
def ask(beta: Beta) -> Walk:
    """Walk towards an address; only 127.0.0.1 has a server, which is beta's."""

    def asked(address: str, *, starttls: bool = False, **options: object) -> Walked:
        config = ServerConfig(hostname="mx.beta.test", offers_starttls=starttls)

        async def reach(host: str, port: int, _: TlsUpgrade) -> Wire:
            if host != "127.0.0.1":
                raise ConnectFailed(f"{host}:{port}: Connection refused")
            client, server = pipe_pair()
            serving.append(asyncio.create_task(serve(server, config, beta, time.monotonic, str)))
            return client

        serving: list[asyncio.Task[None]] = []
        question = Question(address=address, **options)  # type: ignore[arg-type]
        return asyncio.run(walk(question, ZoneResolver(ZONE), open_stream=reach))

    return asked


def lines(walked: Walked, step: str) -> list[Line]:
    return [line for one in walked.steps if one.name == step for line in one.lines]


def test_an_address_that_is_there_is_accepted_in_six_steps(ask: Walk, beta: Beta) -> None:
    walked = ask("bob@beta.test")
    assert walked.verdict is Verdict.ACCEPTED
    assert [one.name for one in walked.steps] == ["mx", "connect", "ehlo", "mail", "rcpt", "quit"]
    assert beta.said == ["MAIL ", "RCPT bob@beta.test"]


def test_every_line_that_was_exchanged_is_shown(ask: Walk) -> None:
    walked = ask("bob@beta.test", hello="probe.example.org")
    said = [line.text for one in walked.steps for line in one.lines if line.direction == ">"]
    assert said == ["EHLO probe.example.org", "MAIL FROM:<>", "RCPT TO:<bob@beta.test>", "QUIT"]
    heard = [line.text[:3] for one in walked.steps for line in one.lines if line.direction == "<"]
    assert heard[0] == "220" and heard[-1] == "221" and heard.count("250") > 8


def test_every_line_means_something(ask: Walk) -> None:
    walked = ask("bob@beta.test", starttls=True)
    silent = [x.text for one in walked.steps for x in one.lines if not x.meaning]
    assert silent == ["beta.test MX 20 mx.beta.test"]  # explained on the line before


def test_exchangers_are_tried_in_their_order(ask: Walk) -> None:
    walked = ask("bob@beta.test")
    assert [line.text.split()[2] for line in lines(walked, "mx")] == ["10", "20"]
    texts = [line.text for line in lines(walked, "connect")]
    assert texts[1] == "127.0.0.9:25: Connection refused" and texts[-1] == "127.0.0.1:25"


def test_the_rest_is_encrypted_when_the_server_offers_it(ask: Walk) -> None:
    texts = [line.text for line in lines(ask("bob@beta.test", starttls=True), "ehlo")]
    assert texts.count("EHLO [127.0.0.2]") == 2 and "STARTTLS" in texts


@pytest.mark.parametrize(
    ("address", "options", "verdict", "meaning"),
    [
        ("nobody@beta.test", {}, Verdict.REFUSED, "nobody has this address"),
        ("carol@beta.test", {}, Verdict.LATER, "the mailbox is full"),
        ("bob@beta.test", {"sender": "spam@x.test"}, Verdict.REFUSED, "it does not let us send"),
        ("x@null.test", {}, Verdict.REFUSED, "the null MX: this domain says that it takes no mai"),
        ("x@missing.test", {}, Verdict.REFUSED, "the domain does not exist"),
        ("x@mute.test", {}, Verdict.LATER, "DNS gives no answer now"),
        ("x@empty.test", {}, Verdict.UNREACHABLE, "the host has no address"),
        ("x@plain.test", {}, Verdict.REFUSED, "no MX record: the domain's own address is tried"),
        ("x@[127.0.0.9]", {}, Verdict.UNREACHABLE, "nobody answers here"),
        ("bob@beta.test", {"host": "127.0.0.9"}, Verdict.UNREACHABLE, "you named the host"),
        ("bob@beta.test", {"host": "mx.beta.test"}, Verdict.ACCEPTED, "it takes mail for this ad"),
        ("böb@beta.test", {}, Verdict.REFUSED, "nobody has this address"),
    ],
)
def test_every_end_is_a_verdict_with_its_reason(
    ask: Walk, address: str, options: dict[str, str], verdict: Verdict, meaning: str
) -> None:
    walked = ask(address, **options)
    assert walked.verdict is verdict
    assert any(meaning in line.meaning for one in walked.steps for line in one.lines)


@pytest.mark.parametrize(
    "garbage", [b"", b"SSH-2.0-OpenSSH\r\n", b"554 5.7.1 Not you\r\n", b"421 "]
)
def test_whatever_the_server_says_ends_in_a_verdict(garbage: bytes) -> None:
    async def reach(*_: object) -> Wire:
        client, server = pipe_pair()
        await server.write(garbage, 1)
        await server.close()
        return client

    question = Question(address="bob@beta.test")
    walked = asyncio.run(walk(question, ZoneResolver(ZONE), open_stream=reach))
    assert walked.verdict is (Verdict.REFUSED if b"554" in garbage else Verdict.LATER)


@pytest.mark.parametrize(
    ("dialogue", "meaning"),
    [
        (["> EHLO x", "< 250-mx", "< 250-SIZE 99"], "the largest message it takes"),
        (["> EHLO x", "< 250-mx", "< 250-XCLIENT A"], "an extension that Postroad does not use"),
        (["> RCPT TO:<a@b.c>", "< 550 5.1.1 no"], "no: a message would come back at once; nobody"),
        (["> RCPT TO:<a@b.c>", "< 550 no"], "no: a message would come back at once"),
        (["> RCPT TO:<a@b.c>", "< 451 4.7.1 later"], "not now: a message would wait and be tried"),
        (["> MAIL FROM:<a@b.c>"], "where a failure would be reported"),
        (["< 220-one", "< 220 two"], ""),
        (["< garbage"], ""),
    ],
)
def test_a_line_means_what_it_answers(dialogue: list[str], meaning: str) -> None:
    meanings = Meanings()
    *_, last = [meanings.of(line[0], line[2:]) for line in dialogue]
    assert last.startswith(meaning) if meaning else last == ""

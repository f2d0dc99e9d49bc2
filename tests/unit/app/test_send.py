"""A message from the command line reaches a real server whole, or a sentence says why not."""

from __future__ import annotations

import asyncio
import datetime
import io
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

import pytest

from postroad.app.cli._exit import Exit
from postroad.lab.authority import Authority, CertificateFiles
from postroad.message import scan, shown_text
from postroad.net import ServerTls, Stream
from postroad.protocols.smtp import Mode, ServerConfig, serve
from postroad.testing.smtp import RecordingHandler

Call = Callable[..., tuple[int, str, str]]
ALICE, BOB = "alice@alpha.test", "bob@beta.test"


CONFIG = ServerConfig(
    hostname="mail.alpha.test",
    mode=Mode.SUBMISSION,
    offers_starttls=True,
    auth_mechanisms=("SCRAM-SHA-256", "PLAIN"),
)


@dataclass
class Relay:
    """A submission server on loopback in a thread of its own."""

    port: int
    handler: RecordingHandler
    ca: Path

    @property
    def only(self) -> bytes:
        """The one message that arrived."""
        (letter,) = self.handler.letters
        return letter.body


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ServerTls]:
    base = tmp_path_factory.mktemp("tls")
    now = datetime.datetime.now(datetime.UTC)
    files = CertificateFiles(base / "s.pem", base / "s.key")
    Authority.open(base, now).issue(files, ["mail.alpha.test", "127.0.0.1"], now)
    return base / "ca.pem", ServerTls(files.certificate, files.key)


@pytest.fixture
def relay(certificate: tuple[Path, ServerTls]) -> Iterator[Relay]:
    ca, tls = certificate
    passwords = {ALICE: "postroad"}
    handler = RecordingHandler(unknown={"nobody@beta.test"}, passwords=passwords)
    port: Future[int] = Future()
    stop: Future[Callable[[], object]] = Future()

    async def run() -> None:
        loop, stopped = asyncio.get_running_loop(), asyncio.Event()
        stop.set_result(lambda: loop.call_soon_threadsafe(stopped.set))
        async with asyncio.TaskGroup() as conversations:

            def accept(stream: Stream) -> None:
                talk = serve(stream, CONFIG, handler, time.monotonic, lambda: "nonce")
                conversations.create_task(talk)

            server = await loop.create_server(lambda: Stream(tls, accept), "127.0.0.1")
            port.set_result(server.sockets[0].getsockname()[1])
            await stopped.wait()
            server.close()

    thread = threading.Thread(target=asyncio.run, args=(run(),))
    thread.start()
    yield Relay(port.result(5), handler, ca)
    stop.result()()
    thread.join()


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Put text on standard input."""

    def put(text: str) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))

    return put


@pytest.fixture
def submit(call: Call, relay: Relay, typed: Callable[[str], None]) -> Call:
    """`postroad send` as alice, with her password on standard input."""

    def as_alice(*arguments: str, password: str = "postroad") -> tuple[int, str, str]:
        typed(f"{password}\n")
        where = ("--server", f"127.0.0.1:{relay.port}", "--ca-file", str(relay.ca))
        return call("send", *where, "--user", ALICE, "--password-stdin", *arguments)

    return as_alice


LETTER = (
    "--from",
    f"Алиса <{ALICE}>",
    "--to",
    f"Bob <{BOB}>",
    "--subject",
    "你好",
    "--text",
    "Hi, 鲍勃",
)


def test_a_composed_message_arrives_as_it_was_meant(submit: Call, relay: Relay) -> None:
    code, out, err = submit(*LETTER)
    assert (code, err) == (0, "")
    assert out == f"{BOB}: taken by 127.0.0.1:{relay.port}: 250 2.0.0 Message accepted\n"
    message = scan(relay.only)
    fields = {one.key: one.text for one in message.headers}
    assert fields["subject"] == "你好" and fields["from"] == f"Алиса <{ALICE}>"
    assert shown_text(message).strip() == "Hi, 鲍勃"


def test_the_dialogue_is_shown_without_the_password(submit: Call) -> None:
    _, _, err = submit(*LETTER, "--verbose")
    assert "> STARTTLS\n" in err and "> AUTH SCRAM-SHA-256 …\n" in err
    assert "postroad" not in err


def test_attachments_and_blind_copies_go_where_they_should(
    submit: Call, relay: Relay, tmp_path: Path
) -> None:
    (tmp_path / "图.png").write_bytes(b"\x89PNG\n")
    code, _, _ = submit(*LETTER, "--bcc", "eve@beta.test", "--attach", str(tmp_path / "图.png"))
    (letter,) = relay.handler.letters
    assert code == 0 and letter.recipients == (BOB, "eve@beta.test")
    assert b"image/png" in letter.body and b"eve@" not in letter.body


def test_a_ready_file_is_sent_as_it_is_but_for_bcc(
    submit: Call, relay: Relay, tmp_path: Path
) -> None:
    file = tmp_path / "m.eml"
    file.write_bytes(
        f"From: {ALICE}\nTo: {BOB}\nBcc: eve@beta.test\n\n.dots\nand \xe9\n".encode("latin-1")
    )
    code, _, _ = submit("--file", str(file))
    (letter,) = relay.handler.letters
    assert code == 0 and letter.recipients == (BOB, "eve@beta.test")
    assert letter.body == f"From: {ALICE}\r\nTo: {BOB}\r\n\r\n.dots\r\nand \xe9\r\n".encode(
        "latin-1"
    )


def test_text_may_come_from_standard_input(
    call: Call, relay: Relay, typed: Callable[[str], None]
) -> None:
    typed("line one\nline two\n")
    where = ("--server", f"127.0.0.1:{relay.port}", "--tls", "never")
    code, out, _ = call("send", *where, "--from", ALICE, "--to", BOB)
    assert code == Exit.NO and out.startswith(f"{BOB}: not taken by") and "530 5.7.0" in out


def test_one_refused_recipient_does_not_stop_the_others(submit: Call, relay: Relay) -> None:
    code, out, _ = submit(*LETTER, "--to", "nobody@beta.test")
    first, second = out.splitlines()
    assert code == Exit.NO and "550 5.1.1" in second
    assert first.startswith(f"{BOB}: taken") and len(relay.handler.letters) == 1


def test_a_wrong_password_is_said_to_be_one(submit: Call, relay: Relay) -> None:
    code, out, err = submit(*LETTER, password="wrong")
    assert (code, out) == (Exit.DENIED, "") and "did not let alice@alpha.test in: 535" in err
    assert "wrong" not in err and relay.handler.letters == []


def test_a_certificate_nobody_vouches_for_is_not_believed(
    call: Call, relay: Relay, typed: Callable[[str], None]
) -> None:
    typed("postroad\n")
    where = ("--server", f"127.0.0.1:{relay.port}", "--user", ALICE, "--password-stdin")
    code, _, err = call("send", *where, *LETTER)
    assert code == Exit.UNAVAILABLE and "did not agree on TLS" in err
    assert not any(one.startswith("mail") for one in relay.handler.log)


def test_a_password_is_not_sent_in_clear(submit: Call, relay: Relay) -> None:
    code, _, err = submit(*LETTER, "--tls", "never")
    assert code == Exit.DENIED and "offers no way to log in" in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--from", ALICE, "--text", "x"], "Nobody is to receive this"),
        (["--to", BOB, "--text", "x"], "Nobody sends this"),
        (["--from", "alice", "--to", BOB, "--text", "x"], "Nobody sends this"),
        (["--from", ALICE, "--to", "bob", "--text", "x"], "bob is not an address"),
        (["--from", ALICE, "--to", BOB], "Standard input cannot be both"),
        (["--file", __file__, "--text", "x"], "--file is a whole message; --text cannot be"),
        (
            ["--from", ALICE, "--to", BOB, "--text", "x", "--subject", "a\r\nBcc: x"],
            "The message c",
        ),
        (["--file", "/does/not/exist"], "--file cannot be used"),
    ],
)
def test_what_cannot_be_a_message_is_refused_in_a_sentence(
    submit: Call, relay: Relay, arguments: list[str], said: str
) -> None:
    code, out, err = submit(*arguments)
    assert (code, out) == (Exit.USAGE, "") and err.startswith(f"postroad: {said}")
    assert relay.handler.log == []


def test_nobody_listening_is_said_so(call: Call) -> None:
    code, _, err = call("send", "--server", "127.0.0.1:1", *LETTER)
    assert code == Exit.UNAVAILABLE and "127.0.0.1 cannot be reached" in err

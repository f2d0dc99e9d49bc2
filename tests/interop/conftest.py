"""A real Postroad for strangers to talk to, and the rule for strangers that are not installed."""

from __future__ import annotations

import datetime
import itertools
import os
import poplib
import re
import shutil
import smtplib
import ssl
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from postroad.lab.authority import Authority, CertificateFiles
from postroad.testing.process import ServerProcess, free_port, wait_for

DOMAIN = "example.test"
HOSTNAME = "mail.example.test"
ANN, BEN = f"ann@{DOMAIN}", f"ben@{DOMAIN}"
PASSWORD = "correct horse battery"
SERVICES = ("smtp", "submission", "submissions", "lmtp", "imap", "imaps", "pop3", "pop3s")


@dataclass(frozen=True)
class House:
    """One Postroad with two people, all its services on loopback, and where its certificate is."""

    server: ServerProcess
    authority: Path
    ports: dict[str, int]

    def trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.authority))

    def submit(
        self, message: bytes, *people: str, options: Sequence[str] = ("BODY=8BITMIME",)
    ) -> None:
        """Ann sends `message` to `people`."""
        port = self.ports["submissions"]
        with smtplib.SMTP_SSL("127.0.0.1", port, context=self.trust()) as client:
            client.login(ANN, PASSWORD)
            assert client.sendmail(ANN, list(people), message, list(options)) == {}

    def take_mail(self, address: str, count: int = 1) -> list[bytes]:
        """Wait for `count` messages of `address`, return them as stored, and delete them."""

        def take() -> list[bytes]:
            box = poplib.POP3_SSL("127.0.0.1", self.ports["pop3s"], context=self.trust())
            box.user(address)
            box.pass_(PASSWORD)
            waiting = box.stat()[0]
            if waiting < count:
                box.quit()
                return []
            letters = [
                b"\r\n".join(box.retr(number)[1]) + b"\r\n" for number in range(1, waiting + 1)
            ]
            for number in range(1, waiting + 1):
                box.dele(number)
            box.quit()
            return letters

        letters = wait_for(take)
        assert len(letters) == count
        return letters


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def require(*programs: str) -> None:
    """Skip without these programs; in CI their absence is a failure."""
    missing = [one for one in programs if shutil.which(one) is None]
    if missing and os.environ.get("CI") == "true":
        pytest.fail(f"not installed: {', '.join(missing)} (tests/debian-packages.txt names all)")
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")


@pytest.fixture(scope="session")
def needs() -> Callable[..., None]:
    return require


@pytest.fixture
def password() -> str:
    return PASSWORD


@pytest.fixture(scope="session")
def authority_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("authority")


@pytest.fixture(scope="session")
def authority(authority_folder: Path) -> Authority:
    """The authority that all certificates of these tests come from."""
    return Authority.open(authority_folder, now())


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of a server that has Ann and Ben, made once and copied for each house."""
    folder = tmp_path_factory.mktemp("furnished")
    listen = '[listen]\nsmtp = ["127.0.0.1:2525"]\n'
    server = ServerProcess(folder, f'hostname = "{HOSTNAME}"\ndata = "data"\n{listen}')
    server.add_people(DOMAIN, [ANN, BEN], PASSWORD)
    return folder / "data"


@pytest.fixture(scope="session")
def build(
    authority: Authority, authority_folder: Path, furnished: Path
) -> Callable[[Path, str], House]:
    """Lays out a house in a folder, with some further configuration; it is not started."""

    def make(folder: Path, further: str = "") -> House:
        files = CertificateFiles(folder / "mail.crt", folder / "mail.key")
        authority.issue(files, [HOSTNAME, "127.0.0.1"], now())
        ports = {service: free_port() for service in SERVICES}
        listen = "".join(f'{name} = ["127.0.0.1:{port}"]\n' for name, port in ports.items())
        server = ServerProcess(
            folder / "server",
            f'hostname = "{HOSTNAME}"\ndata = "data"\n[listen]\n{listen}'
            f'[tls]\ncertificate = "{files.certificate}"\nkey = "{files.key}"\n'
            f'[net]\nnameservers = ["127.0.0.1:1"]\n{further}',
        )
        shutil.copytree(furnished, folder / "server" / "data")
        return House(server, authority_folder / "ca.pem", ports)

    return make


@pytest.fixture(scope="session")
def house(
    tmp_path_factory: pytest.TempPathFactory, build: Callable[[Path], House]
) -> Iterator[House]:
    made = build(tmp_path_factory.mktemp("house"))
    with made.server:
        yield made


_numbers = itertools.count(1)


@pytest.fixture
def letter() -> Callable[..., bytes]:
    """Makes messages whose bytes are easily spoilt: dots, 8-bit, trailing blanks, empty lines."""

    def make(sender: str = "stranger@far.test", to: str = ANN) -> bytes:
        number = next(_numbers)
        return (
            f"From: Stranger <{sender}>\r\nTo: <{to}>\r\n"
            "Subject: =?utf-8?B?6YKu5Lu2?= from another program\r\n"
            "Date: Mon, 23 Nov 2026 12:00:00 +0000\r\n"
            f"Message-ID: <interop.{number}@far.test>\r\n"
            "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
            "Content-Transfer-Encoding: 8bit\r\n\r\n"
            ".\r\n..\r\n.a line that begins with a dot\r\ntrailing blanks   \r\n\ttab\r\n"
            "八位字节 ünd naïve\r\n\r\n\r\nFrom the start of a line\r\n" + "x" * 900 + "\r\nend\r\n"
        ).encode()

    return make


@pytest.fixture
def run() -> Callable[..., subprocess.CompletedProcess[bytes]]:
    """Runs a stranger's program without an environment of ours, at most 60 s."""

    def go(
        command: Sequence[str | Path], stdin: bytes = b"", expect: int | None = 0
    ) -> subprocess.CompletedProcess[bytes]:
        done = subprocess.run(
            [str(word) for word in command],
            input=stdin,
            capture_output=True,
            timeout=60,
            check=False,
        )
        words = (done.stdout + done.stderr).decode(errors="replace")
        assert expect is None or done.returncode == expect, words
        return done

    return go


RECEIVED = re.compile(
    rb"from (?P<helo>\S+) \((?P<peer>[^)]*)\)(?: \(using (?P<tls>[^)]*)\))?"
    rb" by (?P<by>\S+) \(Postroad\) with (?P<with>\w+)"
    rb".*?id (?P<id>[0-9a-z]{20}).*?; (?P<date>.+)$",
    re.DOTALL,
)


def stamps(message: bytes) -> list[re.Match[bytes]]:
    """The Received lines from the newest down, each taken apart; one of ours must fit the form."""
    header = message.partition(b"\r\n\r\n")[0]
    lines = re.sub(rb"\r\n(?=[ \t])", b"", header).split(b"\r\n")
    values = [line[10:] for line in lines if line.startswith(b"Received: ")]
    found = [RECEIVED.match(value) for value in values]
    assert all(found), values
    return [one for one in found if one]


@pytest.fixture
def trail() -> Callable[[bytes], list[re.Match[bytes]]]:
    return stamps


@pytest.fixture
def arrived(house: House) -> Callable[..., bytes]:
    """Asserts that exactly these bytes came for somebody, below the header lines of ours."""

    def check(sent: bytes, to: str = ANN, reverse_path: str = "stranger@far.test") -> bytes:
        (stored,) = house.take_mail(to)
        assert stored.endswith(sent), f"sent {sent!r}\n\nstored {stored!r}"
        added = stored.removesuffix(sent)
        assert added.startswith(f"Return-Path: <{reverse_path}>\r\n".encode())
        assert added.endswith(b"\r\n")
        return stored

    return check

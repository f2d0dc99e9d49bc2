"""A whole server as a process, and a client that may misbehave: raw bytes out, replies in."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import apsw
import pytest

from postroad.testing.process import ServerProcess, free_port

ANN = "ann@example.test"


class Talk:
    """A raw SMTP client on a socket."""

    ENVELOPE = (
        b"EHLO rude.test\r\n",
        b"MAIL FROM:<rude@rude.test>\r\n",
        f"RCPT TO:<{ANN}>\r\n".encode(),
        b"DATA\r\n",
    )
    LETTER = b"Subject: hello\r\n\r\nA short one.\r\n.\r\n"

    def __init__(self, port: int, *, greeting: bool = True) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._unread = b""
        if greeting:
            assert self.reply().startswith(b"220 ")

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def send_softly(self, data: bytes) -> None:
        """Send, unless the server has hung up."""
        with suppress(ConnectionError):
            self.socket.sendall(data)

    def reply(self) -> bytes:
        """The next reply, all its lines; b"" when the server closed the connection."""
        lines = b""
        while True:
            line, found, rest = self._unread.partition(b"\r\n")
            if found:
                self._unread = rest
                lines += line + found
                if line[3:4] != b"-":
                    return lines
                continue
            try:
                more = self.socket.recv(65536)
            except ConnectionError:
                more = b""
            if not more:
                return b""
            self._unread += more

    def say(self, data: bytes) -> bytes:
        """Send, and return the reply."""
        self.send(data)
        return self.reply()

    def begin(self, *commands: bytes) -> bytes:
        """Go through an envelope up to the last reply, which is returned."""
        last = b""
        for command in commands or self.ENVELOPE:
            last = self.say(command)
        return last

    def deliver(self, message: bytes = b"") -> bytes:
        """Send one message with an envelope; the reply to it, or the first refusal."""
        last = self.begin()
        return self.say(message or self.LETTER) if last.startswith(b"354") else last

    def close(self) -> None:
        self.socket.close()


class Post:
    """A server with one person, Ann."""

    def __init__(self, folder: Path, further: str = "") -> None:
        self.port = free_port()
        self.process = ServerProcess(
            folder,
            f'hostname = "mail.example.test"\ndata = "data"\n[listen]\n'
            f'smtp = ["127.0.0.1:{self.port}"]\n[net]\nnameservers = ["127.0.0.1:1"]\n{further}',
        )
        self.data = folder / "data"
        self._talks: list[Talk] = []

    def talk(self) -> Talk:
        """A new connection, greeted."""
        talk = Talk(self.port)
        self._talks.append(talk)
        return talk

    def hang_up(self) -> None:
        """Close what is still connected."""
        for talk in self._talks:
            talk.close()

    def stored(self) -> int:
        """How many messages are in mailboxes, as the last commit has it."""
        path = str(self.data / "postroad.db")
        with closing(apsw.Connection(path, flags=apsw.SQLITE_OPEN_READONLY)) as database:
            ((count,),) = database.execute("SELECT count(*) FROM placement")
            return int(count)


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a server with Ann's account, made once and copied for each test."""
    post = Post(tmp_path_factory.mktemp("furnished"))
    post.process.add_people("example.test", [ANN], "correct horse battery")
    return post.data


@pytest.fixture
def new_post(tmp_path: Path, furnished: Path) -> Iterator[Callable[..., Post]]:
    """Lays out a server that has Ann; further configuration may be given. It is not started."""
    made: list[Post] = []

    def make(further: str = "") -> Post:
        post = Post(tmp_path / "post", further)
        shutil.copytree(furnished, post.data)
        made.append(post)
        return post

    yield make
    for post in made:
        post.hang_up()


@pytest.fixture
def post(new_post: Callable[..., Post]) -> Iterator[Post]:
    made = new_post()
    with made.process:
        yield made

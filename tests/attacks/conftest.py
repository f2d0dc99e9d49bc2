"""A whole server as a process, on all its ports, and clients that speak to it octet by octet.

One server serves all the tests of this folder that ask for `house`; tests leave it as they found
it, but for mail. Whatever it would send to other hosts goes to `house.elsewhere`, which keeps every
octet. The server writes down each program that it starts (`house.spawned`): there should be none.
"""

from __future__ import annotations

import datetime
import os
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import apsw
import pytest

from postroad.lab.authority import Authority, CertificateFiles
from postroad.testing.process import ServerProcess, free_port

PASSWORD = "correct horse battery"
PEOPLE = ("bob@example.test", "betty@example.test")
PORTS = ("smtp", "submission", "submissions", "lmtp", "pop3", "pop3s", "imap", "imaps")
IMPLICIT = ("submissions", "pop3s", "imaps")
SECONDS = 20.0

WATCH = """
import os, sys
path = os.environ.get("SPAWNED_TO")
starts = {"subprocess.Popen", "os.exec", "os.posix_spawn", "os.system", "os.fork", "pty.spawn"}
def seen(event, arguments):
    if event in starts:
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.write(fd, f"{event}\\n".encode())
if path:
    sys.addaudithook(seen)
"""


def unverified() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


class Wire:
    """A client that sends what it is told and reads reply by reply, or IMAP line by line."""

    def __init__(self, port: int, *, tls: bool = False, source: str = "127.0.0.1") -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), SECONDS, (source, 0))
        self._unread = b""
        if tls:
            self.secure()

    def secure(self) -> None:
        """Begin TLS, whatever was said so far."""
        self.socket = unverified().wrap_socket(self.socket)

    def send(self, data: bytes) -> None:
        """Send, unless the server has hung up."""
        with suppress(OSError):
            self.socket.sendall(data)

    def reply(self) -> bytes:
        """The next reply with all its lines; what there is at the end when the server hung up."""
        lines = b""
        while True:
            line, found, rest = self._unread.partition(b"\r\n")
            if found:
                self._unread, lines = rest, lines + line + found
                if line[3:4] != b"-" or not line[:3].isdigit():
                    return lines
            elif not (more := self._more()):
                return lines
            else:
                self._unread += more

    def say(self, *commands: bytes) -> bytes:
        """Send each with a CRLF and read its reply; the last one is returned."""
        last = b""
        for command in commands:
            self.send(command + b"\r\n")
            last = self.reply()
        return last

    def rest(self) -> bytes:
        """All that comes until the server hangs up."""
        while more := self._more():
            self._unread += more
        return self._unread

    def _more(self) -> bytes:
        try:
            return self.socket.recv(65536)
        except (ConnectionError, ssl.SSLError):
            return b""

    def close(self) -> None:
        self.socket.close()


class Elsewhere:
    """The rest of the world: takes everything and keeps each octet that it was sent."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self.heard: list[bytes] = []
        self.refuse = b""  # the reply to RCPT, when not empty
        threading.Thread(target=self._accept, daemon=True).start()

    def __contains__(self, octets: bytes) -> bool:
        return any(octets in one for one in self.heard)

    def after(self, mark: bytes, end: bytes) -> bytes:
        """What one peer sent after `mark`, when `end` has come behind it; else b""."""
        for one in self.heard:
            rest = one.partition(mark)[2]
            if end in rest:
                return rest
        return b""

    def close(self) -> None:
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                peer, _ = self._listening.accept()
                self.heard.append(b"")
                threading.Thread(
                    target=self._listen, args=(peer, len(self.heard) - 1), daemon=True
                ).start()

    def _listen(self, peer: socket.socket, number: int) -> None:
        with peer, suppress(OSError), peer.makefile("rb") as lines:
            peer.sendall(b"220 elsewhere\r\n")
            in_data = False
            for line in lines:
                self.heard[number] += line
                if in_data:
                    in_data = line != b".\r\n"
                    answer = b"" if in_data else b"250 2.0.0 taken\r\n"
                elif line[:4].upper() == b"EHLO":
                    answer = b"250-elsewhere\r\n250-SMTPUTF8\r\n250 8BITMIME\r\n"
                elif line[:4].upper() == b"DATA":
                    in_data, answer = True, b"354 go on\r\n"
                else:
                    answer = (line[:4].upper() == b"RCPT" and self.refuse) or b"250 2.0.0 yes\r\n"
                if answer:
                    peer.sendall(answer)


class House:
    """The server, its ports, and what it holds."""

    def __init__(self, folder: Path) -> None:
        self.elsewhere = Elsewhere()
        self.ports = {name: free_port() for name in PORTS}
        self._spawned = folder / "spawned"
        site = folder / "site"
        site.mkdir(parents=True)
        (site / "sitecustomize.py").write_text(WATCH)
        path = os.pathsep.join(filter(None, [str(site), os.environ.get("PYTHONPATH")]))
        self.process = ServerProcess(
            folder,
            self._configuration(folder),
            {"SPAWNED_TO": str(self._spawned), "PYTHONPATH": path},
        )
        self.data = folder / "data"
        self._wires: list[Wire] = []

    def wire(self, name: str, *, greeted: bool = True, source: str = "127.0.0.1") -> Wire:
        """A connection to one of PORTS, inside TLS where that comes first."""
        wire = Wire(self.ports[name], tls=name in IMPLICIT, source=source)
        self._wires.append(wire)
        if greeted:
            wire.reply()
        return wire

    def submit(self) -> Wire:
        """A connection on which Bob has logged in to send mail."""
        wire = self.wire("submissions")
        wire.say(b"EHLO client.test")
        said = wire.say(b"AUTH PLAIN AGJvYkBleGFtcGxlLnRlc3QAY29ycmVjdCBob3JzZSBiYXR0ZXJ5")
        assert said.startswith(b"235"), said
        return wire

    def hang_up(self) -> None:
        """Close what the last test left open."""
        while self._wires:
            self._wires.pop().close()

    def query(self, sql: str, *arguments: str) -> list[tuple[object, ...]]:
        """Ask the database, as the last commit has it."""
        path = str(self.data / "postroad.db")
        with closing(apsw.Connection(path, flags=apsw.SQLITE_OPEN_READONLY)) as database:
            return list(database.execute(sql, arguments))

    def filed(self) -> int:
        """How many messages are in all mailboxes."""
        return int(str(self.query("SELECT count(*) FROM placement")[0][0]))

    def queued(self) -> int:
        """How many recipients wait."""
        return int(str(self.query("SELECT count(*) FROM queue_recipient")[0][0]))

    @property
    def spawned(self) -> str:
        """The programs that the server has started."""
        return self._spawned.read_text() if self._spawned.exists() else ""

    def _configuration(self, folder: Path) -> str:
        base = folder / "pki"
        base.mkdir()
        now = datetime.datetime.now(datetime.UTC)
        files = CertificateFiles(base / "cert.pem", base / "cert.key")
        Authority.open(base, now).issue(files, ["mail.example.test", "127.0.0.1"], now)
        listen = "".join(f'{name} = ["127.0.0.1:{port}"]\n' for name, port in self.ports.items())
        return (
            'hostname = "mail.example.test"\ndata = "data"\n'
            f'[tls]\ncertificate = "{files.certificate}"\nkey = "{files.key}"\n'
            f"[listen]\n{listen}"
            '[net]\nnameservers = ["127.0.0.1:1"]\nmax_new_per_minute = 0\n'
            f'[mta.routes]\n"*" = "127.0.0.1:{self.elsewhere.port}"\n'
        )


@pytest.fixture(scope="session")
def one_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    made = House(tmp_path_factory.mktemp("house") / "server")
    made.process.add_people("example.test", PEOPLE, PASSWORD)
    (made.process.folder / "spawned").unlink(missing_ok=True)
    with made.process:
        yield made
    made.elsewhere.close()


@pytest.fixture
def house(one_house: House) -> Iterator[House]:
    """The server; afterwards it must still be there, and what the test left open is closed."""
    yield one_house
    one_house.hang_up()
    assert one_house.process.running

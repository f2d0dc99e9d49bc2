"""The process is killed at the moments that matter: before and after a commit, at each step.

Whatever moment it is, 250 was said only for what is there after the restart, a message that comes
again is there once, and every recipient comes to an end. The server kills itself (SIGKILL) at the
first commit after the test has lit a fuse.
"""

from __future__ import annotations

import os
import socket
import threading
from contextlib import closing

import apsw
import pytest

from postroad.db.engines._connection import open_writer
from postroad.testing.process import ServerProcess, free_port, wait_for

pytestmark = pytest.mark.system

FUSE = """
import os, signal
moment, fuse = os.environ.get("KILL_MOMENT"), os.environ.get("KILL_FUSE")
if fuse:
    from postroad.db.engines import _writer
    commit = _writer.Writer._commit
    def explode():
        os.unlink(fuse)
        os.kill(os.getpid(), signal.SIGKILL)
    def fatal(self, jobs):
        if moment == "before" and os.path.exists(fuse):
            explode()
        commit(self, jobs)
        if moment == "after" and os.path.exists(fuse):
            explode()
    _writer.Writer._commit = fatal
"""
MOMENTS = ["before", "after"]
SMALL = b"Message-ID: <1@rude.test>\r\nSubject: once\r\n\r\nshort\r\n.\r\n"
LARGE = SMALL.replace(b"short", b"and so on and on\r\n" * 20_000)


class NextHost:
    """Takes every message, or refuses all recipients; lights the fuse when told to."""

    def __init__(self, reply=b"250 2.1.5 yes\r\n"):
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self.reply, self.ends, self.on_end = reply, 0, None
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self._listening.close()

    def _accept(self):
        try:
            while True:
                peer, _ = self._listening.accept()
                threading.Thread(target=self._listen, args=(peer,), daemon=True).start()
        except OSError:
            return

    def _listen(self, peer):
        with peer, peer.makefile("rwb", buffering=0) as stream:
            stream.write(b"220 next\r\n")
            in_data = False
            for line in stream:
                verb = line[:4].upper()
                if in_data and line != b".\r\n":
                    continue
                if in_data or (verb == b"RCPT" and self.reply[:1] == b"5"):
                    self.ends += 1
                    if self.on_end:
                        self.on_end()
                answer = self.reply if verb == b"RCPT" else b"250 2.0.0 yes\r\n"
                in_data = verb == b"DATA"
                stream.write(b"354 go on\r\n" if in_data else answer)


class Bomb:
    """A server that can be made to kill itself."""

    def __init__(self, new_post, folder, moment, further=""):
        self.post = new_post(further)
        site = folder / "site"
        site.mkdir()
        (site / "sitecustomize.py").write_text(FUSE)
        self.fuse = folder / "fuse"
        old = self.post.process
        path = os.pathsep.join(filter(None, [str(site), os.environ.get("PYTHONPATH")]))
        environment = {"KILL_MOMENT": moment, "KILL_FUSE": str(self.fuse), "PYTHONPATH": path}
        self.process = ServerProcess(old.folder, old.config.read_text(), environment)

    def light(self):
        self.fuse.touch()

    def until_it_went_off(self):
        wait_for(lambda: not self.process.running)
        assert self.process.wait() == -9

    def rows(self, sql):
        path = str(self.post.data / "postroad.db")
        with closing(apsw.Connection(path, flags=apsw.SQLITE_OPEN_READONLY)) as database:
            return list(database.execute(sql))

    def dangling(self):
        """Blobs that something refers to and that are not there, or not to be read."""
        named = self.rows("SELECT file FROM blob WHERE file IS NOT NULL")
        gone = [name for (name,) in named if not (self.post.data / "blobs" / name).exists()]
        sought = "SELECT blob FROM email UNION SELECT blob FROM queue_message"
        lost = self.rows(f"SELECT 1 FROM ({sought}) WHERE blob NOT IN (SELECT id FROM blob)")
        return gone + lost


@pytest.fixture
def next_host():
    made = NextHost()
    yield made
    made.close()


@pytest.mark.parametrize("letter", [SMALL, LARGE], ids=["inline", "file"])
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_message_is_there_once_when_its_250_is_lost(new_post, tmp_path, moment, letter):
    bomb = Bomb(new_post, tmp_path, moment)
    with bomb.process:
        talk = bomb.post.talk()
        talk.begin()
        bomb.light()
        assert talk.say(letter) == b""
        bomb.until_it_went_off()
        assert bomb.post.stored() == (moment == "after")
        bomb.process.start()
        assert bomb.post.talk().deliver(letter).startswith(b"250 2.")
        assert bomb.post.stored() == 1
        assert bomb.dangling() == []


def queued_by(bomb, recipient=b"a@elsewhere.test"):
    """Give the server a message for elsewhere: over LMTP nothing is relayed, so from a friend."""
    talk = bomb.post.talk()
    talk.begin(b"EHLO friend.test\r\n", b"MAIL FROM:<ann@example.test>\r\n")
    assert talk.say(b"RCPT TO:<" + recipient + b">\r\n").startswith(b"250 ")
    assert talk.say(b"DATA\r\n").startswith(b"354 ")
    return talk.say(LARGE)


def relay(next_host):
    return (
        '[border.inbound]\nrelay_from = ["127.0.0.0/8"]\n'
        f'[mta.routes]\n"*" = "127.0.0.1:{next_host.port}"\n'
    )


@pytest.mark.parametrize("moment", MOMENTS)
def test_what_the_next_host_took_is_settled_after_a_restart(new_post, tmp_path, next_host, moment):
    bomb = Bomb(new_post, tmp_path, moment, relay(next_host))
    next_host.on_end = lambda: (bomb.light(), setattr(next_host, "on_end", None))
    with bomb.process:
        assert queued_by(bomb).startswith(b"250 2.")
        bomb.until_it_went_off()
        assert bomb.dangling() == []
        bomb.process.start()
        wait_for(lambda: not bomb.rows("SELECT 1 FROM queue_message"))
        # Before the commit nobody knows that it was taken, so it goes again (RFC 5321 §6.1).
        assert next_host.ends == (2 if moment == "before" else 1)
        assert bomb.rows("SELECT refs FROM blob") == [(0,)]


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_refusal_becomes_one_notification(new_post, tmp_path, moment):
    next_host = NextHost(b"550 5.1.1 no such person\r\n")
    bomb = Bomb(new_post, tmp_path, moment, relay(next_host))
    next_host.on_end = lambda: (bomb.light(), setattr(next_host, "on_end", None))
    with closing(next_host), bomb.process:
        assert queued_by(bomb).startswith(b"250 2.")
        bomb.until_it_went_off()
        assert bomb.post.stored() == (moment == "after")
        bomb.process.start()
        wait_for(lambda: not bomb.rows("SELECT 1 FROM queue_message"))
        assert bomb.post.stored() == 1
        assert bomb.dangling() == []


@pytest.mark.parametrize("loss", ["file", "row"])
def test_a_message_whose_bytes_are_lost_still_comes_to_an_end(new_post, tmp_path, loss):
    settings = '[border.inbound]\nrelay_from = ["127.0.0.0/8"]\n[mta]\nexpire_after = 3\n'
    settings += f'retry_after = [1.0]\n[mta.routes]\n"*" = "127.0.0.1:{free_port()}"\n'
    bomb = Bomb(new_post, tmp_path, "never", settings)
    with bomb.process:
        assert queued_by(bomb).startswith(b"250 2.")
        bomb.process.kill()
        lose(bomb, loss)
        bomb.process.start()
        wait_for(lambda: not bomb.rows("SELECT 1 FROM queue_message"))
        assert bomb.post.stored() == 1  # the notification


def lose(bomb, loss):
    if loss == "file":
        for (name,) in bomb.rows("SELECT file FROM blob"):
            (bomb.post.data / "blobs" / name).unlink()
    else:
        with closing(open_writer(str(bomb.post.data / "postroad.db"))) as database:
            database.execute("DELETE FROM blob")


def test_a_second_server_on_the_same_data_is_refused(post, tmp_path):
    text = post.process.config.read_text().replace('"data"', f'"{post.data}"')
    other = ServerProcess(tmp_path / "other", text.replace(str(post.port), "0"))
    with pytest.raises(Exception, match="Another Postroad works on the data"):
        other.start()
    assert other.wait() == 69
    assert post.talk().deliver().startswith(b"250 2.")

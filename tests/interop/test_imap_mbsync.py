"""mbsync and curl as strangers: a thousand messages both ways, and flags both ways."""

from __future__ import annotations

import imaplib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

COUNT = 1_000

CONFIG = """\
IMAPAccount ann
Host 127.0.0.1
Port {port}
User {user}
Pass "{password}"
SSLType IMAPS
CertificateFile {certificate}
PipelineDepth 50

IMAPStore there
Account ann

MaildirStore here
Path {folder}/
Inbox {folder}/inbox

Channel all
Far :there:{box}
Near :here:local
Create Near
Expunge Both
Sync All
SyncState {folder}/state
"""


@pytest.fixture
def sync(
    house: Any, needs: Callable[..., None], run: Callable[..., Any], tmp_path: Path, password: str
) -> Callable[[], None]:
    """Runs mbsync between Ann's mailbox `synced` and a Maildir."""
    needs("mbsync")
    (tmp_path / "here").mkdir()
    text = CONFIG.format(
        port=house.ports["imaps"], user="ann@example.test", password=password,
        certificate=house.server.folder.parent / "mail.crt", folder=tmp_path / "here", box="synced",
    )  # fmt: skip
    (tmp_path / "mbsyncrc").write_text(text)
    return lambda: run(["mbsync", "-c", tmp_path / "mbsyncrc", "-a"])


@pytest.fixture
def synced(house: Any, password: str) -> Any:
    """Ann's mailbox of that name, new."""
    client = imaplib.IMAP4_SSL("127.0.0.1", house.ports["imaps"], ssl_context=house.trust())
    client.login("ann@example.test", password)
    client.delete("synced")
    assert client.create("synced")[0] == "OK"
    client.select("synced")
    yield client
    client.logout()


def count(client: imaplib.IMAP4, keys: str = "ALL") -> int:
    client.noop()
    return len(client.search(None, keys)[1][0].split())


def maildir(tmp_path: Path) -> list[Path]:
    box = tmp_path / "here" / "local"
    return sorted([*(box / "cur").iterdir(), *(box / "new").iterdir()])


def fill(client: Any) -> None:
    """Put COUNT messages there, a hundred by each APPEND."""
    for number in range(COUNT // 100):
        texts = [f"Subject: {number}.{one}\r\n\r\ntext\r\n".encode() for one in range(100)]
        pieces = b"".join(b" {%d+}\r\n%b" % (len(text), text) for text in texts)
        client.send(b"m%d APPEND synced%b\r\n" % (number, pieces))
        while not (said := client.readline()).startswith(b"m%d " % number):
            pass
        assert b" OK " in said


def test_a_thousand_messages_and_their_flags_go_both_ways(
    synced: Any, sync: Callable[[], None], tmp_path: Path
) -> None:
    fill(synced)
    sync()
    here = maildir(tmp_path)
    assert len(here) == COUNT
    box = tmp_path / "here" / "local"
    shutil.move(here[0], box / "cur" / (here[0].name.split(":")[0] + ":2,FS"))
    (box / "new" / "1.own.host").write_text("Subject: own\n\nmine\n")
    synced.store("500", "+FLAGS", "(\\Answered)")
    synced.store("501", "+FLAGS", "(\\Deleted)")
    sync()
    assert count(synced) == COUNT  # one came, one went
    assert count(synced, "FLAGGED SEEN") == count(synced, "SUBJECT own") == 1
    assert sum("R" in one.name.rpartition(",")[2] for one in maildir(tmp_path)) == 1


def test_curl_lists_fetches_searches_and_appends(
    house: Any,
    synced: Any,
    needs: Callable[..., None],
    run: Callable[..., Any],
    tmp_path: Path,
    password: str,
    letter: Callable[[], bytes],
) -> None:
    needs("curl")
    message = tmp_path / "letter"
    message.write_bytes(letter())
    base = ["curl", "-sS", "--cacert", house.authority, "-u", f"ann@example.test:{password}"]
    place = f"imaps://127.0.0.1:{house.ports['imaps']}/synced"
    run([*base, "-T", message, place])
    assert run([*base, f"{place};MAILINDEX=1"]).stdout == message.read_bytes()
    assert run([*base, f"{place}?SUBJECT%20program"]).stdout == b"* SEARCH 1\r\n"
    assert b"/Sent" not in run([*base, place.removesuffix("synced")]).stdout
    assert b"synced" in run([*base, place.removesuffix("synced")]).stdout

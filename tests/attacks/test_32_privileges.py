"""Attacks 32, 53, 55 and 78: nobody else on the machine reads the mail, and no name is a path."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from postroad import store
from postroad.lab.plan import Plan
from postroad.testing.database import MemoryTransaction
from postroad.testing.process import wait_for

UNIT = Path(__file__).parents[2] / "deploy" / "postroad.service"
NAMES = ["..", ".", "~", "~root", "%s", "%2e%2e", "&AC4ALg-", "&-", "C:\\x", "\u2024\u2024",
         "x" * 255, "-rf", "$(id)", "'; DROP TABLE mailbox; --", "INBOX\u200b"]  # fmt: skip
REFUSED = ["", " ", "/", "../x", "a/../b", "\0", "a\0b", "a\r\nb", "x" * 1000, "\x1b[2J"]


@pytest.mark.system
def test_32_whatever_the_server_wrote_only_its_user_can_read(house):
    wire = house.wire("smtp")
    wire.say(b"EHLO a.test", b"MAIL FROM:<a@a.test>", b"RCPT TO:<bob@example.test>", b"DATA")
    wire.send(b"Subject: large\r\n\r\n" + b"and so on\r\n" * 40_000 + b".\r\n")
    assert wire.reply().startswith(b"250 ")
    assert stat.S_IMODE(house.data.stat().st_mode) == 0o700
    files = wait_for(lambda: [file for file in house.data.rglob("*") if file.is_file()])
    assert any("blobs" in file.parts for file in files)
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_32_the_unit_gives_one_privilege_and_takes_the_others():
    lines = UNIT.read_text().splitlines()
    for wanted in ("NoNewPrivileges=yes", "CapabilityBoundingSet=CAP_NET_BIND_SERVICE",
                   "ProtectSystem=strict", "ProtectHome=yes", "UMask=0077", "User=postroad",
                   "RestrictSUIDSGID=yes", "StateDirectoryMode=0700"):  # fmt: skip
        assert wanted in lines


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> MemoryTransaction:
    monkeypatch.chdir(tmp_path)
    tx = MemoryTransaction()
    store.create_account(tx, 1, 1.0)
    return tx


@pytest.mark.parametrize("name", NAMES)
def test_53_a_mailbox_may_be_called_anything_and_is_a_row(account, name, tmp_path):
    made = store.Store().create_mailbox(account, 1, name)
    assert store.mailbox(account, 1, made.id).name == name
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", REFUSED)
def test_53_but_for_what_would_break_a_list_of_names(account, name):
    with pytest.raises(store.BadMailboxName):
        store.Store().create_mailbox(account, 1, name)


@pytest.mark.parametrize(
    "net", ["0.0", "10.0", "192.168", "127", "127.256", "128.1", "::1", "127.-1"]
)
def test_78_the_lab_with_its_known_passwords_stays_on_loopback(net):
    with pytest.raises(ValueError, match="127"):
        Plan(Path("lab"), net)

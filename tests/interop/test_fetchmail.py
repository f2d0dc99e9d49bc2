"""fetchmail, the oldest of the POP3 clients still in use."""

from __future__ import annotations

import smtplib

import pytest

pytestmark = [pytest.mark.peer, pytest.mark.system]
NOTHING_NEW = 1  # fetchmail(1), EXIT CODES


@pytest.fixture
def fetchmail(needs, house, run, password, tmp_path):
    needs("fetchmail")
    box = tmp_path / "fetched"

    def go(*options, expect=0):
        settings = tmp_path / "fetchmailrc"
        settings.write_text(
            f'poll 127.0.0.1 proto POP3 service {house.ports["pop3"]} user "ann@example.test"\n'
            f'password "{password}" sslproto "TLS1.2+" sslcertck sslcertfile {house.authority}\n'
            f'sslcommonname "mail.example.test" mda "cat >> {box}" no rewrite\n'
        )
        settings.chmod(0o600)
        command = ["fetchmail", "-f", settings, "--pidfile", tmp_path / "pid", "--nosyslog"]
        command += ["-i", tmp_path / "ids", "--invisible", *options]
        run([*command, "-vv"], expect=expect)
        return box.read_bytes() if box.exists() else b""

    return go


def send(house, message):
    with smtplib.SMTP("127.0.0.1", house.ports["smtp"]) as client:
        client.sendmail("stranger@far.test", ["ann@example.test"], message, ["BODY=8BITMIME"])


def test_fetches_after_stls_and_deletes(fetchmail, house, letter):
    sent = letter()
    send(house, sent)
    assert fetchmail().endswith(sent.replace(b"\r\n", b"\n"))
    assert fetchmail("--check", expect=NOTHING_NEW).count(b"interop") == 1


def test_leaves_what_it_is_told_to_keep(fetchmail, house, letter, arrived):
    sent = letter()
    send(house, sent)
    fetched = fetchmail("--keep", "--uidl")
    assert fetched.endswith(sent.replace(b"\r\n", b"\n"))
    fetchmail("--keep", "--uidl", expect=NOTHING_NEW)
    arrived(sent)

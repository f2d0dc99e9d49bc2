"""Postfix as the mail exchanger of evil.test, which for once is honest, inside the lab's DNS.

Postfix has no setting for a name server but /etc/resolv.conf, so its master runs in a mount
namespace where that file is another, naming the lab's DNS on port 53. Nothing outside is touched.
"""

from __future__ import annotations

import datetime
import os
import poplib
import pwd
import re
import smtplib
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from bench.postfix import Postfix, available

from postroad.lab.authority import Authority, CertificateFiles
from postroad.lab.plan import PASSWORD, POP3S, SMTP, SUBMISSION, Plan
from postroad.testing.process import wait_for

pytestmark = [pytest.mark.peer, pytest.mark.system]
ALICE, EVE = "alice@alpha.test", "eve@evil.test"
NAME_SERVER_PORT = 53  # the only one that resolv.conf(5) knows


@pytest.fixture(scope="module")
def needs_postfix(needs: Callable[..., None]) -> None:
    needs("postfix", "unshare", "setpriv")
    if os.geteuid() != 0:
        pytest.skip("Postfix's master and port 53 need root")
    assert available()


def free_net() -> str:
    """A network of loopback on which no other lab is."""
    for number in range(90, 250):
        with socket.socket() as probe:
            if probe.connect_ex(Plan(Path(), f"127.{number}").dns):
                return f"127.{number}"
    raise OSError("labs everywhere")


@pytest.fixture(scope="module")
def lab(needs_postfix: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plan]:
    base, net = tmp_path_factory.mktemp("lab"), free_net()
    postroad = [sys.executable, "-m", "postroad", "lab"]
    up = [*postroad, "up", "--detach", "--base", str(base), "--net", net]
    done = subprocess.run(up, capture_output=True, text=True, timeout=90, check=False)
    try:
        assert done.returncode == 0, done.stdout + done.stderr
        yield Plan(base, net)
    finally:
        subprocess.run([*postroad, "down", "--base", str(base)], capture_output=True, check=False)


@pytest.fixture(scope="module")
def port_53(lab: Plan) -> Iterator[None]:
    """Hands UDP queries to port 53 of the lab's DNS on to the port where it really is."""
    front = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    front.bind((lab.dns[0], NAME_SERVER_PORT))

    def serve() -> None:
        while (query := front.recvfrom(4096))[0] != b"stop":
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as back:
                back.settimeout(5)
                back.sendto(query[0], lab.dns)
                front.sendto(back.recv(4096), query[1])

    thread = threading.Thread(target=serve)
    thread.start()
    yield
    front.sendto(b"stop", front.getsockname())
    thread.join()
    front.close()


@pytest.fixture(scope="module")
def postfix(lab: Plan, port_53: None) -> Iterator[Postfix]:
    """Takes mail for eve@evil.test into a Maildir; relays for anybody on loopback, by MX."""
    # Postfix's own user must be able to enter, which pytest's folders do not allow.
    folder = Path(
        subprocess.check_output(
            ["mktemp", "-d", "/var/tmp/postroad-interop.XXXXXX"], text=True
        ).strip()
    )
    folder.chmod(0o755)
    files = CertificateFiles(folder / "mx.crt", folder / "mx.key")
    now = datetime.datetime.now(datetime.UTC)
    Authority.open(lab.base, now).issue(files, ["evil.test"], now)
    (folder / "resolv.conf").write_text(f"nameserver {lab.dns[0]}\n")
    made = Postfix(
        folder / "postfix",
        lab.stranger,
        SMTP,
        "evil.test",
        {
            **_settings(folder, lab),
            "smtpd_tls_cert_file": str(files.certificate),
            "smtpd_tls_key_file": str(files.key),
        },
        (
            "unshare",
            "--mount",
            "sh",
            "-c",
            f'mount --bind {folder}/resolv.conf /etc/resolv.conf && exec "$0" "$@"',
        ),
    )
    try:
        with made.serving():
            yield made
    finally:
        subprocess.run(["rm", "-r", folder], check=True)


def _settings(folder: Path, lab: Plan) -> dict[str, str]:
    owner = pwd.getpwnam("mail")
    (folder / "mail").mkdir()
    os.chown(folder / "mail", owner.pw_uid, owner.pw_gid)
    return {
        "virtual_mailbox_domains": "evil.test",
        "virtual_mailbox_base": str(folder / "mail"),
        "virtual_mailbox_maps": "inline:{{" + EVE + "=eve/}}",
        "virtual_uid_maps": f"static:{owner.pw_uid}",
        "virtual_gid_maps": f"static:{owner.pw_gid}",
        "virtual_minimum_uid": "1",
        "smtp_bind_address": lab.stranger,
        "smtp_tcp_port": str(SMTP),
        "smtp_tls_security_level": "may",
        "smtpd_tls_security_level": "may",
        "maillog_file": str(folder / "postfix" / "log"),
        "maillog_file_prefixes": str(folder),
    }


def eves_mail(postfix: Postfix) -> list[bytes]:
    """What is in Eve's Maildir, which is then emptied; line ends are Unix's."""
    files = sorted((postfix.folder.parent / "mail" / "eve" / "new").glob("*"))
    letters = [file.read_bytes() for file in files]
    for file in files:
        file.unlink()
    return letters


def alices_mail(lab: Plan) -> list[bytes]:
    """What is in Alice's mailbox, which is then emptied."""
    trust = ssl.create_default_context(cafile=str(lab.authority))
    box = poplib.POP3_SSL(lab.inner("alpha.test").address, POP3S, context=trust)
    box.user(ALICE)
    box.pass_(PASSWORD)
    numbers = range(1, box.stat()[0] + 1)
    letters = [b"\r\n".join(box.retr(number)[1]) + b"\r\n" for number in numbers]
    for number in numbers:
        box.dele(number)
    box.quit()
    return letters


def alice_sends(lab: Plan, message: bytes, to: str) -> None:
    host = lab.inner("alpha.test").address
    with smtplib.SMTP(host, SUBMISSION) as client:
        client.starttls(context=ssl.create_default_context(cafile=str(lab.authority)))
        client.login(ALICE, PASSWORD)
        client.sendmail(ALICE, [to], message, ["BODY=8BITMIME"])


def eve_sends(postfix: Postfix, message: bytes, to: str) -> None:
    with smtplib.SMTP(postfix.host, postfix.port) as client:
        client.sendmail(EVE, [to], message, ["BODY=8BITMIME"])


def hops(message: bytes) -> list[tuple[bytes, bytes]]:
    """(who wrote it, with which protocol) of each Received line, the newest first."""
    header = re.sub(rb"\r?\n[ \t]+", b" ", re.split(rb"\r?\n\r?\n", message)[0])
    values = re.findall(rb"^Received: (.*?)\r?$", header, re.MULTILINE)
    found = [re.search(rb"\bby (\S+).*? with (\w+)", value) for value in values]
    return [(one[1], one[2]) for one in found if one]


def test_postfix_finds_alpha_by_its_mx_and_alice_reads_the_same_bytes(
    lab: Plan, postfix: Postfix, letter: Callable[..., bytes]
) -> None:
    sent = letter(sender=EVE, to=ALICE)
    eve_sends(postfix, sent, ALICE)
    (stored,) = wait_for(lambda: alices_mail(lab))
    assert stored.endswith(sent)
    assert [by for by, _ in hops(stored)] == [b"mail.alpha.test", b"mx.alpha.test", b"evil.test"]
    assert hops(stored)[1][1] == b"ESMTPS"  # Postfix took the STARTTLS that it was offered


def test_alpha_finds_postfix_by_its_mx_and_eve_reads_the_same_bytes(
    lab: Plan, postfix: Postfix, letter: Callable[..., bytes]
) -> None:
    sent = letter(sender=ALICE, to=EVE)
    alice_sends(lab, sent, EVE)
    (stored,) = wait_for(lambda: eves_mail(postfix))
    assert stored.endswith(sent.replace(b"\r\n", b"\n"))
    assert [by for by, _ in hops(stored)] == [b"evil.test", b"mx.alpha.test", b"mail.alpha.test"]
    assert [kind for _, kind in hops(stored)][0::2] == [b"ESMTPS", b"ESMTPSA"]


def test_postfix_refuses_a_name_and_alice_gets_its_words_back(
    lab: Plan, postfix: Postfix, letter: Callable[..., bytes]
) -> None:
    alice_sends(lab, letter(sender=ALICE), "nobody@evil.test")
    (report,) = wait_for(lambda: alices_mail(lab))
    assert report.startswith(b"Return-Path: <>\r\n")
    assert b"User unknown in virtual mailbox table" in report
    assert re.search(rb"^Status: 5\.1\.1\r$", report, re.MULTILINE)
    assert re.search(rb"^Remote-MTA: dns; ?evil\.test\r$", report, re.MULTILINE)


def test_alpha_refuses_a_name_and_eve_gets_our_words_back(
    lab: Plan, postfix: Postfix, letter: Callable[..., bytes]
) -> None:
    eve_sends(postfix, letter(sender=EVE), "nobody@alpha.test")
    (report,) = wait_for(lambda: eves_mail(postfix))
    assert re.search(rb"^Status: 5\.1\.1$", report, re.MULTILINE)
    assert re.search(rb"^Diagnostic-Code: smtp; 550 5\.1\.1 ", report, re.MULTILINE)


def test_ten_messages_share_a_connection_to_postfix(
    lab: Plan, postfix: Postfix, letter: Callable[..., bytes]
) -> None:
    sent = [letter(sender=ALICE, to=EVE) for _ in range(10)]
    before = postfix.log.read_text().count("connect from mx.alpha.test")
    for one in sent:
        alice_sends(lab, one, EVE)
    kept: list[bytes] = []
    wait_for(lambda: kept.extend(eves_mail(postfix)) or len(kept) == 10)
    ids = re.compile(rb"^Message-ID: (.*?)\r?$", re.MULTILINE)
    assert {ids.search(one)[1] for one in kept} == {ids.search(one)[1] for one in sent}
    assert postfix.log.read_text().count("connect from mx.alpha.test") - before < 2 * 10

"""aiosmtpd as the server of a remote domain: what we hand on, and what we do with its answers."""

from __future__ import annotations

import datetime
import email
import email.policy
import ssl
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from postroad.lab.authority import CertificateFiles
from postroad.testing.process import free_port, wait_for

pytestmark = pytest.mark.system
ANN = "ann@example.test"


class Remote:
    """Keeps what it is given; answers RCPT from a script, then accepts."""

    def __init__(self) -> None:
        self.kept: list[Any] = []
        self.answers: list[str] = []

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.answers:
            return self.answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Recipient fine"

    async def handle_DATA(self, server, session, envelope):
        self.kept.append((session, envelope))
        return "250 2.0.0 Kept"


class Reluctant(SMTP):
    """Knows no EHLO, as the oldest servers do."""

    async def smtp_EHLO(self, hostname):
        await self.push("502 5.5.1 What is that?")


class Wiring(Controller):
    """An aiosmtpd on a port of 127.0.0.1, with a server class of one's choice."""

    kind = SMTP

    def factory(self) -> SMTP:
        return self.kind(self.handler, **self.SMTP_kwargs)


@pytest.fixture
def remote():
    handler, running = Remote(), []

    def start(kind=SMTP, **options):
        controller = Wiring(handler, hostname="127.0.0.1", port=port, **options)
        controller.kind = kind
        controller.start()
        running.append(controller)
        return handler

    port = start.port = free_port()
    yield start
    for controller in running:
        controller.stop()


@pytest.fixture
def gateway(remote, build, tmp_path):
    """A Postroad that hands everything for far.test to the remote, with quick retries."""
    routes = f'[mta]\nretry_after = [0.5]\n[mta.routes]\n"far.test" = "127.0.0.1:{remote.port}"\n'
    made = build(tmp_path, routes)
    with made.server:
        yield made


def test_the_remote_gets_the_same_bytes_below_one_received_line(remote, gateway, letter, trail):
    keeper, sent = remote(), letter(sender=ANN)
    gateway.submit(sent, "eve@far.test")
    ((session, envelope),) = wait_for(lambda: keeper.kept)
    content = envelope.original_content
    assert content.endswith(sent)
    assert len(trail(content)) == 1
    assert (envelope.mail_from, envelope.rcpt_tos) == (ANN, ["eve@far.test"])
    assert session.host_name == "mail.example.test"
    assert trail(content)[0]["with"] == b"ESMTPSA"


def test_recipients_of_one_remote_share_one_transaction(remote, gateway, letter):
    keeper = remote()
    gateway.submit(letter(sender=ANN), "eve@far.test", "eva@far.test", "evi@far.test")
    ((_, envelope),) = wait_for(lambda: keeper.kept)
    assert set(envelope.rcpt_tos) == {"eve@far.test", "eva@far.test", "evi@far.test"}


def test_a_temporary_refusal_is_tried_again(remote, gateway, letter):
    keeper = remote()
    keeper.answers = ["451 4.7.1 Later, please", "450 4.2.0 Not yet"]
    gateway.submit(letter(sender=ANN), "eve@far.test")
    ((_, envelope),) = wait_for(lambda: keeper.kept)
    assert envelope.rcpt_tos == ["eve@far.test"]
    assert keeper.answers == []


def test_a_remote_that_is_down_gets_its_mail_when_it_is_up(remote, gateway, letter):
    gateway.submit(letter(sender=ANN), "eve@far.test")
    keeper = remote()
    assert wait_for(lambda: keeper.kept)


def test_a_permanent_refusal_comes_back_with_the_remotes_words(remote, gateway, letter):
    remote().answers = ["550 5.1.1 Nobody of that name here"]
    gateway.submit(letter(sender=ANN), "eve@far.test")
    (stored,) = gateway.take_mail(ANN)
    report = email.message_from_bytes(stored, policy=email.policy.default)
    assert report["Return-Path"] == "<>"
    assert report.get_content_type() == "multipart/report"
    status = report.get_payload(1).get_payload()
    assert status[1]["Action"] == "failed"
    assert status[1]["Status"] == "5.1.1"
    assert "Nobody of that name here" in status[1]["Diagnostic-Code"]


@pytest.fixture
def context(authority, tmp_path):
    files = CertificateFiles(tmp_path / "far.crt", tmp_path / "far.key")
    authority.issue(files, ["mx.far.test", "127.0.0.1"], datetime.datetime.now(datetime.UTC))
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(files.certificate, files.key)
    return made


def test_tls_is_used_where_it_is_offered(remote, gateway, letter, context):
    keeper = remote(tls_context=context)
    gateway.submit(letter(sender=ANN), "eve@far.test")
    ((session, _),) = wait_for(lambda: keeper.kept)
    assert session.ssl is not None


def test_a_server_without_ehlo_is_spoken_to_with_helo(remote, gateway, letter):
    keeper = remote(kind=Reluctant)
    seven_bits = letter(sender=ANN).decode().encode("ascii", "replace")
    gateway.submit(seven_bits, "eve@far.test", options=())
    ((session, envelope),) = wait_for(lambda: keeper.kept)
    assert envelope.original_content.endswith(seven_bits)
    assert session.extended_smtp is False

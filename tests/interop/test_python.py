"""Python's own mail clients, and aiosmtplib."""

from __future__ import annotations

import asyncio
import poplib
import smtplib

import aiosmtplib
import pytest

pytestmark = pytest.mark.system


def test_smtplib_submits_after_starttls(house, password, letter, arrived):
    sent = letter(sender="ann@example.test", to="ben@example.test")
    with smtplib.SMTP("127.0.0.1", house.ports["submission"]) as client:
        client.starttls(context=house.trust())
        client.login("ann@example.test", password)
        client.sendmail("ann@example.test", ["ben@example.test"], sent, ["BODY=8BITMIME"])
    arrived(sent, "ben@example.test", "ann@example.test")


def test_smtplib_is_told_of_each_refused_recipient(house, letter, arrived):
    sent = letter()
    people = ["nobody@example.test", "ann@example.test", "x@elsewhere.test"]
    with smtplib.SMTP("127.0.0.1", house.ports["smtp"]) as client:
        refused = client.sendmail("stranger@far.test", people, sent)
    assert {name: code for name, (code, _) in refused.items()} == {people[0]: 550, people[2]: 550}
    arrived(sent)


def test_smtplib_may_not_submit_as_somebody_else(house, password, letter):
    with smtplib.SMTP_SSL("127.0.0.1", house.ports["submissions"], context=house.trust()) as client:
        client.login("ann@example.test", password)
        with pytest.raises(smtplib.SMTPSenderRefused, match=r"5\.7\.1"):
            client.sendmail("ben@example.test", ["ann@example.test"], letter("ben@example.test"))


def test_smtplib_hears_that_a_message_is_too_large_before_sending_it(house):
    with smtplib.SMTP("127.0.0.1", house.ports["smtp"]) as client:
        client.ehlo()
        limit = int(client.esmtp_features["size"])
        code, words = client.mail("a@far.test", [f"SIZE={limit + 1}"])
    assert (code, words[:5]) == (552, b"5.3.4")


def test_aiosmtplib_sends_international_addresses_as_smtputf8(house, arrived, letter):
    sent = letter()

    async def go() -> None:
        client = aiosmtplib.SMTP(hostname="127.0.0.1", port=house.ports["smtp"], start_tls=False)
        async with client:
            await client.mail("发件人@far.test", options=["SMTPUTF8"], encoding="utf-8")
            await client.rcpt("ann@example.test")
            await client.data(sent)

    asyncio.run(go())
    arrived(sent, reverse_path="发件人@far.test")


@pytest.fixture
def open_box(house, password):
    """Connects as Ann; with None, up to the password, which is then still to be said."""

    def go(secret=password):
        box = poplib.POP3_SSL("127.0.0.1", house.ports["pop3s"], context=house.trust())
        box.user("ann@example.test")
        if secret is not None:
            box.pass_(secret)
        return box

    return go


def test_poplib_reads_by_uidl_and_deletes(house, open_box, letter):
    with smtplib.SMTP("127.0.0.1", house.ports["smtp"]) as client:
        for _ in range(2):
            client.sendmail("stranger@far.test", ["ann@example.test"], letter())
    first = open_box()
    names = [line.split()[1] for line in first.uidl()[1]]
    first.dele(1)
    first.quit()
    second = open_box()
    assert [line.split()[1] for line in second.uidl()[1]] == names[1:]
    second.dele(1)
    second.quit()


def test_poplib_logs_in_after_stls(house, password):
    box = poplib.POP3("127.0.0.1", house.ports["pop3"])
    box.stls(house.trust())
    box.user("ann@example.test")
    assert box.pass_(password).startswith(b"+OK")
    box.quit()


def test_poplib_finds_the_maildrop_locked_by_another_session(open_box, password):
    first, second = open_box(), open_box(None)
    with pytest.raises(poplib.error_proto, match="IN-USE"):
        second.pass_(password)
    first.quit()
    second.quit()


def test_poplib_learns_the_capabilities_of_rfc_2449(house):
    box = poplib.POP3_SSL("127.0.0.1", house.ports["pop3s"], context=house.trust())
    known = box.capa()
    box.quit()
    assert {"UIDL", "TOP", "USER", "SASL", "PIPELINING", "RESP-CODES", "AUTH-RESP-CODE"} <= set(
        known
    )

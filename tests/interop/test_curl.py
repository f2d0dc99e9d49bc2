"""curl as a mail client: submits with STARTTLS, reads with POP3."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.peer, pytest.mark.system]
ANN, BEN = "ann@example.test", "ben@example.test"
LOGIN_DENIED = 67  # curl(1), EXIT CODES


@pytest.fixture
def curl(needs, house, run, password):
    needs("curl")

    def go(url, *options, user=ANN, secret=password, stdin=b"", expect=0):
        command = ["curl", "--silent", "--show-error", "--cacert", house.authority, "--ssl-reqd"]
        command += ["--user", f"{user}:{secret}", url, *options]
        return run(command, stdin, expect).stdout

    return go


@pytest.fixture
def submit(curl, house):
    def go(sent, to, scheme="smtp", *options):
        service = "submission" if scheme == "smtp" else "submissions"
        url = f"{scheme}://127.0.0.1:{house.ports[service]}/desk.example.test"
        curl(url, "--mail-from", ANN, "--mail-rcpt", to, "-T", "-", *options, stdin=sent)

    return go


def test_submits_with_starttls_and_reads_the_same_bytes_with_pop3s(
    curl, submit, house, letter, arrived
):
    sent = letter(sender=ANN, to=BEN)
    submit(sent, BEN)
    read = curl(f"pop3s://127.0.0.1:{house.ports['pop3s']}/1", user=BEN)
    assert read.endswith(sent)
    assert read == arrived(sent, BEN, ANN)


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
def test_submits_with_each_mechanism(submit, letter, arrived, mechanism):
    sent = letter(sender=ANN, to=BEN)
    submit(sent, BEN, "smtps", "--login-options", f"AUTH={mechanism}")
    arrived(sent, BEN, ANN)


def test_lists_with_pop3_after_stls(curl, submit, house, letter, arrived):
    sent = letter(sender=ANN, to=ANN)
    submit(sent, ANN)
    number, size = curl(f"pop3://127.0.0.1:{house.ports['pop3']}/").split()
    stored = arrived(sent, reverse_path=ANN)
    assert (number, int(size)) == (b"1", len(stored))


def test_uidl_and_top_are_answered(curl, submit, house, letter, arrived):
    sent = letter(sender=ANN, to=ANN)
    submit(sent, ANN)
    box = f"pop3s://127.0.0.1:{house.ports['pop3s']}/"
    top = curl(box, "--request", "TOP 1 0")
    unique = curl(box, "--request", "UIDL")
    stored = arrived(sent, reverse_path=ANN)
    assert stored.startswith(top.rstrip(b"\r\n"))
    assert unique.split()[0] == b"1"


@pytest.mark.parametrize("service", ["pop3", "submission"])
def test_a_wrong_password_is_refused(curl, house, service):
    scheme = "smtp" if service == "submission" else "pop3"
    url = f"{scheme}://127.0.0.1:{house.ports[service]}/"
    curl(url, secret="guess", expect=LOGIN_DENIED)

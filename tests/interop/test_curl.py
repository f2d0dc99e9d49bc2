"""curl as a mail client: submits with STARTTLS, reads with POP3."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.peer
LOGIN_DENIED = 67  # curl(1), EXIT CODES


@pytest.fixture
def curl(needs, house, run, password):
    needs("curl")

    def go(url, *options, user="ann@example.test", secret=password, stdin=b"", expect=0):
        command = ["curl", "--silent", "--show-error", "--cacert", house.authority, "--ssl-reqd"]
        command += ["--user", f"{user}:{secret}", url, *options]
        return run(command, stdin, expect).stdout

    return go


def test_submits_with_starttls_and_reads_the_same_bytes_with_pop3s(curl, house, letter, arrived):
    sent = letter(sender="ann@example.test", to="ben@example.test")
    url = f"smtp://127.0.0.1:{house.ports['submission']}/desk.example.test"
    curl(
        url,
        "--mail-from",
        "ann@example.test",
        "--mail-rcpt",
        "ben@example.test",
        "-T",
        "-",
        stdin=sent,
    )
    read = curl(f"pop3s://127.0.0.1:{house.ports['pop3s']}/1", user="ben@example.test")
    assert read.endswith(sent)
    assert read == arrived(sent, "ben@example.test", "ann@example.test")


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
def test_submits_with_each_mechanism(curl, house, letter, arrived, mechanism):
    sent = letter(sender="ann@example.test", to="ben@example.test")
    url = f"smtps://127.0.0.1:{house.ports['submissions']}/desk.example.test"
    options = ["--mail-from", "ann@example.test", "--mail-rcpt", "ben@example.test", "-T", "-"]
    curl(url, *options, "--login-options", f"AUTH={mechanism}", stdin=sent)
    arrived(sent, "ben@example.test", "ann@example.test")


def test_lists_with_pop3_after_stls(curl, house, letter, arrived):
    sent = letter(sender="ann@example.test", to="ann@example.test")
    url = f"smtp://127.0.0.1:{house.ports['submission']}/desk.example.test"
    curl(
        url,
        "--mail-from",
        "ann@example.test",
        "--mail-rcpt",
        "ann@example.test",
        "-T",
        "-",
        stdin=sent,
    )
    box = f"pop3://127.0.0.1:{house.ports['pop3']}/"
    number, size = curl(box).split()
    stored = arrived(sent, reverse_path="ann@example.test")
    assert (number, int(size)) == (b"1", len(stored))


def test_uidl_and_top_are_answered(curl, house, letter, arrived):
    sent = letter(sender="ann@example.test", to="ann@example.test")
    url = f"smtp://127.0.0.1:{house.ports['submission']}/desk.example.test"
    curl(
        url,
        "--mail-from",
        "ann@example.test",
        "--mail-rcpt",
        "ann@example.test",
        "-T",
        "-",
        stdin=sent,
    )
    box = f"pop3s://127.0.0.1:{house.ports['pop3s']}/"
    top = curl(box, "--request", "TOP 1 0")
    unique = curl(box, "--request", "UIDL")
    stored = arrived(sent, reverse_path="ann@example.test")
    assert stored.startswith(top.rstrip(b"\r\n"))
    assert unique.split()[0] == b"1"


@pytest.mark.parametrize("service", ["pop3", "submission"])
def test_a_wrong_password_is_refused(curl, house, service):
    scheme = "smtp" if service == "submission" else "pop3"
    url = f"{scheme}://127.0.0.1:{house.ports[service]}/"
    curl(url, secret="guess", expect=LOGIN_DENIED)

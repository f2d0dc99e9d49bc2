"""swaks, the postmaster's knife: every way in, with its own idea of the protocol."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.peer, pytest.mark.system]
# swaks(1), EXIT CODES
NO_RECIPIENT, AUTH_FAILED = 24, 28


@pytest.fixture
def swaks(needs, house, run, tmp_path):
    needs("swaks")

    def go(service, message, *options, to="ann@example.test", sender="stranger@far.test", expect=0):
        file = tmp_path / "message"
        file.write_bytes(message.removesuffix(b"\r\n"))  # swaks adds the line end
        command = ["swaks", "--server", "127.0.0.1", "--port", str(house.ports[service])]
        command += ["--from", sender, "--to", to, "--helo", "far.test", "--data", f"@{file}"]
        command += ["--no-strip-from", *options]
        return run(command, expect=expect).stdout.decode()

    return go


def verified(house):
    return ["--tls-verify", "--tls-ca-path", house.authority]


def login(kind, password):
    return ["--auth", kind, "--auth-user", "ann@example.test", "--auth-password", password]


def test_a_stranger_delivers_in_plaintext(swaks, letter, arrived, trail):
    sent = letter()
    swaks("smtp", sent)
    stamp = trail(arrived(sent))[0]
    assert (stamp["helo"], stamp["by"], stamp["with"]) == (
        b"far.test",
        b"mail.example.test",
        b"ESMTP",
    )


def test_a_stranger_delivers_over_starttls(swaks, house, letter, arrived, trail):
    sent = letter()
    swaks("smtp", sent, "--tls", *verified(house))
    assert trail(arrived(sent))[0]["with"] == b"ESMTPS"


def test_commands_may_be_pipelined(swaks, letter, arrived):
    sent = letter()
    assert "PIPELINING" in swaks("smtp", sent, "--pipeline")
    arrived(sent)


def test_an_unknown_recipient_is_named_in_the_refusal(swaks, letter):
    words = swaks("smtp", letter(), to="nobody@example.test", expect=NO_RECIPIENT)
    assert "550 5.1.1" in words


def test_a_stranger_cannot_relay(swaks, letter):
    words = swaks("smtp", letter(), to="someone@elsewhere.test", expect=NO_RECIPIENT)
    assert "5.7.1" in words


@pytest.mark.parametrize("kind", ["PLAIN", "LOGIN"])
def test_submission_after_starttls_and_auth(swaks, house, password, letter, arrived, trail, kind):
    sent = letter(sender="ann@example.test", to="ben@example.test")
    options = ["--tls", *verified(house), *login(kind, password)]
    swaks("submission", sent, *options, sender="ann@example.test", to="ben@example.test")
    stored = arrived(sent, "ben@example.test", "ann@example.test")
    assert trail(stored)[0]["with"] == b"ESMTPSA"


def test_submission_over_tls_from_the_start(swaks, house, password, letter, arrived):
    sent = letter(sender="ann@example.test", to="ben@example.test")
    options = ["--tls-on-connect", *verified(house), *login("PLAIN", password)]
    swaks("submissions", sent, *options, sender="ann@example.test", to="ben@example.test")
    arrived(sent, "ben@example.test", "ann@example.test")


def test_a_wrong_password_is_refused(swaks, letter):
    options = ["--tls", *login("PLAIN", "guess")]
    words = swaks("submission", letter(), *options, expect=AUTH_FAILED)
    assert "535 5.7.8" in words


def test_auth_is_not_offered_before_tls(swaks, letter, password):
    words = swaks("submission", letter(), *login("PLAIN", password), expect=AUTH_FAILED)
    assert "AUTH PLAIN" not in words


def test_lmtp_delivers(swaks, letter, arrived, trail):
    sent = letter()
    swaks("lmtp", sent, "--protocol", "LMTP")
    assert trail(arrived(sent))[0]["with"] == b"LMTP"

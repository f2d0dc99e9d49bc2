"""msmtp, a sendmail for people: GnuTLS, and SCRAM by another's library."""

from __future__ import annotations

import pytest

pytestmark = [pytest.mark.peer, pytest.mark.system]
NO_PERMISSION = 77  # EX_NOPERM: authentication failed


@pytest.fixture
def msmtp(needs, house, run, password, tmp_path):
    needs("msmtp")

    def go(service, mechanism, message, secret=password, expect=0):
        starttls = "on" if service == "submission" else "off"
        settings = tmp_path / "msmtprc"
        settings.write_text(
            f"defaults\ntls on\ntls_starttls {starttls}\ntls_trust_file {house.authority}\n"
            f"account ann\nhost 127.0.0.1\nport {house.ports[service]}\nauth {mechanism}\n"
            f'user ann@example.test\npassword "{secret}"\nfrom ann@example.test\n'
            "domain desk.example.test\nset_date_header off\naccount default : ann\n"
        )
        settings.chmod(0o600)
        command = ["msmtp", "--file", settings, "--read-recipients"]
        return run(command, message.replace(b"\r\n", b"\n"), expect).stderr.decode()

    return go


@pytest.mark.parametrize("service", ["submission", "submissions"])
@pytest.mark.parametrize("mechanism", ["plain", "scram-sha-256"])
def test_submits_the_same_bytes(msmtp, letter, arrived, trail, service, mechanism):
    sent = letter(sender="ann@example.test", to="ben@example.test")
    msmtp(service, mechanism, sent)
    stored = arrived(sent, "ben@example.test", "ann@example.test")
    stamp = trail(stored)[0]
    assert (stamp["helo"], stamp["with"]) == (b"desk.example.test", b"ESMTPSA")


@pytest.mark.parametrize("mechanism", ["plain", "scram-sha-256"])
def test_a_wrong_password_is_refused(msmtp, letter, mechanism):
    words = msmtp("submission", mechanism, letter(), secret="guess", expect=NO_PERMISSION)
    assert "535" in words

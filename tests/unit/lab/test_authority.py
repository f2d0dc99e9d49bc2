"""The lab's authority signs for the lab alone, keeps its keys private, and is found again."""

from __future__ import annotations

import datetime
import stat
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from postroad.lab.authority import Authority, CertificateFiles

NOW = datetime.datetime(2026, 11, 23, 12, 0, tzinfo=datetime.UTC)


def files(base: Path) -> CertificateFiles:
    return CertificateFiles(base / "mx.crt", base / "mx.key")


def read(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def test_a_server_certificate_carries_its_names_and_addresses(tmp_path: Path) -> None:
    pair = Authority.open(tmp_path, NOW).issue(
        files(tmp_path), ["mx.alpha.test", "127.77.1.1"], NOW
    )
    names = read(pair.certificate).extensions.get_extension_for_class(x509.SubjectAlternativeName)
    assert names.value.get_values_for_type(x509.DNSName) == ["mx.alpha.test"]
    assert [str(a) for a in names.value.get_values_for_type(x509.IPAddress)] == ["127.77.1.1"]
    subject = read(pair.certificate).subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    assert subject[0].value == "mx.alpha.test"


def test_it_is_signed_by_the_authority_for_servers_only(tmp_path: Path) -> None:
    pair = Authority.open(tmp_path, NOW).issue(files(tmp_path), ["mx.alpha.test"], NOW)
    certificate = read(pair.certificate)
    certificate.verify_directly_issued_by(read(tmp_path / "ca.pem"))
    usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.SERVER_AUTH]
    assert not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_keys_can_be_read_by_their_owner_alone(tmp_path: Path) -> None:
    Authority.open(tmp_path, NOW).issue(files(tmp_path), ["mx.alpha.test"], NOW)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes["ca.key"] == modes["mx.key"] == 0o600
    assert set(modes) == {"ca.pem", "ca.key", "mx.crt", "mx.key"}


def test_an_authority_that_exists_is_used_again(tmp_path: Path) -> None:
    Authority.open(tmp_path, NOW)
    before = (tmp_path / "ca.pem").read_bytes()
    pair = Authority.open(tmp_path, NOW).issue(files(tmp_path), ["mx.alpha.test"], NOW)
    assert (tmp_path / "ca.pem").read_bytes() == before
    read(pair.certificate).verify_directly_issued_by(read(tmp_path / "ca.pem"))


@pytest.mark.parametrize("name", ["mx.example.org", "192.0.2.1", "test.example.com"])
def test_names_outside_of_the_lab_are_not_signed(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="not a"):
        Authority.open(tmp_path, NOW).issue(files(tmp_path), [name], NOW)


def test_who_trusts_it_trusts_it_with_the_lab_only(tmp_path: Path) -> None:
    Authority.open(tmp_path, NOW)
    extensions = read(tmp_path / "ca.pem").extensions
    constraint = extensions.get_extension_for_class(x509.NameConstraints)
    assert constraint.critical
    permitted = constraint.value.permitted_subtrees or []
    assert {str(name.value) for name in permitted} == {
        "test",
        "localhost",
        "127.0.0.0/8",
        "::1/128",
    }


def test_an_expired_authority_says_what_to_do(tmp_path: Path) -> None:
    Authority.open(tmp_path, NOW)
    with pytest.raises(ValueError, match=r"expired; remove it and ca\.key"):
        Authority.open(tmp_path, NOW + datetime.timedelta(days=3651))

"""The lab's own certificate authority: it vouches for the lab's servers, and can for nothing else.

Its certificate is constrained to the names and addresses a lab may use, so that whoever trusts it
for a lesson trusts it with nothing more. Keys never leave their files, which only their owner can
read. An authority that exists is used again, so that clients go on believing a restarted lab.

Standards: RFC 5280 §4.2 (extensions), §4.2.1.10 (name constraints), RFC 6125 (server names)
"""

from __future__ import annotations

import datetime
import ipaddress
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_DAYS = 3650
SERVER_DAYS = 397
"""CA/Browser Forum baseline requirements §6.3.2 (2020): longer ones are refused by some clients."""

BACKDATED = datetime.timedelta(hours=1)
"""Clocks of a lab's machines may differ by this much."""

DOMAINS = ("test", "localhost")
"""RFC 6761 §6.2, §6.3: names that belong to nobody."""

NETWORKS = ("127.0.0.0/8", "::1/128")


@dataclass(frozen=True, slots=True)
class CertificateFiles:
    """PEM files of one server: its certificate, and its key (mode 0600)."""

    certificate: Path
    key: Path


class Authority:
    """Signs server certificates. Made by `open`."""

    def __init__(self, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> None:
        self._certificate = certificate
        self._key = key

    @classmethod
    def open(cls, base: Path, now: datetime.datetime) -> Authority:
        """The authority of `base/ca.pem` and `base/ca.key`; made there when they are missing.

        `now` is aware. Raises OSError, and ValueError when the files are not what they should be.
        """
        files = CertificateFiles(base / "ca.pem", base / "ca.key")
        if files.certificate.exists() and files.key.exists():
            return cls._read(files, now)
        authority = cls._made(now)
        base.mkdir(parents=True, exist_ok=True)
        _write_pair(files, authority._certificate, authority._key)
        return authority

    def issue(
        self, files: CertificateFiles, names: Sequence[str], now: datetime.datetime
    ) -> CertificateFiles:
        """Write a new pair for a server known by `names`, host names and IP addresses alike.

        The first name is its subject. Raises ValueError for a name outside the lab.
        """
        key = ec.generate_private_key(ec.SECP256R1())
        builder = (
            x509.CertificateBuilder()
            .subject_name(_subject(names[0]))
            .issuer_name(self._certificate.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - BACKDATED)
            .not_valid_after(now + datetime.timedelta(days=SERVER_DAYS))
            .add_extension(x509.SubjectAlternativeName([_alternative(n) for n in names]), False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), True)
            .add_extension(_usage(signs_certificates=False), True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False)
        )
        certificate = _identified(builder, key, self._key).sign(self._key, hashes.SHA256())
        files.certificate.parent.mkdir(parents=True, exist_ok=True)
        _write_pair(files, certificate, key)
        return files

    @classmethod
    def _made(cls, now: datetime.datetime) -> Authority:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = _subject("Postroad lab authority")
        permitted: list[x509.GeneralName] = [x509.DNSName(domain) for domain in DOMAINS]
        permitted += [x509.IPAddress(ipaddress.ip_network(network)) for network in NETWORKS]
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - BACKDATED)
            .not_valid_after(now + datetime.timedelta(days=AUTHORITY_DAYS))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
            .add_extension(_usage(signs_certificates=True), True)
            .add_extension(x509.NameConstraints(permitted, None), True)
        )
        return cls(_identified(builder, key, key).sign(key, hashes.SHA256()), key)

    @classmethod
    def _read(cls, files: CertificateFiles, now: datetime.datetime) -> Authority:
        certificate = x509.load_pem_x509_certificate(files.certificate.read_bytes())
        key = serialization.load_pem_private_key(files.key.read_bytes(), None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise ValueError(f"{files.key} was not made by a lab; remove it and ca.pem beside it")
        if certificate.not_valid_after_utc <= now:
            raise ValueError(f"{files.certificate} has expired; remove it and ca.key beside it")
        return cls(certificate, key)


def _subject(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _alternative(name: str) -> x509.GeneralName:
    """A subject alternative name, when it is one of the lab's. Raises ValueError."""
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        if name.rpartition(".")[2] not in DOMAINS:
            raise ValueError(f"{name} is not a name of the lab; use one under .test") from None
        return x509.DNSName(name)
    if not any(address in ipaddress.ip_network(network) for network in NETWORKS):
        raise ValueError(f"{name} is not a loopback address")
    return x509.IPAddress(address)


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _identified(
    builder: x509.CertificateBuilder,
    key: ec.EllipticCurvePrivateKey,
    issuer: ec.EllipticCurvePrivateKey,
) -> x509.CertificateBuilder:
    """With key identifiers, by which chains are found (RFC 5280 §4.2.1.1, §4.2.1.2)."""
    own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    signer = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.public_key())
    return builder.add_extension(own, False).add_extension(signer, False)


def _write_pair(
    files: CertificateFiles, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey
) -> None:
    """The key first: a certificate without its key would stop the next start."""
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    _write(files.key, secret, 0o600)
    _write(files.certificate, certificate.public_bytes(serialization.Encoding.PEM), 0o644)


def _write(path: Path, content: bytes, mode: int) -> None:
    """Write at once or not at all; the file never has more rights than `mode`."""
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
    new.replace(path)

"""A certificate for `mx.alpha.test`, signed by an authority of this run."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path

import pytest

from postroad.lab.authority import Authority, CertificateFiles
from postroad.net import ClientTls, ServerTls, verified_context

NOW = datetime.datetime.now(datetime.UTC)


@dataclass(frozen=True)
class Pki:
    """Where the files are."""

    ca: Path
    files: CertificateFiles
    authority: Authority

    def server(self) -> ServerTls:
        return ServerTls(self.files.certificate, self.files.key)

    def client(self, hostname: str = "mx.alpha.test") -> ClientTls:
        return ClientTls(verified_context(self.ca), hostname)


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    base = tmp_path_factory.mktemp("pki")
    authority = Authority.open(base, NOW)
    files = CertificateFiles(base / "mx.pem", base / "mx.key")
    return Pki(
        base / "ca.pem", authority.issue(files, ["mx.alpha.test", "127.0.0.1"], NOW), authority
    )

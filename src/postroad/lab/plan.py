"""Who lives where in the lab: hosts, addresses, ports, people, all moved together by one prefix.

Pure: from a network prefix and a folder comes everything that the lab starts.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

DEFAULT_NET = "127.77"
PASSWORD = "postroad"  # noqa: S105 - the lab's password is no secret

SMTP = 2525  # the well-known ports plus 2000, so that nobody needs to be root
SUBMISSION = 2587  # RFC 6409
SUBMISSIONS = 2465  # RFC 8314
IMAP = 2143  # RFC 9051
IMAPS = 2993  # RFC 8314
POP3 = 2110  # RFC 1939
POP3S = 2995  # RFC 8314
HTTP = 2080  # the page
DNS = 2053  # RFC 1035


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a mailbox; the password is PASSWORD."""

    name: str
    domain: str

    @property
    def address(self) -> str:
        """The mail address."""
        return f"{self.name}@{self.domain}"


@dataclass(frozen=True, slots=True)
class Host:
    """One server of the lab: a process with a data folder of its own."""

    name: str
    address: str
    domain: str
    border: bool

    @property
    def role(self) -> str:
        """What the host is for, in two words."""
        return "border gateway" if self.border else "inner server"


PEOPLE = (
    Person("alice", "alpha.test"),
    Person("amy", "alpha.test"),
    Person("bob", "beta.test"),
    Person("betty", "beta.test"),
)


@dataclass(frozen=True, slots=True)
class Plan:
    """A lab under `base` on the addresses `net`.x.y."""

    base: Path
    net: str = DEFAULT_NET

    def __post_init__(self) -> None:
        """Loopback only: the lab never speaks to a network. Raises ValueError."""
        parts = self.net.split(".")
        good = len(parts) == 2 and parts[0] == "127" and parts[1].isdigit()
        if not good or not 0 <= int(parts[1]) <= 255:
            raise ValueError(f"--net is 127.N with N from 0 to 255, not {self.net!r}")

    @property
    def hosts(self) -> tuple[Host, ...]:
        """The four servers; inner ones first, so that borders find them up."""
        return (
            Host("mail.alpha.test", f"{self.net}.1.2", "alpha.test", border=False),
            Host("mail.beta.test", f"{self.net}.2.2", "beta.test", border=False),
            Host("mx.alpha.test", f"{self.net}.1.1", "alpha.test", border=True),
            Host("mx.beta.test", f"{self.net}.2.1", "beta.test", border=True),
        )

    @property
    def dns(self) -> tuple[str, int]:
        """Where the lab's DNS answers."""
        return f"{self.net}.0.53", DNS

    @property
    def page(self) -> tuple[str, int]:
        """Where the page is served."""
        return f"{self.net}.0.1", HTTP

    @property
    def stranger(self) -> str:
        """The address of evil.test, from which nobody is trusted."""
        return f"{self.net}.66.1"

    @property
    def authority(self) -> Path:
        """The certificate that signs all others here."""
        return self.base / "ca.pem"

    @property
    def control(self) -> Path:
        """The socket by which a second process asks for servers to stop and start."""
        return self.base / "control.sock"

    def host(self, name: str) -> Host:
        """The host of that name. Raises KeyError."""
        for host in self.hosts:
            if host.name == name:
                return host
        raise KeyError(name)

    def inner(self, domain: str) -> Host:
        """The host with the mailboxes of `domain`."""
        return self.host(f"mail.{domain}")

    def data(self, host: Host) -> Path:
        """The host's data folder."""
        return self.base / host.name

    def config_file(self, host: Host) -> Path:
        """The host's configuration, as a person would write it."""
        return self.base / f"{host.name}.toml"

    def config_text(self, host: Host) -> str:
        """The configuration of one host, in TOML."""
        listen = _border_listen(host) if host.border else _inner_listen(host)
        return _COMMON.format(
            name=host.name,
            data=self.data(host),
            base=self.base,
            dns=f"{self.dns[0]}:{self.dns[1]}",
            smtp=SMTP,
            address=host.address,
        ) + (listen + (self._border(host) if host.border else _inner(host)))

    def _border(self, host: Host) -> str:
        inner = self.inner(host.domain)
        return f'''
[border.inbound]
relay_domains = ["{host.domain}"]
relay_from = ["{inner.address}"]

[mta.routes]
"{host.domain}" = "{inner.name}:{SMTP}"
'''


_COMMON = """\
# Written by `postroad lab`; made anew at each start.
hostname = "{name}"
data = "{data}"

[tls]
certificate = "{base}/{name}.crt"
key = "{base}/{name}.key"

[net]
nameservers = ["{dns}"]

[border.outbound]
port = {smtp}
source_address = "{address}"

[mta]
retry_after = [1.0, 1.0, 2.0, 2.0, 5.0, 10.0]
"""


def _border_listen(host: Host) -> str:
    return f"""
[listen]
smtp = ["{host.address}:{SMTP}"]
"""


def _inner_listen(host: Host) -> str:
    return f"""
[listen]
smtp = ["{host.address}:{SMTP}"]
submission = ["{host.address}:{SUBMISSION}"]
submissions = ["{host.address}:{SUBMISSIONS}"]
imap = ["{host.address}:{IMAP}"]
imaps = ["{host.address}:{IMAPS}"]
pop3 = ["{host.address}:{POP3}"]
pop3s = ["{host.address}:{POP3S}"]
"""


def _inner(host: Host) -> str:
    return f"""
[mta.routes]
"*" = "mx.{host.domain}:{SMTP}"
"""

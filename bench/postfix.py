"""A Postfix instance of one's own: folders, configuration and master process apart from the system.

Nothing of /etc/postfix is read or changed and no service of the system is started. The folder must
be one that the user `postfix` can enter. Needs root, as Postfix's master does.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.processes import ServerFailed, running, wait_for_port

DAEMONS = Path("/usr/lib/postfix/sbin")

# The services that receiving, queueing and handing on need, none in a chroot.
SERVICES = """\
cleanup   unix  n  -  n  -     0  cleanup
qmgr      unix  n  -  n  300   1  qmgr
tlsmgr    unix  -  -  n  1000? 1  tlsmgr
rewrite   unix  -  -  n  -     -  trivial-rewrite
bounce    unix  -  -  n  -     0  bounce
defer     unix  -  -  n  -     0  bounce
trace     unix  -  -  n  -     0  bounce
verify    unix  -  -  n  -     1  verify
flush     unix  n  -  n  1000? 0  flush
proxymap  unix  -  -  n  -     -  proxymap
proxywrite unix -  -  n  -     1  proxymap
smtp      unix  -  -  n  -     -  smtp
relay     unix  -  -  n  -     -  smtp
showq     unix  n  -  n  -     -  showq
error     unix  -  -  n  -     -  error
retry     unix  -  -  n  -     -  error
discard   unix  -  -  n  -     -  discard
local     unix  -  n  n  -     -  local
virtual   unix  -  n  n  -     -  virtual
lmtp      unix  -  -  n  -     -  lmtp
anvil     unix  -  -  n  -     1  anvil
scache    unix  -  -  n  -     1  scache
postlog   unix-dgram n - n -   1  postlogd
"""


def available() -> bool:
    """Whether Postfix's programs are installed."""
    return (DAEMONS / "master").exists() and shutil.which("postfix") is not None


@dataclass(frozen=True, slots=True)
class Postfix:
    """Where an instance lives, where it listens, and what its main.cf says beyond the basics."""

    folder: Path
    host: str
    port: int
    hostname: str
    settings: Mapping[str, str] = field(default_factory=dict)
    prefix: tuple[str, ...] = ()  # words put before the command, such as `unshare -m …`

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def configure(self) -> None:
        """Write main.cf and master.cf, and have Postfix lay out its own folders."""
        etc = self.folder / "etc"
        etc.mkdir(parents=True)
        (self.folder / "data").mkdir()
        shutil.chown(self.folder / "data", "postfix", "postfix")
        (self.folder / "spool").mkdir()
        main = {
            "compatibility_level": "3.6",
            "queue_directory": f"{self.folder}/spool",
            "data_directory": f"{self.folder}/data",
            "command_directory": "/usr/sbin",
            "daemon_directory": str(DAEMONS),
            "mail_owner": "postfix",
            "setgid_group": "postdrop",
            "myhostname": self.hostname,
            "mydestination": "",
            "inet_interfaces": "loopback-only",  # master.cf says on which address
            "inet_protocols": "ipv4",
            "mynetworks": "127.0.0.0/8",
            "alias_maps": "",
            "alias_database": "",
            "local_recipient_maps": "",
            "biff": "no",
            "readme_directory": "no",
            **self.settings,
        }
        (etc / "main.cf").write_text("".join(f"{name} = {main[name]}\n" for name in main))
        listener = f"{self.host}:{self.port} inet n - n - - smtpd\n"
        (etc / "master.cf").write_text(listener + SERVICES)
        check = ["postfix", "-c", str(etc), "check"]
        done = subprocess.run(check, capture_output=True, text=True, check=False)
        if done.returncode:
            raise ServerFailed(done.stdout + done.stderr)

    @contextmanager
    def serving(self) -> Iterator[int]:
        """Run it; gives the process id of its master, which is ended on leaving."""
        self.configure()
        command = [*self.prefix, str(DAEMONS / "master"), "-c", f"{self.folder}/etc", "-s"]
        output = self.folder / "output"
        with running(command, output, {"MAIL_CONFIG": f"{self.folder}/etc"}) as master:
            wait_for_port((self.host, self.port), master, output)
            yield master.pid

"""A Dovecot instance of one's own that takes mail by LMTP and files it in Maildirs.

Settings are Dovecot's own wherever a mail server's owner would leave them so: above all mail_fsync,
which by default syncs each delivered message and its folder. Needs root.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.processes import START_WITHIN, ServerFailed, running

CONFIGURATION = """\
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
instance_name = {folder}
protocols = lmtp
listen = 127.0.0.1
ssl = no
first_valid_uid = 1
mail_location = maildir:{folder}/mail/%n
auth_mechanisms = plain
passdb {{
  driver = static
  args = nopassword=y
}}
userdb {{
  driver = static
  args = uid=mail gid=mail home={folder}/mail/%n allow_all_users=yes
}}
service lmtp {{
  process_min_avail = 4
  unix_listener {folder}/lmtp {{
    mode = 0666
  }}
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
"""


def available() -> bool:
    """Whether Dovecot and its LMTP server are installed."""
    return shutil.which("dovecot") is not None and Path("/usr/lib/dovecot/lmtp").exists()


@dataclass(frozen=True, slots=True)
class Dovecot:
    """An instance in `folder`; its Maildirs are at `folder`/mail/NAME."""

    folder: Path

    @property
    def socket(self) -> Path:
        return self.folder / "lmtp"

    @contextmanager
    def serving(self) -> Iterator[int]:
        """Run it; gives the process id of its master, which is ended on leaving."""
        (self.folder / "mail").mkdir(parents=True)
        shutil.chown(self.folder / "mail", "mail", "mail")
        configuration = self.folder / "dovecot.conf"
        configuration.write_text(CONFIGURATION.format(folder=self.folder))
        output = self.folder / "output"
        with running(["dovecot", "-F", "-c", str(configuration)], output) as master:
            deadline = time.monotonic() + START_WITHIN
            while not self.socket.exists():
                if master.poll() is not None or time.monotonic() > deadline:
                    raise ServerFailed(output.read_text(errors="replace")[-2000:])
                time.sleep(0.05)
            yield master.pid

    def delivered(self) -> tuple[int, float]:
        """How many messages are in the mailboxes, and when (wall clock) the last one came."""
        count, latest = 0, 0.0
        for mailbox in (self.folder / "mail").iterdir():
            try:
                with_names = list((mailbox / "new").iterdir())
                latest = max(latest, (mailbox / "new").stat().st_mtime)
            except FileNotFoundError:
                continue
            count += len(with_names)
        return count, latest

"""Fetch the source distributions whose test messages our tests read, or say what is lacking."""

import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
PINS = ROOT / "tests" / "corpora.txt"
FETCH = ["download", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-binary=:all:"]


def is_there(folder: Path) -> bool:
    """Whether `folder` holds what the pins name."""
    stamp = folder / "pins.txt"
    return stamp.is_file() and stamp.read_bytes() == PINS.read_bytes()


def fetch(folder: Path) -> None:
    """Download by name, version and hash; unpack below `folder`."""
    with tempfile.TemporaryDirectory() as scratch:
        command = [sys.executable, "-m", "pip", *FETCH, "--require-hashes", "-d", scratch]
        subprocess.run([*command, "-r", str(PINS)], check=True)
        for archive in Path(scratch).glob("*.tar.gz"):
            with tarfile.open(archive) as tar:
                tar.extractall(folder, filter="data")
    (folder / "pins.txt").write_bytes(PINS.read_bytes())


def main() -> int:
    folder = Path(sys.argv[1])
    if is_there(folder):
        return 0
    try:
        fetch(folder)
    except (subprocess.CalledProcessError, OSError) as failure:
        print(f"The corpora of tests/corpora.txt are lacking; their tests are skipped. {failure}")
        return 1 if os.environ.get("CI") else 0
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

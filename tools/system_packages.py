"""Install the Debian packages that the tests talk to, or name them in one sentence."""

import os
import shutil
import subprocess
import sys
from pathlib import Path


def wanted(listing: Path) -> list[str]:
    """Package names of the list file: one a line, `#` starts a comment."""
    lines = (line.split("#", 1)[0].strip() for line in listing.read_text().splitlines())
    return [line for line in lines if line]


def missing(packages: list[str]) -> list[str]:
    """Those of `packages` that dpkg does not report as installed."""
    if shutil.which("dpkg-query") is None:
        return packages
    query = ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *packages]
    out = subprocess.run(query, capture_output=True, text=True, check=False).stdout
    have = {line.split()[0] for line in out.splitlines() if line.endswith(" installed")}
    return [package for package in packages if package not in have]


def install(packages: list[str]) -> None:
    """Install with apt, but let no package start a service: the tests start what they need."""
    policy = Path("/usr/sbin/policy-rc.d")
    ours = not policy.exists()
    if ours:
        policy.write_text("#!/bin/sh\nexit 101\n")
        policy.chmod(0o755)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    commands = (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages],
    )
    try:
        for command in commands:
            subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
    finally:
        if ours:
            policy.unlink()


def main() -> int:
    lacking = missing(wanted(Path(sys.argv[1])))
    if not lacking:
        return 0
    if os.geteuid() == 0 and shutil.which("apt-get"):
        try:
            install(lacking)
            return 0
        except (subprocess.CalledProcessError, OSError) as failure:
            print(f"apt-get failed: {failure}")
    print(
        "Tests that need other mail programs are skipped. To run them too: "
        f"apt-get install {' '.join(lacking)}"
    )
    return 1 if os.environ.get("CI") else 0


if __name__ == "__main__":
    raise SystemExit(main())

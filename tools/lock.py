"""Write requirements.txt and requirements-dev.txt: pinned, hashed, without any registry address."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
HEADER = "# Made by `make lock` from pyproject.toml. Do not edit.\n"
COMMON = [
    "--generate-hashes",
    "--no-header",
    "--no-annotate",
    "--universal",
    "--python-version",
    "3.11",
]


def compile_lock(target: str, *extra: str) -> None:
    command = [
        sys.executable,
        "-m",
        "uv",
        "pip",
        "compile",
        "--quiet",
        "--no-emit-index-url",
        "--no-emit-find-links",
        "--upgrade",
        *COMMON,
        *extra,
    ]
    out = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    if "://" in out:
        raise SystemExit(f"{target} would name an address; refused")
    (ROOT / target).write_text(HEADER + out)


if __name__ == "__main__":
    compile_lock("requirements.txt", "pyproject.toml", "tools/build-requirements.in")
    compile_lock("requirements-dev.txt", "pyproject.toml", "--extra", "dev")

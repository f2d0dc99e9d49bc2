"""Make the virtual environment, or say in one sentence what is missing."""

import subprocess
import sys
import venv

MINIMUM = (3, 11)


def main() -> int:
    if sys.version_info < MINIMUM:
        print(
            f"Postroad needs Python {MINIMUM[0]}.{MINIMUM[1]} or newer; "
            f"this is {sys.version.split()[0]}."
        )
        return 1
    try:
        venv.create(sys.argv[1], with_pip=True, clear=True)
    except (ImportError, subprocess.CalledProcessError):
        print(
            "This Python cannot make a virtual environment with pip. On Debian: "
            "apt-get install python3-venv"
        )
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

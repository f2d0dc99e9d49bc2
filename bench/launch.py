"""Runs `postroad` with its arguments, watched by the sampler when POSTROAD_PROFILE names a file."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from bench.sampling import Sampler
from postroad.app.cli import run


def main() -> int:
    """What `postroad ARGUMENTS` would return."""
    target = os.environ.get("POSTROAD_PROFILE")
    if not target:
        return run(sys.argv[1:])
    sampler = Sampler()
    sampler.start()
    try:
        return run(sys.argv[1:])
    finally:
        sampler.stop()
        sampler.write(Path(target))


if __name__ == "__main__":
    sys.exit(main())

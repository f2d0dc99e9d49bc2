"""`make check`: everything that can be judged without starting a server, in under a minute.

Runs the checks side by side, prints one line for each, then the words of those that failed and how
to mend them. `--fix` first lets the tools mend what they can: format, imports, generated pages.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PYTHON_FOLDERS = [
    folder for folder in ("src", "tests", "tools", "bench") if (ROOT / folder).is_dir()
]
GENERATED_PAGES = ("standards", "limits", "quirks")
BUDGET = 60.0
"""Seconds that the whole may take before it is too slow to be run often (ours)."""


@dataclass(frozen=True)
class Check:
    """A command that exits 0 when all is well, and what to do when it does not."""

    name: str
    command: Sequence[str]
    mend: str


@dataclass(frozen=True)
class Result:
    """How a check went: its exit code, what it printed, seconds."""

    check: Check
    code: int
    output: str
    seconds: float


def checks() -> list[Check]:
    """All checks, the slowest first so that the two longest overlap."""
    return [
        Check("types", [tool("mypy")], "mend the types; `.venv/bin/mypy` shows them alone"),
        Check(
            "house",
            [sys.executable, "-m", "pytest", "tests/house", "-p", "no:cacheprovider"],
            "each assertion says what to do; `.venv/bin/pytest tests/house` runs them alone",
        ),
        Check(
            "contracts",
            [tool("lint-imports"), "--no-cache"],
            "import downwards only (pyproject.toml)",
        ),
        Check(
            "lint",
            [tool("ruff"), "check", "--quiet", *PYTHON_FOLDERS],
            "`tools/check.py --fix`, then by hand",
        ),
        Check(
            "format", [tool("ruff"), "format", "--check", *PYTHON_FOLDERS], "`tools/check.py --fix`"
        ),
        *(
            Check(page, python_tool(f"{page}.py"), f"`tools/check.py --fix` writes docs/{page}.md")
            for page in GENERATED_PAGES
        ),
    ]


def fixes() -> list[Sequence[str]]:
    """What can be mended without thought, in this order."""
    return [
        [tool("ruff"), "check", "--quiet", "--fix", *PYTHON_FOLDERS],
        [tool("ruff"), "format", "--quiet", *PYTHON_FOLDERS],
        *(python_tool(f"{page}.py", "--write") for page in GENERATED_PAGES),
    ]


def tool(name: str) -> str:
    """The path of a console script of the virtual environment."""
    return str(BIN / name)


def python_tool(name: str, *arguments: str) -> list[str]:
    """The command line of one of our own tools."""
    return [sys.executable, str(ROOT / "tools" / name), *arguments]


def run(check: Check) -> Result:
    """Run one check to its end."""
    began = time.monotonic()
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "NO_COLOR": "1"}
    try:
        done = subprocess.run(
            check.command, cwd=ROOT, capture_output=True, text=True, env=environment, check=False
        )
        code, output = done.returncode, done.stdout + done.stderr
    except OSError as failure:
        code, output = 127, f"{failure}\nRun it as `make check`, which installs what it needs.\n"
    return Result(check, code, output, time.monotonic() - began)


def run_all(wanted: Sequence[Check]) -> Iterator[Result]:
    """Run the checks, two at a time on a small machine, and yield each as it ends."""
    with ThreadPoolExecutor(max_workers=max(2, os.cpu_count() or 2)) as pool:
        for done in as_completed([pool.submit(run, check) for check in wanted]):
            yield done.result()


def report(failed: Sequence[Result], seconds: float, count: int) -> None:
    """Say what failed, in its own words, and how to mend it."""
    for result in failed:
        print(f"\n── {result.check.name} " + "─" * (70 - len(result.check.name)))
        print(result.output.strip())
        print(f"→ to mend it: {result.check.mend}")
    verdict = f"{len(failed)} of {count} checks failed" if failed else f"all {count} checks hold"
    print(f"\n{verdict}, {seconds:.1f} s")
    if seconds > BUDGET:
        print(f"That is more than the {BUDGET:.0f} s that a check may take.")


def arguments() -> argparse.Namespace:
    """The command line."""
    names = ", ".join(check.name for check in checks())
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("only", nargs="*", help=f"run only these of: {names}")
    parser.add_argument("--fix", action="store_true", help="first mend what tools can mend")
    return parser.parse_args()


def main() -> int:
    options = arguments()
    if options.fix:
        for command in fixes():
            subprocess.run(command, cwd=ROOT, check=False)
    wanted = [check for check in checks() if not options.only or check.name in options.only]
    if not wanted:
        print(f"There is no check called {' or '.join(options.only)}.")
        return 2
    began = time.monotonic()
    failed = []
    for result in run_all(wanted):
        verdict = "FAILED" if result.code else "ok"
        print(f"{verdict:6}  {result.check.name:10} {result.seconds:5.1f} s", flush=True)
        if result.code:
            failed.append(result)
    report(failed, time.monotonic() - began, len(wanted))
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())

"""docs/standards.md: every section of a standard that the source cites, and the files that cite it.

A citation is written `RFC 5321 §4.5.2`; further sections of the same standard may follow it in the
same comment or docstring. Without arguments the page is compared with the source, and, where
Debian's RFC texts are installed, each cited section is looked up. `--write` writes the page anew.
"""

from __future__ import annotations

import gzip
import io
import re
import sys
import tokenize
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "postroad"
PAGE = ROOT / "docs" / "standards.md"
TITLES = ROOT / "tools" / "rfc-titles.txt"
TEXTS = Path("/usr/share/doc/RFC")  # Debian's doc-rfc packages

# IMAP has items that are called RFC822 and RFC822.SIZE: names, not citations.
_TOKEN = re.compile(r"RFC(?!822\b)s? ?(?P<rfc>\d{3,5})|§(?P<section>[0-9A-Z]+(?:\.[0-9A-Za-z]+)*)")
_BAD = re.compile(r"RFC-?(?!822\b)\d{3,5}\b|RFC \d+,? (?:section|sec\.|Section) ?\d")
_TITLE = re.compile(r"(?P<title>.+?)\. (?:[A-Z]\.[A-Z.\- ]*|[A-Z]+ )[^.]")
HEAD = """# Standards

Written by `tools/check.py --fix` from the citations in `src/`; do not edit. A section is listed
when a comment in the code names it as the reason for what stands there.
"""


@dataclass(frozen=True)
class Citation:
    """One mention of a standard; `section` is "" when the whole is meant."""

    rfc: int
    section: str
    file: str
    line: int

    def __str__(self) -> str:
        section = f" §{self.section}" if self.section else ""
        return f"{self.file}:{self.line}: RFC {self.rfc}{section}"


def prose(source: str) -> Iterator[tuple[int, str]]:
    """Comments (neighbouring lines joined) and strings of a source, each with its first line."""
    start, end, words = 0, 0, ""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.STRING:
            yield token.start[0], token.string
        elif token.type == tokenize.COMMENT:
            if token.start[0] != end + 1:
                if words:
                    yield start, words
                start, words = token.start[0], ""
            end, words = token.start[0], f"{words}\n{token.string.lstrip('# ')}"
    if words:
        yield start, words


def citations(file: Path) -> Iterator[Citation]:
    """Every citation in a Python file."""
    name = file.relative_to(ROOT).as_posix()
    for first, text in prose(file.read_text()):
        rfc, bare = 0, None
        for found in _TOKEN.finditer(re.sub(r"RFC\s+(?=\d)", "RFC ", text)):
            line = first + text.count("\n", 0, found.start())
            if found["rfc"]:
                if bare:
                    yield bare
                rfc = int(found["rfc"])
                bare = Citation(rfc, "", name, line)
            elif rfc:
                bare = None
                yield Citation(rfc, found["section"].rstrip("."), name, line)
        if bare:
            yield bare


def malformed(file: Path) -> Iterator[str]:
    """Citations that nobody could find by searching for the usual form."""
    for number, line in enumerate(file.read_text().splitlines(), 1):
        if found := _BAD.search(line):
            yield f"{file.relative_to(ROOT)}:{number}: write {found[0]!r} as `RFC 5321 §4.5.2`"


def titles() -> dict[int, str]:
    """Titles by number, from the file that is kept beside this tool."""
    pairs = (line.split(" ", 1) for line in TITLES.read_text().splitlines() if line)
    return {int(number): title for number, title in pairs}


@cache
def text_of(rfc: int) -> str:
    """The text of a standard, or "" when it is not on this machine."""
    file = installed_texts().get(f"rfc{rfc}")
    if file is None:
        return ""
    raw = file.read_bytes()
    return (gzip.decompress(raw) if file.suffix == ".gz" else raw).decode("utf-8", "replace")


@cache
def installed_texts() -> dict[str, Path]:
    """Where the text of each standard is, by `rfc` and its number."""
    return {file.name.partition(".")[0]: file for file in TEXTS.glob("*/rfc*.txt*")}


@cache
def exists(rfc: int, section: str) -> bool:
    """Whether the text has a heading for `section`; True when there is no text to look in."""
    text = text_of(rfc)
    number = re.escape(section)
    heading = rf"^[ \t]*(?:Appendix[ \t]+)?{number}[.:]?(?:[ \t]+(?:-[ \t]+)?[\w\"'`(]|[ \t]*$)"
    return not text or re.search(heading, text, re.MULTILINE) is not None


def title_from_index(rfc: int) -> str:
    """The title in Debian's index of RFCs, or ""."""
    index = TEXTS / "rfc-index.txt.gz"
    if not index.exists():
        return ""
    entry = re.search(
        rf"^{rfc:04} (.+?)\n\n", gzip.decompress(index.read_bytes()).decode(), re.S | re.M
    )
    found = _TITLE.match(" ".join(entry[1].split())) if entry else None
    return found["title"] if found else ""


def page(cited: list[Citation], names: dict[int, str]) -> str:
    """The whole of docs/standards.md."""
    by_rfc: dict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for one in cited:
        by_rfc[one.rfc][one.section].add(one.file)
    lines = [HEAD]
    for rfc in sorted(by_rfc):
        lines += [f"## RFC {rfc}: {names.get(rfc, '(title unknown)')}", ""]
        for section in sorted(by_rfc[rfc], key=_order):
            files = ", ".join(
                f"[{file.removeprefix('src/postroad/')}](../{file})"
                for file in sorted(by_rfc[rfc][section])
            )
            lines.append(f"- {'§' + section if section else 'as a whole'}: {files}")
        lines.append("")
    return "\n".join(lines)


def _order(section: str) -> list[tuple[int, int, str]]:
    return [
        (0, int(part), "") if part.isdigit() else (1, 0, part)
        for part in section.split(".")
        if part
    ]


def add_titles(names: dict[int, str], cited: list[Citation]) -> None:
    """Add the titles that this machine knows to the file beside this tool."""
    for rfc in {one.rfc for one in cited} - names.keys():
        if title := title_from_index(rfc):
            names[rfc] = title
    TITLES.write_text("".join(f"{rfc} {names[rfc]}\n" for rfc in sorted(names)))


def complaints(cited: list[Citation], names: dict[int, str]) -> Iterator[str]:
    """What is wrong with the citations."""
    for file in sorted(SOURCE.rglob("*.py")):
        yield from malformed(file)
    for rfc in sorted({one.rfc for one in cited} - names.keys()):
        yield f"RFC {rfc} has no title: add a line to {TITLES.relative_to(ROOT)}"
    yield from (f"{one}: no such section" for one in cited if not _found(one))


def _found(one: Citation) -> bool:
    return not one.section or exists(one.rfc, one.section)


def main() -> int:
    cited = [one for file in sorted(SOURCE.rglob("*.py")) for one in citations(file)]
    names = titles()
    if "--write" in sys.argv:
        add_titles(names, cited)
        PAGE.write_text(page(cited, names))
    wrong = list(complaints(cited, names))
    if not PAGE.exists() or PAGE.read_text() != page(cited, names):
        wrong.append(f"{PAGE.relative_to(ROOT)} is out of date: run `tools/check.py --fix`")
    print("\n".join(wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())

"""Dialogues as text files: what the client says, what the server must answer, by RFC section.

# RFC 5321 §3.3            a comment
# mode: lmtp               `# word: value` is a setting, for whoever plays the dialogue
S: 220 *                   the server says this line; `*` at the end: and whatever follows
S: 250-…                   any number of lines that begin so, at least one
C: EHLO client.example     the client says this line; lines in a row are sent in one write
R: MAIL\\nFROM              octets without a line end, with Python's escapes
T:                         both sides do their TLS handshake
E:                         the client closes its side
X:                         the server has closed the connection
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_SETTING = re.compile(r"# ([a-z_]+): (.+)")
_STEP = re.compile(r"([SCRTEX]):(?: (.*))?")
_MANY = "…"


@dataclass(frozen=True, slots=True)
class Turn:
    """Some lines in a row of one kind: S, C (with R), T, E or X."""

    kind: str
    lines: tuple[str, ...] = ()
    data: bytes = b""


@dataclass(frozen=True, slots=True)
class Dialogue:
    """One file, read."""

    name: str
    settings: dict[str, str]
    turns: tuple[Turn, ...]


def read_dialogue(path: Path) -> Dialogue:
    """Read a file. Raises ValueError for a line that is none of the above."""
    settings: dict[str, str] = {}
    steps: list[tuple[str, str]] = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if found := _SETTING.fullmatch(line):
            settings[found[1]] = found[2]
        elif found := _STEP.fullmatch(line):
            steps.append((found[1], found[2] or ""))
        elif line.strip() and not line.startswith("#"):
            raise ValueError(f"{path}:{number}: not a line of a dialogue: {line!r}")
    return Dialogue(path.stem, settings, tuple(_turns(steps)))


def _turns(steps: list[tuple[str, str]]) -> list[Turn]:
    turns: list[Turn] = []
    for kind, text in steps:
        raw = kind == "R"
        data = (
            text.encode("latin-1").decode("unicode_escape").encode("latin-1")
            if raw
            else text.encode() + b"\r\n"
        )
        kind = "C" if raw else kind
        if turns and turns[-1].kind == kind and kind in "SC":
            last = turns.pop()
            turns.append(Turn(kind, (*last.lines, text), last.data + data))
        else:
            turns.append(Turn(kind, (text,), data))
    return turns


def mismatch(expected: tuple[str, ...], said: bytes) -> str | None:
    """What is wrong with what the server said, None when it is what was expected."""
    lines = said.decode().split("\r\n")
    if lines.pop():
        return f"the last line has no end: {said!r}"
    place = 0
    for pattern in expected:
        matched = _match(pattern, lines, place)
        if not matched:
            found = lines[place] if place < len(lines) else "nothing"
            return f"expected {pattern!r}, but the server said {found!r}"
        place += matched
    return f"the server also said {lines[place:]}" if place < len(lines) else None


def _match(pattern: str, lines: list[str], place: int) -> int:
    """How many lines from `place` on the pattern covers."""
    if pattern.endswith(_MANY):
        count = place
        while count < len(lines) and lines[count].startswith(pattern[: -len(_MANY)]):
            count += 1
        return count - place
    if place >= len(lines):
        return 0
    if pattern.endswith("*"):
        return int(lines[place].startswith(pattern[:-1]))
    return int(lines[place] == pattern)

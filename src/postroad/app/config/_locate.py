"""Finds the line of every key in a TOML text, which the standard library's parser forgets.

The text was accepted by `tomllib` before: the scan is lenient, linear, and never refuses anything.

Standards: TOML 1.0.0 (tables, arrays of tables, dotted and quoted keys, inline tables)
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Callable

Path = tuple[str | int, ...]
"""Where a value is: keys, and positions in arrays, from the root."""

_SPACE = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_KEY = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|[A-Za-z0-9_-]+')
_DOT = re.compile(r"[ \t]*\.[ \t]*")
_STRING = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"{3,5}'
    r"|'''(?:[^']|'(?!''))*'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_BARE = re.compile(r"[^,\]}#\n]*")


def locate(text: str) -> dict[Path, int]:
    """The line (from 1) on which each key, table and array element of `text` first appears."""
    scan = _Scan(text)
    scan.document()
    return scan.lines


def nearest(lines: dict[Path, int], path: Path) -> int:
    """The line of `path`, or of the nearest table around it that has one; 1 for the root."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


class _Scan:
    """A position in the text, and what was found before it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[Path, int] = {}
        self._starts = [found.end() for found in re.finditer("\n", text)]
        self._elements: dict[Path, int] = {}  # how many [[tables]] an array has so far

    def document(self) -> None:
        table: Path = ()
        self._skip(_SPACE)
        while self.at < len(self.text):
            before = self.at
            table = self._header() if self._next() == "[" else self._pair(table)
            self._skip(_SPACE)
            if self.at == before:  # not TOML after all
                return

    def _header(self) -> Path:
        """`[table]` or `[[array of tables]]`: the path that following keys belong to."""
        double = self.text.startswith("[[", self.at)
        start = self.at
        self.at += 2 if double else 1
        *outer, last = self._key()
        self.at += 2 if double else 1
        path: Path = ()
        for part in outer:
            self._mark((*path, part), start)
            path = self._newest((*path, part))
        path = (*path, last)
        if double:
            self._elements[path] = self._elements.get(path, 0) + 1
            self._mark(path, start)
        path = self._newest(path)
        self._mark(path, start)
        return path

    def _newest(self, path: Path) -> Path:
        """`path` itself, or the last element when it is an array of tables."""
        count = self._elements.get(path)
        return path if count is None else (*path, count - 1)

    def _pair(self, table: Path) -> Path:
        """`key = value` in `table`; returns `table`, which stays the current one."""
        start = self.at
        path = table
        for part in self._key():
            path = (*path, part)
            self._mark(path, start)
        self.at += 1  # the equals sign
        self._value(path)
        return table

    def _key(self) -> list[str]:
        """The parts of a dotted key, with the space around it."""
        parts = []
        while True:
            self._skip(_SPACE)
            found = _KEY.match(self.text, self.at)
            parts.append(_plain(found[0]) if found else "")
            self._skip(_KEY)
            if not _DOT.match(self.text, self.at):
                self._skip(_SPACE)
                return parts
            self._skip(_DOT)

    def _value(self, path: Path) -> None:
        self._skip(_SPACE)
        match self._next():
            case "{":
                self._items("}", lambda _: self._pair(path))
            case "[":
                self._items("]", lambda index: self._element((*path, index)))
            case '"' | "'":
                self._skip(_STRING)
            case _:
                self._skip(_BARE)

    def _element(self, path: Path) -> None:
        self._mark(path, self.at)
        self._value(path)

    def _items(self, end: str, item: Callable[[int], object]) -> None:
        """What stands between brackets, separated by commas."""
        self.at += 1
        index = 0
        self._skip(_SPACE)
        while self._next() not in (end, ""):
            before = self.at
            item(index)
            index += 1
            self._skip(_SPACE)
            if self._next() == ",":
                self.at += 1
                self._skip(_SPACE)
            if self.at == before:
                return
        self.at += 1

    def _next(self) -> str:
        return self.text[self.at : self.at + 1]

    def _skip(self, pattern: re.Pattern[str]) -> None:
        if found := pattern.match(self.text, self.at):
            self.at = found.end()

    def _mark(self, path: Path, at: int) -> None:
        self.lines.setdefault(path, bisect_right(self._starts, at) + 1)


def _plain(key: str) -> str:
    """A key as its reader sees it: without quotes, escapes resolved."""
    if key.startswith("'"):
        return key[1:-1]
    return next(iter(tomllib.loads(f"{key}=0"))) if key.startswith('"') else key

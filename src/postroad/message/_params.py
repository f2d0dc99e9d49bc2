"""Content-Type and Content-Disposition: a type and its parameters, however they were written.

Tolerances (docs/quirks.md): values with spaces and no quotes, encoded-words inside values, RFC 2231
sections out of order, missing semicolons after the type or at the end, comments anywhere.

Standards: RFC 2045 §5.1, RFC 2183, RFC 2231
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice
from typing import Final
from urllib.parse import unquote_to_bytes

from postroad.message._charsets import decode
from postroad.message._limits import MAX_COMMENT_MARKS, MAX_PARAMETERS
from postroad.message._words import decode_raw, decode_words

_PARAMETER: Final = re.compile(
    r"[\s;,]*+([^\s=;]++)\s*+(?:=\s*+(?:\"((?:[^\"\\]++|\\.)*+)(?:\"[^;]*+|\Z)|([^;]*+)))?",
    re.DOTALL,
)
# ASCII only: `ß` would become `SS` where IMAP writes types in upper case.
_TYPE_NAME: Final = r"([!#$%&'*+.^_`{|}~A-Za-z0-9<>@()\[\]?\\:-]++)"
_TYPE: Final = re.compile(rf"\s*+{_TYPE_NAME}\s*+/\s*+{_TYPE_NAME}")
_TOKEN: Final = re.compile(r"\s*+([^\s;]++)")
_NO_VALUE: Final = re.compile(r"[A-Za-z]++[*0-9]*+=")
_NAMES: Final = frozenset(("name", "filename"))
_PAIR: Final = re.compile(r"\\([\"\\])")
_COMMENT_MARK: Final = re.compile(r"\\.|[()\"]", re.DOTALL)
_SECTION: Final = re.compile(r"([^*]++)(?:\*([0-9]{1,5}))?(\*)?\Z")


@dataclass(frozen=True, slots=True)
class Parameterized:
    """A lower-case value and its parameters: lower-case names, decoded text, in order."""

    value: str
    params: dict[str, str] = field(default_factory=dict)

    def get(self, name: str, default: str = "") -> str:
        """A parameter by its lower-case name."""
        return self.params.get(name, default)


@dataclass(frozen=True, slots=True)
class ContentType(Parameterized):
    """`value` is `type/subtype`. `valid` is false when the field could not be read."""

    valid: bool = True

    @property
    def main(self) -> str:
        """The part before the slash."""
        return self.value.partition("/")[0]

    @property
    def sub(self) -> str:
        """The part after the slash."""
        return self.value.partition("/")[2]

    @property
    def charset(self) -> str:
        """The charset label as given, "" when there is none."""
        return self.params.get("charset", "")


def parse_content_type(value: bytes | str, default: str = "text/plain") -> ContentType:
    """An unfolded Content-Type; what cannot be read is `default` (RFC 2045 §5.2) and not valid."""
    text = decode_raw(value) if isinstance(value, bytes) else value
    plain = strip_comments(text)
    found = _TYPE.match(plain)
    if not found:
        return ContentType(default, {}, not plain.strip())
    params = _parameters(text, plain, found.end()) if "=" in plain else {}
    return ContentType(f"{found[1]}/{found[2]}".lower(), params)


def parse_disposition(value: bytes | str) -> Parameterized:
    """An unfolded Content-Disposition; an unreadable one is `attachment` (RFC 2183 §2.8)."""
    text = decode_raw(value) if isinstance(value, bytes) else value
    plain = strip_comments(text)
    found = _TOKEN.match(plain)
    if not found:
        return Parameterized("attachment" if plain.strip() else "")
    if _NO_VALUE.match(found[1]):  # quirk: `Content-Disposition: filename="x"`
        return Parameterized("attachment", _parameters(text, plain, 0))
    return Parameterized(found[1].lower(), _parameters(text, plain, found.end()))


def _parameters(text: str, plain: str, start: int) -> dict[str, str]:
    """The parameters of `plain`, which is `text` without comments.

    Quirk: in an unquoted file name parentheses are no comment, as in `name=IMG (1).jpg`.
    """
    params = parse_parameters(plain, start)
    if plain is not text and not _NAMES.isdisjoint(params):
        for name, written in parse_parameters(text).items():
            if name in _NAMES and strip_comments(written).strip() == params.get(name):
                params[name] = written
    return params


def parse_parameters(text: str, start: int = 0) -> dict[str, str]:
    """`; name=value` pairs; RFC 2231 sections are joined and decoded. The first of equals stays."""
    plain: dict[str, str] = {}
    split: dict[str, dict[int, tuple[str, bool]]] = {}
    for _ in range(MAX_PARAMETERS):
        found = _PARAMETER.match(text, start)  # not a search: white space alone must not repeat it
        if found is None:
            break
        start = found.end()
        name, value = found[1].lower(), _value(found[2], found[3])
        if "*" in name and (section := _SECTION.match(name)):
            number = int(section[2] or 0)
            split.setdefault(section[1], {}).setdefault(number, (value, bool(section[3])))
        elif name not in plain:
            plain[name] = decode_words(value) if "=?" in value else value
    for name, sections in split.items():
        plain[name] = _join(sections)
    return plain


def strip_comments(text: str) -> str:
    """The text without its comments, those in quoted strings kept; one pass (RFC 5322 §3.2.2)."""
    if "(" not in text:
        return text
    out: list[str] = []
    depth, at, quoted = 0, 0, False
    for found in islice(_COMMENT_MARK.finditer(text), MAX_COMMENT_MARKS):
        mark = found[0]
        if mark == '"' and depth == 0:
            quoted = not quoted
        elif mark == "(" and not quoted:
            if depth == 0:
                out.append(text[at : found.start()])
            depth += 1
        elif mark == ")" and depth and not quoted:
            depth -= 1
            at = found.end()
    # An unclosed comment hides the rest, as in every other reader.
    out.append("" if depth else text[at:])
    return " ".join(out)


def _value(quoted: str | None, bare: str | None) -> str:
    if quoted is not None:
        # Windows paths in file names hold lone backslashes: only pairs of `\"` and `\\` are undone.
        return _PAIR.sub(r"\1", quoted) if "\\" in quoted else quoted
    return (bare or "").strip()


def _join(sections: dict[int, tuple[str, bool]]) -> str:
    """RFC 2231 §3 and §4: sections in order until one is missing; the first names the charset."""
    first, extended = sections.get(0) or next(iter(sections.values()))
    charset = ""
    if extended and first.count("'") >= 2:
        charset, _, first = first.split("'", 2)
    pieces = [unquote_to_bytes(first) if extended else first.encode()]
    for number in range(1, len(sections)):
        if number not in sections:
            break
        value, percent = sections[number]
        pieces.append(unquote_to_bytes(value) if percent else value.encode())
    text = decode(b"".join(pieces), charset or None)
    # Quirk: sections that hold pieces of encoded-words, where nothing says a charset.
    return decode_words(text) if "=?" in text and not extended else text

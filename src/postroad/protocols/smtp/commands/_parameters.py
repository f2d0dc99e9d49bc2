"""What follows a path in MAIL and RCPT: `KEYWORD` or `KEYWORD=value`, each at most once.

Standards: RFC 5321 §4.1.2 (grammar), §4.1.1.11 (reply 555), RFC 3461 §4.5 (each once)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from postroad.protocols.smtp import quirks
from postroad.protocols.smtp.errors import CommandError
from postroad.protocols.smtp.replies import Reply

Parser = Callable[[str | None], tuple[str, Any]]
"""From a parameter's value (None: no `=`) to the name and value of a field. Raises ValueError."""

_PARAMETER = re.compile(r"([A-Za-z0-9][A-Za-z0-9-]*)(?:=([!-<>-~\u00a0-\U0010ffff]+))?")
# A quoted local part may hold `>` and blanks (RFC 5321 §4.1.2), so the end of the path is found
# by grammar, in possessive steps.
_PATH = re.compile(r'<((?:[^"<>\s]++|"(?:[^"\\]|\\.)*+")*+)>(?: +(.*))?')


def split_path(argument: str, keyword: str) -> tuple[str, str]:
    """Take `FROM:<path> parameters` apart: the path without brackets, and the rest.

    Raises CommandError.
    """
    head, colon, rest = argument.partition(":")
    if not colon or head.upper() != keyword:
        raise CommandError(Reply(501, "5.5.4", (f"Write {keyword}:<address>",)))
    found = _PATH.fullmatch(rest.lstrip(" ") if quirks.SPACE_AFTER_COLON else rest)
    if found is None:
        raise CommandError(Reply(501, "5.5.4", ("The address must stand between < and >",)))
    return found[1], found[2] or ""


def parse_parameters(text: str, parsers: Mapping[str, Parser]) -> dict[str, Any]:
    """The fields that the parameters set. Raises CommandError with 501 or 555."""
    fields: dict[str, Any] = {}
    seen: set[str] = set()
    for word in filter(None, text.split(" ")):
        found = _PARAMETER.fullmatch(word)
        if found is None:
            raise CommandError(Reply(501, "5.5.4", ("A parameter is badly written",)))
        keyword = found[1].upper()
        parser = parsers.get(keyword)
        if parser is None:
            raise CommandError(Reply.of(555, "5.5.4", f"Parameter {keyword} is not known here"))
        if keyword in seen:
            raise CommandError(Reply(501, "5.5.4", (f"{keyword} is given twice",)))
        seen.add(keyword)
        try:
            name, value = parser(found[2])
        except ValueError as fault:
            raise CommandError(Reply.of(501, "5.5.4", f"{keyword}: {fault}")) from None
        fields[name] = value
    return fields

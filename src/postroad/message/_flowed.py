"""format=flowed: paragraphs that a reader may wrap anew, and their quote depth.

Invariants: linear; `unflow(flow(text))` is the text, line ends normalised and trailing spaces gone.

Standards: RFC 3676
"""

from __future__ import annotations

from typing import Final, NamedTuple

_SIGNATURE: Final = "-- "
_WRAP_AT: Final = 72
"""Columns of a flowed line; RFC 3676 §4.2 suggests 72 or fewer."""


class Paragraph(NamedTuple):
    """One unwrapped line and how often it was quoted."""

    depth: int
    text: str


def unflow(text: str, *, delsp: bool = False) -> list[Paragraph]:
    """The paragraphs of a format=flowed body with LF or CRLF line ends (RFC 3676 §4.1)."""
    out: list[Paragraph] = []
    pending: list[str] = []
    pending_depth = 0
    for line in text.replace("\r\n", "\n").split("\n"):
        if not pending and line[:1] not in (" ", ">") and line[-1:] != " ":
            out.append(Paragraph(0, line))
            continue
        content = line.lstrip(">")
        depth = len(line) - len(content)
        content = content.removeprefix(" ")  # space-stuffing
        if pending and (depth != pending_depth or content == _SIGNATURE):
            out.append(Paragraph(pending_depth, "".join(pending)))
            pending = []
        if content.endswith(" ") and content != _SIGNATURE:
            pending.append(content[:-1] if delsp else content)
            pending_depth = depth
        else:
            out.append(Paragraph(depth, "".join((*pending, content))))
            pending = []
    if pending:
        out.append(Paragraph(pending_depth, "".join(pending)))
    return out


def unflow_text(text: str, *, delsp: bool = False) -> str:
    """The body as plain text: a paragraph a line, quoted ones with `> `."""
    text = text.replace("\r\n", "\n")
    if " \n" not in text and "\n " not in text and ">" not in text and text[:1] != " ":
        return text  # nothing is flowed, stuffed or quoted
    return "\n".join(
        line if not depth else ">" * depth + (" " + line if line else "")
        for depth, line in unflow(text, delsp=delsp)
    )


def flow(text: str) -> str:
    """A text as a format=flowed body (DelSp=no), LF line ends; `>` at a line's start is a quote."""
    return "\n".join(wrapped for line in text.split("\n") for wrapped in _flow_line(line))


def _flow_line(line: str) -> list[str]:
    if line == _SIGNATURE:
        return [line]
    content = line.rstrip(" ").lstrip(">")
    depth = len(line.rstrip(" ")) - len(content)
    marks = ">" * depth
    content = content.removeprefix(" ") if depth else content
    lines: list[str] = []
    room = max(_WRAP_AT - depth - 1, 20)
    while len(content) > room:
        cut = content.rfind(" ", 0, room)
        cut = cut if cut > 0 else content.find(" ", room)
        # A cut in front of white space would need stuffing, and `--` would become a signature.
        if cut <= 0 or content[cut + 1 : cut + 2] in ("", " ") or content[: cut + 1] == _SIGNATURE:
            break
        lines.append(content[: cut + 1])
        content = content[cut + 1 :]
    lines.append(content)
    return [marks + _stuff(piece, depth) for piece in lines]


def _stuff(line: str, depth: int) -> str:
    if depth:
        return " " + line if line else line
    return " " + line if line.startswith((" ", ">", "From ")) else line

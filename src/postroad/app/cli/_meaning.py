"""What one line of an SMTP dialogue means, in the person's language."""

from __future__ import annotations

import re

from postroad.app.texts import Text
from postroad.app.texts import probe as texts

_REPLY = re.compile(r"(?P<code>[2-5]\d\d)(?P<more>[- ]?)(?P<text>.*)", re.DOTALL)
_ENHANCED = re.compile(r"[245]\.(\d{1,3}\.\d{1,3})\b")
_COMMANDS = {
    "EHLO": texts.SAYS_EHLO,
    "HELO": texts.SAYS_HELO,
    "STARTTLS": texts.SAYS_STARTTLS,
    "MAIL": texts.SAYS_MAIL,
    "RCPT": texts.SAYS_RCPT,
    "QUIT": texts.SAYS_QUIT,
}
_GRANTED = {"mail": texts.MAIL_TAKEN, "rcpt": texts.RCPT_TAKEN}


class Meanings:
    """Explains the lines of one dialogue in their order; a reply means what its command asked."""

    def __init__(self) -> None:
        self._said = ""  # our last command's verb; "" before the first
        self._first = True  # whether the next line begins a reply

    def of(self, direction: str, line: str) -> str:
        """What `line` means; `direction` is ">" for ours, "<" for the server's."""
        if direction == ">":
            self._first = True
            self._said = line.partition(" ")[0].upper()
            if line.upper().startswith("MAIL FROM:<>"):
                return texts.SAYS_NULL()
            return _spoken(_COMMANDS.get(self._said))
        return self._reply(line)

    def _reply(self, line: str) -> str:
        found = _REPLY.fullmatch(line)
        first, self._first = self._first, False
        if not found:
            return ""
        if not first and self._said in ("EHLO", "LHLO") and found["code"] == "250":
            keyword = found["text"].partition(" ")[0].partition("=")[0].upper()
            return texts.KEYWORDS.get(keyword, texts.KEYWORD_UNKNOWN)()
        if not first:
            return ""  # a further line of a text already explained
        return self._outcome(found["code"], found["text"])

    def _outcome(self, code: str, text: str) -> str:
        if code[0] == "2":
            special = {"": texts.GREETS, "EHLO": texts.NAMES_ITSELF, "HELO": texts.NAMES_ITSELF}
            return (special.get(self._said) or _GRANTED.get(self._said.lower()) or _yes())()
        verdict = texts.CLASSES.get(code[0])
        exact = _ENHANCED.match(text)
        known = texts.ENHANCED.get(exact[1]) if exact else None
        return "; ".join(_spoken(part) for part in (verdict, known) if part)


def _yes() -> Text:
    return texts.CLASSES["2"]


def _spoken(text: Text | None) -> str:
    return text() if text else ""

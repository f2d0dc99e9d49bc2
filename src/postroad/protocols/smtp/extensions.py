"""What a server can do, as the lines of its EHLO reply: computed on one side, read on the other.

Standards: RFC 5321 §4.1.1.1; each keyword's own: RFC 1870 SIZE, RFC 2920 PIPELINING, RFC 6152
8BITMIME, RFC 2034 ENHANCEDSTATUSCODES, RFC 6531 SMTPUTF8, RFC 3030 CHUNKING and BINARYMIME,
RFC 3461 DSN, RFC 9422 LIMITS, RFC 3207 STARTTLS, RFC 4954 AUTH
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from postroad.protocols.smtp import quirks
from postroad.protocols.smtp.config import ServerConfig
from postroad.protocols.smtp.replies import Reply


def offered(config: ServerConfig, mechanisms: Iterable[str], *, tls: bool) -> tuple[str, ...]:
    """The keyword lines of a server, `mechanisms` being those that may be used now."""
    lines = [
        f"SIZE {config.max_message_size}",
        "PIPELINING",
        "8BITMIME",
        "ENHANCEDSTATUSCODES",
        "SMTPUTF8",
        "CHUNKING",
        "BINARYMIME",
        "DSN",
        f"LIMITS MAILMAX={config.max_messages} RCPTMAX={config.max_recipients}",
    ]
    if config.offers_starttls and not tls:
        lines.append("STARTTLS")
    names = " ".join(mechanisms)
    if names:
        lines.append(f"AUTH {names}")
    return tuple(lines)


class Extensions(Mapping[str, tuple[str, ...]]):
    """Keywords in upper case, with their parameters as words."""

    __slots__ = ("_words",)

    def __init__(self, words: Mapping[str, tuple[str, ...]] | None = None) -> None:
        self._words = dict(words or {})

    @classmethod
    def parse(cls, reply: Reply) -> Extensions:
        """From the reply to EHLO: its first line is the server's name, the others are keywords."""
        words: dict[str, tuple[str, ...]] = {}
        for line in reply.lines[1:]:
            keyword, *parameters = line.split() or [""]
            keyword = keyword.upper()
            if quirks.AUTH_EQUALS and keyword.startswith("AUTH="):
                parameters = [keyword.removeprefix("AUTH="), *parameters]
                keyword = "AUTH"
            if keyword:
                known = words.get(keyword, ())
                words[keyword] = known + tuple(p for p in parameters if p not in known)
        return cls(words)

    def __getitem__(self, keyword: str) -> tuple[str, ...]:
        return self._words[keyword]

    def __iter__(self) -> Iterator[str]:
        return iter(self._words)

    def __len__(self) -> int:
        return len(self._words)

    @property
    def mechanisms(self) -> tuple[str, ...]:
        """SASL mechanisms, in upper case."""
        return tuple(name.upper() for name in self.get("AUTH", ()))

    @property
    def max_size(self) -> int | None:
        """Octets of the largest message; None when the server names no limit."""
        words = self.get("SIZE", ())
        if words and words[0].isascii() and words[0].isdigit():
            return int(words[0][:20]) or None
        return None

    def limit(self, name: str) -> int | None:
        """A number of RFC 9422, as `RCPTMAX`; None when it is not given."""
        for word in self.get("LIMITS", ()):
            key, _, value = word.partition("=")
            if key.upper() == name and value.isascii() and value.isdigit() and len(value) <= 6:
                return int(value) or None
        return None

"""A mailbox address as the stations compare it: local part as given, domain in lower case.

Standards: RFC 5321 §4.1.2 (Mailbox), §2.4 (the case of local parts is the owner's matter)
"""

from __future__ import annotations

from dataclasses import dataclass

NULL_PATH = ""
"""The null reverse-path `<>` of notifications (RFC 5321 §4.5.5)."""


@dataclass(frozen=True, slots=True)
class Address:
    """`local` is unquoted; `domain` is lower-case, or a literal with its brackets."""

    local: str
    domain: str

    @classmethod
    def parse(cls, text: str) -> Address:
        """Split at the last `@`; the grammar was checked where the address entered.

        Raises ValueError when there is no `@` or a side is empty.
        """
        local, at, domain = text.rpartition("@")
        if not at or not local or not domain:
            raise ValueError(f"not an address: {text!r}; write it as name@domain")
        return cls(local, domain.lower())

    def __str__(self) -> str:
        return f"{self.local}@{self.domain}"


def domain_of(address: str) -> str:
    """The lower-case domain of an address; empty for the null path and for bare names."""
    return address.rpartition("@")[2].lower() if "@" in address else ""


def is_null(path: str) -> bool:
    """Whether a reverse-path is `<>`."""
    return path == NULL_PATH

"""Addresses and names as the directory compares them.

A domain is compared as lower-case A-labels, a local part folded: RFC 5321 leaves its case to the
domain's owner, and here that is us. What enters the directory is checked in this file and nowhere
else.

Standards: RFC 5321 §2.4, §4.1.2, §4.5.3.1; RFC 5890 §2.3.2 (A-labels); RFC 6531 §3.3; RFC 5233 §3
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

import idna

from postroad.directory.errors import BadAddress, BadDomain, BadName

MAX_LOCAL = 64
"""Octets of a local part (RFC 5321 §4.5.3.1.1)."""

MAX_DOMAIN = 253
"""Octets of a domain name as text (RFC 1035 §2.3.4: 255 on the wire)."""

MAX_NAME = 200
"""Characters of a display name; ours."""

SEPARATOR = "+"
"""Between the name and the tag of a plus-address (RFC 5233 §3 leaves the choice to us)."""

POSTMASTER = "postmaster"
"""The local name every domain answers to (RFC 5321 §4.5.1)."""

_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~\u0080-\U0010ffff]+")


class Folded(NamedTuple):
    """An address in the form in which two spellings of it are equal."""

    local: str
    domain: str

    def __str__(self) -> str:
        return f"{self.local}@{self.domain}"


def fold_domain(domain: str) -> str:
    """Return `domain` as lower-case A-labels; what is no domain name comes back in lower case."""
    text = domain.rstrip(".").lower()
    if text.isascii():
        return text
    try:
        return idna.encode(text, uts46=True).decode("ascii")
    except idna.IDNAError:
        return text


def fold_local(local: str) -> str:
    """Return `local` in lower case and one Unicode form."""
    text = local.lower()
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def fold(address: str) -> Folded:
    """Split and fold an address that a peer gave; without `@` all of it is the local part."""
    local, at, domain = address.rpartition("@")
    return Folded(fold_local(local), fold_domain(domain)) if at else Folded(fold_local(domain), "")


def parse_domain(text: str) -> str:
    """Check a domain that an administrator gave. Raises BadDomain."""
    domain = fold_domain(text)
    labels = domain.split(".")
    if not domain.isascii() or len(domain) > MAX_DOMAIN or not all(map(_LABEL.fullmatch, labels)):
        raise BadDomain(f"{text!r} is not a domain name; write it like example.org")
    return domain


def parse_address(text: str) -> Folded:
    """Check an address that an administrator gave. Raises BadAddress."""
    local, at, domain = text.rpartition("@")
    if not at:
        raise BadAddress(f"{text!r} has no @; write the address as name@example.org")
    try:
        folded = Folded(fold_local(local), parse_domain(domain))
    except BadDomain as error:
        raise BadAddress(f"{text!r}: {error}") from error
    if not all(map(_ATOM.fullmatch, folded.local.split("."))):
        raise BadAddress(
            f"{text!r}: the part before the @ may have letters, digits, dots between them and any"
            " of !#$%&'*+-/=?^_`{|}~"
        )
    if len(folded.local.encode()) > MAX_LOCAL:
        raise BadAddress(f"{text!r}: the part before the @ is longer than {MAX_LOCAL} octets")
    if any(unicodedata.category(character)[0] in "CZ" for character in folded.local):
        raise BadAddress(f"{text!r}: the part before the @ has invisible characters")
    return folded


def parse_name(text: str) -> str:
    """Check a display name. Raises BadName."""
    name = " ".join(text.split())
    if len(name) > MAX_NAME:
        raise BadName(f"the name is longer than {MAX_NAME} characters")
    if any(unicodedata.category(character)[0] == "C" for character in name):
        raise BadName("the name has control characters or other invisible ones")
    return name


def without_tag(local: str) -> str | None:
    """Return `name` of `name+tag`, or None when there is no tag."""
    name, separator, _ = local.partition(SEPARATOR)
    return name if separator and name else None

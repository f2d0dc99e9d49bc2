"""Paths and mailboxes: read by the grammar, written in one form.

The one form (`canonical`): `local@domain`, the local part without quotes whenever it can do
without, the domain in lower case; A-labels and U-labels stay as they came. `postmaster` stands
alone, and the empty text is the null reverse-path.

Standards: RFC 5321 §4.1.2 (grammar), §4.1.3 (address literals), §4.1.1.3 (postmaster), Appendix C
(source routes); RFC 6531 §3.3 (UTF-8)
"""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv4Address, IPv6Address

from postroad.protocols.smtp import limits, quirks
from postroad.protocols.smtp.errors import AddressError

# RFC 5321 §4.1.2 with the additions of RFC 6531 §3.3; every repetition is unambiguous or
# possessive, so matching is linear.
_UTF8 = "\u00a0-\u2027\u202a-\ud7ff\ue000-\U0010ffff"  # without C1 controls and line separators
_ATEXT = rf"A-Za-z0-9!#$%&'*+/=?^_`{{|}}~{_UTF8}-"
_DOT_STRING = rf"[{_ATEXT}]+(?:\.[{_ATEXT}]+)*"
_QUOTED = rf'"(?:[ !#-\[\]-~{_UTF8}]|\\[ -~])*+"'
_LABEL = rf"[A-Za-z0-9{_UTF8}]+(?:-+[A-Za-z0-9{_UTF8}]+)*"
_DOMAIN = rf"{_LABEL}(?:\.{_LABEL})*"

_MAILBOX = re.compile(rf"(?:({_DOT_STRING})|({_QUOTED}))@(?:({_DOMAIN})|\[([!-Z^-~]+)\])")
_IS_DOT_STRING = re.compile(_DOT_STRING)
_IS_DOMAIN = re.compile(_DOMAIN)
_ROUTE = re.compile(rf"@{_DOMAIN}(?:,@{_DOMAIN})*:")
_LOOSE_HELLO = re.compile(r"[A-Za-z0-9._:\[\]-]+")
# By far most addresses: nothing quoted, nothing long, nothing to change.
_PLAIN = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@[a-z0-9]+(?:-+[a-z0-9]+)*(?:\.[a-z0-9]+(?:-+[a-z0-9]+)*)+"
)


def canonical(mailbox: str) -> str:
    """The one form of a mailbox. Raises AddressError."""
    if len(mailbox) <= limits.LABEL and _PLAIN.fullmatch(mailbox):
        return mailbox
    if len(mailbox.encode("utf-8", "replace")) > limits.PATH - 2:
        raise AddressError(f"the address is longer than {limits.PATH - 2} octets")
    found = _MAILBOX.fullmatch(mailbox)
    if found is None:
        raise AddressError("not an address of the form name@domain")
    dot_string, quoted, domain, literal = found.groups()
    local = dot_string if dot_string is not None else _requote(quoted)
    return f"{local}@{_domain(domain) if domain is not None else _literal(literal)}"


def forward_path(path: str) -> str:
    """The mailbox of a path without its brackets. Raises AddressError.

    `postmaster`, in any case, stands for itself (RFC 5321 §4.1.1.3).
    """
    if path.lower() == "postmaster":
        return "postmaster"
    if quirks.SOURCE_ROUTES and path.startswith("@"):
        route = _ROUTE.match(path)
        if route is None:
            raise AddressError("the source route is badly written")
        path = path[route.end() :]
    return canonical(path)


def reverse_path(path: str) -> str:
    """The same for MAIL, where the empty path means: no notifications."""
    return "" if not path else forward_path(path)


def hello_name(text: str) -> str:
    """The name a client gives itself, as it wrote it. Raises AddressError."""
    if len(text) > limits.DOMAIN:
        raise AddressError(f"the name is longer than {limits.DOMAIN} octets")
    if quirks.LOOSE_HELLO and _LOOSE_HELLO.fullmatch(text):
        return text
    raise AddressError("not a host name or an address in brackets")


def is_domain(text: str) -> bool:
    """Whether `text` is a domain by the grammar; literals are not."""
    return len(text) <= limits.DOMAIN and bool(_IS_DOMAIN.fullmatch(text))


def is_literal(text: str) -> bool:
    """Whether `text` is an IPv4 or IPv6 address in brackets."""
    try:
        return canonical(f"x@{text}").endswith("]")
    except AddressError:
        return False


def _domain(domain: str) -> str:
    if len(domain.encode()) > limits.DOMAIN:
        raise AddressError(f"the domain is longer than {limits.DOMAIN} octets")
    if any(len(label.encode()) > limits.LABEL for label in domain.split(".")):
        raise AddressError(f"a label of the domain is longer than {limits.LABEL} octets")
    return domain.lower()


def _literal(inside: str) -> str:
    """RFC 5321 §4.1.3. No further tag has been standardised, so no other is known."""
    try:
        if inside[:5].upper() == "IPV6:" and "%" not in inside:  # a zone means nothing elsewhere
            return f"[IPv6:{IPv6Address(inside[5:])}]"
        return f"[{IPv4Address(inside)}]"
    except AddressValueError:
        raise AddressError("the address in brackets is neither IPv4 nor IPv6") from None


def _requote(quoted: str) -> str:
    """The same local part with the least quoting (RFC 5321 §4.1.2)."""
    local = re.sub(r"\\(.)", r"\1", quoted[1:-1])
    if _IS_DOT_STRING.fullmatch(local):
        return local
    return '"' + re.sub(r'(["\\])', r"\\\1", local) + '"'

"""What an administrator can ask that the directory cannot do; each text says what to do instead."""

from __future__ import annotations


class DirectoryError(Exception):
    """The directory is unchanged; `str()` is a sentence for the person who asked."""


class BadAddress(DirectoryError):
    """Not an address that mail could be delivered to here."""


class BadDomain(DirectoryError):
    """Not a domain name."""


class BadName(DirectoryError):
    """Not a name to show beside an address."""


class BadQuota(DirectoryError):
    """Not a number of octets."""


class BadPassword(DirectoryError):
    """A password that cannot be used. The text never repeats it."""


class DomainExists(DirectoryError):
    """The domain is here already."""


class DomainInUse(DirectoryError):
    """The domain still has accounts or aliases."""


class NoSuchDomain(DirectoryError):
    """The domain is not one of ours."""


class AccountExists(DirectoryError):
    """Somebody has this address already."""


class NoSuchAccount(DirectoryError):
    """No account has this address."""


class AliasExists(DirectoryError):
    """The alias is here already."""


class NoSuchAlias(DirectoryError):
    """There is no such alias."""


class TooManyLogins(DirectoryError):
    """So many passwords wait to be checked that this one is not; try again (454 4.7.0)."""

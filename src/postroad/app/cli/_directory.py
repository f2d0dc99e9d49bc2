"""The directory's complaints in the person's language."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from postroad import directory
from postroad.app.cli._exit import Exit, Refusal
from postroad.app.texts import Text
from postroad.app.texts import directory as texts

_TEXTS: dict[type[directory.DirectoryError], Text] = {
    directory.BadAddress: texts.BAD_ADDRESS,
    directory.BadDomain: texts.BAD_DOMAIN,
    directory.BadName: texts.BAD_NAME,
    directory.BadQuota: texts.BAD_QUOTA,
    directory.BadPassword: texts.BAD_PASSWORD,
    directory.DomainExists: texts.DOMAIN_EXISTS,
    directory.DomainInUse: texts.DOMAIN_IN_USE,
    directory.NoSuchDomain: texts.NO_SUCH_DOMAIN,
    directory.AccountExists: texts.ACCOUNT_EXISTS,
    directory.NoSuchAccount: texts.NO_SUCH_ACCOUNT,
    directory.AliasExists: texts.ALIAS_EXISTS,
    directory.NoSuchAlias: texts.NO_SUCH_ALIAS,
}
_WRONG_INPUT = (
    directory.BadAddress,
    directory.BadDomain,
    directory.BadName,
    directory.BadQuota,
    directory.BadPassword,
)


@contextmanager
def asked(subject: str) -> Iterator[None]:
    """What the directory refuses inside becomes a Refusal about `subject`."""
    try:
        yield
    except directory.DirectoryError as failure:
        text = _TEXTS.get(type(failure), texts.OTHER)
        code = Exit.USAGE if isinstance(failure, _WRONG_INPUT) else Exit.NO
        raise Refusal(text, code, subject=subject, reason=failure) from failure

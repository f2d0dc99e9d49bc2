"""Domains, accounts and aliases are added, listed, changed and removed, with clear refusals."""

from __future__ import annotations

from typing import Any

import pytest

from postroad import directory as d

NONE = d.Verifiers("x", "y")


@pytest.mark.parametrize(
    "bad", ["", ".", "a..b", "-a.test", "a-.test", "a b", "a_é\x00", "x" * 64, "[1.2.3.4]", "a/b"]
)
def test_what_is_no_domain_is_refused_in_a_sentence(town: Any, bad: str) -> None:
    with pytest.raises(d.BadDomain, match="not a domain name"):
        d.add_domain(town.tx, bad, 1.0)


@pytest.mark.parametrize(
    "bad",
    ["bob", "@beta.test", "a b@beta.test", "a..b@beta.test", ".a@beta.test", '"a"@beta.test',
     "a@b@beta.test", "a\r\n@beta.test", "x" * 65 + "@beta.test", "a\u202eb@beta.test",
     "a\u00a0b@beta.test", "bob@b c"],
)  # fmt: skip
def test_what_is_no_address_is_refused_in_a_sentence(town: Any, bad: str) -> None:
    with pytest.raises(d.BadAddress) as caught:
        town.person(bad)
    assert repr(bad)[1:-1] in str(caught.value)


@pytest.mark.parametrize("bad", ["x" * 201, "Bob\x00", "Bob\u202egnp"])
def test_what_is_no_name_is_refused(town: Any, bad: str) -> None:
    with pytest.raises(d.BadName):
        d.add_account(town.tx, "new@beta.test", NONE, name=bad, now=1.0)


def test_an_account_is_as_it_was_made(town: Any) -> None:
    made = d.add_account(town.tx, "New@Beta.test", NONE, name="  Ann   Lee ", quota=5, now=7.0)
    assert (made.address, made.name, made.quota, made.created) == (
        "new@beta.test",
        "Ann Lee",
        5,
        7.0,
    )
    assert d.get_account(town.tx, "new@BETA.test") == made
    assert made in d.list_accounts(town.tx, "Beta.Test")
    assert made not in d.list_accounts(town.tx, "gamma.test")


def test_an_address_is_given_once(town: Any) -> None:
    town.alias("sales@beta.test", "bob@beta.test")
    with pytest.raises(d.AccountExists):
        town.person("BOB@beta.test")
    with pytest.raises(d.AliasExists):
        town.person("sales@beta.test")
    with pytest.raises(d.AccountExists):
        town.alias("bob@beta.test", "betty@beta.test")
    with pytest.raises(d.AliasExists):
        town.alias("sales@beta.test", "betty@beta.test")
    with pytest.raises(d.DomainExists):
        d.add_domain(town.tx, "BETA.test", 1.0)


def test_the_number_of_a_removed_account_is_never_given_again(town: Any) -> None:
    gone = d.remove_account(town.tx, "carol@gamma.test")
    assert town.person("carol@gamma.test").id > gone.id


def test_a_domain_goes_only_when_it_is_empty(town: Any) -> None:
    with pytest.raises(d.DomainInUse, match=r"carol@gamma\.test"):
        d.remove_domain(town.tx, "gamma.test")
    d.remove_account(town.tx, "carol@gamma.test")
    town.alias("sales@gamma.test", "bob@beta.test")
    with pytest.raises(d.DomainInUse, match="alias sales"):
        d.remove_domain(town.tx, "gamma.test")
    d.remove_alias(town.tx, "sales@gamma.test")
    d.remove_domain(town.tx, "gamma.test")
    assert [domain.name for domain in d.list_domains(town.tx)] == ["beta.test"]


def test_aliases_are_listed_with_all_their_targets(town: Any) -> None:
    town.alias("sales@beta.test", "x@else.test", "Bob@beta.test", "bob@BETA.test")
    town.alias("info@gamma.test", "carol@gamma.test")
    assert d.list_aliases(town.tx, "beta.test") == [
        d.Alias("sales@beta.test", ("bob@beta.test", "x@else.test"))
    ]
    assert len(d.list_aliases(town.tx)) == 2


def test_what_is_not_there_is_named_with_what_to_do(town: Any) -> None:
    with pytest.raises(d.NoSuchDomain, match=r"postroad domain add else\.test"):
        town.person("a@else.test")
    with pytest.raises(d.NoSuchDomain):
        d.set_catch_all(town.tx, "else.test", None)
    with pytest.raises(d.NoSuchAlias):
        d.remove_alias(town.tx, "bob@beta.test")
    for call in (d.remove_account, d.get_account):
        with pytest.raises(d.NoSuchAccount):
            call(town.tx, "nobody@beta.test")
    with pytest.raises(d.NoSuchAccount):
        d.set_password(town.tx, "nobody@beta.test", NONE)


def test_a_quota_changes_and_is_never_less_than_nothing(town: Any) -> None:
    assert d.set_account_quota(town.tx, "bob@beta.test", 9).quota == 9
    assert d.set_account_quota(town.tx, "bob@beta.test", None).quota is None
    with pytest.raises(d.BadQuota):
        d.set_account_quota(town.tx, "bob@beta.test", -1)


def test_an_alias_has_targets_and_not_too_many(town: Any) -> None:
    for targets in ([], [f"x{n}@else.test" for n in range(1_001)]):
        with pytest.raises(d.BadAddress, match="1 to 1000"):
            town.alias("sales@beta.test", *targets)

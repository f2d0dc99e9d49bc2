"""Whom an address stands for."""

from __future__ import annotations

from typing import Any

import pytest

from postroad import directory
from postroad.directory import NotLocal, Unknown

BOB, BETTY, CAROL = "bob@beta.test", "betty@beta.test", "carol@gamma.test"


@pytest.mark.parametrize("spelling", [BOB, "Bob@BETA.test", "BOB@beta.test."])
def test_an_account_answers_to_its_address_in_any_case(town: Any, spelling: str) -> None:
    assert town.ends(spelling) == [(BOB, "")]


@pytest.mark.parametrize("address", ["x@else.test", "x@sub.beta.test", "x@[127.0.0.1]", "bob", ""])
def test_other_domains_are_not_ours(town: Any, address: str) -> None:
    assert directory.resolve(town.tx, address) == NotLocal()


@pytest.mark.parametrize("address", ["nobody@beta.test", "@beta.test", "carol@beta.test"])
def test_nobody_of_that_name_is_unknown(town: Any, address: str) -> None:
    assert directory.resolve(town.tx, address) == Unknown()


def test_a_tag_leads_to_the_account_without_it(town: Any) -> None:
    assert town.ends("bob+lists+python@beta.test") == [(BOB, "plus")]
    assert directory.resolve(town.tx, "nobody+x@beta.test") == Unknown()


def test_an_account_that_has_a_plus_in_its_name_comes_first(town: Any) -> None:
    town.person("bob+work@beta.test")
    assert town.ends("bob+work@beta.test") == [("bob+work@beta.test", "")]


def test_an_alias_leads_to_all_its_targets_here_and_elsewhere_each_once(town: Any) -> None:
    town.alias("sales@beta.test", BOB, "Carol@Gamma.test", "x@else.test", "bob+a@beta.test")
    assert town.ends("sales@beta.test") == [
        (BOB, "alias"),
        (CAROL, "alias"),
        ("elsewhere x@else.test", "alias"),
    ]


def test_aliases_are_followed_through_aliases_and_tags(town: Any) -> None:
    town.alias("all@beta.test", "sales@beta.test", BETTY)
    town.alias("sales@beta.test", BOB)
    assert sorted(town.ends("all+x@beta.test")) == [(BETTY, "plus"), (BOB, "plus")]


def test_a_circle_of_aliases_ends_and_delivers_what_lies_on_it(town: Any) -> None:
    town.alias("one@beta.test", "two@beta.test")
    town.alias("two@beta.test", "one@beta.test", BOB)
    assert town.ends("one@beta.test") == [(BOB, "alias")]
    town.alias("a@beta.test", "b@beta.test")
    town.alias("b@beta.test", "a@beta.test")
    assert directory.resolve(town.tx, "a@beta.test") == Unknown()


def test_a_chain_of_aliases_has_an_end_even_without_a_circle(town: Any) -> None:
    for number in range(50):
        town.alias(f"step{number}@beta.test", f"step{number + 1}@beta.test")
    town.alias("step50@beta.test", BOB)
    assert directory.resolve(town.tx, "step0@beta.test") == Unknown()
    assert town.ends("step45@beta.test") == [(BOB, "alias")]


def test_a_tree_of_aliases_that_doubles_at_each_step_is_bounded(town: Any) -> None:
    for level in range(9):
        for side in "ab":
            below = [f"{level + 1}{other}@beta.test" for other in "ab"]
            town.alias(f"{level}{side}@beta.test", *below)
    town.alias("9a@beta.test", *(f"x{n}@else.test" for n in range(900)))
    town.alias("9b@beta.test", *(f"y{n}@else.test" for n in range(900)))
    assert len(town.ends("0a@beta.test")) <= 1_900


def test_the_catch_all_takes_what_nobody_else_does(town: Any) -> None:
    directory.set_catch_all(town.tx, "beta.test", CAROL)
    assert town.ends("nobody@beta.test") == [(CAROL, "catch-all")]
    assert town.ends("nobody+x@beta.test") == [(CAROL, "catch-all")]
    assert town.ends(BOB) == [(BOB, "")]
    directory.set_catch_all(town.tx, "beta.test", None)
    assert directory.resolve(town.tx, "nobody@beta.test") == Unknown()


@pytest.mark.parametrize("name", ["postmaster@beta.test", "PostMaster@beta.test", "POSTMASTER"])
def test_every_domain_has_a_postmaster(town: Any, name: str) -> None:
    assert town.ends(name) == [(BOB, "postmaster")]
    assert town.ends("postmaster@gamma.test") == [(CAROL, "postmaster")]


def test_a_domain_without_people_has_a_postmaster_elsewhere_in_the_house(town: Any) -> None:
    directory.add_domain(town.tx, "empty.test", 9.0)
    assert town.ends("postmaster@empty.test") == [(BOB, "postmaster")]


def test_an_alias_for_the_postmaster_is_obeyed(town: Any) -> None:
    town.alias("postmaster@beta.test", BETTY)
    assert town.ends("postmaster@beta.test") == [(BETTY, "alias")]


def test_a_domain_in_its_own_letters_is_the_same_domain(town: Any) -> None:
    directory.add_domain(town.tx, "bücher.例え", 9.0)
    town.person("info@bücher.例え")
    for spelling in ("info@xn--bcher-kva.xn--r8jz45g", "Info@BÜCHER.例え"):
        assert town.ends(spelling) == [("info@xn--bcher-kva.xn--r8jz45g", "")]


def test_a_local_part_is_the_same_in_every_unicode_form(town: Any) -> None:
    town.person("jos\u00e9@beta.test")
    assert town.ends("JOSE\u0301@beta.test") == [("jos\u00e9@beta.test", "")]


@pytest.mark.parametrize(
    ("address", "bob", "carol"),
    [
        ("Bob@beta.test", True, False),
        ("bob+any@beta.test", True, False),
        ("sales@beta.test", True, True),
        ("sales+x@beta.test", True, True),
        ("betty@beta.test", False, False),
        ("nobody@beta.test", False, False),
        ("postmaster@beta.test", False, False),
        ("bob@else.test", False, False),
        ("", False, False),
    ],
)
def test_one_sends_as_oneself_with_tags_and_by_aliases_that_lead_here(
    town: Any, address: str, bob: bool, carol: bool
) -> None:
    town.alias("sales@beta.test", BOB, CAROL)
    directory.set_catch_all(town.tx, "beta.test", BOB)
    assert (town.owns(BOB, address), town.owns(CAROL, address)) == (bob, carol)

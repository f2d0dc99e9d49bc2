"""Whether a recipient is taken on port 25, and why."""

from __future__ import annotations

from typing import Any

import pytest

from postroad import directory
from postroad.border.inbound import BorderInboundConfig, Judgement, recipients
from postroad.border.inbound.recipients import REMEMBERED_FOR
from postroad.testing.station import Inner, Town, at_once

ALICE, FAY = "alice@alpha.test", "fay@alpha.test"
INNER = "pat@inner.test"


def town(**border: Any) -> Town:
    made = Town(border=BorderInboundConfig(**border), inner=Inner(INNER, "postmaster@inner.test"))
    made.account(ALICE)
    made.full(FAY)
    return made


def judge(made: Town, recipient: str, size: int = 0, trusted: bool = False) -> Judgement:
    return at_once(made.policy.judge(recipient, size, trusted))


@pytest.mark.parametrize(
    ("recipient", "code"),
    [
        (ALICE, "250 2.1.5"),
        ("ALICE@ALPHA.TEST", "250 2.1.5"),
        ("alice+tag@alpha.test", "250 2.1.5"),
        ("postmaster@alpha.test", "250 2.1.5"),
        ("postmaster", "250 2.1.5"),
        ("nobody@alpha.test", "550 5.1.1"),
        (FAY, "452 4.2.2"),
        (INNER, "250 2.1.5"),
        ("nobody@inner.test", "550 5.1.1"),
        ("x@gamma.test", "550 5.7.1"),
        ("x@[127.0.0.1]", "550 5.7.1"),
        ("postmaster@gamma.test", "550 5.7.1"),
        ("alice@sub.alpha.test", "550 5.7.1"),
        ("alice@alpha.test.gamma.test", "550 5.7.1"),
    ],
)
def test_a_stranger_reaches_our_people_and_nobody_else(recipient: str, code: str) -> None:
    made = town(relay_domains=("inner.test",))
    judgement = judge(made, recipient)
    assert str(judgement.reply).startswith(code) and judgement.reason
    assert judgement.taken == code.startswith("250")


@pytest.mark.parametrize(
    ("recipient", "code"),
    [("x@gamma.test", 250), ("x@[192.0.2.1]", 250), (ALICE, 250), ("nobody@alpha.test", 550)],
)
def test_our_own_servers_reach_everybody_but_unknown_people_of_ours(recipient, code) -> None:
    assert judge(town(), recipient, trusted=True).reply.code == code


def test_what_our_own_servers_may_is_not_remembered_for_strangers() -> None:
    made = town()
    assert judge(made, "x@gamma.test", trusted=True).taken
    assert not judge(made, "x@gamma.test").taken


@pytest.mark.parametrize(
    ("networks", "peer", "trusted"),
    [
        ((), "127.0.0.1", False),
        (("192.0.2.0/24",), "192.0.2.7", True),
        (("192.0.2.0/24",), "192.0.3.7", False),
        (("192.0.2.7",), "192.0.2.7", True),
        (("192.0.2.7/24",), "192.0.2.99", True),
        (("192.0.2.0/24",), "::ffff:192.0.2.7", True),
        (("192.0.2.0/24",), "::ffff:198.51.100.7", False),
        (("2001:db8::/32",), "2001:db8::1", True),
        (("2001:db8::/32",), "2001:db9::1", False),
        (("fe80::/10",), "fe80::1%eth0", True),
        (("0.0.0.0/0",), "2001:db8::1", False),
        (("::/0",), "192.0.2.7", False),
    ],
)
def test_trust_is_by_address_in_every_notation(networks, peer, trusted) -> None:
    assert town(relay_from=networks).policy.trusts(peer) == trusted


def test_an_alias_to_elsewhere_is_ours_to_forward() -> None:
    made = town()
    made.alias("away@alpha.test", "x@gamma.test")
    assert judge(made, "away@alpha.test").taken


def test_an_alias_with_one_full_mailbox_is_taken_and_with_only_such_is_not() -> None:
    made = town()
    made.alias("both@alpha.test", FAY, ALICE)
    made.alias("one@alpha.test", FAY)
    assert judge(made, "both@alpha.test").taken
    assert judge(made, "one@alpha.test").reply.code == 452


def test_an_announced_size_must_fit() -> None:
    made = town()
    made.account("sam@alpha.test", quota=1_000_000)
    assert judge(made, "sam@alpha.test", 500_000).taken
    assert judge(made, "sam@alpha.test", 5_000_000).reply.code == 452


def test_names_in_other_scripts_are_compared_as_the_dns_does() -> None:
    made = town(relay_domains=("例え.test",))
    made.inner.people = ("用户@例え.test", "x@xn--r8jz45g.test")
    assert judge(made, "用户@例え.test").taken and judge(made, "x@xn--r8jz45g.test").taken


def test_a_border_without_mailboxes_takes_mail_for_postmaster_all_the_same() -> None:
    made = Town(
        border=BorderInboundConfig(relay_domains=("inner.test",)),
        inner=Inner("postmaster@inner.test"),
    )
    judgement = judge(made, "postmaster")
    assert judgement.taken and judgement.recipient == "postmaster@inner.test"


def test_when_the_inner_host_cannot_be_asked_the_sender_tries_again() -> None:
    made = town(relay_domains=("inner.test",))
    made.inner.down = True
    assert judge(made, INNER).reply.code == 451


def test_without_call_outs_an_inner_domain_is_taken_unseen() -> None:
    made = town(relay_domains=("inner.test",), verify_recipients=False)
    assert judge(made, "anybody@inner.test").taken and made.inner.asked == []


def test_a_good_answer_is_kept_for_a_moment_and_a_bad_one_is_not() -> None:
    made = town()
    assert judge(made, ALICE).taken and not judge(made, "new@alpha.test").taken
    made.account("new@alpha.test")
    assert judge(made, "new@alpha.test").taken
    directory.remove_account(made.tx, ALICE)
    assert judge(made, ALICE).taken
    made.clock.advance(REMEMBERED_FOR)
    assert not judge(made, ALICE).taken


def test_no_more_than_so_many_answers_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recipients, "REMEMBERED", 50)
    made = town()
    for number in range(120):
        judge(made, f"alice+{number}@alpha.test")
    assert len(made.policy._good) <= 50

"""PLAIN and LOGIN, both sides, and the choice of a mechanism."""

from __future__ import annotations

import pytest

from postroad.sasl import (
    Challenge,
    ChannelBinding,
    CheckPassword,
    Failure,
    FetchScram,
    SaslError,
    Success,
    client_mechanism,
    preferred,
    server_mechanism,
    usable,
)

WRONG = Failure("wrong user name or password")


def test_plain_with_an_initial_response() -> None:
    plain = server_mechanism("PLAIN", "")
    assert plain.start(b"\0tim\0tanstaaf") == CheckPassword("tim", "tanstaaf")
    assert plain.answer(True) == Success("tim")


def test_plain_without_one_is_asked_with_an_empty_challenge() -> None:
    plain = server_mechanism("plain", "")
    assert plain.start(None) == Challenge(b"")
    assert plain.respond(b"tim\0tim\0tanstaaf") == CheckPassword("tim", "tanstaaf")
    assert plain.answer(False) == WRONG


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"tim",
        b"tim\0tanstaaf",
        b"\0a\0b\0c",
        b"\0\xff\0b",
        b"\0tim\0\xff",
        b"\0t\x07m\0b",
        b"\0" + b"u" * 256 + b"\0b",
        b"\0tim\0" + b"p" * 256,
    ],
)
def test_a_plain_message_of_another_shape_is_malformed(message: bytes) -> None:
    step = server_mechanism("PLAIN", "").start(message)
    assert isinstance(step, Failure)
    assert step.malformed


@pytest.mark.parametrize("message", [b"\0\0b", b"\0a\0", b"admin\0tim\0pw"])
def test_empty_parts_and_acting_for_others_fail(message: bytes) -> None:
    step = server_mechanism("PLAIN", "").start(message)
    assert isinstance(step, Failure)
    assert not step.malformed


def test_a_look_up_that_was_not_asked_for_proves_nothing() -> None:
    assert server_mechanism("PLAIN", "").answer(True) == WRONG
    assert server_mechanism("LOGIN", "").answer(True) == WRONG


def test_login_prompts_twice() -> None:
    login = server_mechanism("LOGIN", "")
    assert login.start(None) == Challenge(b"Username:")
    assert login.respond(b"tim") == Challenge(b"Password:")
    assert login.respond(b"tanstaaf") == CheckPassword("tim", "tanstaaf")
    assert login.answer(True) == Success("tim")


def test_login_takes_the_user_name_as_initial_response() -> None:
    login = server_mechanism("LOGIN", "")
    assert login.start(b"tim") == Challenge(b"Password:")
    assert login.respond(b"x") == CheckPassword("tim", "x")


def test_the_plain_client_says_all_at_once_and_nothing_more() -> None:
    client = client_mechanism(["PLAIN"], "tim", "tanstaaf", "")
    assert client is not None
    assert not client.complete
    assert client.start() == b"\0tim\0tanstaaf"
    assert client.complete
    with pytest.raises(SaslError):
        client.respond(b"")


def test_the_login_client_answers_two_prompts_of_any_words() -> None:
    client = client_mechanism(["LOGIN"], "tim", "tanstaaf", "")
    assert client is not None
    assert client.start() is None
    assert [client.respond(b"Who?"), client.respond(b"")] == [b"tim", b"tanstaaf"]
    assert client.complete
    with pytest.raises(SaslError):
        client.respond(b"And?")


@pytest.mark.parametrize(("user", "password"), [("", "x"), ("x", ""), ("x", "a\0b"), ("\x07", "x")])
def test_what_cannot_be_sent_is_refused_before_it_is(user: str, password: str) -> None:
    client = client_mechanism(["PLAIN"], user, password, "")
    assert client is not None
    with pytest.raises(SaslError):
        client.start()


def test_no_password_shows_in_a_repr_or_an_error() -> None:
    assert "tanstaaf" not in repr(CheckPassword("tim", "tanstaaf"))
    assert "secret" not in repr(ChannelBinding("tls-exporter", b"secret"))
    client = client_mechanism(["PLAIN"], "tim", "tans\0taaf", "")
    assert client is not None
    with pytest.raises(SaslError) as caught:
        client.start()
    assert "tans" not in str(caught.value)


@pytest.mark.parametrize(
    ("offered", "bound", "name"),
    [
        (["LOGIN", "PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"], True, "SCRAM-SHA-256-PLUS"),
        (["LOGIN", "PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"], False, "SCRAM-SHA-256"),
        (["login", "plain"], True, "PLAIN"),
        (["GSSAPI", "LOGIN"], False, "LOGIN"),
        (["GSSAPI"], False, None),
        ([], True, None),
    ],
)
def test_the_best_mechanism_is_chosen(offered: list[str], bound: bool, name: str | None) -> None:
    assert preferred(offered, bound=bound) == name


def test_plus_is_offered_only_with_a_binding() -> None:
    names = ["SCRAM-SHA-256-PLUS", "PLAIN"]
    assert usable(names, bound=False) == ("PLAIN",)
    assert usable(names, bound=True) == tuple(names)
    with pytest.raises(LookupError):
        server_mechanism("SCRAM-SHA-256-PLUS", "n")


def test_an_unknown_mechanism_is_a_look_up_error() -> None:
    with pytest.raises(LookupError):
        server_mechanism("GSSAPI", "")
    assert client_mechanism(["GSSAPI"], "a", "b", "c") is None


def test_scram_asks_for_a_verifier_and_not_for_a_password() -> None:
    assert server_mechanism("scram-sha-256", "n").start(b"n,,n=a,r=b") == FetchScram("a")

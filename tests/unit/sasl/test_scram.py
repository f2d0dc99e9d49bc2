"""SCRAM-SHA-256: the example of the standard, every wrong turn, and a stranger's implementation."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable

import pytest
import scramp

from postroad.sasl import (
    Challenge,
    ChannelBinding,
    ClientMechanism,
    Failure,
    FetchScram,
    SaslError,
    ServerMechanism,
    Step,
    Success,
    client_mechanism,
    decoy_verifier,
    derive_scram,
    server_mechanism,
)

# RFC 7677 §3
SALT = b64decode("W22ZaJ0SNY7soEsUEjb6gQ==")
CLIENT_NONCE = "rOprNGfwEbeRWgbNEkqO"
SERVER_NONCE = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
CLIENT_FINAL = (
    b"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
    b"p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
)
SERVER_FINAL = b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="

BINDING = ChannelBinding("tls-exporter", b"\1" * 32)
PENCIL = derive_scram("pencil", SALT, 4096)


def server(binding: ChannelBinding | None = None, name: str = "SCRAM-SHA-256") -> ServerMechanism:
    return server_mechanism(name, SERVER_NONCE, binding)


def client(
    password: str = "pencil", *names: str, binding: ChannelBinding | None = None
) -> ClientMechanism:
    mechanism = client_mechanism(
        names or ["SCRAM-SHA-256"], "user", password, CLIENT_NONCE, binding
    )
    assert mechanism is not None
    return mechanism


def talk(theirs: ServerMechanism, ours: ClientMechanism) -> Step:
    """Run both sides to the end, the directory knowing one user with the password `pencil`."""
    step = theirs.start(ours.start())
    while isinstance(step, Challenge | FetchScram):
        if isinstance(step, FetchScram):
            step = theirs.answer(PENCIL)
        else:
            step = theirs.respond(ours.respond(step.data))
    return step


def until_proof(
    theirs: ServerMechanism, first: bytes = b"n,,n=user,r=" + CLIENT_NONCE.encode()
) -> bytes:
    """Bring a server to where it waits for the client's final message."""
    assert isinstance(theirs.start(first), FetchScram)
    step = theirs.answer(PENCIL)
    assert isinstance(step, Challenge)
    return step.data


def test_the_example_of_rfc_7677() -> None:
    theirs, ours = server(), client()
    first = ours.start()
    assert first == b"n,,n=user,r=" + CLIENT_NONCE.encode()
    assert theirs.start(first) == FetchScram("user")
    salted = theirs.answer(PENCIL)
    assert isinstance(salted, Challenge)
    assert ours.respond(salted.data) == CLIENT_FINAL
    assert theirs.respond(CLIENT_FINAL) == Challenge(SERVER_FINAL)
    assert not ours.complete
    assert ours.respond(SERVER_FINAL) == b""
    assert ours.complete
    assert theirs.respond(b"") == Success("user")


def test_without_an_initial_response_the_server_asks_for_it() -> None:
    theirs, ours = server(), client()
    assert theirs.start(None) == Challenge(b"")
    assert theirs.respond(ours.start()) == FetchScram("user")


def test_a_wrong_password_fails_without_a_server_signature() -> None:
    assert talk(server(), client("pen")) == Failure("the proof is wrong")


def test_someone_unknown_fails_like_a_wrong_password() -> None:
    theirs, ours = server(), client()
    theirs.start(ours.start())
    step = theirs.answer(decoy_verifier("user", b"secret", 4096))
    assert isinstance(step, Challenge)
    assert theirs.respond(ours.respond(step.data)) == Failure("the proof is wrong")


def test_a_bound_exchange_succeeds() -> None:
    ours = client("pencil", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS", binding=BINDING)
    assert ours.name == "SCRAM-SHA-256-PLUS"
    assert talk(server(BINDING, ours.name), ours) == Success("user")


def test_a_bound_exchange_through_a_man_in_the_middle_fails() -> None:
    other = ChannelBinding("tls-exporter", b"\2" * 32)
    ours = client("pencil", "SCRAM-SHA-256-PLUS", binding=other)
    step = talk(server(BINDING, ours.name), ours)
    assert step == Failure("the channel binding does not match")


def test_a_client_that_was_not_shown_plus_is_told_of_the_downgrade() -> None:
    ours = client("pencil", "SCRAM-SHA-256", binding=BINDING)
    assert ours.start().startswith(b"y,,")
    step = server(BINDING).start(ours.start())
    assert isinstance(step, Failure)
    assert "downgrade" in step.reason


def test_a_client_that_can_bind_may_use_a_server_that_cannot() -> None:
    assert talk(server(), client("pencil", "SCRAM-SHA-256", binding=BINDING)) == Success("user")


@pytest.mark.parametrize(
    "first",
    [
        b"",
        b"n",
        b"n,,",
        b"x,,n=user,r=abc",
        b"p=,,n=user,r=abc",
        b"n,user,n=user,r=abc",
        b"n,,n=,r=abc",
        b"n,,n=us=er,r=abc",
        b"n,,n=us=2cer,r=abc",
        b"n,,r=abc,n=user",
        b"n,,n=user",
        b"n,,n=user,r=",
        b"n,,n=user,r=a b",
        b"n,,m=x,n=user,r=abc",
        b"n,,n=user,r=abc,m=x",
        b"n,,n=user,r=abc,novalue",
        b"n,,n=user\0,r=abc",
        b"n,,n=\xff,r=abc",
        b"n,,n=us\x07er,r=abc",
        b"n,,n=user,r=" + b"a" * 600,
        b"n,,n=user,r=abc,x=" + b"a" * 5000,
    ],
)
def test_a_malformed_first_message_is_told_apart_from_a_wrong_password(first: bytes) -> None:
    step = server().start(first)
    assert isinstance(step, Failure)
    assert step.malformed


def test_nobody_may_act_for_somebody_else() -> None:
    assert isinstance(server().start(b"n,a=admin,n=user,r=abc"), Failure)
    assert server().start(b"n,a=user,n=user,r=abc") == FetchScram("user")


def test_names_with_commas_and_equals_are_escaped() -> None:
    ours = client_mechanism(["SCRAM-SHA-256"], "a=b,c", "pencil", CLIENT_NONCE)
    assert ours is not None
    assert server().start(ours.start()) == FetchScram("a=b,c")


def test_optional_extensions_of_a_first_message_are_ignored() -> None:
    theirs = server()
    first = b"n,,n=user,r=" + CLIENT_NONCE.encode() + b",z=extra"
    until_proof(theirs, first)
    assert theirs.respond(CLIENT_FINAL) == Failure("the proof is wrong")  # it is signed otherwise


Change = Callable[[bytes], bytes]


@pytest.mark.parametrize(
    "change",
    [
        lambda m: m + b",z=1",
        lambda m: m.replace(b",p=", b",m=1,p="),
        lambda m: m.replace(b"c=biws", b"c=eSws"),
        lambda m: m.replace(b"c=biws,", b""),
        lambda m: m.replace(b"$k0,", b"$k1,"),
        lambda m: m.replace(b"$k0,", b","),
        lambda m: m[:-9] + b"AAAAAAAA=",
        lambda m: m[: m.index(b",p=")],
        lambda m: m[: m.index(b"p=")] + b"p=",
        lambda m: m[: m.index(b"p=")] + b"p=QUJD",
        lambda m: m.replace(b"p=", b"p=*"),
        lambda m: b"",
    ],
)
def test_a_changed_final_message_fails_and_nothing_is_signed(change: Change) -> None:
    theirs = server()
    until_proof(theirs)
    changed = change(CLIENT_FINAL)
    assert changed != CLIENT_FINAL
    assert isinstance(theirs.respond(changed), Failure)


def test_words_after_the_end_undo_the_success() -> None:
    theirs = server()
    until_proof(theirs)
    assert theirs.respond(CLIENT_FINAL) == Challenge(SERVER_FINAL)
    assert isinstance(theirs.respond(b"x"), Failure)


@pytest.mark.parametrize(
    "first",
    [
        b"r=other,s=QUJD,i=4096",
        b"r=rOprNGfwEbeRWgbNEkqO,s=QUJD,i=4096",
        b"r=rOprNGfwEbeRWgbNEkqOx,s=QUJD,i=4095",
        b"r=rOprNGfwEbeRWgbNEkqOx,s=QUJD,i=99999999999",
        b"r=rOprNGfwEbeRWgbNEkqOx,s=QUJD,i=0",
        b"r=rOprNGfwEbeRWgbNEkqOx,s=QUJD,i=x",
        b"r=rOprNGfwEbeRWgbNEkqOx,s=*,i=4096",
        b"m=1,r=rOprNGfwEbeRWgbNEkqOx,s=QUJD,i=4096",
        b"s=QUJD,r=rOprNGfwEbeRWgbNEkqOx,i=4096",
        b"",
    ],
)
def test_a_client_answers_no_wrong_challenge(first: bytes) -> None:
    ours = client()
    ours.start()
    with pytest.raises(SaslError):
        ours.respond(first)


@pytest.mark.parametrize("final", [b"v=QUJD", b"e=other-error", b"", b"v=", b"m=1,v=QUJD"])
def test_a_client_believes_no_wrong_signature(final: bytes) -> None:
    ours, theirs = client(), server()
    ours.start()
    ours.respond(until_proof(theirs))
    with pytest.raises(SaslError):
        ours.respond(final)
    assert not ours.complete


def test_a_client_says_nothing_after_the_end() -> None:
    ours, theirs = client(), server()
    assert talk(theirs, ours) == Success("user")
    with pytest.raises(SaslError):
        ours.respond(b"")


def test_a_binding_needs_a_known_kind_and_data() -> None:
    for name, data in [("tls-unique", b"x"), ("tls-exporter", b"")]:
        with pytest.raises(ValueError, match="channel binding"):
            ChannelBinding(name, data)


@pytest.mark.parametrize("password", ["pencil", "Bleistift ß", "鉛筆", "a b", "x" * 200])
def test_our_client_satisfies_a_strangers_server(password: str) -> None:
    stranger = scramp.ScramMechanism("SCRAM-SHA-256")
    auth = stranger.make_auth_info(password, iteration_count=4096)
    theirs = stranger.make_server(lambda _: auth)
    ours = client(password)
    theirs.set_client_first(ours.start().decode())
    theirs.set_client_final(ours.respond(theirs.get_server_first().encode()).decode())
    assert ours.respond(theirs.get_server_final().encode()) == b""
    assert ours.complete


@pytest.mark.parametrize("user", ["user", "a=b,c", "用户@例子.test"])
def test_a_strangers_client_satisfies_our_server(user: str) -> None:
    theirs = scramp.ScramClient(["SCRAM-SHA-256"], user, "pencil")
    ours = server()
    assert ours.start(theirs.get_client_first().encode()) == FetchScram(user)
    step = ours.answer(PENCIL)
    assert isinstance(step, Challenge)
    theirs.set_server_first(step.data.decode())
    step = ours.respond(theirs.get_client_final().encode())
    assert isinstance(step, Challenge)
    theirs.set_server_final(step.data.decode())
    assert ours.respond(b"") == Success(user)


def test_a_strangers_client_with_channel_binding_satisfies_our_server() -> None:
    # scramp knows no tls-exporter, so the older kind is bound here.
    binding = ChannelBinding("tls-server-end-point", b"hash")
    theirs = scramp.ScramClient(
        ["SCRAM-SHA-256-PLUS"], "user", "pencil", channel_binding=(binding.name, binding.data)
    )
    ours = server(binding, "SCRAM-SHA-256-PLUS")
    first = theirs.get_client_first().encode()
    assert first.startswith(b"p=tls-server-end-point,,")
    theirs.set_server_first(until_proof(ours, first).decode())
    assert isinstance(ours.respond(theirs.get_client_final().encode()), Challenge)

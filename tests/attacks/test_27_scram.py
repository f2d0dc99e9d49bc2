"""Attack 27: extensions behind the proof, `m=`, wrong nonces and bindings, downgrades: all fail.

And none of them makes the server say anything that only one who knows the password can say.
mox v0.0.16.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable

import pytest

from postroad.sasl import (
    Challenge,
    ChannelBinding,
    Failure,
    FetchScram,
    client_mechanism,
    derive_scram,
    server_mechanism,
)

BINDING = ChannelBinding("tls-exporter", b"\x05" * 32)
VERIFIER = derive_scram("secret", b"0123456789abcdef", 4096)
Change = Callable[[bytes], bytes]


def attempt(change_first: Change, change_final: Change, *, plus: bool = False) -> list[bytes]:
    """Run an exchange with changed messages; return all challenges, which must end in a failure."""
    names = ["SCRAM-SHA-256-PLUS" if plus else "SCRAM-SHA-256"]
    binding = BINDING if plus else None
    client = client_mechanism(names, "tim", "secret", "cnonce", binding)
    assert client is not None
    server = server_mechanism(names[0], "snonce", binding)
    said: list[bytes] = []
    step = server.start(change_first(client.start() or b""))
    if isinstance(step, FetchScram):
        step = server.answer(VERIFIER)
        assert isinstance(step, Challenge)
        said.append(step.data)
        step = server.respond(change_final(client.respond(step.data)))
    assert isinstance(step, Failure), step
    return said


def same(message: bytes) -> bytes:
    return message


FINALS: dict[str, Change] = {
    "an extension behind the proof": lambda m: m + b",x=1",
    "a second proof": lambda m: m + b"," + m[m.index(b"p=") :],
    "a mandatory extension": lambda m: m.replace(b",p=", b",m=1,p="),
    "a mandatory extension first": lambda m: b"m=1," + m,
    "an extension that was not signed": lambda m: m.replace(b",p=", b",x=1,p="),
    "another nonce": lambda m: m.replace(b"snonce", b"sn0nce"),
    "our half of the nonce only": lambda m: m.replace(b"snonce", b""),
    "the nonce in capitals": lambda m: m.replace(b"cnonce", b"CNONCE"),
    "a binding of n to y": lambda m: m.replace(b64encode(b"n,,"), b64encode(b"y,,")),
    "a binding with an authzid": lambda m: m.replace(b"c=biws", b"c=" + b64encode(b"n,a=root,")),
    "an empty proof": lambda m: m[: m.index(b"p=")] + b"p=",
    "a short proof": lambda m: m[: m.index(b"p=")] + b"p=QUJD",
    "a proof of zeros": lambda m: m[: m.index(b"p=")] + b"p=" + b64encode(bytes(32)),
    "no proof": lambda m: m[: m.index(b",p=")],
    "attributes turned round": lambda m: m.replace(
        b"c=biws,r=cnoncesnonce", b"r=cnoncesnonce,c=biws"
    ),
}

FIRSTS: dict[str, Change] = {
    "a mandatory extension": lambda m: m.replace(b"n=tim", b"m=1,n=tim"),
    "a mandatory extension behind": lambda m: m + b",m=1",
    "another flag": lambda m: b"z" + m[1:],
    "a flag without the mechanism's name": lambda m: m.replace(b"n,,", b"p=tls-exporter,,"),
    "a binding that is none": lambda m: m.replace(b"n,,", b"p=tls-unique,,"),
    "acting for root": lambda m: m.replace(b"n,,", b"n,a=root,"),
    "no nonce": lambda m: m.replace(b"r=cnonce", b"r="),
    "an extension that the client did not sign": lambda m: m + b",x=1",
    "another name": lambda m: m.replace(b"n=tim", b"n=tom"),
}


@pytest.mark.parametrize("name", FINALS)
def test_a_changed_final_message_fails_before_the_servers_proof(name: str) -> None:
    said = attempt(same, FINALS[name])
    assert not any(challenge.startswith(b"v=") for challenge in said)


@pytest.mark.parametrize("name", FIRSTS)
def test_a_changed_first_message_fails_before_the_servers_proof(name: str) -> None:
    said = attempt(FIRSTS[name], same)
    assert not any(challenge.startswith(b"v=") for challenge in said)


@pytest.mark.parametrize("flag", [b"n,,", b"y,,", b"p=tls-unique,,", b"p=tls-server-end-point,,"])
def test_a_bound_exchange_cannot_be_talked_down(flag: bytes) -> None:
    assert attempt(lambda m: m.replace(b"p=tls-exporter,,", flag), same, plus=True) == []


def test_another_connections_binding_fails() -> None:
    other = b64encode(b"p=tls-exporter,," + b"\x06" * 32)
    own = b64encode(b"p=tls-exporter,," + BINDING.data)
    attempt(same, lambda m: m.replace(own, other), plus=True)
    attempt(same, lambda m: m.replace(own, b64encode(b"p=tls-exporter,,")), plus=True)


def test_a_server_that_can_bind_refuses_the_flag_y() -> None:
    server = server_mechanism("SCRAM-SHA-256", "snonce", BINDING)
    assert isinstance(server.start(b"y,,n=tim,r=cnonce"), Failure)


def test_a_final_message_before_the_first_is_malformed() -> None:
    step = server_mechanism("SCRAM-SHA-256", "snonce").start(b"c=biws,r=x,p=QUJD")
    assert isinstance(step, Failure)
    assert step.malformed


def test_a_proof_cannot_be_used_twice() -> None:
    client = client_mechanism(["SCRAM-SHA-256"], "tim", "secret", "cnonce")
    assert client is not None
    first = client.start() or b""
    one, two = (server_mechanism("SCRAM-SHA-256", nonce) for nonce in ("snonce", "other"))
    for server in (one, two):
        server.start(first)
    step = one.answer(VERIFIER)
    two.answer(VERIFIER)
    assert isinstance(step, Challenge)
    assert isinstance(two.respond(client.respond(step.data)), Failure)

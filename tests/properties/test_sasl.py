"""SASL, for all inputs: a server's step is always a step, and only the password succeeds."""

from __future__ import annotations

from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from postroad.sasl import (
    Challenge,
    CheckPassword,
    Failure,
    FetchScram,
    ScramVerifier,
    Success,
    client_mechanism,
    derive_scram,
    server_mechanism,
)

FIELDS = b"n,,|y,,|p=tls-exporter,,|n=u,|r=nonce|c=biws,|p=QUJD|m=1,|i=4096|s=QUJD,|,|=|\0|a|\xff"
fragments = st.sampled_from(FIELDS.split(b"|"))
messages = st.lists(st.lists(fragments, max_size=6).map(b"".join), max_size=4)


@cache
def verifier() -> ScramVerifier:
    return derive_scram("pencil", b"salt", 4096)


@settings(max_examples=150)
@given(st.sampled_from(["PLAIN", "LOGIN", "SCRAM-SHA-256"]), messages, st.booleans())
def test_garbage_gives_a_step_and_never_a_success(
    name: str, garbage: list[bytes], initial: bool
) -> None:
    server = server_mechanism(name, "servernonce")
    step = server.start(garbage.pop(0) if garbage and initial else None)
    for message in garbage:
        if isinstance(step, FetchScram):
            step = server.answer(verifier())
        elif isinstance(step, CheckPassword):
            step = server.answer(False)
        if isinstance(step, Failure):
            return
        assert isinstance(step, Challenge)
        step = server.respond(message)
    assert not isinstance(step, Success)


names = st.text(st.characters(codec="ascii", categories=["L", "N", "P", "S"]), min_size=1)


@settings(max_examples=100)
@given(names, names)
def test_every_name_comes_through_scram_as_it_was(user: str, nonce: str) -> None:
    client = client_mechanism(["SCRAM-SHA-256"], user, "x", nonce.replace(",", "-"))
    assert client is not None
    assert server_mechanism("SCRAM-SHA-256", "s").start(client.start()) == FetchScram(user)

"""What is stored instead of a password."""

from __future__ import annotations

import pytest

from postroad.sasl import ScramVerifier, decoy_verifier, derive_scram

VERIFIER = derive_scram("pencil", b"0123456789abcdef", 4096)


def test_a_verifier_is_written_and_read_back() -> None:
    text = VERIFIER.encode()
    assert text.startswith("SCRAM-SHA-256$4096:MDEyMzQ1Njc4OWFiY2RlZg==$")
    assert ScramVerifier.decode(text) == VERIFIER


def test_it_knows_its_password_and_no_other() -> None:
    assert VERIFIER.accepts("pencil")
    assert not any(VERIFIER.accepts(other) for other in ("Pencil", "pencil ", "", "\x07"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "SCRAM-SHA-256$4096:QUJD$QUJD",
        "SCRAM-SHA-1$4096:QUJD$QUJD:QUJD",
        "SCRAM-SHA-256$x:QUJD$QUJD:QUJD",
        "SCRAM-SHA-256$4096:*$QUJD:QUJD",
        "SCRAM-SHA-256$4096:QUJD$QUJD:QUJD",
        VERIFIER.encode().replace("4096", "1"),
        VERIFIER.encode().replace("4096", "²"),
        VERIFIER.encode() + "$x",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"SCRAM"):
        ScramVerifier.decode(text)


def test_keys_never_show() -> None:
    assert "stored" not in repr(VERIFIER)
    assert "server" not in repr(VERIFIER)


def test_a_verifier_needs_a_salt() -> None:
    with pytest.raises(ValueError, match="salt"):
        ScramVerifier(b"", 4096, b"x" * 32, b"x" * 32)


@pytest.mark.parametrize("password", ["", "\u00ad", "a\x07"])
def test_no_verifier_is_made_of_a_password_that_cannot_be_typed(password: str) -> None:
    with pytest.raises(ValueError, match=r"empty|not allowed"):
        derive_scram(password, b"salt", 4096)


def test_a_decoy_is_the_same_for_one_name_and_different_for_two() -> None:
    one, again, other = (decoy_verifier(name, b"secret", 4096) for name in ("a", "a", "b"))
    assert one == again
    assert one.salt != other.salt
    assert decoy_verifier("a", b"another", 4096).salt != one.salt
    assert len(one.salt) == 16

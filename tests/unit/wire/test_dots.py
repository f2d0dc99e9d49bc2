"""Dot transparency, both directions, in any slices."""

from __future__ import annotations

import pytest

from postroad.wire import BareNewline, DotDecoder, DotEncoder


def decode(data: bytes, size: int = 1 << 20) -> tuple[bytes, DotDecoder]:
    """What comes out of `data` fed in slices of `size`; what follows the end is in `rest`."""
    decoder, body = DotDecoder(), b""
    for start in range(0, len(data), size):
        body += decoder.decode(data[start : start + size])
        if decoder.ended:
            decoder.rest += data[start + size :]
            break
    return body, decoder


def encode(*pieces: bytes) -> bytes:
    encoder = DotEncoder()
    return b"".join(encoder.encode(piece) for piece in pieces) + encoder.finish()


BODIES = [
    (b".\r\n", b"", b""),
    (b"\r\n.\r\n", b"\r\n", b""),
    (b"a\r\n.\r\n", b"a\r\n", b""),
    (b"a\r\n.\r\nQUIT\r\n", b"a\r\n", b"QUIT\r\n"),
    (b"..\r\n.\r\n", b".\r\n", b""),
    (b"...x\r\n..\r\n.\r\n", b"..x\r\n.\r\n", b""),
    (b".x\r\n.\r\n", b"x\r\n", b""),  # RFC 5321 §4.5.2: a leading dot goes, whatever follows
    (b"a\r\n..b\r\n...\r\n.\r\nx\r\n.\r\n", b"a\r\n.b\r\n..\r\n", b"x\r\n.\r\n"),
    (b"a. \r\n. \r\n.\r\n", b"a. \r\n \r\n", b""),
]


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7, 100])
@pytest.mark.parametrize(("sent", "body", "rest"), BODIES)
def test_a_body_is_what_was_meant_in_slices_of_any_size(
    sent: bytes, body: bytes, rest: bytes, size: int
) -> None:
    decoded, decoder = decode(sent, size)
    assert (decoded, decoder.rest, decoder.ended) == (body, rest, True)
    assert not decoder.bare
    assert not decoder.nul


ENDINGS_THAT_ARE_NONE = [
    b"\n.\n",
    b"\n.\r\n",
    b"\r\n.\n",
    b"\r.\r",
    b"\r\n.\r\r\n",
    b"\r\n\0.\r\n",
    b"\r\n.\0\r\n",
    b"\r\r\n.\r\r\n",
    b"\r.\r\n",
    b"\r\n.\r",
]


@pytest.mark.parametrize("size", [1, 2, 3, 100])
@pytest.mark.parametrize("ending", ENDINGS_THAT_ARE_NONE)
def test_nothing_but_crlf_dot_crlf_ends_a_body_and_the_try_is_noticed(
    ending: bytes, size: int
) -> None:
    _, decoder = decode(b"body" + ending + b"MAIL FROM:<x@y>\r\n", size)
    assert not decoder.ended
    decoder.decode(b"\r\n.\r\n")
    assert decoder.ended
    assert decoder.bare or decoder.nul


def test_an_ended_body_takes_no_more() -> None:
    _, decoder = decode(b".\r\n")
    with pytest.raises(ValueError, match="ended"):
        decoder.decode(b"x")


@pytest.mark.parametrize(
    ("pieces", "sent"),
    [
        ([], b".\r\n"),
        ([b""], b".\r\n"),
        ([b"a\r\n"], b"a\r\n.\r\n"),
        ([b"a"], b"a\r\n.\r\n"),
        ([b"."], b"..\r\n.\r\n"),
        ([b".\r\n"], b"..\r\n.\r\n"),
        ([b"a\r", b"\n", b".b\r\n"], b"a\r\n..b\r\n.\r\n"),
        ([b"a\r\n", b".", b"b"], b"a\r\n..b\r\n.\r\n"),
        ([b"a\r\n.\r\n.\r\n"], b"a\r\n..\r\n..\r\n.\r\n"),
        ([b"a", b".b\r", b"\n.", b".\r\n"], b"a.b\r\n...\r\n.\r\n"),
    ],
)
def test_what_is_sent_has_its_dots_doubled_and_one_end(pieces: list[bytes], sent: bytes) -> None:
    assert encode(*pieces) == sent


@pytest.mark.parametrize(
    "pieces", [[b"a\nb"], [b"a\rb"], [b"a\r", b"b"], [b"a\n"], [b"\r\r\n"], [b"a\r"], [b"\n", b""]]
)
def test_a_bare_newline_is_never_sent(pieces: list[bytes]) -> None:
    with pytest.raises(BareNewline):
        encode(*pieces)

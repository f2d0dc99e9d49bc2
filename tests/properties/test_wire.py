"""Wire, for all inputs: slices do not matter, encoding is undone by decoding."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from postroad.wire import BareNewline, DotDecoder, DotEncoder, LineTooLong, ReceiveBuffer

soup = st.lists(st.sampled_from([b"\r", b"\n", b"\r\n", b".", b"a", b"\0", b"\r\n.\r\n"])).map(
    b"".join
)
text = st.lists(st.sampled_from([b"\r\n", b".", b"a", b"..", b"\xff"])).map(b"".join)
cuts = st.lists(st.integers(1, 6), min_size=1)


def slices(data: bytes, sizes: list[int]) -> list[bytes]:
    """`data` in pieces of the given sizes, which are used again and again."""
    pieces, start, turn = [], 0, 0
    while start < len(data):
        size = sizes[turn % len(sizes)]
        pieces.append(data[start : start + size])
        start, turn = start + size, turn + 1
    return pieces


def decoded(pieces: list[bytes]) -> tuple[bytes, bool, bool, bool, bytes]:
    decoder, body, rest = DotDecoder(), b"", b""
    for piece in pieces:
        if decoder.ended:
            rest += piece
        else:
            body += decoder.decode(piece)
            rest = decoder.rest
    return body, decoder.ended, decoder.bare, decoder.nul, rest


@settings(max_examples=200)
@given(soup, cuts)
def test_a_body_fed_in_any_slices_is_the_body_fed_whole(data: bytes, sizes: list[int]) -> None:
    data += b"\r\n.\r\n"
    assert decoded(slices(data, sizes)) == decoded([data])


@settings(max_examples=200)
@given(text, cuts)
def test_what_is_encoded_decodes_to_itself(body: bytes, sizes: list[int]) -> None:
    encoder = DotEncoder()
    sent = b"".join(encoder.encode(piece) for piece in slices(body, sizes)) + encoder.finish()
    whole = body if body.endswith(b"\r\n") or not body else body + b"\r\n"
    assert decoded([sent]) == (whole, True, False, False, b"")


@settings(max_examples=200)
@given(soup, cuts)
def test_an_encoder_sends_one_end_and_no_bare_newline_or_nothing(
    body: bytes, sizes: list[int]
) -> None:
    encoder = DotEncoder()
    try:
        sent = b"".join(encoder.encode(piece) for piece in slices(body, sizes)) + encoder.finish()
    except BareNewline:
        assert body.count(b"\r\n") < max(body.count(b"\r"), body.count(b"\n"))
        return
    assert sent.count(b"\r") == sent.count(b"\n") == sent.count(b"\r\n")
    assert (b"\r\n" + sent).count(b"\r\n.\r\n") == 1
    assert sent.endswith(b".\r\n")


def lines(pieces: list[bytes], limit: int) -> list[bytes | int]:
    """Lines, and for over-long ones how much was dropped."""
    buffer, found = ReceiveBuffer(), list[bytes | int]()
    for piece in pieces:
        buffer.append(piece)
        while True:
            try:
                line = buffer.take_line(limit)
            except LineTooLong as fault:
                found.append(fault.dropped)
                continue
            if line is None:
                break
            found.append(line)
        assert len(buffer) < limit
    return found


@settings(max_examples=200)
@given(soup, cuts, st.integers(2, 8))
def test_lines_do_not_depend_on_slices_and_the_buffer_stays_below_the_limit(
    data: bytes, sizes: list[int], limit: int
) -> None:
    assert lines(slices(data, sizes), limit) == lines([data], limit)

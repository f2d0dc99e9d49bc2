"""What is written is read back: fields, parameters, addresses, bodies, whole messages."""

from __future__ import annotations

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from postroad.message import (
    Attachment,
    Draft,
    HeaderInjectionError,
    Mailbox,
    build_message,
    decode_transfer,
    decode_words,
    decoded,
    encode_text,
    encode_words,
    filename,
    flow,
    format_addresses,
    format_field,
    format_parameters,
    mailboxes,
    parse_addresses,
    parse_disposition,
    scan,
    scan_header,
    shown_text,
    unflow_text,
)

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=120)
WORDS = TEXT.map(lambda text: " ".join(text.split()))
LOCAL = st.text(string.ascii_letters + string.digits + "._+-'\"\\ @<>(),", min_size=1, max_size=20)
LOCALS = LOCAL.map(str.strip).filter(bool)
HOST = st.from_regex(r"[a-z0-9]{1,10}(\.[a-z]{2,6}){1,2}", fullmatch=True)
LINES = st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=90), max_size=8)


@settings(max_examples=150, deadline=None)
@given(WORDS, st.booleans())
def test_a_field_gives_its_text_again(text: str, utf8: bool) -> None:
    block = format_field("Subject", text, utf8=utf8)
    assert scan_header(block).text("subject") == text
    assert len(scan_header(block).fields) == 1
    assert max(map(len, block.split(b"\r\n"))) <= 998
    assert utf8 or block.isascii()


@settings(max_examples=100, deadline=None)
@given(TEXT.filter(bool), st.integers(0, 75))
def test_encoded_words_are_short_and_split_no_character(text: str, room: int) -> None:
    words = encode_words(text, room)
    assert all(len(word) <= 75 for word in words)
    assert "".join(decode_words(word) for word in words) == text


@settings(max_examples=150, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=120), st.booleans())
def test_a_file_name_gives_itself_again_or_is_refused(name: str, utf8: bool) -> None:
    if any(c in name for c in "\r\n\0"):
        with pytest.raises(HeaderInjectionError):
            format_parameters("Content-Disposition", "attachment", {"filename": name})
        return
    block = format_parameters("Content-Disposition", "attachment", {"filename": name}, utf8=utf8)
    value = scan_header(block).value("content-disposition")
    assert parse_disposition(value).get("filename") == name
    assert len(scan_header(block).fields) == 1


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(WORDS, LOCALS, HOST), min_size=1, max_size=5))
def test_addresses_give_themselves_again(entries: list[tuple[str, str, str]]) -> None:
    boxes = [Mailbox(name, local, host) for name, local, host in entries if "=?" not in name]
    block = format_addresses("To", boxes)
    found = mailboxes(parse_addresses(scan_header(block).value("to")))
    assert [(b.name, b.local, b.domain) for b in found] == [
        (b.raw_name, b.local, b.domain) for b in boxes
    ]


@settings(max_examples=100, deadline=None)
@given(LINES, st.booleans())
def test_a_text_gives_itself_again(lines: list[str], eight_bit: bool) -> None:
    text = "\r\n".join(lines)
    encoding, data = encode_text(text, eight_bit=eight_bit)
    assert decode_transfer(data, encoding).data.decode() in (text, text + "\r\n")


@settings(max_examples=100, deadline=None)
@given(LINES)
def test_flowed_text_gives_itself_again(lines: list[str]) -> None:
    text = "\n".join(line.replace(">", "").rstrip(" ") for line in lines)
    assert unflow_text(flow(text)) == text


@settings(max_examples=60, deadline=None)
@given(WORDS, LINES, st.binary(max_size=300), WORDS)
def test_a_message_gives_its_values_again(
    subject: str, lines: list[str], data: bytes, name: str
) -> None:
    text = "\n".join(line.replace(">", "").rstrip(" ") for line in lines)
    draft = Draft(
        (Mailbox("A", "a", "a.test"),), 0, "1@a.test", "=_b", subject=subject, text=text,
        attachments=(Attachment(name, "application/octet-stream", data),),
    )  # fmt: skip
    body, attachment = scan(build_message(draft)).children
    assert shown_text(body).rstrip("\n") == text.rstrip("\n")
    assert (filename(attachment), decoded(attachment).data) == (name, data)

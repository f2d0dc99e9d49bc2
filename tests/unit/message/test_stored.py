"""mbox, Maildir and TNEF."""

from __future__ import annotations

import io
import struct

import pytest

from postroad.message import (
    HeaderInjectionError,
    MessageError,
    copy_stored,
    format_maildir_name,
    is_tnef,
    maildir_unique,
    open_tnef,
    parse_maildir_name,
    read_maildir,
    read_mbox,
    write_mbox_message,
)
from postroad.message._lzfu import decompress_rtf

FIRST = b"Subject: one\r\n\r\nFrom here\r\n>From there\r\n"
SECOND = b"Subject: two\r\n\r\nFrom a town in 2024, after an empty line\r\n"


def test_an_mbox_gives_back_what_was_written() -> None:
    file = io.BytesIO()
    write_mbox_message(file, FIRST, "a@b.test", 1795458606)
    write_mbox_message(file, SECOND, "", 1795458606)
    file.seek(0)
    first, second = read_mbox(file)
    assert first.data == FIRST.replace(b"\r\n", b"\n")
    assert second.data == SECOND.replace(b"\r\n", b"\n")
    assert (first.sender, second.sender) == ("a@b.test", "MAILER-DAEMON")
    assert first.date is not None
    assert first.date.epoch == 1795458606


def test_a_large_mbox_is_read_in_pieces() -> None:
    file = io.BytesIO()
    for number in range(400):
        write_mbox_message(file, b"Subject: %d\n\n" % number + b"x" * 2000, "a@b.test", 0)
    file.seek(0)
    subjects = [item.data.split(b"\n")[0] for item in read_mbox(file)]
    assert subjects == [b"Subject: %d" % number for number in range(400)]


def test_a_from_line_inside_a_text_separates_nothing() -> None:
    text = b"From a@b Mon Nov 23 18:30:06 2026\nSubject: x\n\nline\nFrom 2026 on\nend\n"
    assert [item.data.count(b"\n") for item in read_mbox(io.BytesIO(text))] == [5]


def test_an_empty_mbox_has_no_message() -> None:
    assert list(read_mbox(io.BytesIO(b"\n"))) == []


def test_a_sender_cannot_end_the_separator_line() -> None:
    with pytest.raises(HeaderInjectionError):
        write_mbox_message(io.BytesIO(), b"", "a b\n", 0)


def test_maildir_names_carry_keywords() -> None:
    keywords = frozenset(("$seen", "$flagged"))
    name = format_maildir_name("1795458606.M1P2.host", keywords)
    assert name == "1795458606.M1P2.host:2,FS"
    assert parse_maildir_name(name) == ("1795458606.M1P2.host", keywords)
    assert parse_maildir_name("plain").keywords == frozenset()


def test_a_maildir_is_read_file_by_file() -> None:
    unique = maildir_unique(1795458606.5, 7, "a:b/c")
    assert unique == "1795458606.M500000Q7.a\\072b\\057c"
    files = [(f"{unique}:2,S", io.BytesIO(FIRST)), (".hidden", io.BytesIO(SECOND))]
    ((name, data),) = read_maildir(files)
    assert (name.unique, name.keywords, data) == (unique, {"$seen"}, FIRST)
    assert format_maildir_name(name.unique, name.keywords) == files[0][0]


@pytest.mark.parametrize("unique", ["../x", "a/b", ".hidden", "", "a:2"])
def test_a_maildir_name_is_never_a_path(unique: str) -> None:
    with pytest.raises(MessageError):
        format_maildir_name(unique)


def test_line_ends_are_changed_in_pieces_too() -> None:
    data = b"x" * (256 * 1024 - 1) + b"\r\nend\r"
    target = io.BytesIO()
    assert copy_stored(io.BytesIO(data), target) == len(data) - 1
    assert target.getvalue() == data.replace(b"\r\n", b"\n")


def attribute(kind: int, value: bytes) -> bytes:
    return struct.pack("<BII", 2, kind, len(value)) + value + b"\0\0"


def properties(*items: tuple[int, int, bytes]) -> bytes:
    out = struct.pack("<I", len(items))
    for kind, identifier, value in items:
        out += struct.pack("<HHII", kind, identifier, 1, len(value)) + value
        out += bytes(-len(value) % 4)
    return out


WINMAIL = (
    struct.pack("<IH", 0x223E9F78, 1)
    + attribute(0x00069007, struct.pack("<II", 1251, 0))
    + attribute(0x0002800C, "Привет".encode("cp1251") + b"\0")
    + attribute(0x00069003, properties((0x0102, 0x1013, b"<p>Hi")))
    + attribute(0x00069002, bytes(14))
    + attribute(0x00018010, b"SHORT~1.TXT\0")
    + attribute(0x0006800F, b"file content")
    + attribute(0x00069005, properties(
        (0x001F, 0x3707, "длинное имя.txt".encode("utf-16-le")), (0x001E, 0x370E, b"Text/Plain\0"),
    ))
)  # fmt: skip


def test_winmail_dat_is_opened() -> None:
    tnef = open_tnef(WINMAIL)
    assert tnef is not None
    assert (tnef.text, tnef.html) == ("Привет", b"<p>Hi")
    (file,) = tnef.files
    assert (file.name, file.content_type, file.data) == (
        "длинное имя.txt", "text/plain", b"file content",
    )  # fmt: skip


# The two examples of MS-OXRTFCP §4.1: one plain, one with a reference that repeats itself.
RTF = [
    ("2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d"
     "0a800fa0", b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"),
    ("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0",
     b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"),
    ("10000000070000004d454c4100000000" + b"{\\rtf1}".hex(), b"{\\rtf1}"),
    ("0000000000000000000000000000000000", b""),
]  # fmt: skip


@pytest.mark.parametrize(("packed", "plain"), RTF)
def test_the_rtf_of_winmail_dat_is_decompressed(packed: str, plain: bytes) -> None:
    data = bytes.fromhex(packed)
    winmail = struct.pack("<IH", 0x223E9F78, 1) + attribute(
        0x00069003, properties((0x0102, 0x1009, data))
    )
    tnef = open_tnef(winmail)
    assert tnef is not None
    assert tnef.rtf == plain
    assert all(plain.startswith(decompress_rtf(data[:end])) for end in range(len(data)))


def test_any_piece_of_winmail_dat_is_survived() -> None:
    assert all(open_tnef(WINMAIL[:end]) is not None for end in range(6, len(WINMAIL)))
    assert open_tnef(b"not tnef at all") is None


def test_tnef_is_known_by_type_or_name() -> None:
    assert is_tnef("application/ms-tnef", "")
    assert is_tnef("application/octet-stream", "WINMAIL.DAT")
    assert not is_tnef("text/plain", "x")

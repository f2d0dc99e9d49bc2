"""Messages made from values, and fields that cannot be injected into."""

from __future__ import annotations

from dataclasses import replace

import pytest

from postroad.message import (
    AddressError,
    Attachment,
    Calendar,
    Draft,
    FieldNameError,
    Group,
    HeaderInjectionError,
    Mailbox,
    MessageError,
    NeedsUtf8Error,
    build_message,
    decoded,
    defects,
    filename,
    format_addresses,
    format_field,
    format_parameters,
    format_structured,
    forward,
    mailboxes,
    parse_addresses,
    parse_ids,
    reply,
    scan,
    scan_header,
    select,
    shown_text,
)

ALICE = Mailbox("Alice 爱丽丝", "alice", "a.test")
BOB = Mailbox('Bob "the" Builder, Jr.', "bob", "b.test")
DRAFT = Draft(
    from_=(ALICE,), to=(BOB, Group("Friends", (Mailbox("", "c", "c.test"),))),
    subject="你好, a subject that is long enough to be folded at least once, isn't it",
    date=1795458606, offset=480, message_id="id@a.test", boundary="=_seed",
    text="Hello\nworld\n> quoted",
)  # fmt: skip


def test_a_plain_message_reads_back() -> None:
    message = scan(build_message(DRAFT))
    assert message.headers.text("subject") == DRAFT.subject
    found = mailboxes(parse_addresses(message.headers.value("from")))
    assert (found[0].name, found[0].address) == (ALICE.name, ALICE.address)
    assert shown_text(message) == "Hello\nworld\n> quoted\n"
    assert defects(message) == []


def test_the_tree_is_alternative_in_mixed_with_related_for_the_html() -> None:
    draft = replace(
        DRAFT, html="<p>Hi <img src='cid:i@a.test'>",
        attachments=(
            Attachment("图.png", "image/png", b"\x89PNG", "i@a.test"),
            Attachment("report.pdf", "application/pdf", bytes(1000)),
        ),
    )  # fmt: skip
    message = scan(build_message(draft))
    assert [part.type for part in message.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "multipart/related", "text/html",
        "image/png", "application/pdf",
    ]  # fmt: skip
    assert [filename(p) for p in select(message).attachments] == ["图.png", "report.pdf"]
    assert decoded(message.children[1]).data == bytes(1000)
    assert defects(message) == []


def test_a_calendar_answer_is_an_alternative() -> None:
    draft = replace(DRAFT, calendar=Calendar("REPLY", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"))
    part = scan(build_message(draft)).children[1]
    assert (part.type, part.content_type.get("method")) == ("text/calendar", "REPLY")


def test_an_attached_message_is_not_encoded() -> None:
    inner = build_message(DRAFT)
    draft = replace(DRAFT, attachments=(Attachment("", "message/rfc822", inner),))
    attached = scan(build_message(draft)).children[1]
    assert attached.children[0].headers.text("subject") == DRAFT.subject


def test_a_boundary_avoids_the_text() -> None:
    draft = replace(DRAFT, text="--=_seed.1\nx", html="<p>y", flowed=False)
    message = scan(build_message(draft))
    assert shown_text(message.children[0]) == "--=_seed.1\nx\n"


def test_eight_bit_paths_get_eight_bit() -> None:
    data = build_message(replace(DRAFT, text="你好", eight_bit=True, utf8=True))
    assert "你好".encode() in data
    assert "Alice 爱丽丝".encode() in data
    assert build_message(replace(DRAFT, text="你好")).isascii()


@pytest.mark.parametrize("evil", ["a\r\nBcc: x@y", "a\nb", "a\rb", "nul\0"])
def test_no_value_can_begin_a_field(evil: str) -> None:
    makers = (
        lambda: format_field("Subject", evil),
        lambda: format_structured("References", evil),
        lambda: format_parameters("Content-Type", "a/b", {"name": evil}),
        lambda: format_addresses("To", [Mailbox(evil, "a", "b.test")]),
        lambda: format_addresses("To", [Mailbox("", evil, "b.test")]),
        lambda: format_addresses("To", [Mailbox("", "a", evil)]),
    )
    for make in makers:
        with pytest.raises(HeaderInjectionError):
            make()


@pytest.mark.parametrize("name", ["", "a b", "Sub:ject", "X\r\n", "é"])
def test_no_name_can_be_anything_but_a_name(name: str) -> None:
    with pytest.raises(FieldNameError):
        format_field(name, "x")


@pytest.mark.parametrize(
    "text",
    [
        "one two three " * 20 + "end",
        "x" * 70 + " " + "y" * 70 + " z",
        "short",
        "",
        "a" * 60 + " b",
        "x" * 2000,
        "tabs\tand  spaces " * 10 + "end",
    ],
)
@pytest.mark.parametrize("name", ["Subject", "X-" + "Very-Long-" * 6 + "Name"])
def test_an_ascii_value_is_folded_and_reads_back(name: str, text: str) -> None:
    block = format_field(name, text)
    assert scan_header(block).text(name) == text
    limit = 78 if len(name) < 10 and "x" * 70 not in text else 160
    assert max(map(len, block.split(b"\r\n"))) <= limit


def test_controls_hidden_in_an_encoded_name_are_not_written() -> None:
    box = Mailbox("=?utf-8?q?a=00b=0D=0ABcc:_x=07?=", "a", "b.test")
    block = format_addresses("To", [box, Group("=?utf-8?q?g=0A?=", ())])
    assert len(scan_header(block).fields) == 1
    assert b"\0" not in block
    assert b"\x07" not in block


def test_a_name_alone_is_no_recipient() -> None:
    with pytest.raises(AddressError):
        format_addresses("To", [Mailbox("Only a name", "", "")])


def test_a_field_without_encoding_says_when_it_needs_utf8() -> None:
    with pytest.raises(NeedsUtf8Error):
        format_structured("Received", "from 例子.test")
    assert format_structured("Received", "from 例子.test", utf8=True)
    with pytest.raises(NeedsUtf8Error):
        format_structured("Received", "lone \ud800", utf8=True)


def test_an_international_address_needs_an_international_path() -> None:
    box = Mailbox("", "用户", "例子.test")
    with pytest.raises(AddressError):
        format_addresses("To", [box])
    assert "用户@例子.test".encode() in format_addresses("To", [box], utf8=True)


@pytest.mark.parametrize(
    "change",
    [
        {"from_": ()}, {"from_": (ALICE, BOB)}, {"boundary": "a b"}, {"message_id": "x"},
        {"references": ("a@b>\r\nX: <",)},
    ],
)  # fmt: skip
def test_a_draft_that_breaks_a_rule_cannot_be_made(change: dict[str, object]) -> None:
    with pytest.raises(MessageError):
        replace(DRAFT, **change)


ORIGINAL = scan(
    b"From: Bob <bob@b.test>\nTo: alice@a.test, Carol <carol@c.test>\nCc: dave@d.test, BOB@b.test\n"
    b"Subject: Re: Plan\nMessage-ID: <3@b>\nReferences: <1@b> <2@b>\n\nFirst\n\n> older\n"
)


def test_a_reply_goes_to_the_author_and_quotes() -> None:
    seed = reply(ORIGINAL, own=["alice@a.test"], attribution="Bob wrote:")
    assert [box.address for box in seed.to] == ["bob@b.test"]
    assert (seed.cc, seed.subject, seed.in_reply_to) == ((), "Re: Plan", ("3@b",))
    assert seed.references == ("1@b", "2@b", "3@b")
    assert seed.quoted == "Bob wrote:\n> First\n>\n>> older"


def test_a_reply_to_everyone_leaves_oneself_out() -> None:
    seed = reply(ORIGINAL, own=["Alice@A.test"], everyone=True)
    assert [box.address for box in seed.cc] == ["carol@c.test", "dave@d.test"]


def test_a_reply_to_oneself_goes_to_the_recipients() -> None:
    seed = reply(ORIGINAL, own=["bob@b.test"])
    assert [box.address for box in seed.to] == ["alice@a.test", "carol@c.test"]


def test_references_stay_few() -> None:
    ids = " ".join(f"<{n}@x>" for n in range(100))
    seed = reply(scan(f"References: {ids}\nMessage-ID: <z@x>\n\n".encode()))
    assert (len(seed.references), seed.references[0], seed.references[-1]) == (20, "0@x", "z@x")


def test_a_forward_shows_who_wrote() -> None:
    seed = forward(ORIGINAL, heading="Forwarded:")
    assert seed.subject == "Fwd: Plan"
    assert seed.quoted.startswith("Forwarded:\nFrom: Bob <bob@b.test>\nSubject: Re: Plan\n")


def test_a_long_list_of_references_is_folded() -> None:
    ids = tuple(f"{n}.{'x' * 30}@a.test" for n in range(20))
    block = build_message(replace(DRAFT, references=ids))
    assert parse_ids(scan_header(block).value("references")) == ids
    assert max(map(len, block.split(b"\r\n"))) <= 78


@pytest.mark.parametrize("utf8", [False, True])
@pytest.mark.parametrize("text", ["漢" * 500, "x" + " " * 2000 + "y", "é " * 700, "a" * 3000])
def test_no_line_passes_998_octets_on_any_path(text: str, utf8: bool) -> None:
    name = format_addresses("To", [Mailbox(" ".join(text.split()), "a", "b.test")], utf8=utf8)
    field = format_field("Subject", text, utf8=utf8)
    assert scan_header(field).text("subject") == text.strip()
    assert max(len(line) for line in (field + name).split(b"\r\n")) <= 998


def test_a_line_with_an_encoded_word_has_at_most_76_columns() -> None:
    field = format_field("Subject", "a é b " * 40)
    assert max(len(line) for line in field.split(b"\r\n")) <= 76


@pytest.mark.parametrize(
    "domain", ["b.test,c@d.test", "b.test>", "b test", "b.test;", "[x,y", "@b"]
)
def test_a_domain_cannot_bring_a_recipient_of_its_own(domain: str) -> None:
    with pytest.raises(AddressError):
        format_addresses("To", [Mailbox("", "a", domain)])


@pytest.mark.parametrize("name", ["=?utf-8?q?x?=.pdf", "漢字" * 60 + ".pdf", "x" * 300, "a'b*%.c"])
def test_a_file_name_is_kept_to_the_letter(name: str) -> None:
    draft = replace(DRAFT, attachments=(Attachment(name, "a/b", b""),))
    raw = build_message(draft)
    assert filename(scan(raw).children[1]) == name
    assert max(len(line) for line in raw.split(b"\r\n")) <= 78

"""What a person is shown, and the preview of it."""

from __future__ import annotations

import pytest

from postroad.message import Part, has_attachment, message_text, numbered, preview, scan, select


def part(kind: str, label: str, disposition: str = "", children: tuple[str, ...] = ()) -> str:
    boundary = f"b{label}"
    head = f"Content-Type: {kind}; boundary={boundary}\n"
    if disposition:
        head += f"Content-Disposition: {disposition}\n"
    body = "".join(f"--{boundary}\n{child}\n" for child in children)
    return f"{head}\n{body}--{boundary}--" if children else f"{head}\n{label}"


def labels(parts: list[Part]) -> str:
    return "".join(p.body.decode().strip()[:1] if not p.children else "J" for p in parts)


def example() -> bytes:
    """The tree that RFC 8621 §4.1.4 sorts."""
    inner = part(
        "multipart/mixed",
        "m3",
        children=(
            part("text/plain", "B", "inline"),
            part("image/jpeg", "C", "inline"),
            part("text/plain", "D", "inline"),
        ),
    )
    related = part(
        "multipart/related", "r", children=(part("text/html", "E"), part("image/jpeg", "F"))
    )
    alternative = part("multipart/alternative", "a", children=(inner, related))
    middle = part(
        "multipart/mixed",
        "m2",
        children=(
            alternative,
            part("image/jpeg", "G", "attachment"),
            part("application/x-excel", "H"),
            "Content-Type: message/rfc822\n\nSubject: J\n\nJ",
        ),
    )
    outer = (part("text/plain", "A", "inline"), middle, part("text/plain", "K", "inline"))
    return part("multipart/mixed", "m1", children=outer).encode()


def test_the_example_of_rfc_8621_is_sorted_as_it_says() -> None:
    found = select(scan(example()))
    assert (labels(found.text), labels(found.html)) == ("ABCDK", "AEK")
    assert labels(found.attachments) == "CFGHJ"


def test_one_version_alone_is_shown_as_both() -> None:
    message = scan(part("multipart/alternative", "a", children=(part("text/html", "E"),)).encode())
    found = select(message)
    assert found.text == found.html != []


def test_a_text_with_a_name_after_the_first_is_an_attachment() -> None:
    children = (part("text/plain", "A"), part("text/plain; name=x.txt", "B"))
    found = select(scan(part("multipart/mixed", "m", children=children).encode()))
    assert [labels(found.text), labels(found.attachments)] == ["A", "B"]


def test_embedded_images_are_no_attachment_to_download() -> None:
    page, image = part("text/html", "E"), "Content-Type: image/png\nContent-ID: <i@x>\n\nI"
    message = scan(part("multipart/related", "r", children=(page, image)).encode())
    assert not has_attachment(select(message))
    pdf = scan(part("multipart/mixed", "m", children=(page, part("application/pdf", "P"))).encode())
    assert has_attachment(select(pdf))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Hello\n\n  there,   Bob\n", "Hello there, Bob"),
        ("On Monday Bob wrote:\n> quoted\n\nMy answer", "My answer"),
        ("> only\n> quoted", "> only > quoted"),
        ("-----\n***\nText", "Text"),
        ("Text\n-- \nsignature", "Text"),
        ("", ""),
    ],
)
def test_a_preview_is_what_one_would_read_first(body: str, expected: str) -> None:
    assert preview(scan(b"Subject: x\n\n" + body.encode())) == expected


def test_a_preview_has_at_most_256_characters() -> None:
    assert len(preview(scan(b"A: b\n\n" + "你".encode() * 5000))) == 256


def test_padding_that_shows_nothing_is_left_out() -> None:
    page = "<div>Sale&zwnj;&nbsp;&#847; &zwnj;&nbsp;&#847; &zwnj;</div><div>now</div>"
    assert preview(scan(b"Content-Type: text/html\n\n" + page.encode())) == "Sale now"


def test_style_sheets_are_not_previewed() -> None:
    page = b"<html><head><style>" + b"p{}" * 9000 + b"</style></head><body>Hi"
    assert preview(scan(b"Content-Type: text/html\n\n" + page)) == "Hi"


def test_the_text_of_a_message_is_all_that_is_shown() -> None:
    children = (part("text/plain", "A"), part("text/html", "<p>B"))
    message = scan(part("multipart/mixed", "m", children=children).encode())
    assert message_text(select(message)) == "A\nB"


def test_parts_are_numbered_as_imap_does() -> None:
    inner = "Content-Type: message/rfc822\n\n" + part(
        "multipart/mixed", "n", children=(part("text/plain", "X"),)
    )
    message = scan(part("multipart/mixed", "m", children=(part("text/plain", "A"), inner)).encode())
    assert [number for number, _ in numbered(message)] == ["", "1", "2", "2.TEXT", "2.1"]


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ("Thanks!\n\nOn Mon, 23 Nov 2026 at 6:30 PM Bob <b@b.test>\nwrote:\n> hi\n", "Thanks!"),
        ("Thanks!\n\nOn Mon, 23 Nov 2026 Bob Long\n<b@b.test> wrote:\n> hi\n", "Thanks!"),
        ("好的\n\n张三 于2026年11月23日 18:30写道:\n> 你好\n", "好的"),
        ("OK\n\n-----Original Message-----\nFrom: Bob\nolder\n", "OK"),
        ("OK\n\n-----原始邮件-----\n发件人: Bob\n旧\n", "OK"),
        ("-------- Forwarded Message --------\nx\n", "-------- Forwarded Message -------- x"),
        ("Bob, who\nwrote:\n", "Bob, who wrote:"),
    ],
)
def test_a_preview_ends_where_an_older_message_begins(body: str, wanted: str) -> None:
    data = f"Content-Type: text/plain; charset=utf-8\n\n{body}".encode()
    assert preview(scan(data)) == wanted

"""Attack 46: no value of a composed message can begin a header or a body of its own.

CVE-2024-6923, CVE-2025-11468, CVE-2026-1299 (CPython), CVE-2024-21742 (mime4j).
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from postroad.message import (
    Attachment,
    Calendar,
    Draft,
    Group,
    Mailbox,
    MessageError,
    build_message,
    scan,
)

DRAFT = Draft((Mailbox("A", "a", "a.test"),), 0, "1@a.test", "=_b", text="x")
EVIL = ["\r\nBcc: v@x.test", "\nBcc: v@x.test", "\rBcc: v@x.test", "\r\n\r\nbody", "a\0b"]


def drafts(evil: str) -> list[dict[str, object]]:
    box = Mailbox("A", "a", "a.test")
    return [
        {"subject": evil},
        {"from_": (replace(box, raw_name=evil),)},
        {"to": (replace(box, local=f"a{evil}"),)},
        {"cc": (replace(box, domain=f"a.test{evil}"),)},
        {"reply_to": (Group(evil, ()),)},
        {"message_id": f"1@a.test{evil}"},
        {"references": (f"1@a.test{evil}",)},
        {"in_reply_to": (f"1@a.test{evil}",)},
        {"boundary": f"b{evil}"},
        {"extra": (("X-A", evil),)},
        {"extra": ((f"X-A{evil}", "x"),)},
        {"attachments": (Attachment(f"n{evil}", "a/b", b""),)},
        {"attachments": (Attachment("n", "a/b", b"", f"c@x{evil}"),), "html": "<p>"},
        {"calendar": Calendar(f"REPLY{evil}", "x")},
    ]


@pytest.mark.parametrize("evil", EVIL)
def test_every_field_of_a_draft_refuses_line_ends_and_nul(evil: str) -> None:
    for change in drafts(evil):
        with pytest.raises(MessageError):
            build_message(replace(DRAFT, **change))


@pytest.mark.parametrize("evil", EVIL)
def test_a_media_type_refuses_them_too(evil: str) -> None:
    with pytest.raises(MessageError):
        Attachment("n", f"a/b{evil}", b"")


@pytest.mark.parametrize("separator", ["\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"])
def test_what_only_looks_like_a_line_end_stays_in_its_field(separator: str) -> None:
    message = scan(build_message(replace(DRAFT, subject=f"a{separator}Bcc: v@x.test")))
    assert "bcc" not in message.headers
    assert b"\r\nBcc" not in message.raw


def test_a_text_cannot_end_its_part() -> None:
    draft = replace(DRAFT, text="--=_b.1--\r\n--=_b.1\r\nX: y", html="<p>", flowed=False)
    assert len(scan(build_message(draft)).children) == 2

"""Delivery and disposition notifications."""

from __future__ import annotations

from dataclasses import replace

import pytest

from postroad.message import (
    LANGUAGES,
    Dsn,
    DsnRecipient,
    Mailbox,
    Mdn,
    MessageError,
    build_dsn,
    build_mdn,
    decoded,
    defects,
    scan,
    scan_header,
    shown_text,
)

FAILED = DsnRecipient(
    "bob@b.test", "failed", "5.1.1", original="rfc822;Bob@b.test", remote_mta="mx.b.test",
    diagnostic="550 5.1.1 No such\r\nX-Evil: user 不", last_attempt=1795458606,
)  # fmt: skip
DELAYED = DsnRecipient("用户@c.test", "delayed", "4.4.1", will_retry_until=1795890606)
DSN = Dsn(
    message_id="r@a.test", date=1795458606, boundary="=_r", reporting_mta="mx.a.test",
    to="alice@a.test", recipients=(FAILED,), returned=b"From: alice@a.test\r\nSubject: hi\r\n",
    envelope_id="QQ314", arrival=1795458000,
)  # fmt: skip


def test_a_report_has_its_three_parts() -> None:
    message = scan(build_dsn(DSN))
    assert message.content_type.get("report-type") == "delivery-status"
    assert [part.type for part in message.children] == [
        "text/plain", "message/delivery-status", "text/rfc822-headers",
    ]  # fmt: skip
    assert defects(message) == []


def test_a_report_says_that_a_machine_wrote_it() -> None:
    headers = scan(build_dsn(DSN)).headers
    assert headers.text("from") == "Mail Delivery System <MAILER-DAEMON@mx.a.test>"
    assert headers.text("auto-submitted") == "auto-replied"
    assert headers.text("to") == "alice@a.test"


def test_the_status_fields_follow_rfc_3464() -> None:
    status = scan(build_dsn(DSN)).children[1].body.split(b"\r\n\r\n")
    assert [field.name for field in scan_header(status[0] + b"\r\n")] == [
        "Original-Envelope-Id", "Reporting-MTA", "Arrival-Date",
    ]  # fmt: skip
    about = scan_header(status[1] + b"\r\n")
    assert about.text("final-recipient") == "rfc822;bob@b.test"
    assert about.text("original-recipient") == "rfc822;Bob@b.test"
    assert about.text("diagnostic-code") == "smtp; 550 5.1.1 No such  X-Evil: user ?"
    assert "x-evil" not in about


def test_the_remotes_words_reach_the_reader() -> None:
    text = shown_text(scan(build_dsn(DSN)).children[0])
    assert "mx.b.test said: 550 5.1.1 No such  X-Evil: user 不" in text


@pytest.mark.parametrize("languages", [("en",), ("zh-CN",), ("ja",), LANGUAGES])
def test_a_report_speaks_its_languages(languages: tuple[str, ...]) -> None:
    dsn = replace(DSN, languages=languages, recipients=(FAILED, DELAYED))
    message = scan(build_dsn(dsn))
    text = shown_text(message.children[0])
    assert text.count("bob@b.test") == len(languages)
    assert message.children[0].headers.text("content-language") == ", ".join(languages)
    assert defects(message) == []


def test_an_international_recipient_is_escaped_on_an_old_path() -> None:
    dsn = replace(DSN, recipients=(DELAYED,))
    assert b"Final-Recipient: utf-8;\\x{7528}\\x{6237}@c.test" in build_dsn(dsn)
    assert build_dsn(dsn).isascii()


def test_an_international_path_gets_the_global_types() -> None:
    returned = "Subject: 你好\r\n\r\nbody\r\n".encode()
    dsn = replace(DSN, recipients=(DELAYED,), utf8=True, returned=returned, full=True)
    message = scan(build_dsn(dsn))
    assert [part.type for part in message.children][1:] == [
        "message/global-delivery-status", "message/global",
    ]  # fmt: skip
    assert "utf-8;用户@c.test".encode() in message.children[1].body


def test_an_8_bit_header_is_packed_for_a_7_bit_path() -> None:
    header = "Subject: 你好\r\n".encode()
    part = scan(build_dsn(replace(DSN, returned=header))).children[2]
    assert (part.type, part.encoding) == ("message/global-headers", "base64")
    assert decoded(part).data == header


def test_a_whole_message_comes_back_unchanged() -> None:
    original = b"Subject: hi\r\n\r\n--=_other\r\n\xe4\xbd\xa0\r\n"
    part = scan(build_dsn(replace(DSN, returned=original, full=True))).children[2]
    assert part.body == original
    assert part.encoding == "8bit"


def test_the_gravest_action_names_the_report() -> None:
    dsn = replace(DSN, recipients=(replace(FAILED, action="delivered", status="2.0.0"), FAILED))
    assert scan(build_dsn(dsn)).headers.text("subject") == "Your message could not be delivered"


@pytest.mark.parametrize(
    "make",
    [
        lambda: replace(DSN, recipients=()),
        lambda: replace(DSN, languages=("xx",)),
        lambda: replace(DSN, boundary="a b"),
        lambda: replace(FAILED, action="lost"),
        lambda: replace(FAILED, status="550"),
        lambda: build_dsn(replace(DSN, to="a\r\nBcc: x@y")),
        lambda: build_dsn(replace(DSN, message_id="a\r\nBcc: x@y")),
    ],
)
def test_a_report_that_breaks_a_rule_cannot_be_made(make: object) -> None:
    with pytest.raises(MessageError):
        make()  # type: ignore[operator]


ASKED = scan_header(b"From: a@b\r\nSubject: =?utf-8?q?hi?=\r\nMessage-ID: <1@b>\r\n\r\n")
MDN = Mdn("m@a.test", 1795458606, "=_m", Mailbox("Al", "al", "a.test"), Mailbox("", "b", "b.test"),
          ASKED, "mua.a.test; Postroad")  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_read_receipt_is_a_report(language: str) -> None:
    message = scan(build_mdn(replace(MDN, language=language)))
    assert [part.type for part in message.children] == [
        "text/plain", "message/disposition-notification",
    ]  # fmt: skip
    fields = scan_header(message.children[1].body + b"\r\n")
    assert fields.text("disposition") == "manual-action/MDN-sent-manually; displayed"
    assert fields.text("original-message-id") == "<1@b>"
    assert defects(message) == []


def test_no_receipt_is_made_about_a_machine() -> None:
    with pytest.raises(MessageError):
        replace(MDN, original=scan_header(b"Auto-Submitted: auto-replied\r\n\r\n"))


def test_a_report_names_the_trace_id_to_people_and_to_programs() -> None:
    report = scan(build_dsn(replace(DSN, reference="06h0m0b3dqryyfmr9jc9", languages=LANGUAGES)))
    text = decoded(report.children[0]).data.decode()
    assert text.count("06h0m0b3dqryyfmr9jc9") == len(LANGUAGES)
    assert b"X-Trace-Id: 06h0m0b3dqryyfmr9jc9\r\n" in report.children[1].body

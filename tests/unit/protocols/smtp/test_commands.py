"""Commands: each line read and written, and no value that could break one."""

from __future__ import annotations

import pytest

from postroad.protocols.smtp import (
    AddressError,
    AuthStart,
    Chunk,
    CommandError,
    Hello,
    MailFrom,
    NotOfferedError,
    RcptTo,
    Verify,
)
from postroad.protocols.smtp.commands import AuthResponse
from postroad.protocols.smtp.commands.auth import parse_auth
from postroad.protocols.smtp.commands.bdat import parse_bdat
from postroad.protocols.smtp.commands.mail import parse_mail
from postroad.protocols.smtp.commands.rcpt import parse_rcpt

ALL = {"SIZE", "8BITMIME", "BINARYMIME", "SMTPUTF8", "DSN", "AUTH"}

MAILS = [
    ("FROM:<>", MailFrom("")),
    ("from:<a@b.example>", MailFrom("a@b.example")),
    ("FROM: <a@b.example>", MailFrom("a@b.example")),
    ("FROM:<@x:a@b.example>", MailFrom("a@b.example")),
    ("FROM:<postmaster>", MailFrom("postmaster")),
    ('FROM:<"a>b"@c.example>', MailFrom('"a>b"@c.example')),
    ('FROM:<"a b"@c.example> SIZE=1', MailFrom('"a b"@c.example', size=1)),
    ("FROM:<> SIZE=0", MailFrom("", size=0)),
    ("FROM:<> size=99999999999999999999", MailFrom("", size=10**20 - 1)),
    ("FROM:<> BODY=8bitmime", MailFrom("", body="8BITMIME")),
    ("FROM:<> BODY=BINARYMIME", MailFrom("", body="BINARYMIME")),
    ("FROM:<ü@ö.example> SMTPUTF8", MailFrom("ü@ö.example", smtputf8=True)),
    ("FROM:<> RET=hdrs ENVID=a+2Bb+20c", MailFrom("", ret="HDRS", envid="a+b c")),
    ("FROM:<> AUTH=<>", MailFrom("", auth="")),
    ("FROM:<> AUTH=a+3Db@c.example", MailFrom("", auth="a=b@c.example")),
    ("FROM:<>  SIZE=1   RET=FULL", MailFrom("", size=1, ret="FULL")),
]


@pytest.mark.parametrize(("argument", "mail"), MAILS)
def test_mail_is_read(argument: str, mail: MailFrom) -> None:
    assert parse_mail(argument) == mail


@pytest.mark.parametrize("mail", [mail for _, mail in MAILS])
def test_mail_that_is_written_is_read_back(mail: MailFrom) -> None:
    line = mail.encode(ALL).decode()
    assert line.endswith("\r\n")
    assert parse_mail(line.removeprefix("MAIL ").removesuffix("\r\n")) == mail


@pytest.mark.parametrize(
    ("argument", "code", "enhanced"),
    [
        ("", 501, "5.5.4"),
        ("FROM", 501, "5.5.4"),
        ("TO:<a@b>", 501, "5.5.4"),
        ("FROM:a@b", 501, "5.5.4"),
        ("FROM:<a@b", 501, "5.5.4"),
        ("FROM:<a@b>>", 501, "5.5.4"),
        ("FROM:<a@b>SIZE=1", 501, "5.5.4"),
        ("FROM:<a b@c>", 501, "5.5.4"),
        ("FROM:<a>", 501, "5.1.7"),
        ("FROM:<a@b_c>", 501, "5.1.7"),
        ("FROM:<" + "a" * 255 + "@b.example>", 501, "5.1.7"),
        ("FROM:<> SIZE", 501, "5.5.4"),
        ("FROM:<> SIZE=x", 501, "5.5.4"),
        ("FROM:<> SIZE=-1", 501, "5.5.4"),
        ("FROM:<> SIZE=²", 501, "5.5.4"),
        ("FROM:<> SIZE=" + "9" * 21, 501, "5.5.4"),
        ("FROM:<> SIZE=1 SIZE=1", 501, "5.5.4"),
        ("FROM:<> BODY=9BIT", 501, "5.5.4"),
        ("FROM:<> SMTPUTF8=yes", 501, "5.5.4"),
        ("FROM:<> RET=ALL", 501, "5.5.4"),
        ("FROM:<> RET=FULL ret=HDRS", 501, "5.5.4"),
        ("FROM:<> ENVID", 501, "5.5.4"),
        ("FROM:<> ENVID=a+0Ab", 501, "5.5.4"),
        ("FROM:<> ENVID=a+b", 501, "5.5.4"),
        ("FROM:<> ENVID=" + "a" * 101, 501, "5.5.4"),
        ("FROM:<> AUTH", 501, "5.5.4"),
        ("FROM:<> AUTH=a+0D", 501, "5.5.4"),
        ("FROM:<> =x", 501, "5.5.4"),
        ("FROM:<> SIZE==1", 501, "5.5.4"),
        ("FROM:<> XCLIENT=1", 555, "5.5.4"),
        ("FROM:<> NOTIFY=NEVER", 555, "5.5.4"),
        ("FROM:<ü@b.example>", 550, "5.6.7"),
    ],
)
def test_bad_mail_is_refused(argument: str, code: int, enhanced: str) -> None:
    with pytest.raises(CommandError) as caught:
        parse_mail(argument)
    assert (caught.value.reply.code, caught.value.reply.enhanced) == (code, enhanced)


RCPTS = [
    ("TO:<a@b.example>", RcptTo("a@b.example")),
    ("To:<PostMaster>", RcptTo("postmaster")),
    ("TO:<@x,@y:a@B.example>", RcptTo("a@b.example")),
    ("TO:<a@b> NOTIFY=never", RcptTo("a@b", frozenset({"NEVER"}))),
    ("TO:<a@b> NOTIFY=SUCCESS,DELAY", RcptTo("a@b", frozenset({"SUCCESS", "DELAY"}))),
    ("TO:<a@b> ORCPT=RFC822;a+2Bc@b", RcptTo("a@b", orcpt="rfc822;a+c@b")),
    ("TO:<a@b> ORCPT=utf-8;\\x{FC}@b", RcptTo("a@b", orcpt="utf-8;\\x{FC}@b")),
]


@pytest.mark.parametrize(("argument", "rcpt"), RCPTS)
def test_rcpt_is_read(argument: str, rcpt: RcptTo) -> None:
    assert parse_rcpt(argument, smtputf8=False) == rcpt


@pytest.mark.parametrize("rcpt", [rcpt for _, rcpt in RCPTS])
def test_rcpt_that_is_written_is_read_back(rcpt: RcptTo) -> None:
    line = rcpt.encode(ALL).decode().removeprefix("RCPT ").removesuffix("\r\n")
    assert parse_rcpt(line, smtputf8=False) == rcpt


@pytest.mark.parametrize(
    ("argument", "code", "enhanced"),
    [
        ("TO:<>", 501, "5.1.3"),
        ("TO:<a>", 501, "5.1.3"),
        ("FROM:<a@b>", 501, "5.5.4"),
        ("TO:<a@b> NOTIFY", 501, "5.5.4"),
        ("TO:<a@b> NOTIFY=", 501, "5.5.4"),
        ("TO:<a@b> NOTIFY=NEVER,DELAY", 501, "5.5.4"),
        ("TO:<a@b> NOTIFY=SOON", 501, "5.5.4"),
        ("TO:<a@b> NOTIFY=NEVER NOTIFY=NEVER", 501, "5.5.4"),
        ("TO:<a@b> ORCPT=a@b", 501, "5.5.4"),
        ("TO:<a@b> ORCPT=;a@b", 501, "5.5.4"),
        ("TO:<a@b> ORCPT=rfc822;", 501, "5.5.4"),
        ("TO:<a@b> ORCPT=rfc822;a+0A", 501, "5.5.4"),
        ("TO:<a@b> ORCPT=rfc822;" + "a" * 500, 501, "5.5.4"),
        ("TO:<a@b> SIZE=1", 555, "5.5.4"),
        ("TO:<ü@b.example>", 553, "5.6.7"),
    ],
)
def test_bad_rcpt_is_refused(argument: str, code: int, enhanced: str) -> None:
    with pytest.raises(CommandError) as caught:
        parse_rcpt(argument, smtputf8=False)
    assert (caught.value.reply.code, caught.value.reply.enhanced) == (code, enhanced)


def test_smtputf8_in_mail_allows_recipients_beyond_ascii() -> None:
    assert parse_rcpt("TO:<用户@例子.测试>", smtputf8=True) == RcptTo("用户@例子.测试")


@pytest.mark.parametrize(
    "build",
    [
        lambda: MailFrom("a@b\r\nRCPT TO:<c@d>"),
        lambda: MailFrom("a@B"),
        lambda: MailFrom("a"),
        lambda: MailFrom("ü@b"),
        lambda: MailFrom("", size=-1),
        lambda: MailFrom("", body="x\r\n"),
        lambda: MailFrom("", ret="x"),
        lambda: MailFrom("", envid="a\r\nb"),
        lambda: MailFrom("", envid="a" * 101),
        lambda: MailFrom("", auth="a\r\nb"),
        lambda: RcptTo(""),
        lambda: RcptTo("a@b>\r\nDATA"),
        lambda: RcptTo("a@b", frozenset({"NEVER", "DELAY"})),
        lambda: RcptTo("a@b", orcpt="rfc822;a\nb"),
        lambda: RcptTo("a@b", orcpt="rf c822;a"),
        lambda: Hello("EHLO", "a\r\nMAIL"),
        lambda: Hello("EHLO", ""),
        lambda: Hello("HALO", "a"),
        lambda: Chunk(-1),
        lambda: AuthStart("PLAIN\r\n"),
        lambda: AuthStart(""),
        lambda: Verify("a\r\nDATA"),
        lambda: Verify(""),
        lambda: Verify("ü"),
    ],
)
def test_a_command_that_could_break_a_line_cannot_be_built(build) -> None:
    with pytest.raises(ValueError, match=r".+"):
        build()


@pytest.mark.parametrize(
    ("mail", "keyword"),
    [
        (MailFrom("", body="8BITMIME"), "8BITMIME"),
        (MailFrom("", body="BINARYMIME"), "BINARYMIME"),
        (MailFrom("", smtputf8=True), "SMTPUTF8"),
    ],
)
def test_what_the_message_needs_is_not_left_out(mail: MailFrom, keyword: str) -> None:
    with pytest.raises(NotOfferedError) as caught:
        mail.encode(ALL - {keyword})
    assert caught.value.keyword == keyword


def test_what_it_does_not_need_is_left_out_for_servers_that_do_not_know_it() -> None:
    mail = MailFrom("a@b", size=5, ret="FULL", envid="x", auth="")
    assert mail.encode(set()) == b"MAIL FROM:<a@b>\r\n"
    rcpt = RcptTo("a@b", frozenset({"NEVER"}), "rfc822;a@b")
    assert rcpt.encode(set()) == b"RCPT TO:<a@b>\r\n"


def test_an_original_recipient_beyond_ascii_is_written_in_ascii() -> None:
    line = RcptTo("a@b", orcpt="utf-8;ü@b").encode(ALL)
    assert line == b"RCPT TO:<a@b> ORCPT=utf-8;\\x{FC}@b\r\n"


@pytest.mark.parametrize(
    ("argument", "chunk"),
    [("0", Chunk(0)), ("5 last", Chunk(5, True)), ("9" * 20, Chunk(10**20 - 1)), ("007", Chunk(7))],
)
def test_bdat_is_read(argument: str, chunk: Chunk) -> None:
    assert parse_bdat(argument) == chunk


@pytest.mark.parametrize("argument", ["", "x", "-1", "1.5", "5 FIRST", "5 LAST x", "9" * 21, "²"])
def test_bad_bdat_is_refused(argument: str) -> None:
    with pytest.raises(CommandError):
        parse_bdat(argument)


@pytest.mark.parametrize(
    ("argument", "start"),
    [
        ("plain", AuthStart("PLAIN")),
        ("PLAIN =", AuthStart("PLAIN", b"")),
        ("PLAIN AGEAYg==", AuthStart("PLAIN", b"\0a\0b")),
    ],
)
def test_auth_is_read_and_written(argument: str, start: AuthStart) -> None:
    assert parse_auth(argument) == start
    assert start.encode().decode().upper().startswith(f"AUTH {argument.upper()}")


@pytest.mark.parametrize(
    "argument",
    [
        "",
        "PL AIN",
        "PLAIN *",
        "PLAIN =AAA",
        "PLAIN AAA=BBB",
        "PLAIN AGEAYg",
        "PLAIN AGE AYg==",
        "ü",
    ],
)
def test_bad_auth_is_refused(argument: str) -> None:
    with pytest.raises(CommandError) as caught:
        parse_auth(argument)
    assert caught.value.reply.code == 501


def test_responses_do_not_show() -> None:
    shown = repr(AuthStart("PLAIN", b"secret")) + repr(AuthResponse(b"secret"))
    assert "secret" not in shown


def test_an_address_error_is_a_value_error() -> None:
    assert issubclass(AddressError, ValueError)

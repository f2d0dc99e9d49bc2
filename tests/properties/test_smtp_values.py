"""SMTP values, for all inputs: what can be built can be sent, and is read back as it was."""

from __future__ import annotations

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from postroad.protocols.smtp import (
    NEED_DATA,
    AddressError,
    ClientConnection,
    CommandError,
    MailFrom,
    RcptTo,
    Reply,
    canonical,
)
from postroad.protocols.smtp.commands.mail import parse_mail
from postroad.protocols.smtp.commands.rcpt import parse_rcpt
from postroad.protocols.smtp.xtext import decode_xtext, encode_xtext

ALL = {"SIZE", "8BITMIME", "BINARYMIME", "SMTPUTF8", "DSN", "AUTH"}
printable = st.text(st.characters(min_codepoint=32, max_codepoint=126))
anything = st.text(max_size=40)

atoms = st.from_regex(r"[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]{1,8}(\.[a-z]{1,8}){0,2}", fullmatch=True)
quoted = st.from_regex(r'"([ !#-\[\]-~]|\\[ -~]){1,8}"', fullmatch=True)
domains = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,3})?(\.[A-Za-z]{1,8}){0,3}", fullmatch=True)
literals = st.ip_addresses(v=4).map(lambda ip: f"[{ip}]") | st.ip_addresses(v=6).map(
    lambda ip: f"[IPv6:{ip}]"
)
mailboxes = st.builds(lambda left, right: f"{left}@{right}", atoms | quoted, domains | literals)
envids = printable.filter(lambda text: 0 < len(text) <= 30)

mails = st.builds(
    MailFrom,
    mailboxes.map(canonical) | st.just(""),
    size=st.none() | st.integers(0, 10**20 - 1),
    body=st.sampled_from(["7BIT", "8BITMIME", "BINARYMIME"]),
    smtputf8=st.booleans(),
    ret=st.sampled_from(["", "FULL", "HDRS"]),
    envid=envids | st.just(""),
    auth=st.none() | st.just("") | envids,
)
rcpts = st.builds(
    RcptTo,
    mailboxes.map(canonical),
    st.frozensets(st.sampled_from(["SUCCESS", "FAILURE", "DELAY"])) | st.just(frozenset({"NEVER"})),
    st.just("") | envids.map(lambda text: f"rfc822;{text}"),
)


@settings(max_examples=200)
@given(mailboxes)
def test_every_mailbox_of_the_grammar_has_one_form(mailbox: str) -> None:
    form = canonical(mailbox)
    assert canonical(form) == form


@settings(max_examples=200)
@given(anything)
def test_any_text_is_a_mailbox_or_an_address_error(text: str) -> None:
    try:
        form = canonical(text)
    except AddressError:
        return
    assert form.count("@") >= 1
    assert not any(char < " " for char in form)


@settings(max_examples=150)
@given(mails)
def test_mail_is_read_back_as_it_was(mail: MailFrom) -> None:
    line = mail.encode(ALL)
    assert line.count(b"\r") == line.count(b"\n") == 1
    assert parse_mail(line.decode()[5:-2]) == mail


@settings(max_examples=150)
@given(rcpts)
def test_rcpt_is_read_back_as_it_was(rcpt: RcptTo) -> None:
    line = rcpt.encode(ALL)
    assert line.count(b"\r") == line.count(b"\n") == 1
    assert parse_rcpt(line.decode()[5:-2], smtputf8=False) == rcpt


@settings(max_examples=200)
@given(anything)
def test_any_argument_is_a_command_or_a_refusal(text: str) -> None:
    for parse in (parse_mail, lambda argument: parse_rcpt(argument, smtputf8=True)):
        for argument in (text, f"FROM:<{text}>", f"TO:<a@b> {text}", f"FROM:<> {text}"):
            try:
                parse(argument)
            except CommandError as fault:
                assert fault.reply.permanent


@given(printable)
def test_xtext_is_undone(text: str) -> None:
    encoded = encode_xtext(text)
    assert decode_xtext(encoded) == text
    assert " " not in encoded
    assert "=" not in encoded


@settings(max_examples=150)
@given(st.sampled_from([250, 354, 421, 550]), st.lists(printable, min_size=1, max_size=5))
def test_a_reply_is_read_back_as_it_was(code: int, lines: list[str]) -> None:
    assume(code != 354 or len(lines) == 1)
    client = ClientConnection()
    enhanced = "" if code == 354 else f"{str(code)[0]}.1.1"
    reply = Reply(code, enhanced, tuple(lines))
    client.receive_data(reply.encode())
    event = client.next_event()
    assert getattr(event, "reply", None) == reply


@settings(max_examples=200)
@given(st.integers(200, 599), anything)
def test_any_text_can_be_said_and_stays_one_reply(code: int, text: str) -> None:
    said = Reply.of(code, "", text).encode()
    client = ClientConnection()
    client.receive_data(said)
    assert client.next_event() is not NEED_DATA
    assert client.next_event() is NEED_DATA

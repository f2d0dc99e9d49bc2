"""Other readers of mail as oracles: CPython's `email`, and fast-mail-parser.

Where they differ on purpose, docs/quirks.md says why; those cases are left out by name here.
Corpora: CPython's own test messages, and those of the source distributions in tests/corpora.txt,
which `make test` fetches; POSTROAD_CORPORA names a folder of messages to read instead. What is not
there is skipped on a desk, and a failure in CI.
"""

from __future__ import annotations

import email
import email.header
import email.utils
import json
import os
from collections.abc import Iterator
from email.message import Message as EmailMessage
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path

import fast_mail_parser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from postroad.message import (
    decoded,
    describe,
    filename,
    mailboxes,
    parse_addresses,
    parse_date,
    scan,
    shown_text,
)

# `email` opens every message/* type; only these two hold messages (RFC 2046 §5.2, RFC 6532 §3.7).
CORPORA = ("test_email", "dkimpy", "flufl_bounce")
MESSAGES = ("message/rfc822", "message/global")


def corpus() -> Iterator[Path]:
    try:
        import test.test_email
    except ImportError:
        pass
    else:
        yield from Path(test.test_email.__file__).parent.glob("data/*.txt")
    folder = Path(os.environ.get("POSTROAD_CORPORA") or ROOT / ".venv" / "corpora")
    for pattern in ("*.msg", "*.message", "*.eml", "*/tests/data/*.txt"):
        yield from folder.rglob(pattern)


ROOT = Path(__file__).parents[3]
CORPUS = sorted(corpus())
needs_corpus = pytest.mark.skipif(not CORPUS, reason="no corpus: `make corpora` fetches one")


def test_the_corpora_are_there() -> None:
    lacking = {name for name in CORPORA if not any(name in str(path) for path in CORPUS)}
    if lacking and os.environ.get("CI") == "true" and "POSTROAD_CORPORA" not in os.environ:
        pytest.fail(f"no messages of {', '.join(sorted(lacking))}: run `make corpora`")
    if lacking:
        pytest.skip(f"no messages of {', '.join(sorted(lacking))}: run `make corpora`")


def walk(message: EmailMessage) -> Iterator[EmailMessage]:
    yield message
    opaque = message.get_content_maintype() == "message"
    if message.is_multipart() and (not opaque or message.get_content_type() in MESSAGES):
        for part in message.get_payload():
            yield from walk(part)


def kind(part: EmailMessage) -> str:
    if part.get_content_maintype() == "multipart" and not part.is_multipart():
        return "text/plain"
    return part.get_content_type()


def spaced(text: str) -> str:
    return " ".join(text.split())


@needs_corpus
@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_a_corpus_message_is_read_as_email_reads_it(path: Path) -> None:
    data = path.read_bytes()
    ours, theirs = scan(data), email.message_from_bytes(data)
    json.dumps(describe(ours)).encode()
    assert [field.name for field in ours.headers] == theirs.keys()
    for field, (_, value) in zip(ours.headers, theirs.raw_items(), strict=True):
        if field.raw.isascii():  # raw 8-bit headers: we guess, `email` leaves surrogates
            expected = str(email.header.make_header(email.header.decode_header(str(value))))
            assert spaced(field.text) == spaced(expected)


# msg_42 has a multipart without parts, which we show as text.
NOT_BASE64 = {"groupwise_03.txt"}  # words that only claim to be base64: we leave them as words
TREES = [path for path in CORPUS if path.name != "msg_42.txt"]


@needs_corpus
@pytest.mark.parametrize("path", TREES, ids=lambda path: path.name)
def test_a_corpus_message_has_the_parts_that_email_finds(path: Path) -> None:
    data = path.read_bytes()
    ours, theirs = list(scan(data).walk()), list(walk(email.message_from_bytes(data)))
    assert [part.shown_type for part in ours] == [kind(part) for part in theirs]
    for mine, other in zip(ours, theirs, strict=True):
        if not mine.children and not other.is_multipart():
            assert filename(mine) == (other.get_filename() or "")
            body = other.get_payload(decode=True)
            if path.name not in NOT_BASE64:
                assert decoded(mine).data.split() == body.split()


def email_addresses(value: bytes) -> list[str]:
    return [pair[1] for pair in email.utils.getaddresses([value.decode()])]


def email_epoch(value: bytes) -> int | None:
    parsed = email.utils.parsedate_tz(value.decode("latin-1"))
    return email.utils.mktime_tz(parsed) if parsed else None


@needs_corpus
def test_addresses_of_the_corpus_agree() -> None:
    differ = set()
    for path in CORPUS:
        headers = scan(path.read_bytes()).headers
        for value in map(headers.value, ("from", "to", "cc")):
            mine = [box.addr_spec for box in mailboxes(parse_addresses(value))]
            empty_group = value.rstrip().endswith((b":;", b": ;"))
            if value.isascii() and not empty_group and mine != email_addresses(value):
                differ.add(path.name)
    assert differ <= {"simple_35.txt"}  # a quoted pair outside quotes is kept as local part


@needs_corpus
def test_dates_of_the_corpus_agree() -> None:
    differ = set()
    for path in CORPUS:
        value = scan(path.read_bytes()).headers.value("date")
        date = parse_date(value)
        if value and (date.epoch if date else None) != email_epoch(value):
            differ.add(path.name)
    assert differ <= {"smtp32_01.txt"}  # RFC 5322 §4.3 reads the year 101 as 2001


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60)
# Not shift_jis: its `¬` is U+00AC to Python and U+FFE2 to the WHATWG table, which we follow.
CHARSETS = st.sampled_from(["utf-8", "iso-8859-1", "gb18030", "euc-kr", "koi8-r"])


@st.composite
def generated(draw: st.DrawFn) -> EmailMessage:
    """A message that `email` made: texts in several charsets, files, a nested multipart."""
    texts = [
        MIMEText(draw(TEXT).encode(charset, "ignore").decode(charset), "plain", charset)
        for charset in draw(st.lists(CHARSETS, min_size=1, max_size=3))
    ]
    file = MIMEApplication(draw(st.binary(max_size=200)))
    file.add_header("Content-Disposition", "attachment", filename=("utf-8", "", draw(TEXT)))
    message = MIMEMultipart(_subparts=[*texts, MIMEMultipart("alternative", _subparts=[file])])
    message["Subject"] = str(email.header.Header(spaced(draw(TEXT)), "utf-8"))
    message["From"] = email.utils.formataddr((spaced(draw(TEXT)), "a@b.test"))
    message["Date"] = email.utils.formatdate(draw(st.integers(0, 2**32)))
    return message


@settings(max_examples=80, deadline=None)
@given(generated())
def test_a_generated_message_is_read_as_it_was_meant(message: EmailMessage) -> None:
    ours = scan(message.as_bytes())
    assert [part.type for part in ours.walk()] == [p.get_content_type() for p in message.walk()]
    wanted = str(email.header.make_header(email.header.decode_header(message["Subject"])))
    assert spaced(ours.headers.text("subject")) == spaced(wanted)
    (box,) = mailboxes(parse_addresses(ours.headers.value("from")))
    assert box.address == "a@b.test"
    assert parse_date(ours.headers.value("date")).epoch == email.utils.mktime_tz(  # type: ignore[union-attr]
        email.utils.parsedate_tz(message["Date"])  # type: ignore[arg-type]
    )
    for mine, theirs in zip(ours.walk(), message.walk(), strict=True):
        if not theirs.is_multipart():
            assert decoded(mine).data == theirs.get_payload(decode=True)
            assert filename(mine).strip() == (theirs.get_filename() or "").strip()


@settings(max_examples=80, deadline=None)
@given(generated())
def test_a_generated_message_is_read_as_fast_mail_parser_reads_it(message: EmailMessage) -> None:
    theirs, ours = fast_mail_parser.parse_email(message.as_bytes()), scan(message.as_bytes())
    assert spaced(ours.headers.text("subject")) == spaced(theirs.subject)
    texts = [shown_text(part) for part in ours.walk() if part.type == "text/plain"]
    assert [spaced(text) for text in texts] == [spaced(text) for text in theirs.text_plain]

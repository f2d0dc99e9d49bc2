"""What IMAP's commands may look like, and what they may not."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from postroad.protocols.imap import STAR, CommandError, ImapError, SequenceSet
from postroad.protocols.imap import commands as c
from postroad.protocols.imap import search_keys as k

ALL = SequenceSet(((1, STAR),))
ONE = SequenceSet.of(1)
FAST = (c.Item.FLAGS, c.Item.INTERNALDATE, c.Item.RFC822_SIZE)

READ: list[tuple[str, Any]] = [
    ("capability", c.Capability()),
    ("SeLeCt iNbOx", c.Select("INBOX")),
    ('EXAMINE "a b"', c.Select("a b", read_only=True)),
    ("SELECT a (CONDSTORE)", c.Select("a", condstore=True)),
    (
        "SELECT a (QRESYNC (67890007 20050715194045000 41,43:211))",
        c.Select(
            "a", resync=c.Resync(67890007, 20050715194045000, SequenceSet(((41, 41), (43, 211))))
        ),
    ),
    (
        "SELECT a (QRESYNC (1 2 (1 5)))",
        c.Select("a", resync=c.Resync(1, 2, None, (ONE, SequenceSet.of(5)))),
    ),
    ("CREATE foo/", c.Create("foo/")),
    ("CREATE a (USE (\\drafts))", c.Create("a", ("\\Drafts",))),
    ("RENAME a {1+}\r\nb", c.Rename("a", "b")),
    ('LIST "" ""', c.List("", ("",))),
    ('LIST (SPECIAL-USE) "" *', c.List("", ("*",), ("SPECIAL-USE",), extended=True)),
    ('LIST () "" (a b%) RETURN ()', c.List("", ("a", "b%"), extended=True)),
    (
        'LIST "" % RETURN (STATUS (MESSAGES UNSEEN) CHILDREN)',
        c.List("", ("%",), (), ("STATUS", "CHILDREN"), ("MESSAGES", "UNSEEN"), True),
    ),
    ('LSUB "#news." "comp.mail.*"', c.Lsub("#news.", "comp.mail.*")),
    ("STATUS a (MESSAGES messages HIGHESTMODSEQ)", c.GetStatus("a", ("MESSAGES", "HIGHESTMODSEQ"))),
    ("FETCH 1 FAST", c.Fetch(ONE, FAST)),
    ("FETCH 1 (FLAGS flags)", c.Fetch(ONE, (c.Item.FLAGS,))),
    ("FETCH 1 BODY", c.Fetch(ONE, (c.Item.BODY,))),
    ("FETCH 1 BODY[]", c.Fetch(ONE, (c.BodySection(),))),
    (
        "FETCH 1 BODY.PEEK[1.2.MIME]<0.9>",
        c.Fetch(ONE, (c.BodySection((1, 2), "MIME", (), True, (0, 9)),)),
    ),
    (
        'FETCH 1 body[header.fields.not ("a" b)]',
        c.Fetch(ONE, (c.BodySection((), "HEADER.FIELDS.NOT", ("a", "b")),)),
    ),
    ("FETCH 1 (BINARY[1] BINARY.SIZE[2.3])", c.Fetch(ONE, (c.Binary((1,)), c.BinarySize((2, 3))))),
    ("FETCH 1 (PREVIEW UID)", c.Fetch(ONE, (c.Preview(), c.Item.UID))),
    ("FETCH 1 PREVIEW (LAZY)", c.Fetch(ONE, (c.Preview(lazy=True),))),
    ("FETCH 1 PREVIEW (CHANGEDSINCE 5)", c.Fetch(ONE, (c.Preview(),), changed_since=5)),
    (
        "UID FETCH 1:* FLAGS (CHANGEDSINCE 12345 VANISHED)",
        c.Fetch(ALL, (c.Item.FLAGS,), True, 12345, True),
    ),
    (
        "UID FETCH 1:* FLAGS (PARTIAL -1:-30)",
        c.Fetch(ALL, (c.Item.FLAGS,), True, partial=c.PartialRange(-1, -30)),
    ),
    (
        "STORE 1 -FLAGS.SILENT \\Deleted \\Seen",
        c.Store(ONE, "-", ("\\Deleted", "\\Seen"), silent=True),
    ),
    ("STORE 1 FLAGS ()", c.Store(ONE, "", ())),
    (
        "UID STORE $ (UNCHANGEDSINCE 320162338) +FLAGS (a)",
        c.Store(SequenceSet(saved=True), "+", ("a",), False, 320162338, True),
    ),
    ("UID EXPUNGE 3000:3002", c.Expunge(SequenceSet(((3000, 3002),)))),
    ("UID MOVE 42:69 foo", c.Move(SequenceSet(((42, 69),)), "foo", True)),
    (
        "SORT (SUBJECT REVERSE DISPLAYFROM) US-ASCII ALL",
        c.Sort((c.SortKey("SUBJECT"), c.SortKey("DISPLAYFROM", True)), k.All()),
    ),
    (
        "UID SORT RETURN (PARTIAL 1:5 COUNT) (DATE) UTF-8 ALL",
        c.Sort(
            (c.SortKey("DATE"),), k.All(), c.ReturnOptions(("COUNT",), c.PartialRange(1, 5)), True
        ),
    ),
    ("THREAD REFS UTF-8 ALL", c.Thread("REFS", k.All())),
    ("SEARCH RETURN () ALL", c.Search(k.All(), c.ReturnOptions())),
    ("GETQUOTAROOT INBOX", c.GetQuotaRoot("INBOX")),
    ('SETQUOTA "" (STORAGE 512)', c.SetQuota("", (("STORAGE", 512),))),
    ("ENABLE condstore X", c.Enable(("CONDSTORE", "X"))),
]


@pytest.mark.parametrize(("text", "command"), READ, ids=[text for text, _ in READ])
def test_commands_are_read(text: str, command: object) -> None:
    assert c.parse(b"a1 " + text.encode()) == ("a1", command)


DAY = datetime.date(1994, 2, 1)
KEYS: list[tuple[str, Any]] = [
    ("UNSEEN", k.HasFlag("\\Seen", False)),
    ("KEYWORD $Junk", k.HasFlag("$Junk")),
    ("SINCE 1-Feb-1994", k.Dated(k.DateOf.INTERNAL, k.When.SINCE, DAY)),
    ('SENTBEFORE "01-feb-1994"', k.Dated(k.DateOf.SENT, k.When.BEFORE, DAY)),
    ("SAVEDON 1-Feb-1994", k.Dated(k.DateOf.SAVED, k.When.ON, DAY)),
    ("OLDER 60", k.Aged(True, 60)),
    ("SMALLER 9", k.Sized(False, 9)),
    ('HEADER Message-ID ""', k.InHeader("Message-ID", "")),
    ("FROM Smith", k.InHeader("FROM", "Smith")),
    ("MODSEQ 620162338", k.ModSeqSince(620162338)),
    ('MODSEQ "/flags/\\\\draft" all 620162338', k.ModSeqSince(620162338, "/flags/\\draft", "all")),
    ("EMAILID M6d99ac3275bb4e", k.HasEmailId("M6d99ac3275bb4e")),
    ("2,4:*", k.Numbered(SequenceSet(((2, 2), (4, STAR))))),
    ("$", k.Numbered(SequenceSet(saved=True))),
    ("(ALL)", k.All()),
    ("NOT (SEEN DRAFT)", k.Not(k.And((k.HasFlag("\\Seen"), k.HasFlag("\\Draft"))))),
    ("OR 1 OR 2 3", k.Or(tuple(k.Numbered(SequenceSet.of(n)) for n in (1, 2, 3)))),
    ("OR 1 (OR 2 3)", k.Or(tuple(k.Numbered(SequenceSet.of(n)) for n in (1, 2, 3)))),
    ("CHARSET GB2312 SUBJECT {4+}\r\n\xd6\xd0\xce\xc4", k.InHeader("SUBJECT", "中文")),
    ("CHARSET utf-8 TEXT {3+}\r\n\xe4\xb8\xad", k.InText("中")),
    ('CHARSET ISO-2022-JP BODY "\x1b$BF|K\\\\\x1b(B"', k.InBody("日本")),
]


@pytest.mark.parametrize(("text", "key"), KEYS, ids=range(len(KEYS)))
def test_search_keys_are_read(text: str, key: object) -> None:
    assert c.parse(b"a SEARCH " + text.encode("latin-1")) == ("a", c.Search(key))  # type: ignore[arg-type]


WRONG = [
    "",
    "FETCH",
    "FETCH 1",
    "FETCH 1 ",
    "FETCH 1 ()",
    "FETCH 1 (ALL)",
    "FETCH 1 FROB",
    "FETCH 0 FLAGS",
    "FETCH 1, FLAGS",
    "FETCH 1:2:3 FLAGS",
    "FETCH 4294967296 FLAGS",
    "FETCH $,1 FLAGS",
    "FETCH 1 BODY[MIME]",
    "FETCH 1 BODY[0]",
    "FETCH 1 BODY[1.]",
    "FETCH 1 BODY[HEADER.FIELDS ()]",
    "FETCH 1 BODY[]<1.0>",
    "FETCH 1 BODY[]<1>",
    "FETCH 1 FLAGS[]",
    "FETCH 1 BINARY[TEXT]",
    "FETCH 1 FLAGS (VANISHED)",
    "UID FETCH 1 FLAGS (VANISHED)",
    "FETCH 1 FLAGS (PARTIAL 1:2)",
    "UID FETCH 1 FLAGS (PARTIAL 1:-2)",
    "UID FETCH 1 FLAGS (CHANGEDSINCE 1 CHANGEDSINCE 2)",
    "STORE 1 FLAGS",
    "STORE 1 FLAGS (\\Recent)",
    "STORE 1 *FLAGS ()",
    "STORE 1 (FROB 1) FLAGS ()",
    "SEARCH",
    "SEARCH FROB",
    "SEARCH NOT",
    "SEARCH OR ALL",
    "SEARCH ()",
    "SEARCH SINCE 31-Feb-2020",
    "SEARCH SINCE 1-Foo-2020",
    "SEARCH YOUNGER 0",
    "SEARCH EMAILID a.b",
    "SEARCH RETURN (ALL PARTIAL 1:2) ALL",
    "SEARCH RETURN (FROB) ALL",
    "SEARCH CHARSET US-ASCII TEXT {1+}\r\n\xe4",
    'SEARCH MODSEQ "" all 1',
    "SORT () UTF-8 ALL",
    "SORT (FROB) UTF-8 ALL",
    "SORT (DATE) ALL",
    "SORT RETURN (SAVE) (DATE) UTF-8 ALL",
    "THREAD FROB UTF-8 ALL",
    'LIST ""',
    'LIST (RECURSIVEMATCH) "" *',
    'LIST "" * RETURN (FROB)',
    'LIST "" * FROB ()',
    "STATUS a ()",
    "STATUS a (FROB)",
    "SELECT",
    "SELECT a (FROB)",
    "SELECT a ()",
    "SELECT a (QRESYNC (0 1))",
    "SELECT a (QRESYNC (1 1 1:*))",
    "SELECT a (QRESYNC (1 1 $))",
    "CREATE a (FROB (x))",
    "CREATE a (USE (Sent))",
    "LOGIN a",
    "LOGIN a b c",
    "ID",
    'ID ("a")',
    "ENABLE",
    "COMPRESS",
    "AUTHENTICATE",
    "AUTHENTICATE PLAIN x",
    "COPY 1",
    "UID",
    "UID SELECT a",
    "UID EXPUNGE",
    "EXPUNGE 1",
    "NOOP 1",
    "RENAME a",
    "GETQUOTA",
    "SETQUOTA a STORAGE 1",
    'SELECT "a',
    "SELECT {3+}\r\nab",
    'SELECT "\\a"',
    "APPEND a",
    "DELETE  a",
    "DELETE (a)",
    "DELETE a%",
]


@pytest.mark.parametrize("text", WRONG)
def test_what_is_no_command_is_bad(text: str) -> None:
    with pytest.raises(CommandError) as refused:
        c.parse(b"a " + text.encode("latin-1"))
    assert refused.value.status.kind == "BAD"


@pytest.mark.parametrize("text", ["SEARCH CHARSET KLINGON ALL", "SORT (DATE) X-1 ALL"])
def test_a_charset_that_is_not_known_is_told_apart(text: str) -> None:
    with pytest.raises(CommandError, match="BADCHARSET"):
        c.parse(b"a " + text.encode())


def test_a_tag_that_could_not_be_sent_is_not_written() -> None:
    for tag in ("", "a b", "+", "a\r\nb", "x" * 300):
        with pytest.raises(ImapError):
            c.encode(tag, c.Noop())


@pytest.mark.parametrize(
    "build",
    [
        lambda: c.BodySection(text="MIME"),
        lambda: c.BodySection(text="HEADER.FIELDS"),
        lambda: c.BodySection(fields=("a",)),
        lambda: c.Authenticate("no mechanism"),
        lambda: k.And((k.All(),)),
        lambda: k.Or((k.All(), k.Or((k.All(), k.All())))),
    ],
)
def test_what_makes_no_sense_cannot_be_built(build: Any) -> None:
    with pytest.raises(ValueError):
        build()

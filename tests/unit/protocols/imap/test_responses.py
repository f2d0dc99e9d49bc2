"""What an IMAP server says: each response as octets."""

from __future__ import annotations

import pytest

from postroad.protocols.imap import fetch_items as items
from postroad.protocols.imap import responses as r
from postroad.protocols.imap.commands import Binary, BinarySize, BodySection, PartialRange, Preview

TABLE = [
    (r.exists(23), b"* 23 EXISTS"),
    (r.recent(1), b"* 1 RECENT"),
    (r.expunge(44), b"* 44 EXPUNGE"),
    (r.vanished([(300, 310), (405, 405)]), b"* VANISHED 300:310,405"),
    (r.vanished([(1, 1)], earlier=True), b"* VANISHED (EARLIER) 1"),
    (r.flags(["\\Seen", "Work"]), b"* FLAGS (\\Seen Work)"),
    (r.fetch(12, b"UID 5", b"FLAGS ()"), b"* 12 FETCH (UID 5 FLAGS ())"),
    (r.uid_fetch(5, b"FLAGS ()"), b"* 5 UIDFETCH (FLAGS ())"),
    (r.listed(r.Listed("INBOX", ("\\HasNoChildren",))), b'* LIST (\\HasNoChildren) "/" INBOX'),
    (r.listed(r.Listed("", ("\\Noselect",))), b'* LIST (\\Noselect) "/" ""'),
    (r.listed(r.Listed("ü")), b'* LIST () "/" &APw-'),
    (r.listed(r.Listed("ü"), utf8=True), b'* LIST () "/" "\xc3\xbc"'),
    (r.listed(r.Listed("a b", delimiter=None), lsub=True), b'* LSUB () NIL "a b"'),
    (
        r.listed(r.Listed("Foo", child_info=("SUBSCRIBED",), old_name="Bar")),
        b'* LIST () "/" Foo ("CHILDINFO" ("SUBSCRIBED") "OLDNAME" (Bar))',
    ),
    (
        r.status("blurdy", {"MESSAGES": 231, "MAILBOXID": "F1", "APPENDLIMIT": None}),
        b"* STATUS blurdy (MESSAGES 231 MAILBOXID (F1) APPENDLIMIT NIL)",
    ),
    (r.namespace([("", "/")]), b'* NAMESPACE (("" "/")) NIL NIL'),
    (r.namespace([("a/", None)], [("~", "/")]), b'* NAMESPACE (("a/" NIL)) (("~" "/")) NIL'),
    (r.search([2, 3, 6]), b"* SEARCH 2 3 6"),
    (r.search([], modseq=5), b"* SEARCH"),
    (r.search([2], modseq=917), b"* SEARCH 2 (MODSEQ 917)"),
    (r.sort([5, 3]), b"* SORT 5 3"),
    (r.esearch("a", r.Found()), b'* ESEARCH (TAG "a")'),
    (
        r.esearch("A2", r.Found(minimum=2, maximum=9, count=3, modseq=7, all=[2, 3, 9]), uid=True),
        b'* ESEARCH (TAG "A2") UID MIN 2 MAX 9 COUNT 3 MODSEQ 7 ALL 2:3,9',
    ),
    (r.esearch("a", r.Found(ranges=[(1, 9)])), b'* ESEARCH (TAG "a") ALL 1:9'),
    (
        r.esearch("a", r.Found(partial_range=PartialRange(-1, -3), partial=[7, 8])),
        b'* ESEARCH (TAG "a") PARTIAL (-1:-3 7:8)',
    ),
    (
        r.esearch("a", r.Found(partial_range=PartialRange(9, 10))),
        b'* ESEARCH (TAG "a") PARTIAL (9:10 NIL)',
    ),
    (r.thread([[2], [3, 6, [4, 23], [44, 7, 96]]]), b"* THREAD (2)(3 6 (4 23)(44 7 96))"),
    (r.thread([[[3], [5]]]), b"* THREAD ((3)(5))"),
    (r.thread([]), b"* THREAD"),
    (r.identity({}), b"* ID NIL"),
    (r.identity({"name": "x", "os": None}), b'* ID ("name" "x" "os" NIL)'),
    (r.enabled([]), b"* ENABLED"),
    (r.enabled(["CONDSTORE"]), b"* ENABLED CONDSTORE"),
    (r.capability(["IMAP4rev2"]), b"* CAPABILITY IMAP4rev2"),
    (r.quota("", [("STORAGE", 10, 512)]), b'* QUOTA "" (STORAGE 10 512)'),
    (r.quota_root("INBOX", ["", "b"]), b'* QUOTAROOT INBOX "" b'),
    (r.continuation(), b"+ OK"),
]


@pytest.mark.parametrize(("said", "line"), TABLE, ids=range(len(TABLE)))
def test_responses(said: bytes, line: bytes) -> None:
    assert said == line + b"\r\n"


SECTION = BodySection((1, 2), "HEADER.FIELDS", ("From", "a b"), partial=(5, 10))
ITEMS = [
    (items.flags(["\\Seen"]), b"FLAGS (\\Seen)"),
    (items.uid(7), b"UID 7"),
    (items.modseq(9), b"MODSEQ (9)"),
    (items.size(44), b"RFC822.SIZE 44"),
    (items.internal_date(837596665), b'INTERNALDATE "17-Jul-1996 09:44:25 +0000"'),
    (items.internal_date(837596665, -420), b'INTERNALDATE "17-Jul-1996 02:44:25 -0700"'),
    (items.save_date(0), b'SAVEDATE " 1-Jan-1970 00:00:00 +0000"'),
    (items.save_date(None), b"SAVEDATE NIL"),
    (items.envelope(b"(NIL)"), b"ENVELOPE (NIL)"),
    (items.body_structure(b"()"), b"BODYSTRUCTURE ()"),
    (items.body(b"()"), b"BODY ()"),
    (items.section(SECTION, b"x"), b'BODY[1.2.HEADER.FIELDS (From "a b")]<5> {1}\r\nx'),
    (items.section(BodySection(), None), b"BODY[] NIL"),
    (items.section(BodySection(), b"a\0"), b"BODY[] {2}\r\na\x80"),
    (items.section_head(BodySection(text="TEXT"), 9), b"BODY[TEXT] {9}\r\n"),
    (items.rfc822("RFC822.TEXT", b"ab"), b"RFC822.TEXT {2}\r\nab"),
    (items.binary(Binary((1,)), b"a\0"), b"BINARY[1] ~{2}\r\na\0"),
    (items.binary(Binary((), partial=(3, 4)), b"a"), b"BINARY[]<3> {1}\r\na"),
    (items.binary(Binary(), None), b"BINARY[] NIL"),
    (items.binary_size(BinarySize((1, 2)), 5), b"BINARY.SIZE[1.2] 5"),
    (items.email_id("M1"), b"EMAILID (M1)"),
    (items.thread_id("T1"), b"THREADID (T1)"),
    (items.thread_id(None), b"THREADID NIL"),
    (items.preview("hi"), b'PREVIEW "hi"'),
    (items.preview("ü", utf8=True), b'PREVIEW "\xc3\xbc"'),
    (items.preview(None), b"PREVIEW NIL"),
    (Preview(lazy=True).label, b"PREVIEW"),
]


@pytest.mark.parametrize(("made", "item"), ITEMS, ids=range(len(ITEMS)))
def test_items_of_fetch(made: bytes, item: bytes) -> None:
    assert made == item


def test_a_conversation_may_be_deeper_than_the_stack() -> None:
    deep: r.Conversation = [1]
    for number in range(2, 10_000):
        deep = [number, deep, [number + 100_000]]
    assert r.thread([deep]).count(b"(") == r.thread([deep]).count(b")") == 2 * 9_998 + 1

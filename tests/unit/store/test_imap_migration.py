"""Mail that was filed before IMAP came is all there afterwards."""

from __future__ import annotations

import apsw

from postroad import store
from postroad.db import migrate, shipped
from postroad.testing.database import MemoryTransaction

BEFORE = 5
FILED = """
INSERT INTO store_account VALUES (1, 7, 4, 7, 9, 60, 2, NULL);
INSERT INTO mailbox VALUES (1, 1, 0, 'INBOX', 'inbox', 5, 4, 7, 2, 1, 52);
INSERT INTO email VALUES (1, 2, 2, x'00', 20, x'0d0a', 11.0, NULL, '<a@b>', 't', '$seen', x'');
INSERT INTO email VALUES (1, 3, 2, x'00', 30, x'', 12.0, 10.0, '<b@b>', 't', '', x'');
INSERT INTO placement VALUES (1, 1, 1, 2, 6), (1, 1, 3, 3, 7);
"""


def test_old_mail_shows_what_it_was() -> None:
    connection = apsw.Connection(":memory:")
    tx = MemoryTransaction(connection)
    migrate(lambda unit: unit(tx), shipped()[:BEFORE], 0.0, "a test")
    tx.execute(FILED)
    migrate(lambda unit: unit(tx), shipped(), 0.0, "a test")
    rows = store.rows(tx, 1, 1, store.EVERYTHING)
    assert [(row.uid, row.email_id, row.keywords, row.modseq, row.size) for row in rows] == [
        (1, 2, "$seen", 6, 22), (3, 3, "", 7, 30),
    ]  # fmt: skip
    assert [(row.received, row.sent, row.saved) for row in rows] == [
        (11.0, None, 11.0), (12.0, 10.0, 12.0),
    ]  # fmt: skip
    assert store.email(tx, 1, 2).keywords == {"$seen"}
    assert store.subscribed(tx, 1) == {"INBOX"} and store.mailbox(tx, 1, 1).deleted == 0

"""No statement of the keepers looks at more rows than it needs, in a database of any size.

SQLite's own words about each statement are read: a scan of a table, or a search by the account
alone, would grow with the mail.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from postroad import blobs, directory, journey, queue, store
from postroad.blobs._rows import is_named, locate, mark_idle, remove_idle
from postroad.db import Row, Value
from postroad.directory import Verifiers
from postroad.handoff import Content, Envelope, Recipient
from postroad.journey.events import Discarded
from postroad.store import NewEmail, Store
from postroad.testing.database import MemoryTransaction

GROWING = "account alias blob email placement thread_link change queue_message queue_recipient"
GROWING += " receipt journey journey_event email_view subscription"
WHOLE = re.compile(rf"^SCAN (?:{GROWING.replace(' ', '|')})\b(?! USING COVERING INDEX queue_due$)")
ALONE = re.compile(r"^SEARCH (?:email|placement|thread_link|change) .*\(account=\?\)$")
PEOPLES = {  # what an administrator asks for now and then, and is meant to see everything
    "SELECT id, local, domain, name, quota, created FROM account ORDER BY",
    "SELECT domain, local, target FROM alias WHERE domain = coalesce",
    "UPDATE queue_recipient SET leased = 0",
}
NOW = 1_800_000_000.0


class Listening(MemoryTransaction):
    """Keeps every statement that is run."""

    def __init__(self) -> None:
        self.heard: set[str] = set()
        super().__init__()

    def execute(self, sql: str, args: Sequence[Value] = ()) -> list[Row]:
        self.heard.add(sql)
        return super().execute(sql, args)


@pytest.fixture(scope="module")
def statements() -> dict[str, list[str]]:
    """Every statement of the keepers, with SQLite's plan for it."""
    tx = Listening()
    schema = set(tx.heard)
    for life in (lead_directory, lead_store, lead_queue, lead_journey, lead_blobs):
        life(tx)
    return {sql: plan(tx, sql) for sql in sorted(tx.heard - schema)}


def plan(tx: MemoryTransaction, sql: str) -> list[str]:
    count = sql.count("?")
    return [
        row[3] for row in MemoryTransaction.execute(tx, f"EXPLAIN QUERY PLAN {sql}", [1] * count)
    ]


def lead_directory(tx: MemoryTransaction) -> None:
    directory.add_domain(tx, "b.test", NOW)
    directory.set_catch_all(tx, "b.test", "x@else.test")
    for name in ("bob", "ann"):
        directory.add_account(tx, f"{name}@b.test", Verifiers("", ""), now=NOW)
    directory.add_alias(tx, "sales@b.test", ["bob@b.test"], NOW)
    for address in ("bob@b.test", "sales+x@b.test", "no@b.test", "postmaster@b.test", "postmaster"):
        directory.resolve(tx, address)
        directory.owns(tx, 1, address)
    directory.credentials(tx, "bob@b.test")
    directory.set_password(tx, "bob@b.test", Verifiers("", ""))
    directory.set_account_quota(tx, "bob@b.test", 5)
    directory.list_accounts(tx), directory.list_aliases(tx), directory.list_domains(tx)
    directory.remove_alias(tx, "sales@b.test")
    for name in ("bob", "ann"):
        directory.remove_account(tx, f"{name}@b.test")
    directory.remove_domain(tx, "b.test")


def lead_store(tx: MemoryTransaction) -> None:
    keeper = Store()
    store.create_account(tx, 1, NOW)
    blob = blobs.inline(b"x")
    blobs.put(tx, blob)
    email = NewEmail(Content(blob.id, 1), NOW, None, "<a@x>", ("<b@x>",), "Hi", "t")
    added = keeper.add(tx, 1, 1, email)
    keeper.place(tx, 1, added.email_id, 6)
    keeper.set_keywords(tx, 1, added.email_id, add={"$seen"})
    store.listing(tx, 1, 1), store.content(tx, 1, 1), store.thread(tx, 1, 1)
    store.changes(tx, 1, 0, 9), store.modseq(tx, 1), store.quota(tx, 1)
    store.mailboxes(tx, 1), store.mailbox_by_role(tx, 1, "inbox")
    box = keeper.create_mailbox(tx, 1, "Plans")
    keeper.rename_mailbox(tx, 1, box.id, "Old")
    keeper.delete_mailbox(tx, 1, box.id)
    lead_imap(tx, keeper)
    for mailbox in (1, 6):
        keeper.expunge(tx, 1, mailbox, [1])


def lead_imap(tx: MemoryTransaction, keeper: Store) -> None:
    keeper.store_flags(tx, 1, 1, [(1, 9)], "add", {"$flagged", "$deleted"})
    for target in (6, 1, 5):
        keeper.copy(tx, 1, 1, [(1, 9)], target, now=NOW)
    keeper.move(tx, 1, 5, [(1, 9)], 6, now=NOW)
    store.uids(tx, 1, 1), store.rows(tx, 1, 1, [(1, 9)]), store.flags(tx, 1, 1, [(1, 9)])
    keeper.expunge(tx, 1, 6, [1]), store.uids(tx, 1, 6), store.first_unseen(tx, 1, 1)
    store.changed_since(tx, 1, 1, 0), store.vanished_since(tx, 1, 1, 0)
    keeper.expunge_deleted(tx, 1, 1)
    store.subscribe(tx, 1, "x"), store.subscribed(tx, 1), store.unsubscribe(tx, 1, "x")
    store.prune_changes(tx, 1, 99), store.changed_since(tx, 1, 1, 0)


def lead_queue(tx: MemoryTransaction) -> None:
    blob = blobs.inline(b"queued")
    blobs.put(tx, blob, refs=2)
    for _ in range(2):
        queue.enqueue(
            tx, trace="t", envelope=Envelope("", (Recipient("a@x.test"),)),
            content=Content(blob.id, 1), routes={"a@x.test": "x.test"}, now=NOW, expires=NOW,
        )  # fmt: skip
    queue.suspend(tx, 2), queue.resume(tx, 2), queue.retry_now(tx, 2, NOW)
    queue.claim(tx, NOW, 5, 60.0), queue.next_due(tx), queue.release_leases(tx)
    queue.list_waiting(tx, 5), queue.get(tx, 1)
    queue.settle(tx, 1, [queue.Settled("a@x.test", "deferred", "", NOW)], NOW)
    queue.settle(tx, 1, [queue.Settled("a@x.test", "sent", "")], NOW)
    queue.remove(tx, 2)
    receipts = queue.receipts
    receipts.remember(tx, b"f", "t", NOW), receipts.seen(tx, b"f")
    receipts.forget(tx, [b"f"]), receipts.prune(tx, NOW)


def lead_journey(tx: MemoryTransaction) -> None:
    trace = journey.new_trace(NOW, 1)
    about = {"message_id": "<a@x>", "reverse_path": "", "subject": ""}
    journey.open_journey(tx, trace, at=NOW, recipients=[], size=1, **about)
    journey.record(tx, trace, [Discarded(at=NOW, station="mda", reason="no")])
    journey.find(tx, trace), journey.find(tx, "<a@x>"), journey.recent(tx, 5)
    journey.since(tx, 0), journey.last_cursor(tx), journey.prune(tx, NOW + 9)


def lead_blobs(tx: MemoryTransaction) -> None:
    blob = blobs.inline(b"blob")
    blobs.put(tx, blob)
    blobs.add_refs(tx, blob.id, 1), locate(tx, blob.id), is_named(tx, blob.id, "x")
    blobs.release(tx, blob.id, 2)
    mark_idle(tx, NOW), remove_idle(tx, NOW)


def offending(statements: dict[str, list[str]], pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{step}: {sql}"
        for sql, steps in statements.items()
        for step in steps
        if pattern.match(step) and not any(sql.startswith(one) for one in PEOPLES)
    ]


def test_no_statement_scans_a_table_that_grows(statements: dict[str, list[str]]) -> None:
    assert len(statements) > 80
    assert offending(statements, WHOLE) == []


def test_no_statement_goes_through_all_mail_of_an_account(
    statements: dict[str, list[str]],
) -> None:
    assert offending(statements, ALONE) == []


def test_no_statement_sorts_what_an_index_could_give_in_order(
    statements: dict[str, list[str]],
) -> None:
    sorts = [sql for sql, steps in statements.items() if "USE TEMP B-TREE FOR ORDER BY" in steps]
    few = ("FROM domain", "FROM account", "AS soonest")
    assert [sql for sql in sorts if not any(one in sql for one in few)] == []


def test_the_test_would_notice() -> None:
    tx = Listening()
    bad = {
        sql: plan(tx, sql)
        for sql in ("SELECT * FROM email", "SELECT * FROM email WHERE account = ? AND trace = ?")
    }
    assert len(offending(bad, WHOLE)) == len(offending(bad, ALONE)) == 1

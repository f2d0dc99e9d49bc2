"""Attack 57: what is stored is data when it is read back, whoever wrote it there."""

from __future__ import annotations

import subprocess
import sys
from functools import partial

import pytest

from postroad import blobs, directory, journey, store
from postroad.blobs import Blobs
from postroad.db import DatabaseCorrupt
from postroad.db.engines.sqlite import open_sqlite
from postroad.directory import Authenticator, Verifiers
from postroad.handoff import Content
from postroad.testing.database import MemoryTransaction
from postroad.testing.loop import on_loop

PICKLE = b"cos\nsystem\n(S'touch /tmp/owned'\ntR."
PAYLOADS = [
    PICKLE,
    b"\x80\x04\x95\x1d\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x94\x8c\x06system\x94\x93\x94.",
    b"!!python/object/apply:os.system ['id']",
    b'[{"kind": "__class__", "at": 1, "station": "x"}]',
    b'[{"kind": "filed", "at": "1; import os", "station": "x"}]',
    b'{"__proto__": {}}',
    b"[" * 100_000,
    b"\xff\xfe",
    b"",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_journey_that_is_no_journey_is_corrupt_and_nothing_else(payload: bytes) -> None:
    tx = MemoryTransaction()
    trace = journey.new_trace(1.0, 1)
    about: dict[str, object] = {"message_id": "", "reverse_path": "", "subject": "", "size": 1}
    journey.open_journey(tx, trace, at=1.0, recipients=[], **about)  # type: ignore[arg-type]
    tx.execute("INSERT INTO journey_event (trace, events) VALUES (?, ?)", (trace, payload))
    with pytest.raises(DatabaseCorrupt, match=trace):
        journey.find(tx, trace)


@pytest.mark.parametrize("payload", PAYLOADS)
@on_loop
async def test_a_blob_that_is_no_blob_is_corrupt_and_nothing_else(payload: bytes) -> None:
    db, keeper = open_sqlite(None), Blobs(None)
    blob = blobs.inline(b"a message")
    await db.write(partial(blobs.put, blob=blob))
    await db.write(lambda tx: tx.execute("UPDATE blob SET data = ?", (payload,)))
    with pytest.raises(DatabaseCorrupt):
        await keeper.read(db, blob.id)
    keeper.close()
    await db.close()


@pytest.mark.parametrize("payload", PAYLOADS)
@on_loop
async def test_credentials_that_are_none_log_nobody_in(payload: bytes) -> None:
    text = payload.decode("latin-1").replace("\0", "")
    db = open_sqlite(None)
    await db.write(partial(directory.add_domain, name="b.test", now=1.0))
    stored = Verifiers(text, text)
    await db.write(partial(directory.add_account, address="a@b.test", verifiers=stored, now=1.0))
    auth = Authenticator(db)
    assert await auth.check_password("a@b.test", "any") is None
    with pytest.raises(DatabaseCorrupt):
        await auth.scram_verifier("a@b.test")
    auth.close()
    await db.close()


@pytest.mark.parametrize("word", ["__class__", "$eval", "a.b.c", "constructor"])
def test_keywords_are_words(word: str) -> None:
    tx, keeper = MemoryTransaction(), store.Store()
    store.create_account(tx, 1, 1.0)
    blob = blobs.inline(b"x")
    blobs.put(tx, blob)
    email = store.NewEmail(
        content=Content(blob.id, 1), received=1.0, sent=None, message_id="", references=(),
        subject="", trace="t", keywords=frozenset({word}),
    )  # fmt: skip
    added = keeper.add(tx, 1, 1, email)
    assert store.email(tx, 1, added.email_id).keywords == {word}


def test_reading_the_keepers_imports_nothing_that_runs_data() -> None:
    forbidden = ("pickle", "marshal", "shelve", "yaml", "dill")
    program = (
        "import sys\n"
        "before = set(sys.modules)\n"
        "import postroad.store, postroad.queue, postroad.directory, postroad.journey\n"
        f"print(sorted(m for m in set(sys.modules) - before if m in {forbidden}))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.strip() == b"[]", done.stdout

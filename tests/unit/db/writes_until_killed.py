"""Run as a process: writes numbered rows for ever, and prints each once it is acknowledged."""

from __future__ import annotations

import asyncio
import os
import sys
from functools import partial

from postroad.db import Transaction
from postroad.db.engines.sqlite import open_sqlite

CALLERS = 8


async def main(path: str) -> None:
    database = open_sqlite(path)
    await database.write(
        lambda tx: tx.execute("CREATE TABLE IF NOT EXISTS note (number BIGINT PRIMARY KEY)")
    )
    first = (await database.read(last))[0]

    async def caller(number: int) -> None:
        while True:
            await database.write(partial(insert, number=number))
            os.write(1, b"%d\n" % number)
            number += CALLERS

    await asyncio.gather(*(caller(first + 1 + n) for n in range(CALLERS)))


def last(tx: Transaction) -> tuple[int]:
    return (tx.execute("SELECT coalesce(max(number), 0) FROM note")[0][0],)


def insert(tx: Transaction, number: int) -> None:
    tx.execute("INSERT INTO note (number) VALUES (?)", (number,))


asyncio.run(main(sys.argv[1]))

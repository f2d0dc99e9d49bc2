"""The load generator: raw SMTP over many connections, so lean that it does not bound the figure.

It runs as a process of its own (`python -m bench.load`), reads a Load as JSON from standard input
and writes a Tally. MAIL, RCPT and DATA go out together, as PIPELINING allows; the message follows
the 354 in one write. Every reply's code is looked at; one that was not hoped for is counted as a
refusal, and the session begins again on a new connection.

Standards: RFC 5321, RFC 2920 §3.1 (command groups), RFC 9422 (LIMITS)
"""

from __future__ import annotations

import asyncio
import itertools
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from enum import Enum, auto
from typing import cast

import msgspec
import uvloop

from bench.plan import Load, Reuse, Tally
from bench.samples import messages

MAILMAX = re.compile(rb" MAILMAX=(\d+)")  # RFC 9422 §3.1: messages that one connection may carry
HELLO = b"EHLO load.bench.test\r\n"
REFUSALS_SHOWN = 5
REFUSALS_BORNE = 200  # then the run stops: the server does not want it
PATIENCE = 120.0  # seconds without any reply after which the run is given up


class Wait(Enum):
    """What a session waits for."""

    GREETING = auto()
    HELLO = auto()
    ENVELOPE = auto()  # the replies to MAIL, RCPT… and DATA
    STORED = auto()
    GOODBYE = auto()


class Run:
    """What all sessions share: the messages still to send, the tally, the end."""

    def __init__(self, load: Load) -> None:
        self.load = load
        self.tally = Tally()
        self.left = load.messages
        self.latencies: list[float] = []
        self.open = load.sessions
        self.done = asyncio.get_running_loop().create_future()
        self.deadline = time.monotonic() + load.seconds
        self.last_reply = time.monotonic()
        self.held: list[Callable[[], None]] = []
        self._messages = messages(load.size, f"{os.getpid()}.{time.time_ns()}", load.recipients)
        self._envelopes = self._endless_envelopes()
        self.expected = b"250" * (1 + load.fan_out) + b"354"

    def _endless_envelopes(self) -> Iterator[bytes]:
        people = itertools.cycle(self.load.recipients)
        while True:
            to = b"".join(
                b"RCPT TO:<%b>\r\n" % next(people).encode() for _ in range(self.load.fan_out)
            )
            yield b"MAIL FROM:<load@bench.test>\r\n" + to + b"DATA\r\n"

    def next_message(self) -> tuple[bytes, bytes, bytes] | None:
        """Envelope commands, header and rest of one more message; None when it is enough."""
        if self.left <= 0 or time.monotonic() > self.deadline:
            return None
        self.left -= 1
        return (next(self._envelopes), *next(self._messages))

    def accepted(self, seconds: float) -> None:
        self.tally.accepted += 1
        self.latencies.append(seconds)

    def refused(self, words: str) -> None:
        self.tally.refused += 1
        if len(self.tally.refusals) < REFUSALS_SHOWN:
            self.tally.refusals.append(words)
        if self.tally.refused >= REFUSALS_BORNE:
            self.left = 0

    def release(self, send: Callable[[], None]) -> None:
        """Send now, or when the last session has its 354 too."""
        self.held.append(send)
        self._let_go()

    def _let_go(self) -> None:
        if self.load.at_once and len(self.held) < self.open:
            return
        waiting, self.held = self.held, []
        for call in waiting:
            call()

    def session_ended(self) -> None:
        self.open -= 1
        self._let_go()
        if self.open == 0 and not self.done.done():
            self.done.set_result(None)


class Session(asyncio.Protocol):
    """One connection after another, for as long as there are messages."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.wait = Wait.GREETING
        self.buffer = b""
        self.finished = False
        self.message: tuple[bytes, bytes, bytes] | None = None
        self.since = 0.0
        self.room = 1 if run.load.reuse is Reuse.ONE else sys.maxsize  # messages left to send here
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        buffer = self.buffer + data if self.buffer else data
        if buffer[-1:] != b"\n":
            self.buffer = buffer
            return
        codes = [line[:3] for line in buffer.split(b"\r\n") if line[3:4] == b" "]
        wanted = self.run.load.fan_out + 2 if self.wait is Wait.ENVELOPE else 1
        failed = any(code[:1] in b"45" for code in codes)
        if len(codes) < wanted and not failed:
            self.buffer = buffer
            return
        self.buffer = b""
        if failed:
            self._give_up(buffer.decode(errors="replace").strip())
            return
        if self.wait is Wait.HELLO and (limit := MAILMAX.search(buffer)):
            self.room = min(self.room, int(limit[1]))
        STEPS[self.wait](self, b"".join(codes))

    def _greeted(self, codes: bytes) -> None:
        self.wait = Wait.HELLO
        self.transport.write(HELLO)

    def _next(self, codes: bytes) -> None:
        self.message = self.run.next_message()
        if self.message is None:
            self._leave()
            return
        self.since = time.perf_counter()
        self.wait = Wait.ENVELOPE
        self.transport.write(self.message[0])

    def _send(self, codes: bytes) -> None:
        if codes != self.run.expected:
            self._give_up(codes.decode())
            return
        self.wait = Wait.STORED
        self.run.release(self._send_content)

    def _send_content(self) -> None:
        assert self.message is not None
        self.transport.writelines(self.message[1:])

    def _stored(self, codes: bytes) -> None:
        if codes != b"250":
            self._give_up(codes.decode())
            return
        self.message = None
        self.room -= 1
        self.run.last_reply = time.monotonic()
        self.run.accepted(time.perf_counter() - self.since)
        if self.room > 0:
            self._next(codes)
        else:
            self._leave()

    def _leave(self) -> None:
        self.wait = Wait.GOODBYE
        self.transport.write(b"QUIT\r\n")

    def _left(self, codes: bytes) -> None:
        self.finished = True
        self.transport.close()

    def _give_up(self, words: str) -> None:
        self.run.refused(words)
        self.message = None
        self.finished = True
        self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.finished:
            self.run.refused(f"connection lost while waiting for {self.wait.name}: {exc}")
        if self.run.left > 0 and time.monotonic() < self.run.deadline:
            connect(self.run)
        else:
            self.run.session_ended()


STEPS = {
    Wait.GREETING: Session._greeted,
    Wait.HELLO: Session._next,
    Wait.ENVELOPE: Session._send,
    Wait.STORED: Session._stored,
    Wait.GOODBYE: Session._left,
}


def connect(run: Run) -> None:
    """Open one more connection for `run`; a refused one counts, and is not tried again."""
    loop = asyncio.get_running_loop()

    def outcome(task: asyncio.Task[object]) -> None:
        if (error := task.exception()) is not None:
            run.refused(f"no connection: {error}")
            run.session_ended()

    opening = loop.create_connection(lambda: Session(run), run.load.host, run.load.port)
    loop.create_task(opening).add_done_callback(outcome)


async def drive(load: Load) -> Tally:
    """Carry out `load`, return what was seen. Raises TimeoutError when the server falls silent."""
    run = Run(load)
    run.tally.began = time.time()
    cpu = time.process_time()
    for _ in range(load.sessions):
        connect(run)
    while not run.done.done():
        await asyncio.wait([run.done], timeout=1.0)
        if time.monotonic() - run.last_reply > PATIENCE:
            raise TimeoutError(f"no reply for {PATIENCE:.0f} s; so far {run.tally}")
    run.tally.ended = time.time()
    run.tally.cpu = time.process_time() - cpu
    if ordered := sorted(run.latencies):
        run.tally.median = ordered[len(ordered) // 2]
        run.tally.p99 = ordered[len(ordered) * 99 // 100]
    return run.tally


def main() -> None:
    load = msgspec.json.decode(sys.stdin.buffer.read(), type=Load)
    tally = uvloop.run(drive(load))
    sys.stdout.buffer.write(msgspec.json.encode(tally))


if __name__ == "__main__":
    main()

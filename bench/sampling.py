"""Where a server's time goes: its threads' stacks, looked at some hundred times a second.

The main thread is interrupted by a timer of its own processor time and looks at itself; a thread
of ours looks at the others, which is enough for threads that often let go of the interpreter's
lock. Each look weighs the processor time that the thread used since the last one, so that waiting
weighs nothing. Time in C, such as a hash, is charged to the function that called it; what the event
loop does itself stands under the function that runs it.

Standards: timer_create(2), proc(5)
"""

from __future__ import annotations

import ctypes
import signal
import struct
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from types import FrameType

EVERY = 0.003  # seconds between looks
SHOWN = 45  # functions in each list

Stack = tuple[str, ...]


class Sampler:
    """Started and stopped once, from the main thread of the process that it watches."""

    def __init__(self) -> None:
        self._thread = threading.Thread(target=self._watch, name="sampler", daemon=True)
        self._stopping = threading.Event()
        self._main_used = 0.0
        self.stacks: dict[str, Counter[Stack]] = {}

    def start(self) -> None:
        """Begin to look."""
        self._main_used = time.thread_time()
        signal.signal(signal.SIGPROF, self._look_at_main)
        _interrupt_this_thread(EVERY)
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        signal.signal(signal.SIGPROF, signal.SIG_IGN)
        self._stopping.set()
        self._thread.join()

    def _look_at_main(self, number: int, frame: FrameType | None) -> None:
        now = time.thread_time()
        self._note("main", frame, now - self._main_used)
        self._main_used = now

    def _watch(self) -> None:
        used: dict[int, float] = {}
        while not self._stopping.is_set():
            time.sleep(EVERY)
            frames = sys._current_frames()
            for thread in threading.enumerate():
                if thread is threading.main_thread() or thread is self._thread:
                    continue
                frame = frames.get(thread.ident or 0)
                now = _thread_cpu(thread.native_id or 0)
                self._note(thread.name, frame, now - used.get(thread.native_id or 0, now))
                used[thread.native_id or 0] = now

    def _note(self, thread: str, frame: FrameType | None, seconds: float) -> None:
        weight = round(seconds * 1e6)
        if weight > 0 and frame is not None:
            self.stacks.setdefault(thread, Counter())[_stack(frame)] += weight

    def write(self, target: Path) -> None:
        """Write the lists to `target` and the raw stacks beside it, for a flame graph."""
        target.write_text("\n\n".join(_report(name, self.stacks[name]) for name in self.stacks))
        lines = [
            f"{name};{';'.join(stack)} {weight}"
            for name, stacks in self.stacks.items()
            for stack, weight in stacks.items()
        ]
        target.with_suffix(".stacks").write_text("\n".join(lines) + "\n")


def _interrupt_this_thread(every: float) -> None:
    """SIGPROF each `every` seconds of processor time that the calling thread uses."""
    libc, timer = ctypes.CDLL(None, use_errno=True), ctypes.c_void_p()
    # struct sigevent: the value, the signal's number, SIGEV_SIGNAL (0), and room for the rest
    event = struct.pack("Qii48x", 0, signal.SIGPROF, 0)
    seconds, nanoseconds = int(every), int(every % 1 * 1e9)
    period = struct.pack("llll", seconds, nanoseconds, seconds, nanoseconds)
    failed = libc.timer_create(time.CLOCK_THREAD_CPUTIME_ID, event, ctypes.byref(timer))
    if failed or libc.timer_settime(timer, 0, period, None):
        raise OSError(ctypes.get_errno(), "no timer of processor time for the profile")


def _thread_cpu(native_id: int) -> float:
    """Seconds on a processor, to the nanosecond (the first field of schedstat)."""
    try:
        return int(Path(f"/proc/self/task/{native_id}/schedstat").read_text().split()[0]) / 1e9
    except (OSError, IndexError):
        return 0.0


def _stack(frame: FrameType | None) -> Stack:
    """Names of the functions on the stack, outermost first."""
    names = []
    while frame is not None:
        code = frame.f_code
        place = code.co_filename.rpartition("/src/")[2].rpartition("/site-packages/")[2]
        names.append(f"{code.co_qualname} ({place}:{code.co_firstlineno})")
        frame = frame.f_back
    return tuple(reversed(names))


def _report(thread: str, stacks: Counter[Stack]) -> str:
    """The lists of one thread; what it did while modules were imported is left out."""
    own: Counter[str] = Counter()
    within: Counter[str] = Counter()
    rooms: Counter[str] = Counter()
    for stack, weight in stacks.items():
        if any("<frozen importlib" in name for name in stack):
            continue
        own[stack[-1]] += weight
        rooms[_room(stack)] += weight
        for name in set(stack):
            within[name] += weight
    total = max(sum(own.values()), 1)
    lines = [f"== thread {thread}: {total / 1e6:.2f} s of processor time"]
    for title, counted in (
        ("by room, with what it calls outside Postroad", rooms),
        ("by function, its own", own),
        ("by function, with what it calls", within),
    ):
        lines += ["", f"  {title}:"]
        lines += [f"  {weight / total:6.1%}  {name}" for name, weight in counted.most_common(SHOWN)]
    return "\n".join(lines)


def _room(stack: Stack) -> str:
    """The innermost room on the stack, such as `protocols/smtp`."""
    for name in reversed(stack):
        _, found, place = name.rpartition("(postroad/")
        if found:
            return "/".join(place.split("/")[:-1][:2]) or "postroad"
    return "elsewhere"

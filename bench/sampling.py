"""Where a server's time goes: its threads' stacks, looked at some hundred times a second.

A thread of our own looks at every other thread's frames and weighs each look by the processor time
which that thread used since the last one (proc(5)), so that waiting weighs nothing. Time in C, such
as a hash or a commit, is charged to the Python function that called it. Looking needs the
interpreter's lock, which a busy thread gives up only between bytecodes: what runs long in C without
releasing it is seen when it has ended, in the function that called it, and so is counted right.
"""

from __future__ import annotations

import sys
import threading
import time
from collections import Counter
from pathlib import Path
from types import FrameType

EVERY = 0.003  # seconds between looks
SWITCH = 0.0005  # seconds after which a busy thread lets us look (the default is 0.005)
SHOWN = 45  # functions in each list

Stack = tuple[str, ...]


class Sampler:
    """Started and stopped once, in the process that it watches."""

    def __init__(self) -> None:
        self._thread = threading.Thread(target=self._watch, name="sampler", daemon=True)
        self._stopping = threading.Event()
        self.stacks: dict[str, Counter[Stack]] = {}

    def start(self) -> None:
        """Begin to look."""
        sys.setswitchinterval(SWITCH)
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._stopping.set()
        self._thread.join()

    def _watch(self) -> None:
        used: dict[int, float] = {}
        while not self._stopping.is_set():
            time.sleep(EVERY)
            frames = sys._current_frames()
            for thread in threading.enumerate():
                frame = frames.get(thread.ident or 0)
                if frame is None or thread is self._thread or thread.native_id is None:
                    continue
                now = _thread_cpu(thread.native_id)
                weight = round((now - used.get(thread.native_id, now)) * 1e6)
                used[thread.native_id] = now
                if weight > 0:
                    self.stacks.setdefault(thread.name, Counter())[_stack(frame)] += weight

    def write(self, target: Path) -> None:
        """Write the lists to `target` and the raw stacks beside it, for a flame graph."""
        target.write_text("\n\n".join(_report(name, self.stacks[name]) for name in self.stacks))
        lines = [
            f"{name};{';'.join(stack)} {weight}"
            for name, stacks in self.stacks.items()
            for stack, weight in stacks.items()
        ]
        target.with_suffix(".stacks").write_text("\n".join(lines) + "\n")


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
    own: Counter[str] = Counter()
    within: Counter[str] = Counter()
    for stack, weight in stacks.items():
        own[stack[-1]] += weight
        for name in set(stack):
            within[name] += weight
    total = sum(stacks.values())
    lines = [f"== thread {thread}: {total / 1e6:.2f} s of processor time", "", "  its own:"]
    lines += [f"  {weight / total:6.1%}  {name}" for name, weight in own.most_common(SHOWN)]
    lines += ["", "  with what it calls:"]
    lines += [f"  {weight / total:6.1%}  {name}" for name, weight in within.most_common(SHOWN)]
    return "\n".join(lines)

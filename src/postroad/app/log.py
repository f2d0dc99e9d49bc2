"""Log lines: one event each, with the trace id of its message, safe to read and free of secrets.

Invariants: a line has no raw control character, whoever sent it; a value whose name says that it
is a secret is never written; the trace id, when there is one, is the field `trace`.
"""

from __future__ import annotations

import logging
import sys
from contextlib import AbstractContextManager
from typing import TextIO

import msgspec
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from postroad.app.config import LogConfig
from postroad.app.texts import visible

SECRET_NAMES = ("password", "secret", "token", "credential", "verifier", "authorization")
"""A field whose name contains one of these is hidden (ours)."""

HIDDEN = "[hidden]"

MAX_VALUE = 2000
"""Characters of one value that are logged; ours, four times an SMTP line (RFC 5321 §4.5.3.1.4)."""

_JSON = msgspec.json.Encoder(enc_hook=repr)


def configure(config: LogConfig, stream: TextIO | None = None) -> None:
    """Send the log lines of this process, and of the libraries it uses, to `stream` (stderr)."""
    target = stream or sys.stderr
    level = getattr(logging, config.level.upper())
    before: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.format_exc_info,
        hide_secrets,
        make_visible,
    ]
    structlog.configure(
        processors=[*before, renderer(config)],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(target),
        cache_logger_on_first_use=False,
    )
    _adopt_libraries(level)


def trace_bound(trace: str) -> AbstractContextManager[None]:
    """Within it, every line of this task and of those it starts carries `trace`."""
    return structlog.contextvars.bound_contextvars(trace=trace)


def renderer(config: LogConfig) -> Processor:
    """What makes one line of an event."""
    return _as_json if config.format == "json" else _as_text


def hide_secrets(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Replace the value of every field that is named like a secret."""
    for name in event:
        if any(secret in name.lower() for secret in SECRET_NAMES):
            event[name] = HIDDEN
    return event


def make_visible(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Escape what could move the cursor or forge a line, and cut what is too long."""
    for name, value in event.items():
        if name != "exception":
            event[name] = _shown(value)
    if "exception" in event:  # its line ends stay; indented, none can pass for a line of its own
        lines = str(event["exception"]).split("\n")
        event["exception"] = "\n".join(f"    {visible(line)}" for line in lines)
    return event


def _shown(value: object) -> object:
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_shown(item) for item in value]
    text = value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else str(value)
    return visible(text if len(text) <= MAX_VALUE else f"{text[:MAX_VALUE]}…")


def _as_json(_: WrappedLogger, __: str, event: EventDict) -> str:
    first = {name: event.pop(name) for name in ("at", "level", "event", "trace") if name in event}
    return _JSON.encode({**first, **event}).decode()


def _as_text(_: WrappedLogger, __: str, event: EventDict) -> str:
    exception = event.pop("exception", "")
    head = [str(event.pop("at", "")), f"{event.pop('level', ''):7}", str(event.pop("event", ""))]
    tail = [f"{name}={_quoted(value)}" for name, value in event.items()]
    line = " ".join(head + tail)
    return f"{line}\n{exception}" if exception else line


def _quoted(value: object) -> str:
    text = str(value)
    return text if text and " " not in text and '"' not in text else _JSON.encode(text).decode()


class _ToStructlog(logging.Handler):
    """Hands the lines of libraries (asyncio, uvicorn) to the same processors."""

    def emit(self, record: logging.LogRecord) -> None:
        logger = structlog.get_logger()
        logger.log(
            record.levelno, record.getMessage(), logger=record.name, exc_info=record.exc_info
        )


def _adopt_libraries(level: int) -> None:
    root = logging.getLogger()
    root.handlers[:] = [_ToStructlog()]
    root.setLevel(max(level, logging.INFO))

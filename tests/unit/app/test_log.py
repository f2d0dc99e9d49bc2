"""Log lines are one line, safe to read, free of secrets, and carry the trace id."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Literal

import pytest
import structlog

from postroad.app import log
from postroad.app.config import LogConfig


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Leave the process's logging as it was."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


def configured(form: Literal["json", "console"] = "json") -> io.StringIO:
    stream = io.StringIO()
    log.configure(LogConfig(format=form), stream)
    return stream


def test_a_line_carries_the_trace_id_of_its_message() -> None:
    stream = configured()
    with log.trace_bound("06d5"):
        structlog.get_logger().info("accepted", size=5)
    line = json.loads(stream.getvalue())
    assert (line["trace"], line["event"], line["size"]) == ("06d5", "accepted", 5)


@pytest.mark.parametrize("form", ["json", "console"])
def test_a_peer_cannot_forge_a_line(form: Literal["json", "console"]) -> None:
    stream = configured(form)
    structlog.get_logger().info("helo", name="x\r\n{}\x1b[2J\u202e", raw=b"\xff\n", many=["\n"])
    text = stream.getvalue()
    assert text.count("\n") == 1 and text.endswith("\n")
    assert not set(text[:-1]) & set("\r\x1b\u202e\udcff")


@pytest.mark.parametrize("form", ["json", "console"])
def test_a_secret_is_never_written(form: Literal["json", "console"]) -> None:
    stream = configured(form)
    structlog.get_logger().info("login", user="alice", password="hunter2", ServerToken="t0k3n")
    assert "hunter2" not in stream.getvalue() and "t0k3n" not in stream.getvalue()
    assert "alice" in stream.getvalue()


def test_an_exception_cannot_forge_a_line_of_its_own() -> None:
    stream = configured("console")
    try:
        raise ValueError("first\n2026-01-01 info accepted\x1b")
    except ValueError:
        structlog.get_logger().exception("broken")
    first, *rest = stream.getvalue().splitlines()
    assert "broken" in first and rest and all(line.startswith("    ") for line in rest)
    assert "\x1b" not in stream.getvalue()


def test_what_libraries_log_takes_the_same_way() -> None:
    stream = configured()
    logging.getLogger("asyncio").warning("slow: %s", "a\nb")
    line = json.loads(stream.getvalue())
    assert (line["event"], line["logger"], line["level"]) == (r"slow: a\x0ab", "asyncio", "warning")


def test_a_value_too_long_is_cut() -> None:
    stream = configured()
    structlog.get_logger().info("command", line="x" * 100_000)
    assert len(stream.getvalue()) < log.MAX_VALUE + 200


def test_what_is_below_the_level_is_not_written() -> None:
    stream = configured()
    structlog.get_logger().debug("noise")
    assert stream.getvalue() == ""

"""Attacks 20, 74, 77 on the lab's page: it changes nothing, repeats nothing, compresses nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from postroad.lab.page import make_app
from postroad.lab.plan import Plan
from postroad.testing.loop import on_loop

HERE = b"127.77.0.1:2080"
EVIL = b"claimed.example"


async def ask(method: str, path: str, query: bytes = b"", **headers: bytes) -> tuple[int, bytes]:
    """Status, and all octets of the answer's headers and body."""
    sent: list[Any] = []
    lines = [(name.replace("_", "-").encode(), value) for name, value in headers.items()]
    scope = {
        "type": "http", "http_version": "1.1", "method": method, "path": path, "scheme": "http",
        "raw_path": path.encode(), "query_string": query, "root_path": "", "server": None,
        "headers": [(b"host", headers.pop("host", HERE)), *lines],
    }  # fmt: skip

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await make_app(Plan(Path("lab")), {}, lambda name: True)(scope, receive, send)
    octets = b"".join(b"%b: %b\n" % pair for pair in sent[0]["headers"])
    return sent[0]["status"], octets + b"".join(part.get("body", b"") for part in sent[1:])


@pytest.mark.parametrize("path", ["/", "/page.js"])
@pytest.mark.parametrize(
    "method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"]
)
@on_loop
async def test_74_no_request_from_anywhere_can_change_anything(method: str, path: str) -> None:
    status, _ = await ask(method, path, origin=b"http://evil.test", cookie=b"a=b")
    assert status == 405


@pytest.mark.parametrize("name", ["x_forwarded_host", "x_forwarded_for", "forwarded", "referer"])
@on_loop
async def test_77_what_a_header_claims_is_not_repeated(name: str) -> None:
    headers = {name: EVIL}
    status, answer = await ask("GET", "/", **headers)
    assert status == 200
    assert EVIL not in answer
    assert b"location" not in answer.lower().partition(b"\n\n")[0][:400]


@pytest.mark.parametrize(
    "query",
    [
        b"find=<script>alert(1)</script>",
        b"find=%22%3E%3Cimg%20src=x%20onerror=1%3E",
        b"lang=<script>",
        b"find=" + b"x" * 100_000,
        b"find=%00%1b[2J",
        b"next=//claimed.example",
    ],
)
@on_loop
async def test_77_what_is_sought_is_text(query: bytes) -> None:
    status, answer = await ask("GET", "/", query)
    assert status == 200
    for mark in (b"<script>alert", b"<img src=x", b"\x1b", b"\0", b"//claimed.example"):
        assert mark not in answer
    assert len(answer) < 50_000


@on_loop
async def test_20_nothing_is_compressed_beside_what_a_stranger_wrote() -> None:
    _, answer = await ask("GET", "/", accept_encoding=b"gzip, br, zstd, deflate")
    assert b"content-encoding" not in answer.lower()


@pytest.mark.parametrize(
    "path", ["/../../etc/passwd", "/..%2f..%2fetc/passwd", "/static/../_site.py", "/page.js/", "//"]
)
@on_loop
async def test_77_no_path_leads_to_a_file_but_three(path: str) -> None:
    status, answer = await ask("GET", path)
    assert status in (404, 307)
    assert b"root:" not in answer and b"import" not in answer

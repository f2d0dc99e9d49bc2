"""The page as a web application: three files that never change, and one page that does.

Nothing is loaded from elsewhere and nothing elsewhere may show or read the page: a strict content
policy, and only requests that name an address (or localhost) are answered, so that no foreign name
can be pointed here (DNS rebinding).

Standards: RFC 9110 §13.1.2 (If-None-Match), CSP Level 3, RFC 9110 §7.2 (Host)
"""

from __future__ import annotations

import asyncio
import hashlib
import ipaddress
import sys
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from postroad.lab.page._document import KEY_LENGTH, View, document
from postroad.lab.page._journals import Journals, Readable
from postroad.lab.page._map import Status
from postroad.lab.plan import Plan
from postroad.lab.texts import Language, preferred_language

STATIC = Path(__file__).parent / "static"

FILES = {
    "page.css": "text/css; charset=utf-8",
    "page.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; "
    "connect-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-cache",
}

Answer = Callable[[Request], Awaitable[Response]]

REMEMBERED = 8
"""Pages kept until something changes: a few people, each in their own language."""


@dataclass(frozen=True, slots=True)
class _Page:
    body: bytes
    tag: str


def make_app(plan: Plan, sources: Mapping[str, Readable], status: Status) -> Starlette:
    """Return the application. `sources` are the hosts' databases, `status` says who is up.

    A host that `sources` does not name (yet) is left out.
    """
    page = _LivePage(plan, Journals(sources), status)
    routes = [Route("/", page.answer)]
    for name, kind in FILES.items():
        routes.append(Route(f"/{name}", _file((STATIC / name).read_bytes(), kind)))
    return Starlette(routes=routes)


class _LivePage:
    """Renders the page anew only when a journal or a host's state has changed."""

    def __init__(self, plan: Plan, journals: Journals, status: Status) -> None:
        self._plan = plan
        self._journals = journals
        self._status = status
        self._lock = asyncio.Lock()
        self._program = _how_to_call()
        self._seen: object = None
        self._pages: OrderedDict[tuple[Language, str], _Page] = OrderedDict()

    async def answer(self, request: Request) -> Response:
        """The page in the reader's language; 304 when the reader has it already."""
        if not names_an_address(request.headers.get("host", "")):
            return PlainTextResponse("Ask for this page by its address.\n", 421, HEADERS)
        language = preferred_language(
            request.query_params.get("lang", ""), request.headers.get("accept-language", "")
        )
        sought = request.query_params.get("find", "").strip()[:KEY_LENGTH]
        async with self._lock:  # several readers share the work
            page = await self._page(language, sought)
        return _unless_known(request, page, "text/html; charset=utf-8", Vary="Accept-Language")

    async def _page(self, language: Language, sought: str) -> _Page:
        up = {host.name: self._status(host.name) for host in self._plan.hosts}
        seen = (await self._journals.marks(), tuple(up.items()))
        if seen != self._seen:
            self._seen = seen
            self._pages.clear()
        known = self._pages.get((language, sought))
        if known is not None:
            return known
        gathered = await (self._journals.sought(sought) if sought else self._journals.newest())
        view = View(language, gathered, sought, program=self._program)
        # In a thread: a long page must not hold up the lab's DNS, which lives in the same loop.
        page_text = await asyncio.to_thread(document, self._plan, up.__getitem__, view)
        body = page_text.encode()
        page = _Page(body, _tag(body))
        self._pages[language, sought] = page
        if len(self._pages) > REMEMBERED:
            self._pages.popitem(last=False)
        return page


def _how_to_call() -> str:
    """The `postroad` command of this installation, with its folder: a terminal may not know it."""
    beside = Path(sys.executable).with_name("postroad")
    return str(beside) if beside.exists() else "postroad"


def names_an_address(host: str) -> bool:
    """Whether a Host header names an IP address or localhost, with or without a port."""
    name, _, port = host.rpartition(":") if not host.endswith("]") else (host, "", "")
    if not name or not port.isdigit():
        name = host
    if name.lower() == "localhost":
        return True
    try:
        ipaddress.ip_address(name.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return True


def _file(body: bytes, kind: str) -> Answer:
    file = _Page(body, _tag(body))

    async def answer(request: Request) -> Response:
        return _unless_known(request, file, kind)

    return answer


def _unless_known(request: Request, page: _Page, kind: str, **more: str) -> Response:
    headers = {**HEADERS, **more, "ETag": page.tag}
    if page.tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(page.body, headers=headers, media_type=kind)


def _tag(body: bytes) -> str:
    return f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'

"""The page over HTTP: languages, caching, safety, and what it shows."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest

from postroad.lab.page import make_app
from postroad.lab.page._commands import commands
from postroad.lab.page._site import FILES, names_an_address
from postroad.lab.plan import Plan
from postroad.testing.loop import on_loop

if TYPE_CHECKING:
    from conftest import Writer

Get = Callable[..., Any]
Site = Callable[..., Any]
BOB = ["bob@beta.test"]


@pytest.fixture
def site(plan: Plan, filled: Callable[..., Any]) -> Site:
    """`async with site(records, down=…) as (app, databases)`."""

    @asynccontextmanager
    async def running(records: list[Any], down: set[str]) -> AsyncIterator[Any]:
        async with filled(records) as databases:
            yield make_app(plan, databases, lambda name: name not in down), databases

    return lambda records=(), down=None: running(list(records), down if down is not None else set())


@on_loop
async def test_the_page_shows_the_map_the_people_and_how_to_try_it(site: Site, get: Get) -> None:
    async with site() as (app, _):
        page = await get(app, "/")
    assert page.status == 200 and page.headers["content-type"].startswith("text/html")
    for shown in ("mail.alpha.test", "127.77.2.1", "alice@alpha.test", "postroad", "127.77.0.53"):
        assert shown in page.body
    assert "No message has set out yet" in page.body and "ca.pem" in page.body


@on_loop
async def test_a_command_on_the_page_is_the_command(site: Site, get: Get, plan: Plan) -> None:
    async with site() as (app, _):
        body = (await get(app, "/")).body
    shown = [unescape(one) for one in re.findall(r"<pre[^>]*><code>(.*?)</code>", body, re.S)]
    beside = shown[0].split()[0]
    assert shown == [command.shell for command in commands(plan, beside)]


@on_loop
async def test_a_journey_is_told_hop_by_hop_with_its_reasons(
    site: Site, get: Get, writer: Writer
) -> None:
    writer.unknown_user(writer.noon)
    async with site(writer.records) as (app, _):
        body = (await get(app, "/")).body
    for shown in (
        "Refused for good by <bdi>mx.beta.test</bdi>",
        '<q translate="no">550 5.1.1 No such mailbox here</q>',
        "beta.test goes by the MX records of beta.test",
        "TLSv1.3 TLS_AES_256_GCM_SHA384",
        "+4.0 ms",
        "Undelivered: Are you there?",
    ):
        assert shown in body


@on_loop
async def test_the_page_speaks_three_languages(site: Site, get: Get, writer: Writer) -> None:
    writer.main_job(writer.noon, BOB, name=("a@alpha.test", "Hello"))
    async with site(writer.records) as (app, _):
        chinese = await get(app, "/", accept_language="zh-CN,zh;q=0.9,en;q=0.5")
        japanese = await get(app, "/?lang=ja", accept_language="zh-CN")
    assert '<html lang="zh-CN">' in chinese.body and "已送达" in chinese.body
    assert "没有规则另作安排" in chinese.body
    assert '<html lang="ja">' in japanese.body and "配送済み" in japanese.body
    assert chinese.headers["vary"] == "Accept-Language"


@on_loop
async def test_what_a_stranger_wrote_is_only_shown(site: Site, get: Get, writer: Writer) -> None:
    writer.hostile(writer.noon)
    async with site(writer.records) as (app, _):
        for target in ("/", "/?find=%3Cscript%3E@evil.test", "/?find=%3Cimg%3E&lang=%22"):
            body = (await get(app, target)).body
            assert body.count("<script") == 1 and "<b>@evil" not in body and "<img" not in body
            assert "\u202e" not in body and "\x1b" not in body


@on_loop
async def test_nothing_is_loaded_from_elsewhere(site: Site, get: Get) -> None:
    async with site() as (app, _):
        page = await get(app, "/")
        files = [await get(app, f"/{name}") for name in FILES]
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'; script-src 'self'")
    assert "style=" not in page.body and "onclick" not in page.body and "http://" not in page.body
    assert [one.status for one in files] == [200, 200, 200]
    css = files[0].body
    assert "url(" not in css and "@import" not in css


@on_loop
async def test_an_unchanged_page_is_not_sent_twice(
    site: Site, get: Get, writer: Writer, keep: Callable[..., Any]
) -> None:
    (first, *rest) = writer.main_job(writer.noon, BOB, name=("a@alpha.test", "Hello"))
    async with site([first]) as (app, databases):
        tag = (await get(app, "/")).headers["etag"]
        again = await get(app, "/", if_none_match=tag)
        assert (again.status, again.body) == (304, "")
        await keep(databases, rest)
        news = await get(app, "/", if_none_match=tag)
        assert news.status == 200 and news.headers["etag"] != tag


@on_loop
async def test_a_host_that_goes_down_changes_the_page(site: Site, get: Get) -> None:
    down: set[str] = set()
    async with site(down=down) as (app, _):
        before = await get(app, "/")
        down.add("mx.beta.test")
        after = await get(app, "/", if_none_match=before.headers["etag"])
    assert 'class="down"' not in before.body
    assert after.status == 200 and after.body.count('class="down"') == 1


@on_loop
async def test_a_sought_journey_is_shown_alone_and_open(
    site: Site, get: Get, writer: Writer
) -> None:
    records = writer.main_job(writer.noon, BOB, name=("a@alpha.test", "Hello"))
    writer.main_job(writer.noon, BOB, name=("b@alpha.test", "Another"))
    async with site(writer.records) as (app, _):
        found = (await get(app, f"/?find={records[2].trace}")).body
        nothing = (await get(app, "/?find=nowhere")).body
    assert found.count("<details") == 1 and found.count(" open>") == 1 and "Another" not in found
    assert "No host knows a message by <bdi>nowhere</bdi>" in nothing


@on_loop
async def test_a_foreign_name_that_points_here_gets_nothing(site: Site, get: Get) -> None:
    async with site() as (app, _):
        answer = await get(app, "/", host="rebound.example:2080")
    assert answer.status == 421 and "alice" not in answer.body


@pytest.mark.parametrize(
    ("host", "good"),
    [
        ("127.77.0.1:2080", True),
        ("127.77.0.1", True),
        ("localhost:9999", True),
        ("[::1]:2080", True),
        ("[::1]", True),
        ("", False),
        ("127.77.0.1.evil.test:2080", False),
        ("evil.test", False),
        ("evil.test:127.0.0.1", False),
    ],
)
def test_only_addresses_and_localhost_may_be_asked_for(host: str, good: bool) -> None:
    assert names_an_address(host) is good

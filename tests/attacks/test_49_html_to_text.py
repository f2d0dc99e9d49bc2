"""Attack 49: HTML to text is linear (CVE-2024-45626, CVE-2025-6069)."""

from __future__ import annotations

import time

import pytest

from postroad.message import html_to_text

UNITS = [
    "<", "<a ", "<a '", '<a "', "<!--", "<!-", "<!", "</", "<div>", "<blockquote>x", "<pre>\n",
    "<script>", "</script", "<style><", "<textarea>", "&", "&#", "&#9", "&lt;", "<a href=x>",
    "<img alt='", "<a\x00=", "<p><li>", "<![CDATA[", "<?", "<a b=c ", "--", "<td>",
]  # fmt: skip


def seconds(text: str) -> float:
    start = time.process_time()
    html_to_text(text, links=True)
    return time.process_time() - start


@pytest.mark.parametrize("unit", UNITS)
def test_twice_the_page_takes_twice_the_time(unit: str) -> None:
    small, large = (unit * (size // len(unit)) for size in (25_000, 100_000))
    assert seconds(large) < 6 * seconds(small) + 0.2


def test_a_megabyte_of_brackets_is_read_at_once() -> None:
    assert seconds("<" * 1_000_000) < 1
    assert seconds("<!--" * 250_000) < 1
    assert seconds("<div>" * 100_000) < 1


def test_nested_quotations_do_not_multiply_the_text() -> None:
    page = "<blockquote>x" * 50_000
    assert len(html_to_text(page)) < 2 * len(page)

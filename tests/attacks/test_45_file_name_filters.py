"""Attack 45: file names over several lines and sections must look the same to filter and client.

CVE-2024-39929 (Exim): a multi-line RFC 2231 name passed the extension filter.
"""

from __future__ import annotations

import pytest

from postroad.message import (
    body_part,
    body_structure,
    describe,
    filename,
    safe_filename,
    scan,
)

HEADERS = [
    b'Content-Disposition: attachment; filename="run.exe"',
    b"Content-Disposition: attachment;\n filename*0=run;\n filename*1=.exe",
    b"Content-Disposition: attachment; filename*0*=utf-8''ru%6e;\n\tfilename*1*=%2Eexe",
    b"Content-Disposition: attachment; filename*=utf-8''run%2Eexe; filename=harmless.txt",
    b'Content-Disposition: attachment; filename="=?utf-8?b?cnVuLmV4ZQ==?="',
    b"Content-Disposition: attachment (filename=x.txt);\n filename=run.exe",
    b"Content-Disposition: attachment\nContent-Type: a/b; name*1=exe; name*0=run.",
]


@pytest.mark.parametrize("header", HEADERS)
def test_every_view_shows_the_same_name(header: bytes) -> None:
    message = scan(header + b"\n\nx")
    assert filename(message) == "run.exe"
    assert body_part(message, "1")["name"] == "run.exe"
    assert describe(message)["parts"][0]["filename"] == "run.exe"
    assert b'"run.exe"' in body_structure(message)


def test_a_name_cannot_hide_its_extension() -> None:
    assert safe_filename("invoice\u202efdp.exe") == "invoicefdp.exe"
    assert safe_filename("run.exe\u200b") == "run.exe"
    assert safe_filename("run.exe. . ") == "run.exe"

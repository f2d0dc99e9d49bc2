"""`postroad message`: the room's command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from postroad.app.cli.message import command

MESSAGE = (
    b"From: =?utf-8?b?5byg5LiJ?= <z@a.test>\r\nTo: b@b.test\r\nSubject: hi\r\n"
    b"Date: Mon, 23 Nov 2026 18:30:06 +0000\r\nReceived: from x.test by y.test; nonsense\r\n"
    b"Content-Type: multipart/mixed; boundary=q\r\n\r\n--q\r\n\r\nHello \x1b[31mred\r\n--q\r\n"
    b"Content-Type: application/pdf; name=report.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    b"QUJD\r\n--q--\r\n"
)


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "m.eml"
    path.write_bytes(MESSAGE)
    return str(path)


def test_a_person_sees_fields_parts_text_and_views(file: str) -> None:
    shown = CliRunner().invoke(command, [file]).output
    for words in ("张三", "2026-11-23T18:30:06Z", "2  application/pdf  base64", "report.pdf",
                  "Hello", "ENVELOPE", "BODYSTRUCTURE", "defects: 0", "helo: x.test"):  # fmt: skip
        assert words in shown


def test_a_strangers_escape_sequences_reach_no_terminal(file: str) -> None:
    assert "\x1b[31m" not in CliRunner().invoke(command, [file]).output


def test_a_program_gets_json_from_standard_input() -> None:
    found = json.loads(CliRunner().invoke(command, ["-", "--json"], input=MESSAGE).output)
    assert found["attachments"] == ["2"]
    assert found["parts"][2]["filename"] == "report.pdf"
    assert found["parts"][2]["decodedSize"] == 3
    assert found["fields"][0]["addresses"] == [{"name": "张三", "address": "z@a.test"}]

"""`postroad message`: the room's command."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from postroad.app.cli import run
from postroad.app.cli._exit import Exit
from postroad.app.cli.message import command
from postroad.app.texts.message import DEFECT_KINDS
from postroad.message import DefectKind

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


def test_a_pipe_gets_whole_lines_and_the_tree_its_depth(file: str) -> None:
    lines = CliRunner().invoke(command, [file]).output.split("\n")
    views = [line for line in lines if "NIL" in line]
    assert [view[-1] for view in views] == [")", ")"]
    assert any(line.startswith("│   └── message  multipart/mixed") for line in lines)
    assert any(line.startswith("│       ├── 1  text/plain") for line in lines)


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ("fields: 6", "text", "defects: 1", "required field is missing (date)")),
     ("zh", ("字段:6", "正文", "缺陷:1", "缺少必需的字段 (date)")),
     ("ja", ("フィールド: 6", "本文", "欠陥: 1", "必須のフィールドがない (date)"))],
)  # fmt: skip
def test_it_speaks_to_a_person_in_their_language(
    file: str, language: str, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSTROAD_LANG", language)
    Path(file).write_bytes(MESSAGE.replace(b"\r\nDate:", b"\r\nX-Date:"))
    shown = CliRunner().invoke(command, [file]).output
    assert all(word in shown for word in words)


def test_every_kind_of_defect_has_its_words() -> None:
    english = {name: text.en for name, text in DEFECT_KINDS.items()}
    assert english == {kind.name.lower(): kind.value for kind in DefectKind}


@pytest.mark.parametrize("name", ["", "missing.eml", "a\x1b[31m"])
def test_a_file_that_cannot_be_read_is_one_sentence(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["message", str(tmp_path / name)]) == Exit.USAGE
    said = capsys.readouterr().err
    assert said.startswith("postroad: ")
    assert "cannot be read" in said
    assert "\x1b" not in said
    assert said.count("\n") == 1


def test_a_terminal_that_lacks_letters_shows_their_numbers(
    file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(out, encoding="ascii"))
    assert run(["message", file]) == Exit.DONE
    assert b"\\u5f20\\u4e09" in out.getvalue()


def test_a_program_gets_json_from_standard_input() -> None:
    found = json.loads(CliRunner().invoke(command, ["-", "--json"], input=MESSAGE).output)
    assert found["attachments"] == ["2"]
    assert found["parts"][2]["filename"] == "report.pdf"
    assert found["parts"][2]["decodedSize"] == 3
    assert found["fields"][0]["addresses"] == [{"name": "张三", "address": "z@a.test"}]

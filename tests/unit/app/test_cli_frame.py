"""The command answers with one sentence and a code with a meaning, in the person's language."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest

import postroad
from postroad.app.cli._answer import answered
from postroad.app.cli._exit import Exit
from postroad.app.cli._program import COMMANDS
from postroad.db import DatabaseError, DatabaseTooNew, StorageFailed, StorageFull
from postroad.net import ListenError, TlsFilesUnusable

Call = Callable[..., tuple[int, str, str]]


def test_the_version_is_told(call: Call) -> None:
    assert call("--version") == (0, f"postroad {postroad.__version__}\n", "")


def test_the_version_is_told_without_loading_anything_heavy() -> None:
    code = (
        "import sys; from postroad.app.cli import run; run(['--version']);"
        "print(sorted({'click', 'rich', 'msgspec', 'asyncio', 'apsw'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[1] == "[]"


def test_help_names_every_command_without_loading_any(call: Call) -> None:
    code, out, _ = call("--help")
    assert code == 0
    assert all(f"  {name} " in out for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_that_is_named_exists_and_explains_itself(call: Call, name: str) -> None:
    code, out, err = call(name, "--help")
    assert (code, err) == (0, "")
    assert f"Usage: postroad {name}" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["sevre"], "There is no command “sevre”. Did you mean “serve”? See “postroad --help”."),
        (["domain", "ad"], "There is no command “ad”. Did you mean “add”? See “postroad domain"),
        (["serve"], "--config is missing. See “postroad serve --help”."),
        (["config", "check", "--confg=x"], "There is no option “--confg”. Did you mean “--config”"),
        (["domain", "add", "--data=x"], "DOMAIN is missing. See “postroad domain add --help”."),
        (["journey", "--data=x"], "TRACE-ID|MESSAGE-ID is missing. See “postroad journey --help”."),
        (["domain", "list"], "Name a configuration with --config FILE (or a folder with --data"),
        (["queue", "list", "--limit", "x"], "--limit cannot be used: 'x' is not a valid integer"),
    ],
)
def test_wrong_usage_is_one_sentence_with_a_way_out(
    call: Call, arguments: list[str], said: str
) -> None:
    code, out, err = call(*arguments)
    assert (code, out) == (Exit.USAGE, "")
    assert err.startswith(f"postroad: {said}")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("zh_CN.UTF-8", "没有名为“sevre”的命令。是否想写“serve”?"),
        ("ja", "「sevre」というコマンドはありません。"),
    ],
)
def test_it_speaks_the_persons_language(
    call: Call, monkeypatch: pytest.MonkeyPatch, language: str, said: str
) -> None:
    monkeypatch.setenv("POSTROAD_LANG", language)
    assert call("sevre")[2].startswith(f"postroad: {said}")


def raising(failure: BaseException) -> click.Command:
    def callback() -> None:
        raise failure

    return click.Command("x", callback=callback)


@pytest.mark.parametrize(
    ("failure", "code", "said"),
    [
        (DatabaseTooNew("v9"), Exit.CONFIG, "The data was written by a newer Postroad."),
        (StorageFull("x"), Exit.STORAGE, "The disk is full; nothing was changed."),
        (StorageFailed("EIO"), Exit.STORAGE, "The disk failed while writing: EIO."),
        (DatabaseError("is no database"), Exit.CONFIG, "The database cannot be used: is no datab"),
        (PermissionError(13, "Permission denied", "/f"), Exit.DENIED, "/f: Permission denied"),
        (OSError(28, "No space left"), Exit.STORAGE, "The disk is full; nothing was changed."),
        (ListenError("1.2.3.4:25 is in use"), Exit.UNAVAILABLE, "An address of [listen] cannot be"),
        (TlsFilesUnusable("cannot read x"), Exit.CONFIG, "The files of [tls] do not work: cannot"),
        (ConnectionRefusedError(111, "refused"), Exit.UNAVAILABLE, "refused"),
        (ZeroDivisionError("\x1b[2J"), Exit.INTERNAL, "This is a fault of Postroad's own: ZeroDi"),
        (ImportError("no module x"), Exit.INTERNAL, "This is a fault of Postroad's own: ImportEr"),
        (KeyboardInterrupt(), Exit.INTERRUPTED, "Interrupted."),
    ],
)
def test_whatever_goes_wrong_is_a_sentence_and_a_code(
    capsys: pytest.CaptureFixture[str], failure: BaseException, code: Exit, said: str
) -> None:
    assert answered(raising(failure), []) == code
    err = capsys.readouterr().err
    assert (
        err.lstrip().startswith(f"postroad: {said}")
        and "Traceback" not in err
        and "\x1b" not in err
    )


def test_a_fault_of_our_own_shows_its_place_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTROAD_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        answered(raising(ZeroDivisionError()), [])


def test_a_configuration_is_checked_and_nothing_else(call: Call, config_file: Path) -> None:
    code, out, _ = call("config", "check", "--config", str(config_file))
    assert code == 0 and out.startswith(
        f"{config_file}: no errors. This server is mail.example.org"
    )
    assert [path.name for path in config_file.parent.iterdir()] == ["postroad.toml"]


def test_a_wrong_configuration_has_its_own_code(call: Call, config_file: Path) -> None:
    config_file.write_text("x")
    code, out, err = call("config", "check", "--config", str(config_file))
    assert (code, out) == (Exit.CONFIG, "")
    assert err.startswith(f"{config_file}:1: This is not TOML")


def test_the_manual_explains_one_table_or_all(call: Call) -> None:
    assert "  concurrency  (whole number, ≥ 1; default 100)" in call("config", "describe", "mta")[1]
    assert "hostname  (text; must be given)" in call("config", "describe")[1]
    assert call("config", "describe", "mtb")[0] == Exit.USAGE
